//! General notices in the layout of official documents, GB/T 9704-2012: title 二号, text 三号,
//! numbered headings, attachments, signature and date at the right with room for the seal.
//! The pages themselves are in `notice_page`.

use std::borrow::Cow;
use std::cell::Cell;

use chrono::{Datelike, NaiveDate};

use crate::font::{Face, Fonts};
use crate::pdf::by_hand::{BUILDING, ByHand, Hand, TextOf};
use crate::pdf::canvas::{Canvas, Style};
use crate::pdf::kinsoku::may_break;
use crate::pdf::notice_page::{GridLine, WIDTH, draw_pages, paginate};
use crate::pdf::notice_text::{Block, FIELDS, MAX_CHARACTERS, NoticeText, Span as TextSpan};
use crate::pdf::paper::{ink, size};
use crate::pdf::text::{Line, Measure, Span, width_of, wrap};
use crate::pdf::writer::PdfCanvas;
use crate::pdf::{Context, DocumentPart, Imprint, PdfError};

/// Copies one file may hold.
const MAX_COPIES: usize = 2_000;
/// Pages one file may hold, of all copies together: ten packs of paper.
const MAX_PAGES: usize = 5_000;
/// Characters a copy may have once its fields are filled in: a field may stand in it more than once.
const MAX_FILLED: usize = 2 * MAX_CHARACTERS;

/// A general notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeInput {
    /// Committee (printed as the signature) and time of making.
    pub imprint: Imprint,
    /// The text, read.
    pub text: NoticeText,
    /// Date under the signature.
    pub date: NaiveDate,
    /// Whether the committee's seal will be put on it, which wants room around the signature.
    pub seal: bool,
    /// One copy per building, each beginning on a new page and numbered from page 1.
    pub copies: Vec<NoticeCopy>,
}

/// A copy for one building, or for all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoticeCopy {
    /// Name of the building, printed where the text says {楼栋}; empty means 各楼栋.
    pub building: String,
    /// Whom the copy addresses, without the colon: 12号楼各位居民; empty for none.
    pub salutation: String,
}

impl NoticeInput {
    /// Leaves to the hand what a building's name would keep from being printed: the one thing in a notice that its writer
    /// did not write. Returns which copies to look after.
    ///
    /// # Errors
    /// A font that cannot be used.
    pub fn leave_to_hand(&mut self, fonts: &Fonts) -> Result<Vec<ByHand>, PdfError> {
        let mut hand = Hand::new(fonts);
        for copy in &mut self.copies {
            let whole = copy.building.clone();
            hand.heads([(TextOf::Building, &mut copy.building, BUILDING)])?;
            copy.salutation = copy.salutation.replacen(&whole, &copy.building, 1);
        }
        Ok(hand.done())
    }
}

/// The notice as one PDF.
///
/// # Errors
/// No copies, or a character no font has.
pub fn notice(fonts: &Fonts, input: &NoticeInput) -> Result<Vec<u8>, PdfError> {
    let mut canvas = PdfCanvas::new(fonts);
    draw_notice(&mut canvas, input)?;
    let title = input.text.title.replace("<br>", "");
    canvas.finish(&title, &input.imprint)
}

/// Draws the notice on a canvas.
///
/// # Errors
/// As [`notice`].
pub fn draw_notice(canvas: &mut dyn Canvas, input: &NoticeInput) -> Result<(), PdfError> {
    if input.copies.is_empty() {
        return Err(PdfError::Nothing { what: "copies" });
    }
    if input.copies.len() > MAX_COPIES {
        let count = input.copies.len();
        return Err(PdfError::TooMany {
            count,
            limit: MAX_COPIES,
            what: "copies",
        });
    }
    let mut pages = 0;
    for copy in &input.copies {
        let laid = lay_copy(canvas.fonts(), input, copy);
        let laid = laid.map_err(|error| {
            error.about(|| DocumentPart::Notice {
                title: input.text.title.clone(),
            })
        })?;
        pages += laid.len();
        if pages > MAX_PAGES {
            return Err(PdfError::TooMany {
                count: pages,
                limit: MAX_PAGES,
                what: "pages",
            });
        }
        draw_pages(canvas, &laid)?;
    }
    Ok(())
}

