//! What committees write about tasks, as far as their sources are told: kept beside the pushed row, in the transaction in
//! which a committee's item changes.
//!
//! Must stay true: the first committee that answered a row is the one whose answer its source hears, also where the row
//! was passed on meanwhile; only taking that answer back makes room for another.

use std::collections::BTreeMap;

use linli_domain::entity::State;
use linli_domain::happened::Reasoned;
use linli_domain::item::{Item as _, Stage as _};
use linli_domain::operation::EntityId;
use linli_domain::task::{Task, TaskStage, Visit, VisitOutcome, Way};
use linli_domain::time::Moment;
use serde::{Deserialize, Serialize};

use super::{Kept, Standing};
use crate::Error;
use crate::sequence::Sequence;

/// What came of a row, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outcome {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) found: Option<VisitOutcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) way: Option<Way>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) learnt: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    pub(super) by: String,
    /// Local time.
    pub(super) at: String,
    /// How its source had taken it back before an answer came from where it had been: what holds without that answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken_back: Option<Box<Outcome>>,
}

impl Outcome {
    fn of(task: &Task) -> Option<Outcome> {
        match task.stage() {
            TaskStage::Open => None,
            TaskStage::Answered => task.answer().map(Outcome::of_visit),
            TaskStage::Returned => task.returned.as_ref().map(Outcome::with_reason),
            TaskStage::TakenBack => task.taken_back.as_ref().map(Outcome::with_reason),
        }
    }

    fn of_visit(visit: &Visit) -> Outcome {
        Outcome {
            found: Some(visit.outcome),
            way: Some(visit.way),
            learnt: visit.learnt.clone(),
            note: visit.note.clone(),
            reason: None,
            by: visit.did.by.clone(),
            at: visit.did.at.text(),
            taken_back: None,
        }
    }

    fn with_reason(reasoned: &Reasoned) -> Outcome {
        Outcome::because(&reasoned.reason, &reasoned.did.by, reasoned.did.at)
    }

    /// Returned or taken back, for this reason.
    pub(super) fn because(reason: &str, by: &str, at: Moment) -> Outcome {
        Outcome {
            reason: Some(reason.to_owned()),
            by: by.to_owned(),
            at: at.text(),
            ..Outcome::default()
        }
    }
}

impl Sequence<'_> {
    /// Follows what became of tasks in this committee.
    pub(crate) fn follow(&mut self, states: &[(EntityId, Option<State>)]) -> Result<(), Error> {
        let tasks: BTreeMap<EntityId, &Task> = states
            .iter()
            .filter_map(|(id, state)| Some((*id, state.as_ref()?.task()?)))
            .collect();
        let mut others = Vec::new();
        for kept in Kept::all(self.transaction, tasks.keys().copied())? {
            let task = tasks[&kept.task];
            others.extend(self.heard(kept, task)?.map(|kept| kept.task));
        }
        // Those that are to be told otherwise, as they are behind their locks.
        for kept in Kept::locked(self.transaction, others)? {
            let task = tasks[&kept.task];
            if let Some(kept) = self.heard(kept, task)? {
                kept.save(self.transaction)?;
            }
        }
        Ok(())
    }

    /// A pushed row as it is to be told; `None` where it is told so already.
    fn heard(&self, kept: Kept, task: &Task) -> Result<Option<Kept>, Error> {
        let mut now = kept.clone();
        self.hear(&mut now, task)?;
        let told = |kept: &Kept| (kept.standing, kept.outcome.clone(), kept.answered_by);
        Ok((told(&now) != told(&kept)).then_some(now))
    }

    fn hear(&self, kept: &mut Kept, task: &Task) -> Result<(), Error> {
        let this = Some(self.committee.id);
        if kept.answered_by.is_some_and(|by| Some(by) != this) {
            return Ok(());
        }
        let stage = task.stage();
        let (was_answer, holds) = (kept.answered_by == this, kept.holder == this);
        kept.unsettled |= !holds && was_answer != (stage == TaskStage::Answered);
        if stage == TaskStage::Answered {
            kept.answered_by = this;
        } else if holds {
            kept.answered_by = None;
        } else {
            // It went elsewhere, and is open there where it is still wanted.
            if was_answer {
                kept.answered_by = None;
                let taken_back = taken_back(kept)?.map(|before| serde_json::to_string(&before));
                let standing = match (&taken_back, kept.holder) {
                    (Some(_), _) => Standing::TakenBack,
                    (None, Some(_)) => Standing::Open,
                    (None, None) => Standing::Nobody,
                };
                kept.stands(standing, taken_back.transpose()?);
            }
            return Ok(());
        }
        let standing = Standing::of_code(stage.code()).unwrap_or(kept.standing);
        let taken_back = if holds { None } else { taken_back(kept)? };
        let outcome = Outcome::of(task)
            .map(|outcome| serde_json::to_string(&Outcome { taken_back, ..outcome }))
            .transpose()?;
        kept.stands(standing, outcome);
        Ok(())
    }
}

/// How a row's source took it back, whatever was answered since.
fn taken_back(kept: &Kept) -> Result<Option<Box<Outcome>>, Error> {
    let outcome: Option<Outcome> = kept.outcome.as_deref().map(serde_json::from_str).transpose()?;
    Ok(match kept.standing {
        Standing::TakenBack => outcome.map(Box::new),
        Standing::Answered => outcome.and_then(|outcome| outcome.taken_back),
        _ => None,
    })
}
