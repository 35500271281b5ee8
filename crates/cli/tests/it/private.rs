//! What the program keeps to itself while it runs.

use std::io::{BufRead, BufReader};

use crate::office::{Office, Running};

/// The limits are seen from outside; that the process is marked as well only where the test is not root's: the system
/// gives the marked process's files to root.
#[cfg(target_os = "linux")]
#[test]
fn nothing_of_a_running_program_is_dumped_or_looked_into() {
    use std::os::unix::fs::MetadataExt;

    let office = Office::with_sample(20);
    let mut screens = Running(office.start(&["serve", "--no-open"]));
    let mut printed = BufReader::new(screens.0.stdout.take().unwrap()).lines();
    assert!(
        printed.any(|line| line.unwrap().contains("http://")),
        "the screens are served"
    );
    let process = std::path::Path::new("/proc").join(screens.0.id().to_string());
    let limits = std::fs::read_to_string(process.join("limits")).unwrap();
    let dumps = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(dumps.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        assert_eq!(std::fs::metadata(process.join("environ")).unwrap().uid(), 0);
    }
}
