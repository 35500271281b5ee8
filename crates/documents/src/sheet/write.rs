//! Writing a list as an xlsx that opens cleanly in Excel and WPS: title, frozen header, filter, numbers of
//! documents as text, widths that fit, print titles, page numbers, A4 landscape.
//!
//! In memory only: the writer's sparing modes put personal data into temporary files in the clear. What no cell can hold,
//! whatever an older program or a stranger wrote, never keeps everybody else's row from the sheet: it is replaced or cut,
//! and told.

use std::borrow::Cow;
use std::ops::Range;
use std::time::SystemTime;

use chrono::NaiveDateTime;
use linli_domain::writing::{misleads, shortened};
use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartType, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook,
    Worksheet, XlsxError,
};
use serde::Serialize;
use thiserror::Error;

use super::SheetError;

/// Rows of a worksheet (Excel's limit).
const MAX_ROWS: usize = 1_048_576;
/// Characters of a cell (Excel's limit).
const MAX_CHARS: usize = 32_767;
/// Rows whose texts are measured for the columns' widths.
const MEASURED_ROWS: usize = 2_000;
/// The widest column, in characters of half width; longer texts wrap.
const MAX_WIDTH: f64 = 48.0;
/// A4 in the file format's numbering (ECMA-376, ST_PaperSize 9).
const PAPER_A4: u8 = 9;
/// How times are shown: to the minute, as on paper.
const TIME_FORMAT: &str = "yyyy-mm-dd hh:mm";
/// Characters that a time takes so.
const TIME_WIDTH: usize = 16;
/// Rows over which a chart stands, with the blank below it.
const CHART_ROWS: u32 = 16;
/// Its width in pixels.
const CHART_WIDTH: u32 = 760;
/// Rows above the data: title and header.
const HEADER_ROWS: u32 = 2;

/// How a column is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, also where it looks like a number (document numbers, phones).
    Text,
    /// Whole numbers, at the right.
    Number,
    /// Dates with the time of day, which a spreadsheet can sort and count with.
    Time,
}

/// A column.
#[derive(Debug, Clone)]
pub struct ColumnSpec {
    /// Its header.
    pub header: String,
    /// How it is written.
    pub kind: ColumnKind,
}

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// A local date and time.
    Time(NaiveDateTime),
}

/// A sheet to be written.
#[derive(Debug, Clone)]
pub struct SheetSpec {
    /// Title over the table.
    pub title: String,
    /// Name of the worksheet.
    pub sheet_name: String,
    /// The columns.
    pub columns: Vec<ColumnSpec>,
    /// When it is made (local time), for the file's properties.
    pub created: NaiveDateTime,
}

/// A sheet that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub bytes: Vec<u8>,
    /// Cells that do not hold what was to be written, in order.
    pub altered: Vec<Altered>,
}

/// A cell that does not hold what was to be written.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Altered {
    /// □ stands for characters that a cell cannot hold, or that would make it say something else.
    #[error("第 {row} 行“{column}”里有看不见的控制字符，已写成“□”，请核对")]
    Replaced {
        /// The row as the sheet numbers it, from 1.
        row: usize,
        /// The column's header.
        column: String,
    },
    /// Only its beginning is there.
    #[error("第 {row} 行“{column}”太长，只写了前面 {MAX_CHARS} 个字，请核对")]
    Cut {
        /// As above.
        row: usize,
        /// As above.
        column: String,
    },
}

/// What was done with a text.
#[derive(Debug, Clone, Copy)]
enum Alteration {
    Replaced,
    Cut,
}

/// Stands for a character that cannot stand there.
const REPLACED: char = '□';

/// Numbers of a table that are drawn below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartSpec {
    /// Columns of one row, under their headers.
    OfRow {
        /// Over the chart.
        title: String,
        /// Which row, from 0.
        row: usize,
        /// Which columns, from 0.
        columns: Range<usize>,
    },
    /// Rows of one column, under what stands in their first one.
    OfColumn {
        /// Over the chart.
        title: String,
        /// Which column, from 0.
        column: usize,
        /// Which rows, from 0.
        rows: Range<usize>,
    },
}

/// Writes rows under a title and header. `cells` gives the cell of a row and column; it is asked once for each, and
/// once more for the first rows.
///
/// # Errors
/// Too many rows; the clock says a year in which no sheet can be made.
pub fn write_sheet<'a>(
    spec: &SheetSpec,
    rows: usize,
    cells: impl Fn(usize, usize) -> Cell<'a>,
) -> Result<Written, SheetError> {
    write_sheet_with_charts(spec, rows, cells, &[])
}

