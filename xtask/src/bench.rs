//! `cargo xtask bench [ROUNDS]`: each thing measured beside what one would use instead, in turns, in one run. Prints a
//! table in Markdown with medians and ratios, for `docs/measurements.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Failure, cargo, command, root, setup, target};

/// Turns where none are asked for.
const ROUNDS: usize = 5;
/// Rows of the large sheets.
const ROWS: &str = "100000";
/// Vouchers in one document, and buildings that get a notice.
const VOUCHERS: &str = "5000";
const NOTICES: &str = "50";
/// Households of the two committees people are searched in: about 10,000 and 100,000 people.
const HOUSEHOLDS: [&str; 2] = ["4400", "44000"];

/// Seconds after which a program's first time stands, and it is not asked again.
const PATIENCE: f64 = 60.0;

/// Programs that do the same work.
struct Contest {
    title: String,
    /// Ours first.
    commands: Vec<Command>,
}

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let rounds = match arguments.first() {
        Some(text) => text.parse().map_err(|_| format!("not a number of rounds: {text}"))?,
        None => ROUNDS,
    };
    let place = Place::prepare()?;
    let contests =
        [place.export()?, place.import()?, place.papers("vouchers", VOUCHERS)?, place.papers("notices", NOTICES)?];
    println!("| what | program | median | against ours |\n|---|---|---:|---:|");
    for contest in contests {
        contest.play(rounds)?;
    }
    for households in HOUSEHOLDS {
        place.search(households)?;
    }
    Ok(())
}

impl Contest {
    fn play(mut self, rounds: usize) -> Result<(), Failure> {
        let mut seconds: Vec<(String, Vec<f64>)> = vec![Default::default(); self.commands.len()];
        for _ in 0..rounds {
            for (command, (program, times)) in self.commands.iter_mut().zip(&mut seconds) {
                if times.iter().any(|time| *time > PATIENCE) {
                    continue;
                }
                let line = json_lines(command)?.pop().unwrap_or_default();
                *program = line["program"].as_str().unwrap_or("?").to_owned();
                times.push(line["seconds"].as_f64().ok_or_else(|| format!("{command:?} tells no time"))?);
            }
        }
        let ours = median(seconds[0].1.clone());
        for (program, times) in seconds {
            let turns = times.len();
            let time = median(times);
            println!("| {} | {program} ({turns}×) | {time:.3} s | {:.2} |", self.title, time / ours);
        }
        Ok(())
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Runs a program and reads the JSON it prints.
fn json_lines(command: &mut Command) -> Result<Vec<Value>, Failure> {
    let output = command.current_dir(root()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|error| format!("{command:?}: {error}: {line}")))
        .collect()
}

/// Where the programs are and where they write.
struct Place {
    target: PathBuf,
    folder: PathBuf,
    python: PathBuf,
}

impl Place {
    fn prepare() -> Result<Place, Failure> {
        cargo(&["build", "--release", "--package", "linli-documents", "--package", "linli-workstation", "--examples"])?;
        let target = target();
        let place = Place { folder: target.join("bench"), python: setup::python("bench")?, target };
        let said = |error: std::io::Error| format!("{}: {error}", place.folder.display());
        if place.folder.exists() {
            std::fs::remove_dir_all(&place.folder).map_err(said)?;
        }
        std::fs::create_dir_all(&place.folder).map_err(said)?;
        Ok(place)
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn example(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.target.join("release/examples").join(name));
        command.args(arguments);
        command
    }

    fn script(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(Path::new("tests/bench").join(name)).args(arguments);
        command
    }

    fn export(&self) -> Result<Contest, Failure> {
        let csv = self.file("rows.csv");
        command(&mut self.example("sheet_bench", &["input", ROWS, &csv]))?;
        let commands = vec![
            self.example("sheet_bench", &["write", ROWS, &self.file("linli.xlsx")]),
            self.example("sheet_bench", &["bare-write", ROWS, &self.file("bare.xlsx")]),
            self.script("sheet.py", &["xlsxwriter", &csv, &self.file("xlsxwriter.xlsx")]),
            self.script("sheet.py", &["openpyxl", &csv, &self.file("openpyxl.xlsx")]),
        ];
        Ok(Contest { title: format!("export {ROWS} rows × 22 columns"), commands })
    }

    /// Ours reads, checks every cell, matches people and commits; the others only read.
    fn import(&self) -> Result<Contest, Failure> {
        let [_, households] = HOUSEHOLDS;
        let roster = self.sample(households)?;
        let data = self.file("imported");
        let fresh = format!("rm -rf {data:?} && exec {:?} import {roster:?} {data:?}", self.bench());
        let mut ours = Command::new("sh");
        ours.args(["-c", &fresh]);
        let commands = vec![
            ours,
            self.example("sheet_bench", &["bare-read", &roster]),
            self.script("sheet.py", &["read", &roster]),
        ];
        Ok(Contest { title: "import about 100,000 rows (the others: reading only)".into(), commands })
    }

    fn papers(&self, what: &str, count: &str) -> Result<Contest, Failure> {
        let input = self.file(&format!("{what}.json"));
        let lines = json_lines(&mut self.example("pdf_bench", &["input", count]))?;
        let text = lines.first().ok_or("pdf_bench prints no input")?.to_string();
        std::fs::write(&input, text).map_err(|error| format!("{input}: {error}"))?;
        let fonts = "crates/documents/fonts";
        let mut commands = vec![self.example("pdf_bench", &[what, count, &self.file("linli.pdf")])];
        for peer in ["typst", "reportlab", "weasyprint"] {
            let out = self.file(&format!("{peer}.pdf"));
            commands.push(self.script(&format!("pdf_{peer}.py"), &[what, &input, fonts, &out]));
        }
        Ok(Contest { title: format!("{count} {what} as pdf"), commands })
    }

    fn search(&self, households: &str) -> Result<(), Failure> {
        let roster = self.sample(households)?;
        let data = self.file(&format!("data-{households}"));
        json_lines(&mut self.example("roster_bench", &["import", &roster, &data]))?;
        let lines = json_lines(&mut self.example("roster_bench", &["search", households, &data]))?;
        let of = |line: &Value, key: &str| line[key].as_f64().unwrap_or(f64::NAN);
        let ours: BTreeMap<&str, f64> = ["p50", "p99"].map(|key| (key, of(&lines[0], key))).into();
        for (line, key) in lines.iter().flat_map(|line| [(line, "p50"), (line, "p99")]) {
            let (program, time) = (line["program"].as_str().unwrap_or("?"), of(line, key));
            println!(
                "| search per key, {households} households, {key} | {program} | {time:.2} ms | {:.2} |",
                time / ours[key]
            );
        }
        Ok(())
    }

    fn bench(&self) -> PathBuf {
        self.target.join("release/examples/roster_bench")
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
