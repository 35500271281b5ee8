//! The first screen: what needs me now.

use std::collections::BTreeMap;

use linli_domain::item::Item as _;
use linli_domain::record::Field;
use linli_domain::time::Moment;
use serde::Serialize;
use thiserror::Error;

use crate::api::app::{DayCount, DueItem, Today};
use crate::api::rounds::RoundSummary;
use crate::api::{Catalogue, Empty, Said};
use crate::named::Thing;
use crate::workstation::id;
use crate::{Error, Workstation, backup, rounds, timeline};

/// Days of the registrations' chart.
const CHART_DAYS: usize = 14;
/// Recent actions shown.
const RECENT: usize = 12;

/// What a line says, behind how many there are.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Due {
    /// Orders without a reply.
    #[error("工单待答复")]
    ToReply,
    /// Instructions of the district.
    #[error("上级要求待签收")]
    ToAcknowledge,
    /// Tasks to be answered.
    #[error("核查任务待核查")]
    ToVerify,
    /// Reservations to be decided on.
    #[error("{round}：待审核")]
    ToReview { round: String },
    /// Reservations that passed.
    #[error("{round}：待通知")]
    ToNotify { round: String },
    /// Reservations that were told.
    #[error("{round}：已通知待领取")]
    ToCollect { round: String },
    /// Days since the last backup.
    #[error("天没有备份")]
    ToBackUp,
    /// Days without any.
    #[error("天了，还没有备份过")]
    NeverBackedUp,
}

impl Said for Due {
    const CATALOGUE: Catalogue = Catalogue::Today;
}

/// What needs me now, the running rounds, and what was done last.
pub(crate) fn today(ws: &Workstation, _: Empty) -> Result<Today, Error> {
    let (residents, households) = {
        let roster = ws.roster()?;
        (roster.people().count(), roster.households.len())
    };
    let all = rounds::round_list(ws, Empty {})?.rounds;
    let newest = all.first().map(|round| round.id.clone());
    let rounds: Vec<RoundSummary> = all
        .into_iter()
        .filter(|round| round.open || round.pending + round.to_notify + round.notified > 0)
        .collect();
    let registrations = match newest {
        Some(round) => registrations(ws, &round)?,
        None => Vec::new(),
    };
    let recent = timeline::Reader::new(ws, &ws.store())?.history_of_people(RECENT)?;
    let due = orders(ws)?
        .into_iter()
        .chain(instructions(ws)?)
        .chain(tasks(ws)?)
        .chain(due(&rounds))
        .chain(backup::due(ws)?)
        .collect();
    Ok(Today {
        due,
        rounds,
        residents,
        households,
        registrations,
        recent,
    })
}

/// Orders that are still to be replied to, by the clock that runs out next.
fn orders(ws: &Workstation) -> Result<Option<DueItem>, Error> {
    let count = ws.open_orders()?;
    if count == 0 {
        return Ok(None);
    }
    Ok(Some(DueItem {
        said: Due::ToReply.said(),
        round: None,
        count,
        due_at: ws.orders()?.soonest().map(Moment::text),
    }))
}

/// What the district sent and the clerk working now has not acknowledged.
fn instructions(ws: &Workstation) -> Result<Option<DueItem>, Error> {
    let store = ws.store();
    let count = store.view().to_acknowledge(&ws.settings_of(&store)?.actor)?;
    let item = DueItem {
        said: Due::ToAcknowledge.said(),
        round: None,
        count,
        due_at: None,
    };
    Ok(Some(item).filter(|item| item.count > 0))
}

/// Rows of the list of tasks that are to be worked on, by the soonest deadline.
fn tasks(ws: &Workstation) -> Result<Option<DueItem>, Error> {
    let count = ws.open_rows()?;
    if count == 0 {
        return Ok(None);
    }
    let view = ws.tasks()?;
    let deadline = view.open_rows().find_map(|row| view.task(row[0]).deadline());
    Ok(Some(DueItem {
        said: Due::ToVerify.said(),
        round: None,
        count,
        due_at: deadline.map(Moment::text),
    }))
}

fn due(rounds: &[RoundSummary]) -> Vec<DueItem> {
    let mut due: Vec<DueItem> = rounds
        .iter()
        .flat_map(|round| {
            let item = |due: fn(String) -> Due, count: usize, due_at: Option<&String>| DueItem {
                said: due(round.title.clone()).said(),
                round: Some(round.id.clone()),
                count,
                due_at: due_at.cloned(),
            };
            [
                item(|round| Due::ToReview { round }, round.pending, Some(&round.closes)),
                item(|round| Due::ToNotify { round }, round.to_notify, None),
                item(|round| Due::ToCollect { round }, round.notified, None),
            ]
        })
        .filter(|item| item.count > 0)
        .collect();
    due.sort_by(|a, b| {
        a.due_at
            .is_none()
            .cmp(&b.due_at.is_none())
            .then_with(|| a.due_at.cmp(&b.due_at))
    });
    due
}

fn registrations(ws: &Workstation, round: &str) -> Result<Vec<DayCount>, Error> {
    let view = ws.round(id(Thing::Round, round)?)?;
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    for reservation in view.reservations.iter() {
        if let Some(day) = reservation.state.get(Field::RegisteredAt).and_then(|at| at.get(..10)) {
            *days.entry(day.to_owned()).or_default() += 1;
        }
    }
    let skip = days.len().saturating_sub(CHART_DAYS);
    Ok(days
        .into_iter()
        .skip(skip)
        .map(|(day, count)| DayCount { day, count })
        .collect())
}
