//! Binary workbooks (MS-XLS): BIFF8 of Excel 97 and later, BIFF5 of Excel 95. WPS writes the same as `.et`.

mod cells;
mod record;

use std::collections::HashMap;

use super::book::{Book, Fault, Secrecy};
use super::bounds::{self, Counted, MAX_STYLES};
use super::format::Format;
use record::{Input, Record, records};

/// How often a file is read at most: its sheets stand one behind the other, but one may lack its end. Where many begin
/// at one place, or one in another, it would be read over and over.
const MAX_READINGS: usize = 4;

/// Which layout the records have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Biff {
    /// Texts in the code page.
    Five,
    /// Texts in Unicode.
    Eight,
}

/// What the beginning of the stream says for all sheets.
struct Globals {
    biff: Biff,
    encoding: &'static encoding_rs::Encoding,
    fonts: Vec<bool>,
    codes: HashMap<u16, Format>,
    /// Font and format number of each style.
    styles: Vec<(u16, u16)>,
    strings: Strings,
    sheets: Vec<Sheet>,
}

/// The shared texts, all in one buffer.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start as usize..end as usize])
    }

    fn push(&mut self, text: &str) -> Result<(), Fault> {
        let end = self.text.len() + text.len();
        bounds::shared(self.ends.len() + 1, end)?;
        self.text.push_str(text);
        // The bound above is far below 4 GiB.
        self.ends.push(end as u32);
        Ok(())
    }
}

struct Sheet {
    at: usize,
    name: String,
    hidden: bool,
}

/// What a cell's style says that matters here.
#[derive(Debug, Default)]
struct Style {
    format: Format,
    struck: bool,
}

/// Reads every worksheet of the workbook stream.
pub(super) fn read(book: &mut Book, stream: &[u8]) -> Result<(), Fault> {
    let globals = globals(book, stream)?;
    let styles: Vec<Style> = globals
        .styles
        .iter()
        .map(|(font, format)| globals.style(*font, *format))
        .collect();
    if globals.sheets.is_empty() {
        // Scripts of old web systems write a sheet's records and nothing before them.
        book.sheet("", false)?;
        return cells::read(book, stream, &globals, &styles).map(drop);
    }
    let mut left = stream.len().saturating_mul(MAX_READINGS);
    for sheet in &globals.sheets {
        book.sheet(&sheet.name, sheet.hidden)?;
        let records = stream.get(sheet.at..).ok_or_else(cut_off)?;
        let read = cells::read(book, records, &globals, &styles)?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| Fault::Damaged("工作表的位置互相重叠".into()))?;
    }
    Ok(())
}

fn cut_off() -> Fault {
    Fault::Damaged("文件不完整".into())
}

impl Globals {
    fn style(&self, font: u16, format: u16) -> Style {
        // Font 4 is never there, so those after it are one earlier in the list.
        let font = usize::from(if font > 4 { font - 1 } else { font });
        Style {
            format: self
                .codes
                .get(&format)
                .cloned()
                .unwrap_or_else(|| Format::built_in(format.into())),
            struck: self.fonts.get(font).copied().unwrap_or_default(),
        }
    }

    /// A text with its length in two bytes, or in one.
    fn text(&self, input: &mut Input<'_>, wide_length: bool) -> Option<String> {
        let length = if wide_length {
            usize::from(input.u16()?)
        } else {
            usize::from(input.u8()?)
        };
        match self.biff {
            Biff::Eight => input.unicode(length),
            Biff::Five => Some(
                self.encoding
                    .decode_without_bom_handling(&input.bytes(length)?)
                    .0
                    .into_owned(),
            ),
        }
    }
}

fn globals(book: &mut Book, stream: &[u8]) -> Result<Globals, Fault> {
    let mut globals = Globals {
        biff: Biff::Eight,
        encoding: encoding_rs::GB18030,
        fonts: Vec::new(),
        codes: HashMap::new(),
        styles: Vec::new(),
        strings: Strings::default(),
        sheets: Vec::new(),
    };
    for record in records(stream) {
        let record = record.ok_or_else(cut_off)?;
        match record.kind {
            // FilePass: what follows is enciphered.
            0x002f => return Err(Fault::Password(Secrecy::Unreadable)),
            // EOF of the globals.
            0x000a => break,
            _ => globals.take(book, &record)?,
        }
    }
    Ok(globals)
}

impl Globals {
    fn take(&mut self, book: &mut Book, record: &Record<'_>) -> Result<(), Fault> {
        let mut input = record.input();
        match record.kind {
            // BOF
            0x0809 => {
                self.biff = if input.u16() == Some(0x0600) {
                    Biff::Eight
                } else {
                    Biff::Five
                }
            }
            // CodePage
            0x0042 => self.encoding = encoding(input.u16().unwrap_or_default()),
            // Date1904
            0x0022 => book.from_1904 = input.u16() == Some(1),
            // Font: height, then flags.
            0x0031 => {
                bounds::entries(self.fonts.len() + 1, MAX_STYLES, Counted::Fonts)?;
                self.fonts.push(
                    input
                        .skip(2)
                        .and_then(|()| input.u16())
                        .is_some_and(|flags| flags & 8 != 0),
                );
            }
            // Format
            0x041e => {
                let wide = self.biff == Biff::Eight;
                if let Some((id, code)) = input.u16().and_then(|id| Some((id, self.text(&mut input, wide)?))) {
                    self.codes.insert(id, Format::parse(&code));
                }
            }
            // XF
            0x00e0 => {
                bounds::entries(self.styles.len() + 1, MAX_STYLES, Counted::CellStyles)?;
                self.styles
                    .push((input.u16().unwrap_or_default(), input.u16().unwrap_or_default()));
            }
            // BoundSheet8
            0x0085 => {
                let (at, hidden, kind) = (input.u32(), input.u8(), input.u8());
                let name = self.text(&mut input, false).unwrap_or_default().replace('\0', "");
                // Charts, macro sheets and modules have no people.
                if let (Some(at), Some(hidden), Some(0)) = (at, hidden, kind) {
                    bounds::entries(self.sheets.len() + 1, MAX_STYLES, Counted::Tabs)?;
                    self.sheets.push(Sheet {
                        at: at as usize,
                        name,
                        hidden: hidden & 3 != 0,
                    });
                }
            }
            // SST: two counts, then the texts.
            0x00fc => {
                let _ = input.skip(8);
                while let Some(text) = input.rich() {
                    self.strings.push(&text)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The encoding of a code page; that of Chinese Windows where it is none of its neighbours.
fn encoding(code_page: u16) -> &'static encoding_rs::Encoding {
    match code_page {
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1252 => encoding_rs::WINDOWS_1252,
        65001 => encoding_rs::UTF_8,
        _ => encoding_rs::GB18030,
    }
}
