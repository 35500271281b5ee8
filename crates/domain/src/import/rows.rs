//! The data rows of a mapped sheet, one after the other: taken cells, settled place, problems.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::cell::take;
use super::column::{Column, ImportKind};
use super::ditto::ditto;
use super::footer::is_no_person;
use super::grid::{CellRef, Grid, column_letter};
use super::header::Mapping;
use super::outside::Outside;
use super::place::{settle, settle_incomplete, settle_registered};
use super::problem::{Problem, ProblemCode, Severity};
use crate::id_document::{self, DocumentKind};

/// Characters of a row shown in a problem about the whole row.
const SHOWN_CHARS: usize = 40;
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

/// How the sheets of one file are read: what stands in one tab is remembered in the next.
#[derive(Debug)]
pub struct Reading {
    kind: ImportKind,
    today: NaiveDate,
    unseen: bool,
    named: bool,
    seen_rows: HashMap<Vec<(Column, String)>, Place>,
    seen_documents: HashMap<String, Place>,
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
    /// `today` tells which birth dates lie ahead.
    pub fn new(kind: ImportKind, today: NaiveDate) -> Reading {
        Reading { kind, today, unseen: false, named: false, seen_rows: HashMap::new(), seen_documents: HashMap::new() }
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
            next: mapping.first_row,
            above: BTreeMap::new(),
            reading: self,
            grid,
            mapping,
        }
    }

    /// Columns of other people that are not taken, as problems of the header.
    pub fn others(&self, mapping: &Mapping) -> Vec<Problem> {
        let at = Problem {
            sheet: if self.named { mapping.sheet.clone() } else { String::new() },
            row: mapping.first_row,
            letter: String::new(),
            header: String::new(),
            code: ProblemCode::OtherPerson,
            severity: Severity::Warning,
            value: String::new(),
            became: String::new(),
        };
        let header = |place: u32| mapping.headers.get(place as usize).cloned().unwrap_or_default();
        let others = mapping.others(self.kind).into_iter();
        others.map(|place| Problem { letter: column_letter(place), header: header(place), ..at.clone() }).collect()
    }
}

