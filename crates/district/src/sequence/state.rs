//! State: what is folded, kept for questions: digests of everything, and rows of what is scarce.

use std::collections::BTreeMap;

use linli_domain::digest::Digest;
use linli_domain::entity::State;
use linli_domain::item::Columns;
use linli_domain::lease::{IssuingRight, Lease};
use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::record::{Field, Record};
use linli_domain::reservation::{AsWritten, Hold, Reservation};
use linli_domain::round::{RoundDefinition, RoundKey};
use sha2::{Digest as _, Sha256};

use super::Sequence;
use super::claim::claim_of;
use super::entities::Entities;
use crate::storage::{Row, StorageError, Value, in_list, insert_many};
use crate::{District, Error, values};

/// Entities to be folded again, with their kind.
pub(super) type Touched = BTreeMap<EntityId, EntityKind>;

/// Entities with their kind and their state's digest; none where they are not there.
type Digests = BTreeMap<EntityId, (EntityKind, Option<Digest>)>;

/// The hash by which reservations of one key find each other.
pub(super) fn key_hash(reservation: &Reservation, rule: RoundKey) -> Option<[u8; 32]> {
    // Merges, and who only typed what the roster has, are the PCs' to see: here two records are two people, so that
    // nothing they issued is refused for it.
    reservation
        .keys(rule, &AsWritten)
        .first()
        .map(|key| Sha256::digest(key).into())
}

impl District {
    /// Folds again what a program before this one folded otherwise, each committee for itself; gives how many entities.
    ///
    /// # Errors
    /// The database's.
    pub fn fold_again(&self) -> Result<usize, Error> {
        let all: Result<Vec<EntityId>, Error> = self.read(|transaction| {
            let rows = transaction.query("SELECT DISTINCT committee FROM refold", &[])?;
            Ok(rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?)
        });
        let mut count = 0;
        for committee in all? {
            count += self.write(|transaction| {
                let mut sequence = Sequence::open(self, transaction, committee)?;
                // Behind the committee's lock: another server may have been faster.
                let sql = "SELECT r.entity, max(o.kind) FROM refold r
                           JOIN operation o ON o.committee = r.committee AND o.entity = r.entity
                           WHERE r.committee = $1 GROUP BY r.entity";
                let rows = sequence.transaction.query(sql, &values![committee])?;
                let of = |row: &Row| {
                    let kind = EntityKind::from_number(row.get(1)?);
                    Ok((row.get(0)?, kind.unwrap_or(EntityKind::Reservation)))
                };
                let touched = rows.iter().map(of).collect::<Result<Touched, StorageError>>()?;
                sequence.refold(&touched)?;
                sequence
                    .transaction
                    .execute("DELETE FROM refold WHERE committee = $1", &values![committee])?;
                sequence.close()?;
                Ok(touched.len())
            })?;
        }
        Ok(count)
    }
}

