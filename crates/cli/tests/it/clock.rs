//! Clocks that no time can be written down by. The program's own clock is the system's: what the C library says is put in
//! its place.

#![cfg(target_os = "linux")]

use std::process::Command;

use crate::office::Office;

/// A C library's clock that shows so many seconds since 1970.
const SHIM: &str = "#include <stdlib.h>\n#include <time.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n\
    int clock_gettime(clockid_t clock, struct timespec *at) {\n\
    if (clock == CLOCK_REALTIME) { at->tv_sec = atoll(getenv(\"SHOWS\")); at->tv_nsec = 0; return 0; }\n\
    return syscall(SYS_clock_gettime, clock, at); }\n";

#[test]
fn a_clock_before_1970_or_far_ahead_is_named_and_nothing_breaks() {
    let office = Office::with_round(20);
    let (source, shim) = (office.path("clock.c"), office.path("clock.so"));
    std::fs::write(&source, SHIM).unwrap();
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&shim, &source])
        .status();
    if !built.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: other clocks, there is no C compiler here");
        return;
    }
    let state = office.state();
    let run = |shows: i64, arguments: &[&str]| {
        let mut command = office.command(arguments);
        command
            .env("LD_PRELOAD", &shim)
            .env("SHOWS", shows.to_string())
            .output()
            .unwrap()
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
