//! The district's own list: every row that was pushed, also those that nobody has and that cannot be used.

use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use serde::Serialize;

use super::answers::{Answer, answer};
use super::{COLUMNS, Kept, Row, Standing};
use crate::storage::Value;
use crate::{DISTRICT, District, Error, values};

/// Most rows that are listed at once: more than a sheet that somebody works through has.
pub const LISTED: usize = 200_000;

/// Which rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// How far they are; all where nothing is said.
    pub standing: Option<Standing>,
    /// Only those whose deadline has passed while somebody still has to do something.
    pub overdue: bool,
    /// Whose.
    pub source: Option<String>,
    /// Of which committee.
    pub committee: Option<EntityId>,
}

/// A row as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its id in every committee that had it.
    pub task: EntityId,
    /// Whose it is.
    pub source: String,
    /// What it says.
    pub row: Row,
    /// When it was pushed.
    pub pushed_at: Moment,
    /// Until when it is to be answered.
    pub deadline: Option<Moment>,
    /// Whether that has passed, and nobody has answered.
    pub overdue: bool,
    /// What the district's staff are to know of it: why it cannot be used, why it is nobody's, whose else it may be.
    pub remark: Option<String>,
    /// What became of it.
    pub answer: Answer,
}

impl District {
    /// Rows that were pushed, by their deadlines.
    ///
    /// # Errors
    /// The database's.
    pub fn tasks(&self, which: &Which, now: Moment) -> Result<Vec<Listed>, Error> {
        let mut conditions = vec!["committee = $1".to_owned()];
        let mut params: Vec<Value> = values![DISTRICT].into();
        let mut only = |column: &str, value: Value| {
            params.push(value);
            conditions.push(format!("{column} ${}", params.len()));
        };
        if let Some(standing) = which.standing {
            only("stage =", standing.code().into());
        }
        if let Some(source) = &which.source {
            only("source =", source.as_str().into());
        }
        if let Some(committee) = which.committee {
            only("holder =", committee.into());
        }
        if which.overdue {
            only("stage IN ('nobody', 'open', 'returned') AND deadline <", now.0.into());
        }
        let conditions = conditions.join(" AND ");
        let sql = format!(
            "SELECT {COLUMNS} FROM pushed_task WHERE {conditions} ORDER BY deadline, pushed_at, task LIMIT {LISTED}"
        );
        let rows = self.read(|transaction| Ok(transaction.query(&sql, &params)?))?;
        let names = self.names()?;
        rows.iter()
            .map(|row| {
                let kept = Kept::of(row)?;
                Ok(Listed {
                    task: kept.task,
                    source: kept.source.clone(),
                    row: kept.row()?,
                    pushed_at: kept.pushed_at,
                    deadline: kept.deadline,
                    overdue: kept.standing.waits() && kept.deadline.is_some_and(|deadline| deadline < now),
                    remark: kept.reason.clone(),
                    answer: answer(kept, &names)?,
                })
            })
            .collect()
    }
}
