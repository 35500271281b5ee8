//! Undo: which operations are withdrawn follows from the undos that count, as on every PC (`linli_store::undo`).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};

use super::Sequence;
use super::state::Touched;
use crate::storage::{Row, Value, in_list};
use crate::{Error, values};

/// The operations of a batch.
const OF_BATCH: &str = "committee = $1 AND number IN \
                        (SELECT number FROM part WHERE committee = $1 AND device = $2 AND batch = $3)";

/// Batches that some undo is about and with which an entity begins.
const BEGUN: &str = "
SELECT DISTINCT o.entity, p.device, p.batch FROM operation o
JOIN part p ON p.committee = o.committee AND p.number = o.number
JOIN undo u ON u.committee = p.committee AND u.device = p.device AND u.batch = p.batch
WHERE o.committee = $1 AND o.entity IN ({}) AND o.what = 'create'
ORDER BY o.entity, p.device, p.batch";

/// Whether a batch other than this one, which stands, works on an entity: remarks aside, and what the district says.
const BUILT_ON: &str = "
SELECT 1 FROM operation o JOIN part p ON p.committee = o.committee AND p.number = o.number
WHERE o.committee = $1 AND o.entity = $4 AND (p.device <> $2 OR p.batch <> $3)
  AND o.withdrawn = 0 AND o.rejected IS NULL AND o.what <> 'noted' AND p.device <> $5 LIMIT 1";

/// A reservation in a round.
const REGISTERED_IN: &str = "SELECT 1 FROM reservation WHERE committee = $1 AND round = $2 LIMIT 1";

