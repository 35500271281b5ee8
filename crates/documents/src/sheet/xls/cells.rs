//! The cells of one worksheet, as they come.

use linli_domain::import::Region;

use super::record::{Input, records};
use super::{Globals, Style, cut_off};
use crate::sheet::book::{Around, Book, Fault, Value};

/// Reads a worksheet into the book's current sheet. Returns how many bytes it took.
pub(super) fn read(book: &mut Book, stream: &[u8], globals: &Globals, styles: &[Style]) -> Result<usize, Fault> {
    let mut sheet = Sheet {
        book,
        globals,
        styles,
        awaiting: None,
    };
    let mut bytes = 0;
    // Charts on a sheet are streams within it, with records that look like cells.
    let mut depth = 0;
    for record in records(stream) {
        let record = record.ok_or_else(cut_off)?;
        bytes += record.bytes();
        match record.kind {
            0x0809 => depth += 1,
            0x000a => {
                depth -= 1;
                if depth <= 0 {
                    break;
                }
            }
            _ if depth > 1 => {}
            // MulRk: several numbers side by side.
            0x00bd => sheet.numbers(record.first())?,
            kind => {
                // What is cut off within a record has no value to take.
                sheet.take(kind, &mut record.input())?;
            }
        }
    }
    sheet.settle()?;
    Ok(bytes)
}

struct Sheet<'a> {
    book: &'a mut Book,
    globals: &'a Globals,
    styles: &'a [Style],
    /// A formula whose value, a text, comes in a record of its own.
    awaiting: Option<(u32, u32, u16)>,
}

impl Sheet<'_> {
    fn take(&mut self, kind: u16, input: &mut Input<'_>) -> Result<(), Fault> {
        match kind {
            // Row
            0x0208 => {
                if let Some(row) = hidden_row(input) {
                    self.book.hide_rows(row, row);
                }
            }
            // MergeCells
            0x00e5 => self.merges(input)?,
            // String, the value of the formula before it.
            0x0207 => {
                if let (Some((row, column, style)), Some(text)) = (self.awaiting.take(), self.globals.text(input, true))
                {
                    self.cell(row, column, style, Value::Text(&text), Some(""))?;
                }
            }
            0x0006 | 0x0201 | 0x0203..=0x0206 | 0x027e | 0x00d6 | 0x00fd | 0x0406 => {
                self.settle()?;
                if let Some(place) = place(input) {
                    self.value(kind, place, input)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn value(&mut self, kind: u16, at: (u32, u32, u16), input: &mut Input<'_>) -> Result<(), Fault> {
        let (row, column, style) = at;
        match kind {
            // Number, Rk
            0x0203 => input.f64().map_or(Ok(()), |number| {
                self.cell(row, column, style, Value::Number(number), None)
            }),
            0x027e => input.u32().map_or(Ok(()), |rk| {
                self.cell(row, column, style, Value::Number(number(rk)), None)
            }),
            // Label, RString
            0x0204 | 0x00d6 => match self.globals.text(input, true) {
                Some(text) => self.cell(row, column, style, Value::Text(&text), None),
                None => Ok(()),
            },
            // LabelSst
            0x00fd => {
                let globals = self.globals;
                match input.u32().and_then(|index| globals.strings.get(index as usize)) {
                    Some(text) => self.cell(row, column, style, Value::Text(text), None),
                    None => Ok(()),
                }
            }
            // BoolErr
            0x0205 => match (input.u8(), input.u8()) {
                (Some(value), Some(0)) => self.cell(row, column, style, Value::Bool(value != 0), None),
                (Some(code), Some(_)) => self.cell(row, column, style, Value::Error(error(code)), None),
                _ => Ok(()),
            },
            // Formula
            0x0006 | 0x0206 | 0x0406 => self.formula(at, input),
            _ => Ok(()),
        }
    }

    /// A formula's value (FormulaValue): a number, or told by its first byte where it is none.
    fn formula(&mut self, at: (u32, u32, u16), input: &mut Input<'_>) -> Result<(), Fault> {
        let (row, column, style) = at;
        let Some(value) = input.array::<8>() else { return Ok(()) };
        if value[6..] != [0xff, 0xff] {
            return self.cell(row, column, style, Value::Number(f64::from_le_bytes(value)), Some(""));
        }
        match value[0] {
            0 => {
                self.awaiting = Some(at);
                Ok(())
            }
            1 => self.cell(row, column, style, Value::Bool(value[2] != 0), Some("")),
            2 => self.cell(row, column, style, Value::Error(error(value[2])), Some("")),
            _ => self.cell(row, column, style, Value::Text(""), Some("")),
        }
    }

    /// A formula whose text never came has none.
    fn settle(&mut self) -> Result<(), Fault> {
        match self.awaiting.take() {
            Some((row, column, style)) => self.cell(row, column, style, Value::Nothing, Some("")),
            None => Ok(()),
        }
    }

    fn numbers(&mut self, record: &[u8]) -> Result<(), Fault> {
        let Some((head, rest)) = record.split_first_chunk::<4>() else {
            return Ok(());
        };
        let row = u32::from(u16::from_le_bytes([head[0], head[1]]));
        let first = u32::from(u16::from_le_bytes([head[2], head[3]]));
        for (column, cell) in (first..).zip(rest.as_chunks::<6>().0) {
            let style = u16::from_le_bytes([cell[0], cell[1]]);
            let value = number(u32::from_le_bytes([cell[2], cell[3], cell[4], cell[5]]));
            self.cell(row, column, style, Value::Number(value), None)?;
        }
        Ok(())
    }

    fn merges(&mut self, input: &mut Input<'_>) -> Result<(), Fault> {
        let count = input.u16().unwrap_or_default();
        for _ in 0..count {
            let (Some(top), Some(bottom), Some(left), Some(right)) =
                (input.u16(), input.u16(), input.u16(), input.u16())
            else {
                return Ok(());
            };
            if top <= bottom && left <= right {
                let (top, left, bottom, right) = (top.into(), left.into(), bottom.into(), right.into());
                self.book.merge(Region {
                    top,
                    left,
                    bottom,
                    right,
                })?;
            }
        }
        Ok(())
    }

    fn cell(
        &mut self,
        row: u32,
        column: u32,
        style: u16,
        value: Value<'_>,
        formula: Option<&str>,
    ) -> Result<(), Fault> {
        let style = self.styles.get(usize::from(style));
        let format = style.map(|style| &style.format);
        let struck = style.is_some_and(|style| style.struck);
        self.book.cell_with(
            row,
            column,
            value,
            Around {
                format,
                formula,
                struck,
            },
        )
    }
}

/// Row, column and style, with which every cell begins.
fn place(input: &mut Input<'_>) -> Option<(u32, u32, u16)> {
    Some((input.u16()?.into(), input.u16()?.into(), input.u16()?))
}

/// The row, where the record says that it is hidden.
fn hidden_row(input: &mut Input<'_>) -> Option<u32> {
    let row = input.u16()?;
    input.skip(10)?;
    (input.u16()? & 0x20 != 0).then_some(row.into())
}

/// A number in 30 bits (RkNumber): a whole one or the upper part of a double, perhaps a hundredth of it.
fn number(rk: u32) -> f64 {
    let number = if rk & 2 != 0 {
        f64::from(rk.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(rk & !3) << 32)
    };
    if rk & 1 != 0 { number / 100.0 } else { number }
}

/// The error values (BErr).
fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}
