//! A day's numbers on paper: bars of the whole, and below them a table by what the numbers are narrowed to.

use crate::font::Fonts;
use crate::pdf::canvas::Canvas;
use crate::pdf::flow::Align;
use crate::pdf::list_page::{Bar, ListPaper};
use crate::pdf::paper::{A4, mm};
use crate::pdf::problem_list::printable;
use crate::pdf::table::{Cell, Column, Table};
use crate::pdf::writer::PdfCanvas;
use crate::pdf::{DocumentPart, Imprint, PdfError};

const MARGIN: f32 = mm(14.0);
/// Width of what a row of the table is narrowed to; the numbers share the rest.
const NAMES: f32 = mm(38.0);

/// The numbers of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayReportInput {
    /// Committee and time of making.
    pub imprint: Imprint,
    /// What it is: `工单日报`.
    pub title: String,
    /// The day, as it stands on paper.
    pub day: String,
    /// What is counted.
    pub counted: Vec<String>,
    /// The whole first, then what it is narrowed to: what that is called, and a number for each that is counted.
    pub rows: Vec<(String, Vec<usize>)>,
}

/// The report as a PDF, A4 portrait.
///
/// # Errors
/// A text too long for its page.
pub fn day_report(fonts: &Fonts, input: &DayReportInput) -> Result<Vec<u8>, PdfError> {
    let mut canvas = PdfCanvas::new(fonts);
    draw_day_report(&mut canvas, input)?;
    canvas.finish(&input.title, &input.imprint)
}

/// Draws the report on a canvas.
///
/// # Errors
/// As [`day_report`].
pub fn draw_day_report(canvas: &mut dyn Canvas, input: &DayReportInput) -> Result<(), PdfError> {
    let fonts = canvas.fonts();
    let cells = |(name, counts): &(String, Vec<usize>)| {
        let numbers = counts.iter().map(|count| Cell::text(count.to_string()));
        [Cell::text(printable(fonts, name))]
            .into_iter()
            .chain(numbers)
            .collect()
    };
    let cells: Vec<Vec<Cell>> = input.rows.iter().map(cells).collect();
    let whole = input.rows.first().into_iter().flat_map(|(_, counts)| counts);
    let bars: Vec<Bar> = input
        .counted
        .iter()
        .zip(whole)
        .map(|(label, count)| Bar {
            label: label.clone(),
            count: *count,
        })
        .collect();
    let paper = ListPaper {
        page: A4,
        margin: MARGIN,
        title: &input.title,
        facts: vec![("日　期", input.day.clone())],
        bars: &bars,
        table: table(&input.counted),
        foot: "只有数字，不含个人信息。",
        signatures: &[],
    };
    paper.draw(canvas, &input.imprint, &cells, |index| DocumentPart::ListEntry {
        entry: index + 1,
    })
}

fn table(counted: &[String]) -> Table {
    let column = |heading: &str, width, align| Column {
        heading: heading.to_owned(),
        width,
        align,
    };
    let each = (A4.0 - 2.0 * MARGIN - NAMES) / counted.len().max(1) as f32;
    let numbers = counted.iter().map(|heading| column(heading, each, Align::Right));
    Table {
        columns: [column("类别", NAMES, Align::Left)]
            .into_iter()
            .chain(numbers)
            .collect(),
        size: 9.0,
        row_height: mm(7.0),
    }
}
