//! Randomness as an argument.

use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::time::Moment;
use uuid::{Builder, Uuid};

use crate::Error;

/// A source of random bytes.
pub trait Randomness {
    /// Fills the bytes.
    ///
    /// # Errors
    /// There are none.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// The operating system's.
#[derive(Debug, Clone, Copy)]
pub struct System;

impl Randomness for System {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(|error| Error::Randomness(error.to_string()))
    }
}

/// So many random bytes.
pub(crate) fn bytes<const N: usize>(random: &mut dyn Randomness) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

/// A new id (UUID version 4, RFC 9562).
fn uuid(random: &mut dyn Randomness) -> Result<Uuid, Error> {
    Ok(Builder::from_random_bytes(bytes(random)?).into_uuid())
}

/// A new device's id.
pub(crate) fn device(random: &mut dyn Randomness) -> Result<DeviceId, Error> {
    uuid(random).map(DeviceId)
}

/// A new id that says nothing about when.
pub(crate) fn entity(random: &mut dyn Randomness) -> Result<EntityId, Error> {
    uuid(random).map(EntityId)
}

/// A new id that sorts by time (UUID version 7).
pub(crate) fn entity_at(now: Moment, random: &mut dyn Randomness) -> Result<EntityId, Error> {
    let millis = u64::try_from(now.0).unwrap_or(0);
    Ok(EntityId(
        Builder::from_unix_timestamp_millis(millis, &bytes(random)?).into_uuid(),
    ))
}

/// A new id that sorts by time, and within a millisecond by turn (RFC 9562, section 6.2, method 1).
pub(crate) fn entity_in_turn(now: Moment, turn: u64, random: &mut dyn Randomness) -> Result<EntityId, Error> {
    let millis = u64::try_from(now.0).unwrap_or(0);
    let mut bytes = bytes::<10>(random)?;
    // The first twelve bits after the version.
    let [.., high, low] = turn.to_be_bytes();
    (bytes[0], bytes[1]) = (high & 0x0f, low);
    Ok(EntityId(
        Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_sort_by_turn() {
        let ids: Vec<EntityId> = (1..=600)
            .map(|turn| entity_in_turn(Moment(7), turn, &mut System).unwrap())
            .collect();
        assert!(ids.is_sorted());
        assert!(entity_in_turn(Moment(8), 1, &mut System).unwrap() > ids[599]);
    }
}
