//! The import wizard: propose, preview, import beside the counter, cancel, undo.

use serde_json::{Value, json};

use crate::desk::Desk;

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
    let proposal = desk.call("import_propose", json!({ "token": token, "target": target, "sheet": null }));
    let mapping = proposal["mapping"].clone();
    (proposal, json!({ "token": token, "target": target, "mapping": mapping, "only": null, "page": null }))
}

/// How a job ended.
fn ended(desk: &Desk, started: &Value) -> Value {
    loop {
        let status = desk.call("job_status", json!({ "job": started["job"] }));
        if status["state"] != "running" {
            return status;
        }
        std::thread::yield_now();
    }
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
    let column = |proposal: &Value| proposal["columns"][1].clone();
    assert_eq!((&column(&proposal)["header"], &proposal["remembered"]), (&json!("联系方式一"), &json!(false)));
    request["mapping"]["columns"][1] = json!("second_phone");
    let mut preview = request.clone();
    preview["page"] = json!({ "offset": 0, "limit": 5 });
    let preview = desk.call("import_preview", preview);
    assert_eq!((&preview["report"]["added"], preview["rows"].as_array().unwrap().len()), (&json!(300), 5));
    assert_eq!(desk.state(), before, "a preview writes nothing");
    let done = ended(&desk, &desk.call("import_start", request));
    assert_eq!((&done["state"], &done["result"]["added"]), (&json!("finished"), &json!(300)));
    let (again, request) = proposed(&desk, sheet(310));
    assert_eq!((&column(&again)["field"], &again["remembered"]), (&json!("second_phone"), &json!(true)));
    let more = ended(&desk, &desk.call("import_start", request));
    assert_eq!((&more["result"]["added"], &more["result"]["unchanged"]), (&json!(10), &json!(300)));
    for done in [more, done] {
        let undone = desk.call("undo_batch", json!({ "batch": done["result"]["batch"] }));
        assert_eq!(undone["kept"], json!([]));
    }
    assert_eq!(desk.state(), before);
}
