//! Orders 工单: what a resident asks for through the hotline (12345) or at the counter, with clocks running: signed for,
//! the resident contacted first 先行联系, looked into, replied to, asked back 回访, closed, or returned.
//!
//! Must stay true: of each turn one reply goes up. What a second PC wrote without knowing of the first stays beside it. The
//! district may give an order again: that begins a new turn, and a reply counts for the turn it was written in.

mod clock;
mod may;
mod stage;
#[cfg(test)]
mod tests;
mod words;

pub use clock::{Alarm, Clock, Clocks, Mark};
pub use stage::OrderStage;
pub use words::{OrderResult, Satisfaction, Urgency};

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::guard::{Guard, stands};
use crate::happened::{By, Cause, Reasoned};
use crate::item::{Item, WITHOUT_DEADLINE, Who};
use crate::operation::{Change, EntityId, EntityKind};
use crate::record::{self, Field, Record, Recorded};
use crate::task::Way;
use crate::time::Moment;

/// Most characters of an order's short texts: name, phone, source, its own number, kind, title, whom it is given to.
pub const SHORT_TEXT: usize = 60;
/// Most characters of what a resident asks for, of what was found, and of a reply.
pub const LONG_TEXT: usize = 2_000;
/// Most neighbour units that are asked to help with one order.
pub const HELPS: usize = 20;

/// What the kind of an order is called that is answered by words alone, so that nobody needs to be asked back.
const CONSULTATION: &str = "咨询";

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderFact {
    /// The committee took it on 签收.
    Signed,
    /// Given to somebody to see to.
    Assigned {
        /// To whom; to nobody any more where absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// The resident was contacted first, or there is a reason why not.
    Contacted {
        /// How; not at all where absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        way: Option<Way>,
        /// What was said, or why nobody was contacted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Looked into.
    Found {
        /// What is so.
        facts: String,
        /// Whether what is asked for is reasonable; not judged where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reasonable: Option<bool>,
    },
    /// A neighbour unit is asked to help 会办.
    HelpAsked {
        /// Which.
        unit: String,
        /// For what.
        what: String,
    },
    /// A neighbour unit's answer came.
    HelpGiven {
        /// Which.
        unit: String,
        /// What it says.
        text: String,
    },
    /// The resident is replied to, and so is whoever sent the order.
    Replied {
        /// Of which turn the order was when this was written, from 0.
        #[serde(default, skip_serializing_if = "is_first")]
        turn: u32,
        /// What it gives.
        result: OrderResult,
        /// The reply.
        text: String,
        /// The approved wording it was taken from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<EntityId>,
    },
    /// The resident was asked back 回访.
    Revisited {
        /// What he says of it.
        satisfaction: Satisfaction,
        /// In his own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// Done with 办结.
    Closed,
    /// Given back to the district: it is not this committee's.
    Returned {
        /// Why.
        reason: String,
    },
    /// The committee is to do no more about it.
    Recalled {
        /// Why, in the source's or the district's words.
        reason: String,
        /// What kind of reason that is.
        #[serde(default, skip_serializing_if = "Cause::is_source")]
        cause: Cause,
    },
    /// The district wants it sooner 催办.
    Urged {
        /// Why.
        reason: String,
    },
    /// The district gave it to the committee again, after it was returned, or because of the reply.
    GivenAgain {
        /// Why.
        reason: String,
    },
    /// An alarm rang at one of the committee's PCs, and need not at others.
    Rang {
        /// Which.
        alarm: Alarm,
    },
}

/// Whether a turn is what a reply means that says nothing of it.
fn is_first(turn: &u32) -> bool {
    *turn == 0
}

impl From<OrderFact> for Change {
    fn from(fact: OrderFact) -> Change {
        Change::Order(fact)
    }
}

/// A first contact as folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// How; not at all where absent.
    pub way: Option<Way>,
    /// What was said, or why nobody was contacted.
    pub note: Option<String>,
    /// Who, and when.
    pub did: By,
}

/// What was found, as folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What is so.
    pub facts: String,
    /// Whether what is asked for is reasonable; not judged where absent.
    pub reasonable: Option<bool>,
    /// Who, and when.
    pub did: By,
}

/// A neighbour unit's part 会办.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// Which unit.
    pub unit: String,
    /// For what; empty where it answered without being asked.
    pub what: String,
    /// Who asked, and when; whoever entered the answer where nobody asked.
    pub asked: By,
    /// What it says.
    pub given: Option<Reasoned>,
}

/// A reply as folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// What it gives.
    pub result: OrderResult,
    /// The reply.
    pub text: String,
    /// The approved wording it was taken from.
    pub answer: Option<EntityId>,
    /// Who, and when.
    pub did: By,
}

