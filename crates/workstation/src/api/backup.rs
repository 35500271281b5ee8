//! Backups: where the last one is, another one, and putting one back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Secret;
use super::app::AppStatus;

/// A folder in which a backup may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupPlace {
    /// Full path.
    pub path: String,
    /// The name of the stick or disk; the folder's own otherwise.
    pub name: String,
    /// Whether it is a stick or another disk, and not a folder of this user's.
    pub stick: bool,
}

/// How the data is backed up.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BackupState {
    /// When the last backup was written (local), on this PC.
    pub last_at: Option<String>,
    /// Where to.
    pub last_path: Option<String>,
    /// Days without a backup, where that is too long.
    pub overdue_days: Option<i64>,
    /// The folder for the next one: that of the last one while it is there, else that of the exports.
    pub folder: String,
    /// Folders and sticks there are now.
    pub places: Vec<BackupPlace>,
    /// Whether the data is opened by the system keyring: a backup without a password of its own then opens in this
    /// account only.
    pub by_keyring: bool,
}

/// Write a backup.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct BackupRequest {
    /// Into which folder, under a dated name; as [`BackupState::folder`] where absent.
    pub folder: Option<String>,
    /// A password of the backup's own; it opens with what opens the data where absent.
    #[ts(as = "Option<String>")]
    pub password: Option<Secret>,
}

/// Look for backups.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct BackupSearch {
    /// In this folder, or this file itself; on the user's folders and all sticks where absent.
    pub at: Option<String>,
    /// Or what this uploaded file is.
    pub token: Option<String>,
}

/// A backup that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupFile {
    /// Full path; blank for an uploaded one.
    pub path: String,
    /// Its own name.
    pub file_name: String,
    /// The folder or stick it is in.
    pub place: String,
    /// When it was written (local), as far as the file says.
    pub at: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Whether a password opens it, and not the keyring of the account that wrote it.
    pub by_password: bool,
}

/// Backups, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct BackupFiles {
    /// Those found.
    pub files: Vec<BackupFile>,
}

/// Put a backup into the data's place.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RestoreRequest {
    /// The file on this PC.
    pub path: Option<String>,
    /// Or an uploaded one, by its token.
    pub token: Option<String>,
    /// The password it was written with.
    #[ts(as = "Option<String>")]
    pub password: Option<Secret>,
}

/// What became of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Restored {
    /// Where what was there before is kept; nothing where nothing was.
    pub kept: Option<String>,
    /// Where the program stands now.
    pub status: AppStatus,
}
