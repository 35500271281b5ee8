//! An invented committee of full size in a data folder, for the benchmarks of its queues.

use std::error::Error;
use std::path::PathBuf;

use linli_sample::{Committee, Household, Person};
use linli_workstation::api::import::ImportTarget;
use linli_workstation::{OsHost, Session, SessionOptions, import};
use serde_json::{Value, json};

pub type Failure = Box<dyn Error>;

/// The password of the data folders made here.
pub const PASSWORD: &str = "linli-bench-2020";
const SEED: u64 = 7;
/// Enough for the residents; the rest is left out.
const HOUSEHOLDS: u32 = 9_200;
const RESIDENTS: usize = 20_000;
/// What a row says of a person, as its header names it.
pub const COLUMNS: &str = "姓名,证件号码,手机号码,小区,楼栋,单元,室号";

/// The committee.
pub fn invented() -> Committee {
    Committee::invent(HOUSEHOLDS, SEED)
}

/// A session on a data folder.
pub fn session(data: &str) -> Session {
    let exports = PathBuf::from(data).with_extension("exports");
    Session::new(SessionOptions {
        data: data.into(),
        exports,
        host: Box::new(OsHost),
    })
}

/// A new data folder with the committee's roster.
pub fn begun(data: &str, committee: &Committee) -> Result<Session, Failure> {
    let session = session(data);
    let first = json!({ "committee": committee.name, "district": null, "actor": "董敏", "password": PASSWORD });
    call(&session, "setup_alone", first)?;
    let rows = people(committee).map(|(home, person)| row(home, person));
    take_in(&session, sheet(COLUMNS, rows), ImportTarget::Roster, RESIDENTS)?;
    Ok(session)
}

/// A command, as screens call it.
pub fn call(session: &Session, name: &str, request: Value) -> Result<Value, Failure> {
    session
        .call(name, request)
        .map_err(|error| format!("{name}: {}", error.said.text).into())
}

/// The committee's people, each with the home.
pub fn people(committee: &Committee) -> impl Iterator<Item = (&Household, &Person)> {
    committee.people().take(RESIDENTS)
}

/// Who somebody is, as a row says it.
pub fn row(home: &Household, person: &Person) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (document, phone, unit) = (text(&person.document_number), text(&person.phone), text(&home.unit));
    let (estate, building, room) = (&home.estate, &home.building, &home.room);
    format!("{},{document},{phone},{estate},{building},{unit},{room}", person.name)
}

/// A sheet of rows.
pub fn sheet(header: &str, rows: impl Iterator<Item = String>) -> String {
    let mut csv = format!("{header}\n");
    rows.for_each(|row| csv.extend([row.as_str(), "\n"]));
    csv
}

/// Imports a sheet of so many rows.
pub fn take_in(session: &Session, csv: String, target: ImportTarget, rows: usize) -> Result<(), Failure> {
    let ws = session.ready()?;
    let request = import::open_file(&ws, "people.csv", csv.into_bytes(), target, &[])?;
    let report = import::import(&ws, &request, &Default::default())?;
    if report.added != rows {
        return Err(format!("{} of {rows} rows imported", report.added).into());
    }
    Ok(())
}
