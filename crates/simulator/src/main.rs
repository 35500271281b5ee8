//! `linli-simulate [--seeds N] [--from S] [--seed S] [--postgres] [--guard NAME|all]`: plays runs, on all cores; tells of
//! the first broken promise with its seed. With one seed the story of the run is told. With a guard taken away, it must
//! find what breaks: then finding nothing is the failure.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use linli_domain::guard::Guard;
use linli_simulator::{Broken, Setting, Summary, run, run_on_postgres};
use linli_test_postgres::Server;

/// Runs where none are asked for.
const SEEDS: u64 = 200;

/// What was asked for.
struct Asked {
    first: u64,
    seeds: u64,
    told: bool,
    postgres: bool,
    /// Each is taken away in turn.
    guards: Vec<Guard>,
}

fn main() -> ExitCode {
    let usage = |text: String| {
        eprintln!("{text}\nusage: linli-simulate [--seeds N] [--from S] [--seed S] [--postgres] [--guard NAME|all]");
        ExitCode::from(2)
    };
    let asked = match asked(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(text) => return usage(text),
    };
    let server = match server(&asked) {
        Ok(server) => server,
        Err(text) => return usage(text),
    };
    let kept = match asked.guards.as_slice() {
        [] => keeps(&asked, server.as_deref()),
        guards => {
            guards
                .iter()
                .filter(|guard| !finds(**guard, &asked, server.as_deref()))
                .count()
                == 0
        }
    };
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether all runs keep every promise.
fn keeps(asked: &Asked, server: Option<&Server>) -> bool {
    match play(asked, None, server) {
        (total, None) => println!("{}", told(asked.seeds, &total)),
        (_, Some((seed, broken))) => {
            eprintln!("seed {seed}: {broken}");
            return false;
        }
    }
    true
}

/// Whether the runs find what breaks without a guard.
fn finds(guard: Guard, asked: &Asked, server: Option<&Server>) -> bool {
    match play(asked, Some(guard), server) {
        (_, Some((seed, broken))) => println!("without {guard:?}, found by seed {seed}: {}", broken.what),
        (_, None) => {
            eprintln!("without {guard:?}, {} runs noticed nothing", asked.seeds);
            return false;
        }
    }
    true
}

/// The PostgreSQL server, where one was asked for.
fn server(asked: &Asked) -> Result<Option<Arc<Server>>, String> {
    if !asked.postgres {
        return Ok(None);
    }
    match Server::shared() {
        Ok(Some(server)) => Ok(Some(server)),
        Ok(None) => Err("there is no PostgreSQL here".into()),
        Err(error) => Err(error.to_string()),
    }
}

/// What the runs were made of.
fn told(seeds: u64, total: &Summary) -> String {
    format!(
        "{seeds} runs kept every promise: of one, two, three committees {:?}, {} with sticks, {} with newer programs; \
         {} committees, {} operations, {} vouchers printed and {} in hands at the end, \
         {} times the numbers were all given, {} times other PCs had the last and {} times they gave some back, {} times another PC had the right, {} times the district had not decided, \
         {} decisions of the district, {} batches taken back, {} conflicts left, {} crashes, {} exchanges broken off, \
         {} sticks and {} refused, {} PCs that only sticks connect, {} operations of newer programs, \
         {} reservations handed out at two counters, {} PCs revoked, {} instructions acknowledged, \
         {} rows pushed, {} answered and {} more than once; together they end as {}",
        total.runs,
        total.runs_with_sticks,
        total.runs_with_newer,
        total.committees,
        total.operations,
        total.printed,
        total.vouchers,
        total.quota_ends,
        total.numbers_elsewhere,
        total.numbers_returned,
        total.rights_contested,
        total.held,
        total.decided,
        total.undos,
        total.conflicts,
        total.faults,
        total.broken_off,
        total.sticks,
        total.sticks_refused,
        total.unconnected,
        total.newer,
        total.handed_out_twice,
        total.revoked,
        total.acknowledged,
        total.rows,
        total.answered,
        total.answered_twice,
        total.state
    )
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked {
        first: 0,
        seeds: SEEDS,
        told: false,
        postgres: false,
        guards: Vec::new(),
    };
    while let Some(argument) = arguments.next() {
        if argument == "--postgres" {
            asked.postgres = true;
            continue;
        }
        let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("not a number: {value}"));
        match argument.as_str() {
            "--seeds" => asked.seeds = number()?,
            "--from" => asked.first = number()?,
            "--seed" => (asked.first, asked.seeds, asked.told) = (number()?, 1, true),
            "--guard" => asked.guards = guards(&value)?,
            _ => return Err(format!("not understood: {argument}")),
        }
    }
    Ok(asked)
}

/// The guards meant; only where the program can take one away.
fn guards(name: &str) -> Result<Vec<Guard>, String> {
    if !cfg!(feature = "planted-faults") {
        return Err("built without the feature planted-faults: no guard can be taken away".into());
    }
    let guards: Vec<Guard> = Guard::ALL
        .into_iter()
        .filter(|guard| name == "all" || format!("{guard:?}") == name)
        .collect();
    if guards.is_empty() {
        Err(format!("no such guard: {name}"))
    } else {
        Ok(guards)
    }
}

/// Plays all seeds; ends at the first that breaks a promise.
fn play(asked: &Asked, guard: Option<Guard>, server: Option<&Server>) -> (Summary, Option<(u64, Broken)>) {
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
                    match without(guard, || one(seed, asked, server)) {
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

fn one(seed: u64, asked: &Asked, server: Option<&Server>) -> Result<Summary, Broken> {
    let setting = Setting { told: asked.told };
    match server {
        Some(server) => run_on_postgres(seed, setting, server),
        None => run(seed, setting),
    }
}

#[cfg(feature = "planted-faults")]
use linli_domain::guard::without;

/// All guards stand where none can be taken away.
#[cfg(not(feature = "planted-faults"))]
fn without<T>(_guard: Option<Guard>, run: impl FnOnce() -> T) -> T {
    run()
}
