//! What clerks do on a simulated PC: what their screens would let them, seeing only what is on that PC.

mod counter;
mod queue;
mod roster;

use linli_domain::operation::{Action, EntityId};
use linli_domain::time::Moment;
use linli_sample::random::Random;
use linli_store::{Author, Draft, Error, Round, View};

use crate::Broken;
use crate::ledger::Ledger;
use crate::pc::Pc;
use crate::world::{Summary, fork};

pub(crate) use counter::definition;
pub(crate) use roster::{DISPUTED, document, import_roster};

/// Buildings of a simulated committee: few, so that PCs meet.
pub(crate) const BUILDINGS: u32 = 3;
/// Rooms of a building.
pub(crate) const ROOMS: u32 = 6;
/// Words that fields are set to.
const WORDS: [&str; 5] = ["甲", "乙", "丙", "丁", "戊"];
/// How often in a hundred a clerk who could opens a round of the committee's own.
const OWN_ROUNDS: u32 = 30;
/// Of how many batches back one is taken back.
const TAKEN_BACK: u32 = 4;

/// What was done, for the story of a run.
pub(crate) type Did = &'static str;

type Drafts = fn(View<'_>, &mut Random) -> Result<Vec<Draft>, Error>;

/// Why an act ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Disk or power.
    Fault,
    /// A promise is broken.
    Broken(Broken),
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
fn done<T>(answer: Result<T, linli_workstation::Error>) -> Result<Option<T>, Stop> {
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
    pub(crate) now: Moment,
    pub(crate) random: &'w mut Random,
    pub(crate) ledger: &'w mut Ledger,
    pub(crate) summary: &'w mut Summary,
}

impl Clerk<'_> {
    /// One act. `Ok(None)`: there was nothing to do; a fault of disk or power comes back as such.
    pub(crate) fn act(&mut self) -> Result<Option<Did>, Stop> {
        let (did, action, drafts): (Did, Action, Drafts) = match self.random.below(100) {
            0..=1 => ("adds a home", Action::RosterImported, roster::new_home),
            2..=4 => ("adds people", Action::ResidentAdded, roster::new_people),
            5..=15 => ("edits", Action::ResidentChanged, roster::edit),
            16..=18 => ("tags", Action::ResidentsTagged, roster::tag),
            19..=20 => ("removes", Action::ResidentRemoved, roster::remove),
            21..=23 => ("merges", Action::ResidentsMerged, roster::merge),
            24..=25 => ("corrects a reservation", Action::ReservationChanged, queue::correct),
            26..=40 => ("registers", Action::ReservationRegistered, queue::register),
            41..=54 => return self.review(),
            55..=60 => ("notifies", Action::Notified, queue::notify),
            61..=75 => return self.issue(),
            76..=79 => return self.serve_at_counter(),
            80..=84 => return self.hand_out(),
            85..=88 => return self.step_back(),
            89..=94 => return self.take_back(),
            95..=98 => return self.settle(),
            _ if self.random.percent(OWN_ROUNDS) => return self.open_round(),
            _ => return self.issue(),
        };
        self.write(action, drafts).map(|written| written.then_some(did))
    }

    fn write(&mut self, action: Action, drafts: Drafts) -> Result<bool, Stop> {
        let mut chance = fork(self.random);
        Ok(self.pc.write(self.now, action, |view| drafts(view, &mut chance))?)
    }

    /// Takes back one of the last things that can be.
    fn take_back(&mut self) -> Result<Option<Did>, Stop> {
        let back = self.random.below(TAKEN_BACK) as usize;
        let history = self.pc.store().view().history(back + 1)?;
        let Some(batch) = history
            .get(back)
            .filter(|batch| batch.action.undoable() && !batch.withdrawn)
        else {
            return Ok(None);
        };
        let (at, committee, actor) = (self.pc.clock(self.now), self.pc.committee, self.pc.name.clone());
        let author = Author {
            actor: &actor,
            at,
            action: Action::Undone,
            committee,
        };
        match self.pc.store().undo(&author, batch.id) {
            Ok(_) => {
                self.summary.undos += 1;
                if matches!(batch.action, Action::Collected | Action::ConflictsSettled) {
                    self.ledger.took_all_back(self.pc.office, (batch.device, batch.at));
                }
                Ok(Some("takes back"))
            }
            Err(Error::VoucherIssued { .. } | Error::VoucherVoid { .. } | Error::AlreadyUndone) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// A new id, from the run's own chance. Of a version that ids made by chance have: those that are computed are for rights.
pub(crate) fn new_id(random: &mut Random) -> EntityId {
    let bits = u128::from(random.bits()) << 64 | u128::from(random.bits());
    EntityId(uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid())
}

/// A new id that sorts by time, as ids of rounds do.
fn new_id_at(now: Moment, random: &mut Random) -> EntityId {
    let mut bytes = [0; 10];
    bytes.iter_mut().for_each(|byte| *byte = random.bits().to_be_bytes()[0]);
    EntityId(uuid::Builder::from_unix_timestamp_millis(u64::try_from(now.0).unwrap_or(0), &bytes).into_uuid())
}

fn pick<T: Clone>(random: &mut Random, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| all[random.below(all.len() as u32) as usize].clone())
}

/// One to so many of some, each once.
fn some<T>(random: &mut Random, mut all: Vec<T>, most: u32) -> Vec<T> {
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