/// As [`write_sheet`], with charts below the table.
///
/// # Errors
/// As there.
pub fn write_sheet_with_charts<'a>(
    spec: &SheetSpec,
    rows: usize,
    cells: impl Fn(usize, usize) -> Cell<'a>,
    charts: &[ChartSpec],
) -> Result<Written, SheetError> {
    let max = MAX_ROWS - HEADER_ROWS as usize;
    if rows > max {
        return Err(SheetError::TooManyRows { rows, max });
    }
    // The writer reads the clock itself, whatever it is told, and panics there.
    if SystemTime::now() < SystemTime::UNIX_EPOCH {
        return Err(SheetError::Clock);
    }
    let mut workbook = Workbook::new();
    let properties = DocProperties::new().set_title(held(&spec.title).0);
    let properties = match excel_time(spec.created) {
        Some(at) => properties.set_creation_datetime(&at),
        None => properties,
    };
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet();
    lay_out(sheet, spec, rows, charts.len()).map_err(failed)?;
    let formats = Formats::new();
    head(sheet, spec, &formats).map_err(failed)?;
    let mut widths: Vec<usize> = spec.columns.iter().map(|column| width(&column.header) + 3).collect();
    let mut altered = Vec::new();
    for row in 0..rows {
        for (column, column_spec) in spec.columns.iter().enumerate() {
            let cell = cells(row, column);
            if row < MEASURED_ROWS {
                widths[column] = widths[column].max(cell_width(&cell) + 2);
            }
            let place = (row as u32 + HEADER_ROWS, column as u16);
            let what = write_cell(sheet, place, cell, column_spec.kind, &formats).map_err(failed)?;
            altered.extend(what.map(|what| {
                let (row, column) = (place.0 as usize + 1, column_spec.header.clone());
                match what {
                    Alteration::Replaced => Altered::Replaced { row, column },
                    Alteration::Cut => Altered::Cut { row, column },
                }
            }));
        }
    }
    for (column, width) in widths.iter().enumerate() {
        sheet
            .set_column_width(column as u16, (*width as f64).min(MAX_WIDTH))
            .map_err(failed)?;
    }
    draw(sheet, spec, rows, charts).map_err(failed)?;
    Ok(Written {
        bytes: workbook.save_to_buffer().map_err(failed)?,
        altered,
    })
}

fn excel_time(at: NaiveDateTime) -> Option<ExcelDateTime> {
    use chrono::{Datelike, Timelike};
    ExcelDateTime::from_ymd(at.year().try_into().ok()?, at.month() as u8, at.day() as u8)
        .and_then(|day| day.and_hms(at.hour() as u16, at.minute() as u8, at.second()))
        .ok()
}

struct Formats {
    title: Format,
    header: Format,
    text: Format,
    number: Format,
    time: Format,
}

impl Formats {
    fn new() -> Formats {
        let bordered = || {
            Format::new()
                .set_border(FormatBorder::Thin)
                .set_align(FormatAlign::VerticalCenter)
        };
        Formats {
            title: Format::new()
                .set_bold()
                .set_font_size(16)
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            header: bordered()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_background_color(0x00E8_EEF2)
                .set_text_wrap(),
            text: bordered().set_num_format("@").set_text_wrap(),
            number: bordered().set_num_format("0").set_align(FormatAlign::Right),
            time: bordered().set_num_format(TIME_FORMAT),
        }
    }
}

fn lay_out(sheet: &mut Worksheet, spec: &SheetSpec, rows: usize, charts: usize) -> Result<(), XlsxError> {
    let last_column = (spec.columns.len().max(1) - 1) as u16;
    let last_row = rows as u32 + HEADER_ROWS - 1;
    sheet.set_name(sheet_name(&spec.sheet_name))?;
    sheet.set_freeze_panes(HEADER_ROWS, 0)?;
    sheet.autofilter(1, 0, last_row.max(1), last_column)?;
    sheet.set_repeat_rows(0, HEADER_ROWS - 1)?;
    let below = charts as u32 * CHART_ROWS;
    sheet.set_print_area(0, 0, last_row.max(1) + below, last_column)?;
    sheet.set_landscape();
    sheet.set_paper_size(PAPER_A4);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&C第 &P 页 / 共 &N 页");
    Ok(())
}

