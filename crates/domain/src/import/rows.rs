//! The data rows of a mapped sheet, one after the other: taken cells, settled place, problems.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::cell::{Remark, take};
use super::column::{Column, ImportKind};
use super::ditto::ditto;
use super::footer::{Own, is_no_person, is_number};
use super::grid::{CellRef, Grid};
use super::header::{Mapping, is_header_text};
use super::outside::Outside;
use super::place::{settle, settle_incomplete, settle_registered};
use super::problem::{Problem, ProblemCode, Severity};
use crate::id_document::{self, DocumentKind};
use crate::writing::quoted;

mod written;

/// Digits that make a row a person's, whatever else it says: an ID number of the first generation.
const ID_DIGITS: usize = 15;

/// One data row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Row number as the spreadsheet shows it, from 1.
    pub row: u32,
    /// Values taken.
    pub fields: BTreeMap<Column, String>,
    /// What is to be said about it.
    pub problems: Vec<Problem>,
    /// Not a person, or not usable: nothing is imported of it.
    pub skipped: bool,
}

impl ImportRow {
    /// About how many bytes it takes in memory: its values, and what is to be said.
    pub fn bytes(&self) -> usize {
        let values: usize = self.fields.values().map(|value| size_of_val(value) + value.len()).sum();
        values + self.problems.iter().map(Problem::bytes).sum::<usize>()
    }
}

/// How the sheets of one file are read: what stands in one tab is remembered in the next.
#[derive(Debug)]
pub struct Reading {
    kind: ImportKind,
    today: NaiveDate,
    written: bool,
    unseen: bool,
    named: bool,
    seen_rows: HashMap<Vec<(Column, String)>, Place>,
    seen_identities: HashMap<String, Place>,
}

/// A row of a sheet, as problems in other rows name it.
#[derive(Debug, Clone)]
struct Place {
    sheet: String,
    row: u32,
}

impl Place {
    fn seen_from(&self, sheet: &str) -> String {
        if self.sheet == sheet {
            format!("第 {} 行", self.row)
        } else {
            format!("“{}”第 {} 行", self.sheet, self.row)
        }
    }
}

impl Reading {
    /// `today` tells which birth dates lie ahead, and which day a deadline without a year means.
    pub fn new(kind: ImportKind, today: NaiveDate) -> Reading {
        Reading {
            kind,
            today,
            written: kind.is_written(),
            unseen: false,
            named: false,
            seen_rows: HashMap::new(),
            seen_identities: HashMap::new(),
        }
    }

    /// Takes rows as they are written, to look for their people: masked numbers and all, none of them left out for saying
    /// what another one says. Tasks and orders are always read so.
    #[must_use]
    pub fn as_written(mut self) -> Reading {
        self.written = true;
        self
    }

    /// Takes rows that are hidden or struck out in the sheet, too.
    #[must_use]
    pub fn with_unseen(mut self, unseen: bool) -> Reading {
        self.unseen = unseen;
        self
    }

    /// Names the sheet in each problem: more than one is read.
    #[must_use]
    pub fn naming_sheets(mut self, named: bool) -> Reading {
        self.named = named;
        self
    }

    /// The data rows of a sheet by a mapping. Blank rows are passed over.
    pub fn rows<'r>(&'r mut self, grid: &'r Grid, mapping: &'r Mapping) -> Rows<'r> {
        Rows {
            outside: Outside::new(grid, mapping, self.kind),
            shifted_from: shifted_from(grid, mapping),
            next: mapping.first_row,
            above: BTreeMap::new(),
            reading: self,
            grid,
            mapping,
        }
    }

    /// Columns that are not taken, other people's and those without a header, as problems of the header.
    pub fn others(&self, grid: &Grid, mapping: &Mapping) -> Vec<Problem> {
        let at = |place: u32, code, value: &str, became: &str| {
            let found = (code, Severity::Warning);
            let row = Problem::of_row(self.sheet(mapping), mapping.first_row, found, value, became);
            row.in_column(place, mapping.header(place), None)
        };
        let others = mapping.others(self.kind).into_iter();
        let others = others.map(|place| at(place, ProblemCode::OtherPerson, "", ""));
        let unnamed = unnamed(grid, mapping).into_iter();
        let unnamed =
            unnamed.map(|(place, (rows, first))| at(place, ProblemCode::ColumnUnnamed, &first, &rows.to_string()));
        others.chain(unnamed).collect()
    }

    /// The sheet's name where problems name it.
    fn sheet<'m>(&self, mapping: &'m Mapping) -> &'m str {
        if self.named { &mapping.sheet } else { "" }
    }
}

