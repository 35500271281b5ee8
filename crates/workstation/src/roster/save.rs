//! Adding and changing people, and finding duplicates.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use linli_domain::address::AddressParts;
use linli_domain::id_document::{self, DocumentKind};
use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::{Whose, created};
use linli_domain::smart_check::Finding;
use linli_domain::writing::placed;
use linli_domain::{mask, phone};
use linli_store::{Draft, Resident};
use serde::Serialize;
use thiserror::Error;

use super::Roster;
use crate::api::roster::{Duplicate, ResidentFields, ResidentSave, ResidentSaved};
use crate::api::{ById, Catalogue, Done, Said};
use crate::named::{FormField, Thing};
use crate::rounds::found;
use crate::session::named;
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// Fields a form can set, with how the request names them.
pub(super) const FORM_FIELDS: [(Field, &str); 12] = [
    (Field::Name, "name"),
    (Field::Sex, "sex"),
    (Field::BirthDate, "birth_date"),
    (Field::DocumentKind, "document_kind"),
    (Field::DocumentNumber, "document_number"),
    (Field::Phone, "phone"),
    (Field::SecondPhone, "second_phone"),
    (Field::RegisteredAddress, "registered_address"),
    (Field::Relation, "relation"),
    (Field::Contact, "contact"),
    (Field::Note, "note"),
    (Field::Household, "household"),
];

/// Namesakes shown while somebody is being added: more would be no help.
const MAX_NAMESAKES: usize = 5;

/// Adds or changes a person. Where someone on the roster may be the same, nothing is saved until `anyway`.
pub(crate) fn resident_save(ws: &Workstation, request: ResidentSave) -> Result<ResidentSaved, Error> {
    let today = ws.today();
    let known = request
        .id
        .as_deref()
        .map(|text| id(Thing::Resident, text))
        .transpose()?;
    let before = match known {
        Some(id) => ws
            .store()
            .view()
            .resident(id)?
            .ok_or(Error::NotFound { thing: Thing::Resident })?,
        None => Resident::default(),
    };
    let mut drafts = Vec::new();
    let (fields, area) = {
        let roster = ws.roster()?;
        let fields = checked(ws, &roster, (&request.fields, &before), &mut drafts)?;
        if known.is_none() && !request.anyway {
            let candidate = candidate(&fields);
            let mut duplicates = duplicates_of(&roster, &candidate, today);
            if duplicates.is_empty() {
                duplicates = namesakes_of(&roster, &candidate, request.fields.address.as_deref(), today);
            }
            if !duplicates.is_empty() {
                return Ok(ResidentSaved {
                    id: None,
                    batch: None,
                    duplicates,
                });
            }
        }
        let area = area(&roster, &fields, &drafts);
        (fields, area)
    };
    let entity = known.unwrap_or_else(|| ws.new_id());
    let draft = |change| Draft {
        kind: EntityKind::Resident,
        entity,
        change,
    };
    match known {
        None if !fields.contains_key(&Field::Name) => return Err(Error::Missing { field: FormField::Name }),
        None => drafts.push(draft(created(fields.into_iter().chain([(Field::Area, area)])))),
        Some(_) => drafts.extend(changes(&before, fields).map(draft)),
    }
    if let Some(tags) = &request.tags {
        drafts.extend(tag_changes(&before.tags, tags).map(draft));
    }
    let action = if known.is_some() {
        Action::ResidentChanged
    } else {
        Action::ResidentAdded
    };
    let written = ws.write(action, |_| Ok(drafts))?;
    Ok(ResidentSaved {
        id: Some(entity.to_string()),
        batch: written.batch,
        duplicates: Vec::new(),
    })
}

/// The fields a form sets, checked and in one writing; an empty text clears (`None`). A masked value that came
/// back unchanged is not a change.
pub(crate) fn checked(
    ws: &Workstation,
    roster: &Roster,
    (form, before): (&ResidentFields, &Resident),
    drafts: &mut Vec<Draft>,
) -> Result<BTreeMap<Field, Option<String>>, Error> {
    let mut fields = BTreeMap::new();
    let mut take = |field: Field, value: &Option<String>| {
        if let Some(value) = value.as_deref() {
            let value = placed(value).trim().to_owned();
            fields.insert(field, Some(value).filter(|value| !value.is_empty()));
        }
    };
    take(Field::Name, &form.name);
    take(Field::Sex, &form.sex);
    take(Field::BirthDate, &form.birth_date);
    take(Field::RegisteredAddress, &form.registered_address);
    take(Field::Relation, &form.relation);
    take(Field::Contact, &form.contact);
    take(Field::Note, &form.note);
    take(Field::Household, &form.household);
    take(
        Field::DocumentKind,
        &form.document_kind.map(|kind| kind.code().to_owned()),
    );
    let masked = |typed: &str, known: &Option<String>, mask: fn(&str) -> String| {
        known.as_deref().is_some_and(|known| mask(known) == typed)
    };
    if !form
        .document_number
        .as_deref()
        .is_some_and(|typed| masked(typed, &before.document_number, mask::document))
    {
        take(Field::DocumentNumber, &form.document_number);
    }
    for (field, typed, known) in [
        (Field::Phone, &form.phone, &before.phone),
        (Field::SecondPhone, &form.second_phone, &before.second_phone),
    ] {
        if !typed.as_deref().is_some_and(|typed| masked(typed, known, mask::phone)) {
            take(field, typed);
        }
    }
    check_name(&fields)?;
    check_phones(&mut fields)?;
    check_document(&mut fields, before, ws.today())?;
    if let Some(address) = form
        .address
        .as_deref()
        .map(str::trim)
        .filter(|address| !address.is_empty())
    {
        let household = household_for(ws, roster, &AddressParts::parse(address), drafts);
        fields.insert(Field::Household, Some(household.to_string()));
    }
    Ok(fields)
}

