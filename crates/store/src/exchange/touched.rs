//! What has to be folded again once parts were taken in, numbered or refused.

use std::collections::BTreeSet;

use linli_domain::guard::{Guard, stands};
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_domain::undo::BatchId;
use rusqlite::Connection;

use crate::{Error, log, undo};

/// What has to be folded again.
#[derive(Default)]
pub(crate) struct Touched {
    pub(super) entities: BTreeSet<EntityId>,
    batches: Vec<BatchId>,
}

impl Touched {
    pub(crate) fn part(&mut self, connection: &Connection, part: i64) -> Result<(), Error> {
        let mut statement = connection.prepare_cached("SELECT kind, entity, change FROM operation WHERE part = ?1")?;
        let mut rows = statement.query([part])?;
        while let Some(row) = rows.next()? {
            match EntityKind::from_number(row.get(0)?) {
                Some(EntityKind::Batch) => {
                    let change = serde_json::from_str(row.get_ref(2)?.as_str()?);
                    if let Some((device, first_seq)) = change.ok().and_then(|change: Change| change.undone()) {
                        self.batch(device, first_seq);
                    }
                }
                Some(_) => {
                    self.entities.insert(EntityId(row.get(1)?));
                }
                None => {}
            }
        }
        Ok(())
    }

    pub(crate) fn batch(&mut self, device: DeviceId, first_seq: u64) {
        if self.batches.last() != Some(&(device, first_seq)) {
            self.batches.push((device, first_seq));
        }
    }

    pub(crate) fn fold(self, connection: &Connection) -> Result<usize, Error> {
        let known = undo::Known::new(connection);
        if stands(Guard::UndoSettled) {
            undo::settle_undone(&known, &self.batches)?;
        }
        for entity in &self.entities {
            log::refold(&known, *entity)?;
        }
        Ok(self.entities.len())
    }
}
