//! The schema, written once in SQLite's words. PostgreSQL gets the same statements with its own names for the types.

/// Every migration there ever was, in order; the database remembers how many were run.
pub const MIGRATIONS: [&str; 11] = [
    include_str!("../../../../migrations/district/0001_initial.sql"),
    include_str!("../../../../migrations/district/0002_instructions.sql"),
    include_str!("../../../../migrations/district/0003_round_numbers.sql"),
    include_str!("../../../../migrations/district/0004_locked_codes.sql"),
    include_str!("../../../../migrations/district/0005_hand_outs.sql"),
    include_str!("../../../../migrations/district/0006_what.sql"),
    include_str!("../../../../migrations/district/0007_items.sql"),
    include_str!("../../../../migrations/district/0008_tasks.sql"),
    include_str!("../../../../migrations/district/0009_tasks_end.sql"),
    include_str!("../../../../migrations/district/0010_pushed.sql"),
    include_str!("../../../../migrations/district/0011_orders.sql"),
];

/// What SQLite calls something, and what PostgreSQL does. The end of a table keeps SQLite to its columns' types and its
/// rows to their key's order; PostgreSQL always does the one and cannot do the other.
const IN_POSTGRES: [(&str, &str); 3] = [
    (" BLOB", " BYTEA"),
    (" INTEGER", " BIGINT"),
    (") STRICT, WITHOUT ROWID;", ");"),
];

/// A migration in PostgreSQL's words.
pub(super) fn for_postgres(migration: &str) -> String {
    IN_POSTGRES
        .iter()
        .fold(migration.to_owned(), |sql, (sqlite, postgres)| {
            sql.replace(sqlite, postgres)
        })
}
