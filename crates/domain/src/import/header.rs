//! Finding the header under title rows and merged cells, and guessing what each column is.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::column::{Column, ImportKind};
use super::grid::Grid;

/// Rows from the top in which the header is looked for.
const HEADER_SEARCH_ROWS: u32 = 25;
/// Columns looked at: sheets people fill in are narrower.
const MAX_COLUMNS: u32 = 200;
/// Recognised columns that make a row a header.
const MIN_RECOGNISED: usize = 2;

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
        self.headers.iter().map(|header| plain(header)).collect::<Vec<_>>().join("|")
    }

    /// The columns of a field, in order.
    pub fn of(&self, field: Column) -> impl Iterator<Item = u32> {
        (0..).zip(&self.columns).filter(move |(_, column)| **column == Some(field)).map(|(place, _)| place)
    }
}

/// What sheets call each field. The first list is taken whole, the second may stand inside a longer header.
const SYNONYMS: [(Column, &[&str], &[&str]); 20] = [
    (
        Column::RegisteredAddress,
        &["户籍地址", "户籍地", "户籍所在地", "户口地址", "户籍", "户口所在地"],
        &["户籍", "户口"],
    ),
    (Column::HouseholdNumber, &["户编号", "户号", "家庭编号", "户口编号"], &["户编号"]),
    (
        Column::Relation,
        &["与户主关系", "户主关系", "关系", "家庭关系", "与户主的关系", "同户主关系"],
        &["与户主", "户主关系"],
    ),
    (
        Column::SecondPhone,
        &["第二电话", "备用电话", "其他电话", "固定电话", "另一电话", "手机2", "联系电话2", "家庭电话"],
        &["备用电话", "第二联系"],
    ),
    (Column::DocumentKind, &["证件类型", "证件种类", "证件类别", "证件名称"], &["证件类", "证件种"]),
    (
        Column::DocumentNumber,
        &["身份证号", "身份证号码", "证件号码", "证件号", "身份证", "公民身份号码", "公民身份证号码", "身份证件号码"],
        &["身份证", "证件号", "身份号"],
    ),
    (
        Column::Phone,
        &["手机号码", "手机号", "手机", "联系电话", "电话", "联系方式", "电话号码", "移动电话", "联系手机"],
        &["手机", "电话", "联系方式"],
    ),
    (Column::Quantity, &["预约数量", "数量", "份数", "购买数量", "登记数量", "预约份数", "申购数量"], &["数量"]),
    (
        Column::RegisteredAt,
        &["登记时间", "预约时间", "提交时间", "填报时间", "填写时间", "报名时间", "开始时间"],
        &["登记时间", "预约时间", "提交时间", "填报时间"],
    ),
    (Column::Source, &["登记来源", "来源", "登记方式", "预约方式", "渠道"], &["来源"]),
    (Column::BirthDate, &["出生日期", "出生年月", "出生年月日", "生日"], &["出生"]),
    (Column::Sex, &["性别"], &[]),
    (Column::Name, &["姓名", "名字", "居民姓名", "人员姓名", "预约人", "登记人", "申请人", "称呼"], &["姓名"]),
    (
        Column::Estate,
        &["小区", "小区名称", "住宅小区", "弄", "小区弄", "路弄", "所属小区", "居住小区", "村组"],
        &["小区"],
    ),
    (
        Column::Building,
        &[
            "楼栋",
            "楼号",
            "幢",
            "号",
            "楼",
            "栋",
            "幢号",
            "栋号",
            "楼栋号",
            "门牌",
            "门牌号",
            "楼幢号",
            "楼组",
            "几号楼",
        ],
        &["楼栋", "楼号", "幢号", "门牌"],
    ),
    (Column::Unit, &["单元", "单元号", "门洞"], &["单元"]),
    (Column::Room, &["室", "室号", "房号", "房间号", "房间", "户室", "室号房号", "门室"], &["室号", "房号", "房间"]),
    (
        Column::Address,
        &["现住地址", "居住地址", "地址", "住址", "家庭住址", "家庭地址", "现住址", "详细地址", "居住地", "常住地址"],
        &["住址", "现住", "居住", "地址"],
    ),
    (Column::Tags, &["标签", "人员类别", "人员类型", "人群分类", "人员标签", "特殊人群"], &["标签", "人员类", "人群"]),
    (Column::Note, &["备注", "说明", "备注信息", "其他说明"], &["备注"]),
];

/// How surely a header names a field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sureness {
    Inside,
    Whole,
}

/// The sheet that looks most like one of this kind, and its mapping; nothing where no header is found.
pub fn propose(sheets: &[Grid], kind: ImportKind) -> Option<(usize, Mapping)> {
    (0..)
        .zip(sheets)
        .filter_map(|(place, grid)| Some((place, propose_in(grid, kind)?)))
        .max_by_key(|(place, mapping)| (recognised(mapping), std::cmp::Reverse(*place)))
}

