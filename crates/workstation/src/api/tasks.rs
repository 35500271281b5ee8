//! Tasks 核查任务: rows that sources pushed, whose they are, and what came of asking.

use std::collections::BTreeMap;

use linli_domain::happened::Cause;
use linli_domain::item::{Stage as _, Tone};
use linli_domain::task::{Question, TaskStage, VisitOutcome, Way};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::roster::{ChipCount, ResidentRow};
use super::{Page, Sentence, TimelineItem};

/// Where a task lies for who works: its stage, and while it is open what is to be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tray {
    /// Whose it is, is to be decided.
    Undecided,
    /// It is known whose; they are to be visited or rung up.
    ToVisit,
    /// It seems to be nobody's here: to be returned, or looked into.
    NotOurs,
    /// Answered.
    Answered,
    /// Returned to the district.
    Returned,
    /// Wanted no more.
    TakenBack,
}

impl Tray {
    /// All of them, in the order of the work.
    pub const ALL: [Tray; 6] = [
        Tray::Undecided,
        Tray::ToVisit,
        Tray::NotOurs,
        Tray::Answered,
        Tray::Returned,
        Tray::TakenBack,
    ];

    /// What it means for who works.
    pub fn tone(self) -> Tone {
        match self {
            Tray::Undecided | Tray::ToVisit | Tray::NotOurs => Tone::Waiting,
            Tray::Answered => TaskStage::Answered.tone(),
            Tray::Returned => TaskStage::Returned.tone(),
            Tray::TakenBack => TaskStage::TakenBack.tone(),
        }
    }
}

/// A slice of the tasks, soonest deadline first. What is to be visited is one row a person, however many sources asked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskListRequest {
    /// Only those of one tray; all that are open where absent.
    pub tray: Option<Tray>,
    /// Only those whose deadline is over, or within two hours.
    pub pressing: bool,
    /// Only those of a building, as in [`TaskList::buildings`].
    pub building: Option<String>,
    /// Only those that somebody sees to; of nobody where empty.
    pub assignee: Option<String>,
    /// Only those of a source.
    pub source: Option<String>,
    /// Words in name, numbers, address or what a source said.
    pub query: Option<String>,
    /// Which rows.
    pub page: Page,
}

/// A slice of the tasks.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskList {
    /// How many rows match.
    pub total: usize,
    /// The rows.
    pub rows: Vec<TaskRow>,
    /// How many rows are in each tray, by its code.
    pub counts: Vec<ChipCount>,
    /// Open ones whose deadline is over, or within two hours.
    pub pressing: usize,
    /// Buildings of open ones.
    pub buildings: Vec<ChipCount>,
    /// Who sees to open ones; nobody is the empty text.
    pub assignees: Vec<ChipCount>,
    /// Sources of all.
    pub sources: Vec<ChipCount>,
    /// All tasks there ever were.
    pub all: usize,
}

/// A task in a list, or several of one person that are visited at once; masked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskRow {
    /// The id of the one with the soonest deadline: acts on it are on all of the row.
    pub id: String,
    /// Where it lies.
    pub tray: Tray,
    /// Why the source or the district took it back, where they did: also where an answer came first.
    pub cause: Option<Cause>,
    /// Who is meant: as the roster has them where that is known, else as the source wrote it.
    pub name: String,
    /// Masked document number, likewise.
    pub document: Option<String>,
    /// Masked phone, likewise.
    pub phone: Option<String>,
    /// Where they live, likewise.
    pub address: Option<String>,
    /// Short, for narrow lists: `12-501`; absent where it is not known whose it is.
    pub room: Option<String>,
    /// The resident it is.
    pub resident: Option<String>,
    /// Sources that asked, soonest deadline first.
    pub sources: Vec<String>,
    /// How many tasks the row stands for.
    pub tasks: usize,
    /// Until when the first is to be answered (local time).
    pub deadline: Option<String>,
    /// Minutes until then; negative once it is over. Absent once it is answered.
    pub minutes_left: Option<i64>,
    /// Who sees to it.
    pub assignee: Option<String>,
    /// How often nobody answered.
    pub tries: usize,
    /// What was found.
    pub outcome: Option<VisitOutcome>,
    /// When somebody was there or rang up today already, for another row too (local time).
    pub visited_today: Option<String>,
    /// Whether a source wants to know something ([`TaskCard::questions`]).
    pub asks: bool,
}

