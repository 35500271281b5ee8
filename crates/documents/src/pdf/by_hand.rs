//! What is left to the hand on lists of many people: a character no font has, or that misleads, becomes a frame to write
//! in, a text too long for its place is cut, and both are told, so that one person's text, whatever an older program or a
//! stranger wrote, never keeps everybody else's paper from the printer.
//! A notice's own text is the other case: nobody writes into what hangs on a door, so there it stays an error.

use linli_domain::writing::{CUT, misleads};
use serde::Serialize;
use thiserror::Error;

use crate::font::Fonts;
use crate::pdf::PdfError;
use crate::pdf::canvas::{ASCENT, Area, Canvas, Stroke, Style};
use crate::pdf::text::map_character;

/// A frame for one character, and a longer one for a word. Codes that stand for no character (The Unicode Standard,
/// 23.7) mark their place while lines are broken; they are drawn, never printed.
const FRAME: char = '\u{FDD0}';
const LONG_FRAME: char = '\u{FDD1}';

/// Widths in thousandths of the size: of a character, and of a name written out.
const FRAME_WIDTH: u16 = 1000;
const LONG_FRAME_WIDTH: u16 = 6000;

/// Blank around a frame, as part of the size, so that two do not touch.
const AROUND: f32 = 0.04;

/// Something on a list that a person must look after.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ByHand {
    /// TextOf, or which text of the paper.
    pub whose: TextOf,
    /// Where they live, or the text.
    pub place: String,
    /// What is the matter.
    pub why: Why,
}

/// TextOf text on a list it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum TextOf {
    /// A person's.
    #[error("{name}")]
    Person {
        /// As it is known.
        name: String,
    },
    /// The committee's name.
    #[error("居委会名称")]
    Committee,
    /// The round's title.
    #[error("轮次名称")]
    RoundTitle,
    /// The title of a door-visit list.
    #[error("走访表标题")]
    DoorListTitle,
    /// By when that is given back.
    #[error("交回期限")]
    Deadline,
    /// What the visit is for.
    #[error("走访事由")]
    VisitReason,
    /// A building.
    #[error("楼栋")]
    Building,
    /// Its head.
    #[error("楼组长")]
    BuildingHead,
    /// Where it is collected.
    #[error("领取点")]
    PickUp,
    /// When.
    #[error("时间")]
    Time,
    /// The small print of a voucher.
    #[error("凭证说明")]
    FinePrint,
}

/// What is the matter with a text on a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Why {
    /// These have no font, a character or a word each; frames stand for them. Of what nobody sees, its code: U+202E.
    NoFont(Vec<String>),
    /// It is longer than its place, and was cut.
    TooLong,
}

/// Looks through the texts of a list, and remembers what it did.
pub(crate) struct Hand<'f> {
    fonts: &'f Fonts,
    told: Vec<ByHand>,
}

