//! Many rows in few statements: over a network, each statement is a way there and back.

use super::{StorageError, Transaction, Value};

/// Rows or ids in one statement, largest first. Few sizes, so that few statements are prepared.
const SIZES: [usize; 3] = [100, 10, 1];

/// Inserts rows; `into` is the table with its columns, `then` what follows the values (`ON CONFLICT …`, or nothing).
///
/// # Errors
/// The database's.
pub fn insert_many(
    transaction: &mut dyn Transaction,
    into: &str,
    mut rows: &[Vec<Value>],
    then: &str,
) -> Result<(), StorageError> {
    while let Some(columns) = rows.first().map(Vec::len) {
        let size = SIZES.into_iter().find(|size| *size <= rows.len()).unwrap_or(1);
        let (now, later) = rows.split_at(size);
        let places: Vec<String> = (0..size)
            .map(|row| format!("({})", placeholders(row * columns + 1, columns)))
            .collect();
        let sql = format!("INSERT INTO {into} VALUES {} {then}", places.join(", "));
        transaction.execute(&sql, &now.concat())?;
        rows = later;
    }
    Ok(())
}

/// Runs a query once for every so many ids, which it takes as `IN ({})` from parameter `first` on; `fixed` are the
/// parameters before. Gives all rows.
///
/// # Errors
/// The database's.
pub fn in_list(
    transaction: &mut dyn Transaction,
    sql: &str,
    fixed: &[Value],
    mut ids: &[Value],
) -> Result<Vec<super::Row>, StorageError> {
    let mut rows = Vec::new();
    while !ids.is_empty() {
        let size = SIZES.into_iter().find(|size| *size <= ids.len()).unwrap_or(1);
        let (now, later) = ids.split_at(size);
        let sql = sql.replace("{}", &placeholders(fixed.len() + 1, size));
        rows.extend(transaction.query(&sql, &[fixed, now].concat())?);
        ids = later;
    }
    Ok(rows)
}

/// `$3, $4, $5`.
fn placeholders(first: usize, count: usize) -> String {
    (first..first + count)
        .map(|place| format!("${place}"))
        .collect::<Vec<_>>()
        .join(", ")
}
