//! Conflicts: fields that two PCs set to different values, until somebody decides.

use std::collections::BTreeSet;

use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::record::{Field, Record};
use rusqlite::{Connection, params};

use crate::{Error, View};

/// A field in conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What kind of thing it is about.
    pub kind: EntityKind,
    /// Which.
    pub entity: EntityId,
    /// The field.
    pub field: Field,
    /// The value that holds; `None`: no value.
    pub holds: Option<String>,
    /// The values that were overwritten unseen.
    pub lost: BTreeSet<Option<String>>,
}

pub(super) fn save(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    record: Option<&Record>,
) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM conflict WHERE entity = ?1")?
        .execute([entity.0])?;
    let Some(record) = record.filter(|record| !record.conflicts.is_empty()) else {
        return Ok(());
    };
    let mut insert = connection
        .prepare_cached("INSERT INTO conflict (kind, entity, field, holds, lost) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (field, lost) in &record.conflicts {
        let name = serde_json::to_string(field)?;
        insert.execute(params![
            kind.number(),
            entity.0,
            name,
            record.get(*field),
            serde_json::to_string(lost)?
        ])?;
    }
    Ok(())
}

impl View<'_> {
    /// All conflicts that nobody has decided on.
    ///
    /// # Errors
    /// The database's.
    pub fn conflicts(self) -> Result<Vec<Conflict>, Error> {
        let mut statement =
            self.prepare_cached("SELECT kind, entity, field, holds, lost FROM conflict ORDER BY entity, field")?;
        let mut rows = statement.query([])?;
        let mut conflicts = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(kind) = EntityKind::from_number(row.get(0)?) else {
                continue;
            };
            conflicts.push(Conflict {
                kind,
                entity: EntityId(row.get(1)?),
                field: serde_json::from_str(&row.get::<_, String>(2)?)?,
                holds: row.get(3)?,
                lost: serde_json::from_str(&row.get::<_, String>(4)?)?,
            });
        }
        Ok(conflicts)
    }
}
