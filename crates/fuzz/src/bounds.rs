//! What must hold while a file is read, whatever is in it: an answer within seconds of work, within some hundred megabytes,
//! and no panic of our own. One of a library is the reader's to catch; it says that the file is damaged.

use std::cell::{Cell, RefCell};
use std::panic;
use std::sync::Once;
use std::time::{Duration, Instant};

/// The latest answer, of what is built as it is shipped: tests are not, and end all the same.
const LATEST: Duration = Duration::from_secs(if cfg!(test) { 600 } else { 10 });
/// The most memory that reading one file takes, in bytes.
const MOST: u64 = 512 << 20;
/// The folder of our own sources in what a panic says of its place.
const OURS: &str = "crates/";
/// Where Linux says how much memory this process took at most, and where it forgets that.
const STATUS: &str = "/proc/self/status";
const FORGET: &str = "/proc/self/clear_refs";
/// Where it says how many nanoseconds this thread has worked, before anything else: what others do on the machine does not
/// make an answer late.
const WORKED: &str = "/proc/thread-self/schedstat";

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
    static BROKEN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Reads within the bounds.
///
/// # Panics
/// One of them does not hold.
pub(crate) fn within_bounds<T>(read: impl FnOnce() -> T) -> T {
    listen();
    // Not allowed everywhere; then the peak is that of all that was read so far, which must hold all the same.
    let _ = std::fs::write(FORGET, "5");
    let (held, start, worked) = (memory("VmRSS:"), Instant::now(), work());
    READING.set(true);
    let answer = read();
    READING.set(false);
    let (took, peak) = (since(worked).unwrap_or_else(|| start.elapsed()), memory("VmHWM:"));
    assert!(took <= LATEST, "an answer after {took:?}");
    let grown = peak.saturating_sub(held);
    assert!(grown <= MOST, "{} MB for one file", grown >> 20);
    if let Some(broken) = BROKEN.take() {
        panic!("our own reading breaks off at {broken}");
    }
    answer
}

/// How long this thread has worked, where the system says so.
fn work() -> Option<Duration> {
    let said = std::fs::read_to_string(WORKED).ok()?;
    Some(Duration::from_nanos(said.split_whitespace().next()?.parse().ok()?))
}

fn since(before: Option<Duration>) -> Option<Duration> {
    work()?.checked_sub(before?)
}

/// Bytes that a line of the process's status says; nothing where there is none.
fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string(STATUS).unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.trim().strip_suffix(" kB")?.parse().ok());
    kilobytes.map_or(0, |kilobytes: u64| kilobytes << 10)
}

/// Hears of panics while something is read. The fuzzer would end at each, also at those that are caught.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |told| {
            if !READING.get() {
                return others(told);
            }
            let place = told.location().map(ToString::to_string).unwrap_or_default();
            if place.starts_with(OURS) || place.contains(&format!("/{OURS}")) && !place.contains("/registry/") {
                BROKEN.set(Some(format!("{place}: {told}")));
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_large_or_broken_is_seen() {
        assert_eq!(within_bounds(|| 7), 7);
        let large = panic::catch_unwind(|| within_bounds(|| vec![1_u8; (MOST + (64 << 20)) as usize].len()));
        assert!(
            large.is_err() || memory("VmHWM:") == 0,
            "memory is looked at where the system says it"
        );
        let caught = panic::catch_unwind(|| {
            within_bounds(|| panic::catch_unwind(|| panic!("this one is caught by whoever reads")).is_err())
        });
        assert!(caught.is_err(), "a panic of ours is seen although it is caught");
    }
}
