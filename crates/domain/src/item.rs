//! Items: what the queues of work are of. A reservation, an instruction: something with stages that clerks work through in
//! a list. What a kind says of itself here is all that the tables of the store and of the district, the lists and their
//! counts know of it.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::operation::{EntityId, EntityKind};
use crate::record::Recorded;
use crate::time::Moment;

/// Stands for the deadline of what has none, where things stand by theirs: behind all that have one.
pub const WITHOUT_DEADLINE: &str = "~";

/// What a stage means for who works: its colour follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Somebody has to do something.
    Waiting,
    /// On its way.
    Going,
    /// Done.
    Done,
    /// Gone wrong, or turned down.
    Bad,
}

/// How far an item is.
pub trait Stage: Copy + Eq + 'static {
    /// All stages, in the order in which lists show them.
    const ALL: &'static [Self];

    /// The stable word for it, as in JSON.
    fn code(self) -> &'static str;

    /// What a clerk calls it.
    fn label(self) -> &'static str;

    /// What it means for who works.
    fn tone(self) -> Tone;

    /// The stage of a code; `None` for one of a newer program.
    fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stage| stage.code() == code)
    }
}

/// Whom an item is about, by the records it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Who {
    /// A person of the roster.
    pub resident: Option<EntityId>,
    /// A home of the roster.
    pub household: Option<EntityId>,
}

/// Something with stages that clerks work through.
pub trait Item: Serialize + DeserializeOwned + Sized {
    /// Its kind.
    const KIND: EntityKind;
    /// How far it can be.
    type Stage: Stage;

    /// Folds an item's operations, in order; `None` where it does not exist.
    fn fold<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Self>;

    /// How far it is.
    fn stage(&self) -> Self::Stage;

    /// The list it stands in, where its kind has several: a reservation's round.
    fn list(&self) -> Option<EntityId> {
        None
    }

    /// By what it stands in the order of its list, as text; items of the same key stand by their ids.
    fn sort_key(&self) -> Cow<'_, str>;

    /// Whom it is about.
    fn who(&self) -> Who {
        Who::default()
    }

    /// The running number it was given: the serial of a reservation's valid voucher.
    fn number(&self) -> Option<u32> {
        None
    }

    /// Until when it is to be done.
    fn deadline(&self) -> Option<Moment> {
        None
    }
}

/// What stands beside an item's state in a table, so that lists and counts need not read the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns<'i> {
    /// The item's kind.
    pub kind: EntityKind,
    /// See [`Item::list`].
    pub list: Option<EntityId>,
    /// The stage's code.
    pub stage: &'static str,
    /// See [`Item::sort_key`].
    pub sort_key: Cow<'i, str>,
    /// See [`Item::who`].
    pub who: Who,
    /// See [`Item::number`].
    pub number: Option<u32>,
    /// See [`Item::deadline`].
    pub deadline: Option<Moment>,
}

impl<'i> Columns<'i> {
    /// Those of an item.
    pub fn of<I: Item>(item: &'i I) -> Columns<'i> {
        Columns {
            kind: I::KIND,
            list: item.list(),
            stage: item.stage().code(),
            sort_key: item.sort_key(),
            who: item.who(),
            number: item.number(),
            deadline: item.deadline(),
        }
    }
}
