//! What stands around a simulated PC: a clock on the wall that shows what the run says, chance of the run's own, and a
//! printer.

use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use linli_domain::time::Moment;
use linli_sample::random::Random;
use linli_store::Surroundings;
use linli_workstation::{Host, Printer};
use uuid::{Builder, Uuid};

/// Clock and chance of a PC.
pub(crate) struct Wall(Mutex<(Moment, Random)>);

impl Wall {
    pub(crate) fn new(random: Random) -> Wall {
        Wall(Mutex::new((Moment(0), random)))
    }

    fn hung(&self) -> MutexGuard<'_, (Moment, Random)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock shows this from now on.
    pub(crate) fn show(&self, now: Moment) {
        self.hung().0 = now;
    }
}

impl Surroundings for Wall {
    fn now(&self) -> Moment {
        self.hung().0
    }

    fn new_id(&self) -> Uuid {
        let mut wall = self.hung();
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&wall.1.bits().to_be_bytes());
        bytes[8..].copy_from_slice(&wall.1.bits().to_be_bytes()[..2]);
        Builder::from_unix_timestamp_millis(u64::try_from(wall.0.0).unwrap_or(0), &bytes).into_uuid()
    }
}

/// What a program finds at a counter.
pub(crate) struct Counter;

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
        Vec::new()
    }

    fn print(&self, _: &[u8], _: &str, _: &str, _: u32) -> io::Result<()> {
        Ok(())
    }
}
