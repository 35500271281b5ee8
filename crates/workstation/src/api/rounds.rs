//! Rounds and their reservations: registering, checking, reviewing, notifying, vouchers, collecting, exporting.

use linli_domain::id_document::DocumentKind;
use linli_domain::round::{Channel, Decision, Outcome, RoundDefinition, Stage};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::roster::ChipCount;
use super::{Page, Sentence, TimelineItem};

/// All rounds, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoundList {
    /// The rounds.
    pub rounds: Vec<RoundSummary>,
}

/// A round in numbers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoundSummary {
    /// Id.
    pub id: String,
    /// Its number within the campaign.
    pub number: u32,
    /// The campaign.
    pub campaign: String,
    /// The title.
    pub title: String,
    /// Registration opens.
    pub opens: String,
    /// Registration closes.
    pub closes: String,
    /// Whether registration is open now.
    pub open: bool,
    /// Vouchers there are.
    pub quota: u32,
    /// All reservations.
    pub total: usize,
    /// Waiting for a decision.
    pub pending: usize,
    /// Passed, not yet told.
    pub to_notify: usize,
    /// Told (with or without voucher), not yet collected.
    pub notified: usize,
    /// Turned down.
    pub rejected: usize,
    /// Vouchers issued and valid.
    pub vouchers: usize,
    /// Collected.
    pub collected: usize,
    /// Of these, handed out at more than one counter, as far as nobody found that they were not.
    pub handed_out_twice: usize,
    /// Vouchers still to be had: of the quota, without numbers that were given out, void or not, and those that may be on paper
    /// since before the data was put back.
    pub left: u32,
}

/// A round's card.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoundCard {
    /// In numbers.
    pub summary: RoundSummary,
    /// As opened.
    pub definition: RoundDefinition,
    /// The address of the form for residents, where the district offers one.
    pub form: Option<String>,
    /// What this PC may issue.
    pub issuing: IssuingCard,
    /// What happened to the round itself.
    pub timeline: Vec<TimelineItem>,
}

/// What this PC may issue in a round now: 本机还可发 N 号.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IssuingCard {
    /// Numbers this PC can still give out without asking anybody.
    pub free: u32,
    /// Vouchers that have their number (from the counter, or where printing failed) and are not on paper yet.
    pub unprinted: usize,
    /// Passed reservations for which it may not issue now (待发号).
    pub awaiting: usize,
    /// Why, with how often.
    pub reasons: Vec<AwaitingCount>,
    /// Buildings in which it has the right to issue (empty: people who are not on the roster); absent without a
    /// district, where there is only one PC.
    pub rights: Option<Vec<String>>,
    /// Numbers that may be on paper after the data was put back to a backup: to be looked up ([`NumbersPrinted`]).
    pub unsure: Option<UnsureNumbers>,
}

/// Numbers of a round that may be on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnsureNumbers {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// Somebody looked at the papers of a round, after the data was put back to a backup.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NumbersPrinted {
    /// The round.
    pub round: String,
    /// The last number on paper; below the first in question where none of these is.
    pub last: u32,
}

/// A reason to wait, and how many reservations it holds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AwaitingCount {
    /// The reason, with what to do.
    #[serde(flatten)]
    pub said: Sentence,
    /// How many.
    pub count: usize,
}

/// Open a round, or change one that is open.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoundSave {
    /// Which; absent to open a new one.
    pub id: Option<String>,
    /// The definition.
    pub definition: RoundDefinition,
}

/// A filtered slice of a round's queue, in order of registration.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReservationListRequest {
    /// The round.
    pub round: String,
    /// Only this stage.
    pub stage: Option<Stage>,
    /// Only those with (`true`) or without findings.
    pub findings: Option<bool>,
    /// Only this building.
    pub building: Option<String>,
    /// Name, pinyin, digits, address, voucher number.
    pub query: Option<String>,
    /// Which rows.
    pub page: Page,
}

/// A slice of the queue.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReservationListResponse {
    /// How many match.
    pub total: usize,
    /// The rows.
    pub rows: Vec<ReservationRow>,
    /// Chips: one per stage (`pending`, …), and `with_findings`, `without_findings` within the pending ones.
    pub counts: Vec<ChipCount>,
    /// Buildings with counts, within the same filter.
    pub buildings: Vec<ChipCount>,
}

