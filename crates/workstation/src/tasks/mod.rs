//! Tasks 核查任务: rows that sources pushed through the district, whose they are, and what came of asking.
//!
//! Whose an open row is, is derived from the roster and never stored, as the smart check is; a clerk's decision and a
//! visit are.

mod act;
mod card;
mod export;
mod list;
mod remind;
#[cfg(test)]
mod tests;
mod view;
mod whose;

pub(crate) use act::{task_assign, task_decide, task_return, task_visit};
pub(crate) use card::task_card;
pub(crate) use export::task_export;
pub(crate) use list::task_list;
pub(crate) use remind::task_reminders;
pub(crate) use view::TaskView;
pub(crate) use whose::Finder;

use std::sync::{Arc, PoisonError};

use crate::{Error, Workstation};

impl Workstation {
    /// The tasks as they are now.
    pub(crate) fn tasks(&self) -> Result<Arc<TaskView>, Error> {
        let mut kept = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let version = TaskView::version_of(self)?;
        match kept.as_ref().filter(|view| view.version == version) {
            Some(view) => Ok(view.clone()),
            None => {
                let view = Arc::new(TaskView::of(self, version)?);
                *kept = Some(view.clone());
                Ok(view)
            }
        }
    }
}
