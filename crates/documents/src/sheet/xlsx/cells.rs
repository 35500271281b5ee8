//! The cells of one worksheet, as they come.

use std::collections::HashMap;

use linli_domain::import::Region;
use linli_domain::writing::quoted;
use quick_xml::events::{BytesStart, Event};

use super::super::book::{Around, Book, Fault, Value};
use super::super::bounds::{self, Counted, MAX_COLUMNS, MAX_ROWS};
use super::super::package::{Package, add_text, attribute, attributes, is_on};
use super::strings::{Rich, Strings, unescape};
use super::styles::Style;

/// Reads a worksheet into the book's current sheet.
pub(super) fn read(
    book: &mut Book,
    package: &mut Package<'_>,
    part: &str,
    styles: &[Style],
    strings: &Strings,
) -> Result<(), Fault> {
    let Some(mut xml) = package.xml(part)? else {
        return Err(Fault::Damaged(format!("缺少 {part}")));
    };
    let mut sheet = Sheet {
        book,
        styles,
        strings,
        row: 0,
        column: 0,
        cell: Cell::default(),
        shared: HashMap::new(),
    };
    loop {
        match xml.next()? {
            Event::Start(element) => sheet.start(&element)?,
            Event::End(element) => sheet.end(element.local_name().as_ref())?,
            Event::Eof => return Ok(()),
            event => sheet.cell.text(&event)?,
        }
    }
}

/// Where in a cell the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Inside {
    #[default]
    Nothing,
    Value,
    Formula,
    Text,
}

/// A cell while it is read. Its buffers serve all cells of the sheet.
#[derive(Debug, Default)]
struct Cell {
    open: bool,
    inside: Inside,
    kind: Kind,
    style: usize,
    value: String,
    /// There is a formula, whose text may stand elsewhere.
    has_formula: bool,
    formula: String,
    /// The number of the formula that several cells share.
    shared: Option<usize>,
    rich: Rich,
}

/// The type a cell states (ECMA-376-1 §18.18.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Inline,
    Bool,
    Error,
    Date,
}

impl Cell {
    fn clear(&mut self) {
        (self.open, self.inside, self.kind, self.style) = (true, Inside::Nothing, Kind::Number, 0);
        (self.has_formula, self.shared) = (false, None);
        self.value.clear();
        self.formula.clear();
        self.rich.clear();
    }

    fn text(&mut self, event: &Event<'_>) -> Result<(), Fault> {
        match self.inside {
            Inside::Nothing => Ok(()),
            Inside::Value => add_text(&mut self.value, event),
            Inside::Formula => add_text(&mut self.formula, event),
            Inside::Text => self.rich.text(event),
        }
    }
}

struct Sheet<'a> {
    book: &'a mut Book,
    styles: &'a [Style],
    strings: &'a Strings,
    /// Where the next row and cell stand that do not say so.
    row: u32,
    column: u32,
    cell: Cell,
    /// Formulas that several cells share, by their number, for what is said about them.
    shared: HashMap<usize, String>,
}