impl Sequence<'_> {
    /// Folds entities again from what counts, and saves them. One that is known stays of its kind, as on every PC: the
    /// district's own hold may be of what only looked like a reservation.
    pub(super) fn refold(&mut self, touched: &Touched) -> Result<(), Error> {
        let known = self.there(touched)?;
        let mut entities = Entities::default();
        entities.load(self.transaction, self.committee.id, touched.keys().copied())?;
        let mut digests = BTreeMap::new();
        let mut items = Vec::new();
        for (entity, kind) in touched {
            let kind = known.get(entity).map_or(kind, |(kind, _)| kind);
            let state = entities.state(*kind, *entity);
            let digest = state.as_ref().map(|state| state.digest(*kind, *entity)).transpose()?;
            match kind {
                EntityKind::Reservation
                | EntityKind::Instruction
                | EntityKind::Task
                | EntityKind::Order
                | EntityKind::Answer => {
                    items.push((*entity, state));
                }
                kind => self.save_record(*kind, *entity, state.as_ref().map(State::record))?,
            }
            digests.insert(*entity, (*kind, digest));
        }
        self.save_items(&items)?;
        self.save_digests(&known, &digests)
    }

    /// Kinds and digests of those entities that are there, or were.
    fn there(&mut self, touched: &Touched) -> Result<Digests, Error> {
        let ids: Vec<Value> = touched.keys().map(|id| (*id).into()).collect();
        let sql = "SELECT entity, kind, digest FROM entity WHERE committee = $1 AND entity IN ({})";
        let mut known = Digests::new();
        for row in in_list(self.transaction, sql, &values![self.committee.id], &ids)? {
            let digest: Option<[u8; 32]> = row.get(2)?;
            if let Some(kind) = EntityKind::from_number(row.get(1)?) {
                known.insert(row.get(0)?, (kind, digest.map(Digest)));
            }
        }
        Ok(known)
    }

    fn save_digests(&mut self, known: &Digests, digests: &Digests) -> Result<(), Error> {
        let committee = self.committee.id;
        for (kind, digest) in known.values() {
            if let Some(digest) = digest {
                self.sums.entry(kind.number()).or_default().remove(digest);
            }
        }
        for (kind, digest) in digests.values() {
            if let Some(digest) = digest {
                self.sums.entry(kind.number()).or_default().add(digest);
            }
        }
        let rows: Vec<Vec<Value>> = digests
            .iter()
            .map(|(entity, (kind, digest))| {
                values![committee, *entity, kind.number(), digest.map(|digest| digest.0)].to_vec()
            })
            .collect();
        let then = "ON CONFLICT (committee, entity) DO UPDATE SET kind = excluded.kind, digest = excluded.digest";
        Ok(insert_many(
            self.transaction,
            "entity (committee, entity, kind, digest)",
            &rows,
            then,
        )?)
    }

    fn save_record(&mut self, kind: EntityKind, entity: EntityId, record: Option<&Record>) -> Result<(), Error> {
        match kind {
            EntityKind::Round => self.save_round(entity, record),
            EntityKind::Lease => self.save_lease(entity, record.and_then(Lease::of)),
            EntityKind::IssuingRight => self.save_right(entity, record.and_then(IssuingRight::of)),
            // Items have a table of their own; of the others only the digest is kept.
            EntityKind::Reservation
            | EntityKind::Instruction
            | EntityKind::Task
            | EntityKind::Order
            | EntityKind::Answer
            | EntityKind::Committee
            | EntityKind::Tag
            | EntityKind::Household
            | EntityKind::Resident
            | EntityKind::Batch => Ok(()),
        }
    }

    fn save_round(&mut self, round: EntityId, record: Option<&Record>) -> Result<(), Error> {
        let committee = self.committee.id;
        let json = record.and_then(|record| record.get(Field::Definition));
        let definition: Option<RoundDefinition> = json.and_then(|json| serde_json::from_str(json).ok());
        let sql = "SELECT definition FROM round WHERE committee = $1 AND round = $2";
        let row = self.transaction.first(sql, &values![committee, round])?;
        let before: Option<String> = row.map(|row| row.get(0)).transpose()?;
        let before = before
            .map(|json| serde_json::from_str::<RoundDefinition>(&json))
            .transpose()?
            .map(|round| round.key);
        match (&definition, json) {
            (Some(_), Some(json)) => self.transaction.execute(
                "INSERT INTO round (committee, round, definition) VALUES ($1, $2, $3)
                 ON CONFLICT (committee, round) DO UPDATE SET definition = excluded.definition",
                &values![committee, round, json],
            )?,
            _ => self.transaction.execute(
                "DELETE FROM round WHERE committee = $1 AND round = $2",
                &values![committee, round],
            )?,
        };
        let now = definition.as_ref().map(|round| round.key);
        self.rounds.remove(&round);
        if before != now { self.key_again(round) } else { Ok(()) }
    }

    /// The round's rule is another one: its reservations have other keys.
    fn key_again(&mut self, round: EntityId) -> Result<(), Error> {
        let sql = "SELECT item FROM item WHERE committee = $1 AND list = $2 AND kind = 6";
        let rows = self.transaction.query(sql, &values![self.committee.id, round])?;
        let ids = rows
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<Vec<EntityId>, _>>()?;
        let mut entities = Entities::default();
        entities.load(self.transaction, self.committee.id, ids.iter().copied())?;
        let of = |id: &EntityId| (*id, entities.state(EntityKind::Reservation, *id));
        self.save_items(&ids.iter().map(of).collect::<Vec<_>>())
    }

    pub(super) fn save_lease(&mut self, entity: EntityId, lease: Option<Lease>) -> Result<(), Error> {
        self.leases.clear();
        let committee = self.committee.id;
        match lease {
            Some(lease) => self.transaction.execute(
                "INSERT INTO lease (committee, lease, round, device, first_serial, last_serial)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (committee, lease) DO UPDATE SET last_serial = excluded.last_serial",
                &values![committee, entity, lease.round, lease.device, lease.first, lease.last],
            )?,
            None => self.transaction.execute(
                "DELETE FROM lease WHERE committee = $1 AND lease = $2",
                &values![committee, entity],
            )?,
        };
        Ok(())
    }

    fn save_right(&mut self, entity: EntityId, right: Option<IssuingRight>) -> Result<(), Error> {
        let committee = self.committee.id;
        match right {
            Some(right) => self.transaction.execute(
                "INSERT INTO issuing_right (committee, issuing_right, round, area, device) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (committee, issuing_right) DO UPDATE SET device = excluded.device",
                &values![committee, entity, right.round, right.area, right.holder],
            )?,
            None => self.transaction.execute(
                "DELETE FROM issuing_right WHERE committee = $1 AND issuing_right = $2",
                &values![committee, entity],
            )?,
        };
        Ok(())
    }

    /// Saves items, and remembers every voucher number that reservations ever had.
    pub(super) fn save_items(&mut self, states: &[(EntityId, Option<State>)]) -> Result<(), Error> {
        let committee = self.committee.id;
        let (mut rows, mut serials) = (Vec::new(), Vec::new());
        for (id, state) in states {
            let Some((state, columns)) = state.as_ref().and_then(|state| Some((state, state.columns()?))) else {
                let sql = "DELETE FROM item WHERE committee = $1 AND item = $2";
                self.transaction.execute(sql, &values![committee, *id])?;
                continue;
            };
            let mut compared = Compared::default();
            if let Some(reservation) = state.reservation() {
                let rule = self.round(reservation.round)?.map(|round| round.key);
                compared = Compared::of(reservation, rule);
                let issued = reservation
                    .voucher
                    .iter()
                    .map(|(serial, _)| serial)
                    .chain(&reservation.void_vouchers);
                serials.extend(issued.map(|serial| values![committee, reservation.round, *serial, *id].to_vec()));
            }
            rows.push(row((committee, *id), &columns, compared));
        }
        let into = "item (committee, item, kind, list, stage, number, deadline, key, claim, held, again)";
        let then = "ON CONFLICT (committee, item) DO UPDATE SET kind = excluded.kind, list = excluded.list,
                    stage = excluded.stage, number = excluded.number, deadline = excluded.deadline,
                    key = excluded.key, claim = excluded.claim, held = excluded.held, again = excluded.again";
        insert_many(self.transaction, into, &rows, then)?;
        self.follow(states)?;
        let into = "voucher_serial (committee, round, serial, reservation)";
        Ok(insert_many(self.transaction, into, &serials, "ON CONFLICT DO NOTHING")?)
    }
}

/// By what items are compared with others, as the district decides on them.
#[derive(Default)]
struct Compared {
    /// Within their list.
    key: Option<[u8; 32]>,
    /// Across committees.
    claim: Option<[u8; 32]>,
    /// Whether it waits for the district's decision.
    held: bool,
    /// Hand-outs after the first.
    again: u64,
}

impl Compared {
    fn of(reservation: &Reservation, rule: Option<RoundKey>) -> Compared {
        Compared {
            key: rule.and_then(|rule| key_hash(reservation, rule)),
            claim: rule
                .and_then(|rule| claim_of(reservation, rule))
                .map(|claim| claim.hash),
            held: matches!(reservation.hold, Some(Hold::Waiting)),
            again: reservation.handed_out_again() as u64,
        }
    }
}

fn row((committee, id): (EntityId, EntityId), columns: &Columns<'_>, compared: Compared) -> Vec<Value> {
    let Compared {
        key,
        claim,
        held,
        again,
    } = compared;
    let deadline = columns.deadline.map(|at| at.0);
    let kind = columns.kind.number();
    values![
        committee,
        id,
        kind,
        columns.list,
        columns.stage,
        columns.number,
        deadline,
        key,
        claim,
        held,
        again
    ]
    .to_vec()
}
