//! The committee itself.

use linli_domain::operation::EntityId;
use linli_domain::record::{Field, Record};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Error, View};

/// The committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committee {
    /// Id.
    pub id: EntityId,
    /// Full name.
    pub name: String,
    /// District.
    pub district: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

pub(super) fn save(connection: &Connection, id: EntityId, record: Option<&Record>) -> Result<(), Error> {
    let Some(record) = record else {
        connection.execute("DELETE FROM committee WHERE id = ?1", [id.0])?;
        return Ok(());
    };
    connection.execute(
        "INSERT OR REPLACE INTO committee (id, name, district, address, phone) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            id.0,
            record.get(Field::Name).unwrap_or_default(),
            record.get(Field::District),
            record.get(Field::Address),
            record.get(Field::Phone),
        ],
    )?;
    Ok(())
}

impl View<'_> {
    /// The committee; `None` before it was set up.
    ///
    /// # Errors
    /// The database's.
    pub fn committee(self) -> Result<Option<Committee>, Error> {
        Ok(self
            .prepare_cached("SELECT id, name, district, address, phone FROM committee LIMIT 1")?
            .query_row([], |row| {
                Ok(Committee {
                    id: EntityId(row.get(0)?),
                    name: row.get(1)?,
                    district: row.get(2)?,
                    address: row.get(3)?,
                    phone: row.get(4)?,
                })
            })
            .optional()?)
    }
}
