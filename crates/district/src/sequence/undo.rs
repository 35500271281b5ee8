//! Undo: which operations are withdrawn follows from the undos that count. The rules are `linli_domain::undo`'s, as on every
//! PC; here is what they are asked about.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Change, EntityId, EntityKind, What};
use linli_domain::undo::{self, BatchId, Step, Undo, Undos};

use super::Sequence;
use super::state::Touched;
use crate::storage::{Row, Value, in_list};
use crate::{Error, values};

/// The operations of a batch.
const OF_BATCH: &str = "committee = $1 AND number IN \
                        (SELECT number FROM part WHERE committee = $1 AND device = $2 AND batch = $3)";

/// Entities that begin with a batch that some undo is about.
const BEGUN: &str = "
SELECT DISTINCT p.device, p.batch, o.entity FROM operation o
JOIN part p ON p.committee = o.committee AND p.number = o.number
JOIN undo u ON u.committee = p.committee AND u.device = p.device AND u.batch = p.batch
WHERE o.committee = $1 AND o.entity IN ({}) AND o.what = 'create'";

/// Operations on entities, as far as undo goes.
const STEPS: &str = "
SELECT p.device, p.batch, o.entity, o.what, o.rejected, o.withdrawn FROM operation o
JOIN part p ON p.committee = o.committee AND p.number = o.number
WHERE o.committee = $1 AND o.entity IN ({})";

/// The undos about a batch that were not rejected, withdrawn or not.
const AGAINST: &str = "
SELECT p.device, p.batch, o.entity, o.change FROM undo u
JOIN operation o ON o.committee = u.committee AND o.number = u.number AND o.seq = u.seq
JOIN part p ON p.committee = o.committee AND p.number = o.number
WHERE u.committee = $1 AND u.device = $2 AND u.batch = $3 AND o.rejected IS NULL";

/// A reservation in a round.
const REGISTERED_IN: &str = "SELECT 1 FROM item WHERE committee = $1 AND list = $2 AND kind = 6 LIMIT 1";

