//! The state tables: one file per noun, each with its row type, how the folded state is saved, and its queries.

mod committee;
mod household;
mod reservation;
mod resident;
mod round;
mod setting;
mod tag;

pub use committee::Committee;
pub use household::Household;
pub use reservation::ReservationState;
pub use resident::Resident;
pub use round::Round;
pub use tag::Tag;

use linli_domain::operation::{Change, EntityId, EntityKind};
use linli_domain::record::{self, Field, Record};
use linli_domain::reservation::Recorded;
use rusqlite::Connection;
use uuid::Uuid;

use crate::Error;
use crate::log::{Author, LoggedChange};

/// Saves an entity that came into being with these operations.
pub(crate) fn save_new(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    author: &Author<'_>,
    changes: &[&Change],
) -> Result<(), Error> {
    let recorded = changes.iter().map(|change| Recorded { change, actor: author.actor, at: author.at });
    save_folded(connection, kind, entity, recorded)
}

/// Saves an entity folded from its live operations; removes it where they do not make one.
pub(crate) fn save(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    live: &[&LoggedChange],
) -> Result<(), Error> {
    let recorded = live.iter().filter_map(|logged| {
        logged.change.as_ref().map(|change| Recorded { change, actor: &logged.actor, at: logged.at })
    });
    save_folded(connection, kind, entity, recorded)
}

fn save_folded<'a>(
    connection: &Connection,
    kind: EntityKind,
    entity: EntityId,
    recorded: impl Iterator<Item = Recorded<'a>> + Clone,
) -> Result<(), Error> {
    let record = || record::fold(recorded.clone().map(|recorded| recorded.change));
    match kind {
        EntityKind::Committee => committee::save(connection, entity, record().as_ref()),
        EntityKind::Tag => tag::save(connection, entity, record().as_ref()),
        EntityKind::Household => household::save(connection, entity, record().as_ref()),
        EntityKind::Resident => resident::save(connection, entity, record().as_ref()),
        EntityKind::Round => round::save(connection, entity, record().as_ref()),
        EntityKind::Reservation => {
            reservation::save(connection, entity, linli_domain::reservation::fold(recorded).as_ref())
        }
        EntityKind::Batch => Ok(()), // An undo has no state of its own.
    }
}

/// A field that holds an id, as stored.
fn id_of(record: &Record, field: Field) -> Option<Uuid> {
    record.get(field).and_then(|text| text.parse().ok())
}
