//! The state tables: one file per noun, each with its row type, how the folded state is saved, and its queries.

mod committee;
mod conflict;
mod household;
mod instruction;
mod lease;
mod reservation;
mod resident;
mod round;
mod setting;
mod tag;

pub use committee::Committee;
pub use conflict::Conflict;
pub use household::Household;
pub use instruction::InstructionState;
pub use reservation::ReservationState;
pub use resident::Resident;
pub use round::Round;
pub use tag::Tag;

use std::collections::BTreeMap;

use linli_domain::digest::Digest;
use linli_domain::instruction::fold as fold_instruction;
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_domain::record::{self, Field, Record, Recorded};
use linli_domain::reservation::{Reservation, fold as fold_reservation};
use rusqlite::{Connection, params};
use serde::Serialize;
use uuid::Uuid;

use crate::log::{Author, LoggedChange};
use crate::{Error, View};

/// Saves an entity that came into being with these operations.
pub(crate) fn save_new(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    (author, device): (&Author<'_>, DeviceId),
    changes: &[&Change],
) -> Result<(), Error> {
    let recorded = changes.iter().map(|change| Recorded { change, device, actor: author.actor, at: author.at });
    save_folded(connection, kind, entity, recorded)
}

/// Saves an entity folded from its live operations; removes it where they do not make one.
pub(crate) fn save(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    live: &[&LoggedChange],
) -> Result<(), Error> {
    save_folded(connection, kind, entity, live.iter().filter_map(|logged| logged.recorded()))
}

fn save_folded<'a>(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    recorded: impl Iterator<Item = Recorded<'a>> + Clone,
) -> Result<(), Error> {
    if kind == EntityKind::Reservation {
        let reservation = fold_reservation(recorded);
        digest(connection, kind, entity, reservation.as_ref().map(Reservation::compared).as_ref())?;
        conflict::save(connection, kind, entity, reservation.as_ref().map(|state| &state.record))?;
        return reservation::save(connection, entity, reservation.as_ref());
    }
    if kind == EntityKind::Instruction {
        let instruction = fold_instruction(recorded);
        digest(connection, kind, entity, instruction.as_ref())?;
        conflict::save(connection, kind, entity, instruction.as_ref().map(|state| &state.record))?;
        return instruction::save(connection, entity, instruction.as_ref());
    }
    let record = record::fold(recorded);
    let record = record.as_ref();
    digest(connection, kind, entity, record)?;
    conflict::save(connection, kind, entity, record)?;
    match kind {
        EntityKind::Committee => committee::save(connection, entity, record),
        EntityKind::Tag => tag::save(connection, entity, record),
        EntityKind::Household => household::save(connection, entity, record),
        EntityKind::Resident => resident::save(connection, entity, record),
        EntityKind::Round => round::save(connection, entity, record),
        EntityKind::Lease => lease::save(connection, entity, record),
        EntityKind::IssuingRight => lease::save_right(connection, entity, record),
        // Reservations and instructions have their own way; an undo has no state of its own.
        EntityKind::Reservation | EntityKind::Batch | EntityKind::Instruction => Ok(()),
    }
}

/// Keeps the digest of an entity's state; an entity that is not there has none.
fn digest(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    state: Option<&impl Serialize>,
) -> Result<(), Error> {
    match state {
        Some(state) => connection
            .prepare_cached("INSERT OR REPLACE INTO digest (kind, entity, value) VALUES (?1, ?2, ?3)")?
            .execute(params![kind.number(), entity.0, Digest::of(kind, entity, state)?.0])?,
        None => connection
            .prepare_cached("DELETE FROM digest WHERE kind = ?1 AND entity = ?2")?
            .execute(params![kind.number(), entity.0])?,
    };
    Ok(())
}

impl View<'_> {
    /// Digests of all entities, added up by the number of their kind.
    ///
    /// # Errors
    /// The database's.
    pub fn digests(self) -> Result<BTreeMap<u8, Digest>, Error> {
        let mut statement = self.prepare_cached("SELECT kind, value FROM digest")?;
        let mut rows = statement.query([])?;
        let mut sums = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let sum: &mut Digest = sums.entry(row.get(0)?).or_default();
            sum.add(&Digest(row.get(1)?));
        }
        Ok(sums)
    }
}

/// A field that holds an id, as stored.
fn id_of(record: &Record, field: Field) -> Option<Uuid> {
    record.get(field).and_then(|text| text.parse().ok())
}
