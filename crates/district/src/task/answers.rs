//! What sources are told of their rows: answers, and what else became of them.
//!
//! Must stay true: news come in one order that never changes; what was fetched comes again only where it became another.

use std::collections::{BTreeMap, HashMap};

use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use linli_protocol::DenialCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::follow::Outcome;
use super::source::{self, Source};
use super::{COLUMNS, Kept, Standing};
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error, values};

/// Most rows that are told at once.
pub const TOLD: u64 = 1_000;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TaskAnswer")]
pub struct Answer {
    /// The source's own id of it.
    pub reference: String,
    /// How far it is: answered, returned by its committee, taken back, or open again.
    pub state: Standing,
    /// What a visit found: `found`, `not_found`, `moved`, `refused` or `wrong_person`.
    pub outcome: Option<String>,
    /// How: `phone` or `door`.
    pub way: Option<String>,
    /// When, in China Standard Time: `2020-02-02T09:30:00`.
    pub at: Option<String>,
    /// The committee.
    pub committee: Option<String>,
    /// Who of it, as the entry names them.
    pub by: Option<String>,
    /// What was learnt, by question.
    pub learnt: BTreeMap<String, String>,
    /// Remark.
    pub note: Option<String>,
    /// Why its committee returned it, or why it was taken back.
    pub reason: Option<String>,
}

/// News of a source's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TaskAnswers")]
pub struct Answers {
    /// The rows, each as it is now.
    pub rows: Vec<Answer>,
    /// To ask with for what comes after.
    pub cursor: u64,
    /// Whether there is more already.
    pub more: bool,
}

impl District {
    /// What became of a source's rows after a cursor (0 at first), at most so many rows.
    ///
    /// # Errors
    /// The cursor is beyond all that was ever told: the database was put back to an older state. Or the database's.
    pub fn task_answers(&self, source: &Source, after: u64, limit: u64, now: Moment) -> Result<Answers, Error> {
        let names = self.names()?;
        let limit = limit.clamp(1, TOLD);
        self.write(|transaction| {
            source::lock(transaction, &source.name, now)?;
            let sql = "SELECT told FROM source WHERE committee = $1 AND name = $2";
            let told: u64 = transaction
                .only(sql, &values![DISTRICT, source.name.as_str()])?
                .get(0)?;
            if after > told {
                let text = format!("the cursor {after} is beyond {told}, the last that was told: begin again with 0");
                return Err(Error::denied(DenialCode::BadRequest, text));
            }
            let mut rows = placed(transaction, &source.name, after, limit + 1)?;
            if (rows.len() as u64) <= limit {
                let room = limit + 1 - rows.len() as u64;
                rows.extend(place(transaction, &source.name, told, room)?);
            }
            let more = rows.len() as u64 > limit;
            rows.truncate(limit as usize);
            let cursor = rows.last().and_then(|kept| kept.place).unwrap_or(after);
            let rows = rows
                .into_iter()
                .map(|kept| answer(kept, &names))
                .collect::<Result<_, _>>()?;
            Ok(Answers { rows, cursor, more })
        })
    }
}

/// News that have their place.
fn placed(transaction: &mut dyn Transaction, source: &str, after: u64, most: u64) -> Result<Vec<Kept>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM pushed_task WHERE committee = $1 AND source = $2 AND place > $3 ORDER BY place LIMIT $4"
    );
    let rows = transaction.query(&sql, &values![DISTRICT, source, after, most])?;
    rows.iter().map(Kept::of).collect()
}

/// Gives news that have no place yet the next ones, and gives them. It is done when they are asked for: committees that
/// write at the same time need not wait for each other.
fn place(transaction: &mut dyn Transaction, source: &str, told: u64, most: u64) -> Result<Vec<Kept>, Error> {
    let sql = "SELECT task FROM pushed_task WHERE committee = $1 AND source = $2 AND place = 0 ORDER BY task LIMIT $3";
    let rows = transaction.query(sql, &values![DISTRICT, source, most])?;
    let tasks = rows
        .iter()
        .map(|row| row.get(0))
        .collect::<Result<Vec<EntityId>, _>>()?;
    // Locked before they are read: what changes now is news again.
    for (place, task) in (told + 1..).zip(&tasks) {
        let sql = "UPDATE pushed_task SET place = $3 WHERE committee = $1 AND task = $2";
        transaction.execute(sql, &values![DISTRICT, *task, place])?;
    }
    let sql = "UPDATE source SET told = $3 WHERE committee = $1 AND name = $2";
    transaction.execute(sql, &values![DISTRICT, source, told + tasks.len() as u64])?;
    let mut news = Kept::all(transaction, tasks)?;
    news.sort_unstable_by_key(|kept| kept.place);
    Ok(news)
}

/// A row as its source is told of it, with committees' names.
pub(super) fn answer(kept: Kept, names: &HashMap<EntityId, String>) -> Result<Answer, Error> {
    let outcome: Option<Outcome> = kept.outcome.as_deref().map(serde_json::from_str).transpose()?;
    let outcome = outcome.unwrap_or_default();
    let committee = kept.answered_by.or(kept.holder);
    let text = |text: String| (!text.is_empty()).then_some(text);
    Ok(Answer {
        reference: kept.reference.unwrap_or_default(),
        state: kept.standing,
        outcome: code(&outcome.found)?,
        way: code(&outcome.way)?,
        at: text(outcome.at),
        committee: committee.and_then(|id| names.get(&id).cloned()),
        by: text(outcome.by),
        learnt: outcome.learnt,
        note: outcome.note,
        reason: outcome.reason,
    })
}

/// The word by which something is known in messages.
fn code(of: &Option<impl Serialize>) -> Result<Option<String>, Error> {
    let value = of.as_ref().map(serde_json::to_value).transpose()?;
    Ok(value.and_then(|value| value.as_str().map(str::to_owned)))
}
