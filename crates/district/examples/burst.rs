//! All PCs of a district come back at once after an outage, each with changes that wait: how long until all are taken in
//! and everybody has everything, without the network between.
//!
//! `cargo run --release -p linli-district --example burst -- COMMITTEES CHANGES THREADS DATABASE`, where the database is a
//! file's name, or `postgres://…`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use linli_district::District;
use linli_district::committee::{Caller, Committee, Line};
use linli_district::random::{Randomness, System};
use linli_district::storage::{Postgres, Sqlite, Storage};
use linli_domain::operation::{Action, DeviceId, EntityId, EntityKind, Hash, PartHeader};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::time::Moment;
use linli_protocol::{EnrolRequest, PullRequest, PushRequest, SignedPart, WireOperation};
use uuid::Uuid;

type Failure = Box<dyn Error + Send + Sync>;

/// When it all happens.
const NOW: Moment = Moment(1_580_605_200_000);
/// PCs of each committee.
const PCS: usize = 2;

/// A PC with what waits on it.
struct Pc {
    caller: Caller,
    parts: Vec<SignedPart>,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [committees, changes, threads, database] = arguments.as_slice() else {
        return Err("usage: burst COMMITTEES CHANGES THREADS DATABASE".into());
    };
    let (committees, changes, threads): (usize, usize, usize) =
        (committees.parse()?, changes.parse()?, threads.parse()?);
    let storage: Arc<dyn Storage> = match database.contains("://") {
        true => Arc::new(Postgres::open(database, threads as u32)?),
        false => Arc::new(Sqlite::open(Path::new(database))?),
    };
    let district = District::new(storage, SigningKey::from_bytes(&[5; 32]), "浦东新区");
    let pcs = set_up(&district, committees, changes)?;
    let begun = Instant::now();
    let mut times = exchange_all(&district, &pcs, threads)?;
    let all = begun.elapsed();
    times.sort();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!(
        "{} PCs, {} changes each: {:.1} s, {:.0} changes a second; one exchange p50 {:?}, p95 {:?}, most {:?}",
        pcs.len(),
        changes,
        all.as_secs_f64(),
        (pcs.len() * changes) as f64 / all.as_secs_f64(),
        at(50),
        at(95),
        at(100)
    );
    Ok(())
}

fn set_up(district: &District, committees: usize, changes: usize) -> Result<Vec<Pc>, Failure> {
    let line = |number| Line { area: "区".into(), town: "街道".into(), name: format!("居委会{number}") };
    let lines: Vec<Line> = (1..=committees).map(line).collect();
    district.import_committees(&lines, NOW, &mut System)?;
    let mut pcs = Vec::with_capacity(committees * PCS);
    for committee in district.committees()? {
        for _ in 0..PCS {
            pcs.push(join(district, &committee, changes)?);
        }
    }
    Ok(pcs)
}

fn join(district: &District, committee: &Committee, changes: usize) -> Result<Pc, Failure> {
    let mut seed = [0; 32];
    System.fill(&mut seed)?;
    let (key, device) = (SigningKey::from_bytes(&seed), DeviceId(Uuid::new_v4()));
    let code = district.enrol_code(committee.id, NOW, &mut System)?;
    let verifying_key = key.verifying_key().to_bytes();
    let request = EnrolRequest { code, device, name: "前台".into(), verifying_key, committee: None, last_seq: 0 };
    let enrolled = district.enrol(&request, "here", NOW, &mut System)?;
    let mut parts = Vec::with_capacity(changes);
    let mut tail = Hash::ZERO;
    for seq in 1..=changes as u64 {
        let header = PartHeader {
            device,
            first_seq: seq,
            count: 1,
            batch: seq,
            committee: enrolled.committee,
            actor: "董敏".into(),
            at: NOW,
            schema: 1,
            action: Action::ResidentAdded,
        };
        let change = created([(Field::Name, Some("张晓明".into())), (Field::Phone, Some("13800138000".into()))]);
        let (kind, entity) = (EntityKind::Resident.number(), EntityId(Uuid::new_v4()));
        let operation = WireOperation { kind, entity, change: serde_json::to_string(&change)? };
        let (part, after) = SignedPart::sign(&header, vec![operation], tail, &key)?;
        tail = after;
        parts.push(part);
    }
    Ok(Pc { caller: Caller { committee: committee.id, device }, parts })
}

fn exchange_all(district: &District, pcs: &[Pc], threads: usize) -> Result<Vec<Duration>, Failure> {
    let next = AtomicUsize::new(0);
    let worker = || -> Result<Vec<Duration>, Failure> {
        let mut times = Vec::new();
        while let Some(pc) = pcs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let begun = Instant::now();
            exchange(district, pc)?;
            times.push(begun.elapsed());
        }
        Ok(times)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let mut times = Vec::new();
        for worker in workers {
            times.extend(worker.join().map_err(|_| "a thread broke off")??);
        }
        Ok(times)
    })
}

fn exchange(district: &District, pc: &Pc) -> Result<(), Failure> {
    for parts in pc.parts.chunks(linli_protocol::PARTS) {
        let pushed = district.push(pc.caller, &PushRequest { parts: parts.to_vec() }, NOW)?;
        assert_eq!(pushed.verdicts.len(), parts.len());
    }
    let mut after = 0;
    loop {
        let page = district.pull(pc.caller, PullRequest { after })?;
        let Some(last) = page.parts.last() else { return Ok(()) };
        after = last.number;
    }
}
