//! Paper: what is shown, what is issued, what counts as printed.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use linli_workstation::{Host, Printer};
use serde_json::{Value, json};

use crate::desk::Desk;

/// A printer that can be out of paper.
#[derive(Clone, Default)]
struct Office {
    out_of_paper: Arc<AtomicBool>,
}

const PRINTER: &str = "柜台打印机";

impl Host for Office {
    fn open(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn reveal(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn print_file(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn printers(&self) -> Vec<Printer> {
        vec![Printer {
            name: PRINTER.to_owned(),
            default: true,
        }]
    }

    fn print(&self, _: &[u8], _: &str, _: &str, _: u32) -> io::Result<()> {
        if self.out_of_paper.load(Ordering::Relaxed) {
            Err(io::Error::other("缺纸"))
        } else {
            Ok(())
        }
    }
}

/// A round with so many who passed, and the desk.
fn passed(people: usize) -> (Office, Desk, String) {
    let office = Office::default();
    let desk = Desk::on(Box::new(office.clone()));
    let round = desk.round(1, "person", 20);
    let ids: Vec<Value> = (1..=people)
        .map(|number| {
            let person = desk.person(&format!("王{number}"), &format!("1号{number}01"), json!({}));
            desk.register(&round, &person, json!({ "anyway": true }))["reservation"]["id"].clone()
        })
        .collect();
    desk.call("review", json!({ "ids": ids, "decision": "passed", "reason": null }));
    (office, desk, round)
}

fn vouchers(round: &str) -> Value {
    json!({ "kind": "vouchers", "round": round, "ids": null, "building": null, "reprint": false })
}

/// Vouchers that have their number, and those of them that are not on paper.
fn counts(desk: &Desk, round: &str) -> (u64, u64) {
    let card = desk.call("round_show", json!({ "round": round }));
    (
        card["summary"]["vouchers"].as_u64().unwrap(),
        card["issuing"]["unprinted"].as_u64().unwrap(),
    )
}

#[test]
fn what_is_shown_is_neither_issued_nor_printed() {
    let (_, desk, round) = passed(3);
    let before = (
        desk.state(),
        desk.call("outputs", json!({ "round": round }))["items"].clone(),
    );
    for _ in 0..2 {
        let shown = desk.call("paper", vouchers(&round));
        assert_eq!((&shown["to_issue"], &shown["pages"]), (&json!(3), &json!(1)), "{shown}");
    }
    let after = (
        desk.state(),
        desk.call("outputs", json!({ "round": round }))["items"].clone(),
    );
    assert_eq!((after, counts(&desk, &round)), (before, (0, 0)));
    let done = desk.print_vouchers(&round, false);
    assert_eq!((&done["vouchers"], &done["issued"]), (&json!(3), &json!(3)), "{done}");
    assert_eq!(counts(&desk, &round), (3, 0));
    assert_eq!(desk.refused("paper", vouchers(&round)).0, "nothing_to_print");
    assert_eq!(
        desk.print_vouchers(&round, true)["issued"],
        0,
        "printed once more, only where it is asked for"
    );
    let items = desk.call("outputs", json!({ "round": round }))["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 2);
    assert!(
        items[0]["text"]
            .as_str()
            .unwrap()
            .starts_with("打印“第1轮购买凭证”（1 页）：齐河二居_"),
        "{items}"
    );
}

/// Whoever has a number and no paper is offered again until there is paper, whatever came between.
#[test]
fn vouchers_issued_and_not_printed_are_offered_until_they_are() {
    let (office, desk, round) = passed(2);
    let walk_in = desk.person("张来", "2号101", json!({}));
    let served = desk.register(&round, &walk_in, json!({ "anyway": true, "finish": true }));
    assert!(served["voucher"].is_string());
    assert_eq!(counts(&desk, &round), (1, 1), "given a number at the counter");
    let shown = desk.call("paper", vouchers(&round));
    assert_eq!(shown["to_issue"], 2, "and shown with the others");
    let print = |token: &Value| json!({ "token": token, "printer": PRINTER, "copies": 1 });
    office.out_of_paper.store(true, Ordering::Relaxed);
    assert!(desk.refused("paper_print", print(&shown["token"])).1.contains("缺纸"));
    assert_eq!(
        counts(&desk, &round),
        (3, 3),
        "numbers were given out, nothing is on paper"
    );
    let late = desk.person("李晚", "2号102", json!({}));
    desk.register(&round, &late, json!({ "anyway": true, "finish": true }));
    office.out_of_paper.store(false, Ordering::Relaxed);
    let done = desk.call("paper_print", print(&shown["token"]));
    assert_eq!(
        (&done["vouchers"], &done["issued"]),
        (&json!(3), &json!(0)),
        "what was shown, and nobody else: {done}"
    );
    assert_eq!(counts(&desk, &round), (4, 1));
    assert_eq!(desk.print_vouchers(&round, false)["vouchers"], 1);
    assert_eq!(counts(&desk, &round), (4, 0));
    // A voucher that became void leaves its paper void, too: the next one is not on paper.
    let id = served["reservation"]["id"].clone();
    desk.call("step_back", json!({ "id": id, "to": "pending", "reason": "登错了" }));
    desk.call("review", json!({ "ids": [id], "decision": "passed", "reason": null }));
    assert_eq!(desk.call("paper", vouchers(&round))["to_issue"], 1);
    let card = desk.call("reservation_card", json!({ "id": id }));
    let told = card["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect::<String>();
    assert!(told.contains("打印“购买凭证 01-00001"), "{told}");
    desk.state();
}

/// What cannot be printed stops nobody, and names whose voucher wants a pen.
#[test]
fn a_name_without_a_font_is_left_to_the_hand() {
    let (_, desk, round) = passed(1);
    for (name, address) in [("赵\u{2EBF0}", "1号501"), ("孙六", "1号\u{2EBF0}楼602")] {
        let person = desk.person(name, address, json!({}));
        desk.register(&round, &person, json!({ "anyway": true, "finish": true }));
    }
    let done = desk.print_vouchers(&round, false);
    assert_eq!(done["vouchers"], 3);
    let named = |done: &Value| -> Vec<String> {
        let rows = done["by_hand"].as_array().unwrap();
        rows.iter()
            .map(|row| {
                format!(
                    "{}{}",
                    row["name"]["text"].as_str().unwrap(),
                    row["text"].as_str().unwrap()
                )
            })
            .collect()
    };
    let text = "“\u{2EBF0}”没有字体，留了方框，请手写";
    assert!(named(&done).contains(&format!("赵\u{2EBF0}{text}")), "{done}");
    assert!(named(&done).iter().any(|told| told.starts_with("孙六")), "{done}");
    for request in [
        json!({ "kind": "handout", "round": round, "buildings": null }),
        json!({ "kind": "round_notice", "round": round, "buildings": ["all"] }),
        json!({ "kind": "door_list", "buildings": null, "tag": null, "purpose": "走访" }),
    ] {
        let shown = desk.call("paper", request.clone());
        assert!(!shown["by_hand"].as_array().unwrap().is_empty(), "{request}: {shown}");
    }
}

/// Title and text are two plain fields: what a clerk types is neither read as marks nor joined, and is there again later.
#[test]
fn a_notice_is_written_in_plain_words_and_kept_as_a_draft() {
    let desk = Desk::new();
    desk.person("张晓明", "1号101", json!({}));
    let draft = json!({ "title": "关于停水的通知", "text": "明天停水。\n请 *提前* 储水。" });
    desk.call("notice_draft_save", draft.clone());
    assert_eq!(desk.call("notice_draft", json!({})), draft);
    let notice = |text: &str, buildings: Value| json!({ "kind": "notice", "title": "关于停水的通知", "text": text, "buildings": buildings });
    assert_eq!(
        desk.call("paper", notice("明天停水。\n请 **储水。", json!(null)))["pages"],
        1
    );
    assert_eq!(desk.call("paper", notice("明天停水。", json!(["all"])))["pages"], 1);
    assert!(
        desk.refused("paper", notice("明天{楼}停水。", json!(null)))
            .1
            .contains("{楼}")
    );
    assert!(
        desk.refused(
            "paper",
            json!({ "kind": "notice", "title": " ", "text": "一", "buildings": null })
        )
        .1
        .contains("标题")
    );
    for template in desk.call("notice_templates", json!({}))["templates"]
        .as_array()
        .unwrap()
    {
        let request =
            json!({ "kind": "notice", "title": template["title"], "text": template["text"], "buildings": null });
        assert_eq!(desk.call("paper", request)["pages"], 1, "{template}");
    }
}

/// What a preview says will get a number is what gets one: two registrations of one person that only matching with the
/// roster knows to be one get one voucher.
#[test]
fn a_preview_promises_no_number_that_issuing_refuses() {
    let desk = Desk::new();
    let round = desk.round(1, "person", 20);
    let stranger = json!({ "name": "王明", "phone": "13800001234", "address": "1号101" });
    let first = desk.call(
        "register",
        json!({ "round": round, "resident": null, "person": stranger, "quantity": 1, "pick_up": null, "note": null,
                "anyway": true, "finish": false }),
    );
    let person = desk.person("王明", "1号101", json!({ "phone": "13800001234" }));
    let second = desk.register(&round, &person, json!({ "anyway": true }));
    let ids = [&first, &second].map(|one| one["reservation"]["id"].clone());
    desk.call("review", json!({ "ids": ids, "decision": "passed", "reason": null }));
    assert_eq!(desk.call("paper", vouchers(&round))["to_issue"], 1);
    assert_eq!(desk.print_vouchers(&round, false)["issued"], 1);
}
