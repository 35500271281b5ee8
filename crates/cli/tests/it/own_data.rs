//! Nothing that somebody has written lands on the data itself, by whatever name it is called.

use std::path::Path;

use crate::office::Office;

/// Every command that writes a file to a path it is given.
const WRITERS: [&[&str]; 11] = [
    &["roster", "export", "-o"],
    &["round", "export", "1", "all", "-o"],
    &["round", "handout", "1", "-o"],
    &["round", "poster", "1", "-o"],
    &["round", "vouchers", "1", "-o"],
    &["notice", "round", "1", "-o"],
    &["notice", "doors", "-o"],
    &["notice", "text", "sample/notice.md", "-o"],
    &[
        "match",
        "--roster",
        "sample/roster.csv",
        "--records",
        "sample/roster.csv",
        "-o",
    ],
    &["backup", "-o"],
    &["sample", "--households", "20", "--seed", "7", "-o"],
];

/// The bytes of everything in a folder, by name.
fn content(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // What a run of the program makes beside its database and takes away again, or leaves empty.
        .filter(|path| path.is_file() && path.extension().is_some_and(|end| end == "db" || end == "json"))
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn nothing_is_written_onto_the_own_data() {
    let office = Office::with_round(40);
    office.run(&["round", "pass", "1", "--all-checked"]);
    std::fs::create_dir(office.path("链接")).unwrap();
    let mut targets = vec![office.text("data/linli.db"), office.text("链接/../data/key.json")];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(office.path("data/key.json"), office.path("链接/符号")).unwrap();
        targets.push(office.text("链接/符号"));
    }
    std::fs::hard_link(office.path("data/linli.db"), office.path("链接/硬")).unwrap();
    targets.extend([office.text("链接/硬"), office.text("data/新.xlsx")]);
    let before = content(&office.path("data"));
    // All targets with one writer, and each writer with one of them.
    let pairs = targets
        .iter()
        .map(|target| (WRITERS[0], target))
        .chain(WRITERS.into_iter().zip(targets.iter().cycle()));
    for (writer, target) in pairs {
        // A folder of a file's name is refused as well, by the file that would be in it.
        let arguments = [writer, &[target.as_str()]].concat();
        assert_eq!(office.refusal(&arguments), "own_data", "{arguments:?}");
        assert!(
            before == content(&office.path("data")),
            "{arguments:?} changed the data"
        );
    }
    assert_eq!(office.refusal(&["backup", "-o", "/dev/null"]), "not_a_file");
    office.run(&["backup", "-o", "备份.linli"]);
    assert_eq!(
        office.refusal(&["roster", "export", "-o", "备份.linli"]),
        "would_replace_backup"
    );
    office.run(&["backup", "-o", "备份.linli"]);
    office.state();
}

/// A slip in a folder's name makes no folder of that name.
#[test]
fn no_folder_is_made_for_a_file_that_somebody_names() {
    let office = Office::with_round(40);
    office.run(&["round", "pass", "1", "--all-checked"]);
    let tasks = ["task", "export", "open", "-o"];
    // What is a folder itself is made: it says so.
    let files = WRITERS.into_iter().filter(|writer| writer[0] != "sample");
    for writer in files.chain([tasks.as_slice()]) {
        let output = office.output(&[writer, &["U盘不在/表"]].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            output.status.code() == Some(1) && said.contains("U盘不在”这个文件夹"),
            "{writer:?}: {said}"
        );
        assert!(!office.path("U盘不在").exists(), "{writer:?}");
    }
    office.state();
}

/// Files beside another committee's database are as much its own.
#[test]
fn nothing_is_written_onto_anybody_elses_data() {
    let office = Office::with_sample(20);
    let other = office.text("别人的");
    office.run(&["--data", &other, "init", "--committee", "齐河三居"]);
    let before = content(Path::new(&other));
    for name in ["linli.db", "key.json", "名册.xlsx"] {
        let target = format!("{other}/{name}");
        assert_eq!(
            office.refusal(&["roster", "export", "-o", &target]),
            "own_data",
            "{name}"
        );
        assert_eq!(office.refusal(&["backup", "-o", &target]), "own_data", "{name}");
    }
    assert!(before == content(Path::new(&other)));
}
