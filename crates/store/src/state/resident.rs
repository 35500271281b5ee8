//! Residents and their tags. Never keyed on the ID number.

use std::collections::HashMap;

use linli_domain::operation::EntityId;
use linli_domain::record::{Field, Record};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::id_of;
use crate::{Error, View};

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resident {
    /// Id; `None` only for one that is not yet saved.
    pub id: Option<EntityId>,
    /// Name.
    pub name: Option<String>,
    /// 男 or 女.
    pub sex: Option<String>,
    /// `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// [`linli_domain::id_document::DocumentKind`].
    pub document_kind: Option<String>,
    /// The document's number.
    pub document_number: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Another phone.
    pub second_phone: Option<String>,
    /// The household lived in.
    pub household: Option<EntityId>,
    /// 户籍地址.
    pub registered_address: Option<String>,
    /// 与户主关系.
    pub relation: Option<String>,
    /// 紧急联系人.
    pub contact: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// The record this one was merged into.
    pub merged_into: Option<EntityId>,
    /// Edited after somebody deleted it.
    pub flagged: bool,
    /// Tags, sorted.
    pub tags: Vec<String>,
}

impl Resident {
    /// A field's value as the log writes it.
    pub fn get(&self, field: Field) -> Option<String> {
        match field {
            Field::Name => self.name.clone(),
            Field::Sex => self.sex.clone(),
            Field::BirthDate => self.birth_date.clone(),
            Field::DocumentKind => self.document_kind.clone(),
            Field::DocumentNumber => self.document_number.clone(),
            Field::Phone => self.phone.clone(),
            Field::SecondPhone => self.second_phone.clone(),
            Field::Household => self.household.map(|id| id.to_string()),
            Field::RegisteredAddress => self.registered_address.clone(),
            Field::Relation => self.relation.clone(),
            Field::Contact => self.contact.clone(),
            Field::Note => self.note.clone(),
            Field::MergedInto => self.merged_into.map(|id| id.to_string()),
            _ => None,
        }
    }

    /// Takes a field's value as the log writes it; fields that a person has not change nothing.
    pub fn set(&mut self, field: Field, value: Option<String>) {
        let id = |value: Option<String>| value.and_then(|text| text.parse().ok());
        match field {
            Field::Name => self.name = value,
            Field::Sex => self.sex = value,
            Field::BirthDate => self.birth_date = value,
            Field::DocumentKind => self.document_kind = value,
            Field::DocumentNumber => self.document_number = value,
            Field::Phone => self.phone = value,
            Field::SecondPhone => self.second_phone = value,
            Field::Household => self.household = id(value),
            Field::RegisteredAddress => self.registered_address = value,
            Field::Relation => self.relation = value,
            Field::Contact => self.contact = value,
            Field::Note => self.note = value,
            Field::MergedInto => self.merged_into = id(value),
            _ => {}
        }
    }
}

const SELECT: &str = "SELECT id, name, sex, birth_date, document_kind, document_number, phone, second_phone, household,
    registered_address, relation, contact, note, merged_into, flagged,
    (SELECT group_concat(tag, char(31)) FROM resident_tag WHERE resident = resident.id) FROM resident";

/// Between tags in the query above; cannot be typed.
const TAG_SEPARATOR: char = '\u{1f}';

pub(super) fn save(connection: &Connection, id: EntityId, record: Option<&Record>) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM resident_tag WHERE resident = ?1")?
        .execute([id.0])?;
    let Some(record) = record else {
        connection
            .prepare_cached("DELETE FROM resident WHERE id = ?1")?
            .execute([id.0])?;
        return Ok(());
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO resident (id, name, sex, birth_date, document_kind, document_number, phone,
                 second_phone, household, registered_address, relation, contact, note, merged_into, flagged, area)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        )?
        .execute(params![
            id.0,
            record.get(Field::Name),
            record.get(Field::Sex),
            record.get(Field::BirthDate),
            record.get(Field::DocumentKind),
            record.get(Field::DocumentNumber),
            record.get(Field::Phone),
            record.get(Field::SecondPhone),
            id_of(record, Field::Household),
            record.get(Field::RegisteredAddress),
            record.get(Field::Relation),
            record.get(Field::Contact),
            record.get(Field::Note),
            id_of(record, Field::MergedInto),
            record.edited_after_delete,
            record.get(Field::Area),
        ])?;
    let mut insert = connection.prepare_cached("INSERT INTO resident_tag (resident, tag) VALUES (?1, ?2)")?;
    for tag in &record.tags {
        insert.execute(params![id.0, tag])?;
    }
    Ok(())
}

fn resident(row: &Row<'_>) -> rusqlite::Result<Resident> {
    let tags: Option<String> = row.get(15)?;
    let mut tags: Vec<String> = tags
        .map(|tags| tags.split(TAG_SEPARATOR).map(str::to_owned).collect())
        .unwrap_or_default();
    tags.sort_unstable();
    Ok(Resident {
        id: Some(EntityId(row.get(0)?)),
        name: row.get(1)?,
        sex: row.get(2)?,
        birth_date: row.get(3)?,
        document_kind: row.get(4)?,
        document_number: row.get(5)?,
        phone: row.get(6)?,
        second_phone: row.get(7)?,
        household: row.get::<_, Option<uuid::Uuid>>(8)?.map(EntityId),
        registered_address: row.get(9)?,
        relation: row.get(10)?,
        contact: row.get(11)?,
        note: row.get(12)?,
        merged_into: row.get::<_, Option<uuid::Uuid>>(13)?.map(EntityId),
        flagged: row.get(14)?,
        tags,
    })
}

impl View<'_> {
    /// All residents, merged ones included, in order of being entered.
    ///
    /// # Errors
    /// The database's.
    pub fn residents(self) -> Result<Vec<Resident>, Error> {
        self.residents_where("TRUE ORDER BY id", [])
    }

    /// Into whom each merged resident was merged.
    ///
    /// # Errors
    /// The database's.
    pub fn merged(self) -> Result<HashMap<EntityId, EntityId>, Error> {
        let mut statement =
            self.prepare_cached("SELECT id, merged_into FROM resident WHERE merged_into IS NOT NULL")?;
        let rows = statement.query_map([], |row| Ok((EntityId(row.get(0)?), EntityId(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// In which household each resident lives.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn homes(self) -> Result<HashMap<EntityId, EntityId>, Error> {
        let mut statement = self.prepare_cached("SELECT id, household FROM resident WHERE household IS NOT NULL")?;
        let rows = statement.query_map([], |row| Ok((EntityId(row.get(0)?), EntityId(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One resident, merged or not.
    ///
    /// # Errors
    /// The database's.
    pub fn resident(self, id: EntityId) -> Result<Option<Resident>, Error> {
        let mut statement = self.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
        Ok(statement.query_row([id.0], resident).optional()?)
    }

    /// Who lives in a household, merged ones left out.
    ///
    /// # Errors
    /// The database's.
    pub fn residents_of(self, household: EntityId) -> Result<Vec<Resident>, Error> {
        self.residents_where("household = ?1 AND merged_into IS NULL ORDER BY id", [household.0])
    }

    /// Records merged into this one.
    ///
    /// # Errors
    /// The database's.
    pub fn residents_merged_into(self, id: EntityId) -> Result<Vec<Resident>, Error> {
        self.residents_where("merged_into = ?1 ORDER BY id", [id.0])
    }

    fn residents_where(self, condition: &str, params: impl rusqlite::Params) -> Result<Vec<Resident>, Error> {
        let mut statement = self.prepare_cached(&format!("{SELECT} WHERE {condition}"))?;
        let rows = statement.query_map(params, resident)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
