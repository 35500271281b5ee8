//! What is scarce: numbers, and rights to issue.

use linli_district::Error;
use linli_district::round::RoundFile;
use linli_domain::operation::{Action, Change, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::round::RoundKey;
use linli_store::Draft;

use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district, id, issued, opened, passed, registered, round_file};

#[test]
fn numbers_are_leased_once_and_never_beyond_the_quota() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 57);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        assert_eq!(one.lease(&district, round, 20, &[]).left, 37, "{}", database.name);
        assert_eq!(two.lease(&district, round, 500, &[]).left, 7);
        assert_eq!(
            one.lease(&district, round, 20, &[]).left,
            0,
            "only what is left, and not more than it may hoard"
        );
        assert_eq!(two.lease(&district, round, 20, &[]).left, 0);
        assert_eq!(one.leases(round), [(1, 20), (51, 57)], "{}", database.name);
        assert_eq!(two.leases(round), [(21, 50)], "{}", database.name);
        let mut elsewhere = Pc::of(&district, 2);
        elsewhere.lease(&district, round, 20, &[]);
        assert_eq!(elsewhere.leases(round), [(1, 20)], "each committee has its own quota");
        assert!(
            one.agrees(&district) && two.agrees(&district) && elsewhere.agrees(&district),
            "{}",
            database.name
        );
    }
}

#[test]
fn a_hoarder_gets_no_more() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 1_000);
        let mut pc = Pc::of(&district, 1);
        (0..5).for_each(|_| drop(pc.lease(&district, round, 20, &[])));
        assert_eq!(pc.leases(round), [(1, 20), (21, 30)]);
    }
}

#[test]
fn an_area_has_a_name_that_a_part_can_hold() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        let ask = |area: String| {
            let request = linli_protocol::LeaseRequest {
                round,
                last_seq: 0,
                numbers: 0,
                areas: vec![area],
            };
            district.lease(pc.caller(&district), &request, NOW, &mut Counting(3))
        };
        assert!(
            ask("长".repeat(linli_protocol::AREA_BYTES)).is_err(),
            "no PC would take what the district wrote"
        );
        ask("\u{1}".repeat(linli_protocol::AREA_BYTES)).unwrap();
        pc.exchange(&district);
        assert!(pc.agrees(&district));
    }
}

#[test]
fn what_is_not_a_right_takes_no_rights_place() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        let right = linli_domain::lease::IssuingRight::id(round, "1号");
        let resident = Draft {
            entity: right,
            ..registered(1, round, "1号", "101", "x")
        };
        pc.write(Action::ReservationRegistered, vec![resident]);
        assert_eq!(pc.rejected(&district), ["other_kind"], "{}", database.name);
        pc.lease(&district, round, 0, &["1号"]);
        let rights = pc.store.view().issuing_rights(round).unwrap();
        assert_eq!((rights.len(), rights[0].area.as_str()), (1, "1号"), "{}", database.name);
        assert!(pc.agrees(&district), "{}", database.name);
    }
}

#[test]
fn a_hold_makes_no_reservation_of_what_is_none() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Person, 100);
        let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
        here.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x")],
        );
        here.exchange(&district);
        let resident = Draft {
            kind: EntityKind::Resident,
            ..registered(2, round, "1号", "101", "x")
        };
        there.write(Action::ResidentAdded, vec![resident]);
        there.exchange(&district);
        there.write(
            Action::ReservationRegistered,
            vec![registered(2, round, "1号", "101", "x")],
        );
        assert_eq!(there.rejected(&district), ["other_kind"], "{}", database.name);
        let mut reader = Pc::of(&district, 2);
        assert!(there.agrees(&district) && reader.agrees(&district), "{}", database.name);
    }
}

