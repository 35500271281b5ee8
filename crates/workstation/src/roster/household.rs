//! A household's card and its data.

use std::collections::BTreeMap;

use linli_domain::address::AddressParts;
use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_domain::writing::quoted;
use linli_store::{Draft, Household};

use super::save::household_created;
use crate::api::roster::{HouseholdCard, HouseholdSave};
use crate::api::{ById, Done};
use crate::named::{FormField, Thing};
use crate::workstation::{done, id};
use crate::{Error, Workstation, rounds, timeline};

/// Everything about one household, with what happened to its people.
pub(crate) fn household_card(ws: &Workstation, request: ById) -> Result<HouseholdCard, Error> {
    let wanted = id(Thing::Household, &request.id)?;
    let today = ws.today();
    let living = ws.store().view().residents_of(wanted)?;
    let living: Vec<EntityId> = living.iter().filter_map(|resident| resident.id).collect();
    let mut about = ws.tasks_about(&living)?;
    about.extend(ws.orders_about(&living, Some(wanted))?);
    let (household, reservations, timeline) = {
        let store = ws.store();
        let view = store.view();
        let household = view.household(wanted)?.ok_or(Error::NotFound {
            thing: Thing::Household,
        })?;
        let reservations = view.reservations_for(None, Some(wanted))?;
        let mut entities: Vec<EntityId> = living.into_iter().chain(about).collect();
        entities.push(wanted);
        entities.extend(reservations.iter().map(|reservation| reservation.id));
        (
            household,
            reservations,
            timeline::Reader::new(ws, &store)?.of_entities(&entities)?,
        )
    };
    let reservations = rounds::rows_of(ws, &reservations)?;
    let roster = ws.roster()?;
    let people = roster.people_of.get(&wanted).cloned().unwrap_or_default();
    Ok(HouseholdCard {
        row: roster.household_row(&household),
        note: household.note.clone(),
        residents: people
            .iter()
            .filter_map(|person| roster.residents.get(person))
            .map(|person| roster.row(person, today))
            .collect(),
        reservations,
        timeline,
    })
}

/// Adds or changes a household; the address must be new.
pub(crate) fn household_save(ws: &Workstation, request: HouseholdSave) -> Result<Done, Error> {
    let known = request
        .id
        .as_deref()
        .map(|text| id(Thing::Household, text))
        .transpose()?;
    let text = |value: &Option<String>| {
        value
            .as_deref()
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
    };
    let address = AddressParts::from_columns(
        request.estate.as_deref(),
        request.building.as_deref(),
        request.unit.as_deref(),
        request.room.as_deref(),
    );
    if address.room.is_none() {
        return Err(Error::Missing { field: FormField::Room });
    }
    if let Some(other) = ws
        .roster()?
        .household_at(&address)
        .filter(|other| Some(*other) != known)
    {
        let there = ws.roster()?.address(Some(other)).unwrap_or_else(|| address.display());
        return Err(Refusal::HouseholdExists {
            address: quoted(&there).into_owned(),
        }
        .into());
    }
    let (number, note) = (text(&request.number), text(&request.note));
    let written = ws.write(Action::HouseholdSaved, |view| {
        let Some(entity) = known else {
            let Change::Create(mut fields) = household_created(&address, number) else {
                return Ok(Vec::new());
            };
            fields.extend(note.map(|note| (Field::Note, note)));
            return Ok(vec![Draft {
                kind: EntityKind::Household,
                entity: ws.new_id(),
                change: Change::Create(fields),
            }]);
        };
        let before = view.household(entity)?.ok_or(Error::NotFound {
            thing: Thing::Household,
        })?;
        let after = Household {
            id: entity,
            estate: address.estate,
            building: address.building,
            unit: address.unit,
            room: address.room,
            number,
            note,
        };
        Ok(changed(&before, &after)
            .map(|change| Draft {
                kind: EntityKind::Household,
                entity,
                change,
            })
            .into_iter()
            .collect())
    })?;
    Ok(done(written))
}

fn changed(before: &Household, after: &Household) -> Option<Change> {
    let fields = |household: &Household| {
        [
            (Field::Estate, household.estate.clone()),
            (Field::Building, household.building.clone()),
            (Field::Unit, household.unit.clone()),
            (Field::Room, household.room.clone()),
            (Field::Number, household.number.clone()),
            (Field::Note, household.note.clone()),
        ]
    };
    let changes: BTreeMap<Field, FieldChange> = fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|((_, seen), (_, to))| seen != to)
        .map(|((field, seen), (_, to))| (field, FieldChange { seen, to }))
        .collect();
    (!changes.is_empty()).then_some(Change::Set(changes))
}
