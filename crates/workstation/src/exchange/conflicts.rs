//! The inbox of conflicts: fields that two PCs set to different values, vouchers that were handed out at two counters, and
//! deciding on them.

use std::collections::BTreeMap;

use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, FieldChange, Note, Settlement};
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_domain::reservation::{HandOut, Reservation, ReservationFact};
use linli_domain::time::Moment;
use linli_store::{Conflict, Draft, LoggedChange, ReservationState, View};
use sha2::{Digest, Sha256};

use super::shown::{self, Shown, whose};
use crate::api::exchange::{ConflictDecide, ConflictList, ConflictListRequest, ConflictRow, ConflictValue};
use crate::api::{Done, Said};
use crate::named::{FormField, Unfit};
use crate::queue::slice;
use crate::workstation::done;
use crate::{Error, Workstation};

/// Hex digits of the values' hash in a key: enough to notice a change.
const SEEN_DIGITS: usize = 16;

/// Something that waits for a decision.
#[derive(Clone)]
enum Open {
    /// A field with several values.
    Field(Conflict),
    /// A hand-out after another one.
    HandOut(Box<ReservationState>, HandOut),
}

/// What may be found of a hand-out after another one: that goods went over its counter too, or not. Either way they went over
/// the first one's, which is written down, too: elsewhere another one may be the first.
const FOUND: [(bool, Shown); 2] = [(true, Shown::BothGave), (false, Shown::FirstGave)];

/// Everything that waits, hand-outs first: somebody may still stand at the counter.
fn open(view: View<'_>) -> Result<Vec<Open>, Error> {
    let mut all = Vec::new();
    for reservation in view.reservations_to_look_into()? {
        let again: Vec<HandOut> = reservation.state.to_look_into().cloned().collect();
        all.extend(
            again
                .into_iter()
                .map(|again| Open::HandOut(Box::new(reservation.clone()), again)),
        );
    }
    all.extend(view.conflicts()?.into_iter().map(Open::Field));
    Ok(all)
}

/// What waits for a decision.
pub(crate) fn conflict_list(ws: &Workstation, request: ConflictListRequest) -> Result<ConflictList, Error> {
    let (total, shown) = {
        let store = ws.store();
        let all = open(store.view())?;
        (all.len(), slice(&all, request.page).to_vec())
    };
    let of_field = |open: &Open| match open {
        Open::Field(conflict) => Some((conflict.entity, conflict.kind)),
        Open::HandOut(..) => None,
    };
    let revealed: BTreeMap<EntityId, EntityKind> = shown.iter().filter_map(of_field).collect();
    if request.clear && !revealed.is_empty() {
        ws.write(Action::Revealed, |_| {
            let draft = |(entity, kind)| Draft {
                kind,
                entity,
                change: Change::Noted(Note::Revealed),
            };
            Ok(revealed.into_iter().map(draft).collect())
        })?;
    }
    let store = ws.store();
    let view = store.view();
    let rows = shown.iter().map(|open| match open {
        Open::Field(conflict) => row(view, conflict, request.clear),
        Open::HandOut(reservation, again) => hand_out_row(view, reservation, again),
    });
    Ok(ConflictList {
        total,
        rows: rows.collect::<Result<_, _>>()?,
    })
}

/// Decides. All decisions are one batch, and Ctrl+Z takes them back.
pub(crate) fn conflict_decide(ws: &Workstation, request: ConflictDecide) -> Result<Done, Error> {
    let written = ws.write(Action::ConflictsSettled, |view| {
        let all: BTreeMap<String, Open> = open(view)?.into_iter().map(|open| (key(&open), open)).collect();
        let mut decided = Vec::new();
        for decision in &request.decisions {
            let open = all.get(&decision.key).ok_or(Refusal::ConflictChanged)?;
            let drafts = decide(view, open, decision.choose)?
                .ok_or_else(|| Error::unfit(FormField::Choice, &Unfit::NoSuchValue))?;
            decided.extend(drafts);
        }
        Ok(decided)
    })?;
    Ok(done(written))
}

/// The operations that decide; `None` where there is no such choice.
fn decide(view: View<'_>, open: &Open, choose: usize) -> Result<Option<Vec<Draft>>, Error> {
    let draft = match open {
        Open::Field(conflict) => {
            let Some(to) = values(conflict).nth(choose).cloned() else {
                return Ok(None);
            };
            let change = FieldChange {
                seen: conflict.holds.clone(),
                to,
            };
            let settlement = Settlement {
                change,
                decided: conflict.lost.clone(),
            };
            let change = Change::Settle(BTreeMap::from([(conflict.field, settlement)]));
            vec![Draft {
                kind: conflict.kind,
                entity: conflict.entity,
                change,
            }]
        }
        Open::HandOut(reservation, again) => {
            let Some((given, _)) = FOUND.get(choose) else {
                return Ok(None);
            };
            let first = first_hand_out(view, reservation)?.map(|first| (first.device, first.at, true));
            let found = first.into_iter().chain([(again.device, again.at, *given)]);
            let fact = |(device, at, given)| ReservationFact::LookedInto { device, at, given };
            let draft = |fact| Draft::on::<Reservation>(reservation.id, fact);
            found.map(fact).map(draft).collect()
        }
    };
    Ok(Some(draft))
}

