//! Joining, tokens and revocation, on both databases.

use chrono::TimeDelta;
use linli_district::Error;
use linli_district::committee::CODE_LIFE;
use linli_district::storage::StorageError;
use linli_domain::time::Moment;
use linli_protocol::DenialCode;
use sha2::{Digest as _, Sha256};

use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district};

fn later(by: TimeDelta) -> Moment {
    Moment(NOW.0 + by.num_milliseconds())
}

fn code_of<T>(result: Result<T, Error>) -> DenialCode {
    match result {
        Err(Error::Denied(denial)) => denial.code,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not denied"),
    }
}

#[test]
fn a_code_makes_one_pc_a_member_and_a_lost_answer_does_no_harm() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut random, first) = (Counting(9), committee(&district, 1).id);
        let code = district.enrol_code(first, NOW, &mut random).unwrap();
        let (one, other) = (Pc::alone(), Pc::alone());
        let mistyped = code.to_lowercase().replace('-', " ");
        let enrolled = district.enrol(&one.request(&mistyped), "a", NOW, &mut random).unwrap();
        assert_eq!(
            (enrolled.letter.as_str(), enrolled.name.as_str()),
            ("A", "花木街道牡丹一居委会")
        );
        assert_eq!(district.authenticate(&enrolled.token, NOW).unwrap().committee, first);
        assert_eq!(
            code_of(district.enrol(&other.request(&code), "a", NOW, &mut random)),
            DenialCode::BadCode
        );
        let again = district.enrol(&one.request(&code), "a", NOW, &mut random).unwrap();
        assert_eq!((&again.letter, again.committee), (&enrolled.letter, enrolled.committee));
        assert_eq!(
            code_of(district.authenticate(&enrolled.token, NOW)),
            DenialCode::Unauthorised,
            "the newer token holds"
        );
        assert!(district.authenticate(&again.token, NOW).is_ok());
        let second = district.enrol_code(first, NOW, &mut random).unwrap();
        assert_eq!(
            district
                .enrol(&other.request(&second), "a", NOW, &mut random)
                .unwrap()
                .letter,
            "B"
        );
        assert_eq!(district.devices(first).unwrap().len(), 2, "{}", database.name);
    }
}

#[test]
fn old_codes_and_guessing_are_refused() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut random = Counting(9);
        let code = district
            .enrol_code(committee(&district, 1).id, NOW, &mut random)
            .unwrap();
        let pc = Pc::alone();
        let too_late = later(CODE_LIFE + TimeDelta::seconds(1));
        assert_eq!(
            code_of(district.enrol(&pc.request(&code), "b", too_late, &mut random)),
            DenialCode::BadCode
        );
        let slow = |source: &str, at: Moment| !district.held_back(source, at).unwrap().is_zero();
        for _ in 0..10 {
            assert!(!slow("a", NOW));
            let tried = district.enrol(&pc.request("AAAA-BBBB-CCCC"), "a", NOW, &mut random);
            assert_eq!(code_of(tried), DenialCode::BadCode);
        }
        assert!(
            slow("a", NOW) && !slow("b", NOW) && !slow("a", later(TimeDelta::hours(1))),
            "{}",
            database.name
        );
        assert!(
            district.enrol(&pc.request(&code), "a", NOW, &mut random).is_ok(),
            "the office behind it is not shut out"
        );
    }
}

#[test]
fn a_code_that_is_guessed_at_is_locked_and_no_other() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut random = Counting(9);
        let mut code = || {
            district
                .enrol_code(committee(&district, 1).id, NOW, &mut random)
                .unwrap()
        };
        let (locked, used, other) = (code(), code(), code());
        let (joined, pc) = (Pc::alone(), Pc::alone());
        let seed = std::cell::Cell::new(100);
        let enrol = |pc: &Pc, code: &str, source: &str| {
            seed.set(seed.get() + 1);
            let tried = district.enrol(&pc.request(code), source, NOW, &mut Counting(seed.get()));
            tried.map(|_| ()).map_err(|error| error.denial().code)
        };
        let wrong = Err(DenialCode::BadCode);
        enrol(&joined, &used, "desk").unwrap();
        // From everywhere, and however it is written.
        for source in 0..10 {
            for code in [&locked, &used] {
                let guess = format!("{} zzzzzz", &code.replace('-', "").to_lowercase()[..6]);
                assert_eq!(enrol(&pc, &guess, &source.to_string()), wrong);
            }
        }
        assert_eq!(enrol(&pc, &locked, "desk"), wrong, "{}", database.name);
        assert_eq!(
            enrol(&joined, &used, "desk"),
            Ok(()),
            "whoever has joined with his asks again"
        );
        assert_eq!(enrol(&pc, &other, "desk"), Ok(()), "staff give another one");
    }
}

