//! What a host does for the workstation outside of it: open and show files, print.
//! Must stay true: a document to print never touches the disk (it has names in it), so it goes to the spooler's
//! standard input.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::named::Obstacle;
use crate::places::{self, Place};

/// A printer as the system knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// Its name, for [`Host::print`].
    pub name: String,
    /// Whether it is the one used where none is chosen.
    pub default: bool,
}

/// What the workstation needs from the program it runs in.
pub trait Host: Send + Sync {
    /// Opens a file in the program the system has for it.
    ///
    /// # Errors
    /// The file is gone, or there is no such program.
    fn open(&self, path: &Path) -> io::Result<()>;

    /// Shows a file in its folder.
    ///
    /// # Errors
    /// As [`Host::open`].
    fn reveal(&self, path: &Path) -> io::Result<()>;

    /// Prints a file with the program the system has for it, on the system's printer.
    ///
    /// # Errors
    /// There is no such program; its own words.
    fn print_file(&self, path: &Path) -> io::Result<()>;

    /// The printers of this PC; none where the system cannot be asked.
    fn printers(&self) -> Vec<Printer>;

    /// Sticks and disks that are plugged in and can be written to.
    fn places(&self) -> Vec<Place> {
        places::plugged_in()
    }

    /// Prints a PDF.
    ///
    /// # Errors
    /// There is no spooler or no such printer; its own words.
    fn print(&self, pdf: &[u8], name: &str, printer: &str, copies: u32) -> io::Result<()>;
}

/// The operating system's own programs: the host of the window and of the browser.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsHost;

impl Host for OsHost {
    fn open(&self, path: &Path) -> io::Result<()> {
        opener::open(path).map_err(not_opened)
    }

    fn reveal(&self, path: &Path) -> io::Result<()> {
        opener::reveal(path).map_err(not_opened)
    }

    fn print_file(&self, path: &Path) -> io::Result<()> {
        if cfg!(windows) {
            // The verb that Excel and WPS register for their files.
            let script = "Start-Process -FilePath $env:LINLI_PRINT -Verb Print";
            return ran(Command::new("powershell")
                .args(["-NoProfile", "-Command", script])
                .env("LINLI_PRINT", path));
        }
        for program in OFFICES {
            match ran(Command::new(program).args(["--headless", "-p"]).arg(path)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                printed => return printed,
            }
        }
        Err(io::Error::new(io::ErrorKind::NotFound, Obstacle::NoPrintProgram))
    }

    fn printers(&self) -> Vec<Printer> {
        if cfg!(windows) {
            // Windows has no spooler that takes a PDF: the clerk opens it and prints from there.
            return Vec::new();
        }
        let names = said_by("lpstat", &["-e"]);
        let default = default_of(&said_by("lpstat", &["-d"])).map(str::to_owned);
        names
            .lines()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| Printer {
                name: name.to_owned(),
                default: default.as_deref() == Some(name),
            })
            .collect()
    }

    fn print(&self, pdf: &[u8], name: &str, printer: &str, copies: u32) -> io::Result<()> {
        if cfg!(windows) {
            return Err(io::Error::new(io::ErrorKind::Unsupported, Obstacle::NoSpooler));
        }
        send(
            Command::new("lp").args(["-d", printer, "-n", &copies.to_string(), "-t", name, "-"]),
            pdf,
        )
    }
}

/// The system's error, or the words of the program that was to open a file.
fn not_opened(error: opener::OpenError) -> io::Error {
    match error {
        opener::OpenError::Io(error) | opener::OpenError::Spawn { source: error, .. } => error,
        opener::OpenError::ExitStatus { stderr, .. } => io::Error::other(stderr.trim().to_owned()),
        other => io::Error::other(other.to_string()),
    }
}

/// Programs that print a sheet by themselves, where the system has no verb for it.
const OFFICES: [&str; 2] = ["soffice", "libreoffice"];

/// Runs a program to its end.
fn ran(command: &mut Command) -> io::Result<()> {
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let output = output.wait_with_output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(
        String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    ))
}

/// Runs a program with these bytes as its input.
fn send(command: &mut Command, bytes: &[u8]) -> io::Result<()> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let written = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(bytes));
    let output = child.wait_with_output()?;
    if !output.status.success() {
        // Its own words say more than the broken pipe that they cause.
        return Err(io::Error::other(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ));
    }
    written
}

/// What a program prints; nothing where it is not there or fails.
fn said_by(program: &str, arguments: &[&str]) -> String {
    Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

/// The name in `system default destination: NAME`.
fn default_of(text: &str) -> Option<&str> {
    text.trim().strip_prefix("system default destination:").map(str::trim)
}

/// Where exports go until the clerk chooses: the user's desktop, where a clerk looks first; else the documents;
/// else the home folder.
pub fn default_exports_dir() -> PathBuf {
    dirs::desktop_dir()
        .filter(|folder| folder.is_dir())
        .or_else(dirs::document_dir)
        .or_else(dirs::home_dir)
        .unwrap_or_else(|| PathBuf::from("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_printer_is_read_from_cups_words() {
        assert_eq!(
            default_of("system default destination: HP_LaserJet\n"),
            Some("HP_LaserJet")
        );
        assert_eq!(default_of("no system default destination\n"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_document_goes_in_by_the_front_door_and_a_refusal_keeps_its_words() {
        send(
            Command::new("sh").args(["-c", r#"test "$(cat)" = document"#]),
            b"document",
        )
        .expect("all bytes arrive");
        let refused = send(
            Command::new("sh").args(["-c", "cat >/dev/null; echo no paper >&2; exit 1"]),
            b"x",
        );
        assert_eq!(refused.unwrap_err().to_string(), "no paper");
    }
}
