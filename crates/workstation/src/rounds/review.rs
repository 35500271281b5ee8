//! Deciding on reservations, one by one or all without findings, and recording who was told how.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change, EntityId, FieldChange};
use linli_domain::person_name::NAMELESS;
use linli_domain::phone;
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_domain::reservation::{Reservation, ReservationFact};
use linli_domain::round::{Decision, Outcome, RoundDefinition, Stage};
use linli_store::{Draft, ReservationState};

use super::RoundView;
use super::awaiting::Around;
use crate::api::rounds::{
    ByRound, NotifyRequest, OverLimit, OverLimitRow, PassClearResponse, ReviewRequest, Reviewed, SmsAsked, SmsRequest,
    Told,
};
use crate::api::{Said, Sentence};
use crate::exchange::joined;
use crate::named::{FormField, Thing};
use crate::session::required;
use crate::workstation::id;
use crate::{Error, Workstation, queue};

/// Passes or turns down reservations that wait for a decision. An amount that the round does not allow is not passed
/// before somebody has said how.
pub(crate) fn review(ws: &Workstation, request: ReviewRequest) -> Result<Reviewed, Error> {
    let ids = queue::ids::<Reservation, Vec<_>>(&request.ids)?;
    let reason = match request.decision {
        Decision::Rejected => Some(
            required(
                FormField::RejectionReason,
                request.reason.as_deref().unwrap_or_default(),
            )?
            .to_owned(),
        ),
        Decision::Passed => None,
    };
    let fact = ReservationFact::Reviewed {
        decision: request.decision,
        reason,
    };
    let mut over_limit = Vec::new();
    let written = ws.write(Action::Reviewed, |view| {
        let mut drafts = Vec::new();
        for id in &ids {
            let reservation = queue::one::<Reservation>(view, *id)?;
            let round = view
                .round(reservation.state.round)?
                .ok_or(Error::NotFound { thing: Thing::Round })?
                .definition;
            if !reservation.state.may_decide(request.decision, round.number)? {
                continue;
            }
            let draft = |change| Draft::on::<Reservation>(*id, change);
            if request.decision == Decision::Passed {
                match amount(&round, &reservation, request.over_limit) {
                    Amount::Allowed => {}
                    Amount::Lowered(change) => drafts.push(draft(change)),
                    Amount::ToBeSeen(row) => {
                        over_limit.push(row);
                        continue;
                    }
                }
            }
            drafts.push(draft(Change::Reservation(fact.clone())));
        }
        Ok(drafts)
    })?;
    Ok(Reviewed {
        batch: written.batch,
        changed: written.entities,
        over_limit,
    })
}

/// What is to be said of the amount before a pass.
enum Amount {
    Allowed,
    Lowered(Change),
    ToBeSeen(OverLimitRow),
}

fn amount(round: &RoundDefinition, reservation: &ReservationState, how: Option<OverLimit>) -> Amount {
    let quantity = reservation.state.quantity();
    if round.allows(quantity) {
        return Amount::Allowed;
    }
    let get = |field| reservation.state.get(field).map(str::to_owned);
    match how {
        Some(OverLimit::AsAsked) if quantity > 0 => Amount::Allowed,
        Some(OverLimit::Lower) => {
            let to = Some(round.fitting(quantity).to_string());
            let change = FieldChange {
                seen: get(Field::Quantity),
                to,
            };
            Amount::Lowered(Change::Set([(Field::Quantity, change)].into()))
        }
        // Nothing was asked for, so "as asked" says nothing.
        Some(OverLimit::AsAsked) | None => Amount::ToBeSeen(OverLimitRow {
            id: reservation.id.to_string(),
            name: get(Field::Name).unwrap_or_default(),
            quantity,
            max: round.max_quantity,
        }),
    }
}

/// Passes everything that waits and has no findings. The quota is part of the findings: those beyond it stay.
pub(crate) fn pass_clear(ws: &Workstation, request: ByRound) -> Result<PassClearResponse, Error> {
    let round = id(Thing::Round, &request.round)?;
    let view = ws.round(round)?;
    let pending: Vec<usize> = (0..view.reservations.len())
        .filter(|place| view.reservations[*place].state.stage() == Stage::Pending)
        .collect();
    let (clear, found): (Vec<usize>, Vec<usize>) = pending.into_iter().partition(|place| view.clear(*place));
    let over_quota = found
        .iter()
        .filter(|place| {
            view.findings[**place]
                .iter()
                .filter(|finding| finding.blocking())
                .all(|f| f.code() == "over_quota")
        })
        .count();
    let ids: Vec<EntityId> = clear.iter().map(|place| view.reservations[*place].id).collect();
    let written = ws.write(Action::PassedClear, |now| {
        // Another program may have decided meanwhile: only what still waits is passed.
        queue::each(now, &ids, |reservation: &ReservationState| {
            let waits = reservation.state.stage() == Stage::Pending;
            Ok(waits.then_some(ReservationFact::Reviewed {
                decision: Decision::Passed,
                reason: None,
            }))
        })
    })?;
    Ok(PassClearResponse {
        passed: written.entities,
        with_findings: found.len() - over_quota,
        over_quota,
        batch: written.batch,
    })
}

