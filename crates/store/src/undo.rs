//! Undo is an operation: it withdraws a batch's operations, and what they touched is folded again without them.
//! An undo can itself be undone. The rules are `linli_domain::undo`'s; here is what they are asked about.
//!
//! An entity that the batch created stays, and is named, where later work builds on it. Where a voucher was issued
//! since, nothing is taken back that it stands on: it is in somebody's hand.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Action, Change, DISTRICT_LETTER, DeviceId, EntityId, EntityKind, What};
use linli_domain::undo::{self, BatchId, Step, Undos, VoucherHarm, VoucherId};
use linli_domain::voucher;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
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
        let known = Known::new(&transaction);
        let (mut drafts, mut changed, mut all_kept) = (Vec::new(), 0, Vec::new());
        let mut before = BTreeSet::new();
        for batch in batches {
            if view.batch(*batch)?.withdrawn {
                return Err(Error::AlreadyUndone);
            }
            let touched = touched(view, *batch)?;
            let kept = kept(&known, *batch, &touched)?;
            changed += touched.iter().filter(|(entity, _)| !kept.contains(entity)).count();
            before.extend(standing_vouchers(view, *batch)?);
            let entity = EntityId(self.surroundings.new_id());
            drafts.push(withdrawing(view, *batch, entity, kept.clone())?);
            all_kept.extend(kept);
        }
        let written = log::append(&transaction, author, drafts)?;
        let mut after = BTreeSet::new();
        for batch in batches {
            after.extend(standing_vouchers(view, *batch)?);
        }
        if let Some(harm) = undo::voucher_harm(&before, &after) {
            return Err(refused(view, harm)?);
        }
        commit(transaction)?;
        self.bear_witness();
        Ok((written, changed, all_kept))
    }
}

fn refused(view: View<'_>, harm: VoucherHarm) -> Result<Error, Error> {
    let number = |(round, serial): VoucherId| {
        let round = view.round(round)?.map_or(0, |round| round.definition.number);
        Ok::<_, Error>(voucher::number(round, serial))
    };
    Ok(match harm {
        VoucherHarm::Fallen { first, count } => Error::VoucherIssued {
            first: number(first)?,
            count,
        },
        VoucherHarm::Returned { first } => Error::VoucherVoid {
            voucher: number(first)?,
        },
    })
}

fn withdrawing(view: View<'_>, batch: i64, entity: EntityId, kept: Vec<EntityId>) -> Result<Draft, Error> {
    let (device, first_seq) = id_of(view, batch)?;
    Ok(Draft {
        kind: EntityKind::Batch,
        entity,
        change: Change::Undo {
            device,
            first_seq,
            kept,
        },
    })
}

