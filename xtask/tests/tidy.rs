//! What must stand in several places stands in all of them: a kind of entity, a rule of the district, an invariant, an
//! attack. And what is read by people keeps its size. To be told by a red test, and not by a clerk.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The most lines of a file of code.
const LONGEST: usize = 550;

/// Where a kind of entity must be named, and what is missing where it is not.
const OF_A_KIND: [(&str, &str); 6] = [
    ("crates/domain/src/entity.rs", "what it folds to"),
    ("crates/store/src/state/mod.rs", "its table"),
    ("crates/district/src/sequence/state.rs", "what the district keeps of it"),
    (
        "crates/workstation/src/exchange/shown.rs",
        "what it is called where two PCs differ",
    ),
    ("crates/workstation/src/api/app.rs", "its topic"),
    ("docs/words.md", "its word"),
];

/// Crates that only `workstation` calls: hosts come to the data through its door.
const BEHIND_THE_DOOR: [&str; 4] = ["linli-store", "linli-sync", "linli-protocol", "linli-documents"];

/// Sources, documents and what else is looked at, under a root.
struct Project(PathBuf);

impl Project {
    fn here() -> Project {
        Project(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned())
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_default()
    }

    /// Paths of all Rust files, from the root.
    fn sources(&self) -> Vec<String> {
        self.files(&["crates", "fuzz", "src-tauri", "xtask", "tests"], &[".rs"])
    }

    /// Paths, from the root, of all files in some folders whose names end so.
    fn files(&self, folders: &[&str], ends: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders: Vec<PathBuf> = folders.iter().map(|one| self.0.join(one)).collect();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
                let path = entry.path();
                let name = entry.file_name().to_string_lossy().into_owned();
                if path.is_dir() && !["target", "node_modules", "gen"].contains(&name.as_str()) {
                    folders.push(path);
                } else if ends.iter().any(|end| name.ends_with(end)) {
                    found.push(path.strip_prefix(&self.0).unwrap().to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }
}

/// Whether a word stands by itself in a text.
fn names(text: &str, word: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[at + word.len()..].starts_with(goes_on))
}

/// What stands between a beginning and an end.
fn between<'t>(text: &'t str, begin: &str, end: &str) -> &'t str {
    let from = text.find(begin).map_or(text.len(), |at| at + begin.len());
    let rest = &text[from..];
    &rest[..rest.find(end).unwrap_or(rest.len())]
}

/// Variants of an enum without fields, as its source names them.
fn variants(project: &Project, path: &str, name: &str) -> Vec<String> {
    let source = project.text(path);
    let variants = between(&source, &format!("pub enum {name} {{"), "\n}");
    let names = variants.lines().filter_map(|line| line.trim().strip_suffix(','));
    names
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
}

/// Kinds of entities, as the code names them.
fn kinds(project: &Project) -> Vec<String> {
    variants(project, "crates/domain/src/operation.rs", "EntityKind")
}

/// Places in which a kind is missing.
fn kinds_missing(project: &Project) -> Vec<String> {
    let mut missing = Vec::new();
    let kinds = kinds(project);
    for (place, what) in OF_A_KIND {
        let text = project.text(place);
        let without = kinds
            .iter()
            .filter(|kind| !names(&text, &format!("EntityKind::{kind}")));
        missing.extend(without.map(|kind| format!("{kind}: {what} ({place})")));
    }
    // The fuzzer draws a kind by its number, and one that only a newer program knows.
    let drawn = between(&project.text("crates/fuzz/src/change.rs"), "const KINDS: usize = ", ";").parse();
    if drawn.ok().is_none_or(|drawn: usize| drawn < kinds.len() + 2) {
        missing.push("some kind: what the fuzzer plays of it (crates/fuzz/src/change.rs)".into());
    }
    missing
}

