//! Which change an operation is: a word kept beside its text, so that a log can be asked without reading every change.
//!
//! Must stay true: the word follows from the text's outermost tags alone. Programs that read more of a change than this
//! one give it the same word, and so the rules of undo say the same everywhere.

use std::fmt;

use serde::Deserialize;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};

/// Which [`super::Change`] an operation is; of a reservation's facts, which fact; of an order's, whether it is an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// The entity begins.
    Create,
    /// Fields are set.
    Set,
    /// A person decided between values.
    Settle,
    /// A tag is added.
    AddTag,
    /// A tag is taken away.
    RemoveTag,
    /// The record is deleted.
    Delete,
    /// An instruction was acknowledged.
    Acknowledged,
    /// Something happened to a task.
    Task,
    /// Something happened to an order.
    Order,
    /// An alarm of an order rang: no work on the entity.
    Rang,
    /// A remark: no work on the entity.
    Noted,
    /// A batch is taken back.
    Undo,
    /// A reservation was decided on.
    Reviewed,
    /// Somebody was told, or it was tried.
    Notified,
    /// The district is asked to send an SMS.
    SmsAsked,
    /// A voucher number was issued.
    VoucherIssued,
    /// Handed out.
    Collected,
    /// Somebody looked into a hand-out.
    LookedInto,
    /// A reservation went back to an earlier stage.
    SteppedBack,
    /// The district holds a reservation.
    DistrictHeld,
    /// The district decided on a reservation it held.
    DistrictDecided,
    /// Something only a newer program knows, or no change at all.
    Unknown,
}

/// The tag of the change that holds a reservation's fact, and of that which holds an order's.
const RESERVATION: &str = "reservation";
const ORDER: &str = "order";

impl What {
    /// Changes by their tag. The words are stored: never give one another meaning.
    const CHANGES: [(What, &str); 11] = [
        (What::Create, "create"),
        (What::Set, "set"),
        (What::Settle, "settle"),
        (What::AddTag, "add_tag"),
        (What::RemoveTag, "remove_tag"),
        (What::Delete, "delete"),
        (What::Acknowledged, "acknowledged"),
        (What::Task, "task"),
        (What::Order, "order"),
        (What::Noted, "noted"),
        (What::Undo, "undo"),
    ];

    /// A reservation's facts by their tag.
    const FACTS: [(What, &str); 9] = [
        (What::Reviewed, "reviewed"),
        (What::Notified, "notified"),
        (What::SmsAsked, "sms_asked"),
        (What::VoucherIssued, "voucher_issued"),
        (What::Collected, "collected"),
        (What::LookedInto, "looked_into"),
        (What::SteppedBack, "stepped_back"),
        (What::DistrictHeld, "district_held"),
        (What::DistrictDecided, "district_decided"),
    ];

    /// The one fact of an order that is no work on it.
    const RANG: (What, &str) = (What::Rang, "rang");

    /// Which change a text is.
    pub fn of(change: &str) -> What {
        let Ok(Tag { tag, fact }) = serde_json::from_str(change) else {
            return What::Unknown;
        };
        let (known, tag): (&[(What, &str)], &str) = match &fact {
            Some(fact) if tag == RESERVATION => (&What::FACTS, fact),
            Some(fact) if fact == What::RANG.1 => (&[What::RANG], fact),
            _ => (&What::CHANGES, &tag),
        };
        let found = known.iter().find(|(_, word)| *word == tag);
        found.map_or(What::Unknown, |(what, _)| *what)
    }

    /// The word stored beside an operation.
    pub fn word(self) -> &'static str {
        let mut known = What::CHANGES.iter().chain(&What::FACTS).chain([&What::RANG]);
        known
            .find(|(what, _)| *what == self)
            .map_or("unknown", |(_, word)| *word)
    }

    /// What a stored word says.
    pub fn from_word(word: &str) -> What {
        let mut known = What::CHANGES.iter().chain(&What::FACTS).chain([&What::RANG]);
        known
            .find(|(_, known)| *known == word)
            .map_or(What::Unknown, |(what, _)| *what)
    }
}

/// A change's outermost tag, and that of the fact in it.
struct Tag {
    tag: String,
    fact: Option<String>,
}

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Tag, D::Error> {
        deserializer.deserialize_any(Outermost)
    }
}

struct Outermost;

