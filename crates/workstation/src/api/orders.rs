//! Orders 工单: what residents ask for, with clocks running.

mod acts;

pub use acts::*;

use linli_domain::happened::Cause;
use linli_domain::order::{Clock, Mark, OrderResult, OrderStage, Satisfaction, Urgency};
use linli_domain::task::Way;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::roster::{ChipCount, ResidentRow};
use super::tasks::{AddressPiece, CandidateRow, TaskRow};
use super::{Page, TimelineItem};

/// The lists by which a day is closed 一日清、两日结. Asked for a day, a list has the orders to which it happened on that day,
/// whatever became of them since; asked for none, those of which something is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DayList {
    /// Given to the committee, for the first time or again.
    Came,
    /// Taken on: signed for, or worked on.
    Signed,
    /// The resident was contacted before that clock ran out.
    ContactedInTime,
    /// Replied to before that clock ran out.
    RepliedInTime,
    /// Open with a clock that has run out: at the end of the day, or now.
    Overdue,
    /// The resident was not contacted before that clock ran out, or only a reason was given.
    NotContacted,
    /// Replied to with words alone.
    Unsolved,
    /// The resident is not content with the reply.
    Dissatisfied,
    /// Given back to the district.
    Returned,
}

impl DayList {
    /// All of them, in the order of the daily report.
    pub const ALL: [DayList; 9] = [
        DayList::Came,
        DayList::Signed,
        DayList::ContactedInTime,
        DayList::RepliedInTime,
        DayList::Overdue,
        DayList::NotContacted,
        DayList::Unsolved,
        DayList::Dissatisfied,
        DayList::Returned,
    ];

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            DayList::Came => "收到",
            DayList::Signed => "签收",
            DayList::ContactedInTime => "按时先行联系",
            DayList::RepliedInTime => "按时答复",
            DayList::Overdue => "超时",
            DayList::NotContacted => "未先行联系",
            DayList::Unsolved => "未解决",
            DayList::Dissatisfied => "不满意",
            DayList::Returned => "退回",
        }
    }
}

/// A slice of the orders. What is open stands first: urgent ones, then those of special groups, then the others, of each the
/// clock that runs out next first; behind them what is no longer open, the last that happened first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderListRequest {
    /// Only those of one stage; where neither stage nor list is asked for, all that are open.
    pub stage: Option<OrderStage>,
    /// Only those of one list.
    pub list: Option<DayList>,
    /// Of which day the list is (`YYYY-MM-DD`).
    pub day: Option<String>,
    /// Only those of one kind, as in [`OrderList::categories`]; of none where empty.
    pub category: Option<String>,
    /// Only those that press so.
    pub urgency: Option<Urgency>,
    /// Only those that somebody sees to; of nobody where empty.
    pub assignee: Option<String>,
    /// Only those of a building, as in [`OrderList::buildings`].
    pub building: Option<String>,
    /// Words in what is asked for, name, phone or address; pinyin of the name.
    pub query: Option<String>,
    /// Which rows.
    pub page: Page,
}

/// A slice of the orders.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderList {
    /// How many match.
    pub total: usize,
    /// The rows.
    pub rows: Vec<OrderRow>,
    /// How many are open.
    pub open: usize,
    /// How many are at each stage, by its code.
    pub stages: Vec<ChipCount>,
    /// How many are in each list, by its code.
    pub lists: Vec<ChipCount>,
    /// Kinds of open ones; of none is the empty text.
    pub categories: Vec<ChipCount>,
    /// How open ones press, by the code, the most urgent first.
    pub urgencies: Vec<ChipCount>,
    /// Buildings of open ones.
    pub buildings: Vec<ChipCount>,
    /// Who sees to open ones; nobody is the empty text.
    pub assignees: Vec<ChipCount>,
    /// All orders there ever were.
    pub all: usize,
}

