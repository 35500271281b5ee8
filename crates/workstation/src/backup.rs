//! Backups: writing one to a folder or a stick, finding one, and putting one into the data's place while the program is
//! open.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use linli_domain::backup::overdue_days;
use linli_domain::time::Moment;
use linli_store::files::Turn;
use linli_store::{Store, View};
use serde::{Deserialize, Serialize};

use crate::api::app::DueItem;
use crate::api::backup::{
    BackupFile, BackupFiles, BackupPlace, BackupRequest, BackupSearch, BackupState, RestoreRequest, Restored,
};
use crate::api::{Empty, Exported, Said, Sentence};
use crate::file_name::{file_name, in_a_folder};
use crate::named::{FormField, Thing, Unfit};
use crate::places::folder_name;
use crate::remarks::Remark;
use crate::session::app_status;
use crate::today::Due;
use crate::workstation::is_sample;
use crate::{Error, NamedBytes, Session, Workstation, default_exports_dir};

/// Under which key it is kept what was backed up.
const BACKUPS: &str = "backups";
/// How the files' names end.
const EXTENSION: &str = "linli";
/// Most files of one folder that are looked at: a stick may hold a household's photographs.
const LOOKED_AT: usize = 5_000;
/// Most backups that are listed.
const LISTED: usize = 50;

/// A backup that was begun or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    at: Moment,
    path: PathBuf,
    /// The data's version then.
    version: i64,
    /// What was there before, where something was: tells whether a backup that was broken off came into its place.
    #[serde(default)]
    before: Option<Seen>,
}

/// How a file looked from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    size: u64,
    modified: Option<SystemTime>,
}

impl Seen {
    fn of(path: &Path) -> Option<Seen> {
        let meta = std::fs::metadata(path).ok()?;
        Some(Seen {
            size: meta.len(),
            modified: meta.modified().ok(),
        })
    }
}

/// What is known of this data's backups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Backups {
    /// The last one that was written whole.
    done: Option<Written>,
    /// The last one that was begun. It stands in the copy, too: whoever goes on from there knows which backup it is.
    begun: Option<Written>,
}

impl Backups {
    fn of(view: View<'_>) -> Result<Backups, Error> {
        Ok(view
            .setting(BACKUPS)?
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default())
    }

    fn save(&self, store: &Store) -> Result<(), Error> {
        let json = serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(store.set_setting(BACKUPS, &json)?)
    }
}

/// Writes a backup, and remembers that there is one. See [`linli_store::backup`] for the password.
///
/// # Errors
/// The password is too short, or the file cannot be written.
pub fn back_up(ws: &Workstation, path: &Path, password: Option<&str>) -> Result<Exported, Error> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // Before it is noted as begun.
    ws.folder.place_for(&path)?;
    in_a_folder(&path)?;
    let _turn = Turn::take(&ws.folder.backup_turn())?.ok_or(linli_store::Error::Busy)?;
    let store = ws.connect()?;
    let written = Written {
        at: ws.now(),
        path: path.clone(),
        version: store.view().version()?,
        before: Seen::of(&path),
    };
    let before = Backups::of(store.view())?;
    let begun = Backups {
        begun: Some(written.clone()),
        ..before.clone()
    };
    begun.save(&store)?;
    let done = linli_store::backup(&store, &ws.folder, ws.key(), &path, password);
    match done {
        Ok(()) => Backups {
            done: Some(written),
            ..begun
        },
        // It was said that it failed: nothing is left to be said of it at the next start.
        Err(_) => Backups {
            begun: before.done.clone(),
            ..before
        },
    }
    .save(&store)?;
    done?;
    Ok(ws.exported(path, 0))
}

/// Says how a backup ended that was broken off, and what the data is where a restore was broken off once it was done; each
/// once.
pub(crate) fn remarks(ws: &Workstation) -> Result<Vec<Sentence>, Error> {
    let store = ws.store();
    if let Some(from) = store.restore_said()? {
        took_its_place(&store, Path::new(&from))?;
        return Ok(vec![Remark::RestoreDone { path: from }.said()]);
    }
    let backups = Backups::of(store.view())?;
    let is_done = |begun: &Written| {
        backups
            .done
            .as_ref()
            .is_some_and(|done| (done.at, done.version) == (begun.at, begun.version))
    };
    let Some(begun) = backups.begun.clone().filter(|begun| !is_done(begun)) else {
        return Ok(Vec::new());
    };
    // Somebody is at it.
    let Some(_turn) = Turn::take(&ws.folder.backup_turn())? else {
        return Ok(Vec::new());
    };
    let (path, now) = (begun.path.display().to_string(), Seen::of(&begun.path));
    if now.is_some() && now != begun.before {
        let said = Remark::BackupWritten { path }.said();
        Backups {
            done: Some(begun),
            ..backups
        }
        .save(&store)?;
        return Ok(vec![said]);
    }
    let said = Remark::BackupNotWritten { path }.said();
    Backups {
        begun: backups.done.clone(),
        ..backups
    }
    .save(&store)?;
    Ok(vec![said])
}