impl<'f> Hand<'f> {
    pub(crate) fn new(fonts: &'f Fonts) -> Hand<'f> {
        Hand {
            fonts,
            told: Vec::new(),
        }
    }

    /// Puts frames into somebody's texts where no font has a character.
    pub(crate) fn frame(&mut self, (whose, place): (&TextOf, &str), texts: &mut [&mut String]) -> Result<(), PdfError> {
        let mut missing: Vec<String> = Vec::new();
        for text in texts {
            if let Some((framed, without)) = framed(self.fonts, text)? {
                **text = framed;
                for word in without {
                    if !missing.contains(&word) {
                        missing.push(word);
                    }
                }
            }
        }
        if !missing.is_empty() {
            self.tell((whose, place), Why::NoFont(missing));
        }
        Ok(())
    }

    /// Puts frames into texts that many rows share, and cuts each to a width in characters that fits its place; each is
    /// told once.
    pub(crate) fn heads<const N: usize>(&mut self, texts: [(TextOf, &mut String, usize); N]) -> Result<(), PdfError> {
        for (what, text, most) in texts {
            let known = text.clone();
            self.frame((&what, &known), &mut [text])?;
            if broad(text) > most {
                cut_to(text, most);
                self.tell((&what, &known), Why::TooLong);
            }
        }
        Ok(())
    }

    /// As [`Hand::frame`] for the cells of a table, which grow with their text: only as far as a row may grow.
    pub(crate) fn cells<const N: usize>(
        &mut self,
        whose: (&TextOf, &str),
        mut texts: [&mut String; N],
    ) -> Result<(), PdfError> {
        self.frame(whose, &mut texts)?;
        let mut was_cut = false;
        for text in texts.into_iter().filter(|text| broad(text) > LONGEST_CELL) {
            cut_to(text, LONGEST_CELL);
            was_cut = true;
        }
        if was_cut {
            self.tell(whose, Why::TooLong);
        }
        Ok(())
    }

    /// Cuts the longest of somebody's texts, a bit more each time, until they fit their places.
    pub(crate) fn cut<T>(
        &mut self,
        (whose, place): (&TextOf, &str),
        of: &mut T,
        longest: impl Fn(&mut T) -> Option<&mut String>,
        fits: impl Fn(&Fonts, &T) -> Result<(), PdfError>,
    ) -> Result<(), PdfError> {
        let mut was_cut = false;
        loop {
            match fits(self.fonts, of) {
                Err(PdfError::DoesNotFit { .. }) => {}
                other => {
                    if was_cut {
                        self.tell((whose, place), Why::TooLong);
                    }
                    return other;
                }
            }
            match longest(of) {
                Some(text) if text.chars().count() > SHORTEST => shorten(text),
                _ => return fits(self.fonts, of),
            }
            was_cut = true;
        }
    }

    fn tell(&mut self, (whose, place): (&TextOf, &str), why: Why) {
        let told = ByHand {
            whose: whose.clone(),
            place: place.to_owned(),
            why,
        };
        // What many share is told once: the name of a round, a pick-up point.
        if !self.told.contains(&told) {
            self.told.push(told);
        }
    }

    pub(crate) fn done(self) -> Vec<ByHand> {
        self.told
    }
}

/// Width a cell of a table may have, in characters: some twenty lines of its narrowest column.
const LONGEST_CELL: usize = 120;

/// Widths, in characters, that fit the places of what many rows share: the committee's name, the title of a list, a
/// building with its estate, a fact above a list.
pub(crate) const COMMITTEE: usize = 40;
pub(crate) const TITLE: usize = 48;
pub(crate) const BUILDING: usize = 48;
pub(crate) const FACT: usize = 110;

/// How broad a text is at most, in characters of full width.
pub(crate) fn broad(text: &str) -> usize {
    text.chars()
        .map(|character| usize::from(frame_width(character).unwrap_or(FRAME_WIDTH) / FRAME_WIDTH))
        .sum()
}

/// Cuts a text to a width.
fn cut_to(text: &mut String, most: usize) {
    let mut left = most - 1;
    let fits = |character: &char| {
        let width = usize::from(frame_width(*character).unwrap_or(FRAME_WIDTH) / FRAME_WIDTH);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    };
    *text = text.chars().take_while(fits).collect();
    text.push(CUT);
}

/// Characters below which nothing is cut any more.
const SHORTEST: usize = 4;

/// Takes a tenth off the end of a text.
fn shorten(text: &mut String) {
    let kept = text.chars().filter(|character| *character != CUT).count();
    let kept = kept - kept.div_ceil(10);
    *text = text.chars().take(kept).collect::<String>().trim_end().to_owned();
    text.push(CUT);
}

/// The longest of some texts.
pub(crate) fn longest<'t>(texts: impl IntoIterator<Item = &'t mut String>) -> Option<&'t mut String> {
    texts.into_iter().max_by_key(|text| broad(text))
}

/// A letter of a list: on one line, as fonts know it; what misleads is kept, to be framed. `None` where it only steers.
fn letter(character: char) -> Option<char> {
    match character {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        misleading if misleads(misleading) => Some(misleading),
        other => map_character(other),
    }
}

