//! Several PCs and an order between them: whatever they do and whenever they exchange, they end up the same.

use std::collections::{BTreeMap, HashMap};

use linli_domain::operation::{Action, Change, FieldChange, Hash};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::time::Moment;
use linli_protocol::PartVerdict;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::key::DatabaseKey;
use crate::{Author, Draft};

mod carried;
mod put_back;
mod taken_back;

/// The rule by which the order in these tests refuses an operation: this tag is not given.
const REFUSED: &str = "不收";
/// A round's definition.
const ROUND: &str = r#"{"campaign":"口罩预约","number":2,"title":"第2轮","key":"household","quota":9,"max_quantity":5,
                        "opens":"2020-02-02T08:00","closes":"2020-02-04T18:00"}"#;
/// Room in a message for everything a test writes.
const ROOMY: usize = 1 << 20;

/// The district, as far as the order goes.
#[derive(Default)]
struct Sequence {
    numbered: Vec<Numbered>,
    devices: Vec<DeviceCard>,
    known: HashMap<(DeviceId, u64), PartVerdict>,
    tails: HashMap<DeviceId, Hash>,
}

impl Sequence {
    fn push(&mut self, parts: &[SignedPart]) -> Vec<PartVerdict> {
        parts.iter().map(|part| self.number(part)).collect()
    }

    fn number(&mut self, part: &SignedPart) -> PartVerdict {
        let header = part.header().unwrap();
        if let Some(known) = self.known.get(&(header.device, header.first_seq)) {
            return PartVerdict {
                duplicate: true,
                ..known.clone()
            };
        }
        let card = self.devices.iter().find(|card| card.id == header.device).unwrap();
        let tail = self.tails.entry(header.device).or_insert(Hash::ZERO);
        *tail = part
            .verify(*tail, &VerifyingKey::from_bytes(&card.verifying_key).unwrap())
            .unwrap();
        let rejected: Vec<Rejection> = (header.first_seq..)
            .zip(&part.operations)
            .filter(|(_, operation)| operation.change.contains(REFUSED))
            .map(|(seq, _)| Rejection {
                seq,
                rule: "refused".into(),
            })
            .collect();
        let number = self.numbered.len() as u64 + 1;
        self.numbered.push(Numbered {
            number,
            part: part.clone(),
            rejected: rejected.clone(),
        });
        let (device, first_seq) = (header.device, header.first_seq);
        let verdict = PartVerdict {
            device,
            first_seq,
            number,
            duplicate: false,
            rejected,
        };
        self.known.insert((header.device, header.first_seq), verdict.clone());
        verdict
    }
}

struct Pc {
    store: Store,
    _folder: tempfile::TempDir,
}

impl Pc {
    fn new(sequence: &mut Sequence) -> Pc {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
        store.connection.pragma_update(None, "synchronous", "OFF").unwrap();
        let own = store.own_device().unwrap();
        let (letter, verifying_key) = (own.letter, own.verifying_key);
        sequence.devices.push(DeviceCard {
            id: own.id,
            name: "前台".into(),
            letter,
            verifying_key,
        });
        Pc { store, _folder: folder }
    }

    fn write(&mut self, action: Action, drafts: Vec<Draft>) -> i64 {
        self.store
            .write::<Error>(&author(action), |_| Ok(drafts))
            .unwrap()
            .batch
            .unwrap()
    }

    /// Pushes; where the answer is lost, the verdicts never come back.
    fn push(&mut self, sequence: &mut Sequence, answered: bool) {
        let verdicts = sequence.push(&self.store.view().waiting_parts(ROOMY).unwrap());
        if answered {
            self.store.take_verdicts(&verdicts).unwrap();
        }
    }

    fn pull(&mut self, sequence: &Sequence, most: usize) -> Received {
        let after = self.store.view().received_up_to().unwrap() as usize;
        let page = &sequence.numbered[after..sequence.numbered.len().min(after + most)];
        self.store.receive(&sequence.devices, page).unwrap()
    }

    fn exchange(&mut self, sequence: &mut Sequence) {
        self.push(sequence, true);
        self.pull(sequence, usize::MAX >> 1);
    }

