//! The same programs of two builds in turns: this checkout's and another's, for "nothing got slower".

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{HOUSEHOLDS, Place, ROWS, VOUCHERS, json_lines, median, range};
use crate::{Failure, cargo, command};

/// What is measured of both.
const PROGRAMS: [&str; 5] = ["clerk_bench", "queue_bench", "roster_bench", "sheet_bench", "pdf_bench"];
/// Households of the committee the clerk works for: about 4,500 people.
const CLERKS_HOUSEHOLDS: &str = "2000";

/// Seconds of each action, of this build and of the one before.
type Times = BTreeMap<String, [Vec<f64>; 2]>;

/// Measures what the program in `checkout` (built there: `cargo xtask bench prepare`) does beside what this one does. Work
/// is done by each build in data of its own, a fresh copy each turn; both read the same sheets.
pub(super) fn measure(place: &Place, checkout: &Path, turns: usize) -> Result<(), Failure> {
    let mut build = vec![
        "build",
        "--release",
        "--package",
        "linli-workstation",
        "--package",
        "linli-documents",
    ];
    PROGRAMS.iter().for_each(|name| build.extend(["--example", name]));
    cargo(&build)?;
    let before = |name: &str| checkout.join("target/release/examples").join(name);
    if let Some(missing) = PROGRAMS.into_iter().find(|name| !before(name).exists()) {
        return Err(format!(
            "{} is not built: cargo xtask bench prepare",
            before(missing).display()
        ));
    }
    let both = |name: &str| [place.example_path(name), before(name)];
    let mut times = Times::new();
    work(
        place,
        "clerk",
        &both("clerk_bench"),
        &["setup", CLERKS_HOUSEHOLDS],
        &["password"],
        turns,
        &mut times,
    )?;
    work(place, "queue", &both("queue_bench"), &["setup"], &[], turns, &mut times)?;
    rosters(place, &both("roster_bench"), turns, &mut times)?;
    files(place, &both, turns, &mut times)?;
    println!("\n### This build beside the one before\n");
    println!(
        "| action | turns | now | before | now takes … times as long | range of the pairs |\n|---|---:|---:|---:|---:|---:|"
    );
    for (action, [now, before]) in times {
        let (least, most) = range(now.iter().zip(&before).map(|(now, before)| now / before));
        let (turns, ratio) = (
            now.len(),
            median(now.iter().zip(&before).map(|(now, before)| now / before).collect()),
        );
        let shown = |seconds: Vec<f64>| format!("{:.2} ms", median(seconds) * 1_000.0);
        println!(
            "| {action} | {turns} | {} | {} | {ratio:.2} | {least:.2}–{most:.2} |",
            shown(now),
            shown(before)
        );
    }
    Ok(())
}

fn add(times: &mut Times, kind: usize, action: &str, seconds: Option<f64>) -> Result<(), Failure> {
    let seconds = seconds.ok_or_else(|| format!("{action}: no time"))?;
    times.entry(action.to_owned()).or_default()[kind].push(seconds);
    Ok(())
}

/// A program that sets a committee up once and then works in a copy of it, each turn a fresh one.
fn work(
    place: &Place,
    what: &str,
    programs: &[PathBuf; 2],
    set_up: &[&str],
    more: &[&str],
    turns: usize,
    times: &mut Times,
) -> Result<(), Failure> {
    let (fresh, data) = (|kind: usize| place.file(&format!("{what}-{kind}")), place.file(what));
    for (kind, program) in programs.iter().enumerate() {
        command(Command::new(program).args(set_up).arg(fresh(kind)).args(more))?;
    }
    for _ in 0..turns {
        for (kind, program) in programs.iter().enumerate() {
            command(Command::new("rm").args(["-rf", &data]))?;
            command(Command::new("cp").args(["-a", &fresh(kind), &data]))?;
            for line in json_lines(Command::new(program).args(["work", &data]))? {
                let action = format!("{what}: {}", line["program"].as_str().unwrap_or("?"));
                add(times, kind, &action, line["seconds"].as_f64())?;
            }
        }
    }
    Ok(())
}

/// Import of 100,000 rows, and every key typed in what was imported.
fn rosters(place: &Place, programs: &[PathBuf; 2], turns: usize, times: &mut Times) -> Result<(), Failure> {
    let [_, households] = HOUSEHOLDS;
    let roster = place.sample(households)?;
    for _ in 0..turns {
        for (kind, program) in programs.iter().enumerate() {
            let data = place.file("roster");
            let line = json_lines(&mut place.import(program, &roster, &data))?
                .pop()
                .unwrap_or_default();
            add(times, kind, "import of 100,000 rows", line["seconds"].as_f64())?;
            for line in json_lines(Command::new(program).args(["search", households, &data]))? {
                let action = format!("search, p99, {}", line["typed"].as_str().unwrap_or("?"));
                add(
                    times,
                    kind,
                    &action,
                    line["p99"].as_f64().map(|milliseconds| milliseconds / 1_000.0),
                )?;
            }
        }
    }
    Ok(())
}

/// Sheets and papers written.
fn files(place: &Place, both: &dyn Fn(&str) -> [PathBuf; 2], turns: usize, times: &mut Times) -> Result<(), Failure> {
    let (sheet, paper) = (place.file("before.xlsx"), place.file("before.pdf"));
    for _ in 0..turns {
        for kind in 0..2 {
            let jobs = [
                ("sheet_bench", ["write", ROWS, &sheet]),
                ("pdf_bench", ["vouchers", VOUCHERS, &paper]),
            ];
            for (name, arguments) in jobs {
                let line = json_lines(Command::new(&both(name)[kind]).args(arguments))?
                    .pop()
                    .unwrap_or_default();
                add(
                    times,
                    kind,
                    &format!("{} {}", arguments[0], arguments[1]),
                    line["seconds"].as_f64(),
                )?;
            }
        }
    }
    Ok(())
}
