//! What the operating system did not do, in a clerk's words: its own are English, and name files that nobody knows.

use std::error::Error;
use std::io::{self, ErrorKind};

use serde::Serialize;

/// Why the system did not do what it was asked to with a file, a folder or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SystemProblem {
    /// What was named is not there.
    #[error("找不到文件或文件夹")]
    NotThere,
    /// The right to it lacks.
    #[error("没有权限")]
    NotPermitted,
    /// Something of that name is there already.
    #[error("同名的文件或文件夹已经有了")]
    NameTaken,
    /// The disk is full, or the account may have no more of it.
    #[error("磁盘满了")]
    NoSpace,
    /// Nothing may be written to the disk.
    #[error("磁盘（U 盘）是只读的")]
    ReadOnly,
    /// A folder where a file was to be.
    #[error("这是文件夹，不是文件")]
    IsFolder,
    /// A file where a folder was to be.
    #[error("路径中间有一段不是文件夹")]
    NoFolder,
    /// Longer than file systems take.
    #[error("名称太长，或有不能用的字符")]
    NameUnfit,
    /// Another program has it.
    #[error("正被别的程序用着")]
    InUse,
    /// Anything else that the system has a number for.
    #[error("系统没有做成（错误代码 {number}）")]
    ErrorNumber {
        /// The number.
        number: i32,
    },
    /// The system said nothing.
    #[error("系统没有说明原因")]
    NoReason,
}

/// The numbers by which Windows says that another program holds a file.
const HELD: [i32; 2] = [32, 33];

impl SystemProblem {
    /// What an error says.
    pub fn of(error: &io::Error) -> SystemProblem {
        let number = number(error);
        match error.kind() {
            _ if cfg!(windows) && number.is_some_and(|number| HELD.contains(&number)) => SystemProblem::InUse,
            ErrorKind::NotFound => SystemProblem::NotThere,
            ErrorKind::PermissionDenied => SystemProblem::NotPermitted,
            ErrorKind::AlreadyExists => SystemProblem::NameTaken,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => SystemProblem::NoSpace,
            ErrorKind::ReadOnlyFilesystem => SystemProblem::ReadOnly,
            ErrorKind::IsADirectory => SystemProblem::IsFolder,
            ErrorKind::NotADirectory => SystemProblem::NoFolder,
            ErrorKind::InvalidFilename => SystemProblem::NameUnfit,
            ErrorKind::ResourceBusy
            | ErrorKind::ExecutableFileBusy
            | ErrorKind::WouldBlock
            | ErrorKind::Deadlock
            | ErrorKind::AddrInUse => SystemProblem::InUse,
            _ => number.map_or(SystemProblem::NoReason, |number| SystemProblem::ErrorNumber { number }),
        }
    }
}

/// The system's number for an error, where a library may have wrapped it.
fn number(error: &io::Error) -> Option<i32> {
    let mut inner: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = inner {
        if let Some(number) = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return Some(number);
        }
        inner = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("at path /tmp/.tmp123")]
    struct Wrapped(#[source] io::Error);

    #[test]
    fn a_system_error_is_told_in_words_or_by_its_number_and_never_in_english() {
        let wrapped = |error: io::Error| io::Error::new(error.kind(), Wrapped(error));
        let cases = [
            (wrapped(ErrorKind::AlreadyExists.into()), "同名的文件或文件夹已经有了"),
            (ErrorKind::ResourceBusy.into(), "正被别的程序用着"),
            (
                wrapped(io::Error::from_raw_os_error(99_999)),
                "系统没有做成（错误代码 99999）",
            ),
            (io::Error::other("no paper"), "系统没有说明原因"),
        ];
        for (error, said) in cases {
            assert_eq!(SystemProblem::of(&error).to_string(), said, "{error}");
        }
    }
}
