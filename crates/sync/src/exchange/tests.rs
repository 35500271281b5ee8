//! The exchange with a district that takes not everything, or is none.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use linli_domain::instruction::ContentHash;
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_protocol::{
    Denial, DeviceCard, EnrolRequest, Enrolled, LeaseRequest, Leased, Numbered, PARTS, PartVerdict, Pushed, ServerTime,
};
use linli_store::key::DatabaseKey;
use linli_store::{Author, Draft};
use uuid::Uuid;

use super::*;

const NOW: Moment = Moment(1_580_605_200_000);
const ROOMY: usize = 1 << 20;

fn id(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

struct Pc {
    store: Store,
    _folder: tempfile::TempDir,
}

impl Pc {
    fn new() -> Pc {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
        Pc { store, _folder: folder }
    }

    fn id(&self) -> DeviceId {
        self.store.own_device().unwrap().id
    }

    fn card(&self) -> DeviceCard {
        let own = self.store.own_device().unwrap();
        DeviceCard {
            id: own.id,
            name: "电脑".into(),
            letter: own.letter,
            verifying_key: own.verifying_key,
        }
    }

    fn write(&mut self, resident: u128) {
        let change: Change = created([(Field::Name, Some("甲".into()))]);
        let author = Author {
            actor: "董",
            at: NOW,
            action: Action::ResidentAdded,
            committee: id(1),
        };
        let draft = Draft {
            kind: EntityKind::Resident,
            entity: id(resident),
            change,
        };
        self.store.write::<Error>(&author, |_| Ok(vec![draft])).unwrap();
    }

    /// Takes in what waits on another PC, from a stick.
    fn carry(&mut self, from: &Pc) {
        let parts = from.store.view().all_waiting_parts(ROOMY).unwrap();
        self.store.receive_waiting(&[from.card()], &parts).unwrap();
    }

    fn exchange(&mut self, district: &Denying) -> Result<Exchanged, Error> {
        exchange(&mut self.store, district, NOW, &mut |_, _| ())
    }
}

/// A district that numbers everything but the parts of some PCs.
#[derive(Default)]
struct Denying {
    denied: BTreeMap<DeviceId, DenialCode>,
    /// Whether the PC that asks is itself revoked.
    stranger: bool,
    numbered: RefCell<Vec<Numbered>>,
    asked: Cell<usize>,
}

impl Denying {
    fn denies(device: DeviceId, code: DenialCode) -> Denying {
        Denying {
            denied: BTreeMap::from([(device, code)]),
            ..Denying::default()
        }
    }

    fn admit(&self) -> Result<(), Fault> {
        self.asked.set(self.asked.get() + 1);
        assert!(self.asked.get() < 100, "it goes round in circles");
        if self.stranger {
            Err(denied(DenialCode::Revoked))
        } else {
            Ok(())
        }
    }
}

fn denied(code: DenialCode) -> Fault {
    Fault::Denied(Denial {
        code,
        text: "no".into(),
        expected: None,
    })
}

impl District for Denying {
    fn push(&self, request: &PushRequest) -> Result<Pushed, Fault> {
        self.admit()?;
        let (mut verdicts, mut refused) = (Vec::new(), None);
        for part in &request.parts {
            let header = part.header().unwrap();
            if let Some(code) = self.denied.get(&header.device) {
                refused.get_or_insert(denied(*code));
                continue;
            }
            let mut numbered = self.numbered.borrow_mut();
            let number = numbered.len() as u64 + 1;
            numbered.push(Numbered {
                number,
                part: part.clone(),
                rejected: Vec::new(),
            });
            let (device, first_seq) = (header.device, header.first_seq);
            verdicts.push(PartVerdict {
                device,
                first_seq,
                number,
                duplicate: false,
                rejected: Vec::new(),
            });
        }
        match refused {
            Some(fault) if verdicts.is_empty() => Err(fault),
            _ => Ok(Pushed { verdicts }),
        }
    }

    fn pull(&self, request: &PullRequest) -> Result<Pulled, Fault> {
        self.admit()?;
        let numbered = self.numbered.borrow();
        let parts = numbered
            .iter()
            .skip(request.after as usize)
            .take(PARTS)
            .cloned()
            .collect();
        let last = numbered.len() as u64;
        Ok(Pulled {
            devices: Vec::new(),
            parts,
            last,
            digests: Vec::new(),
            wanted: Vec::new(),
            revoked: Vec::new(),
        })
    }

    fn time(&self) -> Result<ServerTime, Fault> {
        Ok(ServerTime { at: NOW })
    }

    fn lease(&self, _: &LeaseRequest) -> Result<Leased, Fault> {
        unreachable!("there is no round")
    }

    fn enrol(&self, _: &EnrolRequest) -> Result<Enrolled, Fault> {
        unreachable!("it has joined")
    }

    fn attachment(&self, _: ContentHash, _: u64) -> Result<Vec<u8>, Fault> {
        unreachable!("there is no instruction")
    }
}

#[test]
fn a_revoked_pcs_carried_work_holds_up_nothing_and_is_forgotten() {
    let (mut here, mut far) = (Pc::new(), Pc::new());
    (1..=70).for_each(|number| far.write(number));
    here.carry(&far);
    (101..=170).for_each(|number| here.write(number));
    let district = Denying::denies(far.id(), DenialCode::Revoked);
    let done = here.exchange(&district).unwrap();
    assert_eq!((done.pushed, done.refused, done.forgotten), (70, 0, 70));
    assert_eq!(here.store.view().waiting().unwrap(), 0);
    assert_eq!(here.store.view().received_up_to().unwrap(), 70);
    let there = |number| here.store.view().resident(id(number)).unwrap().is_some();
    assert_eq!((there(1), there(101)), (false, true));
}

#[test]
fn what_another_pc_cannot_hand_over_yet_waits_on_beside_the_rest() {
    let (mut here, mut far) = (Pc::new(), Pc::new());
    far.write(1);
    here.carry(&far);
    here.write(2);
    let mut district = Denying::denies(far.id(), DenialCode::Gap);
    let done = here.exchange(&district).unwrap();
    assert_eq!((done.pushed, done.refused, done.forgotten), (1, 1, 0));
    let done = here.exchange(&district).unwrap();
    assert_eq!(
        (done.pushed, done.refused),
        (0, 1),
        "nothing else waits, and it is no error"
    );
    district.denied.clear();
    assert_eq!(here.exchange(&district).unwrap().pushed, 1);
}

#[test]
fn a_pc_that_is_itself_revoked_forgets_nothing_it_carries() {
    let (mut here, mut far) = (Pc::new(), Pc::new());
    far.write(1);
    here.carry(&far);
    let cut_off = here
        .exchange(&Denying {
            stranger: true,
            ..Denying::default()
        })
        .unwrap_err();
    assert!(cut_off.is_cut_off());
    assert_eq!(here.store.view().waiting().unwrap(), 1);
    let own = Denying::denies(here.id(), DenialCode::Forked);
    here.write(2);
    assert_eq!(here.exchange(&own).unwrap().refused, 1, "what it carries is taken");
    assert!(
        here.exchange(&own).unwrap_err().is_cut_off(),
        "and then it hears of itself"
    );
}

/// Another server in the district's place.
struct Odd<'d>(&'d Denying, &'d dyn Fn(Pushed) -> Pushed, &'d dyn Fn(Pulled) -> Pulled);

