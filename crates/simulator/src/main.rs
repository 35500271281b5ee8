//! `linli-simulate [--seeds N] [--seed S] [--guard NAME]`: plays runs, on all cores; tells of the first broken promise
//! with its seed. With one seed the story of the run is told. With a guard taken away, it must find what breaks: then
//! finding nothing is the failure.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use linli_simulator::{Broken, Setting, Summary, run};

/// Runs where none are asked for.
const SEEDS: u64 = 200;

/// What was asked for.
struct Asked {
    first: u64,
    seeds: u64,
    told: bool,
    guard: Option<String>,
}

fn main() -> ExitCode {
    let asked = match asked(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(text) => {
            eprintln!("{text}\nusage: linli-simulate [--seeds N] [--seed S] [--guard NAME]");
            return ExitCode::from(2);
        }
    };
    let (total, broken) = play(&asked);
    match (&asked.guard, broken) {
        (None, None) => {
            println!("{}", told(asked.seeds, &total));
            ExitCode::SUCCESS
        }
        (None, Some((seed, broken))) => {
            eprintln!("seed {seed}: {broken}");
            ExitCode::FAILURE
        }
        (Some(guard), Some((seed, broken))) => {
            println!("without {guard}, found by seed {seed}: {}", broken.what);
            ExitCode::SUCCESS
        }
        (Some(guard), None) => {
            eprintln!("without {guard}, {} runs noticed nothing", asked.seeds);
            ExitCode::FAILURE
        }
    }
}

/// What the runs were made of.
fn told(seeds: u64, total: &Summary) -> String {
    format!(
        "{seeds} runs kept every promise: {} committees, {} operations, {} vouchers printed and {} in hands at the end, \
         {} times the numbers were all given, {} times another PC had the right, {} times the district had not decided, \
         {} decisions of the district, {} batches taken back, {} conflicts left, {} crashes, {} exchanges broken off",
        total.committees,
        total.operations,
        total.printed,
        total.vouchers,
        total.quota_ends,
        total.rights_contested,
        total.held,
        total.decided,
        total.undos,
        total.conflicts,
        total.faults,
        total.broken_off
    )
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked { first: 0, seeds: SEEDS, told: false, guard: None };
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("not a number: {value}"));
        match argument.as_str() {
            "--seeds" => asked.seeds = number()?,
            "--seed" => (asked.first, asked.seeds, asked.told) = (number()?, 1, true),
            "--guard" => asked.guard = Some(value),
            _ => return Err(format!("not understood: {argument}")),
        }
    }
    Ok(asked)
}

/// Plays all seeds; ends at the first that breaks a promise.
fn play(asked: &Asked) -> (Summary, Option<(u64, Broken)>) {
    let next = AtomicU64::new(asked.first);
    let end = asked.first + asked.seeds;
    let total = Mutex::new(Summary::default());
    let broken: Mutex<Option<(u64, Broken)>> = Mutex::new(None);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || broken.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
                        return;
                    }
                    match one(seed, asked) {
                        Ok(summary) => total.lock().unwrap_or_else(PoisonError::into_inner).add(&summary),
                        Err(found) => {
                            let mut broken = broken.lock().unwrap_or_else(PoisonError::into_inner);
                            if broken.as_ref().is_none_or(|(first, _)| seed < *first) {
                                *broken = Some((seed, found));
                            }
                        }
                    }
                }
            });
        }
    });
    let total = *total.lock().unwrap_or_else(PoisonError::into_inner);
    (total, broken.into_inner().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(feature = "planted-faults")]
fn one(seed: u64, asked: &Asked) -> Result<Summary, Broken> {
    use linli_domain::guard::{Guard, without};
    let setting = Setting { told: asked.told };
    let guard = asked.guard.as_deref().map(|name| {
        let known = Guard::ALL.into_iter().find(|guard| format!("{guard:?}") == name);
        known.ok_or_else(|| Broken { what: "no such guard".into(), detail: name.to_owned() })
    });
    let guard = guard.transpose()?;
    without(guard, || run(seed, setting))
}

#[cfg(not(feature = "planted-faults"))]
fn one(seed: u64, asked: &Asked) -> Result<Summary, Broken> {
    if asked.guard.is_some() {
        let detail = "built without the feature planted-faults".to_owned();
        return Err(Broken { what: "no guard can be taken away".into(), detail });
    }
    run(seed, Setting { told: asked.told })
}
