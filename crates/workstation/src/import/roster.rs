//! Rows become residents: found on the roster by document, or by name with home or phone; changed or added.

use std::collections::{BTreeMap, HashMap};

use linli_domain::address::{AddressParts, Estates};
use linli_domain::id_document::{self, DocumentKind};
use linli_domain::import::{Column, Problem, ProblemCode, Severity};
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::phone;
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
                    let mut fields = row.fields;
                    keep_known_numbers(resident, &mut fields, &mut plan.problems);
                    update(resident, &fields, only, &mut homes, &mut people)
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

/// Leaves out a row's numbers that say less than the known person's: no real ID number against one, its form from before
/// 1999, what is no phone against one. What is said about the row says so, too.
fn keep_known_numbers(resident: &Resident, fields: &mut BTreeMap<Column, String>, problems: &mut [Problem]) {
    let kind = |code: Option<&String>| code.and_then(|code| DocumentKind::parse(code));
    let (kind_known, stated) = (kind(resident.document_kind.as_ref()), kind(fields.get(&Column::DocumentKind)));
    let known_number = resident.document_number.as_deref();
    // 无证件 of somebody whose document is known.
    if stated == Some(DocumentKind::Missing) && known_number.is_some_and(|n| id_document::identifies(kind_known, n)) {
        fields.remove(&Column::DocumentKind);
    }
    let less = |column: Column, new: &str| match column {
        Column::DocumentNumber => {
            known_number.is_some_and(|known| id_document::says_less((kind_known, known), (stated, new)))
        }
        Column::Phone => is_worse(resident.phone.as_deref(), new),
        Column::SecondPhone => is_worse(resident.second_phone.as_deref(), new),
        _ => false,
    };
    let codes = [
        (Column::DocumentNumber, ProblemCode::DocumentInvalid),
        (Column::Phone, ProblemCode::PhoneInvalid),
        (Column::SecondPhone, ProblemCode::PhoneInvalid),
    ];
    for (column, code) in codes {
        let Some(new) = fields.get(&column).filter(|new| less(column, new)).cloned() else { continue };
        fields.remove(&column);
        if column == Column::DocumentNumber {
            fields.remove(&Column::DocumentKind);
        }
        let told = problems.iter_mut().filter(|problem| problem.code == code && problem.value.contains(new.as_str()));
        told.for_each(|problem| problem.severity = Severity::Error);
    }
}

/// Whether a phone is none, against a known one.
fn is_worse(known: Option<&str>, new: &str) -> bool {
    known.is_some_and(|known| phone::check(known).is_ok()) && phone::check(new).is_err()
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
