//! Pushing: rows of one or several sources find their committees. Pushed twice, nothing changes; pushed with other
//! content, a row that is still open is corrected where it is, or goes where it belongs now.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use linli_domain::operation::{Action, EntityId, EntityKind};
use linli_domain::reservation::created;
use linli_domain::task::{HOURS, SHORT_TEXT};
use linli_domain::time::Moment;
use linli_domain::writing::{has_no_place, placed};
use schemars::JsonSchema;
use serde::Serialize;

use super::route::Routing;
use super::row::id;
use super::{Kept, Row, Standing, source};
use crate::sequence::{Draft, Sequence};
use crate::storage::{Transaction, Value, in_list, insert_many};
use crate::{DISTRICT, District, Error, values};

/// Most rows of one push.
pub const ROWS: usize = 20_000;
/// Most hours that a push gives for the answer: a month.
const MOST_HOURS: i64 = 31 * 24;

/// A row as it arrives.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Where it stands in what is pushed: the sheet's row, or its place in the message, from 1.
    pub row: usize,
    /// Whose it is.
    pub source: String,
    /// What it says.
    pub content: Row,
    /// Why it cannot be used, where that is known already.
    pub damage: Option<String>,
}

/// What is pushed.
#[derive(Debug, Clone)]
pub struct Push {
    /// The rows.
    pub rows: Vec<Incoming>,
    /// How long there is for an answer where a row does not say.
    pub within: TimeDelta,
}

impl Push {
    /// Rows to be answered within the usual time.
    pub fn of(rows: Vec<Incoming>) -> Push {
        Push {
            rows,
            within: TimeDelta::hours(HOURS),
        }
    }

    /// The same rows, to be answered within so many hours.
    ///
    /// # Errors
    /// That is no time to answer in.
    pub fn within_hours(self, hours: i64) -> Result<Push, Error> {
        if !(1..=MOST_HOURS).contains(&hours) {
            return Err(Error::Input(format!("时限要在 1 到 {MOST_HOURS} 小时之间")));
        }
        Ok(Push {
            within: TimeDelta::hours(hours),
            ..self
        })
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TaskVerdictWord")]
pub enum Verdict {
    /// New.
    Taken,
    /// It was there, with the same content.
    Known,
    /// It was there with other content, and is corrected.
    Changed,
    /// It was there with other content, and is no longer to be corrected: it was answered or taken back.
    Closed,
    /// It cannot be used; it is kept with the reason.
    Damaged,
}

/// A row and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TaskVerdict")]
pub struct Judged {
    /// Where it stood in what was pushed.
    pub row: usize,
    /// By which it is known; none where it is damaged and has none of its own.
    pub reference: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// The committee that has it; none where it is nobody's.
    pub committee: Option<String>,
    /// Why it is damaged, closed, or nobody's.
    pub reason: Option<String>,
}

/// What came of a push.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TasksPushed")]
pub struct Pushed {
    /// New rows.
    pub taken: usize,
    /// Rows that were there with the same content.
    pub known: usize,
    /// Rows that were corrected.
    pub changed: usize,
    /// Rows that came too late to be corrected.
    pub closed: usize,
    /// Rows that cannot be used.
    pub damaged: usize,
    /// Rows, of those taken or changed, that no committee has.
    pub nobody: usize,
    /// Each row, in order.
    pub rows: Vec<Judged>,
}

/// A row that can be used, with the id it has everywhere.
pub(super) struct Ready {
    /// Its place among the verdicts.
    at: usize,
    pub(super) task: EntityId,
    pub(super) source: String,
    pub(super) reference: String,
    pub(super) row: Row,
    /// JSON of the row.
    pub(super) content: String,
    pub(super) due: Moment,
    /// Whether staff or its source said until when.
    pub(super) own_deadline: bool,
}

/// A row that cannot be used, and why.
type Damage<'p> = (&'p Incoming, String);

/// A row that can, and what is to be said about where it goes.
type Routable<'r> = (&'r Ready, Option<String>);

impl District {
    /// Takes rows in, and gives each to the committee it belongs to.
    ///
    /// # Errors
    /// There are too many, or the database's: rows of committees before that were taken.
    pub fn push_tasks(&self, push: &Push, routing: &dyn Routing, now: Moment) -> Result<Pushed, Error> {
        if push.rows.len() > ROWS {
            return Err(Error::Input(format!(
                "一次最多推送 {ROWS} 行，这里有 {} 行；请分几次推送，什么也没有收下",
                push.rows.len()
            )));
        }
        let mut judged: Vec<Judged> = Vec::with_capacity(push.rows.len());
        let (ready, damaged) = sorted(push, &mut judged, now)?;
        self.keep_damaged(&damaged, now)?;
        let there = self.read(|transaction| Kept::all(transaction, ready.iter().map(|one| one.task)))?;
        let there: HashMap<EntityId, Kept> = there.into_iter().map(|kept| (kept.task, kept)).collect();
        let (fresh, known): (Vec<&Ready>, Vec<&Ready>) = ready.iter().partition(|one| !there.contains_key(&one.task));
        self.take_fresh(&fresh, routing, &mut judged, now)?;
        self.take_known((&known, &there), routing, &mut judged, now)?;
        Ok(counted(judged))
    }

