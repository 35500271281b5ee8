//! What a program that was killed on the way left in a data folder: finished where it had been decided, taken back where it
//! had not, and cleared away either way. Done before data is opened, and by one program alone.
//!
//! A restore is decided by one rename: of the folder in which the backup was unpacked and read whole, to `restoring`. From
//! then on it is finished, by whoever comes next: what there was goes into a folder beside it, and what is in it takes the
//! place. Each step can be taken again.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::files::{DataFolder, Presence, Turn};
use crate::power::may_fail;
use crate::{Error, beside, held, key};

/// What data consists of, and what SQLite keeps beside it. The database is last: while it is not in its place, the others
/// are not to be believed.
pub(crate) const DATA_FILES: [&str; 5] = ["key.json", "linli.witness", "linli.db-wal", "linli.db-shm", "linli.db"];
/// In `restoring`: what there was, not all of it yet, and all of it.
const SETTING_ASIDE: &str = "setting-aside";
const BEFORE: &str = "before";
/// Begins the names of folders in which a backup is unpacked.
pub(crate) const TRIAL: &str = ".restore-";
/// Begins the names of folders that keep what there was before a restore.
const ASIDE: &str = "before-restore-";
/// How long another program may take to finish what was decided.
const FINISHING: Duration = Duration::from_secs(10);

/// What was found, and which data there is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Settled {
    /// A restore was decided and is done: the data is the backup's.
    Restored {
        /// Where what there was is kept.
        kept: Option<PathBuf>,
    },
    /// A restore was broken off before it was decided: the data is what it was.
    NotRestored,
    /// A restore by an older program was broken off in the middle: the data is what it was, in its place again.
    PutBack,
    /// A change of the password was broken off after it was done.
    PasswordChanged,
    /// A change of the password was broken off before it was done.
    PasswordNotChanged,
    /// A file was being written: the one before is there.
    Cleared,
}

impl fmt::Display for Settled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Settled::Restored { kept } => {
                f.write_str("上次从备份恢复时程序中断了，现在已经接着做完：打开的是备份里的数据")?;
                kept.iter()
                    .try_for_each(|kept| write!(f, "，恢复前的数据留在 {}", kept.display()))
            }
            Settled::NotRestored => f.write_str("上次从备份恢复没有做完，数据还是恢复前的，没有改动；要恢复请再做一次"),
            Settled::PutBack => f.write_str("上次从备份恢复断在中间，恢复前的数据已经放回原处；要恢复请再做一次"),
            Settled::PasswordChanged => f.write_str("上次改密码时程序中断了，但密码已经改成：请用新的密码"),
            Settled::PasswordNotChanged => f.write_str("上次改密码没有改成：请用原来的密码；要改请再改一次"),
            Settled::Cleared => f.write_str("上次有一个文件没有写完，已经清理；数据是那一步之前的，没有改动"),
        }
    }
}

impl DataFolder {
    /// Finishes or takes back what a killed program left here, and says what it was. Costs one look at the folder where
    /// there is nothing.
    ///
    /// # Errors
    /// The system's, or another program does not come to its end with it. The next try goes on.
    pub fn settle(&self) -> Result<Vec<Settled>, Error> {
        if !self.is_unsettled() {
            return Ok(Vec::new());
        }
        let Some(_alone) = self.alone()? else {
            return Ok(Vec::new());
        };
        let mut settled = Vec::new();
        if self.restoring().exists() {
            settled.push(Settled::Restored { kept: finish(self)? });
        } else if put_back(self)? {
            settled.push(Settled::PutBack);
        }
        let trials = self.clear_trials();
        if trials && settled.is_empty() {
            settled.push(Settled::NotRestored);
        }
        settled.extend(key::settle_change(self)?);
        if beside::clear(self.root()) && settled.is_empty() {
            settled.push(Settled::Cleared);
        }
        Ok(settled)
    }

    /// The newest folder that keeps what there was before a restore.
    pub(crate) fn set_aside(&self) -> Option<PathBuf> {
        let newest = numbers(self).max()?;
        Some(self.root().join(format!("{ASIDE}{newest}")))
    }

