//! What both databases promise, and one promise of the schema.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};

use linli_district::authority::Authority;
use linli_district::pushed::list::Which;
use linli_district::pushed::source::Source;
use linli_district::pushed::{OrderRow, Standing, TaskRow};
use linli_district::storage::{
    MIGRATIONS, Postgres, Row, Sqlite, Storage, StorageError, Transaction, Value, in_list, insert_many,
};
use linli_district::values;
use linli_domain::operation::{EntityId, What};
use linli_test_postgres::Server;
use uuid::Uuid;

use crate::{databases, office};

/// Giving up inside a transaction, or the database's own reason.
#[derive(Debug, PartialEq)]
enum Reason {
    Mine,
    Storage(String),
}

impl From<StorageError> for Reason {
    fn from(error: StorageError) -> Reason {
        Reason::Storage(error.to_string())
    }
}

fn id(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

fn add(transaction: &mut dyn Transaction, committee: u128, number: i64, name: &str) -> Result<u64, StorageError> {
    transaction.execute(
        "INSERT INTO committee (committee, number, area, town, name, entity, device, device_tail)
         VALUES ($1, $2, '浦东新区', '花木街道', $3, $1, $1, $4)",
        &values![id(committee), number, name, [7_u8; 32]],
    )
}

#[test]
fn values_come_back_as_they_went() {
    for database in databases::each() {
        let rows: Vec<Row> = database
            .storage
            .write(|transaction| {
                add(transaction, 1, i64::MAX, "牡丹“一”居委会 𠮷$1?")?;
                transaction.query(
                    "SELECT name, number, committee, device_tail, CAST(NULL AS BIGINT) FROM committee WHERE name = $2 AND number = $1",
                    &values![i64::MAX, "牡丹“一”居委会 𠮷$1?"],
                )
            })
            .unwrap();
        let row = &rows[0];
        assert_eq!(
            row.get::<String>(0).unwrap(),
            "牡丹“一”居委会 𠮷$1?",
            "{}",
            database.name
        );
        assert_eq!(row.get::<u64>(1).unwrap(), i64::MAX as u64, "{}", database.name);
        assert_eq!(row.get::<EntityId>(2).unwrap(), id(1), "{}", database.name);
        assert_eq!(row.get::<[u8; 32]>(3).unwrap(), [7; 32], "{}", database.name);
        assert_eq!(row.get::<Option<i64>>(4).unwrap(), None, "{}", database.name);
        assert!(
            matches!(row.get::<i64>(0), Err(StorageError::Shape { column: 0, .. })),
            "{}",
            database.name
        );
    }
}

#[test]
fn work_that_gives_up_leaves_nothing_behind() {
    for database in databases::each() {
        let given_up: Result<(), Reason> = database.storage.write(|transaction| {
            add(transaction, 1, 1, "甲")?;
            Err(Reason::Mine)
        });
        assert_eq!(given_up, Err(Reason::Mine), "{}", database.name);
        let refused: Result<(), Reason> = database.storage.write(|transaction| {
            add(transaction, 1, 1, "甲")?;
            add(transaction, 1, 2, "乙")?;
            Ok(())
        });
        assert!(
            matches!(refused, Err(Reason::Storage(_))),
            "{}: the key is taken",
            database.name
        );
        assert_eq!(count(&database), 0, "{}", database.name);
    }
}

#[test]
fn a_savepoint_takes_back_a_step() {
    for database in databases::each() {
        let done: Result<(), StorageError> = database.storage.write(|transaction| {
            add(transaction, 1, 1, "甲")?;
            transaction.execute("SAVEPOINT step", &[])?;
            add(transaction, 2, 2, "乙")?;
            transaction.execute("ROLLBACK TO SAVEPOINT step", &[])?;
            add(transaction, 3, 3, "丙")?;
            Ok(())
        });
        done.unwrap();
        assert_eq!(count(&database), 2, "{}", database.name);
    }
}

#[test]
fn many_rows_and_many_ids_go_in_few_statements() {
    const ROWS: usize = 317;
    for database in databases::each() {
        let rows: Vec<Vec<Value>> = (0..ROWS as u128)
            .map(|n| values![id(9), id(n), 4_u8, Value::Null].to_vec())
            .collect();
        let ids: Vec<Value> = (100..ROWS as u128 + 50).map(|n| id(n).into()).collect();
        let found: Vec<Row> = database
            .storage
            .write::<_, StorageError>(|transaction| {
                let into = "entity (committee, entity, kind, digest)";
                insert_many(transaction, into, &rows, "")?;
                let then = "ON CONFLICT (committee, entity) DO UPDATE SET kind = excluded.kind + 1";
                insert_many(transaction, into, &rows[..7], then)?;
                let sql = "SELECT entity FROM entity WHERE committee = $1 AND entity IN ({})";
                in_list(transaction, sql, &values![id(9)], &ids)
            })
            .unwrap();
        assert_eq!(found.len(), ROWS - 100, "{}", database.name);
        let raised = database
            .storage
            .read::<_, StorageError>(|transaction| transaction.query("SELECT entity FROM entity WHERE kind = 5", &[]));
        assert_eq!(raised.unwrap().len(), 7, "{}", database.name);
    }
}

#[test]
fn writers_of_a_committee_wait_for_each_other() {
    const WRITERS: usize = 4;
    const ROUNDS: usize = 25;
    for database in databases::each() {
        let storage = &database.storage;
        storage
            .write::<_, StorageError>(|transaction| add(transaction, 1, 1, "甲"))
            .unwrap();
        let together = Barrier::new(WRITERS);
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    together.wait();
                    for _ in 0..ROUNDS {
                        storage.write(raise).unwrap();
                    }
                });
            }
        });
        let last: Result<u64, StorageError> = storage.read(last_number);
        assert_eq!(
            last.unwrap(),
            (WRITERS * ROUNDS) as u64,
            "{}: none was lost",
            database.name
        );
    }
}

