//! What travels between the screens and the workstation: one request and one response type a command.
//! The TypeScript client is generated from these types; values are masked unless a type says otherwise.
//!
//! Conventions: ids are UUID texts; times are local wall time, `YYYY-MM-DDTHH:MM:SS`; dates are `YYYY-MM-DD`;
//! a missing value is absent or `null`, never an empty string.

pub mod answers;
pub mod app;
pub mod backup;
pub mod exchange;
pub mod import;
pub mod instructions;
pub mod orders;
pub mod papers;
pub mod roster;
pub mod rounds;
mod secret;
mod sentence;
pub mod tasks;
pub mod vouchers;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use secret::Secret;
pub(crate) use sentence::Said;
pub use sentence::{Catalogue, Sentence};

/// A request without parameters.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Empty {}

/// A slice of a long list; the screens ask for what is visible.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct Page {
    /// Rows to skip.
    pub offset: usize,
    /// Rows wanted, at most [`Page::MAX_ROWS`].
    pub limit: usize,
}

impl Page {
    /// The most rows one answer carries.
    pub const MAX_ROWS: usize = 1_000;
}

/// The batch an action was written as: what `undo_batch` takes to take it back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Done {
    /// The batch, or nothing where the action changed nothing.
    pub batch: Option<i64>,
    /// How many entities it changed.
    pub changed: usize,
}

/// A file written for the clerk (xlsx or pdf).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Exported {
    /// Full path on this PC.
    pub path: String,
    /// The file's own name.
    pub file_name: String,
    /// Data rows (xlsx) or pages (pdf) written.
    pub rows: usize,
    /// What a sheet's cells do not hold as it is, each in one sentence with its place: the first ones, and how many more.
    #[serde(default)]
    pub altered: Vec<Sentence>,
}

/// A started long job, to be followed by `job_status`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct JobStarted {
    /// The job's id.
    pub job: u32,
}

/// Names one job.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct JobRequest {
    /// The job's id.
    pub job: u32,
}

/// Names a file in memory.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ByToken {
    /// The upload's token.
    pub token: String,
}

/// Names one entity.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ById {
    /// The entity's id.
    pub id: String,
}

/// One thing that happened, for cards and lists.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TimelineItem {
    /// When (local wall time).
    pub at: String,
    /// Who did it.
    pub actor: String,
    /// What happened.
    #[serde(flatten)]
    pub said: Sentence,
    /// The batch it belongs to.
    pub batch: i64,
    /// How many people (or whatever `unit` says) that batch touched: taking it back takes back all of it.
    pub count: usize,
    /// What `count` counts.
    pub unit: Unit,
    /// Whether one click may take it back: a small one, and the clerk's own. Others are asked about first.
    pub at_once: bool,
    /// Whether that batch can be taken back from here.
    pub undoable: bool,
    /// Whether it can be brought back from here.
    pub redoable: bool,
    /// Whether it has been taken back.
    pub undone: bool,
}

/// What a clerk counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// People of the roster.
    People,
    /// Homes.
    Households,
    /// Reservations.
    Reservations,
    /// Rounds, tags, instructions and the like.
    Records,
}