/// Everything about a row of the list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskCard {
    /// The list row.
    pub row: TaskRow,
    /// What each source wrote, soonest deadline first.
    pub asked: Vec<AskedRow>,
    /// What the sources want to know: each question once.
    pub questions: Vec<Question>,
    /// Whose it may be, best first; for one that is decided, too.
    pub candidates: Vec<CandidateRow>,
    /// The resident it is.
    pub resident: Option<ResidentRow>,
    /// Others of the home.
    pub household_members: Vec<ResidentRow>,
    /// Every visit, in order.
    pub visits: Vec<VisitRow>,
    /// Why it was returned, in the committee's own words.
    pub reason: Option<String>,
    /// Why it was taken back, in the source's or the district's words; [`TaskRow::cause`] says whose.
    pub taken_back: Option<String>,
    /// What happened to it.
    pub timeline: Vec<TimelineItem>,
}

/// What a source wrote; masked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AskedRow {
    /// The task.
    pub id: String,
    /// The source.
    pub source: String,
    /// The source's own id of it.
    pub reference: Option<String>,
    /// Name, as written.
    pub name: Option<String>,
    /// Masked number, as written.
    pub document: Option<String>,
    /// Masked phone, as written.
    pub phone: Option<String>,
    /// Address as written, in pieces: what was understood of it and what was not.
    pub address: Vec<AddressPiece>,
    /// What the source says of it.
    pub note: Option<String>,
    /// When it came (local time).
    pub pushed_at: String,
    /// Until when it is to be answered (local time).
    pub deadline: Option<String>,
}

/// A piece of an address as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddressPiece {
    /// What is written.
    pub text: String,
    /// As what it was understood: a code of the screens' words (`road`, `lane`, `building` …); absent where it was not.
    pub level: Option<String>,
}

/// A resident that a row may be about; masked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CandidateRow {
    /// The resident.
    pub resident: ResidentRow,
    /// Why, and what speaks against it.
    pub reasons: Vec<Sentence>,
    /// Whether a clerk decided for them.
    pub chosen: bool,
}

/// A visit.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VisitRow {
    /// How.
    pub way: Way,
    /// What it found.
    pub outcome: VisitOutcome,
    /// What was learnt, by the question's name.
    pub learnt: BTreeMap<String, String>,
    /// Remark.
    pub note: Option<String>,
    /// Who asked.
    pub by: String,
    /// When (local time).
    pub at: String,
    /// Whether it is the answer that the source gets.
    pub answer: bool,
}

/// Decide whose rows are.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskDecide {
    /// Which.
    pub ids: Vec<String>,
    /// The resident; nobody of the roster where absent.
    pub resident: Option<String>,
}

/// Give rows to somebody to see to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskAssign {
    /// Which.
    pub ids: Vec<String>,
    /// To whom; to nobody any more where absent.
    pub to: Option<String>,
}

/// Enter what came of asking somebody.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskVisit {
    /// Which.
    pub ids: Vec<String>,
    /// How.
    pub way: Way,
    /// What it found.
    pub outcome: VisitOutcome,
    /// What was learnt, by the question's name; blanks count as not asked.
    pub learnt: BTreeMap<String, String>,
    /// Remark.
    pub note: Option<String>,
}

/// Return rows to the district.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskReturn {
    /// Which.
    pub ids: Vec<String>,
    /// Why.
    pub reason: String,
}

/// Deadlines to be told of now: each is told once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TaskReminders {
    /// Tasks whose deadline comes within two hours.
    pub near: usize,
    /// Tasks whose deadline is over.
    pub over: usize,
}

/// The exports of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskExport {
    /// 待核查导出: what is open.
    Open,
    /// 已核查回复导出: answers.
    Answered,
    /// 退回清单导出: what was returned, and why.
    Returned,
}

/// Write one of the exports.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskExportRequest {
    /// Which.
    pub which: TaskExport,
    /// Where to; in the export folder under its own name where absent.
    pub path: Option<String>,
}