impl Sequence<'_> {
    /// Brings batches' withdrawn operations in line with the undos there are, and those of whatever these take back; what
    /// changed is to be folded again.
    pub(super) fn settle(&mut self, batches: Vec<BatchId>, touched: &mut Touched) -> Result<(), Error> {
        let (mut open, mut seen) = (batches, BTreeSet::new());
        while let Some(batch) = open.pop() {
            if !seen.insert(batch) {
                continue;
            }
            let undos = self.undos([batch])?;
            if !undos.concern(batch) {
                continue;
            }
            self.withdraw(batch, &undos)?;
            // What was refused as being of another kind is not folded as such.
            let sql = format!("SELECT DISTINCT entity, kind FROM operation WHERE rejected IS NULL AND {OF_BATCH}");
            let rows = self
                .transaction
                .query(&sql, &values![self.committee.id, batch.0, batch.1])?;
            for row in rows {
                match EntityKind::from_number(row.get(1)?) {
                    Some(EntityKind::Batch) => open.extend(self.undone_by(batch)?),
                    Some(kind) => {
                        touched.insert(row.get(0)?, kind);
                    }
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// Withdraws a batch's operations, except for entities that all the undos keep; none where no undo is live.
    fn withdraw(&mut self, (device, batch): BatchId, undos: &Undos) -> Result<(), Error> {
        let committee = self.committee.id;
        let sql = format!("UPDATE operation SET withdrawn = $4 WHERE {OF_BATCH}");
        let withdrawn = undos.take_back((device, batch));
        self.transaction
            .execute(&sql, &values![committee, device, batch, withdrawn])?;
        for entity in undos.kept((device, batch)) {
            self.mark(entity, (device, batch), false)?;
        }
        Ok(())
    }

    /// What begins with a batch that was taken back may stay ([`undo::withdrawn`]). Done whenever entities are folded, so
    /// that it follows from the operations there are. Gives those that begin with a batch that some undo is about.
    pub(super) fn settle_beginnings(&mut self, touched: &Touched) -> Result<BTreeSet<EntityId>, Error> {
        let committee = self.committee.id;
        let ids: Vec<Value> = touched.keys().map(|id| (*id).into()).collect();
        let (mut batches, mut begun) = (BTreeSet::new(), BTreeSet::new());
        for row in in_list(self.transaction, BEGUN, &values![committee], &ids)? {
            batches.insert(batch_id(&row)?);
            begun.insert(row.get(2)?);
        }
        let undos = self.undos(batches)?;
        for (entity, marked) in self.steps(&begun, &undos)? {
            let steps: Vec<Step> = marked.iter().map(|(step, _)| *step).collect();
            let registered_in = touched.get(&entity) == Some(&EntityKind::Round)
                && self
                    .transaction
                    .first(REGISTERED_IN, &values![committee, entity])?
                    .is_some();
            let withdrawn = undo::withdrawn(&steps, registered_in);
            let wrong = marked
                .iter()
                .filter(|(step, mark)| withdrawn.contains(&step.batch) != *mark);
            let wrong: BTreeSet<BatchId> = wrong.map(|(step, _)| step.batch).collect();
            for batch in wrong {
                self.mark(entity, batch, withdrawn.contains(&batch))?;
            }
        }
        Ok(begun)
    }

    /// Operations on entities as far as undo goes, each with how it is marked. What begins with none of the batches that
    /// `undos` bears on is marked as its own undos say ([`Sequence::settle`]).
    fn steps(
        &mut self,
        entities: &BTreeSet<EntityId>,
        undos: &Undos,
    ) -> Result<BTreeMap<EntityId, Vec<(Step, bool)>>, Error> {
        let ids: Vec<Value> = entities.iter().map(|id| (*id).into()).collect();
        let mut steps: BTreeMap<EntityId, Vec<(Step, bool)>> = BTreeMap::new();
        for row in in_list(self.transaction, STEPS, &values![self.committee.id], &ids)? {
            let (batch, entity) = (batch_id(&row)?, row.get(2)?);
            let marked = row.get::<i64>(5)? != 0;
            let step = Step {
                batch,
                what: What::from_word(&row.get::<String>(3)?),
                by_district: batch.0 == self.committee.device,
                refused: row.get::<Option<String>>(4)?.is_some(),
                withdrawn: if undos.concern(batch) {
                    undos.withdraw(batch, entity)
                } else {
                    marked
                },
            };
            steps.entry(entity).or_default().push((step, marked));
        }
        Ok(steps)
    }

    fn mark(&mut self, entity: EntityId, (device, batch): BatchId, withdrawn: bool) -> Result<(), Error> {
        let sql = format!("UPDATE operation SET withdrawn = $5 WHERE entity = $4 AND withdrawn <> $5 AND {OF_BATCH}");
        self.transaction
            .execute(&sql, &values![self.committee.id, device, batch, entity, withdrawn])?;
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
        let sql = "SELECT DISTINCT v.list FROM item v
                   JOIN entity e ON e.committee = v.committee AND e.entity = v.list
                   WHERE v.committee = $1 AND e.kind = 5 AND v.item IN ({})";
        for row in in_list(self.transaction, sql, &values![self.committee.id], &reservations)? {
            rounds.push(row.get(0)?);
        }
        Ok(rounds.into_iter().map(|round| (round, EntityKind::Round)).collect())
    }

    /// The undos that bear on batches.
    fn undos(&mut self, batches: impl IntoIterator<Item = BatchId>) -> Result<Undos, Error> {
        let committee = self.committee.id;
        Undos::gather(batches, |(device, batch)| {
            let rows = self.transaction.query(AGAINST, &values![committee, device, batch])?;
            let mut undos = Vec::new();
            for row in rows {
                let change: String = row.get(3)?;
                undos.extend(Undo::read(batch_id(&row)?, row.get(2)?, &change));
            }
            Ok(undos)
        })
    }

    /// What a batch takes back, withdrawn itself or not. A rejected undo takes back nothing.
    pub(super) fn undone_by(&mut self, (device, batch): BatchId) -> Result<Vec<BatchId>, Error> {
        let kind = EntityKind::Batch.number();
        let sql = format!("SELECT change FROM operation WHERE kind = {kind} AND rejected IS NULL AND {OF_BATCH}");
        let rows = self
            .transaction
            .query(&sql, &values![self.committee.id, device, batch])?;
        let mut undone = Vec::new();
        for row in rows {
            let change = serde_json::from_str(&row.get::<String>(0)?);
            undone.extend(change.ok().and_then(|change: Change| change.undone()));
        }
        Ok(undone)
    }
}

fn batch_id(row: &Row) -> Result<BatchId, Error> {
    Ok((row.get(0)?, row.get(1)?))
}
