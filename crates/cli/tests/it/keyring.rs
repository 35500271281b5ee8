//! The system keyring, as a clerk's desktop has it: a real Secret Service (gnome-keyring) on a session bus of its own.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::office::Office;

/// Unlocks a keyring on the new bus, then runs what follows.
const UNLOCKED: &str =
    "printf %s test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec \"$@\"";
/// Starts the keyring's service on the new bus and does not unlock it.
const LOCKED: &str = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; exec \"$@\"";
/// Only runs what follows: a bus on which nobody keeps secrets.
const NO_SERVICE: &str = "exec \"$@\"";

/// A clerk's account on the PC: a home with its keyring.
struct Account {
    home: std::path::PathBuf,
}

impl Account {
    fn new(office: &Office, name: &str) -> Account {
        let home = office.path(name);
        std::fs::create_dir_all(home.join("run")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(home.join("run"), std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        Account { home }
    }

    /// Runs the program without a password, on a session bus of its own.
    fn run(&self, bus: &str, data: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "bash", "-c", bus, "_"]);
        self.finish(command.arg(env!("CARGO_BIN_EXE_linli")), data, arguments)
    }

    /// Runs the program where there is no bus at all.
    fn run_alone(&self, data: &Path, arguments: &[&str]) -> Output {
        self.finish(&mut Command::new(env!("CARGO_BIN_EXE_linli")), data, arguments)
    }

    fn finish(&self, command: &mut Command, data: &Path, arguments: &[&str]) -> Output {
        command.arg("--json").arg("--data").arg(data).args(arguments);
        command
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", self.home.join("run"));
        command
            .env_remove("XDG_DATA_HOME")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("DISPLAY");
        command.current_dir(data.parent().unwrap()).output().unwrap()
    }
}

