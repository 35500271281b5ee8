//! What staff do with orders beside passing them on: they want one sooner, give one again, or answer it themselves.

use linli_domain::operation::EntityId;
use linli_domain::order::{LONG_TEXT, OrderFact, OrderResult, Satisfaction};
use linli_domain::time::Moment;
use linli_domain::writing::placed;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::follow::Outcome;
use super::super::pass::{Going, Placing, Put, draft, gone, said, written};
use super::super::{Kept, Standing, source};
use super::{Content as _, OrderRow, Replied};
use crate::district::audit;
use crate::random::Randomness;
use crate::sequence::Sequence;
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error};

/// How the district answers an order itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OwnAnswer {
    /// What the reply gives: `solved` or `explained`.
    #[schemars(with = "String", extend("enum" = ["solved", "explained"]))]
    pub result: OrderResult,
    /// The reply, at most 2,000 characters.
    pub text: String,
    /// What the resident says of it, where he was asked: `satisfied`, `acceptable`, `dissatisfied` or `not_reached`.
    #[serde(default)]
    #[schemars(
        with = "Option<String>",
        extend("enum" = ["satisfied", "acceptable", "dissatisfied", "not_reached", null])
    )]
    pub satisfaction: Option<Satisfaction>,
    /// In his own words.
    #[serde(default)]
    pub words: Option<String>,
}

impl District {
    /// Tells a committee that an order is wanted sooner 催办; gives the committee's name.
    ///
    /// # Errors
    /// No committee has it to do, the reason is missing, or the database's.
    pub fn urge_order(
        &self,
        order: EntityId,
        reason: &str,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<String, Error> {
        let reason = said(reason)?;
        let holder = self.write(|transaction| {
            let kept = locked(transaction, order, now)?;
            let holder = kept.holder.filter(|_| kept.standing == Standing::Open);
            let holder = holder.ok_or_else(|| not_so(&kept, "催办"))?;
            let sequence = Sequence::open(self, transaction, holder)?;
            let reason = reason.clone();
            let drafts = vec![draft::<OrderRow>(order, OrderFact::Urged { reason }.into())];
            written(sequence, OrderRow::CHANGED, drafts, now)?;
            audit(
                transaction,
                DISTRICT,
                now,
                random,
                ("staff", "order_urge", &order.to_string()),
            )?;
            Ok(holder)
        })?;
        Ok(self.names()?.remove(&holder).unwrap_or_default())
    }

    /// Gives an order again 重新交办 to the committee that replied to it or returned it; gives the committee's name.
    ///
    /// # Errors
    /// It was not replied to or returned by a committee, the reason is missing, or the database's.
    pub fn give_order_again(
        &self,
        order: EntityId,
        reason: &str,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<String, Error> {
        let reason = said(reason)?;
        let kept = self.read(|transaction| one(transaction, order))?;
        let goes = |kept: &Kept| {
            let to = kept.answered_by.or(kept.holder);
            let done = matches!(kept.standing, Standing::Answered | Standing::Returned);
            let Some(to) = to.filter(|_| done) else {
                return Err(not_so(kept, "重新交办"));
            };
            Ok(Some(Placing::<OrderRow>::again(to, &reason)))
        };
        let going = Going {
            goes: &goes,
            rules: None,
            also_answered: true,
        };
        let Put::Went { kept, .. } = self.put((&kept.source, order), going, now)? else {
            return Err(not_so(&kept, "重新交办"));
        };
        let (holder, detail) = (kept.holder.unwrap_or(DISTRICT), order.to_string());
        self.write(|transaction| audit(transaction, DISTRICT, now, random, ("staff", "order_again", &detail)))?;
        Ok(self.names()?.remove(&holder).unwrap_or_default())
    }

    /// Answers an order that the district answers itself or that no committee has; again, to say what the resident says of
    /// it. Nothing of it goes to a committee.
    ///
    /// # Errors
    /// A committee has it, it was taken back, the reply is missing, or the database's.
    pub fn answer_order(
        &self,
        order: EntityId,
        answer: &OwnAnswer,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<(), Error> {
        let clean = |text: &str| placed(text.trim()).into_owned();
        let text = clean(&answer.text);
        let words = answer.words.as_deref().map(clean).filter(|words| !words.is_empty());
        let long = |text: &String| text.chars().count() > LONG_TEXT;
        if text.is_empty() || long(&text) || words.as_ref().is_some_and(long) {
            return Err(Error::Input(format!("请写明答复，不超过 {LONG_TEXT} 字")));
        }
        let found = Replied {
            result: Some(answer.result),
            reply: Some(text),
            satisfaction: answer.satisfaction,
            words,
            closed: answer.satisfaction.is_some(),
        };
        self.write(|transaction| {
            let mut kept = locked(transaction, order, now)?;
            let own = matches!(kept.standing, Standing::Direct | Standing::Nobody | Standing::Answered);
            if !own || kept.holder.is_some() || kept.answered_by.is_some() {
                return Err(not_so(&kept, "由区里答复"));
            }
            let outcome = Outcome::<OrderRow>::found(found.clone(), self.name(), now);
            kept.beside.dissatisfied = answer.satisfaction == Some(Satisfaction::Dissatisfied);
            kept.beside.contacted = true;
            kept.stands(Standing::Answered, Some(serde_json::to_string(&outcome)?));
            kept.save(transaction)?;
            audit(
                transaction,
                DISTRICT,
                now,
                random,
                ("staff", "order_answer", &order.to_string()),
            )
        })
    }
}

fn one(transaction: &mut dyn Transaction, order: EntityId) -> Result<Kept, Error> {
    Kept::all(transaction, [order])?.pop().ok_or_else(gone)
}

/// An order behind its source's and its committee's locks.
fn locked(transaction: &mut dyn Transaction, order: EntityId, now: Moment) -> Result<Kept, Error> {
    let kept = one(transaction, order)?;
    source::lock(transaction, &kept.source, now)?;
    // Who has it changes behind the source's lock alone.
    if let Some(holder) = one(transaction, order)?.holder {
        transaction.lock(holder)?;
    }
    Kept::locked(transaction, [order])?.pop().ok_or_else(gone)
}

fn not_so(kept: &Kept, what: &str) -> Error {
    let label = kept.standing.label::<OrderRow>();
    Error::Input(format!("这一件{label}，不能{what}"))
}