/// Columns without a header in which more than one row has something: how many rows, and the first of it.
fn unnamed(grid: &Grid, mapping: &Mapping) -> BTreeMap<u32, (usize, String)> {
    let mut found: BTreeMap<u32, (usize, String)> = BTreeMap::new();
    let headed = |place: u32| {
        mapping
            .headers
            .get(place as usize)
            .is_some_and(|header| !header.is_empty())
    };
    for row in grid.used_rows_from(mapping.first_row) {
        for (place, cell) in grid
            .row(row)
            .filter(|(place, cell)| !headed(*place) && !cell.is_blank())
        {
            let first = || (0, quoted(cell.text.trim()).into_owned());
            found.entry(place).or_insert_with(first).0 += usize::from(!cell.text.trim().is_empty());
        }
    }
    found.retain(|place, (rows, _)| *rows > 1 && mapping.columns.get(*place as usize).is_none_or(Option::is_none));
    found
}

/// The data rows of a sheet.
pub struct Rows<'r> {
    grid: &'r Grid,
    mapping: &'r Mapping,
    reading: &'r mut Reading,
    outside: Outside<'r>,
    /// The column from which on a row's cells say that its values have moved.
    shifted_from: Option<u32>,
    next: u32,
    above: BTreeMap<Column, String>,
}

impl Iterator for Rows<'_> {
    type Item = ImportRow;

    fn next(&mut self) -> Option<ImportRow> {
        let filled = |row: &u32| self.grid.row(*row).any(|(_, cell)| !cell.is_blank());
        let row = self.grid.used_rows_from(self.next).find(filled)?;
        self.next = row + 1;
        Some(self.read(row))
    }
}

