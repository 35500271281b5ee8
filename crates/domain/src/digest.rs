//! Digests of the state: equal on two machines exactly where they folded the same operations to the same state.
//!
//! An entity's digest is SHA-256 over its kind, its id and the JSON of its folded state (fields in order, no spaces).
//! Digests of many are added modulo 2^256, so that their order does not matter and equal ones do not cancel out.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::operation::{EntityId, EntityKind};

/// A sum of digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Digest {
    /// The digest of one entity's state.
    ///
    /// # Errors
    /// The state cannot be written as JSON.
    pub fn of(kind: EntityKind, entity: EntityId, state: &impl Serialize) -> Result<Digest, serde_json::Error> {
        let mut hash = Sha256::new();
        hash.update([kind.number()]);
        hash.update(entity.0.as_bytes());
        hash.update(serde_json::to_vec(state)?);
        Ok(Digest(hash.finalize().into()))
    }

    /// The digest of a whole state, from the sums of its kinds: two machines that show the same one have the same state.
    pub fn of_all(sums: &BTreeMap<u8, Digest>) -> Digest {
        let mut hash = Sha256::new();
        for (kind, sum) in sums.iter().filter(|(_, sum)| **sum != Digest::default()) {
            hash.update([*kind]);
            hash.update(sum.0);
        }
        Digest(hash.finalize().into())
    }

    /// Adds another.
    pub fn add(&mut self, other: &Digest) {
        let mut carry = 0;
        for (byte, other) in self.0.iter_mut().rev().zip(other.0.iter().rev()) {
            let total = u16::from(*byte) + u16::from(*other) + carry;
            *byte = (total & 0xff) as u8;
            carry = total >> 8;
        }
    }

    /// Takes away one that was added before.
    pub fn remove(&mut self, other: &Digest) {
        let mut opposite = Digest(other.0.map(|byte| !byte));
        opposite.add(&Digest(std::array::from_fn(|place| u8::from(place == 31))));
        self.add(&opposite);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn order_does_not_matter_and_what_was_added_can_be_taken_away(all in prop::collection::vec(any::<[u8; 32]>(), 1..9)) {
            let sum = |digests: &mut dyn Iterator<Item = &[u8; 32]>| {
                let mut sum = Digest::default();
                digests.for_each(|digest| sum.add(&Digest(*digest)));
                sum
            };
            let mut total = sum(&mut all.iter());
            prop_assert_eq!(total, sum(&mut all.iter().rev()));
            total.remove(&Digest(all[0]));
            prop_assert_eq!(total, sum(&mut all[1..].iter()));
        }
    }
}
