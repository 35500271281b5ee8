//! Scripts that this program cannot set: it prints one glyph a character, from left to right. Letters that join, stack
//! or run the other way would come out as another word, which is worse than none.

use std::ops::RangeInclusive;

/// Blocks of The Unicode Standard (Blocks.txt) whose letters run from right to left, join with their neighbours, or take
/// their place around one: Hebrew to Arabic; the Indic scripts to Tibetan and Burmese; Khmer and Mongolian to Balinese;
/// presentation forms of Hebrew and Arabic; the scripts of the supplementary plane from right to left.
const SHAPED: [RangeInclusive<u32>; 9] = [
    0x0590..=0x08FF,
    0x0900..=0x109F,
    0x1780..=0x18AF,
    0x1900..=0x1C4F,
    0xA800..=0xAADF,
    0xFB1D..=0xFDCF,
    0xFDF0..=0xFDFF,
    0xFE70..=0xFEFE,
    0x1_0800..=0x1_0FFF,
];

/// Whether a character means something only in the shape that its neighbours give it.
pub(crate) fn is_shaped(character: char) -> bool {
    SHAPED.iter().any(|block| block.contains(&u32::from(character)))
}
