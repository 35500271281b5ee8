//! What sources are told of their rows: answers, and what else became of them.
//!
//! Must stay true: news come in one order that never changes; what was fetched comes again only where it became another.

use std::collections::HashMap;

use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use linli_protocol::DenialCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::follow::Outcome;
use super::source::{self, Source};
use super::{COLUMNS, Content, Kept, Told};
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error, values};

/// Most rows that are told at once.
pub const TOLD: u64 = 1_000;

/// News of a source's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "{A}s")]
pub struct Answers<A> {
    /// The rows, each as it is now.
    pub rows: Vec<A>,
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
    pub fn answers<R: Content>(
        &self,
        source: &Source,
        after: u64,
        limit: u64,
        now: Moment,
    ) -> Result<Answers<R::Answer>, Error> {
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
            let mut rows = placed::<R>(transaction, &source.name, after, limit + 1)?;
            if (rows.len() as u64) <= limit {
                let room = limit + 1 - rows.len() as u64;
                rows.extend(place::<R>(transaction, &source.name, told, room)?);
            }
            let more = rows.len() as u64 > limit;
            rows.truncate(limit as usize);
            let cursor = rows.last().and_then(|kept| kept.place).unwrap_or(after);
            let rows = rows
                .into_iter()
                .map(|kept| R::answer(came_of::<R>(&kept, &names)?))
                .collect::<Result<_, _>>()?;
            Ok(Answers { rows, cursor, more })
        })
    }
}

/// News that have their place.
fn placed<R: Content>(
    transaction: &mut dyn Transaction,
    source: &str,
    after: u64,
    most: u64,
) -> Result<Vec<Kept>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM pushed WHERE committee = $1 AND source = $2 AND kind = $5 AND place > $3
         ORDER BY place LIMIT $4"
    );
    let rows = transaction.query(&sql, &values![DISTRICT, source, after, most, R::KIND.number()])?;
    rows.iter().map(Kept::of).collect()
}

/// Gives news that have no place yet the next ones, and gives them. It is done when they are asked for: committees that
/// write at the same time need not wait for each other.
fn place<R: Content>(
    transaction: &mut dyn Transaction,
    source: &str,
    told: u64,
    most: u64,
) -> Result<Vec<Kept>, Error> {
    let sql = "SELECT item FROM pushed WHERE committee = $1 AND source = $2 AND kind = $4 AND place = 0
               ORDER BY item LIMIT $3";
    let rows = transaction.query(sql, &values![DISTRICT, source, most, R::KIND.number()])?;
    let items = rows
        .iter()
        .map(|row| row.get(0))
        .collect::<Result<Vec<EntityId>, _>>()?;
    // Locked before they are read: what changes now is news again.
    for (place, item) in (told + 1..).zip(&items) {
        let sql = "UPDATE pushed SET place = $3 WHERE committee = $1 AND item = $2";
        transaction.execute(sql, &values![DISTRICT, *item, place])?;
    }
    let sql = "UPDATE source SET told = $3 WHERE committee = $1 AND name = $2";
    transaction.execute(sql, &values![DISTRICT, source, told + items.len() as u64])?;
    let mut news = Kept::all(transaction, items)?;
    news.sort_unstable_by_key(|kept| kept.place);
    Ok(news)
}

/// A row as its source is told of it, with committees' names.
pub(super) fn came_of<R: Content>(kept: &Kept, names: &HashMap<EntityId, String>) -> Result<Told<R>, Error> {
    let outcome: Option<Outcome<R>> = kept.outcome.as_deref().map(serde_json::from_str).transpose()?;
    let committee = kept.answered_by.or(kept.holder);
    Ok(Told {
        reference: kept.reference.clone().unwrap_or_default(),
        state: kept.standing,
        committee: committee.and_then(|id| names.get(&id).cloned()),
        outcome: outcome.unwrap_or_default(),
    })
}
