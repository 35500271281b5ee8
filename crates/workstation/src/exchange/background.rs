//! Beside the counter: a thread of its own reads ahead what clerks open first, and then exchanges, on a connection of its
//! own, as [`Schedule`] says.
//!
//! It ends with the opened data.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use linli_sync::Schedule;
use uuid::Uuid;

use super::line::Line;
use super::membership::Membership;
use super::once::{Tried, exchange_once, unreachable};
use crate::named::Attempt;
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
        .map_err(|error| Error::system(Attempt::StartExchange, &error))?;
    Ok(())
}

fn run(weak: &Weak<Workstation>, line: &Line) {
    if let Some(ws) = weak.upgrade() {
        // Trouble shows where somebody asks for it.
        let _ = ws.look_ahead();
    }
    let began = Instant::now();
    let mut watch = Watch::new();
    let mut wait = Duration::ZERO;
    loop {
        let asked = line.wait(wait);
        let Some(ws) = weak.upgrade() else { return };
        // Trouble with this PC's data shows at the counter; here it only means another try.
        wait = watch.look(&ws, asked, &|| began.elapsed()).unwrap_or(LOOK);
    }
}

struct Watch {
    schedule: Schedule,
    /// The data's version when it was last looked at.
    version: i64,
    /// There was no way to the district when it was last tried: not even a connection.
    cut: bool,
}

impl Watch {
    fn new() -> Watch {
        Watch {
            schedule: Schedule::new(),
            version: 0,
            cut: false,
        }
    }

    /// Exchanges if it is time; gives how long to wait before looking again. `clock` tells the time since the start.
    fn look(&mut self, ws: &Workstation, asked: bool, clock: &dyn Fn() -> Duration) -> Result<Duration, Error> {
        let (membership, version, waiting) = {
            let store = ws.store();
            let view = store.view();
            (Membership::of(view)?, view.version()?, view.waiting()?)
        };
        let Some(membership) = membership else { return Ok(LOOK) };
        let now = clock();
        if asked || (self.cut && is_reachable(&membership)) {
            self.schedule.at_once(now);
        } else if version != self.version && waiting > 0 {
            self.schedule.changed(now);
        }
        self.version = version;
        if self.schedule.wait(now).is_zero() {
            self.exchange(ws, &membership, clock);
        }
        Ok(self.schedule.wait(clock()).min(LOOK))
    }

    fn exchange(&mut self, ws: &Workstation, membership: &Membership, clock: &dyn Fn() -> Duration) {
        let tried = exchange_once(ws);
        // Where a connection can be made all the same, it is not the network: the district is to be spared.
        self.cut = tried.as_ref().is_err_and(unreachable) && !is_reachable(membership);
        match tried {
            Ok(Tried::Done(_) | Tried::Elsewhere | Tried::Alone) => self.schedule.succeeded(clock()),
            Err(_) => self.schedule.failed(clock(), chance()),
        }
    }
}

fn is_reachable(membership: &Membership) -> bool {
    membership.district().is_ok_and(|district| district.is_reachable())
}

/// From 0 to 1.
fn chance() -> f64 {
    f64::from(Uuid::new_v4().as_fields().0) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use linli_domain::operation::EntityId;
    use serde_json::json;

    use super::*;
    use crate::{OsHost, Session, SessionOptions};

    /// A proxy whose server is away: it answers everything in this way, and counts what it is asked.
    fn proxy() -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                // Whoever only looks whether somebody is there says nothing.
                if matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                    count.fetch_add(1, Ordering::SeqCst);
                    let _ =
                        stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
                }
            }
        });
        (url, asked)
    }

    #[test]
    fn a_district_that_only_its_proxy_answers_for_is_asked_later_and_later() {
        let folder = tempfile::tempdir().unwrap();
        let (data, exports) = (folder.path().join("data"), folder.path().to_owned());
        let session = Session::new(SessionOptions {
            data,
            exports,
            host: Box::new(OsHost),
        });
        session
            .call(
                "setup_alone",
                json!({ "committee": "牡丹一居", "actor": "董敏", "password": "邻里密码-1" }),
            )
            .unwrap();
        let ws = session.opened().unwrap();
        let (url, asked) = proxy();
        let (token, district, name) = ("t".to_owned(), "区".to_owned(), "牡丹一居".to_owned());
        let committee = EntityId(ws.committee_id().0);
        Membership {
            url,
            authority: None,
            token,
            district,
            committee,
            name,
        }
        .save(&ws.store())
        .unwrap();
        let mut watch = Watch::new();
        for second in 0..60 {
            watch.look(&ws, false, &|| Duration::from_secs(second)).unwrap();
        }
        // The waits are at least half of 5, 10, 20 and 40 seconds.
        let asked = asked.load(Ordering::SeqCst);
        assert!((2..=6).contains(&asked), "{asked} times in a minute");
    }
}
