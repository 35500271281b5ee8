//! The district's own list: every row that was pushed, also those that nobody has and that cannot be used.

use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use serde::{Serialize, Serializer};

use super::answers::came_of;
use super::{COLUMNS, Content, Kept, Standing};
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
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(bound = "")]
pub struct Listed<R: Content> {
    /// Its id in every committee that had it.
    #[serde(flatten, serialize_with = "named::<R, _>")]
    pub item: EntityId,
    /// Whose it is.
    pub source: String,
    /// What it says.
    pub row: R,
    /// When it was pushed.
    pub pushed_at: Moment,
    /// Until when it is to be answered.
    pub deadline: Option<Moment>,
    /// How far it is; that, and what follows, as its answer has it, whatever its kind.
    #[serde(skip)]
    pub standing: Standing,
    /// Its source's own id of it.
    #[serde(skip)]
    pub reference: String,
    /// The committee that answered it, or has it.
    #[serde(skip)]
    pub committee: Option<String>,
    /// Why its committee returned it, or why it was taken back.
    #[serde(skip)]
    pub reason: Option<String>,
    /// Whether that has passed, and nobody has answered.
    pub overdue: bool,
    /// What the district's staff are to know of it: why it cannot be used, why it is nobody's, whose else it may be.
    pub remark: Option<String>,
    /// What became of it.
    pub answer: R::Answer,
}

/// An id under what its kind is called: `task`.
fn named<R: Content, S: Serializer>(item: &EntityId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([(R::WORD, item)])
}

impl District {
    /// Rows that were pushed, by their deadlines.
    ///
    /// # Errors
    /// The database's.
    pub fn rows<R: Content>(&self, which: &Which, now: Moment) -> Result<Vec<Listed<R>>, Error> {
        let mut conditions = vec!["committee = $1 AND kind = $2".to_owned()];
        let mut params: Vec<Value> = values![DISTRICT, R::KIND.number()].into();
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
            only(
                "stage IN ('nobody', 'direct', 'open', 'returned') AND deadline <",
                now.0.into(),
            );
        }
        let conditions = conditions.join(" AND ");
        let sql = format!(
            "SELECT {COLUMNS} FROM pushed WHERE {conditions} ORDER BY deadline, pushed_at, item LIMIT {LISTED}"
        );
        let rows = self.read(|transaction| Ok(transaction.query(&sql, &params)?))?;
        let names = self.names()?;
        rows.iter()
            .map(|row| {
                let kept = Kept::of(row)?;
                let told = came_of::<R>(&kept, &names)?;
                Ok(Listed {
                    item: kept.item,
                    row: kept.row()?,
                    source: kept.source,
                    pushed_at: kept.pushed_at,
                    deadline: kept.deadline,
                    standing: kept.standing,
                    reference: told.reference.clone(),
                    committee: told.committee.clone(),
                    reason: told.outcome.reason.clone(),
                    overdue: kept.standing.waits() && kept.deadline.is_some_and(|deadline| deadline < now),
                    remark: kept.reason,
                    answer: R::answer(told)?,
                })
            })
            .collect()
    }
}
