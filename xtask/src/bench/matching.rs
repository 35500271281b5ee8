//! Finding whom messy rows are about, beside what one would use instead, on the same sheets. Quality by
//! `tests/matching/score.py`, strictly; times of whole processes, the reading of the sheets with them.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use super::{Place, json_lines, median, range};
use crate::{Failure, cargo, command, root, setup};

const SCRIPTS: &str = "tests/matching";
/// Residents and rows: a night's push for one committee, and the largest.
const SIZES: [[&str; 2]; 2] = [["5000", "600"], ["20000", "10000"]];
/// What is tuned was tuned on rows of another seed.
const SEED: &str = "2026";
const OTHERS: [&str; 3] = ["naive", "fuzzy", "linkage"];

pub(super) fn prepare() -> Result<(), Failure> {
    setup::python("matching")?;
    setup::newest_screens()?;
    cargo(&["build", "--release", "--package", "linli-cli"])
}

pub(super) fn measure(place: &Place, turns: usize) -> Result<(), Failure> {
    let python = setup::python("matching")?;
    contest(place, &python, &format!("{SCRIPTS}/hand"), "rows written by hand", 1)?;
    for [residents, rows] in SIZES {
        let folder = place.file(&format!("matching-{rows}"));
        let make = [&folder, "--residents", residents, "--rows", rows, "--seed", SEED];
        command(
            Command::new(&python)
                .arg(root().join(SCRIPTS).join("make.py"))
                .args(make),
        )?;
        contest(
            place,
            &python,
            &folder,
            &format!("{rows} rows × {residents} residents"),
            turns,
        )?;
    }
    Ok(())
}

/// All programs in turns on one folder's sheets, then what they found.
fn contest(place: &Place, python: &Path, folder: &str, title: &str, turns: usize) -> Result<(), Failure> {
    let (roster, rows) = (format!("{folder}/roster.csv"), format!("{folder}/rows.csv"));
    let names = || ["linli"].into_iter().chain(OTHERS);
    let mut seconds = vec![Vec::new(); names().count()];
    for _ in 0..turns {
        for (name, seconds) in names().zip(&mut seconds) {
            let out = place.file(&format!("matching-{name}.json"));
            let mut matcher = if name == "linli" {
                linli(place, &roster, &rows, &out)?
            } else {
                pipeline(python, name, [&roster, &rows, &out])
            };
            seconds.push(timed(matcher.current_dir(root()))?);
        }
    }
    println!("\n### Whom rows are about: {title}\n");
    println!(
        "| program | turns | median | range | linli takes … times as long | precision | recall | first three | not ours: precision | recall |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    let ours = median(seconds[0].clone());
    for (name, seconds) in names().zip(seconds) {
        let quality = score(python, folder, name, &place.file(&format!("matching-{name}.json")))?;
        let (least, most) = range(seconds.iter().copied());
        let time = median(seconds);
        println!(
            "| {name} | {turns} | {time:.3} s | {least:.3}–{most:.3} s | {:.3} | {quality} |",
            ours / time
        );
    }
    Ok(())
}

fn linli(place: &Place, roster: &str, rows: &str, out: &str) -> Result<Command, Failure> {
    let file = File::create(out).map_err(|error| format!("{out}: {error}"))?;
    let mut matcher = Command::new(place.program("linli"));
    matcher
        .args(["match", "--roster", roster, "--records", rows, "--json"])
        .stdout(file);
    Ok(matcher)
}

fn pipeline(python: &Path, name: &str, arguments: [&str; 3]) -> Command {
    let mut matcher = Command::new(python);
    matcher
        .arg(format!("{SCRIPTS}/pipelines/{name}.py"))
        .args(arguments)
        .stdout(Stdio::null());
    matcher
}

/// Seconds a whole process takes.
fn timed(program: &mut Command) -> Result<f64, Failure> {
    eprintln!("xtask: {program:?}");
    let started = Instant::now();
    let status = program.stderr(Stdio::null()).status();
    match status.map_err(|error| format!("{program:?}: {error}"))? {
        status if status.success() => Ok(started.elapsed().as_secs_f64()),
        status => Err(format!("{program:?}: {status}")),
    }
}

/// Cells of a table: what was found, in per cent.
fn score(python: &Path, folder: &str, name: &str, out: &str) -> Result<String, Failure> {
    let mut scorer = Command::new(python);
    scorer
        .arg(format!("{SCRIPTS}/score.py"))
        .args([folder, out, "--name", name, "--json"]);
    let line = json_lines(&mut scorer)?.pop().unwrap_or_default();
    let share = |key: &str| {
        line[key]
            .as_f64()
            .map_or("?".to_owned(), |share| format!("{:.2} %", share * 100.0))
    };
    let cells = [
        "precision",
        "recall",
        "top 3",
        "not ours, precision",
        "not ours, recall",
    ]
    .map(share);
    match line["broken"].as_u64() {
        Some(0) => Ok(cells.join(" | ")),
        _ => Err(format!(
            "{name}: entries that are not as agreed: {}",
            Value::to_string(&line["broken"])
        )),
    }
}
