//! Rows become reservations of a round, matched with the roster. Each row is an application of its own; the same
//! row imported again (same person, same time, or none both times) is not.

use std::collections::{BTreeMap, HashSet};

use linli_domain::address::AddressParts;
use linli_domain::id_document::{self, DocumentKind};
use linli_domain::import::Column;
use linli_domain::operation::{Action, Change, EntityId};
use linli_domain::record::Field;
use linli_domain::reservation::{Registration, Reservation};
use linli_store::{Draft, Resident, View};

use super::plan::{Plan, ReadRow};
use super::roster::address;
use crate::api::import::RowAction;
use crate::jobs::Progress;
use crate::named::Thing;
use crate::roster::Roster;
use crate::rounds::{RoundView, last_number, match_person, number};
use crate::workstation::id;
use crate::{Error, Workstation};

/// Where an imported registration came from, where the sheet does not say.
const IMPORTED: &str = "导入";

/// What makes an application the same as another: name, number, phone and time.
type Identity = [String; 4];

fn identity(parts: [Option<&str>; 4]) -> Identity {
    let mut identity = parts.map(|text| text.unwrap_or_default().to_owned());
    identity[1] = id_document::key(&identity[1]);
    identity
}

/// Whether there is enough in it to say so: a name alone is borne by many.
fn tells_apart([_, document, phone, at]: &Identity) -> bool {
    !at.is_empty() || !document.is_empty() || !phone.is_empty()
}

/// Plans the import of reservations.
pub(super) fn plan(ws: &Workstation, rows: Vec<ReadRow>, round: &str, progress: &Progress) -> Result<Plan, Error> {
    let view = ws.round(id(Thing::Round, round)?)?;
    let of = |state: &Reservation| {
        identity([Field::Name, Field::DocumentNumber, Field::Phone, Field::RegisteredAt].map(|field| state.get(field)))
    };
    let known: HashSet<Identity> = view
        .reservations
        .iter()
        .map(|reservation| of(&reservation.state))
        .collect();
    let roster = ws.roster()?;
    let mut drafts = Vec::new();
    let mut planned = Vec::with_capacity(rows.len());
    for row in rows {
        progress.step()?;
        let (mut plan, row) = row.begun();
        let get = |column| row.fields.get(&column).map(String::as_str);
        let key = identity(
            [
                Column::Name,
                Column::DocumentNumber,
                Column::Phone,
                Column::RegisteredAt,
            ]
            .map(get),
        );
        if row.skipped {
            // As it is.
        } else if tells_apart(&key) && known.contains(&key) {
            plan.action = RowAction::Unchanged;
        } else {
            let (matched, change) = registered(&roster, &view, &row.fields);
            plan.action = RowAction::Add;
            plan.resident = matched.map(|id| id.to_string());
            drafts.push(Draft::on::<Reservation>(ws.new_id(), change));
        }
        planned.push(plan);
    }
    Ok(Plan {
        action: Action::ReservationsImported,
        rows: planned,
        drafts,
        households: 0,
    })
}

/// Whose a row is, as far as the roster knows, and the reservation that it becomes.
fn registered(roster: &Roster, view: &RoundView, fields: &BTreeMap<Column, String>) -> (Option<EntityId>, Change) {
    let get = |column| fields.get(&column).cloned();
    let person = Resident {
        name: get(Column::Name),
        document_kind: get(Column::DocumentKind),
        document_number: get(Column::DocumentNumber),
        phone: get(Column::Phone),
        ..Resident::default()
    };
    let address = address(fields);
    let at = roster.household_at(&address);
    let matched = match_person(roster, &person, at);
    let home = matched
        .and_then(|id| roster.residents.get(&id))
        .and_then(|resident| resident.household);
    // Kept where there are no parts that say the same.
    let whole = get(Column::Address).filter(|_| address.building.is_none() && address.estate.is_none());
    let household = at.or(home.filter(|home| {
        // What says no home does not move anybody out of his.
        let at = roster.households.get(home).and_then(|home| home.room.clone());
        address.key().is_none() && (address.room.is_none() || address.room == at)
    }));
    let address = roster.as_known(address);
    let guessed = || {
        person
            .document_number
            .as_deref()
            .map(|n| DocumentKind::guess(n).code().to_owned())
    };
    let kind = person.document_kind.clone().or_else(guessed);
    let registration = Registration {
        number: None,
        resident: matched,
        household,
        name: person.name,
        document_kind: kind,
        document_number: person.document_number,
        phone: person.phone,
        address: AddressParts {
            room: address.room.or(whole),
            ..address
        },
        quantity: get(Column::Quantity),
        registered_at: get(Column::RegisteredAt),
        source: get(Column::Source).unwrap_or_else(|| IMPORTED.to_owned()),
        pick_up: None,
        note: get(Column::Note),
    };
    (matched, registration.change(view.id, &view.definition))
}

/// Gives the new reservations their numbers, inside the transaction that writes them.
pub(super) fn numbered(view: View<'_>, mut drafts: Vec<Draft>) -> Result<Vec<Draft>, Error> {
    let letter = view.device_letter()?;
    let mut last = None;
    for draft in &mut drafts {
        let Change::Create(fields) = &mut draft.change else {
            continue;
        };
        let round = fields.get(&Field::Round).and_then(|text| text.parse().ok());
        let Some(round) = round else { continue };
        let next = match last {
            Some(last) => last + 1,
            None => last_number(view, round, &letter)? + 1,
        };
        last = Some(next);
        fields.insert(Field::Number, number(&letter, next));
    }
    Ok(drafts)
}