/// The data rows of a sheet.
pub struct Rows<'r> {
    grid: &'r Grid,
    mapping: &'r Mapping,
    reading: &'r mut Reading,
    outside: Outside<'r>,
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
        let mut import = ImportRow { row: row + 1, fields: BTreeMap::new(), problems: Vec::new(), skipped: false };
        if let Some((code, text)) = self.passed_over(row) {
            import.problems.push(self.whole_row(row, code, Severity::Warning, text, String::new()));
            import.skipped = true;
            return import;
        }
        for (place, column) in (0..).zip(&self.mapping.columns) {
            if let Some(column) = column.filter(|column| column.serves(self.reading.kind)) {
                self.take_cell(row, place, column, &mut import);
            }
        }
        self.settle_place(row, &mut import);
        self.check_person(row, &mut import);
        self.check_repeats(row, &mut import);
        self.above = import.fields.clone();
        import
    }

    /// Why a row is passed over, and its text: a total, a footer, hints, a heading, the header once more, or out of sight.
    fn passed_over(&mut self, row: u32) -> Option<(ProblemCode, String)> {
        let grid = self.grid;
        let texts: Vec<&str> = grid.row(row).map(|(_, cell)| cell.text.trim()).filter(|t| !t.is_empty()).collect();
        let text = || shown(&texts.join(" "));
        if !self.reading.unseen && grid.is_row_hidden(row) {
            return Some((ProblemCode::RowHidden, text()));
        }
        if !self.reading.unseen && grid.is_row_struck(row) {
            return Some((ProblemCode::RowStruck, text()));
        }
        let matching = |(place, header): (u32, &String)| {
            !header.is_empty() && grid.seen(row, place).text.split_whitespace().collect::<String>() == *header
        };
        let header_again = (0..).zip(&self.mapping.headers).filter(|pair| matching(*pair)).count() >= 2;
        let identified = self.mapping.of(Column::DocumentNumber).any(|c| digits(grid.cell(row, c).text) >= ID_DIGITS);
        let name = self.mapping.of(Column::Name).next().map_or("", |place| grid.cell(row, place).text);
        let nobody = !identified && (self.outside.heading(row).is_some() || is_no_person(&texts, name));
        (header_again || nobody).then(|| (ProblemCode::RowSkipped, text()))
    }

    fn take_cell(&self, row: u32, place: u32, column: Column, import: &mut ImportRow) {
        let cell = self.cell(row, place, column);
        if cell.is_blank() {
            return;
        }
        let taken = ditto(column, cell.text, self.above.get(&column))
            .unwrap_or_else(|| take(column, cell, self.stated_kind(row), self.reading.today));
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

    fn settle_place(&mut self, row: u32, import: &mut ImportRow) {
        let filled = self.outside.fill_down(row, &mut import.fields);
        let mut remarks = settle(&mut import.fields);
        let supplied = self.outside.supply(&mut import.fields);
        remarks.extend(settle_incomplete(&mut import.fields));
        remarks.extend(settle_registered(&mut import.fields));
        for (code, value, became) in filled.into_iter().chain(supplied) {
            import.problems.push(self.whole_row(row, code, Severity::Warning, value, became));
        }
        for (column, code, value, became) in remarks {
            // A room may have come from the column of whole addresses.
            let place = self.mapping.of(column).chain(self.mapping.of(Column::Address)).next();
            import.problems.push(match place {
                Some(place) => self.problem(row, place, &value, (code, Severity::Warning, became)),
                None => self.whole_row(row, code, Severity::Warning, value, became),
            });
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
        let Ok(document) = id_document::check(kind, number, self.reading.today) else { return };
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
        let here = Place { sheet: self.mapping.sheet.clone(), row: import.row };
        if let Some(first) = self.reading.seen_rows.insert(content, here.clone()) {
            let first = first.seen_from(&self.mapping.sheet);
            import.problems.push(self.whole_row(
                row,
                ProblemCode::DuplicateRow,
                Severity::Warning,
                String::new(),
                first,
            ));
            import.skipped = self.reading.kind == ImportKind::Roster;
            return;
        }
        if self.reading.kind == ImportKind::Roster
            && let Some(number) = import.fields.get(&Column::DocumentNumber)
            && let Some(first) = self.reading.seen_documents.insert(number.clone(), here)
        {
            let place = self.mapping.of(Column::DocumentNumber).next().unwrap_or_default();
            let remark = (ProblemCode::DuplicateDocument, Severity::Warning, first.seen_from(&self.mapping.sheet));
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
            sheet: self.sheet(),
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
        let (sheet, letter, header) = (self.sheet(), String::new(), String::new());
        Problem { sheet, row: row + 1, letter, header, code, severity, value, became }
    }

    fn sheet(&self) -> String {
        if self.reading.named { self.mapping.sheet.clone() } else { String::new() }
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

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 2, 2).unwrap()
    }

    fn import(rows_in: &[&[&str]], kind: ImportKind) -> Vec<ImportRow> {
        let grid: Grid = rows_in.iter().copied().collect();
        let mapping = propose_in(&grid, kind).unwrap();
        Reading::new(kind, today()).rows(&grid, &mapping).collect()
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

    fn places(read: &[ImportRow]) -> Vec<String> {
        let part = |row: &ImportRow, column| row.fields.get(&column).cloned().unwrap_or_default();
        read.iter()
            .filter(|row| !row.skipped)
            .map(|row| [part(row, Column::Building), part(row, Column::Room)].join("-"))
            .collect()
    }

    #[test]
    fn a_heading_belongs_to_the_rows_below_it() {
        let read = import(
            &[
                &["室号", "姓名", "联系电话"],
                &["1号楼"],
                &["101", "甲", "13800005678"],
                &["2号楼", "楼组长：王某", "13900005678"],
                &["101", "乙", "13800005679"],
                &["3号101", "丙", "13800005670"],
            ],
            ImportKind::Roster,
        );
        assert_eq!(places(&read), ["1号楼-101", "2号楼-101", "3号-101"]);
        assert_eq!(codes(&read[1]), [ProblemCode::FromOutside]);
        assert!(read[1].problems[0].text().contains("第 2 行“1号楼”"));
    }

    #[test]
    fn a_room_is_no_home_and_is_told() {
        let read = import(&[&["姓名", "室号"], &["甲", "101"], &["乙", ""]], ImportKind::Roster);
        assert_eq!(codes(&read[0]), [ProblemCode::HomeIncomplete]);
        assert_eq!(read[0].fields[&Column::Address], "101室");
        assert_eq!(codes(&read[1]), [ProblemCode::HomeBlank]);
    }

    #[test]
    fn a_household_is_filled_down_and_nobody_else() {
        let read = import(
            &[
                &["户编号", "楼栋", "室号", "姓名", "与户主关系"],
                &["A1", "1号", "101", "甲", "户主"],
                &["", "", "", "乙", "配偶"],
                &["A2", "", "", "丙", "子"],
                &["", "1号", "102", "丁", "户主"],
                &["", "", "", "戊", "户主"],
                &["", "", "", "己", "女"],
                &["A1", "", "", "庚", ""],
            ],
            ImportKind::Roster,
        );
        assert_eq!(places(&read), ["1号-101", "1号-101", "-", "1号-102", "-", "-", "1号-101"]);
        for (row, expected) in [
            (1, ProblemCode::FilledDown),
            (2, ProblemCode::HomeBlank),
            (4, ProblemCode::HomeBlank),
            (6, ProblemCode::FilledDown),
        ] {
            assert_eq!(codes(&read[row]), [expected], "{row}");
        }
        assert_eq!(read[1].fields[&Column::HouseholdNumber], "A1");
    }

    /// Without a relation only what else shows a household's other rows counts; a blank is not the neighbour's home.
    #[test]
    fn a_blank_is_not_the_home_above() {
        let sheet = |serials: [&'static str; 3]| {
            import(
                &[
                    &["序号", "楼栋", "室号", "姓名"],
                    &[serials[0], "1号", "101", "甲"],
                    &[serials[1], "", "", "乙"],
                    &[serials[2], "1号", "102", "丙"],
                ],
                ImportKind::Roster,
            )
        };
        assert_eq!(places(&sheet(["1", "2", "3"])), ["1号-101", "-", "1号-102"]);
        assert_eq!(places(&sheet(["1", "", "2"])), ["1号-101", "1号-101", "1号-102"]);
    }

    #[test]
    fn a_building_written_once_is_filled_down_and_one_left_out_is_not() {
        let sheet = |third: &'static str| {
            import(
                &[
                    &["楼栋", "室号", "姓名"],
                    &["1号", "101", "甲"],
                    &[third, "102", "乙"],
                    &["", "103", "丙"],
                    &["2号", "101", "丁"],
                ],
                ImportKind::Roster,
            )
        };
        assert_eq!(places(&sheet("")), ["1号-101", "1号-102", "1号-103", "2号-101"]);
        let left_out = sheet("1号");
        assert_eq!(places(&left_out), ["1号-101", "1号-102", "-103", "2号-101"]);
        assert_eq!(codes(&left_out[2]), [ProblemCode::HomeIncomplete]);
    }

    #[test]
    fn the_tab_is_the_building_and_problems_name_it() {
        let tab = |name: &str, people: [&str; 2]| {
            let mut builder = crate::import::GridBuilder::new(name);
            for (row, cells) in (0..).zip([["室号", "姓名"], ["101", people[0]], ["102", people[1]]]) {
                for (column, text) in (0..).zip(cells) {
                    assert!(builder.text(row, column, text));
                }
            }
            builder.build()
        };
        let tabs = [tab("1号楼", ["甲", "乙"]), tab("2幢名册", ["甲", "丙"]), tab("2号", ["丁", "丁"])];
        for (kind, last) in [(ImportKind::Roster, "2号-101"), (ImportKind::Reservations, "-101")] {
            let mut reading = Reading::new(kind, today()).naming_sheets(true);
            let mut read = Vec::new();
            for grid in &tabs {
                let mapping = propose_in(grid, kind).unwrap();
                read.extend(reading.rows(grid, &mapping));
            }
            assert_eq!(places(&read)[..5], ["1号楼-101", "1号楼-102", "2幢-101", "2幢-102", last]);
            assert!(read[0].problems[0].text().starts_with("“1号楼”第 2 行："));
        }
    }

    #[test]
    fn what_is_hidden_or_struck_out_is_told_and_taken_only_where_asked_for() {
        let mut builder = crate::import::GridBuilder::new("");
        for (row, cells) in (0..).zip([["姓名", "身份证号"], ["甲", ""], ["乙", ""], ["丙", ""]]) {
            for (column, text) in (0..).zip(cells) {
                let cell = CellRef { text, struck: row == 2, ..CellRef::default() };
                assert!(builder.push(row, column, cell));
            }
        }
        builder.hide_rows(3, 3);
        let grid = builder.build();
        let mapping = propose_in(&grid, ImportKind::Roster).unwrap();
        for (unseen, skipped) in [(false, [false, true, true]), (true, [false; 3])] {
            let mut reading = Reading::new(ImportKind::Roster, today()).with_unseen(unseen);
            let read: Vec<ImportRow> = reading.rows(&grid, &mapping).collect();
            assert_eq!(read.iter().map(|row| row.skipped).collect::<Vec<_>>(), skipped);
            if !unseen {
                assert_eq!(codes(&read[1]), [ProblemCode::RowStruck]);
                assert_eq!(codes(&read[2]), [ProblemCode::RowHidden]);
            }
        }
    }

    #[test]
    fn footers_are_told_each() {
        let read = import(
            &[
                &["姓名", "身份证号", "室号"],
                &["甲", "11010519491231002X", "1号101"],
                &["合　计", "1人", ""],
                &["注：空关户不填"],
                &["经办人：某某　　负责人：某某"],
                &["2020年2月3日"],
                &["合计生", "110105194912310038", "1号102"],
            ],
            ImportKind::Roster,
        );
        let skipped: Vec<u32> = read.iter().filter(|row| row.skipped).map(|row| row.row).collect();
        assert_eq!(skipped, [3, 4, 5, 6], "whoever has an ID number is a person");
        assert!(read[1..5].iter().all(|row| codes(row) == [ProblemCode::RowSkipped]));
    }

    #[test]
    fn a_registered_address_that_is_the_home_becomes_its_address() {
        let read =
            import(&[&["姓名", "地址", "户籍地址"], &["甲", "齐河路338弄1号101室", "同现住址"]], ImportKind::Roster);
        assert_eq!(read[0].fields[&Column::RegisteredAddress], "齐河路338弄1号101室");
        assert_eq!(codes(&read[0]), [ProblemCode::SameAsHome]);
    }
}
