//! Times the review queue at a committee's full size, for `cargo xtask bench queue`. `queue_bench setup DATA` invents
//! 20,000 residents and four rounds with 3,000 reservations each, of which the last is to be reviewed; `queue_bench work DATA`
//! opens roster and queue and passes reservations with the key A, through the commands that the screens call and in their
//! order: after a change they ask again what stands on the topics that changed, and all of it where a program names none.
//! `work` prints one line of JSON per action.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use linli_workstation::Session;
use linli_workstation::api::import::ImportTarget;
use serde_json::{Value, json};

#[path = "parts/office.rs"]
mod office;

use office::{COLUMNS, Failure, PASSWORD, call, invented, people, row, session, sheet, take_in};

/// Every so many residents one has reserved.
const STEP: usize = 6;
const RESERVATIONS: usize = 3_000;
/// Rounds, of which all but the last are over.
const ROUNDS: usize = 4;
/// Rows a list asks for at once (ui/src/composables/window.ts).
const ROWS: usize = 200;
/// Reservations passed one by one, and keys pressed while the first of them is still being written.
const PASSED: usize = 30;
const BURST: usize = 5;
/// How often a page that was open before is opened.
const AGAIN: usize = 5;
/// How long the first page is read before another is opened.
const READ: Duration = Duration::from_secs(1);

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["setup", data] => set_up(data),
        ["work", data] => work(data),
        _ => Err("usage: queue_bench setup DATA | work DATA".into()),
    }
}

fn set_up(data: &str) -> Result<(), Failure> {
    let committee = invented();
    let session = office::begun(data, &committee)?;
    for number in 1..=ROUNDS {
        let reserved = people(&committee).skip(number).step_by(STEP).take(RESERVATIONS);
        let rows = reserved.enumerate().map(|(place, (home, person))| {
            let (hour, minute, second) = (8 + place / 3600, place / 60 % 60, place % 60);
            format!("2020-02-02 {hour:02}:{minute:02}:{second:02},{},1", row(home, person))
        });
        let csv = sheet(&format!("提交时间,{COLUMNS},预约数量"), rows);
        let round = open_round(&session, number)?;
        let target = ImportTarget::Reservations { round: round.clone() };
        take_in(&session, csv, target, RESERVATIONS)?;
        if number < ROUNDS {
            call(&session, "pass_clear", json!({ "round": round }))?;
            tell_all(&session, &round)?;
        }
    }
    Ok(())
}

/// Tells all who passed, by paper.
fn tell_all(session: &Session, round: &str) -> Result<(), Failure> {
    loop {
        let page = json!({ "offset": 0, "limit": ROWS });
        let passed = call(
            session,
            "reservation_list",
            json!({ "round": round, "stage": "to_notify", "page": page }),
        )?;
        let ids: Vec<Value> = passed["rows"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|row| row["id"].clone())
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        call(
            session,
            "notify",
            json!({ "ids": ids, "channel": "paper", "outcome": "reached", "note": null }),
        )?;
    }
}

/// Opens a round; its id.
fn open_round(session: &Session, number: usize) -> Result<String, Failure> {
    let definition = json!({
        "campaign": "口罩预约", "number": number, "title": format!("第{number}轮口罩预约"), "key": "person",
        "quota": RESERVATIONS, "max_quantity": 5, "opens": "2020-02-02T08:00", "closes": "2020-02-04T20:00",
        "exclude_earlier": true,
    });
    call(session, "round_open", json!({ "id": null, "definition": definition }))?;
    let newest = call(session, "round_list", json!({}))?["rounds"][0]["id"].clone();
    Ok(newest.as_str().unwrap_or_default().to_owned())
}

/// A clerk at work, and how long each action has taken.
struct Clerk {
    session: Session,
    version: Value,
    /// What changed last; null where the program does not tell.
    topics: Value,
    times: BTreeMap<&'static str, Vec<Duration>>,
}

impl Clerk {
    fn time<T>(
        &mut self,
        action: &'static str,
        what: impl FnOnce(&mut Clerk) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let start = Instant::now();
        let done = what(self)?;
        self.times.entry(action).or_default().push(start.elapsed());
        Ok(done)
    }

    fn call(&self, name: &str, request: Value) -> Result<Value, Failure> {
        call(&self.session, name, request)
    }

