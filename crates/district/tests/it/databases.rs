//! Both databases, empty, for a test that is run on each.

use std::sync::Arc;

use linli_district::storage::{Postgres, Sqlite, Storage};
use tempfile::TempDir;

use crate::postgres_server::Server;

/// Connections per PostgreSQL database.
const CONNECTIONS: u32 = 4;

/// A database and what keeps it alive.
pub(crate) struct Database {
    /// For a failing test's words.
    pub(crate) name: &'static str,
    /// The database.
    pub(crate) storage: Arc<dyn Storage>,
    _folder: Option<TempDir>,
    _server: Option<Arc<Server>>,
}

/// SQLite in a file, and PostgreSQL where it is installed.
pub(crate) fn each() -> Vec<Database> {
    let mut databases = vec![sqlite()];
    databases.extend(Server::shared().map(|server| {
        let storage = Postgres::open(&server.database(), CONNECTIONS).unwrap();
        Database { name: "PostgreSQL", storage: Arc::new(storage), _folder: None, _server: Some(server) }
    }));
    databases
}

/// SQLite in a file.
pub(crate) fn sqlite() -> Database {
    let folder = tempfile::tempdir().unwrap();
    let storage = Sqlite::open(&folder.path().join("district.db")).unwrap();
    Database { name: "SQLite", storage: Arc::new(storage), _folder: Some(folder), _server: None }
}