/// A text with frames, and what each stands for; `None` where it can be printed as it is.
fn framed(fonts: &Fonts, text: &str) -> Result<Option<(String, Vec<String>)>, PdfError> {
    let letters: Vec<char> = text.chars().filter_map(letter).collect();
    let (mut framed, mut missing) = (String::with_capacity(text.len()), Vec::new());
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        match unprintable(fonts, &letters[at..])? {
            0 => {
                framed.push(letter);
                at += 1;
            }
            _ if misleads(letter) => {
                framed.push(FRAME);
                missing.push(format!("U+{:04X}", u32::from(letter)));
                at += 1;
            }
            length => {
                framed.push(if is_wide(letter) { FRAME } else { LONG_FRAME });
                missing.push(letters[at..at + length].iter().collect());
                at += length;
            }
        }
    }
    Ok((!missing.is_empty() || framed != text).then_some((framed, missing)))
}

/// How many letters from the first on one frame stands for; 0 where the first can be printed.
fn unprintable(fonts: &Fonts, letters: &[char]) -> Result<usize, PdfError> {
    let Some(&first) = letters.first() else { return Ok(0) };
    if misleads(first) {
        return Ok(1);
    }
    if operands(first) > 0 {
        return Ok(described(letters));
    }
    if is_printable(fonts, first)? {
        return Ok(0);
    }
    let mut length = 1;
    if is_pictograph(first) {
        length += letters[1..].iter().take_while(|letter| is_pictograph(**letter)).count();
    } else if !is_wide(first) {
        // A name in a script that cannot be set is one frame, blanks and all.
        for (index, letter) in letters.iter().enumerate().skip(1) {
            if *letter != ' ' && (is_wide(*letter) || is_printable(fonts, *letter)?) {
                break;
            }
            if *letter != ' ' {
                length = index + 1;
            }
        }
    }
    Ok(length)
}

fn is_printable(fonts: &Fonts, letter: char) -> Result<bool, PdfError> {
    // U+FFFD stands where a program before this one lost a character.
    Ok(letter != '\u{FFFD}' && !misleads(letter) && fonts.can_print(letter)?)
}

/// Whether a character is written into a square.
fn is_wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x1100..=0x11FF | 0x2E80..=0xA4CF | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xE000..=0xFAFF
        | 0xFE30..=0xFE4F | 0xFF00..=0xFFFF | 0x1_6FE0..=0x1_B2FF | 0x2_0000..)
        || is_pictograph(letter)
        || operands(letter) > 0
}

fn is_pictograph(letter: char) -> bool {
    matches!(u32::from(letter), 0x2190..=0x2BFF | 0x1_F000..=0x1_FAFF)
}

/// How many parts an ideographic description character puts together (⿰亻义: a character without a code is described
/// by its parts; The Unicode Standard, 18.2). 0 for any other character.
fn operands(letter: char) -> usize {
    match letter {
        '\u{2FF2}' | '\u{2FF3}' => 3,
        '\u{2FFE}' | '\u{2FFF}' => 1,
        '\u{2FF0}'..='\u{2FFD}' | '\u{31EF}' => 2,
        _ => 0,
    }
}

/// Length of the description that begins here: one character is meant.
fn described(letters: &[char]) -> usize {
    let (mut length, mut wanted) = (0, 1);
    for letter in letters {
        if wanted == 0 {
            break;
        }
        wanted = wanted - 1 + operands(*letter);
        length += 1;
    }
    length
}

/// Whether a frame stands here.
pub(crate) fn is_frame(character: char) -> bool {
    frame_width(character).is_some()
}

/// Width of a frame in thousandths of the size; `None` for a character.
pub(crate) fn frame_width(character: char) -> Option<u16> {
    match character {
        FRAME => Some(FRAME_WIDTH),
        LONG_FRAME => Some(LONG_FRAME_WIDTH),
        _ => None,
    }
}

/// Text for where frames cannot be drawn: the properties of a file.
pub(crate) fn in_words(text: &str) -> String {
    text.chars()
        .map(|character| if is_frame(character) { '□' } else { character })
        .collect()
}

/// Draws a frame that begins at `x` on a line.
pub(crate) fn draw_frame(canvas: &mut dyn Canvas, (x, baseline): (f32, f32), width: f32, style: Style) {
    let around = style.size * AROUND;
    let area = Area::new(x, baseline - ASCENT * style.size, width, style.size).inset(around, around);
    canvas.frame(
        area,
        Stroke {
            width: 0.6,
            color: style.color,
            dash: None,
        },
    );
}
