//! The three exports every round has, and the round's own templates.

use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, write_sheet};
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, EntityKind, Note};
use linli_domain::record::Field;
use linli_domain::reservation::{Attempt, Reservation};
use linli_domain::round::{
    AGAIN_COLUMN, CALL_RESULT_COLUMN, Decision, EXPORT_COLUMNS, ExportFilter, Outcome, RoundDefinition,
};
use linli_domain::smart_check::Finding;
use linli_domain::time::parse_local;
use linli_domain::voucher;

use super::RoundView;
use crate::api::Exported;
use crate::api::rounds::RoundExportRequest;
use crate::named::Thing;
use crate::roster::document_kind;
use crate::timeline::{Came, again};
use crate::workstation::id;
use crate::{Error, Workstation};

/// An export: what is on its button and in its file's name, its title, filter and columns.
struct Export {
    name: String,
    title: String,
    filter: ExportFilter,
    columns: Vec<String>,
}

/// Columns written as numbers.
const NUMBER_COLUMNS: [&str; 2] = ["序号", "预约数量"];
/// Columns written as dates with a time.
const TIME_COLUMNS: [&str; 4] = ["预约时间", "审核时间", "通知时间", "领取时间"];

/// Writes one of a round's exports. Recorded: it leaves the program in the clear.
pub(crate) fn round_export(ws: &Workstation, request: RoundExportRequest) -> Result<Exported, Error> {
    let view = ws.round(id(Thing::Round, &request.round)?)?;
    let export = export(&view.definition, &request.which)?;
    let places: Vec<usize> = (0..view.reservations.len())
        .filter(|place| export.filter.takes(view.reservations[*place].state.stage()))
        .collect();
    let rows: Vec<Vec<String>> = places
        .iter()
        .enumerate()
        .map(|(index, place)| row(&view, *place, index + 1, &export.columns))
        .collect();
    let at = ws.now();
    let spec = SheetSpec {
        title: export.title.clone(),
        sheet_name: export.name.clone(),
        columns: export
            .columns
            .iter()
            .map(|header| ColumnSpec {
                header: header.clone(),
                kind: kind(header),
            })
            .collect(),
        created: at.local(),
    };
    let sheet = write_sheet(&spec, rows.len(), |row, column| {
        cell(&rows[row][column], kind(&export.columns[column]))
    })?;
    let committee = ws.committee()?.name;
    let stamp = at.local().format("%Y%m%d-%H%M");
    let file_name = safe(&format!("{committee}_{}_{stamp}.xlsx", export.name));
    let path = ws.export_path(request.path.as_deref(), &file_name)?;
    let exported = ws.save_sheet(&path, &sheet, rows.len())?;
    let note = Note::Exported {
        what: export.name,
        rows: rows.len(),
        to: Some(exported.file_name.clone()),
    };
    ws.record(Action::Exported, EntityKind::Round, view.id, note)?;
    Ok(exported)
}

fn kind(header: &str) -> ColumnKind {
    match header {
        _ if NUMBER_COLUMNS.contains(&header) => ColumnKind::Number,
        _ if TIME_COLUMNS.contains(&header) => ColumnKind::Time,
        _ => ColumnKind::Text,
    }
}

/// What is not of its column's kind stands there as the text it is.
fn cell(text: &str, kind: ColumnKind) -> Cell<'_> {
    let typed = match kind {
        _ if text.is_empty() => Some(Cell::Empty),
        ColumnKind::Number => text.parse().ok().map(Cell::Number),
        ColumnKind::Time => parse_local(text).map(Cell::Time),
        ColumnKind::Text => None,
    };
    typed.unwrap_or(Cell::Text(text))
}

fn export(definition: &RoundDefinition, which: &str) -> Result<Export, Error> {
    let columns = || {
        EXPORT_COLUMNS
            .iter()
            .map(|column| (*column).to_owned())
            .collect::<Vec<_>>()
    };
    let ordinal = definition.ordinal();
    let standard = |name: &str, filter, columns| Export {
        name: format!("{ordinal}{name}"),
        title: format!("{}（{name}）", definition.title),
        filter,
        columns,
    };
    Ok(match which {
        "notified" => standard("已通知购买", ExportFilter::Notified, columns()),
        "all" => {
            let mut with_again = columns();
            with_again.push(AGAIN_COLUMN.to_owned());
            standard("全表", ExportFilter::All, with_again)
        }
        "to_notify" | "to-notify" => {
            let mut with_result = columns();
            with_result.push(CALL_RESULT_COLUMN.to_owned());
            standard("待通知购买", ExportFilter::ToNotify, with_result)
        }
        name => {
            let template = definition
                .templates
                .iter()
                .find(|template| template.name == name)
                .ok_or(Error::NotFound { thing: Thing::Template })?;
            Export {
                name: format!("{ordinal}{}", template.name),
                title: template.title.clone(),
                filter: template.filter,
                columns: template.columns.clone(),
            }
        }
    })
}

