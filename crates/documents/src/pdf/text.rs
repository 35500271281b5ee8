//! Text measured and broken into lines. Pure arithmetic on the fonts' widths: nothing is drawn.
//! A line is never wider than asked, except for the blank half of a closing mark at its end.

use std::borrow::Cow;

use crate::font::{Fonts, unified};
use crate::pdf::canvas::Style;
use crate::pdf::kinsoku::{blank_right, may_break, overlap, splits_range};
use crate::pdf::{Context, PdfError, by_hand};

/// How much closer characters may stand so that a closing mark still fits, as part of the size.
const MAX_SQUEEZE: f32 = 0.03;

/// How much further apart characters of a justified line may stand, as part of the size. A line
/// that is shorter than this allows stays ragged: better than letters strewn over it.
const MAX_STRETCH: f32 = 0.12;

/// Blank at the end of a line, in characters, from which on a range may be parted to fill it.
const MAX_BLANK: f32 = 2.0;

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq)]
pub struct Span<'t> {
    /// How it looks.
    pub style: Style,
    /// What it says.
    pub text: Cow<'t, str>,
}

/// A line that fits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// Its stretches, from left to right.
    pub spans: Vec<Span<'static>>,
    /// Width of the ink: without the spacing, and without trailing blanks.
    pub width: f32,
    /// Points to add after each character so that the line is as wide as asked.
    pub spacing: f32,
}

/// How text is set into lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Width of a line in points.
    pub width: f32,
    /// Blank at the beginning of the first line.
    pub first_indent: f32,
    /// Whether lines are stretched to the same width.
    pub justify: bool,
}

/// Text as fonts know it: radicals as ordinary characters, tabs as spaces, and no characters that
/// only steer (variation selectors, zero-width and directional marks, control codes).
pub fn normalized(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| map_character(c) == Some(c)) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter_map(map_character).collect())
    }
}

/// The same of one character; `None` where it only steers.
pub(crate) fn map_character(character: char) -> Option<char> {
    match character {
        '\t' => Some(' '),
        '\n' => Some('\n'),
        '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => None,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => None,
        control if control.is_control() => None,
        other => Some(unified(other)),
    }
}

/// Width of one character in thousandths of the size.
///
/// # Errors
/// [`PdfError::MissingCharacter`] if no font has it.
pub fn advance(fonts: &Fonts, style: Style, character: char) -> Result<u16, PdfError> {
    if let Some(frame) = by_hand::frame_width(character) {
        return Ok(frame);
    }
    let missing = || PdfError::MissingCharacter {
        character,
        context: Context::default(),
    };
    let id = fonts.find(style.face, character)?.ok_or_else(missing)?;
    let glyph = fonts
        .font(id)
        .and_then(|font| font.glyph(character))
        .ok_or_else(missing)?;
    Ok(glyph.advance)
}

/// Width of a text on one line, in points.
///
/// # Errors
/// [`PdfError::MissingCharacter`] if no font has one of its characters.
pub fn width_of(fonts: &Fonts, style: Style, text: &str) -> Result<f32, PdfError> {
    let mut sum = 0_u32;
    let mut before = None;
    for character in normalized(text).chars() {
        sum += u32::from(advance(fonts, style, character)?);
        sum -= before.map_or(0, |before| u32::from(overlap(before, character)));
        before = Some(character);
    }
    Ok(sum as f32 * style.size / 1000.0)
}

/// One character on its way into a line.
#[derive(Clone, Copy)]
struct Letter {
    character: char,
    span: usize,
    width: f32,
}

/// Width of the letter at `index` in a line with the letters before it.
fn width_in_line(letters: &[Letter], styles: &[Style], index: usize) -> f32 {
    let letter = letters[index];
    let kern = match index.checked_sub(1).map(|before| letters[before]) {
        Some(before) if before.span == letter.span => {
            f32::from(overlap(before.character, letter.character)) * styles[letter.span].size
        }
        _ => 0.0,
    };
    letter.width - kern / 1000.0
}

