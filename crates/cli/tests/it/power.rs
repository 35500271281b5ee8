//! The power fails at every step of a restore, a change of the password and a backup, one after the other: before each write,
//! rename, removal and commit. The next start opens what was there before or what was to be, whole, and says which; what
//! was left lying about is cleared away.
//!
//! Only builds for development know these steps; tests of a release build have nothing to play here.
#![cfg(debug_assertions)]

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::office::Office;

/// More steps than anything has.
const STEPS: u32 = 200;
/// The password that the data is changed to.
const NEW: &str = "new-password";

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let there = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy(&entry, &there);
        } else {
            std::fs::copy(&entry, &there).unwrap();
        }
    }
}

/// What is in a folder, by name, without the files that programs hold and SQLite keeps while they run.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let held = |name: &String| [".lock", "-wal", "-shm"].iter().any(|end| name.ends_with(end));
    let mut names: Vec<String> = entries.filter(|name| !held(name)).collect();
    names.sort();
    names
}

/// What was left that should not lie about.
fn left_over(folder: &Path) -> Vec<String> {
    let mut names = names(folder);
    names.retain(|name| name.starts_with('.') || name == "restoring" || name == "key.changing");
    names
}

/// The words of a start, and the hash of the state where it opened anything.
struct Start {
    said: String,
    state: Option<String>,
}

fn start(office: &Office, password: &str) -> Start {
    let Output { stdout, stderr, .. } = office.output(&["--password-file", password, "check"]);
    let report: Value = serde_json::from_slice(&stdout).unwrap();
    if let Some(problems) = report.get("problems") {
        assert_eq!(problems, &serde_json::json!([]));
    }
    let state = report["state_hash"].as_str().map(str::to_owned);
    Start {
        said: String::from_utf8(stderr).unwrap(),
        state,
    }
}

/// Plays a command with the power failing at each of its steps; `look` is told the step's name and whether anything had
/// been begun. Gives how many steps there were.
fn at_every_step(office: &Office, command: &[&str], mut look: impl FnMut(&str, bool)) -> u32 {
    for step in 1..STEPS {
        let _ = std::fs::remove_dir_all(office.path("data"));
        copy(&office.path("base"), &office.path("data"));
        let mut run = office.command(command);
        let output = run.env("LINLI_POWER_FAILS_AT", step.to_string()).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let Some(name) = said.lines().find_map(|line| line.strip_prefix("power failed: ")) else {
            assert!(output.status.success(), "{said}");
            return step - 1;
        };
        look(
            &format!("{step}, {name}"),
            names(&office.path("data")) != names(&office.path("base")),
        );
    }
    panic!("{command:?} has no end");
}

/// An office whose data, kept as `base`, has more in it than its backup; the backup's state, and the data's.
fn office() -> (Office, [String; 2]) {
    let office = Office::with_sample(20);
    office.run(&["backup", "-o", "备份.linli"]);
    let before = office.state();
    office.run(&["roster", "import", "sample/roster.csv"]);
    let after = office.state();
    std::fs::rename(office.path("data"), office.path("base")).unwrap();
    std::fs::write(office.path(NEW), "换了的密码-2\n").unwrap();
    (office, [before, after])
}

#[test]
fn a_restore_is_done_or_not_and_the_next_start_says_which() {
    let (office, [backup, present]) = office();
    let (mut done, mut not_done) = (0, 0);
    let steps = at_every_step(&office, &["restore", "备份.linli"], |step, begun| {
        let first = start(&office, "password");
        let restored = first.state.as_ref() == Some(&backup);
        assert!(
            restored || first.state.as_ref() == Some(&present),
            "{step}: {}",
            first.said
        );
        let words = if restored { "备份" } else { "没有" };
        assert!(!begun || first.said.contains(words), "{step}: {}", first.said);
        assert_eq!(left_over(&office.path("data")), Vec::<String>::new(), "{step}");
        let kept = office.path("data/before-restore-1");
        assert_eq!(
            kept.join("linli.db").exists() && kept.join("key.json").exists(),
            restored,
            "{step}"
        );
        assert_eq!(start(&office, "password").said, "", "{step}: it is said once");
        done += u32::from(restored);
        not_done += u32::from(!restored);
    });
    assert!(
        steps > 20 && done > 5 && not_done > 5,
        "{steps} steps: {done} times done, {not_done} times not"
    );
}