    fn is_unsettled(&self) -> bool {
        let entries = std::fs::read_dir(self.root()).into_iter().flatten().flatten();
        let left = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .any(|name| {
                [TRIAL, beside::PREFIX].iter().any(|prefix| name.starts_with(prefix))
                    || [RESTORING, key::CHANGING].contains(&&*name)
            });
        left || ((!self.database().exists() || !self.key_file().exists()) && self.set_aside().is_some())
    }

    /// The right to change what lies here; `None` where somebody works here, whose the files may be.
    fn alone(&self) -> Result<Option<Presence>, Error> {
        let until = Instant::now() + FINISHING;
        loop {
            match Presence::alone_now(&self.database()) {
                Err(Error::InUse) if !self.restoring().exists() => return Ok(None),
                Err(Error::InUse) if Instant::now() < until => std::thread::sleep(FINISHING / 200),
                Err(Error::InUse) => return Err(Error::Busy),
                alone => return alone.map(Some),
            }
        }
    }

    /// Takes away what was unpacked for a trial, unless somebody is at it; says whether there was anything.
    fn clear_trials(&self) -> bool {
        let Ok(Some(_turn)) = Turn::take(&self.restore_turn()) else {
            return false;
        };
        let entries = std::fs::read_dir(self.root()).into_iter().flatten().flatten();
        let trials = entries.filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(TRIAL)));
        let removed = trials
            .filter(|trial| std::fs::remove_dir_all(trial.path()).is_ok())
            .count();
        removed > 0
    }
}

/// The name of the folder by which a restore is decided.
pub(crate) const RESTORING: &str = "restoring";

/// Finishes a restore that was decided; gives where what there was is kept.
pub(crate) fn finish(folder: &DataFolder) -> Result<Option<PathBuf>, Error> {
    let (from, root) = (folder.restoring(), folder.root());
    let (setting_aside, before) = (from.join(SETTING_ASIDE), from.join(BEFORE));
    // The new database is moved last: where it is not there any more, everything is in its place.
    if from.join("linli.db").exists() && !before.exists() {
        may_fail("make a folder for what there was");
        std::fs::create_dir_all(&setting_aside).map_err(Error::file(&setting_aside))?;
        move_all(root, &setting_aside)?;
        rename(&setting_aside, &before)?;
    }
    move_all(&from, root)?;
    beside::sync_folder(root)?;
    let kept = keep(folder, &before)?;
    may_fail("remove the folder of the restore");
    std::fs::remove_dir_all(&from).map_err(Error::file(&from))?;
    beside::sync_folder(root)?;
    Ok(kept.or_else(|| folder.set_aside()))
}

fn move_all(from: &Path, to: &Path) -> Result<(), Error> {
    for name in DATA_FILES {
        let file = from.join(name);
        if file.exists() {
            rename(&file, &to.join(name))?;
        }
    }
    Ok(())
}

/// Gives what there was its name beside the data; what was nothing has none.
fn keep(folder: &DataFolder, before: &Path) -> Result<Option<PathBuf>, Error> {
    if !DATA_FILES.iter().any(|name| before.join(name).exists()) {
        return Ok(None);
    }
    let next = numbers(folder).max().map_or(1, |last| last.saturating_add(1));
    let kept = folder.root().join(format!("{ASIDE}{next}"));
    rename(before, &kept)?;
    Ok(Some(kept))
}

/// The numbers of the folders that keep what there was.
fn numbers(folder: &DataFolder) -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir(folder.root()).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.strip_prefix(ASIDE)?.parse().ok())
}

/// Puts back what there was where an older program was killed while it set that aside file by file, or before all of the
/// backup was in its place; says whether it was so.
fn put_back(folder: &DataFolder) -> Result<bool, Error> {
    let Some(aside) = folder.set_aside() else {
        return Ok(false);
    };
    let there = |name| (folder.root().join(name).exists(), aside.join(name).exists());
    let broken_off = match (there("linli.db"), there("key.json")) {
        // Nothing is in its place, or the backup's database without its key, which is kept as what there was.
        ((_, true), (false, true)) => true,
        // The key was to follow its database.
        ((false, true), (true, false)) => {
            move_all(folder.root(), &aside)?;
            true
        }
        _ => false,
    };
    if broken_off {
        rename(&aside, &folder.restoring())?;
        finish(folder)?;
    }
    Ok(broken_off)
}

pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    may_fail(&format!(
        "rename to {}",
        to.file_name().unwrap_or_default().to_string_lossy()
    ));
    held::rename(from, to)
}
