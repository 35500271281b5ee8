//! The data rows of a mapped sheet, one after the other: taken cells, settled place, problems.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::cell::take;
use super::column::{Column, ImportKind};
use super::ditto::ditto;
use super::grid::{CellRef, Grid, column_letter};
use super::header::Mapping;
use super::place::settle;
use super::problem::{Problem, ProblemCode, Severity};
use crate::id_document::{self, DocumentKind};

/// Characters of a row shown in a problem about the whole row.
const SHOWN_CHARS: usize = 40;
/// Words that make a row a total, a footer or a hint instead of a person.
const NOT_A_PERSON: [&str; 8] = ["合计", "总计", "小计", "共计", "填表人", "制表人", "审核人：", "填表日期"];
/// Words of a hints row under the header.
const HINTS: [&str; 7] = ["必填", "选填", "例如", "如：", "示例", "填写说明", "下拉选择"];

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

/// The data rows of a sheet. Blank rows are passed over.
pub struct Rows<'g> {
    grid: &'g Grid,
    mapping: &'g Mapping,
    kind: ImportKind,
    today: NaiveDate,
    next: u32,
    above: BTreeMap<Column, String>,
    seen_rows: HashMap<Vec<(Column, String)>, u32>,
    seen_documents: HashMap<String, u32>,
}

/// Reads the data rows of a sheet by a mapping. `today` tells which birth dates lie ahead.
pub fn rows<'g>(grid: &'g Grid, mapping: &'g Mapping, kind: ImportKind, today: NaiveDate) -> Rows<'g> {
    Rows {
        grid,
        mapping,
        kind,
        today,
        next: mapping.first_row,
        above: BTreeMap::new(),
        seen_rows: HashMap::new(),
        seen_documents: HashMap::new(),
    }
}

impl Iterator for Rows<'_> {
    type Item = ImportRow;

    fn next(&mut self) -> Option<ImportRow> {
        while self.next < self.grid.height() {
            let row = self.next;
            self.next += 1;
            if self.grid.row(row).any(|(_, cell)| !cell.is_blank()) {
                return Some(self.read(row));
            }
        }
        None
    }
}

