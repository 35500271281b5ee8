//! The schema's versions. Migrations only go forward, all in one transaction, after a backup beside the database.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::key::DatabaseKey;
use crate::{Error, backup};

/// Every migration there ever was, in order. The database's `user_version` counts those that were run.
const MIGRATIONS: [&str; 7] = [
    include_str!("../../../migrations/workstation/0001_initial.sql"),
    include_str!("../../../migrations/workstation/0002_exchange.sql"),
    include_str!("../../../migrations/workstation/0003_instructions.sql"),
    include_str!("../../../migrations/workstation/0004_form.sql"),
    include_str!("../../../migrations/workstation/0005_unread.sql"),
    include_str!("../../../migrations/workstation/0006_voucher_serials.sql"),
    include_str!("../../../migrations/workstation/0007_hand_outs.sql"),
];

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
            return Err(Error::Damaged { path: database.to_owned() });
        }
        backup::copy(connection, key, &database.with_extension(format!("v{found}.db")))?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have migrated while this one waited.
    let found = version(&transaction)?;
    for migration in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> Result<u32, Error> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}
