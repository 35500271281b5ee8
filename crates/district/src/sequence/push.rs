//! Taking in what PCs push: each part is checked, judged and numbered, or it is left.

use std::collections::BTreeSet;

use ed25519_dalek::VerifyingKey;
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, Hash, PartHeader};
use linli_domain::reservation::ReservationFact;
use linli_domain::time::Moment;
use linli_domain::undo::{self, BatchId, VoucherHarm, VoucherId};
use linli_protocol::{
    Denial, DenialCode, PARTS, PartProblem, PartVerdict, Place, PushRequest, Pushed, Rejection, SignedPart,
};

use super::claim::claim_of;
use super::entities::Entities;
use super::judge::{Looking, rule};
use super::{Draft, Sequence};
use crate::committee::{Caller, Device};
use crate::storage::Transaction;
use crate::{District, Error, values};

impl District {
    /// Takes in parts, of the asking PC or brought by it for another of its committee. What cannot be taken has no
    /// verdict and waits on.
    ///
    /// # Errors
    /// Not one part could be taken: why the first could not.
    pub fn push(&self, caller: Caller, request: &PushRequest, now: Moment) -> Result<Pushed, Error> {
        if request.parts.len() > PARTS {
            return Err(Error::denied(
                DenialCode::BadRequest,
                format!("more than {PARTS} parts"),
            ));
        }
        self.write(|transaction| {
            let mut sequence = Sequence::open(self, transaction, caller.committee)?;
            let mut verdicts = Vec::new();
            let mut refused = None;
            for part in &request.parts {
                match sequence.take(part, now) {
                    Ok(verdict) => verdicts.push(verdict),
                    Err(Error::Denied(denial)) => {
                        refused.get_or_insert(denial);
                    }
                    Err(error) => return Err(error),
                }
            }
            sequence.pass_rights_on(now)?;
            sequence.close()?;
            match refused {
                Some(denial) if verdicts.is_empty() => Err(denial.into()),
                _ => Ok(Pushed { verdicts }),
            }
        })
    }
}

