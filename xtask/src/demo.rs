//! The whole main job with the `linli` program on sample data, with the network cut where the system lets us; and with
//! `--district` the story of a district of three committees, which is a test of the command line's.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::{Failure, cargo, command, program};

const HOUSEHOLDS: &str = "800";
const SEED: &str = "2020";

/// The test that is the district's story, and the variable that names the folder in which it leaves its files.
const STORY: [&str; 2] = [
    "story::a_district_of_three_committees_through_a_cut_network",
    "LINLI_STORY",
];

/// Plays the district's story, told on stderr; leaves sheets, packages, tickets and data in a folder that it prints.
pub(crate) fn play_district() -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("linli-district-demo-{}", std::process::id()));
    let [story, variable] = STORY;
    let test = [
        "test",
        "--quiet",
        "--package",
        "linli-cli",
        "--test",
        "it",
        "--",
        "--exact",
        story,
        "--nocapture",
    ];
    command(
        Command::new(env!("CARGO"))
            .args(test)
            .env(variable, &folder)
            .stdout(std::io::stderr()),
    )?;
    if !folder.exists() {
        return Err(format!("there is no test {story}"));
    }
    println!("{}", folder.display());
    Ok(())
}

/// Plays the job; leaves the sheets and documents in a folder that it prints.
pub(crate) fn play() -> Result<(), Failure> {
    cargo(&["build", "--package", "linli-cli"])?;
    let folder = std::env::temp_dir().join(format!("linli-demo-{}", std::process::id()));
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    std::fs::write(folder.join("password"), "邻里演示-2020\n").map_err(failed)?;
    let demo = Demo {
        folder: folder.clone(),
        cut: can_cut_network(),
    };
    eprintln!(
        "xtask: network {}",
        if demo.cut {
            "cut"
        } else {
            "not cut: this system lets nobody make a network namespace"
        }
    );
    demo.all()?;
    println!("{}", folder.join("out").display());
    Ok(())
}

fn can_cut_network() -> bool {
    let trial = Command::new("unshare")
        .args(["-r", "-n", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    trial.is_ok_and(|status| status.success())
}

struct Demo {
    folder: PathBuf,
    cut: bool,
}

impl Demo {
    fn all(&self) -> Result<(), Failure> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        let sample = |name: &str| path(&format!("sample/{name}"));
        let out = |name: &str| path(&format!("out/{name}"));
        self.linli(&[
            "sample",
            "--households",
            HOUSEHOLDS,
            "--seed",
            SEED,
            "-o",
            &path("sample"),
        ])?;
        self.linli(&["init", "--committee", "齐河第二居民委员会", "--district", "浦东新区"])?;
        self.linli(&["roster", "import", &sample("roster.xlsx")])?;
        self.linli(&["roster", "find", "zhang", "--limit", "3"])?;
        self.linli(&["round", "open", &sample("round-1.toml")])?;
        self.linli(&["round", "import", "1", &sample("reservations-1.xlsx")])?;
        self.linli(&["round", "pass", "1", "--clear"])?;
        self.linli(&["round", "export", "1", "to-notify", "-o", &out("第1轮待通知购买.xlsx")])?;
        self.linli(&["round", "notify", "1", "--by", "phone"])?;
        self.linli(&["round", "vouchers", "1", "-o", &out("第1轮购买凭证.pdf")])?;
        self.linli(&["round", "export", "1", "notified", "-o", &out("第1轮已通知购买.xlsx")])?;
        self.linli(&["round", "export", "1", "all", "-o", &out("第1轮全表.xlsx")])?;
        self.linli(&["round", "handout", "1", "-o", &out("楼组长签收表.pdf")])?;
        self.linli(&["round", "poster", "1", "-o", &out("海报.pdf")])?;
        self.linli(&["notice", "round", "1", "-o", &out("第1轮通知.pdf")])?;
        self.linli(&[
            "notice",
            "text",
            &sample("notice.md"),
            "--building",
            "all",
            "-o",
            &out("通知.pdf"),
        ])?;
        self.linli(&["check"])?;
        self.linli(&["backup", "-o", &path("备份.linli")])
    }

    fn linli(&self, arguments: &[&str]) -> Result<(), Failure> {
        let program = program();
        let mut run = if self.cut {
            Command::new("unshare")
        } else {
            Command::new(&program)
        };
        if self.cut {
            run.args(["-r", "-n", "--"]).arg(&program);
        }
        run.arg("--data").arg(self.folder.join("data"));
        run.arg("--password-file").arg(self.folder.join("password"));
        command(run.args(arguments))
    }
}
