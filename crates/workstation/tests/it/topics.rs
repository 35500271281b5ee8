//! What changed is told by topic, so that the screens ask again for what shows it and for nothing else.

use serde_json::{Value, json};

use crate::desk::Desk;

/// What the desk tells of changes since a version: the version now, the topics, and the counts of the rail.
fn since(desk: &Desk, version: &Value) -> (Value, Vec<String>, Value) {
    let changes = desk.call("changes_since", json!({ "version": version }));
    let topics = changes["topics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|topic| topic.as_str().unwrap().to_owned());
    (changes["version"].clone(), topics.collect(), changes["counts"].clone())
}

#[test]
fn what_changed_is_told_by_topic_and_nothing_where_nothing_did() {
    let desk = Desk::new();
    let all = [
        "committee",
        "roster",
        "rounds",
        "reservations",
        "instructions",
        "tasks",
        "orders",
        "answers",
        "history",
    ];
    let (mut version, ..) = since(&desk, &json!(0));
    let mut step = |what: &str, topics: &[&str], to_review: Option<u64>| {
        let (now, told, counts) = since(&desk, &version);
        assert_eq!(told, topics, "{what}");
        assert_eq!(counts["to_review"].as_u64(), to_review, "{what}");
        assert_eq!(now == version, topics.is_empty(), "{what}");
        version = now;
    };
    step("nothing", &[], None);
    let who = desk.person("张三", "齐河路338弄12号501室", json!({}));
    step("somebody on the roster", &["roster", "history"], Some(0));
    let round = desk.round(1, "person", 10);
    step("a round", &["rounds", "history"], Some(0));
    let one = desk.register(&round, &who, json!({ "anyway": true }))["reservation"]["id"].clone();
    step("a registration", &["reservations", "history"], Some(1));
    desk.call("review", json!({ "ids": [one], "decision": "passed" }));
    step("a pass", &["reservations", "history"], Some(0));
    desk.call("undo_last", json!({}));
    step("a pass taken back", &all, Some(1));
    step("nothing again", &[], None);
    // Data that was put back to a backup is older than what was seen.
    assert_eq!(since(&desk, &json!(1_000_000)).1, all);
}
