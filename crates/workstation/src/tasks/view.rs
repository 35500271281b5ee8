//! The tasks in memory, each with where it lies and whose it is, and put together in rows: what is to be visited is one row
//! a person, however many sources asked.

use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::HashMap;
use linli_domain::item::Item as _;
use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::reservation::Whose as _;
use linli_domain::task::{Task, TaskStage};
use linli_domain::time::Moment;
use linli_store::ItemState;

use super::list::is_open;
use super::whose::Found;
use crate::api::tasks::Tray;
use crate::queue::{Items, Version, missing};
use crate::roster::Roster;
use crate::{Error, Workstation};

/// What a view stands on: where nothing of these was touched, it is as it was.
pub(super) const STANDS_ON: [EntityKind; 3] = [EntityKind::Task, EntityKind::Resident, EntityKind::Household];

/// Where a task lies, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lies {
    pub(crate) tray: Tray,
    /// The resident it is, as far as that is known.
    pub(crate) resident: Option<EntityId>,
}

/// The tasks as they are at a version of the data.
#[derive(Debug)]
pub(crate) struct TaskView {
    pub(crate) items: Arc<Items<Task>>,
    /// Of each item.
    lies: Vec<Lies>,
    /// Items by rows of the list, the soonest deadline first, in the order of the first of each.
    rows: Vec<Vec<usize>>,
    /// The row of each item.
    row_of: Vec<usize>,
    /// Places of what is about a resident.
    about: HashMap<EntityId, Vec<usize>>,
    /// When residents were visited or rung up today.
    today: HashMap<EntityId, Moment>,
}

impl TaskView {
    /// Reads the tasks, or brings up those in memory.
    pub(crate) fn of(ws: &Workstation, version: Version) -> Result<TaskView, Error> {
        let items = {
            let store = ws.store();
            ws.finder.bring_up(store.view())?;
            ws.task_shelf.now(store.view())?
        };
        let roster = ws.roster()?;
        let mut lies: Vec<Lies> = items.iter().map(|one| lies(&roster, one)).collect();
        let undecided = lies.iter().enumerate().filter(|(_, lies)| lies.tray == Tray::Undecided);
        let undecided: Vec<usize> = undecided.map(|(place, _)| place).collect();
        let found = ws.finder.find(version.data, &roster, &items, &undecided);
        for (place, found) in undecided.into_iter().zip(found) {
            lies[place] = found_to_lie(&roster, &found);
        }
        let rows = rows(&items, &lies);
        let mut row_of = vec![0; items.len()];
        for (row, places) in rows.iter().enumerate() {
            places.iter().for_each(|place| row_of[*place] = row);
        }
        Ok(TaskView {
            today: visited(&roster, &items, version.day),
            about: about(&lies),
            items,
            lies,
            rows,
            row_of,
        })
    }

    /// The rows of the list, in its order, each as the places of its tasks.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[usize]> {
        self.rows.iter().map(Vec::as_slice)
    }

    /// Those of them that are to be worked on.
    pub(crate) fn open_rows(&self) -> impl Iterator<Item = &[usize]> {
        self.rows().filter(|row| is_open(self.lies(row[0]).tray))
    }

    /// The places of all tasks of the row that one is in.
    ///
    /// # Errors
    /// It is not there (any more).
    pub(crate) fn row(&self, id: EntityId) -> Result<&[usize], Error> {
        let place = self.items.place(id).ok_or_else(missing::<Task>)?;
        Ok(&self.rows[self.row_of[place]])
    }

    /// The tasks that are about a resident, as far as that is known.
    pub(crate) fn about(&self, resident: EntityId) -> impl Iterator<Item = usize> {
        self.about.get(&resident).into_iter().flatten().copied()
    }

    pub(crate) fn lies(&self, place: usize) -> Lies {
        self.lies[place]
    }

    pub(crate) fn task(&self, place: usize) -> &Task {
        &self.items[place].state
    }

    pub(crate) fn id(&self, place: usize) -> EntityId {
        self.items[place].id
    }

    /// When a resident was visited or rung up today.
    pub(crate) fn visited_today(&self, resident: EntityId) -> Option<Moment> {
        self.today.get(&resident).copied()
    }
}

fn lies(roster: &Roster, one: &ItemState<Task>) -> Lies {
    let task = &one.state;
    let resident = task.whose().map(|id| roster.standing(id));
    // Who was taken off the roster since is nobody to visit: it is asked again whose the row is.
    let resident = resident.filter(|id| roster.residents.contains_key(id));
    let nobodys = task.decision().is_some_and(|decided| decided.resident.is_none());
    let tray = match task.stage() {
        TaskStage::Answered => Tray::Answered,
        TaskStage::Returned => Tray::Returned,
        TaskStage::TakenBack => Tray::TakenBack,
        TaskStage::Open if nobodys => Tray::NotOurs,
        TaskStage::Open if resident.is_some() => Tray::ToVisit,
        TaskStage::Open => Tray::Undecided,
    };
    Lies { tray, resident }
}

/// Where an open row lies by what was found for it.
fn found_to_lie(roster: &Roster, found: &Found) -> Lies {
    let resident = found.certain().map(|id| roster.standing(id));
    let tray = match resident {
        Some(_) => Tray::ToVisit,
        None if found.is_nobodys() => Tray::NotOurs,
        None => Tray::Undecided,
    };
    Lies { tray, resident }
}

/// One row a task, but for those of one resident that wait for a visit.
fn rows(items: &[ItemState<Task>], lies: &[Lies]) -> Vec<Vec<usize>> {
    let mut rows: Vec<Vec<usize>> = Vec::with_capacity(items.len());
    let mut of_resident: HashMap<EntityId, usize> = HashMap::default();
    for (place, lies) in lies.iter().enumerate() {
        let resident = lies.resident.filter(|_| lies.tray == Tray::ToVisit);
        match resident.and_then(|id| of_resident.get(&id)) {
            Some(row) => rows[*row].push(place),
            None => {
                of_resident.extend(resident.map(|id| (id, rows.len())));
                rows.push(vec![place]);
            }
        }
    }
    rows
}

fn about(lies: &[Lies]) -> HashMap<EntityId, Vec<usize>> {
    let mut about: HashMap<EntityId, Vec<usize>> = HashMap::default();
    for (place, lies) in lies.iter().enumerate() {
        if let Some(resident) = lies.resident {
            about.entry(resident).or_default().push(place);
        }
    }
    about
}

/// The last visits of a day that found anything out, by whom they were for.
fn visited(roster: &Roster, items: &[ItemState<Task>], day: NaiveDate) -> HashMap<EntityId, Moment> {
    let mut visited: HashMap<EntityId, Moment> = HashMap::default();
    for visit in items.iter().flat_map(|one| &one.state.visits) {
        let today = visit.did.at.date() == day && visit.outcome.answers();
        let Some(resident) = visit.resident.filter(|_| today) else {
            continue;
        };
        let last = visited.entry(roster.standing(resident)).or_insert(visit.did.at);
        *last = visit.did.at.max(*last);
    }
    visited
}