#[test]
fn rights_move_from_holder_to_the_one_who_asked_first() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let [mut one, mut two, mut three] = [(); 3].map(|()| Pc::of(&district, 1));
        assert_eq!(
            one.lease(&district, round, 0, &["1号", "2号"]).held,
            Vec::<String>::new()
        );
        assert_eq!(two.lease(&district, round, 0, &["2号", "3号"]).held, ["2号"]);
        assert_eq!(three.lease(&district, round, 0, &["2号"]).held, ["2号"]);
        assert_eq!(one.pull(&district).wanted.len(), 1, "the holder hears of it");
        assert_eq!(two.pull(&district).wanted.len(), 0, "others do not");
        let (own, holder) = (one.store.own_device().unwrap().id, two.store.own_device().unwrap().id);
        let release = |seen: uuid::Uuid, to: Option<uuid::Uuid>| {
            let change = FieldChange {
                seen: Some(seen.to_string()),
                to: to.map(|to| to.to_string()),
            };
            let right = linli_domain::lease::IssuingRight::id(round, "2号");
            let change = Change::Set([(Field::Device, change)].into());
            Draft {
                kind: EntityKind::IssuingRight,
                entity: right,
                change,
            }
        };
        two.write(Action::RightMoved, vec![release(own.0, None)]);
        assert_eq!(two.rejected(&district), ["not_yours"], "only the holder releases");
        one.write(Action::RightMoved, vec![release(own.0, Some(own.0))]);
        assert_eq!(one.rejected(&district), ["not_yours"], "nobody gives himself a right");
        one.write(Action::RightMoved, vec![release(own.0, None)]);
        assert_eq!(one.rejected(&district), Vec::<String>::new());
        two.exchange(&district);
        let rights = two.store.view().issuing_rights(round).unwrap();
        let of = |area: &str| {
            rights
                .iter()
                .find(|right| right.area == area)
                .and_then(|right| right.holder)
        };
        assert_eq!(of("2号"), Some(holder), "{}", database.name);
        assert_eq!(of("1号"), Some(own));
        assert_eq!(two.pull(&district).wanted.len(), 1, "the third one still waits");
        let caller = two.caller(&district);
        district
            .revoke(caller.committee, caller.device, NOW, &mut Counting(6))
            .unwrap();
        three.exchange(&district);
        let rights = three.store.view().issuing_rights(round).unwrap();
        let waiting = three.store.own_device().unwrap().id;
        assert!(
            rights
                .iter()
                .any(|right| right.area == "2号" && right.holder == Some(waiting)),
            "{}",
            database.name
        );
        assert!(
            rights.iter().any(|right| right.area == "3号" && right.holder.is_none()),
            "nobody wanted it"
        );
        one.exchange(&district);
        assert!(one.agrees(&district) && three.agrees(&district), "{}", database.name);
    }
}

#[test]
fn each_rule_of_issuing_holds_at_the_district() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        two.lease(&district, round, 20, &["2号"]);
        for (reservation, room) in [(1, "101"), (2, "102"), (3, "101"), (4, "104")] {
            let drafts = vec![registered(reservation, round, "1号", room, "x"), passed(reservation)];
            one.write(Action::ReservationRegistered, drafts);
        }
        one.exchange(&district);
        two.exchange(&district);
        let tried = |pc: &mut Pc, reservation, serial| {
            pc.write(Action::VouchersIssued, vec![issued(reservation, serial)]);
            let rules = pc.rejected(&district);
            rules.first().cloned().unwrap_or_default()
        };
        assert_eq!(tried(&mut one, 1, 1), "", "{}", database.name);
        assert_eq!(tried(&mut one, 1, 2), "served", "it has one");
        assert_eq!(tried(&mut one, 3, 2), "served", "another of its household has one");
        assert_eq!(tried(&mut one, 2, 1), "serial_used");
        assert_eq!(tried(&mut one, 2, 21), "not_leased", "the other PC's number");
        assert_eq!(tried(&mut two, 2, 21), "no_right", "the other PC's building");
        assert_eq!(tried(&mut one, 99, 3), "no_reservation");
        one.write(
            Action::ServedAtCounter,
            vec![registered(5, round, "1号", "105", "y"), passed(5), issued(5, 4)],
        );
        one.write(Action::VouchersIssued, vec![issued(2, 5), issued(4, 5)]);
        assert_eq!(
            one.rejected(&district),
            ["serial_used"],
            "the second of two in one part"
        );
        let delete = Draft {
            kind: EntityKind::Reservation,
            entity: id(2),
            change: Change::Delete,
        };
        one.write(Action::ReservationChanged, vec![delete]);
        assert_eq!(one.rejected(&district), ["voucher_issued"], "{}", database.name);
        two.exchange(&district);
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);
    }
}