    /// What the frame asks after a change.
    fn refresh(&mut self) -> Result<(), Failure> {
        let changes = self.call("changes_since", json!({ "version": self.version }))?;
        (self.version, self.topics) = (changes["version"].clone(), changes["topics"].clone());
        if self.is_old("committee") {
            self.call("committee", json!({}))?;
        }
        Ok(())
    }

    /// Whether answers on a topic are to be asked for again.
    fn is_old(&self, topic: &str) -> bool {
        self.topics
            .as_array()
            .is_none_or(|topics| topics.iter().any(|changed| changed == topic))
    }

    /// What the roster's page asks, with the card of the first.
    fn roster(&mut self) -> Result<(), Failure> {
        let list = self.call("resident_list", json!({ "page": { "offset": 0, "limit": ROWS } }))?;
        self.call("tags", json!({}))?;
        self.call("filters", json!({}))?;
        self.call("resident_card", json!({ "id": list["rows"][0]["id"] }))?;
        Ok(())
    }

    /// What the queue's page asks, with the card of the first that waits; the ids of those that wait.
    fn queue(&mut self, round: &Value) -> Result<Vec<Value>, Failure> {
        self.call("round_show", json!({ "round": round }))?;
        let page = json!({ "offset": 0, "limit": ROWS });
        let list = self.call(
            "reservation_list",
            json!({ "round": round, "stage": "pending", "page": page }),
        )?;
        if self.is_old("committee") {
            self.call("filters", json!({}))?;
        }
        let ids: Vec<Value> = list["rows"]
            .as_array()
            .ok_or("no rows")?
            .iter()
            .map(|row| row["id"].clone())
            .collect();
        self.call("reservation_card", json!({ "id": ids.first().ok_or("nothing waits")? }))?;
        Ok(ids)
    }

    fn pass(&mut self, id: &Value) -> Result<(), Failure> {
        let reviewed = self.call("review", json!({ "ids": [id], "decision": "passed" }))?;
        if reviewed["changed"] == 1 {
            Ok(())
        } else {
            Err(format!("not passed: {reviewed}").into())
        }
    }
}

fn work(data: &str) -> Result<(), Failure> {
    let mut times = BTreeMap::new();
    for (background, roster, queue) in [
        (
            false,
            "open the roster at once after the start",
            "open the queue at once after the start",
        ),
        (
            true,
            "open the roster a second after the start",
            "open the queue a second after the start",
        ),
    ] {
        let session = session(data);
        if background {
            session.exchange_in_background();
        }
        let mut clerk = Clerk {
            session,
            version: json!(0),
            topics: Value::Null,
            times,
        };
        clerk.call("unlock", json!({ "password": PASSWORD }))?;
        let round = clerk.call("round_list", json!({}))?["rounds"][0]["id"].clone();
        if background {
            std::thread::sleep(READ);
        }
        clerk.time(queue, |clerk| clerk.queue(&round))?;
        clerk.time(roster, Clerk::roster)?;
        if background {
            return at_work(clerk, &round);
        }
        times = clerk.times;
    }
    Ok(())
}

fn at_work(mut clerk: Clerk, round: &Value) -> Result<(), Failure> {
    for _ in 0..AGAIN {
        // As somebody who comes to the page anew.
        clerk.topics = Value::Null;
        clerk.time("open the roster again", Clerk::roster)?;
        clerk.time("open the queue again", |clerk| clerk.queue(round))?;
    }
    let mut waiting = clerk.queue(round)?;
    for _ in 0..PASSED {
        let id = waiting[0].clone();
        waiting = clerk.time("A: until the next one is shown", |clerk| {
            clerk.time("A: until it is written", |clerk| clerk.pass(&id))?;
            clerk.refresh()?;
            clerk.queue(round)
        })?;
    }
    for _ in 0..AGAIN {
        let ids = waiting[..BURST].to_vec();
        waiting = clerk.time("A five times at once: until the next one is shown", |clerk| {
            ids.iter().try_for_each(|id| clerk.pass(id))?;
            clerk.refresh()?;
            clerk.queue(round)
        })?;
    }
    for _ in 0..AGAIN {
        clerk.time("ask what changed where nothing did", Clerk::refresh)?;
    }
    clerk.time("open the roster after it", Clerk::roster)?;
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
