//! Small binary workbooks (BIFF8), record by record.

use std::io::{Cursor, Write};

/// A workbook of one sheet.
#[derive(Default)]
pub struct Binary {
    globals: Vec<u8>,
    cells: Vec<u8>,
    hidden: u8,
}

fn record(into: &mut Vec<u8>, kind: u16, data: &[u8]) {
    into.extend(kind.to_le_bytes());
    into.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    into.extend(data);
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&(text.encode_utf16().count() as u16).to_le_bytes()[..], &[1], &units].concat()
}

fn place(row: u16, column: u16, style: u16) -> Vec<u8> {
    [row, column, style].into_iter().flat_map(u16::to_le_bytes).collect()
}

impl Binary {
    pub fn new() -> Binary {
        Binary::default()
    }

    pub fn hide_sheet(&mut self) -> &mut Binary {
        self.hidden = 1;
        self
    }

    pub fn enciphered(&mut self) -> &mut Binary {
        record(&mut self.globals, 0x002f, &[1, 0, 1, 0, 1, 0]);
        self
    }

    pub fn font(&mut self, struck: bool) -> &mut Binary {
        record(&mut self.globals, 0x0031, &[0xc8, 0, if struck { 8 } else { 0 }, 0]);
        self
    }

    pub fn format(&mut self, id: u16, code: &str) -> &mut Binary {
        record(
            &mut self.globals,
            0x041e,
            &[&id.to_le_bytes()[..], &wide(code)].concat(),
        );
        self
    }

    pub fn style(&mut self, font: u16, format: u16) -> &mut Binary {
        record(
            &mut self.globals,
            0x00e0,
            &[font.to_le_bytes(), format.to_le_bytes()].concat(),
        );
        self
    }

    /// What the sheet says of its own size, true or not.
    pub fn dimensions(&mut self, rows: u32, columns: u16) -> &mut Binary {
        let data = [
            &[0; 4][..],
            &rows.to_le_bytes(),
            &[0; 2],
            &columns.to_le_bytes(),
            &[0; 2],
        ]
        .concat();
        record(&mut self.cells, 0x0200, &data);
        self
    }

    pub fn hidden_row(&mut self, row: u16) -> &mut Binary {
        record(
            &mut self.cells,
            0x0208,
            &[&row.to_le_bytes()[..], &[0; 10], &[0x20, 0, 0, 0]].concat(),
        );
        self
    }

    pub fn label(&mut self, row: u16, column: u16, style: u16, text: &str) -> &mut Binary {
        record(
            &mut self.cells,
            0x0204,
            &[place(row, column, style), wide(text)].concat(),
        );
        self
    }

    pub fn number(&mut self, row: u16, column: u16, style: u16, number: f64) -> &mut Binary {
        record(
            &mut self.cells,
            0x0203,
            &[&place(row, column, style)[..], &number.to_le_bytes()].concat(),
        );
        self
    }

    pub fn rk(&mut self, row: u16, column: u16, style: u16, number: u32) -> &mut Binary {
        record(
            &mut self.cells,
            0x027e,
            &[&place(row, column, style)[..], &(number << 2 | 2).to_le_bytes()].concat(),
        );
        self
    }

    /// A formula with a number, with a text, or with neither.
    pub fn formula(&mut self, row: u16, column: u16, number: Option<f64>, text: Option<&str>) -> &mut Binary {
        let value = match (number, text) {
            (Some(number), _) => number.to_le_bytes(),
            (None, Some("")) => [3, 0, 0, 0, 0, 0, 0xff, 0xff],
            (None, _) => [0, 0, 0, 0, 0, 0, 0xff, 0xff],
        };
        record(
            &mut self.cells,
            0x0006,
            &[&place(row, column, 0)[..], &value, &[0; 8]].concat(),
        );
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            record(&mut self.cells, 0x0207, &wide(text));
        }
        self
    }

    pub fn merge(&mut self, top: u16, bottom: u16, left: u16, right: u16) -> &mut Binary {
        let numbers = [1, top, bottom, left, right];
        record(
            &mut self.cells,
            0x00e5,
            &numbers.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
        );
        self
    }

    /// The records of the whole workbook.
    pub fn stream(&self) -> Vec<u8> {
        let start = [0x00, 0x06, 0x05, 0, 0, 0, 0, 0];
        let mut stream = Vec::new();
        record(&mut stream, 0x0809, &start);
        stream.extend(&self.globals);
        let name = wide("名册");
        // The name's length is one byte here; then the end of the globals.
        let at = stream.len() + 4 + 6 + name.len() - 1 + 4;
        let sheet = [&(at as u32).to_le_bytes()[..], &[self.hidden, 0, name[0]], &name[2..]].concat();
        record(&mut stream, 0x0085, &sheet);
        record(&mut stream, 0x000a, &[]);
        record(&mut stream, 0x0809, &start);
        stream.extend(&self.cells);
        record(&mut stream, 0x000a, &[]);
        stream
    }
}

/// The stream in a compound file, as Excel keeps it.
pub fn compound(stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}