impl Rows<'_> {
    fn read(&mut self, row: u32) -> ImportRow {
        let mut import = ImportRow { row: row + 1, fields: BTreeMap::new(), problems: Vec::new(), skipped: false };
        if let Some(text) = self.not_a_person(row) {
            import.problems.push(self.whole_row(row, ProblemCode::RowSkipped, Severity::Warning, text, String::new()));
            import.skipped = true;
            return import;
        }
        for (place, column) in (0..).zip(&self.mapping.columns) {
            if let Some(column) = column.filter(|column| column.serves(self.kind)) {
                self.take_cell(row, place, column, &mut import);
            }
        }
        self.settle_place(row, &mut import);
        self.check_person(row, &mut import);
        self.check_repeats(row, &mut import);
        self.above = import.fields.clone();
        import
    }

    /// The row's text where it is a total, a footer, hints, or the header once more.
    fn not_a_person(&self, row: u32) -> Option<String> {
        let texts: Vec<&str> = self.grid.row(row).map(|(_, cell)| cell.text.trim()).filter(|t| !t.is_empty()).collect();
        let marked = texts.iter().take(3).any(|text| NOT_A_PERSON.iter().any(|word| text.starts_with(word)));
        let hint = texts.iter().any(|text| HINTS.iter().any(|word| text.contains(word)))
            && !self.mapping.of(Column::DocumentNumber).any(|c| digits(self.grid.cell(row, c).text) >= 15);
        let matching = |(place, header): (u32, &String)| {
            !header.is_empty() && self.grid.seen(row, place).text.split_whitespace().collect::<String>() == *header
        };
        let header_again = (0..).zip(&self.mapping.headers).filter(|pair| matching(*pair)).count() >= 2;
        (marked || hint || header_again).then(|| shown(&texts.join(" ")))
    }

    fn take_cell(&self, row: u32, place: u32, column: Column, import: &mut ImportRow) {
        let cell = self.cell(row, place, column);
        if cell.is_blank() {
            return;
        }
        let taken = ditto(column, cell.text, self.above.get(&column))
            .unwrap_or_else(|| take(column, cell, self.stated_kind(row), self.today));
        for (field, value) in taken.values {
            // A second phone column of its own goes before the second number of a phone cell.
            import.fields.entry(field).or_insert(value);
        }
        let remarks = taken.remarks.into_iter().map(|remark| self.problem(row, place, cell.text, remark));
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
        if shared { self.grid.seen(row, place) } else { self.grid.cell(row, place) }
    }

    fn settle_place(&self, row: u32, import: &mut ImportRow) {
        for (column, code, value, became) in settle(&mut import.fields) {
            let place = self.mapping.of(column).next().unwrap_or_default();
            import.problems.push(self.problem(row, place, &value, (code, Severity::Warning, became)));
        }
    }

    fn check_person(&self, row: u32, import: &mut ImportRow) {
        let somewhere = import.fields.keys().any(|column| column.is_place() || *column == Column::DocumentNumber);
        if !import.fields.contains_key(&Column::Name) {
            let text = shown(&self.grid.row(row).map(|(_, cell)| cell.text).collect::<Vec<_>>().join(" "));
            let code = if somewhere { ProblemCode::NameMissing } else { ProblemCode::RowWithoutPerson };
            import.problems.push(self.whole_row(row, code, Severity::Error, text, String::new()));
            import.skipped = true;
            return;
        }
        let Some(number) = import.fields.get(&Column::DocumentNumber) else { return };
        let kind = self.stated_kind(row).unwrap_or_else(|| DocumentKind::guess(number));
        let Ok(document) = id_document::check(kind, number, self.today) else { return };
        let said = [
            (Column::Sex, document.sex().map(str::to_owned), ProblemCode::SexConflict),
            (Column::BirthDate, document.birth_date().map(|date| date.to_string()), ProblemCode::BirthConflict),
        ];
        for (column, said, code) in said {
            let Some(said) = said else { continue };
            match import.fields.get(&column).cloned() {
                Some(written) if written != said => {
                    let place = self.mapping.of(column).next().unwrap_or_default();
                    import.problems.push(self.problem(row, place, &written, (code, Severity::Warning, said)));
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
        if let Some(first) = self.seen_rows.insert(content, import.row) {
            let problem =
                self.whole_row(row, ProblemCode::DuplicateRow, Severity::Warning, String::new(), first.to_string());
            import.problems.push(problem);
            import.skipped = self.kind == ImportKind::Roster;
            return;
        }
        if self.kind == ImportKind::Roster
            && let Some(number) = import.fields.get(&Column::DocumentNumber)
            && let Some(first) = self.seen_documents.insert(number.clone(), import.row)
        {
            let place = self.mapping.of(Column::DocumentNumber).next().unwrap_or_default();
            let remark = (ProblemCode::DuplicateDocument, Severity::Warning, first.to_string());
            let value = number.clone();
            import.problems.push(self.problem(row, place, &value, remark));
        }
    }

    fn problem(
        &self,
        row: u32,
        place: u32,
        value: &str,
        (code, severity, became): (ProblemCode, Severity, String),
    ) -> Problem {
        Problem {
            row: row + 1,
            letter: column_letter(place),
            header: self.mapping.headers.get(place as usize).cloned().unwrap_or_default(),
            code,
            severity,
            value: value.to_owned(),
            became,
        }
    }

    fn whole_row(&self, row: u32, code: ProblemCode, severity: Severity, value: String, became: String) -> Problem {
        Problem { row: row + 1, letter: String::new(), header: String::new(), code, severity, value, became }
    }
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::propose_in;

    fn import(rows_in: &[&[&str]], kind: ImportKind) -> Vec<ImportRow> {
        let grid: Grid = rows_in.iter().copied().collect();
        let mapping = propose_in(&grid, kind).unwrap();
        rows(&grid, &mapping, kind, NaiveDate::from_ymd_opt(2020, 2, 2).unwrap()).collect()
    }

    fn codes(row: &ImportRow) -> Vec<ProblemCode> {
        row.problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn a_messy_sheet_is_read_row_by_row() {
        let read = import(
            &[
                &["齐河二居居民名册"],
                &["姓名", "身份证号", "手机", "楼栋", "室号"],
                &["必填", "18位", "11位数字", "如：12号", ""],
                &["张 三", "11010519491231002X", "13800005678", "12", "501"],
                &["李四", "3.10115E+17", "", "同上", "502"],
                &["", "", "", "", ""],
                &["李四", "3.10115E+17", "", "12", "502"],
                &["", "", "13900000000", "", ""],
                &["合计", "2人"],
            ],
            ImportKind::Roster,
        );
        let numbers: Vec<(u32, bool)> = read.iter().map(|row| (row.row, row.skipped)).collect();
        assert_eq!(numbers, [(3, true), (4, false), (5, false), (7, true), (8, true), (9, true)]);
        let first = &read[1];
        assert_eq!(first.fields[&Column::Name], "张三");
        assert_eq!(first.fields[&Column::Sex], "女", "from the ID number");
        assert_eq!(first.fields[&Column::Building], "12号");
        assert_eq!(codes(&read[2]), [ProblemCode::NumberDamaged, ProblemCode::Ditto]);
        let damaged = &read[2].problems[0];
        assert_eq!((damaged.row, damaged.letter.as_str(), damaged.value.as_str()), (5, "B", "3.10115E+17"));
        assert!(damaged.text().contains("第 5 行 B 列“身份证号”"));
        assert_eq!(codes(&read[4]), [ProblemCode::RowWithoutPerson]);
    }

    #[test]
    fn as_above_copies_the_home_and_nobody_s_identity() {
        let read = import(
            &[
                &["姓名", "身份证号", "手机", "楼栋", "室号"],
                &["甲", "11010519491231002X", "13800005678", "12", "501"],
                &["乙", "同上", "同上", "同上", "同上"],
                &["同上", "/", "无", "同上", "502"],
            ],
            ImportKind::Roster,
        );
        let second = &read[1];
        assert_eq!((&second.fields[&Column::Building], &second.fields[&Column::Room]), (&"12号".into(), &"501".into()));
        assert!(!second.fields.contains_key(&Column::DocumentNumber) && !second.fields.contains_key(&Column::Phone));
        use ProblemCode::{Ditto, DittoRefused, NameMissing};
        assert_eq!(codes(second), [DittoRefused, DittoRefused, Ditto, Ditto]);
        assert_eq!(codes(&read[2]), [DittoRefused, Ditto, NameMissing]);
    }

    #[test]
    fn repeated_documents_and_conflicts_are_named() {
        let read = import(
            &[&["姓名", "性别", "身份证号"], &["甲", "男", "11010519491231002X"], &["乙", "女", "11010519491231002X"]],
            ImportKind::Roster,
        );
        assert_eq!(codes(&read[0]), [ProblemCode::SexConflict]);
        assert_eq!(codes(&read[1]), [ProblemCode::DuplicateDocument]);
        assert!(read.iter().all(|row| !row.skipped));
    }
}