/// How many are named in a sentence.
const NAMED: usize = 5;

fn named(all: &[Sentence]) -> Vec<Sentence> {
    let count = all.len();
    let more = (count > NAMED).then(|| Around::AndMore { count }.said());
    all.iter().take(NAMED).cloned().chain(more).collect()
}

fn name(state: &Reservation) -> &str {
    state.get(Field::Name).unwrap_or(NAMELESS)
}

/// Where reservations stand in their rounds; those that are there no longer are left out.
fn places(ws: &Workstation, ids: &[EntityId]) -> Result<Vec<(Arc<RoundView>, usize)>, Error> {
    let mut rounds: HashMap<EntityId, Arc<RoundView>> = HashMap::new();
    let mut places = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(reservation) = ws.store().view().reservation(*id)? else {
            continue;
        };
        let view = match rounds.entry(reservation.state.round) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(ws.round(reservation.state.round)?),
        };
        places.extend(view.place(*id).map(|place| (view.clone(), place)));
    }
    Ok(places)
}

/// Those of whom it is known that they will get no voucher, and why: nobody shall tell them that they do.
fn without_voucher(ws: &Workstation, ids: &[EntityId]) -> Result<HashMap<EntityId, Sentence>, Error> {
    let places = places(ws, ids)?.into_iter();
    Ok(places
        .filter_map(|(view, place)| {
            let reservation = &view.reservations[place];
            let why = view.issuing.no_voucher(reservation.id)?;
            let name = name(&reservation.state).to_owned();
            Some((reservation.id, Around::Whose { name }.around(vec![why.said()])))
        })
        .collect())
}

/// Records that people were told, or that it was tried. Who will get no voucher is left out.
pub(crate) fn notify(ws: &Workstation, request: NotifyRequest) -> Result<Told, Error> {
    let ids = queue::ids::<Reservation, Vec<_>>(&request.ids)?;
    let note = request
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty())
        .map(str::to_owned);
    // A call that nobody took tells nobody anything: it is recorded of everyone.
    let told = request.outcome == Outcome::Reached;
    let without = if told {
        without_voucher(ws, &ids)?
    } else {
        HashMap::new()
    };
    let written = ws.write(Action::Notified, |view| {
        queue::each(view, &ids, |reservation: &ReservationState| {
            reservation.state.may_be_told()?;
            if reservation.state.stage() == Stage::ToNotify && without.contains_key(&reservation.id) {
                return Ok(None);
            }
            let (channel, outcome, note) = (request.channel, request.outcome, note.clone());
            Ok(Some(ReservationFact::Notified { channel, outcome, note }))
        })
    })?;
    let refused: Vec<Sentence> = ids.iter().filter_map(|id| without.get(id).cloned()).collect();
    if written.batch.is_none() && !refused.is_empty() {
        return Err(Error::RefusedWith(Refusal::NobodyServed, named(&refused)));
    }
    Ok(Told {
        batch: written.batch,
        changed: written.entities,
        refused,
    })
}

/// Asks the district to send messages. Those who have no mobile number, or whose message is asked for already, are left.
pub(crate) fn sms_ask(ws: &Workstation, request: SmsRequest) -> Result<SmsAsked, Error> {
    let ids = queue::ids::<Reservation, Vec<_>>(&request.ids)?;
    let without = without_voucher(ws, &ids)?;
    let mut asked = SmsAsked {
        asked: 0,
        waiting: 0,
        no_mobile: 0,
        refused: 0,
        batch: None,
    };
    let written = ws.write(Action::SmsAsked, |view| {
        if !joined(view)? {
            return Err(Refusal::SmsByDistrict.into());
        }
        queue::each(view, &ids, |reservation: &ReservationState| {
            let state = &reservation.state;
            state.may_be_told()?;
            let phone = state.get(Field::Phone).and_then(|text| phone::check(text).ok());
            if state.stage() == Stage::ToNotify && without.contains_key(&reservation.id) {
                asked.refused += 1;
            } else if state.sms_asked.is_some() {
                asked.waiting += 1;
            } else if !phone.is_some_and(|phone| phone.is_mobile()) {
                asked.no_mobile += 1;
            } else {
                return Ok(Some(ReservationFact::SmsAsked));
            }
            Ok(None)
        })
    })?;
    Ok(SmsAsked {
        asked: written.entities,
        batch: written.batch,
        ..asked
    })
}
