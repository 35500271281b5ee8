//! The encrypted database of a workstation: the operation log, the state tables folded from it, and their files.
//!
//! Everything that changes data goes through [`Store::write`]: operations are appended and folded into the state
//! tables in one transaction. Every file of the data folder is opened here and nowhere else.

mod anew;
mod attachments;
mod backup;
mod beside;
mod check;
mod error;
mod exchange;
pub mod files;
pub mod held;
mod id;
pub mod issuing;
pub mod key;
mod log;
mod part;
mod power;
mod rebuild;
mod redo;
mod schema;
pub mod search;
mod settle;
#[cfg(feature = "simulation")]
mod simulation;
mod state;
mod undo;
mod voucher;
mod witness;

pub use anew::NewDevice;
pub use attachments::Kept;
pub use backup::{Restore, backup, opens_by_password};
pub use check::{CheckProblem, Report, StateHash};
pub use error::Error;
pub use exchange::{OwnDevice, Received, Rejected};
use id::new_id;
pub use id::{Surroundings, System};
pub use log::history::Extent;
pub use log::{BatchRow, Draft, LoggedChange, Written};
pub use redo::Redo;
pub use settle::Settled;
pub use state::{Committee, Conflict, Household, InstructionState, ItemState, ReservationState, Resident, Round, Tag};
pub use undo::Undo;
pub use witness::Loss;

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use std::sync::Once;
use std::time::Duration;

use files::Presence;
use key::DatabaseKey;
use linli_domain::operation::Action;
use power::may_fail;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use witness::Witness;

/// Whether databases are encrypted. False only in the benchmark that measures what that costs; the programs do not
/// compile where it is.
pub const ENCRYPTED: bool = !cfg!(feature = "plain-database-for-measuring");

/// How long a program waits for another one's transaction on the same data.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);

/// A page of a database, in bytes (SQLCipher 4's default). None has ever had less than one.
const PAGE_BYTES: u64 = 4_096;

/// Pages kept decrypted in memory, in KiB (SQLite's `cache_size`): holds a whole committee of 20,000 residents.
const CACHE_KIB: i32 = 24 * 1024;

/// One connection to the database of one data folder. Several may be open, in several programs.
pub struct Store {
    connection: Connection,
    /// Says outside how far the log goes; copies have none.
    witness: Option<Witness>,
    surroundings: Arc<dyn Surroundings>,
    /// Tells a restore that somebody has the data open.
    _presence: Presence,
}

/// Reading the state and the log: of a whole store, or inside a transaction.
#[derive(Clone, Copy)]
pub struct View<'c> {
    connection: &'c Connection,
}

