//! Writing beside and renaming: after a crash the old file or the new one is in its place, never half of one. What a
//! program that was killed left beside is known by its name and by nobody holding it, and goes with the next write there.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::Error;
use crate::held::{patiently, put_in_place};
use crate::power::may_fail;

/// How the names of files begin that are not in their place yet.
pub(crate) const PREFIX: &str = ".linli-";
/// Characters that follow it, by chance.
const CHANCE: usize = 6;
/// Most files of a folder that are looked at for what was left there: a stick may hold a household's photographs.
const LOOKED_AT: usize = 5_000;
/// How often a name is tried that somebody took for left over before it was held.
const TRIES: usize = 8;

/// A file on its way to its place. Dropped before, it is gone.
pub(crate) struct Beside {
    file: File,
    path: TempPath,
    place: PathBuf,
    folder: PathBuf,
}

impl Beside {
    /// Begins a file for a place, whose folder is made where it is not there.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn of(place: &Path) -> Result<Beside, Error> {
        let folder = place
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        may_fail("make the folder");
        std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        clear(folder);
        for _ in 0..TRIES {
            may_fail("begin a file");
            let begun = patiently(|| {
                tempfile::Builder::new()
                    .prefix(PREFIX)
                    .rand_bytes(CHANCE)
                    .tempfile_in(folder)
            });
            let (file, path) = begun.map_err(Error::file(place))?.into_parts();
            // A file system without locks: then nothing that is left there is taken away.
            let _ = file.try_lock();
            if path.exists() {
                let (place, folder) = (place.to_owned(), folder.to_owned());
                return Ok(Beside {
                    file,
                    path,
                    place,
                    folder,
                });
            }
        }
        Err(Error::Busy)
    }

    /// To write to.
    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// A path for something that is needed for a while, and goes when this is dropped.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn companion(&self) -> Result<TempPath, Error> {
        let mut name = self.path.as_os_str().to_owned();
        name.push("-db");
        TempPath::try_from_path(PathBuf::from(name)).map_err(Error::file(&self.place))
    }

    /// Makes what was written durable and renames it to its place, durably.
    ///
    /// # Errors
    /// The system's; what was in the place is untouched then.
    pub(crate) fn put_in_place(self) -> Result<(), Error> {
        may_fail("make the file durable");
        self.file.sync_all().map_err(Error::file(&self.place))?;
        // Windows renames no file that somebody holds.
        let held = if cfg!(windows) { None } else { Some(self.file) };
        may_fail("rename the file");
        put_in_place(self.path, &self.place)?;
        drop(held);
        may_fail("make the rename durable");
        sync_folder(&self.folder)
    }
}

/// Makes the renames in a folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::file(folder))
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> Result<(), Error> {
    Ok(()) // A rename is durable on NTFS once the file is.
}

/// Takes away what killed programs left in a folder; says whether there was anything. What cannot be removed stays.
pub(crate) fn clear(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .take(LOOKED_AT);
    let left: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| is_left_over(path))
        .collect();
    let removed = left.iter().filter(|path| std::fs::remove_file(path).is_ok()).count();
    removed > 0
}

/// Whether a file was on its way and nobody is at it any more. A companion is held by the file it goes with.
fn is_left_over(path: &Path) -> bool {
    let Some(name) = path
        .file_name()
        .and_then(|name| name.to_str())
        .filter(|name| name.starts_with(PREFIX))
    else {
        return false;
    };
    let base = name
        .char_indices()
        .nth(PREFIX.len() + CHANCE)
        .map_or(name, |(end, _)| &name[..end]);
    match File::open(path.with_file_name(base)) {
        Ok(file) => !matches!(file.try_lock(), Err(TryLockError::WouldBlock | TryLockError::Error(_))),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}
