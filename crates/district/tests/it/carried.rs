//! A PC that carries another one's work to the district, over its real exchange, when the district takes it no more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use linli_district::District;
use linli_district::committee::Caller;
use linli_district::storage::Sqlite;
use linli_domain::instruction::ContentHash;
use linli_domain::operation::{Action, EntityKind, Hash};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::round::RoundKey;
use linli_protocol::{
    EnrolRequest, Enrolled, LeaseRequest, Leased, PullRequest, Pulled, PushRequest, Pushed, ServerTime,
};
use linli_store::Draft;
use linli_sync::{Exchanged, Fault, exchange};

use crate::office::{ByHand, Counting, NOW, Pc, committee, district, id, issued, passed, registered, round_file, wire};

/// Room in a message for everything a test writes.
const ROOMY: usize = 1 << 22;

/// A PC's way to the district.
struct Line<'d>(&'d District, Caller);

fn said<T>(answer: Result<T, linli_district::Error>) -> Result<T, Fault> {
    answer.map_err(|error| match error {
        linli_district::Error::Denied(denial) => Fault::Denied(denial),
        other => Fault::Unreadable(other.to_string().into()),
    })
}

impl linli_sync::District for Line<'_> {
    fn enrol(&self, _: &EnrolRequest) -> Result<Enrolled, Fault> {
        unreachable!("it has joined")
    }
    fn push(&self, request: &PushRequest) -> Result<Pushed, Fault> {
        said(self.0.push(self.1, request, NOW))
    }
    fn pull(&self, request: &PullRequest) -> Result<Pulled, Fault> {
        said(self.0.pull(self.1, *request))
    }
    fn lease(&self, request: &LeaseRequest) -> Result<Leased, Fault> {
        static ASKED: AtomicU64 = AtomicU64::new(900);
        said(self.0.lease(
            self.1,
            request,
            NOW,
            &mut Counting(ASKED.fetch_add(1, Ordering::Relaxed)),
        ))
    }
    fn attachment(&self, _: ContentHash, _: u64) -> Result<Vec<u8>, Fault> {
        unreachable!("there is no instruction")
    }
    fn time(&self) -> Result<ServerTime, Fault> {
        Ok(ServerTime { at: NOW })
    }
}

/// A PC's real exchange with the district.
pub(crate) fn exchanged(pc: &mut Pc, district: &District) -> Exchanged {
    let line = Line(district, pc.caller(district));
    exchange(&mut pc.store, &line, NOW, &mut |_, _| ()).unwrap()
}

fn born(number: u128) -> Draft {
    let change = created([(Field::Name, Some("甲".into())), (Field::Area, Some("1号".into()))]);
    Draft {
        kind: EntityKind::Resident,
        entity: id(number),
        change,
    }
}

#[test]
fn work_of_a_pc_that_was_revoked_does_not_stop_the_one_that_carries_it() {
    let district = district(Arc::new(Sqlite::in_memory().unwrap()));
    let (mut far, mut here) = (Pc::of(&district, 1), Pc::of(&district, 1));
    let round = district
        .open_round(&round_file(RoundKey::Household, 50), NOW, &mut Counting(40))
        .unwrap()
        .round;
    far.write(Action::ResidentAdded, vec![born(1)]);
    let carried = far.store.view().all_waiting_parts(ROOMY).unwrap();
    here.store.receive_waiting(&[], &carried).unwrap();
    let device = far.store.own_device().unwrap().id;
    district
        .revoke(committee(&district, 1).id, device, NOW, &mut Counting(41))
        .unwrap();
    let done = exchanged(&mut here, &district);
    assert_eq!((done.forgotten, done.refused, done.differs), (1, 0, false));
    assert!(
        here.store.view().round(round).unwrap().is_some(),
        "what came meanwhile is here"
    );
    assert_eq!(here.leases(round).len(), 1, "and it asked for numbers");
    assert!(here.agrees(&district));
    assert_eq!(exchanged(&mut here, &district), Exchanged::default(), "all is done");
}

#[test]
fn work_of_a_pc_that_was_put_back_since_gives_way_to_what_it_did_then() {
    let district = district(Arc::new(Sqlite::in_memory().unwrap()));
    let mut far = ByHand::of(&district, 1);
    let mut here = Pc::of(&district, 1);
    let carried = far.append(vec![wire(born(1))]);
    here.store.receive_waiting(&[], &[carried]).unwrap();
    (far.seq, far.tail) = (0, Hash::ZERO);
    assert!(far.push(&district, None, vec![wire(born(2)), wire(born(3))]).is_empty());
    let done = exchanged(&mut here, &district);
    assert_eq!((done.refused, done.differs), (0, false));
    let there = |number| here.store.view().resident(id(number)).unwrap().is_some();
    assert_eq!([1, 2, 3].map(there), [false, true, true]);
    assert!(here.agrees(&district));
}

#[test]
fn a_voucher_for_somebody_who_is_forgotten_keeps_its_number() {
    let district = district(Arc::new(Sqlite::in_memory().unwrap()));
    let (mut far, mut here) = (Pc::of(&district, 1), Pc::of(&district, 1));
    let round = district
        .open_round(&round_file(RoundKey::Household, 50), NOW, &mut Counting(40))
        .unwrap()
        .round;
    here.lease(&district, round, 20, &["1号"]);
    far.exchange(&district);
    far.write(
        Action::ReservationRegistered,
        vec![registered(1, round, "1号", "101", "x"), passed(1)],
    );
    let carried = far.store.view().all_waiting_parts(ROOMY).unwrap();
    here.store.receive_waiting(&[], &carried).unwrap();
    here.write(Action::VouchersIssued, vec![issued(1, 1)]);
    let device = far.store.own_device().unwrap().id;
    district
        .revoke(committee(&district, 1).id, device, NOW, &mut Counting(41))
        .unwrap();
    exchanged(&mut here, &district);
    let view = here.store.view();
    assert!(view.reservation(id(1)).unwrap().is_none());
    assert!(
        view.used_serials(round).unwrap().contains(&1),
        "its paper is in somebody's hands"
    );
    assert!(view.is_refused_serial(round, 1).unwrap());
}