impl Sequence<'_> {
    /// Brings batches' withdrawn operations in line with the undos there are; what changed is to be folded again.
    ///
    /// An undo only ever takes back a batch numbered before it (`judge`), so this comes to an end.
    pub(super) fn settle(&mut self, batches: Vec<(DeviceId, u64)>, touched: &mut Touched) -> Result<(), Error> {
        let mut open = batches;
        while let Some((device, batch)) = open.pop() {
            let undos = self.undos_of(device, batch)?;
            if undos.is_empty() {
                continue;
            }
            let live: Vec<&HashSet<EntityId>> = undos.iter().filter(|undo| undo.live).map(|undo| &undo.kept).collect();
            self.withdraw(device, batch, &live)?;
            // What was refused as being of another kind is not folded as such.
            let sql = format!("SELECT DISTINCT entity, kind FROM operation WHERE rejected IS NULL AND {OF_BATCH}");
            let rows = self
                .transaction
                .query(&sql, &values![self.committee.id, device, batch])?;
            for row in rows {
                match EntityKind::from_number(row.get(1)?) {
                    Some(EntityKind::Batch) => open.extend(self.undone_by_batch(device, batch)?),
                    Some(kind) => {
                        touched.insert(row.get(0)?, kind);
                    }
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// Withdraws a batch's operations, except for entities that all the undos keep; none where there is no undo.
    fn withdraw(&mut self, device: DeviceId, batch: u64, kept: &[&HashSet<EntityId>]) -> Result<(), Error> {
        let committee = self.committee.id;
        let sql = format!("UPDATE operation SET withdrawn = $4 WHERE {OF_BATCH}");
        self.transaction
            .execute(&sql, &values![committee, device, batch, !kept.is_empty()])?;
        let sql = format!("UPDATE operation SET withdrawn = 0 WHERE entity = $4 AND {OF_BATCH}");
        if let [first, others @ ..] = kept {
            for entity in first
                .iter()
                .filter(|entity| others.iter().all(|kept| kept.contains(entity)))
            {
                self.transaction
                    .execute(&sql, &values![committee, device, batch, *entity])?;
            }
        }
        Ok(())
    }

    /// What begins with a batch that was taken back stays while another batch that stands works on it, and a round while
    /// there is a reservation in it: another PC did not know. Done whenever entities are folded, so that it follows from
    /// the operations there are. Gives those that began so.
    pub(super) fn settle_beginnings(&mut self, touched: &Touched) -> Result<BTreeSet<EntityId>, Error> {
        let committee = self.committee.id;
        let ids: Vec<Value> = touched.keys().map(|id| (*id).into()).collect();
        let mut begun: BTreeMap<EntityId, Vec<Beginning>> = BTreeMap::new();
        for row in in_list(self.transaction, BEGUN, &values![committee], &ids)? {
            let (entity, device, batch): (EntityId, DeviceId, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let undos = self.undos_of(device, batch)?;
            let mut live = undos.iter().filter(|undo| undo.live).peekable();
            let of_entity = begun.entry(entity).or_default();
            if live.peek().is_some() {
                of_entity.push(Beginning {
                    device,
                    batch,
                    stays: live.all(|undo| undo.kept.contains(&entity)),
                });
            }
        }
        for (entity, beginnings) in &mut begun {
            // What the undos say first: where an entity began twice, neither beginning stands on the other.
            beginnings
                .iter()
                .try_for_each(|beginning| self.mark(*entity, beginning))?;
            let is_round = touched.get(entity) == Some(&EntityKind::Round);
            let registered_in = is_round
                && self
                    .transaction
                    .first(REGISTERED_IN, &values![committee, *entity])?
                    .is_some();
            for beginning in beginnings.iter_mut() {
                let params = values![
                    committee,
                    beginning.device,
                    beginning.batch,
                    *entity,
                    self.committee.device
                ];
                beginning.stays |= registered_in || self.transaction.first(BUILT_ON, &params)?.is_some();
            }
            beginnings
                .iter()
                .try_for_each(|beginning| self.mark(*entity, beginning))?;
        }
        Ok(begun.into_keys().collect())
    }

    fn mark(&mut self, entity: EntityId, beginning: &Beginning) -> Result<(), Error> {
        let sql = format!("UPDATE operation SET withdrawn = $5 WHERE entity = $4 AND withdrawn <> $5 AND {OF_BATCH}");
        let Beginning { device, batch, stays } = *beginning;
        self.transaction
            .execute(&sql, &values![self.committee.id, device, batch, entity, !stays])?;
        Ok(())
    }

    /// Rounds among what was touched, and those of touched reservations.
    pub(super) fn rounds_of(&mut self, touched: &Touched) -> Result<Touched, Error> {
        let of_kind = |wanted| {
            touched
                .iter()
                .filter(move |(_, kind)| **kind == wanted)
                .map(|(id, _)| *id)
        };
        let reservations: Vec<Value> = of_kind(EntityKind::Reservation).map(Value::from).collect();
        let mut rounds: Vec<EntityId> = of_kind(EntityKind::Round).collect();
        let sql = "SELECT DISTINCT v.round FROM reservation v
                   JOIN entity e ON e.committee = v.committee AND e.entity = v.round
                   WHERE v.committee = $1 AND e.kind = 5 AND v.reservation IN ({})";
        for row in in_list(self.transaction, sql, &values![self.committee.id], &reservations)? {
            rounds.push(row.get(0)?);
        }
        Ok(rounds.into_iter().map(|round| (round, EntityKind::Round)).collect())
    }

    /// The undos of a batch that were not rejected, withdrawn or not.
    fn undos_of(&mut self, device: DeviceId, batch: u64) -> Result<Vec<Undo>, Error> {
        let rows = self.transaction.query(
            "SELECT o.change, o.withdrawn, o.rejected FROM undo u
             JOIN operation o ON o.committee = u.committee AND o.number = u.number AND o.seq = u.seq
             WHERE u.committee = $1 AND u.device = $2 AND u.batch = $3",
            &values![self.committee.id, device, batch],
        )?;
        rows.iter().map(Undo::of).collect()
    }

    /// What a batch takes back, withdrawn itself or not.
    pub(super) fn undone_by_batch(&mut self, device: DeviceId, batch: u64) -> Result<Vec<(DeviceId, u64)>, Error> {
        let kind = EntityKind::Batch.number();
        let sql = format!("SELECT change FROM operation WHERE kind = {kind} AND rejected IS NULL AND {OF_BATCH}");
        let rows = self
            .transaction
            .query(&sql, &values![self.committee.id, device, batch])?;
        let mut undone = Vec::new();
        for row in rows {
            let change: String = row.get(0)?;
            if let Ok(Change::Undo { device, first_seq, .. }) = serde_json::from_str(&change) {
                undone.push((device, first_seq));
            }
        }
        Ok(undone)
    }
}

/// A batch that was taken back and with which an entity begins.
struct Beginning {
    device: DeviceId,
    batch: u64,
    stays: bool,
}

struct Undo {
    kept: HashSet<EntityId>,
    live: bool,
}

impl Undo {
    fn of(row: &Row) -> Result<Undo, Error> {
        let change: String = row.get(0)?;
        let kept = match serde_json::from_str(&change)? {
            Change::Undo { kept, .. } => kept.into_iter().collect(),
            _ => HashSet::new(),
        };
        let live = row.get::<i64>(1)? == 0 && row.get::<Option<String>>(2)?.is_none();
        Ok(Undo { kept, live })
    }
}
