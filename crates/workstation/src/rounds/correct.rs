//! Correcting a reservation, and taking a registration back: at once at the counter, or later from the queue.

use std::collections::BTreeMap;

use linli_domain::operation::{Action, Change, FieldChange};
use linli_domain::phone;
use linli_domain::record::Field;
use linli_domain::reservation::{CORRECTABLE, Reservation};
use linli_domain::round::RoundDefinition;
use linli_domain::smart_check::Finding;
use linli_domain::writing::{placed, quoted};
use linli_store::Draft;

use super::{finding_rows, found};
use crate::api::rounds::{CorrectRequest, Correctable, Corrected, WithdrawRequest};
use crate::api::{Done, Said};
use crate::named::{FormField, Thing, Unfit};
use crate::queue::missing;
use crate::session::{named, required};
use crate::workstation::{done, id};
use crate::{Error, Workstation, queue};

/// Correctable fields, with how the request names them.
const NAMES: [(Field, &str); CORRECTABLE.len()] = [
    (Field::Name, "name"),
    (Field::Phone, "phone"),
    (Field::Quantity, "quantity"),
    (Field::PickUp, "pick_up"),
    (Field::Note, "note"),
];

/// What may be corrected now.
pub(super) fn correctable(state: &Reservation) -> Correctable {
    let may = NAMES.iter().filter(|(field, _)| state.may_correct(*field).is_ok());
    Correctable {
        fields: may.map(|(_, name)| (*name).to_owned()).collect(),
        why_not: state.may_correct(Field::Quantity).err().map(|why| why.said()),
    }
}

/// Changes what may still be changed. What is asked for as it is already is nothing.
pub(crate) fn reservation_correct(ws: &Workstation, request: CorrectRequest) -> Result<Corrected, Error> {
    let entity = id(Thing::Reservation, &request.id)?;
    let written = ws.write(Action::ReservationChanged, |view| {
        let reservation = queue::one::<Reservation>(view, entity)?;
        let round = view
            .round(reservation.state.round)?
            .ok_or(Error::NotFound { thing: Thing::Round })?;
        let changes = changes(&reservation.state, &round.definition, &request)?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![Draft::on::<Reservation>(entity, Change::Set(changes))])
    })?;
    let reservation = queue::one::<Reservation>(ws.store().view(), entity)?;
    let view = ws.round(reservation.state.round)?;
    let place = view.place(entity).ok_or_else(missing::<Reservation>)?;
    Ok(Corrected {
        reservation: view.row(place).ok_or_else(missing::<Reservation>)?,
        findings: finding_rows(&view.findings[place]),
        batch: written.batch,
    })
}

/// The fields that become something else, each with the value seen.
fn changes(
    state: &Reservation,
    round: &RoundDefinition,
    request: &CorrectRequest,
) -> Result<BTreeMap<Field, FieldChange>, Error> {
    let mut changes = BTreeMap::new();
    let mut set = |field: Field, to: Option<String>| -> Result<(), Error> {
        let seen = state.get(field).map(str::to_owned);
        if seen != to {
            state.may_correct(field)?;
            changes.insert(field, FieldChange { seen, to });
        }
        Ok(())
    };
    let text = |typed: &str| Some(placed(typed).trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(name) = &request.name {
        set(Field::Name, Some(named(FormField::Name, name)?.to_owned()))?;
    }
    if let Some(typed) = &request.phone {
        let checked = text(typed).map(|typed| phone::check(&typed)).transpose();
        let checked = checked.map_err(|problem| {
            let why = found(&Finding::PhoneWrong(problem));
            Error::invalid(FormField::Phone, why)
        })?;
        set(Field::Phone, checked.map(|phone| phone.as_str().to_owned()))?;
    }
    if let Some(quantity) = request.quantity {
        let (min, max) = (1, RoundDefinition::MAX_QUANTITY);
        if !(min..=max).contains(&quantity) {
            return Err(Error::unfit(FormField::Quantity, &Unfit::OutOfRange { min, max }));
        }
        set(Field::Quantity, Some(quantity.to_string()))?;
    }
    if let Some(point) = &request.pick_up {
        if !round.pick_ups.iter().any(|known| known.name == *point) {
            return Err(Error::unfit(
                FormField::PickUp,
                &Unfit::NoSuchPickUp {
                    point: quoted(point).into_owned(),
                },
            ));
        }
        set(Field::PickUp, Some(point.clone()))?;
    }
    if let Some(note) = &request.note {
        set(Field::Note, text(note))?;
    }
    Ok(changes)
}

/// Takes a registration back, with a reason: its voucher is void, and its home or person may be registered anew.
pub(crate) fn reservation_withdraw(ws: &Workstation, request: WithdrawRequest) -> Result<Done, Error> {
    let entity = id(Thing::Reservation, &request.id)?;
    let reason = required(FormField::WithdrawalReason, &request.reason)?.to_owned();
    let written = ws.write(Action::SteppedBack, |view| {
        let reservation = queue::one::<Reservation>(view, entity)?;
        let facts = reservation.state.withdrawal(&reason)?.into_iter();
        Ok(facts.map(|fact| Draft::on::<Reservation>(entity, fact)).collect())
    })?;
    Ok(done(written))
}
