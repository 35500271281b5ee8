//! Vouchers: printing them, handing out against them, and saying whether one is good.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Sentence;
use super::rounds::ReservationRow;

/// Voucher sheets: those that are due, which get their numbers when they are printed or saved, and those that have one
/// and are not on paper yet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VouchersRequest {
    /// The round.
    pub round: String,
    /// Which reservations, printed before or not; absent: every passed one.
    pub ids: Option<Vec<String>>,
    /// Only this building.
    pub building: Option<String>,
    /// Reprint those already printed too.
    pub reprint: bool,
}

/// Hand out against a voucher: its QR text, or its number with the round.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CollectRequest {
    /// The round, where only a number is given.
    pub round: Option<String>,
    /// What the scanner typed, or the number.
    pub voucher: String,
    /// Hand out in spite of the pick-up dates.
    pub anyway: bool,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Collected {
    /// Whose voucher.
    pub reservation: ReservationRow,
    /// Handed out now (false: see `refusal`).
    pub collected: bool,
    /// Why not (already collected at …, of another round, outside the dates).
    pub refusal: Option<Sentence>,
    /// Whether `anyway` would help.
    pub may_override: bool,
    /// The batch.
    pub batch: Option<i64>,
}

/// Check a QR text without a database entry: only the signature and what it says.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VerifyRequest {
    /// What the scanner read.
    pub text: String,
}

/// Whether a voucher is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Its signer gave the number out, or has the lease for it.
    Valid,
    /// It is not.
    Invalid,
    /// This PC cannot tell: another committee's, or something that has not come here yet.
    Unknown,
}

/// What a voucher's QR says.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Verified {
    /// Whether it is good.
    pub valid: bool,
    /// Good, not good, or not to be told here.
    pub verdict: Verdict,
    /// Why not, or what is not here yet.
    pub reason: Option<Sentence>,
    /// Round id.
    pub round: Option<String>,
    /// Voucher number.
    pub voucher: Option<String>,
    /// Amount.
    pub quantity: Option<u32>,
    /// Last day of collection.
    pub until: Option<String>,
    /// Whether it has been collected, as far as this PC knows.
    pub collected_at: Option<String>,
}
