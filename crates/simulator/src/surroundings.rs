//! What stands around a simulated PC: a clock on the wall that shows what the run says, chance of the run's own, and a
//! printer.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use linli_domain::time::Moment;
use linli_sample::random::Random;
use linli_store::Surroundings;
use linli_workstation::{Host, Printer};
use uuid::{Builder, Uuid};

/// The printer at every counter.
pub(crate) const PRINTER: &str = "打印机";

/// A PC's clock, its chance, and what came out of its printer.
pub(crate) struct Wall(Mutex<Hung>);

struct Hung {
    now: Moment,
    random: Random,
    papers: u32,
}

impl Wall {
    pub(crate) fn new(random: Random) -> Wall {
        let (now, papers) = (Moment(0), 0);
        Wall(Mutex::new(Hung { now, random, papers }))
    }

    fn hung(&self) -> MutexGuard<'_, Hung> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock shows this from now on.
    pub(crate) fn show(&self, now: Moment) {
        self.hung().now = now;
    }

    /// How many documents were printed.
    pub(crate) fn papers(&self) -> u32 {
        self.hung().papers
    }
}

impl Surroundings for Wall {
    fn now(&self) -> Moment {
        self.hung().now
    }

    fn new_id(&self) -> Uuid {
        let mut wall = self.hung();
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&wall.random.bits().to_be_bytes());
        bytes[8..].copy_from_slice(&wall.random.bits().to_be_bytes()[..2]);
        Builder::from_unix_timestamp_millis(u64::try_from(wall.now.0).unwrap_or(0), &bytes).into_uuid()
    }
}

/// What a program finds at a counter.
pub(crate) struct Counter(pub(crate) Arc<Wall>);

impl Host for Counter {
    fn open(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn reveal(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn print_file(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn printers(&self) -> Vec<Printer> {
        vec![Printer {
            name: PRINTER.to_owned(),
            default: true,
        }]
    }

    fn print(&self, _: &[u8], _: &str, _: &str, _: u32) -> io::Result<()> {
        self.0.hung().papers += 1;
        Ok(())
    }
}