impl Rows<'_> {
    fn read(&mut self, row: u32) -> ImportRow {
        let mut import = ImportRow {
            row: row + 1,
            fields: BTreeMap::new(),
            problems: Vec::new(),
            skipped: false,
        };
        if let Some((code, text)) = self.passed_over(row) {
            let severity = if code == ProblemCode::RowShifted {
                Severity::Error
            } else {
                Severity::Warning
            };
            import.problems.push(self.whole_row(row, (code, severity), &text, ""));
            import.skipped = true;
            return import;
        }
        for (place, column) in (0..).zip(&self.mapping.columns) {
            if let Some(column) = column.filter(|column| column.serves(self.reading.kind)) {
                self.take_cell(row, place, column, &mut import);
            }
        }
        if self.reading.written {
            self.check_said(row, &mut import);
        } else {
            self.settle_place(row, &mut import);
            self.check_person(row, &mut import);
        }
        self.check_repeats(row, &mut import);
        self.above = import.fields.clone();
        import
    }

    /// Why a row is passed over, and its text: a total, a footer, hints, a heading, the header once more, or out of sight.
    fn passed_over(&mut self, row: u32) -> Option<(ProblemCode, String)> {
        let grid = self.grid;
        let texts: Vec<&str> = grid
            .row(row)
            .map(|(_, cell)| cell.text.trim())
            .filter(|t| !t.is_empty())
            .collect();
        let text = || texts.join(" ");
        if !self.reading.unseen && grid.is_row_hidden(row) {
            return Some((ProblemCode::RowHidden, text()));
        }
        if !self.reading.unseen && grid.is_row_struck(row) {
            return Some((ProblemCode::RowStruck, text()));
        }
        let header_again = self.is_header(row);
        let long = |c| digits(grid.cell(row, c).text) >= ID_DIGITS;
        let identified = self
            .mapping
            .of(Column::DocumentNumber)
            .any(|c| long(c) || passes(grid.cell(row, c).text))
            // What a resident asks for may begin with any word; no note under the table has a number of its own.
            || self.reading.kind == ImportKind::Orders && self.has(row, Column::Reference);
        let name = self
            .mapping
            .of(Column::Name)
            .next()
            .map_or("", |place| grid.cell(row, place).text);
        let own = self.own(row);
        let nobody = !identified && (self.outside.heading(row).is_some() || is_no_person(&texts, name, own));
        if header_again || nobody {
            return Some((ProblemCode::RowSkipped, text()));
        }
        let beyond: Vec<&str> = beyond(grid, row, self.shifted_from?).collect();
        (!beyond.is_empty()).then(|| (ProblemCode::RowShifted, beyond.join(" ")))
    }

    /// Whether a field's column says something.
    fn has(&self, row: u32, field: Column) -> bool {
        self.mapping
            .of(field)
            .any(|column| !self.grid.cell(row, column).text.trim().is_empty())
    }

    fn own(&self, row: u32) -> Own {
        let says = |columns: &[Column], is: &dyn Fn(&str) -> bool| {
            let places = columns.iter().flat_map(|column| self.mapping.of(*column));
            places.into_iter().any(|place| is(self.grid.cell(row, place).text))
        };
        let numbers = [Column::DocumentNumber, Column::Phone, Column::SecondPhone];
        Own {
            number: says(&numbers, &is_number),
            door: says(&[Column::Address, Column::Room], &|text| digits(text) > 0),
        }
    }

    /// Whether the header stands here once more, as at the top of each printed page.
    fn is_header(&self, row: u32) -> bool {
        let again = |(place, header): &(u32, &String)| {
            !header.is_empty() && is_header_text(self.grid.seen(row, *place).text, header)
        };
        (0..).zip(&self.mapping.headers).filter(again).take(2).count() == 2
    }

    fn take_cell(&self, row: u32, place: u32, column: Column, import: &mut ImportRow) {
        let cell = self.cell(row, place, column);
        if cell.is_blank() {
            return;
        }
        let as_above = || ditto(column, cell.text, self.above.get(&column));
        let taken = match self.reading.written {
            true => self.written(place, column, cell),
            false => as_above().unwrap_or_else(|| take(column, cell, self.stated_kind(row), self.reading.today)),
        };
        let header = self.mapping.header(place);
        // What is too long for its own field is too long for a remark.
        let kept_aside = |(code, ..): &Remark| *code != ProblemCode::TooLong;
        let refused = taken.values.is_empty() && taken.remarks.iter().any(kept_aside);
        if self.reading.written && refused {
            // Never repaired, and never swallowed.
            self.remark(row, place, written::remark(header, cell.text.trim()), import);
        }
        for (field, value) in taken.values {
            match import.fields.get_mut(&field) {
                None => drop(import.fields.insert(field, value)),
                Some(known) if !self.reading.written || *known == value => {}
                Some(known) if field == Column::Estate => known.push_str(&value),
                Some(_) if field == Column::Note => self.remark(row, place, value, import),
                Some(_) => self.remark(row, place, written::remark(header, &value), import),
            }
        }
        let remarks = taken
            .remarks
            .into_iter()
            .map(|remark| self.problem(row, (place, column), cell.text, &remark));
        import.problems.extend(remarks);
    }

    /// What the row's own column says its document is. A sheet for residents says 身份证 all the way down, whatever the
    /// number: only another kind tells more than the number does.
    fn stated_kind(&self, row: u32) -> Option<DocumentKind> {
        let place = self.mapping.of(Column::DocumentKind).next()?;
        let kind = DocumentKind::parse(self.grid.cell(row, place).text)?;
        (!matches!(kind, DocumentKind::ResidentId | DocumentKind::Missing)).then_some(kind)
    }

    /// A place may be merged over the rooms of a building or the people of a household; a name never is.
    fn cell(&self, row: u32, place: u32, column: Column) -> CellRef<'_> {
        let shared = column.is_place() || column == Column::HouseholdNumber;
        if shared {
            self.grid.seen(row, place)
        } else {
            self.grid.cell(row, place)
        }
    }

    fn settle_place(&mut self, row: u32, import: &mut ImportRow) {
        let filled = self.outside.fill_down(row, &mut import.fields);
        let mut remarks = settle(&mut import.fields);
        let supplied = self.outside.supply(&mut import.fields);
        remarks.extend(settle_incomplete(&mut import.fields));
        remarks.extend(settle_registered(&mut import.fields));
        for (code, value, became) in filled.into_iter().chain(supplied) {
            import
                .problems
                .push(self.whole_row(row, (code, Severity::Warning), &value, &became));
        }
        for (column, code, value, became) in remarks {
            // A room may have come from the column of whole addresses.
            let place = self.mapping.of(column).chain(self.mapping.of(Column::Address)).next();
            import.problems.push(match place {
                Some(place) => self.problem(row, (place, column), &value, &(code, Severity::Warning, became)),
                None => self.whole_row(row, (code, Severity::Warning), &value, &became),
            });
        }
    }

    /// All that a row says.
    fn text(&self, row: u32) -> String {
        let texts: Vec<&str> = self.grid.row(row).map(|(_, cell)| cell.text).collect();
        texts.join(" ")
    }

    fn check_person(&self, row: u32, import: &mut ImportRow) {
        let somewhere = import
            .fields
            .keys()
            .any(|column| column.is_place() || *column == Column::DocumentNumber);
        if !import.fields.contains_key(&Column::Name) {
            let code = if somewhere {
                ProblemCode::NameMissing
            } else {
                ProblemCode::RowWithoutPerson
            };
            import
                .problems
                .push(self.whole_row(row, (code, Severity::Error), &self.text(row), ""));
            import.skipped = true;
            return;
        }
        let Some(number) = import.fields.get(&Column::DocumentNumber) else {
            return;
        };
        let kind = self.stated_kind(row).unwrap_or_else(|| DocumentKind::guess(number));
        let Ok(document) = id_document::check(kind, number, self.reading.today) else {
            return;
        };
        let said = [
            (Column::Sex, document.sex().map(str::to_owned), ProblemCode::SexConflict),
            (
                Column::BirthDate,
                document.birth_date().map(|date| date.to_string()),
                ProblemCode::BirthConflict,
            ),
        ];
        for (column, said, code) in said {
            let Some(said) = said else { continue };
            match import.fields.get(&column).cloned() {
                Some(written) if written != said => {
                    let place = self.mapping.of(column).next().unwrap_or_default();
                    let remark = (code, Severity::Warning, said);
                    import
                        .problems
                        .push(self.problem(row, (place, column), &written, &remark));
                }
                Some(_) => {}
                None => drop(import.fields.insert(column, said)),
            }
        }
    }

    fn check_repeats(&mut self, row: u32, import: &mut ImportRow) {
        if import.skipped {
            return;
        }
        let content: Vec<(Column, String)> = import.fields.iter().map(|(c, text)| (*c, text.clone())).collect();
        let here = Place {
            sheet: self.mapping.sheet.clone(),
            row: import.row,
        };
        if let Some(first) = self.reading.seen_rows.insert(content, here.clone()) {
            let first = first.seen_from(&self.mapping.sheet);
            let found = (ProblemCode::DuplicateRow, Severity::Warning);
            import.problems.push(self.whole_row(row, found, "", &first));
            import.skipped = self.is_roster();
            return;
        }
        let (column, code) = match self.reading.kind {
            ImportKind::Roster => (Column::DocumentNumber, ProblemCode::DuplicateDocument),
            _ => (Column::Reference, ProblemCode::DuplicateReference),
        };
        let Some(key) = self.identity(&import.fields) else {
            return;
        };
        if let Some(first) = self.reading.seen_identities.get(&key) {
            let place = self.mapping.of(column).next().unwrap_or_default();
            let severity = match self.reading.kind {
                ImportKind::Roster => Severity::Warning,
                _ => Severity::Error,
            };
            let found = (code, severity, first.seen_from(&self.mapping.sheet));
            let value = import.fields.get(&column).cloned().unwrap_or_default();
            import.problems.push(self.problem(row, (place, column), &value, &found));
            import.skipped = severity == Severity::Error;
        }
        self.reading.seen_identities.insert(key, here);
    }

    /// What only one row of a file has: a resident's document, a source's own number of a row.
    fn identity(&self, fields: &BTreeMap<Column, String>) -> Option<String> {
        if self.is_roster() {
            return fields
                .get(&Column::DocumentNumber)
                .map(|number| id_document::key(number));
        }
        let source = fields.get(&Column::Source).map_or("", String::as_str);
        let reference = fields.get(&Column::Reference)?;
        Some(format!("{source}\n{reference}"))
    }

    /// Whether rows become residents, each of whom is there once.
    fn is_roster(&self) -> bool {
        self.reading.kind == ImportKind::Roster && !self.reading.written
    }

    fn problem(
        &self,
        row: u32,
        (place, column): (u32, Column),
        value: &str,
        (code, severity, became): &Remark,
    ) -> Problem {
        let row = self.whole_row(row, (*code, *severity), value, became);
        row.in_column(place, self.mapping.header(place), Some(column))
    }

    fn whole_row(&self, row: u32, found: (ProblemCode, Severity), value: &str, became: &str) -> Problem {
        Problem::of_row(self.reading.sheet(self.mapping), row + 1, found, value, became)
    }
}

/// The first column behind the header of separated text, where few rows go on behind it: a comma inside an address has
/// moved what stands after it. Where most do, it is a column without a header.
fn shifted_from(grid: &Grid, mapping: &Mapping) -> Option<u32> {
    let separated = grid.name().is_empty();
    let last = mapping
        .headers
        .iter()
        .rposition(|header| !header.is_empty())
        .filter(|_| separated)?;
    let from = u32::try_from(last).ok()? + 1;
    let rows = || grid.used_rows_from(mapping.first_row);
    let longer = rows().filter(|row| beyond(grid, *row, from).next().is_some()).count();
    (longer * 2 <= rows().count()).then_some(from)
}

/// What stands in a row from a column on.
fn beyond(grid: &Grid, row: u32, from: u32) -> impl Iterator<Item = &str> {
    let cells = grid.row(row).skip_while(move |(column, _)| *column < from);
    cells.map(|(_, cell)| cell.text.trim()).filter(|text| !text.is_empty())
}

/// Whether a text is the number of a document: a passport's, a permit's.
fn passes(text: &str) -> bool {
    id_document::identifies(None, &text.trim().to_uppercase())
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

#[cfg(test)]
mod tests;
