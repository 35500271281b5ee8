//! The mess of a real sheet at the size of a large committee.

use std::collections::{BTreeSet, HashMap};

use linli_documents::sheet::read_workbook;
use serde_json::Value;

use crate::office::{Office, number};

/// Rows over the first person in the sample's sheet, and the first row of a spreadsheet.
const FIRST_ROW: u64 = 5;
/// Columns of the sample's clean list: 姓名,性别,身份证号,联系电话,小区,楼栋,单元,室号,与户主关系.
const DOCUMENT: usize = 2;
/// The same in the program's own export.
const EXPORTED: [u32; 9] = [6, 7, 10, 11, 1, 2, 3, 4, 14];

/// What is rightly said of cells that nobody damaged: the hints under the header and the total at the end; a number
/// that ends in 000 and fits; a number that the sample gave to two people.
const TRUE_OF_CLEAN_CELLS: [&str; 3] = ["row_skipped", "number_suspect", "duplicate_document"];

/// By what the report must name each kind of damage that the sample makes.
fn code(kind: &str) -> &'static str {
    match kind {
        "excel_number" => "number_damaged",
        "blanks" | "line_break" => "blanks",
        "full_width" => "full_width",
        "two_phones" => "two_phones",
        "swapped" => "swapped",
        other => panic!("a damage nobody expects: {other}"),
    }
}

/// 10,000 residents: every damaged cell is reported with place and reason, nothing else is, no other cell changes on
/// its way in, and undo restores the state exactly.
#[test]
fn a_messy_sheet_is_reported_cell_by_cell_and_undone_exactly() {
    let office = Office::with_sample(4_400);
    let before = office.state();
    let dry = office.run(&["roster", "import", "sample/roster.xlsx", "--dry-run"]);
    assert_eq!(office.state(), before, "a dry run writes nothing");
    let report = office.run(&["roster", "import", "sample/roster.xlsx"]);
    assert!(number(&report, "added") > 9_900, "{}", report["added"]);
    assert_eq!(
        (&dry["added"], &dry["problems"]),
        (&report["added"], &report["problems"])
    );
    let truth: Vec<Value> = serde_json::from_slice(&std::fs::read(office.path("sample/truth.json")).unwrap()).unwrap();
    damage_is_reported(&truth, report["problems"].as_array().unwrap());
    everything_else_is_as_it_was(&office, &truth);
    let lost = truth.iter().filter(|damage| damage["kind"] == "excel_number").count() as u64;
    let again = office.run(&["roster", "import", "sample/roster.xlsx"]);
    assert!(
        number(&again, "added") <= lost,
        "only who lost the number is not known again: {again:.300}"
    );
    if again["batch"].is_number() {
        office.run(&["undo"]);
    }
    office.run(&["undo"]);
    assert_eq!(office.state(), before);
}

fn damage_is_reported(truth: &[Value], problems: &[Value]) {
    let place = |value: &Value, code: &str| {
        (
            number(value, "row"),
            value["column"].as_str().unwrap().to_owned(),
            code.to_owned(),
        )
    };
    let expected: BTreeSet<_> = truth
        .iter()
        .map(|damage| place(damage, code(damage["kind"].as_str().unwrap())))
        .collect();
    let found: BTreeSet<_> = problems
        .iter()
        .filter(|problem| !TRUE_OF_CLEAN_CELLS.iter().any(|code| problem["code"] == *code))
        .map(|problem| place(problem, problem["code"].as_str().unwrap()))
        .collect();
    let list = |places: BTreeSet<_>| places.into_iter().take(5).collect::<Vec<_>>();
    assert_eq!(list(&expected - &found), [], "damaged and not reported so");
    assert_eq!(list(&found - &expected), [], "reported and not damaged so");
    let kinds: BTreeSet<&str> = truth.iter().map(|damage| damage["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 6, "every kind of damage is in the sheet: {kinds:?}");
    for problem in problems {
        let text = problem["text"].as_str().unwrap();
        assert!(text.starts_with(&format!("第 {} 行", problem["row"])), "{text}");
    }
}

/// What the export says of everybody is what the sample's clean list says, but for the numbers that Excel ate.
fn everything_else_is_as_it_was(office: &Office, truth: &[Value]) {
    let csv = std::fs::read(office.path("sample/roster.csv")).unwrap();
    let clean = &read_workbook("roster.csv", &csv).unwrap()[0];
    let lost: BTreeSet<u64> = truth
        .iter()
        .filter(|damage| damage["kind"] == "excel_number")
        .map(|damage| number(damage, "row") - FIRST_ROW)
        .collect();
    let mut people: HashMap<Vec<String>, i32> = HashMap::new();
    for row in 1..clean.height() {
        let mut person: Vec<String> = (0..9).map(|column| clean.cell(row, column).text.to_owned()).collect();
        if lost.contains(&u64::from(row - 1)) {
            person[DOCUMENT].clear();
        }
        *people.entry(person).or_default() += 1;
    }
    office.run(&["roster", "export", "-o", "台账.xlsx"]);
    let exported = read_workbook("台账.xlsx", &std::fs::read(office.path("台账.xlsx")).unwrap()).unwrap();
    for row in 2..exported[0].height() {
        let person = EXPORTED
            .iter()
            .map(|column| exported[0].cell(row, *column).text.to_owned())
            .collect();
        *people.entry(person).or_default() -= 1;
    }
    let differing: Vec<_> = people.into_iter().filter(|(_, count)| *count != 0).take(4).collect();
    assert!(
        differing.is_empty(),
        "1: only in the sheet, -1: only here: {differing:?}"
    );
}
