//! Clocks that no time can be written down by. The program's own clock is the system's: what the C library says is put in
//! its place.

#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::office::Office;

/// A C library's clock that shows the seconds since 1970 that stand in a file.
const SHIM: &str = "#include <fcntl.h>\n#include <stdlib.h>\n#include <time.h>\n#include <sys/syscall.h>\n\
    #include <unistd.h>\n\
    int clock_gettime(clockid_t clock, struct timespec *at) {\n\
    if (clock != CLOCK_REALTIME) return syscall(SYS_clock_gettime, clock, at);\n\
    char text[32] = \"\"; int file = open(getenv(\"SHOWS\"), O_RDONLY);\n\
    if (file >= 0) { if (read(file, text, 31) < 0) text[0] = 0; close(file); }\n\
    at->tv_sec = atoll(text); at->tv_nsec = 0; return 0; }\n";

/// The clock by which the programs of a test go, and which the test puts where it likes.
pub struct Clock {
    shim: PathBuf,
    shows: PathBuf,
}

impl Clock {
    /// `None` where there is no C compiler.
    pub fn new(folder: &Path) -> Option<Clock> {
        let (source, shim) = (folder.join("clock.c"), folder.join("clock.so"));
        std::fs::write(&source, SHIM).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&shim, &source])
            .status();
        let built = built.is_ok_and(|status| status.success());
        let shows = folder.join("clock.txt");
        built.then_some(Clock { shim, shows })
    }

    /// Puts it to so many seconds since 1970. Never half written: programs read it at any moment.
    pub fn set(&self, seconds: i64) {
        let fresh = self.shows.with_extension("new");
        std::fs::write(&fresh, seconds.to_string()).unwrap();
        std::fs::rename(fresh, &self.shows).unwrap();
    }

    /// What a program is started with that goes by it.
    pub fn environment(&self) -> [(&'static str, PathBuf); 2] {
        [("LD_PRELOAD", self.shim.clone()), ("SHOWS", self.shows.clone())]
    }
}

#[test]
fn a_clock_before_1970_or_far_ahead_is_named_and_nothing_breaks() {
    let office = Office::with_round(20);
    let Some(clock) = Clock::new(&office.path("")) else {
        eprintln!("SKIPPED: other clocks, there is no C compiler here");
        return;
    };
    let state = office.state();
    let run = |shows: i64, arguments: &[&str]| {
        clock.set(shows);
        let mut command = office.command(arguments);
        command.envs(clock.environment()).output().unwrap()
    };
    let commands: [&[&str]; 6] = [
        &["check"],
        &["roster", "import", "sample/roster.csv"],
        &["round", "export", "1", "all", "-o", "全表.xlsx"],
        &["backup", "-o", "备份.linli"],
        &["--data", "new", "init", "--committee", "齐河二居"],
        &["--data", "new", "join", "http://127.0.0.1:1", "0000-0000-0000"],
    ];
    // 1960, 2150, 9999, and further than a calendar goes.
    for (shows, day) in [
        (-315_619_200, "1960-01-01"),
        (5_680_281_600, "2150-01-01"),
        (253_402_214_400, "9999-12-31"),
        (1 << 60, ""),
    ] {
        for command in commands {
            let output = run(shows, command);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{shows} {command:?}: {said}");
            assert!(
                said.contains("校准") && said.contains(day) && !said.contains("panicked"),
                "{command:?}: {said}"
            );
        }
    }
    assert_eq!(office.state(), state);
    // Years off, and still a time that can be written down: the counter goes on.
    for shows in [10, 4_000_000_000] {
        let output = run(shows, &["roster", "find", "张"]);
        assert!(
            output.status.success(),
            "{shows}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