/// The hand-out that counts, as it stands in the log.
fn first_hand_out(view: View<'_>, reservation: &ReservationState) -> Result<Option<LoggedChange>, Error> {
    let handed_out = |logged: &LoggedChange| {
        logged.counts()
            && logged.change == Some(Change::Reservation(ReservationFact::Collected))
            && Some(logged.at) == reservation.state.collected
    };
    Ok(view.changes_of(reservation.id)?.into_iter().find(handed_out))
}

/// The value that holds, then those it overwrote.
fn values(conflict: &Conflict) -> impl Iterator<Item = &Option<String>> {
    std::iter::once(&conflict.holds).chain(&conflict.lost)
}

/// Names what waits, and what was seen of it.
fn key(open: &Open) -> String {
    let json = match open {
        Open::Field(conflict) => {
            serde_json::to_vec(&(conflict.entity, conflict.field, values(conflict).collect::<Vec<_>>()))
        }
        Open::HandOut(reservation, again) => serde_json::to_vec(&(reservation.id, again)),
    };
    let mut hash = Sha256::new();
    hash.update(json.unwrap_or_default());
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    digits.chars().take(SEEN_DIGITS).collect()
}

fn row(view: View<'_>, conflict: &Conflict, clear: bool) -> Result<ConflictRow, Error> {
    let log = view.changes_of(conflict.entity)?;
    let values = values(conflict)
        .map(|value| {
            let set = log
                .iter()
                .rev()
                .find(|logged| logged.counts() && sets(logged, conflict.field, value));
            let shown = value
                .as_deref()
                .map(|value| shown::value(view, conflict.field, value, clear))
                .transpose()?;
            Ok(ConflictValue {
                value: shown,
                by: set.map(|logged| logged.actor.clone()).unwrap_or_default(),
                at: set.map(|logged| logged.at.text()).unwrap_or_default(),
                device: match set {
                    Some(logged) => view.device_name(logged.device)?.unwrap_or_default(),
                    None => String::new(),
                },
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(ConflictRow {
        key: key(&Open::Field(conflict.clone())),
        kind: serde_json::to_value(conflict.kind)
            .ok()
            .and_then(|kind| Some(kind.as_str()?.to_owned()))
            .unwrap_or_default(),
        entity: conflict.entity.to_string(),
        what: whose(view, conflict.kind, conflict.entity)?,
        field: Shown::Field { field: conflict.field }.said(),
        values,
        hand_out: false,
    })
}

/// A voucher that was handed out at two counters: what may be found, with the hand-outs.
fn hand_out_row(view: View<'_>, reservation: &ReservationState, again: &HandOut) -> Result<ConflictRow, Error> {
    let first = first_hand_out(view, reservation)?;
    let name = |device: Option<DeviceId>| match device {
        Some(device) => Ok::<_, Error>(view.device_name(device)?.unwrap_or_default()),
        None => Ok(String::new()),
    };
    let value = |(_, found): (bool, Shown), by: &str, at: Option<Moment>, device| ConflictValue {
        value: Some(found.said()),
        by: by.to_owned(),
        at: at.map(|at| at.text()).unwrap_or_default(),
        device,
    };
    let [both, once] = FOUND;
    let first_by = first.as_ref().map(|logged| logged.actor.as_str()).unwrap_or_default();
    Ok(ConflictRow {
        key: key(&Open::HandOut(Box::new(reservation.clone()), again.clone())),
        kind: "reservation".into(),
        entity: reservation.id.to_string(),
        what: whose(view, EntityKind::Reservation, reservation.id)?,
        field: Shown::HandedOutTwice.said(),
        values: vec![
            value(both, &again.by, Some(again.at), name(Some(again.device))?),
            value(
                once,
                first_by,
                reservation.state.collected,
                name(first.as_ref().map(|logged| logged.device))?,
            ),
        ],
        hand_out: true,
    })
}

/// Whether an operation gave the field this value.
fn sets(logged: &LoggedChange, field: Field, value: &Option<String>) -> bool {
    match &logged.change {
        Some(Change::Create(fields)) => value.is_some() && fields.get(&field) == value.as_ref(),
        Some(Change::Set(changes)) => changes.get(&field).is_some_and(|change| change.to == *value),
        Some(Change::Settle(settled)) => settled.get(&field).is_some_and(|settled| settled.change.to == *value),
        _ => false,
    }
}

/// How much waits for a decision.
pub(super) fn count(view: View<'_>) -> Result<usize, Error> {
    Ok(open(view)?.len())
}
