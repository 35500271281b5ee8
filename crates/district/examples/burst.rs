//! All PCs of a district come back at once after an outage, each with changes that wait; then every PC exchanges once a
//! minute. Against a server process, over TLS, for `cargo xtask bench district`.
//!
//! `burst SERVER FOLDER COMMITTEES CHANGES STEADY DATABASE`: the program to serve with, where it keeps its data, committees
//! of two PCs each, what waits on each PC, seconds of steady exchange, and `sqlite` or `postgres` (a server of its own, from
//! Debian's package, which keeps what it was told). Prints a line of JSON for each phase. Whatever a PC has to compute
//! itself (signatures, compression) is computed before, so that this machine is the server's as far as can be.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use linli_district::District;
use linli_district::committee::Committee;
use linli_district::http;
use linli_district::random::{Randomness, System};
use linli_district::storage::{Postgres, Sqlite, Storage};
use linli_domain::operation::{Action, DeviceId, EntityId, EntityKind, Hash, PartHeader};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_protocol::{EnrolRequest, PullRequest, PushRequest, SignedPart, WireOperation};
use linli_sync::Schedule;
use linli_test_postgres::Server;
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::time::sleep_until;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use uuid::Uuid;

type Failure = Box<dyn Error + Send + Sync>;

/// PCs of each committee.
const PCS: usize = 2;
/// How often every PC exchanges in the end.
const MINUTE: Duration = Duration::from_secs(60);
/// As the workstation: how long a connection, and an answer, may take; how much it compresses.
const CONNECTING: Duration = Duration::from_secs(10);
const ANSWERING: Duration = Duration::from_secs(120);
const LEVEL: i32 = 3;
/// How often a PC tries again, as its schedule says, before it counts as lost here.
const TRIES: usize = 10;
/// Connections of the database's set-up.
const CONNECTIONS: u32 = 4;

/// A PC with what waits on it, ready to be sent.
struct Pc {
    token: String,
    /// What waits on it.
    waiting: Vec<Vec<u8>>,
    /// One change more, for the steady exchange.
    later: Vec<u8>,
    received: u64,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [server, folder, committees, changes, steady, database] = arguments.as_slice() else {
        return Err("usage: burst SERVER FOLDER COMMITTEES CHANGES STEADY sqlite|postgres".into());
    };
    let (committees, changes, steady): (usize, usize, u64) = (committees.parse()?, changes.parse()?, steady.parse()?);
    let postgres = if database == "postgres" {
        Server::start(true)?
    } else {
        None
    };
    if database == "postgres" && postgres.is_none() {
        return Err("PostgreSQL is not installed".into());
    }
    let url = postgres.as_ref().map(Server::database).transpose()?;
    let place = Place {
        server: server.into(),
        folder: folder.into(),
        url,
    };
    let mut pcs = set_up(&place, committees, changes)?;
    let served = Served::start(&place)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let client = Arc::new(Clients::trusting(&place)?);
    let burst = runtime.block_on(all_at_once(&client, &served.address, &mut pcs));
    report(&served, (database, "all at once"), (pcs.len(), changes), &burst)?;
    if steady > 0 {
        let steady = runtime.block_on(once_a_minute(
            &client,
            &served.address,
            &mut pcs,
            Duration::from_secs(steady),
        ));
        report(&served, (database, "one exchange a minute"), (pcs.len(), 1), &steady)?;
    }
    Ok(())
}

/// What is measured, and where.
struct Place {
    server: PathBuf,
    folder: PathBuf,
    url: Option<String>,
}

impl Place {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.server);
        command.arg("--data").arg(&self.folder).args(["--name", "浦东新区"]);
        command.args(self.url.iter().flat_map(|url| ["--database", url]));
        command.args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<(), Failure> {
        let output = self.command(arguments).output()?;
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into())
        }
    }
}

/// The server's process.
struct Served {
    process: Child,
    address: String,
    begun_cpu: f64,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Served {
    fn start(place: &Place) -> Result<Served, Failure> {
        let log = fs::File::create(place.folder.join("server.log"))?;
        // All PCs come from this one address here, as from behind a proxy.
        let mut serve = place.command(&["serve", "--listen", "127.0.0.1:0", "--proxy", "127.0.0.1"]);
        let mut process = serve.stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut address = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut address)?;
        }
        let address = address.trim().replace("127.0.0.1", "localhost");
        let mut served = Served {
            process,
            address,
            begun_cpu: 0.0,
        };
        served.begun_cpu = served.cpu()?;
        Ok(served)
    }

    /// Megabytes of 10^6 bytes that it had in memory at most.
    fn most_memory(&self) -> Result<f64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .ok_or("no VmHWM")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024.0 / 1e6)
    }

    /// Seconds of processor time, user's and system's (proc(5): fields 14 and 15, in hundredths).
    fn cpu(&self) -> Result<f64, Failure> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let after_name = stat.rsplit_once(')').ok_or("no stat")?.1;
        let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / 100.0)
    }
}