/// What a resident said when asked back, as folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisit {
    /// What he says of it.
    pub satisfaction: Satisfaction,
    /// In his own words.
    pub words: Option<String>,
    /// Who asked, and when.
    pub did: By,
}

/// An order from when it was given until it was given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// From when its clocks run.
    pub from: Moment,
    /// Why it was given again; absent the first time.
    pub again: Option<Reasoned>,
    /// Who took it on first.
    pub signed: Option<By>,
    /// Every contact before the reply, in order.
    pub contacts: Vec<Contact>,
    /// What was found, in order: the last is what holds.
    pub found: Vec<Found>,
    /// Neighbour units, in the order in which they were asked.
    pub helps: Vec<Help>,
    /// Replies, in order: the first is the reply.
    pub replies: Vec<Reply>,
    /// Every time the resident was asked back, in order.
    pub revisits: Vec<Revisit>,
    /// Done with.
    pub closed: Option<By>,
    /// Given back to the district.
    pub returned: Option<Reasoned>,
    /// Wanted no more.
    pub recalled: Option<Reasoned>,
    /// Why, where it is wanted no more.
    pub cause: Cause,
    /// Each time that the district wanted it sooner.
    pub urged: Vec<Reasoned>,
    /// Which alarms rang.
    pub rang: Vec<Alarm>,
}

/// An order's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What was asked for, as its source wrote it.
    pub record: Record,
    /// Who sees to it.
    pub assigned: Option<String>,
    /// What was done before it was given again, each time.
    pub earlier: Vec<Turn>,
    /// What is done now.
    pub turn: Turn,
}

impl Item for Order {
    const KIND: EntityKind = EntityKind::Order;
    type Stage = OrderStage;

    fn fold<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Order> {
        folded(changes)
    }

    /// A reply is one whoever returned or recalled the order without knowing of it.
    fn stage(&self) -> OrderStage {
        let turn = &self.turn;
        match () {
            () if turn.reply().is_some() => turn.after_the_reply(),
            () if turn.recalled.is_some() => OrderStage::Recalled,
            () if turn.returned.is_some() => OrderStage::Returned,
            () if !turn.found.is_empty() => OrderStage::Handling,
            () if !turn.contacts.is_empty() => OrderStage::Contacted,
            () if turn.signed.is_some() => OrderStage::Signed,
            () => OrderStage::ToSign,
        }
    }

    /// By which clock runs out next, the more urgent first where that is the same.
    fn sort_key(&self) -> Cow<'_, str> {
        let due = self.deadline().map(Moment::sortable);
        let urgency = Urgency::ALL.iter().position(|urgency| *urgency == self.urgency());
        Cow::Owned(format!(
            "{}{}",
            due.as_deref().unwrap_or(WITHOUT_DEADLINE),
            urgency.unwrap_or_default()
        ))
    }

    fn who(&self) -> Who {
        let id = |field| self.record.get(field).and_then(|id| id.parse().ok());
        Who {
            resident: id(Field::Resident),
            household: id(Field::Household),
        }
    }

    /// When the next of its clocks runs out.
    fn deadline(&self) -> Option<Moment> {
        self.running().into_iter().map(|(_, due)| due).min()
    }
}

impl Turn {
    /// Begins.
    fn new(from: Moment, again: Option<Reasoned>) -> Turn {
        Turn {
            from,
            again,
            signed: None,
            contacts: Vec::new(),
            found: Vec::new(),
            helps: Vec::new(),
            replies: Vec::new(),
            revisits: Vec::new(),
            closed: None,
            returned: None,
            recalled: None,
            cause: Cause::default(),
            urged: Vec::new(),
            rang: Vec::new(),
        }
    }

    /// The reply that goes up: the first.
    pub fn reply(&self) -> Option<&Reply> {
        match stands(Guard::RepliedOnce) {
            true => self.replies.first(),
            false => self.replies.last(),
        }
    }

    /// What the resident said of it last, where he could be asked.
    pub fn satisfaction(&self) -> Option<Satisfaction> {
        let mut said = self.revisits.iter().map(|revisit| revisit.satisfaction);
        said.clone()
            .rfind(|said| *said != Satisfaction::NotReached)
            .or_else(|| said.next_back())
    }

    /// Whether anybody of the committee did anything about it.
    pub fn is_touched(&self) -> bool {
        self.signed.is_some() || !self.contacts.is_empty() || !self.found.is_empty()
    }