/// The pages of a copy.
fn lay_copy(fonts: &Fonts, input: &NoticeInput, copy: &NoticeCopy) -> Result<Vec<Vec<GridLine>>, PdfError> {
    let fields = Fields::new(input, copy);
    let mut lines = title_lines(fonts, &fields.fill(&input.text.title)?)?;
    lines.push(GridLine::blank());
    let own = own_greeting(&input.text.blocks);
    let (salutation, blocks) = match own {
        Some(OwnGreeting::Line(text)) => (fields.fill(&text)?, &input.text.blocks[1..]),
        Some(OwnGreeting::InSentence) => (String::new(), &input.text.blocks[..]),
        None if copy.salutation.is_empty() => (String::new(), &input.text.blocks[..]),
        None => (format!("{}：", copy.salutation), &input.text.blocks[..]),
    };
    if !salutation.is_empty() {
        push_paragraph(fonts, &mut lines, &[body_span(salutation)], (0.0, WIDTH, 0.0))?;
    }
    let mut counters = (0, 0);
    for block in blocks {
        push_block(fonts, &mut lines, block, &fields, &mut counters)?;
    }
    Ok(paginate(lines, signature_lines(fonts, input)?))
}

/// How a text greets its readers by itself; the copy's salutation would do so twice.
enum OwnGreeting {
    /// By a line of its own, printed where the salutation is.
    Line(String),
    /// In its first sentence.
    InSentence,
}

/// How a greeting begins.
const GREETS: [&str; 3] = ["各位", "尊敬的", "亲爱的"];
/// Whom a line greets that begins otherwise: 全体居民：, {楼栋}住户：.
const GREETED: [&str; 6] = ["居民", "住户", "业主", "村民", "邻居", "租户"];
/// Characters of a line that can be nothing but a greeting.
const GREETING_CHARACTERS: usize = 24;

fn own_greeting(blocks: &[Block]) -> Option<OwnGreeting> {
    let Some(Block::Paragraph(spans)) = blocks.first() else {
        return None;
    };
    let text: String = spans.iter().map(|span| span.text.as_str()).collect();
    let text = text.trim();
    let begins = GREETS.iter().any(|greeting| text.starts_with(greeting));
    let line = text.ends_with(['：', ':']) && text.chars().count() <= GREETING_CHARACTERS;
    let greeted = GREETED.iter().any(|people| text.contains(people));
    match line {
        true if begins || greeted => Some(OwnGreeting::Line(text.to_owned())),
        _ => begins.then_some(OwnGreeting::InSentence),
    }
}

/// What stands for the fields of the text in one copy.
struct Fields {
    values: [String; 3],
    /// Characters filled so far.
    filled: Cell<usize>,
}

impl Fields {
    fn new(input: &NoticeInput, copy: &NoticeCopy) -> Fields {
        let building = if copy.building.is_empty() {
            "各楼栋"
        } else {
            &copy.building
        };
        let values = [
            building.to_string(),
            input.imprint.committee.clone(),
            date_text(input.date),
        ];
        Fields {
            values,
            filled: Cell::new(0),
        }
    }

    fn fill(&self, text: &str) -> Result<String, PdfError> {
        let filled = FIELDS.iter().zip(&self.values);
        let text = filled.fold(text.to_string(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        });
        let count = self.filled.get() + text.chars().count();
        self.filled.set(count);
        match count > MAX_FILLED {
            true => Err(PdfError::TooMany {
                count,
                limit: MAX_FILLED,
                what: "characters of a notice",
            }),
            false => Ok(text),
        }
    }
}

fn date_text(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

fn style(face: Face) -> Style {
    Style {
        face,
        size: size::SANHAO,
        color: ink::BLACK,
    }
}

fn body_span(text: String) -> Span<'static> {
    Span {
        style: style(Face::FangSong),
        text: Cow::Owned(text),
    }
}

