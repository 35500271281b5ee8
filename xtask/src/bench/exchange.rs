//! The exchange of a committee with its district, beside PouchDB replicating the same rows.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{Place, json_lines, median, range};
use crate::{Failure, command, setup};

/// What an Atuin server's own benchmark says it takes in: published, not measured here.
const PUBLISHED: &str = "Published, not measured here: Atuin's sync, 16,000 records a second.";
/// The committee of the contest.
const COMMITTEE: &str = "区\t街道\t齐河第二居民委员会\n";

/// Fetches the peer.
pub(super) fn prepare() -> Result<(), Failure> {
    setup::node_packages("tests/bench")
}

/// Both in turns: the district's server and the committee's first PC stay, each turn is another PC that joins.
pub(super) fn measure(place: &Place, turns: usize) -> Result<(), Failure> {
    let rows = place.file("rows.jsonl");
    command(&mut place.example("exchange_bench", &["rows", &rows]))?;
    let district = District::start(place)?;
    let first = place.file("exchange-first");
    let mut times: BTreeMap<String, Vec<Times>> = BTreeMap::new();
    for line in json_lines(&mut place.example("exchange_bench", &["fill", &first, &district.ticket()?]))? {
        note(&mut times, &line)?;
    }
    for turn in 0..turns {
        let data = place.file(&format!("exchange-{turn}"));
        let mut pouchdb = Command::new("node");
        pouchdb.args(["tests/bench/pouchdb.mjs", &rows]);
        let ticket = district.ticket()?;
        for mut program in [
            place.example("exchange_bench", &["turn", &data, &ticket, &first]),
            pouchdb,
        ] {
            for line in json_lines(&mut program)? {
                note(&mut times, &line)?;
            }
        }
    }
    print(&times);
    Ok(())
}

/// A program's times of one measure.
struct Times {
    program: String,
    count: u64,
    seconds: Vec<f64>,
}

fn note(times: &mut BTreeMap<String, Vec<Times>>, line: &Value) -> Result<(), Failure> {
    let text = |key: &str| line[key].as_str().unwrap_or("?").to_owned();
    let seconds = line["seconds"]
        .as_f64()
        .ok_or_else(|| format!("{line} tells no time"))?;
    let programs = times.entry(text("measure")).or_default();
    match programs.iter_mut().find(|times| times.program == text("program")) {
        Some(times) => times.seconds.push(seconds),
        None => programs.push(Times {
            program: text("program"),
            count: line["count"].as_u64().unwrap_or(0),
            seconds: vec![seconds],
        }),
    }
    Ok(())
}

fn print(times: &BTreeMap<String, Vec<Times>>) {
    println!("\n### Exchange of a committee (5,000 residents, 10,000 in the queue), beside PouchDB\n");
    println!("| what | program | rows | turns | median | range | rows a second | ours takes … times as long |");
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    for (measure, programs) in times {
        let ours = programs.first().map_or(f64::NAN, |times| median(times.seconds.clone()));
        for Times {
            program,
            count,
            seconds,
        } in programs
        {
            let (turns, (least, most), time) = (seconds.len(), range(seconds.iter().copied()), median(seconds.clone()));
            println!(
                "| {measure} | {program} | {count} | {turns} | {time:.3} s | {least:.3}–{most:.3} s | {:.0} | {:.2} |",
                *count as f64 / time,
                ours / time
            );
        }
    }
    println!("\n{PUBLISHED}");
}

/// A district's server, with TLS, until the contest is over.
struct District {
    program: PathBuf,
    folder: String,
    url: String,
    process: Child,
}

impl Drop for District {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl District {
    fn start(place: &Place) -> Result<District, Failure> {
        let (program, folder) = (place.program("linli-district"), place.file("district"));
        let committees = place.file("committees.tsv");
        std::fs::write(&committees, COMMITTEE).map_err(|error| format!("{committees}: {error}"))?;
        command(&mut staff(&program, &folder, &["ca", "init", "--host", "localhost"]))?;
        command(&mut staff(&program, &folder, &["committee", "import", &committees]))?;
        let mut serve = staff(&program, &folder, &["serve", "--listen", "127.0.0.1:0"]);
        let started = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let process = started.map_err(|error| format!("{serve:?}: {error}"))?;
        let mut district = District {
            program,
            folder,
            url: String::new(),
            process,
        };
        let stdout = district.process.stdout.take().ok_or("no output")?;
        let read = BufReader::new(stdout).read_line(&mut district.url);
        read.map_err(|error| format!("{serve:?}: {error}"))?;
        district.url = district.url.trim().replace("127.0.0.1", "localhost");
        Ok(district)
    }

    /// A ticket for a PC.
    fn ticket(&self) -> Result<String, Failure> {
        let lines = json_lines(&mut staff(
            &self.program,
            &self.folder,
            &["--json", "enrol-code", "1", "--url", &self.url],
        ))?;
        let ticket = lines.first().and_then(|line| line["ticket"].as_str());
        Ok(ticket.ok_or("no ticket")?.to_owned())
    }
}

fn staff(program: &Path, folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(["--data", folder]).args(arguments);
    command
}
