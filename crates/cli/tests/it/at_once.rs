//! Two programs at work on the same data at the same time.

use crate::office::Office;

/// The same sheet imported by two programs at once is there once, whoever was first.
#[test]
fn two_imports_of_one_sheet_at_once_are_one() {
    let office = Office::with_sample(400);
    for sheet in [
        &["roster", "import", "sample/roster.csv"][..],
        &["round", "import", "1", "sample/reservations-1.xlsx"],
    ] {
        if sheet[0] == "round" {
            office.run(&["round", "open", "sample/round-1.toml"]);
        }
        let both = [office.start(sheet), office.start(sheet)];
        let reports = both.map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
        });
        let count = |key: &str| {
            reports
                .iter()
                .map(|report| report[key].as_u64().unwrap())
                .collect::<Vec<_>>()
        };
        let (added, rows) = (count("added"), count("rows")[0]);
        assert!(
            added.contains(&0) && added.iter().sum::<u64>() > rows / 2,
            "{sheet:?}: added {added:?} of {rows}"
        );
    }
    office.state();
}
