//! Numbers that may be on paper although nothing here says so: the data was put back to an older state, and this PC may
//! have printed since.
//!
//! Must stay true: such a number is given out by nobody until somebody with the papers in hand has said up to where they go.

use std::collections::BTreeSet;

use linli_domain::lease::free_serials;
use linli_domain::operation::EntityId;
use serde::{Deserialize, Serialize};

use crate::{Error, Store, View};

/// The setting that says that the data came from a backup and the district has not been heard since.
const RESTORED: &str = "issuing_restored";
/// The setting that holds the numbers.
const UNSURE: &str = "issuing_unsure";

/// Numbers of a round that this PC may have printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsure {
    /// The round.
    pub round: EntityId,
    /// First number.
    pub first: u32,
    /// Last number. `None`: whatever comes after the first, as on a PC without a district, which has all numbers.
    pub last: Option<u32>,
    /// Somebody said that these are on paper.
    printed: bool,
}

impl Unsure {
    /// What of it is on paper where papers go up to a number.
    fn printed_up_to(self, serial: u32) -> Option<Unsure> {
        let last = self.last.map_or(serial, |last| last.min(serial));
        (self.first <= last).then_some(Unsure {
            last: Some(last),
            printed: true,
            ..self
        })
    }
}

impl View<'_> {
    /// Whether the data came from a backup and the district has not been heard since.
    ///
    /// # Errors
    /// The database's.
    pub fn is_restored(self) -> Result<bool, Error> {
        Ok(self.setting(RESTORED)?.is_some())
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

    /// Every number of a round that this PC must not give out: it was given out, or may be on paper.
    ///
    /// # Errors
    /// The database's.
    pub fn taken_serials(self, round: EntityId) -> Result<BTreeSet<u32>, Error> {
        let mut taken: BTreeSet<u32> = self.used_serials(round)?.into_iter().collect();
        let kept = self.all_unsure()?.into_iter().filter(|numbers| numbers.round == round);
        taken.extend(kept.filter_map(|numbers| Some(numbers.first..=numbers.last?)).flatten());
        Ok(taken)
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
        for round in view.rounds()? {
            let first = view.last_serial(round.id)?.saturating_add(1);
            unsure.push(Unsure {
                round: round.id,
                first,
                last: None,
                printed: false,
            });
        }
        self.keep_unsure(&unsure)?;
        self.set_setting(RESTORED, "1")
    }

    /// What this PC did before it was put back to a backup, as far as the district heard of it, has come from there. What it
    /// printed meanwhile without a network can only be among the numbers that were leased to it: these stay aside.
    ///
    /// # Errors
    /// The database's.
    pub fn caught_up(&self) -> Result<(), Error> {
        let view = self.view();
        if !view.is_restored()? {
            return Ok(());
        }
        let own = view.own_device()?;
        let mut unsure = view.all_unsure()?;
        unsure.retain(|numbers| numbers.last.is_some());
        for round in view.rounds()? {
            for serial in free_serials(&view.leases(round.id)?, own, &view.taken_serials(round.id)?) {
                match unsure
                    .last_mut()
                    .filter(|numbers| numbers.round == round.id && !numbers.printed)
                {
                    Some(numbers) if numbers.last == Some(serial - 1) => numbers.last = Some(serial),
                    _ => unsure.push(Unsure {
                        round: round.id,
                        first: serial,
                        last: Some(serial),
                        printed: false,
                    }),
                }
            }
        }
        self.keep_unsure(&unsure)?;
        self.forget_setting(RESTORED)
    }

    /// Somebody looked at the papers of a round: they go up to a number (0: there are none). What may be on paper up to
    /// there is never given out, what comes after it is free again.
    ///
    /// # Errors
    /// The database's.
    pub fn printed_up_to(&self, round: EntityId, serial: u32) -> Result<(), Error> {
        let settled = |numbers: Unsure| match numbers {
            Unsure { printed: false, .. } if numbers.round == round => numbers.printed_up_to(serial),
            _ => Some(numbers),
        };
        let unsure: Vec<Unsure> = self.view().all_unsure()?.into_iter().filter_map(settled).collect();
        self.keep_unsure(&unsure)
    }

    fn keep_unsure(&self, unsure: &[Unsure]) -> Result<(), Error> {
        self.set_setting(UNSURE, &serde_json::to_string(unsure)?)
    }
}