#[test]
fn a_password_is_changed_or_not_and_the_next_start_says_which() {
    let (office, [_, present]) = office();
    let (mut done, mut not_done) = (0, 0);
    let steps = at_every_step(&office, &["password", "--new-password-file", NEW], |step, begun| {
        let old = start(&office, "password");
        let new = start(&office, NEW);
        let changed = new.state.is_some();
        assert_eq!(
            (old.state.is_some(), old.state.or(new.state)),
            (!changed, Some(present.clone())),
            "{step}"
        );
        let words = if changed { "请用新的密码" } else { "没有" };
        assert!(!begun || old.said.contains(words), "{step}: {}", old.said);
        assert_eq!(left_over(&office.path("data")), Vec::<String>::new(), "{step}");
        done += u32::from(changed);
        not_done += u32::from(!changed);
    });
    assert!(
        steps > 8 && done > 0 && not_done > 5,
        "{steps} steps: {done} times done, {not_done} times not"
    );
}

#[test]
fn a_backup_is_the_old_one_or_the_new_one_and_the_next_start_says_which() {
    let (office, [_, present]) = office();
    let old = std::fs::read(office.path("备份.linli")).unwrap();
    let (mut done, mut not_done) = (0, 0);
    let steps = at_every_step(&office, &["backup", "-o", "备份.linli"], |step, _| {
        let written = std::fs::read(office.path("备份.linli")).unwrap() != old;
        let first = start(&office, "password");
        assert_eq!(first.state.as_ref(), Some(&present), "{step}");
        let words = if written { "已经写好" } else { "没有写完" };
        assert!(
            first.said.contains(words) || step.starts_with("1,"),
            "{step}: {}",
            first.said
        );
        assert_eq!(start(&office, "password").said, "", "{step}: it is said once");
        let copied = office.text("copied");
        office.run(&["--data", &copied, "restore", "备份.linli"]);
        std::fs::remove_dir_all(&copied).unwrap();
        // What lies beside the backup goes with the next one.
        office.run(&["backup", "-o", "备份.linli"]);
        assert_eq!(left_over(&office.path("")), Vec::<String>::new(), "{step}");
        std::fs::write(office.path("备份.linli"), &old).unwrap();
        done += u32::from(written);
        not_done += u32::from(!written);
    });
    assert!(
        steps > 8 && done > 0 && not_done > 5,
        "{steps} steps: {done} times done, {not_done} times not"
    );
}

/// As an older program left it that set aside file by file, killed in between or before anything took the place.
#[test]
fn nothing_new_is_begun_beside_what_a_restore_put_aside() {
    let (office, [_, present]) = office();
    for moved in [
        &["linli.db"][..],
        &["linli.db", "linli.witness"],
        &["linli.db", "linli.witness", "key.json"],
    ] {
        let _ = std::fs::remove_dir_all(office.path("data"));
        copy(&office.path("base"), &office.path("data"));
        std::fs::create_dir(office.path("data/before-restore-1")).unwrap();
        for name in moved {
            let (from, to) = (
                office.path("data").join(name),
                office.path("data/before-restore-1").join(name),
            );
            std::fs::rename(from, to).unwrap();
        }
        assert_eq!(
            office.refusal_code(&["init", "--committee", "又一个"]),
            "already_set_up",
            "{moved:?}"
        );
        let again = start(&office, "password");
        assert_eq!(again.state.as_ref(), Some(&present), "{moved:?}: {}", again.said);
        assert!(!office.path("data/before-restore-1").exists());
    }
    // Its database was in place already, its key was not: what there was is put back, and nothing is thrown away.
    std::fs::rename(office.path("data"), office.path("put aside")).unwrap();
    std::fs::create_dir(office.path("data")).unwrap();
    std::fs::rename(office.path("put aside"), office.path("data/before-restore-1")).unwrap();
    std::fs::write(office.path("data/linli.db"), "the backup's").unwrap();
    assert_eq!(start(&office, "password").state.as_ref(), Some(&present));
    assert_eq!(
        std::fs::read(office.path("data/before-restore-1/linli.db")).unwrap(),
        b"the backup's"
    );
    // Nothing that could be put back: it is named, and nothing is begun beside it.
    std::fs::remove_dir_all(office.path("data")).unwrap();
    std::fs::create_dir_all(office.path("data/before-restore-3")).unwrap();
    std::fs::copy(
        office.path("base/linli.db"),
        office.path("data/before-restore-3/linli.db"),
    )
    .unwrap();
    assert_eq!(office.refusal(&["init", "--committee", "又一个"]), "already_set_up");
    assert_eq!(office.refusal(&["check"]), "data_set_aside");
}