fn last_number(transaction: &mut dyn Transaction) -> Result<u64, StorageError> {
    let rows = transaction.query(
        "SELECT last_number FROM committee WHERE committee = $1",
        &values![id(1)],
    )?;
    rows[0].get(0)
}

fn raise(transaction: &mut dyn Transaction) -> Result<(), StorageError> {
    transaction.lock(id(1))?;
    let next = last_number(transaction)? + 1;
    transaction.execute(
        "UPDATE committee SET last_number = $2 WHERE committee = $1",
        &values![id(1), next],
    )?;
    Ok(())
}

#[test]
fn two_that_wait_for_each_other_are_untangled() {
    for database in databases::each() {
        let storage = &database.storage;
        storage
            .write::<_, StorageError>(|transaction| {
                add(transaction, 1, 1, "甲")?;
                add(transaction, 2, 2, "乙")
            })
            .unwrap();
        let (together, runs) = (Barrier::new(2), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for order in [[1, 2], [2, 1]] {
                let (together, runs) = (&together, &runs);
                scope.spawn(move || {
                    let mut first = database.name == "PostgreSQL";
                    let done: Result<(), StorageError> = storage.write(|transaction| {
                        runs.fetch_add(1, Ordering::Relaxed);
                        transaction.lock(id(order[0]))?;
                        if std::mem::take(&mut first) {
                            together.wait();
                        }
                        transaction.lock(id(order[1]))
                    });
                    done.unwrap();
                });
            }
        });
        assert!(runs.into_inner() >= 2, "{}", database.name);
    }
}

#[test]
fn a_reader_sees_one_state() {
    for database in databases::each() {
        let storage = &database.storage;
        storage
            .write::<_, StorageError>(|transaction| add(transaction, 1, 1, "甲"))
            .unwrap();
        let seen: Result<(u64, u64), StorageError> = storage.read(|transaction| {
            let before = last_number(transaction)?;
            std::thread::scope(|scope| scope.spawn(|| storage.write(raise)).join()).unwrap()?;
            Ok((before, last_number(transaction)?))
        });
        assert_eq!(seen.unwrap(), (0, 0), "{}", database.name);
        assert_eq!(storage.read(last_number).unwrap(), 1, "{}", database.name);
    }
}