fn set_up(place: &Place, committees: usize, changes: usize) -> Result<Vec<Pc>, Failure> {
    fs::create_dir_all(&place.folder)?;
    place.run(&["ca", "init", "--host", "localhost"])?;
    let list: String = (1..=committees)
        .map(|number| format!("区\t街道\t居委会{number}\n"))
        .collect();
    let file = place.folder.join("committees.tsv");
    fs::write(&file, list)?;
    place.run(&["committee", "import", &file.display().to_string()])?;
    let key = fs::read_to_string(place.folder.join("district.key"))?;
    let key: [u8; 32] = HEXLOWER
        .decode(key.trim().as_bytes())?
        .try_into()
        .map_err(|_| "no key")?;
    let storage: Arc<dyn Storage> = match &place.url {
        Some(url) => Arc::new(Postgres::open(url, CONNECTIONS)?),
        None => Arc::new(Sqlite::open(&place.folder.join("district.db"))?),
    };
    let district = District::new(storage, SigningKey::from_bytes(&key), "浦东新区");
    let mut pcs = Vec::with_capacity(committees * PCS);
    for committee in district.committees()? {
        for _ in 0..PCS {
            pcs.push(join(&district, &committee, changes)?);
        }
    }
    Ok(pcs)
}

fn join(district: &District, committee: &Committee, changes: usize) -> Result<Pc, Failure> {
    let now = http::system_clock();
    let mut seed = [0; 32];
    System.fill(&mut seed)?;
    let (key, device) = (SigningKey::from_bytes(&seed), DeviceId(Uuid::new_v4()));
    let code = district.enrol_code(committee.id, now, &mut System)?;
    let verifying_key = key.verifying_key().to_bytes();
    let request = EnrolRequest {
        code,
        device,
        name: "前台".into(),
        verifying_key,
        committee: None,
        last_seq: 0,
        replaces: None,
    };
    let enrolled = district.enrol(&request, "here", now, &mut System)?;
    let (mut parts, mut tail) = (Vec::with_capacity(changes + 1), Hash::ZERO);
    for seq in 1..=changes as u64 + 1 {
        let header = PartHeader {
            device,
            first_seq: seq,
            count: 1,
            batch: seq,
            committee: enrolled.committee,
            actor: "董敏".into(),
            at: now,
            schema: 1,
            action: Action::ResidentAdded,
        };
        let change = created([
            (Field::Name, Some("张晓明".into())),
            (Field::Phone, Some("13800138000".into())),
        ]);
        let (kind, entity) = (EntityKind::Resident.number(), EntityId(Uuid::new_v4()));
        let operation = WireOperation {
            kind,
            entity,
            change: serde_json::to_string(&change)?,
        };
        let (part, after) = SignedPart::sign(&header, vec![operation], tail, &key)?;
        tail = after;
        parts.push(part);
    }
    let later = message(&parts.split_off(changes))?;
    let waiting = parts
        .chunks(linli_protocol::PARTS)
        .map(message)
        .collect::<Result<_, _>>()?;
    Ok(Pc {
        token: enrolled.token,
        waiting,
        later,
        received: 0,
    })
}

/// A push as it is sent.
fn message(parts: &[SignedPart]) -> Result<Vec<u8>, Failure> {
    let request = PushRequest { parts: parts.to_vec() };
    Ok(zstd::encode_all(serde_json::to_vec(&request)?.as_slice(), LEVEL)?)
}

/// Makes each try a client of its own, as each PC is: no connection and no TLS session is used twice.
struct Clients {
    config: ClientConfig,
}

impl Clients {
    fn trusting(place: &Place) -> Result<Clients, Failure> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(place.folder.join("ca.pem"))?)?;
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.resumption = Resumption::disabled();
        Ok(Clients { config })
    }
}

fn one(config: &ClientConfig) -> Result<Client, Failure> {
    let builder = Client::builder()
        .connect_timeout(CONNECTING)
        .timeout(ANSWERING)
        .no_proxy()
        .https_only(true);
    Ok(builder.tls_backend_preconfigured(config.clone()).build()?)
}

