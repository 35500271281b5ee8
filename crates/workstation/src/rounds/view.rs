//! A round in memory: read whole when it is first asked for, and brought up by what was touched since.
//!
//! Must stay true: a view that was brought up is the same as one that is read anew.

use std::borrow::Cow;

use chrono::NaiveDate;
use foldhash::{HashMap, HashSet};
use linli_domain::item::Item as _;
use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::reservation::Reservation;
use linli_domain::round::{RoundDefinition, Stage};
use linli_domain::smart_check::{Alone, Finding, RoundCheck};
use linli_store::issuing::RecognisedAll;
use linli_store::{ReservationState, View};

use super::{Issuing, filled, issuing_now, keys_served, recognised, row, served_earlier};
use crate::api::Said;
use crate::api::rounds::ReservationRow;
use crate::named::Thing;
use crate::queue::Items;
use crate::roster::Roster;
use crate::{Error, Workstation};

/// What a round's view hangs on besides its reservations: where one of these was touched, it is read anew.
const BESIDE: [EntityKind; 2] = [EntityKind::Household, EntityKind::Resident];

/// Of which data a view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    /// The data's version.
    pub(crate) data: i64,
    /// How far the district's order is known: what waits for a number depends on it.
    pub(crate) received: u64,
    /// Whether the district is to be heard before a number is given.
    pub(crate) restored: bool,
    /// The day: birth dates and windows are checked against it.
    pub(crate) day: NaiveDate,
}

/// A round as it is now: its reservations in order of registration, and what the smart check finds.
pub(crate) struct RoundView {
    pub(crate) version: Version,
    pub(crate) id: EntityId,
    pub(crate) definition: RoundDefinition,
    pub(crate) reservations: Items<Reservation>,
    pub(crate) findings: Vec<Vec<Finding>>,
    pub(crate) issuing: Issuing,
    /// Of whom the roster recognises reservations that do not say so themselves.
    pub(crate) recognised: RecognisedAll,
    /// Each by itself, as the smart check has it.
    alone: HashMap<EntityId, Alone>,
    /// Keys served in earlier rounds of the campaign, with the round's number.
    earlier: HashMap<String, u32>,
}

impl RoundView {
    /// Reads a round. Store and roster are held in turns: whoever refreshes the roster holds the store.
    ///
    /// # Errors
    /// There is none, or the database's.
    pub(crate) fn load(ws: &Workstation, id: EntityId, version: Version) -> Result<RoundView, Error> {
        let (round, reservations) = {
            let store = ws.store();
            let round = store.view().round(id)?.ok_or(Error::NotFound { thing: Thing::Round })?;
            (round, Items::read(store.view(), Some(id))?)
        };
        let recognised: RecognisedAll = {
            let roster = ws.roster()?;
            let of = |one: &ReservationState| Some((one.id, recognised(&roster, &one.state)?));
            reservations.iter().filter_map(of).collect()
        };
        let (issuing, served) = {
            let store = ws.store();
            let issuing = issuing_now(store.view(), &round, &reservations, &recognised)?;
            (issuing, served_earlier(store.view(), id, &round.definition)?)
        };
        let roster = ws.roster()?;
        let definition = round.definition;
        let earlier = keys_served(&served, definition.key, &roster);
        let all: HashSet<EntityId> = reservations.iter().map(|one| one.id).collect();
        let (alone, findings) = Default::default();
        let mut view = RoundView {
            version,
            id,
            definition,
            reservations,
            findings,
            issuing,
            recognised,
            alone,
            earlier,
        };
        view.check(&roster, &all, true);
        Ok(view)
    }

    /// Brings a round up to a version of the data.
    ///
    /// # Errors
    /// As [`RoundView::load`].
    pub(crate) fn brought_up(mut self, ws: &Workstation, version: Version) -> Result<RoundView, Error> {
        let touched = self.touched(ws.store().view(), version)?;
        let Some(touched) = touched else {
            return RoundView::load(ws, self.id, version);
        };
        let ids: HashSet<EntityId> = touched.iter().map(|one| one.id).collect();
        let mut others = false;
        {
            let roster = ws.roster()?;
            for one in &touched {
                others |= !self.stands_as(one);
                match recognised(&roster, &one.state) {
                    Some(known) => self.recognised.insert(one.id, known),
                    None => self.recognised.remove(&one.id),
                };
            }
        }
        self.reservations.take_in(touched, version.data);
        self.issuing = {
            let store = ws.store();
            let round = store
                .view()
                .round(self.id)?
                .ok_or(Error::NotFound { thing: Thing::Round })?;
            issuing_now(store.view(), &round, &self.reservations, &self.recognised)?
        };
        self.version = version;
        self.check(&*ws.roster()?, &ids, others);
        Ok(self)
    }