    fn take_fresh(
        &self,
        fresh: &[&Ready],
        routing: &dyn Routing,
        judged: &mut [Judged],
        now: Moment,
    ) -> Result<(), Error> {
        let rows: Vec<&Row> = fresh.iter().map(|one| &one.row).collect();
        let names = self.names()?;
        let mut groups: BTreeMap<(&str, Option<EntityId>), Vec<Routable<'_>>> = BTreeMap::new();
        for (one, routed) in fresh.iter().zip(routing.route(&rows)?) {
            let verdict = &mut judged[one.at];
            let (holder, reason) = routed.holder();
            verdict.committee = holder.and_then(|id| names.get(&id).cloned());
            verdict.reason.clone_from(&reason);
            groups.entry((&one.source, holder)).or_default().push((one, reason));
        }
        for ((source, holder), rows) in groups {
            self.write(|transaction| take(self, transaction, (source, holder), &rows, now))?;
        }
        Ok(())
    }

    fn take_known(
        &self,
        (known, there): (&[&Ready], &HashMap<EntityId, Kept>),
        routing: &dyn Routing,
        judged: &mut [Judged],
        now: Moment,
    ) -> Result<(), Error> {
        let names = self.names()?;
        let mut others: Vec<&Ready> = Vec::new();
        for one in known {
            let kept = &there[&one.task];
            let verdict = &mut judged[one.at];
            verdict.committee = kept.holder.and_then(|id| names.get(&id).cloned());
            verdict.reason.clone_from(&kept.reason);
            verdict.verdict = Verdict::Known;
            if kept.content != one.content {
                others.push(one);
            }
        }
        let rows: Vec<&Row> = others.iter().map(|one| &one.row).collect();
        for (one, routed) in others.iter().zip(routing.route(&rows)?) {
            let kept = self.correct(one, &there[&one.task], &routed, now)?;
            let verdict = &mut judged[one.at];
            verdict.committee = kept.holder.and_then(|id| names.get(&id).cloned());
            (verdict.verdict, verdict.reason) = match kept.standing {
                Standing::Answered | Standing::TakenBack => {
                    (Verdict::Closed, Some(format!("{}，没有更正", kept.standing.label())))
                }
                _ => (Verdict::Changed, kept.reason),
            };
        }
        Ok(())
    }