/// A reservation in a list; masked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReservationRow {
    /// Id.
    pub id: String,
    /// Round id.
    pub round: String,
    /// The round's title.
    pub round_title: String,
    /// Place in the order of registration, from 1.
    pub position: u32,
    /// 预约号.
    pub number: String,
    /// Name.
    pub name: String,
    /// Short address.
    pub room: Option<String>,
    /// Full address.
    pub address: Option<String>,
    /// Masked phone.
    pub phone: Option<String>,
    /// Masked document number.
    pub document: Option<String>,
    /// Amount reserved.
    pub quantity: u32,
    /// When registered.
    pub registered_at: String,
    /// Where from (扫码, 现场, 导入 …).
    pub source: Sentence,
    /// How far it has come.
    pub stage: Stage,
    /// What the smart check found (count of those that stop a pass without looking).
    pub findings: usize,
    /// Voucher number.
    pub voucher: Option<String>,
    /// Passed, and a number cannot be given now.
    pub awaiting: Option<Sentence>,
    /// Last attempt to notify; or that an SMS was asked for.
    pub last_notice: Option<Sentence>,
    /// An SMS was asked for, and nothing is known of it yet.
    pub sms_waits: bool,
    /// How often it was handed out again, at counters that did not know of it.
    pub again: usize,
}

/// A reservation's card.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReservationCard {
    /// The list row.
    pub row: ReservationRow,
    /// What the document is.
    pub document_kind: DocumentKind,
    /// The resident it was matched with.
    pub resident: Option<super::roster::ResidentRow>,
    /// The household it was matched with.
    pub household: Option<super::roster::HouseholdRow>,
    /// The smart check, findings and what is in order.
    pub findings: Vec<FindingRow>,
    /// Who decided, when, why.
    pub review: Option<ReviewRow>,
    /// Every attempt to notify.
    pub notices: Vec<NoticeRow>,
    /// Pick-up point.
    pub pick_up: Option<String>,
    /// When collected.
    pub collected_at: Option<String>,
    /// Hand-outs after that one.
    pub again: Vec<Sentence>,
    /// Note.
    pub note: Option<String>,
    /// What may still be corrected.
    pub correctable: Correctable,
    /// What happened.
    pub timeline: Vec<TimelineItem>,
}

/// What may still be corrected of a reservation.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Correctable {
    /// Fields of [`CorrectRequest`], by name.
    pub fields: Vec<String>,
    /// Why not the amount, and what to do instead.
    pub why_not: Option<Sentence>,
}

/// One line of the smart check.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindingRow {
    /// What was found.
    #[serde(flatten)]
    pub said: Sentence,
    /// Whether it keeps the reservation out of "pass all without findings" (false: for information).
    pub blocking: bool,
}

/// A reservation and what the smart check finds.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CheckedReservation {
    /// Id.
    pub id: String,
    /// 预约号.
    pub number: String,
    /// Name.
    pub name: String,
    /// What was found.
    pub findings: Vec<FindingRow>,
}

/// A decision made.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReviewRow {
    /// Passed or not.
    pub decision: Decision,
    /// Why not.
    pub reason: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
}

/// An attempt to notify.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NoticeRow {
    /// How.
    pub channel: Channel,
    /// With what result.
    pub outcome: Outcome,
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
    /// Remark.
    pub note: Option<String>,
}

/// Register someone: from the roster, or with what they say.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RegisterRequest {
    /// The round.
    pub round: String,
    /// A person on the roster.
    pub resident: Option<String>,
    /// Someone not on it (also overrides the roster's phone and document for this reservation).
    pub person: Option<super::roster::ResidentFields>,
    /// Amount.
    pub quantity: u32,
    /// Pick-up point, where the round has several.
    pub pick_up: Option<String>,
    /// Remark.
    pub note: Option<String>,
    /// Register in spite of findings.
    pub anyway: bool,
    /// Only look what the check finds; nothing is written.
    #[serde(default)]
    pub look: bool,
    /// At the counter: pass, mark as told in person and issue the voucher in one step, where nothing blocks or `anyway`.
    pub finish: bool,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Registered {
    /// The reservation, where registered.
    pub reservation: Option<ReservationRow>,
    /// What the check found; nothing was registered where some block and `anyway` was not set.
    pub findings: Vec<FindingRow>,
    /// The batch.
    pub batch: Option<i64>,
    /// Voucher number, where one was issued.
    pub voucher: Option<String>,
    /// Where and when it is collected, in words, where the reservation has a pick-up point.
    pub collect_at: Option<String>,
    /// Registered and passed, but a number cannot be given now.
    pub awaiting: Option<Sentence>,
}