impl Sequence<'_> {
    /// Checks, judges and numbers a part. Nothing is changed where it is denied.
    pub(crate) fn take(&mut self, part: &SignedPart, now: Moment) -> Result<PartVerdict, Error> {
        let header = part.header().map_err(problem)?;
        if header.committee != self.committee.entity {
            return Err(Error::denied(
                DenialCode::OtherCommittee,
                "the part is of another committee",
            ));
        }
        if unwritable(&header, part) {
            return Err(Error::denied(
                DenialCode::BadRequest,
                "a text holds a control character",
            ));
        }
        let device = self.author(header.device)?.clone();
        match device.chain().place(&header) {
            Place::Next => {}
            Place::Taken => return self.known(&header, part),
            Place::Missing { expected } => {
                return Err(Denial {
                    code: DenialCode::Gap,
                    text: "a part before it is missing".into(),
                    expected: Some(expected),
                }
                .into());
            }
        }
        let key: VerifyingKey = device.key()?;
        let tail = part.verify(device.tail, &key).map_err(problem)?;
        let continues_undo = self.continues(&header)?;
        let looking = Looking::at(&header, part);
        self.claim_homes(&looking, now)?;
        self.hold(&looking, now)?;
        let waived = header.last_seq() <= device.declared_seq;
        let mut rejected = self.judge(&looking, waived)?;
        if continues_undo {
            rejected = all_rejected(&header, rule::UNDO_ALONE);
        }
        let undoes = looking.undoes().filter(|_| rejected.is_empty());
        let (number, rejected) = match undoes {
            Some(batch) => self.append_undo(&header, part, tail, batch)?,
            None => (self.append(&header, part, tail, &rejected), rejected),
        };
        Ok(PartVerdict {
            device: header.device,
            first_seq: header.first_seq,
            number,
            duplicate: false,
            rejected,
        })
    }

    /// A PC of this committee that may still write.
    fn author(&self, device: DeviceId) -> Result<&Device, Error> {
        let known = self.devices.iter().find(|known| known.id == device);
        let known =
            known.ok_or_else(|| Error::denied(DenialCode::BadRequest, "the part's author is not known here"))?;
        if known.revoked_at.is_some() {
            return Err(Error::denied(DenialCode::Revoked, "the part's author was revoked"));
        }
        Ok(known)
    }

    /// The verdict on a part that is here already.
    fn known(&mut self, header: &PartHeader, part: &SignedPart) -> Result<PartVerdict, Error> {
        self.flush()?;
        let sql = "SELECT number, header, signature FROM part WHERE committee = $1 AND device = $2 AND first_seq = $3";
        let row = self
            .transaction
            .first(sql, &values![self.committee.id, header.device, header.first_seq])?;
        let forked = || Error::denied(DenialCode::Forked, "the district has something else here");
        let row = row.ok_or_else(forked)?;
        // The signature binds the operations.
        if row.get::<String>(1)? != part.header || row.get::<[u8; 64]>(2)? != part.signature {
            return Err(forked());
        }
        let number = row.get(0)?;
        let rejected = rejections(self.transaction, self.committee.id, number)?;
        Ok(PartVerdict {
            device: header.device,
            first_seq: header.first_seq,
            number,
            duplicate: true,
            rejected,
        })
    }

    /// A part begins a batch, or continues that of the part before; says whether that was an undo.
    fn continues(&mut self, header: &PartHeader) -> Result<bool, Error> {
        if header.batch == header.first_seq {
            return Ok(false);
        }
        self.flush()?;
        let sql = "SELECT p.batch, o.kind FROM part p
                   JOIN operation o ON o.committee = p.committee AND o.number = p.number
                   WHERE p.committee = $1 AND p.device = $2 AND p.last_seq = $3 LIMIT 1";
        let last = header.first_seq - 1;
        let row = self
            .transaction
            .first(sql, &values![self.committee.id, header.device, last])?;
        match row {
            Some(row) if row.get::<u64>(0)? == header.batch => Ok(row.get::<u8>(1)? == EntityKind::Batch.number()),
            _ => Err(Error::denied(
                DenialCode::BadRequest,
                "the part continues a batch that is not the last one",
            )),
        }
    }

    /// Numbers an undo, unless a voucher that stands would lose its ground by it (it is in somebody's hand), or a void one
    /// come back.
    fn append_undo(
        &mut self,
        header: &PartHeader,
        part: &SignedPart,
        tail: Hash,
        batch: BatchId,
    ) -> Result<(u64, Vec<Rejection>), Error> {
        self.flush()?;
        let reservations = self.reservations_of(batch)?;
        let before = self.standing(&reservations)?;
        let (committee, devices, sums) = (self.committee.clone(), self.devices.clone(), self.sums.clone());
        self.transaction.execute("SAVEPOINT undo", &[])?;
        let number = self.append(header, part, tail, &[]);
        self.flush()?;
        let after = self.standing(&reservations)?;
        let Some(harm) = undo::voucher_harm(&before, &after) else {
            return Ok((number, Vec::new()));
        };
        self.transaction.execute("ROLLBACK TO SAVEPOINT undo", &[])?;
        (self.committee, self.devices, self.sums) = (committee, devices, sums);
        self.rounds.clear();
        self.leases.clear();
        let rule = match harm {
            VoucherHarm::Fallen { .. } => rule::VOUCHER_ISSUED,
            VoucherHarm::Returned { .. } => rule::VOUCHER_VOID,
        };
        let rejected = all_rejected(header, rule);
        Ok((self.append(header, part, tail, &rejected), rejected))
    }

    /// Reservations that a batch touched; for an undo, that what it takes back touched, too.
    fn reservations_of(&mut self, batch: BatchId) -> Result<BTreeSet<EntityId>, Error> {
        let sql = "SELECT DISTINCT o.entity FROM operation o
                   JOIN part p ON p.committee = o.committee AND p.number = o.number
                   WHERE p.committee = $1 AND p.device = $2 AND p.batch = $3 AND o.kind = $4";
        let kind = EntityKind::Reservation.number();
        let mut reservations = BTreeSet::new();
        for (device, batch) in undo::reach([batch], |batch| self.undone_by(batch))? {
            let params = values![self.committee.id, device, batch, kind];
            for row in self.transaction.query(sql, &params)? {
                reservations.insert(row.get(0)?);
            }
        }
        Ok(reservations)
    }

    /// Vouchers that stand on their pass: round and serial.
    fn standing(&mut self, reservations: &BTreeSet<EntityId>) -> Result<BTreeSet<VoucherId>, Error> {
        let mut entities = Entities::default();
        entities.load(self.transaction, self.committee.id, reservations.iter().copied())?;
        let states = reservations.iter().filter_map(|id| entities.reservation(*id));
        Ok(states
            .filter_map(|state| Some((state.round, state.supported_voucher()?)))
            .collect())
    }

    /// Holds those of a part's reservations whose person or home another committee has, before the part is numbered:
    /// whoever has the part has the hold.
    fn hold(&mut self, looking: &Looking<'_>, now: Moment) -> Result<(), Error> {
        let claiming: BTreeSet<EntityId> = looking
            .of_reservations()
            .filter(|(_, change)| matches!(***change, Change::Create(_)))
            .map(|(entity, _)| entity)
            .collect();
        if claiming.is_empty() {
            return Ok(());
        }
        if claiming.iter().any(|id| self.pending.kind(*id).is_some()) {
            self.flush()?;
        }
        let mut entities = Entities::default();
        entities.load_to_work_on(self.transaction, self.committee.id, claiming.iter().copied())?;
        for (entity, change) in looking.of_reservations() {
            entities.push(entity, looking.header, Some(change.clone()));
        }
        let mut wanted = Vec::new();
        for id in claiming {
            let Some(state) = entities.reservation(id).filter(|state| state.hold.is_none()) else {
                continue;
            };
            let Some(round) = self.round(state.round)?.filter(|round| round.district) else {
                continue;
            };
            let claim = claim_of(&state, round.key).filter(|claim| claim.across);
            wanted.extend(claim.map(|claim| (claim, id, state.round)));
        }
        // In one order everywhere, so that two committees do not wait for each other.
        wanted.sort_by_key(|(claim, ..)| claim.hash);
        let mut held = Vec::new();
        for (claim, id, round) in wanted {
            if self.claimed_elsewhere(round, &claim)? {
                let change = Change::Reservation(ReservationFact::DistrictHeld);
                held.push(Draft {
                    kind: EntityKind::Reservation,
                    entity: id,
                    change,
                });
            }
        }
        if held.is_empty() {
            Ok(())
        } else {
            self.write(Action::ReservationHeld, now, held)
        }
    }
}

