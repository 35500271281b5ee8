//! How far a round is, by committee: numbers only, nobody's data.

use std::collections::HashMap;

use chrono::TimeDelta;
use linli_domain::item::Stage as _;
use linli_domain::operation::EntityId;
use linli_domain::round::{RoundDefinition, Stage};
use linli_domain::time::Moment;

use crate::committee::Committee;
use crate::round::DistrictRound;
use crate::storage::Transaction;
use crate::{District, Error, values};

/// A PC that was not heard of for so long is named.
pub const SILENT: TimeDelta = TimeDelta::hours(12);

/// A committee's numbers in a round.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Its number.
    pub number: u64,
    /// Its town.
    pub town: String,
    /// Its name.
    pub name: String,
    /// Vouchers there are.
    pub quota: u64,
    /// Reservations.
    pub reservations: u64,
    /// Of these, not decided on.
    pub pending: u64,
    /// Turned down.
    pub rejected: u64,
    /// Told, whether or not collected.
    pub notified: u64,
    /// Collected.
    pub collected: u64,
    /// Of these, handed out at more than one counter, as far as nobody found that they were not.
    pub handed_out_twice: u64,
    /// Vouchers issued.
    pub vouchers: u64,
    /// Waiting for the district's decision.
    pub held: u64,
    /// PCs.
    pub devices: u64,
    /// PCs not heard of for [`SILENT`].
    pub silent: u64,
}

impl Progress {
    /// Adds another committee's numbers.
    pub fn add(&mut self, other: &Progress) {
        self.quota += other.quota;
        self.reservations += other.reservations;
        self.pending += other.pending;
        self.rejected += other.rejected;
        self.notified += other.notified;
        self.collected += other.collected;
        self.handed_out_twice += other.handed_out_twice;
        self.vouchers += other.vouchers;
        self.held += other.held;
        self.devices += other.devices;
        self.silent += other.silent;
    }

    /// Counts reservations of a stage: all of them, those with a voucher, those that are held, those handed out twice.
    fn count(&mut self, stage: &str, [reservations, vouchers, held, twice]: [u64; 4]) {
        self.reservations += reservations;
        self.vouchers += vouchers;
        self.held += held;
        self.handed_out_twice += twice;
        match Stage::of_code(stage) {
            Some(Stage::Pending) => self.pending += reservations,
            Some(Stage::Rejected) => self.rejected += reservations,
            Some(Stage::Notified) => self.notified += reservations,
            Some(Stage::Collected) => {
                self.notified += reservations;
                self.collected += reservations;
            }
            Some(Stage::ToNotify) | None => {}
        }
    }
}

/// Sums by town, in the order in which towns first appear.
pub fn by_town(committees: &[Progress]) -> Vec<Progress> {
    let mut towns: Vec<Progress> = Vec::new();
    for committee in committees {
        let place = towns
            .iter()
            .position(|town| town.town == committee.town)
            .unwrap_or_else(|| {
                towns.push(Progress {
                    town: committee.town.clone(),
                    ..Progress::default()
                });
                towns.len() - 1
            });
        towns[place].add(committee);
    }
    towns
}

impl District {
    /// How far a round is in every committee that takes part, by number.
    ///
    /// # Errors
    /// The database's.
    pub fn progress(&self, round: &DistrictRound, now: Moment) -> Result<Vec<Progress>, Error> {
        self.read(|transaction| {
            let mut all: HashMap<EntityId, Progress> = quotas(transaction, round.id)?;
            let sql = "SELECT committee, stage, count(*), count(number), CAST(sum(held) AS BIGINT),
                           CAST(sum(CASE WHEN again > 0 THEN 1 ELSE 0 END) AS BIGINT)
                       FROM item WHERE list = $1 AND kind = 6 GROUP BY committee, stage";
            for row in transaction.query(sql, &values![round.id])? {
                let stage: String = row.get(1)?;
                all.entry(row.get(0)?)
                    .or_default()
                    .count(&stage, [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?]);
            }
            let sql = "SELECT committee, seen_at FROM device WHERE revoked_at IS NULL";
            for row in transaction.query(sql, &[])? {
                if let Some(progress) = all.get_mut(&row.get(0)?) {
                    let silent = now.0.saturating_sub(row.get(1)?) >= SILENT.num_milliseconds();
                    progress.devices += 1;
                    progress.silent += u64::from(silent);
                }
            }
            let committees = Committee::all(transaction)?;
            let taking_part = committees.into_iter().filter_map(|committee| {
                let progress = all.remove(&committee.id)?;
                let (number, town, name) = (committee.number, committee.town, committee.name);
                Some(Progress {
                    number,
                    town,
                    name,
                    ..progress
                })
            });
            Ok(taking_part.collect())
        })
    }
}

fn quotas(transaction: &mut dyn Transaction, round: EntityId) -> Result<HashMap<EntityId, Progress>, Error> {
    let sql = "SELECT committee, definition FROM round WHERE round = $1 AND committee <> $2";
    let rows = transaction.query(sql, &values![round, crate::DISTRICT])?;
    rows.iter()
        .map(|row| {
            let definition: RoundDefinition = serde_json::from_str(&row.get::<String>(1)?)?;
            Ok((
                row.get(0)?,
                Progress {
                    quota: definition.quota.into(),
                    ..Progress::default()
                },
            ))
        })
        .collect()
}
