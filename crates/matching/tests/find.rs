//! Whom a row means, from outside: what a clerk would accept unseen, and what never.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::OnceLock;

use linli_matching::{Alias, Match, Outcome, Person, Reason, Record, Roster};
use proptest::prelude::*;

/// Nobody's: the area code was never issued.
const ROSTER: [(&str, &str, &str, u32, &str); 14] = [
    ("张晓明", "310199198001011239", "13900000101", 1, "齐河路338弄12号501室"),
    ("王芳", "310199198202024560", "13900000102", 1, "齐河路338弄12号501室"),
    ("张小宝", "", "", 1, "齐河路338弄12号501室"),
    ("李建国", "310199195003031117", "58880001", 2, "齐河路338弄12号502室"),
    ("李建华", "", "13900000104", 3, "齐河路338弄12号601室"),
    (
        "王伟",
        "310199197505051330",
        "13900000105",
        4,
        "齐河路338弄晨晖苑3号101室",
    ),
    ("王伟", "310199198505051331", "13900000106", 5, "云台路145弄3号101室"),
    ("欧阳小明", "", "13900000107", 6, "晨晖苑8号201室"),
    ("程红", "", "13900000108", 7, "云台路145弄1号201室"),
    ("成红", "", "13900000109", 8, "云台路145弄1号202室"),
    ("赵大", "", "", 9, "杨桥村郑家宅12号"),
    ("赵二", "", "13900000110", 10, "云台路88号301室"),
    ("孙一", "", "13900000111", 11, "东方花园二期3幢2单元1001室"),
    ("孙二", "", "", 12, "东方花园一期3幢2单元1001室"),
];

fn people() -> Vec<Person> {
    let person = |(name, document, phone, home, address): (&str, &str, &str, u32, &str)| Person {
        name: name.into(),
        document: document.into(),
        phones: [phone]
            .into_iter()
            .filter(|phone| !phone.is_empty())
            .map(str::to_owned)
            .collect(),
        home: Some(home),
        addresses: vec![address.into()],
    };
    ROSTER.into_iter().map(person).collect()
}

fn roster() -> &'static Roster {
    static KNOWN: OnceLock<Roster> = OnceLock::new();
    KNOWN.get_or_init(|| {
        Roster::new(
            people(),
            [Alias {
                written: "老齐河".into(),
                place: "齐河路338弄".into(),
            }],
        )
    })
}

fn record<'a>([name, document, phone, address]: [&'a str; 4]) -> Record<'a> {
    Record {
        name,
        document,
        phone,
        address,
    }
}

/// `12`: certain, the resident; `?`: undecided; `-`: not ours.
fn told(found: &Match) -> String {
    match found.outcome {
        Outcome::Certain => found.resident.unwrap().to_string(),
        Outcome::Undecided => "?".into(),
        Outcome::NotOurs => "-".into(),
    }
}

