//! What nobody asked to see in clear is not on its way to a screen.

use serde_json::json;

use crate::desk::Desk;

const DOCUMENT: &str = "11010519491231002X";
const PHONE: &str = "13847295678";

#[test]
fn no_list_and_no_card_carries_a_number_in_clear() {
    let desk = Desk::new();
    let person = desk.person("王丽", "1号101", json!({ "document_number": DOCUMENT, "phone": PHONE }));
    let round = desk.round(1, "person", 10);
    let registered = desk.register(&round, &person, json!({ "finish": true, "anyway": true }));
    let reservation = registered["reservation"]["id"].clone();
    let card = desk.call("resident_card", json!({ "id": person }));
    let home = card["household"]["id"].clone();
    let page = json!({ "offset": 0, "limit": 10 });
    let asked = [
        ("roster_find", json!({ "query": "王丽", "limit": 9 })),
        ("roster_find", json!({ "query": "5678", "limit": 9 })),
        ("resident_list", json!({ "page": page })),
        ("household_card", json!({ "id": home })),
        ("buildings", json!({})),
        (
            "building_board",
            json!({ "estate": "", "building": "1号", "lens": { "kind": "round", "round": round } }),
        ),
        ("round_show", json!({ "round": round })),
        ("reservation_list", json!({ "round": round, "page": page })),
        ("reservation_card", json!({ "id": reservation })),
        ("history", json!({ "limit": 20, "imports": false })),
        ("today", json!({})),
        ("conflict_list", json!({ "page": page, "clear": false })),
    ];
    let answers = asked.map(|(name, request)| (name, desk.call(name, request).to_string()));
    for (name, answer) in [
        ("register", registered.to_string()),
        ("resident_card", card.to_string()),
    ]
    .into_iter()
    .chain(answers)
    {
        for clear in [DOCUMENT, &DOCUMENT[6..14], PHONE, &PHONE[3..7]] {
            assert!(!answer.contains(clear), "{name} tells {clear}: {answer}");
        }
    }
    let shown = desk.call("resident_reveal", json!({ "id": person })).to_string();
    assert!(
        shown.contains(DOCUMENT) && shown.contains(PHONE),
        "asked for, it is there"
    );
}
