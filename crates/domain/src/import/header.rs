//! Finding the header under title rows and merged cells, and guessing what each column is.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::column::{Column, ImportKind};
use super::grid::Grid;
use super::owner::{guess, is_somebody, joined, left_out};
use super::synonyms::{is_running, named, plain};

/// Rows from the top in which the header is looked for.
const HEADER_SEARCH_ROWS: u32 = 25;
/// Columns looked at: sheets people fill in are narrower.
const MAX_COLUMNS: u32 = 200;
/// Characters of a header that are read: those of a field have a dozen.
const SHOWN_CHARS: usize = 200;
/// Recognised columns that make a row a header.
const MIN_RECOGNISED: usize = 2;

/// Digits that make a cell somebody's number, and no header.
const VALUE_DIGITS: usize = 7;

/// Which column of a sheet is which field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Mapping {
    /// The sheet's name; empty for a csv file.
    pub sheet: String,
    /// Rows above the data: titles and header.
    pub first_row: u32,
    /// The header of each column, as a person reads it.
    pub headers: Vec<String>,
    /// The field of each column; nothing where it is not taken.
    pub columns: Vec<Option<Column>>,
}

impl Mapping {
    /// The same for every file with this header: under it, a mapping is remembered.
    pub fn signature(&self) -> String {
        self.headers
            .iter()
            .map(|header| plain(header))
            .collect::<Vec<_>>()
            .join("|")
    }

    /// Columns of other people in the rows (配偶, 监护人, 网格员) that are not taken.
    pub fn others(&self, kind: ImportKind) -> Vec<u32> {
        left_out(&self.headers, &self.columns, kind)
            .into_iter()
            .filter_map(|place| place.try_into().ok())
            .collect()
    }

    /// How many columns are taken.
    pub(super) fn recognised(&self) -> usize {
        self.columns.iter().flatten().count()
    }

    /// The header of a column; empty where it has none.
    pub(super) fn header(&self, place: u32) -> &str {
        self.headers.get(place as usize).map_or("", String::as_str)
    }

    /// The columns of a field, in order.
    pub fn of(&self, field: Column) -> impl Iterator<Item = u32> {
        (0..)
            .zip(&self.columns)
            .filter(move |(_, column)| **column == Some(field))
            .map(|(place, _)| place)
    }
}

/// The mapping of one sheet.
pub fn propose_in(grid: &Grid, kind: ImportKind) -> Option<Mapping> {
    let rows = grid.height().min(HEADER_SEARCH_ROWS);
    let top = Top::new(grid);
    (0..rows)
        .flat_map(|row| [(row, 1), (row, 2)])
        .filter(|(row, height)| *height == 1 || is_of_header(grid, kind, *row + 1))
        .map(|(row, height)| mapping_at(grid, &top, kind, row, height))
        .filter(|mapping| mapping.recognised() >= MIN_RECOGNISED && says_who(mapping, kind))
        // The most fields; of equals the upper one, then the one that names more columns.
        .max_by_key(|mapping| {
            (
                mapping.recognised(),
                std::cmp::Reverse(mapping.first_row),
                named_columns(mapping),
            )
        })
        .map(|mapping| match kind {
            kind if kind.is_written() => with_remarks(mapping),
            _ => mapping,
        })
}

/// Whether the rows say whom they are about. Whoever is to be verified may have no name, but a phone or a place; of an order
/// it is enough what it asks for.
fn says_who(mapping: &Mapping, kind: ImportKind) -> bool {
    let mut fields = mapping.columns.iter().flatten();
    fields.any(|column| match kind {
        ImportKind::Tasks | ImportKind::Orders => column.is_said(kind),
        _ => *column == Column::Name,
    })
}

/// What a source says of somebody and no field holds goes into the remarks: other people, a flight, a test.
fn with_remarks(mut mapping: Mapping) -> Mapping {
    for (column, header) in mapping.columns.iter_mut().zip(&mapping.headers) {
        if !is_running(header) {
            *column = column.or(Some(Column::Note));
        }
    }
    mapping
}

