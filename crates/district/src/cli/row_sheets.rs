//! Sheets of pushed rows for staff: what a push left to look at, the list, the progress.

use linli_district::pushed::list::Listed;
use linli_district::pushed::progress::{Counted, Line};
use linli_district::pushed::push::{Judged, Pushed, Verdict};
use linli_district::pushed::{Content, TaskRow};
use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, write_sheet};
use linli_domain::task::{VisitOutcome, Way};
use linli_domain::time::Moment;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Refusal;

/// A column: its header, and the text of a row.
pub(super) type Shown<T> = (&'static str, fn(&T) -> String);

/// What a list of one kind of rows shows.
pub(super) trait Sheet: Content {
    /// Its title.
    const TITLE: &'static str;
    /// Its columns, in order.
    const SHOWN: &'static [Shown<Listed<Self>>];
}

/// Rows of a push that somebody has to look at.
pub(super) fn unsettled(pushed: &Pushed, now: Moment) -> Result<Vec<u8>, Refusal> {
    let columns: [Shown<Judged>; 5] = [
        ("行", |row| row.row.to_string()),
        ("编号", |row| row.reference.clone().unwrap_or_default()),
        ("结果", |row| verdict(row).to_owned()),
        ("居委会", |row| row.committee.clone().unwrap_or_default()),
        ("原因", |row| row.reason.clone().unwrap_or_default()),
    ];
    let rows: Vec<&Judged> = pushed.rows.iter().filter(|row| row.reason.is_some()).collect();
    texts(("推送中要处理的行", "要处理的行"), &columns, &rows, now)
}

fn verdict(row: &Judged) -> &'static str {
    match (row.verdict, &row.committee) {
        (Verdict::Damaged, _) => "不能用",
        (Verdict::Closed, _) => "不能再更正",
        (Verdict::Known, _) => "已有",
        (Verdict::Taken | Verdict::Changed, None) => "无归属",
        (Verdict::Taken, Some(_)) => "新收",
        (Verdict::Changed, Some(_)) => "更正",
    }
}

/// Rows with what became of them.
pub(super) fn listed<R: Sheet>(rows: &[Listed<R>], now: Moment) -> Result<Vec<u8>, Refusal> {
    let rows: Vec<&Listed<R>> = rows.iter().collect();
    texts((R::TITLE, R::TITLE), R::SHOWN, &rows, now)
}

impl Sheet for TaskRow {
    const TITLE: &'static str = "核查任务";
    const SHOWN: &'static [Shown<Listed<TaskRow>>] = &[
        ("编号", |one| one.answer.reference.clone()),
        ("来源", |one| one.source.clone()),
        ("状态", |one| one.standing.label::<TaskRow>().to_owned()),
        ("居委会", |one| text(&one.answer.committee)),
        ("姓名", |one| text(&one.row.name)),
        ("证件号码", |one| text(&one.row.document_number)),
        ("电话", |one| text(&one.row.phone)),
        ("地址", |one| text(&one.row.address)),
        ("情况", |one| text(&one.row.note)),
        ("下发时间", |one| one.pushed_at.minutes_text()),
        ("截止时间", |one| {
            one.deadline.map(Moment::minutes_text).unwrap_or_default()
        }),
        ("超时", |one| {
            if one.overdue {
                "超时".to_owned()
            } else {
                String::new()
            }
        }),
        ("结果", |one| word(&one.answer.outcome, VisitOutcome::label)),
        ("方式", |one| word(&one.answer.way, Way::label)),
        ("核查时间", |one| text(&one.answer.at).replace('T', " ")),
        ("核查人", |one| text(&one.answer.by)),
        ("了解到", learnt),
        ("说明", |one| {
            let said = [&one.answer.note, &one.answer.reason].into_iter().flatten();
            said.cloned().collect::<Vec<_>>().join("；")
        }),
        ("区里备注", |one| text(&one.remark)),
    ];
}

pub(super) fn text(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

/// What people call something that a message names by a word.
pub(super) fn word<T: DeserializeOwned>(code: &Option<String>, label: fn(T) -> &'static str) -> String {
    let value = code.as_ref().map(|code| Value::String(code.clone()));
    let known = value.and_then(|value| serde_json::from_value(value).ok());
    known.map(label).unwrap_or_default().to_owned()
}

fn learnt(one: &Listed<TaskRow>) -> String {
    let pairs = one
        .answer
        .learnt
        .iter()
        .map(|(question, answer)| format!("{question}：{answer}"));
    pairs.collect::<Vec<_>>().join("；")
}

fn texts<T>(
    (title, sheet_name): (&str, &str),
    columns: &[Shown<T>],
    rows: &[&T],
    now: Moment,
) -> Result<Vec<u8>, Refusal> {
    let spec = |(header, _): &Shown<T>| ColumnSpec {
        header: (*header).to_owned(),
        kind: ColumnKind::Text,
    };
    let spec = SheetSpec {
        title: title.to_owned(),
        sheet_name: sheet_name.to_owned(),
        columns: columns.iter().map(spec).collect(),
        created: now.local(),
    };
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| columns.iter().map(|(_, of)| of(row)).collect())
        .collect();
    let sheet = write_sheet(&spec, rows.len(), |row, column| Cell::Text(&cells[row][column]))?;
    Ok(sheet.bytes)
}

/// The numbers by group of lines.
pub(super) fn progress<C: Counted>(
    title: &str,
    groups: &[(&'static str, &[Line<C>])],
    now: Moment,
) -> Result<Vec<u8>, Refusal> {
    let text = ["分类", "街镇", "名称"].map(|header| (header, ColumnKind::Text));
    let numbers = C::COLUMNS.iter().map(|(header, _)| (*header, ColumnKind::Number));
    let columns = text.into_iter().chain(numbers).map(|(header, kind)| ColumnSpec {
        header: header.to_owned(),
        kind,
    });
    let spec = SheetSpec {
        title: title.to_owned(),
        sheet_name: "进度".into(),
        columns: columns.collect(),
        created: now.local(),
    };
    let rows: Vec<(&str, &Line<C>)> = groups
        .iter()
        .flat_map(|(group, lines)| lines.iter().map(|line| (*group, line)))
        .collect();
    let sheet = write_sheet(&spec, rows.len(), |row, column| {
        let (group, line) = rows[row];
        match column {
            0 => Cell::Text(group),
            1 => Cell::Text(&line.town),
            2 => Cell::Text(&line.name),
            number => Cell::Number(C::COLUMNS[number - 3].1(&line.count) as f64),
        }
    })?;
    Ok(sheet.bytes)
}
