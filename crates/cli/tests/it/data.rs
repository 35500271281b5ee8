//! What an IT person meets: refusals with their codes, damaged files, backups, a start that was killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use linli_domain::voucher;

use crate::office::{Office, Running};

#[test]
fn a_refusal_has_its_code_on_stdout_and_its_words_on_stderr() {
    let office = Office::with_round(40);
    let empty = office.text("empty");
    let refusals: [(&[&str], &str); 7] = [
        (&["check", "--data", &empty], "not_set_up"),
        (&["init", "--committee", "又一个"], "already_set_up"),
        (&["round", "open", "sample/round-1.toml"], "round_exists"),
        (&["round", "show", "9"], "not_found"),
        (&["round", "export", "1", "没有的模板"], "not_found"),
        (
            &["round", "collect", "1", "--voucher", &voucher::number(1, 7)],
            "no_such_voucher",
        ),
        (&["roster", "import", "nowhere.xlsx"], "file_failed"),
    ];
    for (arguments, code) in refusals {
        assert_eq!(office.refusal(arguments), code, "{arguments:?}");
    }
    assert!(!office.path("empty").exists(), "asking makes no folder");
    for usage in [
        &["round", "notify", "1", "--by", "dove"][..],
        &["roster", "find"],
        &["fly"],
    ] {
        let output = office.output(usage);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{usage:?}");
    }
}

/// How a file is damaged.
type Damage = fn(&mut Vec<u8>);

