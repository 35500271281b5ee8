//! PostgreSQL, or what speaks like it: any number of servers share one database.

use std::collections::HashMap;
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use linli_domain::operation::EntityId;
use postgres::config::SslMode;
use postgres::error::SqlState;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, IsolationLevel, NoTls, Statement};
use r2d2::{ManageConnection, Pool};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::schema::{MIGRATIONS, for_postgres};
use super::{ATTEMPTS, Failure, Row, Storage, StorageError, Transaction, Value, Work};

/// How long a request waits for a free connection.
const POOL_TIMEOUT: Duration = Duration::from_secs(30);
/// The least connections kept open, so that a quiet server does not open them anew.
const IDLE: u32 = 1;

/// A pool of connections.
pub struct Postgres {
    pool: Pool<Door>,
}

impl Postgres {
    /// Connects to `postgres://user:password@host/database` with at most so many connections, in the clear.
    ///
    /// # Errors
    /// The address is wrong or asks for TLS, the database is not to be reached, or a newer program wrote it.
    pub fn open(url: &str, connections: u32) -> Result<Postgres, StorageError> {
        let config = config(url)?;
        if config.get_ssl_mode() == SslMode::Require {
            let text = "TLS is asked for, but not by whose authority the database's certificate is";
            return Err(StorageError::Refused(text.into()));
        }
        Postgres::through(Door { config, tls: None }, connections)
    }

    /// As [`Postgres::open`], but inside TLS, and to a server with a certificate of this authority (PEM).
    ///
    /// # Errors
    /// As [`Postgres::open`]; the authority's certificate is none, or the server's is not of it.
    pub fn open_inside_tls(url: &str, authority: &str, connections: u32) -> Result<Postgres, StorageError> {
        let mut config = config(url)?;
        config.ssl_mode(SslMode::Require);
        Postgres::through(
            Door {
                config,
                tls: Some(trusting(authority)?),
            },
            connections,
        )
    }

    fn through(door: Door, connections: u32) -> Result<Postgres, StorageError> {
        // By itself: the pool would try for long before it says why it cannot.
        let mut first = door.connect()?;
        migrate(&mut first.client)?;
        drop(first);
        let pool = Pool::builder()
            .max_size(connections.max(1))
            .min_idle(Some(IDLE))
            .connection_timeout(POOL_TIMEOUT)
            .build(door)
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        Ok(Postgres { pool })
    }

    fn run(&self, write: bool, work: &mut Work<'_, Failure>) -> Result<(), Failure> {
        let mut connection = self
            .pool
            .get()
            .map_err(|error| StorageError::Unavailable(error.to_string()))?;
        let mut attempt = 1;
        loop {
            match once(&mut connection, write, work) {
                Err(Failure::Storage(StorageError::Conflict(_))) if attempt < ATTEMPTS => attempt += 1,
                done => return done,
            }
        }
    }
}

impl Storage for Postgres {
    fn write_work(&self, work: &mut Work<'_, Failure>) -> Result<(), Failure> {
        self.run(true, work)
    }

    fn read_work(&self, work: &mut Work<'_, Failure>) -> Result<(), Failure> {
        self.run(false, work)
    }
}

