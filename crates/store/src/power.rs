//! Places at which a test lets the power fail: before every write, rename and removal of a file, and around every commit.
//! Builds for release have none of it.

/// Says that a step is about to be taken. In builds for development the program ends here, as by kill -9, where the
/// environment's [`FAILS_AT`] counts down to it.
#[cfg(debug_assertions)]
pub(crate) fn may_fail(step: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};

    static TAKEN: AtomicU32 = AtomicU32::new(0);
    let Some(at) = std::env::var(FAILS_AT).ok().and_then(|text| text.parse::<u32>().ok()) else {
        return;
    };
    if TAKEN.fetch_add(1, Ordering::SeqCst) + 1 == at {
        eprintln!("power failed: {step}");
        std::process::abort();
    }
}

/// The steps after which the power fails, counted from 1.
#[cfg(debug_assertions)]
const FAILS_AT: &str = "LINLI_POWER_FAILS_AT";

#[cfg(not(debug_assertions))]
pub(crate) fn may_fail(_step: &str) {}
