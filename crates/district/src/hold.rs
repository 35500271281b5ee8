//! Deciding between committees: whose reservation stands where two have the same person or home.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::{Reservation, ReservationFact};
use linli_domain::time::Moment;

use crate::committee::Committee;
use crate::district::audit;
use crate::random::Randomness;
use crate::round::DistrictRound;
use crate::sequence::claim::{Claim, claim_of, owner};
use crate::sequence::entities::Entities;
use crate::sequence::reclaim::Places;
use crate::sequence::{Draft, Sequence};
use crate::storage::{Row, Transaction};
use crate::{DISTRICT, District, Error, values};

/// A reservation that waits for the district's decision.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Held {
    /// Its committee's number.
    pub committee: u64,
    /// Its committee's town and name.
    pub committee_name: String,
    /// The reservation.
    pub reservation: EntityId,
    /// Its number, for people.
    pub number: String,
    /// The committees that have that person or home, or a reservation of it.
    pub others: Vec<String>,
}

/// What came of deciding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It is written.
    Written,
    /// PCs of these committees may be issuing for the same person or home, offline. They are asked to give the right up:
    /// decide again then, within a day.
    RightsAskedBack(Vec<String>),
}

/// A reservation somewhere that has the same person or home.
struct Rival {
    committee: EntityId,
    reservation: EntityId,
}

impl Rival {
    fn of(row: &Row) -> Result<Rival, Error> {
        Ok(Rival {
            committee: row.get(0)?,
            reservation: row.get(1)?,
        })
    }
}

fn rivals(transaction: &mut dyn Transaction, round: EntityId, claim: &[u8; 32]) -> Result<Vec<Rival>, Error> {
    let sql = "SELECT committee, item FROM item WHERE list = $1 AND claim = $2";
    transaction
        .query(sql, &values![round, *claim])?
        .iter()
        .map(Rival::of)
        .collect()
}

fn state(transaction: &mut dyn Transaction, committee: EntityId, id: EntityId) -> Result<Reservation, Error> {
    let mut entities = Entities::default();
    entities.load(transaction, committee, [id])?;
    entities
        .reservation(id)
        .ok_or_else(|| Error::Input("没有这条预约".into()))
}

impl District {
    /// Reservations of a round that wait for a decision.
    ///
    /// # Errors
    /// The database's.
    pub fn held(&self, round: &DistrictRound) -> Result<Vec<Held>, Error> {
        self.read(|transaction| {
            let names = Committee::all(transaction)?;
            let sql = "SELECT committee, item FROM item WHERE list = $1 AND kind = 6 AND held = 1
                       ORDER BY committee, item";
            let rows = transaction.query(sql, &values![round.id])?;
            rows.iter()
                .map(|row| self.held_one(transaction, round.id, (row.get(0)?, row.get(1)?), &names))
                .collect()
        })
    }

    fn held_one(
        &self,
        transaction: &mut dyn Transaction,
        round: EntityId,
        (committee, reservation): (EntityId, EntityId),
        names: &[Committee],
    ) -> Result<Held, Error> {
        let state = state(transaction, committee, reservation)?;
        let mut others = BTreeSet::new();
        if let Some(claim) = claim_of(&state, self.definition(transaction, committee, round)?.key) {
            others.extend(
                rivals(transaction, round, &claim.hash)?
                    .iter()
                    .map(|rival| rival.committee),
            );
            others.extend(owner(transaction, round, &claim)?);
        }
        others.remove(&committee);
        let named = |id: EntityId| names.iter().find(|one| one.id == id);
        let one = named(committee);
        Ok(Held {
            committee: one.map_or(0, |one| one.number),
            committee_name: one.map_or_else(String::new, Committee::full_name),
            reservation,
            number: state.get(Field::Number).unwrap_or_default().to_owned(),
            others: others.into_iter().filter_map(named).map(Committee::full_name).collect(),
        })
    }

