//! Rows that sources push, tasks 核查任务 and orders 工单: the committee that each belongs to, and what came of it.
//!
//! Must stay true: a row is one thing, known by its source and reference, however often it is pushed and wherever it goes;
//! none is lost: what cannot be used, and what belongs to nobody, is kept with the reason; a source is told one answer.

pub mod answers;
mod content;
mod follow;
pub mod forget;
pub mod list;
pub mod order;
pub mod pass;
pub mod progress;
pub mod push;
pub mod route;
mod row;
mod settle;
pub mod sheet;
pub mod source;
mod task;

use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::time::Moment;
use serde::{Deserialize, Serialize};

pub use content::{Beside, Content, Fill, Known, Labels, Said, Told};
pub use order::{OrderAnswer, OrderRow};
pub use task::{Ask, TaskAnswer, TaskRow};

use crate::storage::{Row as Stored, Transaction, Value, in_list};
use crate::{DISTRICT, Error, values};

/// How far a pushed row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RowState")]
pub enum Standing {
    /// It cannot be used.
    Damaged,
    /// It belongs to no committee, as far as anybody knows.
    Nobody,
    /// An order that the district answers itself: no committee gets it.
    Direct,
    /// A committee is to answer it.
    Open,
    /// Answered.
    Answered,
    /// Its committee gave it back.
    Returned,
    /// Its source needs no answer any more.
    TakenBack,
}

impl Standing {
    /// All.
    pub const ALL: [Standing; 7] = [
        Standing::Damaged,
        Standing::Nobody,
        Standing::Direct,
        Standing::Open,
        Standing::Answered,
        Standing::Returned,
        Standing::TakenBack,
    ];

    /// As the database and messages have it.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Damaged => "damaged",
            Standing::Nobody => "nobody",
            Standing::Direct => "direct",
            Standing::Open => "open",
            Standing::Answered => "answered",
            Standing::Returned => "returned",
            Standing::TakenBack => "taken_back",
        }
    }

    /// The one with this code.
    pub fn of_code(code: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|standing| standing.code() == code)
    }

    /// What staff call it of a kind of rows.
    pub fn label<R: Content>(self) -> &'static str {
        match self {
            Standing::Damaged => "不能用",
            Standing::Nobody => "无归属",
            Standing::Direct => "区级直办",
            Standing::Open => R::LABELS.open,
            Standing::Answered => R::LABELS.answered,
            Standing::Returned => "已退回",
            Standing::TakenBack => "已撤回",
        }
    }

    /// Whether somebody still has to do something about it.
    pub fn waits(self) -> bool {
        matches!(
            self,
            Standing::Nobody | Standing::Direct | Standing::Open | Standing::Returned
        )
    }
}

/// A pushed row as the district keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// Its id in every committee that has it.
    pub(crate) item: EntityId,
    pub(crate) kind: Option<EntityKind>,
    pub(crate) source: String,
    pub(crate) reference: Option<String>,
    /// JSON of the row.
    pub(crate) content: String,
    pub(crate) holder: Option<EntityId>,
    pub(crate) standing: Standing,
    /// What staff are to know of it: why it is damaged or nobody's, whose else it may be.
    pub(crate) reason: Option<String>,
    pub(crate) pushed_at: Moment,
    /// Since when whoever is to answer it has it.
    pub(crate) given_at: Moment,
    pub(crate) deadline: Option<Moment>,
    /// JSON of what came of it.
    pub(crate) outcome: Option<String>,
    pub(crate) answered_by: Option<EntityId>,
    pub(crate) place: Option<u64>,
    /// Whether its committee does not know yet what another one wrote of it.
    pub(crate) unsettled: bool,
    pub(crate) beside: Beside,
}

/// The columns of [`Kept::of`].
pub(crate) const COLUMNS: &str = "item, source, reference, content, holder, stage, reason, pushed_at, deadline, outcome, \
                                  answered_by, place, unsettled, kind, given_at, category, urgency, contact_by, \
                                  contacted, dissatisfied";

