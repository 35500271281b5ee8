//! Both databases, empty, for a test that is run on each.

use std::sync::Arc;

use linli_district::storage::{Postgres, Sqlite, Storage};
use linli_test_postgres::Server;
use tempfile::TempDir;

/// Connections per PostgreSQL database.
const CONNECTIONS: u32 = 4;

/// A database and what keeps it alive.
pub(crate) struct Database {
    /// For a failing test's words.
    pub(crate) name: &'static str,
    /// The database.
    pub(crate) storage: Arc<dyn Storage>,
    place: Place,
}

/// Where it is.
enum Place {
    File(TempDir),
    Server { _running: Arc<Server>, address: String },
}

impl Database {
    /// The same database, as another program opens it that runs beside.
    pub(crate) fn beside(&self) -> Arc<dyn Storage> {
        match &self.place {
            Place::File(folder) => Arc::new(Sqlite::open(&folder.path().join(FILE)).unwrap()),
            Place::Server { address, .. } => Arc::new(Postgres::open(address, CONNECTIONS).unwrap()),
        }
    }
}

/// Name of an embedded database's file.
const FILE: &str = "district.db";

/// SQLite in a file, and PostgreSQL where it is installed.
pub(crate) fn each() -> Vec<Database> {
    let mut databases = vec![sqlite()];
    databases.extend(Server::shared().unwrap().map(|server| {
        let address = server.database().unwrap();
        let storage = Postgres::open(&address, CONNECTIONS).unwrap();
        let place = Place::Server {
            _running: server,
            address,
        };
        Database {
            name: "PostgreSQL",
            storage: Arc::new(storage),
            place,
        }
    }));
    databases
}

/// SQLite in a file.
pub(crate) fn sqlite() -> Database {
    let folder = tempfile::tempdir().unwrap();
    let storage = Sqlite::open(&folder.path().join(FILE)).unwrap();
    Database {
        name: "SQLite",
        storage: Arc::new(storage),
        place: Place::File(folder),
    }
}