    /// Decides for a held reservation, or against it. Decided for it, the others of its key stand back; not before no PC
    /// can be issuing for them.
    ///
    /// # Errors
    /// It does not wait, or another one has a voucher already.
    pub fn decide(
        &self,
        (committee, reservation): (EntityId, EntityId),
        granted: bool,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<Decided, Error> {
        self.write(|transaction| {
            transaction.lock(committee)?;
            let held = state(transaction, committee, reservation)?;
            let round = held.round;
            let mut rivals = self.rivals_of(transaction, committee, &held)?;
            rivals.retain(|rival| rival.committee != committee && granted);
            // In one order everywhere, so that two decisions seldom wait for each other.
            rivals.sort_by_key(|rival| (rival.committee, rival.reservation));
            for rival in &rivals {
                // Behind the lock: a voucher may have been issued meanwhile.
                transaction.lock(rival.committee)?;
                if state(transaction, rival.committee, rival.reservation)?
                    .voucher
                    .is_some()
                {
                    return Err(Error::Input(
                        "另一个居委会已经发了凭证，不能改判；请先由那里退回".into(),
                    ));
                }
            }
            let definition = self.definition(transaction, committee, round)?;
            let claim = claim_of(&held, definition.key).filter(|claim| claim.across && granted);
            let mut reclaimed = BTreeMap::new();
            if let Some(claim) = &claim {
                let issuing = self.reclaim(transaction, (committee, round), (claim, &rivals), now, &mut reclaimed)?;
                if !issuing.is_empty() {
                    return Ok(Decided::RightsAskedBack(issuing));
                }
            }
            for rival in &rivals {
                self.write_decision(transaction, (rival.committee, rival.reservation), false, now)?;
            }
            self.write_decision(transaction, (committee, reservation), granted, now)?;
            if let Some(claim) = &claim {
                self.give(transaction, (committee, round), claim, now, &reclaimed)?;
            }
            let detail = format!("{reservation} {granted}");
            audit(transaction, committee, now, random, ("staff", "hold_decide", &detail))?;
            Ok(Decided::Written)
        })
    }

    /// Asks the other committees that may serve a person or home for their rights to do so; gives the names of those
    /// whose PCs still have any.
    fn reclaim(
        &self,
        transaction: &mut dyn Transaction,
        (committee, round): (EntityId, EntityId),
        (claim, rivals): (&Claim, &[Rival]),
        now: Moment,
        reclaimed: &mut BTreeMap<EntityId, Places>,
    ) -> Result<Vec<String>, Error> {
        let mut others: BTreeSet<EntityId> = rivals.iter().map(|rival| rival.committee).collect();
        others.extend(owner(transaction, round, claim)?.filter(|owner| *owner != committee && *owner != DISTRICT));
        let mut issuing = Vec::new();
        for other in others {
            let mut sequence = Sequence::open(self, transaction, other)?;
            let places = sequence.places(claim, round)?;
            if sequence.ask_back(&places, now)? {
                issuing.push(sequence.committee.full_name());
            }
            reclaimed.insert(other, places);
        }
        Ok(issuing)
    }

    /// Gives a person to a committee, and takes a home from the one that had it: PCs of both ask the district from now on.
    fn give(
        &self,
        transaction: &mut dyn Transaction,
        (committee, round): (EntityId, EntityId),
        claim: &Claim,
        now: Moment,
        reclaimed: &BTreeMap<EntityId, Places>,
    ) -> Result<(), Error> {
        let nowhere = Places::new();
        for of in reclaimed.keys().copied().chain([committee]) {
            let mut sequence = Sequence::open(self, transaction, of)?;
            if of == committee {
                sequence.claim_anyway(round, claim)?;
            }
            if claim.home {
                sequence.mark_homes(claim, now)?;
            }
            sequence.let_go(reclaimed.get(&of).unwrap_or(&nowhere), now)?;
            sequence.close()?;
        }
        Ok(())
    }

    fn rivals_of(
        &self,
        transaction: &mut dyn Transaction,
        committee: EntityId,
        held: &Reservation,
    ) -> Result<Vec<Rival>, Error> {
        if held.hold != Some(linli_domain::reservation::Hold::Waiting) {
            return Err(Error::Input("这条预约不在等待区级裁定".into()));
        }
        let definition = self.definition(transaction, committee, held.round)?;
        match claim_of(held, definition.key) {
            Some(claim) => rivals(transaction, held.round, &claim.hash),
            None => Ok(Vec::new()),
        }
    }

    fn write_decision(
        &self,
        transaction: &mut dyn Transaction,
        (committee, reservation): (EntityId, EntityId),
        granted: bool,
        now: Moment,
    ) -> Result<(), Error> {
        let mut sequence = Sequence::open(self, transaction, committee)?;
        let change = Change::Reservation(ReservationFact::DistrictDecided { granted });
        let draft = Draft {
            kind: EntityKind::Reservation,
            entity: reservation,
            change,
        };
        sequence.write(Action::HoldDecided, now, vec![draft])?;
        sequence.close()?;
        Ok(())
    }
}
