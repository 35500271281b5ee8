//! "Check database": the file, the log's chain and signatures, and the state against the log.

use ed25519_dalek::VerifyingKey;
use linli_domain::digest::Digest;
use linli_domain::operation::{DeviceId, EntityId, Hash, PartHeader};
use linli_protocol::{Chain, Place};
use rusqlite::types::ValueRef;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt;
use thiserror::Error;

use crate::{Error, Loss, Store, View, log, part, undo};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Operations in the log.
    pub operations: usize,
    /// Signed parts whose chain and signature were checked.
    pub batches: usize,
    /// Hash of the state.
    pub state: StateHash,
    /// The digest by which PCs and district compare their states.
    pub digest: Digest,
    /// What is wrong.
    pub problems: Vec<CheckProblem>,
}

/// What a check finds.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CheckProblem {
    /// The file's structure.
    #[error("数据文件：{found}")]
    FileBroken {
        /// What the database says of it.
        found: String,
    },
    /// A signed part that is not as it was signed, or does not follow from the one before.
    #[error("第 {part} 批改动的记录损坏了，或者被人动过")]
    PartBroken {
        /// Its number on this PC.
        part: i64,
    },
    /// The state is not what the log folds to.
    #[error("当前数据与操作记录推算的结果不一致")]
    StateDiffers,
    /// Steps that are missing.
    #[error("{0}")]
    #[serde(skip)]
    Lost(Loss),
    /// The witness cannot be written.
    #[error("旁证文件 linli.witness 写不进去：以后异常关机丢了操作，将查不出来；请检查数据文件夹的权限和磁盘")]
    WitnessNotWritten,
}

/// Hash over all rows of all state tables: independent of their order, equal where the state is equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateHash([u8; 32]);

impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The tables folded from the log.
pub(crate) const STATE_TABLES: [&str; 13] = [
    "committee",
    "tag",
    "household",
    "resident",
    "resident_tag",
    "round",
    "item",
    "voucher_serial",
    "lease",
    "issuing_right",
    "acknowledgement",
    "conflict",
    "digest",
];

impl View<'_> {
    /// The hash of the state as it is now.
    ///
    /// # Errors
    /// The database's.
    pub fn state_hash(self) -> Result<StateHash, Error> {
        let mut sum = Digest::default();
        for table in STATE_TABLES {
            let mut statement = self.prepare(&format!("SELECT * FROM {table}"))?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let mut digest = Sha256::new_with_prefix(table);
                for column in 0..columns {
                    hash_value(&mut digest, row.get_ref(column)?);
                }
                sum.add(&Digest(digest.finalize().into()));
            }
        }
        Ok(StateHash(sum.0))
    }
}

fn hash_value(digest: &mut Sha256, value: ValueRef<'_>) {
    let (kind, bytes): (u8, &[u8]) = match &value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(number) => (1, &number.to_be_bytes()),
        ValueRef::Real(number) => (2, &number.to_be_bytes()),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(bytes) => (4, bytes),
    };
    digest.update([kind]);
    digest.update((bytes.len() as u64).to_be_bytes());
    digest.update(bytes);
}

impl Store {
    /// Checks everything. The state is folded anew from the log in a transaction that is then rolled back.
    ///
    /// # Errors
    /// The database cannot be read at all; what merely is wrong stands in the report.
    pub fn check(&mut self) -> Result<Report, Error> {
        let mut problems = check_file(self.view())?;
        let (batches, operations) = check_chain(self.view(), &mut problems)?;
        let state = self.view().state_hash()?;
        let transaction = self.connection.transaction()?;
        let known = undo::Known::new(&transaction);
        for entity in entities(View {
            connection: &transaction,
        })? {
            log::refold(&known, entity)?;
        }
        let folded = View {
            connection: &transaction,
        }
        .state_hash()?;
        transaction.rollback()?;
        if folded != state {
            problems.push(CheckProblem::StateDiffers);
        }
        problems.extend(self.view().losses()?.into_iter().map(CheckProblem::Lost));
        if self
            .witness
            .as_ref()
            .is_some_and(|witness| witness.keep(&self.connection).is_err())
        {
            problems.push(CheckProblem::WitnessNotWritten);
        }
        let digest = Digest::of_all(&self.view().digests()?);
        Ok(Report {
            operations,
            batches,
            state,
            digest,
            problems,
        })
    }
}

/// Reads every page of the file: what is wrong with its structure. A page whose own check fails cannot be read at all.
pub(crate) fn check_file(view: View<'_>) -> Result<Vec<CheckProblem>, Error> {
    let lines = |pragma: &str| -> Result<Vec<String>, Error> {
        let mut statement = view.prepare(pragma)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    if !lines("PRAGMA cipher_integrity_check")?.is_empty() {
        return Err(Error::DamagedPart);
    }
    let problems = lines("PRAGMA integrity_check")?.into_iter().filter(|line| line != "ok");
    Ok(problems.map(|found| CheckProblem::FileBroken { found }).collect())
}

fn entities(view: View<'_>) -> Result<Vec<EntityId>, Error> {
    let mut statement = view.prepare("SELECT DISTINCT entity FROM operation")?;
    let rows = statement.query_map([], |row| row.get(0).map(EntityId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Follows each device's chain from its first operation and checks each part's signature.
fn check_chain(view: View<'_>, problems: &mut Vec<CheckProblem>) -> Result<(usize, usize), Error> {
    let mut chains: HashMap<DeviceId, Chain> = HashMap::new();
    let (mut parts, mut operations) = (0, 0);
    let mut statement = view.prepare(
        "SELECT p.id, p.device, p.first_seq, p.last_seq, p.tail_hash, d.verifying_key
         FROM part p JOIN device d ON d.id = p.device ORDER BY p.device, p.first_seq",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, device): (i64, DeviceId) = (row.get(0)?, DeviceId(row.get(1)?));
        let (first, last): (i64, i64) = (row.get(2)?, row.get(3)?);
        let tail = Hash(row.get(4)?);
        let chain = chains.entry(device).or_insert_with(|| Chain::new(device));
        let follows = |header: PartHeader| {
            chain.place(&header) == Place::Next && (header.first_seq, header.last_seq()) == (first as u64, last as u64)
        };
        let part = part::read(view, id)?;
        parts += 1;
        operations += part.operations.len();
        let sound = part.header().is_ok_and(follows)
            && part::is_told(view, id)?
            && VerifyingKey::from_bytes(&row.get(5)?).is_ok_and(|key| part.verify(chain.tail, &key) == Ok(tail));
        if !sound {
            problems.push(CheckProblem::PartBroken { part: id });
        }
        (chain.last_seq, chain.tail) = (last as u64, tail);
    }
    Ok((parts, operations))
}
