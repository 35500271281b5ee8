//! Settings of this PC: they are not operations and do not travel.

use rusqlite::OptionalExtension;

use crate::{Error, Store, View};

impl View<'_> {
    /// A setting's value.
    ///
    /// # Errors
    /// The database's.
    pub fn setting(self, key: &str) -> Result<Option<String>, Error> {
        Ok(self
            .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?)
    }
}

impl Store {
    /// Keeps a setting.
    ///
    /// # Errors
    /// The database's.
    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), Error> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)")?
            .execute([key, value])?;
        Ok(())
    }
}
