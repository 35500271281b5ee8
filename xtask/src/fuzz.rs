//! `cargo xtask fuzz package | push [--minutes N]`: builds a target of `fuzz/` with a nightly compiler, writes its seeds,
//! and lets libFuzzer play. What it learns stays in `target/fuzz/corpus`, what it finds in `target/fuzz/findings`.

use std::path::Path;
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
    let (name, minutes) = match arguments {
        [name] => (*name, MINUTES),
        [name, "--minutes", minutes] => (*name, minutes.parse().map_err(|_| format!("{minutes} is no number"))?),
        _ => return Err("usage: cargo xtask fuzz package | push [--minutes N]".into()),
    };
    let place = target().join("fuzz");
    let (corpus, findings) = (place.join("corpus").join(name), place.join("findings"));
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    cargo(&["run", "--quiet", "--package", "linli-fuzz", "--", "seeds", name, &corpus.to_string_lossy()])?;
    let host = host()?;
    let manifest = root().join("fuzz/Cargo.toml");
    let mut build = Command::new("cargo");
    // The compiler that runs this task would be named to the one that is asked for.
    build.env_remove("RUSTC").env_remove("RUSTUP_TOOLCHAIN").env("RUSTFLAGS", COVERAGE);
    build.args(["+nightly", "build", "--release", "--bin", name, "--target", &host]);
    command(build.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(&place))?;
    let mut play = Command::new(place.join(host).join("release").join(name));
    play.arg(corpus).arg(format!("-artifact_prefix={}/{name}-", findings.display()));
    play.arg(format!("-max_total_time={}", minutes * 60)).arg(format!("-max_len={LONGEST}"));
    play.arg(format!("-timeout={HANGS}")).args(["-print_final_stats=1"]);
    if Path::new(MEMORY).is_dir() {
        play.env("TMPDIR", MEMORY);
    }
    command(&mut play)
}

/// The machine that the compiler is for.
fn host() -> Result<String, Failure> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|error| format!("rustc: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say which machine it is for".into())
}
