//! What must be true of tasks after a run, worked out from the committees' orders without the fold that is tested.

use std::collections::{BTreeMap, BTreeSet};

use linli_district::pushed::list::{Listed, Which};
use linli_district::pushed::{Standing, TaskAnswer, TaskRow};
use linli_domain::item::{Item as _, Stage as _};
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_domain::task::{Task, TaskFact, TaskStage, VisitOutcome, Way};
use linli_domain::time::Moment;
use linli_workstation::api::Page;
use linli_workstation::api::tasks::TaskListRequest;
use linli_workstation::simulation::commands;

use super::{Pushed, SOURCES, word};
use crate::Broken;
use crate::check::{Sequence, store};
use crate::ledger::Office;
use crate::pc::Pc;
use crate::world::World;

/// A visit in a committee's order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Visit {
    device: DeviceId,
    by: String,
    at: Moment,
    way: Way,
    outcome: VisitOutcome,
}

/// What a committee's order says of a task.
#[derive(Debug, Default)]
pub(crate) struct Said {
    visits: Vec<Visit>,
    returned: bool,
    taken_back: bool,
}

impl Said {
    /// Everything that a committee's order says of tasks, without what was taken back.
    pub(crate) fn of(sequence: &Sequence) -> BTreeMap<EntityId, Said> {
        let mut undone: BTreeSet<(DeviceId, u64)> = BTreeSet::new();
        let undos = sequence.changes(EntityKind::Batch);
        undone.extend(undos.filter_map(|(_, _, change)| change.undone()));
        let mut said: BTreeMap<EntityId, Said> = BTreeMap::new();
        for (header, task, change) in sequence.changes(EntityKind::Task) {
            let said = said.entry(task).or_default();
            let Change::Task(fact) = change else { continue };
            if undone.contains(&(header.device, header.batch)) {
                continue;
            }
            match fact {
                TaskFact::Visited { way, outcome, .. } => said.visits.push(Visit {
                    device: header.device,
                    by: header.actor,
                    at: header.at,
                    way,
                    outcome,
                }),
                TaskFact::Returned { .. } => said.returned = true,
                TaskFact::TakenBack { .. } => said.taken_back = true,
                TaskFact::GivenAgain { .. } => (said.returned, said.taken_back) = (false, false),
                TaskFact::Decided { .. } | TaskFact::Assigned { .. } => {}
            }
        }
        said
    }

    /// The first visit that found anything out.
    fn answer(&self) -> Option<&Visit> {
        self.visits.iter().find(|visit| visit.outcome != VisitOutcome::NoAnswer)
    }

    fn is_open(&self) -> bool {
        self.stage() == TaskStage::Open
    }

    fn stage(&self) -> TaskStage {
        match (self.answer(), self.taken_back, self.returned) {
            (Some(_), ..) => TaskStage::Answered,
            (None, true, _) => TaskStage::TakenBack,
            (None, false, true) => TaskStage::Returned,
            (None, false, false) => TaskStage::Open,
        }
    }
}

/// Every visit that a clerk was told of is in the order, and every PC shows the visits of the order, the first that found
/// anything out as the answer, and the same list as the others.
pub(crate) fn stand(world: &World, office: Office, said: &BTreeMap<EntityId, Said>) -> Result<(), Broken> {
    let visits = world.ledger.tasks.visits.get(&office).into_iter().flatten();
    for visited in visits.filter(|visited| visited.stands) {
        let of_task = said.get(&visited.task).into_iter().flat_map(|said| &said.visits);
        let mut written = of_task.map(|visit| ((visit.device, visit.at), visit.way, visit.outcome));
        if !written.any(|visit| visit == (visited.deed, visited.way, visited.outcome)) {
            return Err(Broken::promise("a visit is forgotten", format!("{visited:?}")));
        }
    }
    let mut first: Option<String> = None;
    for pc in world.joined(office) {
        are_as_said(pc, said)?;
        let list = listed(pc)?;
        let first = first.get_or_insert_with(|| list.clone());
        if *first != list {
            let detail = format!("{} has {list}, the first {first}", pc.name);
            return Err(Broken::promise("two PCs list other tasks", detail));
        }
    }
    Ok(())
}

/// A PC's tasks are what the order says of them.
fn are_as_said(pc: &Pc, said: &BTreeMap<EntityId, Said>) -> Result<(), Broken> {
    let tasks = pc.store().view().items::<Task>(None).map_err(store)?;
    if tasks.len() != said.len() {
        let detail = format!("{} of {} on {}", tasks.len(), said.len(), pc.name);
        return Err(Broken::promise("a PC has not the tasks of the order", detail));
    }
    let none = Said::default();
    for one in tasks {
        let (task, said) = (&one.state, said.get(&one.id).unwrap_or(&none));
        let found = |visit: &linli_domain::task::Visit| (visit.did.by.clone(), visit.did.at, visit.way, visit.outcome);
        let written = |visit: &Visit| (visit.by.clone(), visit.at, visit.way, visit.outcome);
        let broken = |what| {
            let detail = format!("{} on {}: {task:?}, {said:?}", one.id, pc.name);
            Err(Broken::promise(what, detail))
        };
        if !task.visits.iter().map(found).eq(said.visits.iter().map(written)) {
            return broken("a task's visits are not those of the order");
        }
        if task.answer().map(found) != said.answer().map(written) {
            return broken("another answer than the first counts");
        }
        if task.stage() != said.stage() {
            return broken("a task is not as far as the order says");
        }
    }
    Ok(())
}

