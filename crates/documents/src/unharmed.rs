//! What becomes of a panic while something is read that others wrote: nothing but the file's.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Reads; nothing where reading broke off in the middle. Whatever was being read then is gone, so that nothing of it is
/// seen half done.
pub(crate) fn unharmed<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_off_gives_nothing() {
        assert_eq!(unharmed(|| 7), Some(7));
        assert_eq!(unharmed(|| -> u32 { panic!("this is how it breaks off") }), None);
    }
}
