//! Backups: one file with the wrapped key and an encrypted copy of the database. Restoring needs what opens the
//! original (its password, or the same keyring), or the password that was given to the backup itself.
//!
//! Layout: magic (8 bytes), length of the key file (4, big-endian), key file, database.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::beside::Beside;
use crate::files::{DataFolder, Presence, Turn, write_whole};
use crate::key::{self, DatabaseKey};
use crate::power::may_fail;
use crate::{Error, Store, beside, check, held, settle};

const MAGIC: &[u8; 8] = b"LINLIBK1";
/// The largest key file a backup may hold, in bytes.
const KEY_FILE_LIMIT: u32 = 64 * 1024;
/// Pages copied at a time; others may write in between.
const PAGES_PER_STEP: i32 = 1_024;
/// Bytes of a backup unpacked at a time.
const PIECE: usize = 1 << 16;

/// Copies an open database into a new encrypted file.
pub(crate) fn copy(source: &Connection, key: &DatabaseKey, target: &Path) -> Result<(), Error> {
    let beside = Beside::of(target)?;
    let copy = beside.companion()?;
    copy_pages(source, key, &copy)?;
    may_fail("rename the copy");
    held::put_in_place(copy, target)
}

fn copy_pages(source: &Connection, key: &DatabaseKey, target: &Path) -> Result<(), Error> {
    may_fail("copy the database");
    let mut copy = Connection::open(target)?;
    copy.pragma_update(None, "key", key.pragma().as_str())?;
    let backup = rusqlite::backup::Backup::new(source, &mut copy)?;
    Ok(backup.run_to_completion(PAGES_PER_STEP, std::time::Duration::ZERO, None)?)
}

/// Writes a backup of an open store to `target`. It opens with what opens the data now; with `password` instead where one
/// is given, which is the only way to take data of a keyring to another PC.
///
/// # Errors
/// The password is too short, the target lies in a data folder, or the file cannot be written; an older one of that name is
/// untouched then.
pub fn backup(
    store: &Store,
    folder: &DataFolder,
    key: &DatabaseKey,
    target: &Path,
    password: Option<&str>,
) -> Result<(), Error> {
    let key_file = match password {
        Some(password) => key.wrapped_by(password)?,
        None => std::fs::read(folder.key_file()).map_err(Error::file(&folder.key_file()))?,
    };
    let target = &folder.place_for(target)?;
    let mut beside = Beside::of(target)?;
    let copied = beside.companion()?;
    copy_pages(&store.connection, key, &copied).map_err(|error| error.on_the_way_to(target))?;
    let mut copy = File::open(&copied).map_err(Error::file(target))?;
    may_fail("write the backup");
    let file = beside.file();
    file.write_all(MAGIC)
        .and_then(|()| file.write_all(&(key_file.len() as u32).to_be_bytes()))
        .and_then(|()| file.write_all(&key_file))
        .and_then(|()| std::io::copy(&mut copy, file).map(drop))
        .map_err(Error::file(target))?;
    drop(copied);
    beside.put_in_place()
}

/// Whether there is a file that begins as a backup does.
pub(crate) fn is_one(path: &Path) -> bool {
    let mut magic = [0; MAGIC.len()];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut magic))
        .is_ok()
        && &magic == MAGIC
}

/// What opens a backup: whether it is a password (`true`) or the keyring of the account that wrote it; `None` where the
/// file does not begin as a backup does.
pub fn opens_by_password(backup: &mut dyn Read) -> Option<bool> {
    key::is_by_password(&read_key_file(backup).ok()?)
}

/// A backup that was unpacked beside the data, opened and read whole: it can take the data's place. Dropped, it leaves
/// nothing behind.
pub struct Restore {
    folder: DataFolder,
    trial: tempfile::TempDir,
    _turn: Turn,
}

