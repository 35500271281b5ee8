//! What a machine needs beside Rust and Node, and the built screens.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Failure, command, npm as run_npm, root, target};

/// Debian packages: to build the window, to test it, to take its pictures with Chinese in them, to keep a key in a
/// keyring, to print the rarest characters, to read documents back, to run the district server's other database.
const PACKAGES: [&str; 15] = [
    "build-essential",
    "chromium",
    "dbus",
    "fonts-hanazono",
    "fonts-noto-cjk",
    "gnome-keyring",
    "imagemagick",
    "libwebkit2gtk-4.1-dev",
    "perl",
    "pkg-config",
    "poppler-utils",
    "postgresql",
    "python3-venv",
    "webkit2gtk-driver",
    "xvfb",
];

pub(crate) fn everything() -> Result<(), Failure> {
    system()?;
    screens()
}

/// Installs missing system packages where apt is there; elsewhere says what is needed and goes on.
pub(crate) fn system() -> Result<(), Failure> {
    packages(&PACKAGES)
}

/// As [`system`], for packages that only one task needs.
pub(crate) fn packages(needed: &[&str]) -> Result<(), Failure> {
    if !Path::new("/usr/bin/apt-get").exists() {
        eprintln!(
            "xtask: no apt here; needed are the counterparts of {}",
            needed.join(" ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = needed.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    // One of the machine's sources may be down while the others have all that is missing: the install decides.
    if let Err(failure) = command(as_root(&["apt-get", "update"]).env("DEBIAN_FRONTEND", "noninteractive")) {
        eprintln!("xtask: {failure}; trying with the package lists there are");
    }
    let install = ["apt-get", "install", "--yes", "--no-install-recommends"];
    command(as_root(&[&install, missing.as_slice()].concat()).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn installed(package: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["-W", "-f", "${Status}", package])
        .stderr(Stdio::null())
        .output();
    query.is_ok_and(|output| output.stdout.starts_with(b"install ok installed"))
}

fn as_root(words: &[&str]) -> Command {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.starts_with(b"0"));
    let mut all = words.iter();
    let mut command = if root {
        Command::new(all.next().unwrap_or(&"true"))
    } else {
        Command::new("sudo")
    };
    command.args(all);
    command
}

/// npm packages, exactly as locked.
pub(crate) fn npm() -> Result<(), Failure> {
    let ui = root().join("ui");
    let stamp = |path: &str| std::fs::metadata(ui.join(path)).and_then(|data| data.modified()).ok();
    // npm writes this file last; it is older than the lock file where something changed.
    if stamp("node_modules/.package-lock.json") >= stamp("package-lock.json") && stamp("package-lock.json").is_some() {
        return Ok(());
    }
    run_npm(&["ci", "--no-audit", "--no-fund"])
}

/// npm packages of a folder that only one task needs, exactly as locked, without running their own programs.
pub(crate) fn node_packages(folder: &str) -> Result<(), Failure> {
    let folder = root().join(folder);
    let stamp = |path: &str| {
        std::fs::metadata(folder.join(path))
            .and_then(|data| data.modified())
            .ok()
    };
    if stamp("node_modules/.package-lock.json") >= stamp("package-lock.json") {
        return Ok(());
    }
    let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    command(Command::new("npm").args(install).current_dir(folder))
}

/// The built screens, which the programs carry inside.
pub(crate) fn screens() -> Result<(), Failure> {
    npm()?;
    run_npm(&["run", "build"])
}

/// As [`screens`], but only where the sources are newer: building them anew makes the programs be built anew.
pub(crate) fn newest_screens() -> Result<(), Failure> {
    let built = std::fs::metadata(root().join("ui/dist/index.html"))
        .and_then(|data| data.modified())
        .ok();
    let mut folders = vec![root().join("ui/src")];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            let changed = std::fs::metadata(&path).and_then(|data| data.modified()).ok();
            if changed > built {
                return screens();
            }
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    Ok(())
}

/// The Python that has the packages of `tests/<purpose>/requirements.txt`, as pinned there.
pub(crate) fn python(purpose: &str) -> Result<PathBuf, Failure> {
    let place = target().join("python").join(purpose);
    let python = place.join("bin/python");
    if !python.exists() {
        command(Command::new("python3").args(["-m", "venv"]).arg(place))?;
    }
    let requirements = format!("tests/{purpose}/requirements.txt");
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        &requirements,
    ];
    command(Command::new(&python).args(install))?;
    Ok(python)
}
