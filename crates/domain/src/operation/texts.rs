//! The texts that an operation writes: what people typed, and what sheets and forms said.
//!
//! Must stay true: what this program writes holds no control characters, direction marks or anything else that nobody
//! sees. The district judges by the same rule what programs say that do so too; the work of older ones counts as it is.

use super::{Change, Note};
use crate::order::OrderFact;
use crate::reservation::ReservationFact;
use crate::task::TaskFact;
use crate::writing::{has_no_place, placed};

impl Change {
    /// The same without what has no place in a text. What was seen before stays as it was seen.
    pub fn placed(mut self) -> Change {
        for text in self.texts_mut() {
            if text.chars().any(has_no_place) {
                *text = placed(text).into_owned();
            }
        }
        self
    }

    /// Whether no text that it writes holds what has no place in one.
    pub fn is_placed(&self) -> bool {
        !self
            .clone()
            .texts_mut()
            .iter()
            .any(|text| text.chars().any(has_no_place))
    }

    fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Change::Create(values) => values.values_mut().collect(),
            Change::Set(changes) => changes.values_mut().filter_map(|change| change.to.as_mut()).collect(),
            Change::Settle(settled) => settled.values_mut().filter_map(|one| one.change.to.as_mut()).collect(),
            Change::AddTag(text) | Change::Noted(Note::Text(text)) => vec![text],
            Change::Reservation(fact) => words_mut(fact).into_iter().collect(),
            Change::Task(fact) => task_words_mut(fact),
            Change::Order(fact) => order_words_mut(fact),
            Change::RemoveTag(_) | Change::Delete | Change::Acknowledged | Change::Noted(_) | Change::Undo { .. } => {
                Vec::new()
            }
        }
    }
}

/// A clerk's own words in a fact.
fn words_mut(fact: &mut ReservationFact) -> Option<&mut String> {
    match fact {
        ReservationFact::Reviewed { reason, .. } => reason.as_mut(),
        ReservationFact::Notified { note, .. } => note.as_mut(),
        ReservationFact::SteppedBack { reason, .. } => Some(reason),
        ReservationFact::SmsAsked
        | ReservationFact::VoucherIssued { .. }
        | ReservationFact::Collected
        | ReservationFact::LookedInto { .. }
        | ReservationFact::DistrictHeld
        | ReservationFact::DistrictDecided { .. } => None,
    }
}

/// A clerk's own words in what happened to a task, and the district's.
fn task_words_mut(fact: &mut TaskFact) -> Vec<&mut String> {
    match fact {
        TaskFact::Assigned { to } => to.iter_mut().collect(),
        TaskFact::Visited { learnt, note, .. } => learnt.values_mut().chain(note).collect(),
        TaskFact::Returned { reason } | TaskFact::TakenBack { reason, .. } | TaskFact::GivenAgain { reason } => {
            vec![reason]
        }
        TaskFact::Decided { .. } => Vec::new(),
    }
}

/// A clerk's own words in what happened to an order, and the district's.
fn order_words_mut(fact: &mut OrderFact) -> Vec<&mut String> {
    match fact {
        OrderFact::Assigned { to } => to.iter_mut().collect(),
        OrderFact::Contacted { note, .. } => note.iter_mut().collect(),
        OrderFact::Found { facts, .. } => vec![facts],
        OrderFact::HelpAsked { unit, what } => vec![unit, what],
        OrderFact::HelpGiven { unit, text } => vec![unit, text],
        OrderFact::Replied { text, .. } => vec![text],
        OrderFact::Revisited { words, .. } => words.iter_mut().collect(),
        OrderFact::Returned { reason }
        | OrderFact::Recalled { reason, .. }
        | OrderFact::Urged { reason }
        | OrderFact::GivenAgain { reason } => vec![reason],
        OrderFact::Signed | OrderFact::Closed | OrderFact::Rang { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_is_written_is_cleaned_and_judged() {
        let written = [
            r#"{"create":{"name":"张\u0001三"}}"#,
            r#"{"set":{"room":{"seen":"5\u202e01","to":"5\u202e01"}}}"#,
            r#"{"settle":{"note":{"change":{"seen":null,"to":"\u200b"},"decided":["\u0001"]}}}"#,
            r#"{"add_tag":"高\u0000龄"}"#,
            r#"{"noted":{"text":"\ufffe"}}"#,
            r#"{"reservation":{"reviewed":{"decision":"rejected","reason":"\u001b[2J"}}}"#,
            r#"{"reservation":{"notified":{"channel":"phone","outcome":"reached","note":"\u2066"}}}"#,
            r#"{"reservation":{"stepped_back":{"to":"pending","reason":"\u0085"}}}"#,
            r#"{"task":{"assigned":{"to":"董\u200b"}}}"#,
            r#"{"task":{"visited":{"way":"door","outcome":"found","learnt":{"症状":"\u202e"}}}}"#,
            r#"{"task":{"visited":{"way":"door","outcome":"found","note":"\u0001"}}}"#,
            r#"{"task":{"returned":{"reason":"\ufffe"}}}"#,
            r#"{"task":{"taken_back":{"reason":"住在二居\u0001","cause":"passed_on"}}}"#,
            r#"{"order":{"contacted":{"way":"phone","note":"无人\u200b接听"}}}"#,
            r#"{"order":{"found":{"facts":"\u0001漏水"}}}"#,
            r#"{"order":{"help_asked":{"unit":"物业\u0001","what":"修"}}}"#,
            r#"{"order":{"help_given":{"unit":"物业","text":"\u202e"}}}"#,
            r#"{"order":{"replied":{"result":"solved","text":"已修\u0001"}}}"#,
            r#"{"order":{"revisited":{"satisfaction":"satisfied","words":"\u2066"}}}"#,
            r#"{"order":{"recalled":{"reason":"\ufffe"}}}"#,
        ];
        for json in written {
            let change: Change = serde_json::from_str(json).unwrap();
            assert!(!change.is_placed(), "{json}");
            let placed = change.placed();
            assert!(placed.is_placed(), "{json}");
            if let Change::Set(fields) = &placed {
                let change = fields.values().next().unwrap();
                assert_eq!(
                    (change.seen.as_deref(), change.to.as_deref()),
                    (Some("5\u{202e}01"), Some("501"))
                );
            }
        }
        for json in [
            r#"{"create":{"note":"张三\n🏠\t"}}"#,
            r#"{"remove_tag":"高\u0000龄"}"#,
            r#""delete""#,
        ] {
            let change: Change = serde_json::from_str(json).unwrap();
            assert!(change.is_placed(), "{json}");
            assert_eq!(change.clone().placed(), change);
        }
    }
}
