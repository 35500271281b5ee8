//! The three exports of tasks.

use linli_documents::sheet::ColumnKind::{self, Number, Text, Time};
use linli_domain::item::Item as _;
use linli_domain::operation::EntityKind;
use linli_domain::record::Field;
use linli_domain::task::{Task, Visit};
use linli_domain::time::Moment;

use super::TaskView;
use super::list::is_open;
use crate::api::Exported;
use crate::api::tasks::{TaskExport, TaskExportRequest, Tray};
use crate::queue::{Export, export};
use crate::roster::Roster;
use crate::{Error, Workstation};

/// A task as a row of an export: where it lies, and its number there.
struct Row<'v> {
    task: &'v Task,
    tray: Tray,
    /// The home of whose it is.
    home: Option<String>,
    index: usize,
}

/// A column: what it is called, and what stands there.
type Column = (&'static str, ColumnKind, fn(&Row<'_>) -> String);

/// Writes one of the exports.
pub(crate) fn task_export(ws: &Workstation, request: TaskExportRequest) -> Result<Exported, Error> {
    let (name, columns): (_, &[Column]) = match request.which {
        TaskExport::Open => ("待核查导出", &OPEN),
        TaskExport::Answered => ("已核查回复导出", &ANSWER),
        TaskExport::Returned => ("退回清单导出", &RETURNED),
    };
    let takes = |tray| match request.which {
        TaskExport::Open => is_open(tray),
        TaskExport::Answered => tray == Tray::Answered,
        TaskExport::Returned => tray == Tray::Returned,
    };
    let columns: Vec<&Column> = WRITTEN.iter().chain(columns).collect();
    let view = ws.tasks()?;
    let rows: Vec<Vec<String>> = {
        let roster = ws.roster()?;
        let places = (0..view.items.len()).filter(|place| takes(view.lies(*place).tray));
        let of = |(place, index)| row(&view, &roster, place, index);
        let cells = |row: Row<'_>| columns.iter().map(|(.., value)| value(&row)).collect();
        places.zip(1..).map(of).map(cells).collect()
    };
    let wanted = Export {
        name: name.to_owned(),
        title: name.trim_end_matches("导出").to_owned(),
        columns: columns
            .iter()
            .map(|(name, kind, _)| ((*name).to_owned(), *kind))
            .collect(),
        of: (EntityKind::Committee, ws.committee_id()),
    };
    export(ws, wanted, &rows, request.path.as_deref())
}

fn row<'v>(view: &'v TaskView, roster: &Roster, place: usize, index: usize) -> Row<'v> {
    let lies = view.lies(place);
    let person = lies.resident.and_then(|id| roster.residents.get(&id));
    Row {
        task: view.task(place),
        tray: lies.tray,
        home: person.and_then(|person| roster.address(person.household)),
        index,
    }
}

/// What each of them begins with: the row as its source wrote it, and whose home it is.
const WRITTEN: [Column; 10] = [
    ("序号", Number, |row| row.index.to_string()),
    ("来源", Text, |row| row.get(Field::Source)),
    ("来源编号", Text, |row| row.get(Field::Reference)),
    ("姓名", Text, |row| row.get(Field::Name)),
    ("证件号码", Text, |row| row.get(Field::DocumentNumber)),
    ("手机号码", Text, |row| row.get(Field::Phone)),
    ("地址", Text, |row| row.get(Field::Address)),
    ("情况", Text, |row| row.get(Field::Note)),
    ("台账住址", Text, |row| row.home.clone().unwrap_or_default()),
    ("截止时间", Time, |row| {
        row.task.deadline().map(Moment::minutes_text).unwrap_or_default()
    }),
];

const OPEN: [Column; 3] = [
    ("判定", Text, |row| judged(row.tray).to_owned()),
    ("负责人", Text, |row| row.task.assigned.clone().unwrap_or_default()),
    ("核查情况", Text, |row| {
        row.task.visits.last().map(said).unwrap_or_default()
    }),
];

const ANSWER: [Column; 6] = [
    ("核查结果", Text, |row| {
        row.answer(|visit| visit.outcome.label().to_owned())
    }),
    ("核查方式", Text, |row| {
        row.answer(|visit| visit.way.label().to_owned())
    }),
    ("核查时间", Time, |row| {
        row.answer(|visit| visit.did.at.minutes_text())
    }),
    ("核查人", Text, |row| row.answer(|visit| visit.did.by.clone())),
    ("了解到的情况", Text, |row| row.answer(learnt)),
    ("备注", Text, |row| {
        row.answer(|visit| visit.note.clone().unwrap_or_default())
    }),
];

const RETURNED: [Column; 3] = [
    ("退回原因", Text, |row| row.returned(|why| why.reason.clone())),
    ("退回人", Text, |row| row.returned(|why| why.did.by.clone())),
    ("退回时间", Time, |row| {
        row.returned(|why| why.did.at.minutes_text())
    }),
];

impl Row<'_> {
    fn get(&self, field: Field) -> String {
        self.task.get(field).to_owned()
    }

    fn answer(&self, text: impl Fn(&Visit) -> String) -> String {
        self.task.answer().map(text).unwrap_or_default()
    }

    fn returned(&self, text: impl Fn(&linli_domain::happened::Reasoned) -> String) -> String {
        self.task.returned.as_ref().map(text).unwrap_or_default()
    }
}

fn judged(tray: Tray) -> &'static str {
    match tray {
        Tray::Undecided => "待判定",
        Tray::ToVisit => "已判定",
        Tray::NotOurs => "可能不是本辖区",
        Tray::Answered | Tray::Returned | Tray::TakenBack => "",
    }
}

/// `电话 无人应答 2020-02-02 09:00`.
fn said(visit: &Visit) -> String {
    let at = visit.did.at.minutes_text();
    format!("{} {} {at}", visit.way.label(), visit.outcome.label())
}

/// `返沪日期：3月1日；症状：无`.
fn learnt(visit: &Visit) -> String {
    let answers = visit.learnt.iter();
    let said: Vec<String> = answers
        .map(|(question, answer)| format!("{question}：{answer}"))
        .collect();
    said.join("；")
}