/// A connection with the statements it has prepared.
struct Connection {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// Opens connections for the pool.
struct Door {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

fn config(url: &str) -> Result<Config, StorageError> {
    url.parse()
        .map_err(|error: postgres::Error| StorageError::Refused(error.to_string()))
}

/// TLS that trusts one authority and no other.
fn trusting(authority: &str) -> Result<MakeRustlsConnect, StorageError> {
    let refused = |error: &dyn std::fmt::Display| StorageError::Refused(format!("the database's authority: {error}"));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority.as_bytes()) {
        roots
            .add(certificate.map_err(|error| refused(&error))?)
            .map_err(|error| refused(&error))?;
    }
    if roots.is_empty() {
        return Err(refused(&"there is no certificate in it"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?;
    Ok(MakeRustlsConnect::new(
        config.with_root_certificates(roots).with_no_client_auth(),
    ))
}

impl ManageConnection for Door {
    type Connection = Connection;
    type Error = postgres::Error;

    fn connect(&self) -> Result<Connection, postgres::Error> {
        let client = match &self.tls {
            Some(tls) => self.config.connect(tls.clone())?,
            None => self.config.connect(NoTls)?,
        };
        Ok(Connection {
            client,
            statements: HashMap::new(),
        })
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), postgres::Error> {
        connection.client.simple_query("").map(|_| ())
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.client.is_closed()
    }
}

/// Servers that start together migrate one after the other: the version's row is locked.
fn migrate(client: &mut Client) -> Result<(), StorageError> {
    client.batch_execute(
        "CREATE TABLE IF NOT EXISTS schema_version (id BIGINT PRIMARY KEY, version BIGINT NOT NULL);
         INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING;",
    )?;
    let known = MIGRATIONS.len() as i64;
    let mut transaction = client.transaction()?;
    let found: i64 = transaction
        .query_one("SELECT version FROM schema_version WHERE id = 1 FOR UPDATE", &[])?
        .try_get(0)?;
    if found > known {
        return Err(StorageError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().skip(found as usize) {
        transaction.batch_execute(&for_postgres(migration))?;
    }
    transaction.execute("UPDATE schema_version SET version = $1 WHERE id = 1", &[&known])?;
    Ok(transaction.commit()?)
}

fn once(connection: &mut Connection, write: bool, work: &mut Work<'_, Failure>) -> Result<(), Failure> {
    let level = if write {
        IsolationLevel::ReadCommitted
    } else {
        IsolationLevel::RepeatableRead
    };
    let builder = connection
        .client
        .build_transaction()
        .isolation_level(level)
        .read_only(!write);
    let mut open = Open {
        transaction: builder.start().map_err(StorageError::from)?,
        statements: &mut connection.statements,
        broken_off: None,
    };
    let done = work(&mut open);
    // A broken-off transaction is to be run again, whatever the work made of the error it saw.
    if let Some(conflict) = open.broken_off {
        return Err(StorageError::Conflict(conflict).into());
    }
    done?;
    Ok(open.transaction.commit().map_err(StorageError::from)?)
}

struct Open<'c> {
    transaction: postgres::Transaction<'c>,
    statements: &'c mut HashMap<String, Statement>,
    broken_off: Option<String>,
}

impl Open<'_> {
    fn statement(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.transaction.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn noting<T>(&mut self, result: Result<T, postgres::Error>) -> Result<T, StorageError> {
        result.map_err(|error| {
            let error = StorageError::from(error);
            if let StorageError::Conflict(reason) = &error {
                self.broken_off = Some(reason.clone());
            }
            error
        })
    }

    fn ask(&mut self, sql: &str, params: &[Value]) -> Result<Vec<postgres::Row>, postgres::Error> {
        let statement = self.statement(sql)?;
        self.transaction.query(&statement, &references(params))
    }

    fn change(&mut self, sql: &str, params: &[Value]) -> Result<u64, postgres::Error> {
        let statement = self.statement(sql)?;
        self.transaction.execute(&statement, &references(params))
    }
}

fn references(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Transaction for Open<'_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StorageError> {
        let changed = self.change(sql, params);
        self.noting(changed)
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StorageError> {
        let rows = self.ask(sql, params);
        let rows = self.noting(rows)?;
        rows.iter()
            .map(|row| {
                let values = (0..row.len()).map(|column| value(row, column));
                Ok(Row(values.collect::<Result<_, StorageError>>()?))
            })
            .collect()
    }

    fn lock(&mut self, committee: EntityId) -> Result<(), StorageError> {
        self.query(
            "SELECT committee FROM committee WHERE committee = $1 FOR UPDATE",
            &[committee.into()],
        )
        .map(|_| ())
    }
}

fn value(row: &postgres::Row, column: usize) -> Result<Value, StorageError> {
    let of = row.columns().get(column).map(|column| column.type_().clone());
    Ok(match of {
        Some(Type::INT8) => row.try_get::<_, Option<i64>>(column)?.into(),
        Some(Type::INT4) => row.try_get::<_, Option<i32>>(column)?.map(i64::from).into(),
        Some(Type::TEXT | Type::VARCHAR) => row.try_get::<_, Option<String>>(column)?.into(),
        Some(Type::BYTEA) => row.try_get::<_, Option<&[u8]>>(column)?.into(),
        _ => {
            return Err(StorageError::Shape {
                column,
                wanted: "a number, a text or bytes",
            });
        }
    })
}

impl ToSql for Value {
    fn to_sql(&self, of: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *of == Type::INT4 => i32::try_from(*number)?.to_sql(of, out),
            Value::Int(number) => number.to_sql_checked(of, out),
            Value::Text(text) => text.to_sql_checked(of, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(of, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true // Each value checks its own type above.
    }

    to_sql_checked!();
}

impl From<postgres::Error> for StorageError {
    fn from(error: postgres::Error) -> StorageError {
        let words = error
            .source()
            .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
        match error.code() {
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => {
                StorageError::Conflict(words)
            }
            Some(code) if code.code().starts_with("53") || code.code().starts_with("57") => {
                StorageError::Unavailable(words)
            }
            Some(_) => StorageError::Refused(words),
            None if error.is_closed() || error.source().is_some() => StorageError::Unavailable(words),
            None => StorageError::Refused(words),
        }
    }
}
