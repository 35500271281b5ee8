//! Undo is an operation: it withdraws a batch's operations, and what they touched is folded again without them.
//! An undo can itself be undone.
//!
//! An entity that the batch created stays, and is named, where later work builds on it.

use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::log::{self, Author, Draft, Written};
use crate::{Error, Store, View};

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The undo's own batch.
    pub written: Written,
    /// What the batch taken back was for.
    pub action: Action,
    /// Entities brought back to what they were.
    pub changed: usize,
    /// Entities that stay because later work builds on them.
    pub kept: Vec<EntityId>,
}

impl Store {
    /// Takes a batch back, except for entities that later work builds on.
    ///
    /// # Errors
    /// There is no such batch, or it was taken back before.
    pub fn undo(&mut self, author: &Author<'_>, batch: i64) -> Result<Undo, Error> {
        let mut outcome = None;
        let written = self.write(author, |view| {
            let target = view.batch(batch)?;
            if target.withdrawn {
                return Err(Error::AlreadyUndone);
            }
            let touched = touched(view, batch)?;
            let kept = kept(view, batch, &touched)?;
            let (device, first_seq): (Uuid, i64) =
                view.query_row("SELECT device, first_seq FROM batch WHERE id = ?1", [batch], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            outcome = Some((target.action, touched.len() - kept.len(), kept.clone()));
            let change = Change::Undo { device: DeviceId(device), first_seq: first_seq as u64, kept };
            Ok(vec![Draft { kind: EntityKind::Batch, entity: EntityId(Uuid::now_v7()), change }])
        })?;
        let (action, changed, kept) = outcome.ok_or(Error::NoSuchBatch)?;
        Ok(Undo { written, action, changed, kept })
    }
}

/// Entities a batch touched, with their kind.
fn touched(view: View<'_>, batch: i64) -> Result<Vec<(EntityId, u8)>, Error> {
    let mut statement =
        view.prepare_cached("SELECT DISTINCT entity, kind FROM operation WHERE batch = ?1 ORDER BY entity")?;
    let rows = statement.query_map([batch], |row| Ok((EntityId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Entities the batch created and something outside it builds on: a later operation of their own, a resident
/// living there, a reservation for them. What builds only on withdrawn work does not count.
fn kept(view: View<'_>, batch: i64, touched: &[(EntityId, u8)]) -> Result<Vec<EntityId>, Error> {
    let mut created = view.prepare_cached(
        "SELECT 1 FROM operation WHERE batch = ?1 AND entity = ?2 AND change LIKE '{\"create\"%' LIMIT 1",
    )?;
    let mut worked_on = view.prepare_cached(include_str!("undo_worked_on.sql"))?;
    let mut kept = Vec::new();
    for (entity, kind) in touched {
        if *kind == EntityKind::Batch.number() || !created.exists(params![batch, entity.0])? {
            continue;
        }
        if worked_on.exists(params![entity.0, batch, entity.to_string()])? {
            kept.push(*entity);
        }
    }
    keep_households_of_kept(view, &mut kept)?;
    Ok(kept)
}

/// A person who stays keeps the household.
fn keep_households_of_kept(view: View<'_>, kept: &mut Vec<EntityId>) -> Result<(), Error> {
    let mut home = view.prepare_cached("SELECT household FROM resident WHERE id = ?1 AND household IS NOT NULL")?;
    for index in 0..kept.len() {
        let household: Option<Uuid> = home.query_row([kept[index].0], |row| row.get(0)).optional()?;
        if let Some(household) = household.map(EntityId).filter(|household| !kept.contains(household)) {
            kept.push(household);
        }
    }
    Ok(())
}

/// Applies an undo operation: withdraws the batch's operations (or, where the batch was itself an undo, brings
/// back what that one withdrew) and folds what they touched.
pub(crate) fn apply(connection: &Connection, device: DeviceId, first_seq: u64, kept: &[EntityId]) -> Result<(), Error> {
    let target: Option<i64> = connection
        .prepare_cached("SELECT id FROM batch WHERE device = ?1 AND first_seq = ?2")?
        .query_row(params![device.0, first_seq as i64], |row| row.get(0))
        .optional()?;
    let Some(target) = target else { return Ok(()) };
    set_withdrawn(connection, target, kept, true)
}

fn set_withdrawn(connection: &Connection, batch: i64, kept: &[EntityId], withdrawn: bool) -> Result<(), Error> {
    connection.execute("UPDATE batch SET withdrawn = ?2 WHERE id = ?1", params![batch, withdrawn])?;
    connection.execute("UPDATE operation SET withdrawn = ?2 WHERE batch = ?1", params![batch, withdrawn])?;
    let mut keep = connection.prepare_cached("UPDATE operation SET withdrawn = 0 WHERE batch = ?1 AND entity = ?2")?;
    for entity in kept.iter().filter(|_| withdrawn) {
        keep.execute(params![batch, entity.0])?;
    }
    for (entity, kind) in touched(View { connection }, batch)? {
        match EntityKind::from_number(kind) {
            Some(EntityKind::Batch) => set_withdrawn_by_undo(connection, batch, entity, !withdrawn)?,
            Some(kind) => log::refold(connection, kind, entity)?,
            None => {}
        }
    }
    Ok(())
}

/// The batch is an undo: what it withdrew comes back, or goes again.
fn set_withdrawn_by_undo(connection: &Connection, batch: i64, entity: EntityId, withdrawn: bool) -> Result<(), Error> {
    let change: String = connection.query_row(
        "SELECT change FROM operation WHERE batch = ?1 AND entity = ?2",
        params![batch, entity.0],
        |row| row.get(0),
    )?;
    let Ok(Change::Undo { device, first_seq, kept }) = serde_json::from_str(&change) else { return Ok(()) };
    let target: Option<i64> = connection
        .query_row(
            "SELECT id FROM batch WHERE device = ?1 AND first_seq = ?2",
            params![device.0, first_seq as i64],
            |row| row.get(0),
        )
        .optional()?;
    target.map_or(Ok(()), |target| set_withdrawn(connection, target, &kept, withdrawn))
}
