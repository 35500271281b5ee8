//! Files: the data folder, and writing beside and renaming, so that no reader ever sees half a file.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use linli_safekeeping::Refused;

use crate::Error;
use crate::beside::Beside;
use crate::held::patiently;
use crate::power::may_fail;

/// How long it may take until somebody who is just closing a database has closed it.
const CLOSING: Duration = Duration::from_secs(1);

/// The data folder of one committee on one PC.
#[derive(Debug, Clone)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// A folder, whether or not it exists yet.
    pub fn new(root: impl Into<PathBuf>) -> DataFolder {
        DataFolder { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The encrypted database.
    pub fn database(&self) -> PathBuf {
        self.root.join("linli.db")
    }

    /// The wrapped key.
    pub fn key_file(&self) -> PathBuf {
        self.root.join("key.json")
    }

    /// The database while it is being made; it becomes [`DataFolder::database`] once its key is kept.
    pub(crate) fn new_database(&self) -> PathBuf {
        self.root.join("linli.new")
    }

    /// The folder of a restore that is decided and not finished.
    pub(crate) fn restoring(&self) -> PathBuf {
        self.root.join(crate::settle::RESTORING)
    }

    /// Held by whoever unpacks a backup here.
    pub(crate) fn restore_turn(&self) -> PathBuf {
        self.root.join("restore.lock")
    }

    /// Held by whoever writes a backup of this.
    pub fn backup_turn(&self) -> PathBuf {
        self.root.join("backup.lock")
    }

    /// Whether a committee lives here, or did before a restore: nothing new is begun beside it.
    pub fn is_set_up(&self) -> bool {
        self.key_file().exists() || self.database().exists() || self.restoring().exists() || self.set_aside().is_some()
    }

    /// Takes away a database and key that were made a moment ago and never held anything.
    pub fn discard_new(&self) {
        for file in crate::settle::DATA_FILES {
            // What cannot be removed shows at the next try: the folder is set up then.
            let _ = std::fs::remove_file(self.root.join(file));
        }
    }

    /// The place that a path names which somebody chose for a file, with its links followed.
    ///
    /// # Errors
    /// It is in a data folder or a file of one, or there is something that is no file: nothing is to be written there.
    pub fn place_for(&self, target: &Path) -> Result<PathBuf, Error> {
        linli_safekeeping::place_for(target, &self.root).map_err(|refused| match refused {
            Refused::OwnData => Error::OwnData {
                path: target.to_owned(),
            },
            Refused::NotAFile => Error::NotAFile {
                path: target.to_owned(),
            },
            Refused::Io(source) => Error::file(target)(source),
        })
    }

    /// Writes a file to a path that somebody chose: an export, a paper, a package. Backups have their own way.
    ///
    /// # Errors
    /// As [`DataFolder::place_for`], or there is a backup, which only a backup may replace; or the system's. What was there
    /// is untouched then.
    pub fn write_output(&self, target: &Path, bytes: &[u8]) -> Result<(), Error> {
        let place = self.place_for(target)?;
        if crate::backup::is_one(&place) {
            return Err(Error::WouldReplaceBackup {
                path: target.to_owned(),
            });
        }
        write_whole(&place, bytes)
    }

    /// Makes the folder, readable by its owner only where the system knows owners.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn make(&self) -> Result<(), Error> {
        std::fs::create_dir_all(&self.root).map_err(Error::file(&self.root))?;
        restrict(&self.root)
    }
}

#[cfg(unix)]
fn restrict(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(Error::file(folder))
}

#[cfg(not(unix))]
fn restrict(_folder: &Path) -> Result<(), Error> {
    Ok(()) // Windows keeps a user's application data to that user.
}

/// The right to do what one program at a time does in a data folder; let go when dropped, or the program ends.
pub struct Turn {
    _file: std::fs::File,
}

impl Turn {
    /// Takes the turn that a file stands for; `None` while somebody else has it.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn take(path: &Path) -> Result<Option<Turn>, Error> {
        let file = std::fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path);
        let file = file.map_err(|error| Error::file(path)(error).of_data())?;
        match file.try_lock() {
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            // A file system without locks: better to work without this guard than not at all.
            _ => Ok(Some(Turn { _file: file })),
        }
    }
}

