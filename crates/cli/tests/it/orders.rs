//! What residents ask for, from the counter to closing: through the program, as the screens do it.

use serde_json::{Value, json};

use crate::office::Office;

const ROSTER: &str = "姓名,出生日期,手机,地址\n\
    张三丰,1930-01-01,13800001111,齐河路338弄12号501室\n\
    李四光,1975-02-02,13800002222,齐河路338弄12号502室\n";

fn office() -> Office {
    let office = Office::empty();
    office.run(&["init", "--committee", "齐河二居", "--district", "浦东新区"]);
    office.import("roster", ROSTER);
    office
}

fn add(office: &Office, title: &str, more: &[&str]) -> String {
    let added = office.run(&[&["order", "add", title], more].concat());
    added["id"].as_str().unwrap().to_owned()
}

fn titles(office: &Office, more: &[&str]) -> Vec<String> {
    let list = office.run(&[&["order", "list"], more].concat());
    let rows = list.as_array().unwrap();
    rows.iter()
        .map(|row| row["title"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_order_is_entered_worked_on_and_closed_and_one_is_returned() {
    let office = office();
    let ordinary = add(
        &office,
        "楼道灯坏",
        &["--name", "李四光", "--phone", "13800002222", "--category", "物业"],
    );
    add(
        &office,
        "送药",
        &["--name", "张三丰", "--phone", "138-0000-1111", "--category", "求助"],
    );
    let urgent = add(
        &office,
        "煤气味",
        &["--address", "齐河路338弄12号502", "--urgency", "urgent"],
    );
    assert_eq!(
        titles(&office, &[]),
        ["煤气味", "送药", "楼道灯坏"],
        "urgent, of great age, the others"
    );
    let rings = office.run(&["order", "alarms"]);
    assert_eq!(
        (&rings[0]["title"], &rings[0]["clock"], &rings[0]["mark"]),
        (&json!("煤气味"), &json!("contact"), &json!("ahead"))
    );
    assert_eq!(
        office.run(&["order", "alarms"]),
        json!([]),
        "once, in another program too"
    );

    assert_eq!(
        office.refusal(&["order", "contact", &urgent]),
        "no_contact_without_reason"
    );
    office.run(&[
        "order", "contact", &urgent, &ordinary, "--by", "phone", "--note", "在家",
    ]);
    office.run(&["order", "assign", &urgent, "--to", "李芳"]);
    office.run(&["order", "facts", &urgent, "--facts", "阀门漏气", "--reasonable", "yes"]);
    office.run(&["order", "help", &urgent, "--unit", "燃气公司", "--ask", "关阀"]);
    office.run(&["order", "help", &urgent, "--unit", "燃气公司", "--answer", "已关"]);
    office.run(&["order", "reply", &urgent, "--result", "solved", "--text", "已修好"]);
    assert_eq!(office.refusal(&["order", "close", &urgent]), "not_revisited");
    office.run(&["order", "revisit", &urgent, "--said", "satisfied", "--words", "谢谢"]);
    office.run(&["order", "close", &urgent]);
    office.run(&["order", "return", &ordinary, "--reason", "归街道"]);
    let card = office.run(&["order", "show", &urgent]);
    let row = &card["row"];
    let shown = ["stage", "assignee", "room", "result", "satisfaction"].map(|key| row[key].clone());
    assert_eq!(
        shown,
        [
            json!("closed"),
            json!("李芳"),
            json!("12-502"),
            json!("solved"),
            json!("satisfied")
        ]
    );
    assert_eq!(card["turns"][0]["helps"][0]["given"]["reason"], "已关");
    assert_eq!(office.refusal(&["order", "sign", &ordinary]), "order_not_open");

    let advice = add(&office, "办证材料", &["--category", "政策咨询"]);
    office.run(&[
        "order",
        "reply",
        &advice,
        "--result",
        "explained",
        "--text",
        "带身份证来",
        "--close",
    ]);
    assert_eq!(
        titles(&office, &["--stage", "closed"]),
        ["办证材料", "煤气味"],
        "the last first"
    );
    assert_eq!(titles(&office, &["--list", "returned"]), ["楼道灯坏"]);
    assert_eq!(titles(&office, &["--query", "zhangsanf"]), ["送药"]);
    for (which, rows) in [
        ("open", 1),
        ("replied", 2),
        ("returned", 1),
        ("unsolved", 0),
        ("overdue", 0),
    ] {
        let file = office.text(&format!("{which}.xlsx"));
        let exported = office.run(&["order", "export", which, "-o", &file]);
        assert_eq!(exported["rows"], rows, "{which}");
    }
    let report = office.run(&["order", "report"]);
    assert_eq!((&report["lists"][0], &report["all"][0]), (&json!("came"), &json!(4)));
    for name in ["日报.pdf", "日报.xlsx"] {
        office.run(&["order", "report", "-o", &office.text(name)]);
        assert!(office.path(name).is_file(), "{name}");
    }
    office.run(&["undo"]);
    assert_eq!(titles(&office, &["--stage", "to_sign"]), Vec::<String>::new());
    let stage = |id: &str| office.run(&["order", "show", id])["row"]["stage"].clone();
    assert_eq!(
        stage(&advice),
        "signed",
        "one step back takes the reply back with the closing"
    );
    let check: Value = office.run(&["check"]);
    assert_eq!(check["problems"], json!([]));
}
