//! Pushing: rows of one or several sources find their committees. Pushed twice, nothing changes; pushed with other
//! content, a row that is still open is corrected where it is, or goes where it belongs now.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use linli_domain::writing::placed;
use schemars::JsonSchema;
use serde::Serialize;

use super::content::Known;
use super::pass::{Why, given, known};
use super::route::{Goes, Routed, Routing};
use super::row::{id, known_by};
use super::task::TaskRules;
use super::{Content, Kept, Said, Standing, TaskRow, source};
use crate::sequence::Sequence;
use crate::storage::{Transaction, Value, in_list, insert_many};
use crate::{DISTRICT, District, Error, values};

/// Most rows of one push.
pub const ROWS: usize = 20_000;
/// Most hours that a push of tasks gives for the answer: a month.
const MOST_HOURS: i64 = 31 * 24;

/// A row as it arrives.
#[derive(Debug, Clone)]
pub struct Incoming<R> {
    /// Where it stands in what is pushed: the sheet's row, or its place in the message, from 1.
    pub row: usize,
    /// Whose it is.
    pub source: String,
    /// What it says.
    pub content: R,
    /// Why it cannot be used, where that is known already.
    pub damage: Option<String>,
}

/// What is pushed.
#[derive(Debug, Clone)]
pub struct Push<R: Content> {
    /// The rows.
    pub rows: Vec<Incoming<R>>,
    /// What the district set for them.
    pub rules: R::Rules,
}

impl<R: Content> Push<R> {
    /// Rows by the usual rules.
    pub fn of(rows: Vec<Incoming<R>>) -> Push<R> {
        Push {
            rows,
            rules: R::Rules::default(),
        }
    }
}

impl Push<TaskRow> {
    /// The same rows, to be answered within so many hours where they do not say.
    ///
    /// # Errors
    /// That is no time to answer in.
    pub fn within_hours(self, hours: i64) -> Result<Push<TaskRow>, Error> {
        if !(1..=MOST_HOURS).contains(&hours) {
            return Err(Error::Input(format!("时限要在 1 到 {MOST_HOURS} 小时之间")));
        }
        let rules = TaskRules {
            within: TimeDelta::hours(hours),
        };
        Ok(Push { rules, ..self })
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RowVerdictWord")]
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
#[schemars(rename = "RowVerdict")]
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
    /// Whether the district answers it itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
}

/// What came of a push.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RowsPushed")]
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
    /// Of these, those that the district answers itself: none of tasks.
    #[serde(default, skip_serializing_if = "is_none")]
    pub direct: usize,
    /// Each row, in order.
    pub rows: Vec<Judged>,
}

/// Whether there are none of them.
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// A row that can be used, with the id it has everywhere.
pub(super) struct Ready<R> {
    /// Its place among the verdicts.
    at: usize,
    pub(super) item: EntityId,
    pub(super) source: String,
    pub(super) reference: String,
    pub(super) row: R,
    /// JSON of the row.
    pub(super) content: String,
    due: Moment,
}

/// A row that cannot be used, and why.
type Damage<'p, R> = (&'p Incoming<R>, String);

/// A row that can, where it is to go, and what is to be said about that.
type Routable<'r, R> = (&'r Ready<R>, Goes);

impl Judged {
    /// What became of a row that was there.
    fn stands<R: Content>(&mut self, verdict: Verdict, kept: &Kept, names: &HashMap<EntityId, String>) {
        self.verdict = verdict;
        self.committee = kept.holder.and_then(|id| names.get(&id).cloned());
        self.direct = kept.standing == Standing::Direct;
        self.reason = match verdict {
            Verdict::Closed => Some(format!("{}，没有更正", kept.standing.label::<R>())),
            _ => kept.reason.clone(),
        };
    }
}

/// Rows with where each is to go. What the district answers itself is not looked for.
fn routed<'r, R: Content>(
    rows: Vec<&'r Ready<R>>,
    routing: &dyn Routing,
    rules: &R::Rules,
) -> Result<Vec<Routable<'r, R>>, Error> {
    let stays = |one: &&Ready<R>| one.row.stays(rules).map(Goes::stays);
    let own: Vec<Option<Goes>> = rows.iter().map(stays).collect();
    let sought = rows.iter().zip(&own).filter(|(_, own)| own.is_none());
    let said: Vec<Said<'_>> = sought.map(|(one, _)| one.row.said()).collect();
    let mut found = routing.route(&said)?.into_iter();
    let goes = own
        .into_iter()
        .map(|own| own.or_else(|| found.next().map(Routed::goes)));
    Ok(rows
        .into_iter()
        .zip(goes)
        .filter_map(|(one, goes)| Some((one, goes?)))
        .collect())
}