/// The data as it is now has the backup it came from, whatever it knew when that was written.
fn took_its_place(store: &Store, source: &Path) -> Result<(), Error> {
    let backups = Backups::of(store.view())?;
    if let Some(begun) = backups.begun.clone() {
        let done = Written {
            path: source.to_owned(),
            ..begun
        };
        Backups {
            begun: Some(done.clone()),
            done: Some(done),
        }
        .save(store)?;
    }
    Ok(())
}

/// Puts a backup into the session's folder and opens it; what was there is kept in the returned folder.
///
/// # Errors
/// It is no backup, or does not open; nothing is changed then.
pub fn restore(session: &Session, path: &Path, password: Option<&str>) -> Result<Option<PathBuf>, Error> {
    let mut file = File::open(path).map_err(|source| linli_store::Error::File {
        path: path.to_owned(),
        source,
    })?;
    put_back(session, &mut file, path, password)
}

fn put_back(
    session: &Session,
    backup: &mut dyn Read,
    source: &Path,
    password: Option<&str>,
) -> Result<Option<PathBuf>, Error> {
    let source = std::path::absolute(source).unwrap_or_else(|_| source.to_owned());
    let kept = session.restore(backup, &source, password)?;
    let ws = session.open_restored(password)?;
    took_its_place(&ws.store(), &source)?;
    ws.store().restore_said()?;
    Ok(kept)
}

pub(crate) fn backup_state(ws: &Workstation, _: Empty) -> Result<BackupState, Error> {
    let overdue_days = overdue(ws)?;
    let last = Backups::of(ws.store().view())?.done;
    let exports = PathBuf::from(ws.settings()?.export_folder);
    let parent = last
        .as_ref()
        .and_then(|last| last.path.parent())
        .filter(|folder| folder.is_dir());
    let folder = parent.map_or_else(|| exports.clone(), Path::to_owned);
    Ok(BackupState {
        last_at: last.as_ref().map(|last| last.at.text()),
        last_path: last.as_ref().map(|last| last.path.display().to_string()),
        overdue_days,
        folder: folder.display().to_string(),
        places: places(&*ws.host, &[&folder, &exports]),
        by_keyring: !linli_store::key::needs_password(&ws.folder)?,
    })
}

pub(crate) fn backup_save(ws: &Workstation, request: BackupRequest) -> Result<Exported, Error> {
    let asked = request
        .folder
        .as_deref()
        .map(str::trim)
        .filter(|folder| !folder.is_empty());
    let folder = match asked {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(backup_state(ws, Empty {})?.folder),
    };
    // A stick that was pulled out must not become a folder of that name on the PC's own disk.
    if !folder.is_absolute() || !folder.is_dir() {
        let folder = folder.display().to_string();
        return Err(Error::unfit(FormField::BackupFolder, &Unfit::FolderGone { folder }));
    }
    let name = file_name(ws, "备份", EXTENSION)?;
    back_up(
        ws,
        &crate::workstation::free_path(&folder.join(name)),
        request.password.as_deref(),
    )
}

/// Looks for backups: also where there is no data, or none that opens.
pub(crate) fn backup_files(session: &Session, request: BackupSearch) -> Result<BackupFiles, Error> {
    if let Some(token) = &request.token {
        let file = session.file(token).ok_or(Error::NotFound {
            thing: Thing::ChosenFile,
        })?;
        return Ok(BackupFiles {
            files: uploaded(&file).into_iter().collect(),
        });
    }
    let asked = request
        .at
        .as_deref()
        .map(str::trim)
        .filter(|at| !at.is_empty())
        .map(PathBuf::from);
    let mut files: Vec<BackupFile> = match asked {
        Some(file) if file.is_file() => found(&file).into_iter().collect(),
        Some(folder) => in_folder(&folder)
            .map_err(|source| linli_store::Error::File {
                path: folder.clone(),
                source,
            })
            .map(Iterator::collect)?,
        None => {
            let (last, exports) = match session.opened() {
                Some(ws) => {
                    let last = Backups::of(ws.store().view())?.done.map(|last| last.path);
                    (last, PathBuf::from(ws.settings()?.export_folder))
                }
                None => (None, session.exports.clone()),
            };
            let last = last.as_deref().and_then(Path::parent).unwrap_or(&exports);
            let places = places(&*session.host, &[last, &exports, &default_exports_dir()]);
            places
                .iter()
                .filter_map(|place| in_folder(Path::new(&place.path)).ok())
                .flatten()
                .collect()
        }
    };
    files.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.path.cmp(&other.path)));
    files.truncate(LISTED);
    Ok(BackupFiles { files })
}

