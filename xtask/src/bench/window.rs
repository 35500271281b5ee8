//! The window: how long from its start until the screen is usable, and what it takes of memory at rest.
//!
//! Both are seen from outside, on the release program as it is delivered: a virtual screen writes its pixels into a file,
//! and the time is that of the last change before they come to rest, 今天 filled with a committee's numbers. Nothing in
//! the program helps or knows. The data is opened by a system keyring of the benchmark's own, as at an ordinary start.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Place, median};
use crate::{Failure, cargo, command, setup};

/// The smallest screen supported.
const SCREEN: &str = "1366x768x24";
const BYTES_PER_LINE: usize = 1_366 * 4;
const PIXEL_BYTES: u64 = BYTES_PER_LINE as u64 * 768;
/// Only every eighth line of the screen is looked at, so that watching takes next to nothing.
const LINE_STEP: usize = 8;
/// Of a thousand pixels, the most that may differ where nothing has happened: a caret may blink.
const STILL_PER_THOUSAND: usize = 1;
/// How often the screen is looked at.
const POLL: Duration = Duration::from_millis(5);
/// A screen that has not changed for so long is at rest.
const REST: Duration = Duration::from_secs(2);
/// How long after that the memory is read.
const SETTLE: Duration = Duration::from_secs(5);
/// A start that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// Households of the committee that is opened: about 4,500 people.
const HOUSEHOLDS: &str = "2000";
/// Packages beside the usual ones.
const PACKAGES: [&str; 1] = ["gnome-keyring"];
/// Turns WebKit's DMA-BUF renderer off, as the product does itself.
const LEAN: (&str, &str) = ("WEBKIT_DISABLE_DMABUF_RENDERER", "1");

/// A process that ends with the benchmark, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(command: &mut Command) -> Result<Running, Failure> {
    command
        .spawn()
        .map(Running)
        .map_err(|error| format!("{command:?}: {error}"))
}

/// Starts a server that says on its first line where it is.
fn start_server(command: &mut Command) -> Result<(Running, String), Failure> {
    let mut server = start(command.stdout(Stdio::piped()).stderr(Stdio::null()))?;
    let mut line = String::new();
    let output = server.0.stdout.take().ok_or("no output")?;
    BufReader::new(output)
        .read_line(&mut line)
        .map_err(|error| format!("{command:?}: {error}"))?;
    Ok((server, line.trim().to_owned()))
}

/// A virtual screen whose pixels can be read.
struct Screen {
    _server: Running,
    name: String,
    pixels: File,
    empty: Vec<u8>,
}

impl Screen {
    fn open(folder: &Path) -> Result<Screen, Failure> {
        let mut server = Command::new("Xvfb");
        server
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                SCREEN,
                "-nolisten",
                "tcp",
                "-noreset",
                "-fbdir",
            ])
            .arg(folder);
        let (server, number) = start_server(&mut server)?;
        let file = folder.join("Xvfb_screen0");
        let pixels = File::open(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut screen = Screen {
            _server: server,
            name: format!(":{number}"),
            pixels,
            empty: Vec::new(),
        };
        screen.empty = screen.look()?;
        Ok(screen)
    }

    /// The pixels of every eighth line. They are the end of the file, in the format of `xwd`.
    fn look(&mut self) -> Result<Vec<u8>, Failure> {
        let said = |error: std::io::Error| format!("the screen's pixels: {error}");
        let mut picture = Vec::new();
        let mut line = vec![0; BYTES_PER_LINE];
        for at in (0..PIXEL_BYTES).step_by(BYTES_PER_LINE * LINE_STEP) {
            self.pixels
                .seek(SeekFrom::End(at as i64 - PIXEL_BYTES as i64))
                .map_err(said)?;
            self.pixels.read_exact(&mut line).map_err(said)?;
            picture.extend_from_slice(&line);
        }
        Ok(picture)
    }

    fn wait_until_empty(&mut self) -> Result<(), Failure> {
        let start = Instant::now();
        while self.look()? != self.empty {
            if start.elapsed() > PATIENCE {
                return Err("a window stays on the screen".into());
            }
            sleep(POLL);
        }
        Ok(())
    }

    /// How long after `start` the screen changed last, once it is at rest; and what it shows then.
    fn wait_until_at_rest(&mut self, start: Instant) -> Result<(Duration, Vec<u8>), Failure> {
        let mut last = (start, self.empty.clone());
        loop {
            sleep(POLL);
            let now = Instant::now();
            let picture = self.look()?;
            if differ(&picture, &last.1) {
                last = (now, picture);
            } else if last.0 > start && now - last.0 > REST {
                return Ok((last.0 - start, last.1));
            }
            if now - start > PATIENCE {
                return Err("the screen does not come to rest".into());
            }
        }
    }
}

/// Whether more differs than a caret.
fn differ(one: &[u8], other: &[u8]) -> bool {
    if one == other {
        return false; // Nearly always: this is asked many times a second.
    }
    let changed = one.chunks(4).zip(other.chunks(4)).filter(|(a, b)| a != b).count();
    changed * 1_000 > one.len() / 4 * STILL_PER_THOUSAND
}

/// One start of a program.
struct Seen {
    seconds: f64,
    megabytes: f64,
}

