//! `cargo xtask fuzz [TARGET…] [--minutes N]`: builds the targets of `fuzz/` with a nightly compiler, writes their seeds, and
//! lets libFuzzer play each for so many minutes, all of them where none is named. What it learns stays in
//! `target/fuzz/corpus`, what it finds in `target/fuzz/findings`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Failure, cargo, command, root, target};

/// Minutes where none are asked for.
const MINUTES: u64 = 10;
/// Longest script, in bytes.
const LONGEST: usize = 4_096;
/// Seconds after which a script counts as one that never ends.
const HANGS: u64 = 60;
/// What libFuzzer needs the compiler to put in, as cargo-fuzz has it: counters of the edges taken, and what is compared.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                        -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";
/// Where temporary files cost nothing.
const MEMORY: &str = "/dev/shm";

pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let (names, minutes) = match arguments {
        [names @ .., "--minutes", minutes] => (names, minutes.parse().map_err(|_| format!("{minutes} is no number"))?),
        names => (names, MINUTES),
    };
    let known = known()?;
    let names: Vec<&str> = match names {
        [] => known.iter().map(String::as_str).collect(),
        names => names.to_vec(),
    };
    if let Some(unknown) = names.iter().find(|name| known.iter().all(|known| known != *name)) {
        let known = known.join(", ");
        return Err(format!(
            "no target {unknown}: cargo xtask fuzz [TARGET…] [--minutes N], of {known}"
        ));
    }
    let host = host()?;
    build(&host, &names)?;
    let failed: Vec<&str> = names
        .into_iter()
        .filter(|name| play(&host, name, minutes).is_err())
        .collect();
    match failed.as_slice() {
        [] => Ok(()),
        failed => Err(format!(
            "something does not hold in {}: see target/fuzz/findings",
            failed.join(", ")
        )),
    }
}

fn place() -> PathBuf {
    target().join("fuzz")
}

fn build(host: &str, names: &[&str]) -> Result<(), Failure> {
    let mut build = Command::new("cargo");
    // The compiler that runs this task would be named to the one that is asked for.
    build
        .env_remove("RUSTC")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env("RUSTFLAGS", COVERAGE);
    build.args(["+nightly", "build", "--release", "--target", host]);
    build.args(names.iter().flat_map(|name| ["--bin", name]));
    let manifest = root().join("fuzz/Cargo.toml");
    command(
        build
            .arg("--manifest-path")
            .arg(manifest)
            .arg("--target-dir")
            .arg(place()),
    )
}

fn play(host: &str, name: &str, minutes: u64) -> Result<(), Failure> {
    let (corpus, findings) = (place().join("corpus").join(name), place().join("findings"));
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    cargo(&[
        "run",
        "--quiet",
        "--package",
        "linli-fuzz",
        "--",
        "seeds",
        name,
        &corpus.to_string_lossy(),
    ])?;
    let mut play = Command::new(place().join(host).join("release").join(name));
    play.arg(corpus)
        .arg(format!("-artifact_prefix={}/{name}-", findings.display()));
    play.arg(format!("-max_total_time={}", minutes * 60))
        .arg(format!("-max_len={LONGEST}"));
    play.arg(format!("-timeout={HANGS}")).args(["-print_final_stats=1"]);
    if Path::new(MEMORY).is_dir() {
        play.env("TMPDIR", MEMORY);
    }
    command(&mut play)
}

/// The targets there are.
fn known() -> Result<Vec<String>, Failure> {
    let mut list = Command::new("cargo");
    let output = list
        .args(["run", "--quiet", "--package", "linli-fuzz", "--", "targets"])
        .current_dir(root())
        .output();
    let output = output.map_err(|error| format!("cargo: {error}"))?;
    let names: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    } else {
        Ok(names)
    }
}

/// The machine that the compiler is for.
fn host() -> Result<String, Failure> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .map_err(|error| format!("rustc: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc does not say which machine it is for".into())
}
