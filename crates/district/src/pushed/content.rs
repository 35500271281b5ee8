//! What differs between the kinds of rows that sources push: what a row says, what a committee has of it, and what its
//! source is told. All else is done once, for every kind.

use std::collections::BTreeMap;
use std::fmt::Debug;

use linli_domain::entity::State;
use linli_domain::happened::{By, Cause, Reasoned};
use linli_domain::import::{Column, ImportKind};
use linli_domain::item::Item;
use linli_domain::operation::{Action, Change, EntityKind};
use linli_domain::record::Field;
use linli_domain::time::Moment;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Standing;
use super::follow::Outcome;
use crate::Error;
use crate::storage::Transaction;

/// A field of a committee's log and its value.
pub type Fill = (Field, Option<String>);

/// What a row says of whom it is about and where it belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said<'r> {
    /// 姓名.
    pub name: Option<&'r str>,
    /// 证件号码.
    pub document_number: Option<&'r str>,
    /// 电话.
    pub phone: Option<&'r str>,
    /// 地址 as it was written down.
    pub address: Option<&'r str>,
    /// 居委会, where the source knows it.
    pub committee: Option<&'r str>,
}

/// By what a row is known, and until when it is to be answered.
#[derive(Debug, Clone, Copy)]
pub struct Known<'r> {
    /// Whose it is.
    pub source: &'r str,
    /// Its source's own id of it.
    pub reference: &'r str,
    /// Until when it is to be answered.
    pub due: Moment,
}

/// What became of a row, as its source is told.
#[derive(Debug, Clone)]
pub struct Told<R: Content> {
    pub(super) reference: String,
    pub(super) state: Standing,
    pub(super) committee: Option<String>,
    pub(super) outcome: Outcome<R>,
}

/// What stands beside a row so that rows can be counted by it. Tasks have nothing of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// What kind of request it is.
    pub category: Option<String>,
    /// How pressing it is.
    pub urgency: Option<String>,
    /// Until when the resident is to be contacted.
    pub contact_by: Option<Moment>,
    /// Whether that was done, or there is a reason why not.
    pub contacted: bool,
    /// Whether the resident is not content with the reply.
    pub dissatisfied: bool,
}

/// What a row of one kind says, and what is done with it.
pub trait Content:
    Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static
{
    /// What a committee has of it.
    type Item: Item;
    /// What was found out, as it is kept until its source has fetched it.
    type Found: Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned;
    /// The message by which its source is told of it.
    type Answer: Clone + Debug + PartialEq + Serialize + JsonSchema + Send;
    /// What the district set for rows of the kind.
    type Rules: Clone + Debug + Default + Send + Sync;

    /// The kind of its item.
    const KIND: EntityKind = Self::Item::KIND;
    /// What its id is made of, beside source and reference. It never changes.
    const WORD: &'static str;
    /// The same of what cannot be used.
    const DAMAGED: &'static str;
    /// How committees get it.
    const PUSHED: Action;
    /// How it is withdrawn, put right or given again.
    const CHANGED: Action;
    /// The words for where it stands.
    const LABELS: Labels;
    /// What its sheets are read as.
    const IMPORT: ImportKind;
    /// Columns of which a sheet must have two.
    const COLUMNS: &'static str;

    /// Whom it is about, and where it belongs.
    fn said(&self) -> Said<'_>;

    /// Its source's own id of it.
    fn reference(&self) -> Option<&str>;

    /// The same in clean writing.
    ///
    /// # Errors
    /// Why it cannot be used, in words.
    fn checked(&self) -> Result<Self, String>;

    /// Until when it is to be answered by whoever got it at a moment. `before`: until when it was.
    fn due(&self, before: Option<Moment>, given_at: Moment, rules: &Self::Rules) -> Moment;

    /// Its fields in a committee's log.
    ///
    /// # Errors
    /// What it says cannot be written as JSON.
    fn fields(&self, known: Known<'_>, rules: &Self::Rules) -> Result<Vec<Fill>, Error>;

    /// What could not be read, kept as it came.
    fn unread(reference: Option<String>, text: String) -> Self;

    /// A sheet's row. `note`: its remarks.
    fn of_cells(cells: &BTreeMap<Column, String>, note: Option<String>) -> Self;

    /// What the district set for the kind.
    ///
    /// # Errors
    /// The database's.
    fn rules(transaction: &mut dyn Transaction) -> Result<Self::Rules, Error>;

    /// Why the district answers a row itself, in words; `None` where a committee is to.
    fn stays(&self, _: &Self::Rules) -> Option<String> {
        None
    }

    /// By what it is counted, for whoever got it at a moment.
    fn beside(&self, _given_at: Moment, _: &Self::Rules) -> Beside {
        Beside::default()
    }

    /// What its committee did about that.
    fn seen(_: &Self::Item, _: &mut Beside) {}

    /// An item among states.
    fn item(state: &State) -> Option<&Self::Item>;

    /// How far its committee is with it.
    fn standing(item: &Self::Item) -> Standing;

    /// What answers it, by whom and when.
    fn found(item: &Self::Item) -> Option<(Self::Found, &By)>;

    /// Why it was returned or withdrawn, as it stands.
    fn reason(item: &Self::Item) -> Option<&Reasoned>;

    /// A committee is to answer it no more.
    fn withdrawn(reason: String, cause: Cause) -> Change;

    /// A committee is to answer it once more.
    fn given_again(reason: String) -> Change;

    /// What its source is told.
    ///
    /// # Errors
    /// A word cannot be written as JSON.
    fn answer(told: Told<Self>) -> Result<Self::Answer, Error>;
}

/// What staff call where a row stands, as far as kinds differ.
#[derive(Debug, Clone, Copy)]
pub struct Labels {
    /// To be answered.
    pub open: &'static str,
    /// Answered.
    pub answered: &'static str,
    /// What answers it.
    pub result: &'static str,
}