impl<'de> Visitor<'de> for Outermost {
    type Value = Tag;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word, or one word with a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tag, E> {
        Ok(Tag {
            tag: text.to_owned(),
            fact: None,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tag, A::Error> {
        let tag: String = map.next_key()?.ok_or_else(|| A::Error::custom("no word"))?;
        let fact = if [RESERVATION, ORDER].contains(&tag.as_str()) {
            Some(map.next_value::<Tag>()?.tag)
        } else {
            map.next_value::<IgnoredAny>()?;
            None
        };
        match map.next_key::<IgnoredAny>()? {
            Some(_) => Err(A::Error::custom("two words")),
            None => Ok(Tag { tag, fact }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::operation::{Change, DeviceId, Note};
    use crate::order::{Alarm, Clock, Mark, OrderFact};
    use crate::reservation::ReservationFact;
    use crate::round::{Channel, Decision, Outcome, Stage};
    use crate::task::TaskFact;
    use crate::time::Moment;

    /// Whoever adds a change or a fact gives it a word here, in the lists above and in a migration of old logs.
    fn what(change: &Change) -> What {
        match change {
            Change::Create(_) => What::Create,
            Change::Set(_) => What::Set,
            Change::Settle(_) => What::Settle,
            Change::AddTag(_) => What::AddTag,
            Change::RemoveTag(_) => What::RemoveTag,
            Change::Delete => What::Delete,
            Change::Acknowledged => What::Acknowledged,
            Change::Task(_) => What::Task,
            Change::Order(OrderFact::Rang { .. }) => What::Rang,
            Change::Order(_) => What::Order,
            Change::Noted(_) => What::Noted,
            Change::Undo { .. } => What::Undo,
            Change::Reservation(fact) => match fact {
                ReservationFact::Reviewed { .. } => What::Reviewed,
                ReservationFact::Notified { .. } => What::Notified,
                ReservationFact::SmsAsked => What::SmsAsked,
                ReservationFact::VoucherIssued { .. } => What::VoucherIssued,
                ReservationFact::Collected => What::Collected,
                ReservationFact::LookedInto { .. } => What::LookedInto,
                ReservationFact::SteppedBack { .. } => What::SteppedBack,
                ReservationFact::DistrictHeld => What::DistrictHeld,
                ReservationFact::DistrictDecided { .. } => What::DistrictDecided,
            },
        }
    }

    fn every() -> Vec<Change> {
        let alarm = Alarm {
            at: Moment(0),
            clock: Clock::Reply,
            mark: Mark::Due,
        };
        let device = DeviceId(Uuid::nil());
        let facts = [
            ReservationFact::Reviewed {
                decision: Decision::Passed,
                reason: None,
            },
            ReservationFact::Notified {
                channel: Channel::Phone,
                outcome: Outcome::Reached,
                note: None,
            },
            ReservationFact::SmsAsked,
            ReservationFact::VoucherIssued { serial: 1, quantity: 2 },
            ReservationFact::Collected,
            ReservationFact::LookedInto {
                device,
                at: Moment(0),
                given: true,
            },
            ReservationFact::SteppedBack {
                to: Stage::Pending,
                reason: "登记有误".into(),
                voucher: None,
                hand_outs: None,
            },
            ReservationFact::DistrictHeld,
            ReservationFact::DistrictDecided { granted: true },
        ];
        let changes = [
            Change::Create(BTreeMap::new()),
            Change::Set(BTreeMap::new()),
            Change::Settle(BTreeMap::new()),
            Change::AddTag("高龄".into()),
            Change::RemoveTag("高龄".into()),
            Change::Delete,
            Change::Acknowledged,
            Change::Task(TaskFact::Decided { resident: None }),
            Change::Order(OrderFact::Signed),
            Change::Order(OrderFact::Rang { alarm }),
            Change::Noted(Note::Revealed),
            Change::Noted(Note::Text(r#"{"create":"#.into())),
            Change::Undo {
                device,
                first_seq: 1,
                kept: Vec::new(),
            },
        ];
        changes
            .into_iter()
            .chain(facts.into_iter().map(Change::Reservation))
            .collect()
    }

    #[test]
    fn every_change_has_its_word() {
        let mut words: Vec<&str> = Vec::new();
        for change in every() {
            let text = serde_json::to_string(&change).unwrap();
            assert_eq!(What::of(&text), what(&change), "{text}");
            assert_eq!(What::from_word(what(&change).word()), what(&change), "{text}");
            words.push(what(&change).word());
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), What::CHANGES.len() + What::FACTS.len() + 1);
    }

    #[test]
    fn the_word_is_that_of_the_tag_however_it_is_written() {
        let cases = [
            (r#" { "create" : {"blood_group":7} } "#, What::Create),
            (r#"{"delete":null}"#, What::Delete),
            (r#"{"noted":{"sung":"啦"}}"#, What::Noted),
            (r#"{"reservation":{"weighed":{}}}"#, What::Unknown),
            (r#"{"reservation":"create"}"#, What::Unknown),
            (r#"{"reviewed":{}}"#, What::Unknown),
            (r#"{"order":"weighed"}"#, What::Order),
            (r#"{"order":{"rang":{}}}"#, What::Rang),
            (r#"{"rang":{}}"#, What::Unknown),
            (r#"{"photographed":{}}"#, What::Unknown),
            (r#"{"create":{},"noted":{}}"#, What::Unknown),
            (r#"{"create":{"#, What::Unknown),
            ("{}", What::Unknown),
            ("7", What::Unknown),
            ("", What::Unknown),
        ];
        for (change, what) in cases {
            assert_eq!(What::of(change), what, "{change}");
        }
    }
}
