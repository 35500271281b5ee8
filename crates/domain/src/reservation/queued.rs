//! A reservation as an item of its round's queue: its stage and where it stands.

use std::borrow::Cow;

use super::{Reservation, ReservationFact, folded};
use crate::item::{Item, Who};
use crate::operation::{Change, EntityId, EntityKind};
use crate::record::{Field, Recorded};
use crate::round::{Decision, Stage};

/// Sorts behind every time of a day.
const END_OF_DAY: &str = "T~";
/// Stands for the time of a registration whose time is not known: behind every time in the order of the queue.
const WITHOUT_TIME: &str = "~";

impl Item for Reservation {
    const KIND: EntityKind = EntityKind::Reservation;
    type Stage = Stage;

    fn fold<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Reservation> {
        folded(changes)
    }

    /// A voucher in somebody's hand is not cancelled by what another PC decided or took back without knowing of it: only
    /// stepping back voids it.
    fn stage(&self) -> Stage {
        let told = if self.notified.is_some() {
            Stage::Notified
        } else {
            Stage::ToNotify
        };
        match (&self.review, self.voucher) {
            _ if self.collected.is_some() => Stage::Collected,
            (_, Some(_)) => told,
            (None, None) => Stage::Pending,
            (Some(review), None) => match review.decision {
                Decision::Rejected => Stage::Rejected,
                Decision::Passed => told,
            },
        }
    }

    fn list(&self) -> Option<EntityId> {
        Some(self.round)
    }

    /// By the time of registration. A day without a time stands behind those of the day that say one.
    fn sort_key(&self) -> Cow<'_, str> {
        match self.get(Field::RegisteredAt) {
            Some(day) if !day.contains('T') => Cow::Owned(format!("{day}{END_OF_DAY}")),
            Some(at) => Cow::Borrowed(at),
            None => Cow::Borrowed(WITHOUT_TIME),
        }
    }

    fn who(&self) -> Who {
        Who {
            resident: self.id(Field::Resident),
            household: self.id(Field::Household),
        }
    }

    fn number(&self) -> Option<u32> {
        self.voucher.map(|(serial, _)| serial)
    }
}

impl From<ReservationFact> for Change {
    fn from(fact: ReservationFact) -> Change {
        Change::Reservation(fact)
    }
}
