//! The line to the district: whether an exchange runs, how far it is, and how it is woken.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::api::exchange::ExchangeProgress;

#[derive(Default)]
struct Inner {
    asked: bool,
    running: bool,
    in_background: bool,
    progress: Option<ExchangeProgress>,
}

/// What the counter and the background thread tell each other.
#[derive(Default)]
pub(crate) struct Line {
    inner: Mutex<Inner>,
    wake: Condvar,
}

/// An exchange runs until this is dropped.
pub(super) struct Running<'l>(&'l Line);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut inner = self.0.inner();
        (inner.running, inner.progress) = (false, None);
    }
}

impl Line {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody asks for an exchange now.
    pub(crate) fn ask(&self) {
        self.inner().asked = true;
        self.wake.notify_all();
    }

    /// Waits until somebody asks, at most so long; says whether somebody did.
    pub(super) fn wait(&self, at_most: Duration) -> bool {
        let inner = self.inner();
        let (mut inner, _) = self
            .wake
            .wait_timeout_while(inner, at_most, |inner| !inner.asked)
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut inner.asked)
    }

    /// Whether somebody asked and was not heard yet.
    pub(super) fn is_asked(&self) -> bool {
        self.inner().asked
    }

    pub(super) fn begin(&self) -> Running<'_> {
        self.inner().running = true;
        Running(self)
    }

    pub(super) fn progress(&self, received: u64, last: u64) {
        self.inner().progress = Some(ExchangeProgress { received, last });
    }

    /// A thread takes care of exchanging.
    pub(super) fn in_background(&self) {
        self.inner().in_background = true;
    }

    pub(super) fn is_in_background(&self) -> bool {
        self.inner().in_background
    }

    /// Whether an exchange runs in this program, and how far it is.
    pub(super) fn running(&self) -> Option<Option<ExchangeProgress>> {
        let inner = self.inner();
        inner.running.then_some(inner.progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_wakes_and_is_heard_once() {
        let line = Line::default();
        assert!(!line.wait(Duration::ZERO));
        line.ask();
        line.ask();
        assert!(line.wait(Duration::from_secs(60)));
        assert!(!line.wait(Duration::ZERO));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| line.wait(Duration::from_secs(60)));
            line.ask();
            assert!(waiting.join().unwrap());
        });
    }

    #[test]
    fn it_runs_until_it_ends_however_it_ends() {
        let line = Line::default();
        let running = line.begin();
        line.progress(3, 9);
        assert_eq!(line.running(), Some(Some(ExchangeProgress { received: 3, last: 9 })));
        drop(running);
        assert_eq!(line.running(), None);
    }
}