#[test]
fn of_who_tried_no_address_is_kept_and_nothing_beyond_its_hour() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut random = Counting(9);
        let pc = Pc::alone();
        let mut guess =
            |source: &str, at: Moment| code_of(district.enrol(&pc.request("AAAA"), source, at, &mut random));
        let kept = || -> Vec<[u8; 32]> {
            let read: Result<_, StorageError> = database.storage.read(|transaction| {
                transaction
                    .query("SELECT source FROM try", &[])?
                    .iter()
                    .map(|row| row.get(0))
                    .collect()
            });
            read.unwrap()
        };
        for source in ["198.51.100.7", "198.51.100.7", "198.51.100.8"] {
            assert_eq!(guess(source, NOW), DenialCode::BadCode);
        }
        let first = kept();
        assert_eq!(first.len(), 2, "{}", database.name);
        let plain: [u8; 32] = Sha256::digest("198.51.100.7").into();
        assert!(
            !first.contains(&plain),
            "there are few addresses: anybody can hash them all"
        );
        assert_eq!(guess("198.51.100.7", later(TimeDelta::hours(1))), DenialCode::BadCode);
        assert_eq!(kept().len(), 1, "{}: the hour before is gone", database.name);
    }
}

#[test]
fn guessing_from_many_places_keeps_nobody_else_out() {
    let database = databases::sqlite();
    let district = district(database.storage.clone());
    let mut random = Counting(9);
    let code = district
        .enrol_code(committee(&district, 1).id, NOW, &mut random)
        .unwrap();
    let pc = Pc::alone();
    for source in 0..1_000 {
        let tried = district.enrol(&pc.request("AAAA-BBBB-CCCC"), &source.to_string(), NOW, &mut random);
        assert_eq!(code_of(tried), DenialCode::BadCode);
    }
    assert!(
        district
            .enrol(&pc.request(&code), "elsewhere", NOW, &mut random)
            .is_ok()
    );
}

#[test]
fn the_first_pc_brings_its_data_and_no_second_one_does() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut random, first) = (Counting(9), committee(&district, 1).id);
        let brought = crate::office::id(4_711);
        let code = |random: &mut Counting| district.enrol_code(first, NOW, random).unwrap();
        let mut request = Pc::alone().request(&code(&mut random));
        request.last_seq = 3;
        assert_eq!(
            code_of(district.enrol(&request, "a", NOW, &mut random)),
            DenialCode::OtherCommittee
        );
        request.committee = Some(brought);
        assert_eq!(
            district.enrol(&request, "a", NOW, &mut random).unwrap().committee,
            brought
        );
        let mut second = Pc::alone().request(&code(&mut random));
        second.committee = Some(crate::office::id(4_712));
        assert_eq!(
            code_of(district.enrol(&second, "a", NOW, &mut random)),
            DenialCode::OtherCommittee
        );
        second.committee = Some(brought);
        assert_eq!(
            district.enrol(&second, "a", NOW, &mut random).unwrap().letter,
            "B",
            "{}",
            database.name
        );
    }
}

#[test]
fn wrong_foreign_expired_and_revoked_tokens_open_nothing() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mine, other) = (Pc::of(&district, 1), Pc::of(&district, 2));
        let (caller, token) = (mine.caller(&district), mine.enrolled.as_ref().unwrap().token.clone());
        let foreign = other.enrolled.as_ref().unwrap().token.clone();
        let secret = token.rsplit('.').next().unwrap();
        let mixed = format!("{}.{secret}", foreign.rsplit_once('.').unwrap().0);
        for wrong in ["", "x", "a.b.c", &token[..token.len() - 1], &mixed] {
            assert_eq!(
                code_of(district.authenticate(wrong, NOW)),
                DenialCode::Unauthorised,
                "{wrong}"
            );
        }
        let idle = later(TimeDelta::days(401));
        assert_eq!(
            code_of(district.authenticate(&token, idle)),
            DenialCode::Unauthorised,
            "expired"
        );
        district
            .revoke(caller.committee, caller.device, NOW, &mut Counting(3))
            .unwrap();
        assert_eq!(code_of(district.authenticate(&token, NOW)), DenialCode::Revoked);
        let again = district.revoke(caller.committee, caller.device, NOW, &mut Counting(4));
        assert!(matches!(again, Err(Error::Input(_))));
        assert!(
            district.authenticate(&foreign, NOW).is_ok(),
            "{}: the other committee's goes on",
            database.name
        );
    }
}
