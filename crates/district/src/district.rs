//! The district itself: its database, its key, its name.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use linli_domain::operation::{EntityId, Hash};
use linli_domain::time::Moment;
use uuid::Uuid;

use crate::random::{self, Randomness};
use crate::storage::{Storage, StorageError, Transaction};
use crate::{Error, values};

/// The tenant of what belongs to the whole district, where a table's key begins with a committee.
pub const DISTRICT: EntityId = EntityId(Uuid::nil());

/// A district. Cheap to share; any number of them may work on one PostgreSQL.
#[derive(Clone)]
pub struct District {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) name: Arc<str>,
    /// Under which address residents reach it; `None` where staff have not said.
    public: Option<Arc<str>>,
    /// What pushed rows are compared with.
    pub(crate) index: crate::pushed::route::Kept,
}

impl District {
    /// The district of this name, which signs what it writes into committees' logs with this key.
    pub fn new(storage: Arc<dyn Storage>, key: SigningKey, name: &str) -> District {
        District {
            storage,
            key: Arc::new(key),
            name: name.into(),
            public: None,
            index: Default::default(),
        }
    }

    /// The same district, reached by residents under this address.
    pub fn reached_at(self, url: &str) -> District {
        District {
            public: Some(url.trim_end_matches('/').into()),
            ..self
        }
    }

    /// The address of a round's form for a committee's residents, where the district's own is known.
    pub fn form_address(&self, round: u64, committee: u64) -> Option<String> {
        self.public.as_ref().map(|url| format!("{url}/r/{round}/{committee}"))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The token by which staff look at the progress page: derived from the district's key, so that all its servers
    /// know it.
    pub fn staff_token(&self) -> String {
        let derived = Hash(self.key.to_bytes()).chain(b"linli district staff page v1");
        data_encoding::HEXLOWER.encode(&derived.0)
    }

    /// Whether a token is the staff's. Compared as hashes, so that the time it takes tells nothing.
    pub(crate) fn is_staff(&self, token: &str) -> bool {
        Hash::ZERO.chain(token.as_bytes()) == Hash::ZERO.chain(self.staff_token().as_bytes())
    }

    /// Where a request came from, as tries are counted. There are few addresses, so that a plain hash would tell them:
    /// this one needs the district's key.
    pub(crate) fn source(&self, address: &str) -> [u8; 32] {
        Hash(self.key.to_bytes())
            .chain(b"linli district sources v1")
            .chain(address.as_bytes())
            .0
    }

    /// Its database.
    pub fn storage(&self) -> &dyn Storage {
        &*self.storage
    }

    pub(crate) fn write<T>(&self, work: impl FnMut(&mut dyn Transaction) -> Result<T, Error>) -> Result<T, Error> {
        self.storage.write(work)
    }

    pub(crate) fn read<T>(&self, work: impl FnMut(&mut dyn Transaction) -> Result<T, Error>) -> Result<T, Error> {
        self.storage.read(work)
    }
}

/// Notes who did what with the district's means. `detail` names no resident.
pub(crate) fn audit(
    transaction: &mut dyn Transaction,
    committee: EntityId,
    now: Moment,
    random: &mut dyn Randomness,
    (actor, action, detail): (&str, &str, &str),
) -> Result<(), Error> {
    let id = random::entity_at(now, random)?;
    let sql = "INSERT INTO audit (committee, at, id, actor, action, detail) VALUES ($1, $2, $3, $4, $5, $6)";
    transaction.execute(sql, &values![committee, now.0, id, actor, action, detail])?;
    Ok(())
}

/// Counts a try of something that is rate limited; gives how many there were in this hour with it. A source's first try
/// in an hour clears away what is left of earlier hours.
pub(crate) fn count_try(
    transaction: &mut dyn Transaction,
    (committee, what, source): (EntityId, &str, [u8; 32]),
    now: Moment,
) -> Result<u64, StorageError> {
    let rows = transaction.query(
        "INSERT INTO try (committee, what, source, hour, count) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (committee, what, source, hour) DO UPDATE SET count = try.count + 1 RETURNING count",
        &values![committee, what, source, hour(now)],
    )?;
    let count = rows.first().map_or(Ok(0), |row| row.get(0))?;
    if count == 1 {
        transaction.execute(
            "DELETE FROM try WHERE committee = $1 AND hour < $2",
            &values![committee, hour(now)],
        )?;
    }
    Ok(count)
}

/// How many tries were counted in this hour.
pub(crate) fn tries(
    transaction: &mut dyn Transaction,
    (committee, what, source): (EntityId, &str, [u8; 32]),
    now: Moment,
) -> Result<u64, StorageError> {
    let sql = "SELECT count FROM try WHERE committee = $1 AND what = $2 AND source = $3 AND hour = $4";
    let row = transaction.first(sql, &values![committee, what, source, hour(now)])?;
    row.map_or(Ok(0), |row| row.get(0))
}

fn hour(now: Moment) -> i64 {
    now.0.div_euclid(60 * 60 * 1000)
}
