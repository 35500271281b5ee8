//! The program itself: first start, unlocking, settings, jobs, undo, the first screen.

use linli_domain::operation::EntityKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Catalogue, Secret, Sentence, TimelineItem};

/// Which screen the program begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AppState {
    /// No data yet: the three choices.
    FirstStart,
    /// The database waits for its password.
    Locked,
    /// At work.
    Ready,
    /// The data cannot be opened; `problem` says why. Nothing was changed.
    Broken,
}

/// Where the program stands.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AppStatus {
    /// What to show.
    pub state: AppState,
    /// Whether the system keyring can hold the key; without one a password is needed.
    pub keyring: bool,
    /// Whether there is a keyring that only has to be unlocked.
    pub keyring_locked: bool,
    /// The least characters of a new password.
    pub password_min: usize,
    /// Whether the database has a password as well.
    pub has_password: bool,
    /// The committee's name, once ready.
    pub committee: Option<String>,
    /// The clerk working now.
    pub actor: Option<String>,
    /// Clerks who have worked on this PC.
    pub known_actors: Vec<String>,
    /// Why the data cannot be opened.
    pub problem: Option<Sentence>,
    /// Where the data lies on this PC.
    pub data_dir: String,
    /// The program's version.
    pub version: String,
    /// Whether this is the invented committee of "try with sample data".
    pub sample: bool,
    /// The district this PC belongs to.
    pub district: Option<String>,
    /// What was found when the data was opened, until `remarks_seen`.
    pub remarks: Vec<Sentence>,
}

/// Start alone, without a district.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetupAlone {
    /// The committee's full name.
    pub committee: String,
    /// The district's name, for documents.
    pub district: Option<String>,
    /// Who is working.
    pub actor: String,
    /// Needed where there is no keyring; welcome where there is one.
    #[ts(as = "Option<String>")]
    pub password: Option<Secret>,
}

/// Start with an invented committee: a job, since it writes a few thousand people.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetupSample {
    /// Who is working.
    pub actor: String,
    /// Needed where there is no keyring.
    #[ts(as = "Option<String>")]
    pub password: Option<Secret>,
    /// How many households to invent (100 to 8,000; 600 where absent).
    pub households: Option<u32>,
}

/// The password for a locked database.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Unlock {
    /// What the clerk typed.
    #[ts(as = "String")]
    pub password: Secret,
}

/// Set, change or (with `new` absent, where a keyring holds the key) remove the password.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PasswordSet {
    /// The present password, where there is one.
    #[ts(as = "Option<String>")]
    pub old: Option<Secret>,
    /// The new one.
    #[ts(as = "Option<String>")]
    pub new: Option<Secret>,
}

/// Settings of this PC. They are not operations: they do not travel.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// Type size in pixels: 14, 16 or 18.
    pub type_size: u8,
    /// `zh-CN` or `en`.
    pub language: String,
    /// Whether things move.
    pub motion: bool,
    /// Where exports are saved.
    pub export_folder: String,
    /// The clerk working now.
    pub actor: String,
    /// Voucher prints by itself after registering at the counter.
    pub print_at_counter: bool,
    /// The printer chosen last.
    pub printer: Option<String>,
    /// A sound and a notification of the system's when registrations come from the residents' form.
    pub announce: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            theme: "system".into(),
            type_size: 14,
            language: "zh-CN".into(),
            motion: true,
            export_folder: String::new(),
            actor: String::new(),
            print_at_counter: false,
            printer: None,
            announce: false,
        }
    }
}

/// Filters that were given a name, on this PC.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct SavedFilters {
    /// In the order they were saved.
    pub filters: Vec<SavedFilter>,
}

/// A list's filter under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedFilter {
    /// Which list: `roster`, `round`.
    pub area: String,
    /// Its name; saving another of that name takes its place.
    pub name: String,
    /// The filter, as it stands in the screens' address.
    pub query: std::collections::BTreeMap<String, String>,
}

/// Names a saved filter.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ByName {
    /// Which list.
    pub area: String,
    /// Its name.
    pub name: String,
}

/// The committee as printed on documents.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CommitteeCard {
    /// Full name.
    pub name: String,
    /// District.
    pub district: Option<String>,
    /// Telephone for residents.
    pub phone: Option<String>,
    /// Address.
    pub address: Option<String>,
}

/// Ask whether anything changed since a version seen.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangesSince {
    /// The version of the last answer (0 at first, and where the counts must be told whatever they are).
    pub version: i64,
}

/// What changed: the screens ask again for what shows it, and for nothing else.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Changes {
    /// The data's version now: grows with every batch written by any program on this PC.
    pub version: i64,
    /// What was touched since the version asked about; empty where nothing was.
    pub topics: Vec<Topic>,
    /// Numbers for the rail; absent where nothing was touched.
    pub counts: Option<RailCounts>,
}

/// What a part of the screen is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The committee's own name and address.
    Committee,
    /// Residents, households and tags.
    Roster,
    /// Rounds themselves: what they allow, and how long.
    Rounds,
    /// Reservations, and what may be issued for them.
    Reservations,
    /// Instructions of the district.
    Instructions,
    /// Rows to be verified.
    Tasks,
    /// What residents ask for, with clocks running.
    Orders,
    /// Approved wordings.
    Answers,
    /// What was done, by whom: every change is in it.
    History,
}

impl Topic {
    /// All of them.
    pub const ALL: [Topic; 9] = [
        Topic::Committee,
        Topic::Roster,
        Topic::Rounds,
        Topic::Reservations,
        Topic::Instructions,
        Topic::Tasks,
        Topic::Orders,
        Topic::Answers,
        Topic::History,
    ];

