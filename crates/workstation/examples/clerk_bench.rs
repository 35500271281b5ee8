//! Times a clerk's single actions, for `cargo xtask bench`. `clerk_bench setup HOUSEHOLDS DATA keyring|password` invents
//! a committee with a round; `clerk_bench work DATA` opens it and registers, reviews and notifies people one by one, with
//! the lists and cards that are looked at in between, through the door the screens use. `work` prints one line of JSON
//! per action. Built with the feature `plain-database-for-measuring` it does the same without encryption.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use linli_workstation::{OsHost, Session, SessionOptions};
use serde_json::{Value, json};

/// The password of the data folders made here.
const PASSWORD: &str = "linli-bench-2020";
/// People served.
const SERVED: usize = 200;
/// Rows a screen asks for at once.
const ROWS: usize = 100;
/// How often a running job is asked about.
const JOB_POLL: Duration = Duration::from_millis(20);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["setup", households, data, "keyring"] => set_up(households.parse()?, data, None),
        ["setup", households, data, "password"] => set_up(households.parse()?, data, Some(PASSWORD)),
        ["work", data] => work(data),
        _ => Err("usage: clerk_bench setup HOUSEHOLDS DATA keyring|password | work DATA".into()),
    }
}

fn session(data: &str) -> Session {
    let exports = PathBuf::from(data).with_extension("exports");
    Session::new(SessionOptions {
        data: data.into(),
        exports,
        host: Box::new(OsHost),
    })
}

fn set_up(households: u32, data: &str, password: Option<&str>) -> Result<(), Box<dyn Error>> {
    let session = session(data);
    let started = call(
        &session,
        "setup_sample",
        json!({ "actor": "董敏", "password": password, "households": households }),
    )?;
    loop {
        let status = call(&session, "job_status", json!({ "job": started["job"] }))?;
        match status["state"].as_str() {
            Some("running") => std::thread::sleep(JOB_POLL),
            Some("finished") => return Ok(()),
            _ => return Err(status.to_string().into()),
        }
    }
}

fn call(session: &Session, name: &str, request: Value) -> Result<Value, Box<dyn Error>> {
    session
        .call(name, request)
        .map_err(|error| format!("{name}: {}", error.said.text).into())
}

/// A clerk at work, and how long each action has taken.
struct Clerk {
    session: Session,
    times: BTreeMap<&'static str, Vec<Duration>>,
}

impl Clerk {
    fn act(&mut self, action: &'static str, name: &str, request: Value) -> Result<Value, Box<dyn Error>> {
        let start = Instant::now();
        let response = call(&self.session, name, request)?;
        self.times.entry(action).or_default().push(start.elapsed());
        Ok(response)
    }
}

fn work(data: &str) -> Result<(), Box<dyn Error>> {
    let mut clerk = Clerk {
        session: session(data),
        times: BTreeMap::new(),
    };
    let everybody = json!({ "page": { "offset": 0, "limit": SERVED } });
    call(&clerk.session, "unlock", json!({ "password": PASSWORD }))?;
    let people = clerk.act("the roster, first after the start", "resident_list", everybody)?;
    let rounds = call(&clerk.session, "round_list", json!({}))?;
    let round = &rounds["rounds"][0]["id"];
    let mut served = 0;
    for person in people["rows"].as_array().ok_or("no people")? {
        serve(&mut clerk, round, &person["id"])?;
        served += 1;
    }
    assert_eq!(served, SERVED, "the committee is large enough");
    for (action, times) in &mut clerk.times {
        times.sort();
        let median = times[times.len() / 2].as_secs_f64();
        println!(
            "{}",
            json!({ "program": action, "count": times.len(), "seconds": median })
        );
    }
    Ok(())
}

/// One person at the counter, from the roster to the call.
fn serve(clerk: &mut Clerk, round: &Value, person: &Value) -> Result<(), Box<dyn Error>> {
    let page = json!({ "offset": 0, "limit": ROWS });
    clerk.act("open a resident's card", "resident_card", json!({ "id": person }))?;
    // The sample's round is long over, which the check says: the clerk registers all the same.
    let request = json!({ "round": round, "resident": person, "quantity": 1, "anyway": true, "finish": false });
    let registered = clerk.act("register", "register", request)?;
    let id = &registered["reservation"]["id"];
    assert!(id.is_string(), "registered");
    clerk.act(
        "open the queue after it",
        "reservation_list",
        json!({ "round": round, "page": page }),
    )?;
    clerk.act("open a reservation's card", "reservation_card", json!({ "id": id }))?;
    clerk.act("review", "review", json!({ "ids": [id], "decision": "passed" }))?;
    let reached = json!({ "ids": [id], "channel": "phone", "outcome": "reached" });
    // Whose home was served before is told no yes: the refusal is expected, and is no time of notifying.
    let _ = clerk.act("notify", "notify", reached);
    clerk.act("open the roster", "resident_list", json!({ "page": page }))?;
    Ok(())
}
