//! Web pages and web archives (MHTML, RFC 2557) that other systems hand out as .xls: every table becomes a sheet.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use linli_domain::import::Region;

use super::book::{Around, Book, Draft, Fault, Value};
use super::bounds::{self, Counted, MAX_COLUMNS, MAX_PARTS, MAX_ROWS};
use super::kind::FileKind;

/// Reads the tables of pages into the book.
pub(super) fn read(book: &mut Book, pages: Vec<String>) -> Result<(), Fault> {
    let mut tables = Vec::new();
    for page in pages {
        tables.append(&mut page_tables(book, &page)?);
    }
    if tables.is_empty() {
        return Err(Fault::Foreign(Some(FileKind::PageWithoutTable)));
    }
    let single = tables.len() == 1;
    for (number, table) in (1..).zip(tables) {
        book.put(
            &if single {
                String::new()
            } else {
                format!("表格 {number}")
            },
            table,
        )?;
    }
    Ok(())
}

fn page_tables(book: &mut Book, page: &str) -> Result<Vec<Draft>, Fault> {
    let mut reading = Reading {
        book,
        open: Vec::new(),
        done: Vec::new(),
        strikes: 0,
        tag: Tag::default(),
    };
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| reading.event(&event).err());
    // Scripts and styles are passed over as text.
    emitter.naively_switch_states(true);
    if let Some(Ok(fault)) = Tokenizer::new_with_emitter(page, emitter).next() {
        return Err(fault);
    }
    while !reading.open.is_empty() {
        reading.close_table()?;
    }
    Ok(reading.done)
}

/// A start tag while it is read: what of it matters here.
#[derive(Debug, Default)]
struct Tag {
    element: Element,
    attribute: Option<Attribute>,
    colspan: Option<u32>,
    rowspan: Option<u32>,
    /// The number Excel keeps beside the text it shows.
    number: Option<f64>,
    style: String,
    hidden: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Element {
    Table,
    Row,
    Cell,
    Struck,
    Break,
    #[default]
    Other,
}

impl Element {
    fn of(name: &[u8]) -> Element {
        match name {
            b"table" => Element::Table,
            b"tr" => Element::Row,
            b"td" | b"th" => Element::Cell,
            b"s" | b"strike" | b"del" => Element::Struck,
            b"br" | b"p" | b"div" => Element::Break,
            _ => Element::Other,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Colspan,
    Rowspan,
    Number,
    Style,
}

impl Tag {
    fn open(&mut self, name: &[u8]) {
        *self = Tag {
            element: Element::of(name),
            ..Tag::default()
        };
    }

    fn attribute(&mut self, name: &[u8]) {
        self.attribute = match name {
            b"colspan" => Some(Attribute::Colspan),
            b"rowspan" => Some(Attribute::Rowspan),
            b"x:num" => Some(Attribute::Number),
            b"style" => Some(Attribute::Style),
            _ => None,
        };
        // It counts without a value, too, for which there is no event.
        self.hidden |= name == b"hidden";
    }

    /// Of attributes of one name the first counts.
    fn value(&mut self, value: &[u8]) {
        let text = String::from_utf8_lossy(value);
        match self.attribute.take() {
            Some(Attribute::Colspan) if self.colspan.is_none() => self.colspan = text.trim().parse().ok(),
            Some(Attribute::Rowspan) if self.rowspan.is_none() => self.rowspan = text.trim().parse().ok(),
            Some(Attribute::Number) if self.number.is_none() => self.number = text.trim().parse().ok(),
            Some(Attribute::Style) if self.style.is_empty() => {
                self.style = text.to_ascii_lowercase().replace(' ', "");
            }
            _ => {}
        }
    }
}

/// A cell while it is read.
#[derive(Debug)]
struct Cell {
    region: Region,
    number: Option<f64>,
    struck: bool,
    /// Some of its text is struck out, and some is not.
    some_struck: bool,
    some_plain: bool,
}

#[derive(Debug, Default)]
struct Table {
    /// The present row, once there is one.
    row: Option<u32>,
    column: u32,
    cell: Option<Cell>,
    /// The text of the open cell.
    text: String,
    /// The first row that no cell from above reaches down to, by column.
    reached: Vec<u32>,
}

struct Reading<'b> {
    book: &'b mut Book,
    /// Tables within tables, the innermost last; each is a sheet of the book until it is closed.
    open: Vec<Table>,
    done: Vec<Draft>,
    strikes: u32,
    tag: Tag,
}

impl Reading<'_> {
    fn event(&mut self, event: &CallbackEvent<'_>) -> Result<(), Fault> {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag.open(name),
            CallbackEvent::AttributeName { name } => self.tag.attribute(name),
            CallbackEvent::AttributeValue { value } => self.tag.value(value),
            CallbackEvent::CloseStartTag { .. } => {
                let tag = std::mem::take(&mut self.tag);
                self.start(&tag)?;
            }
            CallbackEvent::EndTag { name } => self.end(name)?,
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value))?,
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag) -> Result<(), Fault> {
        match tag.element {
            Element::Table => {
                bounds::entries(self.open.len() + 1, MAX_PARTS, Counted::NestedTables)?;
                self.book.begin();
                self.open.push(Table::default());
            }
            Element::Struck => self.strikes = self.strikes.saturating_add(1),
            Element::Break => {
                if let Some(table) = self
                    .open
                    .last_mut()
                    .filter(|table| table.cell.is_some() && !table.text.is_empty())
                {
                    table.text.push('\n');
                    bounds::piece(&table.text)?;
                }
            }
            Element::Row | Element::Cell => {
                self.close_cell()?;
                let Some(table) = self.open.last_mut() else {
                    return Ok(());
                };
                self.strikes = 0;
                if tag.element == Element::Cell {
                    table.open_cell(tag);
                } else {
                    let row = table.open_row();
                    if tag.hidden || tag.style.contains("display:none") {
                        self.book.hide_rows(row, row);
                    }
                }
            }
            Element::Other => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8]) -> Result<(), Fault> {
        match Element::of(name) {
            Element::Table => self.close_table()?,
            Element::Row | Element::Cell => self.close_cell()?,
            Element::Struck => self.strikes = self.strikes.saturating_sub(1),
            Element::Break | Element::Other => {}
        }
        Ok(())
    }

    fn close_table(&mut self) -> Result<(), Fault> {
        self.close_cell()?;
        if self.open.pop().is_some() {
            self.done.extend(self.book.take().filter(|table| !table.is_empty()));
        }
        Ok(())
    }

    fn close_cell(&mut self) -> Result<(), Fault> {
        let Some(table) = self.open.last_mut() else {
            return Ok(());
        };
        let Some(cell) = table.cell.take() else { return Ok(()) };
        let Region {
            top,
            left,
            bottom,
            right,
        } = cell.region;
        if (bottom, right) != (top, left) {
            self.book.merge(cell.region)?;
            table.reach_down(cell.region);
        }
        let struck = cell.struck || cell.some_struck && !cell.some_plain;
        let value = cell.number.map_or(Value::Text(table.text.trim_end()), Value::Number);
        self.book.cell_with(
            top,
            left,
            value,
            Around {
                struck,
                ..Around::default()
            },
        )
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        let Some(table) = self.open.last_mut() else {
            return Ok(());
        };
        let Some(cell) = &mut table.cell else { return Ok(()) };
        if !text.trim().is_empty() {
            let struck = self.strikes > 0;
            (cell.some_struck, cell.some_plain) = (cell.some_struck || struck, cell.some_plain || !struck);
        }
        // Line ends and blanks of the page's source are one blank.
        for c in text.chars() {
            match c {
                ' ' | '\t' | '\n' | '\r' | '\u{a0}' if table.text.is_empty() || table.text.ends_with([' ', '\n']) => {}
                ' ' | '\t' | '\n' | '\r' | '\u{a0}' => table.text.push(' '),
                c => table.text.push(c),
            }
        }
        bounds::piece(&table.text)
    }
}

