//! Attachments: bytes that travel beside the operations, named by their hash and kept in pieces.
//!
//! Must stay true: a committee reads only what its own row names, and what is called whole has the bytes that its hash
//! names. What the district sends to many committees is kept once, with the district.

use linli_domain::instruction::{ATTACHMENT_BYTES, Attachment, ContentHash};
use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use linli_protocol::{ATTACHMENTS_BYTES, DenialCode, PIECE_BYTES, PieceKept};
use sha2::{Digest, Sha256};

use crate::committee::Caller;
use crate::storage::{StorageError, Transaction};
use crate::{DISTRICT, District, Error, values};

/// A committee's attachment.
struct Known {
    size: u64,
    keeper: EntityId,
    whole: bool,
}

fn bad(text: impl Into<String>) -> Error {
    Error::denied(DenialCode::BadRequest, text)
}

impl District {
    /// Bytes of an attachment from one place on, at most [`PIECE_BYTES`]; none after its end.
    ///
    /// # Errors
    /// The committee has no such attachment, or the database's.
    pub fn attachment_piece(&self, caller: Caller, hash: ContentHash, from: u64) -> Result<Vec<u8>, Error> {
        self.read(|transaction| {
            let known = known(transaction, caller.committee, hash)?.filter(|known| known.whole);
            let known = known.ok_or_else(|| Error::denied(DenialCode::NotFound, "no such attachment"))?;
            if from >= known.size {
                return Ok(Vec::new());
            }
            let first = from - from % PIECE_BYTES as u64;
            let sql = "SELECT content FROM attachment_piece WHERE committee = $1 AND hash = $2 AND first = $3";
            let row = transaction.first(sql, &values![known.keeper, hash.0, first])?;
            let mut piece: Vec<u8> = row.map(|row| row.get(0)).transpose()?.unwrap_or_default();
            piece.drain(..piece.len().min((from - first) as usize));
            Ok(piece)
        })
    }

    /// Takes the next piece of an attachment from a PC, in order; checks the whole with the last one. Repeating a piece
    /// does no harm.
    ///
    /// # Errors
    /// A limit is broken, the piece does not follow, the whole is not what the hash names, or the database's.
    pub fn put_piece(
        &self,
        caller: Caller,
        of: &Attachment,
        from: u64,
        piece: &[u8],
        now: Moment,
    ) -> Result<PieceKept, Error> {
        check_piece(of.size, from, piece)?;
        let put = self.write(|transaction| {
            transaction.lock(caller.committee)?;
            let known = known(transaction, caller.committee, of.hash)?;
            match known {
                Some(known) if known.whole => {
                    return Ok(Some(PieceKept {
                        received: known.size,
                        whole: true,
                    }));
                }
                Some(known) if known.size != of.size => return Err(bad("the attachment was begun with another size")),
                Some(_) => {}
                None => begin(transaction, caller.committee, of, now)?,
            }
            let received = received(transaction, caller.committee, of.hash)?;
            if from > received {
                return Err(bad(format!("the next piece begins at {received}")));
            }
            put(transaction, caller.committee, of.hash, from, piece)?;
            let received = received.max(from + piece.len() as u64);
            finish(transaction, caller.committee, of, received)
        })?;
        put.ok_or_else(|| bad("the attachment is not what its hash names: put it again"))
    }

    /// Keeps a whole attachment with the district.
    pub(crate) fn keep_with_district(&self, of: &Attachment, bytes: &[u8], now: Moment) -> Result<(), Error> {
        for (place, piece) in bytes.chunks(PIECE_BYTES).enumerate() {
            let first = (place * PIECE_BYTES) as u64;
            self.write(|transaction| Ok(put(transaction, DISTRICT, of.hash, first, piece)?))?;
        }
        self.write(|transaction| Ok(link(transaction, DISTRICT, of, now)?))
    }
}

/// A committee may read an attachment that the district keeps.
pub(crate) fn link(
    transaction: &mut dyn Transaction,
    committee: EntityId,
    of: &Attachment,
    now: Moment,
) -> Result<(), StorageError> {
    transaction.execute(
        "INSERT INTO attachment (committee, hash, size, keeper, whole, put_at) VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (committee, hash) DO UPDATE SET keeper = excluded.keeper, whole = 1",
        &values![committee, of.hash.0, of.size, DISTRICT, now.0],
    )?;
    Ok(())
}

