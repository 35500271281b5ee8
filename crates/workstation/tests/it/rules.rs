//! The rules of roster and rounds.

use linli_domain::voucher;
use serde_json::{Value, json};

use crate::desk::Desk;

fn codes(registered: &Value) -> Vec<&str> {
    registered["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

const MOTHER: &str = "13800005678";
const FATHER: &str = "13800005679";

#[test]
fn one_per_person_household_or_address_as_the_round_says() {
    let desk = Desk::new();
    let mother = desk.person(
        "王丽",
        "1号101",
        json!({ "phone": MOTHER, "document_number": "11010519491231002X" }),
    );
    let father = desk.person(
        "陈强",
        "1号101",
        json!({ "phone": FATHER, "document_number": "110105500101002" }),
    );
    for (number, key, second_is_found) in [(1, "person", false), (2, "household", true), (3, "address", true)] {
        let round = desk.round(number, key, 10);
        let first = desk.register(&round, &mother, json!({}));
        assert_eq!(codes(&first), Vec::<&str>::new(), "{key}");
        assert_eq!(first["reservation"]["number"], "A00001");
        let again = desk.register(&round, &mother, json!({}));
        assert_eq!(
            (codes(&again), &again["reservation"]),
            (vec!["already_reserved"], &Value::Null),
            "{key}"
        );
        let second = desk.register(&round, &father, json!({}));
        assert_eq!(codes(&second).contains(&"already_reserved"), second_is_found, "{key}");
        // Somebody not on the roster, at the same address.
        let guest = json!({ "name": "客人", "phone": "13800005680", "document_kind": "missing", "address": "1号101" });
        let third = desk.register(&round, &mother, json!({ "resident": null, "person": guest }));
        assert_eq!(codes(&third).contains(&"already_reserved"), second_is_found, "{key}");
        assert!(codes(&third).contains(&"not_on_roster"));
    }
}

#[test]
fn who_registered_before_the_roster_knew_them_is_recognised_once_it_does() {
    let desk = Desk::new();
    let round = desk.round(1, "household", 10);
    let typed = json!({
        "name": "王丽", "phone": MOTHER, "document_number": "11010519491231002X", "address": "1号101",
    });
    let walk_in = json!({ "resident": null, "person": typed, "anyway": true });
    let registered = desk.register(&round, "", walk_in);
    assert_eq!(codes(&registered), ["address_unknown", "not_on_roster"]);
    let mother = desk.person(
        "王丽",
        "1号101",
        json!({ "phone": MOTHER, "document_number": "11010519491231002X" }),
    );
    let card = desk.call("reservation_card", json!({ "id": registered["reservation"]["id"] }));
    assert_eq!(
        (codes(&card), &card["resident"]["id"]),
        (Vec::<&str>::new(), &json!(mother))
    );
    let hers = desk.call("resident_card", json!({ "id": mother }));
    assert_eq!(
        hers["reservations"][0]["id"], registered["reservation"]["id"],
        "it stands at hers, too"
    );
    let home = json!({ "kind": "round", "round": round });
    let board = desk.call(
        "building_board",
        json!({ "estate": "", "building": "1号", "lens": home }),
    );
    assert_eq!(board["floors"][0]["cells"][0]["state"], "registered", "and at her door");
    let again = desk.register(&round, &mother, json!({}));
    assert_eq!(codes(&again), ["already_reserved"], "one home, however it was written");
    assert_eq!(desk.call("pass_clear", json!({ "round": round }))["passed"], 1);
}

#[test]
fn quota_limit_and_window_are_found_and_the_quota_is_never_exceeded() {
    let desk = Desk::new();
    let people: Vec<String> = (1..=3)
        .map(|n| {
            desk.person(
                &format!("王{n}"),
                &format!("{n}号10{n}"),
                json!({ "phone": format!("1380000567{n}") }),
            )
        })
        .collect();
    let round = desk.round(1, "person", 2);
    let served = |place: usize| desk.register(&round, &people[place], json!({ "anyway": true, "finish": true }));
    assert_eq!(served(0)["voucher"], voucher::number(1, 1));
    assert_eq!(served(1)["voucher"], voucher::number(1, 2));
    assert!(codes(&desk.register(&round, &people[2], json!({}))).contains(&"over_quota"));
    let beyond = json!({
        "round": round, "resident": people[2], "person": null, "quantity": 1, "pick_up": null, "note": null,
        "anyway": true, "finish": true,
    });
    assert_eq!(desk.refused("register", beyond).0, "quota_used_up");
    let too_many = desk.register(&round, &people[2], json!({ "quantity": 6 }));
    assert!(codes(&too_many).contains(&"quantity_wrong"));
    let next = desk.round(2, "person", 2);
    assert!(codes(&desk.register(&next, &people[0], json!({}))).contains(&"got_earlier"));
    let points = [0, 1].map(|place| {
        let reservation = desk.register(&next, &people[place], json!({ "anyway": true }))["reservation"]["id"].clone();
        desk.call("reservation_card", json!({ "id": reservation }))["pick_up"].clone()
    });
    assert_eq!(
        points,
        ["东门药房", "西门药房"],
        "the building decides where to collect"
    );
}

#[test]
fn stepping_back_needs_a_reason_and_voids_the_voucher_for_good() {
    let desk = Desk::new();
    let mother = desk.person("王丽", "1号101", json!({ "phone": MOTHER }));
    let round = desk.round(1, "household", 5);
    let served = desk.register(&round, &mother, json!({ "anyway": true, "finish": true }));
    let (id, number) = (served["reservation"]["id"].clone(), served["voucher"].clone());
    let collect = |voucher: &Value| json!({ "round": round, "voucher": voucher, "anyway": false });
    assert_eq!(desk.call("collect", collect(&number))["collected"], true);
    let back = |to: &str, reason: &str| json!({ "id": id, "to": to, "reason": reason });
    assert_eq!(desk.refused("step_back", back("pending", "  ")).0, "missing_field");
    assert_eq!(desk.refused("step_back", back("collected", "登错了")).0, "no_way_back");
    desk.call("step_back", back("notified", "拿错了"));
    assert_eq!(
        desk.call("collect", collect(&number))["collected"],
        true,
        "the same voucher serves again"
    );
    desk.call("step_back", back("pending", "登错了"));
    let void = desk.call("collect", collect(&number));
    assert!(void["collected"] == false && void["may_override"] == false, "{void}");
    assert!(void["refusal"]["text"].as_str().unwrap().contains("作废"), "{void}");
    desk.call("review", json!({ "ids": [id], "decision": "passed", "reason": null }));
    desk.call(
        "notify",
        json!({ "ids": [id], "channel": "phone", "outcome": "reached", "note": null }),
    );
    desk.print_vouchers(&round, false);
    let card = desk.call("reservation_card", json!({ "id": id }));
    assert_eq!(
        card["row"]["voucher"],
        voucher::number(1, 2),
        "a void number is never given out again: {card}"
    );
    let told = card["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect::<String>();
    assert!(
        told.contains("登错了") && told.contains("拿错了"),
        "the reasons stand in the history: {told}"
    );
    desk.state();
}

#[test]
fn a_duplicate_is_warned_of_and_added_only_when_the_clerk_says_so() {
    let desk = Desk::new();
    desk.person(
        "王丽",
        "1号101",
        json!({ "phone": MOTHER, "document_number": "11010519491231002X" }),
    );
    let before = desk.state();
    let save = |fields: Value, anyway| json!({ "id": null, "fields": fields, "tags": null, "anyway": anyway });
    for (fields, reason) in [
        (
            json!({ "name": "王莉", "document_number": "11010519491231002x" }),
            "证件号码相同",
        ),
        (json!({ "name": "王丽", "address": "1号101" }), "同一户里有同名的人"),
        (
            json!({ "name": "王丽", "phone": "138 0000 5678" }),
            "姓名和手机号码都相同",
        ),
    ] {
        let warned = desk.call("resident_save", save(fields, false));
        assert_eq!(
            (&warned["id"], &warned["duplicates"][0]["reason"]["text"]),
            (&Value::Null, &json!(reason))
        );
    }
    assert_eq!(desk.state(), before, "a warning writes nothing");
    let other = desk.call(
        "resident_save",
        save(json!({ "name": "王丽", "address": "2号202" }), false),
    );
    assert!(other["id"].is_string(), "a name alone warns of nobody");
    let same = desk.call(
        "resident_save",
        save(json!({ "name": "王丽", "address": "1号101" }), true),
    );
    assert!(same["id"].is_string());
    assert_eq!(desk.found("王丽"), 3);
}

/// Two records of one person become one, for lists, checks and vouchers; and two again.
#[test]
fn a_merge_counts_everywhere_and_can_be_taken_apart() {
    let desk = Desk::new();
    let kept = desk.person("王丽", "1号101", json!({ "phone": MOTHER }));
    let dropped = desk.person(
        "王莉",
        "1号101",
        json!({ "phone": FATHER, "document_number": "11010519491231002X" }),
    );
    let round = desk.round(1, "person", 5);
    for (person, expected) in [(&kept, "A00001"), (&dropped, "A00002")] {
        assert_eq!(
            desk.register(&round, person, json!({ "anyway": true }))["reservation"]["number"],
            expected
        );
    }
    let before = desk.state();
    let merged = desk.call(
        "resident_merge",
        json!({ "keep": kept, "drop": dropped, "take": ["phone"] }),
    );
    let card = desk.call("resident_card", json!({ "id": kept }));
    assert_eq!(card["merged"][0]["name"], "王莉");
    assert!(
        card["fields"]["document_number"].is_string(),
        "what was missing is taken over: {card}"
    );
    assert_eq!(card["reservations"].as_array().unwrap().len(), 2, "the work of both");
    assert_eq!((desk.found("王丽"), desk.found("王莉")), (1, 0));
    let list = json!({
        "round": round, "stage": null, "findings": null, "building": null, "query": null,
        "page": { "offset": 0, "limit": 10 },
    });
    let ids: Vec<Value> = desk.call("reservation_list", list)["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    let second = desk.call("reservation_card", json!({ "id": ids[1] }));
    assert!(
        codes(&second).contains(&"already_reserved") && !codes(&second).contains(&"not_on_roster"),
        "{second}"
    );
    desk.call("review", json!({ "ids": ids, "decision": "passed", "reason": null }));
    desk.call(
        "notify",
        json!({ "ids": ids, "channel": "paper", "outcome": "reached", "note": null }),
    );
    desk.call("undo_last", json!({}));
    desk.call("undo_last", json!({}));
    desk.call("undo_batch", json!({ "batch": merged["batch"] }));
    assert_eq!(desk.state(), before, "undone, it is as if it had not been");
    desk.call("resident_merge", json!({ "keep": kept, "drop": dropped, "take": [] }));
    assert_eq!(
        desk.refused("resident_merge", json!({ "keep": kept, "drop": dropped, "take": [] }))
            .0,
        "merged_already"
    );
    desk.call("review", json!({ "ids": ids, "decision": "passed", "reason": null }));
    desk.print_vouchers(&round, false);
    let issued = desk.call("round_show", json!({ "round": round }))["summary"]["vouchers"].clone();
    assert_eq!(issued, 1, "one person, one voucher");
    desk.call("resident_unmerge", json!({ "id": dropped }));
    assert_eq!((desk.found("王丽"), desk.found("王莉")), (1, 1));
}

/// An address as clerks speak it is the home that is there; what is not there is said before it is made.
#[test]
fn an_address_is_looked_up_while_it_is_typed() {
    let desk = Desk::new();
    for (name, address) in [
        ("张三", "齐河路338弄1号602室"),
        ("李四", "齐河路338弄1号603室"),
        ("王五", "齐河路338弄12号101室"),
    ] {
        desk.person(name, address, json!({}));
    }
    let look = |address: &str| desk.call("address_look", json!({ "address": address }));
    for address in ["1号602", "1-602", "338弄1号602室", "浦东新区齐河路338弄1号602室"] {
        let seen = look(address);
        assert_eq!(
            (&seen["known"], &seen["written"]),
            (&json!(true), &json!("齐河路338弄1号602室")),
            "{address}"
        );
    }
    let seen = look("1号60");
    assert_eq!(
        seen["suggested"],
        json!(["齐河路338弄1号602室", "齐河路338弄1号603室"]),
        "{seen}"
    );
    assert_eq!(
        (&look("1号604")["known"], &look("1号604")["building_known"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(look("2号602")["building_known"], false);
    assert_eq!(look("齐河路338弄3幢")["building_known"], false);
}

/// Whoever is added a second time with little said of him is recognised before he is there twice.
#[test]
fn a_namesake_is_shown_while_somebody_is_added() {
    let desk = Desk::new();
    desk.person("张三", "齐河路338弄1号602室", json!({ "birth_date": "1950-03-12" }));
    let add = |fields: serde_json::Value| {
        desk.call(
            "resident_save",
            json!({ "id": null, "fields": fields, "tags": null, "anyway": false }),
        )
    };
    for (fields, reason) in [
        (json!({ "name": "张三" }), "台账里有同名的人"),
        (json!({ "name": "张三", "address": "1号601" }), "同一栋楼里有同名的人"),
        (
            json!({ "name": "张三", "address": "9号1", "birth_date": "1950-03-12" }),
            "姓名和出生日期都相同",
        ),
    ] {
        assert_eq!(
            add(fields.clone())["duplicates"][0]["reason"]["text"],
            reason,
            "{fields}"
        );
    }
    assert_eq!(
        add(json!({ "name": "张三", "address": "9号101" }))["duplicates"],
        json!([])
    );
}

/// The chips over the roster are kept, and follow what is changed of people and of their homes.
#[test]
fn the_rosters_chips_count_what_people_lack_now() {
    let desk = Desk::new();
    let chips = |only: &str| {
        let page = json!({ "offset": 0, "limit": 9 });
        let list = desk.call("resident_list", json!({ "only": only, "page": page }));
        let count = |key: &str| {
            let chips = list["counts"].as_array().unwrap();
            chips.iter().find(|chip| chip["key"] == key).unwrap()["count"]
                .as_u64()
                .unwrap()
        };
        let names: Vec<_> = list["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].clone())
            .collect();
        (
            count("all"),
            count("no_document"),
            count("no_phone"),
            count("registered_elsewhere"),
            names,
        )
    };
    let zhang = desk.person("张晓明", "12号501室", json!({ "phone": "13800000001" }));
    desk.person("李芳", "12号502室", json!({ "document_number": "310101199001011234" }));
    assert_eq!(chips("no_phone"), (2, 1, 1, 0, vec![json!("李芳")]));
    let save = |fields: Value| {
        desk.call(
            "resident_save",
            json!({ "id": zhang, "fields": fields, "tags": null, "anyway": true }),
        );
    };
    save(json!({
        "name": "张晓明", "address": "12号501室", "document_number": "E1234567", "registered_address": "12号501室",
    }));
    assert_eq!(chips("no_document"), (2, 0, 1, 0, vec![]));
    let home = desk.call("resident_card", json!({ "id": zhang }))["household"]["id"].clone();
    desk.call(
        "household_save",
        json!({ "id": home, "building": "13号", "room": "601" }),
    );
    assert_eq!(chips("registered_elsewhere"), (2, 0, 1, 1, vec![json!("张晓明")]));
    desk.call("undo_last", json!({}));
    assert_eq!(chips("registered_elsewhere").3, 0);
}

/// Asked for by these names, the exports that every round has come first.
#[test]
fn a_template_is_not_called_as_an_export_that_every_round_has() {
    let desk = Desk::new();
    let round = desk.round(1, "person", 30);
    let mut definition = desk.call("round_show", json!({ "round": round }))["definition"].clone();
    for name in ["all", "notified", "to_notify", "to-notify"] {
        definition["template"] =
            json!([{ "name": name, "title": "上报表", "filter": "collected", "columns": ["姓名"] }]);
        for id in [Value::Null, json!(round)] {
            definition["number"] = json!(if id.is_null() { 2 } else { 1 });
            let (code, text) = desk.refused("round_open", json!({ "id": id, "definition": definition }));
            assert!(code == "round_definition" && text.contains(name), "{text}");
        }
    }
}

/// On paper, or as a part of a file's name, it would name nobody.
#[test]
fn marks_and_blanks_name_nobody_and_nothing() {
    let desk = Desk::new();
    let marks = "  . ·—  ";
    let mut settings = desk.call("settings", json!({}));
    settings["actor"] = json!(marks);
    let person = json!({ "id": null, "fields": { "name": marks }, "tags": null, "anyway": true });
    let committee =
        |name: &str, district: &str| json!({ "name": name, "district": district, "phone": null, "address": null });
    let cases = [
        ("settings_save", settings),
        ("committee_save", committee(marks, "")),
        ("committee_save", committee("123", "")),
        ("committee_save", committee("齐河二居", marks)),
        ("tag_save", json!({ "id": null, "name": marks })),
        ("filter_save", json!({ "area": "roster", "name": marks, "query": {} })),
        ("resident_save", person),
    ];
    for (command, request) in cases {
        let (code, text) = desk.refused(command, request);
        assert!(
            code == "invalid_field" && (text.contains("符号") || text.contains("字母")),
            "{command}: {text}"
        );
    }
    desk.call("tag_save", json!({ "id": null, "name": "80+" }));
    desk.call("committee_save", committee("齐河二居", " "));
}

/// The data keeps the word that programs write; screens of another language have their own.
#[test]
fn where_a_registration_came_from_is_told_by_a_code() {
    let desk = Desk::new();
    let (round, person) = (
        desk.round(1, "person", 30),
        desk.person("张晓明", "12号501室", json!({})),
    );
    let registered = desk.register(&round, &person, json!({ "anyway": true }));
    let source = &registered["reservation"]["source"];
    assert_eq!(
        (&source["code"], &source["text"]),
        (&json!("at_counter"), &json!("现场"))
    );
}
