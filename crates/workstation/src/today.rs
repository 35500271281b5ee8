//! The first screen: what needs me now.

use std::collections::BTreeMap;

use linli_domain::record::Field;

use crate::api::Empty;
use crate::api::app::{DayCount, DueItem, Today};
use crate::api::rounds::RoundSummary;
use crate::workstation::id;
use crate::{Error, Workstation, backup, rounds, timeline};

/// Days of the registrations' chart.
const CHART_DAYS: usize = 14;
/// Recent actions shown.
const RECENT: usize = 12;

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
    let due = instructions(ws)?
        .into_iter()
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

/// What the district sent and the clerk working now has not acknowledged.
fn instructions(ws: &Workstation) -> Result<Option<DueItem>, Error> {
    let store = ws.store();
    let count = store.view().to_acknowledge(&ws.settings_of(&store)?.actor)?;
    let text = "上级要求待签收".to_owned();
    let item = DueItem {
        kind: "to_acknowledge".to_owned(),
        round: None,
        text,
        count,
        due_at: None,
    };
    Ok(Some(item).filter(|item| item.count > 0))
}

fn due(rounds: &[RoundSummary]) -> Vec<DueItem> {
    let mut due: Vec<DueItem> = rounds
        .iter()
        .flat_map(|round| {
            let item = |kind: &str, count: usize, text: &str, due_at: Option<&String>| DueItem {
                kind: kind.to_owned(),
                round: Some(round.id.clone()),
                text: format!("{}：{text}", round.title),
                count,
                due_at: due_at.cloned(),
            };
            [
                item("to_review", round.pending, "待审核", Some(&round.closes)),
                item("to_notify", round.to_notify, "待通知", None),
                item("to_collect", round.notified, "已通知待领取", None),
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
    let view = ws.round(id("轮次", round)?)?;
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    for reservation in &view.reservations {
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
