//! How long it is until something is to be done.

use linli_domain::time::Moment;

/// A deadline within so many minutes presses.
const PRESSING: i64 = 120;
/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;

/// Whole minutes until a deadline; negative once it is over.
pub(crate) fn minutes_to(deadline: Moment, now: Moment) -> i64 {
    deadline.0.saturating_sub(now.0).div_euclid(MINUTE)
}

/// Whether a deadline presses at a moment.
pub(crate) fn presses_at(deadline: Moment, now: Moment) -> bool {
    minutes_to(deadline, now) < PRESSING
}
