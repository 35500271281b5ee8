//! A committee's sequence: parts numbered 1, 2, 3 …, and the state folded from them.
//!
//! Must stay true: numbers have no gaps and are given behind the committee's lock; the state is what
//! `linli_domain` folds from the operations that count, in order, as on every PC; what does not count was rejected by
//! a rule, and everybody is told.

pub(crate) mod claim;
pub(crate) mod entities;
mod home;
mod judge;
mod pending;
mod pull;
mod push;
pub(crate) mod reclaim;
mod state;
mod undo;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use linli_domain::digest::Digest;
use linli_domain::lease::Lease;
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, Hash, PartHeader, SCHEMA};
use linli_domain::record::Field;
use linli_domain::round::RoundDefinition;
use linli_domain::time::Moment;
use linli_domain::undo::BatchId;
use linli_protocol::{Heading, Link, Rejection, SignedPart, WireOperation};

use entities::Entities;
use pending::Pending;

use crate::committee::{Committee, Device};
use crate::storage::{Transaction, Value, insert_many};
use crate::{District, Error, values};

/// An operation to be written by the district.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) kind: EntityKind,
    pub(crate) entity: EntityId,
    pub(crate) change: Change,
}

/// The end of a committee's sequence, open for appending behind the committee's lock. Ends with [`Sequence::close`].
pub(crate) struct Sequence<'t> {
    pub(crate) transaction: &'t mut dyn Transaction,
    pub(crate) district: &'t District,
    pub(crate) committee: Committee,
    pub(crate) devices: Vec<Device>,
    sums: BTreeMap<u8, Digest>,
    /// Rounds' definitions as far as asked for; `None` where there is no such round.
    rounds: HashMap<EntityId, Option<RoundDefinition>>,
    leases: HashMap<EntityId, Vec<Lease>>,
    /// PCs whose chains have grown.
    grown: BTreeSet<DeviceId>,
    pending: Pending,
}

impl<'t> Sequence<'t> {
    pub(crate) fn open(
        district: &'t District,
        transaction: &'t mut dyn Transaction,
        committee: EntityId,
    ) -> Result<Sequence<'t>, Error> {
        transaction.lock(committee)?;
        let row = Committee::load(transaction, committee)?;
        let devices = Device::all(transaction, committee)?;
        let sums = sums(transaction, committee)?;
        let (rounds, leases, grown, pending) = Default::default();
        Ok(Sequence {
            transaction,
            district,
            committee: row,
            devices,
            sums,
            rounds,
            leases,
            grown,
            pending,
        })
    }

    /// Writes what is pending, and the ends of the order and of the chains.
    pub(crate) fn close(mut self) -> Result<u64, Error> {
        self.flush()?;
        self.committee.save(self.transaction)?;
        for device in self.devices.iter().filter(|device| self.grown.contains(&device.id)) {
            device.save_chain(self.transaction, self.committee.id)?;
        }
        let rows: Vec<Vec<Value>> = self
            .sums
            .iter()
            .map(|(kind, sum)| values![self.committee.id, *kind, sum.0].to_vec())
            .collect();
        let then = "ON CONFLICT (committee, kind) DO UPDATE SET sum = excluded.sum";
        insert_many(self.transaction, "digest (committee, kind, sum)", &rows, then)?;
        Ok(self.committee.last_number)
    }

    /// Writes a batch as the district.
    pub(crate) fn write(&mut self, action: Action, now: Moment, drafts: Vec<Draft>) -> Result<(), Error> {
        debug_assert!(
            drafts.iter().all(|draft| draft.change.is_of(draft.kind)),
            "a change of another kind of thing"
        );
        let wire = |draft: &Draft| WireOperation::new(draft.kind, draft.entity, &draft.change);
        let operations = drafts.iter().map(wire).collect::<Result<Vec<_>, _>>()?;
        let heading = Heading {
            committee: self.committee.entity,
            actor: &self.district.name,
            at: now,
            schema: SCHEMA,
            action,
        };
        let mut chain = self.committee.chain();
        for Link { header, part, tail } in chain.append(&heading, operations, &self.district.key)? {
            self.append(&header, &part, tail, &[]);
        }
        Ok(())
    }

    /// Gives a part the next number. It is written and folded with [`Sequence::flush`].
    fn append(&mut self, header: &PartHeader, part: &SignedPart, tail: Hash, rejected: &[Rejection]) -> u64 {
        let number = self.committee.last_number + 1;
        self.committee.last_number = number;
        self.advance(header, tail);
        self.pending.add((self.committee.id, number), header, part, rejected);
        number
    }

    /// Moves the end of the author's chain.
    fn advance(&mut self, header: &PartHeader, tail: Hash) {
        if header.device == self.committee.device {
            self.committee.device_seq = header.last_seq();
            self.committee.device_tail = tail;
        } else if let Some(device) = self.devices.iter_mut().find(|device| device.id == header.device) {
            debug_assert_eq!(device.last_seq + 1, header.first_seq, "a part that does not follow");
            device.last_seq = header.last_seq();
            device.tail = tail;
            self.grown.insert(device.id);
        } else {
            debug_assert!(false, "a part of no device of the committee");
        }
    }

    /// A round's definition in this committee. One whose opening was taken back has it still: a reservation that another
    /// PC makes in it unknowing brings it back.
    pub(crate) fn round(&mut self, round: EntityId) -> Result<Option<RoundDefinition>, Error> {
        if let Some(known) = self.rounds.get(&round) {
            return Ok(known.clone());
        }
        let sql = "SELECT 1 FROM entity WHERE committee = $1 AND entity = $2 AND kind = $3";
        let params = values![self.committee.id, round, EntityKind::Round.number()];
        let mut entities = Entities::default();
        if self.transaction.first(sql, &params)?.is_some() {
            entities.load_to_work_on(self.transaction, self.committee.id, [round])?;
        }
        let record = entities.record(round);
        let definition = record.and_then(|record| serde_json::from_str(record.get(Field::Definition)?).ok());
        self.rounds.insert(round, definition.clone());
        Ok(definition)
    }

    /// Leases of a round.
    pub(crate) fn leases(&mut self, round: EntityId) -> Result<Vec<Lease>, Error> {
        if let Some(known) = self.leases.get(&round) {
            return Ok(known.clone());
        }
        let sql = "SELECT device, first_serial, last_serial FROM lease WHERE committee = $1 AND round = $2";
        let rows = self.transaction.query(sql, &values![self.committee.id, round])?;
        let leases: Vec<Lease> = rows
            .iter()
            .map(|row| {
                Ok(Lease {
                    round,
                    device: row.get(0)?,
                    first: row.get(1)?,
                    last: row.get(2)?,
                })
            })
            .collect::<Result<_, Error>>()?;
        self.leases.insert(round, leases.clone());
        Ok(leases)
    }
}

/// The batch that an operation takes back.
fn undone_by(operation: &WireOperation) -> Option<BatchId> {
    if operation.kind != EntityKind::Batch.number() {
        return None;
    }
    serde_json::from_str::<Change>(&operation.change).ok()?.undone()
}

/// Digests of all entities of a committee, added up by kind.
pub(crate) fn sums(transaction: &mut dyn Transaction, committee: EntityId) -> Result<BTreeMap<u8, Digest>, Error> {
    let rows = transaction.query("SELECT kind, sum FROM digest WHERE committee = $1", &values![committee])?;
    rows.iter().map(|row| Ok((row.get(0)?, Digest(row.get(1)?)))).collect()
}