/// What of an answer a PC needs to know here.
#[derive(Deserialize)]
struct Verdicts {
    verdicts: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Page {
    parts: Vec<PartOfPage>,
    last: u64,
}

#[derive(Deserialize)]
struct PartOfPage {
    number: u64,
}

/// As `linli_sync::exchange`: the time, what waits, what came.
async fn exchange(
    client: Client,
    address: &str,
    token: &str,
    waiting: &[Vec<u8>],
    mut received: u64,
) -> Result<u64, Failure> {
    let _: serde_json::Value = ask(client.get(format!("{address}/v1/time"))).await?;
    for body in waiting {
        let request = client
            .post(format!("{address}/v1/push"))
            .header("content-encoding", "zstd")
            .body(body.clone());
        let pushed: Verdicts = ask(request.bearer_auth(token)).await?;
        if pushed.verdicts.is_empty() {
            return Err("nothing was taken".into());
        }
    }
    loop {
        let body = serde_json::to_vec(&PullRequest { after: received })?;
        let request = client
            .post(format!("{address}/v1/pull"))
            .header("accept-encoding", "zstd")
            .body(body);
        let page: Page = ask(request.bearer_auth(token)).await?;
        received = page.parts.last().map_or(received, |part| part.number);
        if received >= page.last {
            return Ok(received);
        }
    }
}

async fn ask<A: DeserializeOwned>(request: RequestBuilder) -> Result<A, Failure> {
    let response = request.send().await?.error_for_status()?;
    let packed = response.headers().get("content-encoding").is_some();
    let bytes = response.bytes().await?;
    let json = if packed {
        zstd::decode_all(&*bytes)?
    } else {
        bytes.into()
    };
    Ok(serde_json::from_slice(&json)?)
}

/// What came of a phase.
struct Phase {
    seconds: f64,
    /// Of each exchange with all its tries, sorted.
    times: Vec<f64>,
    /// Of tries.
    errors: Vec<String>,
    /// PCs that gave up.
    lost: usize,
}

/// Everybody begins now.
async fn all_at_once(clients: &Clients, address: &str, pcs: &mut [Pc]) -> Phase {
    let waiting = pcs.iter_mut().map(|pc| std::mem::take(&mut pc.waiting)).collect();
    play(clients, address, pcs, waiting, Duration::ZERO).await
}

/// Everybody once a minute, evenly spread, with one change each the first time.
async fn once_a_minute(clients: &Clients, address: &str, pcs: &mut [Pc], length: Duration) -> Phase {
    let mut all = Phase {
        seconds: 0.0,
        times: Vec::new(),
        errors: Vec::new(),
        lost: 0,
    };
    for _ in 0..length.as_secs().div_ceil(MINUTE.as_secs()) {
        let waiting = pcs.iter_mut().map(|pc| std::mem::take(&mut pc.later));
        let waiting = waiting
            .map(|body| if body.is_empty() { Vec::new() } else { vec![body] })
            .collect();
        let minute = play(clients, address, pcs, waiting, MINUTE).await;
        all.seconds += minute.seconds;
        all.times.extend(minute.times);
        all.errors.extend(minute.errors);
        all.lost += minute.lost;
    }
    all.times.sort_by(f64::total_cmp);
    all
}

/// One exchange of every PC, their beginnings spread over a time.
async fn play(clients: &Clients, address: &str, pcs: &mut [Pc], waiting: Vec<Vec<Vec<u8>>>, over: Duration) -> Phase {
    let begun = Instant::now();
    let count = pcs.len() as u32;
    let mut running = Vec::with_capacity(pcs.len());
    for ((place, pc), waiting) in (0..).zip(&*pcs).zip(waiting) {
        let starts = begun + over * place / count;
        let (config, address, token) = (clients.config.clone(), address.to_owned(), pc.token.clone());
        let received = pc.received;
        running.push(tokio::spawn(async move {
            sleep_until(starts.into()).await;
            let (mut schedule, mut errors) = (Schedule::new(), Vec::new());
            loop {
                let client = one(&config)?;
                match exchange(client, &address, &token, &waiting, received).await {
                    Ok(received) => return Ok::<_, Failure>((received, starts.elapsed().as_secs_f64(), errors)),
                    Err(error) if errors.len() < TRIES => errors.push(chain(&*error)),
                    Err(error) => return Err(error),
                }
                let now = starts.elapsed();
                schedule.failed(now, f64::from(Uuid::new_v4().as_fields().0) / f64::from(u32::MAX));
                tokio::time::sleep(schedule.wait(now)).await;
            }
        }));
    }
    let mut phase = Phase {
        seconds: 0.0,
        times: Vec::new(),
        errors: Vec::new(),
        lost: 0,
    };
    for (running, pc) in running.into_iter().zip(pcs) {
        match running.await {
            Ok(Ok((received, time, errors))) => {
                pc.received = received;
                phase.times.push(time);
                phase.errors.extend(errors);
            }
            failed => {
                phase.lost += 1;
                phase.errors.extend(
                    failed
                        .map_err(Failure::from)
                        .flatten()
                        .err()
                        .map(|error| chain(&*error)),
                );
            }
        }
    }
    phase.seconds = begun.elapsed().as_secs_f64();
    phase.times.sort_by(f64::total_cmp);
    phase
}

/// An error with its causes.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words += &format!(": {error}");
        cause = error.source();
    }
    words
}

fn report(
    served: &Served,
    (database, phase): (&str, &str),
    (pcs, changes): (usize, usize),
    of: &Phase,
) -> Result<(), Failure> {
    for error in of.errors.iter().take(3) {
        eprintln!("burst: {error}");
    }
    let at = |share: usize| {
        of.times
            .get((of.times.len() * share / 100).min(of.times.len().saturating_sub(1)))
            .copied()
    };
    println!(
        "{}",
        json!({
            "program": database, "phase": phase, "pcs": pcs, "changes": changes, "seconds": of.seconds,
            "p50": at(50), "p95": at(95), "most": at(100), "errors": of.errors.len(), "lost": of.lost,
            "memory": served.most_memory()?, "cpu": served.cpu()? - served.begun_cpu,
        })
    );
    Ok(())
}
