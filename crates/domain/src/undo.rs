//! Undo, said once for PCs and district: what undos take back, what stays all the same, and what none may take back.
//!
//! Must stay true: everything here follows from the operations there are, whatever the order in which they came.

use std::collections::{BTreeMap, BTreeSet};

use crate::operation::{Change, DeviceId, EntityId, What};

/// A batch: its author, and the sequence number of its first operation.
pub type BatchId = (DeviceId, u64);

/// A voucher: its round and its serial.
pub type VoucherId = (EntityId, u32);

impl Change {
    /// The batch that it takes back, where it is an undo.
    pub fn undone(&self) -> Option<BatchId> {
        match self {
            Change::Undo { device, first_seq, .. } => Some((*device, *first_seq)),
            _ => None,
        }
    }
}

/// An undo that the district did not refuse. A refused one takes back nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The batch that it is.
    pub batch: BatchId,
    /// The undo's own entity.
    pub entity: EntityId,
    /// The batch that it takes back.
    pub target: BatchId,
    /// Entities of that batch that stay.
    pub kept: BTreeSet<EntityId>,
}

impl Undo {
    /// The undo that an operation is, by its batch and its entity; `None` for any other.
    pub fn read(batch: BatchId, entity: EntityId, change: &str) -> Option<Undo> {
        let change: Change = serde_json::from_str(change).ok()?;
        let target = change.undone()?;
        let Change::Undo { kept, .. } = change else { return None };
        let kept = kept.into_iter().collect();
        Some(Undo {
            batch,
            entity,
            target,
            kept,
        })
    }

    fn hits(&self, batch: BatchId, entity: EntityId) -> bool {
        self.target == batch && !self.kept.contains(&entity)
    }
}

/// Whether an undo takes anything back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It does: nothing that does takes it back itself.
    Live,
    /// It is taken back itself.
    Withdrawn,
    /// It is about itself, or it and another are about each other. The district numbers only undos of what was numbered
    /// before; one that it has not seen may be such. It takes back nothing and counts as taken back.
    Circling,
}

/// All undos that bear on some batches.
#[derive(Debug, Default)]
pub struct Undos {
    all: Vec<(Undo, Standing)>,
    by_target: BTreeMap<BatchId, Vec<usize>>,
    circling: BTreeSet<BatchId>,
}

impl Undos {
    /// Finds out which undos are live: of those there are, in any order.
    pub fn of(undos: Vec<Undo>) -> Undos {
        let mut by_target: BTreeMap<BatchId, Vec<usize>> = BTreeMap::new();
        for (index, undo) in undos.iter().enumerate() {
            by_target.entry(undo.target).or_default().push(index);
        }
        let mut all: Vec<(Undo, Standing)> = undos.into_iter().map(|undo| (undo, Standing::Circling)).collect();
        let mut settled = true;
        while settled {
            settled = false;
            // Mostly an undo of an undo comes after it: from the end, one look at each is enough.
            for index in (0..all.len()).rev() {
                if all[index].1 == Standing::Circling {
                    all[index].1 = standing(&all, &by_target, index);
                    settled |= all[index].1 != Standing::Circling;
                }
            }
        }
        let circling = all.iter().filter(|(_, standing)| *standing == Standing::Circling);
        let circling = circling.map(|(undo, _)| undo.batch).collect();
        Undos {
            all,
            by_target,
            circling,
        }
    }

    /// The undos that bear on some batches: those about them, those about these, and so on. `against`: the undos about a
    /// batch.
    ///
    /// # Errors
    /// Those of `against`.
    pub fn gather<E>(
        batches: impl IntoIterator<Item = BatchId>,
        mut against: impl FnMut(BatchId) -> Result<Vec<Undo>, E>,
    ) -> Result<Undos, E> {
        let mut open: Vec<BatchId> = batches.into_iter().collect();
        let (mut seen, mut undos) = (BTreeSet::new(), Vec::new());
        while let Some(batch) = open.pop() {
            if seen.insert(batch) {
                let found = against(batch)?;
                open.extend(found.iter().map(|undo| undo.batch));
                undos.extend(found);
            }
        }
        Ok(Undos::of(undos))
    }

    /// Whether any undo, live or not, is about a batch.
    pub fn concern(&self, batch: BatchId) -> bool {
        self.by_target.contains_key(&batch) || self.circling.contains(&batch)
    }

    /// Whether a batch is taken back, but for what is kept of it.
    pub fn take_back(&self, batch: BatchId) -> bool {
        self.live(batch).next().is_some() || self.circling.contains(&batch)
    }

    /// Whether a batch's operations on an entity are taken back: some live undo does not keep the entity.
    pub fn withdraw(&self, batch: BatchId, entity: EntityId) -> bool {
        self.live(batch).any(|undo| undo.hits(batch, entity)) || self.circling.contains(&batch)
    }

