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
