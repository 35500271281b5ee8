//! What thousands share: whoever is meant is found by something else, and nobody is compared with all of them.

use crate::{Match, Outcome, Person, Record, Roster};

/// More than are met of those who share something.
const CROWD: u32 = 3_000;
/// More than are compared with one row of them.
const MOST_COMPARED: usize = 100;
/// Whose row it is.
const MEANT: u32 = 1_234;

/// A cell of the one at a place: `#` is a number of his own, `~` a character.
fn cell(pattern: &str, place: u32) -> String {
    let own = char::from_u32(u32::from('一') + place).unwrap_or('一');
    pattern
        .replace('#', &format!("{place:08}"))
        .replace('~', &own.to_string())
}

fn person([name, document, phone, address]: [&str; 4], place: u32) -> Person {
    Person {
        name: cell(name, place),
        document: cell(document, place),
        phones: vec![cell(phone, place)],
        home: None,
        addresses: vec![cell(address, place)],
    }
}

fn record(row: &[String; 4]) -> Record<'_> {
    let [name, document, phone, address] = row.each_ref().map(String::as_str);
    Record {
        name,
        document,
        phone,
        address,
    }
}

fn told(found: &Match) -> &'static str {
    match found.outcome {
        Outcome::Certain if found.resident == Some(MEANT as usize) => "him",
        Outcome::Certain => "another",
        Outcome::Undecided => "?",
        Outcome::NotOurs => "-",
    }
}

#[test]
fn what_thousands_share_is_neither_proof_nor_work() {
    const ID: &str = "310199198001011239";
    const PHONE: &str = "13912345678";
    const DOOR: &str = "齐河路338弄12号501室";
    for (roster, row, expected) in [
        (["王伟", "", "", ""], ["王伟", "", "", ""], "?"),
        (["王伟", "", "139#", ""], ["王伟", "", "139#", ""], "him"),
        (["王伟", "", "139#", ""], ["王维", "", "139#", ""], "him"),
        (
            ["王伟", "", "", "齐河路338弄#号101室"],
            ["王伟", "", "", "齐河路338弄#号101"],
            "him",
        ),
        (
            ["王伟", "", "", "齐河路338弄#号101室"],
            ["王伟", "", "", "#号101"],
            "him",
        ),
        (
            ["王伟", "", "", "齐河路338弄#号101室"],
            ["王伟", "", "", "齐河路338弄#号"],
            "?",
        ),
        (["王~", "", PHONE, ""], ["王~", "", PHONE, ""], "him"),
        (["王~", "", PHONE, ""], ["王女士", "", PHONE, ""], "?"),
        (["王~", "", PHONE, "齐河路338弄#号101室"], ["李四", "", PHONE, ""], "?"),
        (
            ["王~", "", PHONE, "齐河路338弄#号101室"],
            ["王~", "", "139****5678", "#号101"],
            "?",
        ),
        (["王~", ID, "", ""], ["王~", ID, "", ""], "him"),
        (["王~", ID, "", ""], ["", ID, "", ""], "?"),
        (["王~", "", "", DOOR], ["王~", "", "", DOOR], "him"),
        (["王~", "", "", DOOR], ["李四", "", "", DOOR], "?"),
        (["王~", "", "", DOOR], ["", "", "", "12号"], "?"),
        (["王伟", "", "139#", DOOR], ["王伟", "", "", DOOR], "?"),
        (["王伟", "", "139#", DOOR], ["王伟", "", "139#", DOOR], "him"),
        (["王伟", ID, PHONE, DOOR], ["王伟", ID, PHONE, DOOR], "?"),
        (
            ["王~", "", "", "齐河路#弄1号101室"],
            ["王~", "", "", "齐河路1号101室"],
            "him",
        ),
        (
            ["王~", "", "", "齐河路1弄晨晖~苑3号101室"],
            ["王~", "", "", "晨晖公寓3号101"],
            "?",
        ),
        (["", "", "", ""], ["", "", "", ""], "-"),
        (["", "", "", ""], ["··", "-", "/", "。"], "-"),
    ] {
        let known = Roster::new((0..CROWD).map(|place| person(roster, place)), []);
        let row = row.map(|pattern| cell(pattern, MEANT));
        let found = known.find(&record(&row));
        assert_eq!(told(&found), expected, "{roster:?} {row:?}");
        assert!(known.compares(&record(&row)) <= MOST_COMPARED, "{roster:?} {row:?}");
    }
}

/// Two share the row's name and door with thousands each, and stand behind those: one has its phone, the other its door.
#[test]
fn who_was_not_met_may_still_stand_against_one() {
    let crowds = (0..2 * CROWD).map(|place| {
        let of = if place < CROWD {
            ["王伟", "", "", "齐河路#弄1号101室"]
        } else {
            ["王~", "", "", "云台路145弄3号101室"]
        };
        person(of, place)
    });
    let last = [["王伟", "", "", "云台路145弄3号101室"], ["王伟", "", "13912345678", ""]];
    let all = || crowds.clone().chain(last.map(|one| person(one, 0)));
    let row = ["王伟", "", "13912345678", "云台路145弄3号101室"].map(str::to_owned);
    assert_eq!(Roster::new(all(), []).find(&record(&row)).outcome, Outcome::Undecided);
    let alone = all().enumerate().filter(|(place, _)| *place != 2 * CROWD as usize);
    let alone = Roster::new(alone.map(|(_, person)| person).skip(CROWD as usize), []);
    assert_eq!(alone.find(&record(&row)).resident, Some(CROWD as usize));
}

#[test]
fn of_a_long_text_the_beginning_is_read() {
    let roster = ["王伟", "310199198001011239", "139#", "齐河路338弄12号501室"];
    let known = Roster::new((0..3).map(|place| person(roster, place)), []);
    for (field, filler) in [
        (1, " "),
        (2, " "),
        (2, "/1391234"),
        (3, " "),
        (3, "，（齐河"),
        (3, "村"),
    ] {
        let mut row = ["王伟", "", "13900000001", "齐河路338弄12号501室"].map(str::to_owned);
        row[field].push_str(&filler.repeat(100_000 / filler.len()));
        assert_eq!(known.find(&record(&row)).resident, Some(1), "{field} {filler}");
    }
    let long = "王 ".repeat(50_000);
    assert_eq!(
        known
            .find(&record(&[&long, &long, &long, &long].map(String::clone)))
            .outcome,
        Outcome::NotOurs
    );
}
