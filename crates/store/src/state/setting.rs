//! Settings of this PC: they are not operations and do not travel.

use rusqlite::{OptionalExtension, params};

use crate::power::may_fail;
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
        may_fail("keep a setting");
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)")?
            .execute([key, value])?;
        Ok(())
    }

    /// Takes a setting away.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn forget_setting(&self, key: &str) -> Result<(), Error> {
        may_fail("forget a setting");
        self.connection.execute("DELETE FROM setting WHERE key = ?1", [key])?;
        Ok(())
    }

    /// Keeps a setting unless this PC has written beyond a sequence number; says whether. Nothing can come between.
    ///
    /// # Errors
    /// The database's.
    pub fn set_setting_at(&self, key: &str, value: &str, last_seq: u64) -> Result<bool, Error> {
        let kept = self
            .connection
            .prepare_cached(
                "INSERT OR REPLACE INTO setting (key, value) SELECT ?1, ?2
                 WHERE (SELECT coalesce(max(p.last_seq), 0) FROM part p JOIN device d ON d.id = p.device
                        WHERE d.signing_key IS NOT NULL) = ?3",
            )?
            .execute(params![key, value, last_seq as i64])?;
        Ok(kept == 1)
    }
}
