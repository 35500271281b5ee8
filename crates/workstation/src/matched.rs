//! Matching two sheets without a database: whom of a roster each row of a list means.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, Written, read_workbook, write_sheet};
use linli_domain::import::{Column, ImportKind, Mapping, ProblemCode, Reading, propose_in, taken_by_default};
use linli_domain::refusal::Refusal;
use linli_domain::writing::quoted;
use linli_matching::written::{phones_of, place_of};
use linli_matching::{Match, Outcome, Person, Record, Roster};
use linli_store::files::DataFolder;
use linli_store::{Surroundings, System};
use serde::Serialize;

use crate::{Error, NamedBytes};

/// What became of a row of the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatchedRow {
    /// The row, from 1 behind the header.
    pub record: u32,
    /// `certain`, `undecided` or `not_ours`.
    pub outcome: &'static str,
    /// The roster's row, from 1 behind its header, where that is certain.
    pub resident: Option<u32>,
    /// Who may be meant, best first.
    pub candidates: Vec<MatchedCandidate>,
}

/// Who may be meant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatchedCandidate {
    /// The roster's row.
    pub resident: u32,
    /// From 0 to 1, for the order.
    pub score: f64,
    /// What speaks for them and against, in the clerk's words.
    pub reasons: Vec<&'static str>,
}

/// A row of a sheet as it is written.
pub(crate) struct Row {
    /// From 1 behind the header.
    pub(crate) place: u32,
    pub(crate) name: String,
    document: String,
    phone: String,
    address: String,
    household: String,
}

/// What came of matching.
#[derive(Debug, Default)]
pub struct Matched {
    /// One for each row of the list that is about somebody.
    pub rows: Vec<MatchedRow>,
    /// What of the two files was not read, a sentence each: other sheets; totals, hints, hidden rows.
    pub left: Vec<String>,
}

/// Matches every row of a list with a roster. With `output`, writes what came of it as a sheet: `data` is the data folder
/// of this PC, in which nothing is written.
///
/// # Errors
/// A sheet cannot be read or has no header; the output cannot be written there.
pub fn match_sheets(
    roster: &NamedBytes,
    records: &NamedBytes,
    output: Option<(&Path, &Path)>,
) -> Result<Matched, Error> {
    let mut left = Vec::new();
    let people = rows(roster, ImportKind::Roster, &mut left)?;
    let records = rows(records, ImportKind::Tasks, &mut left)?;
    let mut index = Roster::new(persons(&people), []);
    index.hear(records.iter().map(|row| row.address.as_str()));
    let found: Vec<Match> = records.iter().map(|row| index.find(&record(row))).collect();
    if let Some((data, path)) = output {
        let sheet = sheet(&people, &records, &found)?;
        DataFolder::new(data).write_output(path, &sheet.bytes)?;
    }
    let rows = records.iter().zip(&found);
    Ok(Matched {
        rows: rows.map(|(row, found)| matched(row, found, &people)).collect(),
        left,
    })
}

/// The rows of a file's list as they are written, over all of its sheets that are one list; a sheet's rows are counted on
/// from those of the one before.
pub(crate) fn rows(file: &NamedBytes, kind: ImportKind, left: &mut Vec<String>) -> Result<Vec<Row>, Error> {
    let name = quoted(&file.name);
    let grids = read_workbook(&file.name, &file.bytes)?;
    let mappings: Vec<Option<Mapping>> = grids.iter().map(|grid| propose_in(grid, kind)).collect();
    let taken = taken_by_default(&grids, &mappings);
    let mut reading = Reading::new(kind, System.now().date())
        .as_written()
        .naming_sheets(grids.len() > 1);
    let (mut rows, mut before, mut read) = (Vec::new(), 0, false);
    for ((grid, mapping), taken) in grids.iter().zip(&mappings).zip(taken) {
        let Some(mapping) = mapping.as_ref().filter(|_| taken) else {
            let blank = grid.used_rows_from(0).next().is_none();
            left.extend((!blank).then(|| format!("“{name}”的工作表“{}”没有读", quoted(grid.name()))));
            continue;
        };
        read = true;
        for row in reading.rows(grid, mapping) {
            // Whom a row means does not hang on its number.
            let doubled = row
                .problems
                .iter()
                .any(|one| one.code == ProblemCode::DuplicateReference);
            match row.skipped && !doubled {
                true => left.extend(row.problems.last().map(|why| format!("“{name}”{}", why.text()))),
                false => rows.push(Row::of(before + row.row - mapping.first_row, &row.fields)),
            }
        }
        before += grid.height() - mapping.first_row;
    }
    if !read {
        return Err(Refusal::NoHeader {
            name: name.into_owned(),
        }
        .into());
    }
    Ok(rows)
}

