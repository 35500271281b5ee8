//! Which vouchers are on paper: issued, shown and printed are three things.

use std::collections::HashSet;

use linli_domain::operation::{Action, EntityId, EntityKind};
use rusqlite::params;

use crate::{Error, View};

impl View<'_> {
    /// Reservations of a round whose valid voucher was printed, or saved to be printed, on any PC. A remark says so,
    /// which no state is folded from: an older program reads past it, and states compare as before.
    ///
    /// # Errors
    /// The database's.
    pub fn printed_vouchers(self, round: EntityId) -> Result<HashSet<EntityId>, Error> {
        let [issued, printed] = [Action::VouchersIssued, Action::Printed].map(|action| {
            let json = serde_json::to_string(&action)?;
            Ok::<_, Error>(json.trim_matches('"').to_owned())
        });
        let mut statement = self.prepare_cached(include_str!("printed.sql"))?;
        let values = params![round.0, issued?, EntityKind::Committee.number(), printed?];
        let rows = statement.query_map(values, |row| row.get(0).map(EntityId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