    fn state(&self) -> (crate::StateHash, BTreeMap<u8, linli_domain::digest::Digest>) {
        (
            self.store.view().state_hash().unwrap(),
            self.store.view().digests().unwrap(),
        )
    }
}

fn author(action: Action) -> Author<'static> {
    Author {
        actor: "董",
        at: Moment(1_580_572_800_000),
        action,
        committee: id(0),
    }
}

fn id(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

fn resident(number: u128, change: Change) -> Draft {
    Draft {
        kind: EntityKind::Resident,
        entity: id(number),
        change,
    }
}

fn born(number: u128, name: &str) -> Draft {
    resident(number, created([(Field::Name, Some(name.into()))]))
}

/// What a clerk does next with one of a few residents, seeing what is on this PC.
fn act(pc: &mut Pc, what: u8, whom: u128, word: u8) {
    let name = format!("名{word}");
    let seen = pc.store.view().resident(id(whom)).unwrap();
    let change = match (what, &seen) {
        (_, None) => created([(Field::Name, Some(name))]),
        (0, Some(seen)) => {
            let change = FieldChange {
                seen: seen.name.clone(),
                to: Some(name),
            };
            Change::Set(BTreeMap::from([(Field::Name, change)]))
        }
        (1, Some(seen)) => {
            let change = FieldChange {
                seen: seen.note.clone(),
                to: (!word.is_multiple_of(3)).then_some(name),
            };
            Change::Set(BTreeMap::from([(Field::Note, change)]))
        }
        (2, _) => Change::AddTag(if word.is_multiple_of(4) { REFUSED.into() } else { name }),
        (3, _) => Change::RemoveTag(name),
        _ => Change::Delete,
    };
    pc.write(Action::ResidentChanged, vec![resident(whom, change)]);
}

fn undo(pc: &mut Pc, back: usize) {
    let history = pc.store.view().history(back + 1).unwrap();
    let batch = history.get(back).filter(|batch| !batch.withdrawn).map(|batch| batch.id);
    if let Some(batch) = batch {
        pc.store.undo(&author(Action::Undone), batch).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn all_pcs_end_up_the_same(steps in prop::collection::vec((0..3usize, 0..13u8, 1..4u128, 0..6u8), 0..50)) {
        let mut sequence = Sequence::default();
        let mut pcs: Vec<Pc> = (0..3).map(|_| Pc::new(&mut sequence)).collect();
        for (pc, what, whom, word) in steps {
            if what > 10 {
                // By stick: another PC's waiting parts, which count here at once and are handed over by this one.
                let carried = pcs[(pc + usize::from(word)) % 3].store.view().all_waiting_parts(usize::MAX).unwrap();
                pcs[pc].store.receive_waiting(&sequence.devices, &carried).unwrap();
                continue;
            }
            let pc = &mut pcs[pc];
            match what {
                0..=4 => act(pc, what, whom, word),
                5 | 6 => undo(pc, usize::from(word)),
                7 => pc.push(&mut sequence, true),
                8 => pc.push(&mut sequence, false),
                _ => { pc.pull(&sequence, whom as usize); }
            }
        }
        for _ in 0..2 {
            pcs.iter_mut().for_each(|pc| pc.exchange(&mut sequence));
        }
        let mut fresh = Pc::new(&mut sequence);
        fresh.pull(&sequence, usize::MAX >> 1);
        let state = fresh.state();
        for pc in &mut pcs {
            prop_assert_eq!(pc.store.view().waiting().unwrap(), 0);
            prop_assert_eq!(&pc.state(), &state);
            prop_assert_eq!(pc.store.check().unwrap().problems, vec![]);
            // Everything a second time changes nothing.
            let again = pc.store.receive(&sequence.devices, &sequence.numbered).unwrap();
            prop_assert_eq!(again, Received::default());
            prop_assert_eq!(&pc.state(), &state);
        }
    }
}

#[test]
fn an_import_travels_in_pieces_and_is_taken_back_whole() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    let before = one.state();
    let batch = one.write(
        Action::RosterImported,
        (1..=1_201).map(|number| born(number, "甲")).collect(),
    );
    assert_eq!(one.store.view().waiting_parts(ROOMY).unwrap().len(), 3);
    one.push(&mut sequence, true);
    while two.pull(&sequence, 1).operations > 0 {}
    assert_eq!(two.state(), one.state());
    assert_eq!(two.store.view().history(9).unwrap().len(), 1, "one thing the clerk did");
    one.store.undo(&author(Action::Undone), batch).unwrap();
    one.exchange(&mut sequence);
    two.exchange(&mut sequence);
    assert_eq!(one.state(), before);
    assert_eq!(two.state(), before);
}

#[test]
fn what_is_done_upon_another_pcs_waiting_work_comes_after_it() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    let named = |seen: &str, to: &str| {
        let change = FieldChange {
            seen: Some(seen.into()),
            to: Some(to.into()),
        };
        resident(1, Change::Set(BTreeMap::from([(Field::Name, change)])))
    };
    for draft in [born(9, "丁"), born(1, "甲"), named("甲", "乙")] {
        one.write(Action::ResidentChanged, vec![draft]);
    }
    let parts = one.store.view().all_waiting_parts(ROOMY).unwrap();
    two.store.receive_waiting(&sequence.devices, &parts).unwrap();
    two.write(Action::ResidentChanged, vec![named("乙", "丙")]);
    assert_eq!(
        two.store.view().resident(id(1)).unwrap().unwrap().name,
        Some("丙".into())
    );
    assert_eq!(two.store.view().conflicts().unwrap().len(), 0, "it was seen");
}