/// Its own words are English, and name files that nobody made.
#[test]
fn what_the_system_does_not_do_is_told_in_words() {
    let office = Office::empty();
    office.run(&["init", "--committee", "牡丹一居", "--actor", "董敏"]);
    std::fs::create_dir(office.path("文件夹")).unwrap();
    std::fs::write(office.path("文件"), "").unwrap();
    let long = format!("{}.xlsx", "长".repeat(100));
    let cases: [(&[&str], &str); 5] = [
        (&["roster", "import", "没有.xlsx"], "找不到文件或文件夹"),
        (&["roster", "import", "文件夹"], "这是文件夹，不是文件"),
        (&["roster", "import", "文件/居民.xlsx"], "路径中间有一段不是文件夹"),
        (&["roster", "export", "-o", "文件/居民.xlsx"], "没有“文件”这个文件夹"),
        (&["backup", "-o", &long], "名称太长"),
    ];
    for (arguments, why) in cases {
        let output = office.output(arguments);
        let said = String::from_utf8(output.stderr).unwrap().replace(&office.text(""), "");
        assert!(
            output.status.code() == Some(1) && said.contains(why),
            "{arguments:?}: {said}"
        );
        assert!(!said.contains("os error") && !said.contains(".tmp"), "{said}");
    }
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let office = Office::empty();
    let mut init = std::process::Command::new(env!("CARGO_BIN_EXE_linli"));
    init.arg("--password-file").arg(office.path("password"));
    init.args(["init", "--committee", "牡丹一居"])
        .current_dir(office.path(""));
    let home = if cfg!(windows) { "APPDATA" } else { "XDG_DATA_HOME" };
    let output = init
        .env("LINLI_DATA", "")
        .env(home, office.path("home"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = if cfg!(windows) { "home/Linli" } else { "home/linli" };
    assert!(office.path(folder).join("linli.db").exists());
}

#[test]
fn a_committee_and_its_clerk_have_names() {
    let office = Office::empty();
    let (committee, marks) = ("牡丹一居", "  .  ");
    for [committee, actor, district] in [
        [marks, "董敏", "浦东"],
        ["7", "董敏", "浦东"],
        [committee, marks, "浦东"],
        [committee, "董敏", marks],
    ] {
        let named = [
            "init",
            "--committee",
            committee,
            "--actor",
            actor,
            "--district",
            district,
        ];
        assert_eq!(office.refusal(&named), "invalid_field", "{named:?}");
        assert!(!office.path("data/linli.db").exists(), "nothing is begun");
    }
    office.run(&["init", "--committee", committee]);
}

#[test]
fn damaged_data_is_named_and_left_as_it_is() {
    let office = Office::with_sample(40);
    office.run(&["roster", "import", "sample/roster.csv"]);
    let good = std::fs::read(office.path("data/linli.db")).unwrap();
    let damages: [(&str, Damage); 8] = [
        ("emptied", |bytes| bytes.clear()),
        ("cut to one byte", |bytes| bytes.truncate(1)),
        ("cut to less than a page", |bytes| bytes.truncate(4_095)),
        ("cut to its first page", |bytes| bytes.truncate(4_096)),
        ("cut", |bytes| bytes.truncate(bytes.len() / 2)),
        ("cut in its last page", |bytes| bytes.truncate(bytes.len() - 1_000)),
        ("flipped in its first page", |bytes| bytes[60] ^= 1),
        ("flipped in the middle", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }),
    ];
    for (what, damage) in damages {
        let mut bytes = good.clone();
        damage(&mut bytes);
        std::fs::write(office.path("data/linli.db"), &bytes).unwrap();
        assert_eq!(office.refusal(&["check"]), "data_damaged", "{what}");
        assert!(
            std::fs::read(office.path("data/linli.db")).unwrap() == bytes,
            "{what}: the file is left as it is"
        );
    }
    std::fs::write(office.path("data/linli.db"), &good).unwrap();
    office.state();
    std::fs::rename(office.path("data/key.json"), office.path("key.json")).unwrap();
    assert_eq!(office.refusal(&["check"]), "data_missing");
    std::fs::write(office.path("data/key.json"), b"{").unwrap();
    assert_eq!(office.refusal(&["check"]), "key_file_damaged");
}

/// A key file comes with a backup from anywhere: what it asks for is bounded before it is believed.
#[test]
fn a_key_file_that_asks_for_too_much_or_too_little_is_damaged() {
    let office = Office::with_sample(20);
    office.run(&["backup", "-o", "备份.linli"]);
    let (key_file, backup) = (
        office.path("data/key.json"),
        std::fs::read(office.path("备份.linli")).unwrap(),
    );
    let good = std::fs::read_to_string(&key_file).unwrap();
    let (memory, passes) = ("\"memory_kib\": 65536", "\"passes\": 2");
    let asked = [
        (memory, "memory_kib", u32::MAX),
        (memory, "memory_kib", 8),
        (passes, "passes", u32::MAX),
        (passes, "passes", 0),
    ];
    for (before, name, value) in asked {
        let bad = good.replace(before, &format!("\"{name}\": {value}"));
        assert_ne!(bad, good);
        std::fs::write(&key_file, &bad).unwrap();
        assert_eq!(office.refusal(&["check"]), "key_file_damaged", "{name} {value}");
        // As the head of a backup: its magic, the key file's length, the key file.
        let head = [&backup[..8], &(bad.len() as u32).to_be_bytes(), bad.as_bytes()].concat();
        std::fs::write(office.path("坏的.linli"), [&head, &backup[12 + good.len()..]].concat()).unwrap();
        assert_eq!(
            office.refusal(&["--data", &office.text("new"), "restore", "坏的.linli"]),
            "not_a_backup"
        );
    }
    std::fs::write(&key_file, &good).unwrap();
    office.state();
}

#[test]
fn a_damaged_backup_does_not_cost_the_present_data() {
    let office = Office::with_sample(40);
    office.run(&["roster", "import", "sample/roster.csv"]);
    let imported = office.state();
    office.run(&["backup", "-o", "备份.linli"]);
    office.run(&["undo"]);
    let present = office.state();
    let good = std::fs::read(office.path("备份.linli")).unwrap();
    let damages: [Damage; 4] = [
        |bytes| bytes.truncate(5),
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.truncate(bytes.len() - 3),
        |bytes| {
            let late = bytes.len() - 9_000;
            bytes[late] ^= 1;
        },
    ];
    for damage in damages {
        let mut bytes = good.clone();
        damage(&mut bytes);
        std::fs::write(office.path("坏的.linli"), &bytes).unwrap();
        assert_eq!(office.refusal(&["restore", "坏的.linli"]), "not_a_backup");
        assert_eq!(office.state(), present);
    }
    office.run(&["restore", "备份.linli"]);
    assert_eq!(office.state(), imported);
}

/// A window that is open would go on writing into the file that was put aside.
#[test]
fn nothing_is_restored_under_an_open_program() {
    let office = Office::with_sample(20);
    office.run(&["backup", "-o", "备份.linli"]);
    let mut screens = Running(office.start(&["serve", "--no-open"]));
    let mut printed = BufReader::new(screens.0.stdout.take().unwrap()).lines();
    assert!(
        printed.any(|line| line.unwrap().contains("http://")),
        "the screens are served"
    );
    assert_eq!(office.refusal(&["restore", "备份.linli"]), "data_in_use");
    drop(screens);
    office.run(&["restore", "备份.linli"]);
}

/// Killed while it sets up, the program can be set up afterwards, or was.
#[test]
fn a_killed_first_start_is_begun_again() {
    const TIMES: u32 = 12;
    let office = Office::empty();
    let init = |data: &str| ["--data", data, "init", "--committee", "齐河二居"].map(str::to_owned);
    let begun = Instant::now();
    office.run(&init(&office.text("whole")).each_ref().map(String::as_str));
    let whole = begun.elapsed();
    let (mut begun_again, mut done) = (0, 0);
    for time in 0..TIMES {
        let data = office.text(&format!("data-{time}"));
        let init = init(&data);
        let init = init.each_ref().map(String::as_str);
        office.kill_after(&init, whole * (time + 1) / TIMES);
        let left_something = Path::new(&data).exists();
        match office.output(&init).status.code() {
            Some(0) => begun_again += u32::from(left_something),
            _ => done += 1,
        }
        assert_eq!(office.run(&["--data", &data, "check"])["ok"], true);
    }
    assert!(begun_again > 0, "none was killed in between ({done} were done)");
}

#[test]
fn who_has_read_enough_ends_the_program_quietly() {
    let office = Office::empty();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = office.command(&["init", "--committee", "齐河二居", "--district", "浦东新区"]);
    let output = command.stdout(writer).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
