//! Everything about a row of the tasks: what each source wrote, whose it may be, what came of asking.

use linli_domain::item::Item as _;
use linli_domain::mask;
use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::task::{Question, Task, Visit};
use linli_domain::time::Moment;

use super::TaskView;
use super::list::Look;
use crate::api::ById;
use crate::api::tasks::{AddressPiece, AskedRow, CandidateRow, TaskCard, VisitRow};
use crate::named::Thing;
use crate::workstation::id;
use crate::{Error, Workstation, timeline};

/// Everything about the row that a task is in.
pub(crate) fn task_card(ws: &Workstation, request: ById) -> Result<TaskCard, Error> {
    let view = ws.tasks()?;
    let places = view.row(id(Thing::Task, &request.id)?)?;
    let entities: Vec<EntityId> = places.iter().map(|place| view.id(*place)).collect();
    let timeline = timeline::Reader::new(ws, &ws.store())?.of_entities(&entities)?;
    let roster = ws.roster()?;
    let look = Look {
        view: &view,
        roster: &roster,
        now: ws.now(),
    };
    let today = ws.today();
    let task = view.task(places[0]);
    let resident = view.lies(places[0]).resident.and_then(|id| roster.residents.get(&id));
    let others = resident
        .and_then(|person| roster.people_of.get(&person.household?))
        .into_iter()
        .flatten()
        .filter(|id| resident.is_none_or(|person| person.id != Some(**id)))
        .filter_map(|id| roster.residents.get(id));
    let because = task.taken_back.as_ref().or(task.returned.as_ref());
    Ok(TaskCard {
        row: look.row(places),
        asked: places.iter().map(|place| asked(&view, *place)).collect(),
        questions: questions(places.iter().map(|place| view.task(*place))),
        candidates: candidates(),
        resident: resident.map(|person| roster.row(person, today)),
        household_members: others.map(|person| roster.row(person, today)).collect(),
        visits: visits(places.iter().map(|place| view.task(*place))),
        reason: because.map(|why| why.reason.clone()),
        timeline,
    })
}

fn candidates() -> Vec<CandidateRow> {
    Vec::new()
}

fn asked(view: &TaskView, place: usize) -> AskedRow {
    let task = view.task(place);
    let get = |field| Some(task.get(field).to_owned()).filter(|text| !text.is_empty());
    AskedRow {
        id: view.id(place).to_string(),
        source: task.get(Field::Source).to_owned(),
        reference: get(Field::Reference),
        name: get(Field::Name),
        document: get(Field::DocumentNumber).as_deref().map(mask::document),
        phone: get(Field::Phone).as_deref().map(mask::phone),
        address: pieces(task.get(Field::Address)),
        note: get(Field::Note),
        pushed_at: task.pushed_at.text(),
        deadline: task.deadline().map(Moment::text),
    }
}

fn pieces(address: &str) -> Vec<AddressPiece> {
    let whole = Some(address).filter(|address| !address.is_empty());
    whole
        .into_iter()
        .map(|text| AddressPiece {
            text: text.to_owned(),
            level: None,
        })
        .collect()
}

/// What all sources of a row want to know: a question that two ask is asked once.
fn questions<'t>(tasks: impl Iterator<Item = &'t Task>) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for question in tasks.flat_map(Task::questions) {
        if questions.iter().all(|known| known.name != question.name) {
            questions.push(question);
        }
    }
    questions
}

/// Visits of all tasks of a row: one that answered several of them is one.
fn visits<'t>(tasks: impl Iterator<Item = &'t Task>) -> Vec<VisitRow> {
    let mut visits: Vec<(&Visit, bool)> = Vec::new();
    for task in tasks {
        for visit in &task.visits {
            let is_answer = task.answer() == Some(visit);
            match visits.iter_mut().find(|(known, _)| known.did == visit.did) {
                Some((_, answer)) => *answer |= is_answer,
                None => visits.push((visit, is_answer)),
            }
        }
    }
    visits.sort_by_key(|(visit, _)| visit.did.at);
    visits.into_iter().map(|(visit, answer)| shown(visit, answer)).collect()
}

fn shown(visit: &Visit, answer: bool) -> VisitRow {
    VisitRow {
        way: visit.way,
        outcome: visit.outcome,
        learnt: visit.learnt.clone(),
        note: visit.note.clone(),
        by: visit.did.by.clone(),
        at: visit.did.at.text(),
        answer,
    }
}
