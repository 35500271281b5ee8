//! OpenDocument spreadsheets (OpenDocument 1.3 part 3, §9), as LibreOffice and WPS write them.

use std::collections::HashMap;
use std::io::BufRead;

use linli_domain::import::Region;
use quick_xml::events::{BytesStart, Event};

use super::book::{Around, Book, Fault, Secrecy, Value};
use super::bounds::{self, Counted, MAX_COLUMNS, MAX_ROWS, MAX_STYLES};
use super::package::{Package, Xml, add_text, attributes};

/// The part with the sheets.
pub(super) const CONTENT: &str = "content.xml";
/// The part that says how the others are enciphered.
const MANIFEST: &str = "META-INF/manifest.xml";

/// Reads every table of a spreadsheet.
pub(super) fn read(book: &mut Book, package: &mut Package<'_>) -> Result<(), Fault> {
    if let Some(mut xml) = package.xml(MANIFEST)? {
        loop {
            match xml.next()? {
                Event::Start(element) if element.local_name().as_ref() == "encryption-data" => {
                    return Err(Fault::Password(Secrecy::Unreadable));
                }
                Event::Eof => break,
                _ => {}
            }
        }
    }
    match package.xml(CONTENT)? {
        Some(mut xml) => Reading::new(book).content(&mut xml),
        None => Err(Fault::Damaged(format!("缺少 {CONTENT}"))),
    }
}

/// Reads a spreadsheet that is one piece of XML (`.fods`).
pub(super) fn read_flat(book: &mut Book, text: &str) -> Result<(), Fault> {
    Reading::new(book).content(&mut Xml::new(text.as_bytes()))
}

/// What a style says that matters here.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    hidden: bool,
    struck: bool,
}

/// A cell while it is read.
#[derive(Debug, Default, Clone)]
struct Cell {
    repeated: u32,
    /// Inside a merged region and not its first cell.
    covered: bool,
    columns: u32,
    rows: u32,
    kind: String,
    value: String,
    formula: Option<String>,
    style: String,
    text: String,
    paragraphs: u32,
}

struct Reading<'b> {
    book: &'b mut Book,
    styles: HashMap<String, Style>,
    style: String,
    /// The last column of each stretch of columns, and whether their style strikes out what says no style of its own.
    columns: Vec<(u32, bool)>,
    next_column: u32,
    row: u32,
    column: u32,
    row_repeated: u32,
    row_hidden: bool,
    /// The cells of the row that have something, with their first column; a repeated row has them again.
    cells: Vec<(u32, Cell)>,
    /// Bytes of all their texts.
    held: usize,
    cell: Option<Cell>,
    /// How deep in a note, whose text is not the cell's.
    notes: u32,
    in_paragraph: bool,
}

