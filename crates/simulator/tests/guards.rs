//! Without any one of the guards, a promise is broken and the checks notice.
#![cfg(feature = "planted-faults")]

use std::sync::atomic::{AtomicU64, Ordering};

use linli_domain::guard::{Guard, without};
use linli_simulator::{Setting, run};

/// Runs within which a missing guard must be found.
const SEEDS: u64 = 1_000;

/// The first seeds, on all cores, until one notices.
fn is_found(guard: Guard) -> bool {
    let (next, found) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while found.load(Ordering::Relaxed) == u64::MAX {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= SEEDS {
                        return;
                    }
                    if without(Some(guard), || run(seed, Setting::default())).is_err() {
                        found.fetch_min(seed, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    found.into_inner() < SEEDS
}

#[test]
fn every_guard_would_be_missed() {
    let unnoticed: Vec<Guard> = Guard::ALL.into_iter().filter(|guard| !is_found(*guard)).collect();
    assert!(
        unnoticed.is_empty(),
        "nobody notices that they are missing: {unnoticed:?}"
    );
}