    /// The round's reservations that were touched since, as they are now; `None`: more changed than they.
    fn touched(&self, view: View<'_>, version: Version) -> Result<Option<Vec<ReservationState>>, Error> {
        let known = self.version.data;
        if version.day != self.version.day || view.undone_since(known)? {
            return Ok(None);
        }
        for kind in BESIDE {
            if !view.touched_since(known, kind)?.is_empty() {
                return Ok(None);
            }
        }
        // That papers were shown of it is written to a round, too, and changes nothing of it.
        for id in view.touched_since(known, EntityKind::Round)? {
            let own = id == self.id;
            if own && view.round(id)?.is_none_or(|round| round.definition != self.definition)
                || !own && self.definition.exclude_earlier
            {
                return Ok(None);
            }
        }
        let touched = self.reservations.touched(view)?;
        // Who was served in another round may count here.
        let all = touched.filter(|touched| !(touched.elsewhere && self.definition.exclude_earlier));
        Ok(all.map(|touched| touched.here))
    }

    /// Whether others are found the same whether a reservation is as it was or as it is now.
    fn stands_as(&self, now: &ReservationState) -> bool {
        let known = self.reservations.one(now.id);
        let counts = |state: &Reservation| state.stage() != Stage::Rejected;
        known.is_some_and(|known| {
            let (before, now) = (&known.state, &now.state);
            before.record == now.record && before.voucher == now.voucher && counts(before) == counts(now)
        })
    }

    /// Checks these by themselves, and all against each other where that may find something else.
    fn check(&mut self, roster: &Roster, ids: &HashSet<EntityId>, mut others: bool) {
        let check = RoundCheck {
            round: &self.definition,
            today: self.version.day,
            roster,
            earlier: &self.earlier,
        };
        for one in self.reservations.iter().filter(|one| ids.contains(&one.id)) {
            let alone = check.alone(&one.state, &filled(&self.recognised, one));
            others |= self.alone.get(&one.id) != Some(&alone);
            self.alone.insert(one.id, alone);
        }
        if !others {
            return;
        }
        let each = self
            .reservations
            .iter()
            .filter_map(|one| Some((&one.state, self.alone.get(&one.id)?)));
        self.findings = check.together(each);
    }

    /// A reservation's place in the order of registration, from 0.
    pub(crate) fn place(&self, id: EntityId) -> Option<usize> {
        self.reservations.place(id)
    }

    /// A reservation with what the roster knows of it now.
    pub(crate) fn filled<'r>(&self, reservation: &'r ReservationState) -> Cow<'r, Reservation> {
        filled(&self.recognised, reservation)
    }

    /// Whether "pass all without findings" takes it.
    pub(crate) fn clear(&self, place: usize) -> bool {
        self.findings
            .get(place)
            .is_some_and(|findings| !findings.iter().any(Finding::blocking))
    }

    /// Reservations whose voucher has its number, is not on paper, and was not handed in.
    pub(crate) fn unprinted(&self, view: View<'_>) -> Result<HashSet<EntityId>, Error> {
        let waits = |state: &Reservation| state.voucher.is_some() && state.collected.is_none();
        let mut waiting: HashSet<EntityId> = self
            .reservations
            .iter()
            .filter(|one| waits(&one.state))
            .map(|one| one.id)
            .collect();
        // Until the first voucher is given out there is nothing that could be printed.
        if !waiting.is_empty() {
            let printed = view.printed_vouchers(self.id)?;
            waiting.retain(|id| !printed.contains(id));
        }
        Ok(waiting)
    }

    pub(crate) fn row(&self, place: usize) -> Option<ReservationRow> {
        let reservation = self.reservations.get(place)?;
        let findings = self.findings.get(place).map(Vec::as_slice).unwrap_or_default();
        let mut row = row(reservation, &self.definition, place, findings);
        row.awaiting = self.issuing.awaiting.get(&reservation.id).map(Said::said);
        Some(row)
    }
}

#[cfg(test)]
mod tests;
