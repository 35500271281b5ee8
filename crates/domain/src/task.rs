//! Tasks 核查任务: a row that a source pushed, to be verified by phone or at the door, and answered.
//!
//! Must stay true: a row has one answer. What a second PC found out without knowing of the first stays beside it, and the
//! source is told the first.

mod may;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::guard::{Guard, stands};
use crate::happened::{By, Cause, Reasoned};
use crate::item::{Item, Stage, Tone, WITHOUT_DEADLINE, Who};
use crate::operation::{Change, EntityId, EntityKind};
use crate::record::{self, Field, Record, Recorded};
use crate::time::{Moment, deadline};

/// Most characters of a row's texts that name somebody: name, number, phone, source, the source's own id.
pub const SHORT_TEXT: usize = 60;
/// Most characters of a row's address, and of what its source says of it.
pub const LONG_TEXT: usize = 500;
/// Most questions that come with a row.
pub const QUESTIONS: usize = 20;
/// Most answers that a question offers.
pub const CHOICES: usize = 20;
/// By which a row says whom it means: corrected, it may mean somebody else.
const MEANT: [Field; 2] = [Field::Name, Field::DocumentNumber];

/// Hours in which a row is to be answered where its source does not say.
pub const HOURS: i64 = 12;

/// By which way somebody was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By phone.
    Phone,
    /// At the door.
    Door,
}

impl Way {
    /// Both.
    pub const ALL: [Way; 2] = [Way::Phone, Way::Door];

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Way::Phone => "电话",
            Way::Door => "上门",
        }
    }
}

/// What a visit found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VisitOutcome {
    /// The person was spoken to.
    Found,
    /// Nobody there knows such a person.
    NotFound,
    /// The person lived there, and does no more.
    Moved,
    /// The person would not say anything.
    Refused,
    /// The number or the door is somebody else's.
    WrongPerson,
    /// Nobody opened or picked up: to be tried again.
    NoAnswer,
}

impl VisitOutcome {
    /// All, in the order of their keys.
    pub const ALL: [VisitOutcome; 6] = [
        VisitOutcome::Found,
        VisitOutcome::NotFound,
        VisitOutcome::Moved,
        VisitOutcome::Refused,
        VisitOutcome::WrongPerson,
        VisitOutcome::NoAnswer,
    ];

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            VisitOutcome::Found => "找到本人",
            VisitOutcome::NotFound => "查无此人",
            VisitOutcome::Moved => "已搬离",
            VisitOutcome::Refused => "拒绝配合",
            VisitOutcome::WrongPerson => "不是本人",
            VisitOutcome::NoAnswer => "无人应答",
        }
    }

    /// Whether it answers the row; otherwise it is to be tried again.
    pub fn answers(self) -> bool {
        self != VisitOutcome::NoAnswer
    }
}

/// What a source wants to know, as it comes with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Question {
    /// `返沪日期`.
    pub name: String,
    /// Answers to choose from; free text where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// Something that happened to a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskFact {
    /// A clerk decided whose it is.
    Decided {
        /// The person of the roster; nobody of it where absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        resident: Option<EntityId>,
    },
    /// Given to a clerk or a building head to see to.
    Assigned {
        /// To whom; to nobody any more where absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// Asked, or tried to.
    Visited {
        /// Who of the roster was meant.
        #[serde(skip_serializing_if = "Option::is_none")]
        resident: Option<EntityId>,
        /// How.
        way: Way,
        /// With what result.
        outcome: VisitOutcome,
        /// What was learnt, by the question's name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        learnt: BTreeMap<String, String>,
        /// Remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Given back to the district: it concerns nobody here.
    Returned {
        /// Why.
        reason: String,
    },
    /// The committee is to answer the row no more.
    TakenBack {
        /// Why, in the source's or the district's words.
        reason: String,
        /// What kind of reason that is. Older programs read past it.
        #[serde(default, skip_serializing_if = "Cause::is_source")]
        cause: Cause,
    },
    /// The district gave a returned row to the same committee once more.
    GivenAgain {
        /// Why.
        reason: String,
    },
}

impl From<TaskFact> for Change {
    fn from(fact: TaskFact) -> Change {
        Change::Task(fact)
    }
}

/// A visit as folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Who of the roster was meant.
    pub resident: Option<EntityId>,
    /// How.
    pub way: Way,
    /// What it found.
    pub outcome: VisitOutcome,
    /// What was learnt, by the question's name.
    pub learnt: BTreeMap<String, String>,
    /// Remark.
    pub note: Option<String>,
    /// Who asked, and when.
    pub did: By,
}

/// Whose a clerk decided that a task is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// A person of the roster; nobody of it where absent.
    pub resident: Option<EntityId>,
    /// Who decided, and when.
    pub did: By,
}

/// A task's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// The row as its source wrote it.
    pub record: Record,
    /// When it came.
    pub pushed_at: Moment,
    /// Whose a clerk said it is.
    pub decided: Option<Decided>,
    /// Since then its source says that it means somebody else: it is asked again whose it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outdated: bool,
    /// Who sees to it.
    pub assigned: Option<String>,
    /// Every visit, in order.
    pub visits: Vec<Visit>,
    /// Given back to the district.
    pub returned: Option<Reasoned>,
    /// Wanted no more.
    pub taken_back: Option<Reasoned>,
    /// Why, where it is wanted no more.
    #[serde(default, skip_serializing_if = "Cause::is_source")]
    pub cause: Cause,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskStage {
    /// To be answered.
    Open,
    /// Answered.
    Answered,
    /// Given back: the district sees to it.
    Returned,
    /// Wanted no more.
    TakenBack,
}