/// Draws charts below each other, under a table of so many rows.
fn draw(sheet: &mut Worksheet, spec: &SheetSpec, rows: usize, charts: &[ChartSpec]) -> Result<(), XlsxError> {
    let name = sheet_name(&spec.sheet_name);
    let row_of = |row: usize| row as u32 + HEADER_ROWS;
    let mut top = row_of(rows) + 1;
    for chart in charts {
        let (title, names, values) = match chart {
            ChartSpec::OfRow { title, row, columns } => {
                let (first, last) = (columns.start as u16, columns.end.saturating_sub(1) as u16);
                let header = HEADER_ROWS - 1;
                let row = row_of(*row);
                (title, (header, first, header, last), (row, first, row, last))
            }
            ChartSpec::OfColumn { title, column, rows } => {
                let (first, last) = (row_of(rows.start), row_of(rows.end.saturating_sub(1)));
                let column = *column as u16;
                (title, (first, 0, last, 0), (first, column, last, column))
            }
        };
        let mut drawn = Chart::new(ChartType::Column);
        let range = |(first_row, first, last_row, last)| (name.as_str(), first_row, first, last_row, last);
        drawn
            .add_series()
            .set_categories(range(names))
            .set_values(range(values))
            .set_data_label(ChartDataLabel::new().show_value());
        drawn.title().set_name(&*held(title).0);
        drawn.legend().set_hidden();
        drawn.set_width(CHART_WIDTH);
        sheet.insert_chart(top, 0, &drawn)?;
        top += CHART_ROWS;
    }
    Ok(())
}

fn head(sheet: &mut Worksheet, spec: &SheetSpec, formats: &Formats) -> Result<(), XlsxError> {
    let last_column = (spec.columns.len().max(1) - 1) as u16;
    if last_column > 0 {
        sheet.merge_range(0, 0, 0, last_column, &held(&spec.title).0, &formats.title)?;
    } else {
        sheet.write_string_with_format(0, 0, held(&spec.title).0, &formats.title)?;
    }
    sheet.set_row_height(0, 30)?;
    sheet.set_row_height(1, 22)?;
    for (column, column_spec) in spec.columns.iter().enumerate() {
        sheet.write_string_with_format(1, column as u16, held(&column_spec.header).0, &formats.header)?;
    }
    Ok(())
}

/// Writes a cell; says what was done with its text where it could not be written as it is.
fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: Cell<'_>,
    kind: ColumnKind,
    formats: &Formats,
) -> Result<Option<Alteration>, XlsxError> {
    let format = match kind {
        ColumnKind::Text => &formats.text,
        ColumnKind::Number => &formats.number,
        ColumnKind::Time => &formats.time,
    };
    let mut altered = None;
    match cell {
        Cell::Empty => sheet.write_blank(row, column, format)?,
        Cell::Number(number) => sheet.write_number_with_format(row, column, number, format)?,
        Cell::Time(at) => match excel_time(at) {
            Some(at) => sheet.write_datetime_with_format(row, column, &at, format)?,
            None => sheet.write_string_with_format(row, column, at.to_string(), &formats.text)?, // Before 1900.
        },
        Cell::Text(text) => {
            let (text, what) = held(text);
            altered = what;
            sheet.write_string_with_format(row, column, text, format)?
        }
    };
    Ok(altered)
}

/// A text as a cell can hold it (XML 1.0, 2.2; Excel cuts off what is longer), and what was done with it.
fn held(text: &str) -> (Cow<'_, str>, Option<Alteration>) {
    let text = shortened(text, MAX_CHARS);
    let cut = matches!(text, Cow::Owned(_)).then_some(Alteration::Cut);
    if !text.chars().any(misleads) {
        return (text, cut);
    }
    let kept = text.chars().map(|c| if misleads(c) { REPLACED } else { c }).collect();
    (kept, cut.or(Some(Alteration::Replaced)))
}

/// Worksheet names are at most 31 characters, without `[]:*?/\`.
fn sheet_name(name: &str) -> String {
    let name: String = name
        .chars()
        .filter(|c| !"[]:*?/\\'".contains(*c) && !misleads(*c))
        .take(31)
        .collect();
    if name.trim().is_empty() { "表".to_owned() } else { name }
}

