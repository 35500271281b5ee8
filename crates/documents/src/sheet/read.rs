//! Reading xlsx, xls and csv into grids of text that keep what matters: lost digits, dates, merged cells.
//!
//! The kind of a file is told by its content, not its name.

use std::io::Cursor;

use calamine::{Data, Dimensions, Range, Reader, Sheets, Xls, Xlsx};
use linli_domain::import::{CellKind, CellRef, Grid, GridBuilder, Region};

use super::SheetError;

/// The largest file read, in bytes.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;
/// The most cells read of one sheet.
const MAX_CELLS: usize = 20_000_000;
/// Spreadsheets keep 15 digits: longer whole numbers end in zeros that nobody wrote.
const KEPT: f64 = 1e15;

const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Reads every sheet of a file.
///
/// # Errors
/// It is no sheet, is protected, damaged, empty or too large.
pub fn read_workbook(name: &str, bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    let named = || name.to_owned();
    if bytes.len() > MAX_FILE_BYTES {
        return Err(SheetError::TooLarge { name: named(), limit: format!("{} MB", MAX_FILE_BYTES >> 20) });
    }
    let damaged = |error: calamine::Error| match error.to_string() {
        text if text.to_lowercase().contains("password") => SheetError::Protected { name: named() },
        reason => SheetError::Damaged { name: named(), reason },
    };
    let grids = if bytes.starts_with(ZIP) {
        let xlsx = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(error.into()))?;
        workbook(name, Sheets::Xlsx(xlsx), &damaged)?
    } else if bytes.starts_with(OLE) {
        // An xlsx with a password is an OLE container as well.
        let xls = Xls::new(Cursor::new(bytes)).map_err(|error| damaged(error.into()))?;
        workbook(name, Sheets::Xls(xls), &damaged)?
    } else {
        vec![csv_grid(name, bytes)?]
    };
    if grids.iter().all(|grid| grid.height() == 0) {
        return Err(SheetError::Empty { name: named() });
    }
    Ok(grids)
}

fn workbook(
    name: &str,
    mut sheets: Sheets<Cursor<&[u8]>>,
    damaged: &dyn Fn(calamine::Error) -> SheetError,
) -> Result<Vec<Grid>, SheetError> {
    sheets
        .sheet_names()
        .into_iter()
        .map(|sheet| {
            let range = sheets.worksheet_range(&sheet).map_err(damaged)?;
            let merges = match &mut sheets {
                Sheets::Xlsx(xlsx) => xlsx.merge_cells_by_sheet_name(&sheet).unwrap_or_default(),
                Sheets::Xls(xls) => xls.merge_cells_by_sheet_name(&sheet).unwrap_or_default(),
                _ => Vec::new(),
            };
            grid(name, &sheet, &range, &merges)
        })
        .collect()
}

fn grid(name: &str, sheet: &str, range: &Range<Data>, merges: &[Dimensions]) -> Result<Grid, SheetError> {
    let too_large = || SheetError::TooLarge { name: name.to_owned(), limit: format!("{MAX_CELLS} 格") };
    if range.height().saturating_mul(range.width()) > MAX_CELLS {
        return Err(too_large());
    }
    let mut builder = GridBuilder::new(sheet);
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let (text, kind, lossy) = cell(value);
        let cell = CellRef { text: &text, kind, lossy, ..CellRef::default() };
        if !builder.push(top + row as u32, left + column as u32, cell) {
            return Err(too_large());
        }
    }
    for merge in merges {
        builder.merge(Region { top: merge.start.0, left: merge.start.1, bottom: merge.end.0, right: merge.end.1 });
    }
    Ok(builder.build())
}

