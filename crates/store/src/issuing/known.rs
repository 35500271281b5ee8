//! What the roster knows of whose a reservation is, read from the tables at the moment of issuing, and what only
//! matching by name and phone recognises, given by whoever keeps the roster in memory.

use std::borrow::Cow;
use std::collections::HashMap;

use linli_domain::address::{AddressParts, Estates};
use linli_domain::operation::EntityId;
use linli_domain::record::{Field, standing};
use linli_domain::reservation::{Reservation, Whose};
use linli_domain::round::RoundKey;

use crate::{Error, ReservationState, View};

/// Who a reservation is recognised as being of, where it does not say so itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recognised {
    /// The person of the roster.
    pub resident: Option<EntityId>,
    /// The household at its address.
    pub household: Option<EntityId>,
}

/// Who the reservations of a round are recognised as being of.
pub type RecognisedAll = foldhash::HashMap<EntityId, Recognised>;

impl Recognised {
    /// A reservation with what it does not say itself.
    pub fn fill<'r>(&self, state: &'r Reservation) -> Cow<'r, Reservation> {
        let lacks = |field, id: Option<EntityId>| Some((field, id.filter(|_| state.id(field).is_none())?.to_string()));
        let found = [
            lacks(Field::Resident, self.resident),
            lacks(Field::Household, self.household),
        ];
        if found.iter().all(Option::is_none) {
            return Cow::Borrowed(state);
        }
        let mut known = state.clone();
        known.record.fields.extend(found.into_iter().flatten());
        Cow::Owned(known)
    }
}

/// The roster as the tables have it.
pub(super) struct Known<'v> {
    /// Which record each merged one became part of: one person, one key.
    pub(super) merged: HashMap<EntityId, EntityId>,
    estates: Estates,
    homes: HashMap<EntityId, EntityId>,
    addresses: HashMap<EntityId, AddressParts>,
    recognised: Cow<'v, RecognisedAll>,
}

impl<'v> Known<'v> {
    /// Reads what the round's rule compares.
    pub(super) fn read(view: View<'_>, rule: RoundKey, recognised: Cow<'v, RecognisedAll>) -> Result<Known<'v>, Error> {
        let merged = view.merged()?;
        if rule == RoundKey::Person {
            let nothing = (Estates::default(), HashMap::new(), HashMap::new());
            return Ok(Known {
                merged,
                estates: nothing.0,
                homes: nothing.1,
                addresses: nothing.2,
                recognised,
            });
        }
        let addresses = view.addresses()?;
        Ok(Known {
            merged,
            estates: view.estates()?,
            homes: view.homes()?,
            addresses,
            recognised,
        })
    }

    /// A reservation as the roster recognises it.
    pub(super) fn filled<'r>(&self, reservation: &'r ReservationState) -> Cow<'r, Reservation> {
        match self.recognised.get(&reservation.id) {
            Some(recognised) => recognised.fill(&reservation.state),
            None => Cow::Borrowed(&reservation.state),
        }
    }

    /// What the rule compares of a reservation.
    pub(super) fn keys(&self, reservation: &ReservationState, rule: RoundKey) -> Vec<String> {
        let state = &reservation.state;
        state.keys_recognised(&self.filled(reservation), rule, self)
    }
}

impl Whose for Known<'_> {
    fn standing(&self, person: EntityId) -> EntityId {
        standing(person, |id| self.merged.get(&id).copied())
    }

    fn home_of(&self, person: EntityId) -> Option<EntityId> {
        self.homes.get(&person).copied()
    }

    fn address_of(&self, household: EntityId) -> Option<AddressParts> {
        self.addresses.get(&household).cloned()
    }

    fn in_full(&self, address: AddressParts) -> AddressParts {
        self.estates.in_full(address)
    }
}
