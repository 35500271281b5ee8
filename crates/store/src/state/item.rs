//! Items of all kinds in one table: the folded state as JSON beside the columns that lists and counts need.

use std::borrow::Cow;

use linli_domain::entity::State;
use linli_domain::item::{Columns, Item};
use linli_domain::operation::{EntityId, EntityKind};
use rusqlite::{Connection, OptionalExtension, Params, params};

use crate::{Error, View};

/// How many of a list are in each stage, and how many of them have a number: without reading the states.
pub(crate) const STAGES: &str =
    "SELECT stage, count(*), count(number) FROM item WHERE list IS ?1 AND kind = ?2 GROUP BY stage";

/// An item with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemState<I> {
    /// Id.
    pub id: EntityId,
    /// State.
    pub state: I,
}

impl<I: Item> ItemState<I> {
    /// By what it stands in the order of its list, as [`View::items`] gives it.
    pub fn order(&self) -> (Cow<'_, str>, EntityId) {
        (self.state.sort_key(), self.id)
    }
}

/// Saves an item; removes it where it is not there.
pub(super) fn save(
    connection: &Connection,
    kind: EntityKind,
    id: EntityId,
    state: Option<&State>,
) -> Result<(), Error> {
    let Some((state, columns)) = state.and_then(|state| Some((state, state.columns()?))) else {
        connection
            .prepare_cached("DELETE FROM item WHERE id = ?1 AND kind = ?2")?
            .execute(params![id.0, kind.number()])?;
        return Ok(());
    };
    debug_assert_eq!(columns.kind, kind, "an item of another kind than its operations: {id}");
    let Columns {
        kind,
        list,
        stage,
        sort_key,
        who,
        number,
        deadline,
    } = columns;
    let values = params![
        id.0,
        kind.number(),
        list.map(|id| id.0),
        stage,
        sort_key,
        who.resident.map(|id| id.0),
        who.household.map(|id| id.0),
        number,
        deadline.map(|at| at.0),
        state.json()?,
    ];
    // Nearly always most of what the indexes are made of stays as it is, and their pages need not be written.
    let known = connection
        .prepare_cached(
            "UPDATE item SET stage = ?4, number = ?8, deadline = ?9, state = ?10
             WHERE id = ?1 AND kind = ?2 AND list IS ?3 AND sort_key = ?5 AND resident IS ?6 AND household IS ?7",
        )?
        .execute(values)?;
    if known == 0 {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO item
                     (id, kind, list, stage, sort_key, resident, household, number, deadline, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(values)?;
    }
    Ok(())
}

impl View<'_> {
    /// The items of a list, in its order; without a list, those of a kind that has only one.
    ///
    /// # Errors
    /// The database's.
    pub fn items<I: Item>(self, list: Option<EntityId>) -> Result<Vec<ItemState<I>>, Error> {
        let condition = "list IS ?1 AND kind = ?2 ORDER BY sort_key, id";
        self.items_where(condition, params![list.map(|id| id.0), I::KIND.number()])
    }

    /// One item.
    ///
    /// # Errors
    /// The database's.
    pub fn item<I: Item>(self, id: EntityId) -> Result<Option<ItemState<I>>, Error> {
        let json: Option<String> = self
            .prepare_cached("SELECT state FROM item WHERE id = ?1 AND kind = ?2")?
            .query_row(params![id.0, I::KIND.number()], |row| row.get(0))
            .optional()?;
        let state = json.map(|json| serde_json::from_str(&json)).transpose()?;
        Ok(state.map(|state| ItemState { id, state }))
    }

    /// The ids of a kind's items that name a resident, in no order.
    ///
    /// # Errors
    /// The database's.
    pub fn items_about<I: Item>(self, resident: EntityId) -> Result<Vec<EntityId>, Error> {
        let mut statement = self.prepare_cached("SELECT id FROM item WHERE resident = ?1 AND +kind = ?2")?;
        let rows = statement.query_map(params![resident.0, I::KIND.number()], |row| row.get(0).map(EntityId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many items of a list are in each stage, by its code, and how many of them have a number.
    ///
    /// # Errors
    /// The database's.
    pub fn stage_counts<I: Item>(self, list: Option<EntityId>) -> Result<Vec<(String, usize, usize)>, Error> {
        let mut statement = self.prepare_cached(STAGES)?;
        let rows = statement.query_map(params![list.map(|id| id.0), I::KIND.number()], |row| {
            let [all, numbered] = [row.get::<_, i64>(1)?, row.get(2)?].map(|count| count as usize);
            Ok((row.get(0)?, all, numbered))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The items of a kind for which a condition holds, which is to say the kind.
    pub(super) fn items_where<I: Item>(self, condition: &str, params: impl Params) -> Result<Vec<ItemState<I>>, Error> {
        let mut statement = self.prepare_cached(&format!("SELECT id, state FROM item WHERE {condition}"))?;
        let rows = statement.query_map(params, |row| Ok((EntityId(row.get(0)?), row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (id, json) = row?;
            Ok(ItemState {
                id,
                state: serde_json::from_str(&json)?,
            })
        })
        .collect()
    }
}
