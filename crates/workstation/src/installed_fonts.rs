//! Fonts of this PC that documents use where it has them: full ones for rare characters, and the office's 仿宋.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Full fonts for rare characters, by file name, the fullest first: HanaMinB (Debian's fonts-hanazono, or beside the
/// program), and what Windows comes with.
const FULL: [&str; 2] = ["hanaminb.ttf", "simsunb.ttf"];
/// 仿宋, by file name: of Windows and WPS, of 方正 (Kylin and UOS), of Office, and of GB 2312 times.
const FANG_SONG: [&str; 7] = [
    "simfang.ttf",
    "fzfsk.ttf",
    "fzfs_gbk.ttf",
    "fzfs.ttf",
    "stfangso.ttf",
    "fangsong_gb2312.ttf",
    "仿宋_gb2312.ttf",
];
/// Folders in a font folder that are gone into.
const MAX_DEPTH: usize = 4;

/// Full fonts that are installed, the first to be tried first.
pub(crate) fn full() -> Vec<PathBuf> {
    FULL.iter().filter_map(|name| find(name)).collect()
}

/// The office's 仿宋.
pub(crate) fn fang_song() -> Option<PathBuf> {
    FANG_SONG.iter().find_map(|name| find(name))
}

fn find(name: &str) -> Option<PathBuf> {
    // Looked for once: a font that is installed later is there after the next start.
    static INSTALLED: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        let mut files = Vec::new();
        folders()
            .iter()
            .for_each(|folder| collect(folder, MAX_DEPTH, &mut files));
        files
    });
    installed.iter().find(|path| is_named(path, name)).cloned()
}

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name()
        .is_some_and(|file| file.to_string_lossy().to_lowercase() == name)
}

/// Where fonts are: beside the program, the user's, the system's.
fn folders() -> Vec<PathBuf> {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.join("fonts")));
    let windows = std::env::var_os("WINDIR").filter(|windows| !windows.is_empty());
    let windows = windows.map(|windows| Path::new(&windows).join("Fonts"));
    let system = ["/usr/share/fonts", "/usr/local/share/fonts"].map(PathBuf::from);
    [beside, dirs::font_dir(), windows]
        .into_iter()
        .flatten()
        .chain(system)
        .collect()
}

/// The known font files of a folder. One that cannot be read has none.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if depth > 0 {
                collect(&path, depth - 1, files);
            }
        } else if FULL.iter().chain(&FANG_SONG).any(|name| is_named(&path, name)) {
            files.push(path);
        }
    }
}
