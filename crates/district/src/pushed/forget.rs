//! How long rows are kept that nobody has to do anything about any more. They are residents' data.
//!
//! Must stay true: what waits for anybody is kept; what was forgotten and is pushed again is the same row in its committee.

use chrono::TimeDelta;
use linli_domain::time::Moment;

use crate::{DISTRICT, District, Error, values};

/// How long a row stays in the district's list after it was answered, taken back or found to be of no use: its source has
/// fetched what became of it, and the report on the month before can still be made. Its committee keeps what it wrote.
pub const KEPT: TimeDelta = TimeDelta::days(60);

/// Rows that wait for nobody, and for no committee to be told.
const ENDED: &str = "committee = $1 AND stage IN ('damaged', 'answered', 'taken_back') AND unsettled = 0";

impl District {
    /// Deletes rows of the list that have waited for nobody for long enough; gives how many.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_rows(&self, now: Moment) -> Result<u64, Error> {
        let before = now.0.saturating_sub(KEPT.num_milliseconds());
        let due = format!("SELECT item FROM pushed WHERE {ENDED} AND (ended_at IS NULL OR ended_at < $2) LIMIT 1");
        if self
            .read(|transaction| Ok(transaction.first(&due, &values![DISTRICT, before])?))?
            .is_none()
        {
            return Ok(0);
        }
        self.write(|transaction| {
            let found = format!("UPDATE pushed SET ended_at = $2 WHERE {ENDED} AND ended_at IS NULL");
            transaction.execute(&found, &values![DISTRICT, now.0])?;
            let old = format!("DELETE FROM pushed WHERE {ENDED} AND ended_at < $2");
            Ok(transaction.execute(&old, &values![DISTRICT, before])?)
        })
    }
}