impl Stage for TaskStage {
    const ALL: &'static [TaskStage] = &[
        TaskStage::Open,
        TaskStage::Answered,
        TaskStage::Returned,
        TaskStage::TakenBack,
    ];

    fn code(self) -> &'static str {
        match self {
            TaskStage::Open => "open",
            TaskStage::Answered => "answered",
            TaskStage::Returned => "returned",
            TaskStage::TakenBack => "taken_back",
        }
    }

    fn label(self) -> &'static str {
        match self {
            TaskStage::Open => "待核查",
            TaskStage::Answered => "已核查",
            TaskStage::Returned => "已退回",
            TaskStage::TakenBack => "已撤回",
        }
    }

    fn tone(self) -> Tone {
        match self {
            TaskStage::Open => Tone::Waiting,
            TaskStage::Answered => Tone::Done,
            TaskStage::Returned => Tone::Going,
            TaskStage::TakenBack => Tone::Bad,
        }
    }
}

impl Item for Task {
    const KIND: EntityKind = EntityKind::Task;
    type Stage = TaskStage;

    fn fold<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Task> {
        folded(changes)
    }

    /// An answer is one whoever returned the row or took it back without knowing of it.
    fn stage(&self) -> TaskStage {
        match (self.answer(), &self.taken_back, &self.returned) {
            (Some(_), _, _) => TaskStage::Answered,
            (None, Some(_), _) => TaskStage::TakenBack,
            (None, None, Some(_)) => TaskStage::Returned,
            (None, None, None) => TaskStage::Open,
        }
    }

    /// By its deadline.
    fn sort_key(&self) -> Cow<'_, str> {
        match self.deadline() {
            Some(deadline) => Cow::Owned(deadline.sortable()),
            None => Cow::Borrowed(WITHOUT_DEADLINE),
        }
    }

    fn who(&self) -> Who {
        Who {
            resident: self.whose(),
            household: None,
        }
    }

    fn deadline(&self) -> Option<Moment> {
        deadline(self.record.get(Field::Deadline)?)
    }
}

impl Task {
    /// A value of the row; empty where its source is silent.
    pub fn get(&self, field: Field) -> &str {
        self.record.get(field).unwrap_or_default()
    }

    /// What its source wants to know; what a newer program wrote another way is nothing here.
    pub fn questions(&self) -> Vec<Question> {
        let json = self.record.get(Field::Questions);
        json.and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default()
    }

    /// The visit that answers it: the first that found anything out.
    pub fn answer(&self) -> Option<&Visit> {
        let mut answers = self.visits.iter().filter(|visit| visit.outcome.answers());
        match stands(Guard::AnsweredOnce) {
            true => answers.next(),
            false => answers.next_back(),
        }
    }

    /// What two machines compare: programs that knew of no `cause`, and of no decision that is out of date, fold without.
    pub fn compared(&self) -> Cow<'_, Task> {
        match (self.cause, self.outdated) {
            (Cause::Source, false) => Cow::Borrowed(self),
            _ => Cow::Owned(Task {
                cause: Cause::Source,
                outdated: false,
                ..self.clone()
            }),
        }
    }

    /// Whose a clerk said it is, as long as it still means the one that was looked at.
    pub fn decision(&self) -> Option<&Decided> {
        self.decided.as_ref().filter(|_| !self.outdated)
    }

    /// Whose it is by what people said: who was visited, or decided for.
    pub fn whose(&self) -> Option<EntityId> {
        let visited = self.answer().and_then(|visit| visit.resident);
        visited.or_else(|| self.decision()?.resident)
    }
}

fn folded<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Task> {
    let mut task = Task {
        record: record::fold(changes.clone())?,
        pushed_at: Moment(0),
        decided: None,
        outdated: false,
        assigned: None,
        visits: Vec::new(),
        returned: None,
        taken_back: None,
        cause: Cause::default(),
    };
    let mut pushed = None;
    for Recorded { change, actor, at, .. } in changes {
        let did = By {
            by: actor.to_owned(),
            at,
        };
        match change {
            Change::Create(_) => pushed = pushed.or(Some(at)),
            Change::Task(fact) => task.happened(fact, did),
            change if change.touches(&MEANT) => task.outdated = task.decided.is_some(),
            _ => {}
        }
    }
    task.pushed_at = pushed.unwrap_or(task.pushed_at);
    Some(task)
}

impl Task {
    fn happened(&mut self, fact: &TaskFact, did: By) {
        match fact {
            TaskFact::Decided { resident } => {
                let resident = *resident;
                self.decided = Some(Decided { resident, did });
                self.outdated = false;
            }
            TaskFact::Assigned { to } => self.assigned = to.clone(),
            TaskFact::Visited {
                resident,
                way,
                outcome,
                learnt,
                note,
            } => self.visits.push(Visit {
                resident: *resident,
                way: *way,
                outcome: *outcome,
                learnt: learnt.clone(),
                note: note.clone(),
                did,
            }),
            TaskFact::Returned { reason } => self.returned = Some(Reasoned::new(reason, did)),
            TaskFact::TakenBack { reason, cause } => {
                self.taken_back = Some(Reasoned::new(reason, did));
                self.cause = *cause;
            }
            // Whoever decided that it is nobody's is asked again, and so is the source that took it back.
            TaskFact::GivenAgain { .. } => {
                self.returned = None;
                self.taken_back = None;
                self.cause = Cause::default();
                self.decided.take_if(|decided| decided.resident.is_none());
            }
        }
    }
}
