//! Verdicts: which operations of a part do not count, by which rule.
//!
//! Must stay true: a verdict follows from what was numbered before, so that it never has to be changed. An honest PC
//! whose program keeps the rules hears "no" only where two PCs came between each other.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use linli_domain::answer::{Answer, is_committees_own};
use linli_domain::entity::State;
use linli_domain::lease::{self, Issuing, IssuingRight, Lease};
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind, PLACED_SINCE, PartHeader};
use linli_domain::order::OrderFact;
use linli_domain::record::Field;
use linli_domain::reservation::{FIXED, Reservation, ReservationFact};
use linli_domain::round::RoundDefinition;
use linli_domain::task::TaskFact;
use linli_domain::undo::BatchId;
use linli_protocol::{Rejection, SignedPart};

use super::entities::Entities;
use super::state::key_hash;
use super::{Sequence, undone_by};
use crate::storage::{Value, in_list};
use crate::{Error, values};

/// The rules, as a rejection names them. Those of issuing are `linli_domain::lease`'s.
pub(super) mod rule {
    /// Only the district, or only the holder, writes this.
    pub(in super::super) const NOT_YOURS: &str = "not_yours";
    /// The field is given once and never set again.
    pub(in super::super) const FIXED_FIELD: &str = "fixed_field";
    /// The entity is of another kind.
    pub(in super::super) const OTHER_KIND: &str = "other_kind";
    /// A voucher for something that is not there, or is no longer.
    pub(in super::super) const NO_RESERVATION: &str = "no_reservation";
    /// A voucher that was issued stands on it.
    pub(in super::super) const VOUCHER_ISSUED: &str = "voucher_issued";
    /// It would bring a void voucher back.
    pub(in super::super) const VOUCHER_VOID: &str = "voucher_void";
    /// A text holds what nobody sees, and the program that wrote it takes that out.
    pub(in super::super) const UNPRINTABLE: &str = "unprintable";
    /// An undo comes alone in its batch.
    pub(in super::super) const UNDO_ALONE: &str = "undo_alone";
    /// What is to be taken back is not numbered before.
    pub(in super::super) const UNKNOWN_BATCH: &str = "unknown_batch";
}

/// A part being looked at.
pub(super) struct Looking<'p> {
    pub(super) header: &'p PartHeader,
    pub(super) part: &'p SignedPart,
    /// What its operations do; `None` where only a newer program can read it.
    pub(super) changes: Vec<Option<Rc<Change>>>,
}

impl<'p> Looking<'p> {
    pub(super) fn at(header: &'p PartHeader, part: &'p SignedPart) -> Looking<'p> {
        let changes = part
            .operations
            .iter()
            .map(|operation| serde_json::from_str(&operation.change).ok().map(Rc::new))
            .collect();
        Looking { header, part, changes }
    }

    /// Operations on reservations, by entity and with what they do.
    pub(super) fn of_reservations(&self) -> impl Iterator<Item = (EntityId, &Rc<Change>)> {
        self.of(EntityKind::Reservation)
    }

    /// Operations on entities of a kind, by entity and with what they do.
    pub(super) fn of(&self, kind: EntityKind) -> impl Iterator<Item = (EntityId, &Rc<Change>)> {
        let number = kind.number();
        let operations = self.part.operations.iter().zip(&self.changes);
        operations
            .filter(move |(operation, _)| operation.kind == number)
            .filter_map(|(operation, change)| Some((operation.entity, change.as_ref()?)))
    }

    /// Whether it is judged by more than itself: then what was appended before must be folded.
    fn needs_state(&self) -> bool {
        let judged = [
            EntityKind::Round,
            EntityKind::Lease,
            EntityKind::IssuingRight,
            EntityKind::Batch,
        ]
        .map(EntityKind::number);
        self.part
            .operations
            .iter()
            .any(|operation| judged.contains(&operation.kind))
            || self.of_reservations().any(|(_, change)| matters(change))
    }

    /// The batch it takes back, where it is an undo.
    pub(super) fn undoes(&self) -> Option<BatchId> {
        self.part.operations.iter().find_map(undone_by)
    }
}

