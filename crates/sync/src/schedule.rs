//! When to exchange: every minute, soon after a change, at once when the network is back or somebody asks; after a
//! failure later and later. Times are durations since the program's start, which no wrong clock disturbs.

use std::time::Duration;

/// Between two exchanges where nothing happens.
pub const EVERY: Duration = Duration::from_secs(60);
/// After a change, so that what is done in one go travels together.
pub const AFTER_CHANGE: Duration = Duration::from_secs(2);
/// After the first failure; doubled with each further one.
pub const FIRST_RETRY: Duration = Duration::from_secs(5);
/// The longest wait after failures.
pub const LAST_RETRY: Duration = Duration::from_secs(600);

/// When to exchange next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    next: Duration,
    failures: u32,
}

impl Default for Schedule {
    fn default() -> Schedule {
        Schedule::new()
    }
}

impl Schedule {
    /// The first exchange is at once.
    pub fn new() -> Schedule {
        Schedule {
            next: Duration::ZERO,
            failures: 0,
        }
    }

    /// How long to wait from `now`; nothing where it is due.
    pub fn wait(&self, now: Duration) -> Duration {
        self.next.saturating_sub(now)
    }

    /// Something was written. While the district cannot be reached this hastens nothing.
    pub fn changed(&mut self, now: Duration) {
        if self.failures == 0 {
            self.next = self.next.min(now + AFTER_CHANGE);
        }
    }

    /// The network is back, or somebody asks.
    pub fn at_once(&mut self, now: Duration) {
        *self = Schedule { next: now, failures: 0 };
    }

    /// An exchange came to its end.
    pub fn succeeded(&mut self, now: Duration) {
        *self = Schedule {
            next: now + EVERY,
            failures: 0,
        };
    }

    /// An exchange failed. `chance`, from 0 to 1, spreads the PCs of a district that fail together: the wait is half to
    /// all of what it would be.
    pub fn failed(&mut self, now: Duration, chance: f64) {
        let doubled = FIRST_RETRY.saturating_mul(1 << self.failures.min(16));
        let wait = doubled.min(LAST_RETRY).mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
        *self = Schedule {
            next: now + wait,
            failures: self.failures + 1,
        };
    }

    /// Failures since the last success.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_minute_after_success_two_seconds_after_a_change_at_once_when_asked() {
        let mut schedule = Schedule::new();
        assert_eq!(schedule.wait(at(0)), at(0), "the first is at once");
        schedule.succeeded(at(10));
        assert_eq!(schedule.wait(at(10)), EVERY);
        schedule.changed(at(20));
        assert_eq!(schedule.wait(at(20)), AFTER_CHANGE);
        schedule.changed(at(21));
        assert_eq!(schedule.wait(at(21)), at(1), "a second change does not put it off");
        schedule.at_once(at(21));
        assert_eq!(schedule.wait(at(21)), at(0));
    }

    #[test]
    fn failures_wait_longer_and_changes_do_not_hasten_them() {
        let mut schedule = Schedule::new();
        let waits: Vec<u64> = (0..10)
            .map(|_| {
                schedule.failed(at(100), 1.0);
                schedule.changed(at(100));
                schedule.wait(at(100)).as_secs()
            })
            .collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]);
        schedule.at_once(at(100));
        assert_eq!(
            (schedule.wait(at(100)), schedule.failures()),
            (at(0), 0),
            "the network is back"
        );
    }

    proptest! {
        #[test]
        fn chance_spreads_the_waits_but_never_beyond_their_bounds(failures in 1..40u32, chance in -1.0..2.0f64) {
            let mut schedule = Schedule::new();
            for _ in 0..failures {
                schedule.failed(at(0), chance);
            }
            let wait = schedule.wait(at(0));
            prop_assert!(wait >= FIRST_RETRY / 2 && wait <= LAST_RETRY);
        }
    }
}
