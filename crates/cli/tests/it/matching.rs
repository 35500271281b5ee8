//! Whom rows written by hand are about, as checkpoints, hotlines and building heads write them. What may be accepted
//! without a look is noted for each row by who wrote it; `tests/matching/score.py` tells more.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Of what is accepted, the share that may be; of what may be accepted, the share that is; of returned rows, the share
/// that is nobody's here; of rows that are nobody's here, the share that is returned.
const LEAST: [f64; 4] = [0.99, 0.90, 0.95, 0.95];

/// What was noted of a row: the true resident, whether it may be accepted, whether it is ours.
struct Noted<'t> {
    resident: Option<u64>,
    certain_ok: &'t str,
    ours: &'t str,
}

fn noted(line: &str) -> Noted<'_> {
    let mut cells = line.split(',').skip(1);
    let mut cell = || cells.next().unwrap();
    Noted {
        resident: cell().parse().ok(),
        certain_ok: cell(),
        ours: cell(),
    }
}

#[test]
fn rows_written_by_hand_find_their_residents_and_no_others() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/matching/hand");
    let mut matcher = Command::new(env!("CARGO_BIN_EXE_linli"));
    matcher.arg("match").arg("--roster").arg(folder.join("roster.csv"));
    let output = matcher
        .arg("--records")
        .arg(folder.join("rows.csv"))
        .arg("--json")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let entries: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let truth = std::fs::read_to_string(folder.join("truth.csv")).unwrap();
    let truth: Vec<Noted> = truth.lines().skip(1).map(noted).collect();
    let records: HashSet<u64> = entries.iter().filter_map(|entry| entry["record"].as_u64()).collect();
    assert_eq!(
        (entries.len(), records.len()),
        (truth.len(), truth.len()),
        "one entry for each row"
    );

    let (mut right, mut wrong, mut returned_rightly, mut returned) = (0, Vec::new(), 0, 0);
    for entry in &entries {
        let record = entry["record"].as_u64().unwrap();
        let noted = &truth[record as usize - 1];
        let same = noted.resident.is_some() && entry["resident"].as_u64() == noted.resident;
        match (entry["outcome"].as_str().unwrap(), noted.certain_ok) {
            ("certain", "yes") if same => right += 1,
            ("certain", "open") if same => {}
            ("certain", _) => wrong.push(record),
            ("not_ours", _) if noted.ours != "either" => {
                returned += 1;
                returned_rightly += usize::from(noted.ours == "no");
            }
            _ => {}
        }
    }
    let may = truth.iter().filter(|noted| noted.certain_ok == "yes").count();
    let not_ours = truth.iter().filter(|noted| noted.ours == "no").count();
    let share = |part: usize, of: usize| part as f64 / of as f64;
    let shares = [
        share(right, right + wrong.len()),
        share(right, may),
        share(returned_rightly, returned),
        share(returned_rightly, not_ours),
    ];
    let reached = shares.iter().zip(LEAST).all(|(share, least)| *share >= least);
    assert!(reached, "{shares:?} of at least {LEAST:?}; wrongly accepted: {wrong:?}");
}
