//! Rows to be verified: taken from a sheet, decided on, answered once for all who asked, returned.

use serde_json::{Value, json};

use crate::office::Office;

const ROSTER: &str = "姓名,身份证号,手机,地址\n\
    张三丰,310101198001010016,13800001111,齐河路338弄12号501室\n\
    李四光,310101197502020023,13800002222,齐河路338弄12号502室\n";
const ROWS: &str = "编号,来源,姓名,身份证号,联系电话,地址,截止时间,情况说明\n\
    D-1,道口,张三丰,3101**********0016,138****1111,齐河路338弄12号501,2020-02-02 13:24,自外省返沪\n\
    H-7,12345,张三丰,,13800001111,齐河路338弄12-501,2020-02-02 12:00,\n\
    D-2,道口,王二,,13999999999,不知道哪里,,\n\
    D-3,道口,,,,,,什么也没说\n";

fn office() -> Office {
    let office = Office::empty();
    office.run(&["init", "--committee", "齐河二居", "--district", "浦东新区"]);
    for (name, text) in [("roster.csv", ROSTER), ("rows.csv", ROWS)] {
        std::fs::write(office.path(name), text).unwrap();
    }
    office.run(&["roster", "import", &office.text("roster.csv")]);
    office
}

fn list(office: &Office, tray: &str) -> Vec<Value> {
    let list = office.run(&["task", "list", "--tray", tray]);
    list.as_array().unwrap().clone()
}

fn id_of(rows: &[Value], name: &str) -> String {
    let row = rows.iter().find(|row| row["name"] == name).unwrap();
    row["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_sheet_that_is_numbered_anew_puts_nobody_in_the_place_of_yesterdays() {
    let office = office();
    let day = |name: &str, rows: &str| {
        std::fs::write(office.path(name), format!("编号,姓名,联系电话,地址\n{rows}")).unwrap();
        office.run(&["task", "import", &office.text(name)])
    };
    day("mon.csv", "1,王一,13900000001,甲路1号\n2,王二,13900000002,甲路2号\n");
    let tuesday = "1,赵一,13900000011,乙路1号\n2,王二,13900000002,甲路2号203室\n";
    let report = day("tue.csv", tuesday);
    assert_eq!(
        (&report["added"], &report["updated"]),
        (&json!(1), &json!(1)),
        "{report}"
    );
    let warned = report["problems"].as_array().unwrap().iter();
    assert_eq!(warned.filter(|one| one["code"] == "reference_of_another").count(), 1);
    assert_eq!(list(&office, "not_ours").len() + list(&office, "undecided").len(), 3);
    let again = day("tue.csv", tuesday);
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&json!(0), &json!(2)),
        "{again}"
    );
}

