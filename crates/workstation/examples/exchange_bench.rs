//! Times the exchange with a district that runs, for `cargo xtask bench exchange`. `exchange_bench rows FILE` writes the
//! committee as one document a line, for the peer; `exchange_bench fill DATA TICKET` sets up the committee's first PC,
//! imports everything, joins and hands it over; `exchange_bench turn DATA TICKET FIRST` lets another PC join and take
//! everything in, then 100 changes go from the first PC to it. They print lines of JSON.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use linli_sample::{Committee, Household, Person};
use linli_workstation::api::exchange::JoinRequest;
use linli_workstation::api::import::ImportTarget;
use linli_workstation::{OsHost, Session, SessionOptions, Tried, exchange_once, import};
use serde_json::{Value, json};

type Failure = Box<dyn Error>;

/// The password of the data folders made here.
const PASSWORD: &str = "linli-bench-2020";
const SEED: u64 = 7;
/// Enough for the residents; the rest is left out.
const HOUSEHOLDS: u32 = 2_400;
/// Residents, and rounds in each of which everybody has reserved.
const RESIDENTS: usize = 5_000;
const ROUNDS: usize = 2;
/// Single actions of a clerk.
const CHANGES: usize = 100;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["rows", file] => Ok(std::fs::write(file, rows(&Committee::invent(HOUSEHOLDS, SEED)))?),
        ["fill", data, ticket] => fill(data, ticket),
        ["turn", data, ticket, first] => turn(data, ticket, first),
        _ => Err("usage: exchange_bench rows FILE | fill DATA TICKET | turn DATA TICKET FIRST".into()),
    }
}

fn people(committee: &Committee) -> impl Iterator<Item = (&Household, &Person)> {
    committee.people().take(RESIDENTS)
}

/// The residents and their reservations as documents.
fn rows(committee: &Committee) -> String {
    let mut lines = String::new();
    for (place, (home, person)) in people(committee).enumerate() {
        let address = json!({ "estate": home.estate, "building": home.building, "unit": home.unit, "room": home.room });
        let mut row = json!({
            "_id": format!("resident-{place:05}"), "name": person.name, "sex": person.sex, "birth_date": person.birth_date,
            "document_kind": person.document_kind, "document_number": person.document_number, "phone": person.phone,
            "home": address, "relation": person.relation, "tags": person.tags,
        });
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{row}");
        for round in 1..=ROUNDS {
            row = json!({
                "_id": format!("reservation-{round}-{place:05}"), "round": round, "name": person.name,
                "document_number": person.document_number, "phone": person.phone, "home": address, "quantity": 1,
                "registered_at": registered_at(place), "source": "导入",
            });
            let _ = writeln!(lines, "{row}");
        }
    }
    lines
}

fn registered_at(place: usize) -> String {
    format!(
        "2020-02-02 {:02}:{:02}:{:02}",
        8 + place / 3600,
        place / 60 % 60,
        place % 60
    )
}

fn roster(committee: &Committee) -> String {
    let mut csv = "姓名,性别,出生日期,证件号码,联系电话,小区,楼栋,单元,室号\n".to_owned();
    for (home, person) in people(committee) {
        let Person {
            name, sex, birth_date, ..
        } = person;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let (document, phone, unit) = (text(&person.document_number), text(&person.phone), text(&home.unit));
        let Household {
            estate, building, room, ..
        } = home;
        let _ = writeln!(
            csv,
            "{name},{sex},{birth_date},{document},{phone},{estate},{building},{unit},{room}"
        );
    }
    csv
}

fn reservations(committee: &Committee) -> String {
    let mut csv = "提交时间,姓名,证件号码,手机号码,小区,楼栋,单元,室号,预约数量\n".to_owned();
    for (place, (home, person)) in people(committee).enumerate() {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let (document, phone, unit) = (text(&person.document_number), text(&person.phone), text(&home.unit));
        let (
            Household {
                estate, building, room, ..
            },
            name,
            at,
        ) = (home, &person.name, registered_at(place));
        let _ = writeln!(
            csv,
            "{at},{name},{document},{phone},{estate},{building},{unit},{room},1"
        );
    }
    csv
}

fn session(data: &str) -> Session {
    let exports = PathBuf::from(data).with_extension("exports");
    Session::new(SessionOptions {
        data: data.into(),
        exports,
        host: Box::new(OsHost),
    })
}

fn call(session: &Session, name: &str, request: Value) -> Result<Value, Failure> {
    Ok(session
        .call(name, request)
        .map_err(|error| format!("{name}: {}", error.said.text))?)
}

fn join(session: &Session, ticket: &str, name: &str) -> Result<(), Failure> {
    Ok(session.join(&JoinRequest {
        ticket: Some(ticket.to_owned()),
        device_name: name.to_owned(),
        actor: "董敏".to_owned(),
        password: Some(PASSWORD.into()),
        ..JoinRequest::default()
    })?)
}

