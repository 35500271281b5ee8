//! Changes: such as a PC writes, such as it would not, and texts that are none.

use linli_domain::happened::Cause;
use linli_domain::item::Stage as _;
use linli_domain::operation::{Change, DeviceId, FieldChange, Note, Settlement};
use linli_domain::order::{Alarm, Clock, Mark, OrderFact, OrderResult, Satisfaction};
use linli_domain::record::Field;
use linli_domain::reservation::ReservationFact;
use linli_domain::round::{Channel, Decision, Outcome, Stage};
use linli_domain::task::{TaskFact, VisitOutcome, Way};
use linli_domain::time::Moment;
use linli_protocol::WireOperation;
use uuid::Uuid;

use crate::script::Script;
use crate::things::{FIELDS, Things};

/// Most fields of a change.
const MOST: usize = 8;
/// Numbers of kinds there are, and one that only a newer program knows.
const KINDS: usize = 15;

/// An operation.
pub(crate) fn operation(script: &mut Script<'_>, things: &Things) -> WireOperation {
    let kind = script.below(KINDS) as u8;
    let entity = things.entity(script);
    let mut change = if script.rarely(16) {
        script.text()
    } else {
        written(script, things)
    };
    if script.rarely(16) {
        change = damaged(&change, script);
    }
    WireOperation { kind, entity, change }
}

fn written(script: &mut Script<'_>, things: &Things) -> String {
    // What cannot be written as JSON cannot be sent.
    serde_json::to_string(&change(script, things)).unwrap_or_default()
}

/// One character becomes another, or what begins there is gone.
fn damaged(text: &str, script: &mut Script<'_>) -> String {
    let place = script.number() as usize % text.chars().count().max(1);
    let with = script.byte();
    let changed = |(at, c): (usize, char)| match (at == place, with) {
        (true, 0..=127) => Some(char::from(with)),
        (true, _) => None,
        (false, _) => Some(c),
    };
    let cut = if with >= 192 { place } else { usize::MAX };
    text.chars().enumerate().take(cut).filter_map(changed).collect()
}

fn change(script: &mut Script<'_>, things: &Things) -> Change {
    match script.below(20) {
        0..=3 => Change::Create(fields(script, |script| things.value(script))),
        4 | 5 => Change::Set(fields(script, |script| field_change(script, things))),
        6 => Change::Settle(fields(script, |script| settlement(script, things))),
        7 => Change::AddTag(things.value(script)),
        8 => Change::RemoveTag(things.value(script)),
        9 => Change::Delete,
        10 => Change::Noted(note(script, things)),
        11 | 12 => Change::Undo {
            device: things.device(script),
            first_seq: script.number(),
            kept: (0..script.below(3)).map(|_| things.entity(script)).collect(),
        },
        13 => Change::Acknowledged,
        14 | 15 => Change::Task(task_fact(script, things)),
        16 | 17 => Change::Order(order_fact(script, things)),
        _ => Change::Reservation(fact(script, things)),
    }
}

fn task_fact(script: &mut Script<'_>, things: &Things) -> TaskFact {
    match script.below(6) {
        0 => TaskFact::Decided {
            resident: (!script.rarely(4)).then(|| things.entity(script)),
        },
        1 => TaskFact::Assigned {
            to: maybe(script, things),
        },
        2 => TaskFact::Visited {
            resident: script.rarely(2).then(|| things.entity(script)),
            way: Way::ALL[script.below(Way::ALL.len())],
            outcome: VisitOutcome::ALL[script.below(VisitOutcome::ALL.len())],
            learnt: (0..script.below(3))
                .map(|_| (things.value(script), things.value(script)))
                .collect(),
            note: maybe(script, things),
        },
        3 => TaskFact::Returned {
            reason: things.value(script),
        },
        4 => TaskFact::TakenBack {
            reason: things.value(script),
            cause: Cause::ALL[script.below(Cause::ALL.len())],
        },
        _ => TaskFact::GivenAgain {
            reason: things.value(script),
        },
    }
}

