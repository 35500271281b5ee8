//! What can go wrong with the data, with what a person needs to go on.

use std::io;
use std::path::{Path, PathBuf};

use linli_domain::system::SystemProblem;
use rusqlite::types::FromSqlError;
use thiserror::Error;

/// An error of the store. Nothing was changed when one is returned.
#[derive(Debug, Error)]
pub enum Error {
    /// There is no database where one should be.
    #[error("文件 {} 不在了，缺了它打不开数据；请找回它，或从备份恢复", path.display())]
    Missing {
        /// Where.
        path: PathBuf,
    },
    /// There is no key, and data from before a restore beside it.
    #[error(
        "文件 {} 不在了，打不开数据；恢复备份之前的数据还留在 {}。请从备份恢复，或联系技术人员把那里的文件放回来",
        missing.display(), kept.display()
    )]
    SetAside {
        /// What is not there.
        missing: PathBuf,
        /// Where there is something.
        kept: PathBuf,
    },
    /// There is already a database.
    #[error("{} 里已经有数据", path.display())]
    AlreadyThere {
        /// Where.
        path: PathBuf,
    },
    /// The file cannot be opened.
    #[error("数据文件 {} 打不开：{source}", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The key is right and the file still unreadable.
    #[error("数据文件 {} 已损坏，没有改动它；请从备份恢复", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
    },
    /// Some of the file's pages are damaged: what is read from the others still holds.
    #[error("数据文件里有损坏的地方，这一步没有完成，没有改动数据；请从备份恢复")]
    DamagedPart,
    /// The data is open in another program, which would go on with what was there before.
    #[error("另一个程序正打开着这份数据，请先关闭它再恢复")]
    InUse,
    /// The key file is unreadable.
    #[error("密钥文件 {} 已损坏，没有改动任何数据；请从备份恢复", path.display())]
    KeyFileDamaged {
        /// Which.
        path: PathBuf,
    },
    /// The password is wrong.
    #[error("密码不对")]
    WrongPassword,
    /// The data is locked with a password and none was given.
    #[error("这份数据用密码保护，请输入密码")]
    PasswordNeeded,
    /// The data's key is in the system keyring, which is not to be reached.
    #[error("打不开系统密钥环（{reason}），数据没有改动；请先登录或解锁密钥环")]
    KeyringMissing {
        /// What the system says.
        reason: String,
    },
    /// The data's key is in the system keyring, which is locked.
    #[error(
        "系统密钥环锁着，数据没有改动；请在系统弹出的窗口里输入开机密码解锁，或注销后重新登录电脑，再试一次（{reason}）"
    )]
    KeyringLocked {
        /// What the system says.
        reason: String,
    },
    /// The keyring is there but does not hold this data's key.
    #[error("系统密钥环里没有这份数据的密钥，数据没有改动；请用原来的电脑账户登录，或从备份恢复")]
    KeyNotInKeyring,
    /// There is no keyring and no password was chosen.
    #[error("本机没有可用的系统密钥环（{reason}），请设置密码来保护数据")]
    PasswordRequired {
        /// What the system says.
        reason: String,
    },
    /// The keyring is locked and no password was chosen.
    #[error(
        "本机的系统密钥环锁着（{reason}）：请输入开机密码解锁它，或注销后重新登录电脑，再试一次；不用密钥环的，请设置密码来保护数据"
    )]
    PasswordOrUnlock {
        /// What the system says.
        reason: String,
    },
    /// The password is too short.
    #[error("密码至少要 {min} 个字符")]
    PasswordTooShort {
        /// The least.
        min: usize,
    },
    /// A newer program wrote this database.
    #[error("这份数据由更新的版本写成（格式 {found}，本程序认得到 {known}），请先升级程序；数据没有改动")]
    Newer {
        /// The database's schema version.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// Another program is in the middle of something.
    #[error("另一个程序正在写入这份数据，请稍后再试")]
    Busy,
    /// The disk of the data is full.
    #[error("这台电脑存放数据的磁盘满了，这一步没有保存，已有的数据没有改动；请删掉不用的文件、清空回收站，再做一次")]
    DiskFull,
    /// The disk that a file was to be written to is full.
    #[error("{} 所在的磁盘（U 盘）满了，文件没有写成，原来的文件没有改动；请腾出空间，或换一个地方", path.display())]
    NoRoom {
        /// Which file.
        path: PathBuf,
    },
    /// There is no room to unpack a backup; it is nobody's fault but the disk's.
    #[error(
        "这台电脑的磁盘放不下备份 {}，没有恢复，原来的数据没有改动，备份文件也没有受影响；请腾出空间后再恢复一次",
        path.display()
    )]
    NoRoomToRestore {
        /// The backup.
        path: PathBuf,
    },
    /// Nothing may be written there.
    #[error("{} 不能写入：文件夹（U 盘）是只读的，或没有权限；什么也没有改动，请换一个地方，或联系技术人员放开权限", path.display())]
    NotWritable {
        /// Which file.
        path: PathBuf,
    },
    /// The data lies where nothing may be written.
    #[error("存放数据的文件夹是只读的，或没有权限，不能打开数据，数据没有改动；请联系技术人员放开权限")]
    DataNotWritable,
    /// A restore is decided and could not be finished yet.
    #[error("备份已经验过，但没能换上（{reason}）；数据都在，没有丢失。请关闭其他程序，再打开一次，会接着做完")]
    RestoreUnfinished {
        /// What was in the way.
        reason: Box<Error>,
    },
    /// A file cannot be read or written.
    #[error("文件 {} 读写失败：{}", path.display(), SystemProblem::of(.source))]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that is larger than any of its kind.
    #[error("文件 {} 太大，超过 {most} MB，没有读", path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// The most, in MB.
        most: u64,
    },
    /// Another program holds a file: Excel or WPS that shows it, or the right to it lacks.
    #[error("{} 正被别的程序打开着（或者这里不允许写入），请关闭它再试；什么也没有丢失", path.display())]
    Held {
        /// Which.
        path: PathBuf,
    },
    /// A file was to be written into a data folder, or onto one of its files.
    #[error("{} 在程序存放数据的文件夹里，或就是数据文件，不能写到那里；什么也没有写，请换一个文件夹", path.display())]
    OwnData {
        /// Where to.
        path: PathBuf,
    },
    /// A file was to be written where there is a folder or a device.
    #[error("{} 是文件夹或设备，不是文件，什么也没有写；请换一个文件名", path.display())]
    NotAFile {
        /// Where to.
        path: PathBuf,
    },
    /// Something else was to be written onto a backup.
    #[error("{} 是一份备份，没有覆盖它；请换一个文件名", path.display())]
    WouldReplaceBackup {
        /// Where to.
        path: PathBuf,
    },
    /// Not a backup of ours, cut off, or damaged.
    #[error("{} 不是完整的邻里备份文件，没有恢复，原来的数据没有改动", path.display())]
    NotABackup {
        /// Which.
        path: PathBuf,
    },
    /// Something in the log cannot be read.
    #[error("记录第 {operation} 条读不懂：{source}")]
    Log {
        /// Its place in the log.
        operation: i64,
        /// Why.
        source: serde_json::Error,
    },
    /// The batch to take back is not there.
    #[error("找不到要撤销的操作")]
    NoSuchBatch,
    /// The batch has been taken back before.
    #[error("这一步已经撤销过了")]
    AlreadyUndone,
    /// The batch to bring back counts: it was not taken back, or is back already.
    #[error("这一步没有撤销过，不用恢复")]
    NotUndone,
    /// A single change is larger than what can travel.
    #[error("这一处内容太长，请缩短后再保存")]
    ChangeTooLarge,
    /// What another PC sent does not follow on what is here.
    #[error("收到的数据不完整：缺少设备 {device} 第 {expected} 条起的记录")]
    Gap {
        /// The other PC.
        device: uuid::Uuid,
        /// The sequence number waited for.
        expected: u64,
    },
    /// What another PC sent cannot be trusted.
    #[error("收到的数据核对不通过（{0}），没有采用")]
    Untrusted(linli_protocol::PartProblem),
    /// What came back under this PC's name is not what this PC wrote.
    #[error("区级平台上本机的记录与本机数据不一致（可能恢复过旧备份），请重新加入")]
    Forked,
    /// The district has not what it had: it was put back to an older state.
    #[error("区级平台的数据比本机旧，本机数据都在，请联系区里")]
    DistrictBehind,
    /// Vouchers were issued on what would be taken back.
    #[error("凭证 {first}{} 已发出，不能撤销；要改请写明原因“退回”", others(.count))]
    VoucherIssued {
        /// The number of the first.
        first: String,
        /// How many there are.
        count: usize,
    },
    /// What would be brought back is a voucher that was voided.
    #[error("凭证 {voucher} 已作废，不能靠撤销恢复；要补发请重新审核")]
    VoucherVoid {
        /// Its number.
        voucher: String,
    },
    /// The operating system gives no randomness.
    #[error("系统不能提供随机数：{0}")]
    Randomness(String),
    /// Anything else of the database.
    #[error("数据库出错：{0}")]
    Database(rusqlite::Error),
    /// Something could not be serialised: a defect.
    #[error("内部数据不能保存：{0}")]
    Serialise(#[from] serde_json::Error),
}

