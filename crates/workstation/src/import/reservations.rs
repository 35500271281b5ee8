//! Rows become reservations of a round, matched with the roster. Each row is an application of its own; the same
//! row imported again (same person, same time) is not.

use std::collections::HashSet;

use linli_domain::id_document::DocumentKind;
use linli_domain::import::Column;
use linli_domain::operation::{Action, Change, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_store::{Draft, Resident, View};

use super::plan::{Plan, ReadRow};
use super::roster::address;
use crate::api::import::RowAction;
use crate::jobs::Progress;
use crate::rounds::{last_number, match_person, number};
use crate::workstation::{id, new_id};
use crate::{Error, Workstation};

/// Where an imported registration came from, where the sheet does not say.
const IMPORTED: &str = "导入";

/// Plans the import of reservations.
pub(super) fn plan(ws: &Workstation, rows: Vec<ReadRow>, round: &str, progress: &Progress) -> Result<Plan, Error> {
    let view = ws.round(id("轮次", round)?)?;
    let identity = |name: Option<&str>, document: Option<&str>, phone: Option<&str>, at: Option<&str>| {
        [name, document, phone, at].map(|text| text.unwrap_or_default().to_owned())
    };
    let known: HashSet<[String; 4]> = view
        .reservations
        .iter()
        .map(|reservation| {
            let get = |field| reservation.state.get(field);
            identity(get(Field::Name), get(Field::DocumentNumber), get(Field::Phone), get(Field::RegisteredAt))
        })
        .collect();
    let roster = ws.roster()?;
    let mut drafts = Vec::new();
    let mut planned = Vec::with_capacity(rows.len());
    for row in rows {
        progress.step()?;
        let (mut plan, row) = row.begun();
        let get = |column| row.fields.get(&column).cloned();
        let key = identity(
            get(Column::Name).as_deref(),
            get(Column::DocumentNumber).as_deref(),
            get(Column::Phone).as_deref(),
            get(Column::RegisteredAt).as_deref(),
        );
        if row.skipped {
            planned.push(plan);
            continue;
        }
        if get(Column::RegisteredAt).is_some() && known.contains(&key) {
            plan.action = RowAction::Unchanged;
            planned.push(plan);
            continue;
        }
        let person = Resident {
            name: get(Column::Name),
            document_kind: get(Column::DocumentKind),
            document_number: get(Column::DocumentNumber),
            phone: get(Column::Phone),
            ..Resident::default()
        };
        let address = address(&row.fields);
        let matched = match_person(&roster, &person, Some(&address));
        let home = matched.and_then(|id| roster.residents.get(&id)).and_then(|resident| resident.household);
        // Kept where there are no parts that say the same.
        let whole = get(Column::Address).filter(|_| address.building.is_none() && address.estate.is_none());
        let household = roster.household_at(&address).or(home.filter(|home| {
            // What says no home does not move anybody out of his.
            let at = roster.households.get(home).and_then(|home| home.room.clone());
            address.key().is_none() && (address.room.is_none() || address.room == at)
        }));
        let address = roster.as_known(address);
        let kind = get(Column::DocumentKind)
            .or_else(|| person.document_number.as_deref().map(|n| DocumentKind::guess(n).code().to_owned()));
        let pick_up = view.definition.pick_up_for(address.building.as_deref()).map(|point| point.name.clone());
        let change = created([
            (Field::Round, Some(round.to_owned())),
            (Field::Resident, matched.map(|id| id.to_string())),
            (Field::Household, household.map(|id| id.to_string())),
            (Field::Name, person.name),
            (Field::DocumentKind, kind),
            (Field::DocumentNumber, person.document_number),
            (Field::Phone, person.phone),
            (Field::Estate, address.estate),
            (Field::Building, address.building),
            (Field::Unit, address.unit),
            (Field::Room, address.room.or(whole)),
            (Field::Quantity, get(Column::Quantity)),
            (Field::RegisteredAt, get(Column::RegisteredAt)),
            (Field::Source, Some(get(Column::Source).unwrap_or_else(|| IMPORTED.to_owned()))),
            (Field::PickUp, pick_up),
            (Field::Note, get(Column::Note)),
        ]);
        plan.action = RowAction::Add;
        plan.resident = matched.map(|id| id.to_string());
        drafts.push(Draft { kind: EntityKind::Reservation, entity: new_id(), change });
        planned.push(plan);
    }
    Ok(Plan { action: Action::ReservationsImported, rows: planned, drafts, households: 0 })
}

/// Gives the new reservations their numbers, inside the transaction that writes them.
pub(super) fn numbered(view: View<'_>, mut drafts: Vec<Draft>) -> Result<Vec<Draft>, Error> {
    let letter = view.device_letter()?;
    let mut last = None;
    for draft in &mut drafts {
        let Change::Create(fields) = &mut draft.change else { continue };
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
