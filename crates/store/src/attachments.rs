//! Attachments of instructions: this PC's own copies, kept in the encrypted database and nowhere else.
//!
//! They come in pieces, in order, and go on where they were broken off. Must stay true: what is called whole has the
//! bytes that its instruction names.

use linli_domain::instruction::{Attachment, ContentHash};
use linli_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use crate::{Error, Store, View};

const WHOLE: &str = "whole";
const WRONG: &str = "wrong";

/// How much of an attachment is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// All of it, and it is what the instruction names.
    Whole,
    /// So many bytes of it.
    Part(u64),
    /// What the district gave is something else; seen then.
    Wrong(Moment),
}

impl View<'_> {
    /// How much of an attachment is here.
    ///
    /// # Errors
    /// The database's.
    pub fn attachment(self, hash: ContentHash) -> Result<Kept, Error> {
        let known: Option<(String, i64)> = self
            .prepare_cached("SELECT state, at FROM attachment WHERE hash = ?1")?
            .query_row([hash.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(match known {
            Some((state, _)) if state == WHOLE => Kept::Whole,
            Some((_, at)) => Kept::Wrong(Moment(at)),
            None => Kept::Part(received(&self, hash)?),
        })
    }

    /// The bytes of an attachment that is whole here.
    ///
    /// # Errors
    /// The database's.
    pub fn attachment_bytes(self, hash: ContentHash) -> Result<Option<Vec<u8>>, Error> {
        if self.attachment(hash)? != Kept::Whole {
            return Ok(None);
        }
        let mut statement =
            self.prepare_cached("SELECT content FROM attachment_piece WHERE hash = ?1 ORDER BY first")?;
        let pieces = statement
            .query_map([hash.0], |row| row.get::<_, Vec<u8>>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Some(pieces.concat()))
    }

    /// Attachments that instructions name and that are not whole here, those of the newest instruction first.
    ///
    /// # Errors
    /// The database's.
    pub fn missing_attachments(self) -> Result<Vec<Attachment>, Error> {
        let mut missing: Vec<Attachment> = Vec::new();
        for instruction in self.instructions()? {
            for attachment in instruction.state.attachments() {
                let known = missing.iter().any(|other| other.hash == attachment.hash);
                if !known && self.attachment(attachment.hash)? != Kept::Whole {
                    missing.push(attachment);
                }
            }
        }
        Ok(missing)
    }
}

impl Store {
    /// Keeps the next piece of an attachment, from byte `first` on; checks the whole with the last one. Gives how much is
    /// here then. A piece that does not follow on what is here changes nothing.
    ///
    /// # Errors
    /// The database's.
    pub fn keep_piece(&mut self, of: &Attachment, first: u64, piece: &[u8], now: Moment) -> Result<Kept, Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let view = View {
            connection: &transaction,
        };
        let before = view.attachment(of.hash)?;
        let fits = !piece.is_empty() && first + piece.len() as u64 <= of.size;
        if before != Kept::Part(first) || !(fits || of.size == 0) {
            return Ok(before);
        }
        transaction
            .prepare_cached("INSERT INTO attachment_piece (hash, first, content) VALUES (?1, ?2, ?3)")?
            .execute(params![of.hash.0, first as i64, piece])?;
        if first + piece.len() as u64 == of.size {
            judge(&transaction, of.hash, now)?;
        }
        let kept = view.attachment(of.hash)?;
        transaction.commit()?;
        Ok(kept)
    }

    /// Forgets that an attachment was not what it should be, so that it is fetched again.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_wrong(&self, hash: ContentHash) -> Result<(), Error> {
        self.connection.execute(
            "DELETE FROM attachment WHERE hash = ?1 AND state = ?2",
            params![hash.0, WRONG],
        )?;
        Ok(())
    }
}

fn received(connection: &Connection, hash: ContentHash) -> Result<u64, Error> {
    let bytes: i64 = connection
        .prepare_cached("SELECT coalesce(sum(length(content)), 0) FROM attachment_piece WHERE hash = ?1")?
        .query_row([hash.0], |row| row.get(0))?;
    Ok(bytes as u64)
}

/// Says whether all pieces together are what they should be; what is not, is not kept.
fn judge(connection: &Connection, hash: ContentHash, now: Moment) -> Result<(), Error> {
    let mut whole = Sha256::new();
    let mut statement =
        connection.prepare_cached("SELECT content FROM attachment_piece WHERE hash = ?1 ORDER BY first")?;
    let mut rows = statement.query([hash.0])?;
    while let Some(row) = rows.next()? {
        whole.update(row.get_ref(0)?.as_blob()?);
    }
    drop(rows);
    let right = ContentHash(whole.finalize().into()) == hash;
    if !right {
        connection.execute("DELETE FROM attachment_piece WHERE hash = ?1", [hash.0])?;
    }
    connection.execute(
        "INSERT OR REPLACE INTO attachment (hash, state, at) VALUES (?1, ?2, ?3)",
        params![hash.0, if right { WHOLE } else { WRONG }, now.0],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::DatabaseKey;

    const NOW: Moment = Moment(7);

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
        (folder, store)
    }

    fn attachment(bytes: &[u8]) -> Attachment {
        Attachment {
            name: "附件.pdf".into(),
            size: bytes.len() as u64,
            hash: ContentHash::of(bytes),
        }
    }

    #[test]
    fn it_goes_on_where_it_was_broken_off_and_is_whole_with_the_last_piece() {
        let (_folder, mut store) = store();
        let of = attachment(b"abcdef");
        assert_eq!(store.keep_piece(&of, 0, b"abc", NOW).unwrap(), Kept::Part(3));
        assert_eq!(
            store.view().attachment_bytes(of.hash).unwrap(),
            None,
            "not before it is whole"
        );
        for (first, piece) in [(0, &b"abc"[..]), (4, b"ef"), (3, b"defg"), (3, b"")] {
            assert_eq!(
                store.keep_piece(&of, first, piece, NOW).unwrap(),
                Kept::Part(3),
                "{first} {piece:?}"
            );
        }
        assert_eq!(store.keep_piece(&of, 3, b"def", NOW).unwrap(), Kept::Whole);
        assert_eq!(store.keep_piece(&of, 6, b"g", NOW).unwrap(), Kept::Whole);
        assert_eq!(store.view().attachment_bytes(of.hash).unwrap().unwrap(), b"abcdef");
    }

    #[test]
    fn an_empty_file_is_whole_at_once() {
        let (_folder, mut store) = store();
        let of = attachment(b"");
        assert_eq!(store.keep_piece(&of, 0, b"", NOW).unwrap(), Kept::Whole);
        assert_eq!(store.view().attachment_bytes(of.hash).unwrap().unwrap(), b"");
    }

    #[test]
    fn other_bytes_than_named_are_not_kept_and_may_be_fetched_again() {
        let (_folder, mut store) = store();
        let of = attachment(b"abcdef");
        store.keep_piece(&of, 0, b"abc", NOW).unwrap();
        assert_eq!(store.keep_piece(&of, 3, b"deX", NOW).unwrap(), Kept::Wrong(NOW));
        assert_eq!(store.view().attachment_bytes(of.hash).unwrap(), None);
        assert_eq!(
            store.keep_piece(&of, 0, b"abc", NOW).unwrap(),
            Kept::Wrong(NOW),
            "not before it is asked for"
        );
        store.forget_wrong(of.hash).unwrap();
        assert_eq!(store.view().attachment(of.hash).unwrap(), Kept::Part(0));
    }
}
