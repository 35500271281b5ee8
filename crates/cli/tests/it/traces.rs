//! What lies about on the disk after a busy run, and while it runs: nothing that names anybody.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use linli_documents::sheet::read_workbook;

use crate::office::{Office, Running};

/// Bytes of a name that are looked for: two characters.
const NAME: usize = 6;
/// Digits of a number that are looked for, its last: so many that no key in hexadecimal holds them by chance.
const NUMBER: usize = 8;

/// What must stand nowhere.
struct Planted {
    names: HashSet<[u8; NAME]>,
    numbers: HashSet<[u8; NUMBER]>,
}

/// Every file under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

impl Planted {
    /// Names, ID numbers and phones of everybody, and the committee's name.
    fn of(office: &Office) -> Planted {
        let csv = std::fs::read(office.path("sample/roster.csv")).unwrap();
        let grid = &read_workbook("roster.csv", &csv).unwrap()[0];
        let column = |column| (1..grid.height()).map(move |row| grid.cell(row, column).text.as_bytes());
        let names = column(0)
            .chain(["齐河二居".as_bytes()])
            .filter_map(|name| name.first_chunk().copied());
        let numbers = column(2)
            .chain(column(3))
            .filter_map(|number| number.last_chunk().copied());
        Planted {
            names: names.collect(),
            numbers: numbers.collect(),
        }
    }

    fn stands_in(&self, bytes: &[u8]) -> bool {
        bytes.windows(NAME).any(|window| self.names.contains(window))
            || bytes.windows(NUMBER).any(|window| self.numbers.contains(window))
    }

    /// The first file of a folder in which it stands, and how many bytes were read.
    fn found_in(&self, folder: &Path) -> (Option<PathBuf>, usize) {
        let mut read = 0;
        for path in files(folder) {
            let bytes = std::fs::read(&path).unwrap();
            read += bytes.len();
            if self.stands_in(&bytes) {
                return (Some(path), read);
            }
        }
        (None, read)
    }
}

#[test]
fn nothing_personal_is_found_by_scanning_the_files() {
    let mut office = Office::with_sample(150);
    let planted = Planted::of(&office);
    assert!(planted.names.len() > 100 && planted.numbers.len() > 400);
    let temporary = office.path("temporary");
    std::fs::create_dir_all(&temporary).unwrap();
    std::fs::create_dir(office.path("stick")).unwrap();
    office.set("TMPDIR", &temporary);
    office.set("SQLITE_TMPDIR", &temporary);
    office.set("HOME", &office.path("data/home"));
    // The screens stay open, as in an office: their connection keeps the WAL from being folded in and removed.
    let log = std::fs::File::create(office.path("data/log")).unwrap();
    let mut screens = Running(
        office
            .command(&["serve", "--no-open"])
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap(),
    );
    let mut printed = BufReader::new(screens.0.stdout.take().unwrap()).lines();
    assert!(
        printed.any(|line| line.unwrap().contains("http://")),
        "the screens are served"
    );
    let busy: [&[&str]; 10] = [
        &["roster", "import", "sample/roster.csv"],
        &["roster", "find", "王"],
        &["round", "open", "sample/round-1.toml"],
        &["round", "import", "1", "sample/reservations-1.xlsx"],
        &["round", "pass", "1", "--clear"],
        &["round", "notify", "1", "--by", "phone"],
        &["round", "vouchers", "1", "-o", "凭证.pdf"],
        &["round", "export", "1", "all", "-o", "全表.xlsx"],
        &["undo"],
        &["backup", "-o", "stick/备份.linli"],
    ];
    for step in busy {
        office.run(step);
    }
    let wal = std::fs::metadata(office.path("data/linli.db-wal")).unwrap();
    assert!(
        wal.len() > 100_000,
        "the WAL is there to be scanned: {} bytes",
        wal.len()
    );
    for (folder, least) in [
        (office.path("data"), 1_000_000),
        (temporary, 0),
        (office.path("stick"), 10_000),
    ] {
        let (place, read) = planted.found_in(&folder);
        assert_eq!(place, None);
        assert!(read >= least, "{read} bytes of {}", folder.display());
    }
    drop(screens);
    assert_eq!(
        planted.found_in(&office.path("data")).0,
        None,
        "killed, it leaves no more"
    );
    // The scan itself finds what is in the clear.
    let roster = read_workbook("roster.csv", &std::fs::read(office.path("sample/roster.csv")).unwrap()).unwrap();
    for clear in ["……齐河二居……", roster[0].cell(1, 0).text, roster[0].cell(1, 3).text] {
        std::fs::write(office.path("data/clear"), clear).unwrap();
        assert!(
            planted
                .found_in(&office.path("data"))
                .0
                .is_some_and(|path| path.ends_with("clear")),
            "{clear}"
        );
    }
}
