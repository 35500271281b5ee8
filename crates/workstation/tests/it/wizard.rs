//! The import wizard: propose, preview, import beside the counter, cancel, undo.

use serde_json::{Value, json};

use crate::desk::{Desk, ended};

/// So many rows that a cancelled import is still at them when it hears of it.
const ROWS: usize = 20_000;

fn sheet(rows: usize) -> Vec<u8> {
    let row = |n: usize| format!("居民{n},138{n:08},{}号,{}\n", n / 100 + 1, n % 100 + 101);
    let rows: String = (0..rows).map(row).collect();
    format!("姓名,联系方式一,楼栋,室号\n{rows}").into_bytes()
}

/// Uploads a sheet and asks what its columns are; the request that imports it.
fn proposed(desk: &Desk, bytes: Vec<u8>) -> (Value, Value) {
    let token = desk.session.put_file("名册.csv", bytes);
    let target = json!({ "kind": "roster" });
    let looking = desk.call("import_propose", json!({ "token": token, "target": target }));
    let proposal = ended(desk, &looking)["result"].clone();
    let taken = proposal["tabs"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|tab| tab["taken"] == true);
    let mappings: Vec<&Value> = taken.map(|tab| &tab["mapping"]).collect();
    let request = json!({ "token": token, "target": target, "mappings": mappings, "only": null, "page": null });
    (proposal, request)
}

#[test]
fn a_cancelled_import_writes_nothing() {
    let desk = Desk::new();
    let before = desk.state();
    let (_, request) = proposed(&desk, sheet(ROWS));
    let started = desk.call("import_start", request);
    desk.call("job_cancel", json!({ "job": started["job"] }));
    assert_eq!(ended(&desk, &started)["state"], "cancelled");
    assert_eq!(desk.state(), before);
}

#[test]
fn what_the_clerk_decided_about_columns_is_remembered_and_a_batch_is_undone_whole() {
    let desk = Desk::new();
    let before = desk.state();
    let (proposal, mut request) = proposed(&desk, sheet(300));
    let column = |proposal: &Value| proposal["tabs"][0]["columns"][1].clone();
    assert_eq!(
        (&column(&proposal)["header"], &proposal["tabs"][0]["remembered"]),
        (&json!("联系方式一"), &json!(false))
    );
    request["mappings"][0]["columns"][1] = json!("second_phone");
    let mut preview = request.clone();
    preview["page"] = json!({ "offset": 0, "limit": 5 });
    let read = ended(&desk, &desk.call("import_read", preview.clone()));
    assert_eq!((&read["state"], &read["result"]), (&json!("finished"), &json!(300)));
    let preview = desk.call("import_preview", preview);
    assert_eq!(
        (&preview["report"]["added"], preview["rows"].as_array().unwrap().len()),
        (&json!(300), 5)
    );
    assert_eq!(desk.state(), before, "a preview writes nothing");
    let done = ended(&desk, &desk.call("import_start", request));
    assert_eq!(
        (&done["state"], &done["result"]["added"]),
        (&json!("finished"), &json!(300))
    );
    let (again, request) = proposed(&desk, sheet(310));
    assert_eq!(
        (&column(&again)["field"], &again["tabs"][0]["remembered"]),
        (&json!("second_phone"), &json!(true))
    );
    let more = ended(&desk, &desk.call("import_start", request));
    assert_eq!(
        (&more["result"]["added"], &more["result"]["unchanged"]),
        (&json!(10), &json!(300))
    );
    let full = desk.state();
    let person = desk.call("roster_find", json!({ "query": "居民10", "limit": 1 }))["residents"][0]["id"].clone();
    for done in [more, done] {
        let undone = desk.call("undo_batch", json!({ "batch": done["result"]["batch"] }));
        assert_eq!(undone["kept"], json!([]));
    }
    assert_eq!(desk.state(), before);
    for text in ["导入居民台账（300 人）", "导入居民台账（10 人）"] {
        assert_eq!(
            desk.call("redo_last", json!({}))["said"]["text"],
            text,
            "people are counted, not changes"
        );
    }
    assert_eq!(desk.call("redo_last", json!({}))["said"], Value::Null);
    assert_eq!(desk.state(), full);
    let imports = desk.call("history", json!({ "limit": 9, "imports": true }))["items"].clone();
    let may = |line: &Value| (line["count"].clone(), line["undoable"].clone(), line["at_once"].clone());
    assert_eq!(
        may(&imports[1]),
        (json!(300), json!(true), json!(false)),
        "asked about before all are taken back"
    );
    let card = desk.call("resident_card", json!({ "id": person }));
    assert_eq!(
        card["timeline"][0]["at_once"],
        json!(false),
        "and so from the card of one of them"
    );
    let last = desk.call("history", json!({ "limit": 1, "imports": false }))["items"][0]["text"].clone();
    assert_eq!(last, "恢复：导入居民台账（10 人）");
}

