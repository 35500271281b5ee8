//! Everything about a row of the tasks: what each source wrote, whose it may be, what came of asking.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use linli_domain::happened::Reasoned;
use linli_domain::item::Item as _;
use linli_domain::mask;
use linli_domain::operation::EntityId;
use linli_domain::record::Field;
use linli_domain::reservation::Whose as _;
use linli_domain::task::{Question, Task, Visit};
use linli_domain::time::Moment;
use linli_matching::Reason;
use linli_matching::address::{Level, Understood};

use super::list::Look;
use super::whose::Found;
use crate::api::tasks::{AddressPiece, AskedRow, CandidateRow, TaskCard, VisitRow};
use crate::api::{ById, Catalogue, Sentence};
use crate::named::Thing;
use crate::roster::Roster;
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
    let found = ws.finder.look(&roster, &task.record);
    let why = |reasoned: &Option<Reasoned>| reasoned.as_ref().map(|one| one.reason.clone());
    Ok(TaskCard {
        row: look.row(places),
        asked: places
            .iter()
            .map(|place| asked((ws, &roster), view.id(*place), view.task(*place)))
            .collect(),
        questions: questions(places.iter().map(|place| view.task(*place))),
        candidates: candidates(found.as_deref(), task.whose(), &roster, today),
        resident: resident.map(|person| roster.row(person, today)),
        household_members: others.map(|person| roster.row(person, today)).collect(),
        visits: visits(places.iter().map(|place| view.task(*place))),
        reason: why(&task.returned),
        taken_back: why(&task.taken_back),
        timeline,
    })
}

/// Whose it may be. Whom a clerk decided for stands among them, though the row may say nothing of them.
pub(crate) fn candidates(
    found: Option<&Found>,
    decided: Option<EntityId>,
    roster: &Roster,
    today: NaiveDate,
) -> Vec<CandidateRow> {
    let decided = decided.map(|id| roster.standing(id));
    let found: Vec<(EntityId, &[Reason])> = found.into_iter().flat_map(Found::candidates).collect();
    let beside = decided.filter(|id| found.iter().all(|(known, _)| known != id));
    let all = found.into_iter().chain(beside.map(|id| (id, [].as_slice())));
    all.filter_map(|(id, reasons)| {
        Some(CandidateRow {
            resident: roster.row(roster.residents.get(&id)?, today),
            reasons: reasons.iter().map(|reason| because(*reason)).collect(),
            chosen: decided == Some(id),
        })
    })
    .collect()
}

/// A reason as a sentence.
fn because(reason: Reason) -> Sentence {
    Sentence {
        catalogue: Catalogue::Matching,
        code: reason.code().to_owned(),
        values: BTreeMap::new(),
        within: Vec::new(),
        text: reason.zh().to_owned(),
    }
}

fn asked((ws, roster): (&Workstation, &Roster), id: EntityId, task: &Task) -> AskedRow {
    let understood = ws.finder.look(roster, &task.record);
    let get = |field| Some(task.get(field).to_owned()).filter(|text| !text.is_empty());
    AskedRow {
        id: id.to_string(),
        source: task.get(Field::Source).to_owned(),
        reference: get(Field::Reference),
        name: get(Field::Name),
        document: get(Field::DocumentNumber).as_deref().map(mask::document),
        phone: get(Field::Phone).as_deref().map(mask::phone),
        address: pieces(task.get(Field::Address), understood.as_deref().map(Found::address)),
        note: get(Field::Note),
        pushed_at: task.pushed_at.text(),
        deadline: task.deadline().map(Moment::text),
    }
}

/// An address in pieces: what was understood, and what stands between.
pub(crate) fn pieces(written: &str, understood: Option<&Understood>) -> Vec<AddressPiece> {
    let mut pieces = Vec::new();
    let mut put = |text: Option<&str>, level: Option<Level>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            pieces.push(AddressPiece {
                text: text.to_owned(),
                level: level.and_then(code),
            });
        }
    };
    let mut at = 0;
    for part in understood.into_iter().flat_map(|address| &address.parts) {
        if part.span.start >= at {
            put(written.get(at..part.span.start), None);
            put(written.get(part.span.clone()), Some(part.level));
            at = part.span.end;
        }
    }
    put(written.get(at..), None);
    pieces
}

/// The stable word for a level, as in JSON.
fn code(level: Level) -> Option<String> {
    let word = serde_json::to_value(level).ok()?;
    word.as_str().map(str::to_owned)
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