impl Kept {
    pub(crate) fn of(row: &Stored) -> Result<Kept, Error> {
        let stage: String = row.get(5)?;
        Ok(Kept {
            item: row.get(0)?,
            source: row.get(1)?,
            reference: row.get(2)?,
            content: row.get(3)?,
            holder: row.get(4)?,
            // What a newer program calls something else waits for nobody here.
            standing: Standing::of_code(&stage).unwrap_or(Standing::TakenBack),
            reason: row.get(6)?,
            pushed_at: Moment(row.get(7)?),
            deadline: row.get::<Option<i64>>(8)?.map(Moment),
            outcome: row.get(9)?,
            answered_by: row.get(10)?,
            place: row.get(11)?,
            unsettled: row.get(12)?,
            kind: EntityKind::from_number(row.get(13)?),
            given_at: Moment(row.get(14)?),
            beside: Beside {
                category: row.get(15)?,
                urgency: row.get(16)?,
                contact_by: row.get::<Option<i64>>(17)?.map(Moment),
                contacted: row.get(18)?,
                dissatisfied: row.get(19)?,
            },
        })
    }

    /// Those of these items that were pushed.
    pub(crate) fn all(
        transaction: &mut dyn Transaction,
        items: impl IntoIterator<Item = EntityId>,
    ) -> Result<Vec<Kept>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM pushed WHERE committee = $1 AND item IN ({{}})");
        Kept::listed(transaction, &sql, items)
    }

    /// The same, and nobody else changes them until the transaction ends.
    pub(crate) fn locked(
        transaction: &mut dyn Transaction,
        items: impl IntoIterator<Item = EntityId>,
    ) -> Result<Vec<Kept>, Error> {
        let sql =
            format!("UPDATE pushed SET place = place WHERE committee = $1 AND item IN ({{}}) RETURNING {COLUMNS}");
        Kept::listed(transaction, &sql, items)
    }

    fn listed(
        transaction: &mut dyn Transaction,
        sql: &str,
        items: impl IntoIterator<Item = EntityId>,
    ) -> Result<Vec<Kept>, Error> {
        let ids: Vec<Value> = items.into_iter().map(Value::from).collect();
        let rows = in_list(transaction, sql, &values![DISTRICT], &ids)?;
        rows.iter().map(Kept::of).collect()
    }

    /// The row itself.
    pub(crate) fn row<R: Content>(&self) -> Result<R, Error> {
        Ok(serde_json::from_str(&self.content)?)
    }

    /// Saves what moves.
    pub(crate) fn save(&self, transaction: &mut dyn Transaction) -> Result<(), Error> {
        let sql =
            "UPDATE pushed SET content = $3, holder = $4, stage = $5, reason = $6, deadline = $7, outcome = $8, answered_by = $9,
                       place = $10, unsettled = $11, given_at = $12, category = $13, urgency = $14, contact_by = $15,
                       contacted = $16, dissatisfied = $17, ended_at = NULL WHERE committee = $1 AND item = $2";
        let values = values![
            DISTRICT,
            self.item,
            self.content.as_str(),
            self.holder,
            self.standing.code(),
            self.reason.as_deref(),
            self.deadline.map(|at| at.0),
            self.outcome.as_deref(),
            self.answered_by,
            self.place,
            self.unsettled,
            self.given_at.0,
            self.beside.category.as_deref(),
            self.beside.urgency.as_deref(),
            self.beside.contact_by.map(|at| at.0),
            self.beside.contacted,
            self.beside.dissatisfied
        ];
        transaction.execute(sql, &values)?;
        Ok(())
    }

    /// Stands otherwise; what its source has heard otherwise becomes news.
    pub(crate) fn stands(&mut self, standing: Standing, outcome: Option<String>) {
        if (self.standing, &self.outcome) == (standing, &outcome) {
            return;
        }
        let told = self.place.is_some() || !matches!(standing, Standing::Open | Standing::Nobody | Standing::Direct);
        self.place = told.then_some(0);
        (self.standing, self.outcome) = (standing, outcome);
    }
}