pub(crate) fn backup_restore(session: &Session, request: RestoreRequest) -> Result<Restored, Error> {
    let password = request.password.as_deref().filter(|password| !password.is_empty());
    let kept = match (&request.path, &request.token) {
        (Some(path), _) => restore(session, Path::new(path.trim()), password)?,
        (None, Some(token)) => {
            let file = session.file(token).ok_or(Error::NotFound {
                thing: Thing::ChosenFile,
            })?;
            put_back(session, &mut file.bytes.as_slice(), Path::new(&file.name), password)?
        }
        (None, None) => {
            return Err(Error::Missing {
                field: FormField::BackupFile,
            });
        }
    };
    let kept = kept.map(|kept| kept.display().to_string());
    Ok(Restored {
        kept,
        status: app_status(session, Empty {})?,
    })
}

/// Days without a backup, where that is to be said.
fn overdue(ws: &Workstation) -> Result<Option<i64>, Error> {
    let store = ws.store();
    let view = store.view();
    if is_sample(view)? {
        return Ok(None);
    }
    let (since, changed) = match Backups::of(view)?.done {
        Some(last) => (Some(last.at), last.version != view.version()?),
        None => (view.began_here()?, true),
    };
    Ok(since.and_then(|since| overdue_days(since, changed, ws.now())))
}

/// The line of the first screen that asks for a backup.
pub(crate) fn due(ws: &Workstation) -> Result<Option<DueItem>, Error> {
    let Some(days) = overdue(ws)? else { return Ok(None) };
    let never = Backups::of(ws.store().view())?.done.is_none();
    let due = if never { Due::NeverBackedUp } else { Due::ToBackUp };
    let count = usize::try_from(days).unwrap_or_default();
    Ok(Some(DueItem {
        said: due.said(),
        round: None,
        count,
        due_at: None,
    }))
}

/// Folders of this user's and whatever is plugged in, each once.
fn places(host: &dyn crate::Host, folders: &[&Path]) -> Vec<BackupPlace> {
    let sticks = host.places().into_iter().map(|place| (place.path, place.name, true));
    let folders = folders.iter().filter(|folder| folder.is_dir());
    let folders = folders.map(|folder| ((*folder).to_owned(), folder_name(folder), false));
    let mut seen = BTreeSet::new();
    sticks
        .chain(folders)
        .filter(|(path, ..)| seen.insert(path.clone()))
        .map(|(path, name, stick)| BackupPlace {
            path: path.display().to_string(),
            name,
            stick,
        })
        .collect()
}

/// The backups that lie in a folder.
fn in_folder(folder: &Path) -> std::io::Result<impl Iterator<Item = BackupFile>> {
    let entries = std::fs::read_dir(folder)?
        .flatten()
        .take(LOOKED_AT)
        .map(|entry| entry.path());
    let named = entries.filter(|path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case(EXTENSION)));
    Ok(named.filter_map(|path| found(&path)))
}

/// An uploaded file, if it begins as a backup does.
fn uploaded(file: &NamedBytes) -> Option<BackupFile> {
    Some(BackupFile {
        path: String::new(),
        file_name: file.name.clone(),
        place: String::new(),
        at: None,
        size: file.bytes.len() as u64,
        by_password: linli_store::opens_by_password(&mut file.bytes.as_slice())?,
    })
}

/// A file, if it begins as a backup does.
fn found(path: &Path) -> Option<BackupFile> {
    let mut file = File::open(path).ok()?;
    let meta = file.metadata().ok()?;
    let by_password = linli_store::opens_by_password(&mut file)?;
    let at = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    Some(BackupFile {
        path: path.display().to_string(),
        file_name: folder_name(path),
        place: path.parent().map(folder_name).unwrap_or_default(),
        at: at
            .and_then(|at| i64::try_from(at.as_millis()).ok())
            .map(|at| Moment(at).text()),
        size: meta.len(),
        by_password,
    })
}
