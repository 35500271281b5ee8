//! Correcting and taking back what was registered, and amounts that are not passed unseen.

use linli_domain::voucher;
use serde_json::{Value, json};

use crate::desk::Desk;

const PHONE: &str = "13800005678";

fn card(desk: &Desk, id: &Value) -> Value {
    desk.call("reservation_card", json!({ "id": id }))
}

#[test]
fn who_was_served_by_mistake_is_taken_back_and_served_anew() {
    let desk = Desk::new();
    let mother = desk.person("王丽", "1号101", json!({ "phone": PHONE }));
    let round = desk.round(1, "household", 5);
    let served = desk.register(
        &round,
        &mother,
        json!({ "anyway": true, "finish": true, "quantity": 2 }),
    );
    assert_eq!(served["collect_at"], "东门药房", "of building 1");
    let id = &served["reservation"]["id"];
    let shown = card(&desk, id)["correctable"].clone();
    assert_eq!(shown["fields"], json!(["name", "phone", "note"]), "{shown}");
    let more = json!({ "id": id, "quantity": 3 });
    let (code, text) = desk.refused("reservation_correct", more);
    assert!(
        code == "voucher_says_otherwise" && text.contains("撤回"),
        "a voucher says two: {text}"
    );
    let corrected = desk.call(
        "reservation_correct",
        json!({ "id": id, "phone": "138 0000 5679", "note": "代领" }),
    );
    assert!(corrected["batch"].is_number(), "{corrected}");
    assert_eq!(
        desk.call("resident_reveal", json!({ "id": id }))["phone"],
        "13800005679"
    );
    assert_eq!(
        desk.refused("reservation_withdraw", json!({ "id": id, "reason": " " }))
            .0,
        "missing_field"
    );
    let taken = desk.call("reservation_withdraw", json!({ "id": id, "reason": "登记错了" }));
    let void = desk.call(
        "collect",
        json!({ "round": round, "voucher": served["voucher"], "anyway": true }),
    );
    assert!(
        void["collected"] == false && void["refusal"]["text"].as_str().unwrap().contains("作废"),
        "{void}"
    );
    let shown = card(&desk, id);
    assert_eq!(
        (&shown["row"]["stage"], &shown["review"]["reason"]),
        (&json!("rejected"), &json!("登记错了"))
    );
    let anew = desk.register(&round, &mother, json!({ "finish": true, "quantity": 3 }));
    assert_eq!(anew["findings"], json!([]), "the home is free again");
    assert_eq!(
        anew["voucher"],
        voucher::number(1, 2),
        "a void number is not given out again"
    );
    assert_eq!(
        desk.refused("reservation_withdraw", json!({ "id": id, "reason": "再来" }))
            .0,
        "turned_down"
    );
    assert!(taken["batch"].is_number());
    desk.state();
}

#[test]
fn what_is_taken_back_and_brought_back_says_whose_it_was() {
    let desk = Desk::new();
    let mother = desk.person("王丽", "1号101", json!({ "phone": PHONE }));
    let round = desk.round(1, "household", 5);
    desk.register(&round, &mother, json!({}));
    let said = |name: &str| {
        desk.call(name, json!({}))["said"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(
        [said("undo_last"), said("redo_last")],
        ["现场登记：王丽", "现场登记：王丽"]
    );
}

#[test]
fn an_amount_is_corrected_while_nothing_is_issued_and_not_passed_unseen() {
    let desk = Desk::new();
    let round = desk.round(1, "person", 9);
    let waiting = |n: u32, quantity: u32| {
        let phone = json!({ "phone": format!("1380000567{n}") });
        let person = desk.person(&format!("王{n}"), &format!("{n}号10{n}"), phone);
        desk.register(&round, &person, json!({ "anyway": true, "quantity": quantity }))["reservation"]["id"].clone()
    };
    let pass = |ids: &[&Value], how: Value| {
        desk.call(
            "review",
            json!({ "ids": ids, "decision": "passed", "reason": null, "over_limit": how }),
        )
    };
    let (sound, many, more, none) = (waiting(1, 5), waiting(2, 50), waiting(3, 6), waiting(4, 0));
    let seen = pass(&[&sound, &many, &more, &none], Value::Null);
    assert_eq!(seen["changed"], 1, "{seen}");
    let named: Vec<(&str, u64)> = seen["over_limit"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["name"].as_str().unwrap(), row["quantity"].as_u64().unwrap()))
        .collect();
    assert_eq!(named, [("王2", 50), ("王3", 6), ("王4", 0)]);
    let corrected = desk.call("reservation_correct", json!({ "id": many, "quantity": 4 }));
    assert_eq!(
        (&corrected["reservation"]["quantity"], &corrected["findings"]),
        (&json!(4), &json!([]))
    );
    assert_eq!(pass(&[&many], Value::Null)["changed"], 1, "within the limit now");
    assert_eq!(pass(&[&more], json!("as_asked"))["changed"], 1);
    let lowered = pass(&[&none], json!("lower"));
    assert_eq!(
        (
            card(&desk, &more)["row"]["quantity"].clone(),
            card(&desk, &none)["row"]["quantity"].clone()
        ),
        (6.into(), 1.into())
    );
    desk.call("undo_batch", json!({ "batch": lowered["batch"] }));
    let back = card(&desk, &none)["row"].clone();
    assert_eq!(
        (&back["quantity"], &back["stage"]),
        (&json!(0), &json!("pending")),
        "one step, taken back in one"
    );
    for (field, value) in [
        ("quantity", json!(0)),
        ("quantity", json!(1000)),
        ("phone", json!("1234")),
        ("pick_up", json!("南门")),
    ] {
        assert_eq!(
            desk.refused("reservation_correct", json!({ "id": none, field: value }))
                .0,
            "invalid_field",
            "{field}"
        );
    }
    desk.state();
}
