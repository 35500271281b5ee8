//! What committees write about pushed rows, as far as their sources are told: kept beside the row, in the transaction in
//! which a committee's item changes.
//!
//! Must stay true: the first committee that answered a row is the one whose answer its source hears, also where the row
//! was passed on meanwhile; only taking that answer back makes room for another.

use std::collections::BTreeMap;

use linli_domain::entity::State;
use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::{Content, Kept, OrderRow, Standing, TaskRow};
use crate::Error;
use crate::sequence::Sequence;

/// What came of a row, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct Outcome<R: Content> {
    #[serde(flatten)]
    pub(super) found: R::Found,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    pub(super) by: String,
    /// Local time.
    pub(super) at: String,
    /// How its source had taken it back before an answer came from where it had been: what holds without that answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken_back: Option<Box<Outcome<R>>>,
}

impl<R: Content> Outcome<R> {
    fn of(item: &R::Item) -> Option<Outcome<R>> {
        match R::standing(item) {
            Standing::Answered => R::found(item).map(|(found, did)| Outcome::found(found, &did.by, did.at)),
            _ => R::reason(item).map(|why| Outcome::because(&why.reason, &why.did.by, why.did.at)),
        }
    }

    /// Answered.
    pub(super) fn found(found: R::Found, by: &str, at: Moment) -> Outcome<R> {
        Outcome {
            found,
            by: by.to_owned(),
            at: at.text(),
            ..Outcome::default()
        }
    }

    /// Returned or taken back, for this reason.
    pub(super) fn because(reason: &str, by: &str, at: Moment) -> Outcome<R> {
        Outcome {
            reason: Some(reason.to_owned()),
            by: by.to_owned(),
            at: at.text(),
            ..Outcome::default()
        }
    }
}

impl Sequence<'_> {
    /// Follows what became of pushed rows in this committee.
    pub(crate) fn follow(&mut self, states: &[(EntityId, Option<State>)]) -> Result<(), Error> {
        self.follow_kind::<TaskRow>(states)?;
        self.follow_kind::<OrderRow>(states)
    }

    fn follow_kind<R: Content>(&mut self, states: &[(EntityId, Option<State>)]) -> Result<(), Error> {
        let items: BTreeMap<EntityId, &R::Item> = states
            .iter()
            .filter_map(|(id, state)| Some((*id, R::item(state.as_ref()?)?)))
            .collect();
        let mut others = Vec::new();
        for kept in Kept::all(self.transaction, items.keys().copied())? {
            let item = items[&kept.item];
            others.extend(self.heard::<R>(kept, item)?.map(|kept| kept.item));
        }
        // Those that are to be told otherwise, as they are behind their locks.
        for kept in Kept::locked(self.transaction, others)? {
            let item = items[&kept.item];
            if let Some(kept) = self.heard::<R>(kept, item)? {
                kept.save(self.transaction)?;
            }
        }
        Ok(())
    }

    /// A pushed row as it is to be told; `None` where it is told so already.
    fn heard<R: Content>(&mut self, kept: Kept, item: &R::Item) -> Result<Option<Kept>, Error> {
        let mut now = kept.clone();
        self.hear::<R>(&mut now, item)?;
        let this = Some(self.committee.id);
        if now.holder == this || now.answered_by == this {
            R::seen(item, &mut now.beside);
        }
        let told = |kept: &Kept| {
            (
                kept.standing,
                kept.outcome.clone(),
                kept.answered_by,
                kept.beside.clone(),
            )
        };
        Ok((told(&now) != told(&kept)).then_some(now))
    }

    fn hear<R: Content>(&mut self, kept: &mut Kept, item: &R::Item) -> Result<(), Error> {
        let this = Some(self.committee.id);
        if kept.answered_by.is_some_and(|by| Some(by) != this) {
            return Ok(());
        }
        let standing = R::standing(item);
        let (was_answer, holds) = (kept.answered_by == this, kept.holder == this);
        kept.unsettled |= !holds && was_answer != (standing == Standing::Answered);
        if standing == Standing::Answered {
            kept.answered_by = this;
        } else if holds {
            kept.answered_by = None;
        } else {
            // It went elsewhere, and is open there where it is still wanted.
            if was_answer {
                kept.answered_by = None;
                let taken_back = taken_back::<R>(kept)?.map(|before| serde_json::to_string(&before));
                let standing = match (&taken_back, kept.holder) {
                    (Some(_), _) => Standing::TakenBack,
                    (None, Some(_)) => Standing::Open,
                    (None, None) => self.nobodys::<R>(kept)?,
                };
                kept.stands(standing, taken_back.transpose()?);
            }
            return Ok(());
        }
        let taken_back = if holds { None } else { taken_back::<R>(kept)? };
        let outcome = Outcome::<R>::of(item)
            .map(|outcome| serde_json::to_string(&Outcome { taken_back, ..outcome }))
            .transpose()?;
        kept.stands(standing, outcome);
        Ok(())
    }

    /// How a row stands that no committee has: the district may answer it itself.
    fn nobodys<R: Content>(&mut self, kept: &Kept) -> Result<Standing, Error> {
        let rules = R::rules(self.transaction)?;
        Ok(match kept.row::<R>()?.stays(&rules) {
            Some(_) => Standing::Direct,
            None => Standing::Nobody,
        })
    }
}

/// How a row's source took it back, whatever was answered since.
fn taken_back<R: Content>(kept: &Kept) -> Result<Option<Box<Outcome<R>>>, Error> {
    let outcome: Option<Outcome<R>> = kept.outcome.as_deref().map(serde_json::from_str).transpose()?;
    Ok(match kept.standing {
        Standing::TakenBack => outcome.map(Box::new),
        Standing::Answered => outcome.and_then(|outcome| outcome.taken_back),
        _ => None,
    })
}