fn row(view: &RoundView, place: usize, index: usize, columns: &[String]) -> Vec<String> {
    let state = &view.reservations[place].state;
    columns
        .iter()
        .map(|column| value(view, state, &view.findings[place], index, column))
        .collect()
}

/// What stands in a column; [`RoundDefinition::check`] has refused columns that do not exist.
fn value(view: &RoundView, state: &Reservation, findings: &[Finding], index: usize, column: &str) -> String {
    let get = |field| state.get(field).unwrap_or_default().to_owned();
    let review = state.review.as_ref();
    match column {
        "序号" => index.to_string(),
        "预约号" => get(Field::Number),
        "姓名" => get(Field::Name),
        "证件类型" => document_kind(state.get(Field::DocumentKind), state.get(Field::DocumentNumber))
            .label()
            .to_owned(),
        "证件号码" => get(Field::DocumentNumber),
        "手机号码" => get(Field::Phone),
        "小区" => get(Field::Estate),
        "楼栋" => get(Field::Building) + &get(Field::Unit),
        "室号" => get(Field::Room),
        "预约数量" => state.quantity().to_string(),
        "预约时间" => parse_local(&get(Field::RegisteredAt)).map_or_else(
            || get(Field::RegisteredAt),
            |at| at.format("%Y-%m-%d %H:%M").to_string(),
        ),
        "登记来源" => get(Field::Source),
        "核查结果" if findings.is_empty() => "未发现问题".into(),
        "核查结果" => findings.iter().map(Finding::text).collect::<Vec<_>>().join("；"),
        "审核状态" => match review {
            None => "待审核".into(),
            Some(review) if review.decision == Decision::Passed => "通过".into(),
            Some(review) => {
                let issued = if state.contested() { "（凭证已发出）" } else { "" };
                format!("不通过{issued}：{}", review.reason.as_deref().unwrap_or_default())
            }
        },
        "审核人" => review.map(|review| review.by.clone()).unwrap_or_default(),
        "审核时间" => review.map(|review| review.at.minutes_text()).unwrap_or_default(),
        "通知方式" => told(state).map_or_else(|| tried(state), |attempt| attempt.channel.label().to_owned()),
        "通知时间" => told(state).map(|attempt| attempt.at.minutes_text()).unwrap_or_default(),
        CALL_RESULT_COLUMN => state.attempts.last().map(outcome).unwrap_or_default(),
        "凭证号" => state
            .voucher
            .map(|(serial, _)| voucher::number(view.definition.number, serial))
            .unwrap_or_default(),
        "领取点" => get(Field::PickUp),
        "领取时间" => state.collected.map(|at| at.minutes_text()).unwrap_or_default(),
        "备注" => get(Field::Note),
        AGAIN_COLUMN => state
            .again
            .iter()
            .map(|one| again(one).text)
            .collect::<Vec<_>>()
            .join("；"),
        _ => String::new(),
    }
}

/// The last attempt that reached somebody.
fn told(state: &Reservation) -> Option<&Attempt> {
    state
        .attempts
        .iter()
        .rev()
        .find(|attempt| attempt.outcome == Outcome::Reached)
}

/// What came of an attempt, and when.
fn outcome(attempt: &Attempt) -> String {
    format!(
        "{} {}",
        Came::of(attempt.channel, attempt.outcome).label(),
        attempt.at.minutes_text()
    )
}

/// Of somebody who was not reached: how it was tried, so that the row does not read as if he had been told.
fn tried(state: &Reservation) -> String {
    let last = state.attempts.last();
    last.map(|attempt| format!("{}（{}）", attempt.channel.label(), outcome(attempt)))
        .unwrap_or_default()
}

/// A name that every file system takes.
pub(crate) fn safe(name: &str) -> String {
    name.chars()
        .map(|c| {
            if "\\/:*?\"<>|".contains(c) || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect()
}