impl<'b> Reading<'b> {
    fn new(book: &'b mut Book) -> Reading<'b> {
        Reading {
            book,
            styles: HashMap::new(),
            style: String::new(),
            columns: Vec::new(),
            next_column: 0,
            row: 0,
            column: 0,
            row_repeated: 1,
            row_hidden: false,
            cells: Vec::new(),
            held: 0,
            cell: None,
            notes: 0,
            in_paragraph: false,
        }
    }

    fn content(&mut self, xml: &mut Xml<impl BufRead>) -> Result<(), Fault> {
        loop {
            match xml.next()? {
                Event::Start(element) => self.start(&element)?,
                Event::End(element) => self.end(element.local_name().as_ref())?,
                Event::Eof => return Ok(()),
                event => {
                    if let (Some(cell), 0, true) = (&mut self.cell, self.notes, self.in_paragraph) {
                        add_text(&mut cell.text, &event)?;
                    }
                }
            }
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Fault> {
        match element.local_name().as_ref() {
            "style" => self.style = value(element, "name"),
            "table-properties" if value(element, "display") == "false" => self.own_style()?.hidden = true,
            "text-properties" if !matches!(value(element, "text-line-through-style").as_str(), "" | "none") => {
                self.own_style()?.struck = true;
            }
            "table" => {
                let hidden = self
                    .styles
                    .get(&value(element, "style-name"))
                    .is_some_and(|style| style.hidden);
                self.book.sheet(&value(element, "name"), hidden)?;
                (self.row, self.next_column) = (0, 0);
                self.columns.clear();
            }
            "table-column" if self.next_column < MAX_COLUMNS => {
                let last = self.next_column + repeated(element, "number-columns-repeated", MAX_COLUMNS) - 1;
                let style = self.styles.get(&value(element, "default-cell-style-name"));
                self.columns.push((last, style.is_some_and(|style| style.struck)));
                self.next_column = last + 1;
            }
            "table-row" => {
                self.row_repeated = repeated(element, "number-rows-repeated", MAX_ROWS);
                self.row_hidden = matches!(value(element, "visibility").as_str(), "collapse" | "filter");
                self.column = 0;
            }
            "table-cell" => self.cell = Some(cell(element, false)),
            "covered-table-cell" => self.cell = Some(cell(element, true)),
            "annotation" => self.notes = self.notes.saturating_add(1),
            name => self.start_text(name, element)?,
        }
        Ok(())
    }

    /// The style that is being read.
    fn own_style(&mut self) -> Result<&mut Style, Fault> {
        if !self.styles.contains_key(&self.style) {
            bounds::entries(self.styles.len() + 1, MAX_STYLES, Counted::Styles)?;
            self.book.hold(&self.style)?;
        }
        Ok(self.styles.entry(self.style.clone()).or_default())
    }

    fn start_text(&mut self, name: &str, element: &BytesStart<'_>) -> Result<(), Fault> {
        let (Some(cell), 0) = (&mut self.cell, self.notes) else {
            return Ok(());
        };
        match name {
            "p" => {
                if cell.paragraphs > 0 {
                    cell.text.push('\n');
                }
                cell.paragraphs += 1;
                self.in_paragraph = true;
            }
            // Several blanks are one element, with their number.
            "s" => cell
                .text
                .extend(std::iter::repeat_n(' ', repeated(element, "c", 100) as usize)),
            "tab" => cell.text.push('\t'),
            "line-break" => cell.text.push('\n'),
            _ => {}
        }
        bounds::piece(&cell.text)
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "annotation" => self.notes = self.notes.saturating_sub(1),
            "p" if self.notes == 0 => self.in_paragraph = false,
            "table-cell" | "covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    self.finish_cell(cell)?;
                }
            }
            "table-row" => self.finish_row()?,
            _ => {}
        }
        Ok(())
    }

    fn finish_cell(&mut self, cell: Cell) -> Result<(), Fault> {
        let (first, repeated) = (self.column, cell.repeated);
        self.column = first.saturating_add(repeated);
        if !cell.covered && (cell.paragraphs > 0 || !cell.kind.is_empty() || cell.formula.is_some()) {
            bounds::entries(self.cells.len() + 1, MAX_COLUMNS as usize, Counted::Columns)?;
            let texts = [&cell.kind, &cell.value, &cell.style, &cell.text].map(|text| text.len());
            self.held += texts.iter().sum::<usize>() + cell.formula.as_ref().map_or(0, String::len);
            bounds::shared(self.cells.len(), self.held)?;
            self.cells.push((first, cell));
        }
        Ok(())
    }

    fn finish_row(&mut self) -> Result<(), Fault> {
        let last = self.row.saturating_add(self.row_repeated - 1);
        if self.row_hidden {
            self.book.hide_rows(self.row, last);
        }
        let cells = std::mem::take(&mut self.cells);
        self.held = 0;
        for row in self.row..=if cells.is_empty() { self.row } else { last } {
            for (first, cell) in &cells {
                self.put(row, *first, cell)?;
            }
        }
        self.row = last.saturating_add(1);
        Ok(())
    }

