//! Matching two sheets without a database: whom of a roster each row of a list means.

use std::collections::HashMap;
use std::path::Path;

use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, Written, read_workbook, write_sheet};
use linli_domain::import::{Column, Grid, ImportKind, Mapping, propose_in, taken_by_default};
use linli_domain::refusal::Refusal;
use linli_domain::writing::quoted;
use linli_matching::address::joined;
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
struct Row {
    /// From 1 behind the header.
    place: u32,
    name: String,
    document: String,
    phone: String,
    address: String,
    household: String,
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
) -> Result<Vec<MatchedRow>, Error> {
    let people = rows(roster)?;
    let records = rows(records)?;
    let index = Roster::new(persons(&people), []);
    let found: Vec<Match> = records.iter().map(|row| index.find(&record(row))).collect();
    if let Some((data, path)) = output {
        let sheet = sheet(&people, &records, &found)?;
        DataFolder::new(data).write_output(path, &sheet.bytes)?;
    }
    Ok(records
        .iter()
        .zip(&found)
        .map(|(row, found)| matched(row, found, &people))
        .collect())
}

/// The rows of a file's first list that says anything, whatever an import would take of them. Both sheets are read as a
/// roster is: its 户籍 addresses are then nobody's present one.
fn rows(file: &NamedBytes) -> Result<Vec<Row>, Error> {
    let grids = read_workbook(&file.name, &file.bytes)?;
    let mappings: Vec<Option<Mapping>> = grids.iter().map(|grid| propose_in(grid, ImportKind::Roster)).collect();
    let taken = taken_by_default(&grids, &mappings);
    let mut sheets = grids.iter().zip(&mappings).zip(taken);
    let found = sheets.find_map(|((grid, mapping), taken)| Some((grid, mapping.as_ref().filter(|_| taken)?)));
    let Some((grid, mapping)) = found else {
        return Err(Refusal::NoHeader {
            name: quoted(&file.name).into_owned(),
        }
        .into());
    };
    let filled = |row: &u32| grid.row(*row).any(|(_, cell)| !cell.is_blank());
    Ok(grid
        .used_rows_from(mapping.first_row)
        .filter(filled)
        .map(|row| read(grid, mapping, row))
        .collect())
}

fn read(grid: &Grid, mapping: &Mapping, row: u32) -> Row {
    let of = |field: Column| {
        // A place may be merged over the people of a household.
        let cells = mapping
            .of(field)
            .map(|column| match field.is_place() || field == Column::HouseholdNumber {
                true => grid.seen(row, column).text.trim(),
                false => grid.cell(row, column).text.trim(),
            });
        cells.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let phones = [of(Column::Phone), of(Column::SecondPhone)];
    let places = [
        Column::Address,
        Column::Estate,
        Column::Building,
        Column::Unit,
        Column::Room,
    ]
    .map(of);
    let [address, estate, building, unit, room] = places.each_ref().map(String::as_str);
    Row {
        place: row - mapping.first_row + 1,
        name: of(Column::Name),
        document: of(Column::DocumentNumber),
        phone: phones
            .into_iter()
            .filter(|phone| !phone.is_empty())
            .collect::<Vec<_>>()
            .join("/"),
        address: joined(address, estate, building, unit, room),
        household: of(Column::HouseholdNumber),
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

fn persons(rows: &[Row]) -> impl Iterator<Item = Person> {
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
