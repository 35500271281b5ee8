//! What a PC takes from around it: the time, and new ids. They sort by time (UUID version 7, RFC 9562), and those that this
//! program makes by their turn.

use std::sync::Mutex;
use std::time::SystemTime;

use linli_domain::time::Moment;
use uuid::{ContextV7, Timestamp, Uuid};

/// The latest time such an id can hold, in milliseconds: 48 bits.
const LATEST: u64 = (1 << 48) - 1;

static TURN: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// What a PC takes from around it, and cannot work out: clock and chance. Given from outside, so that a run of the simulator
/// can be played again.
pub trait Surroundings: Send + Sync {
    /// The time by this PC's clock.
    fn now(&self) -> Moment;

    /// An id that nobody else makes.
    fn new_id(&self) -> Uuid;
}

/// The system's clock and chance.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Surroundings for System {
    fn now(&self) -> Moment {
        now()
    }

    fn new_id(&self) -> Uuid {
        new_id()
    }
}

/// The time by this PC's clock.
fn now() -> Moment {
    Moment::of(SystemTime::now())
}

/// A new id. A clock before 1970 counts as 1970: the ids still differ, and keep their turn.
pub(crate) fn new_id() -> Uuid {
    at(now(), &TURN)
}

fn at(now: Moment, turn: &Mutex<ContextV7>) -> Uuid {
    let millis = u64::try_from(now.0).unwrap_or(0).min(LATEST);
    Uuid::new_v7(Timestamp::from_unix(
        turn,
        millis / 1000,
        (millis % 1000) as u32 * 1_000_000,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_clock_gives_ids_in_their_turn() {
        let turn = Mutex::new(ContextV7::new());
        let clocks = [i64::MIN, -1, 0, 1_580_605_200_000, i64::MAX, i64::MAX, 7];
        let ids: Vec<Uuid> = clocks.iter().map(|millis| at(Moment(*millis), &turn)).collect();
        assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
