//! What is said of an order by one of a few words: how pressing it is, what a reply gives, what the resident says of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How pressing an order is. In the order of what comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Life, safety or many people are at stake.
    Urgent,
    /// Sooner than others.
    Pressing,
    /// As all others.
    #[default]
    Ordinary,
}

impl Urgency {
    /// All, the most urgent first.
    pub const ALL: [Urgency; 3] = [Urgency::Urgent, Urgency::Pressing, Urgency::Ordinary];

    /// The stable word for it, as its field has it.
    pub fn code(self) -> &'static str {
        match self {
            Urgency::Urgent => "urgent",
            Urgency::Pressing => "pressing",
            Urgency::Ordinary => "ordinary",
        }
    }

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Urgency::Urgent => "紧急",
            Urgency::Pressing => "加急",
            Urgency::Ordinary => "一般",
        }
    }

    /// What a text means, by code or as sources write it; `None` where it says nothing of it.
    pub fn read(text: &str) -> Option<Urgency> {
        match text.trim() {
            "urgent" | "紧急" | "特急" | "特别紧急" | "突发" => Some(Urgency::Urgent),
            "pressing" | "加急" | "急" | "较急" | "重要" => Some(Urgency::Pressing),
            "ordinary" | "一般" | "普通" | "正常" | "常规" | "不急" => Some(Urgency::Ordinary),
            _ => None,
        }
    }
}

/// What a reply gives the resident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OrderResult {
    /// What was asked for was done.
    Solved,
    /// It cannot be done, or is not ours, and that was explained.
    Explained,
}

impl OrderResult {
    /// Both.
    pub const ALL: [OrderResult; 2] = [OrderResult::Solved, OrderResult::Explained];

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            OrderResult::Solved => "实际解决",
            OrderResult::Explained => "解释说明",
        }
    }
}

/// What a resident says of a reply when asked back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Satisfaction {
    /// Content.
    Satisfied,
    /// Content by and large.
    Acceptable,
    /// Not content.
    Dissatisfied,
    /// Could not be asked.
    NotReached,
}

impl Satisfaction {
    /// All, in the order of their keys.
    pub const ALL: [Satisfaction; 4] = [
        Satisfaction::Satisfied,
        Satisfaction::Acceptable,
        Satisfaction::Dissatisfied,
        Satisfaction::NotReached,
    ];

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Satisfaction::Satisfied => "满意",
            Satisfaction::Acceptable => "基本满意",
            Satisfaction::Dissatisfied => "不满意",
            Satisfaction::NotReached => "未联系上",
        }
    }
}