/// Rules by which the district refuses, that no clerk is told in words.
fn rules_without_words(project: &Project) -> Vec<String> {
    let words = project.text("crates/workstation/src/exchange/words.rs");
    let judge = project.text("crates/district/src/sequence/judge.rs");
    let of_judge = between(&judge, "mod rule {", "\n}").to_owned();
    let lease = project.text("crates/domain/src/lease.rs");
    let codes = |text: &str, mark: &str| -> Vec<String> {
        let found = text
            .lines()
            .filter_map(|line| Some(between(line.split_once(mark)?.1, "\"", "\"").to_owned()));
        found
            .filter(|code| !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            .collect()
    };
    let all: BTreeSet<String> = codes(&of_judge, "&str = ")
        .into_iter()
        .chain(codes(&lease, "=> "))
        .collect();
    all.into_iter()
        .filter(|code| !words.contains(&format!("\"{code}\"")))
        .collect()
}

/// Names of all tests that are written in Rust.
fn tests(project: &Project) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in project.sources() {
        let mut marked = false;
        for line in project.text(&path).lines().map(str::trim) {
            if line == "#[test]" || line.starts_with("#[tokio::test") {
                marked = true;
            } else if marked && let Some((_, rest)) = line.split_once("fn ") {
                let of_name = |c: &char| c.is_alphanumeric() || *c == '_';
                found.insert(rest.chars().take_while(of_name).collect());
                marked = false;
            }
        }
    }
    found
}

/// A row of a table that says where a rule lives and what fails without it.
struct Placed<'d> {
    what: &'d str,
    room: &'d str,
    test: &'d str,
}

/// Rows of all tables of a document with the headings `room` and `test`.
fn placed(document: &str) -> Vec<Placed<'_>> {
    let (mut columns, mut rows) = (None, Vec::new());
    for line in document.lines().filter(|line| !line.starts_with("|-")) {
        let Some(row) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
            columns = None;
            continue;
        };
        let cells: Vec<&str> = row.split(" | ").collect();
        let cell = |column: usize| *cells.get(column).unwrap_or(&"");
        match columns {
            Some((room, test)) => rows.push(Placed {
                what: cell(0),
                room: cell(room),
                test: cell(test),
            }),
            None => {
                let heading = |name| cells.iter().position(|cell| *cell == name);
                columns = heading("room").zip(heading("test"));
            }
        }
    }
    rows
}

/// Rooms, tests and guards that the tables of invariants and attacks name and that are not there, and rows that name no
/// room, or neither a test nor that there is none (—).
fn places_missing(project: &Project) -> Vec<String> {
    let document = project.text("docs/architecture.md");
    let tests = tests(project);
    let guards = variants(project, "crates/domain/src/guard.rs", "Guard");
    let there = |name: &str| {
        let (first, rest) = name.split_once('/').unwrap_or((name, ""));
        let paths = [
            format!("crates/{first}/src/{rest}"),
            format!("crates/{name}"),
            name.to_owned(),
        ];
        paths.iter().any(|path| project.0.join(path).exists())
    };
    let fails = |name: &str| there(name) || tests.contains(name) || guards.iter().any(|guard| guard == name);
    let quoted = |cell: &'_ str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut missing = Vec::new();
    for Placed { what, room, test } in placed(&document) {
        let (rooms, played) = (quoted(room), quoted(test));
        if rooms.is_empty() {
            missing.push(format!("{what}: no room"));
        }
        if played.is_empty() && test != "—" {
            missing.push(format!("{what}: no test"));
        }
        let gone = rooms.iter().filter(|room| !there(room));
        let gone = gone.chain(played.iter().filter(|test| !fails(test)));
        missing.extend(gone.map(|name| format!("{what}: {name}")));
    }
    missing
}

/// What hosts name behind the door of `workstation`, and what shared screens name of an area. (Circles among crates are
/// Cargo's to refuse.)
fn rooms_above(project: &Project) -> Vec<String> {
    let mut wrong = Vec::new();
    for host in ["Cargo.toml", "crates/cli/Cargo.toml"] {
        let manifest = project.text(host);
        let needs = between(&manifest, "\n[dependencies]\n", "\n[");
        let named = ["linli-workstation"]
            .into_iter()
            .filter(|door| !needs.contains(door))
            .chain(BEHIND_THE_DOOR.into_iter().filter(|one| needs.contains(one)));
        wrong.extend(named.map(|one| format!("{host}: {one}")));
    }
    for path in project.files(&["ui/src/parts", "ui/src/composables", "ui/src/api"], &[".ts", ".vue"]) {
        if project.text(&path).contains("/areas/") {
            wrong.push(format!("{path} names an area"));
        }
    }
    wrong
}

#[test]
fn no_room_knows_one_above_it() {
    let project = Project::here();
    assert!(project.files(&["ui/src/composables"], &[".ts"]).len() > 10);
    assert_eq!(rooms_above(&project), Vec::<String>::new());
}

