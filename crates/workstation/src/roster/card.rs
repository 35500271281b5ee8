//! A person's card, clear values on request, and remarks.

use linli_domain::mask;
use linli_domain::operation::{Action, Change, EntityId, EntityKind, Note};
use linli_domain::order::Order;
use linli_domain::record::{Field, Record};
use linli_domain::smart_check::Finding;
use linli_domain::task::Task;
use linli_store::{Draft, ReservationState, Resident};

use super::find::document_problem;
use super::{duplicates_of, kind_of};
use crate::api::roster::{AddNote, ResidentCard, ResidentFields, RevealRequest, Revealed};
use crate::api::{ById, Done};
use crate::named::{FormField, Thing};
use crate::session::required;
use crate::workstation::{done, id};
use crate::{Error, Workstation, rounds, timeline};

/// Everything about one person.
pub(crate) fn resident_card(ws: &Workstation, request: ById) -> Result<ResidentCard, Error> {
    let wanted = id(Thing::Resident, &request.id)?;
    let today = ws.today();
    let (resident, merged, mut reservations, unnamed) = {
        let store = ws.store();
        let view = store.view();
        let resident = view
            .resident(wanted)?
            .ok_or(Error::NotFound { thing: Thing::Resident })?;
        let merged = view.residents_merged_into(wanted)?;
        let reservations = view.reservations_for(Some(wanted), resident.household)?;
        let name = resident.name.as_deref();
        let unnamed = name.map(|name| view.reservations_that_say(name)).transpose()?;
        (resident, merged, reservations, unnamed.unwrap_or_default())
    };
    {
        let roster = ws.roster()?;
        let theirs = |one: &ReservationState| rounds::is_recognised_as(&roster, &one.state, wanted);
        // Of the home, it is here already.
        let new = |one: &ReservationState| reservations.iter().all(|known| known.id != one.id);
        let recognised: Vec<_> = unnamed.into_iter().filter(|one| new(one) && theirs(one)).collect();
        reservations.extend(recognised);
        reservations.sort_by(|one, other| other.order().cmp(&one.order()));
    }
    let mut entities: Vec<EntityId> = merged.iter().filter_map(|resident| resident.id).collect();
    entities.push(wanted);
    entities.extend(reservations.iter().map(|reservation| reservation.id));
    entities.extend(ws.tasks_about(&[wanted])?);
    entities.extend(ws.orders_about(&[wanted], None)?);
    let timeline = timeline::Reader::new(ws, &ws.store())?.of_entities(&entities)?;
    let reservations = rounds::rows_of(ws, &reservations)?;
    let roster = ws.roster()?;
    let members = resident
        .household
        .and_then(|home| roster.people_of.get(&home))
        .cloned()
        .unwrap_or_default();
    Ok(ResidentCard {
        row: roster.row(&resident, today),
        fields: masked_fields(&resident),
        document_problem: document_problem(&resident, today)
            .map(|problem| rounds::found(&Finding::DocumentWrong(problem))),
        household_members: members
            .iter()
            .filter(|member| **member != wanted)
            .filter_map(|member| roster.residents.get(member))
            .map(|member| roster.row(member, today))
            .collect(),
        household: resident
            .household
            .and_then(|id| roster.households.get(&id))
            .map(|h| roster.household_row(h)),
        duplicates: duplicates_of(&roster, &resident, today),
        merged: merged.iter().map(|merged| roster.row(merged, today)).collect(),
        reservations,
        timeline,
    })
}

fn masked_fields(resident: &Resident) -> ResidentFields {
    ResidentFields {
        name: resident.name.clone(),
        sex: resident.sex.clone(),
        birth_date: resident.birth_date.clone(),
        document_kind: Some(kind_of(resident)),
        document_number: resident.document_number.as_deref().map(mask::document),
        phone: resident.phone.as_deref().map(mask::phone),
        second_phone: resident.second_phone.as_deref().map(mask::phone),
        registered_address: resident.registered_address.clone(),
        relation: resident.relation.clone(),
        contact: resident.contact.clone(),
        note: resident.note.clone(),
        household: resident.household.map(|id| id.to_string()),
        address: None,
    }
}

/// Clear values of a resident, a reservation, a task or an order: recorded before they leave.
pub(crate) fn resident_reveal(ws: &Workstation, request: RevealRequest) -> Result<Revealed, Error> {
    let wanted = id(Thing::Resident, &request.id)?;
    let (kind, revealed) = {
        let store = ws.store();
        let view = store.view();
        if let Some(resident) = view.resident(wanted)? {
            let revealed = Revealed {
                document_number: resident.document_number,
                phone: resident.phone,
                second_phone: resident.second_phone,
            };
            (EntityKind::Resident, revealed)
        } else if let Some(reservation) = view.reservation(wanted)? {
            (EntityKind::Reservation, numbers(&reservation.state.record))
        } else if let Some(task) = view.item::<Task>(wanted)? {
            (EntityKind::Task, numbers(&task.state.record))
        } else {
            let order = view.item::<Order>(wanted)?;
            let order = order.ok_or(Error::NotFound { thing: Thing::Resident })?;
            (EntityKind::Order, numbers(&order.state.record))
        }
    };
    ws.record(Action::Revealed, kind, wanted, Note::Revealed)?;
    Ok(revealed)
}

fn numbers(record: &Record) -> Revealed {
    let get = |field| record.get(field).map(str::to_owned);
    Revealed {
        document_number: get(Field::DocumentNumber),
        phone: get(Field::Phone),
        second_phone: None,
    }
}

/// Writes a remark on a person's, household's, reservation's, task's or order's timeline.
pub(crate) fn note_add(ws: &Workstation, request: AddNote) -> Result<Done, Error> {
    let wanted = id(Thing::Resident, &request.id)?;
    let text = required(FormField::Note, &request.text)?.to_owned();
    let written = ws.write(Action::NoteWritten, |view| {
        let kind = if view.resident(wanted)?.is_some() {
            EntityKind::Resident
        } else if view.household(wanted)?.is_some() {
            EntityKind::Household
        } else if view.reservation(wanted)?.is_some() {
            EntityKind::Reservation
        } else if view.item::<Task>(wanted)?.is_some() {
            EntityKind::Task
        } else if view.item::<Order>(wanted)?.is_some() {
            EntityKind::Order
        } else {
            return Err(Error::NotFound { thing: Thing::Record });
        };
        Ok(vec![Draft {
            kind,
            entity: wanted,
            change: Change::Noted(Note::Text(text)),
        }])
    })?;
    Ok(done(written))
}
