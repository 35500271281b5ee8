//! XML Spreadsheet 2003, which other systems export as .xls or .xml.
//! Microsoft's schema `urn:schemas-microsoft-com:office:spreadsheet`.

use std::collections::HashMap;

use linli_domain::import::Region;
use linli_domain::writing::quoted;
use quick_xml::events::{BytesStart, Event};

use super::book::{Around, Book, Fault, Value};
use super::bounds::{self, Counted, MAX_COLUMNS, MAX_ROWS, MAX_STYLES};
use super::format::Format;
use super::package::{Xml, add_text, attribute, attributes, is_on};

/// What every file of this kind names near its beginning.
pub(super) const NAMESPACE: &str = "urn:schemas-microsoft-com:office:spreadsheet";

/// Reads every worksheet.
pub(super) fn read(book: &mut Book, text: &str) -> Result<(), Fault> {
    let mut xml = Xml::new(text.as_bytes());
    let mut reading = Reading {
        book,
        styles: HashMap::new(),
        style: String::new(),
        row: 0,
        column: 0,
        cell: None,
        visible: None,
    };
    loop {
        match xml.next()? {
            Event::Start(element) => reading.start(&element)?,
            Event::End(element) => reading.end(element.local_name().as_ref())?,
            Event::Eof => return Ok(()),
            event => reading.text(&event)?,
        }
    }
}

/// What a style says that matters here.
#[derive(Debug, Default)]
struct Style {
    format: Format,
    struck: bool,
}

/// A cell while it is read.
#[derive(Debug, Default)]
struct Cell {
    style: String,
    formula: Option<String>,
    across: u32,
    down: u32,
    kind: String,
    /// Inside the value, so that text counts; a comment's text does not.
    open: bool,
    text: String,
}

struct Reading<'b> {
    book: &'b mut Book,
    styles: HashMap<String, Style>,
    style: String,
    row: u32,
    column: u32,
    cell: Option<Cell>,
    /// What the sheet's options say of being seen, while they are read.
    visible: Option<String>,
}

impl Reading<'_> {
    fn start(&mut self, element: &BytesStart<'_>) -> Result<(), Fault> {
        match element.local_name().as_ref() {
            "Style" => self.style = attribute(element, "ID").unwrap_or_default(),
            "NumberFormat" => {
                let code = attribute(element, "Format").unwrap_or_default();
                self.own_style()?.format = format(&code);
            }
            "Font" if self.cell.is_none() => {
                let struck = attribute(element, "StrikeThrough").is_some_and(|value| is_on(&value));
                self.own_style()?.struck = struck;
            }
            "Worksheet" => {
                self.book
                    .sheet(&attribute(element, "Name").unwrap_or_default(), false)?;
                self.row = 0;
            }
            "Visible" => self.visible = Some(String::new()),
            "Row" => {
                if let Some(index) = index(element, MAX_ROWS)? {
                    self.row = index;
                }
                self.column = 0;
                if attribute(element, "Hidden").is_some_and(|value| is_on(&value)) {
                    self.book.hide_rows(self.row, self.row);
                }
            }
            "Cell" => {
                if let Some(index) = index(element, MAX_COLUMNS)? {
                    self.column = index;
                }
                self.cell = Some(cell(element));
            }
            "Data" => {
                if let Some(cell) = &mut self.cell {
                    (cell.open, cell.kind) = (true, attribute(element, "Type").unwrap_or_default());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The style that is being read.
    fn own_style(&mut self) -> Result<&mut Style, Fault> {
        if !self.styles.contains_key(&self.style) {
            bounds::entries(self.styles.len() + 1, MAX_STYLES, Counted::CellStyles)?;
            self.book.hold(&self.style)?;
        }
        Ok(self.styles.entry(self.style.clone()).or_default())
    }

    fn text(&mut self, event: &Event<'_>) -> Result<(), Fault> {
        match (&mut self.cell, &mut self.visible) {
            (Some(cell), _) if cell.open => add_text(&mut cell.text, event),
            (None, Some(visible)) => add_text(visible, event),
            _ => Ok(()),
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Fault> {
        match name {
            "Data" => {
                if let Some(cell) = &mut self.cell {
                    cell.open = false;
                }
            }
            "Cell" => {
                if let Some(cell) = self.cell.take() {
                    self.finish(&cell)?;
                }
            }
            "Row" => self.row = self.row.saturating_add(1),
            "Visible" if self.visible.take().is_some_and(|visible| visible.contains("Hidden")) => self.book.hide(),
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self, cell: &Cell) -> Result<(), Fault> {
        let (row, column) = (self.row, self.column);
        let (bottom, right) = (row.saturating_add(cell.down), column.saturating_add(cell.across));
        if (bottom, right) != (row, column) {
            self.book.merge(Region {
                top: row,
                left: column,
                bottom,
                right,
            })?;
        }
        self.column = right.saturating_add(1);
        let style = self.styles.get(&cell.style);
        let around = Around {
            format: style.map(|style| &style.format),
            formula: cell.formula.as_deref(),
            struck: style.is_some_and(|style| style.struck),
        };
        let written = cell.text.trim();
        let value = match cell.kind.as_str() {
            "Number" => written.parse().map_or(Value::Text(&cell.text), Value::Number),
            "DateTime" => Value::Moment(written),
            "Boolean" => Value::Bool(written == "1"),
            "Error" => Value::Error(written),
            "" => Value::Nothing,
            _ => Value::Text(&cell.text),
        };
        self.book.cell_with(row, column, value, around)
    }
}

fn cell(element: &BytesStart<'_>) -> Cell {
    let mut cell = Cell::default();
    for (name, value) in attributes(element) {
        match name {
            "StyleID" => cell.style = value.into_owned(),
            "Formula" => cell.formula = Some(value.into_owned()),
            "MergeAcross" => cell.across = value.parse().unwrap_or_default(),
            "MergeDown" => cell.down = value.parse().unwrap_or_default(),
            _ => {}
        }
    }
    cell
}

/// The place an element states, from 0.
fn index(element: &BytesStart<'_>, most: u32) -> Result<Option<u32>, Fault> {
    let Some(text) = attribute(element, "Index") else {
        return Ok(None);
    };
    let index = text.parse().ok().filter(|index| (1..=most).contains(index));
    Ok(Some(
        index.ok_or_else(|| Fault::Damaged(format!("位置“{}”不存在", quoted(&text))))? - 1,
    ))
}

/// A format by its code or by one of the names this kind of file has for some.
fn format(code: &str) -> Format {
    match code {
        "General Date" | "Long Date" | "Medium Date" | "Short Date" | "Long Time" | "Medium Time" | "Short Time" => {
            Format::Moment
        }
        "Fixed" | "Standard" | "Percent" | "Scientific" | "Currency" | "Euro Currency" | "Yes/No" | "True/False"
        | "On/Off" => Format::Plain,
        code => Format::parse(code),
    }
}