/// Decide on reservations.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReviewRequest {
    /// Which.
    pub ids: Vec<String>,
    /// Pass or not.
    pub decision: Decision,
    /// Needed to turn down.
    pub reason: Option<String>,
    /// What becomes of those that ask for nothing or for more than the round allows. Absent: they are not passed, and named.
    #[serde(default)]
    pub over_limit: Option<OverLimit>,
}

/// How a reservation passes that asks for nothing or for more than the round allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OverLimit {
    /// With the nearest amount that is allowed.
    Lower,
    /// As asked for.
    AsAsked,
}

/// What was decided.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Reviewed {
    /// The batch, or nothing where nothing changed.
    pub batch: Option<i64>,
    /// How many were decided on.
    pub changed: usize,
    /// Not passed: the amount has to be looked at first.
    pub over_limit: Vec<OverLimitRow>,
}

/// A reservation that asks for nothing or for more than the round allows.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OverLimitRow {
    /// Id.
    pub id: String,
    /// Who.
    pub name: String,
    /// Asked for.
    pub quantity: u32,
    /// The most that is allowed.
    pub max: u32,
}

/// Correct a reservation; what is absent stays as it is, an empty text takes the value away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CorrectRequest {
    /// The reservation.
    pub id: String,
    /// Name.
    #[serde(default)]
    pub name: Option<String>,
    /// Phone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Amount, while no voucher is out.
    #[serde(default)]
    pub quantity: Option<u32>,
    /// Pick-up point by name, while no voucher is out.
    #[serde(default)]
    pub pick_up: Option<String>,
    /// Remark.
    #[serde(default)]
    pub note: Option<String>,
}

/// A reservation as corrected.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Corrected {
    /// The reservation.
    pub reservation: ReservationRow,
    /// What the check finds now.
    pub findings: Vec<FindingRow>,
    /// The batch, or nothing where nothing changed.
    pub batch: Option<i64>,
}

/// Take a registration back: its voucher is void, and it is turned down with the reason.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WithdrawRequest {
    /// The reservation.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// What came of recording that people were told.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Told {
    /// The batch, where anything was written.
    pub batch: Option<i64>,
    /// Recorded.
    pub changed: usize,
    /// Not to be told, since no voucher will be issued: name and reason of each.
    pub refused: Vec<Sentence>,
}

/// Names one round.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ByRound {
    /// The round.
    pub round: String,
}

/// Pass all pending reservations without findings, within the quota, in order of registration.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PassClearResponse {
    /// Passed.
    pub passed: usize,
    /// Left because of findings.
    pub with_findings: usize,
    /// Left because the quota is used up.
    pub over_quota: usize,
    /// The batch.
    pub batch: Option<i64>,
}

/// Record that people were told (or that it was tried).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NotifyRequest {
    /// Which reservations.
    pub ids: Vec<String>,
    /// How.
    pub channel: Channel,
    /// With what result.
    pub outcome: Outcome,
    /// Remark.
    pub note: Option<String>,
}

/// Ask the district to send messages.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SmsRequest {
    /// To which reservations.
    pub ids: Vec<String>,
}

/// What came of asking: sending, and its result, follow with an exchange.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SmsAsked {
    /// Asked for.
    pub asked: usize,
    /// Asked for before, and nothing is known of it yet.
    pub waiting: usize,
    /// Without a number that takes messages.
    pub no_mobile: usize,
    /// Not to be told, since no voucher will be issued.
    #[serde(default)]
    pub refused: usize,
    /// The batch.
    pub batch: Option<i64>,
}

/// Go back to an earlier stage, with a reason: a correction, not an undo.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StepBackRequest {
    /// The reservation.
    pub id: String,
    /// The stage to go back to.
    pub to: Stage,
    /// Why.
    pub reason: String,
}

/// One of the round's exports.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoundExportRequest {
    /// The round.
    pub round: String,
    /// `notified`, `all`, `to_notify`, or the name of one of the round's templates.
    pub which: String,
    /// File; in the export folder with the prescribed name where absent.
    pub path: Option<String>,
}
