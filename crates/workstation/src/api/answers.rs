//! Answers 答复口径: finding an approved wording, writing one, and withdrawing it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Page;
use super::roster::ChipCount;

/// A slice of the answers: those that fit best first, else the newest.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AnswerListRequest {
    /// Words in question or wording, or the question's pinyin, whole or its initials.
    pub query: Option<String>,
    /// Only those about this.
    pub category: Option<String>,
    /// Also those whose place a newer one has taken.
    pub old: bool,
    /// Which rows.
    pub page: Page,
}

/// A slice of the answers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AnswerList {
    /// How many match.
    pub total: usize,
    /// The rows.
    pub rows: Vec<AnswerRow>,
    /// All that may be used.
    pub all: usize,
    /// What they are about, with how many of each are found.
    pub categories: Vec<ChipCount>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerRow {
    /// Id.
    pub id: String,
    /// The question.
    pub title: String,
    /// The wording.
    pub body: String,
    /// What it is about; empty where nothing was said.
    pub category: String,
    /// When it was written (local time).
    pub written_at: String,
    /// Who wrote it.
    pub by: String,
    /// Whether the district sent it: it is not replaced or withdrawn here.
    pub districts: bool,
    /// When a newer one took its place.
    pub replaced_at: Option<String>,
}

/// A wording is written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AnswerSave {
    /// The question.
    pub title: String,
    /// The wording.
    pub body: String,
    /// What it is about.
    pub category: Option<String>,
    /// The older one of the committee whose place it takes.
    pub replaces: Option<String>,
}

/// Answers are withdrawn.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AnswerWithdraw {
    /// Which.
    pub ids: Vec<String>,
}
