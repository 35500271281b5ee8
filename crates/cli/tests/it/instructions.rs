//! An instruction on its way: sent by the district, read and acknowledged on a PC, with and without a network.

use serde_json::{Value, json};

use crate::district::TestDistrict;
use crate::office::Office;

/// Larger than a piece of an attachment.
const LONG: usize = 700 * 1024;

fn joined(district: &TestDistrict, name: &str) -> Office {
    let office = Office::empty();
    office.run(&[
        "join",
        &district.url(),
        &district.code(),
        "--name",
        name,
        "--actor",
        name,
    ]);
    office.run(&["sync"]);
    office
}

fn titles(list: &Value, acknowledged: bool) -> Vec<&str> {
    let rows = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["acknowledged"] == acknowledged);
    rows.map(|row| row["title"].as_str().unwrap()).collect()
}

#[test]
fn it_is_read_with_its_files_and_acknowledged_even_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let mut district = TestDistrict::start(folder.path());
    let office = joined(&district, "董敏");
    assert_eq!(office.run(&["instructions", "list"]), json!([]));

    let long: Vec<u8> = (0..LONG).map(|place| (place % 251) as u8).collect();
    district.instruct(
        "第一份",
        &[("名单.csv", "姓名\n张晓明\n".as_bytes()), ("附件.pdf", &long)],
    );
    district.instruct("第二份", &[]);
    office.run(&["sync"]);
    let list = office.run(&["instructions", "list"]);
    assert_eq!(titles(&list, false), ["第二份", "第一份"], "newest first");
    let id = list[1]["id"].as_str().unwrap();
    district.cut();
    let saved = office.text("附件");
    let card = office.run(&["instructions", "show", id, "--save", &saved]);
    assert_eq!(card["attachments"][1]["state"], "whole", "{card}");
    assert_eq!(std::fs::read(office.path("附件/附件.pdf")).unwrap(), long);
    assert_eq!(
        std::fs::read_to_string(office.path("附件/名单.csv")).unwrap(),
        "姓名\n张晓明\n"
    );

    assert_eq!(office.run(&["instructions", "acknowledge", id])["changed"], 1);
    assert_eq!(office.run(&["instructions", "acknowledge", id])["changed"], 0, "once");
    assert_eq!(
        titles(&office.run(&["instructions", "list", "--waiting"]), false),
        ["第二份"]
    );
    assert_eq!(
        district.instructions(),
        [("第二份".into(), 1), ("第一份".into(), 1)],
        "the district knows nothing yet"
    );
    district.come_back();
    office.run(&["sync"]);
    assert_eq!(district.instructions(), [("第二份".into(), 1), ("第一份".into(), 0)]);

    let other = joined(&district, "李芳");
    let card = other.run(&["instructions", "show", id]);
    assert_eq!(
        (&card["acknowledged"][0]["by"], &card["row"]["acknowledged"]),
        (&json!("董敏"), &json!(false))
    );
    other.run(&["instructions", "acknowledge", id]);
    let undone = other.run(&["undo"]);
    assert_eq!(undone["changed"], 1, "{undone}");
    other.run(&["sync"]);
    office.run(&["sync"]);
    assert_eq!(
        office.run(&["instructions", "show", id])["acknowledged"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(office.state(), other.state());
    assert_eq!(office.refusal(&["instructions", "show", "0"]), "not_found");
}
