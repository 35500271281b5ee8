//! Alarms of orders: which ring at this PC now. That one rang is written down like any other work, so that it rings at no
//! other PC and never again, whatever a PC slept through, however often it was started and wherever its clock was put.
//!
//! The PC that worked on an order last rings at once; each other PC in use waits its turn behind it, counted from when it
//! noticed the alarm itself, and hears meanwhile, by the exchange, that it rang. So a PC that is switched off keeps no alarm
//! from ringing, and one that wakes up rings nothing that rang while it slept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change, DeviceId, EntityId};
use linli_domain::order::{Alarm, Order, OrderFact};
use linli_domain::time::Moment;
use linli_store::{Draft, View};

use super::list::title;
use crate::api::Empty;
use crate::api::orders::{OrderAlarm, OrderAlarms};
use crate::queue::one;
use crate::{Error, Workstation};

/// How long a PC waits for each that comes before it, and for what happened while it slept: PCs exchange every minute.
const STEP: TimeDelta = TimeDelta::minutes(3);
/// A PC that wrote nothing for so long is not in use.
const IN_USE: TimeDelta = TimeDelta::days(7);
/// Under which key it is kept when this PC noticed alarms that wait their turn.
const NOTICED: &str = "alarms_noticed";

/// An alarm of an order.
type Of = (EntityId, Alarm);

/// What rings at this PC now; it counts as rung from then on.
pub(crate) fn order_alarms(ws: &Workstation, _: Empty) -> Result<OrderAlarms, Error> {
    let now = ws.now();
    let noticed = noticed(ws)?;
    let (mut waiting, mut rings) = (BTreeMap::new(), Vec::new());
    for (of, turn) in ringing(ws, now, &noticed)? {
        match turn.rings_at <= now {
            true => rings.push(of),
            false => drop(waiting.insert(of, turn.noticed)),
        }
    }
    if waiting != noticed {
        let json = serde_json::to_string(&waiting.iter().collect::<Vec<_>>());
        let json = json.map_err(|error| Error::Internal(error.to_string()))?;
        ws.store().set_setting(NOTICED, &json)?;
    }
    rang(ws, rings, now)
}

/// When this PC noticed alarms that wait their turn.
fn noticed(ws: &Workstation) -> Result<BTreeMap<Of, Moment>, Error> {
    let json = ws.store().view().setting(NOTICED)?;
    // What another version wrote in another form begins to wait anew.
    let kept: Option<Vec<(Of, Moment)>> = json.and_then(|json| serde_json::from_str(&json).ok());
    Ok(kept.unwrap_or_default().into_iter().collect())
}

/// When an alarm rings at this PC.
struct Turn {
    noticed: Moment,
    rings_at: Moment,
}

/// The alarms that are to ring in the committee, each with when it is this PC's turn.
fn ringing(ws: &Workstation, now: Moment, noticed: &BTreeMap<Of, Moment>) -> Result<Vec<(Of, Turn)>, Error> {
    if ws.open_orders()? == 0 {
        return Ok(Vec::new());
    }
    let store = ws.store();
    let items = ws.order_shelf.now(store.view())?;
    let open = items.iter().filter(|one| one.state.stage().is_open());
    let all = open.flat_map(|one| one.state.ringing(now).into_iter().map(|alarm| (one.id, alarm)));
    let all: Vec<Of> = all.collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let office = Office::at(store.view(), now)?;
    let turn = |of: Of| {
        // A clock that was put back since begins to wait anew.
        let noticed = noticed.get(&of).copied().filter(|at| *at <= now).unwrap_or(now);
        let wait = office.wait(of, noticed)?;
        let rings_at = Moment(noticed.0.saturating_add(wait.num_milliseconds()));
        Ok((of, Turn { noticed, rings_at }))
    };
    all.into_iter().map(turn).collect()
}

/// The PCs of the committee that are in use.
struct Office<'v> {
    view: View<'v>,
    own: DeviceId,
    district: Option<DeviceId>,
    in_use: BTreeSet<DeviceId>,
}

impl<'v> Office<'v> {
    fn at(view: View<'v>, now: Moment) -> Result<Office<'v>, Error> {
        let own = view.own_device()?;
        let since = Moment(now.0.saturating_sub(IN_USE.num_milliseconds()));
        let mut in_use = view.devices_at_work(since)?;
        in_use.insert(own);
        Ok(Office {
            view,
            own,
            district: view.district_device()?.map(|device| device.id),
            in_use,
        })
    }

    /// How long this PC waits, from when it noticed an alarm. One that it noticed late may have rung elsewhere.
    fn wait(&self, (order, alarm): Of, noticed: Moment) -> Result<TimeDelta, Error> {
        if self.in_use.len() == 1 {
            return Ok(TimeDelta::zero());
        }
        let late = noticed.since(alarm.at) >= STEP;
        let before = self.before(order)? + usize::from(late);
        Ok(STEP * i32::try_from(before).unwrap_or(i32::MAX))
    }

    /// How many PCs' turn it is before this one's: that of the PC that worked on the order last, then the others by their ids.
    fn before(&self, order: EntityId) -> Result<usize, Error> {
        let last = self.worked_last(order)?.filter(|device| self.in_use.contains(device));
        if last == Some(self.own) {
            return Ok(0);
        }
        let others = self.in_use.iter().filter(|device| Some(**device) != last);
        let before = others.take_while(|device| **device != self.own).count();
        Ok(before + usize::from(last.is_some()))
    }

    fn worked_last(&self, order: EntityId) -> Result<Option<DeviceId>, Error> {
        let changes = self.view.changes_of(order)?;
        let work = changes.iter().rfind(|logged| {
            let works = match &logged.change {
                Some(Change::Order(OrderFact::Rang { .. }) | Change::Noted(_)) | None => false,
                Some(_) => true,
            };
            works && logged.counts() && Some(logged.device) != self.district
        });
        Ok(work.map(|logged| logged.device))
    }
}

/// Writes down that alarms rang, those that still are to; what there is to show of them.
fn rang(ws: &Workstation, rings: Vec<Of>, now: Moment) -> Result<OrderAlarms, Error> {
    let mut rang: Vec<(Alarm, OrderAlarm)> = Vec::new();
    if !rings.is_empty() {
        ws.write(Action::AlarmsRang, |view| {
            let mut drafts = Vec::new();
            for (id, alarm) in rings {
                let order = one::<Order>(view, id)?.state;
                if order.ringing(now).contains(&alarm) {
                    drafts.push(Draft::on::<Order>(id, OrderFact::Rang { alarm }));
                    rang.push((alarm, shown(id, &order, alarm)));
                }
            }
            Ok(drafts)
        })?;
    }
    rang.sort_by_key(|(alarm, _)| *alarm);
    Ok(OrderAlarms {
        alarms: rang.into_iter().map(|(_, shown)| shown).collect(),
    })
}

fn shown(id: EntityId, order: &Order, alarm: Alarm) -> OrderAlarm {
    OrderAlarm {
        id: id.to_string(),
        at: alarm.at.text(),
        clock: alarm.clock,
        mark: alarm.mark,
        due: order.due(alarm.clock).text(),
        urgency: order.urgency(),
        title: title(order),
    }
}