/// The list of a PC, but for what depends on its clock.
fn listed(pc: &Pc) -> Result<String, Broken> {
    let (offset, limit) = (0, Page::MAX_ROWS);
    let request = TaskListRequest {
        tray: None,
        pressing: false,
        building: None,
        assignee: None,
        source: None,
        query: None,
        page: Page { offset, limit },
    };
    let list = commands::task_list(&pc.workstation, request);
    let list = list.map_err(|error| Broken::error("listing tasks", &error))?;
    let mut text = format!("{:?} {:?} {:?}", list.counts, list.buildings, list.assignees);
    for row in list.rows {
        let whose = (row.tray, row.resident, row.name, row.address);
        text.push_str(&format!("\n{} {whose:?} {} {:?}", row.id, row.tasks, row.assignee));
    }
    Ok(text)
}

/// Every row is once in the district's list, waits in one committee at most, and its source has heard what became of it.
pub(crate) fn are_answered(world: &mut World, said: &[BTreeMap<EntityId, Said>]) -> Result<(), Broken> {
    for source in 0..SOURCES.len() {
        while world.fetch(source, false)? {}
    }
    let listed = world.district.rows::<TaskRow>(&Which::default(), world.now);
    let listed = listed.map_err(|error| Broken::error("listing rows", &error))?;
    let (tasks, mut answered, mut twice) = (&world.ledger.tasks, 0, 0);
    for row in &tasks.pushed {
        let of_task: Vec<&Listed<TaskRow>> = listed.iter().filter(|one| one.item == row.task).collect();
        let [one] = of_task.as_slice() else {
            return Err(Broken::promise("a row is there once", format!("{of_task:?}")));
        };
        let of_offices: Vec<(Office, &Said)> = said
            .iter()
            .enumerate()
            .filter_map(|(office, said)| Some((office, said.get(&row.task)?)))
            .collect();
        let broken = |what: &str| {
            let heard = tasks.heard.get(&(row.source, row.reference()));
            let detail = format!("{:?}, heard {heard:?}; {of_offices:?}", one);
            Broken::promise(what, detail)
        };
        waits_where_it_is(world, row, &one.answer, said).map_err(broken)?;
        has_heard(tasks.heard.get(&(row.source, row.reference())), &one.answer).map_err(broken)?;
        answered += usize::from(one.answer.state == Standing::Answered);
        let visits = of_offices.iter().flat_map(|(_, said)| &said.visits);
        twice += usize::from(visits.filter(|visit| visit.outcome.answers()).count() > 1);
    }
    if listed.len() != tasks.pushed.len() {
        return Err(Broken::promise(
            "a row is there that nobody pushed",
            format!("{listed:?}"),
        ));
    }
    world.summary.rows += tasks.pushed.len();
    world.summary.answered += answered;
    world.summary.answered_twice += twice;
    Ok(())
}

/// A row is as far as the committee says that the district names, and nobody else waits for an answer.
fn waits_where_it_is(
    world: &World,
    row: &Pushed,
    answer: &TaskAnswer,
    said: &[BTreeMap<EntityId, Said>],
) -> Result<(), &'static str> {
    let is_named = |office: &Office| answer.committee == Some(world.committees[*office].full_name());
    let named = (0..said.len()).find(is_named);
    let there = named.map(|office| &said[office]).and_then(|said| said.get(&row.task));
    let stage = there.map(Said::stage);
    if row.taken_back && !matches!(answer.state, Standing::TakenBack | Standing::Answered) {
        return Err("a row that was taken back is wanted");
    }
    let elsewhere = said
        .iter()
        .enumerate()
        .filter(|(office, said)| Some(*office) != named && said.get(&row.task).is_some_and(Said::is_open));
    if elsewhere.count() > 0 {
        return Err("a row waits where it is not");
    }
    match answer.state {
        Standing::Answered => {
            let first = there.and_then(Said::answer);
            let fits = first.is_some_and(|first| {
                let by = (Some(&first.by), Some(first.at.text()));
                let found = (Some(word(first.way)), Some(word(first.outcome)));
                by == (answer.by.as_ref(), answer.at.clone()) && found == (answer.way.clone(), answer.outcome.clone())
            });
            if fits {
                Ok(())
            } else {
                Err("another answer than the first is told")
            }
        }
        // No committee has it; its source may have taken it back.
        Standing::Nobody | Standing::TakenBack if named.is_none() => Ok(()),
        state if stage.is_some_and(|stage| stage.code() == state.code()) => Ok(()),
        _ => Err("a row is not as far as its committee says"),
    }
}

/// A source has heard what became of a row. Where it still waits, who has it is not told.
fn has_heard(heard: Option<&TaskAnswer>, answer: &TaskAnswer) -> Result<(), &'static str> {
    let waits = matches!(answer.state, Standing::Open | Standing::Nobody);
    let fits = match heard {
        None => waits,
        Some(heard) if waits => heard.state == answer.state,
        Some(heard) => heard == answer,
    };
    if fits {
        Ok(())
    } else {
        Err("a source has not heard what became of a row")
    }
}
