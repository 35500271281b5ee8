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
pub(crate) use card::{candidates, pieces, task_card};
pub(crate) use export::task_export;
pub(crate) use list::{rows_about, task_list};
pub(crate) use remind::task_reminders;
pub(crate) use view::TaskView;
pub(crate) use whose::{Finder, Found};

use std::sync::Arc;

use linli_domain::item::Stage as _;
use linli_domain::operation::EntityId;
use linli_domain::task::{Task, TaskStage};

use self::view::STANDS_ON;
use crate::{Error, Workstation};

impl Workstation {
    /// The tasks as they are now.
    pub(crate) fn tasks(&self) -> Result<Arc<TaskView>, Error> {
        self.tasks.now(self, &STANDS_ON, |version| TaskView::of(self, version))
    }

    /// The tasks that are about residents. While none is open they are known by what people said, and only theirs are read.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn tasks_about(&self, residents: &[EntityId]) -> Result<Vec<EntityId>, Error> {
        if self.some_are_open()? {
            let view = self.tasks()?;
            let about = residents.iter().flat_map(|resident| view.about(*resident));
            return Ok(about.map(|place| view.id(place)).collect());
        }
        let store = self.store();
        let mut about = Vec::new();
        for resident in residents {
            let merged = store.view().residents_merged_into(*resident)?;
            for id in merged.iter().filter_map(|one| one.id).chain([*resident]) {
                about.extend(store.view().items_about::<Task>(id)?);
            }
        }
        Ok(about)
    }

    fn some_are_open(&self) -> Result<bool, Error> {
        let stages = self.store().view().stage_counts::<Task>(None)?;
        Ok(stages
            .iter()
            .any(|(stage, count, _)| stage == TaskStage::Open.code() && *count > 0))
    }

    /// How many rows of the list are to be worked on: none are read where no task is open.
    pub(crate) fn open_rows(&self) -> Result<usize, Error> {
        match self.some_are_open()? {
            true => Ok(self.tasks()?.open_rows().count()),
            false => Ok(0),
        }
    }
}
