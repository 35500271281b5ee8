//! Undo is an operation: it withdraws a batch's operations, and what they touched is folded again without them.
//! An undo can itself be undone.
//!
//! An entity that the batch created stays, and is named, where later work builds on it. Where a voucher was issued
//! since, nothing is taken back that it stands on: it is in somebody's hand.

use std::collections::{BTreeSet, HashSet};

use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind};
use linli_domain::voucher;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use uuid::Uuid;

use crate::log::{self, Author, Draft, Written};
use crate::{Error, Store, View, commit};

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
    /// There is no such batch, it was taken back before, or a voucher issued since stands on it.
    pub fn undo(&mut self, author: &Author<'_>, batch: i64) -> Result<Undo, Error> {
        let target = self.view().batch(batch)?;
        let (written, changed, kept) = self.withdraw(author, &[batch])?;
        Ok(Undo {
            written,
            action: target.action,
            changed,
            kept,
        })
    }

    /// Withdraws batches, as one batch: its number, how many entities changed, and which stay as they are.
    pub(crate) fn withdraw(
        &mut self,
        author: &Author<'_>,
        batches: &[i64],
    ) -> Result<(Written, usize, Vec<EntityId>), Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let view = View {
            connection: &transaction,
        };
        let (mut drafts, mut changed, mut all_kept) = (Vec::new(), 0, Vec::new());
        let mut standing = BTreeSet::new();
        for batch in batches {
            if view.batch(*batch)?.withdrawn {
                return Err(Error::AlreadyUndone);
            }
            let touched = touched(view, *batch)?;
            let kept = kept(view, *batch, &touched)?;
            changed += touched.iter().filter(|(entity, _)| !kept.contains(entity)).count();
            standing.extend(standing_vouchers(view, *batch)?);
            drafts.push(withdrawing(view, *batch, kept.clone())?);
            all_kept.extend(kept);
        }
        let written = log::append(&transaction, author, drafts)?;
        let mut after = BTreeSet::new();
        for batch in batches {
            after.extend(standing_vouchers(view, *batch)?);
        }
        if let Some((round, serial)) = (&after - &standing).first() {
            let round = view.round(*round)?.map_or(0, |round| round.definition.number);
            return Err(Error::VoucherVoid {
                voucher: voucher::number(round, *serial),
            });
        }
        let fallen = &standing - &after;
        if let Some((round, serial)) = fallen.first() {
            let round = view.round(*round)?.map_or(0, |round| round.definition.number);
            return Err(Error::VoucherIssued {
                first: voucher::number(round, *serial),
                count: fallen.len(),
            });
        }
        commit(transaction)?;
        self.bear_witness();
        Ok((written, changed, all_kept))
    }
}

