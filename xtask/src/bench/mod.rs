//! `cargo xtask bench [CONTEST…] [--turns N]`: each thing measured beside what one would use instead, in turns, in one
//! run. Prints tables in Markdown with medians and ratios, for `docs/measurements.md`. `cargo xtask bench prepare` only
//! builds and fetches all that the contests need, so that they can begin at once when the machine is idle.
//! `cargo xtask bench --before CHECKOUT` measures this build beside another checkout's.

mod before;
mod district;
mod encryption;
mod exchange;
mod matching;
mod queue;
mod routing;
mod search;
mod window;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Failure, cargo, command, root, setup, target};

/// Turns where none are asked for.
const TURNS: usize = 5;
/// Rows of the large sheets.
const ROWS: &str = "100000";
/// Vouchers in one document, and buildings that get a notice.
const VOUCHERS: &str = "5000";
const NOTICES: &str = "50";
/// reportlab takes minutes for all vouchers, WeasyPrint ten: they make a tenth, and are compared by the piece.
const VOUCHERS_OF_THE_SLOW: &str = "500";
/// Households of the two committees people are searched in: about 10,000 and 100,000 people.
const HOUSEHOLDS: [&str; 2] = ["4400", "44000"];
/// Seconds after which a program's first time stands, and it is not asked again.
const PATIENCE: f64 = 20.0;
/// The feature of linli-workstation that leaves encryption out.
const PLAIN: &str = "linli-workstation/plain-database-for-measuring";

/// What is asked for where nothing is to be measured yet.
const PREPARE: &str = "prepare";

/// What can be measured, by name.
type Contest = (&'static str, fn(&Place, usize) -> Result<(), Failure>);
const CONTESTS: [Contest; 13] = [
    ("search", search::measure),
    ("import", import),
    ("export", export),
    ("vouchers", |place, turns| papers(place, turns, "vouchers", VOUCHERS)),
    ("notices", |place, turns| papers(place, turns, "notices", NOTICES)),
    ("encryption", encryption::measure),
    ("queue", queue::measure),
    ("window", window::measure),
    ("exchange", exchange::measure),
    ("district", district::measure),
    ("matching", matching::measure),
    ("routing", routing::measure),
    ("tasks", queue::measure_tasks),
];

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let Asked {
        turns,
        contests: asked,
        before,
    } = parse(arguments)?;
    if let Some(checkout) = before {
        let place = Place::prepare(&|_| false)?;
        println!("{}", machine());
        return before::measure(&place, checkout.as_ref(), turns);
    }
    let wanted = |name: &str| asked.iter().all(|asked| *asked == PREPARE) || asked.contains(&name);
    let place = Place::prepare(&wanted)?;
    if asked.contains(&PREPARE) {
        return if wanted("window") { window::prepare() } else { Ok(()) };
    }
    println!("{}", machine());
    for (name, measure) in CONTESTS {
        if asked.is_empty() || asked.contains(&name) {
            measure(&place, turns)?;
        }
    }
    Ok(())
}

/// What is to be measured.
struct Asked<'a> {
    turns: usize,
    /// None: all.
    contests: Vec<&'a str>,
    /// The checkout whose build this one stands beside, in place of all contests.
    before: Option<&'a str>,
}

fn parse(arguments: &[String]) -> Result<Asked<'_>, Failure> {
    let (mut turns, mut asked, mut before) = (TURNS, Vec::new(), None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--turns" {
            let number = arguments.next().and_then(|text| text.parse().ok());
            turns = number.filter(|turns| *turns > 0).ok_or("--turns N, at least 1")?;
        } else if argument == "--before" {
            before = Some(arguments.next().ok_or("--before CHECKOUT")?.as_str());
        } else if argument == PREPARE || CONTESTS.iter().any(|(name, _)| name == argument) {
            asked.push(argument.as_str());
        } else {
            let names: Vec<&str> = CONTESTS.iter().map(|(name, _)| *name).collect();
            return Err(format!(
                "usage: cargo xtask bench [{PREPARE}|{}]… [--before CHECKOUT] [--turns N]",
                names.join("|")
            ));
        }
    }
    Ok(Asked {
        turns,
        contests: asked,
        before,
    })
}

