//! A PostgreSQL server for tests and simulations, from Debian's package: in a temporary folder, reachable from this machine
//! alone, through a socket there or inside TLS, gone when the last one that uses it is.

use std::io::{self, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::time::Duration;

use linli_district::authority::Authority;
use postgres::{Client, NoTls};
use tempfile::TempDir;
use thiserror::Error;

/// Where Debian puts a version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Who runs the server where the tests run as root, which it refuses.
const UNPRIVILEGED: &str = "nobody";
/// Database, user: one name for all.
const NAME: &str = "linli";
/// How often and how long to try until the server answers.
const STARTING: (u32, Duration) = (200, Duration::from_millis(50));

/// Who may come in how: through the socket as one likes, over the network inside TLS.
const DOORS: &str = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n";

/// Why there is no server or database.
#[derive(Debug, Error)]
pub enum ServerError {
    /// A program could not be started, or a folder not be made.
    #[error("PostgreSQL cannot be started: {0}")]
    System(#[from] io::Error),
    /// A program said no.
    #[error("{0} failed")]
    Failed(&'static str),
    /// Its certificate could not be made.
    #[error(transparent)]
    Certificate(#[from] linli_district::Error),
    /// It was started and does not answer.
    #[error("PostgreSQL does not answer")]
    Silent,
    /// A database could not be made or removed.
    #[error("PostgreSQL refused: {0}")]
    Refused(#[from] postgres::Error),
}

/// The running server.
#[derive(Debug)]
pub struct Server {
    folder: TempDir,
    process: Child,
    port: u16,
    authority: String,
}

static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Server {
    /// The server that everything in this program shares; `None`, said out loud, where PostgreSQL is not installed.
    ///
    /// # Errors
    /// It is installed and does not start.
    pub fn shared() -> Result<Option<Arc<Server>>, ServerError> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return Ok(Some(server));
        }
        let server = Server::start(false)?.map(Arc::new);
        *running = server.as_ref().map_or_else(Weak::new, Arc::downgrade);
        Ok(server)
    }

    /// A server of one's own; `durable`: what it was told survives a power cut, as it must where that is measured. `None`,
    /// said out loud, where PostgreSQL is not installed.
    ///
    /// # Errors
    /// It is installed and does not start.
    pub fn start(durable: bool) -> Result<Option<Server>, ServerError> {
        let Some(programs) = programs() else {
            // Past the capture of a test's output: whoever reads it must see it.
            writeln!(
                io::stderr(),
                "SKIPPED on PostgreSQL: the package postgresql is not installed"
            )?;
            return Ok(None);
        };
        start(&programs, durable).map(Some)
    }

    /// The address of a new, empty database on it.
    ///
    /// # Errors
    /// The server's.
    pub fn database(&self) -> Result<String, ServerError> {
        let name = format!("d{}", uuid::Uuid::new_v4().simple());
        self.run(&format!("CREATE DATABASE {name}"))?;
        Ok(self.address(&name))
    }

    /// As [`Server::database`], over the network.
    ///
    /// # Errors
    /// The server's.
    pub fn database_over_the_network(&self) -> Result<String, ServerError> {
        let (place, port) = (self.folder.path().display().to_string(), self.port);
        let address = self.database()?;
        Ok(address.replace(
            &format!("host={place} port={port}"),
            &format!("host=127.0.0.1 port={port}"),
        ))
    }

    /// The authority of its certificate (PEM).
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Removes a database that nobody needs any more, given its address.
    ///
    /// # Errors
    /// The server's.
    pub fn remove(&self, address: &str) -> Result<(), ServerError> {
        let name = address.rsplit("dbname=").next().unwrap_or_default();
        self.run(&format!("DROP DATABASE {name} WITH (FORCE)"))
    }

    fn run(&self, sql: &str) -> Result<(), ServerError> {
        Ok(Client::connect(&self.address("postgres"), NoTls)?.batch_execute(sql)?)
    }

    fn address(&self, database: &str) -> String {
        format!(
            "host={} port={} user={NAME} dbname={database}",
            self.folder.path().display(),
            self.port
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The folder of the newest version installed.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir(VERSIONS)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.retain(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    versions.sort();
    versions.pop()
}

fn start(programs: &Path, durable: bool) -> Result<Server, ServerError> {
    let folder = tempfile::Builder::new().prefix("pg").tempdir()?;
    let root = is_root()?;
    if root {
        done("chown", Command::new("chown").arg(UNPRIVILEGED).arg(folder.path()))?;
    }
    let data = folder.path().join("data");
    let mut initdb = as_somebody(root, &programs.join("initdb"));
    initdb.args([
        "--no-sync",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--username",
        NAME,
        "--pgdata",
    ]);
    done("initdb", initdb.arg(&data).stdout(Stdio::null()))?;
    let authority = certify(root, &data)?;
    // Nobody else takes it in the moment between.
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut postgres = as_somebody(root, &programs.join("postgres"));
    postgres
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(folder.path())
        .args(["-p", &port.to_string()]);
    let durable = if durable { "fsync=on" } else { "fsync=off" };
    for setting in ["listen_addresses=127.0.0.1", "ssl=on", "max_connections=100", durable] {
        postgres.args(["-c", setting]);
    }
    postgres.stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server {
        process: spawn(postgres)?,
        folder,
        port,
        authority,
    };
    for _ in 0..STARTING.0 {
        if Client::connect(&server.address("postgres"), NoTls).is_ok() {
            return Ok(server);
        }
        // There is no event to wait for: the server says nothing when it is ready.
        std::thread::sleep(STARTING.1);
    }
    Err(ServerError::Silent)
}

/// Gives the server a certificate, and says who comes in; gives the authority's.
fn certify(root: bool, data: &Path) -> Result<String, ServerError> {
    let authority = Authority::new("数据库")?;
    let certificate = authority.issue(&[])?;
    for (name, text) in [("server.crt", &certificate.chain), ("server.key", &certificate.key)] {
        let path = data.join(name);
        std::fs::write(&path, text)?;
        // A key that others can read is refused.
        done("chmod", Command::new("chmod").arg("600").arg(&path))?;
        if root {
            done("chown", Command::new("chown").arg(UNPRIVILEGED).arg(&path))?;
        }
    }
    std::fs::write(data.join("pg_hba.conf"), DOORS)?;
    Ok(authority.certificate)
}

fn done(what: &'static str, command: &mut Command) -> Result<(), ServerError> {
    if command.status()?.success() {
        Ok(())
    } else {
        Err(ServerError::Failed(what))
    }
}

/// Starts the server from a thread that lives as long as this program: the death of the thread is what ends the server
/// where the program is killed.
fn spawn(mut command: Command) -> Result<Child, ServerError> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let _ = sender.send(command.spawn());
        loop {
            std::thread::park();
        }
    });
    Ok(receiver.recv().map_err(|_| ServerError::Failed("postgres"))??)
}

/// A command that is not root's and ends with us.
fn as_somebody(root: bool, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if root {
        command.args(["--reuid", UNPRIVILEGED, "--regid", "nogroup", "--clear-groups"]);
    }
    command.args(["--pdeathsig", "QUIT", "--"]).arg(program);
    command
}

fn is_root() -> Result<bool, ServerError> {
    let output = Command::new("id").arg("-u").output()?;
    Ok(output.stdout.starts_with(b"0\n"))
}