impl District {
    /// Takes rows in, and gives each to the committee it belongs to.
    ///
    /// # Errors
    /// There are too many, or the database's: rows of committees before that were taken.
    pub fn push_rows<R: Content>(&self, push: &Push<R>, routing: &dyn Routing, now: Moment) -> Result<Pushed, Error> {
        if push.rows.len() > ROWS {
            return Err(Error::Input(format!(
                "一次最多推送 {ROWS} 行，这里有 {} 行；请分几次推送，什么也没有收下",
                push.rows.len()
            )));
        }
        let mut judged: Vec<Judged> = Vec::with_capacity(push.rows.len());
        let (ready, damaged) = sorted(push, &mut judged, now)?;
        self.keep_damaged(&damaged, now)?;
        let names = self.names()?;
        let there = self.read(|transaction| Kept::all(transaction, ready.iter().map(|one| one.item)))?;
        let there: HashMap<EntityId, Kept> = there.into_iter().map(|kept| (kept.item, kept)).collect();
        let mut others: Vec<&Ready<R>> = Vec::new();
        for one in &ready {
            match there.get(&one.item) {
                Some(kept) if kept.content == one.content => judged[one.at].stands::<R>(Verdict::Known, kept, &names),
                _ => others.push(one),
            }
        }
        let routed = routed(others, routing, &push.rules)?.into_iter();
        let (known, fresh): (Vec<_>, Vec<_>) = routed.partition(|(one, _)| there.contains_key(&one.item));
        // What somebody else pushed since it was looked for is taken no second time.
        let met = self.take_fresh(fresh, &push.rules, (&mut judged, &names), now)?;
        for (one, to) in met.into_iter().chain(known) {
            let (verdict, kept) = self.correct(one, &to, &push.rules, now)?;
            judged[one.at].stands::<R>(verdict, &kept, &names);
        }
        Ok(counted(judged))
    }

    /// Takes in what was not there; gives the rows that are there now all the same.
    fn take_fresh<'r, R: Content>(
        &self,
        fresh: Vec<Routable<'r, R>>,
        rules: &R::Rules,
        (judged, names): (&mut [Judged], &HashMap<EntityId, String>),
        now: Moment,
    ) -> Result<Vec<Routable<'r, R>>, Error> {
        let mut groups: BTreeMap<(&str, Option<EntityId>), Vec<Routable<'r, R>>> = BTreeMap::new();
        for (one, goes) in fresh {
            groups.entry((&one.source, goes.holder)).or_default().push((one, goes));
        }
        let mut met = Vec::new();
        for ((source, holder), rows) in groups {
            let taken = self.write(|transaction| take(self, transaction, (source, holder), (&rows, rules), now))?;
            for (one, goes) in rows {
                if taken.contains(&one.item) {
                    judged[one.at].committee = goes.holder.and_then(|id| names.get(&id).cloned());
                    judged[one.at].direct = goes.standing == Standing::Direct;
                    judged[one.at].reason = goes.remark;
                } else {
                    met.push((one, goes));
                }
            }
        }
        Ok(met)
    }

    /// Keeps rows that cannot be used, each once, with the reason.
    fn keep_damaged<R: Content>(&self, damaged: &[Damage<'_, R>], now: Moment) -> Result<(), Error> {
        let mut seen = HashSet::new();
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for (one, reason) in damaged {
            let content = serde_json::to_string(&one.content)?;
            let item = id(R::DAMAGED, &one.source, &content)?;
            if seen.insert(item) {
                let (source, reason) = (placed(&one.source), placed(reason));
                let reference = one.content.reference().map(placed);
                rows.push(
                    values![
                        DISTRICT,
                        item,
                        R::KIND.number(),
                        &*source,
                        reference.as_deref(),
                        content,
                        Standing::Damaged.code(),
                        &*reason,
                        now.0,
                        now.0
                    ]
                    .to_vec(),
                );
            }
        }
        let into = "pushed (committee, item, kind, source, reference, content, stage, reason, pushed_at, given_at)";
        self.write(|transaction| Ok(insert_many(transaction, into, &rows, "ON CONFLICT DO NOTHING")?))
    }

    /// Committees' whole names.
    pub(super) fn names(&self) -> Result<HashMap<EntityId, String>, Error> {
        let committees = self.committees()?.into_iter();
        Ok(committees.map(|one| (one.id, one.full_name())).collect())
    }
}

/// What can be used, and what cannot, with the reason.
type Sorted<'p, R> = (Vec<Ready<R>>, Vec<Damage<'p, R>>);

