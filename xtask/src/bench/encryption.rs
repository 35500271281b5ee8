//! What encryption costs: the same program with an encrypted and with a plain database, in turns.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use super::{HOUSEHOLDS, Place, json_lines, median};
use crate::{Failure, command};

/// Households of the committee the clerk works for: about 4,500 people.
const CLERKS_HOUSEHOLDS: &str = "2000";
/// What every plain database of SQLite begins with.
const PLAIN_HEADER: &[u8] = b"SQLite format 3\0";
/// Turns of the import, which takes long.
const IMPORT_TURNS: usize = 3;
const IMPORT: &str = "import of 100,000 rows";

/// Times of each action, encrypted and plain.
type Times = BTreeMap<String, [Vec<f64>; 2]>;

pub(super) fn measure(place: &Place, turns: usize) -> Result<(), Failure> {
    let mut times = Times::new();
    clerk(place, turns, &mut times)?;
    import(place, turns.min(IMPORT_TURNS), &mut times)?;
    println!("\n### Encrypted against plain database\n");
    println!("| action | turns | encrypted | plain | encrypted takes … times as long |\n|---|---:|---:|---:|---:|");
    for (action, [encrypted, plain]) in times {
        let (turns, encrypted, plain) = (encrypted.len(), median(encrypted), median(plain));
        println!(
            "| {action} | {turns} | {} | {} | {:.2} |",
            shown(encrypted),
            shown(plain),
            encrypted / plain
        );
    }
    Ok(())
}

fn shown(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.2} ms", seconds * 1_000.0)
    } else {
        format!("{seconds:.2} s")
    }
}

/// The same program, once as delivered and once without encryption.
fn programs(place: &Place, name: &str) -> [(std::path::PathBuf, bool); 2] {
    [(place.example_path(name), true), (place.plain_path(name), false)]
}

/// A clerk's single actions; each turn on a fresh copy of the same committee.
fn clerk(place: &Place, turns: usize, times: &mut Times) -> Result<(), Failure> {
    let (fresh, data) = (|kind: usize| place.file(&format!("clerk-{kind}")), place.file("clerk"));
    for (kind, (program, _)) in programs(place, "clerk_bench").iter().enumerate() {
        command(Command::new(program).args(["setup", CLERKS_HOUSEHOLDS, &fresh(kind), "password"]))?;
    }
    for _ in 0..turns {
        for (kind, (program, encrypted)) in programs(place, "clerk_bench").iter().enumerate() {
            command(Command::new("rm").args(["-rf", &data]))?;
            command(Command::new("cp").args(["-a", &fresh(kind), &data]))?;
            for line in json_lines(Command::new(program).args(["work", &data]))? {
                let action = line["program"].as_str().unwrap_or("?").to_owned();
                times.entry(action).or_default()[kind].push(line["seconds"].as_f64().unwrap_or(f64::NAN));
            }
            is_what_it_says(&data, *encrypted)?;
        }
    }
    Ok(())
}

fn import(place: &Place, turns: usize, times: &mut Times) -> Result<(), Failure> {
    let [_, households] = HOUSEHOLDS;
    let (roster, data) = (place.sample(households)?, place.file("import"));
    for _ in 0..turns {
        for (kind, (program, encrypted)) in programs(place, "roster_bench").iter().enumerate() {
            let line = json_lines(&mut place.import(program, &roster, &data))?
                .pop()
                .unwrap_or_default();
            times.entry(IMPORT.into()).or_default()[kind].push(line["seconds"].as_f64().unwrap_or(f64::NAN));
            is_what_it_says(&data, *encrypted)?;
        }
    }
    Ok(())
}

/// Looks into the database's file: a comparison of the same thing with itself would be worth nothing.
fn is_what_it_says(data: &str, encrypted: bool) -> Result<(), Failure> {
    let file = Path::new(data).join("linli.db");
    let mut header = [0; PLAIN_HEADER.len()];
    let read = File::open(&file).and_then(|mut database| database.read_exact(&mut header));
    read.map_err(|error| format!("{}: {error}", file.display()))?;
    if (header == PLAIN_HEADER) == encrypted {
        return Err(format!("{}: encrypted should be {encrypted}", file.display()));
    }
    Ok(())
}
