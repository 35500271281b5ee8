//! Rows become residents: found on the roster by document, or by name with home or phone; changed or added.

use std::collections::{BTreeMap, HashSet};

use linli_domain::address::{AddressParts, Estates};
use linli_domain::id_document::{self, DocumentKind};
use linli_domain::import::{Column, Problem, ProblemCode, Severity};
use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::person_name;
use linli_domain::phone;
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_store::{Draft, Resident};

use super::plan::{Plan, ReadRow};
use crate::api::import::RowAction;
use crate::jobs::Progress;
use crate::roster::{Roster, changes, household_created, parts};
use crate::rounds::match_person;
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
    ws: &'r Workstation,
    roster: &'r Roster,
    /// Those of the roster and of the sheet: one writing for each.
    estates: Estates,
    /// Every home by where it is among them.
    known: foldhash::HashMap<String, EntityId>,
    /// How many of them this import makes.
    made: usize,
    /// Homes of the roster whose estate the sheet was the first to say.
    told: HashSet<EntityId>,
    drafts: Vec<Draft>,
}

impl<'r> Homes<'r> {
    fn of(ws: &'r Workstation, roster: &'r Roster, rows: &[ReadRow]) -> Homes<'r> {
        let said = || rows.iter().map(|row| address(&row.import.fields));
        let written = roster.estates_with(said().filter_map(|address| address.estate));
        // 齐河路338-12-501 says the road for the lane: it is no estate of its own.
        let estates = roster.estates_with(said().filter_map(|address| written.in_full(address).estate));
        let mut homes = Homes {
            ws,
            roster,
            known: roster.homes_among(&estates),
            estates,
            made: 0,
            told: HashSet::new(),
            drafts: Vec::new(),
        };
        if roster.says_no_estate() && !homes.are_met_in(rows) {
            homes.known = roster.homes_among(&Estates::default());
        }
        homes
    }

    /// Whether anybody of the sheet, known by number or phone, lives where the sheet says once its estate is left out. Else
    /// it may be of another estate with the same house numbers: strangers would become one household.
    fn are_met_in(&self, rows: &[ReadRow]) -> bool {
        rows.iter().map(|row| &row.import.fields).any(|fields| {
            let known = match_person(self.roster, &resident(fields), None);
            let home = known.and_then(|id| self.roster.residents.get(&id)?.household);
            home.is_some() && home == self.find(&address(fields))
        })
    }

    /// The home at an address, on the roster or made by a row before.
    fn find(&self, address: &AddressParts) -> Option<EntityId> {
        self.known.get(&self.estates.in_full(address.clone()).key()?).copied()
    }

    /// The home at an address; a new one where there is none.
    fn at(&mut self, said: &AddressParts, number: Option<String>) -> Option<EntityId> {
        let address = self.estates.in_full(said.clone());
        let key = address.key()?;
        if let Some(known) = self.known.get(&key).copied() {
            if said.estate.is_some() {
                self.tell_estate(known, address.estate);
            }
            return Some(known);
        }
        let entity = self.ws.new_id();
        self.known.insert(key, entity);
        self.made += 1;
        let change = household_created(&address, number);
        self.drafts.push(Draft {
            kind: EntityKind::Household,
            entity,
            change,
        });
        Some(entity)
    }

    /// Whether an address that leaves its estate open is that of a home, which says one.
    fn may_mean(&self, said: &AddressParts, home: AddressParts) -> bool {
        let open = self.estates.in_full(said.clone());
        open.estate.is_none() && home.estate.is_some() && open.key() == AddressParts { estate: None, ..home }.key()
    }

    /// Gives a home of the roster the estate that it does not say and the sheet does.
    fn tell_estate(&mut self, entity: EntityId, estate: Option<String>) {
        let unsaid = self
            .roster
            .households
            .get(&entity)
            .is_some_and(|home| home.estate.is_none());
        if unsaid && self.told.insert(entity) {
            let change = Change::Set([(Field::Estate, FieldChange { seen: None, to: estate })].into());
            self.drafts.push(Draft {
                kind: EntityKind::Household,
                entity,
                change,
            });
        }
    }
}

/// The people this import makes or changes, and what it does to them.
#[derive(Default)]
struct People {
    /// Numbers that more than one row has.
    twice: HashSet<String>,
    /// Who has such a number, as the rows so far leave them.
    met: BTreeMap<EntityId, Resident>,
    drafts: Vec<Draft>,
}

impl People {
    fn of(rows: &[ReadRow]) -> People {
        let repeated = |row: &&ReadRow| {
            row.import
                .problems
                .iter()
                .any(|p| p.code == ProblemCode::DuplicateDocument)
        };
        let number = |row: &ReadRow| Some(id_document::key(row.import.fields.get(&Column::DocumentNumber)?));
        People {
            twice: rows.iter().filter(repeated).filter_map(number).collect(),
            ..People::default()
        }
    }

