//! Deciding whose rows are, giving them to somebody, entering what came of asking, and returning what is not ours. An act on
//! a row of the list is on all tasks of it.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Action, EntityId};
use linli_domain::task::{LONG_TEXT, SHORT_TEXT, Task, TaskFact};
use linli_store::ItemState;

use crate::api::Done;
use crate::api::tasks::{TaskAssign, TaskDecide, TaskReturn, TaskVisit};
use crate::named::{FormField, Thing, Unfit};
use crate::queue::{each, ids};
use crate::session::required;
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// Whose rows are, by what a clerk says.
pub(crate) fn task_decide(ws: &Workstation, request: TaskDecide) -> Result<Done, Error> {
    let (ids, _) = rows(ws, &request.ids)?;
    let resident = request.resident.as_deref().map(|text| id(Thing::Resident, text));
    let resident = resident.transpose()?;
    let written = ws.write(Action::TasksDecided, |view| {
        if let Some(resident) = resident {
            view.resident(resident)?
                .ok_or(Error::NotFound { thing: Thing::Resident })?;
        }
        each(view, &ids, |one: &ItemState<Task>| {
            Ok(one.state.may_be_decided(resident)?)
        })
    })?;
    Ok(done(written))
}

/// Who sees to rows.
pub(crate) fn task_assign(ws: &Workstation, request: TaskAssign) -> Result<Done, Error> {
    let to = request.to.as_deref().map(|to| required(FormField::Assignee, to));
    let to = to.transpose()?;
    to.map_or(Ok(()), |to| within(FormField::Assignee, to, SHORT_TEXT))?;
    let (ids, _) = rows(ws, &request.ids)?;
    let written = ws.write(Action::TasksAssigned, |view| {
        each(view, &ids, |one: &ItemState<Task>| Ok(one.state.may_be_assigned(to)?))
    })?;
    Ok(done(written))
}

/// What came of asking somebody. It answers all sources that asked for them.
pub(crate) fn task_visit(ws: &Workstation, request: TaskVisit) -> Result<Done, Error> {
    let note = request.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    note.map_or(Ok(()), |note| within(FormField::Note, note, LONG_TEXT))?;
    let learnt = learnt(request.learnt)?;
    let (ids, residents) = rows(ws, &request.ids)?;
    let written = ws.write(Action::TasksVisited, |view| {
        each(view, &ids, |one: &ItemState<Task>| {
            one.state.may_be_visited()?;
            let asked = one.state.questions();
            let answers = learnt
                .iter()
                .filter(|(question, _)| asked.iter().any(|one| one.name == **question));
            Ok(Some(TaskFact::Visited {
                resident: residents.get(&one.id).copied(),
                way: request.way,
                outcome: request.outcome,
                learnt: answers
                    .map(|(question, answer)| (question.clone(), answer.clone()))
                    .collect(),
                note: note.map(str::to_owned),
            }))
        })
    })?;
    Ok(done(written))
}

/// Gives rows back to the district.
pub(crate) fn task_return(ws: &Workstation, request: TaskReturn) -> Result<Done, Error> {
    let reason = required(FormField::ReturnReason, &request.reason)?;
    within(FormField::ReturnReason, reason, LONG_TEXT)?;
    let (ids, _) = rows(ws, &request.ids)?;
    let written = ws.write(Action::TasksReturned, |view| {
        each(view, &ids, |one: &ItemState<Task>| {
            Ok(Some(one.state.may_be_returned(reason)?))
        })
    })?;
    Ok(done(written))
}

/// The tasks of the rows that some are in, and the residents that they are about.
fn rows(ws: &Workstation, asked: &[String]) -> Result<(Vec<EntityId>, BTreeMap<EntityId, EntityId>), Error> {
    let asked: BTreeSet<EntityId> = ids::<Task, _>(asked)?;
    let view = ws.tasks()?;
    let mut places: BTreeSet<usize> = BTreeSet::new();
    for id in asked {
        places.extend(view.row(id)?);
    }
    let whose = |place: &usize| Some((view.id(*place), view.lies(*place).resident?));
    Ok((
        places.iter().map(|place| view.id(*place)).collect(),
        places.iter().filter_map(whose).collect(),
    ))
}

/// Answers without their blanks.
fn learnt(answers: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let mut learnt = BTreeMap::new();
    for (question, answer) in answers {
        let answer = answer.trim();
        within(FormField::Learnt, answer, LONG_TEXT)?;
        if !answer.is_empty() {
            learnt.insert(question, answer.to_owned());
        }
    }
    Ok(learnt)
}

fn within(field: FormField, text: &str, most: usize) -> Result<(), Error> {
    match text.chars().count() > most {
        true => Err(Error::unfit(field, &Unfit::TooLong { most })),
        false => Ok(()),
    }
}
