//! Steps that were acknowledged and are gone from the database after a crash: it opens whole without them, and only the
//! witness beside it knows.

use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::Value;

use crate::office::{Office, Running};

/// An office after a crash: steps were acknowledged that stand in the write-ahead log only, because another program had the
/// data open when it was killed. Gives the state before them, too.
fn crashed() -> (Office, String) {
    let office = Office::with_sample(20);
    let before = office.state();
    let mut screens = Running(office.start(&["serve", "--no-open"]));
    let mut printed = BufReader::new(screens.0.stdout.take().unwrap()).lines();
    assert!(
        printed.any(|line| line.unwrap().contains("http://")),
        "the screens are served"
    );
    office.import("roster", "姓名,楼栋,室号\n张晓明,12号,501\n");
    office.import("roster", "姓名,楼栋,室号\n王芳,12号,502\n");
    drop(screens);
    (office, before)
}

fn check(office: &Office, more: &[&str]) -> Value {
    let output = office.output(&[&["check"], more].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn wal(office: &Office) -> std::path::PathBuf {
    office.path("data/linli.db-wal")
}

fn remove_index(office: &Office) {
    let _ = std::fs::remove_file(office.path("data/linli.db-shm"));
}

/// How a write-ahead log comes to harm.
type Harm = fn(&Path);

#[test]
fn acknowledged_steps_that_are_missing_are_named_and_the_work_goes_on() {
    let harms: [(&str, Harm); 3] = [
        ("gone", |wal| std::fs::remove_file(wal).unwrap()),
        ("emptied", |wal| std::fs::write(wal, b"").unwrap()),
        ("damaged", |wal| {
            let mut bytes = std::fs::read(wal).unwrap();
            bytes[40] ^= 1; // In the head of its first page: nothing after it holds.
            std::fs::write(wal, bytes).unwrap();
        }),
    ];
    for (what, harm) in harms {
        let (office, before) = crashed();
        assert!(
            std::fs::metadata(wal(&office)).unwrap().len() > 0,
            "the steps stand there"
        );
        harm(&wal(&office));
        remove_index(&office);
        let report = check(&office, &[]);
        let problems = report["problems"].to_string();
        assert!(
            report["ok"] == false && problems.contains("处改动丢失了") && problems.contains("补录"),
            "{what}: {report}"
        );
        assert_eq!(report["state_hash"], before.as_str(), "{what}");
        // Whoever works on is told each time, until he says that he knows.
        let found = office.output(&["roster", "find", "张晓明"]);
        assert!(
            found.status.success() && String::from_utf8_lossy(&found.stderr).contains("处改动丢失了"),
            "{what}"
        );
        for room in 1..=9 {
            office.import("roster", &format!("姓名,楼栋,室号\n李{room}妹,13号,{room}01\n"));
        }
        assert_eq!(
            check(&office, &[])["ok"],
            false,
            "{what}: more steps than were lost do not cover it"
        );
        assert_eq!(check(&office, &["--seen"])["ok"], true, "{what}");
        let found = office.output(&["roster", "find", "李1妹"]);
        assert_eq!(String::from_utf8_lossy(&found.stderr), "", "{what}");
    }
}

#[test]
fn a_crash_that_cost_nothing_is_not_called_a_loss() {
    let (office, before) = crashed();
    assert_ne!(office.state(), before, "the steps are there");
    // A witness that is behind, as after a crash between a step and its witness, says nothing.
    let witness = std::fs::read(office.path("data/linli.witness")).unwrap();
    office.import("roster", "姓名,楼栋,室号\n赵敏,12号,503\n");
    std::fs::write(office.path("data/linli.witness"), witness).unwrap();
    office.state();
    // Put back to a backup, the data goes on from there.
    office.run(&["backup", "-o", "备份.linli"]);
    office.run(&["undo"]);
    office.run(&["restore", "备份.linli"]);
    office.state();
}

#[test]
fn a_witness_that_is_gone_or_damaged_is_said() {
    for harm in [
        |path: &Path| std::fs::remove_file(path).unwrap(),
        |path: &Path| std::fs::write(path, [7; 8192]).unwrap(),
    ] {
        let office = Office::with_sample(20);
        office.state();
        harm(&office.path("data/linli.witness"));
        let report = check(&office, &[]);
        assert!(
            report["ok"] == false && report["problems"].to_string().contains("旁证"),
            "{report}"
        );
        assert_eq!(check(&office, &["--seen"])["ok"], true);
        office.state();
    }
}
