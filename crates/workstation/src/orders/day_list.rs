//! The lists by which a day is closed: which orders are in them. List, export and daily report ask here and nowhere else.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use linli_domain::happened::By;
use linli_domain::item::Item as _;
use linli_domain::order::{Clock, Order, OrderResult, OrderStage, Satisfaction, Turn};
use linli_domain::time::Moment;

use crate::Error;
use crate::api::orders::DayList;
use crate::named::{FormField, Unfit};

/// Of which time a list is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Span {
    /// What still waits for somebody, at a moment.
    Waiting(Moment),
    /// What happened on a day, as far as it is over.
    Day(NaiveDate, Moment),
}

impl Span {
    /// That of a request.
    ///
    /// # Errors
    /// It names no day.
    pub(super) fn of(day: Option<&str>, now: Moment) -> Result<Span, Error> {
        let Some(text) = day else {
            return Ok(Span::Waiting(now));
        };
        let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d");
        let day = day.map_err(|_| Error::unfit(FormField::Day, &Unfit::NoDay))?;
        let next = day.checked_add_signed(TimeDelta::days(1)).unwrap_or(day);
        let end = Moment(Moment::from_local(next.and_time(NaiveTime::MIN)).0 - 1);
        Ok(Span::Day(day, end.min(now)))
    }
}

/// Whether an order is in a list.
pub(super) fn is_in(order: &Order, list: DayList, span: Span) -> bool {
    match span {
        Span::Waiting(now) => still_waits(order, list) && entered(order, &order.turn, list, now).is_some(),
        Span::Day(day, until) => {
            let on_day = |turn| entered(order, turn, list, until).is_some_and(|at| at.date() == day);
            order.turns().any(on_day)
        }
    }
}

fn still_waits(order: &Order, list: DayList) -> bool {
    let nobody_reached = || order.turn.contacts.iter().all(|contact| contact.way.is_none());
    match (list, order.stage()) {
        (DayList::Returned, stage) => stage == OrderStage::Returned,
        (_, OrderStage::Closed | OrderStage::Returned | OrderStage::Recalled) => false,
        (DayList::NotContacted, _) => nobody_reached(),
        _ => true,
    }
}

/// When a turn of an order came into a list, as far as that was so at a moment.
fn entered(order: &Order, turn: &Turn, list: DayList, until: Moment) -> Option<Moment> {
    let reply = || turn.reply().filter(|reply| reply.did.at <= until);
    let at = match list {
        DayList::Came => Some(turn.from),
        DayList::Signed => taken_on(turn).map(|did| did.at),
        DayList::ContactedInTime => reached(turn).filter(|at| *at <= order.due_in(turn, Clock::Contact)),
        DayList::RepliedInTime => {
            let replied = turn.reply().map(|reply| reply.did.at);
            replied.filter(|at| *at <= order.due_in(turn, Clock::Reply))
        }
        DayList::Overdue => is_overdue(order, turn, until).then_some(until),
        DayList::NotContacted => not_contacted(order, turn),
        DayList::Unsolved => reply()
            .filter(|reply| reply.result == OrderResult::Explained)
            .map(|reply| reply.did.at),
        DayList::Dissatisfied => dissatisfied(turn, until),
        DayList::Returned => {
            let returned = turn.returned.as_ref().filter(|_| turn.reply().is_none());
            returned.map(|returned| returned.did.at)
        }
    };
    at.filter(|at| *at <= until)
}

/// Who took a turn on, and when: whoever works on it has.
pub(super) fn taken_on(turn: &Turn) -> Option<&By> {
    let contact = turn.contacts.first().map(|one| &one.did);
    let found = turn.found.first().map(|one| &one.did);
    let reply = turn.reply().map(|one| &one.did);
    let all = [turn.signed.as_ref(), contact, found, reply];
    all.into_iter().flatten().min_by_key(|did| did.at)
}

/// When the resident was spoken to first.
fn reached(turn: &Turn) -> Option<Moment> {
    let contacts = turn.contacts.iter().filter(|contact| contact.way.is_some());
    contacts.map(|contact| contact.did.at).min()
}

/// When it ended that something waited here: the reply, or what took it away.
fn ended(turn: &Turn) -> Option<Moment> {
    let away = [&turn.returned, &turn.recalled].into_iter().flatten();
    let away = away.map(|reasoned| reasoned.did.at);
    turn.reply().map(|reply| reply.did.at).or_else(|| away.min())
}

fn is_overdue(order: &Order, turn: &Turn, at: Moment) -> bool {
    let over = |clock| order.due_in(turn, clock) <= at;
    let by_then = |done: Option<Moment>| done.is_some_and(|done| done <= at);
    let contacted = turn.contacts.first().map(|contact| contact.did.at);
    let taken_on = taken_on(turn).map(|did| did.at);
    turn.from <= at
        && !by_then(ended(turn))
        && (over(Clock::Reply)
            || (over(Clock::Contact) && !by_then(contacted))
            || (over(Clock::Untouched) && !by_then(taken_on)))
}

/// When it was clear that the resident would not be contacted first: with the reply or when the clock ran out, whichever was
/// first. What was taken away before that counts for nothing, nor does a consultation that was replied to.
fn not_contacted(order: &Order, turn: &Turn) -> Option<Moment> {
    let due = order.due_in(turn, Clock::Contact);
    let before = ended(turn).filter(|end| *end <= due);
    let at = match before {
        Some(_) if turn.reply().is_none() || order.is_consultation() => return None,
        Some(replied) => replied,
        None => due,
    };
    let reached = reached(turn).is_some_and(|reached| reached <= at);
    (!reached).then_some(at)
}

/// When the resident last said that they are not content, where they said so last.
fn dissatisfied(turn: &Turn, until: Moment) -> Option<Moment> {
    let said = turn.revisits.iter().filter(|revisit| revisit.did.at <= until);
    let said = said.filter(|revisit| revisit.satisfaction != Satisfaction::NotReached);
    let last = said.max_by_key(|revisit| revisit.did.at)?;
    (last.satisfaction == Satisfaction::Dissatisfied).then_some(last.did.at)
}