fn withdrawing(view: View<'_>, batch: i64, kept: Vec<EntityId>) -> Result<Draft, Error> {
    let (device, first_seq): (Uuid, i64) =
        view.query_row("SELECT device, first_seq FROM batch WHERE id = ?1", [batch], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let change = Change::Undo {
        device: DeviceId(device),
        first_seq: first_seq as u64,
        kept,
    };
    Ok(Draft {
        kind: EntityKind::Batch,
        entity: EntityId(crate::new_id()),
        change,
    })
}

/// Vouchers, by round and serial, that stand on what a batch touched; for an undo, on what it took back.
fn standing_vouchers(view: View<'_>, batch: i64) -> Result<BTreeSet<(EntityId, u32)>, Error> {
    let mut standing = BTreeSet::new();
    for (entity, kind) in touched(view, batch)? {
        if kind == EntityKind::Reservation.number() {
            let reservation = view.reservation(entity)?.map(|reservation| reservation.state);
            standing.extend(reservation.and_then(|state| Some((state.round, state.supported_voucher()?))));
        }
    }
    for undone in undos_of(view, batch)? {
        if let Some(batch) = batch_of(view.connection, undone.device, undone.first_seq)? {
            standing.extend(standing_vouchers(view, batch)?);
        }
    }
    Ok(standing)
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
    // By the entity's few operations: through the batch's, a whole roster would be gone through for each person.
    let mut created = view.prepare_cached(
        "SELECT 1 FROM operation INDEXED BY operation_by_entity
         WHERE batch = ?1 AND entity = ?2 AND what = 'create' LIMIT 1",
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

/// Brings a batch's withdrawn operations in line with the undos there are: an operation is withdrawn while a live
/// undo takes its batch back and does not keep its entity. What changed is folded again; where the batch is itself an
/// undo, what it takes back follows. The order in which undos arrive does not matter.
pub(crate) fn settle(connection: &Connection, device: DeviceId, first_seq: u64) -> Result<(), Error> {
    settle_within(connection, (device, first_seq), &mut BTreeSet::new())
}

/// The district numbers only undos of what was numbered before. One that it has not seen may be about itself, or two
/// about each other: what is being settled is not settled again within.
fn settle_within(
    connection: &Connection,
    (device, first_seq): (DeviceId, u64),
    settling: &mut BTreeSet<(DeviceId, u64)>,
) -> Result<(), Error> {
    let Some(batch) = batch_of(connection, device, first_seq)? else {
        return Ok(());
    };
    if !settling.insert((device, first_seq)) {
        return Ok(());
    }
    let view = View { connection };
    let undos = undos_against(view, device, first_seq)?;
    let withdrawn = !undos.is_empty();
    connection.execute(
        "UPDATE batch SET withdrawn = ?2 WHERE id = ?1",
        params![batch, withdrawn],
    )?;
    connection.execute(
        "UPDATE operation SET withdrawn = ?2 WHERE batch = ?1",
        params![batch, withdrawn],
    )?;
    let touched = touched(view, batch)?;
    for (entity, _) in touched
        .iter()
        .filter(|(entity, _)| withdrawn && keep_all(&undos, *entity))
    {
        mark(connection, batch, *entity, false)?;
    }
    for (entity, kind) in touched {
        match EntityKind::from_number(kind) {
            Some(EntityKind::Batch) => {
                for undo in undos_of(view, batch)? {
                    settle_within(connection, (undo.device, undo.first_seq), settling)?;
                }
            }
            Some(_) => log::refold(connection, entity)?,
            None => {}
        }
    }
    settling.remove(&(device, first_seq));
    Ok(())
}

/// What begins with a batch that was taken back stays while another batch that stands works on it, and a round while
/// there is a reservation in it: another PC did not know. Done whenever the entity, or a reservation of the round, is
/// folded, so that it follows from the operations there are and not from their order.
pub(crate) fn settle_beginning(connection: &Connection, entity: EntityId) -> Result<(), Error> {
    let mut begun = connection.prepare_cached(include_str!("undo_begun.sql"))?;
    let begun = begun
        .query_map([entity.0], |row| {
            Ok((row.get(0)?, DeviceId(row.get(1)?), row.get::<_, i64>(2)? as u64))
        })?
        .collect::<Result<Vec<(i64, DeviceId, u64)>, _>>()?;
    if begun.is_empty() {
        return Ok(());
    }
    let view = View { connection };
    let kept = |(batch, device, first_seq)| Ok((batch, keep_all(&undos_against(view, device, first_seq)?, entity)));
    let begun = begun
        .into_iter()
        .map(kept)
        .collect::<Result<Vec<(i64, bool)>, Error>>()?;
    // What the undos say first: where an entity began twice, neither beginning stands on the other.
    for (batch, kept) in &begun {
        mark(connection, *batch, entity, !kept)?;
    }
    let registered_in = view
        .prepare_cached(include_str!("undo_registered_in.sql"))?
        .exists([entity.0])?;
    let mut built_on = view.prepare_cached(include_str!("undo_built_on.sql"))?;
    let stays = |(batch, kept)| {
        Ok((
            batch,
            kept || registered_in || built_on.exists(params![entity.0, batch])?,
        ))
    };
    let begun = begun
        .into_iter()
        .map(stays)
        .collect::<Result<Vec<(i64, bool)>, Error>>()?;
    for (batch, stays) in begun {
        mark(connection, batch, entity, !stays)?;
    }
    Ok(())
}

/// Whether an entity begins with a batch that was taken back.
pub(crate) fn began_undone(connection: &Connection, entity: EntityId) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached(include_str!("undo_begun.sql"))?
        .exists([entity.0])?)
}

fn keep_all(undos: &[Undoing], entity: EntityId) -> bool {
    undos.iter().all(|undo| undo.kept.contains(&entity))
}

fn mark(connection: &Connection, batch: i64, entity: EntityId, withdrawn: bool) -> Result<(), Error> {
    connection
        .prepare_cached(
            "UPDATE operation INDEXED BY operation_by_entity SET withdrawn = ?3
             WHERE batch = ?1 AND entity = ?2 AND withdrawn <> ?3",
        )?
        .execute(params![batch, entity.0, withdrawn])?;
    Ok(())
}

/// Settles those of the batches that an undo, live or not, is about, or was.
pub(crate) fn settle_undone(connection: &Connection, batches: &[(DeviceId, u64)]) -> Result<(), Error> {
    let undone: HashSet<(DeviceId, u64)> = undoing(View { connection }, "true", [])?
        .into_iter()
        .map(|undo| (undo.device, undo.first_seq))
        .collect();
    let mut was =
        connection.prepare_cached("SELECT 1 FROM batch WHERE device = ?1 AND first_seq = ?2 AND withdrawn = 1")?;
    for (device, first_seq) in batches {
        if undone.contains(&(*device, *first_seq)) || was.exists(params![device.0, *first_seq as i64])? {
            settle(connection, *device, *first_seq)?;
        }
    }
    Ok(())
}

/// What an undo says: which batch, except for which entities.
pub(crate) struct Undoing {
    pub(crate) device: DeviceId,
    pub(crate) first_seq: u64,
    kept: HashSet<EntityId>,
}

/// The live undos of a batch.
fn undos_against(view: View<'_>, device: DeviceId, first_seq: u64) -> Result<Vec<Undoing>, Error> {
    let mut undos = undoing(view, "withdrawn = 0 AND rejected IS NULL", [])?;
    undos.retain(|undo| (undo.device, undo.first_seq) == (device, first_seq));
    Ok(undos)
}

/// What a batch takes back, withdrawn itself or not. A rejected undo takes back nothing: it may be about itself.
pub(crate) fn undos_of(view: View<'_>, batch: i64) -> Result<Vec<Undoing>, Error> {
    undoing(view, "batch = ?1 AND rejected IS NULL", [batch])
}

fn undoing(view: View<'_>, condition: &str, params: impl rusqlite::Params) -> Result<Vec<Undoing>, Error> {
    let mut statement = view.prepare_cached(&format!("SELECT change FROM operation WHERE kind = 7 AND {condition}"))?;
    let mut rows = statement.query(params)?;
    let mut undos = Vec::new();
    while let Some(row) = rows.next()? {
        if let Ok(Change::Undo {
            device,
            first_seq,
            kept,
        }) = serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or(""))
        {
            undos.push(Undoing {
                device,
                first_seq,
                kept: kept.into_iter().collect(),
            });
        }
    }
    Ok(undos)
}

pub(crate) fn batch_of(connection: &Connection, device: DeviceId, first_seq: u64) -> Result<Option<i64>, Error> {
    Ok(connection
        .prepare_cached("SELECT id FROM batch WHERE device = ?1 AND first_seq = ?2")?
        .query_row(params![device.0, first_seq as i64], |row| row.get(0))
        .optional()?)
}
