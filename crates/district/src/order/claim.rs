//! Claims: a person or household has one home committee per round of the district; the others' reservations wait for
//! the district's decision.

use linli_domain::address::AddressParts;
use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::reservation::Reservation;
use linli_domain::round::RoundKey;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Order;
use crate::{Error, values};

/// What counts as one person or home, whoever's roster it stands on.
pub(crate) struct Claim {
    /// Its hash.
    pub(crate) hash: [u8; 32],
    /// Whether it tells committees apart: an address without an estate may be anywhere.
    pub(crate) across: bool,
}

/// What a reservation claims; `None` where it does not say enough.
pub(crate) fn claim_of(reservation: &Reservation, rule: RoundKey) -> Option<Claim> {
    match rule {
        RoundKey::Person => {
            let number = reservation.get(Field::DocumentNumber)?.to_ascii_uppercase();
            Some(Claim { hash: Sha256::digest(format!("d:{number}")).into(), across: true })
        }
        RoundKey::Household | RoundKey::Address => {
            let text = |field| reservation.get(field).map(str::to_owned);
            let (estate, building) = (text(Field::Estate), text(Field::Building));
            let address = AddressParts { estate, building, unit: text(Field::Unit), room: text(Field::Room) };
            let across = address.estate.is_some();
            Some(Claim { hash: Sha256::digest(format!("a:{}", address.key()?)).into(), across })
        }
    }
}

/// Where a claim lies: one of 256 tenants, by its hash.
fn bucket(claim: &[u8; 32]) -> EntityId {
    EntityId(Uuid::from_u128(u128::from(claim[0]) + 1))
}

impl Order<'_> {
    /// Whether another committee has this person or home in a round; if nobody has, this one has it from now on.
    pub(crate) fn claimed_elsewhere(&mut self, round: EntityId, claim: &[u8; 32]) -> Result<bool, Error> {
        let bucket = bucket(claim);
        self.transaction.execute(
            "INSERT INTO claim (committee, round, claim, owner) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            &values![bucket, round, *claim, self.committee.id],
        )?;
        let sql = "SELECT owner FROM claim WHERE committee = $1 AND round = $2 AND claim = $3";
        let row = self.transaction.first(sql, &values![bucket, round, *claim])?;
        let owner: Option<EntityId> = row.map(|row| row.get(0)).transpose()?;
        Ok(owner != Some(self.committee.id))
    }

    /// Gives a person or home of a round to this committee, by the district's decision.
    pub(crate) fn claim_anyway(&mut self, round: EntityId, claim: &[u8; 32]) -> Result<(), Error> {
        self.transaction.execute(
            "UPDATE claim SET owner = $4 WHERE committee = $1 AND round = $2 AND claim = $3",
            &values![bucket(claim), round, *claim, self.committee.id],
        )?;
        Ok(())
    }
}