    /// Keeps rows that cannot be used, each once, with the reason.
    fn keep_damaged(&self, damaged: &[Damage<'_>], now: Moment) -> Result<(), Error> {
        let mut seen = HashSet::new();
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for (one, reason) in damaged {
            let content = serde_json::to_string(&one.content)?;
            let task = id("damaged", &one.source, &content)?;
            if seen.insert(task) {
                let (source, reason) = (placed(&one.source), placed(reason));
                let reference = one.content.reference.as_deref().map(placed);
                rows.push(
                    values![
                        DISTRICT,
                        task,
                        &*source,
                        reference.as_deref(),
                        content,
                        Standing::Damaged.code(),
                        &*reason,
                        now.0
                    ]
                    .to_vec(),
                );
            }
        }
        let into = "pushed_task (committee, task, source, reference, content, stage, reason, pushed_at)";
        self.write(|transaction| Ok(insert_many(transaction, into, &rows, "ON CONFLICT DO NOTHING")?))
    }

    /// Committees' whole names.
    pub(super) fn names(&self) -> Result<HashMap<EntityId, String>, Error> {
        let committees = self.committees()?.into_iter();
        Ok(committees.map(|one| (one.id, one.full_name())).collect())
    }
}

/// What can be used, and what cannot, with the reason. All of them get a place among the verdicts.
fn sorted<'p>(push: &'p Push, judged: &mut Vec<Judged>, now: Moment) -> Result<(Vec<Ready>, Vec<Damage<'p>>), Error> {
    let (mut ready, mut damaged): (Vec<Ready>, Vec<Damage<'_>>) = Default::default();
    let mut first: HashMap<EntityId, usize> = HashMap::new();
    for one in &push.rows {
        let at = judged.len();
        judged.push(Judged {
            row: one.row,
            reference: one.content.reference.clone(),
            verdict: Verdict::Taken,
            committee: None,
            reason: None,
        });
        let checked = match &one.damage {
            Some(damage) => Err(damage.clone()),
            None => named(&one.source).and_then(|()| one.content.checked()),
        };
        let damage = match checked {
            Ok(row) => {
                let new = of(row, one, at, push.within, now)?;
                judged[at].reference = Some(new.reference.clone());
                match first.get(&new.task).map(|place| &ready[*place]) {
                    None => {
                        first.insert(new.task, ready.len());
                        ready.push(new);
                        None
                    }
                    Some(before) if before.content == new.content => {
                        judged[at].verdict = Verdict::Known;
                        None
                    }
                    Some(before) => Some(format!("与第 {} 行编号相同，内容不同", judged[before.at].row)),
                }
            }
            Err(damage) => Some(damage),
        };
        if let Some(damage) = damage {
            judged[at].verdict = Verdict::Damaged;
            judged[at].reason = Some(damage.clone());
            damaged.push((one, damage));
        }
    }
    Ok((ready, damaged))
}

/// Whether it is said whose a row is.
fn named(source: &str) -> Result<(), String> {
    match source.chars().count() {
        0 => Err("没有来源".into()),
        count if count > SHORT_TEXT => Err(format!("来源名称有 {count} 字，最多 {SHORT_TEXT} 字")),
        _ if source.contains(has_no_place) => Err("来源名称里有看不见的字符".into()),
        _ => Ok(()),
    }
}

fn of(row: Row, one: &Incoming, at: usize, within: TimeDelta, now: Moment) -> Result<Ready, Error> {
    let reference = row.known_by(now)?;
    Ok(Ready {
        at,
        task: id("task", &one.source, &reference)?,
        source: one.source.clone(),
        content: serde_json::to_string(&row)?,
        due: row.due(now, within),
        own_deadline: row.deadline.is_some(),
        reference,
        row,
    })
}

/// Takes new rows of one source in, into the log of one committee or into the district's own list.
fn take(
    district: &District,
    transaction: &mut dyn Transaction,
    (source, holder): (&str, Option<EntityId>),
    rows: &[Routable<'_>],
    now: Moment,
) -> Result<(), Error> {
    // Behind the source's lock: it may be pushing the same to another server.
    source::lock(transaction, source, now)?;
    let there = Kept::all(transaction, rows.iter().map(|(one, _)| one.task))?;
    let there: HashSet<EntityId> = there.iter().map(|kept| kept.task).collect();
    let fresh = || rows.iter().filter(|(one, _)| !there.contains(&one.task));
    let standing = if holder.is_some() {
        Standing::Open
    } else {
        Standing::Nobody
    };
    let stored = |(one, reason): &Routable<'_>| {
        values![
            DISTRICT,
            one.task,
            source,
            one.reference.as_str(),
            one.content.as_str(),
            holder,
            standing.code(),
            reason.as_deref(),
            now.0,
            one.due.0
        ]
        .to_vec()
    };
    let into = "pushed_task (committee, task, source, reference, content, holder, stage, reason, pushed_at, deadline)";
    insert_many(transaction, into, &fresh().map(stored).collect::<Vec<_>>(), "")?;
    // What was damaged under these references before is usable now.
    let sql = "DELETE FROM pushed_task WHERE committee = $1 AND source = $2 AND stage = 'damaged' AND pushed_at < $3
                   AND reference IN ({}) RETURNING task";
    let references: Vec<Value> = fresh().map(|(one, _)| one.reference.as_str().into()).collect();
    in_list(transaction, sql, &values![DISTRICT, source, now.0], &references)?;
    let Some(holder) = holder else { return Ok(()) };
    let drafts = fresh().map(|(one, _)| {
        let fields = one.row.fields(source, &one.reference, one.due)?;
        Ok(Draft {
            kind: EntityKind::Task,
            entity: one.task,
            change: created(fields),
        })
    });
    let drafts = drafts.collect::<Result<Vec<_>, Error>>()?;
    if drafts.is_empty() {
        return Ok(());
    }
    let mut sequence = Sequence::open(district, transaction, holder)?;
    sequence.write(Action::TasksPushed, now, drafts)?;
    sequence.close()?;
    Ok(())
}

fn counted(rows: Vec<Judged>) -> Pushed {
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let new = |row: &&Judged| matches!(row.verdict, Verdict::Taken | Verdict::Changed);
    Pushed {
        taken: count(Verdict::Taken),
        known: count(Verdict::Known),
        changed: count(Verdict::Changed),
        closed: count(Verdict::Closed),
        damaged: count(Verdict::Damaged),
        nobody: rows.iter().filter(new).filter(|row| row.committee.is_none()).count(),
        rows,
    }
}
