//! The simulated network between a PC and the district: every message goes as the bytes it has on a real one; it may be
//! lost on the way there or back, arrive twice, or again much later, and the PC may lose its power in between.

use std::cell::RefCell;

use linli_district::committee::Caller;
use linli_district::{District, Error};
use linli_domain::instruction::ContentHash;
use linli_domain::time::Moment;
use linli_protocol::{
    Denial, DenialCode, EnrolRequest, Enrolled, LeaseRequest, Leased, PullRequest, Pulled, PushRequest, Pushed,
    ServerTime,
};
use linli_sample::random::Random;
use linli_sync::Fault;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::world::{Chance, fork};

/// Most pushes that are kept for a late delivery.
const LATE: usize = 20;

/// How bad the network of a run is, in thousandths per message.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Faults {
    lost: u32,
    unanswered: u32,
    twice: u32,
    late: u32,
}

impl Faults {
    /// Every other message is lost.
    pub(crate) fn bad() -> Faults {
        Faults {
            lost: 500,
            ..Faults::default()
        }
    }

    pub(crate) fn draw(random: &mut Random) -> Faults {
        Faults {
            lost: random.below(80),
            unanswered: random.below(80),
            twice: random.below(200),
            late: random.below(200),
        }
    }
}

/// One PC's way to the district, for one exchange.
pub(crate) struct Wire<'w> {
    pub(crate) district: &'w District,
    pub(crate) caller: Caller,
    pub(crate) now: Moment,
    pub(crate) faults: Faults,
    pub(crate) late: &'w RefCell<Vec<(Caller, PushRequest)>>,
    pub(crate) random: RefCell<Random>,
}

impl Wire<'_> {
    fn happens(&self, thousandths: u32) -> bool {
        self.random.borrow_mut().thousandth(thousandths)
    }

    fn carry<Q: Serialize + DeserializeOwned, A: Serialize + DeserializeOwned>(
        &self,
        request: &Q,
        serve: impl Fn(&Q) -> Result<A, Error>,
    ) -> Result<A, Fault> {
        if self.happens(self.faults.lost) {
            return Err(unreachable());
        }
        let request: Q = travelled(request)?;
        let mut answer = serve(&request);
        if self.happens(self.faults.twice) {
            answer = serve(&request);
        }
        if self.happens(self.faults.unanswered) {
            return Err(unreachable());
        }
        answer.map_err(fault).and_then(|answer| travelled(&answer))
    }

    fn chance(&self) -> Chance {
        Chance(fork(&mut self.random.borrow_mut()))
    }
}

fn unreachable() -> Fault {
    Fault::Unreachable("the message was lost".into())
}

fn fault(error: Error) -> Fault {
    match error {
        Error::Denied(denial) => Fault::Denied(denial),
        other => Fault::Denied(Denial {
            code: DenialCode::Unavailable,
            text: other.to_string(),
            expected: None,
        }),
    }
}

/// A message as it arrives: through the bytes it has on the way.
fn travelled<M: Serialize + DeserializeOwned>(message: &M) -> Result<M, Fault> {
    let bytes = serde_json::to_vec(message).map_err(|error| Fault::Unreadable(error.to_string().into()))?;
    serde_json::from_slice(&bytes).map_err(|error| Fault::Unreadable(error.to_string().into()))
}

impl linli_sync::District for Wire<'_> {
    fn enrol(&self, request: &EnrolRequest) -> Result<Enrolled, Fault> {
        self.carry(request, |request| {
            self.district.enrol(request, "sim", self.now, &mut self.chance())
        })
    }

    fn push(&self, request: &PushRequest) -> Result<Pushed, Fault> {
        if self.happens(self.faults.late) && self.late.borrow().len() < LATE {
            self.late.borrow_mut().push((self.caller, request.clone()));
        }
        self.carry(request, |request| self.district.push(self.caller, request, self.now))
    }

    fn pull(&self, request: &PullRequest) -> Result<Pulled, Fault> {
        self.carry(request, |request| self.district.pull(self.caller, *request))
    }

    fn lease(&self, request: &LeaseRequest) -> Result<Leased, Fault> {
        self.carry(request, |request| {
            self.district.lease(self.caller, request, self.now, &mut self.chance())
        })
    }

    fn attachment(&self, hash: ContentHash, from: u64) -> Result<Vec<u8>, Fault> {
        self.carry(&from, |from| self.district.attachment_piece(self.caller, hash, *from))
    }

    fn time(&self) -> Result<ServerTime, Fault> {
        self.carry(&(), |()| Ok(ServerTime { at: self.now }))
    }
}