#[test]
fn an_undo_that_comes_too_late_for_a_voucher_is_refused() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        one.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x")],
        );
        one.exchange(&district);
        two.exchange(&district);
        let review = two.write(Action::Reviewed, vec![passed(1)]);
        two.exchange(&district);
        one.exchange(&district);
        one.write(Action::VouchersIssued, vec![issued(1, 1)]);
        // Both at once, without knowing of each other.
        let author = two.author(Action::Undone);
        two.store.undo(&author, review).unwrap();
        one.exchange(&district);
        assert_eq!(two.rejected(&district), ["voucher_issued"], "{}", database.name);
        one.exchange(&district);
        for pc in [&mut one, &mut two] {
            assert!(pc.agrees(&district), "{}", database.name);
            let state = pc.store.view().reservation(id(1)).unwrap().unwrap().state;
            assert_eq!(state.supported_voucher(), Some(1), "{}", database.name);
        }
    }
}

#[test]
fn the_districts_own_is_not_the_committees_to_write() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        pc.lease(&district, round, 20, &["1号"]);
        let lease = linli_domain::lease::Lease {
            round,
            device: pc.store.own_device().unwrap().id,
            first: 50,
            last: 90,
        };
        let mut definition = round_file(RoundKey::Household, 9_999).definition;
        definition.district = true;
        let json = serde_json::to_string(&definition).unwrap();
        let seen = Some("x".to_owned());
        let quota = Change::Set([(Field::Definition, FieldChange { seen, to: Some(json) })].into());
        let set_round = Draft {
            kind: EntityKind::Round,
            entity: round,
            change: quota,
        };
        let new_lease = Draft {
            kind: EntityKind::Lease,
            entity: id(70),
            change: lease.created(),
        };
        pc.write(Action::RoundChanged, vec![set_round, new_lease]);
        assert_eq!(pc.rejected(&district), ["not_yours", "not_yours"]);
        let theirs = committee(&district, 1).device;
        let undo = Change::Undo {
            device: theirs,
            first_seq: 1,
            kept: Vec::new(),
        };
        pc.write(
            Action::Undone,
            vec![Draft {
                kind: EntityKind::Batch,
                entity: id(71),
                change: undo,
            }],
        );
        assert_eq!(pc.rejected(&district), ["not_yours"]);
        assert!(pc.agrees(&district));
    }
}

#[test]
fn nothing_is_leased_before_the_district_has_what_was_done_alone() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut alone = Pc::alone();
        let brought = id(4_711);
        let author = linli_store::Author {
            committee: brought,
            ..alone.author(Action::ServedAtCounter)
        };
        let drafts = vec![registered(1, round, "1号", "101", "x"), passed(1), issued(1, 7)];
        alone
            .store
            .write::<linli_store::Error>(&author, |_| Ok(drafts))
            .unwrap();
        let mut random = Counting(8);
        let code = district
            .enrol_code(committee(&district, 1).id, NOW, &mut random)
            .unwrap();
        let request = linli_protocol::EnrolRequest {
            committee: Some(brought),
            ..alone.request(&code)
        };
        alone.enrolled = Some(district.enrol(&request, "a", NOW, &mut random).unwrap());
        let mut second = Pc::of(&district, 1);
        second.lease(&district, round, 20, &[]);
        assert_eq!(second.leases(round), [], "the first PC's own numbers are not known yet");
        assert_eq!(
            alone.rejected(&district),
            Vec::<String>::new(),
            "what was printed before joining stands"
        );
        second.lease(&district, round, 20, &[]);
        assert_eq!(second.leases(round), [(8, 27)]);
        assert!(second.agrees(&district));
    }
}

#[test]
fn who_goes_on_as_another_device_has_the_rights_again() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        pc.lease(&district, round, 20, &["1号"]);
        let device = linli_store::NewDevice::random().unwrap();
        let code = district
            .enrol_code(committee(&district, 1).id, NOW, &mut Counting(77))
            .unwrap();
        let before = pc.store.own_device().unwrap().id;
        let key = pc.store.view().voucher_key().unwrap();
        let ask = |replaces| linli_protocol::EnrolRequest {
            device: device.id,
            verifying_key: device.verifying_key(),
            last_seq: 0,
            committee: Some(pc.enrolled.as_ref().unwrap().committee),
            replaces: Some(replaces),
            ..pc.request(&code)
        };
        let forged =
            linli_protocol::Replaces::sign(before, &ed25519_dalek::SigningKey::from_bytes(&[3; 32]), device.id);
        district.enrol(&ask(forged), "a", NOW, &mut Counting(78)).unwrap_err();
        assert!(
            district
                .devices(committee(&district, 1).id)
                .unwrap()
                .iter()
                .all(|known| known.revoked_at.is_none())
        );
        let signed = linli_protocol::Replaces::sign(before, &key, device.id);
        let enrolled = district.enrol(&ask(signed), "a", NOW, &mut Counting(78)).unwrap();
        pc.enrolled = Some(enrolled);
        pc.store.go_on_as(&device).unwrap();
        pc.exchange(&district);
        assert_eq!(
            pc.lease(&district, round, 0, &["1号"]).held,
            Vec::<String>::new(),
            "{}",
            database.name
        );
        assert!(pc.agrees(&district), "{}", database.name);
    }
}