/// Whether a text of the part holds a control character other than a blank. JSON has none: inside a change they are
/// written as escapes and do no harm. A database cannot keep NUL (PostgreSQL's TEXT), and all of them grow sixfold where
/// the text is written as JSON once more, so that an answer would not keep its limit.
fn unwritable(header: &PartHeader, part: &SignedPart) -> bool {
    let changes = part.operations.iter().map(|operation| operation.change.as_str());
    let control = |c: char| c.is_ascii_control() && !c.is_ascii_whitespace() && c != '\u{7f}';
    header.actor.contains('\0')
        || [part.header.as_str()]
            .into_iter()
            .chain(changes)
            .any(|text| text.contains(control))
}

fn all_rejected(header: &PartHeader, rule: &str) -> Vec<Rejection> {
    (header.first_seq..=header.last_seq())
        .map(|seq| Rejection { seq, rule: rule.into() })
        .collect()
}

/// The operations of a numbered part that do not count.
pub(super) fn rejections(
    transaction: &mut dyn Transaction,
    committee: EntityId,
    number: u64,
) -> Result<Vec<Rejection>, Error> {
    let sql = "SELECT seq, rejected FROM operation WHERE committee = $1 AND number = $2 AND rejected IS NOT NULL
               ORDER BY seq";
    let rows = transaction.query(sql, &values![committee, number])?;
    rows.iter()
        .map(|row| {
            Ok(Rejection {
                seq: row.get(0)?,
                rule: row.get(1)?,
            })
        })
        .collect()
}

fn problem(problem: PartProblem) -> Error {
    let code = match problem {
        PartProblem::Header | PartProblem::TooLarge => DenialCode::BadRequest,
        PartProblem::Signature => DenialCode::BadSignature,
    };
    Error::denied(code, problem.to_string())
}