fn cell(value: &Data) -> (String, CellKind, bool) {
    match value {
        Data::String(text) => (text.clone(), CellKind::Text, false),
        Data::Float(number) => number_text(*number),
        Data::Int(number) => (number.to_string(), CellKind::Number, *number as f64 >= KEPT),
        Data::Bool(value) => (if *value { "TRUE" } else { "FALSE" }.to_owned(), CellKind::Bool, false),
        Data::DateTime(at) => match at.as_datetime() {
            Some(at) if at.time() == chrono::NaiveTime::MIN => {
                (at.format("%Y-%m-%d").to_string(), CellKind::Date, false)
            }
            Some(at) => (at.format("%Y-%m-%dT%H:%M:%S").to_string(), CellKind::Date, false),
            None => (at.as_f64().to_string(), CellKind::Number, false),
        },
        Data::DateTimeIso(text) | Data::DurationIso(text) => (text.clone(), CellKind::Date, false),
        Data::Error(error) => (error.to_string(), CellKind::Error, false),
        Data::Empty => (String::new(), CellKind::Empty, false),
    }
}

/// A number as Excel shows it in a wide cell; one with more digits than are kept, as Excel shows it by default.
fn number_text(number: f64) -> (String, CellKind, bool) {
    if number.fract() == 0.0 && number.abs() < KEPT {
        (format!("{number:.0}"), CellKind::Number, false)
    } else if number.fract() == 0.0 {
        let scientific = format!("{number:.5e}");
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        (format!("{mantissa}E+{exponent}"), CellKind::Number, true)
    } else {
        (number.to_string(), CellKind::Number, false)
    }
}

fn csv_grid(name: &str, bytes: &[u8]) -> Result<Grid, SheetError> {
    let text = decode(bytes).ok_or_else(|| SheetError::UnknownFormat { name: name.to_owned() })?;
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let separator = *b",\t;"
        .iter()
        .max_by_key(|separator| first.bytes().filter(|byte| byte == *separator).count())
        .unwrap_or(&b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut builder = GridBuilder::new("");
    for (row, record) in (0..).zip(reader.records()) {
        let record =
            record.map_err(|error| SheetError::Damaged { name: name.to_owned(), reason: error.to_string() })?;
        for (column, field) in (0..).zip(&record) {
            // Excel writes ="0123" to keep zeros in a csv.
            let field = field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"')).unwrap_or(field);
            if !builder.text(row, column, field) {
                return Err(SheetError::TooLarge { name: name.to_owned(), limit: "4 GB".into() });
            }
        }
    }
    Ok(builder.build())
}

/// UTF-8, UTF-16 with a mark, else GB18030 (GB 18030-2022, the encoding of Chinese Excel); nothing for binary.
fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return Some(text.into_owned());
    }
    if bytes.contains(&0) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(_) => Some(encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_read_in_every_encoding_and_with_every_separator() {
        let (gb, ..) = encoding_rs::GB18030.encode("姓名,手机\n㛃䶮,138\n");
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("姓名\t手机\n㛃䶮\t138\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for bytes in [
            "姓名,手机\n㛃䶮,138\n".as_bytes(),
            "\u{feff}姓名;手机\n㛃䶮;138\n".as_bytes(),
            "姓名\t手机\n\"㛃䶮\"\t=\"138\"\n".as_bytes(),
            &gb,
            &utf16,
        ] {
            let grids = read_workbook("x", bytes).unwrap();
            assert_eq!(grids[0].cell(1, 0).text, "㛃䶮");
            assert_eq!(grids[0].cell(1, 1).text, "138");
        }
    }

    #[test]
    fn what_is_no_sheet_says_so() {
        let refuse = |bytes: &[u8]| read_workbook("x.xlsx", bytes).unwrap_err();
        assert!(matches!(refuse(b"PK\x03\x04 cut off"), SheetError::Damaged { .. }));
        assert!(matches!(refuse(b"\x89PNG\0\0"), SheetError::UnknownFormat { .. }));
        assert!(matches!(refuse(b""), SheetError::Empty { .. }));
    }

    #[test]
    fn numbers_keep_their_digits_or_say_that_they_lost_them() {
        for (number, text, lossy) in [
            (13_800_005_678.0, "13800005678", false),
            (5.0, "5", false),
            (0.5, "0.5", false),
            (310_115_197_001_011_234.0, "3.10115E+17", true),
            (999_999_999_999_999.0, "999999999999999", false),
            (0.0, "0", false),
        ] {
            assert_eq!(number_text(number), (text.to_owned(), CellKind::Number, lossy));
        }
    }
}
