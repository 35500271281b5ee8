//! Forgetting what another PC did and never got its number: the PC was revoked, or was put back to an older state and did
//! something else since.

use linli_domain::operation::{DeviceId, EntityKind};
use rusqlite::{Connection, TransactionBehavior};

use super::Touched;
use crate::{Error, Store, View, anew, commit, log, state};

impl Store {
    /// Forgets another PC's parts that wait here, where the district will never number them. Gives how many operations
    /// count no more.
    ///
    /// # Errors
    /// The database's. Nothing is changed then.
    pub fn forget_waiting(&mut self, device: DeviceId) -> Result<usize, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut touched = Touched::default();
        let forgotten = forget(&transaction, device, &mut touched)?;
        touched.fold(&transaction)?;
        commit(transaction)?;
        self.bear_witness();
        Ok(forgotten)
    }
}

/// Takes another PC's waiting parts out of the log, never this PC's own.
pub(super) fn forget(connection: &Connection, device: DeviceId, touched: &mut Touched) -> Result<usize, Error> {
    if device == log::own_device(connection)?.id {
        return Ok(0);
    }
    let version = View { connection }.version()?;
    let taken = anew::take_out(connection, device, touched)?;
    if taken.is_empty() {
        return Ok(0);
    }
    log::note_forgotten(connection, version)?;
    let mut count = 0;
    for operation in taken.iter().flat_map(|batch| &batch.operations) {
        count += 1;
        // What is left of the log does not tell of what only began here, nor of the round that it was registered in.
        if let Some(kind) = EntityKind::from_number(operation.kind).filter(|kind| kind.has_state()) {
            state::save(connection, kind, operation.entity, &[])?;
        }
        let change = serde_json::from_str(&operation.change).ok();
        touched.entities.extend(change.as_ref().and_then(log::round_of));
    }
    Ok(count)
}
