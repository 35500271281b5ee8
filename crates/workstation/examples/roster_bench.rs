//! Times the roster, for `cargo xtask bench`. `roster_bench sample HOUSEHOLDS FOLDER` invents a committee's sheet;
//! `roster_bench import FILE.xlsx DATA` imports it into a new data folder, as the screens do; `roster_bench search
//! HOUSEHOLDS DATA` types names, pinyin, numbers and addresses key by key, each key first as the screens do and then as a
//! plain LIKE scan in SQLite would answer it. Each prints one line of JSON.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use linli_domain::pinyin;
use linli_sample::Committee;
use linli_workstation::api::import::ImportTarget;
use linli_workstation::{OsHost, Session, SessionOptions, import};
use rusqlite::{Connection, params};
use serde_json::json;

/// The password of the data folders made here.
const PASSWORD: &str = "linli-bench-2020";
/// The seed of the committee.
const SEED: u64 = 7;
/// People whose names, numbers and addresses are typed.
const TYPED: usize = 40;
/// Hits shown while typing.
const SHOWN: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["sample", households, folder] => {
            std::fs::create_dir_all(folder)?;
            let bytes = Committee::invent(households.parse()?, SEED).roster_xlsx()?;
            Ok(std::fs::write(Path::new(folder).join("roster.xlsx"), bytes)?)
        }
        ["import", file, data] => import_file(file, data),
        ["search", households, data] => search(&Committee::invent(households.parse()?, SEED), data),
        _ => Err("usage: roster_bench sample HOUSEHOLDS FOLDER | import FILE DATA | search HOUSEHOLDS DATA".into()),
    }
}

fn session(data: &str) -> Session {
    let exports = PathBuf::from(data).join("exports");
    Session::new(SessionOptions { data: data.into(), exports, host: Box::new(OsHost) })
}

fn import_file(file: &str, data: &str) -> Result<(), Box<dyn Error>> {
    let session = session(data);
    let set_up =
        json!({ "committee": "齐河第二居民委员会", "district": "浦东新区", "actor": "董敏", "password": PASSWORD });
    session.call("setup_alone", set_up).map_err(|error| error.text)?;
    let workstation = session.ready()?;
    let start = Instant::now();
    let request = import::open_file(&workstation, "roster.xlsx", std::fs::read(file)?, ImportTarget::Roster)?;
    let report = import::import(&workstation, &request, &Default::default())?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", json!({ "program": "linli", "count": report.added, "seconds": seconds }));
    Ok(())
}

fn search(committee: &Committee, data: &str) -> Result<(), Box<dyn Error>> {
    let session = session(data);
    session.unlock(Some(PASSWORD))?;
    let like = like_table(committee)?;
    let find = |query: &str| {
        session.call("roster_find", json!({ "query": query, "limit": SHOWN })).map_err(|error| error.text)
    };
    find("王")?; // The roster is read once, at the program's start.
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let keys = keystrokes(committee);
    for query in &keys {
        let start = Instant::now();
        let found = find(query)?;
        ours.push(start.elapsed());
        let start = Instant::now();
        let hits = scan(&like, query)?;
        theirs.push(start.elapsed());
        let nothing = found["total"].as_u64() == Some(0);
        assert!(hits.is_empty() || !nothing, "the scan finds {query} and we do not");
    }
    for (program, mut times) in [("linli", ours), ("LIKE", theirs)] {
        times.sort();
        let at = |part: usize| millis(times[(times.len() - 1) * part / 100]);
        println!("{}", json!({ "program": program, "count": keys.len(), "p50": at(50), "p99": at(99) }));
    }
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Every prefix of what a clerk would type for some people: name, pinyin, initials, end of the phone, room.
fn keystrokes(committee: &Committee) -> Vec<String> {
    let people: Vec<_> = committee.people().collect();
    let step = (people.len() / TYPED).max(1);
    let mut keys = Vec::new();
    for (household, person) in people.iter().step_by(step) {
        let pinyin = pinyin_of(&person.name);
        let initials: String = pinyin.iter().filter_map(|syllable| syllable.chars().next()).collect();
        let phone = person.phone.as_deref().map_or(String::new(), |phone| phone[phone.len() - 4..].to_owned());
        let room = format!("{}{}", household.building, household.room);
        for text in [person.name.clone(), pinyin.concat(), initials, phone, room] {
            keys.extend(text.char_indices().map(|(at, char)| text[..at + char.len_utf8()].to_owned()));
        }
    }
    keys
}

fn pinyin_of(name: &str) -> Vec<String> {
    pinyin::readings(name).into_iter().filter_map(|readings| readings.into_iter().next()).collect()
}

/// The same people in a plain table in memory, with pinyin and address written out.
fn like_table(committee: &Committee) -> Result<Connection, Box<dyn Error>> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(
        "CREATE TABLE person (name TEXT, pinyin TEXT, initials TEXT, phone TEXT, document TEXT, address TEXT); BEGIN",
    )?;
    let mut insert = connection.prepare("INSERT INTO person VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (household, person) in committee.people() {
        let pinyin = pinyin_of(&person.name);
        let initials: String = pinyin.iter().filter_map(|syllable| syllable.chars().next()).collect();
        let address = household.address();
        insert.execute(params![
            person.name,
            pinyin.concat(),
            initials,
            person.phone,
            person.document_number,
            address
        ])?;
    }
    drop(insert);
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

fn scan(connection: &Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT name FROM person WHERE name LIKE '%' || ?1 || '%' OR pinyin LIKE ?1 || '%' OR initials LIKE ?1 || '%'
             OR phone LIKE '%' || ?1 OR document LIKE '%' || ?1 OR address LIKE '%' || ?1 || '%'
         ORDER BY name <> ?1, name LIMIT ?2",
    )?;
    statement.query_map(params![query, SHOWN as i64], |row| row.get(0))?.collect()
}