/// What the operations before, in this part and earlier, have come to.
#[derive(Default)]
struct Before {
    entities: Entities,
    kinds: HashMap<EntityId, u8>,
    /// Reservations whose rows are older than the part's operations so far.
    stale: BTreeSet<EntityId>,
    /// Rights released in this part.
    released: BTreeSet<EntityId>,
}

impl Sequence<'_> {
    /// Which operations of a part do not count. `waived`: written before the PC joined, when it was on its own.
    pub(super) fn judge(&mut self, looking: &Looking<'_>, waived: bool) -> Result<Vec<Rejection>, Error> {
        let mut before = self.before(looking)?;
        let mut rejected = Vec::new();
        let operations = looking.part.operations.iter().zip(&looking.changes);
        for (seq, (operation, change)) in (looking.header.first_seq..).zip(operations) {
            let known = before.kinds.contains_key(&operation.entity);
            let kind = *before.kinds.entry(operation.entity).or_insert(operation.kind);
            let broken = match change {
                _ if kind != operation.kind => Some(rule::OTHER_KIND),
                // To begin it once more would say what its source left open: until when, how pressing.
                Some(change) if known && is_begun(kind, change) => Some(rule::NOT_YOURS),
                Some(change) => self.broken(&mut before, looking, (operation.entity, kind, change), waived)?,
                None => None,
            };
            match broken {
                Some(rule) => rejected.push(Rejection { seq, rule: rule.into() }),
                None => {
                    before.entities.push(operation.entity, looking.header, change.clone());
                    before.stale.insert(operation.entity);
                }
            }
        }
        Ok(rejected)
    }

    /// Reads what the part's operations are judged by.
    fn before(&mut self, looking: &Looking<'_>) -> Result<Before, Error> {
        if looking.needs_state() {
            self.flush()?;
        }
        let mut before = Before::default();
        let entities: BTreeSet<EntityId> = looking
            .part
            .operations
            .iter()
            .map(|operation| operation.entity)
            .collect();
        let ids: Vec<Value> = entities.iter().map(|id| (*id).into()).collect();
        let sql = "SELECT entity, kind FROM entity WHERE committee = $1 AND entity IN ({})";
        for row in in_list(self.transaction, sql, &values![self.committee.id], &ids)? {
            before.kinds.insert(row.get(0)?, row.get(1)?);
        }
        for id in &entities {
            if let Some(kind) = self.pending.kind(*id) {
                before.kinds.entry(*id).or_insert(kind);
            }
        }
        let weighed = looking.of_reservations().any(|(_, change)| matters(change));
        if weighed {
            before
                .entities
                .load_to_work_on(self.transaction, self.committee.id, entities.iter().copied())?;
            let homes: Vec<EntityId> = entities
                .iter()
                .filter_map(|id| before.entities.reservation(*id))
                .flat_map(|state| homes(&state))
                .collect();
            before
                .entities
                .load_to_work_on(self.transaction, self.committee.id, homes)?;
        }
        Ok(before)
    }

    /// The rule that an operation breaks.
    fn broken(
        &mut self,
        before: &mut Before,
        looking: &Looking<'_>,
        (entity, kind, change): (EntityId, u8, &Change),
        waived: bool,
    ) -> Result<Option<&'static str>, Error> {
        let Some(kind) = EntityKind::from_number(kind) else {
            return Ok(None);
        };
        if IssuingRight::could_be(entity) && kind != EntityKind::IssuingRight {
            return Ok(Some(rule::OTHER_KIND));
        }
        // What an older program let its clerk paste stays: it would be lost over a mark that nobody sees.
        if looking.header.schema >= PLACED_SINCE && !change.is_placed() {
            return Ok(Some(rule::UNPRINTABLE));
        }
        if matches!(change, Change::Noted(_)) {
            return Ok(None);
        }
        match kind {
            EntityKind::Instruction if *change == Change::Acknowledged => Ok(None),
            EntityKind::Instruction => Ok(Some(rule::NOT_YOURS)),
            EntityKind::Task | EntityKind::Order => Ok((!is_a_committees(change)).then_some(rule::NOT_YOURS)),
            EntityKind::Answer => self.on_answer(entity, change),
            EntityKind::Lease => self.gives_back(looking, entity, change),
            EntityKind::IssuingRight => self.release(before, looking.header.device, entity, change),
            EntityKind::Household if change.touches(&[Field::Elsewhere]) => Ok(Some(rule::NOT_YOURS)),
            EntityKind::Household | EntityKind::Resident => {
                Ok(sets(change, &[Field::Area]).then_some(rule::FIXED_FIELD))
            }
            EntityKind::Round => self.on_round(entity, change, waived),
            EntityKind::Reservation => self.on_reservation(before, looking, (entity, change), waived),
            EntityKind::Batch => self.takes_back(looking, change),
            EntityKind::Committee | EntityKind::Tag => Ok(None),
        }
    }

    /// A committee writes answers of its own, and withdraws those; what the district sent is the district's.
    fn on_answer(&mut self, answer: EntityId, change: &Change) -> Result<Option<&'static str>, Error> {
        if is_committees_own(change) {
            return Ok(None);
        }
        let mut known = Entities::default();
        known.load(self.transaction, self.committee.id, [answer])?;
        let known = known.state(EntityKind::Answer, answer);
        let districts = known.as_ref().and_then(State::answer).is_some_and(Answer::is_districts);
        let withdrawn = *change == Change::Delete && !districts;
        Ok((!withdrawn).then_some(rule::NOT_YOURS))
    }

    /// A lease only gets shorter, by its PC, and by numbers that were not given out. It comes in a batch of nothing else,
    /// so that no undo of other work can take it back.
    fn gives_back(
        &mut self,
        looking: &Looking<'_>,
        entity: EntityId,
        change: &Change,
    ) -> Result<Option<&'static str>, Error> {
        let header = looking.header;
        let alone = header.batch == header.first_seq && looking.of(EntityKind::Lease).count() == looking.changes.len();
        let sql = "SELECT round, device, first_serial, last_serial FROM lease WHERE committee = $1 AND lease = $2";
        let row = self.transaction.first(sql, &values![self.committee.id, entity])?;
        let Some(row) = row else {
            return Ok(Some(rule::NOT_YOURS));
        };
        let lease = Lease {
            round: row.get(0)?,
            device: row.get(1)?,
            first: row.get(2)?,
            last: row.get(3)?,
        };
        let Some(kept) = lease
            .after(change)
            .filter(|lease| alone && lease.device == header.device)
        else {
            return Ok(Some(rule::NOT_YOURS));
        };
        let sql = "SELECT 1 FROM voucher_serial
                   WHERE committee = $1 AND round = $2 AND serial > $3 AND serial <= $4 LIMIT 1";
        let given_out = values![self.committee.id, lease.round, kept.last, lease.last];
        if self.transaction.first(sql, &given_out)?.is_some() {
            return Ok(Some(rule::NOT_YOURS));
        }
        self.save_lease(entity, (kept.first <= kept.last).then_some(kept))?;
        Ok(None)
    }

    /// A right is only released, and only by its holder.
    fn release(
        &mut self,
        before: &mut Before,
        device: DeviceId,
        entity: EntityId,
        change: &Change,
    ) -> Result<Option<&'static str>, Error> {
        let releases = match change {
            Change::Set(fields) => {
                fields.len() == 1 && fields.get(&Field::Device).is_some_and(|field| field.to.is_none())
            }
            _ => false,
        };
        if releases && self.holder(before, entity)? == Some(device) {
            before.released.insert(entity);
            return Ok(None);
        }
        Ok(Some(rule::NOT_YOURS))
    }

    fn holder(&mut self, before: &Before, right: EntityId) -> Result<Option<DeviceId>, Error> {
        if before.released.contains(&right) {
            return Ok(None);
        }
        let sql = "SELECT device FROM issuing_right WHERE committee = $1 AND issuing_right = $2";
        let row = self.transaction.first(sql, &values![self.committee.id, right])?;
        Ok(row.map(|row| row.get(0)).transpose()?.flatten())
    }

    /// A round of the district is the district's to open and to change. What one of the committee's own counts by is given
    /// once: a PC without a network may be issuing by it.
    fn on_round(&mut self, round: EntityId, change: &Change, waived: bool) -> Result<Option<&'static str>, Error> {
        let to = match change {
            Change::Create(fields) => fields.get(&Field::Definition).map(String::as_str),
            Change::Set(fields) => fields.get(&Field::Definition).and_then(|field| field.to.as_deref()),
            Change::Settle(fields) => fields
                .get(&Field::Definition)
                .and_then(|field| field.change.to.as_deref()),
            _ => None,
        };
        let to = to.and_then(|json| serde_json::from_str::<RoundDefinition>(json).ok());
        let known = self.round(round)?;
        if [&to, &known]
            .into_iter()
            .flatten()
            .any(|definition| definition.district)
        {
            return Ok(Some(rule::NOT_YOURS));
        }
        let other_key = to.zip(known).is_some_and(|(to, known)| to.key != known.key);
        Ok((other_key && !waived).then_some(rule::FIXED_FIELD))
    }

    fn on_reservation(
        &mut self,
        before: &mut Before,
        looking: &Looking<'_>,
        (entity, change): (EntityId, &Change),
        waived: bool,
    ) -> Result<Option<&'static str>, Error> {
        match change {
            Change::Reservation(ReservationFact::DistrictHeld | ReservationFact::DistrictDecided { .. }) => {
                Ok(Some(rule::NOT_YOURS))
            }
            Change::Reservation(ReservationFact::VoucherIssued { .. }) if waived => Ok(None),
            Change::Reservation(ReservationFact::VoucherIssued { serial, .. }) => {
                self.issues(before, looking.header.device, entity, *serial)
            }
            Change::Delete => {
                let issued = before
                    .entities
                    .reservation(entity)
                    .is_some_and(|state| state.voucher.is_some());
                Ok(issued.then_some(rule::VOUCHER_ISSUED))
            }
            change if sets(change, &FIXED) => Ok(Some(rule::FIXED_FIELD)),
            _ => Ok(None),
        }
    }

    fn issues(
        &mut self,
        before: &mut Before,
        device: DeviceId,
        entity: EntityId,
        serial: u32,
    ) -> Result<Option<&'static str>, Error> {
        self.freshen(before)?;
        let Some(state) = before.entities.reservation(entity) else {
            return Ok(Some(rule::NO_RESERVATION));
        };
        let Some(round) = self.round(state.round)? else {
            return Ok(Some(rule::NO_RESERVATION));
        };
        before
            .entities
            .load_to_work_on(self.transaction, self.committee.id, homes(&state))?;
        let area = area(&before.entities, &state, &round);
        let right = IssuingRight::id(state.round, &area);
        let sql = "SELECT 1 FROM voucher_serial WHERE committee = $1 AND round = $2 AND serial = $3";
        let used = self
            .transaction
            .first(sql, &values![self.committee.id, state.round, serial])?
            .is_some();
        let known = Issuing {
            leases: &self.leases(state.round)?,
            holder: self.holder(before, right)?,
            used,
            served: self.served(entity, &state, &round)?,
            held: state.is_held_back(),
        };
        Ok(lease::issue_problem(device, serial, &known).map(lease::IssueProblem::rule))
    }

    /// The area in which a reservation's voucher is issued.
    pub(super) fn area_of(&mut self, state: &Reservation, round: &RoundDefinition) -> Result<String, Error> {
        let mut entities = Entities::default();
        entities.load_to_work_on(self.transaction, self.committee.id, homes(state))?;
        Ok(area(&entities, state, round))
    }

    /// Whether this reservation, or another of its key, has a voucher.
    fn served(&mut self, entity: EntityId, state: &Reservation, round: &RoundDefinition) -> Result<bool, Error> {
        if state.voucher.is_some() {
            return Ok(true);
        }
        let Some(key) = key_hash(state, round.key) else {
            return Ok(false);
        };
        let sql = "SELECT 1 FROM item WHERE committee = $1 AND list = $2 AND key = $3
                   AND number IS NOT NULL AND item <> $4 LIMIT 1";
        Ok(self
            .transaction
            .first(sql, &values![self.committee.id, state.round, key, entity])?
            .is_some())
    }

    /// Saves the rows of reservations that operations of this part have changed so far.
    fn freshen(&mut self, before: &mut Before) -> Result<(), Error> {
        let reservation = EntityKind::Reservation.number();
        let stale: Vec<EntityId> = std::mem::take(&mut before.stale)
            .into_iter()
            .filter(|id| before.kinds.get(id) == Some(&reservation))
            .collect();
        let of = |id: &EntityId| (*id, before.entities.state(EntityKind::Reservation, *id));
        self.save_items(&stale.iter().map(of).collect::<Vec<_>>())
    }

    /// An undo takes back what was numbered before and is not the district's; see [`Sequence::append_undo`] for vouchers.
    fn takes_back(&mut self, looking: &Looking<'_>, change: &Change) -> Result<Option<&'static str>, Error> {
        let Some((device, first_seq)) = change.undone() else {
            return Ok(None);
        };
        let header = looking.header;
        if header.count != 1 || header.batch != header.first_seq {
            return Ok(Some(rule::UNDO_ALONE));
        }
        if device == self.committee.device {
            return Ok(Some(rule::NOT_YOURS));
        }
        let sql = "SELECT o.kind, count(*) FROM operation o
                   JOIN part p ON p.committee = o.committee AND p.number = o.number
                   WHERE p.committee = $1 AND p.device = $2 AND p.batch = $3 GROUP BY o.kind";
        let rows = self
            .transaction
            .query(sql, &values![self.committee.id, device, first_seq])?;
        let scarce = [EntityKind::Lease, EntityKind::IssuingRight].map(EntityKind::number);
        let kinds = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<u8>, _>>()?;
        match () {
            () if kinds.is_empty() => Ok(Some(rule::UNKNOWN_BATCH)),
            () if kinds.iter().any(|kind| scarce.contains(kind)) => Ok(Some(rule::NOT_YOURS)),
            () => Ok(None),
        }
    }
}

