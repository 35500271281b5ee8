//! What every reader fills: grids, cell by cell, within the bounds of a file.

use std::borrow::Cow;

use linli_domain::import::{CellKind, CellRef, Grid, GridBuilder, Region, column_letter};
use linli_domain::writing::{QUOTED_CHARS, shortened};

use super::bounds::{self, Counted, Kept, Limit, MAX_COLUMNS, MAX_NAME_CHARS, MAX_ROWS};
use super::error::CellPlace;
use super::format::{self, Format};
use super::kind::FileKind;

/// Spreadsheets keep 15 digits: longer whole numbers end in zeros that nobody wrote.
const KEPT: f64 = 1e15;
/// What stands for a formula whose own text the file does not give.
const SOME_FORMULA: &str = "=…";

/// Why reading ends. The caller knows the file's name and says it.
#[derive(Debug)]
pub(super) enum Fault {
    /// Not what it should be, with the reader's reason.
    Damaged(String),
    /// Beyond a bound.
    TooLarge(Limit),
    /// A cell with more text than cells hold, and its place where that is known.
    LongCell(Option<CellPlace>),
    /// Nothing in it.
    Empty,
    /// A password is needed, or another one.
    Password(Secrecy),
    /// Something else than a sheet that can be read, and what it is where that is known.
    Foreign(Option<FileKind>),
    /// A packed file with no sheet of its own inside; the first few names in it.
    Packed(Vec<String>),
}

/// How a file is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    /// It can be opened here; nobody gave a password.
    Asked,
    /// The password given is another one.
    Wrong,
    /// In a way that is not read here.
    Unreadable,
}

/// Said of a file of which a library cannot go on reading. What libraries say themselves is not in a clerk's language.
const BROKEN: &str = "内部的内容不完整";

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        beyond(&error).map_or_else(|| Fault::Damaged(BROKEN.into()), Fault::TooLarge)
    }
}

impl From<quick_xml::Error> for Fault {
    fn from(error: quick_xml::Error) -> Fault {
        let beyond = match error {
            quick_xml::Error::Io(error) => beyond(&error),
            _ => None,
        };
        beyond.map_or_else(|| Fault::Damaged(BROKEN.into()), Fault::TooLarge)
    }
}

/// The bound that a reader of ours came to beneath a library.
fn beyond(error: &std::io::Error) -> Option<Limit> {
    error.get_ref()?.downcast_ref().copied()
}

impl From<zip::result::ZipError> for Fault {
    fn from(_: zip::result::ZipError) -> Fault {
        Fault::Damaged("压缩的内容不完整".into())
    }
}

/// A value as the file gives it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Nothing,
    Text(&'a str),
    Number(f64),
    Bool(bool),
    Error(&'a str),
    /// A date or time in ISO form.
    Moment(&'a str),
}

/// What stands around a value.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around<'a> {
    pub(super) format: Option<&'a Format>,
    /// The value comes from this formula; empty where the file does not give its text.
    pub(super) formula: Option<&'a str>,
    /// All of it is struck out.
    pub(super) struck: bool,
}

/// The sheets of one file while they are read.
#[derive(Debug, Default)]
pub(super) struct Book {
    sheets: Vec<Draft>,
    kept: Kept,
    /// Days count from 1904 instead of 1900.
    pub(super) from_1904: bool,
    /// At least one formula has a value that nobody writes who does not calculate.
    calculated: bool,
}

/// A sheet while it is read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    builder: GridBuilder,
    /// Formulas whose value is an empty text: row, column, and where their text ends in `unsure_text`.
    unsure: Vec<(u32, u32, usize)>,
    unsure_text: String,
}

impl Draft {
    /// Nothing was written in it.
    pub(super) fn is_empty(&self) -> bool {
        self.builder.is_empty()
    }

    fn finish(mut self, calculated: bool) -> Grid {
        let mut start = 0;
        for (row, column, end) in self.unsure {
            let text = &self.unsure_text[start..end];
            start = end;
            if !calculated {
                let cell = CellRef {
                    text,
                    kind: CellKind::Uncalculated,
                    ..CellRef::default()
                };
                let _ = self.builder.push(row, column, cell);
            }
        }
        self.builder.build()
    }
}

impl Book {
    /// Begins a sheet; what follows belongs to it.
    pub(super) fn sheet(&mut self, name: &str, hidden: bool) -> Result<(), Fault> {
        self.begin();
        if let Some(draft) = self.take() {
            self.put(name, draft)?;
        }
        if hidden {
            self.hide();
        }
        Ok(())
    }

    /// Begins a sheet that may come to nothing: it is to be taken out again.
    pub(super) fn begin(&mut self) {
        self.sheets.push(Draft::default());
    }

    /// Takes the sheet out that is being read; what follows belongs to the one before.
    pub(super) fn take(&mut self) -> Option<Draft> {
        self.sheets.pop()
    }

