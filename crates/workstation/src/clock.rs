//! This PC's clock: it may be wrong by years, never by so much that times cannot be written down.

use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use linli_domain::time::Moment;

use crate::Error;

/// Clocks that can be worked with, in milliseconds since 1970: before, ids and certificates have no time; from 2100 on, what
/// is registered would stand behind everything else for good, and the counter goes by the order of registration.
const USABLE: Range<i64> = 0..4_102_444_800_000;

/// The time now, as the clock shows it.
pub(crate) fn now() -> Moment {
    let millis = |since: std::time::Duration| i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Moment(match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => millis(since),
        Err(before) => -millis(before.duration()),
    })
}

/// Whether the clock can be worked with.
///
/// # Errors
/// It is before 1970, or beyond this century.
pub(crate) fn check() -> Result<(), Error> {
    let now = now();
    if USABLE.contains(&now.0) {
        Ok(())
    } else {
        Err(Error::Clock { shows: now.date().format("%Y-%m-%d").to_string() })
    }
}