/// Whether a change begins a task or an order.
fn is_begun(kind: u8, change: &Change) -> bool {
    let pushed = [EntityKind::Task, EntityKind::Order].map(EntityKind::number);
    matches!(change, Change::Create(_)) && pushed.contains(&kind)
}

/// Whether a committee's PC may say it of a task or an order. What a row says is its source's to change, and where it belongs
/// the district's; a sheet that the committee imported is taken back by undoing the import.
fn is_a_committees(change: &Change) -> bool {
    match change {
        Change::Create(_) => true,
        Change::Task(fact) => !matches!(fact, TaskFact::TakenBack { .. } | TaskFact::GivenAgain { .. }),
        Change::Order(fact) => !matches!(
            fact,
            OrderFact::Recalled { .. } | OrderFact::Urged { .. } | OrderFact::GivenAgain { .. }
        ),
        _ => false,
    }
}

/// Whether judging a part with this needs the state of its reservations.
fn matters(change: &Change) -> bool {
    matches!(
        change,
        Change::Reservation(ReservationFact::VoucherIssued { .. }) | Change::Delete
    )
}

/// Whether a change sets one of these fields again.
fn sets(change: &Change, fields: &[Field]) -> bool {
    !matches!(change, Change::Create(_)) && change.touches(fields)
}

/// The roster's entities that say where a reservation's voucher is issued.
fn homes(state: &Reservation) -> impl Iterator<Item = EntityId> + use<> {
    [state.id(Field::Household), state.id(Field::Resident)]
        .into_iter()
        .flatten()
}

/// The area in which a reservation's voucher is issued.
fn area(entities: &Entities, state: &Reservation, round: &RoundDefinition) -> String {
    state.area(round.key, |home| {
        entities.first_written(home)?.get(&Field::Area).cloned()
    })
}
