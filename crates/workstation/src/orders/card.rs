//! Everything about an order: its clocks, what was done each time that it was given, who asks, and what else they asked.

use std::cmp::Reverse;

use linli_domain::happened::{By, Reasoned};
use linli_domain::operation::EntityId;
use linli_domain::order::{Clock, Contact, Found, Help, Order, Reply, Revisit, Turn};
use linli_domain::record::Field;
use linli_domain::time::{Moment, deadline};

use super::OrderView;
use super::day_list::taken_on;
use super::list::{Look, written};
use crate::api::ById;
use crate::api::orders::{
    ClockRow, ContactRow, DidRow, FoundRow, HelpRow, OrderCard, RangRow, ReasonRow, ReplyRow, RevisitRow, TurnRow,
};
use crate::api::roster::ResidentRow;
use crate::named::Thing;
use crate::roster::Roster;
use crate::tasks::{self, candidates, pieces, rows_about};
use crate::workstation::id;
use crate::{Error, Workstation, timeline};

/// Everything about one order.
pub(crate) fn order_card(ws: &Workstation, request: ById) -> Result<OrderCard, Error> {
    let wanted = id(Thing::Order, &request.id)?;
    let view = ws.orders()?;
    let place = view.place(wanted)?;
    // Read before the roster is held; the finder knows of the roster from then on.
    let tasks = ws.tasks()?;
    let timeline = timeline::Reader::new(ws, &ws.store())?.of_entities(&[wanted])?;
    let roster = ws.roster()?;
    let look = Look {
        view: &view,
        roster: &roster,
        now: ws.now(),
    };
    let order = view.order(place);
    let found = ws.finder.look(&roster, &order.record);
    let resident = look.resident(place);
    let candidates = match resident {
        Some(_) => Vec::new(),
        None => candidates(found.as_deref(), None, &roster, ws.today()),
    };
    let address = found.as_deref().map(tasks::Found::address);
    Ok(OrderCard {
        row: look.row(place),
        body: written(order, Field::Body),
        reference: written(order, Field::Reference),
        address: pieces(order.get(Field::Address), address),
        deadline: deadline(order.get(Field::Deadline)).map(Moment::text),
        clocks: Clock::ALL.map(|clock| of_clock(order, clock)).into(),
        turns: order.turns().map(turn).collect(),
        candidates,
        resident: resident.map(|person| roster.row(person, ws.today())),
        household_members: members(ws, &look, place),
        orders: others(&look, place),
        tasks: rows_about(&tasks, &roster, &people(&view, &roster, place), look.now),
        timeline,
    })
}

/// Who asks, and whoever lives where they do.
fn people(view: &OrderView, roster: &Roster, place: usize) -> Vec<EntityId> {
    let about = view.about(place);
    let home = about.household.and_then(|home| roster.people_of.get(&home));
    let mut people: Vec<EntityId> = home.cloned().unwrap_or_default();
    people.extend(about.resident.filter(|id| !people.contains(id)));
    people
}

fn members(ws: &Workstation, look: &Look<'_>, place: usize) -> Vec<ResidentRow> {
    let who = look.view.about(place).resident;
    let others = people(look.view, look.roster, place).into_iter();
    let others = others.filter(|id| Some(*id) != who);
    let known = others.filter_map(|id| look.roster.residents.get(&id));
    known.map(|person| look.roster.row(person, ws.today())).collect()
}

/// Other orders of the same person or home, the last first.
fn others(look: &Look<'_>, place: usize) -> Vec<crate::api::orders::OrderRow> {
    let mut others: Vec<usize> = look.view.beside(place).into_iter().collect();
    others.sort_by_key(|other| Reverse(look.view.order(*other).came()));
    others.into_iter().map(|other| look.row(other)).collect()
}

fn of_clock(order: &Order, clock: Clock) -> ClockRow {
    let turn = &order.turn;
    let due = order.due(clock);
    let done = match clock {
        Clock::Untouched => taken_on(turn).map(|did| did.at),
        Clock::Contact => turn.contacts.first().map(|contact| contact.did.at),
        Clock::Reply => turn.reply().map(|reply| reply.did.at),
    };
    let runs = order.running().iter().any(|(running, _)| *running == clock);
    let rang = turn.rang.iter().filter(|alarm| alarm.clock == clock);
    ClockRow {
        clock,
        due: due.text(),
        done: done.map(Moment::text),
        runs,
        late: done.is_some_and(|done| done > due),
        rang: rang
            .map(|alarm| RangRow {
                mark: alarm.mark,
                at: alarm.at.text(),
            })
            .collect(),
    }
}

fn did(did: &By) -> DidRow {
    DidRow {
        by: did.by.clone(),
        at: did.at.text(),
    }
}

fn reason(reasoned: &Reasoned) -> ReasonRow {
    ReasonRow {
        reason: reasoned.reason.clone(),
        did: did(&reasoned.did),
    }
}

fn turn(turn: &Turn) -> TurnRow {
    TurnRow {
        from: turn.from.text(),
        again: turn.again.as_ref().map(reason),
        signed: turn.signed.as_ref().map(did),
        contacts: turn.contacts.iter().map(contact).collect(),
        found: turn.found.iter().map(found).collect(),
        helps: turn.helps.iter().map(help).collect(),
        replies: turn.replies.iter().map(|one| reply(turn, one)).collect(),
        revisits: turn.revisits.iter().map(revisit).collect(),
        closed: turn.closed.as_ref().map(did),
        returned: turn.returned.as_ref().map(reason),
        recalled: turn.recalled.as_ref().map(reason),
        urged: turn.urged.iter().map(reason).collect(),
    }
}

fn contact(contact: &Contact) -> ContactRow {
    ContactRow {
        way: contact.way,
        note: contact.note.clone(),
        did: did(&contact.did),
    }
}

fn found(found: &Found) -> FoundRow {
    FoundRow {
        facts: found.facts.clone(),
        reasonable: found.reasonable,
        did: did(&found.did),
    }
}

fn help(help: &Help) -> HelpRow {
    HelpRow {
        unit: help.unit.clone(),
        what: help.what.clone(),
        asked: did(&help.asked),
        given: help.given.as_ref().map(reason),
    }
}

fn reply(turn: &Turn, reply: &Reply) -> ReplyRow {
    ReplyRow {
        result: reply.result,
        text: reply.text.clone(),
        answer: reply.answer.map(|id| id.to_string()),
        counts: turn.reply().is_some_and(|first| std::ptr::eq(first, reply)),
        did: did(&reply.did),
    }
}

fn revisit(revisit: &Revisit) -> RevisitRow {
    RevisitRow {
        satisfaction: revisit.satisfaction,
        words: revisit.words.clone(),
        did: did(&revisit.did),
    }
}