#[test]
fn rows_of_several_sources_about_one_person_are_one_visit_and_each_is_answered() {
    let office = office();
    let report = office.run(&["task", "import", &office.text("rows.csv")]);
    assert_eq!(
        (&report["added"], &report["skipped"]),
        (&json!(3), &json!(1)),
        "{report}"
    );
    let problems = report["problems"].as_array().unwrap();
    let errors: Vec<&Value> = problems.iter().filter(|one| one["severity"] == "error").collect();
    assert_eq!(errors.len(), 1, "{problems:#?}");
    assert_eq!(errors[0]["row"], 5, "what says nothing of anybody is named");
    let again = office.run(&["task", "import", &office.text("rows.csv")]);
    assert_eq!((&again["added"], &again["unchanged"]), (&json!(0), &json!(3)));

    let hits = office.run(&["roster", "find", "张三丰"]);
    let resident = hits[0]["id"].as_str().unwrap().to_owned();
    let open = list(&office, "to_visit");
    let [row] = open.as_slice() else { panic!("{open:?}") };
    assert_eq!((&row["tasks"], &row["sources"]), (&json!(2), &json!(["12345", "道口"])));
    assert_eq!((&row["resident"], &row["room"]), (&json!(resident), &json!("12-501")));
    assert_eq!(row["phone"], "138****1111", "masked");

    let id = row["id"].as_str().unwrap();
    office.run(&["task", "assign", id, "--to", "楼组长陈"]);
    office.run(&["task", "visit", id, "--by", "phone", "--outcome", "no_answer"]);
    let row = &list(&office, "to_visit")[0];
    assert_eq!((&row["assignee"], &row["tries"]), (&json!("楼组长陈"), &json!(1)));
    let visited = office.run(&[
        "task",
        "visit",
        id,
        "--by",
        "door",
        "--outcome",
        "found",
        "--note",
        "在家",
    ]);
    assert_eq!(visited["changed"], 2, "both sources have their answer");
    assert_eq!(list(&office, "answered").len(), 2);
    assert_eq!(list(&office, "to_visit"), Vec::<Value>::new());
    assert_eq!(
        office.refusal(&["task", "visit", id, "--by", "door", "--outcome", "moved"]),
        "task_not_open"
    );

    let nobody = id_of(&list(&office, "not_ours"), "王二");
    office.run(&["task", "return", &nobody, "--reason", "不是本辖区"]);
    assert_eq!(list(&office, "returned").len(), 1);
    for (which, rows) in [("open", 0), ("answered", 2), ("returned", 1)] {
        let file = office.text(&format!("{which}.xlsx"));
        assert_eq!(
            office.run(&["task", "export", which, "-o", &file])["rows"],
            rows,
            "{which}"
        );
    }
    office.run(&["undo"]);
    assert_eq!(
        id_of(&list(&office, "not_ours"), "王二"),
        nobody,
        "taken back, it is open again"
    );
}

/// Rows of a source that knows the estate by another name; the last two say what the first does.
const BY_ANOTHER_NAME: &str = "编号,来源,姓名,身份证号,联系电话,地址\n\
    X-1,健康云,李四光,,,老齐河小区12号502\n\
    X-2,健康云,张三丰,,,老齐河小区12号501\n\
    X-3,道口,李四光,,,老齐河小区12号502\n";

#[test]
fn a_decision_teaches_whose_rows_are_until_it_is_taken_back() {
    let office = office();
    office.import("task", BY_ANOTHER_NAME);
    let undecided = list(&office, "undecided");
    assert_eq!(undecided.len(), 3, "{undecided:?}");
    let first = id_of(&undecided, "李四光");
    let card = office.run(&["task", "show", &first]);
    let candidate = &card["candidates"][0];
    assert_eq!(candidate["resident"]["name"], "李四光", "{card}");
    let reasons: Vec<&str> = candidate["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["text"].as_str())
        .collect();
    assert_eq!(reasons, ["姓名一致"], "the place is not known yet");
    let resident = candidate["resident"]["id"].as_str().unwrap();

    assert_eq!(
        office.run(&["task", "decide", &first, "--resident", resident])["changed"],
        1
    );
    let known = list(&office, "to_visit");
    let tasks: Vec<(&Value, &Value)> = known.iter().map(|row| (&row["name"], &row["tasks"])).collect();
    let (li, zhang, two, one) = (json!("李四光"), json!("张三丰"), json!(2), json!(1));
    assert_eq!(
        tasks.len(),
        2,
        "the same row again, and the place by its other name: {known:?}"
    );
    assert!(
        tasks.contains(&(&li, &two)) && tasks.contains(&(&zhang, &one)),
        "{known:?}"
    );
    office.run(&["undo"]);
    assert_eq!(
        list(&office, "undecided").len(),
        3,
        "what is taken back teaches nothing"
    );
}

#[test]
fn an_address_in_columns_of_its_own_is_one_and_a_day_is_over_at_its_end() {
    let office = office();
    office.import(
        "task",
        "姓名,小区,楼栋,室号,截止日期\n李四光,齐河路338弄,12号,502,2020-02-02\n",
    );
    let known = list(&office, "to_visit");
    assert_eq!(known[0]["room"], "12-502", "{known:?}");
    assert_eq!(known[0]["deadline"], "2020-02-02T23:59:00");
}