/// An order in a list; masked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderRow {
    /// The order.
    pub id: String,
    /// How far it is.
    pub stage: OrderStage,
    /// Why the district wants it no more, where it does not.
    pub cause: Option<Cause>,
    /// How pressing it is.
    pub urgency: Urgency,
    /// What kind of request it is, in its source's words.
    pub category: Option<String>,
    /// What is asked for in one line.
    pub title: String,
    /// Who asks: as the order says, else as the roster has them.
    pub name: Option<String>,
    /// Masked phone, likewise.
    pub phone: Option<String>,
    /// Where, as the order says, else where they live.
    pub address: Option<String>,
    /// Short, for narrow lists: `12-501`; absent where no home of the roster is meant.
    pub room: Option<String>,
    /// The resident who asks, where the roster knows.
    pub resident: Option<String>,
    /// Who sent it.
    pub source: Option<String>,
    /// When it was given to the committee, this time (local time).
    pub given: String,
    /// Whether it was given before.
    pub again: bool,
    /// Whether the district wants it sooner.
    pub urged: bool,
    /// Whether it asks for words alone: it may be closed with its reply.
    pub consultation: bool,
    /// Which clock runs out next.
    pub clock: Option<Clock>,
    /// When (local time).
    pub due: Option<String>,
    /// Minutes until then; negative once it is over.
    pub minutes_left: Option<i64>,
    /// Whether it has run out.
    pub overdue: bool,
    /// Who sees to it.
    pub assignee: Option<String>,
    /// Special groups of whoever asks: `高龄`, `孕产妇` … Empty once it is no longer open.
    pub groups: Vec<String>,
    /// How many other orders of the same kind came from the same person or home within a month of it.
    pub same: usize,
    /// What the reply gives.
    pub result: Option<OrderResult>,
    /// What the resident says of it.
    pub satisfaction: Option<Satisfaction>,
}

/// Everything about an order.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderCard {
    /// The list row.
    pub row: OrderRow,
    /// What is asked for, in full.
    pub body: Option<String>,
    /// Its source's own id of it.
    pub reference: Option<String>,
    /// Address as written, in pieces: what was understood of it and what was not.
    pub address: Vec<AddressPiece>,
    /// Until when its source wants the reply (local time).
    pub deadline: Option<String>,
    /// Its clocks in this turn.
    pub clocks: Vec<ClockRow>,
    /// What was done each time that it was given; this time last.
    pub turns: Vec<TurnRow>,
    /// Who may ask, best first, where the roster does not know.
    pub candidates: Vec<CandidateRow>,
    /// The resident who asks.
    pub resident: Option<ResidentRow>,
    /// Others of the home.
    pub household_members: Vec<ResidentRow>,
    /// Other orders of the same person or home, the last first.
    pub orders: Vec<OrderRow>,
    /// Tasks about the same person or home.
    pub tasks: Vec<TaskRow>,
    /// What happened to it.
    pub timeline: Vec<TimelineItem>,
}

/// A clock of an order.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ClockRow {
    /// Which.
    pub clock: Clock,
    /// When it runs out (local time).
    pub due: String,
    /// When what it is for was done (local time).
    pub done: Option<String>,
    /// Whether it still runs, or has run out with nothing done.
    pub runs: bool,
    /// Whether it ran out before it was done.
    pub late: bool,
    /// Alarms that rang.
    pub rang: Vec<RangRow>,
}

/// An alarm that rang.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RangRow {
    /// Before the clock ran out, or then.
    pub mark: Mark,
    /// When it was to ring (local time).
    pub at: String,
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DidRow {
    /// The clerk.
    pub by: String,
    /// When (local time).
    pub at: String,
}

/// Why something was done, by whom, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReasonRow {
    /// Why, or what was said.
    pub reason: String,
    /// Who, and when.
    #[serde(flatten)]
    pub did: DidRow,
}

/// An order from when it was given until it was given again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TurnRow {
    /// When it was given (local time).
    pub from: String,
    /// Why it was given again.
    pub again: Option<ReasonRow>,
    /// Who took it on.
    pub signed: Option<DidRow>,
    /// Contacts before the reply.
    pub contacts: Vec<ContactRow>,
    /// What was found; the last holds.
    pub found: Vec<FoundRow>,
    /// Neighbour units.
    pub helps: Vec<HelpRow>,
    /// Replies; the first goes up.
    pub replies: Vec<ReplyRow>,
    /// Each time that the resident was asked back.
    pub revisits: Vec<RevisitRow>,
    /// Done with.
    pub closed: Option<DidRow>,
    /// Given back, and why.
    pub returned: Option<ReasonRow>,
    /// Wanted no more, and why; [`OrderRow::cause`] says whose words these are.
    pub recalled: Option<ReasonRow>,
    /// Each time that the district wanted it sooner.
    pub urged: Vec<ReasonRow>,
}