/// A csv in the wizard, imported.
fn imported(desk: &Desk, text: &str) -> Value {
    let (_, request) = proposed(desk, text.as_bytes().to_vec());
    ended(desk, &desk.call("import_start", request))["result"].clone()
}

#[test]
fn an_address_that_says_no_home_is_kept_of_known_people_too() {
    let desk = Desk::new();
    let id = desk.person(
        "张三",
        "齐河路338弄1号101室",
        json!({ "phone": "13800005678", "note": "党员" }),
    );
    let note = |desk: &Desk| desk.call("resident_card", json!({ "id": id }))["fields"]["note"].clone();
    for (place, updated, expected) in [
        ("地址\n张三,13800005678,养老院二部", 1, "党员；现住地址：养老院二部"),
        ("地址\n张三,13800005678,养老院二部", 0, "党员；现住地址：养老院二部"),
        ("室号\n张三,13800005678,101", 0, "党员；现住地址：养老院二部"),
        ("室号\n张三,13800005678,102", 1, "党员；现住地址：102室"),
        ("备注\n张三,13800005678,志愿者", 1, "志愿者；现住地址：102室"),
    ] {
        let report = imported(&desk, &format!("姓名,手机,{place}\n"));
        assert_eq!(
            (&report["updated"], &note(&desk)),
            (&json!(updated), &json!(expected)),
            "{place}"
        );
    }
}

#[test]
fn a_later_list_says_the_estate_of_the_homes_of_an_earlier_one() {
    let desk = Desk::new();
    imported(
        &desk,
        "姓名,手机,地址\n张三,13800005678,12号501\n李四,13900005678,12号502\n",
    );
    let round = desk.round(1, "household", 9);
    let with_lane = json!({ "name": "张三", "phone": "13800005678", "address": "齐河路338弄12号501室" });
    let found = desk.register(
        &round,
        "",
        json!({ "resident": null, "person": with_lane, "look": true }),
    );
    assert_eq!(
        found["findings"],
        json!([]),
        "where no home says its estate, any may be meant"
    );
    let more = "姓名,手机,地址\n张三,13800005678,齐河路338弄12号501室\n王五,13700005678,齐河路338弄12号502室\n";
    let report = imported(&desk, more);
    assert_eq!(
        (&report["added"], &report["updated"], &report["households"]),
        (&json!(1), &json!(0), &json!(0))
    );
    let homes = desk.call("address_look", json!({ "address": "12号50" }))["suggested"].clone();

    assert_eq!(homes, json!(["齐河路338弄12号501室", "齐河路338弄12号502室"]));
}

/// The same house numbers in another lane are not the same homes, unless somebody lives in both lists.
#[test]
fn nobody_is_moved_into_a_lane_that_only_strangers_name() {
    let desk = Desk::new();
    imported(
        &desk,
        "姓名,手机,地址\n张三,13800005678,12号501\n李四,13900005678,12号502\n",
    );
    imported(&desk, "姓名,手机,地址\n王五,13700005678,德州路100弄12号501室\n");
    let home = |name: &str| desk.call("roster_find", json!({ "query": name, "limit": 1 }))["residents"][0].clone();
    assert_ne!(home("张三")["household"], home("王五")["household"]);
    assert_eq!(home("张三")["address"], "12号501室");
}

/// 12号501 may be in either lane: who lives in one of the two stays there.
#[test]
fn a_list_without_lanes_takes_nobody_out_of_his() {
    let desk = Desk::new();
    let people = "张三,13800005678,齐河路338弄12号501室\n李四,13900005678,德州路100弄12号501室\n";
    imported(&desk, &format!("姓名,手机,地址\n{people}"));
    let report = imported(
        &desk,
        "姓名,手机,楼栋,室号\n张三,13800005678,12号,501\n李四,13900005678,12号,501\n",
    );
    assert_eq!(
        (&report["unchanged"], &report["households"]),
        (&json!(2), &json!(0)),
        "{report}"
    );
}

#[test]
fn a_road_written_for_its_lane_is_no_second_estate() {
    let desk = Desk::new();
    imported(
        &desk,
        "姓名,手机,地址\n张三,13800005678,齐河路338弄12号501室\n李四,13900005678,齐河路338弄12号502室\n",
    );
    let report = imported(
        &desk,
        "姓名,手机,地址\n王五,13700005678,齐河路338-12-501\n赵六,13700005679,12号502\n",
    );
    assert_eq!((&report["added"], &report["households"]), (&json!(2), &json!(0)));
}

