//! Instructions of the district: who acknowledged them, beside what every item has.

use linli_domain::instruction::Instruction;
use linli_domain::operation::{EntityId, EntityKind};
use rusqlite::{Connection, params};

use super::item::ItemState;
use crate::{Error, View};

/// An instruction with its id.
pub type InstructionState = ItemState<Instruction>;

/// Keeps which clerks acknowledged an instruction.
pub(super) fn save_acknowledged(
    connection: &Connection,
    id: EntityId,
    state: Option<&Instruction>,
) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM acknowledgement WHERE instruction = ?1")?
        .execute([id.0])?;
    let mut acknowledge =
        connection.prepare_cached("INSERT INTO acknowledgement (instruction, clerk, at) VALUES (?1, ?2, ?3)")?;
    for one in state.map(|state| &state.acknowledged).into_iter().flatten() {
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
        let mut instructions = self.items(None)?;
        instructions.reverse();
        Ok(instructions)
    }

    /// How many instructions a clerk has not acknowledged.
    ///
    /// # Errors
    /// The database's.
    pub fn to_acknowledge(self, clerk: &str) -> Result<usize, Error> {
        let count: i64 = self
            .prepare_cached(
                "SELECT count(*) FROM item i WHERE kind = ?1 AND NOT EXISTS
                 (SELECT 1 FROM acknowledgement a WHERE a.instruction = i.id AND a.clerk = ?2)",
            )?
            .query_row(params![EntityKind::Instruction.number(), clerk], |row| row.get(0))?;
        Ok(count as usize)
    }
}