fn check_name(fields: &BTreeMap<Field, Option<String>>) -> Result<(), Error> {
    match fields.get(&Field::Name) {
        Some(name) => named(FormField::Name, name.as_deref().unwrap_or_default()).map(drop),
        None => Ok(()),
    }
}

fn check_phones(fields: &mut BTreeMap<Field, Option<String>>) -> Result<(), Error> {
    for (field, label) in [
        (Field::Phone, FormField::Phone),
        (Field::SecondPhone, FormField::SecondPhone),
    ] {
        if let Some(Some(typed)) = fields.get_mut(&field) {
            let phone = phone::check(typed).map_err(|problem| {
                let why = found(&Finding::PhoneWrong(problem));
                Error::invalid(label, why)
            })?;
            *typed = phone.as_str().to_owned();
        }
    }
    Ok(())
}

/// The number must fit its kind; what a resident ID says about birth and sex fills what was left open.
fn check_document(
    fields: &mut BTreeMap<Field, Option<String>>,
    before: &Resident,
    today: NaiveDate,
) -> Result<(), Error> {
    let Some(Some(number)) = fields.get(&Field::DocumentNumber).cloned() else {
        return Ok(());
    };
    let given = fields
        .get(&Field::DocumentKind)
        .cloned()
        .flatten()
        .or_else(|| before.document_kind.clone());
    let stated = given
        .as_deref()
        .and_then(DocumentKind::parse)
        .filter(|kind| *kind != DocumentKind::Missing);
    let kind = DocumentKind::of(stated, &number.to_uppercase());
    let document = id_document::check(kind, &number, today).map_err(|problem| {
        let why = found(&Finding::DocumentWrong(problem));
        Error::invalid(FormField::DocumentNumber, why)
    })?;
    fields.insert(Field::DocumentNumber, Some(document.number().to_owned()));
    fields.insert(Field::DocumentKind, Some(kind.code().to_owned()));
    if let Some(birth) = document.birth_date() {
        fields
            .entry(Field::BirthDate)
            .or_insert_with(|| Some(birth.format("%Y-%m-%d").to_string()));
    }
    if let Some(sex) = document.sex() {
        fields.entry(Field::Sex).or_insert_with(|| Some(sex.to_owned()));
    }
    Ok(())
}

/// The household at an address; a new one where there is none.
fn household_for(ws: &Workstation, roster: &Roster, address: &AddressParts, drafts: &mut Vec<Draft>) -> EntityId {
    roster.household_at(address).unwrap_or_else(|| {
        let entity = ws.new_id();
        let address = roster.as_known(address.clone());
        drafts.push(Draft {
            kind: EntityKind::Household,
            entity,
            change: household_created(&address, None),
        });
        entity
    })
}

/// A new household's operation.
pub(crate) fn household_created(address: &AddressParts, number: Option<String>) -> Change {
    created([
        (Field::Estate, address.estate.clone()),
        (Field::Building, address.building.clone()),
        (Field::Unit, address.unit.clone()),
        (Field::Room, address.room.clone()),
        (Field::Number, number),
        (Field::Area, address.building.clone()),
    ])
}

/// The area of a new person: the building of their home, known or just being added.
fn area(roster: &Roster, fields: &BTreeMap<Field, Option<String>>, drafts: &[Draft]) -> Option<String> {
    let home: EntityId = fields.get(&Field::Household)?.as_deref()?.parse().ok()?;
    let added = drafts
        .iter()
        .find(|draft| draft.entity == home)
        .map(|draft| &draft.change);
    match added {
        Some(Change::Create(fields)) => fields.get(&Field::Building).cloned(),
        _ => roster.households.get(&home)?.building.clone(),
    }
}

