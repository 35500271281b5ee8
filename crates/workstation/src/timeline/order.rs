//! What happened to an order, as a line of a timeline.

use linli_domain::order::{Alarm, Mark, OrderFact, Satisfaction};
use linli_domain::task::Way;

use super::line::Line;
use super::task::taken_back;
use crate::api::{Said as _, Sentence};

pub(super) fn fact(fact: &OrderFact) -> Sentence {
    match fact {
        OrderFact::Signed => Line::OrderSigned,
        OrderFact::Assigned { to: Some(to) } => Line::Assigned { assignee: to.clone() },
        OrderFact::Assigned { to: None } => Line::Unassigned,
        OrderFact::Contacted { way, note } => return contacted(*way, note.as_deref()),
        OrderFact::Found { facts, reasonable } => found(facts.clone(), *reasonable),
        OrderFact::HelpAsked { unit, what } => Line::OrderHelpAsked {
            unit: unit.clone(),
            what: what.clone(),
        },
        OrderFact::HelpGiven { unit, text } => Line::OrderHelpGiven {
            unit: unit.clone(),
            text: text.clone(),
        },
        OrderFact::Replied { result, text, .. } => Line::OrderReplied {
            result: *result,
            text: text.clone(),
        },
        OrderFact::Revisited { satisfaction, words } => return revisited(*satisfaction, words.as_deref()),
        OrderFact::Closed => Line::OrderClosed,
        OrderFact::Returned { reason } => Line::Returned { reason: reason.clone() },
        OrderFact::Recalled { reason, cause } => taken_back(*cause, reason.clone()),
        OrderFact::Urged { reason } => Line::OrderUrged { reason: reason.clone() },
        OrderFact::GivenAgain { reason } => Line::GivenAgain { reason: reason.clone() },
        OrderFact::Rang { alarm } => rang(*alarm),
    }
    .said()
}

/// `先行联系（电话）；备注 …`, or why not.
fn contacted(way: Option<Way>, note: Option<&str>) -> Sentence {
    let note = note.unwrap_or_default().to_owned();
    let Some(way) = way else {
        return Line::OrderNotContacted { reason: note }.said();
    };
    let said = Line::OrderContacted { way }.said();
    match note.is_empty() {
        true => said,
        false => Line::OrderTold.around(vec![said, Line::Noted { note }.said()]),
    }
}

fn found(facts: String, reasonable: Option<bool>) -> Line {
    match reasonable {
        Some(true) => Line::OrderFoundReasonable { facts },
        Some(false) => Line::OrderFoundUnreasonable { facts },
        None => Line::OrderFound { facts },
    }
}

/// `回访：不满意；“还在漏”`.
fn revisited(said: Satisfaction, words: Option<&str>) -> Sentence {
    let answer = Line::OrderRevisited { said }.said();
    match words {
        Some(words) => {
            let words = Line::OrderWords {
                words: words.to_owned(),
            };
            Line::OrderTold.around(vec![answer, words.said()])
        }
        None => answer,
    }
}

fn rang(alarm: Alarm) -> Line {
    let clock = alarm.clock;
    match alarm.mark {
        Mark::Ahead => Line::OrderRangAhead { clock },
        Mark::Due => Line::OrderRangDue { clock },
    }
}
