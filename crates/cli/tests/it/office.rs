//! The program as a user runs it: one data folder, its password in a file, answers as JSON.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// A folder with a committee's data and files.
pub struct Office {
    folder: tempfile::TempDir,
    /// The command that every run of the program stands behind.
    within: &'static [&'static str],
}

/// How a network namespace without interfaces is made: by root, or by anybody where the kernel lets them.
const CUT: [&[&str]; 2] = [&["unshare", "--net", "--"], &["unshare", "--user", "--map-root-user", "--net", "--"]];

impl Office {
    /// A sample of so many households, its committee set up, nothing imported yet.
    pub fn with_sample(households: u32) -> Office {
        let office = Office { folder: tempfile::tempdir().unwrap(), within: &[] };
        std::fs::write(office.path("password"), "邻里密码-1\n").unwrap();
        office.run(&["sample", "--households", &households.to_string(), "--seed", "7", "-o", &office.text("sample")]);
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
        self.folder.path().join(name)
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

    /// Any other program, run where `linli` runs.
    pub fn alongside(&self, program: &str, arguments: &[&str]) -> Output {
        within(self.within, program).args(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = within(self.within, env!("CARGO_BIN_EXE_linli"));
        command.arg("--json").arg("--data").arg(self.path("data"));
        command.arg("--password-file").arg(self.path("password")).args(arguments);
        command.current_dir(self.folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
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