fn answer(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// The code and the sentence of a refusal.
fn refusal(output: &Output) -> (String, String) {
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let error = &answer(output)["error"];
    (
        error["code"].as_str().unwrap().to_owned(),
        error["text"].as_str().unwrap().to_owned(),
    )
}

fn has_keyring() -> bool {
    ["dbus-run-session", "gnome-keyring-daemon"].iter().all(|program| {
        Command::new(program)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    })
}

#[test]
fn the_keyring_opens_the_data_and_nothing_else_does() {
    if !has_keyring() {
        eprintln!("SKIPPED: the keyring, there is no dbus-run-session or gnome-keyring-daemon here");
        return;
    }
    let office = Office::empty();
    office.run(&["sample", "--households", "20", "--seed", "7", "-o", "sample"]);
    let clerk = Account::new(&office, "clerk");
    let data = office.path("data");
    let steps: [&[&str]; 5] = [
        &["init", "--committee", "齐河二居"],
        &["roster", "import", "sample/roster.csv"],
        &["round", "open", "sample/round-1.toml"],
        &["round", "import", "1", "sample/reservations-1.xlsx"],
        &["round", "export", "1", "all", "-o", "全表.xlsx"],
    ];
    for step in steps {
        let output = clerk.run(UNLOCKED, &data, step);
        assert!(
            output.status.success(),
            "{step:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert!(office.path("全表.xlsx").exists());
    let find = ["roster", "find", "101"];
    assert!(
        !answer(&clerk.run(UNLOCKED, &data, &find))
            .as_array()
            .unwrap()
            .is_empty()
    );
    let key_file = std::fs::read_to_string(data.join("key.json")).unwrap();
    assert!(key_file.contains("\"keyring\""), "{key_file}");

    let database = std::fs::read(data.join("linli.db")).unwrap();
    let (code, text) = refusal(&clerk.run_alone(&data, &find));
    assert!(
        code == "keyring_missing" && text.contains("请先登录或解锁密钥环"),
        "{code}: {text}"
    );
    let (code, text) = refusal(&clerk.run(LOCKED, &data, &find));
    assert!(
        code == "keyring_locked" && text.contains("密钥环锁着") && text.contains("解锁"),
        "{code}: {text}"
    );
    let (code, text) = refusal(&clerk.run(LOCKED, &office.path("new"), &["init", "--committee", "齐河二居"]));
    assert!(
        code == "password_or_unlock" && text.contains("密钥环锁着"),
        "{code}: {text}"
    );

    let other = Account::new(&office, "other");
    let (code, text) = refusal(&other.run(UNLOCKED, &data, &find));
    assert!(
        code == "key_not_in_keyring" && text.contains("请用原来的电脑账户登录"),
        "{code}: {text}"
    );
    assert!(
        std::fs::read(data.join("linli.db")).unwrap() == database,
        "what cannot be opened is not changed"
    );

    // A backup with a password of its own goes to an account without that keyring.
    std::fs::write(office.path("own"), "另一个密码-2\n").unwrap();
    let backup = ["backup", "-o", "备份.linli", "--own-password-file", "own"];
    assert!(clerk.run(UNLOCKED, &data, &backup).status.success());
    let moved = office.text("moved");
    let there = ["--data", &moved, "--password-file", "own"];
    office.run(&[&there[..], &["restore", "备份.linli"]].concat());
    assert!(!office.run(&[&there[..], &find].concat()).as_array().unwrap().is_empty());

    let new = office.path("new");
    let bus_without = other.run(NO_SERVICE, &new, &["init", "--committee", "齐河二居"]);
    // Some systems start a service for whoever asks: then it is locked, and nobody is there to unlock it.
    for output in [other.run_alone(&new, &["init", "--committee", "齐河二居"]), bus_without] {
        let (code, text) = refusal(&output);
        let codes = ["password_required", "password_or_unlock"];
        assert!(
            codes.contains(&code.as_str()) && text.contains("请设置密码来保护数据"),
            "{code}: {text}"
        );
    }
    assert!(
        !new.join("key.json").exists() && !new.join("linli.db").exists(),
        "never in the clear, never half"
    );
}

/// From keyring to keyring, or to a password and back: a new secret under a name of its own, which nothing depends on before
/// the key file is durable. What was there before stays, so that backups made with it go on opening.
#[test]
fn a_change_of_the_keyrings_secret_loses_nothing_wherever_it_breaks_off() {
    if !has_keyring() {
        eprintln!("SKIPPED: the keyring, there is no dbus-run-session or gnome-keyring-daemon here");
        return;
    }
    let office = Office::empty();
    let clerk = Account::new(&office, "clerk");
    let data = office.path("data");
    let run = |arguments: &[&str]| {
        let output = clerk.run(UNLOCKED, &data, arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        answer(&output)
    };
    run(&["init", "--committee", "齐河二居"]);
    run(&["backup", "-o", "旧的.linli"]);
    let state = run(&["check"])["state_hash"].clone();
    let key_file = || std::fs::read(data.join("key.json")).unwrap();
    let first = key_file();

    let mut steps = 0;
    if cfg!(debug_assertions) {
        // Before each write and rename on the way, as by kill -9; only builds for development know where these are.
        let fails = |step: u32| format!("export LINLI_POWER_FAILS_AT={step}; {UNLOCKED}");
        while !clerk
            .run(&fails(steps + 1), &data, &["password", "--keyring"])
            .status
            .success()
        {
            steps += 1;
            assert!(steps < 100, "it never ends");
            assert_eq!(run(&["check"])["state_hash"], state, "{steps}");
            let names = std::fs::read_dir(&data)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let left: Vec<_> = names
                .filter(|name| name.starts_with('.') || name == "key.changing")
                .collect();
            assert_eq!(left, Vec::<String>::new(), "{steps}: what was left is cleared away");
        }
        assert!(steps > 8, "{steps} steps");
    } else {
        run(&["password", "--keyring"]);
    }
    assert_ne!(key_file(), first, "the secret is another one");
    assert_eq!(run(&["check"])["state_hash"], state);

    // To a password and back: the first backup opens with what the keyring held then.
    std::fs::write(office.path("new"), "换了的密码-2\n").unwrap();
    run(&["password", "--new-password-file", "new"]);
    assert_eq!(refusal(&clerk.run(UNLOCKED, &data, &["check"])).0, "password_needed");
    run(&["--password-file", "new", "password", "--keyring"]);
    assert_eq!(run(&["check"])["state_hash"], state);
    run(&["restore", "旧的.linli"]);
    assert_eq!((run(&["check"])["state_hash"].clone(), key_file()), (state, first));
}
