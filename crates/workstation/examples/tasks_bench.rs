//! Times the tasks at a committee's full size, for `cargo xtask bench tasks`. `tasks_bench setup DATA` invents 20,000 residents
//! and takes in 20,000 rows about them, of which all but 600 are answered; `tasks_bench work DATA` opens the list, answers,
//! and takes in 10,000 more rows. `work` prints one line of JSON per action.

use std::time::Instant;

use linli_sample::{Household, Person};
use linli_workstation::Session;
use linli_workstation::api::import::ImportTarget;
use serde_json::{Value, json};

#[path = "parts/office.rs"]
mod office;

use office::{Failure, PASSWORD, call, invented, people, session, sheet, take_in};

/// Rows there are, and those of them that are still open.
const TASKS: usize = 20_000;
const OPEN: usize = 600;
/// Rows that come in one night.
const PUSHED: usize = 10_000;
/// Rows a list asks for at once (ui/src/composables/window.ts).
const ROWS: usize = 200;
/// Rows answered in one go while the data is prepared.
const AT_ONCE: usize = 1_000;
/// How often each action is done.
const TIMES: usize = 5;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["setup", data] => set_up(data),
        ["work", data] => work(data),
        _ => Err("usage: tasks_bench setup DATA | work DATA".into()),
    }
}

/// A row as a checkpoint writes it: what it says of somebody differs from row to row.
fn row((place, (home, person)): (usize, (&Household, &Person)), source: &str) -> String {
    let document = person.document_number.as_deref().unwrap_or_default();
    let masked = match (document.get(..6), document.get(14..)) {
        (Some(first), Some(last)) => format!("{first}********{last}"),
        _ => String::new(),
    };
    let phone = person.phone.as_deref().filter(|_| place % 3 > 0).unwrap_or_default();
    let document = if place % 2 == 0 { masked } else { document.to_owned() };
    let building = home.building.trim_end_matches(['号', '幢', '栋']);
    let address = format!("{}{building}-{}", home.estate, home.room);
    format!("{source}-{place},{source},{},{document},{phone},{address}", person.name)
}

fn rows<'c>(source: &str, people: impl Iterator<Item = (&'c Household, &'c Person)>) -> String {
    sheet(
        "编号,来源,姓名,证件号码,手机号码,地址",
        people.enumerate().map(|one| row(one, source)),
    )
}

fn set_up(data: &str) -> Result<(), Failure> {
    let committee = invented();
    let session = office::begun(data, &committee)?;
    let csv = rows("道口", people(&committee).take(TASKS));
    take_in(&session, csv, ImportTarget::Tasks, TASKS)?;
    let mut open = list(&session, AT_ONCE)?;
    while open["total"].as_u64().unwrap_or_default() as usize > OPEN {
        let left = open["total"].as_u64().unwrap_or_default() as usize - OPEN;
        let ids: Vec<&Value> = open["rows"]
            .as_array()
            .ok_or("no rows")?
            .iter()
            .map(|row| &row["id"])
            .collect();
        let ids = &ids[..ids.len().min(left)];
        let visit = json!({ "ids": ids, "way": "phone", "outcome": "found", "learnt": {}, "note": null });
        call(&session, "task_visit", visit)?;
        open = list(&session, AT_ONCE)?;
    }
    Ok(())
}

fn list(session: &Session, rows: usize) -> Result<Value, Failure> {
    let page = json!({ "offset": 0, "limit": rows });
    call(session, "task_list", json!({ "pressing": false, "page": page }))
}

/// What the page asks, with the card of the first row.
fn page(session: &Session) -> Result<Value, Failure> {
    let first = list(session, ROWS)?["rows"][0]["id"].clone();
    call(session, "task_card", json!({ "id": first }))?;
    Ok(first)
}

fn work(data: &str) -> Result<(), Failure> {
    for _ in 0..TIMES {
        let session = session(data);
        call(&session, "unlock", json!({ "password": PASSWORD }))?;
        time("open the tasks at once after the start", || page(&session))?;
        time("open the tasks again", || page(&session))?;
        time("answer one, until the next one is shown", || {
            let id = page(&session)?;
            let visit = json!({ "ids": [id], "way": "phone", "outcome": "found", "learnt": {}, "note": null });
            call(&session, "task_visit", visit)?;
            page(&session)
        })?;
    }
    let session = session(data);
    call(&session, "unlock", json!({ "password": PASSWORD }))?;
    page(&session)?;
    let committee = invented();
    let csv = rows("热线", people(&committee).take(PUSHED));
    time("take in 10,000 rows", || {
        take_in(&session, csv.clone(), ImportTarget::Tasks, PUSHED)
    })?;
    time("open the tasks after it", || page(&session))?;
    Ok(())
}

fn time<T>(action: &str, what: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let start = Instant::now();
    let done = what()?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", json!({ "program": action, "seconds": seconds }));
    Ok(done)
}
