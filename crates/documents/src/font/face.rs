//! One font file: which glyph draws a character, how wide it is, and a cut of it for a document.
//! A glyph id never leaves this module without the font it belongs to.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::font::FontError;

/// Which of the fonts in a [`crate::font::Fonts`] is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FontId(pub(crate) usize);

/// Characters drawn with another character's glyph, because the font's own is cut for Latin text:
/// its dash leaves a gap in ——, its middle dot is too narrow for the dot in a name.
const STAND_INS: [(char, char); 2] = [('—', '─'), ('·', '・')];

/// Space of a run of characters that are looked up by index; others by the font's own table.
const TABLE_LENGTH: usize = 0x1_0000;

/// A glyph of one font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Glyph {
    /// Glyph number in the whole font.
    pub id: u16,
    /// Width in thousandths of the size.
    pub advance: u16,
}

/// A font in memory.
pub struct FontData {
    bytes: Cow<'static, [u8]>,
    index: u32,
    name: String,
    units_per_em: u16,
    ascent: i16,
    descent: i16,
    /// Glyphs of plane 0 by code, made on first use; 0 is "none".
    plane0: std::sync::OnceLock<Vec<Glyph>>,
}

impl std::fmt::Debug for FontData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FontData")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A font cut to the characters of one document, with everything a PDF must say about it.
pub(crate) struct Cut {
    pub bytes: Vec<u8>,
    /// Character to glyph number in the cut font.
    pub glyphs: BTreeMap<u32, u16>,
    /// Glyph number in the cut font to width in font units.
    pub widths: BTreeMap<u16, u16>,
    pub units_per_em: u16,
    pub ascent: i16,
    pub descent: i16,
}

impl FontData {
    pub(crate) fn bundled(bytes: &'static [u8], name: &str) -> Result<FontData, FontError> {
        FontData::new(Cow::Borrowed(bytes), 0, name)
    }

    pub(crate) fn owned(bytes: Vec<u8>, index: u32, name: &str) -> Result<FontData, FontError> {
        FontData::new(Cow::Owned(bytes), index, name)
    }

    fn new(bytes: Cow<'static, [u8]>, index: u32, name: &str) -> Result<FontData, FontError> {
        let face = ttf_parser::Face::parse(&bytes, index).map_err(|error| FontError::Damaged {
            name: name.to_string(),
            reason: error.to_string(),
        })?;
        let (units_per_em, ascent, descent) = (face.units_per_em(), face.ascender(), face.descender());
        Ok(FontData {
            bytes,
            index,
            name: name.to_string(),
            units_per_em,
            ascent,
            descent,
            plane0: std::sync::OnceLock::new(),
        })
    }

    /// Whether its maker allows a part of it inside a document (OS/2 table, fsType).
    pub(crate) fn may_be_cut(&self) -> bool {
        ttf_parser::Face::parse(&self.bytes, self.index).is_ok_and(|face| {
            face.permissions() != Some(ttf_parser::Permissions::Restricted) && face.is_subsetting_allowed()
        })
    }

    /// The glyph that draws `character`, if this font has one.
    pub(crate) fn glyph(&self, character: char) -> Option<Glyph> {
        let code = u32::from(character) as usize;
        if code < TABLE_LENGTH {
            let glyph = self.plane0.get_or_init(|| self.read_plane0())[code];
            return (glyph.id != 0).then_some(glyph);
        }
        let face = ttf_parser::Face::parse(&self.bytes, self.index).ok()?;
        self.read_glyph(&face, character)
    }

    fn read_plane0(&self) -> Vec<Glyph> {
        let none = Glyph { id: 0, advance: 0 };
        let mut table = vec![none; TABLE_LENGTH];
        let Ok(face) = ttf_parser::Face::parse(&self.bytes, self.index) else {
            return table;
        };
        let subtables = face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables);
        for subtable in subtables.filter(|subtable| subtable.is_unicode()) {
            subtable.codepoints(|code| {
                if let (Some(slot), Some(character)) = (table.get_mut(code as usize), char::from_u32(code)) {
                    *slot = self.read_glyph(&face, character).unwrap_or(none);
                }
            });
        }
        table
    }

    fn read_glyph(&self, face: &ttf_parser::Face<'_>, character: char) -> Option<Glyph> {
        let stand_in = STAND_INS
            .iter()
            .find(|(own, _)| *own == character)
            .map(|(_, other)| *other);
        let id = stand_in
            .and_then(|other| face.glyph_index(other))
            .or_else(|| face.glyph_index(character))
            .filter(|id| id.0 != 0)?;
        let width = u32::from(face.glyph_hor_advance(id).unwrap_or(self.units_per_em));
        let advance = (width * 1000 / u32::from(self.units_per_em)) as u16;
        Some(Glyph { id: id.0, advance })
    }

    /// Cuts the font to `characters`, each of which must have a glyph of its own.
    pub(crate) fn cut(&self, characters: &BTreeMap<char, u16>) -> Result<Cut, FontError> {
        let damaged = |reason: String| FontError::Damaged {
            name: self.name.clone(),
            reason,
        };
        let face = ttf_parser::Face::parse(&self.bytes, self.index).map_err(|error| damaged(error.to_string()))?;
        let mut mapper = subsetter::GlyphRemapper::new();
        let mut glyphs = BTreeMap::new();
        let mut widths = BTreeMap::new();
        for (&character, &id) in characters {
            let new = mapper.remap(id);
            glyphs.insert(u32::from(character), new);
            let width = face.glyph_hor_advance(ttf_parser::GlyphId(id));
            widths.insert(new, width.unwrap_or(self.units_per_em));
        }
        let bytes = subsetter::subset(&self.bytes, self.index, &mapper).map_err(|error| damaged(error.to_string()))?;
        Ok(Cut {
            bytes,
            glyphs,
            widths,
            units_per_em: self.units_per_em,
            ascent: self.ascent,
            descent: self.descent,
        })
    }
}

/// The face to take from a font collection: the one with simplified Chinese forms, or the first.
pub(crate) fn best_in_collection(bytes: &[u8]) -> u32 {
    let count = ttf_parser::fonts_in_collection(bytes).unwrap_or(1);
    let simplified = |index: &u32| {
        ttf_parser::Face::parse(bytes, *index).is_ok_and(|face| {
            face.names().into_iter().any(|name| {
                name.name_id == ttf_parser::name_id::FAMILY
                    && name.to_string().is_some_and(|family| family.ends_with(" SC"))
            })
        })
    };
    (0..count).find(simplified).unwrap_or(0)
}
