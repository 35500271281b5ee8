//! The three exports every round has, and the round's own templates.

use linli_documents::sheet::ColumnKind::{self, Number, Text, Time};
use linli_domain::item::Item as _;
use linli_domain::operation::EntityKind;
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
use crate::queue::Export;
use crate::roster::document_kind;
use crate::timeline::{Came, again};
use crate::workstation::id;
use crate::{Error, Workstation, queue};

/// A row of an export: a reservation of a round, and its number there.
struct Row<'v> {
    view: &'v RoundView,
    state: &'v Reservation,
    findings: &'v [Finding],
    index: usize,
}

/// A column: what it is called, and what stands there.
type Column = (&'static str, ColumnKind, fn(&Row<'_>) -> String);

/// An export before it is written: its name and title, and which reservations and columns it has.
struct Wanted {
    name: String,
    title: String,
    filter: ExportFilter,
    columns: Vec<String>,
}

/// Writes one of a round's exports.
pub(crate) fn round_export(ws: &Workstation, request: RoundExportRequest) -> Result<Exported, Error> {
    let view = ws.round(id(Thing::Round, &request.round)?)?;
    let wanted = wanted(&view.definition, &request.which)?;
    let takes = |place: &usize| wanted.filter.takes(view.reservations[*place].state.stage());
    let places = (0..view.reservations.len()).filter(takes);
    // A round of a newer program may have a column that nothing is known of here: it stays empty.
    let columns: Vec<(String, Option<&Column>)> = wanted
        .columns
        .into_iter()
        .map(|name| (COLUMNS.iter().find(|column| column.0 == name), name))
        .map(|(column, name)| (name, column))
        .collect();
    let rows: Vec<Vec<String>> = places
        .zip(1..)
        .map(|(place, index)| {
            let row = Row {
                view: &view,
                state: &view.reservations[place].state,
                findings: &view.findings[place],
                index,
            };
            let value = |(_, column): &(String, Option<&Column>)| column.map(|(.., value)| value(&row));
            columns.iter().map(|column| value(column).unwrap_or_default()).collect()
        })
        .collect();
    let kind = |column: Option<&Column>| column.map_or(ColumnKind::Text, |(_, kind, _)| *kind);
    let export = Export {
        name: wanted.name,
        title: wanted.title,
        columns: columns.into_iter().map(|(name, column)| (name, kind(column))).collect(),
        of: (EntityKind::Round, view.id),
    };
    queue::export(ws, export, &rows, request.path.as_deref())
}

fn wanted(definition: &RoundDefinition, which: &str) -> Result<Wanted, Error> {
    let columns = || {
        EXPORT_COLUMNS
            .iter()
            .map(|column| (*column).to_owned())
            .collect::<Vec<_>>()
    };
    let ordinal = definition.ordinal();
    let standard = |name: &str, filter, columns| Wanted {
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
            Wanted {
                name: format!("{ordinal}{}", template.name),
                title: template.title.clone(),
                filter: template.filter,
                columns: template.columns.clone(),
            }
        }
    })
}

/// Every column there is: those that the district prescribes, in its order, and what only some exports have.
const COLUMNS: [Column; 24] = [
    ("序号", Number, |row| row.index.to_string()),
    ("预约号", Text, |row| row.get(Field::Number)),
    ("姓名", Text, |row| row.get(Field::Name)),
    ("证件类型", Text, |row| {
        let (kind, number) = (row.state.get(Field::DocumentKind), row.state.get(Field::DocumentNumber));
        document_kind(kind, number).label().to_owned()
    }),
    ("证件号码", Text, |row| row.get(Field::DocumentNumber)),
    ("手机号码", Text, |row| row.get(Field::Phone)),
    ("小区", Text, |row| row.get(Field::Estate)),
    ("楼栋", Text, |row| row.get(Field::Building) + &row.get(Field::Unit)),
    ("室号", Text, |row| row.get(Field::Room)),
    ("预约数量", Number, |row| row.state.quantity().to_string()),
    ("预约时间", Time, |row| registered_at(&row.get(Field::RegisteredAt))),
    ("登记来源", Text, |row| row.get(Field::Source)),
    ("核查结果", Text, |row| found(row.findings)),
    ("审核状态", Text, |row| decided(row.state)),
    ("审核人", Text, |row| {
        of(&row.state.review, |review| review.by.clone())
    }),
    ("审核时间", Time, |row| {
        of(&row.state.review, |review| review.at.minutes_text())
    }),
    ("通知方式", Text, |row| {
        told(row.state).map_or_else(|| tried(row.state), |attempt| attempt.channel.label().to_owned())
    }),
    ("通知时间", Time, |row| {
        of(&told(row.state), |attempt| attempt.at.minutes_text())
    }),
    ("凭证号", Text, |row| {
        let round = row.view.definition.number;
        of(&row.state.voucher, |(serial, _)| voucher::number(round, *serial))
    }),
    ("领取点", Text, |row| row.get(Field::PickUp)),
    ("领取时间", Time, |row| {
        of(&row.state.collected, |at| at.minutes_text())
    }),
    ("备注", Text, |row| row.get(Field::Note)),
    (CALL_RESULT_COLUMN, Text, |row| {
        of(&row.state.attempts.last(), |last| outcome(last))
    }),
    (AGAIN_COLUMN, Text, |row| {
        let all: Vec<String> = row.state.again.iter().map(|one| again(one).text).collect();
        all.join("；")
    }),
];

impl Row<'_> {
    fn get(&self, field: Field) -> String {
        self.state.get(field).unwrap_or_default().to_owned()
    }
}

fn of<T>(value: &Option<T>, text: impl Fn(&T) -> String) -> String {
    value.as_ref().map(text).unwrap_or_default()
}

/// A day without a time, and what is no time, as it was written.
fn registered_at(written: &str) -> String {
    parse_local(written).map_or_else(|| written.to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}

fn found(findings: &[Finding]) -> String {
    match findings {
        [] => "未发现问题".into(),
        findings => findings.iter().map(Finding::text).collect::<Vec<_>>().join("；"),
    }
}

fn decided(state: &Reservation) -> String {
    match &state.review {
        None => "待审核".into(),
        Some(review) if review.decision == Decision::Passed => "通过".into(),
        Some(review) => {
            let issued = if state.contested() { "（凭证已发出）" } else { "" };
            format!("不通过{issued}：{}", review.reason.as_deref().unwrap_or_default())
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_that_is_prescribed_has_what_stands_there() {
        let known: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(known[..EXPORT_COLUMNS.len()], EXPORT_COLUMNS, "in the district's order");
        assert_eq!(known[EXPORT_COLUMNS.len()..], [CALL_RESULT_COLUMN, AGAIN_COLUMN]);
    }
}
