//! For the simulator: stores whose identity is given, and disks that fail.

use linli_domain::operation::DeviceId;
use rusqlite::{ErrorCode, params};

use crate::{Error, Store, log};

/// SQLite calls back after so many steps of its machine; small enough to stop within one statement.
const STEPS_BETWEEN_CALLS: i32 = 20;

impl Store {
    /// Gives a store that has no device yet a known one, so that a run can be played again.
    ///
    /// # Errors
    /// There is one already.
    pub fn become_device(&self, id: DeviceId, signing_key: [u8; 32]) -> Result<(), Error> {
        let key = ed25519_dalek::SigningKey::from_bytes(&signing_key);
        self.connection.execute(
            "INSERT INTO device (id, letter, verifying_key, signing_key) VALUES (?1, 'A', ?2, ?3)",
            params![id.0, key.verifying_key().to_bytes(), signing_key],
        )?;
        Ok(())
    }

    /// Trades durability for speed: a simulated PC loses no power.
    ///
    /// # Errors
    /// The database's.
    pub fn hurry(&self) -> Result<(), Error> {
        Ok(self.connection.pragma_update(None, "synchronous", "OFF")?)
    }

    /// The work under way is killed after so many steps, wherever it then is; `None`: no more.
    ///
    /// # Errors
    /// The database's.
    pub fn kill_after(&mut self, steps: Option<u32>) -> Result<(), Error> {
        let Some(steps) = steps else {
            return Ok(self.connection.progress_handler(0, None::<fn() -> bool>)?);
        };
        let mut left = steps;
        let handler = move || {
            left = left.saturating_sub(1);
            left == 0
        };
        Ok(self.connection.progress_handler(STEPS_BETWEEN_CALLS, Some(handler))?)
    }

    /// The disk is full: the file grows by no more than so many pages; `None`: there is room again.
    ///
    /// # Errors
    /// The database's.
    pub fn fill_disk(&self, room: Option<u32>) -> Result<(), Error> {
        let pages: i64 = self.connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        let most = room.map_or(i64::from(u32::MAX) - 1, |room| pages + i64::from(room));
        Ok(self
            .connection
            .query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))?)
    }

    /// The last sequence number a device has in this log, and the end of its chain.
    ///
    /// # Errors
    /// The database's.
    pub fn chain_of(&self, device: DeviceId) -> Result<(u64, linli_domain::operation::Hash), Error> {
        let chain = log::chain(&self.connection, device)?;
        Ok((chain.last_seq, chain.tail))
    }
}

impl Error {
    /// Whether the work was killed, or the disk was full.
    pub fn is_fault(&self) -> bool {
        match self {
            Error::DiskFull => true,
            Error::Database(source) => source.sqlite_error_code() == Some(ErrorCode::OperationInterrupted),
            _ => false,
        }
    }
}
