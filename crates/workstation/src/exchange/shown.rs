//! What is shown of a conflict, and of what the district refused: whose it is, which field, and its values.

use linli_domain::operation::{EntityId, EntityKind};
use linli_domain::record::Field;
use linli_domain::round::RoundDefinition;
use linli_store::View;
use serde::Serialize;
use thiserror::Error;

use crate::api::{Catalogue, Said, Sentence};
use crate::{Error, timeline};

/// What is shown.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(super) enum Shown {
    #[error("居民 {name}")]
    Resident { name: String },
    #[error("居民")]
    ResidentGone,
    #[error("住户 {address}")]
    Household { address: String },
    #[error("住户")]
    HouseholdGone,
    #[error("预约 {number} {name}")]
    Reservation { number: String, name: String },
    #[error("预约")]
    ReservationGone,
    #[error("{title}")]
    Round { title: String },
    #[error("轮次")]
    RoundGone,
    #[error("居委会信息")]
    Committee,
    #[error("标签")]
    Tag,
    #[error("撤销")]
    Batch,
    #[error("发号权")]
    IssuingRight,
    #[error("上级要求")]
    Instruction,
    #[error("核查任务")]
    Task,
    #[error("工单")]
    Order,
    #[error("答复口径")]
    Answer,
    /// Which field differs.
    #[error("{}", .field.label())]
    Field { field: Field },
    /// That it is about hand-outs.
    #[error("同一凭证在两处领取")]
    HandedOutTwice,
    /// A value as it is.
    #[error("{value}")]
    Value { value: String },
    #[error("已不在的住址")]
    AddressGone,
    #[error("已不在的居民")]
    PersonGone,
    #[error("{title}，名额 {quota}，{opens} 至 {closes}")]
    Definition {
        title: String,
        quota: u32,
        opens: String,
        closes: String,
    },
    #[error("读不懂的内容")]
    Unreadable,
    #[error("两处都发了，是重复领取")]
    BothGave,
    #[error("只有先登记的一处发了")]
    FirstGave,
}

impl Said for Shown {
    const CATALOGUE: Catalogue = Catalogue::Conflicts;
}

/// Shown a record is.
pub(super) fn whose(view: View<'_>, kind: EntityKind, entity: EntityId) -> Result<Sentence, Error> {
    let shown = match kind {
        EntityKind::Resident => match view.resident(entity)? {
            Some(resident) => Shown::Resident {
                name: resident.name.unwrap_or_default(),
            },
            None => Shown::ResidentGone,
        },
        EntityKind::Household => match view.household(entity)? {
            Some(home) => Shown::Household {
                address: crate::roster::parts(&home).display(),
            },
            None => Shown::HouseholdGone,
        },
        EntityKind::Reservation => match view.reservation(entity)? {
            Some(reservation) => {
                let get = |field| reservation.state.get(field).unwrap_or_default().to_owned();
                let (number, name) = (get(Field::Number), get(Field::Name));
                Shown::Reservation { number, name }
            }
            None => Shown::ReservationGone,
        },
        EntityKind::Round => match view.round(entity)? {
            Some(round) => Shown::Round {
                title: round.definition.title,
            },
            None => Shown::RoundGone,
        },
        EntityKind::Committee => Shown::Committee,
        EntityKind::Tag => Shown::Tag,
        EntityKind::Batch => Shown::Batch,
        EntityKind::Lease | EntityKind::IssuingRight => Shown::IssuingRight,
        EntityKind::Instruction => Shown::Instruction,
        EntityKind::Task => Shown::Task,
        EntityKind::Order => Shown::Order,
        EntityKind::Answer => Shown::Answer,
    };
    Ok(shown.said())
}

/// A value as a clerk reads it.
pub(super) fn value(view: View<'_>, field: Field, value: &str, clear: bool) -> Result<Sentence, Error> {
    let id = value.parse().ok();
    let said = match field {
        Field::Household => match id.map(|id| view.household(id)).transpose()?.flatten() {
            Some(home) => Shown::Value {
                value: crate::roster::parts(&home).display(),
            },
            None => Shown::AddressGone,
        },
        Field::MergedInto | Field::Resident => match id.map(|id| view.resident(id)).transpose()?.flatten() {
            Some(resident) => Shown::Value {
                value: resident.name.unwrap_or_default(),
            },
            None => Shown::PersonGone,
        },
        Field::Definition => match serde_json::from_str::<RoundDefinition>(value) {
            Ok(round) => Shown::Definition {
                title: round.title,
                quota: round.quota,
                opens: round.opens.to_string(),
                closes: round.closes.to_string(),
            },
            Err(_) => Shown::Unreadable,
        },
        _ if clear => Shown::Value {
            value: value.to_owned(),
        },
        _ => Shown::Value {
            value: timeline::shown(field, value),
        },
    };
    Ok(said.said())
}