/// Exchanges; how long it took.
fn exchange(session: &Session) -> Result<f64, Failure> {
    let ws = session.ready()?;
    let begun = Instant::now();
    match exchange_once(&ws)? {
        Tried::Done(done) if !done.differs && done.refused == 0 => Ok(begun.elapsed().as_secs_f64()),
        other => Err(format!("not exchanged: {other:?}").into()),
    }
}

fn fill(data: &str, ticket: &str) -> Result<(), Failure> {
    let committee = Committee::invent(HOUSEHOLDS, SEED);
    let session = session(data);
    let set_up = json!({ "committee": committee.name, "district": "浦东新区", "actor": "董敏", "password": PASSWORD });
    call(&session, "setup_alone", set_up)?;
    take_in(&session, "roster.csv", roster(&committee), ImportTarget::Roster)?;
    for number in 1..=ROUNDS {
        call(
            &session,
            "round_open",
            json!({ "id": null, "definition": round(number) }),
        )?;
        let rounds = call(&session, "round_list", json!({}))?;
        let named = |round: &&Value| round["title"] == title(number);
        let id = rounds["rounds"]
            .as_array()
            .and_then(|rounds| rounds.iter().find(named))
            .ok_or("no round")?["id"]
            .clone();
        let target = ImportTarget::Reservations {
            round: id.as_str().unwrap_or_default().to_owned(),
        };
        take_in(&session, "reservations.csv", reservations(&committee), target)?;
    }
    join(&session, ticket, "第一台")?;
    let seconds = exchange(&session)?;
    let operations = call(&session, "database_check", json!({}))?["operations"].clone();
    println!(
        "{}",
        json!({ "program": "linli", "measure": "everything, handed over", "count": operations, "seconds": seconds })
    );
    Ok(())
}

fn take_in(session: &Session, name: &str, csv: String, target: ImportTarget) -> Result<(), Failure> {
    let ws = session.ready()?;
    let request = import::open_file(&ws, name, csv.into_bytes(), target, &[])?;
    let report = import::import(&ws, &request, &Default::default())?;
    if report.added != RESIDENTS {
        return Err(format!("{} of {RESIDENTS} rows imported", report.added).into());
    }
    Ok(())
}

fn title(number: usize) -> String {
    format!("第{number}轮口罩预约")
}

fn round(number: usize) -> Value {
    json!({
        "campaign": "口罩预约", "number": number, "title": title(number), "key": "person", "quota": RESIDENTS,
        "max_quantity": 5, "opens": "2020-02-02T08:00", "closes": "2020-02-04T20:00", "collect_from": null,
        "collect_until": null, "exclude_earlier": false, "pick_ups": [], "district": false, "templates": [],
    })
}

fn turn(data: &str, ticket: &str, first: &str) -> Result<(), Failure> {
    let (first, second) = (session(first), session(data));
    first.unlock(Some(PASSWORD))?;
    join(&second, ticket, "又一台")?;
    tell("first sync", RESIDENTS * (1 + ROUNDS), exchange(&second)?);
    has_everything(&second)?;
    exchange(&first)?; // The new PC's card, and what it was leased.
    let rounds = call(&first, "round_list", json!({}))?;
    let page = json!({ "offset": 0, "limit": CHANGES });
    let round = &rounds["rounds"][0]["id"];
    let pending = call(
        &first,
        "reservation_list",
        json!({ "round": round, "stage": "pending", "page": page }),
    )?;
    let rows = pending["rows"]
        .as_array()
        .filter(|rows| rows.len() == CHANGES)
        .ok_or("nothing is pending any more")?;
    for row in rows {
        call(&first, "review", json!({ "ids": [row["id"]], "decision": "passed" }))?;
    }
    tell("100 changes, handed over", CHANGES, exchange(&first)?);
    tell("100 changes, taken in", CHANGES, exchange(&second)?);
    let states = [&first, &second]
        .map(|session| Ok::<_, Failure>(call(session, "database_check", json!({}))?["digest"].clone()));
    let [ours, theirs] = states;
    if ours? != theirs? {
        return Err("the PCs differ".into());
    }
    Ok(())
}

fn has_everything(session: &Session) -> Result<(), Failure> {
    let page = json!({ "offset": 0, "limit": 1 });
    let residents = call(session, "resident_list", json!({ "page": page }))?["total"].clone();
    let rounds = call(session, "round_list", json!({}))?;
    let reserved = rounds["rounds"].as_array().map_or(0, |rounds| {
        rounds.iter().filter_map(|round| round["total"].as_u64()).sum()
    });
    if residents != RESIDENTS || reserved != (RESIDENTS * ROUNDS) as u64 {
        return Err(format!("{residents} residents and {reserved} reservations arrived").into());
    }
    Ok(())
}

fn tell(measure: &str, count: usize, seconds: f64) {
    println!(
        "{}",
        json!({ "program": "linli (encrypted, durable)", "measure": measure, "count": count, "seconds": seconds })
    );
}