#[test]
fn a_number_given_twice_leads_to_the_voucher_that_stands() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    let begun = |number| {
        let change = created([
            (Field::Round, Some(id(20).to_string())),
            (Field::Name, Some("甲".into())),
        ]);
        Draft {
            kind: EntityKind::Reservation,
            entity: id(number),
            change,
        }
    };
    let issued = |number| {
        let change = Change::Reservation(ReservationFact::VoucherIssued { serial: 5, quantity: 1 });
        Draft {
            kind: EntityKind::Reservation,
            entity: id(number),
            change,
        }
    };
    one.write(Action::ReservationRegistered, vec![begun(1), begun(2)]);
    one.exchange(&mut sequence);
    two.exchange(&mut sequence);
    one.write(Action::VouchersIssued, vec![issued(1)]);
    one.push(&mut sequence, true);
    two.write(Action::VouchersIssued, vec![issued(2)]);
    two.push(&mut sequence, false);
    sequence.numbered.last_mut().unwrap().rejected = vec![Rejection {
        seq: 1,
        rule: "serial_used".into(),
    }];
    two.pull(&sequence, usize::MAX >> 1);
    let holder = two.store.view().reservation_of_serial(id(20), 5).unwrap();
    assert_eq!(holder.map(|holder| holder.id), Some(id(1)));
    assert_eq!(two.store.check().unwrap().problems, vec![]);
}

#[test]
fn gaps_forgeries_and_old_backups_are_refused_and_change_nothing() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    one.write(Action::ResidentAdded, vec![born(1, "甲")]);
    one.write(Action::ResidentAdded, vec![born(2, "乙")]);
    one.push(&mut sequence, true);
    let before = two.state();
    let refused = |pc: &mut Pc, parts: &[Numbered]| pc.store.receive(&sequence.devices, parts).unwrap_err().code();
    assert_eq!(
        refused(&mut two, &sequence.numbered[1..]),
        "exchange_untrusted",
        "the first number is missing"
    );
    let mut renumbered = sequence.numbered[1].clone();
    renumbered.number = 1;
    assert_eq!(refused(&mut two, &[renumbered]), "exchange_gap");
    let mut forged = sequence.numbered.clone();
    forged[1].part.operations[0].change = forged[1].part.operations[0].change.replace('乙', "丙");
    assert_eq!(refused(&mut two, &forged), "exchange_untrusted");
    assert_eq!(two.state(), before, "not even the first of them was taken");
    assert_eq!(refused(&mut one, &forged), "exchange_forked");
}

