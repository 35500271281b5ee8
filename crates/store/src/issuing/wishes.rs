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
/// How long a wish stands after the district was first asked, in milliseconds: ten minutes, while somebody stands at the
/// counter. One made without a network waits for it.
const LIFE_MILLIS: i64 = 10 * 60 * 1_000;

/// A wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wish {
    round: EntityId,
    area: String,
    /// When the district was first asked.
    #[serde(default)]
    asked: Option<Moment>,
}

impl Wish {
    fn stands(&self, now: Moment) -> bool {
        self.asked
            .is_none_or(|at| (0..=LIFE_MILLIS).contains(&now.0.saturating_sub(at.0)))
    }
}

impl View<'_> {
    /// Areas of a round in which a clerk of this PC lately tried to issue without the right.
    ///
    /// # Errors
    /// The database's.
    pub fn issuing_wishes(self, round: EntityId, now: Moment) -> Result<BTreeSet<String>, Error> {
        let wishes = self.all_wishes()?.into_iter();
        Ok(wishes
            .filter(|wish| wish.round == round && wish.stands(now))
            .map(|wish| wish.area)
            .collect())
    }

    fn all_wishes(self) -> Result<Vec<Wish>, Error> {
        // What another version wrote is only about the last minutes.
        Ok(self
            .setting(WISHES)?
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default())
    }
}

impl Store {
    /// The district was asked for the rights wished for in a round.
    ///
    /// # Errors
    /// The database's.
    pub fn note_wishes_asked(&self, round: EntityId, now: Moment) -> Result<(), Error> {
        let mut wishes = self.view().all_wishes()?;
        let mut new = wishes
            .iter_mut()
            .filter(|wish| wish.round == round && wish.asked.is_none())
            .peekable();
        if new.peek().is_none() {
            return Ok(());
        }
        new.for_each(|wish| wish.asked = Some(now));
        self.set_setting(WISHES, &serde_json::to_string(&wishes)?)
    }

    /// Remembers where a clerk tried to issue without the right, and forgets where a voucher was issued.
    ///
    /// # Errors
    /// The database's.
    pub fn note_issuing(&self, round: EntityId, issue: &Issue, now: Moment) -> Result<(), Error> {
        let before = self.view().all_wishes()?;
        let asked: BTreeSet<&str> = issue
            .waiting
            .iter()
            .filter_map(|(_, waiting)| wished(waiting))
            .collect();
        let mut wishes = before.clone();
        wishes.retain(|wish| {
            wish.stands(now)
                && !(wish.round == round && (issue.served.contains(&wish.area) || asked.contains(wish.area.as_str())))
        });
        wishes.extend(asked.into_iter().map(|area| Wish {
            round,
            area: area.to_owned(),
            asked: None,
        }));
        if wishes == before {
            Ok(())
        } else {
            self.set_setting(WISHES, &serde_json::to_string(&wishes)?)
        }
    }
}

fn wished(waiting: &Waiting) -> Option<&str> {
    match waiting {
        Waiting::NoRight { area, .. } => Some(area),
        Waiting::NoNumber { .. }
        | Waiting::QuotaUsedUp
        | Waiting::Held(_)
        | Waiting::Unseen
        | Waiting::Restored
        | Waiting::Unsure
        | Waiting::Served => None,
    }
}

#[cfg(test)]
mod tests {
    use linli_domain::operation::DeviceId;
    use uuid::Uuid;

    use super::*;
    use crate::key::DatabaseKey;

    #[test]
    fn a_wish_made_without_a_network_stands_until_it_was_asked_and_ten_minutes_more() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
        let round = EntityId(Uuid::from_u128(1));
        let waiting = Waiting::NoRight {
            area: "1号".into(),
            holder: Some(DeviceId(Uuid::from_u128(2))),
        };
        let issue = Issue {
            waiting: vec![(EntityId(Uuid::from_u128(3)), waiting)],
            ..Issue::default()
        };
        store.note_issuing(round, &issue, Moment(0)).unwrap();
        let stands = |now| !store.view().issuing_wishes(round, Moment(now)).unwrap().is_empty();
        let hours = 9 * 6 * LIFE_MILLIS;
        assert!(stands(hours), "nobody was asked yet");
        store.note_wishes_asked(round, Moment(hours)).unwrap();
        store.note_wishes_asked(round, Moment(hours + 1)).unwrap();
        assert!(stands(hours + LIFE_MILLIS));
        assert!(!stands(hours + LIFE_MILLIS + 1), "from the first time");
    }
}
