//! Approved wordings: written, found, replaced, withdrawn, put on paper, and named in a reply.

use std::process::Command;

use serde_json::Value;

use crate::office::Office;

fn office() -> Office {
    let office = Office::empty();
    office.run(&["init", "--committee", "齐河二居", "--district", "浦东新区"]);
    let add = |title: &str, body: &str, about: &str| {
        office.run(&["answer", "add", "--title", title, "--body", body, "--category", about]);
    };
    add("核酸报告几点出", "次日早上八点前，可在随申办查。", "检测");
    add("快递能进小区吗", "放在门口货架，\n志愿者送到楼下。", "出入");
    office
}

fn found(office: &Office, arguments: &[&str]) -> Vec<Value> {
    let list = office.run(&[&["answer", "list"], arguments].concat());
    list.as_array().unwrap().clone()
}

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

#[test]
fn a_newer_wording_takes_the_place_of_an_older_one_which_stays_readable() {
    let office = office();
    let old = found(&office, &["hsbg"]).remove(0);
    assert_eq!(found(&office, &["志愿者"]).len(), 1, "by what it says");
    assert_eq!(found(&office, &["--category", "检测"]).len(), 1);
    let newer = [
        "--title",
        "核酸报告几点出",
        "--body",
        "当晚十点前。",
        "--category",
        "检测",
    ];
    office.run(&[&["answer", "replace", id(&old)], newer.as_slice()].concat());
    let now = found(&office, &["核酸"]);
    assert_eq!((now.len(), &now[0]["body"]), (1, &Value::from("当晚十点前。")));
    let all = found(&office, &["核酸", "--old"]);
    assert_eq!((all.len(), id(&all[1])), (2, id(&old)));
    assert!(all[1]["replaced_at"].is_string(), "{all:?}");
    let again = [&["answer", "replace", id(&old)], newer.as_slice()].concat();
    assert_eq!(office.refusal(&again), "answer_replaced");
    office.run(&["answer", "withdraw", id(&now[0])]);
    assert_eq!(
        id(&found(&office, &["核酸"])[0]),
        id(&old),
        "the older one may be used again"
    );
    office.run(&["undo"]);
    assert_eq!(id(&found(&office, &["核酸"])[0]), id(&now[0]));
}

#[test]
fn what_is_no_question_or_no_wording_is_refused_and_nothing_is_written() {
    let office = office();
    let long = "字".repeat(2_001);
    let add = |title: &str, body: &str| office.refusal(&["answer", "add", "--title", title, "--body", body]);
    assert_eq!([add(" ", "有"), add("有", " ")], ["missing_field", "missing_field"]);
    assert_eq!([add("问", &long), add(&long, "答")], ["invalid_field", "invalid_field"]);
    assert_eq!(office.refusal(&["answer", "withdraw", "没有"]), "not_found");
    assert_eq!(found(&office, &[]).len(), 2);
}

#[test]
fn wordings_go_on_a_sheet_in_the_order_that_is_asked_for() {
    let office = office();
    let rows = found(&office, &[]);
    let sheet = office.text("口径.pdf");
    office.run(&["answer", "sheet", id(&rows[1]), id(&rows[0]), "-o", &sheet]);
    let none = ["answer", "sheet", "--category", "没有", "-o", &sheet];
    assert_eq!(office.refusal(&none), "document_failed");
    let Ok(text) = Command::new("pdftotext").args([&sheet, "-"]).output() else {
        eprintln!("skipped: no pdftotext here");
        return;
    };
    let text = String::from_utf8(text.stdout).unwrap().replace(char::is_whitespace, "");
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} in {text}"));
    assert!(at("一、核酸报告几点出") < at("二、快递能进小区吗") && at("志愿者送到楼下。") > 0);
}