#[test]
fn what_waits_is_handed_over_after_what_it_builds_on() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    let authors = |pc: &Pc| -> Vec<DeviceId> {
        let parts = pc.store.view().waiting_parts(ROOMY).unwrap();
        parts.iter().map(|part| part.header().unwrap().device).collect()
    };
    one.write(Action::ResidentAdded, vec![born(1, "甲")]);
    let parts = one.store.view().all_waiting_parts(ROOMY).unwrap();
    two.store.receive_waiting(&sequence.devices, &parts).unwrap();
    two.write(
        Action::ResidentChanged,
        vec![resident(1, Change::AddTag("高龄".into()))],
    );
    let parts = two.store.view().all_waiting_parts(ROOMY).unwrap();
    one.store.receive_waiting(&sequence.devices, &parts).unwrap();
    one.write(
        Action::ResidentChanged,
        vec![resident(1, Change::AddTag("党员".into()))],
    );
    let (first, second) = (one.store.own_device().unwrap().id, two.store.own_device().unwrap().id);
    assert_eq!(authors(&one), [first, second, first]);
}

#[test]
fn what_a_newer_program_wrote_is_kept_and_counted() {
    let mut sequence = Sequence::default();
    let (mut one, mut two) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    one.write(Action::ResidentAdded, vec![born(1, "甲")]);
    let mut part = one.store.view().waiting_parts(ROOMY).unwrap().remove(0);
    let own = log::own_device(&one.store.connection).unwrap();
    let mut header = part.header().unwrap();
    header.count = 2;
    part.operations[0].change = r#"{"create":{"name":"甲","blood_group":"A"}}"#.into();
    part.operations.push(linli_protocol::WireOperation {
        kind: 99,
        entity: id(5),
        change: r#"{"sing":"la"}"#.into(),
    });
    let (part, _) = SignedPart::sign(&header, part.operations, Hash::ZERO, &own.key).unwrap();
    sequence.push(std::slice::from_ref(&part));
    two.pull(&sequence, 9);
    assert_eq!(
        two.store.view().unread().unwrap(),
        2,
        "a field of the one, all of the other"
    );
    assert_eq!(
        two.store
            .view()
            .resident(id(1))
            .unwrap()
            .and_then(|resident| resident.name),
        Some("甲".into())
    );
    let kept: i64 = two
        .store
        .connection
        .query_row("SELECT id FROM part", [], |row| row.get(0))
        .unwrap();
    assert_eq!(part::read(two.store.view(), kept).unwrap(), part, "byte for byte");
}

/// What another PC signed by hand: undos that the district would refuse, brought before it has seen them.
#[test]
fn undos_that_go_in_circles_are_taken_in_and_come_to_an_end() {
    let mut sequence = Sequence::default();
    let (mut pc, other) = (Pc::new(&mut sequence), Pc::new(&mut sequence));
    let (device, key) = (
        other.store.own_device().unwrap().id,
        other.store.view().voucher_key().unwrap(),
    );
    let undo = |first_seq| {
        let change = serde_json::to_string(&Change::Undo {
            device,
            first_seq,
            kept: Vec::new(),
        })
        .unwrap();
        let (kind, entity) = (
            EntityKind::Batch.number(),
            EntityId(Uuid::from_u128(90 + u128::from(first_seq))),
        );
        linli_protocol::WireOperation { kind, entity, change }
    };
    let mut tail = Hash::ZERO;
    let parts: Vec<SignedPart> = [1, 3, 2]
        .into_iter()
        .zip(1..)
        .map(|(undone, first_seq)| {
            let header = linli_domain::operation::PartHeader {
                device,
                first_seq,
                count: 1,
                batch: first_seq,
                committee: EntityId(Uuid::nil()),
                actor: "董".into(),
                at: Moment(0),
                schema: 1,
                action: Action::Undone,
            };
            let (part, after) = SignedPart::sign(&header, vec![undo(undone)], tail, &key).unwrap();
            tail = after;
            part
        })
        .collect();
    let (received, gaps) = pc.store.receive_waiting(&sequence.devices, &parts).unwrap();
    assert_eq!((received.operations, gaps.len()), (3, 0));
    assert_eq!(pc.store.check().unwrap().problems, vec![]);
    for batch in 1..=3 {
        let taken_back = pc.store.undo(&author(Action::Undone), batch);
        assert!(matches!(taken_back, Err(Error::AlreadyUndone)), "{batch}");
        let brought_back = pc.store.redo(&author(Action::Undone), batch);
        assert!(matches!(brought_back, Err(Error::NotUndone)), "{batch}");
    }
}
