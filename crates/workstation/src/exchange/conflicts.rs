//! The inbox of conflicts: fields that two PCs set to different values, and deciding on them.

use std::collections::BTreeMap;

use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange, Note, Settlement};
use linli_domain::record::Field;
use linli_domain::round::RoundDefinition;
use linli_store::{Conflict, Draft, LoggedChange, View};
use sha2::{Digest, Sha256};

use crate::api::Done;
use crate::api::exchange::{ConflictDecide, ConflictList, ConflictListRequest, ConflictRow, ConflictValue};
use crate::roster::slice;
use crate::workstation::done;
use crate::{Error, Workstation, timeline};

/// Hex digits of the values' hash in a key: enough to notice a change.
const SEEN_DIGITS: usize = 16;

/// What waits for a decision.
pub(crate) fn conflict_list(ws: &Workstation, request: ConflictListRequest) -> Result<ConflictList, Error> {
    let (total, shown) = {
        let store = ws.store();
        let conflicts = store.view().conflicts()?;
        (conflicts.len(), slice(&conflicts, request.page).to_vec())
    };
    if request.clear && !shown.is_empty() {
        let shown: BTreeMap<EntityId, EntityKind> =
            shown.iter().map(|conflict| (conflict.entity, conflict.kind)).collect();
        ws.write(Action::Revealed, |_| {
            let draft = |(entity, kind)| Draft { kind, entity, change: Change::Noted(Note::Revealed) };
            Ok(shown.into_iter().map(draft).collect())
        })?;
    }
    let store = ws.store();
    let view = store.view();
    let rows = shown.iter().map(|conflict| row(view, conflict, request.clear)).collect::<Result<_, _>>()?;
    Ok(ConflictList { total, rows })
}

/// Decides. All decisions are one batch, and Ctrl+Z takes them back.
pub(crate) fn conflict_decide(ws: &Workstation, request: ConflictDecide) -> Result<Done, Error> {
    let written = ws.write(Action::ConflictsSettled, |view| {
        let conflicts: BTreeMap<String, Conflict> =
            view.conflicts()?.into_iter().map(|conflict| (key(&conflict), conflict)).collect();
        let mut drafts = Vec::new();
        for decision in &request.decisions {
            let conflict = conflicts
                .get(&decision.key)
                .ok_or_else(|| Error::NotNow("这一处刚刚又有改动，或已经裁定，请重新查看".into()))?;
            let to = values(conflict)
                .nth(decision.choose)
                .cloned()
                .ok_or(Error::Invalid { field: "选择", reason: "没有这个值".into() })?;
            let change = FieldChange { seen: conflict.holds.clone(), to };
            let settlement = Settlement { change, decided: conflict.lost.clone() };
            let change = Change::Settle(BTreeMap::from([(conflict.field, settlement)]));
            drafts.push(Draft { kind: conflict.kind, entity: conflict.entity, change });
        }
        Ok(drafts)
    })?;
    Ok(done(written))
}

/// The value that holds, then those it overwrote.
fn values(conflict: &Conflict) -> impl Iterator<Item = &Option<String>> {
    std::iter::once(&conflict.holds).chain(&conflict.lost)
}

/// Names the field and what was seen of it.
fn key(conflict: &Conflict) -> String {
    let seen: Vec<&Option<String>> = values(conflict).collect();
    let mut hash = Sha256::new();
    hash.update(serde_json::to_vec(&(conflict.entity, conflict.field, seen)).unwrap_or_default());
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    digits.chars().take(SEEN_DIGITS).collect()
}

fn row(view: View<'_>, conflict: &Conflict, clear: bool) -> Result<ConflictRow, Error> {
    let log = view.changes_of(conflict.entity)?;
    let values = values(conflict)
        .map(|value| {
            let set = log.iter().rev().find(|logged| logged.counts() && sets(logged, conflict.field, value));
            let shown = value.as_deref().map(|value| words(view, conflict.field, value, clear)).transpose()?;
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
        key: key(conflict),
        kind: serde_json::to_value(conflict.kind)
            .ok()
            .and_then(|kind| Some(kind.as_str()?.to_owned()))
            .unwrap_or_default(),
        entity: conflict.entity.to_string(),
        what: what(view, conflict.kind, conflict.entity)?,
        field: label(conflict.field).to_owned(),
        values,
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

fn label(field: Field) -> &'static str {
    match field {
        Field::Household => "住址",
        Field::MergedInto => "合并到",
        Field::Definition => "轮次内容",
        Field::Resident => "匹配的居民",
        Field::Order => "排列顺序",
        other => timeline::field_label(other).unwrap_or("其他"),
    }
}

/// A value as a clerk reads it.
fn words(view: View<'_>, field: Field, value: &str, clear: bool) -> Result<String, Error> {
    Ok(match field {
        Field::Household => match value.parse().ok().map(|id| view.household(id)).transpose()?.flatten() {
            Some(home) => crate::roster::parts(&home).display(),
            None => "已不在的住址".into(),
        },
        Field::MergedInto | Field::Resident => {
            match value.parse().ok().map(|id| view.resident(id)).transpose()?.flatten() {
                Some(resident) => resident.name.unwrap_or_default(),
                None => "已不在的居民".into(),
            }
        }
        Field::Definition => match serde_json::from_str::<RoundDefinition>(value) {
            Ok(round) => format!("{}，名额 {}，{} 至 {}", round.title, round.quota, round.opens, round.closes),
            Err(_) => "读不懂的内容".into(),
        },
        _ if clear => value.to_owned(),
        _ => timeline::shown(field, value),
    })
}

/// Whose conflict it is.
pub(super) fn what(view: View<'_>, kind: EntityKind, entity: EntityId) -> Result<String, Error> {
    Ok(match kind {
        EntityKind::Resident => match view.resident(entity)? {
            Some(resident) => format!("居民 {}", resident.name.unwrap_or_default()),
            None => "居民".into(),
        },
        EntityKind::Household => match view.household(entity)? {
            Some(home) => format!("住户 {}", crate::roster::parts(&home).display()),
            None => "住户".into(),
        },
        EntityKind::Reservation => match view.reservation(entity)? {
            Some(reservation) => {
                let get = |field| reservation.state.get(field).unwrap_or_default();
                format!("预约 {} {}", get(Field::Number), get(Field::Name))
            }
            None => "预约".into(),
        },
        EntityKind::Round => match view.round(entity)? {
            Some(round) => round.definition.title,
            None => "轮次".into(),
        },
        EntityKind::Committee => "居委会信息".into(),
        EntityKind::Tag => "标签".into(),
        EntityKind::Batch => "撤销".into(),
        EntityKind::Lease | EntityKind::IssuingRight => "发号权".into(),
        EntityKind::Instruction => "上级要求".into(),
    })
}

/// How many fields are in conflict.
pub(super) fn count(view: View<'_>) -> Result<usize, Error> {
    Ok(view.conflicts()?.len())
}