impl District for Odd<'_> {
    fn push(&self, request: &PushRequest) -> Result<Pushed, Fault> {
        self.0.push(request).map(self.1)
    }

    fn pull(&self, request: &PullRequest) -> Result<Pulled, Fault> {
        self.0.pull(request).map(self.2)
    }

    fn time(&self) -> Result<ServerTime, Fault> {
        self.0.time()
    }

    fn lease(&self, request: &LeaseRequest) -> Result<Leased, Fault> {
        self.0.lease(request)
    }

    fn enrol(&self, request: &EnrolRequest) -> Result<Enrolled, Fault> {
        self.0.enrol(request)
    }

    fn attachment(&self, hash: ContentHash, from: u64) -> Result<Vec<u8>, Fault> {
        self.0.attachment(hash, from)
    }
}

#[test]
fn a_server_that_does_not_do_what_it_says_is_not_asked_for_ever() {
    let mut here = Pc::new();
    here.write(1);
    let district = Denying::default();
    here.exchange(&district).unwrap();
    let ask = |here: &mut Pc, district: &Odd<'_>| exchange(&mut here.store, district, NOW, &mut |_, _| ()).unwrap_err();
    let known = district.numbered.borrow().clone();
    let error = ask(
        &mut here,
        &Odd(&district, &|pushed| pushed, &|pulled| Pulled {
            parts: known.clone(),
            last: pulled.last + 1,
            ..pulled
        }),
    );
    assert!(matches!(error, Error::District(Fault::Unreadable(_))), "{error:?}");
    here.write(2);
    let others = |mut pushed: Pushed| {
        pushed.verdicts.iter_mut().for_each(|verdict| verdict.first_seq += 100);
        pushed
    };
    let error = ask(&mut here, &Odd(&Denying::default(), &others, &|pulled| pulled));
    assert!(matches!(error, Error::District(Fault::Unreadable(_))), "{error:?}");
}

#[test]
fn a_district_put_back_from_its_backup_is_told_from_a_bad_line() {
    let mut here = Pc::new();
    (1..=3).for_each(|number| here.write(number));
    let district = Denying::default();
    here.exchange(&district).unwrap();
    let behind = |error: Error| matches!(error, Error::Store(linli_store::Error::DistrictBehind));
    let restored = Denying::default();
    assert!(
        behind(here.exchange(&restored).unwrap_err()),
        "it has less than what came from it"
    );
    here.write(4);
    assert!(
        behind(here.exchange(&restored).unwrap_err()),
        "a number was given before"
    );
    let own = Denying::denies(here.id(), DenialCode::Gap);
    assert!(
        behind(here.exchange(&own).unwrap_err()),
        "what it had numbered is missing there"
    );
    assert_eq!(here.store.view().waiting().unwrap(), 1, "nothing is lost");
}
