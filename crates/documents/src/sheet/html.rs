//! Web pages and web archives (MHTML, RFC 2557) that other systems hand out as .xls: every table becomes a sheet.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use linli_domain::import::Region;

use super::book::{Around, Book, Fault, MAX_COLUMNS, MAX_ROWS, Value};

/// What a page without a table is called.
const WITHOUT_TABLE: &str = "网页（HTML），里面没有表格";

/// Reads the tables of pages into the book.
pub(super) fn read(book: &mut Book, pages: &[String]) -> Result<(), Fault> {
    let mut tables = Vec::new();
    for page in pages {
        book.text_within(page.len())?;
        tables.append(&mut page_tables(page));
    }
    tables.retain(|table| table.cells.iter().any(|cell| !cell.text.is_empty()));
    if tables.is_empty() {
        return Err(Fault::Foreign(WITHOUT_TABLE));
    }
    let single = tables.len() == 1;
    for (number, table) in (1..).zip(tables) {
        book.sheet(&if single { String::new() } else { format!("表格 {number}") }, false);
        for row in table.hidden {
            book.hide_rows(row, row);
        }
        for cell in table.cells {
            let Region { top, left, .. } = cell.region;
            if (cell.region.bottom, cell.region.right) != (top, left) {
                book.merge(cell.region);
            }
            let value = cell.number.map_or(Value::Text(&cell.text), Value::Number);
            book.cell_with(top, left, value, Around { struck: cell.struck, ..Around::default() })?;
        }
    }
    Ok(())
}

fn page_tables(page: &str) -> Vec<Table> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(Reading::default(), TokenizerOpts::default());
    // Scripts are passed over as text, so the tokenizer never stops for one.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut reading = tokenizer.sink.0.into_inner();
    while !reading.open.is_empty() {
        reading.close_table();
    }
    reading.done
}

#[derive(Debug)]
struct Cell {
    region: Region,
    text: String,
    /// The number Excel keeps beside the text it shows.
    number: Option<f64>,
    struck: bool,
}

#[derive(Debug, Default)]
struct Table {
    cells: Vec<Cell>,
    hidden: Vec<u32>,
    /// The present row, once there is one.
    row: Option<u32>,
    column: u32,
    /// A cell is open: text goes into the last one.
    in_cell: bool,
    /// Cells that reach into rows below.
    tall: Vec<Region>,
    /// Text of the open cell that is struck out, and that is not.
    struck: bool,
    plain: bool,
}

/// What the tokenizer reports to.
#[derive(Debug, Default)]
struct Reading(RefCell<State>);

#[derive(Debug, Default)]
struct State {
    /// Tables within tables, the innermost last.
    open: Vec<Table>,
    done: Vec<Table>,
    strikes: u32,
}

impl TokenSink for Reading {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                state.start(&tag);
                return match &*tag.name {
                    "style" | "script" | "noscript" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::TagToken(tag) => state.end(&tag.name),
            Token::CharacterTokens(text) => state.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn start(&mut self, tag: &Tag) {
        match &*tag.name {
            "table" => self.open.push(Table::default()),
            "s" | "strike" | "del" => self.strikes += 1,
            "br" | "p" | "div" => {
                if let Some(text) = self.cell_text().filter(|text| !text.is_empty()) {
                    text.push('\n');
                }
            }
            name @ ("tr" | "td" | "th") => {
                if let Some(table) = self.open.last_mut() {
                    self.strikes = 0;
                    table.close_cell();
                    if name == "tr" { table.open_row(tag) } else { table.open_cell(tag) }
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "table" => self.close_table(),
            "s" | "strike" | "del" => self.strikes = self.strikes.saturating_sub(1),
            "tr" | "td" | "th" => {
                if let Some(table) = self.open.last_mut() {
                    table.close_cell();
                }
            }
            _ => {}
        }
    }

    fn close_table(&mut self) {
        if let Some(mut table) = self.open.pop() {
            table.close_cell();
            self.done.push(table);
        }
    }

    fn cell_text(&mut self) -> Option<&mut String> {
        self.open.last_mut().filter(|table| table.in_cell)?.cells.last_mut().map(|cell| &mut cell.text)
    }

    fn text(&mut self, text: &str) {
        let struck = self.strikes > 0;
        let Some(table) = self.open.last_mut().filter(|table| table.in_cell) else { return };
        if !text.trim().is_empty() {
            (table.struck, table.plain) = (table.struck || struck, table.plain || !struck);
        }
        let Some(cell) = table.cells.last_mut() else { return };
        // Line ends and blanks of the page's source are one blank.
        for c in text.chars() {
            match c {
                ' ' | '\t' | '\n' | '\r' | '\u{a0}' if cell.text.is_empty() || cell.text.ends_with([' ', '\n']) => {}
                ' ' | '\t' | '\n' | '\r' | '\u{a0}' => cell.text.push(' '),
                c => cell.text.push(c),
            }
        }
    }
}

impl Table {
    fn open_row(&mut self, tag: &Tag) {
        let row = self.row.map_or(0, |row| row.saturating_add(1));
        (self.row, self.column) = (Some(row), 0);
        self.tall.retain(|region| region.bottom >= row);
        if style(tag).contains("display:none") || attribute(tag, "hidden").is_some() {
            self.hidden.push(row);
        }
    }

    fn open_cell(&mut self, tag: &Tag) {
        let top = *self.row.get_or_insert(0);
        // What reaches down from above takes its place; the cells of this row stand beside it.
        while let Some(above) = self.tall.iter().find(|region| (region.left..=region.right).contains(&self.column)) {
            self.column = above.right.saturating_add(1);
        }
        let span = |name: &str, most: u32| {
            attribute(tag, name).and_then(|count| count.trim().parse().ok()).unwrap_or(1).clamp(1, most)
        };
        let left = self.column;
        let right = left.saturating_add(span("colspan", MAX_COLUMNS) - 1);
        let bottom = top.saturating_add(span("rowspan", MAX_ROWS) - 1);
        let region = Region { top, left, bottom, right };
        self.column = right.saturating_add(1);
        let number = attribute(tag, "x:num").and_then(|number| number.trim().parse().ok());
        (self.in_cell, self.struck, self.plain) = (true, style(tag).contains("line-through"), false);
        self.cells.push(Cell { region, text: String::new(), number, struck: self.struck });
    }

    fn close_cell(&mut self) {
        let open = std::mem::take(&mut self.in_cell);
        let Some(cell) = self.cells.last_mut().filter(|_| open) else { return };
        cell.text.truncate(cell.text.trim_end().len());
        cell.struck = cell.struck || self.struck && !self.plain;
        if cell.region.bottom > cell.region.top {
            self.tall.push(cell.region);
        }
    }
}

fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

fn style(tag: &Tag) -> String {
    attribute(tag, "style").unwrap_or_default().to_ascii_lowercase().replace(' ', "")
}