/// The mapping of one sheet.
pub fn propose_in(grid: &Grid, kind: ImportKind) -> Option<Mapping> {
    let rows = grid.height().min(HEADER_SEARCH_ROWS);
    (0..rows)
        .flat_map(|row| [1, 2].map(|height| mapping_at(grid, kind, row, height)))
        .filter(|mapping| recognised(mapping) >= MIN_RECOGNISED && mapping.of(Column::Name).next().is_some())
        // The most fields; of equals the upper one, then the one that names more columns.
        .max_by_key(|mapping| (recognised(mapping), std::cmp::Reverse(mapping.first_row), named_columns(mapping)))
}

fn recognised(mapping: &Mapping) -> usize {
    mapping.columns.iter().flatten().count()
}

fn named_columns(mapping: &Mapping) -> usize {
    mapping.headers.iter().filter(|header| !header.is_empty()).count()
}

fn mapping_at(grid: &Grid, kind: ImportKind, row: u32, height: u32) -> Mapping {
    let headers: Vec<String> =
        (0..grid.width().min(MAX_COLUMNS)).map(|column| header_text(grid, row, height, column)).collect();
    Mapping { sheet: grid.name().to_owned(), first_row: row + height, columns: guess(&headers, kind), headers }
}

/// The lowest text of a header of one or two rows: under a merged 联系方式 stand 手机 and 固定电话.
fn header_text(grid: &Grid, row: u32, height: u32, column: u32) -> String {
    (row..row + height)
        .rev()
        .filter(|row| !is_title(grid, *row, column))
        .map(|row| grid.seen(row, column).text.split_whitespace().collect::<String>())
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// A title is merged over more than half of the sheet.
fn is_title(grid: &Grid, row: u32, column: u32) -> bool {
    grid.region(row, column).is_some_and(|region| (region.right - region.left + 1) * 2 > grid.width())
}

/// A field for each header; each field once, where it is named most surely.
fn guess(headers: &[String], kind: ImportKind) -> Vec<Option<Column>> {
    let mut columns = vec![None; headers.len()];
    for sureness in [Sureness::Whole, Sureness::Inside] {
        for (place, header) in headers.iter().enumerate() {
            let free = |column: &Column| !columns.contains(&Some(*column));
            if columns[place].is_none()
                && let Some(column) = named(header, kind, sureness).filter(free)
            {
                columns[place] = Some(column);
            }
        }
    }
    columns
}

fn named(header: &str, kind: ImportKind, sureness: Sureness) -> Option<Column> {
    let header = plain(header);
    // Long texts are titles and hints, not headers.
    if header.is_empty() || header.chars().count() > 16 {
        return None;
    }
    SYNONYMS
        .iter()
        .filter(|(column, ..)| column.serves(kind))
        .find(|(_, whole, inside)| match sureness {
            Sureness::Whole => whole.contains(&header.as_str()),
            Sureness::Inside => inside.iter().any(|word| header.contains(word)),
        })
        .map(|(column, ..)| *column)
}

/// A header without blanks, stars, numbering and what stands in brackets.
fn plain(header: &str) -> String {
    let mut depth = 0;
    header
        .chars()
        .filter(|c| {
            match c {
                '(' | '（' | '[' | '【' => depth += 1,
                ')' | '）' | ']' | '】' => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0 && !c.is_whitespace() && !matches!(c, '*' | '＊' | '：' | ':' | '、' | '.' | '/' | '？' | '?')
        })
        .collect::<String>()
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .to_owned()
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
            (&["姓 名", "身份证号码", "联系电话"][..], vec![Some(Name), Some(DocumentNumber), Some(Phone)]),
            (&["*姓名（必填）", "1. 手机号：", "血型"], vec![Some(Name), Some(Phone), None]),
            (&["户籍地址", "现住地址"], vec![Some(RegisteredAddress), Some(Address)]),
            (&["门牌号", "室号", "姓名"], vec![Some(Building), Some(Room), Some(Name)]),
            (&["手机", "固定电话", "电话"], vec![Some(Phone), Some(SecondPhone), None]),
        ] {
            let headers: Vec<String> = headers.iter().map(|h| h.split_whitespace().collect()).collect();
            assert_eq!(guess(&headers, ImportKind::Roster), expected, "{headers:?}");
        }
        assert_eq!(columns(&["预约数量"], ImportKind::Roster), [None]);
        assert_eq!(columns(&["预约数量"], ImportKind::Reservations), [Some(Column::Quantity)]);
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
        builder.merge(Region { top: 0, left: 0, bottom: 0, right: 5 });
        builder.merge(Region { top: 2, left: 1, bottom: 3, right: 1 });
        let grid = builder.build();
        let mapping = propose_in(&grid, ImportKind::Roster).unwrap();
        assert_eq!(mapping.first_row, 4);
        assert_eq!(mapping.headers, ["序号", "姓名", "楼栋", "室号", "手机", "固定电话"]);
        let again = Mapping { sheet: "另一张".into(), ..mapping.clone() };
        assert_eq!(mapping.signature(), again.signature());
    }

    #[test]
    fn a_sheet_without_names_is_not_taken() {
        let rows: [&[&str]; 2] = [&["小区", "楼栋"], &["一", "2"]];
        assert_eq!(propose_in(&rows.into_iter().collect(), ImportKind::Roster), None);
        assert_eq!(propose(&[], ImportKind::Roster), None);
    }
}
