//! How far tasks are, by town, committee and source: numbers only, nobody's data.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use schemars::JsonSchema;
use serde::Serialize;

use super::Standing;
use crate::committee::Committee;
use crate::{DISTRICT, District, Error, values};

/// What was pushed before this and needs nothing any more is not counted.
pub const COUNTED: TimeDelta = TimeDelta::days(7);

/// Numbers of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TaskCount")]
pub struct Count {
    /// All that can be used.
    pub pushed: u64,
    /// Those that no committee has.
    pub nobody: u64,
    /// Those that a committee is to answer.
    pub open: u64,
    /// Of those that wait for anybody, the ones whose deadline has passed.
    pub overdue: u64,
    /// Answered.
    pub answered: u64,
    /// Given back by a committee: the district is to see to them.
    pub returned: u64,
    /// Taken back by the source.
    pub taken_back: u64,
    /// Those that cannot be used.
    pub damaged: u64,
}

impl Count {
    fn add(&mut self, standing: Standing, rows: u64, late: u64) {
        if standing != Standing::Damaged {
            self.pushed += rows;
        }
        if standing.waits() {
            self.overdue += late;
        }
        *match standing {
            Standing::Damaged => &mut self.damaged,
            Standing::Nobody => &mut self.nobody,
            Standing::Open => &mut self.open,
            Standing::Answered => &mut self.answered,
            Standing::Returned => &mut self.returned,
            Standing::TakenBack => &mut self.taken_back,
        } += rows;
    }
}

/// A town's, a committee's or a source's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TaskLine")]
pub struct Line {
    /// The town; empty for a source.
    pub town: String,
    /// The committee or source; empty for a town.
    pub name: String,
    /// Its numbers.
    #[serde(flatten)]
    pub count: Count,
}

/// How far tasks are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TaskProgress {
    /// All.
    pub total: Count,
    /// By town.
    pub towns: Vec<Line>,
    /// By committee, as far as it has any.
    pub committees: Vec<Line>,
    /// By source.
    pub sources: Vec<Line>,
}

impl District {
    /// How far the tasks of the last days are, and older ones that still wait for somebody.
    ///
    /// # Errors
    /// The database's.
    pub fn task_progress(&self, now: Moment) -> Result<TaskProgress, Error> {
        let since = now.0.saturating_sub(COUNTED.num_milliseconds());
        let sql = "SELECT holder, source, stage, count(*),
                       CAST(sum(CASE WHEN deadline < $3 THEN 1 ELSE 0 END) AS BIGINT)
                   FROM pushed_task
                   WHERE committee = $1 AND (pushed_at >= $2 OR stage IN ('nobody', 'open', 'returned'))
                   GROUP BY holder, source, stage";
        let (rows, committees) = self.read(|transaction| {
            let rows = transaction.query(sql, &values![DISTRICT, since, now.0])?;
            Ok((rows, Committee::all(transaction)?))
        })?;
        let mut progress = TaskProgress::default();
        let mut of: HashMap<EntityId, Count> = HashMap::new();
        let mut sources: BTreeMap<String, Count> = BTreeMap::new();
        for row in rows {
            let (source, stage): (String, String) = (row.get(1)?, row.get(2)?);
            let (count, late): (u64, u64) = (row.get(3)?, row.get(4)?);
            let Some(standing) = Standing::of_code(&stage) else {
                continue;
            };
            progress.total.add(standing, count, late);
            sources.entry(source).or_default().add(standing, count, late);
            if let Some(holder) = row.get::<Option<EntityId>>(0)? {
                of.entry(holder).or_default().add(standing, count, late);
            }
        }
        for committee in committees {
            let Some(count) = of.get(&committee.id) else { continue };
            let town = progress.towns.iter().position(|line| line.town == committee.town);
            let town = town.unwrap_or_else(|| {
                progress.towns.push(Line {
                    town: committee.town.clone(),
                    ..Line::default()
                });
                progress.towns.len() - 1
            });
            progress.towns[town].count.sum(count);
            progress.committees.push(Line {
                town: committee.town,
                name: committee.name,
                count: *count,
            });
        }
        let lines = sources.into_iter().map(|(name, count)| Line {
            town: String::new(),
            name,
            count,
        });
        progress.sources = lines.collect();
        Ok(progress)
    }
}

impl Count {
    fn sum(&mut self, other: &Count) {
        self.pushed += other.pushed;
        self.nobody += other.nobody;
        self.open += other.open;
        self.overdue += other.overdue;
        self.answered += other.answered;
        self.returned += other.returned;
        self.taken_back += other.taken_back;
        self.damaged += other.damaged;
    }
}
