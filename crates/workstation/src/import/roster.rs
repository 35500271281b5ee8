//! Rows become residents: found on the roster by document, or by name with home or phone; changed or added.

use std::collections::{BTreeMap, HashMap};

use linli_domain::address::{AddressParts, Estates};
use linli_domain::import::Column;
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_store::{Draft, Resident};

use super::plan::{Plan, ReadRow};
use crate::api::import::RowAction;
use crate::jobs::Progress;
use crate::roster::{Roster, changes, household_created, parts};
use crate::rounds::match_person;
use crate::workstation::new_id;
use crate::{Error, Workstation};

/// Columns that become fields of the person.
const FIELDS: [(Column, Field); 10] = [
    (Column::Name, Field::Name),
    (Column::Sex, Field::Sex),
    (Column::BirthDate, Field::BirthDate),
    (Column::DocumentKind, Field::DocumentKind),
    (Column::DocumentNumber, Field::DocumentNumber),
    (Column::Phone, Field::Phone),
    (Column::SecondPhone, Field::SecondPhone),
    (Column::RegisteredAddress, Field::RegisteredAddress),
    (Column::Relation, Field::Relation),
    (Column::Note, Field::Note),
];

/// Households on the roster and those this import makes.
struct Homes<'r> {
    roster: &'r Roster,
    /// Those of the roster and of the sheet: one writing for each.
    estates: Estates,
    made: HashMap<String, EntityId>,
    drafts: Vec<Draft>,
}

impl Homes<'_> {
    fn at(&mut self, address: &AddressParts, number: Option<String>) -> Option<EntityId> {
        let address = self.estates.in_full(address.clone());
        let key = address.key()?;
        if let Some(known) = self.roster.household_at(&address).or_else(|| self.made.get(&key).copied()) {
            return Some(known);
        }
        let entity = new_id();
        self.made.insert(key, entity);
        let change = household_created(&address, number);
        self.drafts.push(Draft { kind: EntityKind::Household, entity, change });
        Some(entity)
    }
}

/// Plans the import of residents. `only`: fields that are updated on people already known.
pub(super) fn plan(
    ws: &Workstation,
    rows: Vec<ReadRow>,
    only: Option<&[Column]>,
    progress: &Progress,
) -> Result<Plan, Error> {
    let roster = ws.roster()?;
    let estates = roster.estates_with(rows.iter().filter_map(|row| row.import.fields.get(&Column::Estate)));
    let mut homes = Homes { roster: &roster, estates, made: HashMap::new(), drafts: Vec::new() };
    let mut people = Vec::new();
    let mut planned = Vec::with_capacity(rows.len());
    for row in rows {
        progress.step()?;
        let (mut plan, row) = row.begun();
        if !row.skipped {
            let known = known(&roster, &row.fields);
            plan.action = match known {
                Some(resident) => {
                    plan.resident = resident.id.map(|id| id.to_string());
                    update(resident, &row.fields, only, &mut homes, &mut people)
                }
                None => {
                    add(&row.fields, &mut homes, &mut people);
                    RowAction::Add
                }
            };
        }
        planned.push(plan);
    }
    let households = homes.made.len();
    let mut drafts = homes.drafts;
    drafts.extend(people);
    Ok(Plan { action: Action::RosterImported, rows: planned, drafts, households })
}

/// The address a row gives.
pub(super) fn address(fields: &BTreeMap<Column, String>) -> AddressParts {
    let get = |column| fields.get(&column).cloned();
    AddressParts {
        estate: get(Column::Estate),
        building: get(Column::Building),
        unit: get(Column::Unit),
        room: get(Column::Room),
    }
}

fn known<'r>(roster: &'r Roster, fields: &BTreeMap<Column, String>) -> Option<&'r Resident> {
    let person = Resident {
        name: fields.get(&Column::Name).cloned(),
        document_kind: fields.get(&Column::DocumentKind).cloned(),
        document_number: fields.get(&Column::DocumentNumber).cloned(),
        phone: fields.get(&Column::Phone).cloned(),
        ..Resident::default()
    };
    roster.residents.get(&match_person(roster, &person, Some(&address(fields)))?)
}