impl Row {
    fn of(place: u32, fields: &BTreeMap<Column, String>) -> Row {
        let of = |column| fields.get(&column).cloned().unwrap_or_default();
        Row {
            place,
            name: of(Column::Name),
            document: of(Column::DocumentNumber),
            phone: phones_of(fields),
            address: place_of(fields),
            household: of(Column::HouseholdNumber),
        }
    }
}

fn record(row: &Row) -> Record<'_> {
    Record {
        name: &row.name,
        document: &row.document,
        phone: &row.phone,
        address: &row.address,
    }
}

pub(crate) fn persons(rows: &[Row]) -> impl Iterator<Item = Person> {
    let mut homes: HashMap<&str, u32> = HashMap::new();
    rows.iter().map(move |row| {
        let next = homes.len() as u32;
        Person {
            name: row.name.clone(),
            document: row.document.clone(),
            phones: vec![row.phone.clone()],
            home: (!row.household.is_empty()).then(|| *homes.entry(&row.household).or_insert(next)),
            addresses: vec![row.address.clone()],
        }
    })
}

fn matched(row: &Row, found: &Match, people: &[Row]) -> MatchedRow {
    let candidates = found.candidates.iter().map(|one| MatchedCandidate {
        resident: people[one.resident].place,
        score: one.score,
        reasons: one.reasons.iter().map(|reason| reason.zh()).collect(),
    });
    MatchedRow {
        record: row.place,
        outcome: found.outcome.code(),
        resident: found.resident.map(|resident| people[resident].place),
        candidates: candidates.collect(),
    }
}

/// Columns of the sheet that is written.
const COLUMNS: [(&str, ColumnKind); 12] = [
    ("行", ColumnKind::Number),
    ("姓名", ColumnKind::Text),
    ("证件号码", ColumnKind::Text),
    ("联系电话", ColumnKind::Text),
    ("地址", ColumnKind::Text),
    ("结果", ColumnKind::Text),
    ("台账行", ColumnKind::Number),
    ("台账姓名", ColumnKind::Text),
    ("台账电话", ColumnKind::Text),
    ("台账地址", ColumnKind::Text),
    ("依据", ColumnKind::Text),
    ("其他可能（台账行 姓名）", ColumnKind::Text),
];

/// Each row with what became of it. Where nothing is certain, the best candidate stands beside it.
fn sheet(people: &[Row], records: &[Row], found: &[Match]) -> Result<Written, Error> {
    let column = |(header, kind): (&str, ColumnKind)| ColumnSpec {
        header: header.to_owned(),
        kind,
    };
    let spec = SheetSpec {
        title: "人员匹配结果".into(),
        sheet_name: "匹配结果".into(),
        columns: COLUMNS.map(column).into(),
        created: System.now().local(),
    };
    let rows: Vec<[String; COLUMNS.len()]> = records
        .iter()
        .zip(found)
        .map(|(row, found)| line(people, row, found))
        .collect();
    Ok(write_sheet(&spec, rows.len(), |row, column| {
        let text = rows[row][column].as_str();
        match (COLUMNS[column].1, text.parse()) {
            _ if text.is_empty() => Cell::Empty,
            (ColumnKind::Number, Ok(number)) => Cell::Number(number),
            _ => Cell::Text(text),
        }
    })?)
}

fn line(people: &[Row], row: &Row, found: &Match) -> [String; COLUMNS.len()] {
    let best = found.candidates.first().filter(|_| found.outcome != Outcome::NotOurs);
    let known = best.map(|best| &people[best.resident]);
    let of = |get: fn(&Row) -> &String| known.map(|known| get(known).clone()).unwrap_or_default();
    let reasons = best.map(|best| {
        best.reasons
            .iter()
            .map(|reason| reason.zh())
            .collect::<Vec<_>>()
            .join("；")
    });
    let others = found
        .candidates
        .iter()
        .skip(1)
        .filter(|_| found.outcome == Outcome::Undecided);
    let others = others.map(|one| format!("{} {}", people[one.resident].place, people[one.resident].name));
    [
        row.place.to_string(),
        row.name.clone(),
        row.document.clone(),
        row.phone.clone(),
        row.address.clone(),
        found.outcome.zh().to_owned(),
        known.map(|known| known.place.to_string()).unwrap_or_default(),
        of(|known| &known.name),
        of(|known| &known.phone),
        of(|known| &known.address),
        reasons.unwrap_or_default(),
        others.collect::<Vec<_>>().join("、"),
    ]
}