/// Whether a row may be the second one of a header: it names a field, and holds nobody's number.
fn is_of_header(grid: &Grid, kind: ImportKind, row: u32) -> bool {
    let is_value = |text: &str| {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        digits >= VALUE_DIGITS && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let looked_at = grid
        .row(row)
        .take_while(|(column, _)| *column < MAX_COLUMNS)
        .map(|(_, cell)| cell.text.trim());
    let texts: Vec<&str> = looked_at
        .filter(|text| text.chars().nth(SHOWN_CHARS).is_none())
        .collect();
    texts.iter().any(|text| named(text, kind).is_some()) && !texts.iter().any(|text| is_value(text))
}

/// A cell's text as a header is told by it: without blanks, and no longer than anybody reads.
fn header_chars(text: &str) -> impl Iterator<Item = char> {
    text.split_whitespace().flat_map(str::chars).take(SHOWN_CHARS)
}

/// Whether a cell says what stands in the header.
pub(super) fn is_header_text(text: &str, header: &str) -> bool {
    header_chars(text).eq(header.chars())
}

/// What the rows say in which the header is looked for, and the one below them: looked at once, for all headers there
/// could be.
struct Top {
    rows: Vec<Vec<Seen>>,
}

#[derive(Default)]
struct Seen {
    text: String,
    /// Part of a title, which is merged over more than half of the sheet.
    title: bool,
}

impl Top {
    fn new(grid: &Grid) -> Top {
        let columns = 0..grid.width().min(MAX_COLUMNS);
        let seen = |row, column| Seen {
            text: header_chars(grid.seen(row, column).text).collect(),
            title: grid
                .region(row, column)
                .is_some_and(|region| (region.right - region.left + 1) * 2 > grid.width()),
        };
        let rows = 0..grid.height().min(HEADER_SEARCH_ROWS + 1);
        Top {
            rows: rows
                .map(|row| columns.clone().map(|column| seen(row, column)).collect())
                .collect(),
        }
    }

    fn at(&self, row: u32, column: u32) -> Option<&Seen> {
        self.rows.get(row as usize)?.get(column as usize)
    }

    fn text(&self, row: u32, column: u32) -> Option<&str> {
        self.at(row, column)
            .map(|seen| seen.text.as_str())
            .filter(|text| !text.is_empty())
    }
}

/// How many columns a header tells apart: 姓名 under 户主 and 姓名 under 配偶 are two.
fn named_columns(mapping: &Mapping) -> usize {
    let names: HashSet<&String> = mapping.headers.iter().filter(|header| !header.is_empty()).collect();
    names.len()
}

fn mapping_at(grid: &Grid, top: &Top, kind: ImportKind, row: u32, height: u32) -> Mapping {
    let headers: Vec<String> = (0..grid.width().min(MAX_COLUMNS))
        .map(|column| header_text(top, row, height, column))
        .collect();
    Mapping {
        sheet: grid.name().to_owned(),
        first_row: row + height,
        columns: guess(&headers, kind),
        headers,
    }
}

/// The lowest text of a header of one or two rows: under a merged 联系方式 stand 手机 and 固定电话. Under 配偶 it is the
/// spouse's: 配偶姓名.
fn header_text(top: &Top, row: u32, height: u32, column: u32) -> String {
    let below = (row..row + height)
        .rev()
        .filter(|row| top.at(*row, column).is_some_and(|seen| !seen.title))
        .find_map(|row| Some((row, top.text(row, column)?)));
    let Some((at, below)) = below else { return String::new() };
    if at == row {
        return below.to_owned();
    }
    // Not merged, in a csv, the word stands over the first of its columns only.
    let above = (0..=column)
        .rev()
        .find_map(|column| top.text(row, column))
        .unwrap_or_default();
    if is_somebody(above) && above != below {
        joined(above, below)
    } else {
        below.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{GridBuilder, Region};

    fn columns(headers: &[&str], kind: ImportKind) -> Vec<Option<Column>> {
        guess(&headers.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>(), kind)
    }

    #[test]
    fn synonyms_are_recognised_and_each_field_is_taken_once() {
        use Column::{Address, Building, DocumentNumber, Name, Phone, RegisteredAddress, Room, SecondPhone};
        for (headers, expected) in [
            (
                &["姓 名", "身份证号码", "联系电话"][..],
                vec![Some(Name), Some(DocumentNumber), Some(Phone)],
            ),
            (
                &["*姓名（必填）", "1. 手机号：", "血型"],
                vec![Some(Name), Some(Phone), None],
            ),
            (&["户籍地址", "现住地址"], vec![Some(RegisteredAddress), Some(Address)]),
            (
                &["门牌号", "室号", "姓名"],
                vec![Some(Building), Some(Room), Some(Name)],
            ),
            (
                &["手机", "固定电话", "电话"],
                vec![Some(Phone), Some(SecondPhone), None],
            ),
        ] {
            let headers: Vec<String> = headers.iter().map(|h| h.split_whitespace().collect()).collect();
            assert_eq!(guess(&headers, ImportKind::Roster), expected, "{headers:?}");
        }
        assert_eq!(columns(&["预约数量"], ImportKind::Roster), [None]);
        assert_eq!(
            columns(&["预约数量"], ImportKind::Reservations),
            [Some(Column::Quantity)]
        );
    }

    #[test]
    fn the_header_is_found_under_titles_and_in_two_rows() {
        let mut builder = GridBuilder::new("名册");
        let rows: [&[&str]; 5] = [
            &["齐河二居居民名册"],
            &["填表日期：2020年2月1日"],
            &["序号", "姓名", "住址", "", "联系方式", ""],
            &["", "", "楼栋", "室号", "手机", "固定电话"],
            &["1", "张晓明", "12号", "501", "13800005678", ""],
        ];
        for (row, cells) in (0..).zip(rows) {
            for (column, text) in (0..).zip(cells) {
                assert!(builder.text(row, column, text));
            }
        }
        builder.merge(Region {
            top: 0,
            left: 0,
            bottom: 0,
            right: 5,
        });
        builder.merge(Region {
            top: 2,
            left: 1,
            bottom: 3,
            right: 1,
        });
        let grid = builder.build();
        let mapping = propose_in(&grid, ImportKind::Roster).unwrap();
        assert_eq!(mapping.first_row, 4);
        assert_eq!(mapping.headers, ["序号", "姓名", "楼栋", "室号", "手机", "固定电话"]);
        let again = Mapping {
            sheet: "另一张".into(),
            ..mapping.clone()
        };
        assert_eq!(mapping.signature(), again.signature());
    }

    /// Blank cells of a first person must not make his row a header.
    #[test]
    fn the_first_person_is_no_header() {
        let names = [
            "姓名",
            "身份证",
            "电话",
            "姓名",
            "身份证",
            "电话",
            "姓名",
            "身份证",
            "电话",
        ];
        let mut builder = GridBuilder::new("");
        for (column, text) in [(0, "户主"), (3, "家庭成员一"), (6, "家庭成员二")] {
            assert!(builder.text(0, column, text));
            builder.merge(Region {
                top: 0,
                left: column,
                bottom: 0,
                right: column + 2,
            });
        }
        for (column, text) in (0..).zip(names) {
            assert!(builder.text(1, column, text));
        }
        for (column, text) in (0..).zip(["甲", "11010519491231002X", "13800005678", "乙", "110105194912310038"]) {
            assert!(builder.text(2, column, text));
        }
        let mapping = propose_in(&builder.build(), ImportKind::Roster).unwrap();
        use Column::{DocumentNumber, Name, Phone};
        assert_eq!(mapping.first_row, 2);
        assert_eq!(
            mapping.columns[..4],
            [Some(Name), Some(DocumentNumber), Some(Phone), None]
        );
        assert_eq!(mapping.others(ImportKind::Roster), [3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn a_sheet_without_names_is_not_taken() {
        let rows: [&[&str]; 2] = [&["小区", "楼栋"], &["一", "2"]];
        assert_eq!(propose_in(&rows.into_iter().collect(), ImportKind::Roster), None);
    }
}
