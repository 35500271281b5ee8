//! Work on orders: taking them on, contacting, looking into, asking for help, replying, asking back, closing and returning.

use std::collections::BTreeSet;

use linli_domain::answer::Answer;
use linli_domain::operation::{Action, EntityId};
use linli_domain::order::{LONG_TEXT, Order, OrderFact, SHORT_TEXT};
use linli_domain::refusal::Refusal;
use linli_store::Draft;

use crate::api::Done;
use crate::api::orders::{
    OrderAssign, OrderClose, OrderContact, OrderFound, OrderHelpAsk, OrderHelpGiven, OrderReply, OrderReturn,
    OrderRevisit, OrderSign,
};
use crate::named::{FormField, Thing};
use crate::queue::{asked, ids, one, optional};
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// Takes orders on.
pub(crate) fn order_sign(ws: &Workstation, request: OrderSign) -> Result<Done, Error> {
    act(ws, Action::OrdersSigned, &request.ids, |order| {
        order.may_be_signed().map(Vec::from_iter)
    })
}

/// Who sees to orders.
pub(crate) fn order_assign(ws: &Workstation, request: OrderAssign) -> Result<Done, Error> {
    let to = request.to.as_deref();
    let to = to.map(|to| asked(FormField::Assignee, to, SHORT_TEXT)).transpose()?;
    act(ws, Action::OrdersAssigned, &request.ids, |order| {
        order.may_be_assigned(to).map(Vec::from_iter)
    })
}

/// The resident was contacted, or why not.
pub(crate) fn order_contact(ws: &Workstation, request: OrderContact) -> Result<Done, Error> {
    let note = optional(FormField::Note, request.note.as_deref(), LONG_TEXT)?;
    act(ws, Action::OrdersContacted, &request.ids, |order| {
        order.may_be_contacted(request.way, note).map(|fact| vec![fact])
    })
}

/// What is so.
pub(crate) fn order_found(ws: &Workstation, request: OrderFound) -> Result<Done, Error> {
    let facts = asked(FormField::Facts, &request.facts, LONG_TEXT)?;
    act(ws, Action::OrdersHandled, &request.ids, |order| {
        order.may_be_found(facts, request.reasonable).map(Vec::from_iter)
    })
}

/// A neighbour unit is asked to help.
pub(crate) fn order_help_ask(ws: &Workstation, request: OrderHelpAsk) -> Result<Done, Error> {
    let unit = asked(FormField::HelpUnit, &request.unit, SHORT_TEXT)?;
    let what = asked(FormField::HelpAsked, &request.what, LONG_TEXT)?;
    act(ws, Action::OrderHelped, &request.ids, |order| {
        order.may_ask_help(unit, what).map(|fact| vec![fact])
    })
}

/// A neighbour unit answered.
pub(crate) fn order_help_given(ws: &Workstation, request: OrderHelpGiven) -> Result<Done, Error> {
    let unit = asked(FormField::HelpUnit, &request.unit, SHORT_TEXT)?;
    let text = asked(FormField::HelpGiven, &request.text, LONG_TEXT)?;
    act(ws, Action::OrderHelped, &request.ids, |order| {
        order.may_be_helped(unit, text).map(|fact| vec![fact])
    })
}

/// The reply, with which an order may be closed that asks for words alone.
pub(crate) fn order_reply(ws: &Workstation, request: OrderReply) -> Result<Done, Error> {
    let text = asked(FormField::Reply, &request.text, LONG_TEXT)?;
    let answer = request.answer.as_deref().map(|text| id(Thing::Answer, text));
    let answer = answer.transpose()?;
    if let Some(answer) = answer {
        one::<Answer>(ws.store().view(), answer)?;
    }
    act(ws, Action::OrdersReplied, &request.ids, |order| match request.close {
        true => order.may_be_answered(request.result, text, answer).map(Vec::from),
        false => order
            .may_be_replied(request.result, text, answer)
            .map(|fact| vec![fact]),
    })
}

/// What residents say of the reply.
pub(crate) fn order_revisit(ws: &Workstation, request: OrderRevisit) -> Result<Done, Error> {
    let words = optional(FormField::Words, request.words.as_deref(), LONG_TEXT)?;
    act(ws, Action::OrdersRevisited, &request.ids, |order| {
        order
            .may_be_revisited(request.satisfaction, words)
            .map(|fact| vec![fact])
    })
}

/// Done with.
pub(crate) fn order_close(ws: &Workstation, request: OrderClose) -> Result<Done, Error> {
    act(ws, Action::OrdersClosed, &request.ids, |order| {
        order.may_be_closed().map(|fact| vec![fact])
    })
}

/// Gives orders back to the district.
pub(crate) fn order_return(ws: &Workstation, request: OrderReturn) -> Result<Done, Error> {
    let reason = asked(FormField::ReturnReason, &request.reason, LONG_TEXT)?;
    act(ws, Action::OrdersReturned, &request.ids, |order| {
        order.may_be_returned(reason).map(|fact| vec![fact])
    })
}

/// Writes what an act adds to each order, where the act is one that all of them allow.
fn act(
    ws: &Workstation,
    action: Action,
    of: &[String],
    decide: impl Fn(&Order) -> Result<Vec<OrderFact>, Refusal>,
) -> Result<Done, Error> {
    let of: BTreeSet<EntityId> = ids::<Order, _>(of)?;
    let written = ws.write(action, |view| {
        let mut drafts = Vec::new();
        for id in of {
            let facts = decide(&one::<Order>(view, id)?.state)?;
            drafts.extend(facts.into_iter().map(|fact| Draft::on::<Order>(id, fact)));
        }
        Ok(drafts)
    })?;
    Ok(done(written))
}
