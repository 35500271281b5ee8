//! Rounds.

use linli_domain::operation::EntityId;
use linli_domain::record::{Field, Record};
use linli_domain::round::RoundDefinition;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Error, View};

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Id.
    pub id: EntityId,
    /// As opened.
    pub definition: RoundDefinition,
    /// The address of its form for residents, where the district offers one.
    pub form: Option<String>,
}

pub(super) fn save(connection: &Connection, id: EntityId, record: Option<&Record>) -> Result<(), Error> {
    let json = record.and_then(|record| record.get(Field::Definition));
    // One that only a newer program can read is not there for this one, as at the district.
    let read = json.and_then(|json| Some((json, serde_json::from_str::<RoundDefinition>(json).ok()?)));
    let Some((json, definition)) = read else {
        connection.execute("DELETE FROM round WHERE id = ?1", [id.0])?;
        return Ok(());
    };
    let form = record.and_then(|record| record.get(Field::Form));
    connection.execute(
        "INSERT OR REPLACE INTO round (id, campaign, number, definition, form) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id.0, definition.campaign, definition.number, json, form],
    )?;
    Ok(())
}

impl View<'_> {
    /// All rounds, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn rounds(self) -> Result<Vec<Round>, Error> {
        let mut statement = self.prepare_cached("SELECT id, definition, form FROM round ORDER BY id DESC")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
        rows.map(|row| {
            let (id, definition, form) = row?;
            Ok(Round {
                id: EntityId(id),
                definition: serde_json::from_str(&definition)?,
                form,
            })
        })
        .collect()
    }

    /// One round.
    ///
    /// # Errors
    /// The database's.
    pub fn round(self, id: EntityId) -> Result<Option<Round>, Error> {
        let found: Option<(String, Option<String>)> = self
            .prepare_cached("SELECT definition, form FROM round WHERE id = ?1")?
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found
            .map(|(json, form)| {
                Ok(Round {
                    id,
                    definition: serde_json::from_str(&json)?,
                    form,
                })
            })
            .transpose()
    }
}