impl Restore {
    /// Unpacks a backup in the data folder and tries it out; the data itself may be open meanwhile. `source` names it.
    ///
    /// # Errors
    /// It is not a whole, sound backup, does not open with this password or keyring, or has no room here.
    pub fn prepare(
        folder: &DataFolder,
        backup: &mut dyn Read,
        source: &Path,
        password: Option<&str>,
    ) -> Result<Restore, Error> {
        folder.make()?;
        let turn = Turn::take(&folder.restore_turn())?.ok_or(Error::Busy)?;
        may_fail("begin a trial");
        let trial = tempfile::Builder::new().prefix(settle::TRIAL).tempdir_in(folder.root());
        let trial = trial.map_err(Error::file(folder.root()))?;
        let unpacked = DataFolder::new(trial.path());
        // Read whole before anything is replaced: a backup that is damaged must not cost the present data.
        unpack(backup, &unpacked, source)
            .and_then(|()| try_out(&unpacked, password, source))
            .map_err(|error| {
                if error.is_no_room() {
                    Error::NoRoomToRestore {
                        path: source.to_owned(),
                    }
                } else {
                    error
                }
            })?;
        Ok(Restore {
            folder: folder.clone(),
            trial,
            _turn: turn,
        })
    }

    /// Puts it into the data's place. What was there is kept beside it, under the returned folder.
    ///
    /// # Errors
    /// Somebody has the present data open: nothing is changed then. [`Error::RestoreUnfinished`] where it is decided and a
    /// file cannot be moved: the next [`DataFolder::settle`] goes on.
    pub fn put_in_place(self) -> Result<Option<PathBuf>, Error> {
        let _alone = Presence::alone(&self.folder.database())?;
        settle::rename(self.trial.path(), &self.folder.restoring())?;
        // It is not a trial any more, and is not to be removed as one.
        let _ = self.trial.keep();
        beside::sync_folder(self.folder.root())
            .and_then(|()| settle::finish(&self.folder))
            .map_err(|error| Error::RestoreUnfinished {
                reason: Box::new(error),
            })
    }
}

/// Opens an unpacked backup and reads every page of it; from now on it knows that it was one.
fn try_out(unpacked: &DataFolder, password: Option<&str>, source: &Path) -> Result<(), Error> {
    let damaged = || Error::NotABackup {
        path: source.to_owned(),
    };
    let key = key::unwrap(unpacked, password);
    let sound = key
        .and_then(|key| Store::open_copy(&unpacked.database(), &key))
        .and_then(|store| {
            let problems = check::check_file(store.view())?;
            if problems.is_empty() {
                may_fail("mark what was restored");
                store.mark_restored(source)?;
            }
            Ok(problems)
        });
    match sound {
        Ok(problems) if problems.is_empty() => Ok(()),
        Ok(_) | Err(Error::Damaged { .. } | Error::DamagedPart | Error::KeyFileDamaged { .. }) => Err(damaged()),
        Err(other) => Err(other),
    }
}

fn unpack(backup: &mut dyn Read, into: &DataFolder, source: &Path) -> Result<(), Error> {
    let key_file = read_key_file(backup).map_err(|_| Error::NotABackup {
        path: source.to_owned(),
    })?;
    write_whole(&into.key_file(), &key_file)?;
    let path = into.database();
    may_fail("unpack the database");
    let mut database = File::create(&path).map_err(Error::file(&path))?;
    if pour(backup, source, &mut database, &path)? == 0 {
        return Err(Error::NotABackup {
            path: source.to_owned(),
        });
    }
    may_fail("make the unpacked database durable");
    database.sync_all().map_err(Error::file(&path))
}

/// Copies what is left of a backup, and tells a backup that cannot be read from a disk that takes no more; gives how many
/// bytes there were.
fn pour(backup: &mut dyn Read, source: &Path, into: &mut File, path: &Path) -> Result<u64, Error> {
    let (mut piece, mut poured) = (vec![0; PIECE], 0);
    loop {
        let read = match backup.read(&mut piece) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => {
                return Err(Error::NotABackup {
                    path: source.to_owned(),
                });
            }
            Ok(0) => return Ok(poured),
            Ok(read) => read,
        };
        into.write_all(&piece[..read]).map_err(Error::file(path))?;
        poured += read as u64;
    }
}

/// The key file at the head of a backup.
fn read_key_file(backup: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    let mut magic = [0; MAGIC.len()];
    backup.read_exact(&mut magic)?;
    let mut length = [0; 4];
    backup.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if &magic != MAGIC || length > KEY_FILE_LIMIT {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    let mut key_file = vec![0; length as usize];
    backup.read_exact(&mut key_file)?;
    Ok(key_file)
}
