//! Rows become residents: found on the roster by document, or by name with home or phone; changed or added.

use std::collections::{BTreeMap, HashMap};

use linli_domain::address::AddressParts;
use linli_domain::import::{Column, ImportRow};
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_store::{Draft, Resident};

use super::plan::{Plan, PlannedRow};
use crate::api::import::RowAction;
use crate::roster::{Roster, changes, household_created};
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
    made: HashMap<String, EntityId>,
    drafts: Vec<Draft>,
}

impl Homes<'_> {
    fn at(&mut self, address: &AddressParts, number: Option<String>) -> Option<EntityId> {
        let key = address.key()?;
        if let Some(known) = self.roster.household_at(address).or_else(|| self.made.get(&key).copied()) {
            return Some(known);
        }
        let entity = new_id();
        self.made.insert(key, entity);
        let change = household_created(address, number);
        self.drafts.push(Draft { kind: EntityKind::Household, entity, change });
        Some(entity)
    }
}

/// Plans the import of residents. `only`: fields that are updated on people already known.
pub(super) fn plan(ws: &Workstation, rows: Vec<ImportRow>, only: Option<&[Column]>) -> Result<Plan, Error> {
    let roster = ws.roster()?;
    let mut homes = Homes { roster: &roster, made: HashMap::new(), drafts: Vec::new() };
    let mut people = Vec::new();
    let mut planned = Vec::with_capacity(rows.len());
    for row in rows {
        let mut plan = PlannedRow { row: row.row, action: RowAction::Skip, resident: None, problems: row.problems };
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
        (Field::Note, note(fields)),
    ]);
    let draft = |change| Draft { kind: EntityKind::Resident, entity, change };
    people.push(draft(created(values)));
    people.extend(tags(fields).map(Change::AddTag).map(draft));
}

/// An address that could not be split is kept with the remark: nothing of the sheet is lost.
fn note(fields: &BTreeMap<Column, String>) -> Option<String> {
    let whole = fields.get(&Column::Address).map(|address| format!("现住地址：{address}"));
    let parts: Vec<String> = [fields.get(&Column::Note).cloned(), whole].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("；"))
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
    if wanted(Column::Room)
        && let Some(home) = homes.at(&address(fields), fields.get(&Column::HouseholdNumber).cloned())
    {
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
