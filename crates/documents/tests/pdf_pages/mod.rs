//! What the layout tests ask a recording: where its texts are, and whether any is over an edge or
//! over another.
#![allow(dead_code, clippy::unwrap_used, missing_docs)]

use std::sync::OnceLock;

use linli_documents::font::Fonts;
use linli_documents::pdf;
use linli_documents::pdf::canvas::{Area, Mark, Recording, Style};
use proptest::prelude::*;

/// Points in a millimetre.
pub const MM: f32 = 72.0 / 25.4;

pub fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| Fonts::bundled().unwrap())
}

pub fn texts(page: &[Mark]) -> Vec<(&str, Style, Area)> {
    page.iter()
        .filter_map(|mark| match mark {
            Mark::Text { text, style, area } => Some((text.as_str(), *style, *area)),
            Mark::Fill(_) | Mark::Line(_) => None,
        })
        .collect()
}

pub fn page_text(page: &[Mark]) -> String {
    texts(page).into_iter().map(|(text, ..)| text).collect()
}

/// Blank half of a closing mark, which may stand over an edge.
pub fn ink_right(text: &str, style: Style, area: Area) -> f32 {
    let blank = text.chars().last().map_or(0.0, pdf::kinsoku::blank_right);
    area.right() - blank * style.size
}

/// Every text is on the paper with `margin` millimetres around it, and no two overlap.
pub fn check_pages(recording: &Recording<'_>, margin: f32) -> Result<(), TestCaseError> {
    for (page, size) in recording.pages.iter().zip(&recording.sizes) {
        let texts = texts(page);
        for (index, (text, style, area)) in texts.iter().enumerate() {
            let (left, right) = (margin * MM - 0.1, size.0 - margin * MM + 0.1);
            prop_assert!(area.x >= left, "{text} begins in the margin: {area:?}");
            prop_assert!(ink_right(text, *style, *area) <= right, "{text} ends in the margin");
            prop_assert!(area.y >= left && area.bottom() <= size.1 - margin * MM + 0.1, "{text}");
            for (other, other_style, other_area) in &texts[index + 1..] {
                let apart = ink_right(text, *style, *area) <= other_area.x + 0.1
                    || ink_right(other, *other_style, *other_area) <= area.x + 0.1
                    || area.bottom() <= other_area.y + 0.1
                    || other_area.bottom() <= area.y + 0.1;
                prop_assert!(apart, "{text} {area:?} overlaps {other} {other_area:?}");
            }
        }
    }
    Ok(())
}

/// Texts as they come: names, addresses with numbers, brackets and Latin words.
pub fn any_text(longest: usize) -> impl Strategy<Value = String> {
    let letters: Vec<char> = "王欧阳秀英建国䶮弄号室（）“”，。、—…·0123456789-ABCxyz *"
        .chars()
        .collect();
    prop::collection::vec(prop::sample::select(letters), 1..=longest).prop_map(|letters| letters.into_iter().collect())
}
