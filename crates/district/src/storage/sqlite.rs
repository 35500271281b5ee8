//! Embedded SQLite: one writer, several readers (WAL). Needs nothing beside the program.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use linli_domain::operation::EntityId;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql, TransactionBehavior, params_from_iter};

use super::private;
use super::schema::MIGRATIONS;
use super::{ATTEMPTS, Failure, Row, Storage, StorageError, Transaction, Value, Work};

/// How long a connection waits for another program's transaction (a command beside the server).
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Prepared statements kept per connection.
const STATEMENTS: usize = 128;
/// Readers kept open.
const READERS: usize = 8;
/// Pages kept in memory per connection, in KiB (`cache_size`).
const CACHE_KIB: i32 = 8 * 1024;

/// A database in one file, or in memory.
pub struct Sqlite {
    /// `None`: in memory, where readers use the writer's connection.
    file: Option<PathBuf>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Sqlite {
    /// Opens a database; makes it where there is none. Nobody but its owner reads it, where the system knows owners.
    ///
    /// # Errors
    /// It cannot be opened, is read by others who cannot be shut out, or a newer program wrote it.
    pub fn open(file: &Path) -> Result<Sqlite, StorageError> {
        private::keep(file).map_err(|error| StorageError::Unavailable(format!("{}: {error}", file.display())))?;
        let mut writer = connect(file)?;
        migrate(&mut writer)?;
        Ok(Sqlite {
            file: Some(file.to_owned()),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        })
    }

    /// A new database that is gone with the program: for tests and simulations.
    ///
    /// # Errors
    /// The database's.
    pub fn in_memory() -> Result<Sqlite, StorageError> {
        let mut writer = Connection::open_in_memory()?;
        keep_statements(&writer)?;
        migrate(&mut writer)?;
        Ok(Sqlite {
            file: None,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        })
    }

    fn run(&self, behaviour: TransactionBehavior, work: &mut Work<'_, Failure>) -> Result<(), Failure> {
        let mut connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        run(&mut connection, behaviour, work)
    }
}

impl Storage for Sqlite {
    fn write_work(&self, work: &mut Work<'_, Failure>) -> Result<(), Failure> {
        self.run(TransactionBehavior::Immediate, work)
    }

    fn read_work(&self, work: &mut Work<'_, Failure>) -> Result<(), Failure> {
        let Some(file) = &self.file else {
            return self.run(TransactionBehavior::Deferred, work);
        };
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = idle.map_or_else(|| connect(file), Ok)?;
        let done = run(&mut reader, TransactionBehavior::Deferred, work);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS {
            readers.push(reader);
        }
        done
    }
}

fn connect(file: &Path) -> Result<Connection, StorageError> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What a PC was told is accepted survives a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    keep_statements(&connection)?;
    Ok(connection)
}

/// Statements are prepared once. Without the setting one whose plan might depend on a bound value is prepared anew each
/// time it is run, since its bindings were cleared between.
fn keep_statements(connection: &Connection) -> Result<(), StorageError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    let known = MIGRATIONS.len() as i64;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StorageError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().skip(found as usize) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

fn run(
    connection: &mut Connection,
    behaviour: TransactionBehavior,
    work: &mut Work<'_, Failure>,
) -> Result<(), Failure> {
    let mut attempt = 1;
    loop {
        match once(connection, behaviour, work) {
            Err(Failure::Storage(StorageError::Conflict(_))) if attempt < ATTEMPTS => attempt += 1,
            done => return done,
        }
    }
}

fn once(
    connection: &mut Connection,
    behaviour: TransactionBehavior,
    work: &mut Work<'_, Failure>,
) -> Result<(), Failure> {
    let transaction = connection
        .transaction_with_behavior(behaviour)
        .map_err(StorageError::from)?;
    work(&mut Open {
        connection: &transaction,
    })?;
    Ok(transaction.commit().map_err(StorageError::from)?)
}

struct Open<'c> {
    connection: &'c Connection,
}

impl Transaction for Open<'_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StorageError> {
        let mut statement = self.connection.prepare_cached(&numbered(sql))?;
        Ok(statement.execute(params_from_iter(params))? as u64)
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StorageError> {
        let mut statement = self.connection.prepare_cached(&numbered(sql))?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(params))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..columns).map(|column| value(column, row.get_ref(column)?));
            all.push(Row(values.collect::<Result<_, StorageError>>()?));
        }
        Ok(all)
    }

    fn lock(&mut self, _: EntityId) -> Result<(), StorageError> {
        Ok(()) // One writer at a time: it is this one.
    }
}

/// SQLite takes `$1` for a name, in order of appearance, and `?1` for the place.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

fn value(column: usize, value: ValueRef<'_>) -> Result<Value, StorageError> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => {
            return Err(StorageError::Shape {
                column,
                wanted: "a whole number",
            });
        }
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> StorageError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StorageError::Conflict(error.to_string()),
            Some(ErrorCode::DiskFull | ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => {
                StorageError::Unavailable(error.to_string())
            }
            _ => StorageError::Refused(error.to_string()),
        }
    }
}
