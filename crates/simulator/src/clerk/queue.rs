//! The queue of a round: registering, reviewing, telling, handing out.

use std::collections::BTreeMap;

use linli_domain::item::Item as _;
use linli_domain::operation::{Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::{Channel, Decision, Outcome, Stage};
use linli_sample::random::Random;
use linli_store::{Draft, Error, Household, ReservationState, Resident, Round, View};

use linli_workstation::api::rounds::ReviewRequest;
use linli_workstation::simulation::commands;

use super::{Clerk, Did, Stop, WORDS, current_round, done, new_id, pick, some};

/// Most people who register in one act.
const REGISTERED: u32 = 6;
/// Most reservations that a clerk goes through in one act.
const AT_ONCE: u32 = 12;

/// The reservation of somebody who lives there.
pub(super) fn reservation(round: &Round, home: &Household, resident: Option<&Resident>, random: &mut Random) -> Change {
    let resident_id = resident.and_then(|resident| resident.id).map(|id| id.to_string());
    created([
        (Field::Round, Some(round.id.to_string())),
        (
            Field::Household,
            Some(home.id.to_string()).filter(|_| random.percent(90)),
        ),
        (Field::Resident, resident_id.filter(|_| random.percent(90))),
        (
            Field::DocumentNumber,
            resident.and_then(|resident| resident.document_number.clone()),
        ),
        (Field::Name, pick(random, &WORDS).map(str::to_owned)),
        (Field::Phone, Some("13800005678".into())),
        (Field::Estate, home.estate.clone()),
        (Field::Building, home.building.clone()),
        (Field::Room, home.room.clone()),
        (Field::Quantity, Some("5".into())),
    ])
}

/// Somebody of the roster, with the home.
pub(super) fn somebody(view: View<'_>, random: &mut Random) -> Result<Option<(Household, Option<Resident>)>, Error> {
    let Some(home) = pick(random, &view.households()?) else {
        return Ok(None);
    };
    let resident = pick(random, &view.residents_of(home.id)?);
    Ok(Some((home, resident)))
}

pub(super) fn register(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let Some(round) = current_round(view, random)? else {
        return Ok(Vec::new());
    };
    let mut drafts = Vec::new();
    for _ in 0..=random.below(REGISTERED) {
        let Some((home, resident)) = somebody(view, random)? else {
            continue;
        };
        let change = reservation(&round, &home, resident.as_ref(), random);
        drafts.push(Draft {
            kind: EntityKind::Reservation,
            entity: new_id(random),
            change,
        });
    }
    Ok(drafts)
}

/// A fact about some of the reservations that `due` takes.
fn facts(
    view: View<'_>,
    random: &mut Random,
    due: impl Fn(&ReservationState) -> bool,
    fact: impl Fn(&mut Random) -> ReservationFact,
) -> Result<Vec<Draft>, Error> {
    let Some(round) = current_round(view, random)? else {
        return Ok(Vec::new());
    };
    let due: Vec<EntityId> = view
        .reservations(round.id)?
        .into_iter()
        .filter(due)
        .map(|due| due.id)
        .collect();
    let draft = |entity, fact| Draft {
        kind: EntityKind::Reservation,
        entity,
        change: Change::Reservation(fact),
    };
    Ok(some(random, due, AT_ONCE)
        .into_iter()
        .map(|entity| draft(entity, fact(random)))
        .collect())
}

impl Clerk<'_> {
    /// Some reservations of a round that are listed at a stage: their ids, as screens name them.
    fn some_at(&mut self, most: u32, listed: impl Fn(Stage) -> bool) -> Result<Vec<String>, Error> {
        let opened = self.pc.store();
        let Some(round) = current_round(opened.view(), self.random)? else {
            return Ok(Vec::new());
        };
        let mut reservations = opened.view().reservations(round.id)?;
        reservations.retain(|one| listed(one.state.stage()));
        let some = some(self.random, reservations, most);
        Ok(some.iter().map(|one| one.id.to_string()).collect())
    }

    /// Decides on some that wait; now and then anew on one that was decided on.
    pub(super) fn review(&mut self) -> Result<Option<Did>, Stop> {
        let ids = if self.random.percent(15) {
            self.some_at(1, |stage| matches!(stage, Stage::Rejected | Stage::ToNotify))?
        } else {
            self.some_at(AT_ONCE, |stage| stage == Stage::Pending)?
        };
        let passed = self.random.percent(85);
        let request = ReviewRequest {
            ids,
            decision: if passed { Decision::Passed } else { Decision::Rejected },
            reason: (!passed).then(|| "重复".into()),
            over_limit: None,
        };
        let reviewed = done(commands::review(&self.pc.workstation, request))?;
        Ok(reviewed.and_then(|reviewed| reviewed.batch).map(|_| "reviews"))
    }
}

pub(super) fn notify(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let due = |reservation: &ReservationState| reservation.state.stage() == Stage::ToNotify;
    facts(view, random, due, |random| {
        let outcome = if random.percent(70) {
            Outcome::Reached
        } else {
            Outcome::NoAnswer
        };
        ReservationFact::Notified {
            channel: Channel::Phone,
            outcome,
            note: None,
        }
    })
}

pub(super) fn collect(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let due =
        |reservation: &ReservationState| reservation.state.voucher.is_some() && reservation.state.collected.is_none();
    facts(view, random, due, |_| ReservationFact::Collected)
}

/// Corrects an amount.
pub(super) fn correct(view: View<'_>, random: &mut Random) -> Result<Vec<Draft>, Error> {
    let Some(round) = current_round(view, random)? else {
        return Ok(Vec::new());
    };
    let Some(reservation) = pick(random, &view.reservations(round.id)?) else {
        return Ok(Vec::new());
    };
    let (seen, to) = (
        reservation.state.get(Field::Quantity).map(str::to_owned),
        Some((1 + random.below(5)).to_string()),
    );
    if seen == to {
        return Ok(Vec::new());
    }
    let change = Change::Set(BTreeMap::from([(Field::Quantity, FieldChange { seen, to })]));
    Ok(vec![Draft {
        kind: EntityKind::Reservation,
        entity: reservation.id,
        change,
    }])
}
