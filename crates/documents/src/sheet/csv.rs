//! Separated text: csv, tab text, and what is named .xls but holds one of them.
//!
//! Written by spreadsheets, exports of other systems, and hands. A quote that opens a field and is never closed would
//! take the rest of the file into one cell, so a quote only counts where it is surely one.

use std::cell::Cell;
use std::ops::Range;

use memchr::{memchr2, memchr3};

use super::book::{Book, Fault, Value};

/// Separators in use; the full-width comma comes from input methods.
const SEPARATORS: [char; 5] = [',', '\t', ';', '|', '，'];
/// Lines by which the separator and the usual number of fields are told, within so many bytes.
const TOLD_BY: usize = 100;
const TOLD_BY_BYTES: usize = 1 << 20;
/// Lines one quoted cell may go over.
const MAX_QUOTED_LINES: usize = 100;

/// Reads text as one sheet without a name. Rows are counted as a spreadsheet program counts them.
pub(super) fn read(book: &mut Book, text: String) -> Result<(), Fault> {
    // The old Macintosh ended lines so; programs for it still do.
    let mac = !text.contains('\n') && text.contains('\r');
    let text = if mac { with_line_feeds(text) } else { text };
    let (separator, body) = match stated_separator(&text) {
        Some(stated) => stated,
        None => (separator(&text), text.as_str()),
    };
    let table = Table {
        text: body,
        separator,
        fields: usual_fields(body, separator),
        line: Cell::new((0, 0, 0)),
    };
    book.sheet("", false)?;
    let (mut at, mut row) = (0, 0);
    while at < body.len() {
        at = table.record(at, |column, field| {
            // Excel writes ="0123" to keep zeros in a csv.
            let text = field
                .strip_prefix("=\"")
                .and_then(|f| f.strip_suffix('"'))
                .unwrap_or(field);
            book.cell(row, column, Value::Text(text))
        })?;
        row += 1;
    }
    Ok(())
}

/// The text with a line feed for each carriage return, in its place.
fn with_line_feeds(text: String) -> String {
    let mut bytes = text.into_bytes();
    bytes
        .iter_mut()
        .filter(|byte| **byte == b'\r')
        .for_each(|byte| *byte = b'\n');
    // One character of one byte for another is text as before.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Excel's own first line `sep=;`, which is no row.
fn stated_separator(text: &str) -> Option<(char, &str)> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"');
    let stated = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .map(|_| &line[4..])?;
    let mut chars = stated.chars();
    let separator = chars.next().filter(|_| chars.as_str().is_empty())?;
    // What a quoted field may begin or end with parts nothing.
    (!matches!(separator, ' ' | '=' | '"')).then_some((separator, rest))
}

fn first_lines(text: &str) -> impl Iterator<Item = &str> {
    let end = (0..=text.len().min(TOLD_BY_BYTES))
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or_default();
    text[..end].lines().filter(|line| !line.trim().is_empty()).take(TOLD_BY)
}

/// The separator that cuts the first lines most evenly: titles and remarks have none, or one by chance.
fn separator(text: &str) -> char {
    let score = |separator: char| {
        let (fields, lines) = most_frequent(first_lines(text).map(|line| separators(line, separator)));
        fields * lines
    };
    let best = SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator));
    best.filter(|best| score(*best) > 0).unwrap_or(',')
}

fn usual_fields(text: &str, separator: char) -> usize {
    most_frequent(first_lines(text).map(|line| separators(line, separator))).0 + 1
}

/// Separators of a line, those between quotes left out where every quote has its other.
fn separators(line: &str, separator: char) -> usize {
    let parts = line.split('"');
    let closed = parts.clone().count() % 2 == 1;
    let outside = parts.enumerate().filter(|(place, _)| !closed || place % 2 == 0);
    outside.map(|(_, part)| part.matches(separator).count()).sum()
}

/// The number above zero that is there most often, and how often.
fn most_frequent(counts: impl Iterator<Item = usize>) -> (usize, usize) {
    let mut times = std::collections::BTreeMap::new();
    for count in counts.filter(|count| *count > 0) {
        *times.entry(count).or_insert(0) += 1;
    }
    times
        .into_iter()
        .max_by_key(|(count, times)| (*times, *count))
        .unwrap_or_default()
}

struct Table<'t> {
    text: &'t str,
    separator: char,
    /// Fields most rows have.
    fields: usize,
    /// Start and end of the line whose fields were counted last, and how many there are.
    line: Cell<(usize, usize, usize)>,
}

