//! A run ends the same whichever database the district has.
#![allow(clippy::unwrap_used)]

use linli_simulator::{Setting, run, run_on_postgres};
use linli_test_postgres::Server;

/// Runs played on both.
const SEEDS: u64 = 8;

#[test]
fn a_run_ends_the_same_on_both_databases() {
    let Some(server) = Server::shared().unwrap() else {
        return;
    };
    for seed in 0..SEEDS {
        let on = |played: Result<_, linli_simulator::Broken>| {
            played.unwrap_or_else(|broken| panic!("seed {seed}: {broken}"))
        };
        let embedded = on(run(seed, Setting { told: true }));
        let postgres = on(run_on_postgres(seed, Setting { told: true }, &server));
        assert_eq!(embedded, postgres, "seed {seed}: the same operations and states");
    }
}
