//! The schema's versions. Migrations only go forward, all in one transaction, after a backup beside the database.

use std::collections::BTreeSet;
use std::path::Path;

use linli_domain::operation::{EntityId, What, is_read};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::key::DatabaseKey;
use crate::{Error, backup, log, undo};

/// Every migration there ever was, in order. The database's `user_version` counts those that were run.
const MIGRATIONS: [&str; 11] = [
    include_str!("../../../migrations/workstation/0001_initial.sql"),
    include_str!("../../../migrations/workstation/0002_exchange.sql"),
    include_str!("../../../migrations/workstation/0003_instructions.sql"),
    include_str!("../../../migrations/workstation/0004_form.sql"),
    include_str!("../../../migrations/workstation/0005_unread.sql"),
    include_str!("../../../migrations/workstation/0006_voucher_serials.sql"),
    include_str!("../../../migrations/workstation/0007_hand_outs.sql"),
    include_str!("../../../migrations/workstation/0008_stages.sql"),
    include_str!("../../../migrations/workstation/0009_what.sql"),
    include_str!("../../../migrations/workstation/0010_items.sql"),
    include_str!("../../../migrations/workstation/0011_tasks.sql"),
];

/// From this version on, a hand-out after another one is kept.
const HAND_OUTS_KEPT: u32 = 7;
/// From this version on, each operation's word stands beside its change.
const WORDS_KEPT: u32 = 9;

/// From this version on, items of all kinds stand in one table.
const ITEMS_TOGETHER: u32 = 10;
/// From this version on, tasks are read.
const TASKS_READ: u32 = 11;

/// The schema version this program knows.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings the schema up to date; `existing` is backed up first.
pub(crate) fn migrate(connection: &mut Connection, existing: Option<(&Path, &DatabaseKey)>) -> Result<(), Error> {
    let found = version(connection)?;
    if found > VERSION {
        return Err(Error::Newer { found, known: VERSION });
    }
    if found == VERSION {
        return Ok(());
    }
    if let Some((database, key)) = existing {
        // None of ours is without a version: its tables would be begun anew in what is left of it.
        if found == 0 {
            return Err(Error::Damaged {
                path: database.to_owned(),
            });
        }
        backup::copy(connection, key, &database.with_extension(format!("v{found}.db")))?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have migrated while this one waited.
    let found = version(&transaction)?;
    for migration in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(migration)?;
    }
    if found < WORDS_KEPT {
        note_words(&transaction)?;
    }
    // Folds by the words.
    if found < HAND_OUTS_KEPT {
        fold_again(&transaction, HANDED_OUT_TWICE)?;
    }
    if found < ITEMS_TOGETHER {
        fold_again(&transaction, INSTRUCTIONS)?;
    }
    if found < TASKS_READ {
        read_again(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

/// Writes beside each operation which change it is, as [`What::of`] reads it.
fn note_words(connection: &Connection) -> Result<(), Error> {
    let last: i64 = connection.query_row("SELECT coalesce(max(id), 0) FROM operation", [], |row| row.get(0))?;
    let mut read = connection.prepare("SELECT change FROM operation WHERE id = ?1")?;
    let mut write = connection.prepare("UPDATE operation SET what = ?2 WHERE id = ?1")?;
    for id in 1..=last {
        let change: Option<String> = read.query_row([id], |row| row.get(0)).optional()?;
        let what = change.map_or(What::Unknown, |change| What::of(&change));
        if what != What::Unknown {
            write.execute(params![id, what.word()])?;
        }
    }
    Ok(())
}

/// Reservations that were handed out more than once, as programs before did not show.
const HANDED_OUT_TWICE: &str =
    "SELECT entity FROM operation WHERE kind = 6 AND what = 'collected' GROUP BY entity HAVING count(*) > 1";
/// Instructions, whose columns in the table of items are filled from their states.
const INSTRUCTIONS: &str = "SELECT DISTINCT entity FROM operation WHERE kind = 10";

/// Takes in what programs before kept unread and this one reads.
fn read_again(connection: &Connection) -> Result<(), Error> {
    let mut statement = connection.prepare("SELECT id, kind, entity, change FROM operation WHERE unread = 1")?;
    let unread = statement.query_map([], |row| {
        let change: String = row.get(3)?;
        let read = is_read(row.get(1)?, &change);
        Ok((row.get::<_, i64>(0)?, EntityId(row.get(2)?), What::of(&change), read))
    })?;
    let unread = unread.collect::<Result<Vec<_>, _>>()?;
    let mut write = connection.prepare("UPDATE operation SET unread = 0, what = ?2 WHERE id = ?1")?;
    let mut entities = BTreeSet::new();
    for (id, entity, what, _) in unread.into_iter().filter(|(.., read)| *read) {
        write.execute(params![id, what.word()])?;
        entities.insert(entity);
    }
    let known = undo::Known::new(connection);
    entities.into_iter().try_for_each(|entity| log::refold(&known, entity))
}

/// Folds the entities that a query gives again.
fn fold_again(connection: &Connection, which: &str) -> Result<(), Error> {
    let mut statement = connection.prepare(which)?;
    let known = undo::Known::new(connection);
    let entities = statement.query_map([], |row| row.get(0).map(EntityId))?;
    entities
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .try_for_each(|entity| log::refold(&known, entity))
}

fn version(connection: &Connection) -> Result<u32, Error> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
