//! Places: how many messages are read and worked on at once.
//!
//! Must stay true: a PC that is still talking takes no place among the messages worked on, and one committee's PCs do not
//! take all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use linli_domain::operation::EntityId;
use linli_protocol::DenialCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::Error;

/// Messages worked on at once. Each holds at most a few times `linli_protocol::BODY_BYTES` of memory; the others wait.
const WORKING: usize = 32;
/// Those of one committee: its writers wait for each other anyway.
const WORKING_OF_ONE: usize = 4;
/// Bodies of one committee's PCs that are read at once, each of at most `linli_protocol::BODY_BYTES`.
const READING_OF_ONE: usize = 16;

/// All places.
pub(super) struct Places {
    working: Semaphore,
    /// As many as there are committees, whatever is asked.
    committees: Mutex<HashMap<EntityId, OfOne>>,
}

/// A committee's places.
#[derive(Clone)]
struct OfOne {
    reading: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

/// A place among the messages worked on, until it is dropped.
pub(super) struct Place<'p> {
    _one: OwnedSemaphorePermit,
    _all: SemaphorePermit<'p>,
}

impl Places {
    pub(super) fn new() -> Places {
        Places {
            working: Semaphore::new(WORKING),
            committees: Mutex::default(),
        }
    }

    fn of(&self, committee: EntityId) -> OfOne {
        let of = |places: usize| Arc::new(Semaphore::new(places));
        let mut committees = self.committees.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || OfOne {
            reading: of(READING_OF_ONE),
            working: of(WORKING_OF_ONE),
        };
        committees.entry(committee).or_insert_with(new).clone()
    }

    /// A place to read a body of this committee's.
    pub(super) async fn to_read(&self, committee: EntityId) -> Result<OwnedSemaphorePermit, Error> {
        self.of(committee).reading.acquire_owned().await.map_err(|_| stopping())
    }

    /// A place to work on a message of this committee's.
    pub(super) async fn to_work(&self, committee: EntityId) -> Result<Place<'_>, Error> {
        let one = self
            .of(committee)
            .working
            .acquire_owned()
            .await
            .map_err(|_| stopping())?;
        Ok(Place {
            _one: one,
            _all: self.working.acquire().await.map_err(|_| stopping())?,
        })
    }
}

fn stopping() -> Error {
    Error::denied(DenialCode::Unavailable, "the district is stopping")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_committee_leaves_places_to_the_others() {
        let places = Places::new();
        let (busy, other) = (EntityId(uuid::Uuid::from_u128(1)), EntityId(uuid::Uuid::from_u128(2)));
        let mut held = Vec::new();
        for _ in 0..WORKING_OF_ONE {
            held.push(places.to_work(busy).await.unwrap());
        }
        let at_once = |committee| {
            let places = &places;
            async move {
                tokio::select! {
                    biased;
                    place = places.to_work(committee) => place.is_ok(),
                    () = std::future::ready(()) => false,
                }
            }
        };
        assert!(!at_once(busy).await, "its fifth message waits");
        assert!(at_once(other).await, "and nobody else's");
        held.pop();
        assert!(at_once(busy).await);
    }
}
