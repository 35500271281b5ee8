//! Times the roster, for `cargo xtask bench`. `roster_bench sample HOUSEHOLDS FOLDER` invents a committee's sheet;
//! `roster_bench import FILE.xlsx DATA` imports it into a new data folder, as the screens do; `roster_bench search
//! HOUSEHOLDS DATA` types names, pinyin, numbers and addresses key by key, each key first as the screens do and then as a
//! plain LIKE scan in SQLite would answer it. They print lines of JSON.

use std::collections::BTreeMap;
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
const TYPED: usize = 100;
/// What is typed, as the table names it.
const NAME: &str = "name, more";
const PINYIN: &str = "pinyin and initials";
const DIGITS: &str = "digits of phone or home";
const ALL: &str = "all";
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
    let exports = PathBuf::from(data).with_extension("exports");
    Session::new(SessionOptions {
        data: data.into(),
        exports,
        host: Box::new(OsHost),
    })
}

fn import_file(file: &str, data: &str) -> Result<(), Box<dyn Error>> {
    let session = session(data);
    let set_up =
        json!({ "committee": "齐河第二居民委员会", "district": "浦东新区", "actor": "董敏", "password": PASSWORD });
    session.call("setup_alone", set_up).map_err(|error| error.said.text)?;
    let workstation = session.ready()?;
    let start = Instant::now();
    let request = import::open_file(
        &workstation,
        "roster.xlsx",
        std::fs::read(file)?,
        ImportTarget::Roster,
        &[],
    )?;
    let report = import::import(&workstation, &request, &Default::default())?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "program": "linli", "count": report.added, "seconds": seconds })
    );
    Ok(())
}

fn search(committee: &Committee, data: &str) -> Result<(), Box<dyn Error>> {
    let session = session(data);
    session.unlock(Some(PASSWORD))?;
    let like = like_table(committee)?;
    let find = |query: &str| {
        session
            .call("roster_find", json!({ "query": query, "limit": SHOWN }))
            .map_err(|error| error.said.text)
    };
    find("王")?; // The roster is read once, at the program's start.
    let mut times: BTreeMap<&str, [Vec<f64>; 2]> = BTreeMap::new();
    for (kind, query) in keystrokes(committee) {
        let start = Instant::now();
        let found = find(&query)?;
        let ours = millis(start.elapsed());
        let start = Instant::now();
        let hits = scan(&like, &query)?;
        let theirs = millis(start.elapsed());
        // For digits the scan takes more: any part of a number, where we want its beginning or end.
        let nothing = kind != DIGITS && found["total"].as_u64() == Some(0);
        assert!(
            hits.is_empty() || !nothing,
            "the scan finds {hits:?} by {query} and we do not"
        );
        for kind in [kind, ALL] {
            let [of_ours, of_theirs] = times.entry(kind).or_default();
            of_ours.push(ours);
            of_theirs.push(theirs);
        }
    }
    let residents = committee.people().count();
    for (kind, mut both) in times {
        both.iter_mut().for_each(|times| times.sort_by(f64::total_cmp));
        let at = |of: usize, part: usize| both[of][(both[of].len() - 1) * part / 100];
        println!(
            "{}",
            json!({ "residents": residents, "typed": kind, "count": both[0].len(), "p50": at(0, 50), "p99": at(0, 99),
                "like_p50": at(1, 50), "like_p99": at(1, 99) })
        );
    }
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Every beginning of what a clerk would type for some people, with what it is: one or two characters of a name or more,
/// pinyin and initials, the end of the phone, the home.
fn keystrokes(committee: &Committee) -> Vec<(&'static str, String)> {
    let people: Vec<_> = committee.people().collect();
    let step = (people.len() / TYPED).max(1);
    let mut keys = Vec::new();
    for (household, person) in people.iter().step_by(step) {
        let pinyin = pinyin_of(&person.name);
        let initials: String = pinyin.iter().filter_map(|syllable| syllable.chars().next()).collect();
        let phone = person
            .phone
            .as_deref()
            .map_or(String::new(), |phone| phone[phone.len() - 4..].to_owned());
        let room = format!("{}{}", household.building, household.room);
        let typed = [
            (NAME, person.name.clone()),
            (PINYIN, pinyin.concat()),
            (PINYIN, initials),
            (DIGITS, phone),
            (DIGITS, room),
        ];
        for (kind, text) in typed {
            for (typed, (at, char)) in (1..).zip(text.char_indices()) {
                let kind = match (kind, typed) {
                    (NAME, 1) => "name, 1 character",
                    (NAME, 2) => "name, 2 characters",
                    _ => kind,
                };
                keys.push((kind, text[..at + char.len_utf8()].to_owned()));
            }
        }
    }
    keys
}

/// The usual reading of a name, as syllables.
fn pinyin_of(name: &str) -> Vec<String> {
    pinyin::readings(name).into_iter().next().unwrap_or_default()
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
    statement
        .query_map(params![query, SHOWN as i64], |row| row.get(0))?
        .collect()
}
