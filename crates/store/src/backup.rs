//! Backups: one file with the wrapped key and an encrypted copy of the database. Restoring needs what opens the
//! original (its password, or the same keyring), or the password that was given to the backup itself.
//!
//! Layout: magic (8 bytes), length of the key file (4, big-endian), key file, database.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::files::{DataFolder, Presence, write_whole, write_whole_with};
use crate::key::{self, DatabaseKey};
use crate::{Error, Store, check};

const MAGIC: &[u8; 8] = b"LINLIBK1";
/// The largest key file a backup may hold, in bytes.
const KEY_FILE_LIMIT: u32 = 64 * 1024;
/// Pages copied at a time; others may write in between.
const PAGES_PER_STEP: i32 = 1_024;

/// Copies an open database into a new encrypted file.
pub(crate) fn copy(source: &Connection, key: &DatabaseKey, target: &Path) -> Result<(), Error> {
    let beside = tempfile_beside(target)?;
    {
        let mut copy = Connection::open(&beside)?;
        copy.pragma_update(None, "key", key.pragma().as_str())?;
        let backup = rusqlite::backup::Backup::new(source, &mut copy)?;
        backup.run_to_completion(PAGES_PER_STEP, std::time::Duration::ZERO, None)?;
    }
    crate::held::rename(&beside, target)
}

fn tempfile_beside(target: &Path) -> Result<tempfile::TempPath, Error> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    let file = tempfile::Builder::new().prefix(".linli-").tempfile_in(folder).map_err(Error::file(target))?;
    Ok(file.into_temp_path())
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
    let database = tempfile_beside(target)?;
    copy(&store.connection, key, &database)?;
    let mut copy = std::fs::File::open(&database).map_err(Error::file(&database))?;
    write_whole_with(target, |file| {
        file.write_all(MAGIC)?;
        file.write_all(&(key_file.len() as u32).to_be_bytes())?;
        file.write_all(&key_file)?;
        std::io::copy(&mut copy, file).map(|_| ())
    })
}

/// Whether there is a file that begins as a backup does.
pub(crate) fn is_one(path: &Path) -> bool {
    let mut magic = [0; MAGIC.len()];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && &magic == MAGIC
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
    unpacked: DataFolder,
    _trial: tempfile::TempDir,
}

impl Restore {
    /// Unpacks a backup in the data folder and tries it out; the data itself may be open meanwhile. `source` names it.
    ///
    /// # Errors
    /// It is not a whole, sound backup, or does not open with this password or keyring.
    pub fn prepare(
        folder: &DataFolder,
        backup: &mut dyn Read,
        source: &Path,
        password: Option<&str>,
    ) -> Result<Restore, Error> {
        folder.make()?;
        let trial = tempfile::Builder::new()
            .prefix(".restore-")
            .tempdir_in(folder.root())
            .map_err(Error::file(folder.root()))?;
        let unpacked = DataFolder::new(trial.path());
        unpack(backup, &unpacked, source)?;
        // Read whole before anything is replaced: a backup that is damaged must not cost the present data.
        try_out(&unpacked, password, source)?;
        Ok(Restore { folder: folder.clone(), unpacked, _trial: trial })
    }

    /// Puts it into the data's place. What was there is kept beside it, under the returned folder.
    ///
    /// # Errors
    /// Somebody has the present data open: nothing is changed then; or a file cannot be moved.
    pub fn put_in_place(self) -> Result<Option<PathBuf>, Error> {
        let _alone = Presence::alone(&self.folder.database())?;
        let kept = set_aside(&self.folder)?;
        for (from, to) in
            [(self.unpacked.database(), self.folder.database()), (self.unpacked.key_file(), self.folder.key_file())]
        {
            crate::held::rename(&from, &to)?;
        }
        Ok(kept)
    }
}

/// Opens an unpacked backup and reads every page of it; from now on it knows that it was one.
fn try_out(unpacked: &DataFolder, password: Option<&str>, source: &Path) -> Result<(), Error> {
    let damaged = || Error::NotABackup { path: source.to_owned() };
    let sound = key::open(unpacked, password).and_then(|store| {
        let problems = check::check_file(store.view())?;
        if problems.is_empty() {
            store.mark_restored()?;
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
    let damaged = |_| Error::NotABackup { path: source.to_owned() };
    let key_file = read_key_file(backup).map_err(damaged)?;
    write_whole(&into.key_file(), &key_file)?;
    let path = into.database();
    let mut database = std::fs::File::create(&path).map_err(Error::file(&path))?;
    match std::io::copy(backup, &mut database) {
        // A full disk is no fault of the backup's.
        Err(error) if error.kind() == std::io::ErrorKind::StorageFull => Err(Error::DiskFull),
        Ok(0) | Err(_) => Err(Error::NotABackup { path: source.to_owned() }),
        Ok(_) => database.sync_all().map_err(Error::file(&path)),
    }
}

/// The key file at the head of a backup.
fn read_key_file(backup: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    let mut magic = [0; 8];
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

/// Moves present files into a folder of their own beside the database.
fn set_aside(folder: &DataFolder) -> Result<Option<PathBuf>, Error> {
    if !folder.is_set_up() {
        return Ok(None);
    }
    let aside = (1..)
        .map(|number| folder.root().join(format!("before-restore-{number}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.root().join("before-restore"));
    std::fs::create_dir_all(&aside).map_err(Error::file(&aside))?;
    for name in ["linli.db", "linli.db-wal", "linli.db-shm", "key.json"] {
        let from = folder.root().join(name);
        if from.exists() {
            crate::held::rename(&from, &aside.join(name))?;
        }
    }
    Ok(Some(aside))
}
