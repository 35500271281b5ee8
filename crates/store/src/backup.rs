//! Backups: one file with the wrapped key and an encrypted copy of the database. Restoring needs what opens the
//! original: its password, or the same keyring.
//!
//! Layout: magic (8 bytes), length of the key file (4, big-endian), key file, database.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::files::{DataFolder, Presence, write_whole, write_whole_with};
use crate::key::DatabaseKey;
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
    std::fs::rename(&beside, target).map_err(Error::file(target))
}

fn tempfile_beside(target: &Path) -> Result<tempfile::TempPath, Error> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    let file = tempfile::Builder::new().prefix(".linli-").tempfile_in(folder).map_err(Error::file(target))?;
    Ok(file.into_temp_path())
}

/// Writes a backup of an open store to `target`.
///
/// # Errors
/// The file cannot be written; an older one of that name is untouched then.
pub fn backup(store: &Store, folder: &DataFolder, key: &DatabaseKey, target: &Path) -> Result<(), Error> {
    let database = tempfile_beside(target)?;
    copy(&store.connection, key, &database)?;
    let key_file = std::fs::read(folder.key_file()).map_err(Error::file(&folder.key_file()))?;
    let mut copy = std::fs::File::open(&database).map_err(Error::file(&database))?;
    write_whole_with(target, |file| {
        file.write_all(MAGIC)?;
        file.write_all(&(key_file.len() as u32).to_be_bytes())?;
        file.write_all(&key_file)?;
        std::io::copy(&mut copy, file).map(|_| ())
    })
}

/// Puts a backup into the data folder. What was there is kept beside it, under the returned folder.
///
/// # Errors
/// It is not a whole, sound backup, does not open with this password or keyring, or somebody has the present data
/// open. Nothing is changed then.
pub fn restore(folder: &DataFolder, source: &Path, password: Option<&str>) -> Result<Option<PathBuf>, Error> {
    let mut file = std::fs::File::open(source).map_err(Error::file(source))?;
    folder.make()?;
    let trial =
        tempfile::Builder::new().prefix(".restore-").tempdir_in(folder.root()).map_err(Error::file(folder.root()))?;
    let unpacked = DataFolder::new(trial.path());
    unpack(&mut file, &unpacked).map_err(|_| Error::NotABackup { path: source.to_owned() })?;
    // Read whole before anything is replaced: a backup that is damaged must not cost the present data.
    try_out(&unpacked, password, source)?;
    let _alone = Presence::alone(&folder.database())?;
    let kept = set_aside(folder)?;
    for (from, to) in [(unpacked.database(), folder.database()), (unpacked.key_file(), folder.key_file())] {
        std::fs::rename(&from, &to).map_err(Error::file(&to))?;
    }
    Ok(kept)
}

/// Opens an unpacked backup and reads every page of it; from now on it knows that it was one.
fn try_out(unpacked: &DataFolder, password: Option<&str>, source: &Path) -> Result<(), Error> {
    let damaged = || Error::NotABackup { path: source.to_owned() };
    let sound = crate::key::open(unpacked, password).and_then(|store| {
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

fn unpack(file: &mut std::fs::File, into: &DataFolder) -> std::io::Result<()> {
    let not_ours = || std::io::Error::from(std::io::ErrorKind::InvalidData);
    let mut magic = [0; 8];
    file.read_exact(&mut magic)?;
    let mut length = [0; 4];
    file.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if &magic != MAGIC || length > KEY_FILE_LIMIT {
        return Err(not_ours());
    }
    let mut key_file = vec![0; length as usize];
    file.read_exact(&mut key_file)?;
    write_whole(&into.key_file(), &key_file).map_err(|_| not_ours())?;
    let mut database = std::fs::File::create(into.database())?;
    if std::io::copy(file, &mut database)? == 0 {
        return Err(not_ours());
    }
    database.sync_all()
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
            std::fs::rename(&from, aside.join(name)).map_err(Error::file(&from))?;
        }
    }
    Ok(Some(aside))
}
