//! The district's database behind one trait: embedded SQLite, or PostgreSQL that any number of servers share.
//!
//! Must stay true: SQL is written once, in the dialect both accept: `$1` parameters, BIGINT, TEXT and bytes, `ON
//! CONFLICT`, `RETURNING`; a sum is cast to BIGINT. One suite of tests runs on both.

mod many;
mod postgres;
mod private;
mod schema;
mod sqlite;
mod value;

use linli_domain::operation::EntityId;
use thiserror::Error;

pub use many::{in_list, insert_many};
pub use postgres::Postgres;
pub use private::for_its_owner;
pub use schema::MIGRATIONS;
pub use sqlite::Sqlite;
pub use value::{FromValue, Row, Value};

/// How often a transaction is run again that the database broke off in favour of another one.
const ATTEMPTS: u32 = 10;

/// Why the database did not do it. Nothing was changed.
#[derive(Debug, Error)]
pub enum StorageError {
    /// It broke off this transaction in favour of another one; running it again helps.
    #[error("the database is busy: {0}")]
    Conflict(String),
    /// It is not to be reached now.
    #[error("the database is not to be reached: {0}")]
    Unavailable(String),
    /// A newer program wrote it.
    #[error("the database has format {found}, this program knows up to {known}: please upgrade the program")]
    Newer {
        /// Its schema version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// A value is not what it should be.
    #[error("column {column} holds something else than {wanted}")]
    Shape {
        /// Which, from 0.
        column: usize,
        /// What it should be.
        wanted: &'static str,
    },
    /// Anything else: a defect or a damaged database.
    #[error("the database refused: {0}")]
    Refused(String),
}

impl StorageError {
    /// Whether trying again later can help without anybody doing anything else.
    pub fn retry(&self) -> bool {
        matches!(self, StorageError::Conflict(_) | StorageError::Unavailable(_))
    }
}

/// What is done inside a transaction.
pub trait Transaction {
    /// Runs a statement; gives how many rows it changed.
    ///
    /// # Errors
    /// The database's.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StorageError>;

    /// Runs a query; gives its rows.
    ///
    /// # Errors
    /// The database's.
    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StorageError>;

    /// Keeps other writers of a committee out until the transaction ends.
    ///
    /// # Errors
    /// The database's.
    fn lock(&mut self, committee: EntityId) -> Result<(), StorageError>;
}

impl dyn Transaction + '_ {
    /// The first row of a query.
    ///
    /// # Errors
    /// The database's.
    pub fn first(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, StorageError> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// The row of a query that always has one, such as a count.
    ///
    /// # Errors
    /// The database's, or there is none.
    pub fn only(&mut self, sql: &str, params: &[Value]) -> Result<Row, StorageError> {
        let row = self.first(sql, params)?;
        row.ok_or_else(|| StorageError::Refused(format!("no row where there is always one: {sql}")))
    }
}

/// Work inside a transaction. It may be run several times; only the last run counts.
pub type Work<'w, E> = dyn FnMut(&mut dyn Transaction) -> Result<(), E> + 'w;

/// A database.
pub trait Storage: Send + Sync {
    /// Runs work that writes in one transaction: all of it is durable afterwards, or, where it fails, none is done.
    ///
    /// # Errors
    /// The work's, or the database's.
    fn write_work(&self, work: &mut Work<'_, Failure>) -> Result<(), Failure>;

    /// Runs work that only reads, all of it from one state.
    ///
    /// # Errors
    /// The work's, or the database's.
    fn read_work(&self, work: &mut Work<'_, Failure>) -> Result<(), Failure>;
}

/// Why work ended without effect.
#[derive(Debug)]
pub enum Failure {
    /// The database's reason.
    Storage(StorageError),
    /// The work gave up, with a reason of its own kept elsewhere.
    GivenUp,
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Failure {
        Failure::Storage(error)
    }
}

/// Which kind of transaction.
#[derive(Clone, Copy)]
enum Kind {
    Read,
    Write,
}

impl dyn Storage + '_ {
    /// Writes in one transaction.
    ///
    /// # Errors
    /// Those of `work`, or of the database. Nothing is changed then.
    pub fn write<T, E: From<StorageError>>(
        &self,
        work: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(Kind::Write, work)
    }

    /// Reads in one transaction.
    ///
    /// # Errors
    /// Those of `work`, or of the database.
    pub fn read<T, E: From<StorageError>>(
        &self,
        work: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(Kind::Read, work)
    }

    fn run<T, E: From<StorageError>>(
        &self,
        kind: Kind,
        mut work: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut result: Option<Result<T, E>> = None;
        let mut kept = |transaction: &mut dyn Transaction| {
            let done = work(transaction);
            let failed = done.is_err();
            result = Some(done);
            if failed { Err(Failure::GivenUp) } else { Ok(()) }
        };
        let ended = match kind {
            Kind::Read => self.read_work(&mut kept),
            Kind::Write => self.write_work(&mut kept),
        };
        match (ended, result) {
            (Err(Failure::Storage(error)), _) => Err(error.into()),
            (_, Some(result)) => result,
            (_, None) => Err(StorageError::Refused("the transaction was not run".into()).into()),
        }
    }
}