    fn put(&mut self, row: u32, first: u32, cell: &Cell) -> Result<(), Fault> {
        if cell.columns > 1 || cell.rows > 1 {
            let (bottom, right) = (
                row.saturating_add(cell.rows - 1),
                first.saturating_add(cell.columns - 1),
            );
            self.book.merge(Region {
                top: row,
                left: first,
                bottom,
                right,
            })?;
        }
        for column in first..first.saturating_add(cell.repeated) {
            let around = Around {
                format: None,
                formula: cell.formula.as_deref(),
                struck: self.is_struck(cell, column),
            };
            self.book.cell_with(row, column, typed(cell), around)?;
        }
        Ok(())
    }

    fn is_struck(&self, cell: &Cell, column: u32) -> bool {
        if cell.style.is_empty() {
            let place = self.columns.partition_point(|(last, _)| *last < column);
            return self.columns.get(place).is_some_and(|(_, struck)| *struck);
        }
        self.styles.get(&cell.style).is_some_and(|style| style.struck)
    }
}

/// An attribute by its local name; empty where it is not there.
fn value(element: &BytesStart<'_>, name: &str) -> String {
    super::package::attribute(element, name).unwrap_or_default()
}

/// A count of repetitions, at least one and within a sheet.
fn repeated(element: &BytesStart<'_>, name: &str, most: u32) -> u32 {
    value(element, name).parse().unwrap_or(1).clamp(1, most)
}

fn cell(element: &BytesStart<'_>, covered: bool) -> Cell {
    let mut cell = Cell {
        repeated: 1,
        columns: 1,
        rows: 1,
        covered,
        ..Cell::default()
    };
    let count = |value: &str, most: u32| value.parse().unwrap_or(1).clamp(1, most);
    for (name, value) in attributes(element) {
        match name {
            "number-columns-repeated" => cell.repeated = count(&value, MAX_COLUMNS),
            "number-columns-spanned" => cell.columns = count(&value, MAX_COLUMNS),
            "number-rows-spanned" => cell.rows = count(&value, MAX_ROWS),
            // Also written once more for other programs, as calcext.
            "value-type" => cell.kind = value.into_owned(),
            "value" | "date-value" | "time-value" | "boolean-value" | "string-value" => cell.value = value.into_owned(),
            "formula" => cell.formula = Some(value.into_owned()),
            "style-name" => cell.style = value.into_owned(),
            _ => {}
        }
    }
    cell
}

fn typed(cell: &Cell) -> Value<'_> {
    match cell.kind.as_str() {
        "float" | "currency" | "percentage" => match cell.value.parse() {
            // The text is the number as it is shown; zeros before it and dashes in it are meant.
            Ok(number) if cell.kind == "float" && same_digits(&cell.text, number) => Value::Text(&cell.text),
            Ok(number) => Value::Number(number),
            Err(_) => Value::Text(&cell.text),
        },
        "date" | "time" => Value::Moment(&cell.value),
        "boolean" => Value::Bool(cell.value == "true"),
        "error" => Value::Error(&cell.text),
        "" if cell.paragraphs == 0 => Value::Nothing,
        // Calc writes a formula's error as a text, and the kind of the cell as calcext only.
        _ if cell.formula.is_some() && cell.text.starts_with('#') => Value::Error(&cell.text),
        _ if cell.text.is_empty() => Value::Text(&cell.value),
        _ => Value::Text(&cell.text),
    }
}

/// Whether a text is a whole number in its digits with zeros before it, or with other characters among them.
fn same_digits(text: &str, number: f64) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plain = format!("{number:.0}");
    number.fract() == 0.0
        && number != 0.0
        && text != plain
        && !text.starts_with(['-', '('])
        && !text.contains([',', '.', '%', 'E', 'e'])
        && digits.trim_start_matches('0') == plain
}
