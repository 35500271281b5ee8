//! Deciding whose rows are, giving them to somebody, entering what came of asking, and returning what is not ours. An act on
//! a row of the list is on all tasks of it.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Action, EntityId};
use linli_domain::task::{LONG_TEXT, Question, SHORT_TEXT, Task, TaskFact};
use linli_store::ItemState;

use crate::api::Done;
use crate::api::tasks::{TaskAssign, TaskDecide, TaskReturn, TaskVisit};
use crate::named::{FormField, Thing, Unfit};
use crate::queue::{asked, each, ids, optional, within};
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
    let to = request
        .to
        .as_deref()
        .map(|to| asked(FormField::Assignee, to, SHORT_TEXT));
    let to = to.transpose()?;
    let (ids, _) = rows(ws, &request.ids)?;
    let written = ws.write(Action::TasksAssigned, |view| {
        each(view, &ids, |one: &ItemState<Task>| Ok(one.state.may_be_assigned(to)?))
    })?;
    Ok(done(written))
}

/// What came of asking somebody. It answers all sources that asked for them.
pub(crate) fn task_visit(ws: &Workstation, request: TaskVisit) -> Result<Done, Error> {
    let note = optional(FormField::Note, request.note.as_deref(), LONG_TEXT)?;
    let learnt = trimmed(request.learnt)?;
    let (ids, residents) = rows(ws, &request.ids)?;
    asked_for(&questions(ws, &ids)?, &learnt)?;
    let learnt = without_blanks(learnt);
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
    let reason = asked(FormField::ReturnReason, &request.reason, LONG_TEXT)?;
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

/// Answers without the blanks around them.
fn trimmed(answers: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let trimmed = answers.into_iter().map(|(question, answer)| {
        let answer = answer.trim();
        within(FormField::Learnt, answer, LONG_TEXT)?;
        Ok((question, answer.to_owned()))
    });
    trimmed.collect()
}

/// Those that say something.
fn without_blanks(mut answers: BTreeMap<String, String>) -> BTreeMap<String, String> {
    answers.retain(|_, answer| !answer.is_empty());
    answers
}

/// What the sources of tasks ask.
fn questions(ws: &Workstation, ids: &[EntityId]) -> Result<Vec<Question>, Error> {
    let view = ws.tasks()?;
    let tasks = ids.iter().filter_map(|id| view.items.one(*id));
    Ok(tasks.flat_map(|one| one.state.questions()).collect())
}

/// Whether each answer is to something that a source asks, and one of the choices where all who ask it offer some.
fn asked_for(questions: &[Question], learnt: &BTreeMap<String, String>) -> Result<(), Error> {
    for (name, answer) in learnt {
        let question = name.clone();
        let asked: Vec<&Question> = questions.iter().filter(|one| one.name == *name).collect();
        let free = asked.iter().any(|one| one.choices.is_empty());
        let offered = || asked.iter().flat_map(|one| &one.choices);
        let why = if questions.is_empty() {
            Unfit::NothingAsked { question }
        } else if asked.is_empty() {
            let asked = listed(questions.iter().map(|one| &one.name));
            Unfit::NotAsked { question, asked }
        } else if !free && !answer.is_empty() && !offered().any(|choice| choice == answer) {
            let choices = listed(offered());
            Unfit::NotOffered { question, choices }
        } else {
            continue;
        };
        return Err(Error::unfit(FormField::Learnt, &why));
    }
    Ok(())
}

/// Each word once, in their order.
fn listed<'w>(words: impl Iterator<Item = &'w String>) -> String {
    let mut all: Vec<&str> = Vec::new();
    for word in words {
        if !all.contains(&word.as_str()) {
            all.push(word);
        }
    }
    all.join("、")
}
