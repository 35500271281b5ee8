//! How far rows are, by town, committee and what else their kind is counted by: numbers only, nobody's data.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Content as _, Standing, TaskRow};
use crate::committee::Committee;
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error, values};

/// What was pushed before this and needs nothing any more is not counted.
pub const COUNTED: TimeDelta = TimeDelta::days(7);

/// A number, and what staff call it.
pub type Number<C> = (&'static str, fn(&C) -> u64);

/// Numbers that are added up.
pub trait Counted: Clone + Copy + Default + 'static {
    /// All of them.
    const COLUMNS: &'static [Number<Self>];

    /// Adds another one's.
    fn sum(&mut self, other: &Self);
}

/// What staff call rows that wait for anybody and whose deadline has passed.
pub const OVERDUE: &str = "超时";

/// Numbers of tasks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TaskCount {
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

impl TaskCount {
    fn add(&mut self, standing: Standing, rows: u64, late: u64) {
        if standing != Standing::Damaged {
            self.pushed += rows;
        }
        if standing.waits() {
            self.overdue += late;
        }
        *match standing {
            Standing::Damaged => &mut self.damaged,
            // No task is the district's own.
            Standing::Nobody | Standing::Direct => &mut self.nobody,
            Standing::Open => &mut self.open,
            Standing::Answered => &mut self.answered,
            Standing::Returned => &mut self.returned,
            Standing::TakenBack => &mut self.taken_back,
        } += rows;
    }
}

impl Counted for TaskCount {
    const COLUMNS: &'static [Number<TaskCount>] = &[
        ("下发", |count| count.pushed),
        ("已核查", |count| count.answered),
        ("待核查", |count| count.open),
        (OVERDUE, |count| count.overdue),
        ("退回", |count| count.returned),
        ("无归属", |count| count.nobody),
        ("撤回", |count| count.taken_back),
        ("不能用", |count| count.damaged),
    ];

    fn sum(&mut self, other: &TaskCount) {
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

/// A town's, a committee's or a source's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "{C}Line")]
pub struct Line<C> {
    /// The town; empty for what is counted over all towns.
    pub town: String,
    /// The committee, source or the like; empty for a town.
    pub name: String,
    /// Its numbers.
    #[serde(flatten)]
    pub count: C,
}

/// How far tasks are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TaskProgress {
    /// All.
    pub total: TaskCount,
    /// By town.
    pub towns: Vec<Line<TaskCount>>,
    /// By committee, as far as it has any.
    pub committees: Vec<Line<TaskCount>>,
    /// By source.
    pub sources: Vec<Line<TaskCount>>,
}

/// Numbers by one name: a source, a kind of order.
pub(super) type ByName<C> = BTreeMap<String, C>;

/// The lines of names.
pub(super) fn lines<C>(named: ByName<C>) -> Vec<Line<C>> {
    let line = |(name, count)| Line {
        town: String::new(),
        name,
        count,
    };
    named.into_iter().map(line).collect()
}

/// The lines of towns and of committees, as far as they have any.
pub(super) fn by_place<C: Counted>(
    of: &HashMap<EntityId, C>,
    committees: Vec<Committee>,
) -> (Vec<Line<C>>, Vec<Line<C>>) {
    let (mut towns, mut lines): (Vec<Line<C>>, Vec<Line<C>>) = (Vec::new(), Vec::new());
    for committee in committees {
        let Some(count) = of.get(&committee.id) else { continue };
        let known = towns.iter().position(|line| line.town == committee.town);
        let town = known.unwrap_or_else(|| {
            towns.push(Line {
                town: committee.town.clone(),
                name: String::new(),
                count: C::default(),
            });
            towns.len() - 1
        });
        towns[town].count.sum(count);
        lines.push(Line {
            town: committee.town,
            name: committee.name,
            count: *count,
        });
    }
    (towns, lines)
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
                   FROM pushed
                   WHERE committee = $1 AND kind = $4 AND (pushed_at >= $2 OR stage IN ('nobody', 'open', 'returned'))
                   GROUP BY holder, source, stage";
        let params = values![DISTRICT, since, now.0, TaskRow::KIND.number()];
        let (rows, committees) = self.read(|transaction: &mut dyn Transaction| {
            Ok((transaction.query(sql, &params)?, Committee::all(transaction)?))
        })?;
        let mut total = TaskCount::default();
        let mut of: HashMap<EntityId, TaskCount> = HashMap::new();
        let mut sources: ByName<TaskCount> = BTreeMap::new();
        for row in rows {
            let (source, stage): (String, String) = (row.get(1)?, row.get(2)?);
            let (count, late): (u64, u64) = (row.get(3)?, row.get(4)?);
            let Some(standing) = Standing::of_code(&stage) else {
                continue;
            };
            total.add(standing, count, late);
            sources.entry(source).or_default().add(standing, count, late);
            if let Some(holder) = row.get::<Option<EntityId>>(0)? {
                of.entry(holder).or_default().add(standing, count, late);
            }
        }
        let (towns, committees) = by_place(&of, committees);
        Ok(TaskProgress {
            total,
            towns,
            committees,
            sources: lines(sources),
        })
    }
}