#[test]
fn a_row_means_whom_a_clerk_would_say() {
    let roster = roster();
    let mut wrong = Vec::new();
    for (row, expected) in [
        (
            ["张晓明", "310199198001011239", "13900000101", "齐河路338弄12号501室"],
            "0",
        ),
        (["张小明", "", "13900000101", ""], "0"),
        (["章晓明", "", "13900000101", "齐河路338弄12-501"], "0"),
        (["张□明", "", "139****0101", "齐河路338弄12号501"], "0"),
        (["张晓明", "", "", "12/501"], "0"),
        (["张晓明", "", "", "老齐河12号501"], "0"),
        (["张晓明", "", "", "晨晖苑12号501"], "0"),
        (["张晓明", "", "13900000102", ""], "0"),
        (["张先生", "", "13900000101", "齐河路338弄12号"], "0"),
        (["", "310199800101123", "", ""], "?"),
        (["", "310199198001011239", "", ""], "0"),
        (["张晓明", "31019919800101123", "", "12号501"], "0"),
        (["李建国", "", "021-58880001", "齐河路338弄"], "3"),
        (["王伟", "", "", "云台路145弄3号101"], "6"),
        (["王伟", "", "139****0106", "云台路145弄3号"], "6"),
        (["赵大", "", "", "郑家宅12号"], "10"),
        (["赵二", "", "", "云台路88号301"], "11"),
        (["孙一", "", "", "东方花园3幢2单元1001"], "12"),
        (["欧阳女士", "", "13900000107", "齐河路338弄8号"], "7"),
        // Against the number, the room, the lane.
        (["张晓明", "310199198202024560", "", "齐河路338弄12号501"], "?"),
        (
            ["张晓明", "310199198001011239", "13900000101", "齐河路338弄12号502"],
            "?",
        ),
        (
            ["张晓明", "310199198001011239", "13900000101", "齐河路388弄12号501"],
            "?",
        ),
        (
            ["张晓明", "310199198001011239", "13900000101", "齐河路338弄12号6楼"],
            "?",
        ),
        // Two of them, or two who fit.
        (["张晓明、王芳", "", "13900000101", "齐河路338弄12号501"], "?"),
        (["王伟", "", "", "3号101"], "?"),
        (["王伟", "", "13900000105", "云台路145弄3号101"], "?"),
        (["成红", "", "13900000108", ""], "?"),
        (["张母亲", "", "13900000101", "齐河路338弄12号501"], "?"),
        // A name alone, a house, a guess.
        (["张晓明", "", "", ""], "?"),
        (["张晓明", "", "", "齐河路338弄12号"], "?"),
        (["张晓明", "", "", "奇河路338弄12号501"], "?"),
        (["张晓明", "", "13900000199", "齐河路338弄"], "?"),
        (["周五", "", "13900000199", "齐河路338弄12号501"], "?"),
        (["", "", "", "齐河路338弄12号"], "?"),
        // A place that is not ours, a hamlet of the same name in another village, another estate of nearly the same name.
        (["张晓明", "310199198001011239", "", "三林路1弄2号301"], "?"),
        (["赵大", "", "", "李家村郑家宅12号"], "-"),
        (["王伟", "", "", "晨晖公寓3号101"], "?"),
        // A remark is no place; a phone of the family's masked speaks for them.
        (["张晓明", "", "", "12号501（女儿家）"], "0"),
        (["张晓明", "310199********1239", "", "外地返回"], "?"),
        (["张晓明", "310199********1239", "139****0102", "外地返回"], "0"),
        // Nothing of ours.
        (["周五", "", "13900000199", "三林路1弄2号301"], "-"),
        (["张晓明", "310199199909099999", "13900000199", "三林路1弄2号301"], "-"),
        (["周五", "", "", ""], "-"),
        (["", "", "", ""], "-"),
    ] {
        let found = roster.find(&record(row));
        let said: Vec<_> = found
            .candidates
            .iter()
            .map(|one| (one.resident, &one.reasons))
            .collect();
        if told(&found) != expected {
            wrong.push(format!("{row:?} {} {expected} {said:?}", told(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reasons_are_told_and_the_best_is_first() {
    let roster = roster();
    let found = roster.find(&record(["张小明", "", "13900000101", "齐河路338弄12号501"]));
    let said: Vec<&str> = found.candidates[0].reasons.iter().map(|reason| reason.zh()).collect();
    assert_eq!(said, ["手机号一致", "弄号室一致", "姓名同音不同字"]);
    let found = roster.find(&record(["成红", "", "13900000108", ""]));
    assert!(
        found
            .candidates
            .iter()
            .any(|one| one.reasons.contains(&Reason::NameOfAnother))
    );
    // Somebody unknown at a door: who lives there is shown.
    let found = roster.find(&record(["周五", "", "", "齐河路338弄12号501"]));
    assert!(found.candidates.iter().take(3).all(|one| one.resident < 3) && found.candidates.len() >= 3);
    assert!(found.candidates.is_sorted_by(|a, b| a.score >= b.score));
}

fn living(name: &str, phone: &str, address: &str) -> Person {
    Person {
        name: name.into(),
        phones: vec![phone.into()],
        addresses: vec![address.into()],
        ..Person::default()
    }
}

/// Sheets of a few residents, by name and address, and what a row that says the same means with another address.
#[test]
fn a_door_is_another_by_its_sign_its_side_or_its_region() {
    let mut wrong = Vec::new();
    for (known, said, expected) in [
        (&["东环路120弄甲2号101室"][..], "东环路120弄甲2号101室", "0"),
        (&["东环路120弄甲2号101室"], "东环路120弄2号甲101", "0"),
        (&["东环路120弄甲2号101室"], "东环路120弄2号101室", "?"),
        (&["东环路120弄甲2号101室"], "东环路120弄乙2号101室", "?"),
        (&["东环路120弄2号101室"], "东环路120弄甲2号101室", "?"),
        (&["东环路120弄2号101室"], "东环路120弄新2号101室", "?"),
        (&["东环路120弄2号101室"], "东环路120弄后排2号101室", "?"),
        (&["晨晖苑甲2号101室"], "晨晖苑乙2号101", "?"),
        (&["晨晖苑东楼101室"], "晨晖苑西楼101室", "?"),
        (&["晨晖苑东楼101室"], "晨晖苑东楼101", "0"),
        (&["东环路120弄甲幢101室"], "东环路120弄丙幢101室", "?"),
        (
            &["东环路120弄甲4号101室", "东环路120弄4号101室"],
            "东环路120弄甲4号101室",
            "0",
        ),
        (
            &["东环路120弄甲4号101室", "东环路120弄4号101室"],
            "东环路120弄4号101室",
            "1",
        ),
        (&["东环路120弄12号前楼"], "东环路120弄12号前楼", "0"),
        (&["东环路120弄12号前楼"], "东环路120弄12号后楼", "?"),
        (&["东环路120弄12号前楼"], "东环路120弄12号", "?"),
        (&["东环路120弄12号后厢房"], "东环路120弄12号前厢房", "?"),
        (&["东环路120弄12号东厢"], "东环路120弄12号东厢房", "0"),
        (&["东环路120弄12号东间"], "东环路120弄12号西间", "?"),
        (&["东环路120弄12号底楼东间"], "东环路120弄12号1楼东间", "0"),
        (&["东环路120弄12号底楼东间"], "东环路120弄12号底楼西间", "?"),
        (&["东环路120弄12号底楼东间"], "东环路120弄12号2楼东间", "?"),
        (&["东环路120弄12号2楼亭子间"], "东环路120弄12号3楼亭子间", "?"),
        (&["东环路120弄12号前亭子间"], "东环路120弄12号后亭子间", "?"),
        (&["东环路120弄12号东"], "东环路120弄12号西", "?"),
        (&["东环路120弄12号501室东间"], "东环路120弄12号501室西间", "?"),
        (&["东环路120弄12号501室东间"], "东环路120弄12号501", "0"),
        (&["东环路120弄12号前楼"], "东环路120弄12号（后楼）", "?"),
        (&["东环路120弄12号201室前间"], "东环路120弄12号201室（后间）", "?"),
        (&["东环路120弄12号201室"], "东环路120弄12号201室（前间）", "0"),
        (&["东环路120弄12号楼上"], "东环路120弄12号楼下", "?"),
        (&["晨晖苑3号楼东单元101室"], "晨晖苑3号楼西单元101室", "?"),
        (&["晨晖苑3号楼东单元101室"], "晨晖苑3号楼东单元101", "0"),
        (&["东环路120弄16号201室"], "东环路壹佰贰拾弄16号201室", "0"),
        (&["东环路120弄16号201室"], "東環路120弄16號201室", "0"),
        (&["齐河路8号甲"], "齐河路8号甲", "0"),
        (&["齐河路8号甲"], "齐河路8号", "?"),
        (&["齐河路8号"], "齐河路8号乙", "?"),
        (
            &["上海市浦东新区东环路120弄16号201室"],
            "上海浦东新区东环路120弄16号201",
            "0",
        ),
        (&["上海市浦东新区东环路120弄16号201室"], "浦东东环路120弄16号201", "0"),
        (&["上海市浦东新区东环路120弄16号201室"], "东环路120弄16号201", "0"),
        (
            &["上海市浦东新区东环路120弄16号201室"],
            "上海市徐汇区东环路120弄16号201",
            "?",
        ),
        (&["上海市东环路120弄16号201室"], "北京市朝阳区东环路120弄16号201", "?"),
        (&["上海市东环路120弄16号201室"], "江苏省南通市东环路120弄16号201", "?"),
        (&["上海市东环路120弄16号201室"], "北京东环路120弄16号201室", "?"),
        (&["东环路120弄16号201室"], "上海市徐汇区东环路120弄16号201室", "?"),
        (&["东环路120弄16号201室"], "三林镇东环路120弄16号201室", "0"),
    ] {
        let people = known
            .iter()
            .zip(0..)
            .map(|(address, place)| living("沈戊", &format!("1380000011{place}"), address));
        let found = Roster::new(people, []).find(&record(["沈戊", "", "", said]));
        if told(&found) != expected {
            wrong.push(format!(
                "{known:?} {said} {} {expected} {:?}",
                told(&found),
                found.address
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The roster writes no region: what most rows write before its places is the committee's.
#[test]
fn of_a_roster_that_writes_no_region_the_rows_tell_which_it_is() {
    let roster = |heard: &[&str]| {
        let mut roster = Roster::new([living("沈戊", "13800000115", "东环路120弄16号201室")], []);
        roster.hear(heard.iter().copied());
        roster
    };
    let ours = "上海市浦东新区东环路120弄16号201室";
    let other = "上海市徐汇区东环路120弄16号201室";
    let elsewhere = "上海市徐汇区三林路1弄2号";
    let row = |address| ["沈戊", "", "", address];
    for (heard, row, expected) in [
        (&[][..], row(ours), "?"),
        (&[ours, ours], row(ours), "?"),
        (&[ours, ours, ours, other], row(ours), "0"),
        (
            &[ours, ours, ours, elsewhere, elsewhere, elsewhere, elsewhere],
            row(ours),
            "0",
        ),
        (&[ours, ours, ours, other], row(other), "?"),
        (&[ours, ours, ours, other, other, other], row(ours), "?"),
        (&[], ["沈戊", "", "13800000115", ours], "0"),
        (&[], ["沈戊", "", "13800000115", "大理市"], "?"),
        (&[], ["沈戊", "", "13800000115", "从大理市回来，16号201"], "0"),
        (&[ours, ours, ours], ["沈戊", "", "13800000115", other], "?"),
        (&[ours, ours, ours], ["沈戊", "", "13800000115", "浦东新区"], "0"),
    ] {
        assert_eq!(told(&roster(heard).find(&record(row))), expected, "{heard:?} {row:?}");
    }
}

#[test]
fn whoever_bears_the_name_is_shown_and_a_name_may_be_masked_in_front() {
    let people = || {
        (0..15_u32).map(|one| {
            living(
                &format!("沈{}", char::from_u32('一' as u32 + one).unwrap()),
                &format!("139000001{one:02}"),
                &format!("东环路120弄{}号201室", one + 1),
            )
        })
    };
    let roster = Roster::new(people(), []);
    let found = roster.find(&record(["沈一", "", "", "东环路120弄9号301室"]));
    assert_eq!(found.candidates.first().map(|one| one.resident), Some(0), "{found:?}");
    let masked = roster.find(&record(["*一", "", "139****0100", "东环路120弄1号201室"]));
    assert_eq!(masked.candidates.first().map(|one| one.resident), Some(0), "{masked:?}");
    assert_eq!(
        told(&roster.find(&record(["※沈一", "", "", "东环路120弄1号201室"]))),
        "0"
    );
}

/// Parts of rows: of one resident, of another, damaged, of nobody, or nothing.
fn field(of: fn(usize) -> String) -> impl Strategy<Value = String> {
    let damaged = (0..ROSTER.len(), 0..20_usize).prop_map(move |(one, at)| {
        let text: Vec<char> = of(one).chars().collect();
        text.iter()
            .enumerate()
            .filter(|(place, _)| *place != at)
            .map(|(_, c)| *c)
            .collect::<String>()
    });
    prop_oneof![2 => Just(String::new()), 4 => (0..3_usize).prop_map(of), 3 => (0..ROSTER.len()).prop_map(of), 1 => damaged]
}

fn rows() -> impl Strategy<Value = [String; 4]> {
    let name = field(|one| ROSTER[one].0.into());
    let document = field(|one| ROSTER[one].1.into());
    let phone = field(|one| ROSTER[one].2.into());
    (name, document, phone, field(|one| ROSTER[one].4.into())).prop_map(|(a, b, c, d)| [a, b, c, d])
}

fn find(roster: &Roster, row: &[String; 4]) -> Match {
    roster.find(&record(row.each_ref().map(String::as_str)))
}

proptest! {
    #[test]
    fn a_name_alone_is_never_certain(row in rows()) {
        let [name, ..] = row;
        let found = find(roster(), &[name, String::new(), String::new(), String::new()]);
        prop_assert!(found.outcome != Outcome::Certain);
    }

    #[test]
    fn nothing_is_certain_against_a_number_a_door_or_another_who_fits(row in rows()) {
        let roster = roster();
        let found = find(roster, &row);
        if found.outcome == Outcome::Certain {
            let reasons = &found.candidates[0].reasons;
            let against = [Reason::IdOther, Reason::DoorContrary, Reason::NameOther, Reason::NameSeveral, Reason::Rival];
            prop_assert!(against.iter().all(|one| !reasons.contains(one)), "{:?}", reasons);
            prop_assert_eq!(found.candidates[0].resident, found.resident.unwrap());
        }
    }

    /// Who stands twice on the roster, under two numbers, is nobody for sure.
    #[test]
    fn nothing_is_certain_where_two_fit_alike(row in rows()) {
        let people = people();
        let twice = people.iter().chain(&people).cloned().enumerate().map(|(place, person)| Person {
            home: person.home.map(|home| home + 100 * (place / ROSTER.len()) as u32),
            ..person
        });
        prop_assert!(find(&Roster::new(twice, []), &row).outcome != Outcome::Certain);
    }

    #[test]
    fn the_rosters_order_does_not_matter(row in rows(), turn in 0..ROSTER.len()) {
        let straight = find(&Roster::new(people(), []), &row);
        let mut turned = people();
        turned.rotate_left(turn);
        let found = find(&Roster::new(turned, []), &row);
        prop_assert_eq!(found.outcome, straight.outcome);
        let back = |one: usize| (one + turn) % ROSTER.len();
        prop_assert_eq!(found.resident.map(back), straight.resident);
        let scores = |found: &Match| found.candidates.iter().map(|one| one.score).collect::<Vec<_>>();
        prop_assert_eq!(scores(&found), scores(&straight));
    }

    /// What is not said makes nobody surer: a row with words for nothing is the row without them.
    #[test]
    fn fields_that_say_nothing_change_nothing(row in rows()) {
        let roster = roster();
        let words = ["不详", "无", "无", "不详"];
        let mut wordy = row.clone();
        for (field, word) in wordy.iter_mut().zip(words).filter(|(field, _)| field.is_empty()) {
            *field = word.into();
        }
        let (plain, wordy) = (find(roster, &row), find(roster, &wordy));
        prop_assert_eq!(plain.outcome, wordy.outcome);
        prop_assert_eq!(plain.resident, wordy.resident);
    }

    #[test]
    fn nothing_typed_breaks_it(name in "(\\PC|[张王晓明□*、 ]){0,8}", document in "[0-9Xx*尾号]{0,20}",
                               phone in "[0-9*转 -]{0,14}", address in "(\\PC|[齐河路弄号室0-9-]){0,24}") {
        let _ = find(roster(), &[name, document, phone, address]);
    }
}
