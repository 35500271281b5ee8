//! One exchange at a time per data folder, whatever programs are open on it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// The file that is locked while an exchange runs. It stays there, empty.
const FILE: &str = "exchange.lock";

/// The right to exchange, until it is dropped or the program ends.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Turn {
    /// Takes the turn; `None` while another program (or thread) has it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn take(folder: &Path) -> io::Result<Option<Turn>> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(FILE))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Turn { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_turn_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let turn = Turn::take(folder.path()).unwrap();
        assert!(turn.is_some());
        assert!(Turn::take(folder.path()).unwrap().is_none());
        drop(turn);
        assert!(Turn::take(folder.path()).unwrap().is_some());
    }
}
