//! What happens to items of every kind: who did something and when, why, and for what cause the district wants it no more.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::time::Moment;

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The clerk.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// Something that was done with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasoned {
    /// Why.
    pub reason: String,
    /// Who, and when.
    pub did: By,
}

impl Reasoned {
    /// Done for a reason.
    pub(crate) fn new(reason: &str, did: By) -> Reasoned {
        Reasoned {
            reason: reason.to_owned(),
            did,
        }
    }
}

/// Why a committee is to do no more about what the district gave it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its source wants no answer any more.
    #[default]
    Source,
    /// The district gave it to another committee, or keeps it itself for now.
    PassedOn,
    /// Another committee answered it.
    Answered,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Cause; 3] = [Cause::Source, Cause::PassedOn, Cause::Answered];

    /// What a clerk calls a task that is taken back so.
    pub fn label(self) -> &'static str {
        match self {
            Cause::Source => "已撤回",
            Cause::PassedOn => "已转派",
            Cause::Answered => "别处已核查",
        }
    }

    /// Whether it is what a fact means that says nothing of it.
    pub(crate) fn is_source(&self) -> bool {
        *self == Cause::Source
    }
}
