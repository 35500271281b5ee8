//! What happened to a task, as a line of a timeline.

use std::collections::BTreeMap;

use linli_domain::happened::Cause;
use linli_domain::task::{TaskFact, VisitOutcome, Way};

use super::line::Line;
use crate::api::{Said as _, Sentence};

pub(super) fn fact(fact: &TaskFact) -> Sentence {
    match fact {
        TaskFact::Decided { resident: Some(_) } => Line::TaskDecided,
        TaskFact::Decided { resident: None } => Line::TaskNobodys,
        TaskFact::Assigned { to: Some(to) } => Line::Assigned { assignee: to.clone() },
        TaskFact::Assigned { to: None } => Line::Unassigned,
        TaskFact::Visited {
            way,
            outcome,
            learnt,
            note,
            ..
        } => return visited(*way, *outcome, learnt, note.as_deref()),
        TaskFact::Returned { reason } => Line::Returned { reason: reason.clone() },
        TaskFact::TakenBack { reason, cause } => taken_back(*cause, reason.clone()),
        TaskFact::GivenAgain { reason } => Line::GivenAgain { reason: reason.clone() },
    }
    .said()
}

/// That a task or an order is wanted no more.
pub(super) fn taken_back(cause: Cause, reason: String) -> Line {
    match cause {
        Cause::Source => Line::Recalled { reason },
        Cause::PassedOn => Line::PassedOn { reason },
        Cause::Answered => Line::AnsweredElsewhere { reason },
    }
}

/// `上门核查：找到本人；返沪日期 3月1日`.
fn visited(way: Way, visit: VisitOutcome, learnt: &BTreeMap<String, String>, note: Option<&str>) -> Sentence {
    let answer = |(question, answer): (&String, &String)| {
        Line::TaskAnswer {
            question: question.clone(),
            answer: answer.clone(),
        }
        .said()
    };
    let note = note.map(|note| Line::Noted { note: note.to_owned() }.said());
    let said = [Line::TaskVisited { way, visit }.said()];
    Line::TaskLearnt.around(said.into_iter().chain(learnt.iter().map(answer)).chain(note).collect())
}