/// Breaks text into lines. A line feed in the text begins a new line; an empty text is one empty
/// line.
///
/// # Errors
/// [`PdfError::MissingCharacter`] if no font has one of the characters.
pub fn wrap(fonts: &Fonts, spans: &[Span<'_>], measure: Measure) -> Result<Vec<Line>, PdfError> {
    let styles: Vec<Style> = spans.iter().map(|span| span.style).collect();
    let mut lines = Vec::new();
    let mut letters = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        for character in normalized(&span.text).chars() {
            if character == '\n' {
                wrap_paragraph(&letters, &styles, measure, &mut lines);
                letters.clear();
                continue;
            }
            let width = f32::from(advance(fonts, span.style, character)?) * span.style.size / 1000.0;
            letters.push(Letter {
                character,
                span: index,
                width,
            });
        }
    }
    wrap_paragraph(&letters, &styles, measure, &mut lines);
    Ok(lines)
}

fn wrap_paragraph(letters: &[Letter], styles: &[Style], measure: Measure, lines: &mut Vec<Line>) {
    let mut rest = letters;
    let mut indent = measure.first_indent;
    loop {
        let width = (measure.width - indent).max(0.0);
        let (taken, last) = take_line(rest, styles, width);
        let line = &rest[..taken];
        lines.push(set_line(line, styles, width, measure.justify && !last));
        if last {
            return;
        }
        rest = &rest[taken..];
        let blanks = rest.iter().take_while(|letter| letter.character == ' ').count();
        rest = &rest[blanks..];
        indent = 0.0;
        if rest.is_empty() {
            return;
        }
    }
}

/// How many letters the next line takes, and whether it is the last.
fn take_line(letters: &[Letter], styles: &[Style], width: f32) -> (usize, bool) {
    let mut used = 0.0;
    let (mut at_break, mut used_at_break, mut in_range) = (0, 0.0, 0);
    for (index, letter) in letters.iter().enumerate() {
        if index > 0 {
            let next = letters.get(index + 1).map(|next| next.character);
            let before = letters[index - 1].character;
            if may_break(before, letter.character, next) {
                (at_break, used_at_break) = (index, used);
            } else if splits_range(before, letter.character) {
                in_range = index;
            }
        }
        used += width_in_line(letters, styles, index);
        let size = styles[letter.span].size;
        let blank = if letter.character == ' ' {
            letter.width
        } else {
            blank_right(letter.character) * size
        };
        let squeeze = if blank > 0.0 {
            MAX_SQUEEZE * size * index as f32
        } else {
            0.0
        };
        if used - blank > width + squeeze + 0.01 {
            // A word longer than the line is torn where the line ends: there is no better place.
            let blank = width - used_at_break;
            let taken = match at_break.max(in_range) {
                0 => index.max(1),
                last if last == at_break || blank > MAX_BLANK * size => last,
                _ if at_break == 0 => in_range,
                _ => at_break,
            };
            return (taken, false);
        }
    }
    (letters.len(), true)
}

fn set_line(letters: &[Letter], styles: &[Style], width: f32, justify: bool) -> Line {
    let end = letters
        .iter()
        .rposition(|letter| letter.character != ' ')
        .map_or(0, |at| at + 1);
    let letters = &letters[..end];
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut current = usize::MAX;
    for letter in letters {
        if letter.span != current {
            current = letter.span;
            spans.push(Span {
                style: styles[current],
                text: Cow::Owned(String::new()),
            });
        }
        if let Some(span) = spans.last_mut() {
            span.text.to_mut().push(letter.character);
        }
    }
    let full: f32 = (0..letters.len())
        .map(|index| width_in_line(letters, styles, index))
        .sum();
    let Some(last) = letters.last() else {
        return Line {
            spans,
            ..Line::default()
        };
    };
    let size = styles[last.span].size;
    let ink = full - blank_right(last.character) * size;
    let gaps = (letters.len() - 1).max(1) as f32;
    // Full marks stand in the grid when they fit; only then their blank half goes over the edge.
    let spacing = if ink > width {
        (width - ink) / gaps
    } else if full > width || !justify {
        0.0
    } else {
        let wanted = (width - full) / gaps;
        if wanted <= MAX_STRETCH * size { wanted } else { 0.0 }
    };
    Line {
        spans,
        width: ink.min(width),
        spacing,
    }
}
