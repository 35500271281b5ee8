//! Files that exist only in memory: uploads waiting for their import, laid-out documents waiting to be saved or
//! printed. Never on disk: they hold personal data in the clear.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// How many are kept; the oldest goes first.
const KEPT: usize = 16;

/// A file in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBytes {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The files kept.
#[derive(Default)]
pub(crate) struct MemoryFiles {
    files: Mutex<VecDeque<(String, Arc<NamedBytes>)>>,
}

impl MemoryFiles {
    /// Keeps a file; returns the token to ask for it by.
    pub(crate) fn put(&self, file: NamedBytes) -> String {
        let token = Uuid::new_v4().simple().to_string();
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.push_back((token.clone(), Arc::new(file)));
        if files.len() > KEPT {
            files.pop_front();
        }
        token
    }

    /// Keeps another file under a token, where it is still kept.
    pub(crate) fn replace(&self, token: &str, file: NamedBytes) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, kept)) = files.iter_mut().find(|(known, _)| known == token) {
            *kept = Arc::new(file);
        }
    }

    /// The file of a token, while it is kept.
    pub(crate) fn get(&self, token: &str) -> Option<Arc<NamedBytes>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files
            .iter()
            .find(|(known, _)| known == token)
            .map(|(_, file)| file.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_files_are_kept() {
        let files = MemoryFiles::default();
        let file = |n: usize| NamedBytes {
            name: n.to_string(),
            media_type: "text/csv",
            bytes: vec![],
        };
        let tokens: Vec<String> = (0..=KEPT).map(|n| files.put(file(n))).collect();
        assert_eq!(files.get(&tokens[0]), None);
        assert_eq!(files.get(&tokens[KEPT]).map(|f| f.name.clone()), Some(KEPT.to_string()));
        assert_eq!(files.get("unknown"), None);
    }
}
