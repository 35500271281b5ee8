//! The same runs with the district on PostgreSQL.

use std::sync::Arc;

use linli_district::storage::Postgres;
use linli_test_postgres::{Server, ServerError};

use crate::Broken;
use crate::world::{Setting, Summary, run_on};

/// Connections of a run: one thread, which never asks from within a transaction.
const CONNECTIONS: u32 = 1;

/// Plays the run of a seed with the district on a database of its own on a PostgreSQL server.
///
/// # Errors
/// The promise it broke, or the server's.
pub fn run_on_postgres(seed: u64, setting: Setting, server: &Server) -> Result<Summary, Broken> {
    let said = |error: ServerError| Broken::error("a database on PostgreSQL", &error);
    let address = server.database().map_err(said)?;
    let storage = Postgres::open(&address, CONNECTIONS);
    let storage = storage.map_err(|error| Broken::error("opening a database on PostgreSQL", &error))?;
    let played = run_on(seed, setting, Arc::new(storage));
    server.remove(&address).map_err(said)?;
    played
}