/// What can be used, and what cannot, with the reason. All of them get a place among the verdicts.
fn sorted<'p, R: Content>(push: &'p Push<R>, judged: &mut Vec<Judged>, now: Moment) -> Result<Sorted<'p, R>, Error> {
    let (mut ready, mut damaged): Sorted<'p, R> = (Vec::new(), Vec::new());
    let mut first: HashMap<EntityId, usize> = HashMap::new();
    for one in &push.rows {
        let at = judged.len();
        judged.push(Judged {
            row: one.row,
            reference: one.content.reference().map(str::to_owned),
            verdict: Verdict::Taken,
            committee: None,
            reason: None,
            direct: false,
        });
        let checked = match &one.damage {
            Some(damage) => Err(damage.clone()),
            None => source::named(&one.source).and_then(|_| one.content.checked()),
        };
        let damage = match checked {
            Ok(row) => {
                let new = of(row, (&one.source, at), &push.rules, now)?;
                judged[at].reference = Some(new.reference.clone());
                match first.get(&new.item).map(|place| &ready[*place]) {
                    None => {
                        first.insert(new.item, ready.len());
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

fn of<R: Content>(row: R, (source, at): (&str, usize), rules: &R::Rules, now: Moment) -> Result<Ready<R>, Error> {
    let reference = known_by(&row, now)?;
    Ok(Ready {
        at,
        item: id(R::WORD, source, &reference)?,
        source: source.to_owned(),
        content: serde_json::to_string(&row)?,
        due: row.due(None, now, rules),
        reference,
        row,
    })
}

/// Takes new rows of one source in, into the log of one committee or into the district's own list; gives those that were
/// not there.
fn take<R: Content>(
    district: &District,
    transaction: &mut dyn Transaction,
    (source, holder): (&str, Option<EntityId>),
    (rows, rules): (&[Routable<'_, R>], &R::Rules),
    now: Moment,
) -> Result<HashSet<EntityId>, Error> {
    // Behind the source's lock: it may be pushing the same to another server.
    source::lock(transaction, source, now)?;
    let there = Kept::all(transaction, rows.iter().map(|(one, _)| one.item))?;
    let there: HashSet<EntityId> = there.iter().map(|kept| kept.item).collect();
    let fresh: Vec<&Routable<'_, R>> = rows.iter().filter(|(one, _)| !there.contains(&one.item)).collect();
    let stored = |(one, goes): &&Routable<'_, R>| {
        let beside = one.row.beside(now, rules);
        values![
            DISTRICT,
            one.item,
            R::KIND.number(),
            source,
            one.reference.as_str(),
            one.content.as_str(),
            holder,
            goes.standing.code(),
            goes.remark.as_deref(),
            now.0,
            now.0,
            one.due.0,
            beside.category.as_deref(),
            beside.urgency.as_deref(),
            beside.contact_by.map(|at| at.0)
        ]
        .to_vec()
    };
    let into = "pushed (committee, item, kind, source, reference, content, holder, stage, reason, pushed_at, given_at,
                deadline, category, urgency, contact_by)";
    insert_many(transaction, into, &fresh.iter().map(stored).collect::<Vec<_>>(), "")?;
    // What was damaged under these references before is usable now.
    let sql = "DELETE FROM pushed WHERE committee = $1 AND source = $2 AND stage = 'damaged' AND pushed_at < $3
                   AND kind = $4 AND reference IN ({}) RETURNING item";
    let references: Vec<Value> = fresh.iter().map(|(one, _)| one.reference.as_str().into()).collect();
    in_list(
        transaction,
        sql,
        &values![DISTRICT, source, now.0, R::KIND.number()],
        &references,
    )?;
    let mut taken: HashSet<EntityId> = fresh.iter().map(|(one, _)| one.item).collect();
    if let Some(holder) = holder.filter(|_| !taken.is_empty()) {
        let sequence = Sequence::open(district, transaction, holder)?;
        for answered in given_to(sequence, &fresh, rules, now)? {
            taken.remove(&answered);
        }
    }
    Ok(taken)
}

/// Gives new rows to a committee; gives those that it has answered: the district's list had forgotten them.
fn given_to<R: Content>(
    mut sequence: Sequence<'_>,
    rows: &[&Routable<'_, R>],
    rules: &R::Rules,
    now: Moment,
) -> Result<Vec<EntityId>, Error> {
    let items: Vec<EntityId> = rows.iter().map(|(one, _)| one.item).collect();
    let entities = known(&mut sequence, &items)?;
    let (mut answered, mut drafts) = (Vec::new(), Vec::new());
    for (one, _) in rows {
        let state = entities.state(R::KIND, one.item);
        let before = state.as_ref().and_then(R::item);
        if before.is_some_and(|item| R::standing(item) == Standing::Answered) {
            answered.push((one.item, state));
            continue;
        }
        let known = Known {
            source: &one.source,
            reference: &one.reference,
            due: one.due,
        };
        let fields = one.row.fields(known, rules)?;
        drafts.extend(given::<R>(one.item, state.as_ref(), fields, Why::waits("来源再次推送")));
    }
    if !drafts.is_empty() {
        sequence.write(R::PUSHED, now, drafts)?;
    }
    sequence.follow(&answered)?;
    sequence.close()?;
    Ok(answered.into_iter().map(|(item, _)| item).collect())
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
        direct: rows.iter().filter(new).filter(|row| row.direct).count(),
        rows,
    }
}
