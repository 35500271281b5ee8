//! The tag dictionary.

use linli_domain::operation::EntityId;
use linli_domain::record::{Field, Record};
use rusqlite::{Connection, params};

use crate::{Error, View};

/// A word of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Id.
    pub id: EntityId,
    /// Its name.
    pub name: String,
    /// Residents who have it.
    pub residents: usize,
}

pub(super) fn save(connection: &Connection, id: EntityId, record: Option<&Record>) -> Result<(), Error> {
    let Some(record) = record else {
        connection.execute("DELETE FROM tag WHERE id = ?1", [id.0])?;
        return Ok(());
    };
    let place: i64 = record.get(Field::Order).and_then(|text| text.parse().ok()).unwrap_or(0);
    connection.execute(
        "INSERT OR REPLACE INTO tag (id, name, place) VALUES (?1, ?2, ?3)",
        params![id.0, record.get(Field::Name).unwrap_or_default(), place],
    )?;
    Ok(())
}

impl View<'_> {
    /// The dictionary, in the committee's order.
    ///
    /// # Errors
    /// The database's.
    pub fn tags(self) -> Result<Vec<Tag>, Error> {
        let mut statement = self.prepare_cached(
            "SELECT id, name, (SELECT count(*) FROM resident_tag WHERE tag = t.name) FROM tag t ORDER BY place, name",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Tag {
                id: EntityId(row.get(0)?),
                name: row.get(1)?,
                residents: row.get::<_, i64>(2)? as usize,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