impl Table<'_> {
    /// Reads the record at a place, field by field with its column, and gives the place of the next one.
    fn record(&self, mut at: usize, mut field: impl FnMut(u32, &str) -> Result<(), Fault>) -> Result<usize, Fault> {
        let mut column = 0_u32;
        loop {
            let end = match self.quoted(at) {
                Some((content, end)) => {
                    let content = &self.text[content];
                    match content.contains("\"\"") {
                        true => field(column, &content.replace("\"\"", "\""))?,
                        false => field(column, content)?,
                    }
                    end
                }
                None => {
                    let end = self.field_end(at);
                    field(column, &self.text[at..end])?;
                    end
                }
            };
            let rest = &self.text[end..];
            if rest.starts_with(self.separator) {
                at = end + self.separator.len_utf8();
                column = column.saturating_add(1);
            } else if rest.starts_with("\r\n") {
                return Ok(end + 2);
            } else {
                return Ok(end + usize::from(!rest.is_empty()));
            }
        }
    }

    /// Where a field ends in which no quote counts.
    fn field_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let length = match u8::try_from(self.separator) {
            Ok(separator) if separator.is_ascii() => memchr3(separator, b'\n', b'\r', rest.as_bytes()),
            _ => rest.find([self.separator, '\n', '\r']),
        };
        at + length.unwrap_or(rest.len())
    }

    /// What stands between the quotes of a field that begins here, and where the field ends; nothing where the quote is
    /// a character like others: not closed, alone as a ditto mark, or closed only lines below, in another person's row.
    fn quoted(&self, at: usize) -> Option<(Range<usize>, usize)> {
        let field = &self.text[at..];
        if !field.starts_with([' ', '=', '"']) {
            return None;
        }
        let open = at + field.len() - field.trim_start_matches([' ', '=']).len();
        let start = open + self.text[open..].strip_prefix('"').map(|_| 1)?;
        // A ditto mark, unless the line has too many fields for that.
        let alone = self.text[start..].is_empty() || self.text[start..].starts_with(self.separator);
        if alone && self.line_fields(at) <= self.fields {
            return None;
        }
        let close = self.closing(start)?;
        let content = start..close;
        let after = close + 1 + (self.text[close + 1..].len() - self.text[close + 1..].trim_start_matches(' ').len());
        let ends = after == self.text.len() || self.text[after..].starts_with([self.separator, '\n', '\r']);
        (ends && !self.swallows(content.clone(), after)).then_some((content, after))
    }

    /// Fields of the line around a place, if no quote counted. Told once for a line, however many marks are in it.
    fn line_fields(&self, at: usize) -> usize {
        let (start, end, fields) = self.line.get();
        if (start..=end).contains(&at) && end > 0 {
            return fields;
        }
        let start = self.text[..at].rfind('\n').map_or(0, |place| place + 1);
        let line = self.text[start..].split('\n').next().unwrap_or_default();
        let fields = line.matches(self.separator).count() + 1;
        self.line.set((start, start + line.len(), fields));
        fields
    }

    fn closing(&self, start: usize) -> Option<usize> {
        let mut at = start;
        let mut lines = 0;
        loop {
            at += memchr2(b'"', b'\n', &self.text.as_bytes()[at..])?;
            let rest = &self.text[at..];
            if rest.starts_with('\n') {
                lines += 1;
                if lines > MAX_QUOTED_LINES {
                    return None;
                }
                at += 1;
            } else if rest.starts_with("\"\"") {
                at += 2;
            } else {
                return Some(at);
            }
        }
    }

    /// Whether a quoted field over several lines has taken in lines that are whole rows by themselves.
    fn swallows(&self, content: Range<usize>, end: usize) -> bool {
        if !self.text[content.clone()].contains('\n') {
            return false;
        }
        let line_end = end + memchr2(b'\n', b'\r', &self.text.as_bytes()[end..]).unwrap_or(self.text.len() - end);
        let mut below = self.text[content.start..line_end].split('\n').skip(1);
        below.any(|line| line.matches(self.separator).count() + 1 >= self.fields)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::read_workbook;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let grids = read_workbook("名册.csv", text.as_bytes()).unwrap();
        let row = |row| {
            (0..grids[0].width())
                .map(|column| grids[0].cell(row, column).text.to_owned())
                .collect()
        };
        (0..grids[0].height()).map(row).collect()
    }

    fn table(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect()
    }

    #[test]
    fn a_quote_counts_only_where_it_is_closed() {
        for (text, expected) in [
            ("a,b,c\n1,\"x, y\",3\n", table(&[&["a", "b", "c"], &["1", "x, y", "3"]])),
            (
                "a,b,c\n1,\"say \"\"hi\"\"\",3\n",
                table(&[&["a", "b", "c"], &["1", "say \"hi\"", "3"]]),
            ),
            // A line break in a cell.
            (
                "a,b,c\n1,\"x\ny\",3\n4,5,6\n",
                table(&[&["a", "b", "c"], &["1", "x\ny", "3"], &["4", "5", "6"]]),
            ),
            (
                "a,b,c\n1,2,\"x\r\ny, z\"\r\n4,5,6",
                table(&[&["a", "b", "c"], &["1", "2", "x\r\ny, z"], &["4", "5", "6"]]),
            ),
            // Never closed, or closed in somebody else's row.
            (
                "a,b,c\n1,\"x,3\n4,5,6\n",
                table(&[&["a", "b", "c"], &["1", "\"x", "3"], &["4", "5", "6"]]),
            ),
            (
                "a,b,c\n1,\"x,3\n4,y\",6\n",
                table(&[&["a", "b", "c"], &["1", "\"x", "3"], &["4", "y\"", "6"]]),
            ),
            (
                "a,b,c\n1,\"x,3\n4,\"y,6\n",
                table(&[&["a", "b", "c"], &["1", "\"x", "3"], &["4", "\"y", "6"]]),
            ),
            (
                "a,b,c\n1,2,\"x\n4,5,\"y\"\n",
                table(&[&["a", "b", "c"], &["1", "2", "\"x"], &["4", "5", "y"]]),
            ),
            ("\"a,b,c\n1,2,3\n", table(&[&["\"a", "b", "c"], &["1", "2", "3"]])),
            ("a,b,c\n1,2,\"", table(&[&["a", "b", "c"], &["1", "2", "\""]])),
            // Ditto marks.
            (
                "a\tb\tc\n1\t2\t3\n4\t\"\t\"\n5\t\"\t6",
                table(&[
                    &["a", "b", "c"],
                    &["1", "2", "3"],
                    &["4", "\"", "\""],
                    &["5", "\"", "6"],
                ]),
            ),
            (
                "a,b,c\n4,\",\"\n5,6,7",
                table(&[&["a", "b", "c"], &["4", "\"", "\""], &["5", "6", "7"]]),
            ),
            ("a,b,c\n4,\"\"\"\",6\n", table(&[&["a", "b", "c"], &["4", "\"", "6"]])),
            ("a,b,c\n4,\",x\",6\n", table(&[&["a", "b", "c"], &["4", ",x", "6"]])),
            // Inside a field, and after blanks.
            (
                "a,b,c\n1,5\"管, \"x, y\"\n",
                table(&[&["a", "b", "c"], &["1", "5\"管", "x, y"]]),
            ),
            (
                "a,b,c\n1,\"老戚\"外号,3\n",
                table(&[&["a", "b", "c"], &["1", "\"老戚\"外号", "3"]]),
            ),
            (
                "a,b,c\n1,=\"007\",\"=\"\"08\"\"\"\n",
                table(&[&["a", "b", "c"], &["1", "007", "08"]]),
            ),
        ] {
            assert_eq!(rows(text), expected, "{text}");
        }
    }

    proptest! {
        /// What another program wrote by the rules reads back as it was.
        #[test]
        fn quoted_cells_read_back(cells in prop::collection::vec("[a陈,;\" ]{0,5}", 3..=3), tabs: bool) {
            let mut writer = csv::WriterBuilder::new().delimiter(if tabs { b'\t' } else { b',' }).from_writer(Vec::new());
            for _ in 0..8 {
                writer.write_record(["姓名", "手机", "备注"]).unwrap();
            }
            writer.write_record(&cells).unwrap();
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let grids = read_workbook("名册.csv", text.as_bytes()).unwrap();
            let read: Vec<&str> = (0..3).map(|column| grids[0].cell(8, column).text).collect();
            prop_assert_eq!(read, cells);
        }
    }

    #[test]
    fn one_open_quote_among_many_people_takes_nobody() {
        let people: String = (0..300).map(|n| format!("戚{n},,{}号,101\n", n % 9)).collect();
        for mark in ["\"老戚", "老\"戚", "老戚\"", "\"", "\"\"老戚"] {
            let read = rows(&format!("姓名,备注,楼栋,室号\n戚甲,{mark},1号,101\n{people}"));
            assert_eq!(read.len(), 302, "{mark}");
            assert_eq!((read[1][0].as_str(), read[1][3].as_str()), ("戚甲", "101"), "{mark}");
            assert_eq!(read[301][0], "戚299", "{mark}");
        }
    }

    #[test]
    fn the_separator_is_told_by_all_of_the_first_lines() {
        let body = [
            ["姓名", "手机", "备注"],
            ["甲", "13800005678", "高龄、独居"],
            ["乙", "13800005679", "a,b"],
        ];
        for separator in [",", "\t", ";", "|", "，"] {
            let quote = |cell: &str| {
                if cell.contains(separator) {
                    format!("\"{cell}\"")
                } else {
                    cell.to_owned()
                }
            };
            let body: String = body.iter().map(|row| row.map(quote).join(separator) + "\r\n").collect();
            for head in [
                "",
                "晨晖居民区居民名册\r\n",
                "导出时间：2020-02-03 08:00:00; 张三\r\n\r\n",
                "名册,,\r\n说明：a,b；c\r\n",
            ] {
                let read = rows(&format!("{head}{body}"));
                let skipped = head.lines().count();
                assert_eq!(read[skipped][..3], ["姓名", "手机", "备注"], "{separator} {head}");
                assert_eq!(read[skipped + 2][2], "a,b", "{separator} {head}");
            }
            let stated = rows(&format!("sep={separator}\r\n{body}"));
            assert_eq!((stated.len(), stated[0][0].as_str()), (3, "姓名"));
        }
    }
}
