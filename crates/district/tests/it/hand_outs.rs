//! One voucher that is handed out at two counters between exchanges, on both databases.

use linli_district::storage::StorageError;
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::reservation::ReservationFact;
use linli_domain::round::RoundKey;
use linli_domain::time::Moment;
use linli_protocol::PullRequest;
use linli_store::{Author, Draft, Error};

use crate::databases;
use crate::office::{Counting, NOW, Pc, district, fact, id, issued, opened, passed, registered};

/// Hands out a minute later than another counter by their clocks.
fn hand_out(pc: &mut Pc, minute: i64) {
    let at = Moment(NOW.0 + minute * 60_000);
    let author = Author {
        at,
        ..pc.author(Action::Collected)
    };
    pc.store
        .write::<Error>(&author, |_| Ok(vec![fact(1, ReservationFact::Collected)]))
        .unwrap();
}

#[test]
fn what_went_over_two_counters_counts_until_somebody_finds_otherwise_and_everybody_folds_alike() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let round = opened(&district, RoundKey::Household, 100);
        let (mut one, mut two) = (Pc::of(&district, 1), Pc::of(&district, 1));
        one.lease(&district, round, 20, &["1号"]);
        one.write(
            Action::ReservationRegistered,
            vec![registered(1, round, "1号", "101", "x"), passed(1)],
        );
        one.exchange(&district);
        one.write(Action::VouchersIssued, vec![issued(1, 1)]);
        assert_eq!(one.rejected(&district), Vec::<String>::new(), "{}", database.name);
        two.exchange(&district);
        hand_out(&mut one, 1);
        hand_out(&mut two, 2);
        two.exchange(&district);
        one.exchange(&district);
        two.exchange(&district);
        let twice = || {
            let number = district.rounds().unwrap()[0].clone();
            let progress = district.progress(&number, NOW).unwrap();
            (progress[0].collected, progress[0].handed_out_twice)
        };
        assert_eq!(twice(), (1, 1), "{}", database.name);
        assert!(one.agrees(&district) && two.agrees(&district), "{}", database.name);

        // As a program left it that knew of one hand-out only.
        let older: Result<(), StorageError> = database.storage.write(|transaction| {
            transaction.execute("UPDATE item SET again = 0", &[])?;
            let sql = "INSERT INTO refold SELECT committee, item FROM item";
            transaction.execute(sql, &[])?;
            Ok(())
        });
        older.unwrap();
        assert!(
            one.agrees(&district) && twice() == (1, 0),
            "{}: states are compared without",
            database.name
        );
        assert_eq!(
            (district.fold_again().unwrap(), district.fold_again().unwrap()),
            (1, 0),
            "{}",
            database.name
        );
        assert!(one.agrees(&district) && twice() == (1, 1), "{}", database.name);

        let again = two.store.view().reservation(id(1)).unwrap().unwrap().state.again[0].clone();
        let looked = ReservationFact::LookedInto {
            device: again.device,
            at: again.at,
            given: false,
        };
        two.write(Action::ConflictsSettled, vec![fact(1, looked)]);
        two.exchange(&district);
        assert_eq!(twice(), (1, 0), "{}: only a scan", database.name);
        assert!(two.agrees(&district), "{}", database.name);
    }
}

/// Who was revoked is told with what reaches the end, and nothing of theirs is numbered after.
#[test]
fn who_was_revoked_is_told_at_the_end_and_to_none_but_the_committee() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut one, gone, other) = (Pc::of(&district, 1), Pc::of(&district, 1), Pc::of(&district, 2));
        let told = |pc: &Pc, after: u64| district.pull(pc.caller(&district), PullRequest { after }).unwrap();
        assert_eq!(told(&one, 0).revoked, [], "{}", database.name);
        let (caller, device) = (gone.caller(&district), gone.store.own_device().unwrap().id);
        district
            .revoke(caller.committee, device, NOW, &mut Counting(5))
            .unwrap();
        assert_eq!(told(&one, 0).revoked, [device], "{}", database.name);
        assert_eq!(told(&other, 0).revoked, [], "{}", database.name);
        for number in 0..linli_protocol::PARTS as u128 + 1 {
            let change = Change::AddTag(format!("{number}"));
            one.write(
                Action::ResidentsTagged,
                vec![Draft {
                    kind: EntityKind::Resident,
                    entity: EntityId(id(number).0),
                    change,
                }],
            );
        }
        one.exchange(&district);
        assert_eq!(
            told(&one, 0).revoked,
            [],
            "{}: not with a page on the way",
            database.name
        );
    }
}