    /// Puts a sheet in that was taken out.
    pub(super) fn put(&mut self, name: &str, mut draft: Draft) -> Result<(), Fault> {
        self.kept.sheet(name)?;
        draft.builder.rename(&shortened(name, MAX_NAME_CHARS));
        self.sheets.push(draft);
        Ok(())
    }

    /// Hides the sheet that is being read.
    pub(super) fn hide(&mut self) {
        if let Some(draft) = self.sheets.last_mut() {
            draft.builder.hide();
        }
    }

    /// Rows nobody sees, both ends included.
    pub(super) fn hide_rows(&mut self, first: u32, last: u32) {
        if let Some(draft) = self.sheets.last_mut().filter(|_| first < MAX_ROWS) {
            draft.builder.hide_rows(first, last.min(MAX_ROWS - 1));
        }
    }

    /// A merged region. One beyond the largest sheet is cut off there.
    pub(super) fn merge(&mut self, region: Region) -> Result<(), Fault> {
        let region = Region {
            bottom: region.bottom.min(MAX_ROWS - 1),
            right: region.right.min(MAX_COLUMNS - 1),
            ..region
        };
        if region.top > region.bottom || region.left > region.right {
            return Ok(());
        }
        self.kept.merged(region.right - region.left + 1)?;
        if let Some(draft) = self.sheets.last_mut() {
            draft.builder.merge(region);
        }
        Ok(())
    }

    /// A cell without a format.
    pub(super) fn cell(&mut self, row: u32, column: u32, value: Value<'_>) -> Result<(), Fault> {
        self.cell_with(row, column, value, Around::default())
    }

    /// A cell. One without a value and formula is none.
    pub(super) fn cell_with(
        &mut self,
        row: u32,
        column: u32,
        value: Value<'_>,
        around: Around<'_>,
    ) -> Result<(), Fault> {
        if let Some(formula) = around.formula {
            return self.formula(row, column, value, formula, around);
        }
        if let Value::Text(text) = value {
            let cell = CellRef {
                text,
                kind: CellKind::Text,
                struck: around.struck,
                ..CellRef::default()
            };
            return self.push(row, column, cell);
        }
        let (text, kind, lossy) = shown(value, around.format, self.from_1904);
        self.push(
            row,
            column,
            CellRef {
                text: &text,
                kind,
                lossy,
                struck: around.struck,
                ..CellRef::default()
            },
        )
    }

    fn formula(
        &mut self,
        row: u32,
        column: u32,
        value: Value<'_>,
        formula: &str,
        around: Around<'_>,
    ) -> Result<(), Fault> {
        let uncalculated = |text| CellRef {
            text,
            kind: CellKind::Uncalculated,
            struck: around.struck,
            ..CellRef::default()
        };
        match value {
            Value::Nothing => self.push(row, column, uncalculated(&written(formula))),
            Value::Number(0.0) => self.push(row, column, uncalculated("0")),
            Value::Text("") => {
                let written = written(formula);
                self.check(row, column, &written)?;
                if let Some(draft) = self.sheets.last_mut() {
                    draft.unsure_text.push_str(&written);
                    draft.unsure.push((row, column, draft.unsure_text.len()));
                }
                Ok(())
            }
            _ => {
                self.calculated = true;
                self.cell_with(
                    row,
                    column,
                    value,
                    Around {
                        formula: None,
                        ..around
                    },
                )
            }
        }
    }

    /// So much text is held until the file is read: a formula for the cells that refer to it.
    pub(super) fn hold(&mut self, text: &str) -> Result<(), Fault> {
        self.kept.text(text.len())
    }

    /// Whether a cell may be kept.
    fn check(&mut self, row: u32, column: u32, text: &str) -> Result<(), Fault> {
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(Fault::TooLarge(Limit::of(MAX_ROWS as usize, Counted::Rows)));
        }
        if bounds::is_long(text) {
            return Err(self.long_cell(row, column));
        }
        self.kept.cell(text.len())
    }

    /// What is said of a cell with too much text.
    pub(super) fn long_cell(&self, row: u32, column: u32) -> Fault {
        let sheet = self.sheets.last().map(|draft| draft.builder.name().to_owned());
        Fault::LongCell(Some(CellPlace {
            sheet: sheet.unwrap_or_default(),
            row: row.saturating_add(1),
            column: column_letter(column),
        }))
    }

    fn push(&mut self, row: u32, column: u32, cell: CellRef<'_>) -> Result<(), Fault> {
        if cell.text.is_empty() {
            return self.kept.nothing();
        }
        self.check(row, column, cell.text)?;
        let draft = self
            .sheets
            .last_mut()
            .ok_or_else(|| Fault::Damaged("工作表之外有内容".into()))?;
        // Refused only beyond 4 GiB of text, which the bound above is far from.
        let _ = draft.builder.push(row, column, cell);
        Ok(())
    }

    /// The finished sheets. An empty text is what a formula gives that was calculated, and what programs write that do
    /// not calculate: where no formula of the file has any other value, nobody calculated.
    pub(super) fn finish(self) -> Vec<Grid> {
        let calculated = self.calculated;
        self.sheets.into_iter().map(|draft| draft.finish(calculated)).collect()
    }
}