/// That a program has a database open: a lock on a file beside it, which ends with the program, however it ends.
pub(crate) struct Presence {
    _file: std::fs::File,
}

impl Presence {
    /// Of a program that reads and writes; there may be many.
    pub(crate) fn shared(database: &Path) -> Result<Presence, Error> {
        Presence::of(database, std::fs::File::try_lock_shared, Error::Busy)
    }

    /// Of one that replaces the file; nobody else may have it open. Tried once.
    pub(crate) fn alone_now(database: &Path) -> Result<Presence, Error> {
        Presence::of(database, std::fs::File::try_lock, Error::InUse)
    }

    /// The same, with a moment's patience.
    pub(crate) fn alone(database: &Path) -> Result<Presence, Error> {
        let until = Instant::now() + CLOSING;
        loop {
            match Presence::alone_now(database) {
                Err(Error::InUse) if Instant::now() < until => std::thread::sleep(CLOSING / 50),
                presence => return presence,
            }
        }
    }

    fn of(
        database: &Path,
        lock: impl FnOnce(&std::fs::File) -> Result<(), std::fs::TryLockError>,
        held: Error,
    ) -> Result<Presence, Error> {
        let path = database.with_extension("lock");
        let file = std::fs::File::create(&path).map_err(|error| Error::file(&path)(error).of_data())?;
        match lock(&file) {
            Err(std::fs::TryLockError::WouldBlock) => Err(held),
            // A file system without locks: better to work without this guard than not at all.
            Err(std::fs::TryLockError::Error(error)) if error.kind() != std::io::ErrorKind::Unsupported => {
                Err(Error::file(&path)(error))
            }
            _ => Ok(Presence { _file: file }),
        }
    }
}

/// Writes a whole file beside its place, makes it durable and renames it there: after a crash the old file or
/// the new one is there, never half of one.
///
/// # Errors
/// Anything the system says; the old file, if any, is untouched then.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut beside = Beside::of(path)?;
    may_fail("write the file");
    beside.file().write_all(bytes).map_err(Error::file(path))?;
    beside.put_in_place()
}

/// Removes a file that may or may not be there.
///
/// # Errors
/// The system's.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    may_fail(&format!(
        "remove {}",
        path.file_name().unwrap_or_default().to_string_lossy()
    ));
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(path)(error)),
        _ => Ok(()),
    }
}

/// Removes a database that may or may not be there, and what SQLite keeps beside it.
pub(crate) fn remove_database(path: &Path) -> Result<(), Error> {
    ["", "-wal", "-shm"].iter().try_for_each(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        remove(Path::new(&name))
    })
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// It cannot be read, or is larger.
pub fn read_whole(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let too_large = || Error::TooLarge {
        path: path.to_owned(),
        most: limit / 1_000_000,
    };
    let size = patiently(|| std::fs::metadata(path)).map_err(Error::file(path))?.len();
    if size > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // What says no size of its own, or grows meanwhile, is read no further either.
    let read = patiently(|| {
        bytes.clear();
        std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)
    });
    read.map_err(Error::file(path))?;
    if bytes.len() as u64 > limit {
        Err(too_large())
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_not_finished_is_gone_and_the_old_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("第1轮.xlsx");
        write_whole(&path, b"old").unwrap();
        let mut beside = Beside::of(&path).unwrap();
        beside.file().write_all(b"half").unwrap();
        drop(beside);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_program_left_goes_with_the_next_write_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let others = Beside::of(&folder.path().join("别的.xlsx")).unwrap();
        let companion = others.companion().unwrap();
        std::fs::write(&companion, b"copy").unwrap();
        for name in [
            ".linli-abcdef",
            ".linli-abcdef-db",
            ".linli-ghijkl-db-journal",
            ".linlithing",
        ] {
            std::fs::write(folder.path().join(name), b"left").unwrap();
        }
        write_whole(&folder.path().join("名册.xlsx"), b"new").unwrap();
        others.put_in_place().unwrap();
        assert!(companion.exists(), "it belongs to a file that was being written");
        drop(companion);
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, [".linlithing", "别的.xlsx", "名册.xlsx"]);
    }

    #[test]
    fn a_file_that_cannot_be_put_in_place_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("名册.xlsx");
        std::fs::create_dir(&path).unwrap();
        assert!(matches!(write_whole(&path, b"new"), Err(Error::File { .. })));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