    fn after_the_reply(&self) -> OrderStage {
        match (&self.closed, self.revisits.is_empty()) {
            (Some(_), _) => OrderStage::Closed,
            (None, false) => OrderStage::Revisited,
            (None, true) => OrderStage::Replied,
        }
    }
}

impl Order {
    /// A value of the order; empty where its source is silent.
    pub fn get(&self, field: Field) -> &str {
        self.record.get(field).unwrap_or_default()
    }

    /// How pressing it is.
    pub fn urgency(&self) -> Urgency {
        Urgency::read(self.get(Field::Urgency)).unwrap_or_default()
    }

    /// Whether it asks for words alone, so that it may be closed without asking the resident back.
    pub fn is_consultation(&self) -> bool {
        self.get(Field::Category).contains(CONSULTATION)
    }

    /// From when it was given first until now.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.earlier.iter().chain([&self.turn])
    }

    /// When it was given first.
    pub fn came(&self) -> Moment {
        self.earlier.first().unwrap_or(&self.turn).from
    }

    /// Which turn it is, from 0.
    pub fn turn_number(&self) -> u32 {
        u32::try_from(self.earlier.len()).unwrap_or(u32::MAX)
    }
}

fn folded<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Order> {
    let record = record::fold(changes.clone())?;
    let mut begun = changes.clone().filter(|one| matches!(one.change, Change::Create(_)));
    let mut order = Order {
        record,
        assigned: None,
        earlier: Vec::new(),
        turn: Turn::new(begun.next().map_or(Moment(0), |one| one.at), None),
    };
    for Recorded { change, actor, at, .. } in changes {
        if let Change::Order(fact) = change {
            let by = actor.to_owned();
            order.happened(fact, By { by, at });
        }
    }
    Some(order)
}

impl Order {
    fn happened(&mut self, fact: &OrderFact, did: By) {
        match fact {
            OrderFact::Assigned { to } => self.assigned = to.clone(),
            OrderFact::GivenAgain { reason } => {
                let next = Turn::new(did.at, Some(Reasoned::new(reason, did)));
                self.earlier.push(std::mem::replace(&mut self.turn, next));
            }
            OrderFact::Replied {
                turn,
                result,
                text,
                answer,
            } => {
                let turn = usize::try_from(*turn).ok().and_then(|turn| self.earlier.get_mut(turn));
                turn.unwrap_or(&mut self.turn).replies.push(Reply {
                    result: *result,
                    text: text.clone(),
                    answer: *answer,
                    did,
                });
            }
            fact => self.turn.happened(fact, did),
        }
    }
}

impl Turn {
    fn happened(&mut self, fact: &OrderFact, did: By) {
        match fact {
            OrderFact::Signed => self.signed = self.signed.take().or(Some(did)),
            OrderFact::Contacted { way, note } => self.contacts.push(Contact {
                way: *way,
                note: note.clone(),
                did,
            }),
            OrderFact::Found { facts, reasonable } => self.found.push(Found {
                facts: facts.clone(),
                reasonable: *reasonable,
                did,
            }),
            OrderFact::HelpAsked { unit, what } => self.helps.push(Help {
                unit: unit.clone(),
                what: what.clone(),
                asked: did,
                given: None,
            }),
            OrderFact::HelpGiven { unit, text } => self.helped(unit, Reasoned::new(text, did)),
            OrderFact::Revisited { satisfaction, words } => self.revisits.push(Revisit {
                satisfaction: *satisfaction,
                words: words.clone(),
                did,
            }),
            OrderFact::Closed => self.closed = self.closed.take().or(Some(did)),
            OrderFact::Returned { reason } => self.returned = Some(Reasoned::new(reason, did)),
            OrderFact::Recalled { reason, cause } => {
                self.recalled = Some(Reasoned::new(reason, did));
                self.cause = *cause;
            }
            OrderFact::Urged { reason } => self.urged.push(Reasoned::new(reason, did)),
            OrderFact::Rang { alarm } => {
                if !self.rang.contains(alarm) {
                    self.rang.push(*alarm);
                }
            }
            // Of the order, not of one turn.
            OrderFact::Assigned { .. } | OrderFact::Replied { .. } | OrderFact::GivenAgain { .. } => {}
        }
    }

    /// An answer belongs to the unit's first open request; one that nobody asked for stands by itself.
    fn helped(&mut self, unit: &str, given: Reasoned) {
        let mut open = self.helps.iter_mut().filter(|help| help.given.is_none());
        match open.find(|help| help.unit == unit) {
            Some(help) => help.given = Some(given),
            None => self.helps.push(Help {
                unit: unit.to_owned(),
                what: String::new(),
                asked: given.did.clone(),
                given: Some(given),
            }),
        }
    }
}
