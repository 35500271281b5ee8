//! Instructions 上级要求: what the district sent, and acknowledging it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Page, Sentence};

/// A slice of the instructions, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InstructionListRequest {
    /// Only those that the clerk working now has not acknowledged.
    pub waiting: bool,
    /// Words in title or text.
    pub query: Option<String>,
    /// Which rows.
    pub page: Page,
}

/// A slice of the instructions.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InstructionList {
    /// How many match.
    pub total: usize,
    /// The rows.
    pub rows: Vec<InstructionRow>,
    /// All there are.
    pub all: usize,
    /// Those that the clerk working now has not acknowledged.
    pub waiting: usize,
}

/// An instruction in a list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InstructionRow {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// When it was sent (local time).
    pub sent_at: String,
    /// How many files come with it.
    pub attachments: usize,
    /// Whether the clerk working now has acknowledged it.
    pub acknowledged: bool,
    /// How many clerks have.
    pub clerks: usize,
}

/// An instruction to be read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InstructionCard {
    /// The list row.
    pub row: InstructionRow,
    /// Its text.
    pub body: String,
    /// Files that come with it.
    pub attachments: Vec<AttachmentRow>,
    /// Why files are not all here.
    pub problem: Option<Sentence>,
    /// Who acknowledged it, in order.
    pub acknowledged: Vec<AcknowledgedRow>,
}

/// A file that comes with an instruction.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AttachmentRow {
    /// The hash of its bytes: what opening takes.
    pub hash: String,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Bytes that are here.
    pub received: u64,
    /// What of it is here.
    pub state: AttachmentState,
    /// Whether its pages are shown by the program itself.
    pub has_pages: bool,
    /// Whether it may be opened in another program once it is saved.
    pub may_be_opened: bool,
}

/// What of a file is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentState {
    /// All of it.
    Whole,
    /// Nothing or a part of it yet.
    Coming,
    /// What the district gave is not what the instruction names.
    Wrong,
}

/// Who acknowledged an instruction.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AcknowledgedRow {
    /// The clerk.
    pub by: String,
    /// When (local time).
    pub at: String,
}

/// Acknowledge instructions, as the clerk working now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InstructionAcknowledge {
    /// Which.
    pub ids: Vec<String>,
}

/// Names a file of an instruction.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AttachmentRequest {
    /// The instruction.
    pub id: String,
    /// As in [`AttachmentRow`].
    pub hash: String,
    /// Where to save it; in the export folder under its own name where absent.
    pub path: Option<String>,
}