#[test]
fn a_reader_cannot_write_on_postgresql() {
    for database in databases::each()
        .iter()
        .filter(|database| database.name == "PostgreSQL")
    {
        let tried: Result<u64, StorageError> = database.storage.read(|transaction| add(transaction, 1, 1, "甲"));
        assert!(tried.is_err());
    }
}

#[test]
fn postgresql_is_reached_inside_tls_and_only_where_its_certificate_is_of_the_authority() {
    let Some(server) = Server::shared().unwrap() else {
        return;
    };
    let address = server.database_over_the_network().unwrap();
    let storage: Box<dyn Storage> = Box::new(Postgres::open_inside_tls(&address, server.authority(), 2).unwrap());
    let sql = "SELECT CAST(count(*) AS BIGINT) FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
    let inside: Result<Vec<Row>, StorageError> = storage.read(|transaction| transaction.query(sql, &[]));
    assert_eq!(inside.unwrap()[0].get::<i64>(0).unwrap(), 1, "by the server's own word");
    let refused = |opened: Result<Postgres, StorageError>| opened.err().unwrap().to_string();
    let asked = refused(Postgres::open(&format!("{address} sslmode=require"), 2));
    assert!(asked.contains("authority"), "{asked}");
    assert!(refused(Postgres::open_inside_tls(&address, "", 2)).contains("no certificate"));
    let other = Authority::new("数据库").unwrap().certificate;
    assert!(
        !refused(Postgres::open_inside_tls(&address, &other, 2)).is_empty(),
        "another authority of the same name"
    );
    let elsewhere = address.replace("host=127.0.0.1", "host=127.0.0.2");
    assert!(
        !refused(Postgres::open_inside_tls(&elsewhere, server.authority(), 2)).is_empty(),
        "another host"
    );
    assert!(
        !refused(Postgres::open(&address, 2)).is_empty(),
        "in the clear the server lets nobody in"
    );
}

#[test]
fn every_key_begins_with_the_committee() {
    let code = MIGRATIONS
        .iter()
        .flat_map(|sql| sql.lines())
        .map(|line| line.split("--").next().unwrap_or_default());
    let code: Vec<&str> = code.flat_map(str::split_whitespace).collect();
    let schema = code.join(" ");
    let tables: Vec<&str> = schema
        .split(';')
        .filter(|statement| statement.contains("CREATE TABLE"))
        .collect();
    assert!(tables.len() > 10, "the schema was read");
    for table in tables {
        let begins = table.contains("( committee BLOB PRIMARY KEY,") || table.contains("PRIMARY KEY (committee,");
        assert!(begins && table.contains("( committee BLOB"), "{table}");
    }
    let unique = schema
        .split(';')
        .filter(|statement| statement.contains("CREATE UNIQUE INDEX"));
    for index in unique {
        assert!(
            index.contains(" (committee, "),
            "{index}: unique within the committee only"
        );
    }
}

/// How many migrations there were before operations had words.
const WITHOUT_WORDS: usize = 5;

/// What operations of each kind begin with, as programs write them.
const CHANGES: [&str; 20] = [
    r#"{"create":{"name":"甲"}}"#,
    r#"{"set":{"phone":{"seen":null,"to":"1"}}}"#,
    r#"{"settle":{}}"#,
    r#"{"add_tag":"{\"create\":"}"#,
    r#"{"remove_tag":"高龄"}"#,
    r#""delete""#,
    r#""acknowledged""#,
    r#"{"noted":"revealed"}"#,
    r#"{"undo":{"device":"00000000-0000-0000-0000-000000000000","first_seq":1,"kept":[]}}"#,
    r#"{"reservation":{"reviewed":{"decision":"passed"}}}"#,
    r#"{"reservation":{"notified":{"channel":"phone","outcome":"reached"}}}"#,
    r#"{"reservation":"sms_asked"}"#,
    r#"{"reservation":{"voucher_issued":{"serial":1,"quantity":2}}}"#,
    r#"{"reservation":"collected"}"#,
    r#"{"reservation":{"looked_into":{}}}"#,
    r#"{"reservation":{"stepped_back":{}}}"#,
    r#"{"reservation":"district_held"}"#,
    r#"{"reservation":{"district_decided":{"granted":true}}}"#,
    r#"{"reservation":{"weighed":{"grams":5}}}"#,
    r#"{"photographed":{}}"#,
];