/// Vouchers that stand on what a batch touched; for an undo, on what it took back.
fn standing_vouchers(view: View<'_>, batch: i64) -> Result<BTreeSet<VoucherId>, Error> {
    let mut standing = BTreeSet::new();
    for batch in undo::reach([id_of(view, batch)?], |batch| undone_by(view, batch))? {
        let Some(batch) = batch_of(view, batch)? else { continue };
        for (entity, kind) in touched(view, batch)? {
            if kind == EntityKind::Reservation.number() {
                let reservation = view.reservation(entity)?.map(|reservation| reservation.state);
                standing.extend(reservation.and_then(|state| Some((state.round, state.supported_voucher()?))));
            }
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

/// Entities the batch created and something outside it builds on: work of their own, a resident living there, a
/// reservation for them. What builds only on withdrawn work does not count.
fn kept(known: &Known<'_>, batch: i64, touched: &[(EntityId, u8)]) -> Result<Vec<EntityId>, Error> {
    let id = id_of(known.view, batch)?;
    let mut relying = known.view.prepare_cached(include_str!("undo_relying.sql"))?;
    let mut kept = Vec::new();
    for (entity, kind) in touched {
        if *kind == EntityKind::Batch.number() {
            continue;
        }
        let steps: Vec<Step> = known.steps(*entity)?.into_iter().map(|(_, step)| step).collect();
        if !undo::begins(id, &steps) {
            continue;
        }
        let relying = relying.query_map(params![entity.0, entity.to_string()], batch_id)?;
        let relying = relying.collect::<Result<Vec<BatchId>, _>>()?;
        if undo::keeps(id, &steps, &relying) {
            kept.push(*entity);
        }
    }
    keep_households_of_kept(known.view, &mut kept)?;
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

/// The undos there are: read once, and only where something was taken back. Good as long as nothing is added to the log.
pub(crate) struct Known<'c> {
    pub(crate) view: View<'c>,
    undos: OnceCell<Undos>,
}

impl<'c> Known<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Known<'c> {
        Known {
            view: View { connection },
            undos: OnceCell::new(),
        }
    }

    fn undos(&self) -> Result<&Undos, Error> {
        if let Some(undos) = self.undos.get() {
            return Ok(undos);
        }
        let read = undos(self.view)?;
        Ok(self.undos.get_or_init(|| read))
    }

    /// Operations on an entity, as far as undo goes, each with its batch here.
    fn steps(&self, entity: EntityId) -> Result<Vec<(i64, Step)>, Error> {
        let undos = self.undos()?;
        let mut statement = self.view.prepare_cached(include_str!("undo_steps.sql"))?;
        let steps = statement.query_map(params![entity.0, DISTRICT_LETTER], |row| {
            let batch = batch_id(row)?;
            let step = Step {
                batch,
                what: What::from_word(row.get_ref(3)?.as_str()?),
                by_district: row.get(4)?,
                refused: row.get(5)?,
                withdrawn: undos.withdraw(batch, entity),
            };
            Ok((row.get(2)?, step))
        })?;
        Ok(steps.collect::<Result<_, _>>()?)
    }
}

/// Brings batches' withdrawn operations in line with the undos there are, and those of whatever these take back: what
/// changed is folded again.
pub(crate) fn settle(known: &Known<'_>, batches: impl IntoIterator<Item = BatchId>) -> Result<(), Error> {
    let (undos, connection) = (known.undos()?, known.view.connection);
    for batch in undo::reach(batches, |batch| undone_by(known.view, batch))? {
        let Some(id) = batch_of(known.view, batch)? else {
            continue;
        };
        let withdrawn = undos.take_back(batch);
        connection.execute("UPDATE batch SET withdrawn = ?2 WHERE id = ?1", params![id, withdrawn])?;
        connection.execute(
            "UPDATE operation SET withdrawn = ?2 WHERE batch = ?1",
            params![id, withdrawn],
        )?;
        for entity in undos.kept(batch) {
            mark(known.view, id, entity, false)?;
        }
        for (entity, kind) in touched(known.view, id)? {
            if EntityKind::from_number(kind).is_some_and(EntityKind::has_state) {
                log::refold(known, entity)?;
            }
        }
    }
    Ok(())
}

/// What begins with a batch that was taken back may stay ([`undo::withdrawn`]). Done whenever the entity, or a
/// reservation of the round, is folded, so that it follows from the operations there are and not from their order.
pub(crate) fn settle_beginning(known: &Known<'_>, entity: EntityId) -> Result<(), Error> {
    if !began_undone(known.view, entity)? {
        return Ok(());
    }
    let registered_in = known
        .view
        .prepare_cached(include_str!("undo_registered_in.sql"))?
        .exists([entity.0])?;
    let (ids, steps): (BTreeMap<i64, BatchId>, Vec<Step>) = known
        .steps(entity)?
        .into_iter()
        .map(|(id, step)| ((id, step.batch), step))
        .unzip();
    let withdrawn = undo::withdrawn(&steps, registered_in);
    for (id, batch) in ids {
        mark(known.view, id, entity, withdrawn.contains(&batch))?;
    }
    Ok(())
}

/// Whether an entity begins with a batch that was taken back.
pub(crate) fn began_undone(view: View<'_>, entity: EntityId) -> Result<bool, Error> {
    Ok(view
        .prepare_cached(include_str!("undo_begun.sql"))?
        .exists([entity.0])?)
}

fn mark(view: View<'_>, batch: i64, entity: EntityId, withdrawn: bool) -> Result<(), Error> {
    // By the entity's few operations: through the batch's, a whole roster would be gone through for each person.
    view.prepare_cached(
        "UPDATE operation INDEXED BY operation_by_entity SET withdrawn = ?3
             WHERE batch = ?1 AND entity = ?2 AND withdrawn <> ?3",
    )?
    .execute(params![batch, entity.0, withdrawn])?;
    Ok(())
}

/// Settles those of the batches that an undo, live or not, is about, or was.
pub(crate) fn settle_undone(known: &Known<'_>, batches: &[BatchId]) -> Result<(), Error> {
    let undos = known.undos()?;
    let mut was = known
        .view
        .prepare_cached("SELECT 1 FROM batch WHERE device = ?1 AND first_seq = ?2 AND withdrawn = 1")?;
    let mut undone = BTreeSet::new();
    for batch in batches {
        if undos.concern(*batch) || was.exists(params![batch.0.0, batch.1 as i64])? {
            undone.insert(*batch);
        }
    }
    settle(known, undone)
}

/// All undos of the log.
pub(crate) fn undos(view: View<'_>) -> Result<Undos, Error> {
    let mut statement = view.prepare_cached(
        "SELECT b.device, b.first_seq, o.entity, o.change FROM operation o JOIN batch b ON b.id = o.batch
         WHERE o.kind = 7 AND o.rejected IS NULL ORDER BY o.id",
    )?;
    let mut rows = statement.query([])?;
    let mut undos = Vec::new();
    while let Some(row) = rows.next()? {
        let change = row.get_ref(3)?.as_str()?;
        undos.extend(undo::Undo::read(batch_id(row)?, EntityId(row.get(2)?), change));
    }
    Ok(Undos::of(undos))
}

/// What a batch takes back, withdrawn itself or not. A refused undo takes back nothing.
pub(crate) fn undone_by(view: View<'_>, batch: BatchId) -> Result<Vec<BatchId>, Error> {
    let Some(batch) = batch_of(view, batch)? else {
        return Ok(Vec::new());
    };
    let sql = "SELECT change FROM operation WHERE kind = 7 AND batch = ?1 AND rejected IS NULL";
    let mut statement = view.prepare_cached(sql)?;
    let mut rows = statement.query([batch])?;
    let mut undone = Vec::new();
    while let Some(row) = rows.next()? {
        let change = serde_json::from_str(row.get_ref(0)?.as_str()?);
        undone.extend(change.ok().and_then(|change: Change| change.undone()));
    }
    Ok(undone)
}

fn batch_id(row: &Row<'_>) -> rusqlite::Result<BatchId> {
    Ok((DeviceId(row.get(0)?), row.get::<_, i64>(1)? as u64))
}

/// A batch by its number here.
pub(crate) fn id_of(view: View<'_>, batch: i64) -> Result<BatchId, Error> {
    let mut statement = view.prepare_cached("SELECT device, first_seq FROM batch WHERE id = ?1")?;
    let found = statement.query_row([batch], batch_id).optional()?;
    found.ok_or(Error::NoSuchBatch)
}

/// A batch's number here.
pub(crate) fn batch_of(view: View<'_>, (device, first_seq): BatchId) -> Result<Option<i64>, Error> {
    Ok(view
        .prepare_cached("SELECT id FROM batch WHERE device = ?1 AND first_seq = ?2")?
        .query_row(params![device.0, first_seq as i64], |row| row.get(0))
        .optional()?)
}
