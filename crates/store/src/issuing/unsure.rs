//! Numbers that may be on paper although nothing here says so: the data was put back to an older state, and this PC may
//! have printed since.
//!
//! Must stay true: such a number is given out by nobody until somebody with the papers in hand has said up to where they go.

use std::collections::BTreeSet;

use linli_domain::lease::{free_serials, how_many, on_paper, unleased};
use linli_domain::operation::{Change, EntityId, Note};
use serde::{Deserialize, Serialize};

use crate::{Error, Round, Store, View};

/// The setting that says that the data came from a backup, and how far the district has been heard since.
const RESTORED: &str = "issuing_restored";
/// Nothing was heard of the district since.
const UNHEARD: &str = "1";
/// Something was, on a stick: it may be older than what was told to the district before.
const HEARD: &str = "heard";
/// The setting that holds the numbers.
const UNSURE: &str = "issuing_unsure";

/// Numbers of a round that this PC may have printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsure {
    /// The round.
    pub round: EntityId,
    /// First number.
    pub first: u32,
    /// Last number; before the first where there is none. `None`: whatever comes after the first, for data that knew of no
    /// leases, when all numbers were this PC's.
    pub last: Option<u32>,
    /// Somebody said that these are on paper: they are kept aside for good.
    printed: bool,
    /// It was said since the data was put back the last time.
    answered: bool,
}

impl Unsure {
    fn new(round: EntityId, first: u32, last: Option<u32>) -> Unsure {
        Unsure {
            round,
            first,
            last,
            printed: false,
            answered: false,
        }
    }

    /// What of it is on paper where papers go up to a number.
    fn printed_up_to(self, serial: u32) -> Unsure {
        let (none, most) = (self.first.saturating_sub(1), self.last.unwrap_or(u32::MAX));
        Unsure {
            last: Some(serial.clamp(none, most.max(none))),
            printed: true,
            answered: true,
            ..self
        }
    }
}

impl View<'_> {
    /// Whether the data came from a backup and the district has not been heard since.
    ///
    /// # Errors
    /// The database's.
    pub fn is_restored(self) -> Result<bool, Error> {
        Ok(self.setting(RESTORED)?.as_deref() == Some(UNHEARD))
    }

    /// Numbers of a round that may be on paper, of which nobody has said whether they are.
    ///
    /// # Errors
    /// The database's.
    pub fn unsure_numbers(self, round: EntityId) -> Result<Vec<Unsure>, Error> {
        Ok(self
            .all_unsure()?
            .into_iter()
            .filter(|numbers| numbers.round == round && !numbers.printed)
            .collect())
    }

    /// The numbers of a round of which somebody said, since the data was put back, that they are on paper: from the first to
    /// the last; `None` where nobody was asked.
    ///
    /// # Errors
    /// The database's.
    pub fn numbers_answered(self, round: EntityId) -> Result<Option<(u32, u32)>, Error> {
        let all = self.all_unsure()?.into_iter();
        let answered = all.filter(|numbers| numbers.round == round && numbers.answered);
        let ends = answered.filter_map(|numbers| Some((numbers.first, numbers.last?)));
        Ok(ends.reduce(|(first, last), (from, to)| (first.min(from), last.max(to))))
    }

    /// Every number of a round that this PC must not give out: it was given out, or may be on paper.
    ///
    /// # Errors
    /// The database's.
    pub fn taken_serials(self, round: &Round) -> Result<BTreeSet<u32>, Error> {
        let mut taken: BTreeSet<u32> = self.used_serials(round.id)?.into_iter().collect();
        let kept = self
            .all_unsure()?
            .into_iter()
            .filter(|numbers| numbers.round == round.id);
        // Before the district is heard nothing is given out at all, and why is told.
        let open = if self.is_restored()? { 0 } else { round.definition.quota };
        taken.extend(kept.flat_map(|numbers| numbers.first..=numbers.last.unwrap_or(open)));
        Ok(taken)
    }

    /// How many numbers of a round can still be given out, by whichever PC: those of the quota that were not, and that nobody
    /// keeps aside because they are, or may be, on paper. `joined`: this PC belongs to a district.
    ///
    /// # Errors
    /// The database's.
    pub fn serials_left(self, round: &Round, joined: bool) -> Result<u32, Error> {
        let quota = round.definition.quota;
        if !joined {
            let last = self.goes_on_after(round.id)?;
            return Ok(last.map_or(0, |last| quota.saturating_sub(last)));
        }
        let mut taken = self.taken_serials(round)?;
        let log = self.changes_of(round.id)?.into_iter();
        let told = log.filter(|logged| !logged.withdrawn && logged.rejected.is_none());
        taken.extend(on_paper(told.filter_map(|logged| match logged.change {
            Some(Change::Noted(Note::NumbersOnPaper { first, last, .. })) => Some((logged.device, first, last)),
            _ => None,
        })));
        let leases = self.leases(round.id)?;
        let leased = leases.iter().flat_map(|lease| lease.first..=lease.last.min(quota));
        let unused = leased.filter(|serial| !taken.contains(serial)).count() as u32;
        Ok(how_many(&unleased(&leases, &taken, quota)).saturating_add(unused))
    }

    /// On a PC without a district: after which number it goes on; `None` until somebody has said up to where papers go.
    pub(super) fn goes_on_after(self, round: EntityId) -> Result<Option<u32>, Error> {
        if self.unsure_numbers(round)?.iter().any(|numbers| numbers.last.is_none()) {
            return Ok(None);
        }
        let last = self.last_serial(round)?;
        let printed = self.all_unsure()?.into_iter().filter(|numbers| numbers.round == round);
        Ok(printed.filter_map(|numbers| numbers.last).max().max(Some(last)))
    }

    fn all_unsure(self) -> Result<Vec<Unsure>, Error> {
        let kept = self.setting(UNSURE)?;
        kept.map_or(Ok(Vec::new()), |json| Ok(serde_json::from_str(&json)?))
    }
}

