//! A second opinion on conflicts, worked out from an entity's log without the fold that is tested.
//!
//! For each field, walk the live operations in order. A set whose author saw another value than the one before it, which
//! another PC had set, overwrites that value unseen: from then on the value must be held, waiting in a conflict, or have
//! been decided on by a person.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Change, DeviceId, EntityId};
use linli_domain::record::Field;
use linli_store::View;

use crate::Broken;

type Value = Option<String>;

/// What one field went through.
#[derive(Default)]
struct Course {
    holds: Value,
    setter: Option<DeviceId>,
    unseen: BTreeSet<Value>,
}

/// Checks one resident.
pub(crate) fn check(view: View<'_>, entity: EntityId) -> Result<(), Broken> {
    let said = |error: linli_store::Error| Broken::error("reading a log", &error);
    let mut fields: BTreeMap<Field, Course> = BTreeMap::new();
    for logged in view.changes_of(entity).map_err(said)? {
        if logged.withdrawn || logged.rejected.is_some() {
            continue;
        }
        match &logged.change {
            Some(Change::Create(values)) => values.iter().for_each(|(field, value)| {
                let known = fields.entry(*field).or_default();
                if known.setter.is_none() {
                    (known.holds, known.setter) = (Some(value.clone()), Some(logged.device));
                }
            }),
            Some(Change::Set(changes)) => changes.iter().for_each(|(field, change)| {
                let known = fields.entry(*field).or_default();
                let missed = known.holds != change.seen && known.holds != change.to;
                if missed && known.setter.is_some_and(|setter| setter != logged.device) {
                    known.unseen.insert(known.holds.clone());
                }
                (known.holds, known.setter) = (change.to.clone(), Some(logged.device));
            }),
            Some(Change::Settle(settled)) => settled.iter().for_each(|(field, settlement)| {
                let known = fields.entry(*field).or_default();
                known.unseen.retain(|value| !settlement.decided.contains(value));
                let change = &settlement.change;
                let missed = known.holds != change.seen && known.holds != change.to;
                if missed && known.setter.is_some_and(|setter| setter != logged.device) {
                    known.unseen.insert(known.holds.clone());
                }
                (known.holds, known.setter) = (change.to.clone(), Some(logged.device));
            }),
            _ => {}
        }
    }
    // Fields of a newer program: its operations are kept, and what they overwrite is for it to tell.
    fields.remove(&Field::Unknown);
    let waiting: BTreeSet<(Field, Value)> = view
        .conflicts()
        .map_err(said)?
        .into_iter()
        .filter(|conflict| conflict.entity == entity)
        .flat_map(|conflict| conflict.lost.into_iter().map(move |value| (conflict.field, value)))
        .collect();
    for (field, known) in fields {
        let lost = known
            .unseen
            .into_iter()
            .find(|value| !waiting.contains(&(field, value.clone())));
        if let Some(lost) = lost {
            return Err(Broken::promise(
                "an overwritten value is nowhere",
                format!("{field:?} {lost:?} of {entity}"),
            ));
        }
    }
    Ok(())
}