/// Pieces are full but for the last one, so that each has one place.
fn check_piece(size: u64, from: u64, piece: &[u8]) -> Result<(), Error> {
    if size > ATTACHMENT_BYTES {
        return Err(bad(format!("an attachment has at most {ATTACHMENT_BYTES} bytes")));
    }
    let full = size.checked_sub(from).map(|rest| rest.min(PIECE_BYTES as u64));
    if !from.is_multiple_of(PIECE_BYTES as u64) || full != Some(piece.len() as u64) {
        return Err(bad(format!(
            "a piece begins at a multiple of {PIECE_BYTES} and is full, but for the last one"
        )));
    }
    Ok(())
}

fn known(
    transaction: &mut dyn Transaction,
    committee: EntityId,
    hash: ContentHash,
) -> Result<Option<Known>, StorageError> {
    let sql = "SELECT size, keeper, whole FROM attachment WHERE committee = $1 AND hash = $2";
    let row = transaction.first(sql, &values![committee, hash.0])?;
    row.map(|row| {
        Ok(Known {
            size: row.get(0)?,
            keeper: row.get(1)?,
            whole: row.get(2)?,
        })
    })
    .transpose()
}

/// Begins an attachment of a committee's own, within what it may keep.
fn begin(transaction: &mut dyn Transaction, committee: EntityId, of: &Attachment, now: Moment) -> Result<(), Error> {
    let sql = "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM attachment WHERE committee = $1 AND keeper = $1";
    let row = transaction.first(sql, &values![committee])?;
    let kept: u64 = row.map_or(Ok(0), |row| row.get(0))?;
    if kept + of.size > ATTACHMENTS_BYTES {
        return Err(Error::denied(
            DenialCode::TooMany,
            "the committee's attachments take up all the room they have",
        ));
    }
    transaction.execute(
        "INSERT INTO attachment (committee, hash, size, keeper, whole, put_at) VALUES ($1, $2, $3, $1, 0, $4)",
        &values![committee, of.hash.0, of.size, now.0],
    )?;
    Ok(())
}

fn received(transaction: &mut dyn Transaction, keeper: EntityId, hash: ContentHash) -> Result<u64, StorageError> {
    let sql = "SELECT CAST(coalesce(sum(octet_length(content)), 0) AS BIGINT) FROM attachment_piece
               WHERE committee = $1 AND hash = $2";
    let row = transaction.first(sql, &values![keeper, hash.0])?;
    row.map_or(Ok(0), |row| row.get(0))
}

fn put(
    transaction: &mut dyn Transaction,
    keeper: EntityId,
    hash: ContentHash,
    first: u64,
    piece: &[u8],
) -> Result<(), StorageError> {
    transaction.execute(
        "INSERT INTO attachment_piece (committee, hash, first, content) VALUES ($1, $2, $3, $4)
         ON CONFLICT (committee, hash, first) DO NOTHING",
        &values![keeper, hash.0, first, piece],
    )?;
    Ok(())
}

/// Checks the whole where all is here. What is not what its hash names is not kept: `None`.
fn finish(
    transaction: &mut dyn Transaction,
    committee: EntityId,
    of: &Attachment,
    received: u64,
) -> Result<Option<PieceKept>, Error> {
    if received < of.size {
        return Ok(Some(PieceKept { received, whole: false }));
    }
    let sql = "SELECT content FROM attachment_piece WHERE committee = $1 AND hash = $2 ORDER BY first";
    let mut whole = Sha256::new();
    for row in transaction.query(sql, &values![committee, of.hash.0])? {
        whole.update(row.get::<Vec<u8>>(0)?);
    }
    if ContentHash(whole.finalize().into()) == of.hash {
        let sql = "UPDATE attachment SET whole = 1 WHERE committee = $1 AND hash = $2";
        transaction.execute(sql, &values![committee, of.hash.0])?;
        return Ok(Some(PieceKept { received, whole: true }));
    }
    for table in ["attachment_piece", "attachment"] {
        let sql = format!("DELETE FROM {table} WHERE committee = $1 AND hash = $2");
        transaction.execute(&sql, &values![committee, of.hash.0])?;
    }
    Ok(None)
}
