//! What was appended and is not in the database yet: many parts are written and folded together.

use std::collections::{BTreeSet, HashMap};

use linli_domain::operation::{Change, EntityId, EntityKind, PartHeader, What};
use linli_domain::reservation::ReservationFact;
use linli_domain::undo::BatchId;
use linli_protocol::{Rejection, SignedPart};

use super::state::Touched;
use super::{Sequence, undone_by};
use crate::sms;
use crate::storage::{Value, insert_many};
use crate::{Error, values};

/// Rows to be inserted, and what is to be folded afterwards.
#[derive(Default)]
pub(super) struct Pending {
    parts: Vec<Vec<Value>>,
    operations: Vec<Vec<Value>>,
    undos: Vec<Vec<Value>>,
    messages: Vec<Vec<Value>>,
    touched: Touched,
    /// Batches to be settled: those that grew, and those that something takes back.
    batches: BTreeSet<BatchId>,
}

impl Pending {
    /// Takes in a part under its number.
    pub(super) fn add(
        &mut self,
        (committee, number): (EntityId, u64),
        header: &PartHeader,
        part: &SignedPart,
        rejected: &[Rejection],
    ) {
        self.parts.push(
            values![
                committee,
                number,
                header.device,
                header.first_seq,
                header.last_seq(),
                header.batch,
                header.actor.as_str(),
                header.at.0,
                part.header.as_str(),
                part.signature
            ]
            .to_vec(),
        );
        // A batch that comes in several parts may have been taken back already.
        self.batches.insert((header.device, header.batch));
        let rules: HashMap<u64, &str> = rejected.iter().map(|one| (one.seq, one.rule.as_str())).collect();
        for (seq, operation) in (header.first_seq..).zip(&part.operations) {
            let rule = rules.get(&seq).copied();
            let (kind, entity, change) = (operation.kind, operation.entity, operation.change.as_str());
            let what = What::of(change);
            self.operations
                .push(values![committee, number, seq, kind, entity, change, rule, what.word()].to_vec());
            let undone = undone_by(operation).filter(|_| rule.is_none());
            if let Some((device, batch)) = undone {
                self.undos.push(values![committee, device, batch, number, seq].to_vec());
            }
            if rule.is_none() && asks_for_sms(kind, what, change) {
                let asked_at = header.at.0;
                self.messages
                    .push(values![committee, number, seq, entity, asked_at, sms::WAITING].to_vec());
            }
            match EntityKind::from_number(kind) {
                _ if rule.is_some() => {}
                Some(EntityKind::Batch) => self.batches.extend(undone),
                Some(kind) => {
                    self.touched.entry(entity).or_insert(kind);
                }
                None => {}
            }
        }
    }

    /// What kind of thing an entity is, where a part here says so.
    pub(super) fn kind(&self, entity: EntityId) -> Option<u8> {
        self.touched.get(&entity).map(|kind| kind.number())
    }
}

/// Whether an operation asks for an SMS.
fn asks_for_sms(kind: u8, what: What, change: &str) -> bool {
    kind == EntityKind::Reservation.number()
        && what == What::SmsAsked
        && matches!(
            serde_json::from_str(change),
            Ok(Change::Reservation(ReservationFact::SmsAsked))
        )
}

impl Sequence<'_> {
    /// Writes what was appended, and folds what it touched: afterwards the database is as if each part had been taken
    /// by itself.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        let Pending {
            parts,
            operations,
            undos,
            messages,
            mut touched,
            batches,
        } = std::mem::take(&mut self.pending);
        if parts.is_empty() {
            return Ok(());
        }
        let into = "part (committee, number, device, first_seq, last_seq, batch, actor, at, header, signature)";
        insert_many(self.transaction, into, &parts, "")?;
        let into = "operation (committee, number, seq, kind, entity, change, rejected, what)";
        insert_many(self.transaction, into, &operations, "")?;
        insert_many(
            self.transaction,
            "undo (committee, device, batch, number, seq)",
            &undos,
            "",
        )?;
        let into = "sms (committee, number, seq, reservation, asked_at, state)";
        insert_many(self.transaction, into, &messages, "")?;
        if !self.undoes()? {
            return self.refold(&touched);
        }
        self.settle(batches.into_iter().collect(), &mut touched)?;
        self.settle_beginnings(&touched)?;
        let mut rounds = self.rounds_of(&touched)?;
        self.refold(&touched)?;
        // Whether a round stays follows from its reservations.
        rounds.append(&mut self.rounds_of(&touched)?);
        let begun = self.settle_beginnings(&rounds)?;
        rounds.retain(|round, _| begun.contains(round));
        self.refold(&rounds)
    }

    /// Whether anything was ever taken back in this committee.
    fn undoes(&mut self) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM undo WHERE committee = $1 LIMIT 1";
        Ok(self.transaction.first(sql, &values![self.committee.id])?.is_some())
    }
}
