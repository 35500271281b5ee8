//! Killed at any moment of its work, encrypted.

use std::time::Instant;

use linli_documents::sheet::read_workbook;

use crate::office::{Office, number};

/// At how many moments, spread evenly over the time it takes, each step is killed.
const MOMENTS: u32 = 6;

/// How many operations there are, and the state's hash, of data found whole.
fn whole(office: &Office) -> (u64, String) {
    let report = office.run(&["check"]);
    assert_eq!(report["problems"], serde_json::json!([]), "the data is whole");
    (number(&report, "operations"), report["state_hash"].to_string())
}

/// What was acknowledged is there; what was not is there whole or not at all.
#[test]
fn a_killed_step_is_whole_or_nothing_and_whole_once_acknowledged() {
    let office = Office::with_round(200);
    let steps: [&[&str]; 3] = [
        &["roster", "import", "sample/roster.xlsx"],
        &["round", "import", "1", "sample/reservations-2.xlsx"],
        &["round", "pass", "1", "--all-checked"],
    ];
    let (mut before, state) = whole(&office);
    for step in steps {
        let begun = Instant::now();
        office.run(step);
        let time = begun.elapsed();
        let wrote = whole(&office).0 - before;
        assert!(wrote > 20, "{step:?} writes in one batch, and much");
        office.run(&["undo"]);
        before = whole(&office).0;
        let mut killed = 0;
        for moment in 1..=MOMENTS {
            let end = office.kill_after(step, time * moment / MOMENTS);
            killed += u32::from(end.in_time);
            let (mut now, mut is) = whole(&office);
            let there = now - before;
            assert!(there == 0 || there == wrote, "{step:?}: {there} of {wrote} operations");
            assert!(there == wrote || !end.acknowledged, "{step:?} had said it was done");
            if there == wrote {
                office.run(&["undo"]);
                (now, is) = whole(&office);
            }
            assert_eq!(is, state, "{step:?}");
            before = now;
        }
        assert!(
            killed >= MOMENTS / 2,
            "{step:?}: {killed} of {MOMENTS} were killed in time"
        );
    }
}

/// A file that was being written is the old one or the new one, and what it was to become is nowhere in sight.
#[test]
fn a_killed_export_leaves_the_old_file_or_the_new_one() {
    let office = Office::with_round(200);
    let [sheet, backup] = [
        &["round", "export", "1", "all", "-o", "全表.xlsx"][..],
        &["backup", "-o", "备份.linli"],
    ];
    for step in [sheet, backup] {
        let begun = Instant::now();
        office.run(step);
        let time = begun.elapsed();
        let file = step.last().unwrap();
        for moment in 1..=MOMENTS {
            let fresh = moment % 2 == 0;
            if fresh {
                std::fs::remove_file(office.path(file)).unwrap();
            }
            let end = office.kill_after(step, time * moment / MOMENTS);
            let written = std::fs::read(office.path(file)).ok();
            assert!(
                written.is_some() || (fresh && !end.acknowledged),
                "{step:?} at {moment}"
            );
            match written {
                Some(bytes) if step == sheet => assert!(read_workbook(file, &bytes).unwrap()[0].height() > 20),
                Some(_) => drop(office.run(&["--data", &office.text("copy"), "restore", file])),
                None => drop(office.run(step)),
            }
            let mut in_sight: Vec<String> = std::fs::read_dir(office.path(""))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| !name.starts_with('.'))
                .collect();
            in_sight.retain(|name| {
                !["password", "sample", "data", "copy", "全表.xlsx", "备份.linli"].contains(&name.as_str())
            });
            assert_eq!(in_sight, Vec::<String>::new());
        }
    }
    office.state();
}