/// What changes, each with the value seen; nothing where nothing does.
pub(crate) fn changes(
    before: &Resident,
    fields: BTreeMap<Field, Option<String>>,
) -> impl Iterator<Item = Change> + use<> {
    let changed: BTreeMap<Field, FieldChange> = fields
        .into_iter()
        .map(|(field, to)| {
            (
                field,
                FieldChange {
                    seen: before.get(field),
                    to,
                },
            )
        })
        .filter(|(_, change)| change.seen != change.to)
        .collect();
    (!changed.is_empty()).then_some(Change::Set(changed)).into_iter()
}

fn tag_changes(before: &[String], after: &[String]) -> impl Iterator<Item = Change> {
    let added = after
        .iter()
        .filter(|tag| !before.contains(tag))
        .map(|tag| Change::AddTag(tag.clone()));
    let removed = before
        .iter()
        .filter(|tag| !after.contains(tag))
        .map(|tag| Change::RemoveTag(tag.clone()));
    added.chain(removed)
}

fn candidate(fields: &BTreeMap<Field, Option<String>>) -> Resident {
    let get = |field| fields.get(&field).cloned().flatten();
    Resident {
        name: get(Field::Name),
        document_number: get(Field::DocumentNumber),
        phone: get(Field::Phone),
        birth_date: get(Field::BirthDate),
        household: get(Field::Household).and_then(|text| text.parse().ok()),
        ..Resident::default()
    }
}

/// Why somebody may be the same person.
#[derive(Debug, Clone, Copy, Error, Serialize)]
#[serde(rename_all = "snake_case")]
enum Alike {
    #[error("证件号码相同")]
    Document,
    #[error("同一户里有同名的人")]
    Household,
    #[error("姓名和手机号码都相同")]
    Phone,
    #[error("姓名和出生日期都相同")]
    BirthDate,
    #[error("台账里有同名的人")]
    Name,
    #[error("同一栋楼里有同名的人")]
    Building,
}

impl Said for Alike {
    const CATALOGUE: Catalogue = Catalogue::Alike;
}

/// People who may be the same person. A name alone never decides.
pub(crate) fn duplicates_of(roster: &Roster, person: &Resident, today: NaiveDate) -> Vec<Duplicate> {
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let by_number = person
        .document_number
        .as_deref()
        .map(|number| roster.with_document(number));
    let by_name = person.name.as_deref().map(|name| roster.with_name(name));
    let mut seen = HashSet::from([person.id]);
    let others = by_number.into_iter().flatten().chain(by_name.into_iter().flatten());
    others
        .filter(|other| seen.insert(other.id))
        .filter_map(|other| {
            let same_name = same(&person.name, &other.name);
            let both = person.document_number.as_deref().zip(other.document_number.as_deref());
            let reason = if both.is_some_and(|(one, another)| id_document::is_same(one, another)) {
                Alike::Document
            } else if same_name && person.household.is_some() && person.household == other.household {
                Alike::Household
            } else if same_name && same(&person.phone, &other.phone) {
                Alike::Phone
            } else {
                return None;
            };
            Some(Duplicate {
                resident: roster.row(other, today),
                reason: reason.said(),
            })
        })
        .collect()
}

/// People of the same name who may be meant where somebody is being added and little is said of him: nothing but the name,
/// another door of their building, or their birth date. On a card that would be too many; here one look decides.
fn namesakes_of(roster: &Roster, person: &Resident, address: Option<&str>, today: NaiveDate) -> Vec<Duplicate> {
    let Some(name) = person.name.as_deref() else {
        return Vec::new();
    };
    let typed = roster.as_known(AddressParts::parse(address.unwrap_or_default()));
    let reason = |other: &Resident| {
        let home = other.household.and_then(|home| roster.address_of(home));
        if person.birth_date.is_some() && person.birth_date == other.birth_date {
            Some(Alike::BirthDate)
        } else if typed.building.is_none() && person.document_number.is_none() {
            Some(Alike::Name)
        } else {
            let near = typed.building.is_some()
                && home.is_some_and(|home| home.building == typed.building && home.estate == typed.estate);
            near.then_some(Alike::Building)
        }
    };
    let contradicted = |other: &Resident| {
        let both = person.document_number.as_deref().zip(other.document_number.as_deref());
        both.is_some_and(|(one, another)| !id_document::is_same(one, another))
    };
    roster
        .with_name(name)
        .filter(|other| !contradicted(other))
        .filter_map(|other| {
            Some(Duplicate {
                resident: roster.row(other, today),
                reason: reason(other)?.said(),
            })
        })
        .take(MAX_NAMESAKES)
        .collect()
}

/// Removes a person from the roster; undo brings them back.
pub(crate) fn resident_delete(ws: &Workstation, request: ById) -> Result<Done, Error> {
    let entity = id(Thing::Resident, &request.id)?;
    let written = ws.write(Action::ResidentRemoved, |view| {
        view.resident(entity)?
            .ok_or(Error::NotFound { thing: Thing::Resident })?;
        Ok(vec![Draft {
            kind: EntityKind::Resident,
            entity,
            change: Change::Delete,
        }])
    })?;
    Ok(done(written))
}