/// ` 等 3 张`, where there is more than the one named.
fn others(count: &usize) -> String {
    if *count > 1 {
        format!(" 等 {count} 张")
    } else {
        String::new()
    }
}

impl Error {
    /// Stable code for the screens.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Missing { .. } => "data_missing",
            Error::AlreadyThere { .. } => "data_already_there",
            Error::Open { .. } => "data_cannot_open",
            Error::Damaged { .. } | Error::DamagedPart => "data_damaged",
            Error::InUse => "data_in_use",
            Error::KeyFileDamaged { .. } => "key_file_damaged",
            Error::WrongPassword => "wrong_password",
            Error::PasswordNeeded => "password_needed",
            Error::KeyringMissing { .. } => "keyring_missing",
            Error::KeyringLocked { .. } => "keyring_locked",
            Error::KeyNotInKeyring => "key_not_in_keyring",
            Error::PasswordRequired { .. } => "password_required",
            Error::PasswordOrUnlock { .. } => "password_or_unlock",
            Error::PasswordTooShort { .. } => "password_too_short",
            Error::Newer { .. } => "data_newer",
            Error::Busy => "data_busy",
            Error::DiskFull | Error::NoRoom { .. } => "disk_full",
            Error::NoRoomToRestore { .. } => "no_room_to_restore",
            Error::NotWritable { .. } => "not_writable",
            Error::DataNotWritable => "data_not_writable",
            Error::RestoreUnfinished { .. } => "restore_unfinished",
            Error::SetAside { .. } => "data_set_aside",
            Error::File { .. } => "file_failed",
            Error::TooLarge { .. } => "file_too_large",
            Error::Held { .. } => "file_held",
            Error::OwnData { .. } => "own_data",
            Error::NotAFile { .. } => "not_a_file",
            Error::WouldReplaceBackup { .. } => "would_replace_backup",
            Error::NotABackup { .. } => "not_a_backup",
            Error::Log { .. } => "log_unreadable",
            Error::NoSuchBatch => "no_such_batch",
            Error::AlreadyUndone => "already_undone",
            Error::NotUndone => "not_undone",
            Error::ChangeTooLarge => "change_too_large",
            Error::Gap { .. } => "exchange_gap",
            Error::Untrusted(_) => "exchange_untrusted",
            Error::Forked => "exchange_forked",
            Error::DistrictBehind => "district_behind",
            Error::VoucherIssued { .. } => "voucher_issued",
            Error::VoucherVoid { .. } => "voucher_void",
            Error::Randomness(_) => "no_randomness",
            Error::Database(_) => "database_failed",
            Error::Serialise(_) => "internal",
        }
    }

    /// Whether trying again later can help without anybody doing anything else.
    pub fn retry(&self) -> bool {
        matches!(self, Error::Busy | Error::KeyringLocked { .. })
    }

    /// Whether a disk was full.
    pub(crate) fn is_no_room(&self) -> bool {
        matches!(self, Error::DiskFull | Error::NoRoom { .. })
    }

    /// The same where it was met in the data folder.
    pub(crate) fn of_data(self) -> Error {
        match self {
            Error::NoRoom { .. } => Error::DiskFull,
            Error::NotWritable { .. } => Error::DataNotWritable,
            other => other,
        }
    }

    /// The same where it was met on the way to a file, whose disk may be another than the data's.
    pub(crate) fn on_the_way_to(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Error::DiskFull => Error::NoRoom { path },
            Error::DataNotWritable => Error::NotWritable { path },
            other => other,
        }
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::NoRoom { path: path.to_owned() },
            // Windows says so of a file that another program holds, too, and names both there.
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem if !crate::held::is_held(&source) => {
                Error::NotWritable { path: path.to_owned() }
            }
            _ if crate::held::is_held(&source) => Error::Held { path: path.to_owned() },
            _ => Error::File {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// The key was unwrapped with its check, so a file that does not fit it is damaged.
    pub(crate) fn from_open(path: &Path, source: rusqlite::Error) -> Error {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match source.sqlite_error_code() {
            Some(NotADatabase | DatabaseCorrupt) => Error::Damaged { path: path.to_owned() },
            _ => source.into(),
        }
    }
}

impl From<FromSqlError> for Error {
    fn from(source: FromSqlError) -> Error {
        Error::Database(source.into())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Error {
        use rusqlite::ErrorCode;
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy,
            Some(ErrorCode::DiskFull) => Error::DiskFull,
            // The index beside the write-ahead log could not grow.
            _ if source
                .sqlite_error()
                .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE) =>
            {
                Error::DiskFull
            }
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Error::DataNotWritable,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::DamagedPart,
            _ => Error::Database(source),
        }
    }
}