fn order_fact(script: &mut Script<'_>, things: &Things) -> OrderFact {
    let ways = [Some(Way::Phone), Some(Way::Door), None];
    match script.below(14) {
        0 => OrderFact::Signed,
        1 => OrderFact::Assigned {
            to: maybe(script, things),
        },
        2 => OrderFact::Contacted {
            way: ways[script.below(ways.len())],
            note: maybe(script, things),
        },
        3 => OrderFact::Found {
            facts: things.value(script),
            reasonable: [None, Some(true), Some(false)][script.below(3)],
        },
        4 => OrderFact::HelpAsked {
            unit: things.value(script),
            what: things.value(script),
        },
        5 => OrderFact::HelpGiven {
            unit: things.value(script),
            text: things.value(script),
        },
        6 => OrderFact::Replied {
            turn: script.below(4) as u32,
            result: OrderResult::ALL[script.below(OrderResult::ALL.len())],
            text: things.value(script),
            answer: script.rarely(4).then(|| things.entity(script)),
        },
        7 => OrderFact::Revisited {
            satisfaction: Satisfaction::ALL[script.below(Satisfaction::ALL.len())],
            words: maybe(script, things),
        },
        8 => OrderFact::Closed,
        9 => OrderFact::Returned {
            reason: things.value(script),
        },
        10 => OrderFact::Recalled {
            reason: things.value(script),
            cause: Cause::ALL[script.below(Cause::ALL.len())],
        },
        11 => OrderFact::Urged {
            reason: things.value(script),
        },
        12 => OrderFact::GivenAgain {
            reason: things.value(script),
        },
        _ => OrderFact::Rang { alarm: alarm(script) },
    }
}

fn alarm(script: &mut Script<'_>) -> Alarm {
    Alarm {
        at: Moment(script.number() as i64),
        clock: Clock::ALL[script.below(Clock::ALL.len())],
        mark: Mark::ALL[script.below(Mark::ALL.len())],
    }
}

fn fields<T>(
    script: &mut Script<'_>,
    mut value: impl FnMut(&mut Script<'_>) -> T,
) -> std::collections::BTreeMap<Field, T> {
    let many = script.below(MOST + 1);
    (0..many)
        .map(|_| (FIELDS[script.below(FIELDS.len())], value(script)))
        .collect()
}

fn maybe(script: &mut Script<'_>, things: &Things) -> Option<String> {
    (!script.rarely(4)).then(|| things.value(script))
}

fn field_change(script: &mut Script<'_>, things: &Things) -> FieldChange {
    FieldChange {
        seen: maybe(script, things),
        to: maybe(script, things),
    }
}

fn settlement(script: &mut Script<'_>, things: &Things) -> Settlement {
    let decided = (0..script.below(3)).map(|_| maybe(script, things)).collect();
    Settlement {
        change: field_change(script, things),
        decided,
    }
}

fn note(script: &mut Script<'_>, things: &Things) -> Note {
    match script.below(4) {
        0 => Note::Text(things.value(script)),
        1 => Note::Revealed,
        2 => Note::NumbersOnPaper {
            first: script.number() as u32,
            last: script.number() as u32,
            looked: script.rarely(2),
        },
        _ => Note::Exported {
            what: things.value(script),
            rows: script.number() as usize,
            to: maybe(script, things),
        },
    }
}

fn fact(script: &mut Script<'_>, things: &Things) -> ReservationFact {
    match script.below(11) {
        0 | 1 => ReservationFact::Reviewed {
            decision: if script.rarely(4) {
                Decision::Rejected
            } else {
                Decision::Passed
            },
            reason: maybe(script, things),
        },
        2 => ReservationFact::Notified {
            channel: *script.pick(&[&Channel::Phone, &Channel::Paper, &Channel::Sms, &Channel::Counter]),
            outcome: *script.pick(&[&Outcome::Reached, &Outcome::NoAnswer, &Outcome::OutOfService]),
            note: maybe(script, things),
        },
        3 => ReservationFact::SmsAsked,
        4 | 5 => ReservationFact::VoucherIssued {
            serial: script.number() as u32,
            quantity: script.number() as u32,
        },
        6 => ReservationFact::Collected,
        7 => ReservationFact::SteppedBack {
            to: Stage::ALL[script.below(Stage::ALL.len())],
            reason: things.value(script),
            voucher: (!script.rarely(4)).then(|| script.number() as u32),
            hand_outs: (!script.rarely(4)).then(|| vec![Moment(script.number() as i64)]),
        },
        8 => ReservationFact::DistrictHeld,
        9 => ReservationFact::LookedInto {
            device: DeviceId(Uuid::from_u128(u128::from(script.number()))),
            at: Moment(script.number() as i64),
            given: script.rarely(2),
        },
        _ => ReservationFact::DistrictDecided {
            granted: script.rarely(2),
        },
    }
}