impl Table {
    /// Begins a row and says which it is.
    fn open_row(&mut self) -> u32 {
        let row = self.row.map_or(0, |row| row.saturating_add(1));
        (self.row, self.column) = (Some(row), 0);
        row
    }

    fn open_cell(&mut self, tag: &Tag) {
        let top = *self.row.get_or_insert(0);
        // What reaches down from above takes its place; the cells of this row stand beside it.
        let below = self.reached.get(self.column as usize..).unwrap_or_default();
        self.column += below.iter().position(|row| *row <= top).unwrap_or(below.len()) as u32;
        let span = |count: Option<u32>, most: u32| count.unwrap_or(1).clamp(1, most);
        let left = self.column;
        let right = left.saturating_add(span(tag.colspan, MAX_COLUMNS) - 1);
        let bottom = top.saturating_add(span(tag.rowspan, MAX_ROWS) - 1);
        self.column = right.saturating_add(1);
        self.text.clear();
        let struck = tag.style.contains("line-through");
        let region = Region {
            top,
            left,
            bottom,
            right,
        };
        self.cell = Some(Cell {
            region,
            number: tag.number,
            struck,
            some_struck: false,
            some_plain: false,
        });
    }

    fn reach_down(
        &mut self,
        Region {
            top,
            left,
            bottom,
            right,
        }: Region,
    ) {
        if bottom == top || left >= MAX_COLUMNS {
            return;
        }
        let (left, end) = (left as usize, right.min(MAX_COLUMNS - 1) as usize + 1);
        if self.reached.len() < end {
            self.reached.resize(end, 0);
        }
        self.reached[left..end]
            .iter_mut()
            .for_each(|row| *row = bottom.saturating_add(1).max(*row));
    }
}
