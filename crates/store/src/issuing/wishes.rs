//! Wishes to issue: where a clerk of this PC tried to print a voucher and another PC has the right. Only for these is a
//! right asked from its holder; for everything that merely waits, PCs would take rights from each other for ever.

use std::collections::BTreeSet;

use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::{Issue, Waiting};
use crate::{Error, Store, View};

/// The setting that holds them.
const WISHES: &str = "issuing_wishes";
/// How long a wish stands, in milliseconds: ten minutes, while somebody stands at the counter.
const LIFE_MILLIS: i64 = 10 * 60 * 1_000;

/// A wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wish {
    round: EntityId,
    area: String,
    at: Moment,
}

impl Wish {
    fn stands(&self, now: Moment) -> bool {
        (0..=LIFE_MILLIS).contains(&now.0.saturating_sub(self.at.0))
    }
}

impl View<'_> {
    /// Areas of a round in which a clerk of this PC lately tried to issue without the right.
    ///
    /// # Errors
    /// The database's.
    pub fn issuing_wishes(self, round: EntityId, now: Moment) -> Result<BTreeSet<String>, Error> {
        let wishes = self.all_wishes()?.into_iter();
        Ok(wishes.filter(|wish| wish.round == round && wish.stands(now)).map(|wish| wish.area).collect())
    }

    fn all_wishes(self) -> Result<Vec<Wish>, Error> {
        // What another version wrote is only about the last minutes.
        Ok(self.setting(WISHES)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }
}

impl Store {
    /// Remembers where a clerk tried to issue without the right, and forgets where a voucher was issued.
    ///
    /// # Errors
    /// The database's.
    pub fn note_issuing(&self, round: EntityId, issue: &Issue, now: Moment) -> Result<(), Error> {
        let before = self.view().all_wishes()?;
        let asked: BTreeSet<&str> = issue.waiting.iter().filter_map(|(_, waiting)| wished(waiting)).collect();
        let mut wishes = before.clone();
        wishes.retain(|wish| {
            wish.stands(now)
                && !(wish.round == round && (issue.served.contains(&wish.area) || asked.contains(wish.area.as_str())))
        });
        wishes.extend(asked.into_iter().map(|area| Wish { round, area: area.to_owned(), at: now }));
        if wishes == before { Ok(()) } else { self.set_setting(WISHES, &serde_json::to_string(&wishes)?) }
    }
}

fn wished(waiting: &Waiting) -> Option<&str> {
    match waiting {
        Waiting::NoRight { area, .. } => Some(area),
        Waiting::NoNumber { .. } | Waiting::QuotaUsedUp | Waiting::Held(_) | Waiting::Unseen | Waiting::Restored => {
            None
        }
    }
}
