//! Sticks and other disks on which a clerk keeps a copy.

use std::path::{Path, PathBuf};

/// The stick's or disk's root, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its root.
    pub path: PathBuf,
    /// Its name, as the system shows it.
    pub name: String,
}

impl Place {
    fn of(path: PathBuf) -> Place {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        Place { path, name }
    }
}

/// What is plugged in and can be written to.
pub(crate) fn plugged_in() -> Vec<Place> {
    if cfg!(windows) {
        // C: is the system's own; A: and B: were floppy drives, which Windows may wait for.
        return ('D'..='Z')
            .map(|letter| PathBuf::from(format!("{letter}:\\")))
            .filter(|root| root.is_dir())
            .map(|path| Place {
                name: path.display().to_string().trim_end_matches('\\').to_owned(),
                path,
            })
            .collect();
    }
    if cfg!(target_os = "macos") {
        let volumes = std::fs::read_dir("/Volumes").into_iter().flatten().flatten();
        // The start disk stands there as a link.
        return volumes
            .map(|volume| volume.path())
            .filter(|path| !path.is_symlink())
            .map(Place::of)
            .collect();
    }
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    mounted(&mounts)
        .into_iter()
        .filter(|path| path.is_dir())
        .map(Place::of)
        .collect()
}

/// Where Linux desktops mount what is plugged in.
const PLUGGED: [&str; 3] = ["/media/", "/run/media/", "/mnt/"];

/// Mount points of sticks that can be written to, in the kernel's list (proc(5), `/proc/pid/mounts`).
fn mounted(list: &str) -> Vec<PathBuf> {
    list.lines()
        .filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            let (point, options) = (unescaped(words.next()?), words.nth(1)?);
            let writable = options.split(',').all(|option| option != "ro");
            (writable && PLUGGED.iter().any(|folder| point.starts_with(folder))).then(|| PathBuf::from(point))
        })
        .collect()
}

/// The kernel writes blanks and the like as `\040`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after
            .get(..3)
            .filter(|_| *first == b'\\')
            .and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = code.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            bytes.push(byte);
            rest = &after[3..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The name of a folder for people: the last part of its path.
pub(crate) fn folder_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sticks_that_can_be_written_to_are_found_in_the_kernels_list() {
        let list = "/dev/sda1 / ext4 rw,relatime 0 0\n\
                    /dev/sdb1 /media/clerk/居委会\\040U盘 vfat rw,nosuid,uid=1000 0 0\n\
                    /dev/sdc1 /run/media/clerk/OLD iso9660 ro,nosuid 0 0\n\
                    tmpfs /run/user/1000 tmpfs rw 0 0\n\
                    /dev/sdd1 /mnt/back\\134up ntfs3 rw 0 0\n\
                    cut off\n";
        let found: Vec<PathBuf> = mounted(list);
        assert_eq!(
            found,
            [PathBuf::from("/media/clerk/居委会 U盘"), PathBuf::from("/mnt/back\\up")]
        );
    }
}
