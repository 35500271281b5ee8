//! What may be done with an order at its stage. Said once, for the screens, the command line and whoever plays clerks.

use super::{HELPS, Order, OrderFact, OrderResult, OrderStage, Satisfaction};
use crate::item::Item as _;
use crate::operation::EntityId;
use crate::refusal::Refusal;
use crate::task::Way;

impl Order {
    /// The committee takes it on, as a fact; none where it did.
    ///
    /// # Errors
    /// It is no longer open.
    pub fn may_be_signed(&self) -> Result<Option<OrderFact>, Refusal> {
        self.is_open()?;
        Ok((!self.turn.is_touched()).then_some(OrderFact::Signed))
    }

    /// Who sees to it, as a fact; none where that is so already.
    ///
    /// # Errors
    /// It was closed, returned or recalled.
    pub fn may_be_assigned(&self, to: Option<&str>) -> Result<Option<OrderFact>, Refusal> {
        self.is_at_work()?;
        let to = to.map(str::to_owned);
        Ok((self.assigned != to).then_some(OrderFact::Assigned { to }))
    }

    /// The resident was contacted, or `note` says why not, as a fact.
    ///
    /// # Errors
    /// It is no longer open, or nobody was contacted and no reason is given.
    pub fn may_be_contacted(&self, way: Option<Way>, note: Option<&str>) -> Result<OrderFact, Refusal> {
        self.is_open()?;
        match (way, note) {
            (None, None) => Err(Refusal::NoContactWithoutReason),
            _ => Ok(OrderFact::Contacted {
                way,
                note: note.map(str::to_owned),
            }),
        }
    }

    /// What was found, as a fact; none where the last says the same.
    ///
    /// # Errors
    /// It was closed, returned or recalled.
    pub fn may_be_found(&self, facts: &str, reasonable: Option<bool>) -> Result<Option<OrderFact>, Refusal> {
        self.is_at_work()?;
        let last = self.turn.found.last();
        let same = last.is_some_and(|found| found.facts == facts && found.reasonable == reasonable);
        Ok((!same).then(|| OrderFact::Found {
            facts: facts.to_owned(),
            reasonable,
        }))
    }

    /// A neighbour unit is asked to help, as a fact.
    ///
    /// # Errors
    /// It is no longer open, or as many as there may be were asked.
    pub fn may_ask_help(&self, unit: &str, what: &str) -> Result<OrderFact, Refusal> {
        self.is_open()?;
        match self.turn.helps.len() < HELPS {
            true => Ok(OrderFact::HelpAsked {
                unit: unit.to_owned(),
                what: what.to_owned(),
            }),
            false => Err(Refusal::HelpsFull { most: HELPS }),
        }
    }

    /// A neighbour unit's answer, as a fact. It may come when the order is replied to.
    ///
    /// # Errors
    /// It was closed, returned or recalled, or as many units as there may be have answered.
    pub fn may_be_helped(&self, unit: &str, text: &str) -> Result<OrderFact, Refusal> {
        self.is_at_work()?;
        let asked = |unit: &str| {
            self.turn
                .helps
                .iter()
                .any(|help| help.given.is_none() && help.unit == unit)
        };
        match self.turn.helps.len() < HELPS || asked(unit) {
            true => Ok(OrderFact::HelpGiven {
                unit: unit.to_owned(),
                text: text.to_owned(),
            }),
            false => Err(Refusal::HelpsFull { most: HELPS }),
        }
    }

    /// The reply, as a fact. Whoever replies has taken it on; the first contact is made by then, or has its reason.
    ///
    /// # Errors
    /// It is no longer open, or nothing says whether the resident was contacted: a consultation needs nothing but its answer.
    pub fn may_be_replied(
        &self,
        result: OrderResult,
        text: &str,
        answer: Option<EntityId>,
    ) -> Result<OrderFact, Refusal> {
        self.is_open()?;
        match self.turn.contacts.is_empty() && !self.is_consultation() {
            true => Err(Refusal::NotContacted),
            false => Ok(OrderFact::Replied {
                turn: self.turn_number(),
                result,
                text: text.to_owned(),
                answer,
            }),
        }
    }

    /// The reply that closes it at once, as facts: nobody is asked back of what asks for words alone.
    ///
    /// # Errors
    /// As [`Order::may_be_replied`]; it asks for more than words.
    pub fn may_be_answered(
        &self,
        result: OrderResult,
        text: &str,
        answer: Option<EntityId>,
    ) -> Result<[OrderFact; 2], Refusal> {
        let replied = self.may_be_replied(result, text, answer)?;
        match self.is_consultation() {
            true => Ok([replied, OrderFact::Closed]),
            false => Err(Refusal::NotRevisited),
        }
    }

    /// What the resident says of the reply, as a fact.
    ///
    /// # Errors
    /// It is not replied to yet, or closed.
    pub fn may_be_revisited(&self, satisfaction: Satisfaction, words: Option<&str>) -> Result<OrderFact, Refusal> {
        match self.stage() {
            OrderStage::Replied | OrderStage::Revisited => Ok(OrderFact::Revisited {
                satisfaction,
                words: words.map(str::to_owned),
            }),
            order => Err(Refusal::OrderNotReplied { order }),
        }
    }

    /// It is done with, as a fact. The resident was asked back, unless it asks for words alone.
    ///
    /// # Errors
    /// It is not replied to yet, nobody asked the resident back, or it is closed.
    pub fn may_be_closed(&self) -> Result<OrderFact, Refusal> {
        match self.stage() {
            OrderStage::Revisited => Ok(OrderFact::Closed),
            OrderStage::Replied if self.is_consultation() => Ok(OrderFact::Closed),
            OrderStage::Replied => Err(Refusal::NotRevisited),
            order => Err(Refusal::OrderNotReplied { order }),
        }
    }

    /// It goes back to the district, as a fact.
    ///
    /// # Errors
    /// It is no longer open.
    pub fn may_be_returned(&self, reason: &str) -> Result<OrderFact, Refusal> {
        self.is_open()?;
        Ok(OrderFact::Returned {
            reason: reason.to_owned(),
        })
    }

    /// Until the reply.
    fn is_open(&self) -> Result<(), Refusal> {
        match self.stage() {
            order if order.is_open() => Ok(()),
            order => Err(Refusal::OrderNotOpen { order }),
        }
    }

    /// Until it is closed.
    fn is_at_work(&self) -> Result<(), Refusal> {
        match self.stage() {
            OrderStage::Replied | OrderStage::Revisited => Ok(()),
            _ => self.is_open(),
        }
    }
}
