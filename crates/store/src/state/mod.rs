//! The state tables: one file per noun, each with its row type, how the folded state is saved, and its queries.

mod committee;
mod conflict;
mod household;
mod instruction;
pub(crate) mod item;
mod lease;
pub(crate) mod reservation;
mod resident;
mod round;
mod setting;
mod tag;

pub use committee::Committee;
pub use conflict::Conflict;
pub use household::Household;
pub use instruction::InstructionState;
pub use item::ItemState;
pub use reservation::ReservationState;
pub use resident::Resident;
pub use round::Round;
pub use tag::Tag;

use std::collections::BTreeMap;

use linli_domain::digest::Digest;
use linli_domain::entity::State;
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_domain::record::{Field, Record, Recorded};
use rusqlite::{Connection, params};
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
    let recorded = changes.iter().map(|change| Recorded {
        change,
        device,
        actor: author.actor,
        at: author.at,
    });
    save_folded(connection, kind, entity, recorded)
}

/// Saves an entity folded from its live operations; removes it where they do not make one.
pub(crate) fn save(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    live: &[&LoggedChange],
) -> Result<(), Error> {
    save_folded(
        connection,
        kind,
        entity,
        live.iter().filter_map(|logged| logged.recorded()),
    )
}

fn save_folded<'a>(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    recorded: impl Iterator<Item = Recorded<'a>> + Clone,
) -> Result<(), Error> {
    let state = State::fold(kind, recorded);
    let state = state.as_ref();
    digest(connection, kind, entity, state)?;
    let record = state.map(State::record);
    conflict::save(connection, kind, entity, record)?;
    match kind {
        EntityKind::Committee => committee::save(connection, entity, record),
        EntityKind::Tag => tag::save(connection, entity, record),
        EntityKind::Household => household::save(connection, entity, record),
        EntityKind::Resident => resident::save(connection, entity, record),
        EntityKind::Round => round::save(connection, entity, record),
        EntityKind::Lease => lease::save(connection, entity, record),
        EntityKind::IssuingRight => lease::save_right(connection, entity, record),
        EntityKind::Reservation => {
            reservation::save_serials(connection, entity, state.and_then(State::reservation))?;
            item::save(connection, kind, entity, state)
        }
        EntityKind::Instruction => {
            instruction::save_acknowledged(connection, entity, state.and_then(State::instruction))?;
            item::save(connection, kind, entity, state)
        }
        EntityKind::Task | EntityKind::Order | EntityKind::Answer => item::save(connection, kind, entity, state),
        // An undo has no state of its own.
        EntityKind::Batch => Ok(()),
    }
}

/// Keeps the digest of an entity's state; an entity that is not there has none.
fn digest(connection: &Connection, kind: EntityKind, entity: EntityId, state: Option<&State>) -> Result<(), Error> {
    match state {
        Some(state) => connection
            .prepare_cached("INSERT OR REPLACE INTO digest (kind, entity, value) VALUES (?1, ?2, ?3)")?
            .execute(params![kind.number(), entity.0, state.digest(kind, entity)?.0])?,
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