impl Deref for View<'_> {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl Store {
    /// Makes a new, empty database. The folder exists, the file does not.
    ///
    /// # Errors
    /// The file is already there, or cannot be written.
    pub fn create(database: &Path, key: &DatabaseKey) -> Result<Store, Error> {
        if database.exists() {
            return Err(Error::AlreadyThere {
                path: database.to_owned(),
            });
        }
        let mut store = Store::connected(database, key)?;
        schema::migrate(&mut store.connection, None)?;
        store.witnessed_by(Witness::of(database, key))
    }

    /// Opens an existing database, brings its schema up to date, after a backup beside it, and looks whether it has lost
    /// steps ([`View::losses`]).
    ///
    /// # Errors
    /// It is missing, damaged, or was written by a newer program. Nothing is changed then.
    pub fn open(database: &Path, key: &DatabaseKey) -> Result<Store, Error> {
        Store::open_copy(database, key)?.witnessed_by(Witness::of(database, key))
    }

    /// As [`Store::open`], of a database that is not the data's own: nobody says outside how far it goes.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_copy(database: &Path, key: &DatabaseKey) -> Result<Store, Error> {
        let size = std::fs::metadata(database)
            .map_err(|_| Error::Missing {
                path: database.to_owned(),
            })?
            .len();
        // SQLite would take an empty file, or less than a page, for a new database and begin one in it.
        if size < PAGE_BYTES {
            return Err(Error::Damaged {
                path: database.to_owned(),
            });
        }
        let mut store = Store::connected(database, key)?;
        schema::migrate(&mut store.connection, Some((database, key)))?;
        Ok(store)
    }

    fn connected(database: &Path, key: &DatabaseKey) -> Result<Store, Error> {
        Ok(Store {
            _presence: Presence::shared(database)?,
            connection: connect(database, key)?,
            witness: None,
            surroundings: Arc::new(System),
        })
    }

    fn witnessed_by(mut self, witness: Witness) -> Result<Store, Error> {
        witness.compare(&self)?;
        self.witness = Some(witness);
        Ok(self)
    }

    /// The store amid other surroundings than the system's.
    pub fn amid(self, surroundings: Arc<dyn Surroundings>) -> Store {
        Store { surroundings, ..self }
    }

    /// Says outside that a step is in the database. Called after every commit that appends to the log or takes from it.
    pub(crate) fn bear_witness(&self) {
        if let Some(witness) = &self.witness {
            // Behind, it does no harm; a check says that it cannot be written.
            let _ = witness.keep(&self.connection);
        }
    }

    /// Everything that only reads.
    pub fn view(&self) -> View<'_> {
        View {
            connection: &self.connection,
        }
    }

    /// Reads, decides and writes in one transaction that no other program can come between: `decide` reads the
    /// state as it is now and says what to append. Nothing is written where it fails or says nothing.
    ///
    /// # Errors
    /// Those of `decide`, or of the database.
    pub fn write<E: From<Error>>(
        &mut self,
        author: &log::Author<'_>,
        decide: impl FnOnce(View<'_>) -> Result<Vec<Draft>, E>,
    ) -> Result<Written, E> {
        self.write_as(author, |view| Ok((author.action, decide(view)?)))
    }

    /// As [`Store::write`], where what it is for is only known once the state was read.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_as<E: From<Error>>(
        &mut self,
        author: &log::Author<'_>,
        decide: impl FnOnce(View<'_>) -> Result<(Action, Vec<Draft>), E>,
    ) -> Result<Written, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Error::from)?;
        let (action, drafts) = decide(View {
            connection: &transaction,
        })?;
        let written = log::append(&transaction, &Author { action, ..*author }, drafts)?;
        commit(transaction)?;
        self.bear_witness();
        Ok(written)
    }
}

/// Ends a transaction whose work is to stay.
fn commit(transaction: Transaction<'_>) -> Result<(), Error> {
    may_fail("commit");
    Ok(transaction.commit()?)
}

pub use log::Author;

/// SQLCipher sets itself up with a process's first connection. To a key that another thread gives meanwhile it says that it
/// is none: the first connection is made for nothing else, and waited for.
fn set_up_cipher() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(Connection::open_in_memory()));
}

fn connect(database: &Path, key: &DatabaseKey) -> Result<Connection, Error> {
    set_up_cipher();
    let connection = Connection::open(database).map_err(|source| Error::Open {
        path: database.to_owned(),
        source,
    })?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    if ENCRYPTED {
        // SQLCipher would print a damaged page on stderr; the error that comes of it is told in our words.
        connection.pragma_update(None, "cipher_log_level", "NONE")?;
        connection.pragma_update(None, "key", key.pragma().as_str())?;
    }
    // The first read of a page tells whether key and file fit.
    connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))
        .map_err(|source| Error::from_open(database, source))?;
    // Temporary tables and sorts stay in memory: a file would hold personal data in the clear.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What was acknowledged survives a power cut, not only a crash.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // Otherwise a kept statement whose plan might depend on a bound value is prepared anew each time it is run, since its
    // bindings were cleared between: that costs more than running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

#[cfg(test)]
mod tests;