    /// Entities that stay although a batch is taken back: those that all its live undos keep.
    pub fn kept(&self, batch: BatchId) -> Vec<EntityId> {
        let first = self.live(batch).next().into_iter();
        let kept = first.flat_map(|undo| undo.kept.iter().copied());
        kept.filter(|entity| !self.withdraw(batch, *entity)).collect()
    }

    /// The live undos of a batch. Two PCs may have taken it back.
    pub fn live(&self, batch: BatchId) -> impl Iterator<Item = &Undo> {
        let against = self.by_target.get(&batch).into_iter().flatten();
        let live = against.filter_map(|index| self.all.get(*index));
        live.filter(|(_, standing)| *standing == Standing::Live)
            .map(|(undo, _)| undo)
    }
}

/// How an undo stands by what is known of the undos that take it back.
fn standing(all: &[(Undo, Standing)], by_target: &BTreeMap<BatchId, Vec<usize>>, index: usize) -> Standing {
    let undo = &all[index].0;
    let against = by_target.get(&undo.batch).into_iter().flatten();
    let mut all_withdrawn = true;
    for (other, standing) in against.map(|index| &all[*index]) {
        if other.hits(undo.batch, undo.entity) {
            match standing {
                Standing::Live => return Standing::Withdrawn,
                Standing::Circling => all_withdrawn = false,
                Standing::Withdrawn => {}
            }
        }
    }
    if all_withdrawn {
        Standing::Live
    } else {
        Standing::Circling
    }
}

/// Batches, what they take back, and what that takes back: whatever may count again or no more by taking them back.
/// `undone_by`: the batches that a batch takes back, withdrawn itself or not.
///
/// # Errors
/// Those of `undone_by`.
pub fn reach<E>(
    batches: impl IntoIterator<Item = BatchId>,
    mut undone_by: impl FnMut(BatchId) -> Result<Vec<BatchId>, E>,
) -> Result<BTreeSet<BatchId>, E> {
    let mut open: Vec<BatchId> = batches.into_iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(batch) = open.pop() {
        if reached.insert(batch) {
            open.extend(undone_by(batch)?);
        }
    }
    Ok(reached)
}

/// An operation on an entity, as far as undo goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its batch.
    pub batch: BatchId,
    /// Which change it is.
    pub what: What,
    /// The district wrote it: it says something of the entity, and nobody works on it.
    pub by_district: bool,
    /// The district refused it.
    pub refused: bool,
    /// The undos of its batch take it back ([`Undos::withdraw`]).
    pub withdrawn: bool,
}

impl Step {
    /// Whether somebody works on the entity by it, without knowing that a batch was taken back, or upon what is in it.
    fn builds_on(&self, batch: BatchId) -> bool {
        let works = !matches!(self.what, What::Noted | What::Rang);
        works && self.batch != batch && !self.by_district && !self.refused && !self.withdrawn
    }
}

/// Whether an entity begins with a batch.
pub fn begins(batch: BatchId, steps: &[Step]) -> bool {
    steps
        .iter()
        .any(|step| step.batch == batch && step.what == What::Create)
}

/// The batches whose operations on an entity do not count: those that are taken back. What an entity begins with counts all
/// the same while another batch that stands works on the entity, or something else needs it (`needed`: a reservation its
/// round): another PC did not know. Where an entity began twice, neither beginning stands on the other.
pub fn withdrawn(steps: &[Step], needed: bool) -> BTreeSet<BatchId> {
    let counts = |batch: BatchId| begins(batch, steps) && (needed || steps.iter().any(|step| step.builds_on(batch)));
    let taken_back = steps.iter().filter(|step| step.withdrawn).map(|step| step.batch);
    taken_back.filter(|batch| !counts(*batch)).collect()
}

/// Whether an undo that is written now keeps an entity that begins with its batch: another batch worked on it since, or
/// relies on it. `steps`: in the order in which they came to this PC. `relying`: batches that count and name the entity in
/// others, as who lives in a household, or who registered in a round.
pub fn keeps(batch: BatchId, steps: &[Step], relying: &[BatchId]) -> bool {
    let mut since = steps.iter().skip_while(|step| step.batch != batch);
    since.any(|step| step.builds_on(batch)) || relying.iter().any(|other| *other != batch)
}

/// What an undo may not do to vouchers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoucherHarm {
    /// Vouchers that are in somebody's hand would lose the pass that they stand on.
    Fallen {
        /// The first of them.
        first: VoucherId,
        /// How many.
        count: usize,
    },
    /// A void voucher would come back.
    Returned {
        /// The first of them.
        first: VoucherId,
    },
}

/// What an undo would do to vouchers, by those that stand on their pass before and after it.
pub fn voucher_harm(before: &BTreeSet<VoucherId>, after: &BTreeSet<VoucherId>) -> Option<VoucherHarm> {
    let mut fallen = before.difference(after);
    if let Some(first) = fallen.next() {
        let count = 1 + fallen.count();
        return Some(VoucherHarm::Fallen { first: *first, count });
    }
    let first = after.difference(before).next()?;
    Some(VoucherHarm::Returned { first: *first })
}

#[cfg(test)]
mod tests;