    /// Whom a row is about: somebody on the roster, or of a row above, as they now are. What is to be said where the
    /// name is another than the known one.
    fn known<'k>(
        &'k self,
        homes: &Homes<'k>,
        fields: &BTreeMap<Column, String>,
    ) -> (Option<&'k Resident>, Option<Told>) {
        let person = resident(fields);
        let home = homes.find(&address(fields));
        let Some(id) = match_person(homes.roster, &person, home) else {
            return (self.met.values().find(|met| is_once_more(met, &person)), None);
        };
        let known = self.met.get(&id).or_else(|| homes.roster.residents.get(&id));
        let names = known.and_then(|known| known.name.clone()).zip(person.name.clone());
        let Some((before, now)) = names.filter(|(one, other)| person_name::key(one) != person_name::key(other)) else {
            return (known, None);
        };
        let same_phone = person.phone.is_some() && known.is_some_and(|known| known.phone == person.phone);
        let same_home = home.is_some() && known.is_some_and(|known| known.household == home);
        match same_phone || same_home || (person.phone.is_none() && home.is_none()) {
            true => (known, Some((ProblemCode::NameReplaced, before, now))),
            false => (None, Some((ProblemCode::NumberOfAnother, before, now))),
        }
    }

    fn change(&mut self, entity: EntityId, change: Change) {
        self.drafts.push(Draft {
            kind: EntityKind::Resident,
            entity,
            change,
        });
    }

    /// Keeps how a row leaves a person, where another row is about them.
    fn meet(&mut self, before: &Resident, values: &BTreeMap<Field, Option<String>>, tags: &[String]) {
        let mut after = before.clone();
        values
            .iter()
            .for_each(|(field, value)| after.set(*field, value.clone()));
        after.tags.extend(tags.iter().cloned());
        let number = after.document_number.as_deref().map(id_document::key);
        if number.is_some_and(|number| self.twice.contains(&number)) {
            self.met.extend(after.id.map(|id| (id, after)));
        }
    }
}

/// Something said about a row: what, the known value and the row's.
type Told = (ProblemCode, String, String);

/// Whether a row is about the person of a row above: the same name with a number that identifies. Another name with it is
/// a slip in one of the two.
fn is_once_more(met: &Resident, person: &Resident) -> bool {
    let kind = person.document_kind.as_deref().and_then(DocumentKind::parse);
    let same = met.document_number.as_deref().zip(person.document_number.as_deref());
    met.name == person.name && same.is_some_and(|(a, b)| id_document::identifies(kind, b) && id_document::is_same(a, b))
}

/// Plans the import of residents. `only`: fields that are updated on people already known.
pub(super) fn plan(
    ws: &Workstation,
    rows: Vec<ReadRow>,
    only: Option<&[Column]>,
    progress: &Progress,
) -> Result<Plan, Error> {
    let roster = ws.roster()?;
    let mut homes = Homes::of(ws, &roster, &rows);
    let mut people = People::of(&rows);
    let mut planned = Vec::with_capacity(rows.len());
    for row in rows {
        progress.step()?;
        let sheet = row.sheet.clone();
        let (mut plan, row) = row.begun();
        if !row.skipped {
            let (known, told) = people.known(&homes, &row.fields);
            plan.problems.extend(told.map(|told| about_row(&sheet, row.row, told)));
            plan.action = match known.cloned() {
                Some(resident) => {
                    let on_roster = resident.id.filter(|id| roster.residents.contains_key(id));
                    plan.resident = on_roster.map(|id| id.to_string());
                    let mut fields = row.fields;
                    keep_known_numbers(&resident, &mut fields, &mut plan.problems);
                    update(&resident, &fields, only, &mut homes, &mut people)
                }
                None => {
                    add(&row.fields, &mut homes, &mut people);
                    RowAction::Add
                }
            };
        }
        planned.push(plan);
    }
    let mut drafts = homes.drafts;
    drafts.extend(people.drafts);
    Ok(Plan {
        action: Action::RosterImported,
        rows: planned,
        drafts,
        households: homes.made,
    })
}

fn about_row(sheet: &str, row: u32, (code, value, became): Told) -> Problem {
    Problem::of_row(sheet, row, (code, Severity::Warning), &value, &became)
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

/// What of a row tells who it is about.
fn resident(fields: &BTreeMap<Column, String>) -> Resident {
    Resident {
        name: fields.get(&Column::Name).cloned(),
        document_kind: fields.get(&Column::DocumentKind).cloned(),
        document_number: fields.get(&Column::DocumentNumber).cloned(),
        phone: fields.get(&Column::Phone).cloned(),
        ..Resident::default()
    }
}

/// Leaves out a row's numbers that say less than the known person's: no real ID number against one, its form from before
/// 1999, what is no phone against one. What is said about the row says so, too.
fn keep_known_numbers(resident: &Resident, fields: &mut BTreeMap<Column, String>, problems: &mut [Problem]) {
    let kind = |code: Option<&String>| code.and_then(|code| DocumentKind::parse(code));
    let (kind_known, stated) = (
        kind(resident.document_kind.as_ref()),
        kind(fields.get(&Column::DocumentKind)),
    );
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
        if !fields.get(&column).is_some_and(|new| less(column, new)) {
            continue;
        }
        fields.remove(&column);
        if column == Column::DocumentNumber {
            fields.remove(&Column::DocumentKind);
        }
        let told = problems
            .iter_mut()
            .filter(|problem| problem.code == code && problem.field == Some(column));
        told.for_each(|problem| problem.severity = Severity::Error);
    }
}

