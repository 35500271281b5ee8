//! Where the exchange stands: the pill, and the page behind it.

use linli_domain::refusal::Refusal;
use linli_store::View;

use super::conflicts;
use super::membership::Membership;
use super::once::{Outcome, Tried, exchange_once};
use super::shown::whose;
use super::words;
use crate::api::exchange::{DeviceRow, ExchangePage, ExchangePhase, ExchangeState, RejectedRow, RejectedSeen};
use crate::api::{Empty, Said};
use crate::{Error, Workstation, timeline};

/// Refused operations shown.
const REJECTED: usize = 200;
/// Under which key it is kept how far refused operations were seen on this PC.
const SEEN: &str = "rejected_seen";

/// For the pill.
pub(crate) fn exchange_state(ws: &Workstation, _: Empty) -> Result<ExchangeState, Error> {
    let running = ws.line.running();
    let store = ws.store();
    let view = store.view();
    let membership = Membership::of(view)?;
    let outcome = Outcome::of(view)?;
    let waiting = view.waiting()?;
    let phase = match () {
        () if membership.is_none() => ExchangePhase::Alone,
        () if running.is_some() => ExchangePhase::Running,
        () if outcome.problem.is_some() && outcome.offline => ExchangePhase::Offline,
        () if outcome.problem.is_some() => ExchangePhase::Trouble,
        () if waiting > 0 || outcome.last_success.is_none() => ExchangePhase::Waiting,
        () => ExchangePhase::Synced,
    };
    Ok(ExchangeState {
        phase,
        waiting: if membership.is_some() { waiting } else { 0 },
        district: membership.map(|membership| membership.district),
        conflicts: conflicts::count(view)?,
        rejected: view.rejected_after(seen(view)?)?,
        unread: view.unread()?,
        registrations: outcome.registrations,
        last_success: outcome.last_success.map(|at| at.text()),
        problem: outcome.problem,
        cut_off: outcome.cut_off,
        clock_off: outcome.clock_off,
        progress: running.flatten(),
    })
}

/// For the page.
pub(crate) fn exchange_page(ws: &Workstation, _: Empty) -> Result<ExchangePage, Error> {
    let state = exchange_state(ws, Empty {})?;
    let bytes = std::fs::metadata(ws.folder.database()).map_or(0, |file| file.len());
    let store = ws.store();
    let view = store.view();
    let own = view.own_device()?;
    let (own, others): (Vec<_>, Vec<_>) = view.devices()?.into_iter().partition(|device| device.id == own);
    let district = view.district_device()?.map(|district| district.id);
    let mut devices: Vec<_> = others
        .into_iter()
        .map(|device| {
            let row = DeviceRow {
                id: device.id.0.to_string(),
                name: device.name,
                letter: device.letter,
            };
            (district != Some(device.id), row)
        })
        .collect();
    devices.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.letter.cmp(&other.letter)));
    Ok(ExchangePage {
        state,
        url: Membership::of(view)?.map(|membership| membership.url),
        device_name: own.into_iter().next().map(|device| device.name).unwrap_or_default(),
        devices: devices.into_iter().map(|(_, row)| row).collect(),
        rejected: rejected(view)?,
        received: view.received_up_to()?,
        bytes,
    })
}

/// The sequence number up to which refused operations were seen.
fn seen(view: View<'_>) -> Result<u64, Error> {
    Ok(view.setting(SEEN)?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Somebody has read why operations were refused: the pill no longer counts them.
pub(crate) fn rejected_seen(ws: &Workstation, request: RejectedSeen) -> Result<ExchangeState, Error> {
    {
        let store = ws.store();
        let up_to = request.up_to.max(seen(store.view())?);
        store.set_setting(SEEN, &up_to.to_string())?;
    }
    exchange_state(ws, Empty {})
}

fn rejected(view: View<'_>) -> Result<Vec<RejectedRow>, Error> {
    let seen = seen(view)?;
    let rows = view.rejected(REJECTED)?.into_iter().map(|rejected| {
        let (reason, advice) = words::rule(&rejected.rule);
        let whose = rejected
            .kind
            .map(|kind| whose(view, kind, rejected.entity))
            .transpose()?;
        let action = timeline::Line::Did {
            action: rejected.action,
        };
        Ok(RejectedRow {
            seq: rejected.seq,
            seen: rejected.seq <= seen,
            batch: rejected.batch,
            at: rejected.at.text(),
            actor: rejected.actor,
            what: action.said(),
            whose,
            reason,
            advice,
        })
    });
    rows.collect()
}

/// Exchanges now: the background thread where there is one, else here. What goes wrong stands in the state.
pub(crate) fn exchange_now(ws: &Workstation, _: Empty) -> Result<ExchangeState, Error> {
    if ws.line.is_in_background() {
        ws.line.ask();
    } else if let Tried::Alone = exchange_once(ws)? {
        return Err(Refusal::NotJoined.into());
    }
    exchange_state(ws, Empty {})
}