/// A formula as a message quotes it, which is all it is for; one whose text the file does not give as some formula.
fn written(formula: &str) -> Cow<'static, str> {
    let formula = formula.trim_start_matches("of:").trim_start_matches('=');
    if formula.is_empty() {
        SOME_FORMULA.into()
    } else {
        format!("={}", shortened(formula, QUOTED_CHARS - 1)).into()
    }
}

fn shown(value: Value<'_>, format: Option<&Format>, from_1904: bool) -> (String, CellKind, bool) {
    match value {
        Value::Nothing => (String::new(), CellKind::Empty, false),
        Value::Text(text) => (text.to_owned(), CellKind::Text, false),
        Value::Bool(value) => (if value { "TRUE" } else { "FALSE" }.to_owned(), CellKind::Bool, false),
        Value::Error(error) => (error.to_owned(), CellKind::Error, false),
        Value::Moment(text) => (format::iso(text), CellKind::Date, false),
        Value::Number(number) => match format.and_then(|format| format.show(number, from_1904)) {
            Some((text, kind)) => (text, kind, false),
            None => number_text(number),
        },
    }
}

/// A number as Excel shows it in a wide cell; one with more digits than are kept, as Excel shows it by default.
fn number_text(number: f64) -> (String, CellKind, bool) {
    if number.fract() == 0.0 && number.abs() < KEPT {
        (format!("{number:.0}"), CellKind::Number, false)
    } else if number.fract() == 0.0 {
        let scientific = format!("{number:.5e}");
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        (format!("{mantissa}E+{exponent}"), CellKind::Number, true)
    } else {
        // Of 17 digits that a calculation may leave, a spreadsheet shows 15: 101, not 101.00000000000001.
        let rounded = format!("{number:.14e}").parse().unwrap_or(number);
        (f64::to_string(&rounded), CellKind::Number, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_or_say_that_they_lost_them() {
        for (number, text, lossy) in [
            (13_800_005_678.0, "13800005678", false),
            (5.0, "5", false),
            (0.5, "0.5", false),
            (0.1 + 0.2, "0.3", false),
            (101.000_000_000_000_01, "101", false),
            (310_115_197_001_011_234.0, "3.10115E+17", true),
            (999_999_999_999_999.0, "999999999999999", false),
            (0.0, "0", false),
        ] {
            assert_eq!(number_text(number), (text.to_owned(), CellKind::Number, lossy));
        }
    }

    fn grid(cells: &[(Value<'_>, &str)]) -> Grid {
        let mut book = Book::default();
        book.sheet("名册", false).unwrap();
        for (column, (value, formula)) in (0..).zip(cells) {
            book.cell_with(
                0,
                column,
                *value,
                Around {
                    formula: Some(formula),
                    ..Around::default()
                },
            )
            .unwrap();
        }
        book.finish().remove(0)
    }

    #[test]
    fn a_formula_gives_its_value_or_that_it_has_none() {
        let nobody = grid(&[
            (Value::Nothing, "B2&C2"),
            (Value::Text(""), ""),
            (Value::Number(0.0), "B2"),
        ]);
        let seen: Vec<_> = nobody.row(0).map(|(_, cell)| (cell.text, cell.kind)).collect();
        assert_eq!(
            seen,
            [
                ("=B2&C2", CellKind::Uncalculated),
                ("=…", CellKind::Uncalculated),
                ("0", CellKind::Uncalculated)
            ]
        );
        let somebody = grid(&[
            (Value::Text("张三"), "B2"),
            (Value::Text(""), "B3"),
            (Value::Number(0.0), "B4"),
        ]);
        let seen: Vec<_> = somebody
            .row(0)
            .map(|(place, cell)| (place, cell.text, cell.kind))
            .collect();
        assert_eq!(seen, [(0, "张三", CellKind::Text), (2, "0", CellKind::Uncalculated)]);
    }

    #[test]
    fn a_place_is_bound_by_the_largest_sheet() {
        let mut book = Book::default();
        book.sheet("", false).unwrap();
        assert!(book.cell(MAX_ROWS - 1, MAX_COLUMNS - 1, Value::Text("。")).is_ok());
        assert!(matches!(
            book.cell(MAX_ROWS, 0, Value::Text("。")),
            Err(Fault::TooLarge(_))
        ));
        assert!(
            book.cell(MAX_ROWS, 0, Value::Nothing).is_ok(),
            "a format far away is nothing"
        );
    }
}
