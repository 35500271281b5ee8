//! Instructions of the district.

use linli_domain::instruction::Instruction;
use linli_domain::operation::EntityId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Error, View};

/// An instruction as folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructionState {
    /// Id.
    pub id: EntityId,
    /// State.
    pub state: Instruction,
}

pub(super) fn save(connection: &Connection, id: EntityId, state: Option<&Instruction>) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM acknowledgement WHERE instruction = ?1")?
        .execute([id.0])?;
    let Some(state) = state else {
        connection
            .prepare_cached("DELETE FROM instruction WHERE id = ?1")?
            .execute([id.0])?;
        return Ok(());
    };
    connection
        .prepare_cached("INSERT OR REPLACE INTO instruction (id, sent_at, state) VALUES (?1, ?2, ?3)")?
        .execute(params![id.0, state.sent_at.0, serde_json::to_string(state)?])?;
    let mut acknowledge =
        connection.prepare_cached("INSERT INTO acknowledgement (instruction, clerk, at) VALUES (?1, ?2, ?3)")?;
    for one in &state.acknowledged {
        acknowledge.execute(params![id.0, one.by, one.at.0])?;
    }
    Ok(())
}

impl View<'_> {
    /// All instructions, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn instructions(self) -> Result<Vec<InstructionState>, Error> {
        let mut statement = self.prepare_cached("SELECT id, state FROM instruction ORDER BY sent_at DESC, id DESC")?;
        let rows = statement.query_map([], |row| Ok((EntityId(row.get(0)?), row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (id, state) = row?;
            Ok(InstructionState {
                id,
                state: serde_json::from_str(&state)?,
            })
        })
        .collect()
    }

    /// How many instructions a clerk has not acknowledged.
    ///
    /// # Errors
    /// The database's.
    pub fn to_acknowledge(self, clerk: &str) -> Result<usize, Error> {
        let count: i64 = self
            .prepare_cached(
                "SELECT count(*) FROM instruction i WHERE NOT EXISTS
                 (SELECT 1 FROM acknowledgement a WHERE a.instruction = i.id AND a.clerk = ?1)",
            )?
            .query_row([clerk], |row| row.get(0))?;
        Ok(count as usize)
    }

    /// One instruction.
    ///
    /// # Errors
    /// The database's.
    pub fn instruction(self, id: EntityId) -> Result<Option<Instruction>, Error> {
        let state: Option<String> = self
            .prepare_cached("SELECT state FROM instruction WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()?;
        Ok(state.map(|json| serde_json::from_str(&json)).transpose()?)
    }
}
