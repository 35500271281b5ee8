//! The program as a user runs it: one data folder, its password in a file, answers as JSON.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A folder with a committee's data and files.
pub struct Office {
    folder: PathBuf,
    /// Taken away in the end, where nobody wants the files.
    passing: Option<tempfile::TempDir>,
    /// The command that every run of the program stands behind.
    within: &'static [&'static str],
    environment: Vec<(&'static str, PathBuf)>,
}

/// A number of an answer.
pub fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_else(|| panic!("{key} in {value}"))
}

/// A program that is killed when the test is done with it, however it ends.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How a program that was to be killed ended.
pub struct Killed {
    /// It was still running.
    pub in_time: bool,
    /// It had said that it was done.
    pub acknowledged: bool,
}

/// How a network namespace without interfaces is made: by root, or by anybody where the kernel lets them.
const CUT: [&[&str]; 2] = [
    &["unshare", "--net", "--"],
    &["unshare", "--user", "--map-root-user", "--net", "--"],
];

/// How a program gets no more than 2 GB to address: what it takes by itself, and some hundred megabytes for a file.
#[cfg(target_os = "linux")]
const BOUND: &[&str] = &["sh", "-c", "ulimit -v 2000000 && exec \"$0\" \"$@\""];
/// How it gets no more than 200 MB to write into, half of which it takes to open the data.
#[cfg(target_os = "linux")]
const CLOSELY_BOUND: &[&str] = &["sh", "-c", "ulimit -d 200000 && exec \"$0\" \"$@\""];

impl Office {
    /// Nothing but a password in a file.
    pub fn empty() -> Office {
        let passing = tempfile::tempdir().unwrap();
        let mut office = Office::at(passing.path());
        office.passing = Some(passing);
        office
    }

    /// The same in a folder that stays.
    pub fn at(folder: &Path) -> Office {
        std::fs::create_dir_all(folder).unwrap();
        let office = Office {
            folder: folder.to_owned(),
            passing: None,
            within: &[],
            environment: Vec::new(),
        };
        std::fs::write(office.path("password"), "邻里密码-1\n").unwrap();
        office
    }

    /// A sample of so many households, its committee set up, nothing imported yet.
    pub fn with_sample(households: u32) -> Office {
        let office = Office::empty();
        office.run(&[
            "sample",
            "--households",
            &households.to_string(),
            "--seed",
            "7",
            "-o",
            &office.text("sample"),
        ]);
        office.run(&["init", "--committee", "齐河二居", "--district", "浦东新区"]);
        office
    }

    /// The sample with its roster and first round imported, nothing decided yet.
    pub fn with_round(households: u32) -> Office {
        let office = Office::with_sample(households);
        office.run(&["roster", "import", &office.text("sample/roster.csv")]);
        office.run(&["round", "open", &office.text("sample/round-1.toml")]);
        office.run(&["round", "import", "1", &office.text("sample/reservations-1.xlsx")]);
        office
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Cuts the network of every further run; `false` where the system lets nobody do it.
    pub fn cut_network(&mut self) -> bool {
        let works = |way: &&&[&str]| within(way, "true").output().is_ok_and(|output| output.status.success());
        self.within = CUT.iter().find(works).copied().unwrap_or_default();
        !self.within.is_empty()
    }

    /// Ends the program where it asks for gigabytes, where the system can.
    pub fn bound_memory(&mut self) {
        #[cfg(target_os = "linux")]
        {
            self.within = BOUND;
        }
    }

    /// Ends it where it asks for more than it takes for a small file, where the system can.
    pub fn bound_memory_closely(&mut self) {
        #[cfg(target_os = "linux")]
        {
            self.within = CLOSELY_BOUND;
        }
    }

    /// Any other program, run where `linli` runs.
    pub fn alongside(&self, program: &str, arguments: &[&str]) -> Output {
        within(self.within, program).args(arguments).output().unwrap()
    }

    /// Sets a variable of the environment of every further run.
    pub fn set(&mut self, name: &'static str, value: &Path) {
        self.environment.push((name, value.to_owned()));
    }

    /// The program with these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = within(self.within, env!("CARGO_BIN_EXE_linli"));
        command.arg("--json");
        if !arguments.contains(&"--data") {
            command.arg("--data").arg(self.path("data"));
        }
        if !arguments.contains(&"--password-file") {
            command.arg("--password-file").arg(self.path("password"));
        }
        command.args(arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
            .current_dir(&self.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    pub fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts the program, to be killed.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// Runs a command that must succeed; its JSON.
    pub fn run(&self, arguments: &[&str]) -> Value {
        let output = self.output(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "linli {arguments:?}: {stderr}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs a command that must be refused, in one line on stderr; the refusal's code.
    pub fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert_eq!(output.status.code(), Some(1), "linli {arguments:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.starts_with("linli: ") && stderr.lines().count() == 1,
            "linli {arguments:?}: {stderr}"
        );
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["error"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no code: {answer}"))
            .to_owned()
    }

    /// The code of a refusal that may come with remarks.
    pub fn refusal_code(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert_eq!(output.status.code(), Some(1), "linli {arguments:?}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        answer["error"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no code: {answer}"))
            .to_owned()
    }

    /// Starts a command and kills it after a part of the time it was seen to take.
    pub fn kill_after(&self, arguments: &[&str], time: Duration) -> Killed {
        let mut child = self.start(arguments);
        std::thread::sleep(time);
        let in_time = child.try_wait().unwrap().is_none();
        let _ = child.kill();
        let output = child.wait_with_output().unwrap();
        Killed {
            in_time,
            acknowledged: serde_json::from_slice::<Value>(&output.stdout).is_ok(),
        }
    }

    /// Imports a sheet: people of the roster, rows to be verified, or reservations of round 1.
    pub fn import(&self, what: &str, csv: &str) -> Value {
        std::fs::write(self.path("sheet.csv"), csv).unwrap();
        let sheet = self.text("sheet.csv");
        match what {
            "roster" => self.run(&["roster", "import", &sheet]),
            "task" => self.run(&["task", "import", &sheet]),
            _ => self.run(&["round", "import", "1", &sheet]),
        }
    }

    /// What this PC may issue in round 1.
    pub fn issuing(&self) -> Value {
        self.run(&["round", "show", "1"])["issuing"].clone()
    }

    /// Prints what vouchers it may; how many are out in the round then.
    pub fn vouchers(&self) -> u64 {
        // Nothing to print is a refusal; what is out tells all.
        self.output(&["round", "vouchers", "1", "-o", &self.text("凭证.pdf")]);
        self.run(&["round", "show", "1"])["summary"]["vouchers"]
            .as_u64()
            .unwrap()
    }

    /// The hash of the state, of data found whole.
    pub fn state(&self) -> String {
        let report = self.run(&["check"]);
        assert_eq!(report["problems"], serde_json::json!([]));
        report["state_hash"].as_str().unwrap().to_owned()
    }
}

/// A program behind a command that starts it.
fn within(way: &[&str], program: &str) -> Command {
    let mut words = way.iter().chain([&program]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}
