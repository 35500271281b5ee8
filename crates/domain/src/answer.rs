//! Answers 答复口径: approved wordings for common questions, sent by the district or written by the committee.
//!
//! A wording is never edited: a newer one takes its place ([`Field::Replaces`]), so that what a reply was taken from stays
//! readable, and two who write at once lose nothing.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::item::{Item, Stage, Tone};
use crate::operation::{Change, EntityId, EntityKind};
use crate::record::{self, Field, Record, Recorded};
use crate::time::Moment;

/// Most characters of a question.
pub const TITLE: usize = 100;
/// Most characters of a wording: what fits into a reply.
pub const BODY: usize = crate::order::LONG_TEXT;
/// Most characters of what a question is about.
pub const CATEGORY: usize = 30;

/// An answer's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its values.
    pub record: Record,
    /// When it was written.
    pub written_at: Moment,
    /// Who wrote it.
    pub by: String,
}

/// How far an answer is: it is there. Whether a newer one has taken its place is said by the newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AnswerStage {
    /// It may be used.
    Written,
}

impl Stage for AnswerStage {
    const ALL: &'static [AnswerStage] = &[AnswerStage::Written];

    fn code(self) -> &'static str {
        "written"
    }

    fn label(self) -> &'static str {
        "口径"
    }

    fn tone(self) -> Tone {
        Tone::Done
    }
}

impl Item for Answer {
    const KIND: EntityKind = EntityKind::Answer;
    type Stage = AnswerStage;

    fn fold<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Answer> {
        let record = record::fold(changes.clone())?;
        let mut begun = changes.filter(|one| matches!(one.change, Change::Create(_)));
        let begun = begun.next();
        Some(Answer {
            record,
            written_at: begun.map_or(Moment(0), |one| one.at),
            by: begun.map(|one| one.actor.to_owned()).unwrap_or_default(),
        })
    }

    fn stage(&self) -> AnswerStage {
        AnswerStage::Written
    }

    /// By when it was written.
    fn sort_key(&self) -> Cow<'_, str> {
        Cow::Owned(self.written_at.sortable())
    }
}

impl Answer {
    /// The question.
    pub fn title(&self) -> &str {
        self.record.get(Field::Title).unwrap_or_default()
    }

    /// The wording.
    pub fn body(&self) -> &str {
        self.record.get(Field::Body).unwrap_or_default()
    }

    /// What the question is about; empty where nothing was said.
    pub fn category(&self) -> &str {
        self.record.get(Field::Category).unwrap_or_default()
    }

    /// Whether the district sent it: only the district puts another in its place, or withdraws it.
    pub fn is_districts(&self) -> bool {
        self.record.get(Field::Source).is_some()
    }

    /// The older one whose place it takes.
    pub fn replaces(&self) -> Option<EntityId> {
        self.record.get(Field::Replaces)?.parse().ok()
    }
}

/// Whether a committee's PC may write this of an answer: a new one of its own. That an own one is withdrawn depends on whose it
/// is.
pub fn is_committees_own(change: &Change) -> bool {
    matches!(change, Change::Create(fields) if !fields.contains_key(&Field::Source))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::operation::DeviceId;
    use crate::reservation::created;

    fn folded(changes: &[Change]) -> Option<Answer> {
        Answer::fold((5..).zip(changes).map(|(at, change)| Recorded {
            change,
            device: DeviceId(Uuid::nil()),
            actor: "董敏",
            at: Moment(at),
        }))
    }

    #[test]
    fn an_answer_says_who_wrote_it_when_and_in_whose_place() {
        let older = EntityId(Uuid::from_u128(7));
        let own = created([
            (Field::Title, Some("核酸报告几点出".to_owned())),
            (Field::Body, Some("一般次日早上八点前。".to_owned())),
            (Field::Replaces, Some(older.to_string())),
        ]);
        let answer = folded(std::slice::from_ref(&own)).unwrap();
        assert_eq!(
            (answer.title(), answer.category(), answer.by.as_str(), answer.written_at),
            ("核酸报告几点出", "", "董敏", Moment(5))
        );
        assert_eq!((answer.replaces(), answer.is_districts()), (Some(older), false));
        assert_eq!(folded(&[own.clone(), Change::Delete]), None, "withdrawn");
        let districts = created([(Field::Source, Some("某区".to_owned()))]);
        assert!(folded(std::slice::from_ref(&districts)).unwrap().is_districts());
        let may = [&own, &districts, &Change::Delete].map(is_committees_own);
        assert_eq!(may, [true, false, false]);
    }
}
