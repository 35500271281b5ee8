//! The exchange with the district: joining, where it stands, conflicts, packages on a stick.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Page, Secret, Sentence};

/// Join a district: by a ticket, or by its address and the code.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct JoinRequest {
    /// The ticket's text, as scanned or read from a file.
    pub ticket: Option<String>,
    /// The district's address, where there is no ticket.
    pub url: Option<String>,
    /// The code, where there is no ticket.
    pub code: Option<String>,
    /// What this PC is to be called: 前台电脑.
    pub device_name: String,
    /// Who is working, where this PC has no data yet.
    pub actor: String,
    /// The data's password; for a PC without data, needed where there is no keyring.
    #[ts(as = "Option<String>")]
    pub password: Option<Secret>,
}

/// A file that holds a ticket.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TicketFile {
    /// Of the file door.
    pub token: String,
}

/// A ticket that was read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TicketRead {
    /// Its text.
    pub ticket: String,
    /// The district's address, to be shown before joining.
    pub url: String,
}

/// How it stands with the district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExchangePhase {
    /// This PC works alone.
    Alone,
    /// Nothing waits, and the last exchange went well.
    Synced,
    /// Something waits for the next exchange.
    Waiting,
    /// An exchange runs.
    Running,
    /// The district cannot be reached; tried again by itself.
    Offline,
    /// The district refused, or the data differs: somebody must see to it.
    Trouble,
}

/// For the pill in the window's frame.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExchangeState {
    /// How it stands.
    pub phase: ExchangePhase,
    /// The district's name.
    pub district: Option<String>,
    /// Operations that wait.
    pub waiting: usize,
    /// Fields in conflict.
    pub conflicts: usize,
    /// Operations of this PC that the district refused and nobody has seen to.
    pub rejected: usize,
    /// Operations that only a newer program can read: kept, and needing an upgrade.
    pub unread: usize,
    /// Registrations by the residents' form that were here when the last exchange came to its end: what is more than
    /// before has just come.
    pub registrations: usize,
    /// When the last exchange came to its end (local time).
    pub last_success: Option<String>,
    /// What is wrong, with what to do.
    pub problem: Option<Sentence>,
    /// The district takes nothing more from this PC until it joins again, with a new code.
    pub cut_off: bool,
    /// Minutes by which this PC's clock is ahead (behind: negative), where that is too much.
    pub clock_off: Option<i64>,
    /// The first exchange, or a long one: the last part received and the last there is.
    pub progress: Option<ExchangeProgress>,
}

/// How far taking in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExchangeProgress {
    /// The last number received.
    pub received: u64,
    /// The last number there is.
    pub last: u64,
}

/// For the page behind the pill.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExchangePage {
    /// As in the pill.
    pub state: ExchangeState,
    /// The district's address.
    pub url: Option<String>,
    /// What this PC is called.
    pub device_name: String,
    /// The committee's other devices, the district first.
    pub devices: Vec<DeviceRow>,
    /// What the district refused, newest first.
    pub rejected: Vec<RejectedRow>,
    /// Parts of the committee's order that are here.
    pub received: u64,
    /// Bytes of the database.
    pub bytes: u64,
}

/// A device of the committee.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DeviceRow {
    /// Id, for packages.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its letter, in front of the reservation numbers it gives out.
    pub letter: String,
}

/// An operation that the district refused: it does not count.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RejectedRow {
    /// Its sequence number: what [`RejectedSeen`] takes.
    pub seq: u64,
    /// Whether somebody has seen to it.
    pub seen: bool,
    /// Its batch.
    pub batch: i64,
    /// When (local time).
    pub at: String,
    /// Who.
    pub actor: String,
    /// What was done.
    pub what: Sentence,
    /// To whom.
    pub whose: Option<Sentence>,
    /// Why it does not count.
    pub reason: Sentence,
    /// What to do.
    pub advice: Sentence,
}

/// Somebody has read why operations were refused.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RejectedSeen {
    /// The last one that was shown, and all before it.
    pub up_to: u64,
}

/// A slice of the conflicts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictListRequest {
    /// Show phone and document numbers in the clear; recorded.
    pub clear: bool,
    /// Which rows.
    pub page: Page,
}

/// A slice of the conflicts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictList {
    /// How many there are.
    pub total: usize,
    /// The rows.
    pub rows: Vec<ConflictRow>,
}

/// A field that two PCs set to different values, or a voucher that was handed out at two counters.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictRow {
    /// Names it, and the values that were seen: what deciding takes.
    pub key: String,
    /// `resident`, `household`, `reservation` …, for a link to the card.
    pub kind: String,
    /// The entity's id.
    pub entity: String,
    /// Whose: 居民 张晓明.
    pub what: Sentence,
    /// Which field.
    pub field: Sentence,
    /// The values: the one that holds first, then those it overwrote. Of hand-outs: what may be found, that goods went over
    /// both counters, or over the first one only, each with one of the hand-outs.
    pub values: Vec<ConflictValue>,
    /// Whether it is about hand-outs: a person looks into each, and nothing holds until then.
    pub hand_out: bool,
}

/// One of the values.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictValue {
    /// Masked unless asked for in the clear; absent: no value.
    pub value: Option<Sentence>,
    /// Who set it.
    pub by: String,
    /// When (local time).
    pub at: String,
    /// On which PC.
    pub device: String,
}

/// Decide on conflicts, one or many.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictDecide {
    /// The decisions.
    pub decisions: Vec<ConflictDecision>,
}

/// A decision on one field.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConflictDecision {
    /// As in [`ConflictRow`].
    pub key: String,
    /// Which of its values: 0 keeps the one that holds.
    pub choose: usize,
}

/// Write a sync package for a stick.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PackageExport {
    /// `district`, or a device's id, name or letter.
    pub to: String,
    /// File; in the export folder where absent.
    pub path: Option<String>,
}

/// Take a sync package in: from a path, or a file of the file door.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PackageImport {
    /// The file on this PC.
    pub path: Option<String>,
    /// Of the file door.
    pub token: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PackageImported {
    /// Who wrote it.
    pub from: String,
    /// Operations that were new here.
    pub operations: usize,
    /// What is missing before it.
    pub missing: Vec<Sentence>,
}
