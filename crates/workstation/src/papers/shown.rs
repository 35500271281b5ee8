//! Documents that were shown: what each was, until it is printed or newer ones push it out, as with the files in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::Laid;

/// How many are remembered: more than [`crate::memory`] keeps files.
const KEPT: usize = 32;

/// The documents, by the token of their file.
#[derive(Default)]
pub(crate) struct Shown {
    by_token: Mutex<VecDeque<(String, Arc<Laid>)>>,
}

impl Shown {
    pub(super) fn keep(&self, token: String, laid: Laid) {
        let mut shown = self.by_token.lock().unwrap_or_else(PoisonError::into_inner);
        shown.push_back((token, Arc::new(laid)));
        if shown.len() > KEPT {
            shown.pop_front();
        }
    }

    pub(super) fn get(&self, token: &str) -> Option<Arc<Laid>> {
        let shown = self.by_token.lock().unwrap_or_else(PoisonError::into_inner);
        shown
            .iter()
            .find(|(known, _)| known == token)
            .map(|(_, laid)| laid.clone())
    }
}
