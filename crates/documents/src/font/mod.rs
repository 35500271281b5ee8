//! The fonts a document is printed with, and the question whether a character can be printed.
//! A character is looked for in the wanted face, then in the other bundled faces, then in the
//! installed fallback fonts; which of them has it never depends on the order of calls.

mod face;
mod radical;
mod script;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub use face::{FontData, FontId};
pub use radical::unified;

use crate::font::face::best_in_collection;

/// The faces. The choice of face is the choice of a font and of a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// 宋体: running text.
    Serif,
    /// 宋体, bold: titles.
    SerifBold,
    /// 黑体: tables, small print, first-level headings.
    Sans,
    /// 黑体, bold: what must be seen from a distance.
    SansBold,
    /// 仿宋: the text of official notices (GB/T 9704-2012, 5.2.2). The office's own where it has one, else 宋体.
    FangSong,
}

impl Face {
    /// The bundled faces, in the order of their [`FontId`]s.
    pub const ALL: [Face; 4] = [Face::Serif, Face::SerifBold, Face::Sans, Face::SansBold];

    /// The bold face of the same font.
    pub fn bold(self) -> Face {
        match self {
            Face::Serif | Face::SerifBold | Face::FangSong => Face::SerifBold,
            Face::Sans | Face::SansBold => Face::SansBold,
        }
    }

    /// Whether it is a bold one.
    pub fn is_bold(self) -> bool {
        self == self.bold()
    }

    /// Its place among the bundled fonts; of 仿宋, that of what stands in for it.
    fn index(self) -> usize {
        match self {
            Face::Serif | Face::FangSong => 0,
            Face::SerifBold => 1,
            Face::Sans => 2,
            Face::SansBold => 3,
        }
    }
}