impl Store {
    /// The data does not know of all that was printed.
    pub(crate) fn mark_numbers_unsure(&self) -> Result<(), Error> {
        let view = self.view();
        let mut unsure = view.all_unsure()?;
        unsure.retain(|numbers| numbers.last.is_some());
        unsure.iter_mut().for_each(|numbers| numbers.answered = false);
        for round in view.rounds()? {
            let first = view.last_serial(round.id)?.saturating_add(1);
            unsure.push(Unsure::new(round.id, first, None));
        }
        self.keep_unsure(&unsure)?;
        self.set_setting(RESTORED, UNHEARD)
    }

    /// What this PC did before it was put back to a backup, as far as the district heard of it, has come from there. What it
    /// printed meanwhile without a network can only be among the numbers that were leased to it: these stay aside. Of a
    /// round in which nothing was leased yet, nothing is known by that: this PC may have been without a district.
    ///
    /// # Errors
    /// The database's.
    pub fn caught_up(&self) -> Result<(), Error> {
        if self.view().setting(RESTORED)?.is_none() {
            return Ok(());
        }
        self.keep_leased_aside()?;
        self.forget_setting(RESTORED)
    }

    /// As [`Store::caught_up`], by a stick: this PC may issue, but what the district heard later than the stick was written is
    /// still to come.
    ///
    /// # Errors
    /// The database's.
    pub fn heard_on_a_stick(&self) -> Result<(), Error> {
        if self.view().setting(RESTORED)?.is_none() {
            return Ok(());
        }
        self.keep_leased_aside()?;
        self.set_setting(RESTORED, HEARD)
    }

    fn keep_leased_aside(&self) -> Result<(), Error> {
        let view = self.view();
        let own = view.own_device()?;
        for round in view.rounds()? {
            let leases = view.leases(round.id)?;
            if leases.is_empty() || view.numbers_answered(round.id)?.is_some() {
                continue;
            }
            let mut unsure = view.all_unsure()?;
            unsure.retain(|numbers| numbers.round != round.id || numbers.last.is_some());
            self.keep_unsure(&unsure)?;
            for serial in free_serials(&leases, own, &view.taken_serials(&round)?) {
                let last = unsure.last_mut().filter(|last| last.round == round.id && !last.printed);
                match last {
                    Some(numbers) if numbers.last == Some(serial - 1) => numbers.last = Some(serial),
                    _ => unsure.push(Unsure::new(round.id, serial, Some(serial))),
                }
            }
            self.keep_unsure(&unsure)?;
        }
        Ok(())
    }

    /// Somebody looked at the papers of a round: they go up to a number (0: there are none). What may be on paper up to
    /// there is never given out, what comes after it is free again. Said once more, with a higher number, it is corrected.
    ///
    /// # Errors
    /// The database's.
    pub fn printed_up_to(&self, round: EntityId, serial: u32) -> Result<(), Error> {
        let mut unsure = self.view().all_unsure()?;
        for numbers in unsure.iter_mut().filter(|numbers| numbers.round == round) {
            match numbers {
                Unsure {
                    answered: true, last, ..
                } => *last = (*last).max(Some(serial)),
                Unsure { printed: false, .. } => *numbers = numbers.printed_up_to(serial),
                Unsure { .. } => {}
            }
        }
        self.keep_unsure(&unsure)
    }

    fn keep_unsure(&self, unsure: &[Unsure]) -> Result<(), Error> {
        self.set_setting(UNSURE, &serde_json::to_string(unsure)?)
    }
}