/// What it was measured on, as far as the system tells.
fn machine() -> String {
    let read = |path: &str, key: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let value = text
            .lines()
            .find_map(|line| Some(line.strip_prefix(key)?.trim_start_matches(['\t', ' ', ':', '='])));
        value.unwrap_or("?").trim_matches('"').to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{}; {cores} cores; memory {}; {}",
        read("/proc/cpuinfo", "model name"),
        read("/proc/meminfo", "MemTotal"),
        read("/etc/os-release", "PRETTY_NAME"),
    )
}

/// Programs that do the same work, ours first, in turns. Each prints a line of JSON: program, count, seconds.
fn play(title: &str, mut commands: Vec<Command>, turns: usize) -> Result<(), Failure> {
    let mut results = vec![(String::new(), 0, Vec::new()); commands.len()];
    for _ in 0..turns {
        for (command, (program, count, seconds)) in commands.iter_mut().zip(&mut results) {
            if seconds.iter().any(|time| *time > PATIENCE) {
                continue;
            }
            let line = json_lines(command)?.pop().unwrap_or_default();
            *program = line["program"].as_str().unwrap_or("?").to_owned();
            *count = line["count"].as_u64().unwrap_or(0);
            seconds.push(
                line["seconds"]
                    .as_f64()
                    .ok_or_else(|| format!("{command:?} tells no time"))?,
            );
        }
    }
    println!("\n### {title}\n");
    println!(
        "| program | count | turns | median | range | ours takes … times as long, by the piece |\n|---|---:|---:|---:|---:|---:|"
    );
    let by_the_piece = |seconds: f64, count: u64| seconds / count.max(1) as f64;
    let ours = by_the_piece(median(results[0].2.clone()), results[0].1);
    for (program, count, seconds) in results {
        let (turns, (least, most)) = (seconds.len(), range(seconds.iter().copied()));
        let time = median(seconds);
        println!(
            "| {program} | {count} | {turns} | {time:.2} s | {least:.2}–{most:.2} s | {:.2} |",
            ours / by_the_piece(time, count)
        );
    }
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn range(times: impl Iterator<Item = f64>) -> (f64, f64) {
    times.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), time| {
        (least.min(time), most.max(time))
    })
}

/// Runs a program and reads the JSON it prints.
fn json_lines(command: &mut Command) -> Result<Vec<Value>, Failure> {
    eprintln!("xtask: {command:?}");
    let output = command
        .current_dir(root())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|error| format!("{command:?}: {error}: {line}")))
        .collect()
}

/// Contests that need programs in Python, and those that need the server.
const IN_PYTHON: [&str; 4] = ["import", "export", "vouchers", "notices"];
const WITH_SERVER: [&str; 2] = ["exchange", "district"];
/// Contests that need no examples of the workstation.
const PROGRAMS_ONLY: [&str; 2] = ["matching", "routing"];

/// Where the programs are and where they write.
struct Place {
    target: PathBuf,
    folder: PathBuf,
    python: PathBuf,
}

impl Place {
    /// Builds and fetches what the contests need that are wanted.
    fn prepare(wanted: &dyn Fn(&str) -> bool) -> Result<Place, Failure> {
        setup::system()?;
        let target = target();
        let python = if IN_PYTHON.into_iter().any(wanted) {
            setup::python("bench")?
        } else {
            PathBuf::new()
        };
        let place = Place {
            folder: target.join("bench"),
            python,
            target,
        };
        let said = |error: std::io::Error| format!("{}: {error}", place.folder.display());
        if place.folder.exists() {
            std::fs::remove_dir_all(&place.folder).map_err(said)?;
        }
        std::fs::create_dir_all(&place.folder).map_err(said)?;
        let build = ["build", "--release", "--package", "linli-workstation"];
        if WITH_SERVER.into_iter().any(wanted) {
            let server = [
                "build",
                "--release",
                "--package",
                "linli-district",
                "--bin",
                "linli-district",
            ];
            cargo(&[&server, ["--example", "burst"].as_slice()].concat())?;
            cargo(&[&build, ["--example", "exchange_bench"].as_slice()].concat())?;
            exchange::prepare()?;
        }
        if wanted("routing") {
            let district = ["build", "--release", "--package", "linli-district"];
            cargo(&[&district, ["--example", "routing"].as_slice()].concat())?;
        }
        if wanted("encryption") {
            cargo(&[&build, ["--examples", "--features", PLAIN].as_slice()].concat())?;
            for name in ["clerk_bench", "roster_bench"] {
                std::fs::copy(place.example_path(name), place.plain_path(name)).map_err(said)?;
            }
        }
        if wanted("matching") {
            matching::prepare()?;
        }
        if CONTESTS
            .iter()
            .any(|(name, _)| wanted(name) && !WITH_SERVER.contains(name) && !PROGRAMS_ONLY.contains(name))
        {
            cargo(&[&build, ["--examples", "--package", "linli-documents"].as_slice()].concat())?;
        }
        Ok(place)
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn example_path(&self, name: &str) -> PathBuf {
        self.target.join("release/examples").join(name)
    }

    /// The same program without encryption.
    fn plain_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-plain"))
    }