/// Sets text into grid lines: `(left, width, first indent)` in points from the type area's edge.
fn push_paragraph(
    fonts: &Fonts,
    lines: &mut Vec<GridLine>,
    spans: &[Span<'_>],
    (left, width, first_indent): (f32, f32, f32),
) -> Result<(), PdfError> {
    let set = wrap(
        fonts,
        spans,
        Measure {
            width,
            first_indent,
            justify: true,
        },
    )?;
    for (index, line) in set.into_iter().enumerate() {
        let x = if index == 0 { left + first_indent } else { left };
        lines.push(GridLine {
            x,
            line,
            keep: false,
            blank: false,
        });
    }
    Ok(())
}

/// The title, centred. A title of two lines is parted where sense allows, so that neither is much
/// shorter than the other; `<br>` parts it where the writer wants.
fn title_lines(fonts: &Fonts, title: &str) -> Result<Vec<GridLine>, PdfError> {
    let style = Style {
        face: Face::SerifBold,
        size: size::ERHAO,
        color: ink::BLACK,
    };
    let set = |title: &str| {
        let span = [Span {
            style,
            text: Cow::Owned(title.replace("<br>", "\n")),
        }];
        wrap(
            fonts,
            &span,
            Measure {
                width: WIDTH,
                first_indent: 0.0,
                justify: false,
            },
        )
    };
    let mut lines = set(title)?;
    if lines.len() == 2 && !title.contains("<br>") {
        let mut best = f32::MAX;
        for (at, before, after) in breaks(title) {
            let parted = set(&format!("{}\n{}", &title[..at], &title[at..]))?;
            if let [first, second] = parted.as_slice() {
                let cost = (first.width - second.width).abs() / style.size
                    + if parts_well(before, after) { 0.0 } else { INSIDE_A_WORD };
                if cost < best {
                    best = cost;
                    lines = parted;
                }
            }
        }
    }
    let centred = |line: Line| GridLine {
        x: (WIDTH - line.width) / 2.0,
        line,
        keep: true,
        blank: false,
    };
    Ok(lines.into_iter().map(centred).collect())
}

/// What parting a title at a place that may be inside a word costs, in characters of imbalance.
const INSIDE_A_WORD: f32 = 6.0;

/// Places where a line may end: byte offset, character before, character after.
fn breaks(text: &str) -> impl Iterator<Item = (usize, char, char)> + '_ {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    (1..letters.len()).filter_map(move |index| {
        let (before, (at, after)) = (letters[index - 1].1, letters[index]);
        let next = letters.get(index + 1).map(|&(_, next)| next);
        may_break(before, after, next).then_some((at, before, after))
    })
}

/// Whether words surely end between two characters of a title.
fn parts_well(before: char, after: char) -> bool {
    "的、，：；》”）".contains(before) || "和及与并暨“《（".contains(after)
}

fn push_block(
    fonts: &Fonts,
    lines: &mut Vec<GridLine>,
    block: &Block,
    fields: &Fields,
    (first, second): &mut (usize, usize),
) -> Result<(), PdfError> {
    let indented = (0.0, WIDTH, 2.0 * size::SANHAO);
    match block {
        Block::Paragraph(spans) => push_paragraph(fonts, lines, &fill(spans, fields, Face::FangSong, "")?, indented),
        Block::Point { number, spans } => {
            let mark = number.map_or("- ".to_string(), |number| format!("{number}. "));
            push_paragraph(fonts, lines, &fill(spans, fields, Face::FangSong, &mark)?, indented)
        }
        Block::Heading { level, spans } => {
            let (number, face) = if *level == 1 {
                (*first, *second) = (*first + 1, 0);
                (format!("{}、", chinese_number(*first)), Face::Sans)
            } else {
                *second += 1;
                (format!("（{}）", chinese_number(*second)), Face::SerifBold)
            };
            push_paragraph(fonts, lines, &fill(spans, fields, face, &number)?, indented)?;
            if let Some(last) = lines.last_mut() {
                last.keep = true;
            }
            Ok(())
        }
        Block::Attachments(names) => push_attachments(fonts, lines, names, fields),
    }
}

