//! Giving out what came after a number.

use linli_domain::operation::EntityId;
use linli_protocol::{
    KindDigest, Numbered, PARTS, PullRequest, Pulled, Rejection, SignedPart, WantedRight, WireOperation,
};

use super::sums;
use crate::committee::{Caller, Committee, Device};
use crate::storage::{Row, StorageError, Transaction};
use crate::{District, Error, values};

/// Most bytes of headers and operations in one answer: even where escaping in JSON doubles them (more it cannot, see
/// `unwritable` in `push`), they keep `linli_protocol::BODY_BYTES`.
const PAGE_BYTES: usize = 3 * 1024 * 1024;
/// What an operation weighs beside its change: entity, kind and names in JSON.
const ROW_BYTES: usize = 100;

impl District {
    /// Parts after a number, in order; with the last one, the digests of the state there.
    ///
    /// # Errors
    /// The database's.
    pub fn pull(&self, caller: Caller, request: PullRequest) -> Result<Pulled, Error> {
        self.read(|transaction| {
            let committee = Committee::load(transaction, caller.committee)?;
            let parts = self.page(transaction, &committee, request.after)?;
            let reached = parts.last().map_or(request.after, |part| part.number);
            let at_the_end = reached == committee.last_number;
            let digests = if at_the_end {
                digests(transaction, committee.id)?
            } else {
                Vec::new()
            };
            let known = Device::all(transaction, committee.id)?;
            let gone = known.iter().filter(|device| at_the_end && device.revoked_at.is_some());
            let revoked = gone.map(|device| device.id).collect();
            let mut devices = vec![self.card(&committee)];
            devices.extend(known.iter().map(Device::card));
            let wanted = wanted(transaction, caller)?;
            Ok(Pulled {
                parts,
                devices,
                last: committee.last_number,
                digests,
                wanted,
                revoked,
            })
        })
    }

    fn page(
        &self,
        transaction: &mut dyn Transaction,
        committee: &Committee,
        after: u64,
    ) -> Result<Vec<Numbered>, Error> {
        let sql = "SELECT p.number, p.header, p.signature,
                       (SELECT CAST(sum(octet_length(o.change)) AS BIGINT) FROM operation o
                        WHERE o.committee = p.committee AND o.number = p.number), p.last_seq - p.first_seq + 1
                   FROM part p WHERE p.committee = $1 AND p.number > $2 ORDER BY p.number LIMIT $3";
        let rows = transaction.query(sql, &values![committee.id, after, PARTS])?;
        let mut parts: Vec<Numbered> = Vec::new();
        let mut bytes = 0;
        for row in &rows {
            let part = SignedPart {
                header: row.get(1)?,
                operations: Vec::new(),
                signature: row.get(2)?,
            };
            bytes += part.header.len() + row.get::<usize>(3)? + row.get::<usize>(4)? * ROW_BYTES;
            if bytes > PAGE_BYTES && !parts.is_empty() {
                break;
            }
            parts.push(Numbered {
                number: row.get(0)?,
                part,
                rejected: Vec::new(),
            });
        }
        if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
            let range = (first.number, last.number);
            fill(transaction, committee.id, range, &mut parts)?;
        }
        Ok(parts)
    }
}

/// Reads the operations of parts that follow on each other.
fn fill(
    transaction: &mut dyn Transaction,
    committee: EntityId,
    (first, last): (u64, u64),
    parts: &mut [Numbered],
) -> Result<(), Error> {
    let sql = "SELECT number, seq, kind, entity, change, rejected FROM operation
               WHERE committee = $1 AND number BETWEEN $2 AND $3 ORDER BY number, seq";
    for row in transaction.query(sql, &values![committee, first, last])? {
        let place = (row.get::<u64>(0)? - first) as usize;
        let Some(numbered) = parts.get_mut(place) else { continue };
        numbered.part.operations.push(operation(&row)?);
        if let Some(rule) = row.get(5)? {
            numbered.rejected.push(Rejection { seq: row.get(1)?, rule });
        }
    }
    Ok(())
}

fn operation(row: &Row) -> Result<WireOperation, StorageError> {
    Ok(WireOperation {
        kind: row.get(2)?,
        entity: row.get(3)?,
        change: row.get(4)?,
    })
}

/// Sums of the kinds of which there is anything.
fn digests(transaction: &mut dyn Transaction, committee: EntityId) -> Result<Vec<KindDigest>, Error> {
    let sums = sums(transaction, committee)?;
    let there = sums.into_iter().filter(|(_, sum)| sum.0 != [0; 32]);
    Ok(there.map(|(kind, sum)| KindDigest { kind, sum: sum.0 }).collect())
}

/// Rights of a PC that others wait for.
fn wanted(transaction: &mut dyn Transaction, caller: Caller) -> Result<Vec<WantedRight>, Error> {
    let sql = "SELECT DISTINCT w.round, w.area FROM want w
               JOIN issuing_right r ON r.committee = w.committee AND r.round = w.round AND r.area = w.area
               WHERE w.committee = $1 AND r.device = $2 AND w.device <> $2 ORDER BY w.round, w.area";
    let rows = transaction.query(sql, &values![caller.committee, caller.device])?;
    rows.iter()
        .map(|row| {
            Ok(WantedRight {
                round: row.get(0)?,
                area: row.get(1)?,
            })
        })
        .collect()
}
