//! One window per data folder: a second start shows the first one's window and ends.
//! Must stay true: works without a session bus; the system frees the lock however the first process ends; another
//! user of the PC cannot read the token and so cannot raise the window.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use linli_workstation::SystemProblem;
use thiserror::Error;

/// Locked as long as the window lives. It stays empty: on Windows a locked file cannot be read.
const LOCK_FILE: &str = "window.lock";
/// Port and token of the running window's door.
const DOOR_FILE: &str = "window.door";
/// How long a second start waits for the first one's door, which opens a moment after its lock.
const DOOR_WAIT: Duration = Duration::from_secs(3);
/// How long either side waits for a line of the other.
const LINE_WAIT: Duration = Duration::from_secs(2);
/// Bytes of the token.
const TOKEN_BYTES: usize = 16;
/// The door's answer.
const SHOWN: &str = "shown";

/// What a start found.
#[derive(Debug)]
pub enum Instance {
    /// No window is open on this folder: this process is the one.
    First(Running),
    /// There is a window, and it has been brought to the front.
    Shown,
}

/// The right to be the window of a data folder; let go when the process ends.
#[derive(Debug)]
pub struct Running {
    lock: File,
    door: PathBuf,
}

/// Why a start can neither be the window nor show it.
#[derive(Debug, Error)]
pub enum InstanceError {
    /// The folder cannot be made or written.
    #[error("不能使用数据文件夹 {folder}：{}", SystemProblem::of(.source))]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A window has the folder and does not answer.
    #[error("工作站已经在运行，但没有响应；请稍等再试，或重新登录电脑")]
    Silent,
}

impl Instance {
    /// Becomes the window of this data folder, or shows the one there is.
    ///
    /// # Errors
    /// The folder is not writable; the running window does not answer.
    pub fn claim(data: &Path) -> Result<Instance, InstanceError> {
        let folder = |source| InstanceError::Folder {
            folder: data.to_owned(),
            source,
        };
        fs::create_dir_all(data).map_err(folder)?;
        let lock = private(&data.join(LOCK_FILE)).map_err(folder)?;
        let door = data.join(DOOR_FILE);
        match lock.try_lock() {
            Ok(()) => {
                // A door left behind by a process that was killed leads nowhere.
                let _ = fs::remove_file(&door);
                Ok(Instance::First(Running { lock, door }))
            }
            Err(TryLockError::WouldBlock) => knock_until(&door, Instant::now() + DOOR_WAIT),
            Err(TryLockError::Error(source)) => Err(folder(source)),
        }
    }
}

impl Running {
    /// Opens the door: from now on `show` is run when the program is started once more.
    ///
    /// # Errors
    /// There is no loopback port, no randomness, or the folder is not writable.
    pub fn on_show(self, show: impl Fn() + Send + 'static) -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let token = random_token()?;
        let mut door = private(&self.door)?;
        door.set_len(0)?;
        write!(door, "{} {token}", listener.local_addr()?.port())?;
        door.sync_all()?;
        thread::Builder::new().name("window door".into()).spawn(move || {
            let _held_for_as_long_as_the_process = self.lock;
            for visitor in listener.incoming().flatten() {
                if answer(visitor, &token).unwrap_or(false) {
                    show();
                }
            }
        })?;
        Ok(())
    }
}

/// Whether the visitor knew the token.
fn answer(mut visitor: TcpStream, token: &str) -> io::Result<bool> {
    visitor.set_read_timeout(Some(LINE_WAIT))?;
    visitor.set_write_timeout(Some(LINE_WAIT))?;
    let mut line = String::new();
    // Two hexadecimal digits a byte and the line's end: a longer line is not ours.
    io::Read::take(BufReader::new(&visitor), 2 * TOKEN_BYTES as u64 + 1).read_line(&mut line)?;
    if line.trim_end() != token {
        return Ok(false);
    }
    writeln!(visitor, "{SHOWN}")?;
    Ok(true)
}

fn knock_until(door: &Path, end: Instant) -> Result<Instance, InstanceError> {
    loop {
        if knock(door).unwrap_or(false) {
            return Ok(Instance::Shown);
        }
        if Instant::now() >= end {
            return Err(InstanceError::Silent);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn knock(door: &Path) -> io::Result<bool> {
    let text = fs::read_to_string(door)?;
    let Some((port, token)) = text.split_once(' ') else {
        return Ok(false);
    };
    let Ok(port) = port.parse::<u16>() else {
        return Ok(false);
    };
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), LINE_WAIT)?;
    stream.set_read_timeout(Some(LINE_WAIT))?;
    writeln!(stream, "{token}")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line.trim_end() == SHOWN)
}

fn random_token() -> io::Result<String> {
    let mut bytes = [0_u8; TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Opens a file that only this user may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn first(data: &Path) -> Running {
        match Instance::claim(data).unwrap() {
            Instance::First(running) => running,
            Instance::Shown => panic!("another window has this folder"),
        }
    }

    #[test]
    fn a_second_start_shows_the_first_window() {
        let data = tempfile::tempdir().unwrap();
        let (shown, heard) = mpsc::channel();
        first(data.path()).on_show(move || shown.send(()).unwrap()).unwrap();
        assert!(matches!(Instance::claim(data.path()).unwrap(), Instance::Shown));
        heard
            .recv_timeout(LINE_WAIT)
            .expect("the first window was asked to show itself");
    }

    #[test]
    fn a_stranger_without_the_token_shows_nothing() {
        let data = tempfile::tempdir().unwrap();
        let (shown, heard) = mpsc::channel();
        first(data.path()).on_show(move || shown.send(()).unwrap()).unwrap();
        let door = fs::read_to_string(data.path().join(DOOR_FILE)).unwrap();
        let port: u16 = door.split(' ').next().unwrap().parse().unwrap();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        writeln!(stream, "{}", "0".repeat(32)).unwrap();
        let mut line = String::new();
        let _ = BufReader::new(stream).read_line(&mut line);
        assert_eq!(line, "", "the door does not answer a stranger");
        assert!(heard.try_recv().is_err(), "and the window stays where it is");
    }

    #[test]
    fn a_door_left_by_a_killed_process_is_not_believed() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(DOOR_FILE), "1 deadbeef").unwrap();
        let _running = first(data.path());
        assert!(!data.path().join(DOOR_FILE).exists());
    }

    #[test]
    fn two_folders_have_two_windows() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (_one, _two) = (first(one.path()), first(two.path()));
    }
}
