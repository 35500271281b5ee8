//! Disks that take nothing more: full ones, read-only ones; each with words of its own, and nothing lost.

#![cfg(target_os = "linux")]

use std::process::{Command, Output};

use serde_json::Value;

use crate::office::Office;

/// How a mount of one's own is made: by root, or by anybody where the kernel lets them.
const MOUNTS: [&[&str]; 2] = [
    &["unshare", "--mount", "--"],
    &["unshare", "--user", "--map-root-user", "--mount", "--"],
];

/// A place of the office, as a disk of its own: with room for so many KiB more, or for nothing; or as it is, read-only.
enum Disk {
    Room(u32),
    Full,
    ReadOnly,
}

/// Puts a disk of `$room` KiB more over `$1`, with what was there.
const COPIED: &str = "kib=$(du -sk --apparent-size \"$1\" | cut -f1); cp -a \"$1\" \"$1.all\"; \
    mount -t tmpfs -o size=$((kib + room))k none \"$1\" && cp -a \"$1.all/.\" \"$1\" && rm -r \"$1.all\"";
/// Runs what follows `$1`; what is on the disk then stays behind as `$1.after`.
const RUN: &str =
    "place=$1; shift; \"$@\"; code=$?; rm -rf \"$place.after\"; cp -a \"$place\" \"$place.after\"; exit $code";

impl Disk {
    /// Makes `$1` that disk, then runs what follows.
    fn script(&self) -> String {
        match self {
            Disk::Room(room) => format!("room={room}; {COPIED}; {RUN}"),
            Disk::Full => format!("room=100; {COPIED}; cat /dev/zero > \"$1/filler\" 2>/dev/null; {RUN}"),
            Disk::ReadOnly => format!("mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"; {RUN}"),
        }
    }
}

fn way() -> Option<&'static [&'static str]> {
    let works = |way: &&&[&str]| {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["mount", "-t", "tmpfs", "none", "/mnt"]);
        command.output().is_ok_and(|output| output.status.success())
    };
    MOUNTS.iter().find(works).copied()
}

/// Runs a command of the office with one of its folders on another disk.
fn on(disk: &Disk, way: &[&str], office: &Office, folder: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(way[0]);
    command
        .args(&way[1..])
        .args(["sh", "-c", &disk.script(), "sh"])
        .arg(office.path(folder));
    let program = office.command(arguments);
    command.arg(program.get_program()).args(program.get_args());
    command.current_dir(office.path("")).output().unwrap()
}

fn refusal(output: &Output) -> (String, String) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    let text = |key: &str| answer["error"][key].as_str().unwrap().to_owned();
    (text("code"), text("text"))
}

#[test]
fn a_full_disk_and_a_read_only_one_each_have_their_words() {
    let Some(way) = way() else {
        eprintln!("SKIPPED: disks that are full or read-only, nobody may mount anything here");
        return;
    };
    let office = Office::with_sample(200);
    let state = office.state();
    office.run(&["backup", "-o", "备份.linli"]);
    std::fs::create_dir(office.path("U盘")).unwrap();
    std::fs::write(office.path("new"), "换了的密码-2\n").unwrap();
    let cases: [(Disk, &str, &[&str], &str, &str); 9] = [
        (
            Disk::Room(200),
            "data",
            &["roster", "import", "sample/roster.csv"],
            "disk_full",
            "存放数据的磁盘满了",
        ),
        (
            Disk::Full,
            "data",
            &["password", "--new-password-file", "new"],
            "disk_full",
            "存放数据的磁盘满了",
        ),
        (
            Disk::ReadOnly,
            "data",
            &["password", "--new-password-file", "new"],
            "data_not_writable",
            "只读",
        ),
        (
            Disk::Room(200),
            "data",
            &["restore", "备份.linli"],
            "no_room_to_restore",
            "备份文件也没有受影响",
        ),
        (
            Disk::Room(60),
            "U盘",
            &["backup", "-o", "U盘/备份.linli"],
            "disk_full",
            "U盘/备份.linli 所在的磁盘",
        ),
        (
            Disk::Room(0),
            "U盘",
            &["roster", "export", "-o", "U盘/名册.xlsx"],
            "disk_full",
            "U盘/名册.xlsx 所在的磁盘",
        ),
        (
            Disk::ReadOnly,
            "U盘",
            &["roster", "export", "-o", "U盘/名册.xlsx"],
            "not_writable",
            "只读",
        ),
        (
            Disk::ReadOnly,
            "U盘",
            &["backup", "-o", "U盘/备份.linli"],
            "not_writable",
            "只读",
        ),
        (
            Disk::ReadOnly,
            "data",
            &["roster", "find", "张"],
            "data_not_writable",
            "存放数据的文件夹是只读的",
        ),
    ];
    for (disk, folder, command, code, words) in cases {
        let (said, text) = refusal(&on(&disk, way, &office, folder, command));
        assert!(said == code && text.contains(words), "{command:?}: {said}: {text}");
        let after = office.text(&format!("{folder}.after"));
        if folder == "data" {
            let report = office.run(&["--data", &after, "check"]);
            assert_eq!(
                (&report["ok"], &report["state_hash"]),
                (&true.into(), &state.as_str().into()),
                "{command:?}"
            );
        } else {
            assert_eq!(
                std::fs::read_dir(&after).unwrap().count(),
                0,
                "{command:?}: nothing is left there"
            );
        }
    }
}
