//! All durations in one file: `docs/durations.md`, read off the constants and what is said of each beside it.

use std::path::Path;

use crate::{Failure, root};

const PAGE: &str = "docs/durations.md";
/// Where code is that runs at an office or a district.
const FOLDERS: [&str; 3] = ["crates", "src-tauri", "ui/src"];
/// Folders of what nobody waits for: tests, benchmarks, what is built, and this machine's own tools.
const LEFT_OUT: [&str; 7] = [
    "tests",
    "examples",
    "target",
    "node_modules",
    "fuzz",
    "simulator",
    "test-postgres",
];
/// How the names of durations end that are numbers.
const UNITS: [&str; 4] = ["_MS", "_MILLIS", "_SECONDS", "_DAYS"];

/// A duration as the code has it.
struct Constant {
    place: String,
    name: String,
    value: String,
    reason: String,
}

/// Fails where the page is not what the code says, or a duration comes without a reason.
pub(crate) fn check() -> Result<(), Failure> {
    let page = page(&collect()?)?;
    if std::fs::read_to_string(root().join(PAGE)).unwrap_or_default() == page {
        Ok(())
    } else {
        Err(format!("{PAGE} is stale: run `cargo xtask durations`"))
    }
}

/// Writes `docs/durations.md`.
pub(crate) fn write() -> Result<(), Failure> {
    let page = page(&collect()?)?;
    std::fs::write(root().join(PAGE), page).map_err(|error| format!("{PAGE}: {error}"))
}

fn page(all: &[Constant]) -> Result<String, Failure> {
    let mut page = "# Durations\n\nHow long things are waited for, kept or left alone, and why. Written by `cargo xtask durations` from \
                    the constants and\nthe comments on them; change it there.\n\n| where | name | value | what for |\n|---|---|---|---|\n"
        .to_owned();
    for Constant {
        place,
        name,
        value,
        reason,
    } in all
    {
        if reason.is_empty() {
            return Err(format!("{place}: {name} comes without a reason"));
        }
        page.push_str(&format!("| `{place}` | `{name}` | `{value}` | {reason} |\n"));
    }
    Ok(page)
}

fn collect() -> Result<Vec<Constant>, Failure> {
    let mut all = Vec::new();
    for folder in FOLDERS {
        look(&root().join(folder), &mut all)?;
    }
    all.sort_by(|one, other| (&one.place, &one.name).cmp(&(&other.place, &other.name)));
    Ok(all)
}

fn look(folder: &Path, all: &mut Vec<Constant>) -> Result<(), Failure> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(said)? {
        let path = entry.map_err(said)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !LEFT_OUT.contains(&name.as_str()) {
                look(&path, all)?;
            }
        } else if [".rs", ".ts", ".vue"].iter().any(|end| name.ends_with(end)) && name != "tests.rs" {
            let text = std::fs::read_to_string(&path).map_err(said)?;
            let place = path
                .strip_prefix(root())
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            all.extend(constants(&place, &text));
        }
    }
    Ok(())
}

/// The durations of a file, each with the comment above it.
fn constants(place: &str, text: &str) -> Vec<Constant> {
    let (mut found, mut reason) = (Vec::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line == "#[cfg(test)]" {
            break;
        }
        if let Some(said) = line.strip_prefix("///").or_else(|| line.strip_prefix("/**")) {
            reason = [reason.as_str(), said.trim_end_matches("*/").trim()]
                .join(" ")
                .trim()
                .to_owned();
            continue;
        }
        if let Some((name, kind, begun)) = constant(line)
            && is_duration(name, kind)
        {
            let mut value = begun.to_owned();
            while !value.ends_with(';') && place.ends_with(".rs") {
                let Some(next) = lines.next() else { break };
                value.push_str(next.trim());
            }
            let value = value.trim_end_matches(';').replace(",]", "]").replace(",D", ", D");
            let (place, name) = (place.to_owned(), name.to_owned());
            found.push(Constant {
                place,
                name,
                value,
                reason: std::mem::take(&mut reason),
            });
        } else if !line.starts_with("#[") {
            reason.clear();
        }
    }
    found
}

/// Name, type and value of a line that begins a constant; TypeScript says no type.
fn constant(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once("const ")?;
    let visible = ["", "export ", "pub ", "pub(crate) ", "pub(super) "].contains(&before);
    let (head, value) = rest.split_once('=')?;
    let (name, kind) = head.split_once(':').unwrap_or((head, ""));
    visible.then(|| (name.trim(), kind.trim(), value.trim()))
}

fn is_duration(name: &str, kind: &str) -> bool {
    let shouted = name
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    shouted
        && (kind.contains("Duration") || kind.contains("TimeDelta") || UNITS.iter().any(|unit| name.ends_with(unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_reasons_and_nothing_else_is() {
        let code = "/// How long a clerk waits:\n/// no longer.\npub(crate) const WAIT: Duration = Duration::from_secs(2);\n\
                    const ROWS: usize = 2;\n/// Each.\nconst TURNS: [Duration; 2] = [\n    Duration::from_millis(1),\n    \
                    Duration::from_millis(2),\n];\nconst LIFE_MILLIS: i64 = 5;\n#[cfg(test)]\nconst LATE: Duration = ZERO;";
        let read: Vec<_> = constants("a.rs", code)
            .into_iter()
            .map(|one| (one.name, one.value, one.reason))
            .collect();
        let expected = [
            ("WAIT", "Duration::from_secs(2)", "How long a clerk waits: no longer."),
            ("TURNS", "[Duration::from_millis(1), Duration::from_millis(2)]", "Each."),
            ("LIFE_MILLIS", "5", ""),
        ];
        assert_eq!(
            read,
            expected.map(|(name, value, why)| (name.into(), value.into(), why.into()))
        );
        assert_eq!(
            constants("a.ts", "/** Rest. */\nexport const REST_MS = 300\nconst t = 1")[0].value,
            "300"
        );
    }
}