#[test]
fn a_kind_has_all_its_places() {
    let project = Project::here();
    assert!(kinds(&project).len() >= 10);
    assert_eq!(kinds_missing(&project), Vec::<String>::new());
}

#[test]
fn a_kind_with_a_place_left_out_is_told_with_it() {
    let project = Project::here();
    let copy = tempfile::tempdir().unwrap();
    let others = ["crates/domain/src/operation.rs", "crates/fuzz/src/change.rs"];
    let files = OF_A_KIND.iter().map(|(place, _)| *place).chain(others);
    for file in files {
        let to = copy.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, project.text(file)).unwrap();
    }
    let copied = Project(copy.path().to_owned());
    assert_eq!(kinds_missing(&copied), Vec::<String>::new());
    // A kind that nobody has heard of, and the places of one taken away one by one.
    let kinds = project
        .text(others[0])
        .replacen("pub enum EntityKind {", "pub enum EntityKind {\n    Pass,", 1);
    fs::write(copy.path().join(others[0]), kinds).unwrap();
    assert_eq!(kinds_missing(&copied).len(), OF_A_KIND.len() + 1);
    fs::write(copy.path().join(others[0]), project.text(others[0])).unwrap();
    for (place, what) in OF_A_KIND {
        fs::write(
            copy.path().join(place),
            project
                .text(place)
                .replace("EntityKind::Household", "EntityKind::Other"),
        )
        .unwrap();
        assert_eq!(kinds_missing(&copied), [format!("Household: {what} ({place})")]);
        fs::write(copy.path().join(place), project.text(place)).unwrap();
    }
}

#[test]
fn a_rule_has_its_words() {
    assert_eq!(rules_without_words(&Project::here()), Vec::<String>::new());
}

#[test]
fn an_invariant_and_an_attack_have_their_room_and_their_test() {
    let project = Project::here();
    let document = project.text("docs/architecture.md");
    for (section, least) in [("## Invariants", 80), ("## Attacks", 25)] {
        let rows = placed(between(&document, section, "\n## ")).len();
        assert!(rows >= least, "{section}: {rows} rows");
    }
    assert_eq!(places_missing(&project), Vec::<String>::new());
}

#[test]
fn a_row_whose_room_or_test_is_gone_is_told_with_it() {
    let copy = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let to = copy.path().join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
    };
    write("crates/domain/src/guard.rs", "pub enum Guard {\n    Kept,\n}\n");
    let played = "#[test]\nfn it_is_played() {\n    helps();\n}\n\nfn helps() {}\n";
    write("crates/store/src/log.rs", played);
    let missing = |rows: &str| {
        let other = "| what for | library |\n|---|---|\n| `nothing` | `none` |\n";
        let table = format!("{other}\n| attack | rule | room | test |\n|---|---|---|---|\n{rows}\n\n{other}");
        write("docs/architecture.md", &table);
        places_missing(&Project(copy.path().to_owned()))
    };
    let sound = "| a | r | `store/log.rs` | `it_is_played`; guard `Kept` |\n| b | r | `store` | — |";
    assert_eq!(missing(sound), Vec::<String>::new());
    let cases = [
        (
            "| `store/log.rs` | `it_is_played`",
            "| `store/gone.rs` | `it_is_played`",
            "a: store/gone.rs",
        ),
        ("it_is_played", "it_was_played", "a: it_was_played"),
        ("it_is_played", "helps", "a: helps"),
        ("guard `Kept`", "guard `Gone`", "a: Gone"),
        ("`store` | —", "everywhere | —", "b: no room"),
        ("—", "somewhere", "b: no test"),
    ];
    for (is, becomes, told) in cases {
        assert_eq!(missing(&sound.replacen(is, becomes, 1)), [told]);
    }
}

#[test]
fn a_file_says_what_lives_in_it_and_is_read_at_a_sitting() {
    let project = Project::here();
    let sources = project.sources();
    assert!(sources.len() > 300);
    let mut wrong = Vec::new();
    for path in sources {
        let text = project.text(&path);
        let is_tests = path.ends_with("/tests.rs");
        if !is_tests && !text.starts_with("//!") {
            wrong.push(format!("{path} does not say what lives in it"));
        }
        if text.lines().count() > LONGEST {
            wrong.push(format!("{path} has {} lines", text.lines().count()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
