//! The witness: a small sealed file beside the database that says how far its log went when a step was last acknowledged.
//! Where a crash has cost the database its newest pages (a damaged or missing write-ahead log), it opens whole and knows
//! nothing of it; the witness does.
//!
//! Must stay true: the witness is written after the commit it tells of, under its own lock, with what the database says at
//! that moment. So it may be behind, never ahead, whatever programs write at once; ahead means that steps are gone. It is
//! sealed with a key derived from the database's own. A step never fails for it: a file that cannot be written is behind.
//!
//! A step waits for one write of less than a block, not for the disk: a killed program loses nothing of it, and a power cut
//! what the system had not written yet, some seconds of steps. Waiting for the disk would nearly double what each review
//! waits for. It is made durable where data is opened.

mod loss;

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use linli_domain::time::Moment;
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::beside::sync_folder;
use crate::key::{self, DatabaseKey};
use crate::power::may_fail;
use crate::{Error, Store, View};

pub use loss::Loss;

/// Two places in the file, written in turn: one that the power cut in the middle leaves the other. Each has a block of the
/// disk for itself.
const SLOT_BYTES: u64 = 4_096;
const SLOTS: u64 = 2;
const NONCE_BYTES: usize = 24;
/// How long is waited for another program that is at it: it writes one block. Later than that, it is left behind.
const WAITS: [Duration; 6] = [
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(30),
    Duration::from_millis(60),
];
/// The setting that says that there is a witness: where the file is gone, it was there.
pub(crate) const WITNESSED: &str = "witnessed";

/// How far a log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The log's version: grows with everything that is written or received.
    version: i64,
    /// This PC's part in it; none before its first step.
    own: Option<Own>,
}

/// The end of this PC's own chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Own {
    device: Uuid,
    last_seq: u64,
    tail: [u8; 32],
    at: Moment,
}

/// What stands in a slot.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Grows with every writing: tells which slot is the newer one.
    turn: u64,
    mark: Mark,
}

/// What the file says.
enum Said {
    /// There is none, or nothing in it yet.
    Nothing,
    /// Something that is not ours, or damaged.
    Unreadable,
    /// The newest of its slots.
    Kept(Kept),
}

/// The witness of one database.
pub(crate) struct Witness {
    path: PathBuf,
    cipher: XChaCha20Poly1305,
}

impl Witness {
    pub(crate) fn of(database: &Path, key: &DatabaseKey) -> Witness {
        let cipher = XChaCha20Poly1305::new((&*key.derived("linli witness 1")).into());
        Witness {
            path: path(database),
            cipher,
        }
    }

    /// Writes down how far the log goes now.
    ///
    /// # Errors
    /// The file cannot be written: it is behind then, which does no harm.
    pub(crate) fn keep(&self, connection: &Connection) -> Result<(), Error> {
        let mut file = self.locked().map_err(Error::file(&self.path))?;
        let kept = self.said(&mut file).map_err(Error::file(&self.path))?;
        self.write(&mut file, &kept, mark(connection)?)
    }

    /// Compares with what was written down, and writes down how far the log goes now.
    ///
    /// # Errors
    /// The database's. A file that cannot be read or written is as good as none.
    pub(crate) fn compare(&self, store: &Store) -> Result<(), Error> {
        let Ok(mut file) = self.locked() else { return Ok(()) };
        let said = self.said(&mut file).unwrap_or(Said::Nothing);
        // After the witness was read: what others write meanwhile makes this larger, never smaller.
        let is = mark(&store.connection)?;
        let known = store.view().setting(WITNESSED)?.is_some();
        let loss = match &said {
            Said::Kept(kept) if kept.mark.version > is.version => Some(Some(kept.mark)),
            Said::Kept(_) => None,
            Said::Nothing | Said::Unreadable => known.then_some(None),
        };
        // Where it cannot be kept (a full disk), the next opening finds it again: the witness goes on saying it.
        if loss.is_some_and(|was| store.note_loss(Loss { was, is, seen: false }).is_err()) {
            return Ok(());
        }
        let durable = self.write(&mut file, &said, is).and_then(|()| self.make_durable(&file));
        if durable.is_ok() && !known {
            // Where this fails, the next opening does it.
            let _ = store.set_setting(WITNESSED, "1");
        }
        Ok(())
    }

