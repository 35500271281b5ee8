//! A district as it is run: the program `linli-district` with TLS by its own authority, staff at the command line, and a
//! line to it that can be cut.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use reqwest::blocking::Client;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;

use crate::line::Line;
use crate::office::Running;

/// The district's name.
pub const DISTRICT: &str = "浦东新区";

/// A district's server, in a folder.
pub struct Town {
    folder: PathBuf,
    /// What its programs are started with.
    environment: Vec<(&'static str, PathBuf)>,
    server: SocketAddr,
    /// What PCs reach it through. Residents' phones have ways of their own.
    pub line: Line,
    _running: Running,
}

impl Town {
    /// Committees (district, town, name), an authority, and the server, running.
    pub fn start(folder: &Path, committees: &str) -> Town {
        Town::start_with(folder, committees, Vec::new())
    }

    /// The same with variables of the environment for its programs.
    pub fn start_with(folder: &Path, committees: &str, environment: Vec<(&'static str, PathBuf)>) -> Town {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("committees.tsv"), committees).unwrap();
        let authority = ["ca", "init", "--host", "localhost", "--host", "127.0.0.1"];
        run(folder, &environment, &authority);
        run(folder, &environment, &["committee", "import", "committees.tsv"]);
        let log = std::fs::File::create(folder.join("server.log")).unwrap();
        let mut serve = command(folder, &environment, &["serve", "--listen", "127.0.0.1:0"]);
        let mut running = Running(serve.stdout(Stdio::piped()).stderr(log).spawn().unwrap());
        let mut address = String::new();
        BufReader::new(running.0.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let server = address
            .trim()
            .strip_prefix("https://")
            .unwrap_or_else(|| panic!("no TLS: {address}"));
        let server = server.parse().unwrap();
        Town {
            folder: folder.to_owned(),
            environment,
            server,
            line: Line::to(server),
            _running: running,
        }
    }

    /// The server's address for PCs.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.line.address().port())
    }

    /// A file of the district's.
    pub fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Runs a staff command that must succeed; its JSON.
    pub fn run(&self, arguments: &[&str]) -> Value {
        run(&self.folder, &self.environment, arguments)
    }

    /// A ticket for a PC of a committee, in a file of this name.
    pub fn ticket(&self, committee: &str, name: &str) -> String {
        self.run(&["enrol-code", committee, "--url", &self.url(), "-o", name]);
        self.file(name)
    }

    /// The page of the residents' form at a path, as a phone sees it that trusts the district.
    pub fn page(&self, path: &str) -> String {
        self.asked(self.phone().get(self.address(path)))
    }

    /// Sends the form in the page at a path, filled in, and gives the page that answers.
    pub fn fill_in(&self, path: &str, form: &[(&str, &str)]) -> String {
        let page = self.page(path);
        for (name, _) in form {
            assert!(page.contains(&format!("name=\"{name}\"")), "no field {name} in {page}");
        }
        let encoded =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let body: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let post = self.phone().post(self.address(path));
        self.asked(
            post.header("content-type", "application/x-www-form-urlencoded")
                .body(body.join("&")),
        )
    }

    /// What a program of a source is answered that shows its token.
    pub fn asked_by(&self, token: &str, path: &str) -> String {
        self.asked(self.phone().get(self.address(path)).bearer_auth(token))
    }

    fn address(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.server.port())
    }

    fn asked(&self, request: reqwest::blocking::RequestBuilder) -> String {
        request.send().unwrap().text().unwrap()
    }

    fn phone(&self) -> Client {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(self.folder.join("data/ca.pem")).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Client::builder()
            .no_proxy()
            .https_only(true)
            .tls_backend_preconfigured(config)
            .build()
            .unwrap()
    }

    /// The digest of a committee's state, by its number.
    pub fn digest(&self, committee: u64) -> String {
        let list = self.run(&["committee", "list"]);
        let row = list
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["number"] == committee)
            .unwrap();
        row["digest"].as_str().unwrap().to_owned()
    }
}

/// A ticket from somebody who pretends to be the district at this address.
pub fn forged_ticket(folder: &Path, url: &str) -> String {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("committees.tsv"), "浦东新区\t花木街道\t牡丹一居委会\n").unwrap();
    run(folder, &[], &["ca", "init", "--host", "localhost"]);
    run(folder, &[], &["committee", "import", "committees.tsv"]);
    run(folder, &[], &["enrol-code", "1", "--url", url, "-o", "ticket.txt"]);
    folder.join("ticket.txt").display().to_string()
}

type Environment<'e> = &'e [(&'static str, PathBuf)];

fn run(folder: &Path, environment: Environment<'_>, arguments: &[&str]) -> Value {
    let output = command(folder, environment, arguments).output().unwrap();
    assert!(
        output.status.success(),
        "linli-district {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn command(folder: &Path, environment: Environment<'_>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(["--json", "--data", "data", "--name", DISTRICT])
        .args(arguments)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .current_dir(folder);
    command
}

/// The server's program, which belongs to another package: built where it is older than its sources.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = Path::new(env!("CARGO_BIN_EXE_linli")).parent().unwrap();
        let program = folder.join("linli-district");
        // A run of all tests has just built it, with features of its own.
        let built = std::fs::metadata(&program).and_then(|file| file.modified());
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        if built.is_ok_and(|built| {
            ["crates", "migrations"]
                .iter()
                .all(|part| changed(&root.join(part)) < built)
        }) {
            return program;
        }
        let profile = folder.file_name().and_then(|name| name.to_str()).unwrap();
        let profile = if profile == "debug" { "dev" } else { profile };
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--package",
                "linli-district",
                "--bin",
                "linli-district",
            ])
            .args(["--profile", profile, "--target-dir"])
            .arg(folder.parent().unwrap())
            .status()
            .unwrap();
        assert!(built.success(), "linli-district cannot be built");
        program
    })
}

/// When anything in a folder was last changed; tests aside.
fn changed(folder: &Path) -> SystemTime {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let entries = entries.filter(|path| !path.ends_with("tests"));
    let when = |path: PathBuf| {
        if path.is_dir() {
            changed(&path)
        } else {
            path.metadata().unwrap().modified().unwrap()
        }
    };
    entries.map(when).max().unwrap_or(SystemTime::UNIX_EPOCH)
}