/// A database as a program left it that knew so many migrations.
fn left_by(path: &std::path::Path, migrations: usize) -> rusqlite::Connection {
    let older = rusqlite::Connection::open(path).unwrap();
    let known = MIGRATIONS.iter().take(migrations);
    known.for_each(|sql| older.execute_batch(sql).unwrap());
    older.pragma_update(None, "user_version", migrations as i64).unwrap();
    older
}

/// Migrations of a program that kept tasks in a table of their own.
const TASKS_ALONE: usize = 9;

#[test]
fn tasks_that_are_there_already_are_rows_of_the_one_table_and_told_as_they_were() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("district.db");
    let older = left_by(&path, TASKS_ALONE);
    let district = [0_u8; 16];
    let sql = "INSERT INTO source (committee, name, created_at, told) VALUES (?1, '道口', 1, 7)";
    older.execute(sql, rusqlite::params![district]).unwrap();
    let sql = r#"INSERT INTO pushed_task (committee, task, source, reference, content, stage, pushed_at, deadline, outcome, place)
                 VALUES (?1, ?2, '道口', ?3, '{"name":"张三"}', ?4, 5, 6, ?5, ?6)"#;
    let visited = r#"{"found":"moved","way":"door","learnt":{"症状":"无"},"by":"董敏","at":"2020-02-02T09:00:00"}"#;
    let row = |id: u8, reference: &str, stage: &str, told: Option<(&str, i64)>| {
        let (outcome, place) = told.unzip();
        let values = rusqlite::params![district, [id; 16], reference, stage, outcome, place];
        older.execute(sql, values).unwrap();
    };
    row(1, "D-1", "answered", Some((visited, 7)));
    row(2, "D-2", "nobody", None);
    drop(older);
    let storage: Arc<dyn Storage> = Arc::new(Sqlite::open(&path).unwrap());
    let district = office::district(storage);
    let source = Source { name: "道口".into() };
    let told = district.answers::<TaskRow>(&source, 0, 9, office::NOW).unwrap();
    let [answer] = told.rows.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(
        (
            answer.reference.as_str(),
            answer.outcome.as_deref(),
            answer.way.as_deref(),
            told.cursor
        ),
        ("D-1", Some("moved"), Some("door"), 7)
    );
    assert_eq!(answer.learnt["症状"], "无");
    let listed = district.rows::<TaskRow>(&Which::default(), office::NOW).unwrap();
    let stands: Vec<_> = listed
        .iter()
        .map(|one| (one.reference.as_str(), one.standing))
        .collect();
    assert_eq!(stands, [("D-1", Standing::Answered), ("D-2", Standing::Nobody)]);
    assert_eq!(district.rows::<OrderRow>(&Which::default(), office::NOW).unwrap(), []);
}

/// As a program before left them.
#[test]
fn operations_that_are_there_already_get_the_words_that_are_written_now() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("district.db");
    let older = left_by(&path, WITHOUT_WORDS);
    for (seq, change) in CHANGES.iter().enumerate() {
        let sql =
            "INSERT INTO operation (committee, number, seq, kind, entity, change) VALUES (x'01', 1, ?1, 6, x'02', ?2)";
        older.execute(sql, rusqlite::params![seq as i64, change]).unwrap();
    }
    drop(older);
    let storage: Box<dyn Storage> = Box::new(Sqlite::open(&path).unwrap());
    let sql = "SELECT change, what FROM operation ORDER BY seq";
    let rows: Result<Vec<Row>, StorageError> = storage.read(|transaction| transaction.query(sql, &[]));
    let mut words = BTreeSet::new();
    for row in rows.unwrap() {
        let (change, word): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        assert_eq!(word, What::of(&change).word(), "{change}");
        words.insert(word);
    }
    assert_eq!(words.len(), CHANGES.len() - 1, "all but one are known, each for itself");
}

fn count(database: &databases::Database) -> i64 {
    let rows: Result<Vec<Row>, StorageError> = database
        .storage
        .read(|transaction| transaction.query("SELECT count(*) FROM committee", &[]));
    rows.unwrap()[0].get(0).unwrap()
}
