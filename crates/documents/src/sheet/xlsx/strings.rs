//! Texts: the table that cells refer to, and texts in cells themselves. Both may be made of runs with fonts of their own.

use quick_xml::events::{BytesStart, Event};

use super::super::book::Fault;
use super::super::bounds;
use super::super::package::{Package, add_text, attribute, is_on};

/// The shared texts, all in one buffer.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    /// Where each ends, and whether it is struck out where it says so itself.
    ends: Vec<(u32, Option<bool>)>,
}

impl Strings {
    /// A text, and whether it is struck out where it says so itself.
    pub(super) fn get(&self, index: usize) -> Option<(&str, Option<bool>)> {
        let (end, struck) = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].0);
        Some((&self.text[start as usize..end as usize], struck))
    }

    fn push(&mut self, (text, struck): (&str, Option<bool>)) -> Result<(), Fault> {
        let end = self.text.len() + text.len();
        bounds::shared(self.ends.len() + 1, end)?;
        self.text.push_str(text);
        // The bound above is far below 4 GiB.
        self.ends.push((end as u32, struck));
        Ok(())
    }
}

/// A text while it is read, run by run.
#[derive(Debug, Default)]
pub(super) struct Rich {
    text: String,
    /// Inside `t`, so that text counts.
    open: bool,
    /// Inside the reading aid of a text, which is not part of it.
    phonetic: bool,
    run_struck: bool,
    /// Of the runs with visible text: all struck out, or not; nothing where there are no runs.
    struck: Option<bool>,
    /// What of the text is struck out.
    struck_out: Vec<std::ops::Range<usize>>,
    in_run: bool,
}

impl Rich {
    pub(super) fn clear(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        *self = Rich {
            text,
            ..Rich::default()
        };
    }

    pub(super) fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "r" => (self.in_run, self.run_struck) = (true, false),
            "strike" if self.in_run => {
                self.run_struck = attribute(element, "val").is_none_or(|value| is_on(&value));
            }
            "rPh" => self.phonetic = true,
            "t" => self.open = !self.phonetic,
            _ => {}
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        match name {
            "r" => self.in_run = false,
            "rPh" => self.phonetic = false,
            "t" => self.open = false,
            _ => {}
        }
    }

    pub(super) fn text(&mut self, event: &Event<'_>) -> Result<(), Fault> {
        if !self.open {
            return Ok(());
        }
        let before = self.text.len();
        add_text(&mut self.text, event)?;
        if self.in_run && !self.text[before..].trim().is_empty() {
            self.struck = Some(self.struck.unwrap_or(true) && self.run_struck);
        }
        if self.in_run && self.run_struck && before < self.text.len() {
            self.struck_out.push(before..self.text.len());
        }
        Ok(())
    }

    /// The text, and whether it is struck out where it says so itself. Beside something that stands, what is struck out was
    /// replaced by it: the old name beside the new one.
    pub(super) fn take(&mut self) -> (&str, Option<bool>) {
        // Whoever goes on after it, in a damaged file, goes on with what stands.
        let struck_out = std::mem::take(&mut self.struck_out);
        if self.struck == Some(false) {
            self.text = standing(&self.text, &struck_out);
        }
        unescape(&mut self.text);
        (&self.text, self.struck)
    }
}

/// A text without what is struck out of it, given in order.
fn standing(text: &str, struck_out: &[std::ops::Range<usize>]) -> String {
    let mut standing = String::with_capacity(text.len());
    let mut from = 0;
    for struck in struck_out {
        standing.push_str(&text[from..struck.start]);
        from = struck.end;
    }
    standing + &text[from..]
}

/// Characters that XML cannot hold are written `_x000D_` (ECMA-376-1 §22.9.2.19).
pub(super) fn unescape(text: &mut String) {
    if !text.contains("_x") {
        return;
    }
    let written = std::mem::take(text);
    let mut rest = written.as_str();
    while let Some(place) = rest.find("_x") {
        text.push_str(&rest[..place]);
        let (read, length) = escape(&rest[place..]).map_or(("_x".into(), 2), |c| (c.to_string(), ESCAPE_BYTES));
        text.push_str(&read);
        rest = &rest[place + length..];
    }
    text.push_str(rest);
}

/// The length of an escape.
const ESCAPE_BYTES: usize = "_x000D_".len();

/// The character whose escape a text begins with.
fn escape(text: &str) -> Option<char> {
    let hex = text
        .get(2..ESCAPE_BYTES - 1)
        .filter(|_| text.as_bytes().get(ESCAPE_BYTES - 1) == Some(&b'_'))?;
    let code = hex
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(hex, 16).ok())??;
    char::from_u32(code)
}

/// Reads the shared texts.
pub(super) fn read(package: &mut Package<'_>, part: &str) -> Result<Strings, Fault> {
    let mut strings = Strings::default();
    let Some(mut xml) = package.xml(part)? else {
        return Ok(strings);
    };
    let mut rich = Rich::default();
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "si" => rich.clear(),
            Event::Start(element) => rich.start(&element),
            Event::End(element) if element.local_name().as_ref() == "si" => strings.push(rich.take())?,
            Event::End(element) => rich.end(element.local_name().as_ref()),
            Event::Eof => return Ok(strings),
            event => rich.text(&event)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;

    use super::*;

    #[test]
    fn a_text_that_goes_on_after_its_end_goes_on_with_what_stands() {
        let mut rich = Rich::default();
        let mut take = |written: &str| -> String {
            let mut reader = Reader::from_str(written);
            loop {
                match reader.read_event().unwrap() {
                    Event::Eof => break rich.take().0.to_owned(),
                    Event::Start(element) => rich.start(&element),
                    Event::Empty(element) => {
                        rich.start(&element);
                        rich.end(element.local_name().as_ref());
                    }
                    Event::End(element) => rich.end(element.local_name().as_ref()),
                    event => rich.text(&event).map_err(|_| ()).unwrap(),
                }
            }
        };
        let struck = "<r><rPr><strike/></rPr><t>旧名字很长</t></r>";
        assert_eq!(take(&format!("{struck}<r><t>新</t></r>")), "新");
        assert_eq!(take(&format!("{struck}<r><t>名</t></r>")), "新名");
    }

    #[test]
    fn escaped_characters_are_read_and_words_left_alone() {
        for (written, read) in [
            ("一_x000D_\n二", "一\r\n二"),
            ("_x005F_x000D_", "_x000D_"),
            ("a_xyz_ _x12", "a_xyz_ _x12"),
            ("_x4E2D__x6587_", "中文"),
        ] {
            let mut text = written.to_owned();
            unescape(&mut text);
            assert_eq!(text, read);
        }
    }
}
