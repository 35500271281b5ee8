//! Where a file may be written whose path somebody names: nowhere in a data folder, and onto nothing that belongs to one,
//! however the path is spelled. Every writer of exports, papers, packages and backups asks here first.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use same_file::Handle;

/// By these files a data folder is known, whoever's it is: a workstation's database and key, the district's.
const MARKS: [&str; 4] = ["linli.db", "linli.new", "district.db", "district.key"];
/// The workstation's key. Others have files of that name, too, so it counts beside one of [`KEY_NEIGHBOURS`] only.
const KEY_FILE: &str = "key.json";
/// What lies beside a workstation's key, also where its database is gone.
const KEY_NEIGHBOURS: [&str; 3] = ["linli.lock", "linli.db-wal", "linli.witness"];
/// Symbolic links followed by hand, as many as Linux follows (path_resolution(7)).
const LINKS: usize = 40;
/// Folders within a data folder: what a restore put aside lies in one.
const DEPTH: usize = 2;

/// Why a file is not written there.
#[derive(Debug)]
pub enum Refused {
    /// It is in a data folder, or is a file of one under another name.
    OwnData,
    /// There is something that is no file: a folder, a device.
    NotAFile,
    /// It cannot be told what is there.
    Io(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Refused {
        Refused::Io(error)
    }
}

/// The place that a path names, with its symbolic links followed, if a file may be written there. `own` is the data
/// folder that this program works with, whether or not it exists yet.
///
/// # Errors
/// It may not.
pub fn place_for(target: &Path, own: &Path) -> Result<PathBuf, Refused> {
    let place = resolved(&std::path::absolute(target)?)?;
    let own = resolved(&std::path::absolute(own)?)?;
    if place.starts_with(&own) || place.ancestors().skip(1).any(is_data_folder) {
        return Err(Refused::OwnData);
    }
    let Ok(there) = std::fs::metadata(&place) else {
        return Ok(place);
    };
    if !there.is_file() {
        return Err(Refused::NotAFile);
    }
    if is_one_of(&Handle::from_path(&place)?, &own, DEPTH) {
        return Err(Refused::OwnData);
    }
    Ok(place)
}

/// Whether a path names a file that is read here, however it is spelled: what is written there would take the place of what it
/// was made from.
pub fn is_read(target: &Path, read: &[&Path]) -> bool {
    read.iter()
        .any(|read| same_file::is_same_file(target, read).unwrap_or(false))
}

/// A path as the system would walk it: links followed as far as it exists, `..` taken away in the rest.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match dangling(&path) {
            Some(to) => path = to,
            None => return Ok(walked(&path)),
        }
    }
    Err(io::Error::other("符号链接太多"))
}

/// Where a link leads whose end does not exist.
fn dangling(path: &Path) -> Option<PathBuf> {
    let to = std::fs::read_link(path).ok()?;
    (!path.exists()).then(|| path.parent().unwrap_or(Path::new("/")).join(to))
}

fn walked(path: &Path) -> PathBuf {
    let mut walked = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                walked.pop();
            }
            other => walked.push(other),
        }
        // The parent of a linked folder is the parent of where the link leads.
        if let Ok(real) = walked.canonicalize() {
            walked = real;
        }
    }
    walked
}

fn is_data_folder(folder: &Path) -> bool {
    let has = |name: &&str| folder.join(name).is_file();
    MARKS.iter().any(has) || (has(&KEY_FILE) && KEY_NEIGHBOURS.iter().any(has))
}

/// Whether a file is one of those in a folder, by whatever name (a hard link).
fn is_one_of(file: &Handle, folder: &Path, depth: usize) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .any(|path| match path.symlink_metadata() {
            Ok(there) if there.is_dir() => depth > 1 && is_one_of(file, &path, depth - 1),
            // Locks cannot be opened on Windows while they are held, and hold nothing.
            Ok(there) if there.is_file() && path.extension() != Some(OsStr::new("lock")) => {
                Handle::from_path(&path).is_ok_and(|own| own == *file)
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data folder, and one beside it.
    fn folders() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let (data, outside) = (temp.path().join("数据"), temp.path().join("桌面"));
        for folder in [&data, &outside, &data.join("before-restore-1")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        for file in ["linli.db", "key.json", "before-restore-1/linli.db"] {
            std::fs::write(data.join(file), file).unwrap();
        }
        (temp, data, outside)
    }

    fn is_own(target: &Path, own: &Path) -> bool {
        match place_for(target, own) {
            Err(Refused::OwnData) => true,
            Err(other) => panic!("{}: {other:?}", target.display()),
            Ok(_) => false,
        }
    }

    #[test]
    fn nothing_is_written_into_a_data_folder_however_it_is_spelled() {
        let (_temp, data, outside) = folders();
        for name in [
            "linli.db",
            "key.json",
            "全表.xlsx",
            "新的/全表.xlsx",
            "before-restore-1/全表.xlsx",
            "linli.db/.",
            ".",
        ] {
            assert!(is_own(&data.join(name), &data), "{name}");
        }
        let around = [
            outside.join("../数据/linli.db"),
            outside.join("没有/../../数据/全表.xlsx"),
            data.join("../数据/x"),
        ];
        for path in around {
            assert!(is_own(&path, &data), "{}", path.display());
        }
        // Another committee's, which this program has nothing to do with.
        assert!(is_own(&data.join("全表.xlsx"), &outside.join("自己的")));
        assert!(!is_own(&outside.join("全表.xlsx"), &data));
        assert!(!is_own(&outside.join("新的/全表.xlsx"), &data));
    }

    #[test]
    fn a_folder_that_does_not_exist_yet_is_ones_own_already() {
        let (_temp, _, outside) = folders();
        let own = outside.join("以后");
        assert!(is_own(&own.join("全表.xlsx"), &own));
        std::fs::write(outside.join("key.json"), "somebody else's").unwrap();
        assert!(!is_own(&outside.join("全表.xlsx"), &own));
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_else() {
        use std::os::unix::fs::symlink;

        let (_temp, data, outside) = folders();
        symlink(&data, outside.join("夹")).unwrap();
        symlink(data.join("linli.db"), outside.join("库")).unwrap();
        symlink("../数据/没有的", outside.join("空")).unwrap();
        std::fs::hard_link(data.join("key.json"), outside.join("另一个名字")).unwrap();
        std::fs::hard_link(data.join("before-restore-1/linli.db"), outside.join("旧库")).unwrap();
        for name in ["夹/全表.xlsx", "夹/../数据/x", "库", "空", "另一个名字", "旧库"] {
            assert!(is_own(&outside.join(name), &data), "{name}");
        }
        symlink("全表.xlsx", outside.join("链接")).unwrap();
        let place = place_for(&outside.join("链接"), &data).unwrap();
        assert_eq!(
            place,
            outside.canonicalize().unwrap().join("全表.xlsx"),
            "the link stays, what it names is written"
        );
        assert!(matches!(
            place_for(Path::new("/dev/null"), &data),
            Err(Refused::NotAFile)
        ));
        assert!(matches!(place_for(&outside, &data), Err(Refused::NotAFile)));
        symlink("圈", outside.join("圈")).unwrap();
        assert!(matches!(place_for(&outside.join("圈"), &data), Err(Refused::Io(_))));
    }
}
