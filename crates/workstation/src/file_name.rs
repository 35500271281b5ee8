//! What files are called that leave the program: whose they are, what they are, and when.

use std::path::Path;

use crate::{Error, Workstation};

/// `齐河第二居民委员会_居民台账_20200203-0812.xlsx`.
///
/// # Errors
/// The database's.
pub(crate) fn file_name(ws: &Workstation, what: &str, extension: &str) -> Result<String, Error> {
    let (committee, stamp) = (ws.committee()?.name, ws.now().local().format("%Y%m%d-%H%M"));
    let (committee, what) = (beginning(&committee), beginning(what));
    Ok(safe(&format!("{committee}_{what}_{stamp}.{extension}")))
}

/// Most bytes of what a committee or a list is called in the name of a file: file systems take 255 bytes for a whole one.
const MOST_BYTES: usize = 96;

/// Whether the folder of a file that somebody named is there. None is made for it: a slip of the pen would make another.
///
/// # Errors
/// It is not there.
pub fn in_a_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Error::FolderNotThere {
            folder: folder.display().to_string(),
        }),
        _ => Ok(()),
    }
}

/// As much of a name as there is room for.
fn beginning(name: &str) -> &str {
    let ends = name.char_indices().map(|(at, character)| at + character.len_utf8());
    &name[..ends.take_while(|end| *end <= MOST_BYTES).last().unwrap_or(0)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_leaves_room_and_breaks_no_character() {
        let long = "浦东新区花木街道牡丹第二居民委员会".repeat(9);
        let short = beginning(&long);
        assert!(short.len() <= MOST_BYTES && short.len() > MOST_BYTES - 3 && long.starts_with(short));
        assert_eq!(beginning("居民台账"), "居民台账");
    }
}
