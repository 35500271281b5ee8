//! This PC's clock: it may be wrong by years, never by so much that times cannot be written down.

use std::ops::Range;

use linli_domain::time::{LATEST, Moment};

use crate::Error;

/// Clocks that can be worked with: before 1970, ids and certificates have no time; from 2100 on, what is registered would stand
/// behind everything else for good, and the counter goes by the order of registration.
const USABLE: Range<Moment> = Moment(0)..LATEST;

/// Whether a clock that says so can be worked with.
///
/// # Errors
/// It is before 1970, or beyond this century.
pub(crate) fn check(now: Moment) -> Result<(), Error> {
    if USABLE.contains(&now) {
        Ok(())
    } else {
        Err(Error::Clock {
            shows: now.date().format("%Y-%m-%d").to_string(),
        })
    }
}
