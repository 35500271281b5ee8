//! Redo: an undo is taken back itself, so that what it withdrew counts again. It is the counterpart of Ctrl+Z: it goes
//! back, one by one, over what the same clerk took back on this PC, until it meets work that was done since.

use linli_domain::operation::{Action, EntityKind};
use rusqlite::params;

use crate::log::history::{batch_row, batches};
use crate::log::{Author, BatchRow, Written};
use crate::undo::{batch_of, undos_of};
use crate::{Error, Store, View};

/// What a redo did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redo {
    /// The redo's own batch: undoing it takes the work back once more.
    pub written: Written,
    /// The batch that counts again.
    pub batch: BatchRow,
}

impl Store {
    /// Brings back a batch that was taken back, by whomever.
    ///
    /// # Errors
    /// There is no such batch, it counts, or a voucher that is void meanwhile would come back with it.
    pub fn redo(&mut self, author: &Author<'_>, batch: i64) -> Result<Redo, Error> {
        let undos = self.view().live_undos(batch)?;
        if undos.is_empty() {
            self.view().batch(batch)?;
            return Err(Error::NotUndone);
        }
        let (written, _, _) = self.withdraw(author, &undos)?;
        Ok(Redo {
            written,
            batch: self.view().batch(batch)?,
        })
    }
}

impl View<'_> {
    /// The batch that Ctrl+Shift+Z brings back for a clerk: the newest that was taken back on this PC. Records of
    /// showing, exporting and printing are gone over; work done since ends it, as it may build on what is there now.
    ///
    /// # Errors
    /// The database's.
    pub fn last_redoable(self, actor: &str) -> Result<Option<i64>, Error> {
        let mut statement = self.prepare_cached(&batches(
            "WHERE withdrawn = 0 AND device = ?1 AND actor = ?2 ORDER BY id DESC",
        ))?;
        let mut rows = statement.query(params![self.own_device()?.0, actor])?;
        while let Some(row) = rows.next()? {
            let batch = batch_row(row)?;
            if batch.action.undoable() {
                return Ok(None);
            }
            // What a redo took back is an undo: the work it brought back is met in its own place.
            let taken = if batch.action == Action::Undone {
                self.taken_back_by(batch.id)?
            } else {
                None
            };
            if let Some(taken) = taken.filter(|taken| taken.action != Action::Undone) {
                return Ok(Some(taken.id));
            }
        }
        Ok(None)
    }

    /// What an undo took back: work, or, where it is a redo, another undo. `None` for a batch that is no undo.
    ///
    /// # Errors
    /// The database's.
    pub fn taken_back_by(self, undo: i64) -> Result<Option<BatchRow>, Error> {
        for undone in undos_of(self, undo)? {
            if let Some(batch) = batch_of(self.connection, undone.device, undone.first_seq)? {
                return Ok(Some(self.batch(batch)?));
            }
        }
        Ok(None)
    }

    /// The undos that take a batch back now. Two PCs may have done so.
    fn live_undos(self, batch: i64) -> Result<Vec<i64>, Error> {
        let (device, first_seq): (uuid::Uuid, i64) = self
            .query_row("SELECT device, first_seq FROM batch WHERE id = ?1", [batch], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(|_| Error::NoSuchBatch)?;
        let mut statement = self.prepare_cached(
            "SELECT DISTINCT batch FROM operation WHERE kind = ?1 AND withdrawn = 0 AND rejected IS NULL ORDER BY batch",
        )?;
        let undos = statement.query_map([EntityKind::Batch.number()], |row| row.get(0))?;
        let undos = undos.collect::<Result<Vec<i64>, _>>()?;
        let mut live = Vec::new();
        for undo in undos {
            let against = undos_of(self, undo)?;
            if against
                .iter()
                .any(|one| (one.device.0, one.first_seq as i64) == (device, first_seq))
            {
                live.push(undo);
            }
        }
        Ok(live)
    }
}
