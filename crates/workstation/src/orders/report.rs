//! The daily report 日报: how many orders are in each list of a day, in all, by kind and by urgency; as numbers, as a sheet and
//! on paper.

use linli_documents::pdf::{self, DayReportInput};
use linli_documents::sheet::{Cell, ChartSpec, ColumnKind, ColumnSpec, SheetSpec, write_sheet_with_charts};
use linli_domain::operation::{Action, EntityKind, Note};
use linli_domain::order::{Order, Urgency};
use linli_domain::record::Field;

use super::OrderView;
use super::day_list::{Span, is_in};
use crate::api::Exported;
use crate::api::orders::{DayList, OrderReport, OrderReportRequest, OrderReportSave, ReportFormat, ReportRow};
use crate::file_name::file_name;
use crate::queue::by_value;
use crate::{Error, Workstation, papers};

/// What the report is called.
const REPORT: &str = "工单日报";
/// What stands for all orders of the day, and for those whose source says no kind.
const ALL: &str = "合计";
const NO_KIND: &str = "未分类";

/// The numbers of a day.
pub(crate) fn order_report(ws: &Workstation, request: OrderReportRequest) -> Result<OrderReport, Error> {
    let now = ws.now();
    let day = request.day.unwrap_or_else(|| now.date().to_string());
    let span = Span::of(Some(&day), now)?;
    let view = ws.orders()?;
    let in_any = |order: &&Order| DayList::ALL.iter().any(|list| is_in(order, *list, span));
    let orders: Vec<&Order> = places(&view).filter(in_any).collect();
    let row = |key: &str, of: &dyn Fn(&Order) -> bool| ReportRow {
        key: key.to_owned(),
        counts: DayList::ALL
            .map(|list| {
                orders
                    .iter()
                    .filter(|order| of(order) && is_in(order, list, span))
                    .count()
            })
            .into(),
    };
    let kinds = by_value(orders.iter().map(|order| order.get(Field::Category)), str::to_owned);
    Ok(OrderReport {
        day: day.trim().to_owned(),
        lists: DayList::ALL.into(),
        all: row("", &|_| true).counts,
        categories: kinds
            .iter()
            .map(|kind| row(&kind.key, &|order| order.get(Field::Category) == kind.key))
            .collect(),
        urgencies: Urgency::ALL
            .map(|urgency| row(urgency.code(), &|order| order.urgency() == urgency))
            .into(),
    })
}

fn places(view: &OrderView) -> impl Iterator<Item = &Order> {
    view.in_order().map(|place| view.order(place))
}

/// The same as a file.
pub(crate) fn order_report_save(ws: &Workstation, request: OrderReportSave) -> Result<Exported, Error> {
    let OrderReportSave { day, format, path } = request;
    let report = order_report(ws, OrderReportRequest { day })?;
    let what = format!("{REPORT} {}", report.day);
    let extension = match format {
        ReportFormat::Pdf => "pdf",
        ReportFormat::Xlsx => "xlsx",
    };
    let rows = rows(&report);
    let path = ws.export_path(path.as_deref(), &file_name(ws, &what, extension)?)?;
    let exported = match format {
        ReportFormat::Pdf => ws.save_export(&path, &on_paper(ws, &report, &rows)?, rows.len())?,
        ReportFormat::Xlsx => {
            let sheet = write_sheet_with_charts(
                &spec(ws, &what),
                rows.len(),
                |row, column| cell(&rows[row], column),
                &charts(&report),
            )?;
            ws.save_sheet(&path, &sheet, rows.len())?
        }
    };
    let note = Note::Exported {
        what,
        rows: rows.len(),
        to: Some(exported.file_name.clone()),
    };
    ws.record(Action::Exported, EntityKind::Committee, ws.committee_id(), note)?;
    Ok(exported)
}

/// The whole, then by kind, then by urgency, each as it is called.
fn rows(report: &OrderReport) -> Vec<(String, Vec<usize>)> {
    let kind = |row: &ReportRow| {
        let name = if row.key.is_empty() { NO_KIND } else { &row.key };
        (name.to_owned(), row.counts.clone())
    };
    let urgency = |(row, urgency): (&ReportRow, Urgency)| (urgency.label().to_owned(), row.counts.clone());
    let whole = [(ALL.to_owned(), report.all.clone())];
    let urgencies = report.urgencies.iter().zip(Urgency::ALL).map(urgency);
    whole
        .into_iter()
        .chain(report.categories.iter().map(kind))
        .chain(urgencies)
        .collect()
}

fn on_paper(ws: &Workstation, report: &OrderReport, rows: &[(String, Vec<usize>)]) -> Result<Vec<u8>, Error> {
    let input = DayReportInput {
        imprint: papers::imprint(ws)?,
        title: REPORT.to_owned(),
        day: report.day.clone(),
        counted: DayList::ALL.map(|list| list.label().to_owned()).into(),
        rows: rows.to_vec(),
    };
    Ok(pdf::day_report(papers::fonts()?, &input)?)
}

fn spec(ws: &Workstation, what: &str) -> SheetSpec {
    let column = |header: &str, kind| ColumnSpec {
        header: header.to_owned(),
        kind,
    };
    let numbers = DayList::ALL.map(|list| column(list.label(), ColumnKind::Number));
    SheetSpec {
        title: what.to_owned(),
        sheet_name: REPORT.to_owned(),
        columns: [column("类别", ColumnKind::Text)].into_iter().chain(numbers).collect(),
        created: ws.now().local(),
    }
}

fn cell((name, counts): &(String, Vec<usize>), column: usize) -> Cell<'_> {
    match column.checked_sub(1) {
        None => Cell::Text(name),
        Some(list) => counts
            .get(list)
            .map_or(Cell::Empty, |count| Cell::Number(*count as f64)),
    }
}

/// The day as a whole, and of what kinds the orders were that came.
fn charts(report: &OrderReport) -> Vec<ChartSpec> {
    let whole = ChartSpec::OfRow {
        title: format!("{REPORT} {}", report.day),
        row: 0,
        columns: 1..DayList::ALL.len() + 1,
    };
    let kinds = (!report.categories.is_empty()).then(|| ChartSpec::OfColumn {
        title: "收到的工单，按诉求类型".to_owned(),
        column: 1,
        rows: 1..report.categories.len() + 1,
    });
    [whole].into_iter().chain(kinds).collect()
}
