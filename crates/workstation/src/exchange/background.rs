//! Exchanging beside the counter: a thread of its own, on a connection of its own, as [`Schedule`] says.
//!
//! It ends with the opened data.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use linli_sync::Schedule;
use uuid::Uuid;

use super::line::Line;
use super::membership::Membership;
use super::once::{Tried, exchange_once, unreachable};
use crate::{Error, Workstation};

/// How often it is looked whether something was written (by any program on this data) or the network is back.
const LOOK: Duration = Duration::from_secs(1);

/// Starts the thread for opened data.
pub(crate) fn start(ws: &Arc<Workstation>) -> Result<(), Error> {
    let (weak, line) = (Arc::downgrade(ws), ws.line.clone());
    line.in_background();
    std::thread::Builder::new()
        .name("exchange".into())
        .spawn(move || run(&weak, &line))
        .map_err(|error| Error::System { what: "不能开始后台同步", reason: error.to_string() })?;
    Ok(())
}

fn run(weak: &Weak<Workstation>, line: &Line) {
    let mut watch = Watch { began: Instant::now(), schedule: Schedule::new(), version: 0, cut: false };
    let mut wait = Duration::ZERO;
    loop {
        let asked = line.wait(wait);
        let Some(ws) = weak.upgrade() else { return };
        // Trouble with this PC's data shows at the counter; here it only means another try.
        wait = watch.look(&ws, asked).unwrap_or(LOOK);
    }
}

struct Watch {
    began: Instant,
    schedule: Schedule,
    /// The data's version when it was last looked at.
    version: i64,
    /// The network was not there when it was last looked at.
    cut: bool,
}

impl Watch {
    /// Exchanges if it is time; gives how long to wait before looking again.
    fn look(&mut self, ws: &Workstation, asked: bool) -> Result<Duration, Error> {
        let (membership, version, waiting) = {
            let store = ws.store();
            let view = store.view();
            (Membership::of(view)?, view.version()?, view.waiting()?)
        };
        let Some(membership) = membership else { return Ok(LOOK) };
        let now = self.began.elapsed();
        if asked || self.network_is_back(&membership) {
            self.schedule.at_once(now);
        } else if version != self.version && waiting > 0 {
            self.schedule.changed(now);
        }
        self.version = version;
        if self.schedule.wait(now).is_zero() {
            self.exchange(ws);
        }
        Ok(self.schedule.wait(self.began.elapsed()).min(LOOK))
    }

    fn network_is_back(&mut self, membership: &Membership) -> bool {
        self.cut && membership.district().is_ok_and(|district| district.is_reachable())
    }

    fn exchange(&mut self, ws: &Workstation) {
        let tried = exchange_once(ws);
        self.cut = tried.as_ref().is_err_and(unreachable);
        let now = self.began.elapsed();
        match tried {
            Ok(Tried::Done(_) | Tried::Elsewhere | Tried::Alone) => self.schedule.succeeded(now),
            Err(_) => self.schedule.failed(now, chance()),
        }
    }
}

/// From 0 to 1.
fn chance() -> f64 {
    f64::from(Uuid::new_v4().as_fields().0) / f64::from(u32::MAX)
}
