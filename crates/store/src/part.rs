//! Signed parts as stored.

use linli_domain::operation::{DeviceId, EntityId, Hash, PartHeader, What, is_read};
use linli_protocol::{Link, SignedPart, WireOperation};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Error, View};

/// Where a part was put.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) part: i64,
    pub(crate) batch: i64,
}

/// Stores a part with its operations; its batch begins, or grows by it.
pub(crate) fn insert(connection: &Connection, link: &Link, number: Option<u64>) -> Result<Placed, Error> {
    let Link { header, part, tail } = link;
    let batch = batch_for(connection, header, part)?;
    connection
        .prepare_cached(
            "INSERT INTO part (batch, device, first_seq, last_seq, header, tail_hash, signature, number, stamp)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT coalesce(max(stamp), 0) + 1 FROM part))",
        )?
        .execute(params![
            batch,
            header.device.0,
            header.first_seq as i64,
            header.last_seq() as i64,
            part.header,
            tail.0,
            part.signature,
            number.map(|number| number as i64),
        ])?;
    let placed = Placed {
        part: connection.last_insert_rowid(),
        batch,
    };
    let mut insert = connection.prepare_cached(
        "INSERT INTO operation (part, batch, seq, kind, entity, change, what) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (seq, operation) in (header.first_seq..).zip(&part.operations) {
        insert.execute(params![
            placed.part,
            batch,
            seq as i64,
            operation.kind,
            operation.entity.0,
            operation.change,
            What::of(&operation.change).word(),
        ])?;
    }
    Ok(placed)
}

/// Marks those of a received part's operations that only a newer program can read.
pub(crate) fn mark_unread(connection: &Connection, id: i64, first_seq: u64, part: &SignedPart) -> Result<(), Error> {
    for (seq, operation) in (first_seq..).zip(&part.operations) {
        if !is_read(operation.kind, &operation.change) {
            connection
                .prepare_cached("UPDATE operation SET unread = 1 WHERE part = ?1 AND seq = ?2")?
                .execute(params![id, seq as i64])?;
        }
    }
    Ok(())
}

fn batch_for(connection: &Connection, header: &PartHeader, part: &SignedPart) -> Result<i64, Error> {
    let known = connection
        .prepare_cached("UPDATE batch SET last_seq = ?3 WHERE device = ?1 AND first_seq = ?2 RETURNING id")?
        .query_row(
            params![header.device.0, header.batch as i64, header.last_seq() as i64],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    // The word as written: an action of a newer program reads as unknown and would lose its name.
    let action = serde_json::from_str::<serde_json::Value>(&part.header)?;
    connection
        .prepare_cached(
            "INSERT INTO batch (device, first_seq, last_seq, action, actor, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            header.device.0,
            header.batch as i64,
            header.last_seq() as i64,
            action
                .get("action")
                .and_then(|action| action.as_str())
                .unwrap_or_default(),
            header.actor,
            header.at.0,
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Reads a part back as it was signed.
pub(crate) fn read(view: View<'_>, id: i64) -> Result<SignedPart, Error> {
    let (header, signature) = view
        .prepare_cached("SELECT header, signature FROM part WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut statement =
        view.prepare_cached("SELECT kind, entity, change FROM operation WHERE part = ?1 ORDER BY seq")?;
    let operations = statement.query_map([id], |row| {
        Ok(WireOperation {
            kind: row.get(0)?,
            entity: EntityId(row.get(1)?),
            change: row.get(2)?,
        })
    })?;
    Ok(SignedPart {
        header,
        operations: operations.collect::<Result<_, _>>()?,
        signature,
    })
}

/// Whether the word beside each of a part's operations is that of its change.
pub(crate) fn is_told(view: View<'_>, id: i64) -> Result<bool, Error> {
    let mut statement = view.prepare_cached("SELECT what, change FROM operation WHERE part = ?1")?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        if row.get::<_, String>(0)? != What::of(&row.get::<_, String>(1)?).word() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A part by its author and first sequence number: its id, its tail, and its place in the order.
pub(crate) fn find(
    connection: &Connection,
    device: DeviceId,
    first_seq: u64,
) -> Result<Option<(i64, Hash, Option<u64>)>, Error> {
    Ok(connection
        .prepare_cached("SELECT id, tail_hash, number FROM part WHERE device = ?1 AND first_seq = ?2")?
        .query_row(params![device.0, first_seq as i64], |row| {
            Ok((
                row.get(0)?,
                Hash(row.get(1)?),
                row.get::<_, Option<i64>>(2)?.map(|number| number as u64),
            ))
        })
        .optional()?)
}

/// A number is given once: where another part has it, the district does not know any more that it gave it.
pub(crate) fn check_free(connection: &Connection, number: u64) -> Result<(), Error> {
    let taken = connection
        .prepare_cached("SELECT 1 FROM part WHERE number = ?1")?
        .exists([number as i64])?;
    if taken { Err(Error::DistrictBehind) } else { Ok(()) }
}
