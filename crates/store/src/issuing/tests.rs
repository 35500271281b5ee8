//! What a PC may issue: alone, in a district, and whatever was leased to whom.

use linli_domain::lease::IssuingRight;
use linli_domain::operation::{Action, FieldChange};
use linli_domain::reservation::{AsWritten, created};
use linli_domain::round::{Decision, RoundDefinition};
use linli_domain::time::Moment;
use linli_protocol::{DeviceCard, Numbered, PartVerdict};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::key::DatabaseKey;
use crate::{Author, Store};

mod put_back;

const QUOTA: u32 = 30;

fn id(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

fn draft(kind: EntityKind, entity: EntityId, change: Change) -> Draft {
    Draft { kind, entity, change }
}

/// A PC with one round and people 1, 2, … of alternating buildings.
struct Pc {
    store: Store,
    round: EntityId,
    _folder: tempfile::TempDir,
}

impl Pc {
    fn new(key: RoundKey, district: bool) -> Pc {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
        store.connection.pragma_update(None, "synchronous", "OFF").unwrap();
        let mut pc = Pc {
            store,
            round: id(1_000),
            _folder: folder,
        };
        let definition = RoundDefinition {
            campaign: "口罩预约".into(),
            number: 2,
            title: "第2轮口罩预约".into(),
            key,
            quota: QUOTA,
            max_quantity: 5,
            opens: "2020-02-02T08:00".into(),
            closes: "2020-02-04T18:00".into(),
            collect_from: None,
            collect_until: None,
            exclude_earlier: false,
            pick_ups: Vec::new(),
            district,
            templates: Vec::new(),
        };
        let json = serde_json::to_string(&definition).unwrap();
        pc.write(vec![draft(
            EntityKind::Round,
            pc.round,
            created([(Field::Definition, Some(json))]),
        )]);
        pc
    }

    fn write(&mut self, drafts: Vec<Draft>) {
        let at = Moment(1_580_572_800_000);
        let author = Author {
            actor: "董",
            at,
            action: Action::RosterImported,
            committee: id(0),
        };
        self.store.write::<Error>(&author, |_| Ok(drafts)).unwrap();
    }

    /// A person and their passed reservation; with `of`, a second reservation of that person.
    fn reserve(&mut self, number: u128, of: u128) -> EntityId {
        let area = format!("{}号", of % 2);
        let person = created([(Field::Name, Some(format!("人{of}"))), (Field::Area, Some(area))]);
        let fields = created([
            (Field::Round, Some(self.round.to_string())),
            (Field::Resident, Some(id(of).to_string())),
            (Field::Quantity, Some("5".into())),
            (Field::RegisteredAt, Some(format!("2020-02-02T08:{number:02}:00"))),
        ]);
        let passed = ReservationFact::Reviewed {
            decision: Decision::Passed,
            reason: None,
        };
        let reservation = id(2_000 + number);
        self.write(vec![
            draft(EntityKind::Resident, id(of), person),
            draft(EntityKind::Reservation, reservation, fields),
            draft(EntityKind::Reservation, reservation, Change::Reservation(passed)),
        ]);
        reservation
    }

    fn lease(&mut self, number: u128, device: DeviceId, first: u32, last: u32) {
        let change = Lease {
            round: self.round,
            device,
            first,
            last,
        }
        .created();
        self.write(vec![draft(EntityKind::Lease, id(3_000 + number), change)]);
    }

    fn right(&mut self, area: &str, holder: DeviceId) {
        let change = IssuingRight::created(self.round, area, holder);
        let right = IssuingRight::id(self.round, area);
        self.write(vec![draft(EntityKind::IssuingRight, right, change)]);
    }

    /// Numbers somebody is to look up.
    fn unsure(&self) -> Vec<(u32, Option<u32>)> {
        let unsure = self.store.view().unsure_numbers(self.round).unwrap();
        unsure.iter().map(|numbers| (numbers.first, numbers.last)).collect()
    }

    fn own(&self) -> DeviceId {
        self.store.view().own_device().unwrap()
    }

    fn issue(&mut self, joined: bool) -> Issue {
        let round = self.store.view().round(self.round).unwrap().unwrap();
        let issue = issue(self.store.view(), &round, joined, None).unwrap();
        self.write(issue.drafts.clone());
        issue
    }

    /// The district gives everything that waits a number, and this PC receives up to `received` of it.
    fn number_all(&mut self, received: bool) {
        let parts = self.store.view().waiting_parts(1 << 20).unwrap();
        let next = self.store.view().received_up_to().unwrap() + 1;
        let numbered: Vec<Numbered> = (next..)
            .zip(parts)
            .map(|(number, part)| numbered(number, part))
            .collect();
        let verdicts: Vec<PartVerdict> = numbered.iter().map(verdict).collect();
        self.store.take_verdicts(&verdicts).unwrap();
        if received {
            self.store.receive(&[] as &[DeviceCard], &numbered).unwrap();
        }
    }
}

fn numbered(number: u64, part: linli_protocol::SignedPart) -> Numbered {
    Numbered {
        number,
        part,
        rejected: Vec::new(),
    }
}

fn verdict(numbered: &Numbered) -> PartVerdict {
    let header = numbered.part.header().unwrap();
    let (device, first_seq) = (header.device, header.first_seq);
    PartVerdict {
        device,
        first_seq,
        number: numbered.number,
        duplicate: false,
        rejected: Vec::new(),
    }
}

fn serials(issue: &Issue) -> Vec<u32> {
    let serial = |draft: &Draft| match draft.change {
        Change::Reservation(ReservationFact::VoucherIssued { serial, .. }) => Some(serial),
        _ => None,
    };
    issue.drafts.iter().filter_map(serial).collect()
}

fn other() -> DeviceId {
    DeviceId(Uuid::from_u128(77))
}

#[test]
fn who_typed_name_and_phone_twice_gets_one_however_the_roster_recognises_them() {
    let mut pc = Pc::new(RoundKey::Person, false);
    let typed = [2_001, 2_002].map(|number| {
        let fields = created([
            (Field::Round, Some(pc.round.to_string())),
            (Field::Name, Some("张晓明".into())),
            (Field::Phone, Some("13800005678".into())),
            (Field::RegisteredAt, Some("2020-02-02T08:00:00".into())),
        ]);
        draft(EntityKind::Reservation, id(number), fields)
    });
    let passed = typed.clone().map(|begun| {
        let fact = ReservationFact::Reviewed {
            decision: Decision::Passed,
            reason: None,
        };
        draft(EntityKind::Reservation, begun.entity, Change::Reservation(fact))
    });
    pc.write(typed.into_iter().chain(passed).collect());
    let of = |resident| Recognised {
        resident: Some(id(resident)),
        household: None,
    };
    // By the home that only one of them says, or as two namesakes.
    for recognised in [vec![(id(2_001), of(1))], vec![(id(2_001), of(1)), (id(2_002), of(2))]] {
        let round = pc.store.view().round(pc.round).unwrap().unwrap();
        let recognised: RecognisedAll = recognised.into_iter().collect();
        let issue = issue_recognising(pc.store.view(), &round, false, None, &recognised).unwrap();
        assert_eq!((serials(&issue), issue.waiting.len()), (vec![1], 1), "{recognised:?}");
    }
}

#[test]
fn alone_the_quota_is_the_lease_and_one_key_gets_one() {
    let mut pc = Pc::new(RoundKey::Person, false);
    for (number, of) in [(1, 1), (2, 1), (3, 2)] {
        pc.reserve(number, of);
    }
    assert_eq!(serials(&pc.issue(false)), [1, 2], "the second of one person gets none");
    for number in 4..=QUOTA + 2 {
        pc.reserve(number.into(), number.into());
    }
    let issue = pc.issue(false);
    assert_eq!(serials(&issue), (3..=QUOTA).collect::<Vec<_>>());
    let reasons: Vec<&Waiting> = issue.waiting.iter().map(|(_, reason)| reason).collect();
    assert_eq!(
        reasons,
        [&Waiting::Served, &Waiting::QuotaUsedUp],
        "who will get none is told why"
    );
}

#[test]
fn in_a_district_only_what_is_leased_and_where_the_right_is() {
    let mut pc = Pc::new(RoundKey::Person, false);
    let own = pc.own();
    let reservations: Vec<EntityId> = (1..=4).map(|number| pc.reserve(number, number)).collect();
    let area = |area: &str, holder| Waiting::NoRight {
        area: area.into(),
        holder,
    };
    let waiting = |pc: &mut Pc| {
        pc.issue(true)
            .waiting
            .into_iter()
            .map(|(_, reason)| reason)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        waiting(&mut pc),
        ["1号", "0号", "1号", "0号"].map(|name| area(name, None))
    );
    pc.right("1号", own);
    pc.right("0号", other());
    let none = Waiting::NoNumber {
        had: false,
        elsewhere: Elsewhere::ToLease,
    };
    assert_eq!(
        waiting(&mut pc),
        [
            none.clone(),
            area("0号", Some(other())),
            none,
            area("0号", Some(other()))
        ]
    );
    pc.lease(1, other(), 1, 20);
    pc.lease(2, own, 21, 21);
    let issue = pc.issue(true);
    assert_eq!(serials(&issue), [21]);
    assert_eq!(issue.drafts[0].entity, reservations[0], "in order of registration");
    let spent = Waiting::NoNumber {
        had: true,
        elsewhere: Elsewhere::ToLease,
    };
    assert_eq!(issue.waiting[1], (reservations[2], spent));
    pc.lease(3, other(), 22, QUOTA);
    assert!(waiting(&mut pc).contains(&Waiting::NoNumber {
        had: true,
        elsewhere: Elsewhere::OtherPc(other())
    }));
}

#[test]
fn people_of_two_buildings_merged_into_one_take_the_rights_of_both() {
    let mut pc = Pc::new(RoundKey::Person, false);
    let own = pc.own();
    pc.lease(1, own, 1, 20);
    pc.right("1号", own);
    pc.right("0号", other());
    let reservations = [pc.reserve(1, 1), pc.reserve(2, 2)];
    let into = FieldChange {
        seen: None,
        to: Some(id(2).to_string()),
    };
    let merge = Change::Set(BTreeMap::from([(Field::MergedInto, into)]));
    pc.write(vec![draft(EntityKind::Resident, id(1), merge)]);
    let other_building = Waiting::NoRight {
        area: "0号".into(),
        holder: Some(other()),
    };
    let waiting = pc.issue(true).waiting;
    assert_eq!(
        waiting,
        reservations.map(|reservation| (reservation, other_building.clone()))
    );
    let given = FieldChange {
        seen: Some(other().0.to_string()),
        to: Some(own.0.to_string()),
    };
    let moves = Change::Set(BTreeMap::from([(Field::Device, given)]));
    pc.write(vec![draft(
        EntityKind::IssuingRight,
        IssuingRight::id(pc.round, "0号"),
        moves,
    )]);
    let issue = pc.issue(true);
    assert_eq!(
        (serials(&issue), issue.served),
        (vec![1], ["0号", "1号"].map(str::to_owned).into())
    );
}

#[test]
fn a_round_across_committees_waits_for_what_the_district_has_seen_and_decided() {
    let mut pc = Pc::new(RoundKey::Person, true);
    let reservation = pc.reserve(1, 1);
    pc.right("1号", pc.own());
    pc.lease(1, pc.own(), 1, 20);
    assert_eq!(pc.issue(true).waiting, [(reservation, Waiting::Unseen)]);
    pc.number_all(false);
    assert_eq!(
        pc.issue(true).waiting,
        [(reservation, Waiting::Unseen)],
        "a hold may stand just before it"
    );
    let mut pc = Pc::new(RoundKey::Person, true);
    let reservation = pc.reserve(1, 1);
    pc.right("1号", pc.own());
    pc.lease(1, pc.own(), 1, 20);
    pc.number_all(true);
    let fact = |fact| draft(EntityKind::Reservation, reservation, Change::Reservation(fact));
    pc.write(vec![fact(ReservationFact::DistrictHeld)]);
    assert_eq!(pc.issue(true).waiting, [(reservation, Waiting::Held(Hold::Waiting))]);
    pc.write(vec![fact(ReservationFact::DistrictDecided { granted: false })]);
    assert_eq!(pc.issue(true).waiting, [(reservation, Waiting::Held(Hold::Denied))]);
    pc.write(vec![fact(ReservationFact::DistrictDecided { granted: true })]);
    assert_eq!(serials(&pc.issue(true)), [1]);
}

#[test]
fn a_home_of_this_committee_is_served_before_the_district_has_seen_the_reservation() {
    let mut pc = Pc::new(RoundKey::Household, true);
    let own = pc.own();
    let address = [
        (Field::Estate, "牡丹小区"),
        (Field::Building, "1号"),
        (Field::Room, "101"),
    ];
    let address = address.map(|(field, value)| (field, Some(value.to_owned())));
    let household = address
        .clone()
        .into_iter()
        .chain([(Field::Area, Some("1号".to_owned()))]);
    pc.write(vec![draft(EntityKind::Household, id(50), created(household))]);
    pc.right("1号", own);
    pc.lease(1, own, 1, 20);
    let reserve = |pc: &mut Pc, number: u128, room: &str| {
        let fields = address
            .clone()
            .into_iter()
            .filter(|(field, _)| *field != Field::Room)
            .chain([
                (Field::Room, Some(room.to_owned())),
                (Field::Round, Some(pc.round.to_string())),
                (Field::Household, Some(id(50).to_string())),
            ]);
        let passed = ReservationFact::Reviewed {
            decision: Decision::Passed,
            reason: None,
        };
        let reservation = id(2_000 + number);
        pc.write(vec![
            draft(EntityKind::Reservation, reservation, created(fields)),
            draft(EntityKind::Reservation, reservation, Change::Reservation(passed)),
        ]);
        let round = pc.store.view().round(pc.round).unwrap().unwrap();
        let issue = issue(pc.store.view(), &round, true, Some(&HashSet::from([reservation]))).unwrap();
        (
            serials(&issue),
            issue.waiting.first().map(|(_, waiting)| waiting.clone()),
        )
    };
    let unseen = (Vec::new(), Some(Waiting::Unseen));
    assert_eq!(
        reserve(&mut pc, 1, "101"),
        unseen,
        "the district does not know the household"
    );
    pc.number_all(true);
    assert_eq!(reserve(&mut pc, 2, "101"), (vec![1], None));
    assert_eq!(reserve(&mut pc, 3, "102"), unseen, "not where the household lives");
    let set = |field, seen: Option<&str>, to: &str| {
        let change = FieldChange {
            seen: seen.map(str::to_owned),
            to: Some(to.to_owned()),
        };
        draft(
            EntityKind::Household,
            id(50),
            Change::Set(BTreeMap::from([(field, change)])),
        )
    };
    pc.write(vec![set(Field::Note, None, "在")]);
    assert_eq!(reserve(&mut pc, 4, "101"), (vec![1], None), "a note is no move");
    pc.write(vec![set(Field::Room, Some("101"), "103")]);
    assert_eq!(
        reserve(&mut pc, 5, "103"),
        unseen,
        "moved, and the district has not seen it"
    );
    pc.write(vec![
        set(Field::Room, Some("103"), "101"),
        set(Field::Elsewhere, None, "1"),
    ]);
    pc.number_all(true);
    assert_eq!(reserve(&mut pc, 6, "101"), unseen, "another committee's");
}

#[test]
fn the_area_of_somebody_who_was_removed_is_the_same() {
    let mut pc = Pc::new(RoundKey::Person, false);
    let own = pc.own();
    pc.lease(1, own, 1, 20);
    pc.right("1号", own);
    let first = pc.reserve(1, 1);
    pc.write(vec![draft(EntityKind::Resident, id(1), Change::Delete)]);
    assert_eq!(pc.store.view().resident(id(1)).unwrap(), None);
    let issue = pc.issue(true);
    assert_eq!(
        (serials(&issue), issue.drafts[0].entity),
        (vec![1], first),
        "the right for 1号 is the right here"
    );
}

#[test]
fn a_lowered_quota_holds_for_numbers_leased_before() {
    let mut pc = Pc::new(RoundKey::Person, false);
    pc.right("1号", pc.own());
    pc.lease(1, pc.own(), QUOTA, QUOTA + 1);
    pc.reserve(1, 1);
    pc.reserve(3, 3);
    let issue = pc.issue(true);
    assert_eq!((serials(&issue), issue.waiting.len()), (vec![QUOTA], 1));
}

#[test]
fn a_number_that_the_district_refused_may_be_printed_and_is_not_given_again() {
    let mut pc = Pc::new(RoundKey::Person, false);
    pc.right("1号", pc.own());
    pc.lease(1, pc.own(), 1, 20);
    let reservation = pc.reserve(1, 1);
    assert_eq!(serials(&pc.issue(true)), [1]);
    let part = pc.store.view().all_waiting_parts(usize::MAX).unwrap().pop().unwrap();
    let seq = part.header().unwrap().first_seq;
    let rejected = vec![linli_protocol::Rejection {
        seq,
        rule: "served".into(),
    }];
    let verdict = PartVerdict {
        rejected,
        ..verdict(&numbered(9, part))
    };
    pc.store.take_verdicts(&[verdict]).unwrap();
    assert_eq!(
        pc.store.view().reservation(reservation).unwrap().unwrap().state.voucher,
        None
    );
    let refused = pc.store.view().rejected(9).unwrap();
    assert_eq!(
        (refused.len(), refused[0].rule.as_str(), refused[0].entity),
        (1, "served", reservation)
    );
    let after = |seen| pc.store.view().rejected_after(seen).unwrap();
    assert_eq!(
        (refused[0].seq, after(seq - 1), after(seq)),
        (seq, 1, 0),
        "what was seen is not counted"
    );
    let refused = |pc: &Pc, serial| pc.store.view().is_refused_serial(pc.round, serial).unwrap();
    assert!(refused(&pc, 1), "its paper is told from one that is good");
    assert_eq!(serials(&pc.issue(true)), [2]);
    assert!(!refused(&pc, 2) && !refused(&pc, 3));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_leased_no_number_and_no_key_is_served_twice(
        steps in prop::collection::vec((0..4u8, 1..9u128, any::<bool>()), 1..24),
    ) {
        let mut pc = Pc::new(RoundKey::Person, false);
        let own = pc.own();
        let (mut next, mut leased, mut given, mut keys) = (1, BTreeSet::new(), Vec::new(), Vec::new());
        for (step, (what, whom, mine)) in (1_u128..).zip(steps) {
            match what {
                0 => { pc.reserve(step, whom); }
                1 if next + 2 <= QUOTA => {
                    pc.lease(step, if mine { own } else { other() }, next, next + 2);
                    leased.extend((next..next + 3).filter(|_| mine));
                    next += 3;
                }
                2 => pc.right(&format!("{}号", whom % 2), if mine { own } else { other() }),
                _ => {
                    let issue = pc.issue(true);
                    for drafted in &issue.drafts {
                        let reservation = pc.store.view().reservation(drafted.entity).unwrap().unwrap();
                        keys.extend(reservation.state.keys(RoundKey::Person, &AsWritten));
                    }
                    given.extend(serials(&issue));
                }
            }
        }
        prop_assert!(given.iter().all(|serial| leased.contains(serial)), "{given:?} of {leased:?}");
        for all in [given.iter().map(u32::to_string).collect::<Vec<_>>(), keys] {
            prop_assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        }
    }
}
