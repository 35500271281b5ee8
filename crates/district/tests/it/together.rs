//! Two servers on one database, each with connections of its own, at the same moment: what is given once is given once.

use std::collections::BTreeSet;
use std::sync::{Barrier, Mutex};

use linli_district::form::{Answer, Form};
use linli_district::sms::{Delivery, Gateway, Message, Template};
use linli_district::{District, Error};
use linli_domain::operation::Action;
use linli_domain::record::Field;
use linli_domain::reservation::{Hold, ReservationFact, created};
use linli_domain::round::RoundKey;
use linli_protocol::PullRequest;
use linli_store::Draft;

use crate::databases::{self, Database};
use crate::office::{ByHand, Counting, NOW, Pc, committee, district, fact, id, opened, passed, registered, round_file};

/// How often each of two goes.
const TURNS: u128 = 12;

/// Two districts that are one: the second one finds everything there.
pub(crate) fn two(database: &Database) -> [District; 2] {
    [district(database.storage.clone()), district(database.beside())]
}

/// Runs the same on both servers, beginning together; gives what came of each.
pub(crate) fn at_once<T: Send>(districts: &[District; 2], work: impl Fn(&District, usize) -> T + Sync) -> Vec<T> {
    let together = Barrier::new(districts.len());
    std::thread::scope(|scope| {
        let begun: Vec<_> = districts
            .iter()
            .enumerate()
            .map(|(place, district)| {
                let (together, work) = (&together, &work);
                scope.spawn(move || {
                    together.wait();
                    work(district, place)
                })
            })
            .collect();
        begun.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn pcs_that_push_through_two_servers_get_one_order() {
    for database in databases::each() {
        let districts = two(&database);
        let pcs = [(); 2].map(|()| Mutex::new(Pc::of(&districts[0], 1)));
        at_once(&districts, |district, place| {
            let mut pc = pcs[place].lock().unwrap();
            for turn in 1..=TURNS {
                let number = 1_000 * place as u128 + turn;
                let change = created([(Field::Name, Some(format!("张{number}")))]);
                let kind = linli_domain::operation::EntityKind::Resident;
                pc.write(
                    Action::ResidentAdded,
                    vec![Draft {
                        kind,
                        entity: id(number),
                        change,
                    }],
                );
                pc.exchange(district);
            }
        });
        let [mut one, mut two] = pcs.map(|pc| pc.into_inner().unwrap());
        one.exchange(&districts[1]);
        two.exchange(&districts[0]);
        assert!(
            one.agrees(&districts[0]) && two.agrees(&districts[1]),
            "{}",
            database.name
        );
        let last = districts[0]
            .pull(one.caller(&districts[0]), PullRequest { after: 0 })
            .unwrap()
            .last;
        assert_eq!(
            last,
            1 + 2 * TURNS as u64,
            "{}: the committee's beginning and each part once",
            database.name
        );
    }
}

#[test]
fn numbers_and_rights_are_leased_once() {
    for database in databases::each() {
        let districts = two(&database);
        let round = opened(&districts[0], RoundKey::Household, 50);
        let pcs = [(); 2].map(|()| Mutex::new(Pc::of(&districts[0], 1)));
        let held = at_once(&districts, |district, place| {
            let mut pc = pcs[place].lock().unwrap();
            let first = pc.lease(district, round, 7, &["1号"]).held;
            (0..TURNS).for_each(|_| drop(pc.lease(district, round, 7, &[])));
            first
        });
        assert_eq!(
            held.iter().flatten().count(),
            1,
            "{}: one has the right, one waits for it",
            database.name
        );
        let mut seen = BTreeSet::new();
        for pc in pcs {
            let mut pc = pc.into_inner().unwrap();
            for (first, last) in pc.leases(round) {
                assert!(
                    (first..=last).all(|serial| seen.insert(serial)),
                    "{}: twice",
                    database.name
                );
            }
            pc.exchange(&districts[0]);
            assert!(pc.agrees(&districts[1]), "{}", database.name);
        }
        assert_eq!(seen, (1..=50).collect(), "{}: all there are and no more", database.name);
    }
}

#[test]
fn a_round_opened_twice_at_once_is_one() {
    for database in databases::each() {
        let districts = two(&database);
        for turn in 1..=TURNS as u32 {
            let mut file = round_file(RoundKey::Household, 50);
            file.definition.number = turn;
            let opened = at_once(&districts, |district, place| {
                let random = &mut Counting(1_000 * u64::from(turn) + place as u64);
                district.open_round(&file, NOW, random).unwrap()
            });
            assert_eq!(opened[0].round, opened[1].round, "{}", database.name);
            assert_eq!(
                opened[0].opened + opened[1].opened,
                3,
                "{}: once in each committee",
                database.name
            );
        }
        let numbers: Vec<u64> = districts[1]
            .rounds()
            .unwrap()
            .iter()
            .map(|round| round.number)
            .collect();
        assert_eq!(numbers, (1..=TURNS as u64).collect::<Vec<_>>(), "{}", database.name);
    }
}

#[test]
fn a_code_lets_one_pc_in() {
    for database in databases::each() {
        let districts = two(&database);
        let first = committee(&districts[0], 1).id;
        for turn in 0..TURNS as u64 {
            let code = districts[0].enrol_code(first, NOW, &mut Counting(turn)).unwrap();
            let joined = at_once(&districts, |district, place| {
                let seed = 10 + 2 * turn + place as u64;
                let request = ByHand::called("前台", seed, NOW).request(&code);
                district.enrol(&request, &seed.to_string(), NOW, &mut Counting(1_000 + seed))
            });
            assert_eq!(
                joined.iter().filter(|joined| joined.is_ok()).count(),
                1,
                "{}: {joined:?}",
                database.name
            );
        }
        let devices = districts[1].devices(first).unwrap();
        let letters: BTreeSet<&str> = devices.iter().map(|device| device.letter.as_str()).collect();
        assert_eq!(
            (devices.len(), letters.len()),
            (TURNS as usize, TURNS as usize),
            "{}",
            database.name
        );
    }
}

#[test]
fn a_person_has_one_home_committee_and_one_registration() {
    for database in databases::each() {
        let districts = two(&database);
        let round = opened(&districts[0], RoundKey::Person, 50);
        let pcs = [1, 2].map(|number| Mutex::new(Pc::of(&districts[0], number)));
        at_once(&districts, |district, place| {
            let mut pc = pcs[place].lock().unwrap();
            for turn in 1..=TURNS {
                let number = 1_000 * place as u128 + turn;
                let drafts = vec![registered(number, round, "1号", "101", &format!("X{turn}"))];
                pc.write(Action::ReservationRegistered, drafts);
                pc.exchange(district);
            }
        });
        let [one, two] = pcs.map(|pc| pc.into_inner().unwrap());
        let held = |pc: &Pc, number| pc.store.view().reservation(id(number)).unwrap().unwrap().state.hold;
        for turn in 1..=TURNS {
            let holds = [held(&one, turn), held(&two, 1_000 + turn)];
            assert_eq!(
                holds.iter().filter(|hold| **hold == Some(Hold::Waiting)).count(),
                1,
                "{}",
                database.name
            );
        }
        let form = Form {
            name: "张晓明".into(),
            document_kind: "resident_id".into(),
            document_number: "11010519491231002X".into(),
            phone: "13800138000".into(),
            building: "1".into(),
            room: "101".into(),
            quantity: "1".into(),
            ..Form::default()
        };
        let answers = at_once(&districts, |district, place| {
            let open = district.form(1, 1).unwrap();
            district
                .register(&open, &form, "a", NOW, &mut Counting(500 + place as u64))
                .unwrap()
        });
        let there = answers.iter().filter(|answer| **answer == Answer::There).count();
        assert_eq!(there, 1, "{}: {answers:?}", database.name);
    }
}

#[test]
fn a_hold_is_decided_once() {
    for database in databases::each() {
        let districts = two(&database);
        let round = opened(&districts[0], RoundKey::Person, 50);
        for number in [1, 2] {
            let mut pc = Pc::of(&districts[0], number);
            let drafts = vec![registered(number.into(), round, "1号", "101", "X1")];
            pc.write(Action::ReservationRegistered, drafts);
            pc.exchange(&districts[0]);
        }
        let this = (committee(&districts[0], 2).id, id(2));
        let decided = at_once(&districts, |district, place| {
            district.decide(this, place == 0, NOW, &mut Counting(600 + place as u64))
        });
        assert_eq!(
            decided.iter().filter(|decided| decided.is_ok()).count(),
            1,
            "{}: {decided:?}",
            database.name
        );
        let refused = decided.iter().find_map(|decided| decided.as_ref().err());
        assert!(
            matches!(refused, Some(Error::Input(_))),
            "{}: {refused:?}",
            database.name
        );
        let mut pcs = [Pc::of(&districts[0], 1), Pc::of(&districts[1], 2)];
        assert!(pcs.iter_mut().all(|pc| pc.agrees(&districts[0])), "{}", database.name);
    }
}

#[test]
fn two_servers_send_each_message_once() {
    #[derive(Default)]
    struct Counted(Mutex<Vec<String>>);
    impl Gateway for Counted {
        fn send(&self, message: &Message) -> Delivery {
            self.0.lock().unwrap().push(message.id.clone());
            Delivery::Accepted
        }
    }
    for database in databases::each() {
        let districts = two(&database);
        let round = opened(&districts[0], RoundKey::Person, 50);
        let mut pc = Pc::of(&districts[0], 1);
        for number in 1..=TURNS {
            let mut draft = registered(number, round, "1号", "101", &format!("X{number}"));
            if let linli_domain::operation::Change::Create(fields) = &mut draft.change {
                fields.insert(Field::Phone, "13800138000".into());
            }
            let asked = fact(number, ReservationFact::SmsAsked);
            pc.write(Action::ReservationRegistered, vec![draft, passed(number), asked]);
        }
        pc.exchange(&districts[0]);
        let gateway = Counted::default();
        at_once(&districts, |district, _| {
            district.send_messages(&gateway, &Template::default(), || NOW).unwrap()
        });
        let mut sent = gateway.0.into_inner().unwrap();
        sent.sort();
        let all = sent.len();
        sent.dedup();
        assert_eq!((all, sent.len()), (TURNS as usize, TURNS as usize), "{}", database.name);
        pc.exchange(&districts[1]);
        assert!(pc.agrees(&districts[0]), "{}", database.name);
    }
}