/// Why a font could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// A fallback font that is there could not be read from disk.
    #[error("cannot read the font {}: {source}", path.display())]
    Read {
        /// The font's file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not a font, or is damaged.
    #[error("the font {name} cannot be used: {reason}")]
    Damaged {
        /// File, or the name of the bundled face.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Noto Sans SC cut to traditional characters (Big5) that the four faces do not have. Personal
/// names of residents from Hong Kong, Macao and Taiwan are written with them.
const TRADITIONAL: &[u8] = include_bytes!("../../fonts/NotoSansSC-Traditional.ttf");

const BUNDLED: [&[u8]; 4] = [
    include_bytes!("../../fonts/NotoSerifSC-Regular.ttf"),
    include_bytes!("../../fonts/NotoSerifSC-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansSC-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansSC-Bold.ttf"),
];

/// How many fonts are always there: the faces and the traditional characters.
pub(crate) const BUNDLED_COUNT: usize = BUNDLED.len() + 1;

/// The office's own 仿宋: beyond any number of fallback fonts.
const FANG_SONG: FontId = FontId(1_000);

/// All fonts of the program. Made once and shared: documents only read it.
#[derive(Debug)]
pub struct Fonts {
    bundled: Vec<FontData>,
    fallback_paths: Vec<PathBuf>,
    /// Filled at the first character no bundled font has: a full font is some 30 MB.
    fallback: OnceLock<Vec<FontData>>,
    fang_song_path: Option<PathBuf>,
    fang_song: OnceLock<Option<FontData>>,
}

impl Fonts {
    /// The bundled fonts, without any fallback.
    ///
    /// # Errors
    /// [`FontError::Damaged`] if a bundled font does not parse, which a build cannot ship unseen:
    /// every test uses them.
    pub fn bundled() -> Result<Fonts, FontError> {
        Fonts::load(&[])
    }

    /// The bundled fonts, and behind them the given files (ttf, otf, ttc), tried in this order for
    /// characters the bundled ones do not have. A file that does not exist is a font that is not
    /// installed and is passed over; the others are read only when they are needed.
    ///
    /// # Errors
    /// [`FontError::Damaged`] as in [`Fonts::bundled`]. A fallback file that cannot be read or
    /// parsed is reported when a document first needs it.
    pub fn load(fallback: &[PathBuf]) -> Result<Fonts, FontError> {
        let names = [
            "Noto Serif SC",
            "Noto Serif SC Bold",
            "Noto Sans SC",
            "Noto Sans SC Bold",
        ];
        let mut bundled = Vec::with_capacity(BUNDLED_COUNT);
        for (bytes, name) in BUNDLED.iter().zip(names) {
            bundled.push(FontData::bundled(bytes, name)?);
        }
        bundled.push(FontData::bundled(TRADITIONAL, "Noto Sans SC Traditional")?);
        Ok(Fonts {
            bundled,
            fallback_paths: fallback.to_vec(),
            fallback: OnceLock::new(),
            fang_song_path: None,
            fang_song: OnceLock::new(),
        })
    }

    /// With the office's own 仿宋. One that cannot be read or may not be embedded is passed over: the bundled 宋体
    /// stands in for it, as where there is none.
    pub fn with_fang_song(self, path: Option<PathBuf>) -> Fonts {
        Fonts {
            fang_song_path: path,
            ..self
        }
    }

    /// Whether some font has this character and its script can be set, so that it can be printed.
    ///
    /// # Errors
    /// When a fallback font is needed and cannot be used.
    pub fn can_print(&self, character: char) -> Result<bool, FontError> {
        Ok(self.find(Face::Serif, character)?.is_some())
    }

    /// The font to print `character` with when `face` is wanted, or `None` if no font has it or its script cannot be
    /// set.
    ///
    /// # Errors
    /// When a fallback font is needed and cannot be used.
    pub(crate) fn find(&self, face: Face, character: char) -> Result<Option<FontId>, FontError> {
        if script::is_shaped(character) {
            return Ok(None);
        }
        if face == Face::FangSong && self.fang_song().is_some_and(|font| font.glyph(character).is_some()) {
            return Ok(Some(FANG_SONG));
        }
        let wanted = face.index();
        let bundled = std::iter::once(wanted).chain((0..BUNDLED_COUNT).rev().filter(|&i| i != wanted));
        for index in bundled {
            if self.bundled[index].glyph(character).is_some() {
                return Ok(Some(FontId(index)));
            }
        }
        let found = self.fallback()?.iter().position(|font| font.glyph(character).is_some());
        Ok(found.map(|index| FontId(BUNDLED_COUNT + index)))
    }

    /// Whether a font that [`Fonts::find`] gave for a bold face is a regular one: rare characters have no bold.
    pub(crate) fn lacks_weight(&self, face: Face, id: FontId) -> bool {
        face.is_bold() && Face::ALL.get(id.0).is_none_or(|found| !found.is_bold())
    }

    /// The font behind an id that [`Fonts::find`] gave.
    pub(crate) fn font(&self, id: FontId) -> Option<&FontData> {
        if id == FANG_SONG {
            return self.fang_song();
        }
        match id.0.checked_sub(BUNDLED_COUNT) {
            None => self.bundled.get(id.0),
            Some(index) => self.fallback.get().and_then(|fonts| fonts.get(index)),
        }
    }

    fn fang_song(&self) -> Option<&FontData> {
        let read = || {
            self.fang_song_path
                .as_deref()
                .and_then(|path| read_font(path).ok())
                .filter(FontData::may_be_cut)
        };
        self.fang_song.get_or_init(read).as_ref()
    }

    fn fallback(&self) -> Result<&[FontData], FontError> {
        if let Some(fonts) = self.fallback.get() {
            return Ok(fonts);
        }
        let mut fonts = Vec::new();
        for path in &self.fallback_paths {
            if path.exists() {
                fonts.push(read_font(path)?);
            }
        }
        Ok(self.fallback.get_or_init(|| fonts))
    }
}

fn read_font(path: &Path) -> Result<FontData, FontError> {
    let bytes = std::fs::read(path).map_err(|source| FontError::Read {
        path: path.to_path_buf(),
        source,
    })?;
    let index = best_in_collection(&bytes);
    FontData::owned(bytes, index, &path.display().to_string())
}

#[cfg(test)]
mod tests;
