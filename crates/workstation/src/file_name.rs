//! What files are called that leave the program: whose they are, what they are, and when.

use crate::{Error, Workstation};

/// `齐河第二居民委员会_居民台账_20200203-0812.xlsx`.
///
/// # Errors
/// The database's.
pub(crate) fn file_name(ws: &Workstation, what: &str, extension: &str) -> Result<String, Error> {
    let (committee, stamp) = (ws.committee()?.name, ws.now().local().format("%Y%m%d-%H%M"));
    Ok(safe(&format!("{committee}_{what}_{stamp}.{extension}")))
}

/// A name that every file system takes.
pub(crate) fn safe(name: &str) -> String {
    name.chars()
        .map(|c| {
            if "\\/:*?\"<>|".contains(c) || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect()
}
