//! Runs of the first seeds: every promise is kept. `cargo xtask simulate --seeds N` plays more.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use linli_domain::operation::EntityKind;
use linli_simulator::{Setting, run};

/// Runs played with the other tests.
const SEEDS: u64 = 200;

#[test]
fn whatever_happens_the_promises_are_kept() {
    let (next, kinds) = (AtomicU64::new(0), AtomicU32::new(0));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= SEEDS {
                        return;
                    }
                    let played = run(seed, Setting { told: true });
                    let summary = played.unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
                    kinds.fetch_or(summary.kinds, Ordering::Relaxed);
                }
            });
        }
    });
    let kinds = kinds.into_inner();
    let unplayed: Vec<EntityKind> = EntityKind::all()
        .filter(|kind| kinds >> kind.number() & 1 == 0)
        .collect();
    assert_eq!(unplayed, [], "kinds of which no run has any");
}

#[test]
fn a_seed_is_played_the_same_again() {
    let once = run(11, Setting::default()).unwrap();
    let again = run(11, Setting::default()).unwrap();
    assert_eq!(once, again);
}
