//! What clerks do on a simulated PC, seeing only what is on that PC: they choose whom it is about, as from a list, and the
//! workstation's commands do it or refuse. What came of it, as far as people rely on it, goes into the notebook.

mod counter;
mod inbox;
mod queue;
mod roster;
mod visits;

use linli_domain::operation::EntityId;
use linli_sample::random::Random;
use linli_store::{Error, Round, View};

use crate::Broken;
use crate::ledger::Ledger;
use crate::pc::Pc;
use crate::world::Summary;

pub(crate) use counter::definition;
pub(crate) use roster::{DISPUTED, document, somewhere};

/// Buildings of a simulated committee: few, so that PCs meet.
pub(crate) const BUILDINGS: u32 = 3;
/// Rooms of a building.
pub(crate) const ROOMS: u32 = 6;
/// Words that fields are set to.
pub(crate) const WORDS: [&str; 5] = ["甲", "乙", "丙", "丁", "戊"];
/// Phones that fields are set to.
pub(crate) const PHONES: [&str; 4] = ["13800000001", "13800000002", "13800000003", "13800005678"];
/// How often in a hundred a clerk who could opens a round of the committee's own.
const OWN_ROUNDS: u32 = 30;

/// What was done, for the story of a run.
pub(crate) type Did = &'static str;

/// Why an act ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Disk or power.
    Fault,
    /// A promise is broken.
    Broken(Broken),
}

impl Stop {
    /// What it is where nothing disturbs an act.
    pub(crate) fn undisturbed(self, act: &str) -> Broken {
        match self {
            Stop::Fault => Broken::promise(act, "broke off, where nothing disturbs it"),
            Stop::Broken(broken) => broken,
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        if error.is_fault() {
            Stop::Fault
        } else {
            Stop::Broken(Broken::error("a clerk's act", &error))
        }
    }
}

/// What came of a command; `None` where it was refused, as it may be: nothing was done then.
pub(crate) fn done<T>(answer: Result<T, linli_workstation::Error>) -> Result<Option<T>, Stop> {
    use linli_workstation::Error as Of;
    match answer {
        Ok(done) => Ok(Some(done)),
        Err(Of::Refused(_) | Of::RefusedWith(..) | Of::QuotaUsedUp { .. } | Of::RoundExists { .. }) => Ok(None),
        Err(Of::Store(error)) => refused(error).map(|()| None),
        Err(error) => Err(Broken::error("a clerk's act", &error).into()),
    }
}

/// Whether a store's error is a refusal.
fn refused(error: Error) -> Result<(), Stop> {
    match error {
        Error::VoucherIssued { .. } | Error::VoucherVoid { .. } | Error::AlreadyUndone => Ok(()),
        error => Err(error.into()),
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Stop {
        Stop::Broken(broken)
    }
}

/// A clerk in front of a PC.
pub(crate) struct Clerk<'w> {
    pub(crate) pc: &'w mut Pc,
    pub(crate) random: &'w mut Random,
    pub(crate) ledger: &'w mut Ledger,
    pub(crate) summary: &'w mut Summary,
}

impl Clerk<'_> {
    /// One act. `Ok(None)`: there was nothing to do, or it was refused; a fault of disk or power comes back as such.
    pub(crate) fn act(&mut self) -> Result<Option<Did>, Stop> {
        match self.random.below(100) {
            0..=1 => self.new_home(),
            2..=4 => self.new_people(),
            5..=12 => self.edit(),
            13..=17 => self.work_on_tasks(),
            18..=20 => self.acknowledge(),
            21..=23 => self.tag(),
            24..=25 => self.remove(),
            26..=28 => self.merge(),
            29..=30 => self.correct(),
            31..=37 => self.register(),
            38..=42 => self.work_on_orders(),
            43..=44 => self.work_on_answers(),
            45..=57 => self.review(),
            58..=62 => self.notify(),
            63..=75 => self.issue(),
            76..=79 => self.serve_at_counter(),
            80..=84 => self.hand_out(),
            85..=88 => self.step_back(),
            89..=94 => self.take_back(),
            95..=98 => self.settle(),
            _ if self.random.percent(OWN_ROUNDS) => self.open_round(),
            _ => self.issue(),
        }
    }
}

/// A new id, from the run's own chance. Of a version that ids made by chance have: those that are computed are for rights.
pub(crate) fn new_id(random: &mut Random) -> EntityId {
    let bits = u128::from(random.bits()) << 64 | u128::from(random.bits());
    EntityId(uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid())
}

pub(crate) fn pick<T: Clone>(random: &mut Random, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| all[random.below(all.len() as u32) as usize].clone())
}

/// One to so many of some, each once.
pub(crate) fn some<T>(random: &mut Random, mut all: Vec<T>, most: u32) -> Vec<T> {
    let mut taken = Vec::new();
    for _ in 0..=random.below(most) {
        if !all.is_empty() {
            taken.push(all.swap_remove(random.below(all.len() as u32) as usize));
        }
    }
    taken
}

/// Mostly the newest round.
fn current_round(view: View<'_>, random: &mut Random) -> Result<Option<Round>, Error> {
    let mut rounds = view.rounds()?;
    Ok(if random.percent(85) {
        (!rounds.is_empty()).then(|| rounds.swap_remove(0))
    } else {
        pick(random, &rounds)
    })
}