/// The spans of a block with its number in front and the fields filled in.
fn fill(spans: &[TextSpan], fields: &Fields, face: Face, number: &str) -> Result<Vec<Span<'static>>, PdfError> {
    let mut filled = Vec::with_capacity(spans.len() + 1);
    if !number.is_empty() {
        filled.push(Span {
            style: style(face),
            text: Cow::Owned(number.to_string()),
        });
    }
    for span in spans {
        let face = if span.bold { face.bold() } else { face };
        filled.push(Span {
            style: style(face),
            text: Cow::Owned(fields.fill(&span.text)?),
        });
    }
    Ok(filled)
}

/// 附件 one blank line under the text, two characters in; a second line of a name begins under
/// its first character.
fn push_attachments(
    fonts: &Fonts,
    lines: &mut Vec<GridLine>,
    names: &[String],
    fields: &Fields,
) -> Result<(), PdfError> {
    lines.push(GridLine::blank());
    let label = width_of(fonts, style(Face::FangSong), "附件：")?;
    for (index, name) in names.iter().enumerate() {
        let number = if names.len() > 1 {
            format!("{}. ", index + 1)
        } else {
            String::new()
        };
        let head = if index == 0 {
            format!("附件：{number}")
        } else {
            number.clone()
        };
        let hang = 2.0 * size::SANHAO + label + width_of(fonts, style(Face::FangSong), &number)?;
        let back = width_of(fonts, style(Face::FangSong), &head)?;
        let span = [body_span(format!("{head}{}", fields.fill(name)?))];
        push_paragraph(fonts, lines, &span, (hang, WIDTH - hang, -back))?;
    }
    Ok(())
}

/// Signature and date, with the blank lines above them. With a seal the signature stands centred
/// over the date, the date four characters from the right; without, both two characters from it.
fn signature_lines(fonts: &Fonts, input: &NoticeInput) -> Result<Vec<GridLine>, PdfError> {
    let em = size::SANHAO;
    let set = |text: &str| -> Result<(Line, f32), PdfError> {
        let span = [body_span(text.to_string())];
        let measure = Measure {
            width: WIDTH,
            first_indent: 0.0,
            justify: false,
        };
        let mut set = wrap(fonts, &span, measure)?;
        match set.pop() {
            Some(line) if set.is_empty() => Ok((line.clone(), line.width)),
            _ => Err(PdfError::DoesNotFit {
                text: text.to_string(),
                context: Context(vec![DocumentPart::Signature]),
            }),
        }
    };
    let (committee, committee_width) = set(&input.imprint.committee)?;
    let (date, date_width) = set(&date_text(input.date))?;
    let (committee_x, date_x) = if input.seal {
        let date_x = WIDTH - 4.0 * em - date_width;
        let centred = date_x + (date_width - committee_width) / 2.0;
        (centred.min(WIDTH - committee_width), date_x)
    } else {
        let committee_x = WIDTH - 2.0 * em - committee_width;
        let date_x = (committee_x + 2.0 * em).min(WIDTH - 2.0 * em - date_width);
        (committee_x.min(date_x), date_x)
    };
    let grid = |x: f32, line: Line| GridLine {
        x: x.max(0.0),
        line,
        keep: true,
        blank: false,
    };
    let blanks = if input.seal { 2 } else { 1 };
    let mut lines: Vec<GridLine> = (0..blanks).map(|_| GridLine::seal()).collect();
    lines.push(grid(committee_x, committee));
    lines.push(grid(date_x, date));
    Ok(lines)
}

/// 一 to 九十九.
pub(super) fn chinese_number(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match number {
        0..=9 => DIGITS[number].to_string(),
        10..=19 => format!("十{}", DIGITS[number - 10]),
        20..=99 => format!("{}十{}", DIGITS[number / 10], DIGITS[number % 10]),
        _ => number.to_string(),
    }
}
