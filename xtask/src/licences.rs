//! Licences of everything that is shipped: all must be on the list, and `docs/licences.md` must say what there is.

use std::collections::BTreeMap;
use std::process::Command;

use crate::{Failure, root};

/// Licences that allow what we do: use, change and ship, without asking that our own code be published.
const ALLOWED: [&str; 22] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "NCSA",
    "OFL-1.1",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
    "WTFPL",
    "blessing",
];

/// Packages whose licence stands in their own files, and not where npm looks.
const ELSEWHERE: [(&str, &str); 1] = [("svg-tags 1.0.0", "MIT")];

/// Name and version → licence expression.
type Licences = BTreeMap<String, String>;

/// Fails where something is not allowed, or the list in docs is not what there is.
pub(crate) fn check() -> Result<(), Failure> {
    let all = collect()?;
    let refused: Vec<String> = all
        .iter()
        .flat_map(|(_, licences)| licences)
        .filter(|(_, licence)| !allowed(licence))
        .map(|(name, licence)| format!("{name}: {licence}"))
        .collect();
    if !refused.is_empty() {
        return Err(format!("licences that are not on the list:\n{}", refused.join("\n")));
    }
    let kept = std::fs::read_to_string(root().join("docs/licences.md")).unwrap_or_default();
    if kept == page(&all) {
        Ok(())
    } else {
        Err("docs/licences.md is stale: run `cargo xtask licences`".into())
    }
}

/// Writes `docs/licences.md`.
pub(crate) fn write() -> Result<(), Failure> {
    let path = root().join("docs/licences.md");
    std::fs::write(&path, page(&collect()?)).map_err(|error| format!("{}: {error}", path.display()))
}

/// `A OR B` needs one of them, `A AND B` both; brackets are read loosely, which is on the strict side.
fn allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain
        .split(" AND ")
        .all(|part| part.split(" OR ").any(|licence| ALLOWED.contains(&licence.trim())))
}

fn collect() -> Result<Vec<(&'static str, Licences)>, Failure> {
    let fonts = BTreeMap::from([
        ("Noto Sans SC".to_owned(), "OFL-1.1".to_owned()),
        ("Noto Serif SC".to_owned(), "OFL-1.1".to_owned()),
    ]);
    Ok(vec![("Rust", crates()?), ("npm", packages()?), ("Fonts", fonts)])
}

fn crates() -> Result<Licences, Failure> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .map_err(|error| error.to_string())?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    Ok(packages
        .iter()
        .filter(|package| !package["source"].is_null())
        .map(entry)
        .collect())
}

/// npm packages as locked.
fn packages() -> Result<Licences, Failure> {
    let path = root().join("ui/package-lock.json");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lock: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let packages = lock["packages"].as_object().cloned().unwrap_or_default();
    Ok(packages
        .iter()
        .filter_map(|(place, package)| {
            let name = place.rsplit_once("node_modules/")?.1;
            Some(entry(&serde_json::json!({
                "name": name, "version": package["version"], "license": package["license"],
            })))
        })
        .collect())
}

fn entry(package: &serde_json::Value) -> (String, String) {
    let text = |key: &str| package[key].as_str().unwrap_or("unknown").to_owned();
    let name = format!("{} {}", text("name"), text("version"));
    let licence = ELSEWHERE
        .iter()
        .find(|(package, _)| *package == name)
        .map(|(_, licence)| (*licence).to_owned());
    (name, licence.unwrap_or_else(|| text("license")))
}

fn page(all: &[(&'static str, Licences)]) -> String {
    let mut page = String::from("# Licences\n\nMade by `cargo xtask licences`; checked by `cargo xtask test`.\n");
    for (kind, licences) in all {
        page.push_str(&format!("\n## {kind}\n\n"));
        licences
            .iter()
            .for_each(|(name, licence)| page.push_str(&format!("- {name}: {licence}\n")));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        for (expression, expected) in [
            ("MIT", true),
            ("MIT OR GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("MIT/Apache-2.0", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("unknown", false),
        ] {
            assert_eq!(allowed(expression), expected, "{expression}");
        }
    }
}