/// The screen and the session a program is started in.
struct Desk {
    screen: Screen,
    home: PathBuf,
    bus: String,
    _bus: Running,
}

impl Desk {
    fn set_up(place: &Place) -> Result<Desk, Failure> {
        let home = place.folder.join("home");
        std::fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
        let (bus_server, bus) =
            start_server(Command::new("dbus-daemon").args(["--session", "--nofork", "--print-address=1"]))?;
        let screen = Screen::open(&place.folder)?;
        let desk = Desk {
            screen,
            home,
            bus,
            _bus: bus_server,
        };
        // It goes into the background once it is ready, and ends with the bus.
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring
            .args(["--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut keyring = start(desk.at_home(&mut keyring).stderr(Stdio::null()))?;
        let mut password = keyring.0.stdin.take().ok_or("no input")?;
        password
            .write_all(b"linli-bench")
            .map_err(|error| format!("gnome-keyring-daemon: {error}"))?;
        drop(password);
        keyring
            .0
            .wait()
            .map_err(|error| format!("gnome-keyring-daemon: {error}"))?;
        Ok(desk)
    }

    /// In this session, and with no trace in the user's own folders.
    fn at_home<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        for (name, folder) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
        ] {
            command.env(name, self.home.join(folder));
        }
        command
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", &self.home)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("DISPLAY", &self.screen.name)
            .env_remove("WAYLAND_DISPLAY")
    }

    /// Starts a program and watches it; its last picture goes to a file for a person to look at.
    fn watch(&mut self, program: &mut Command, picture: &Path) -> Result<Seen, Failure> {
        self.screen.wait_until_empty()?;
        self.at_home(program).stdout(Stdio::null()).stderr(Stdio::null());
        let start_time = Instant::now();
        let running = start(program)?;
        let (time, shown) = self.screen.wait_until_at_rest(start_time)?;
        sleep(SETTLE);
        if differ(&self.screen.look()?, &shown) {
            return Err(format!("{program:?}: the screen changed after it had come to rest"));
        }
        let mut import = Command::new("import");
        command(
            import
                .args(["-display", &self.screen.name, "-window", "root"])
                .arg(picture),
        )?;
        Ok(Seen {
            seconds: time.as_secs_f64(),
            megabytes: memory_of(running.0.id())?,
        })
    }
}

/// Memory of a process and all that it has started, each shared page divided among those who share it (PSS).
fn memory_of(root: u32) -> Result<f64, Failure> {
    let said = |error: std::io::Error| format!("/proc: {error}");
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").map_err(said)?.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // After the name in brackets: state, parent.
        let parent = stat
            .rsplit(')')
            .next()
            .and_then(|rest| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (process, parent)));
    }
    let mut family = vec![root];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(process, _)| *process),
        );
        next += 1;
    }
    let mut kilobytes = 0.0;
    for process in family {
        let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).map_err(said)?;
        let line = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Pss:"))
            .ok_or("no PSS in smaps_rollup")?;
        kilobytes += line
            .trim()
            .trim_end_matches(" kB")
            .parse::<f64>()
            .map_err(|error| format!("PSS: {error}"))?;
    }
    Ok(kilobytes / 1_000.0 * 1.024)
}

/// Builds the window and the empty one.
pub(super) fn prepare() -> Result<(), Failure> {
    setup::packages(&PACKAGES)?;
    setup::newest_screens()?;
    cargo(&[
        "build",
        "--release",
        "--package",
        "linli-desktop",
        "--bins",
        "--example",
        "empty_page",
    ])
}

/// The window beside an empty one, as Tauri makes it and with the lean renderer that ours chooses.
pub(super) fn measure(place: &Place, turns: usize) -> Result<(), Failure> {
    prepare()?;
    let mut desk = Desk::set_up(place)?;
    let data = place.file("window-data");
    let mut committee = place.example("clerk_bench", &["setup", HOUSEHOLDS, &data, "keyring"]);
    command(desk.at_home(&mut committee))?;
    let mut linli = Command::new(place.target.join("release/linli-desktop"));
    linli.args(["--data", &data, "--exports", &place.file("window-exports")]);
    let mut lean = place.example("empty_page", &[]);
    lean.env(LEAN.0, LEAN.1);
    let mut programs = [
        ("linli", linli, Vec::new()),
        ("an empty Tauri page", place.example("empty_page", &[]), Vec::new()),
        ("the same with linli's renderer setting", lean, Vec::new()),
    ];
    for turn in 0..=turns {
        for (at, (_, program, seen)) in programs.iter_mut().enumerate() {
            let start = desk.watch(program, &place.folder.join(format!("window-{at}.png")))?;
            // The first one warms the machine up.
            if turn > 0 {
                seen.push(start);
            }
        }
    }
    println!("\n### The window: start to usable screen, memory at rest\n");
    println!("| program | starts | start (median) | range | PSS at rest (median) |\n|---|---:|---:|---:|---:|");
    for (name, _, seen) in programs {
        let (seconds, megabytes) = (seen.iter().map(|s| s.seconds), seen.iter().map(|s| s.megabytes));
        let (least, most) = super::range(seconds.clone());
        let (time, memory) = (median(seconds.collect()), median(megabytes.collect()));
        println!("| {name} | {turns} | {time:.2} s | {least:.2}–{most:.2} s | {memory:.0} MB |");
    }
    Ok(())
}
