//! Rows to be verified, and whose they are.

use linli_workstation::api::import::ImportTarget;
use linli_workstation::{Progress, import};
use serde_json::{Value, json};

use crate::desk::Desk;

fn trays(desk: &Desk) -> Vec<(String, String)> {
    let page = json!({ "offset": 0, "limit": 10 });
    let list = desk.call("task_list", json!({ "pressing": false, "page": page }));
    let rows = list["rows"].as_array().unwrap();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "name"), text(row, "tray"))).collect()
}

#[test]
fn a_row_decided_for_somebody_who_left_the_roster_is_asked_about_again() {
    let desk = Desk::new();
    let who = desk.person("张三丰", "齐河路338弄12号501室", json!({}));
    let ws = desk.session.ready().unwrap();
    let csv = "姓名,地址\n张三丰,老齐河小区\n".as_bytes().to_vec();
    let request = import::open_file(&ws, "rows.csv", csv, ImportTarget::Tasks, &[]).unwrap();
    import::import(&ws, &request, &Progress::default()).unwrap();
    let waits = |tray: &str| vec![("张三丰".to_owned(), tray.to_owned())];
    assert_eq!(trays(&desk), waits("undecided"));
    let page = json!({ "offset": 0, "limit": 1 });
    let list = desk.call("task_list", json!({ "pressing": false, "page": page }));
    let id = list["rows"][0]["id"].clone();
    desk.call("task_decide", json!({ "ids": [id], "resident": who }));
    assert_eq!(trays(&desk), waits("to_visit"));
    desk.call("resident_delete", json!({ "id": who }));
    assert_ne!(
        trays(&desk),
        waits("to_visit"),
        "nobody would find them on a list of doors"
    );
    desk.call("undo_last", json!({}));
    assert_eq!(trays(&desk), waits("to_visit"), "and back");
}

#[test]
fn a_corrected_sheet_corrects_what_is_open_and_leaves_what_was_answered() {
    let desk = Desk::new();
    let ws = desk.session.ready().unwrap();
    let import = |rows: &str| {
        let csv = format!("编号,来源,姓名,电话,截止时间\n{rows}").into_bytes();
        let request = import::open_file(&ws, "rows.csv", csv, ImportTarget::Tasks, &[]).unwrap();
        let report = import::import(&ws, &request, &Progress::default()).unwrap();
        let codes: Vec<String> = report
            .problems
            .iter()
            .map(|found| {
                serde_json::to_value(found.problem.code)
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        ([report.added, report.updated, report.unchanged, report.skipped], codes)
    };
    let counted = |counts: [usize; 4]| (counts, Vec::<String>::new());
    assert_eq!(
        import("D-1,道口,张三,13800000001,\nD-2,道口,李四,,\n"),
        counted([2, 0, 0, 0])
    );
    assert_eq!(
        import("D-1,道口,张三,13800000002,2030-01-02 18:00\nD-2,道口,李四,,\nD-1,热线,王五,,\n"),
        counted([1, 1, 1, 0]),
        "another source's row is another one"
    );
    let page = json!({ "offset": 0, "limit": 10 });
    let list = desk.call("task_list", json!({ "pressing": false, "page": page }));
    let of = |name: &str| {
        list["rows"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["name"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(of("张三")["deadline"], "2030-01-02T18:00:00");
    desk.call(
        "task_return",
        json!({ "ids": [of("张三")["id"]], "reason": "查无此人" }),
    );
    assert_eq!(
        import("D-1,道口,张三,13800000003,\n"),
        ([0, 0, 0, 1], vec!["reference_closed".to_owned()])
    );
    assert_eq!(
        import("D-9,道口,甲,,\nD-9,道口,乙,,\n"),
        ([1, 0, 0, 1], vec!["duplicate_reference".to_owned()])
    );
}
