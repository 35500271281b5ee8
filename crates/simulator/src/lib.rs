//! Many workstations and a district, played from a seed in one thread: real rules, real encrypted stores, the real
//! exchange and the district's real code, under a network that loses, repeats and delays, sticks that arrive late and
//! twice, disks that are full, power that fails at any write, and clocks that are years off.
//!
//! After each run everybody is brought together, and the promises of the exchange are checked by means of their own: a
//! notebook of what was acknowledged and printed ([`ledger`]), and the states' hashes.

mod answers;
mod check;
mod clerk;
mod instructions;
mod ledger;
mod newer;
mod office;
mod oracle;
mod orders;
mod pc;
mod postgres;
mod staff;
mod stick;
mod surroundings;
mod tasks;
mod together;
mod wire;
mod world;

use std::fmt::Display;

use thiserror::Error;

pub use postgres::run_on_postgres;
pub use world::{Setting, Summary, run, run_on};

/// A promise that was not kept, with what happened before.
#[derive(Debug, Error)]
#[error("{what}: {detail}")]
pub struct Broken {
    /// Which promise.
    pub what: String,
    /// In what way.
    pub detail: String,
}

impl Broken {
    pub(crate) fn promise(what: &str, detail: impl Display) -> Broken {
        Broken {
            what: what.to_owned(),
            detail: detail.to_string(),
        }
    }

    pub(crate) fn error(doing: &str, error: &dyn Display) -> Broken {
        Broken {
            what: format!("{doing} failed"),
            detail: error.to_string(),
        }
    }
}