    fn program(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    fn example(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.example_path(name));
        command.args(arguments);
        command
    }

    fn script(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(Path::new("tests/bench").join(name)).args(arguments);
        command
    }

    /// Runs a program that imports a sheet into a data folder, which is made anew each time.
    fn import(&self, program: &Path, roster: &str, data: &str) -> Command {
        let mut fresh = Command::new("sh");
        fresh.args(["-c", r#"rm -rf "$3" && exec "$1" import "$2" "$3""#, "sh"]);
        fresh.arg(program).args([roster, data]);
        fresh
    }

    /// The sheet of an invented committee; made on first use.
    fn sample(&self, households: &str) -> Result<String, Failure> {
        let folder = self.file(&format!("sample-{households}"));
        let roster = format!("{folder}/roster.xlsx");
        if !Path::new(&roster).exists() {
            command(&mut self.example("roster_bench", &["sample", households, &folder]))?;
        }
        Ok(roster)
    }
}

/// Ours reads, checks every cell, matches people and commits; the others only read.
fn import(place: &Place, turns: usize) -> Result<(), Failure> {
    let [_, households] = HOUSEHOLDS;
    let roster = place.sample(households)?;
    let commands = vec![
        place.import(&place.example_path("roster_bench"), &roster, &place.file("imported")),
        place.example("sheet_bench", &["bare-read", &roster]),
        place.script("sheet.py", &["read", &roster]),
    ];
    play(
        "Import of 100,000 rows (linli reads, checks and writes; the others only read)",
        commands,
        turns,
    )
}

fn export(place: &Place, turns: usize) -> Result<(), Failure> {
    let csv = place.file("rows.csv");
    command(&mut place.example("sheet_bench", &["input", ROWS, &csv]))?;
    let commands = vec![
        place.example("sheet_bench", &["write", ROWS, &place.file("linli.xlsx")]),
        place.example("sheet_bench", &["bare-write", ROWS, &place.file("bare.xlsx")]),
        place.script("sheet.py", &["xlsxwriter", &csv, &place.file("xlsxwriter.xlsx")]),
        place.script("sheet.py", &["openpyxl", &csv, &place.file("openpyxl.xlsx")]),
    ];
    play("Export of 100,000 rows × 22 columns", commands, turns)
}

fn papers(place: &Place, turns: usize, what: &str, count: &str) -> Result<(), Failure> {
    let input = place.file(&format!("{what}.json"));
    let lines = json_lines(&mut place.example("pdf_bench", &["input", count]))?;
    let text = lines.first().ok_or("pdf_bench prints no input")?.to_string();
    std::fs::write(&input, text).map_err(|error| format!("{input}: {error}"))?;
    let fonts = root().join("crates/documents/fonts").display().to_string();
    let mut commands = vec![place.example("pdf_bench", &[what, count, &place.file(&format!("{what}-linli.pdf"))])];
    for peer in ["typst", "reportlab", "weasyprint"] {
        let out = place.file(&format!("{what}-{peer}.pdf"));
        commands.push(place.script(&format!("pdf_{peer}.py"), &[what, &input, &fonts, &out]));
    }
    let mut title = format!("{count} {what} as pdf");
    if what == "vouchers" {
        title += &format!(" (reportlab and WeasyPrint make {VOUCHERS_OF_THE_SLOW})");
        commands[2..]
            .iter_mut()
            .for_each(|slow| _ = slow.arg(VOUCHERS_OF_THE_SLOW));
    }
    play(&title, commands, turns)
}
