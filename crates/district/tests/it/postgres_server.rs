//! A PostgreSQL server of the tests' own, from Debian's package: in a temporary folder, reachable through a socket
//! there and by nobody else, gone when the last test that uses it is.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::time::Duration;

use tempfile::TempDir;

/// Where Debian puts a version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Who runs the server where the tests run as root, which it refuses.
const UNPRIVILEGED: &str = "nobody";
/// Database, user: one name for all.
const NAME: &str = "linli";
/// How often and how long to try until the server answers.
const STARTING: (u32, Duration) = (200, Duration::from_millis(50));

/// The running server.
pub(crate) struct Server {
    folder: TempDir,
    process: Child,
}

static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Server {
    /// The server all tests of this program share; `None`, said out loud, where PostgreSQL is not installed.
    pub(crate) fn shared() -> Option<Arc<Server>> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Server::start(false)?);
        *running = Arc::downgrade(&server);
        Some(server)
    }

    /// A server of one's own; `durable`: what it was told survives a power cut, as it must where that is measured. `None`,
    /// said out loud, where PostgreSQL is not installed.
    pub(crate) fn start(durable: bool) -> Option<Server> {
        let Some(programs) = programs() else {
            // Past the capture of the test's output: whoever reads it must see it.
            let _ = writeln!(std::io::stderr(), "SKIPPED on PostgreSQL: the package postgresql is not installed");
            return None;
        };
        Some(start(&programs, durable))
    }

    /// The address of a new, empty database on it.
    pub(crate) fn database(&self) -> String {
        let name = format!("d{}", uuid::Uuid::new_v4().simple());
        let mut client = postgres::Client::connect(&self.address("postgres"), postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        self.address(&name)
    }

    fn address(&self, database: &str) -> String {
        format!("host={} user={NAME} dbname={database}", self.folder.path().display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The folder of the newest version installed.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir(VERSIONS).ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    versions.retain(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    versions.sort();
    versions.pop()
}

fn start(programs: &Path, durable: bool) -> Server {
    let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap();
    if is_root() {
        let done = Command::new("chown").arg(UNPRIVILEGED).arg(folder.path()).status().unwrap();
        assert!(done.success(), "the folder belongs to {UNPRIVILEGED}");
    }
    let data = folder.path().join("data");
    let made = as_somebody(&programs.join("initdb"))
        .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username", NAME, "--pgdata"])
        .arg(&data)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success(), "initdb");
    let mut postgres = as_somebody(&programs.join("postgres"));
    postgres.arg("-D").arg(&data).arg("-k").arg(folder.path());
    postgres.args(["-c", "listen_addresses=", "-c", "max_connections=100"]);
    postgres.args(["-c", if durable { "fsync=on" } else { "fsync=off" }]);
    postgres.stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server { process: spawn(postgres), folder };
    for _ in 0..STARTING.0 {
        if postgres::Client::connect(&server.address("postgres"), postgres::NoTls).is_ok() {
            return server;
        }
        // There is no event to wait for: the server says nothing when it is ready.
        std::thread::sleep(STARTING.1);
    }
    panic!("PostgreSQL does not answer");
}

/// Starts the server from a thread that lives as long as this program: the death of the thread is what ends the server
/// where the tests are killed.
fn spawn(mut command: Command) -> Child {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let _ = sender.send(command.spawn());
        loop {
            std::thread::park();
        }
    });
    receiver.recv().unwrap().unwrap()
}

/// A command that is not root's and ends with us.
fn as_somebody(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid", UNPRIVILEGED, "--regid", "nogroup", "--clear-groups"]);
    }
    command.args(["--pdeathsig", "QUIT", "--"]).arg(program);
    command
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0\n")
}