    /// What an entity of a kind is shown as.
    pub(crate) fn of(kind: EntityKind) -> Topic {
        match kind {
            EntityKind::Committee => Topic::Committee,
            EntityKind::Tag | EntityKind::Household | EntityKind::Resident => Topic::Roster,
            EntityKind::Round => Topic::Rounds,
            EntityKind::Reservation | EntityKind::Lease | EntityKind::IssuingRight => Topic::Reservations,
            EntityKind::Instruction => Topic::Instructions,
            EntityKind::Task => Topic::Tasks,
            EntityKind::Order => Topic::Orders,
            EntityKind::Answer => Topic::Answers,
            EntityKind::Batch => Topic::History,
        }
    }
}

/// Numbers for the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RailCounts {
    /// Reservations waiting for a decision, in open rounds.
    pub to_review: usize,
    /// Passed reservations waiting to be told.
    pub to_notify: usize,
    /// Instructions that the clerk working now has not acknowledged.
    pub to_acknowledge: usize,
    /// Rows of the list of tasks that are to be worked on: one a person, however many sources asked.
    pub to_verify: usize,
    /// Orders that are still to be replied to.
    pub to_reply: usize,
}

/// Where a job stands.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct JobStatus {
    /// Steps done.
    pub done: usize,
    /// Steps in all (0 while unknown).
    pub total: usize,
    /// What it is doing.
    pub step: Option<Sentence>,
    /// Whether it still runs.
    pub state: JobState,
    /// The response of the job's command, once finished.
    #[ts(type = "unknown")]
    pub result: Option<serde_json::Value>,
    /// Why it failed.
    pub error: Option<ErrorBody>,
}

/// A job's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Working.
    Running,
    /// Done; `result` is there.
    Finished,
    /// Stopped on request; nothing was written.
    Cancelled,
    /// Failed; nothing was written.
    Failed,
}

/// An error as the screens get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErrorBody {
    /// What is refused, and why.
    #[serde(flatten)]
    pub said: Sentence,
    /// Whether trying again later can help.
    pub retry: bool,
}

impl ErrorBody {
    /// A refusal of a host's own, without values.
    pub fn new(code: &str, text: impl Into<String>) -> ErrorBody {
        ErrorBody {
            said: Sentence {
                catalogue: Catalogue::Refusals,
                code: code.to_owned(),
                values: Default::default(),
                within: Vec::new(),
                text: text.into(),
            },
            retry: false,
        }
    }
}

/// Take back one batch.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UndoBatch {
    /// The batch.
    pub batch: i64,
}

/// What an undo did.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Undone {
    /// What was taken back, with how much it was; nothing where there was nothing to take back.
    pub said: Option<Sentence>,
    /// Entities brought back to what they were.
    pub changed: usize,
    /// Entities kept as they are because later work builds on them, each in words.
    pub kept: Vec<String>,
    /// The undo's own batch.
    pub batch: Option<i64>,
    /// The batch that was taken back: what `redo_batch` takes to bring it back.
    pub of: Option<i64>,
}

/// Bring back one batch that was taken back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RedoBatch {
    /// The batch.
    pub batch: i64,
}

/// What a redo did.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Redone {
    /// What counts again, with how much it is; nothing where there was nothing to bring back.
    pub said: Option<Sentence>,
    /// The batch that counts again: what `undo_batch` takes to take it back once more.
    pub of: Option<i64>,
}

/// The last things done on this data, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HistoryRequest {
    /// How many (at most 200).
    pub limit: usize,
    /// Only imports.
    pub imports: bool,
}

/// The last things done.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct History {
    /// Newest first.
    pub items: Vec<TimelineItem>,
}

/// The first screen.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Today {
    /// What needs me, most urgent first.
    pub due: Vec<DueItem>,
    /// Rounds that are open or have people to notify or to serve.
    pub rounds: Vec<super::rounds::RoundSummary>,
    /// Residents on the roster.
    pub residents: usize,
    /// Households on the roster.
    pub households: usize,
    /// Registrations of the last 14 days of the newest round, by day.
    pub registrations: Vec<DayCount>,
    /// The last actions.
    pub recent: Vec<TimelineItem>,
}

/// One line of "what needs me now".
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DueItem {
    /// What it is: `to_reply`, `to_acknowledge`, `to_verify`, `to_review`, `to_notify`, `to_collect`, `to_back_up`, `never_backed_up`.
    #[serde(flatten)]
    pub said: Sentence,
    /// The round it belongs to.
    pub round: Option<String>,
    /// How many.
    pub count: usize,
    /// When it is due (local time).
    pub due_at: Option<String>,
}

/// A day and a number.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DayCount {
    /// The day.
    pub day: String,
    /// The number.
    pub count: usize,
}

/// What "check database" found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CheckReport {
    /// Whether everything holds.
    pub ok: bool,
    /// Operations in the log.
    pub operations: usize,
    /// Batches whose signature was checked.
    pub batches: usize,
    /// Hash over all state tables (hex).
    pub state_hash: String,
    /// The digest by which PCs and district compare their states (hex).
    pub digest: String,
    /// What is wrong.
    pub problems: Vec<super::Sentence>,
}

/// A path that this program exported, to be opened.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenPath {
    /// As in [`super::Exported::path`].
    pub path: String,
    /// Open the folder instead of the file.
    pub folder: bool,
}
