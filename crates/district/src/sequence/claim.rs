//! Claims: a person has one committee per round of the district, a home has one for good; the others' reservations wait
//! for the district's decision.

use linli_domain::address::AddressParts;
use linli_domain::operation::EntityId;
use linli_domain::record::{Field, Record};
use linli_domain::reservation::Reservation;
use linli_domain::round::RoundKey;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Sequence;
use crate::storage::Transaction;
use crate::{Error, values};

/// What counts as one person or home, whoever's roster it stands on.
pub(crate) struct Claim {
    /// Its hash.
    pub(crate) hash: [u8; 32],
    /// Whether it tells committees apart: an address without an estate may be anywhere.
    pub(crate) across: bool,
    /// Whether it is an address: then it holds for all rounds.
    pub(crate) home: bool,
}

impl Claim {
    fn of(address: &AddressParts) -> Option<Claim> {
        let hash = Sha256::digest(format!("a:{}", address.key()?)).into();
        Some(Claim {
            hash,
            across: address.home().is_some(),
            home: true,
        })
    }

    /// The round in which it holds; for homes one that there is not.
    fn round(&self, round: EntityId) -> EntityId {
        if self.home { EntityId(Uuid::nil()) } else { round }
    }
}

/// What a household's address claims; `None` where it does not tell committees apart.
pub(crate) fn claim_of_household(household: &Record) -> Option<Claim> {
    Claim::of(&household.address()).filter(|claim| claim.across)
}

/// What a reservation claims; `None` where it does not say enough.
pub(crate) fn claim_of(reservation: &Reservation, rule: RoundKey) -> Option<Claim> {
    match rule {
        RoundKey::Person => {
            let number = reservation.get(Field::DocumentNumber)?.to_ascii_uppercase();
            Some(Claim {
                hash: Sha256::digest(format!("d:{number}")).into(),
                across: true,
                home: false,
            })
        }
        RoundKey::Household | RoundKey::Address => Claim::of(&reservation.record.address()),
    }
}

/// Where a claim lies: one of 256 tenants, by its hash.
fn bucket(claim: &[u8; 32]) -> EntityId {
    EntityId(Uuid::from_u128(u128::from(claim[0]) + 1))
}

impl Sequence<'_> {
    /// Whether another committee has this person or home; if nobody has, this one has it from now on.
    pub(crate) fn claimed_elsewhere(&mut self, round: EntityId, claim: &Claim) -> Result<bool, Error> {
        self.transaction.execute(
            "INSERT INTO claim (committee, round, claim, owner) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            &values![bucket(&claim.hash), claim.round(round), claim.hash, self.committee.id],
        )?;
        Ok(owner(self.transaction, round, claim)? != Some(self.committee.id))
    }

    /// Gives a person to this committee, by the district's decision. A home is nobody's from then on: in other rounds
    /// the committee that had it may have served it, and the district decides each time.
    pub(crate) fn claim_anyway(&mut self, round: EntityId, claim: &Claim) -> Result<(), Error> {
        let owner = if claim.home { crate::DISTRICT } else { self.committee.id };
        self.transaction.execute(
            "UPDATE claim SET owner = $4 WHERE committee = $1 AND round = $2 AND claim = $3",
            &values![bucket(&claim.hash), claim.round(round), claim.hash, owner],
        )?;
        Ok(())
    }
}

/// The committee that has a person or home.
pub(crate) fn owner(
    transaction: &mut dyn Transaction,
    round: EntityId,
    claim: &Claim,
) -> Result<Option<EntityId>, Error> {
    let sql = "SELECT owner FROM claim WHERE committee = $1 AND round = $2 AND claim = $3";
    let row = transaction.first(sql, &values![bucket(&claim.hash), claim.round(round), claim.hash])?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}
