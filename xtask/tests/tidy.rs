//! What must stand in several places stands in all of them: a kind of entity, a rule of the district, an attack. And what
//! is read by people keeps its size. To be told by a red test, and not by a clerk.

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
        "crates/workstation/src/exchange/conflicts.rs",
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

/// Kinds of entities, as the code names them.
fn kinds(project: &Project) -> Vec<String> {
    let source = project.text("crates/domain/src/operation.rs");
    let variants = between(&source, "pub enum EntityKind {", "\n}");
    let names = variants.lines().filter_map(|line| line.trim().strip_suffix(','));
    names
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
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

/// Rooms and tests that the table of attacks names and that are not there.
fn attacks_without_a_place(project: &Project) -> Vec<String> {
    let document = project.text("docs/architecture.md");
    let sources: Vec<String> = project.sources();
    let tests: BTreeSet<String> = sources
        .iter()
        .flat_map(|path| {
            project
                .text(path)
                .lines()
                .filter_map(|line| Some(line.split_once("fn ")?.1.to_owned()))
                .collect::<Vec<_>>()
        })
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect();
    let there = |name: &str| {
        let (first, rest) = name.split_once('/').unwrap_or((name, ""));
        let paths = [
            format!("crates/{first}/src/{rest}"),
            format!("crates/{name}"),
            name.to_owned(),
        ];
        paths.iter().any(|path| project.0.join(path).exists())
    };
    let rows = between(&document, "## Attacks", "\n## ")
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1);
    let mut missing = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.split(" | ").collect();
        let quoted = |cell: usize| cells.get(cell).unwrap_or(&"").split('`').skip(1).step_by(2);
        missing.extend(quoted(2).filter(|room| !there(room)).map(str::to_owned));
        let is_test = |name: &&str| name.starts_with(|c: char| c.is_ascii_lowercase());
        missing.extend(
            quoted(3)
                .filter(is_test)
                .filter(|test| !there(test) && !tests.contains(*test))
                .map(str::to_owned),
        );
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
fn an_attack_has_its_room_and_its_test() {
    assert_eq!(attacks_without_a_place(&Project::here()), Vec::<String>::new());
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