    /// The file, made where it is not there, and held by nobody else.
    fn locked(&self) -> io::Result<File> {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)?;
        for wait in WAITS {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(wait),
                // A file system without locks: two programs may then leave it behind, not ahead.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn said(&self, file: &mut File) -> io::Result<Said> {
        if file.metadata()?.len() == 0 {
            return Ok(Said::Nothing);
        }
        let mut newest: Option<Kept> = None;
        for slot in 0..SLOTS {
            let mut bytes = Vec::with_capacity(SLOT_BYTES as usize);
            file.seek(SeekFrom::Start(slot * SLOT_BYTES))?;
            file.take(SLOT_BYTES).read_to_end(&mut bytes)?;
            if let Some(kept) = self
                .opened(&bytes)
                .filter(|kept| newest.as_ref().is_none_or(|last| last.turn < kept.turn))
            {
                newest = Some(kept);
            }
        }
        Ok(newest.map_or(Said::Unreadable, Said::Kept))
    }

    fn opened(&self, slot: &[u8]) -> Option<Kept> {
        let (length, rest) = slot.split_first_chunk::<2>()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>()?;
        let sealed = rest.get(..u16::from_be_bytes(*length) as usize)?;
        let bytes = self.cipher.decrypt(XNonce::from_slice(nonce), sealed).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    fn write(&self, file: &mut File, said: &Said, mark: Mark) -> Result<(), Error> {
        let turn = match said {
            Said::Kept(kept) if kept.mark == mark => return Ok(()),
            Said::Kept(kept) => kept.turn + 1,
            Said::Nothing | Said::Unreadable => 0,
        };
        let slot = self.sealed(&Kept { turn, mark })?;
        may_fail("write the witness");
        if turn == 0 {
            // All of it, so that a full disk has room for it later, and nothing is left of what could not be read.
            file.seek(SeekFrom::Start(0)).map_err(Error::file(&self.path))?;
            file.write_all(&[0; (SLOTS * SLOT_BYTES) as usize])
                .map_err(Error::file(&self.path))?;
        }
        file.seek(SeekFrom::Start(turn % SLOTS * SLOT_BYTES))
            .map_err(Error::file(&self.path))?;
        file.write_all(&slot).map_err(Error::file(&self.path))
    }

    fn make_durable(&self, file: &File) -> Result<(), Error> {
        file.sync_all().map_err(Error::file(&self.path))?;
        sync_folder(self.path.parent().unwrap_or(Path::new(".")))
    }

    fn sealed(&self, kept: &Kept) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE_BYTES] = key::random()?;
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), serde_json::to_vec(kept)?.as_slice())
            .map_err(|error| Error::Randomness(error.to_string()))?;
        let slot = u16::try_from(sealed.len()).map(|length| [&length.to_be_bytes()[..], &nonce, &sealed].concat());
        let fits = slot.ok().filter(|slot| slot.len() as u64 <= SLOT_BYTES);
        fits.ok_or_else(|| Error::file(&self.path)(io::Error::other("what a witness says does not fit its block")))
    }
}

/// Where the witness of a database is.
pub(crate) fn path(database: &Path) -> PathBuf {
    database.with_extension("witness")
}

/// How far a log goes.
fn mark(connection: &Connection) -> Result<Mark, Error> {
    let own = connection
        .prepare_cached(
            "SELECT p.device, p.last_seq, p.tail_hash, b.at FROM part p JOIN batch b ON b.id = p.batch
             WHERE p.device = (SELECT id FROM device WHERE signing_key IS NOT NULL)
             ORDER BY p.first_seq DESC LIMIT 1",
        )?
        .query_row([], |row| {
            let last_seq = row.get::<_, i64>(1)? as u64;
            Ok(Own {
                device: row.get(0)?,
                last_seq,
                tail: row.get(2)?,
                at: Moment(row.get(3)?),
            })
        })
        .optional()?;
    Ok(Mark {
        version: View { connection }.version()?,
        own,
    })
}