fn cell_width(cell: &Cell<'_>) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Text(text) => text.lines().map(width).max().unwrap_or(0),
        Cell::Number(number) => format!("{number}").len(),
        Cell::Time(_) => TIME_WIDTH,
    }
}

/// Width in characters of half width: Chinese ones count two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if u32::from(c) < 0x1100 { 1 } else { 2 }).sum()
}

fn failed(error: XlsxError) -> SheetError {
    SheetError::Write {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::read_workbook;
    use linli_domain::import::CellKind;

    fn spec() -> SheetSpec {
        let column = |header: &str, kind| ColumnSpec {
            header: header.into(),
            kind,
        };
        SheetSpec {
            title: "第1轮口罩预约：全表".into(),
            sheet_name: "第1轮/全表".into(),
            columns: vec![
                column("序号", ColumnKind::Number),
                column("姓名", ColumnKind::Text),
                column("证件号码", ColumnKind::Text),
            ],
            created: NaiveDateTime::default(),
        }
    }

    #[test]
    fn what_is_written_reads_back_with_its_types() {
        let rows = [("张𬭎", "11010519491231002X"), ("王㛃", "310115197001011234")];
        let bytes = write_sheet(&spec(), rows.len(), |row, column| match column {
            0 => Cell::Number(row as f64 + 1.0),
            1 => Cell::Text(rows[row].0),
            _ => Cell::Text(rows[row].1),
        })
        .unwrap()
        .bytes;
        let grid = &read_workbook("x.xlsx", &bytes).unwrap()[0];
        assert_eq!(grid.name(), "第1轮全表");
        assert_eq!(grid.cell(0, 0).text, "第1轮口罩预约：全表");
        assert_eq!(grid.cell(1, 2).text, "证件号码");
        assert_eq!(grid.cell(2, 1).text, "张𬭎");
        assert_eq!(
            (grid.cell(3, 2).text, grid.cell(3, 2).kind),
            ("310115197001011234", CellKind::Text)
        );
        assert_eq!(grid.cell(3, 0).kind, CellKind::Number);
        assert_eq!(grid.merges().len(), 1);
    }

    #[test]
    fn an_empty_list_is_a_sheet_with_a_header() {
        let bytes = write_sheet(&spec(), 0, |_, _| Cell::Empty).unwrap().bytes;
        assert_eq!(read_workbook("x", &bytes).unwrap()[0].height(), 2);
    }

    #[test]
    fn a_text_no_cell_can_hold_is_replaced_and_told_and_the_others_are_there() {
        let long = "长".repeat(MAX_CHARS + 1);
        let names = ["张三", "李\u{1}四", "王\u{202e}五\u{fffe}", long.as_str(), "赵\n六🏠"];
        let spec = SheetSpec {
            title: "第1\u{b}轮".into(),
            sheet_name: "\u{7}[]".into(),
            ..spec()
        };
        let written = write_sheet(&spec, names.len(), |row, column| match column {
            0 => Cell::Number(row as f64 + 1.0),
            _ => Cell::Text(names[row]),
        });
        let Written { bytes, altered } = written.unwrap();
        let columns = ["姓名", "证件号码"].map(str::to_owned);
        let replaced = |row| columns.clone().map(|column| Altered::Replaced { row, column });
        let cut = columns.clone().map(|column| Altered::Cut { row: 6, column });
        assert_eq!(
            altered,
            [replaced(4), replaced(5), cut].concat(),
            "rows as the sheet numbers them"
        );
        let grid = &read_workbook("x.xlsx", &bytes).unwrap()[0];
        let read: Vec<&str> = (2..7).map(|row| grid.cell(row, 1).text).collect();
        assert_eq!(
            (read[0], read[1], read[2], read[4]),
            ("张三", "李□四", "王□五□", "赵\n六🏠")
        );
        let cut = grid.cell(5, 1);
        assert_eq!(
            cut.text.chars().count() + usize::from(cut.left_out),
            MAX_CHARS,
            "as much as a cell holds"
        );
        assert!(read[3].starts_with("长长") && held(names[3]).0.ends_with("长…"));
        assert_eq!((grid.cell(0, 0).text, grid.name()), ("第1□轮", "表"));
        assert!(matches!(
            write_sheet(&spec, MAX_ROWS, |_, _| Cell::Empty),
            Err(SheetError::TooManyRows { .. })
        ));
    }
}