/// A first contact.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ContactRow {
    /// How; not at all where absent.
    pub way: Option<Way>,
    /// What was said, or why nobody was contacted.
    pub note: Option<String>,
    /// Who, and when.
    #[serde(flatten)]
    pub did: DidRow,
}

/// What was found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FoundRow {
    /// What is so.
    pub facts: String,
    /// Whether what is asked for is reasonable; not judged where absent.
    pub reasonable: Option<bool>,
    /// Who, and when.
    #[serde(flatten)]
    pub did: DidRow,
}

/// A neighbour unit's part.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HelpRow {
    /// Which unit.
    pub unit: String,
    /// For what; empty where it answered without being asked.
    pub what: String,
    /// Who asked, and when.
    pub asked: DidRow,
    /// What it says.
    pub given: Option<ReasonRow>,
}

/// A reply.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReplyRow {
    /// What it gives.
    pub result: OrderResult,
    /// The reply.
    pub text: String,
    /// The approved wording it was taken from.
    pub answer: Option<String>,
    /// Whether it is the one that goes up.
    pub counts: bool,
    /// Who, and when.
    #[serde(flatten)]
    pub did: DidRow,
}

/// What a resident said when asked back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RevisitRow {
    /// What he says of the reply.
    pub satisfaction: Satisfaction,
    /// In his own words.
    pub words: Option<String>,
    /// Who asked, and when.
    #[serde(flatten)]
    pub did: DidRow,
}

/// Alarms that ring at this PC now; each rings once in the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderAlarms {
    /// In order of time.
    pub alarms: Vec<OrderAlarm>,
}

/// An alarm; masked, as a list is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderAlarm {
    /// The order.
    pub id: String,
    /// When it was to ring (local time).
    pub at: String,
    /// Which clock.
    pub clock: Clock,
    /// Whether the clock has run out.
    pub mark: Mark,
    /// When the clock runs out (local time).
    pub due: String,
    /// How pressing the order is.
    pub urgency: Urgency,
    /// What is asked for in one line.
    pub title: String,
}

/// The exports of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OrderExport {
    /// 待办工单导出: what is open.
    Open,
    /// 已答复工单导出: replies.
    Replied,
    /// 退回清单导出: what was returned, and why.
    Returned,
    /// 超时工单导出.
    Overdue,
    /// 未先行联系工单导出.
    NotContacted,
    /// 未解决工单导出.
    Unsolved,
    /// 不满意工单导出.
    Dissatisfied,
}

/// Write one of the exports.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderExportRequest {
    /// Which.
    pub which: OrderExport,
    /// Of which day (`YYYY-MM-DD`), where it is one of the day's lists; as they stand now where absent.
    #[serde(default)]
    pub day: Option<String>,
    /// Where to; in the export folder under its own name where absent.
    #[serde(default)]
    pub path: Option<String>,
}

/// The numbers of a day 日报.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderReportRequest {
    /// Which day (`YYYY-MM-DD`); today, as far as it is over, where absent.
    #[serde(default)]
    pub day: Option<String>,
}

/// How many orders are in each list of a day: as many as [`OrderListRequest::list`] gives for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderReport {
    /// The day.
    pub day: String,
    /// The lists that are counted.
    pub lists: Vec<DayList>,
    /// A number for each of them, of all orders.
    pub all: Vec<usize>,
    /// Of each kind: its own words, empty where an order says none.
    pub categories: Vec<ReportRow>,
    /// Of each urgency: its code, the most urgent first.
    pub urgencies: Vec<ReportRow>,
}

/// Some of the orders of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReportRow {
    /// Which.
    pub key: String,
    /// A number for each of [`OrderReport::lists`].
    pub counts: Vec<usize>,
}

/// As what a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// To be printed.
    Pdf,
    /// A sheet with charts.
    Xlsx,
}

/// Write the numbers of a day into a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderReportSave {
    /// As in [`OrderReportRequest`].
    #[serde(default)]
    pub day: Option<String>,
    /// As what.
    pub format: ReportFormat,
    /// Where to; in the export folder under its own name where absent.
    #[serde(default)]
    pub path: Option<String>,
}
