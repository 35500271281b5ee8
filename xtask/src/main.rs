//! The project's tasks: `cargo xtask run | test | bench | simulate | fuzz | demo | sample | client | durations | licences | setup`.
//!
//! Each sets up what is missing first (system packages through apt, npm packages), so that a machine with only Rust
//! and Node can do all of them.

mod bench;
mod demo;
mod durations;
mod fuzz;
mod licences;
mod setup;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What went wrong, for the person at the terminal.
pub(crate) type Failure = String;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let done = match task.as_str() {
        "run" => run(&rest),
        "test" => test(),
        "bench" => bench::run(&rest),
        "simulate" => simulate(&as_strs(&rest)),
        "demo" if rest == ["--district"] => setup::newest_screens().and_then(|()| demo::play_district()),
        "fuzz" => fuzz::run(&as_strs(&rest)),
        "demo" => setup::screens().and_then(|()| demo::play()),
        "sample" => cargo(
            &[
                &["run", "--quiet", "--package", "linli-cli", "--", "sample"],
                as_strs(&rest).as_slice(),
            ]
            .concat(),
        ),
        "client" => client(),
        "durations" => durations::write(),
        "licences" => setup::npm().and_then(|()| licences::write()),
        "setup" => setup::everything(),
        _ => Err(
            "usage: cargo xtask run | test | bench | simulate | fuzz | demo | sample | client | durations | licences | setup"
                .into(),
        ),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Opens the app, built quickly, or with `--release` as clerks get it; where there is no display, serves the same screens on
/// loopback and prints the address.
fn run(arguments: &[String]) -> Result<(), Failure> {
    setup::system()?;
    setup::screens()?;
    let display = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let mut arguments = as_strs(arguments);
    let release = arguments.first() == Some(&"--release");
    if release {
        arguments.remove(0);
    }
    let (program, last): (_, &[&str]) = match display || cfg!(not(target_os = "linux")) {
        true => ("linli-desktop", &[]),
        false => ("linli", &["serve", "--no-open"]),
    };
    // Of the whole workspace: what it is built of is then what the tests are built of, and is built once.
    let mut build = vec!["build", "--workspace", "--bin", program];
    build.extend(release.then_some("--release"));
    cargo(&build)?;
    let folder = if release { "release" } else { "debug" };
    let built = target()
        .join(folder)
        .join(program)
        .with_extension(std::env::consts::EXE_EXTENSION);
    command(Command::new(built).args(arguments).args(last))
}

/// Every test there is: licences, screens, formatting, lints, Rust (with the browser and the window).
fn test() -> Result<(), Failure> {
    setup::everything()?;
    npm(&["test"])?;
    licences::check()?;
    durations::check()?;
    cargo(&["fmt", "--check"])?;
    cargo(&["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    let (readers, openapi) = (setup::python("readers")?, setup::python("openapi")?);
    let mut rust = Command::new(env!("CARGO"));
    rust.args(["test", "--workspace"])
        .env("LINLI_READERS_PYTHON", readers)
        .env("LINLI_OPENAPI_PYTHON", openapi);
    command(&mut rust)?;
    cargo(&[
        "test",
        "--package",
        "linli-simulator",
        "--features",
        "planted-faults",
        "--test",
        "guards",
    ])?;
    [
        "first-hour",
        "main-job",
        "keys",
        "screens",
        "pages",
        "exchange",
        "tasks",
        "orders",
    ]
    .into_iter()
    .try_for_each(|script| {
        command(
            Command::new("node")
                .arg(format!("tests/browser/{script}.mjs"))
                .env("LINLI", program()),
        )
    })
}

/// Plays many PCs and a district under faults; `--seeds N`, `--from S`, `--seed S` to play one again, `--postgres` for the
/// district's database, `--guard NAME` (or `all`) to see a fault found.
fn simulate(arguments: &[&str]) -> Result<(), Failure> {
    let features: &[&str] = if arguments.contains(&"--guard") {
        &["--features", "linli-simulator/planted-faults"]
    } else {
        &[]
    };
    let run = ["run", "--quiet", "--package", "linli-simulator"];
    cargo(&[&run, features, &["--"], arguments].concat())
}

/// The command line as the tests have built it.
pub(crate) fn program() -> PathBuf {
    target().join("debug/linli")
}

/// Where builds and what they need go.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .filter(|folder| !folder.is_empty())
        .map_or_else(|| root().join("target"), PathBuf::from)
}

/// Writes the TypeScript client from the commands.
fn client() -> Result<(), Failure> {
    cargo(&["run", "--quiet", "--package", "linli-cli", "--", "client", "ui/src/api"])
}

pub(crate) fn cargo(arguments: &[&str]) -> Result<(), Failure> {
    command(Command::new(env!("CARGO")).args(arguments))
}

pub(crate) fn npm(arguments: &[&str]) -> Result<(), Failure> {
    command(Command::new("npm").args(arguments).current_dir(root().join("ui")))
}

/// Runs a command in the project's root; its failure is ours.
pub(crate) fn command(command: &mut Command) -> Result<(), Failure> {
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    let shown = format!("{command:?}");
    eprintln!("xtask: {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown}: {status}")),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(PathBuf::new, Path::to_owned)
}

fn as_strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}
