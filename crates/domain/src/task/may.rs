//! What may be done with a task at its stage. Said once, for the screens, the command line and whoever plays clerks.

use super::{Task, TaskFact, TaskStage};
use crate::item::Item as _;
use crate::operation::EntityId;
use crate::refusal::Refusal;

impl Task {
    /// Whose it is, as a fact; none where that is said already.
    ///
    /// # Errors
    /// It is no longer open.
    pub fn may_be_decided(&self, resident: Option<EntityId>) -> Result<Option<TaskFact>, Refusal> {
        self.is_open()?;
        let said = self.decision().map(|decided| decided.resident);
        Ok((said != Some(resident)).then_some(TaskFact::Decided { resident }))
    }

    /// Who sees to it, as a fact; none where that is so already.
    ///
    /// # Errors
    /// It is no longer open.
    pub fn may_be_assigned(&self, to: Option<&str>) -> Result<Option<TaskFact>, Refusal> {
        self.is_open()?;
        let to = to.map(str::to_owned);
        Ok((self.assigned != to).then_some(TaskFact::Assigned { to }))
    }

    /// Whether it may be answered, or be tried to be.
    ///
    /// # Errors
    /// It is no longer open.
    pub fn may_be_visited(&self) -> Result<(), Refusal> {
        self.is_open()
    }

    /// It goes back to the district, as a fact.
    ///
    /// # Errors
    /// It is no longer open.
    pub fn may_be_returned(&self, reason: &str) -> Result<TaskFact, Refusal> {
        self.is_open()?;
        Ok(TaskFact::Returned {
            reason: reason.to_owned(),
        })
    }

    fn is_open(&self) -> Result<(), Refusal> {
        match self.stage() {
            TaskStage::Open => Ok(()),
            TaskStage::TakenBack => Err(Refusal::TaskTakenAway { cause: self.cause }),
            task => Err(Refusal::TaskNotOpen { task }),
        }
    }
}
