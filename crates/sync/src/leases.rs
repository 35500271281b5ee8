//! Asking for voucher numbers and rights before they are needed, and giving up rights that another PC needs.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::lease::{BLOCK, IssuingRight, LOW, RIGHT_IDLE, free_serials};
use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::round::{Decision, RoundKey};
use linli_domain::time::Moment;
use linli_protocol::{AREAS, LeaseRequest, WantedRight};
use linli_store::{Author, Draft, ReservationState, Round, Store, View};

use crate::{District, Error, Fault};
use linli_protocol::DenialCode;

/// Rounds, newest first, for which a PC asks by itself: older ones are over.
const ROUNDS: usize = 6;
/// Who gives up a right, in the history.
const BY_ITSELF: &str = "自动同步";

/// Asks for what this PC will need; says whether anything was asked for.
pub(crate) fn ask(store: &Store, district: &dyn District) -> Result<bool, Error> {
    let view = store.view();
    let mut asked = false;
    for round in view.rounds()?.iter().take(ROUNDS) {
        let Some(request) = wish(view, round)? else { continue };
        asked = true;
        match district.lease(&request) {
            // Written here since the push, or an older PC's work is still to come: the next exchange asks again.
            Err(Fault::Denied(denial)) if denial.code == DenialCode::Gap => {}
            answer => {
                answer?;
            }
        }
    }
    Ok(asked)
}

/// What this PC would like in a round; `None` where it has enough.
fn wish(view: View<'_>, round: &Round) -> Result<Option<LeaseRequest>, Error> {
    let own = view.own_device()?;
    let leases = view.leases(round.id)?;
    let used: BTreeSet<u32> = view.used_serials(round.id)?.into_iter().collect();
    let free = free_serials(&leases, own, &used).count() as u32;
    let given = leases.iter().map(|lease| lease.last).chain(used.last().copied()).max().unwrap_or(0);
    let some_left = given < round.definition.quota;
    let numbers = if free < LOW && some_left { BLOCK } else { 0 };
    let areas = areas(view, round)?;
    if numbers == 0 && areas.is_empty() {
        return Ok(None);
    }
    Ok(Some(LeaseRequest { round: round.id, last_seq: view.last_seq(own)?, numbers, areas }))
}

/// Areas that nobody has the right for, and those of passed reservations that wait for another PC's.
fn areas(view: View<'_>, round: &Round) -> Result<Vec<String>, Error> {
    let own = view.own_device()?;
    let rights = view.issuing_rights(round.id)?;
    let held: BTreeMap<&str, _> =
        rights.iter().filter_map(|right| Some((right.area.as_str(), right.holder?))).collect();
    let waiting = view.reservations(round.id)?.into_iter().filter(waits);
    let mut areas: BTreeSet<String> = BTreeSet::new();
    for reservation in waiting {
        let area = area(view, &reservation, round.definition.key)?;
        if held.get(area.as_str()) != Some(&own) {
            areas.insert(area);
        }
    }
    areas.extend(view.areas()?.into_iter().filter(|area| !held.contains_key(area.as_str())));
    Ok(areas.into_iter().take(AREAS).collect())
}

/// Passed, and without a number.
fn waits(reservation: &ReservationState) -> bool {
    let passed = reservation.state.review.as_ref().is_some_and(|review| review.decision == Decision::Passed);
    passed && reservation.state.voucher.is_none()
}

fn area(view: View<'_>, reservation: &ReservationState, rule: RoundKey) -> Result<String, Error> {
    let mut homes = BTreeMap::new();
    for home in [Field::Resident, Field::Household].into_iter().filter_map(|field| reservation.state.id(field)) {
        homes.insert(home, view.area_of(home)?);
    }
    Ok(reservation.state.area(rule, |home: EntityId| homes.get(&home).cloned().flatten()))
}

/// Gives up those of this PC's rights that others want and that were not used just now; says whether there were any.
pub(crate) fn release(store: &mut Store, wanted: &[WantedRight], now: Moment) -> Result<bool, Error> {
    if wanted.is_empty() {
        return Ok(false);
    }
    let Some(committee) = store.view().committee()? else { return Ok(false) };
    let author = Author { actor: BY_ITSELF, at: now, action: Action::RightMoved, committee: committee.id };
    let since = Moment(now.0.saturating_sub(RIGHT_IDLE.num_milliseconds()));
    let written = store.write::<Error>(&author, |view| {
        let own = view.own_device()?;
        let mut busy = BTreeSet::new();
        for reservation in view.issued_since(own, since)? {
            let Some(reservation) = view.reservation(reservation)? else { continue };
            let Some(round) = view.round(reservation.state.round)? else { continue };
            busy.insert((round.id, area(view, &reservation, round.definition.key)?));
        }
        let mut drafts = Vec::new();
        for right in wanted.iter().filter(|right| !busy.contains(&(right.round, right.area.clone()))) {
            let held = view.issuing_rights(right.round)?;
            if held.iter().any(|known| known.area == right.area && known.holder == Some(own)) {
                let change = FieldChange { seen: Some(own.0.to_string()), to: None };
                let change = Change::Set(BTreeMap::from([(Field::Device, change)]));
                let entity = IssuingRight::id(right.round, &right.area);
                drafts.push(Draft { kind: EntityKind::IssuingRight, entity, change });
            }
        }
        Ok(drafts)
    })?;
    Ok(written.batch.is_some())
}
