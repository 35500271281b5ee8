//! Redo: an undo is taken back itself, so that what it withdrew counts again. It is the counterpart of Ctrl+Z: it goes
//! back, one by one, over what the same clerk took back on this PC, until it meets work that was done since.

use std::collections::BTreeSet;

use linli_domain::operation::Action;
use rusqlite::params;

use crate::log::history::{batch_row, batches};
use crate::log::{Author, BatchRow, Written};
use crate::undo::{batch_of, id_of, undone_by, undos};
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
            return Err(Error::NotUndone);
        }
        let (written, _, _) = self.withdraw(author, &undos.into_iter().collect::<Vec<_>>())?;
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
            if batch.action.undoable() || batch.action.stops_undo() {
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
        for undone in undone_by(self, id_of(self, undo)?)? {
            if let Some(batch) = batch_of(self, undone)? {
                return Ok(Some(self.batch(batch)?));
            }
        }
        Ok(None)
    }

    /// The undos that take a batch back now. Two PCs may have done so.
    fn live_undos(self, batch: i64) -> Result<BTreeSet<i64>, Error> {
        let mut live = BTreeSet::new();
        for undo in undos(self)?.live(id_of(self, batch)?) {
            live.extend(batch_of(self, undo.batch)?);
        }
        Ok(live)
    }
}
