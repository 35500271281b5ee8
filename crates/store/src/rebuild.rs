//! Building the database anew: a fresh one is filled from the district's log and then takes the place of what is here, in
//! one transaction that no other program can come between. What was here is kept beside it.

use std::path::{Path, PathBuf};

use linli_protocol::SignedPart;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use uuid::Uuid;

use crate::check::STATE_TABLES;
use crate::key::DatabaseKey;
use crate::{Error, Store, View, backup, commit, files};

/// How often work that is written meanwhile is replayed before giving up for now.
const REPLAYS: usize = 8;
/// Bytes of changes replayed at once: all there are.
const ALL: usize = usize::MAX;

impl Store {
    /// Opens the fresh database beside, or the one that an earlier try began, as the same device.
    ///
    /// # Errors
    /// The database's.
    pub fn begin_rebuilding(&self, path: &Path, key: &DatabaseKey) -> Result<Store, Error> {
        let fresh = match Store::open_copy(path, key) {
            // Not begun yet, or the power failed while it was being made: nothing is in it.
            Err(Error::Missing { .. } | Error::Damaged { .. }) => {
                files::remove_database(path)?;
                Store::create(path, key)?
            }
            opened => opened?,
        };
        let known: Option<i64> = fresh
            .connection
            .query_row("SELECT 1 FROM device LIMIT 1", [], |row| row.get(0))
            .optional()?;
        if known.is_none() {
            let (id, letter, name, verifying_key, signing_key): (Uuid, String, String, [u8; 32], [u8; 32]) =
                self.connection.query_row(
                    "SELECT id, letter, name, verifying_key, signing_key FROM device WHERE signing_key IS NOT NULL",
                    [],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
                )?;
            fresh.connection.execute(
                "INSERT INTO device (id, letter, name, verifying_key, signing_key) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![id, letter, name, verifying_key, signing_key],
            )?;
        }
        Ok(fresh)
    }

    /// Puts a filled database in the place of this one, with what waits here replayed on it; gives the file that keeps
    /// what was here.
    ///
    /// # Errors
    /// The database's, or what waits does not follow on what the district has. Nothing is changed then.
    pub fn finish_rebuilding(&mut self, mut fresh: Store, path: &Path, key: &DatabaseKey) -> Result<PathBuf, Error> {
        let (kept, before) = names(path);
        backup::copy(&self.connection, key, &kept)?;
        let replaced = self.replace_by(&mut fresh, path, key);
        if replaced.is_err() {
            let _ = std::fs::remove_file(&kept); // It would be a copy of what is still here.
        }
        replaced?;
        // The newest is kept: a difference that stays would fill the disk.
        for older in before {
            let _ = std::fs::remove_file(older);
        }
        drop(fresh);
        for file in ["", "-wal", "-shm"] {
            // What is left over is opened and replaced by the next rebuilding.
            let _ = files::remove(Path::new(&format!("{}{file}", path.display())));
        }
        Ok(kept)
    }

    fn replace_by(&mut self, fresh: &mut Store, path: &Path, key: &DatabaseKey) -> Result<(), Error> {
        for _ in 0..REPLAYS {
            let waiting = self.view().all_waiting_parts(ALL)?;
            replay(fresh, &waiting)?;
            self.connection.execute(
                "ATTACH DATABASE ?1 AS fresh KEY ?2",
                params![path.to_string_lossy(), key.pragma().as_str()],
            )?;
            let copied = self.copy_attached(&waiting);
            self.connection.execute("DETACH DATABASE fresh", [])?;
            if copied? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// Copies everything, unless something was written since `waiting` was read.
    fn copy_attached(&mut self, waiting: &[SignedPart]) -> Result<bool, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if (View {
            connection: &transaction,
        })
        .all_waiting_parts(ALL)?
            != waiting
        {
            return Ok(false);
        }
        // Others notice by the stamp that everything is new.
        let stamp: i64 = transaction.query_row("SELECT coalesce(max(stamp), 0) FROM part", [], |row| row.get(0))?;
        for table in ["operation", "part", "batch"].iter().chain(&STATE_TABLES) {
            transaction.execute(&format!("DELETE FROM main.{table}"), [])?;
        }
        transaction.execute(
            "INSERT INTO main.device SELECT * FROM fresh.device WHERE true
             ON CONFLICT (id) DO UPDATE SET letter = excluded.letter, name = excluded.name",
            [],
        )?;
        for table in ["batch", "part", "operation"].iter().chain(&STATE_TABLES) {
            transaction.execute(&format!("INSERT INTO main.{table} SELECT * FROM fresh.{table}"), [])?;
        }
        transaction.execute("UPDATE main.part SET stamp = stamp + ?1", [stamp])?;
        copy_received(&transaction)?;
        commit(transaction)?;
        self.bear_witness();
        Ok(true)
    }
}

fn copy_received(connection: &Connection) -> Result<(), Error> {
    connection.execute(
        "INSERT OR REPLACE INTO main.setting SELECT * FROM fresh.setting WHERE key = ?1",
        [crate::exchange::RECEIVED],
    )?;
    Ok(())
}

/// What waits follows on what the district has, or is already among it.
fn replay(fresh: &mut Store, waiting: &[SignedPart]) -> Result<(), Error> {
    let (_, gaps) = fresh.receive_waiting(&[], waiting)?;
    match gaps.first() {
        None => Ok(()),
        Some(device) => Err(Error::Gap {
            device: device.0,
            expected: crate::log::chain(&fresh.connection, *device)?.next_seq(),
        }),
    }
}

/// Begins the names of databases as they were before.
const BEFORE: &str = "before-rebuilding-";

/// A name beside the fresh file that is not taken, and those that are.
fn names(path: &Path) -> (PathBuf, Vec<PathBuf>) {
    let folder = path.parent().unwrap_or(Path::new("."));
    let files = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.file_name());
    let number_of = |name: &str| name.strip_prefix(BEFORE)?.strip_suffix(".db")?.parse::<u64>().ok();
    let taken: Vec<u64> = files.filter_map(|name| number_of(name.to_str()?)).collect();
    let named = |number: u64| folder.join(format!("{BEFORE}{number}.db"));
    let next = taken.iter().max().map_or(1, |last| last.saturating_add(1));
    (named(next), taken.into_iter().map(named).collect())
}

#[cfg(test)]
mod tests;