fn tags(fields: &BTreeMap<Column, String>) -> impl Iterator<Item = String> + '_ {
    fields.get(&Column::Tags).into_iter().flat_map(|tags| tags.split('、')).map(str::to_owned)
}

fn add(fields: &BTreeMap<Column, String>, homes: &mut Homes<'_>, people: &mut Vec<Draft>) {
    let address = address(fields);
    let home = homes.at(&address, fields.get(&Column::HouseholdNumber).cloned());
    let entity = new_id();
    let values = FIELDS.iter().map(|(column, field)| (*field, fields.get(column).cloned())).chain([
        (Field::Household, home.map(|home| home.to_string())),
        (Field::Area, address.building.filter(|_| home.is_some())),
        (Field::Note, note(None, fields.get(&Column::Note), fields.get(&Column::Address))),
    ]);
    let draft = |change| Draft { kind: EntityKind::Resident, entity, change };
    people.push(draft(created(values)));
    people.extend(tags(fields).map(Change::AddTag).map(draft));
}

/// What stands before an address that says no home, in the remark.
const WHOLE_ADDRESS: &str = "现住地址：";

/// The remark with an address that says no home: nothing of the sheet is lost, and the same sheet read again changes
/// nothing. A remark of the sheet takes the place of what was remarked `before`, an address that of the one before.
fn note(before: Option<&str>, remark: Option<&String>, whole: Option<&String>) -> Option<String> {
    let (addresses, remarks): (Vec<&str>, Vec<&str>) =
        before.into_iter().flat_map(|before| before.split('；')).partition(|part| part.starts_with(WHOLE_ADDRESS));
    let remarks = remark.map_or_else(|| remarks.join("；"), Clone::clone);
    let addresses = whole.map_or_else(|| addresses.join("；"), |whole| format!("{WHOLE_ADDRESS}{whole}"));
    let parts: Vec<String> = [remarks, addresses].into_iter().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join("；"))
}

/// The address of a row that is to be kept with the remark: one that says no home. Where the person's home says the same
/// and more, there is nothing to keep.
fn whole_of<'f>(fields: &'f BTreeMap<Column, String>, home: Option<&AddressParts>) -> Option<&'f String> {
    let said = address(fields);
    let agrees = |said: &Option<String>, home: &Option<String>| said.is_none() || said == home;
    let known = home.is_some_and(|home| {
        said != AddressParts::default()
            && agrees(&said.estate, &home.estate)
            && agrees(&said.building, &home.building)
            && agrees(&said.unit, &home.unit)
            && agrees(&said.room, &home.room)
    });
    fields.get(&Column::Address).filter(|_| !known)
}

fn update(
    resident: &Resident,
    fields: &BTreeMap<Column, String>,
    only: Option<&[Column]>,
    homes: &mut Homes<'_>,
    people: &mut Vec<Draft>,
) -> RowAction {
    let Some(entity) = resident.id else { return RowAction::Skip };
    let wanted = |column: Column| only.is_none_or(|only| only.contains(&column));
    let mut values: BTreeMap<Field, Option<String>> = FIELDS
        .iter()
        .filter(|(column, _)| wanted(*column))
        .filter_map(|(column, field)| Some((*field, Some(fields.get(column)?.clone()))))
        .collect();
    let place = only.is_none_or(|only| only.iter().any(|column| column.is_place()));
    let remark = fields.get(&Column::Note).filter(|_| wanted(Column::Note));
    let at_home = resident.household.and_then(|home| homes.roster.households.get(&home)).map(parts);
    let whole = whole_of(fields, at_home.as_ref()).filter(|_| place);
    if remark.is_some() || whole.is_some() {
        values.insert(Field::Note, note(resident.note.as_deref(), remark, whole));
    }
    if place && let Some(home) = homes.at(&address(fields), fields.get(&Column::HouseholdNumber).cloned()) {
        values.insert(Field::Household, Some(home.to_string()));
    }
    let draft = |change| Draft { kind: EntityKind::Resident, entity, change };
    let before = people.len();
    people.extend(changes(resident, values).map(draft));
    if wanted(Column::Tags) {
        let new = tags(fields).filter(|tag| !resident.tags.contains(tag));
        people.extend(new.map(Change::AddTag).map(draft));
    }
    if people.len() == before { RowAction::Unchanged } else { RowAction::Update }
}