#[test]
fn a_number_under_another_name_is_told_and_takes_nobody_s_place_unseen() {
    let desk = Desk::new();
    let known = json!({ "phone": "13800005678", "document_number": "110101198503070013" });
    desk.person("张姗", "齐河路338弄1号101室", known);
    let header = "姓名,身份证号,手机,地址\n";
    let codes = |report: &Value| {
        report["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["code"].clone())
            .collect::<Vec<_>>()
    };
    let renamed = imported(&desk, &format!("{header}张珊,110101198503070013,13800005678,1号101\n"));
    assert_eq!(
        (&renamed["updated"], codes(&renamed)),
        (&json!(1), vec![json!("name_replaced")])
    );
    let other = imported(&desk, &format!("{header}王五,110101198503070013,13700005678,1号105\n"));
    assert_eq!(
        (&other["added"], codes(&other)),
        (&json!(1), vec![json!("number_of_another")])
    );
    assert_eq!((desk.found("张珊"), desk.found("王五")), (1, 1));
}

#[test]
fn one_person_in_two_rows_is_one_and_the_later_row_stands() {
    let desk = Desk::new();
    let rows = [
        "张三,110101198503070013,13800005678,1号,101,",
        "张三,110101198503070013,13800005679,1号,101,高龄",
        "李四,110101198503070013,13800005670,1号,102,",
    ];
    let report = imported(
        &desk,
        &format!("姓名,身份证号,手机,楼栋,室号,标签\n{}\n", rows.join("\n")),
    );
    assert_eq!(
        (&report["added"], &report["updated"]),
        (&json!(2), &json!(1)),
        "another name with the number is a slip"
    );
    let found = desk.call("roster_find", json!({ "query": "张三", "limit": 9 }))["residents"].clone();
    assert_eq!(
        (found.as_array().unwrap().len(), &found[0]["tags"]),
        (1, &json!(["高龄"]))
    );
    assert_eq!((desk.found("13800005679"), desk.found("13800005678")), (1, 0));
}

/// What says less of a person than the roster does is told, and changes nothing.
#[test]
fn a_poorer_number_does_not_take_a_known_one_s_place() {
    let desk = Desk::new();
    let known = json!({ "phone": "13800005678", "document_number": "110101198503070013" });
    let id = desk.person("张三", "齐河路338弄1号101室", known);
    let fields = |desk: &Desk| {
        let shown = desk.call("resident_reveal", json!({ "id": id }));
        (shown["phone"].clone(), shown["document_number"].clone())
    };
    let sound = (json!("13800005678"), json!("110101198503070013"));
    let long = format!("{}1380000", "打不通 ".repeat(30));
    for (number, phone) in [
        ("办理中", "停机"),
        ("110101850307001", "138****5678"),
        ("123456", "11111111111"),
        ("１２３４５６", &long),
    ] {
        let report = imported(
            &desk,
            &format!("姓名,身份证号,手机,地址\n张三,{number},{phone},1号101\n"),
        );
        assert_eq!(
            (&report["added"], &report["updated"]),
            (&json!(0), &json!(0)),
            "{number} {phone}"
        );
        assert_eq!(fields(&desk), sound, "{number} {phone}");
        let invalid = |found: &&Value| found["code"].as_str().unwrap().ends_with("_invalid");
        let mut told = report["problems"].as_array().unwrap().iter().filter(invalid);
        assert!(
            told.all(|found| found["severity"] == "error"),
            "what was not taken is said not to be: {report}"
        );
    }
    let report = imported(
        &desk,
        "姓名,身份证号,手机,地址\n张三,110101198503070013,13900005678,1号101\n",
    );
    assert_eq!(
        (&report["updated"], fields(&desk).0),
        (&json!(1), json!("13900005678")),
        "a sound one does"
    );
}

#[test]
fn only_rows_that_somebody_has_to_look_at_are_shown_when_asked_for() {
    let desk = Desk::new();
    let rows = "3号楼\n101,甲,13800005678\n１０２,乙,13800005679\n103,丙,1380000567\n104,1、丁,\n105,戊二,\n";
    let (_, mut request) = proposed(&desk, format!("室号,姓名,手机\n{rows}").into_bytes());
    request["page"] = json!({ "offset": 0, "limit": 9 });
    request["problems_only"] = json!(true);
    let shown = desk.call("import_preview", request)["rows"].clone();
    let numbers: Vec<&Value> = shown.as_array().unwrap().iter().map(|row| &row["row"]).collect();
    assert_eq!(numbers, [&json!(2), &json!(5)], "the heading and the phone");
}

#[test]
fn the_list_of_problems_is_written_as_a_sheet_and_on_paper() {
    let desk = Desk::new();
    let (_, request) = proposed(&desk, "姓名,室号\n甲,101\n合计,1\n".as_bytes().to_vec());
    for (form, begins) in [("sheet", &b"PK"[..]), ("paper", b"%PDF")] {
        let exported = desk.call(
            "import_problems",
            json!({ "import": request, "form": form, "path": null }),
        );
        assert_eq!(exported["rows"], 2);
        let bytes = std::fs::read(exported["path"].as_str().unwrap()).unwrap();
        assert!(bytes.starts_with(begins), "{form}");
    }
    let (_, sound) = proposed(&desk, "姓名,手机\n甲,13800005678\n".as_bytes().to_vec());
    desk.refused(
        "import_problems",
        json!({ "import": sound, "form": "sheet", "path": null }),
    );
}