#[test]
fn progress_counts_by_committee_and_names_silent_pcs() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let mut pc = Pc::of(&district, 1);
        pc.lease(&district, round, 20, &["1号"]);
        pc.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x")],
        );
        pc.write(
            Action::ServedAtCounter,
            vec![registered(2, round, "1号", "102", "y"), passed(2), issued(2, 1)],
        );
        pc.exchange(&district);
        let number = district.rounds().unwrap()[0].clone();
        let soon = district.progress(&number, NOW).unwrap();
        assert_eq!(soon.len(), 3, "all that take part");
        let first = &soon[0];
        assert_eq!(
            (first.reservations, first.pending, first.vouchers),
            (2, 1, 1),
            "{}",
            database.name
        );
        assert_eq!((first.devices, first.silent, first.quota), (1, 0, 100));
        let later = linli_domain::time::Moment(NOW.0 + linli_district::progress::SILENT.num_milliseconds());
        assert_eq!(
            district.progress(&number, later).unwrap()[0].silent,
            1,
            "{}",
            database.name
        );
    }
}

#[test]
fn a_round_is_not_opened_again_as_another_one() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut file = round_file(RoundKey::Household, 100);
        district.open_round(&file, NOW, &mut Counting(1)).unwrap();
        (file.definition.key, file.definition.quota) = (RoundKey::Person, 90);
        let refused = district.open_round(&file, NOW, &mut Counting(2));
        let Err(Error::Input(words)) = refused else {
            panic!("{}: {refused:?}", database.name)
        };
        assert!(
            words.contains("一份给谁、每个居委会的名额") && words.contains("第 1 号"),
            "{words}"
        );
        (file.definition.key, file.definition.number) = (RoundKey::Household, 3);
        assert_eq!(
            district.open_round(&file, NOW, &mut Counting(3)).unwrap().number,
            2,
            "{}",
            database.name
        );
    }
}

#[test]
fn a_rounds_file_with_unknown_words_is_not_read() {
    let written = "campaign = \"口罩预约\"\nnumber = 2\ntitle = \"第2轮\"\nkey = \"household\"\nquota = 200\n\
                   max_quantity = 5\nopens = \"2020-02-02T08:00\"\ncloses = \"2020-02-04T20:00\"\n";
    let read = |more: &str| RoundFile::read(&format!("{written}{more}"));
    let file = read("only_listed = true\n[[pick_up]]\nname = \"一号点\"\n[[share]]\ncommittee = \"3\"\n").unwrap();
    assert!(file.only_listed && file.shares.len() == 1 && file.definition.pick_ups.len() == 1);
    for (more, word) in [
        ("only_list = true\n", "only_list"),
        ("[[share]]\ncommittee = \"3\"\nquotas = 3\n", "quotas"),
    ] {
        let refused = read(more);
        assert!(
            matches!(&refused, Err(Error::Input(words)) if words.contains(word)),
            "{refused:?}"
        );
    }
}

#[test]
fn a_round_opened_again_reaches_those_that_came_later() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut file = round_file(RoundKey::Household, 100);
        file.only_listed = true;
        file.shares = vec![linli_district::round::Share {
            committee: "牡丹二居委会".into(),
            quota: Some(7),
        }];
        let first = district.open_round(&file, NOW, &mut Counting(1)).unwrap();
        assert_eq!(
            (first.number, first.opened, first.known),
            (1, 1, 0),
            "{}",
            database.name
        );
        file.only_listed = false;
        let again = district.open_round(&file, NOW, &mut Counting(2)).unwrap();
        assert_eq!(
            (again.round, again.opened, again.known),
            (first.round, 2, 1),
            "{}",
            database.name
        );
        let quotas: Vec<u64> = district
            .progress(&district.rounds().unwrap()[0], NOW)
            .unwrap()
            .iter()
            .map(|one| one.quota)
            .collect();
        assert_eq!(quotas, [100, 7, 100], "{}", database.name);
        file.shares[0].committee = "没有的居委会".into();
        assert!(district.open_round(&file, NOW, &mut Counting(3)).is_err());
    }
}