/// Whether a phone is none, against a known one.
fn is_worse(known: Option<&str>, new: &str) -> bool {
    known.is_some_and(|known| phone::check(known).is_ok()) && phone::check(new).is_err()
}

fn tags(fields: &BTreeMap<Column, String>) -> impl Iterator<Item = String> + '_ {
    fields
        .get(&Column::Tags)
        .into_iter()
        .flat_map(|tags| tags.split('、'))
        .map(str::to_owned)
}

fn add(fields: &BTreeMap<Column, String>, homes: &mut Homes<'_>, people: &mut People) {
    let address = address(fields);
    let home = homes.at(&address, fields.get(&Column::HouseholdNumber).cloned());
    let entity = homes.ws.new_id();
    let own = FIELDS
        .iter()
        .map(|(column, field)| (*field, fields.get(column).cloned()));
    let values: BTreeMap<Field, Option<String>> = own
        .chain([
            (Field::Household, home.map(|home| home.to_string())),
            (Field::Area, address.building.filter(|_| home.is_some())),
            (
                Field::Note,
                note(None, fields.get(&Column::Note), fields.get(&Column::Address)),
            ),
        ])
        .collect();
    let tags: Vec<String> = tags(fields).collect();
    people.meet(
        &Resident {
            id: Some(entity),
            ..Resident::default()
        },
        &values,
        &tags,
    );
    people.change(entity, created(values));
    tags.into_iter()
        .for_each(|tag| people.change(entity, Change::AddTag(tag)));
}

/// What stands before an address that says no home, in the remark.
const WHOLE_ADDRESS: &str = "现住地址：";

/// The remark with an address that says no home: nothing of the sheet is lost, and the same sheet read again changes
/// nothing. A remark of the sheet takes the place of what was remarked `before`, an address that of the one before.
fn note(before: Option<&str>, remark: Option<&String>, whole: Option<&String>) -> Option<String> {
    let (addresses, remarks): (Vec<&str>, Vec<&str>) = before
        .into_iter()
        .flat_map(|before| before.split('；'))
        .partition(|part| part.starts_with(WHOLE_ADDRESS));
    let remarks = remark.map_or_else(|| remarks.join("；"), Clone::clone);
    let addresses = whole.map_or_else(|| addresses.join("；"), |whole| format!("{WHOLE_ADDRESS}{whole}"));
    let parts: Vec<String> = [remarks, addresses]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
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
    people: &mut People,
) -> RowAction {
    let Some(entity) = resident.id else {
        return RowAction::Skip;
    };
    let wanted = |column: Column| only.is_none_or(|only| only.contains(&column));
    let mut values: BTreeMap<Field, Option<String>> = FIELDS
        .iter()
        .filter(|(column, _)| wanted(*column))
        .filter_map(|(column, field)| Some((*field, Some(fields.get(column)?.clone()))))
        .collect();
    let place = only.is_none_or(|only| only.iter().any(|column| column.is_place()));
    let remark = fields.get(&Column::Note).filter(|_| wanted(Column::Note));
    let at_home = resident
        .household
        .and_then(|home| homes.roster.households.get(&home))
        .map(parts);
    let whole = whole_of(fields, at_home.as_ref()).filter(|_| place);
    if remark.is_some() || whole.is_some() {
        values.insert(Field::Note, note(resident.note.as_deref(), remark, whole));
    }
    let said = address(fields);
    let stays = at_home.is_some_and(|home| homes.may_mean(&said, home));
    if place
        && !stays
        && let Some(home) = homes.at(&said, fields.get(&Column::HouseholdNumber).cloned())
    {
        values.insert(Field::Household, Some(home.to_string()));
    }
    let new: Vec<String> = match wanted(Column::Tags) {
        true => tags(fields).filter(|tag| !resident.tags.contains(tag)).collect(),
        false => Vec::new(),
    };
    people.meet(resident, &values, &new);
    let before = people.drafts.len();
    changes(resident, values).for_each(|change| people.change(entity, change));
    new.into_iter()
        .for_each(|tag| people.change(entity, Change::AddTag(tag)));
    if people.drafts.len() == before {
        RowAction::Unchanged
    } else {
        RowAction::Update
    }
}