impl Sheet<'_> {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Fault> {
        let name = element.local_name();
        match name.as_ref() {
            "row" => self.start_row(element)?,
            "c" => self.start_cell(element)?,
            "mergeCell" => {
                let region = attribute(element, "ref").and_then(|text| region(&text));
                if let Some(region) = region {
                    self.book.merge(region)?;
                }
            }
            name if self.cell.open => match (self.cell.inside, name) {
                (Inside::Text, _) => self.cell.rich.start(element),
                (_, "is") => self.cell.inside = Inside::Text,
                (_, "v") => self.cell.inside = Inside::Value,
                (_, "f") => {
                    (self.cell.inside, self.cell.has_formula) = (Inside::Formula, true);
                    self.cell.shared = attribute(element, "si").and_then(|number| number.parse().ok());
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn start_row(&mut self, element: &BytesStart<'_>) -> Result<(), Fault> {
        self.column = 0;
        let mut hidden = false;
        for (name, value) in attributes(element) {
            match name {
                "r" => {
                    let number: Option<u32> = value.parse().ok().filter(|number| (1..=MAX_ROWS).contains(number));
                    self.row = number.ok_or_else(|| nowhere(&value))? - 1;
                }
                "hidden" => hidden = is_on(&value),
                _ => {}
            }
        }
        if hidden {
            self.book.hide_rows(self.row, self.row);
        }
        Ok(())
    }

    fn start_cell(&mut self, element: &BytesStart<'_>) -> Result<(), Fault> {
        self.cell.clear();
        for (name, value) in attributes(element) {
            match name {
                "r" => (self.row, self.column) = place(&value).ok_or_else(|| nowhere(&value))?,
                "s" => self.cell.style = value.parse().unwrap_or_default(),
                "t" => {
                    self.cell.kind = match value.as_ref() {
                        "s" => Kind::Shared,
                        "inlineStr" => Kind::Inline,
                        "b" => Kind::Bool,
                        "e" => Kind::Error,
                        "d" => Kind::Date,
                        "n" => Kind::Number,
                        _ => Kind::Text,
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "row" => self.row += 1,
            "c" => {
                self.cell.open = false;
                self.finish_cell()?;
                self.column += 1;
            }
            "is" | "v" | "f" => self.cell.inside = Inside::Nothing,
            name if self.cell.inside == Inside::Text => self.cell.rich.end(name),
            _ => {}
        }
        Ok(())
    }

    /// Keeps the formula of a cell that states it for others.
    fn share_formula(&mut self) -> Result<(), Fault> {
        if let Some(number) = self
            .cell
            .shared
            .filter(|_| self.cell.has_formula && !self.cell.formula.is_empty())
        {
            bounds::entries(self.shared.len() + 1, MAX_ROWS as usize, Counted::Formulas)?;
            self.book.hold(&self.cell.formula)?;
            self.shared.insert(number, self.cell.formula.clone());
        }
        Ok(())
    }

    fn finish_cell(&mut self) -> Result<(), Fault> {
        let style = self.styles.get(self.cell.style);
        self.share_formula()?;
        let cell = &mut self.cell;
        if cell.kind == Kind::Text {
            unescape(&mut cell.value);
        }
        let written = cell.value.trim();
        let mut struck = None;
        let value = match cell.kind {
            Kind::Inline => {
                let (text, own) = cell.rich.take();
                struck = own;
                Value::Text(text)
            }
            Kind::Text => Value::Text(&cell.value),
            _ if written.is_empty() => Value::Nothing,
            Kind::Shared => {
                let (text, own) = written
                    .parse()
                    .ok()
                    .and_then(|index| self.strings.get(index))
                    .unwrap_or_default();
                struck = own;
                Value::Text(text)
            }
            Kind::Bool => Value::Bool(matches!(written, "1") || written.eq_ignore_ascii_case("true")),
            Kind::Error => Value::Error(written),
            Kind::Date => Value::Moment(written),
            Kind::Number => written.parse().map_or(Value::Text(&cell.value), Value::Number),
        };
        let struck = struck.unwrap_or_else(|| style.is_some_and(|style| style.struck));
        let formula = cell
            .has_formula
            .then(|| formula_text(&cell.formula, cell.shared, &self.shared));
        let around = Around {
            format: style.map(|style| &style.format),
            formula,
            struck,
        };
        self.book.cell_with(self.row, self.column, value, around)
    }
}

/// The formula of a cell; of a shared one the text of the cell that states it.
fn formula_text<'f>(own: &'f str, number: Option<usize>, shared: &'f HashMap<usize, String>) -> &'f str {
    number
        .and_then(|number| shared.get(&number))
        .map_or(own, String::as_str)
}

fn nowhere(text: &str) -> Fault {
    Fault::Damaged(format!("单元格位置“{}”不存在", quoted(text)))
}

/// Row and column of `B7`, from 0.
fn place(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let letter = |c: u8| {
        c.is_ascii_alphabetic()
            .then(|| u32::from(c.to_ascii_uppercase() - b'A' + 1))
    };
    let column = text[..digits].bytes().try_fold(0u32, |column, c| {
        Some(column * 26 + letter(c)?).filter(|column| *column <= MAX_COLUMNS)
    })?;
    let row: u32 = text[digits..].parse().ok()?;
    (column > 0 && (1..=MAX_ROWS).contains(&row)).then(|| (row - 1, column - 1))
}

/// `A1:C3`, or one cell.
fn region(text: &str) -> Option<Region> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let ((top, left), (bottom, right)) = (place(first)?, place(last)?);
    (top <= bottom && left <= right).then_some(Region {
        top,
        left,
        bottom,
        right,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_within_the_largest_sheet() {
        for (text, place_read) in [
            ("A1", Some((0, 0))),
            ("xfd1048576", Some((1_048_575, 16_383))),
            ("AB7", Some((6, 27))),
            ("XFE1", None),
            ("A1048577", None),
            ("A0", None),
            ("7", None),
            ("A", None),
            ("ZZZZZZZZZZZZZZZZ1", None),
            ("A99999999999999", None),
        ] {
            assert_eq!(place(text), place_read, "{text}");
        }
    }
}
