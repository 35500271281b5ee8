//! A source's sheet: which column is what, and its rows. Whatever is in a row stays with it: a column that is none of
//! the others' goes into the remarks under its header.

use linli_domain::filler::unless_filler;
use linli_domain::import::{CellKind, CellRef, Grid};
use linli_domain::writing::quoted;

use super::push::Incoming;
use super::row::{Ask, Row};
use crate::Error;

/// Rows from the top in which the header is looked for.
const HEADER_ROWS: u32 = 25;
/// Most columns that are looked at.
const COLUMNS: u32 = 200;
/// Columns known by their headers that make a row the header.
const RECOGNISED: usize = 2;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Reference,
    Name,
    Document,
    Phone,
    /// Several of them make one address, in their order.
    Address,
    Source,
    Committee,
    Deadline,
    Note,
    /// The row's place in its own sheet: another one in the next.
    Running,
    Other,
}

/// What sheets call each column: whole, and as a part of a longer header. The first that fits counts.
const SYNONYMS: [(Column, &[&str], &[&str]); 10] = [
    (Column::Running, &["序号", "序列", "no", "行号"], &[]),
    (
        Column::Reference,
        &["编号", "流水号", "任务编号", "记录编号", "数据编号", "id", "唯一标识"],
        &["流水号", "任务编号", "记录编号", "数据编号"],
    ),
    (
        Column::Deadline,
        &["期限", "时限"],
        &["截止", "截至", "完成时限", "办结时限"],
    ),
    (Column::Name, &["名字", "人员", "当事人", "旅客"], &["姓名"]),
    (
        Column::Document,
        &["证号", "身份证", "护照号"],
        &["身份证", "证件号", "身份号", "证件编号", "护照号"],
    ),
    (Column::Phone, &["联系方式"], &["手机", "电话", "联系方式"]),
    (
        Column::Committee,
        &["居委", "村居", "居村委", "社区"],
        &["居委会", "居村委", "村居", "居民委员会"],
    ),
    (
        Column::Address,
        &[
            "街道",
            "街镇",
            "镇",
            "小区",
            "弄",
            "号",
            "楼",
            "楼栋",
            "幢",
            "栋",
            "单元",
            "室",
            "室号",
            "房号",
            "目的地",
            "落脚点",
        ],
        &["地址", "住址", "居住地", "住处", "街镇", "街道", "小区"],
    ),
    (Column::Source, &["渠道", "推送单位"], &["来源"]),
    (
        Column::Note,
        &["说明", "描述", "内容"],
        &["备注", "情况", "事由", "原因"],
    ),
];

/// Words that make a column another person's, or of another place than where somebody is: it goes into the remarks.
const ABOUT_OTHERS: [&str; 16] = [
    "填报",
    "填表",
    "登记人",
    "经办",
    "紧急",
    "联系人",
    "户主",
    "监护",
    "家属",
    "父亲",
    "母亲",
    "户籍",
    "户口",
    "单位",
    "来源地",
    "出生",
];

/// A sheet's header.
struct Header {
    first_row: u32,
    columns: Vec<(Column, String)>,
}

/// The rows of a file: `source` is whose they are where its column does not say, `asked` what is to be asked of each.
///
/// # Errors
/// No sheet has a header that is understood, or a row is nobody's.
pub fn rows(grids: &[Grid], source: Option<&str>, asked: &[Ask]) -> Result<Vec<Incoming>, Error> {
    let source = source.map(str::trim).filter(|source| !source.is_empty());
    let mut all = Vec::new();
    let mut found = false;
    for grid in grids {
        let header = header(grid);
        found |= header.is_some() && !grid.is_hidden();
        match header.filter(|_| !grid.is_hidden()) {
            Some(header) => {
                let rows = grid.used_rows_from(header.first_row);
                all.extend(rows.filter_map(|row| incoming(grid, &header, row, (source, asked))));
            }
            None => all.extend(unread(grid, source)),
        }
    }
    if !found {
        let wanted = "姓名、证件号码、电话、地址、编号、来源、截止时间、情况";
        return Err(Error::Input(format!("没有找到表头：要有其中至少两列：{wanted}")));
    }
    Ok(all)
}

/// What is told of a sheet of which no row is taken; `None` where nothing is in it.
fn unread(grid: &Grid, source: Option<&str>) -> Option<Incoming> {
    let rows = grid.used_rows_from(0).count();
    let name = quoted(grid.name());
    let why = if grid.is_hidden() {
        format!("工作表“{name}”是隐藏的，其中 {rows} 行没有读")
    } else {
        format!("工作表“{name}”没有表头，其中 {rows} 行没有读")
    };
    (rows > 0).then(|| Incoming {
        row: 1,
        source: source.unwrap_or_default().to_owned(),
        content: Row {
            note: Some(why.clone()),
            ..Row::default()
        },
        damage: Some(why),
    })
}

/// The row near the top with the most known columns.
fn header(grid: &Grid) -> Option<Header> {
    let rows = 0..grid.height().min(HEADER_ROWS);
    let read = rows.map(|row| Header {
        first_row: row + 1,
        columns: (0..grid.width().min(COLUMNS))
            .map(|column| {
                let text = plain(grid.cell(row, column).text);
                (named(&text), text)
            })
            .collect(),
    });
    let known = |header: &Header| {
        let mut kinds: Vec<Column> = header.columns.iter().map(|(column, _)| *column).collect();
        kinds.retain(|column| !matches!(column, Column::Other | Column::Running));
        kinds.dedup();
        kinds.len()
    };
    let best = read.max_by_key(|header| (known(header), std::cmp::Reverse(header.first_row)))?;
    (known(&best) >= RECOGNISED).then_some(best)
}

/// A header without blanks, stars, and what stands in brackets.
fn plain(text: &str) -> String {
    let outside = text.split(['(', '（', '[', '【']).next().unwrap_or_default();
    let shown = outside
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊' | '：' | ':'));
    shown.collect::<String>().to_lowercase()
}

fn named(header: &str) -> Column {
    let whole = SYNONYMS.iter().find(|(_, whole, _)| whole.contains(&header));
    if whole.is_none() && ABOUT_OTHERS.iter().any(|word| header.contains(word)) {
        return Column::Other;
    }
    let inside = || {
        SYNONYMS
            .iter()
            .find(|(_, _, parts)| parts.iter().any(|part| header.contains(part)))
    };
    whole.or_else(inside).map_or(Column::Other, |(column, ..)| *column)
}

/// A row; `None` where nothing is in it.
fn incoming(grid: &Grid, header: &Header, place: u32, (source, asked): (Option<&str>, &[Ask])) -> Option<Incoming> {
    let mut row = Row {
        questions: asked.to_vec(),
        ..Row::default()
    };
    let (mut address, mut notes, mut damage) = (Vec::new(), Vec::new(), None);
    let mut from = None;
    let mut blank = true;
    for (column, (kind, name)) in (0..).zip(&header.columns) {
        let cell = grid.seen(place, column);
        if cell.is_blank() || *kind == Column::Running {
            continue;
        }
        blank = false;
        if matches!(cell.kind, CellKind::Error | CellKind::Uncalculated) && *kind != Column::Other {
            damage = damage.or(Some(format!("“{name}”一格是公式或错误值“{}”", quoted(cell.text))));
        }
        if matches!(kind, Column::Document | Column::Phone) && is_spoilt(cell) {
            // Never repaired, never swallowed: the row is looked for by what else it says.
            notes.push(format!("{name}被表格软件改坏，原样为 {}", cell.text.trim()));
            continue;
        }
        let text = cell.text.trim().to_owned();
        let known = match kind {
            Column::Reference => &mut row.reference,
            Column::Name => &mut row.name,
            Column::Document => &mut row.document_number,
            Column::Phone => &mut row.phone,
            Column::Committee => &mut row.committee,
            Column::Deadline => &mut row.deadline,
            Column::Source => &mut from,
            Column::Address => {
                address.push((text, name));
                continue;
            }
            Column::Note => {
                notes.push(text);
                continue;
            }
            Column::Running | Column::Other => {
                notes.extend(unless_filler(&text).map(|text| remark(name, text)));
                continue;
            }
        };
        match known {
            None => *known = Some(text),
            Some(first) if *first == text => {}
            Some(_) => notes.push(remark(name, &text)),
        }
    }
    if let (Some(pusher), Some(said)) = (source, from.as_deref()) {
        // Where the pusher is named, the column only says more about the row.
        notes.extend((pusher != said).then(|| remark("来源", said)));
    }
    row.address = joined(&address);
    row.note = (!notes.is_empty()).then(|| notes.join("；"));
    (!blank).then(|| Incoming {
        row: place as usize + 1,
        source: source.map(str::to_owned).or(from).unwrap_or_default(),
        content: row,
        damage,
    })
}

fn remark(name: &str, text: &str) -> String {
    match name.is_empty() {
        true => text.to_owned(),
        false => format!("{name}：{text}"),
    }
}

/// Whether a spreadsheet has spoilt a number: its last digits are gone.
fn is_spoilt(cell: CellRef<'_>) -> bool {
    let text = cell.text.trim();
    let power = text.split_once(['E', 'e']).is_some_and(|(number, power)| {
        number.parse::<f64>().is_ok() && power.trim_start_matches('+').parse::<u8>().is_ok()
    });
    cell.lossy || power
}

/// What stands behind a bare number, by its column's header.
const BEHIND: [(&str, &str); 7] = [
    ("弄", "弄"),
    ("单元", "单元"),
    ("室", "室"),
    ("房", "室"),
    ("幢", "幢"),
    ("栋", "栋"),
    ("号", "号"),
];

/// One address of several columns: what a later one repeats stands there once.
fn joined(parts: &[(String, &String)]) -> Option<String> {
    let mut address = String::new();
    for (text, name) in parts {
        if address.contains(text.as_str()) && !text.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // A whole address that begins with what stands there already.
        if !address.is_empty() && text.starts_with(&address) {
            address.clear();
        }
        address.push_str(text);
        let behind = BEHIND.iter().find(|(word, _)| name.contains(word));
        if let Some((_, behind)) = behind.filter(|_| text.ends_with(|c: char| c.is_ascii_digit()) && parts.len() > 1) {
            address.push_str(behind);
        }
    }
    (!address.is_empty()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows_of: &[&[&str]], source: Option<&str>) -> Vec<Incoming> {
        let grid: Grid = rows_of.iter().copied().collect();
        rows(&[grid], source, &[]).unwrap()
    }

    #[test]
    fn columns_are_found_under_titles_and_nothing_in_a_row_is_left_behind() {
        let all = read(
            &[
                &["道口推送人员名单"],
                &[
                    "序号",
                    "流水号",
                    "旅客姓名",
                    "证件号码",
                    "联系电话（手机）",
                    "目的地地址",
                    "航班号",
                    "截止时间",
                    "来源",
                ],
                &[
                    "1",
                    "D-1",
                    "张三",
                    "3.10115E+17",
                    "13800138000",
                    "牡丹路1号",
                    "CA123",
                    "2020-02-02 13:00",
                    "浦东道口",
                ],
                &[],
                &["2", "D-2", "李四", "", "", "", "无", "", ""],
            ],
            None,
        );
        let [first, second] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!((first.row, first.source.as_str(), second.row), (3, "浦东道口", 5));
        let content = &first.content;
        assert_eq!(content.reference.as_deref(), Some("D-1"));
        assert_eq!(content.document_number, None, "a spoilt number is no number");
        let note = content.note.as_deref().unwrap();
        assert!(note.contains("3.10115E+17") && note.contains("航班号：CA123"), "{note}");
        assert_eq!(second.content.note, None);
    }

    #[test]
    fn an_address_in_pieces_becomes_one() {
        let header: &[&str] = &["姓名", "街道", "小区", "弄", "号", "室", "来源"];
        let all = read(
            &[header, &["张三", "花木街道", "牡丹路", "12", "3", "501", "道口"]],
            Some("热线"),
        );
        assert_eq!(all[0].content.address.as_deref(), Some("花木街道牡丹路12弄3号501室"));
        assert_eq!(
            (all[0].source.as_str(), all[0].content.note.as_deref()),
            ("热线", Some("来源：道口"))
        );
        let whole = read(
            &[&["手机", "街道", "地址"], &["1380", "花木街道", "花木街道牡丹路1号"]],
            Some("x"),
        );
        assert_eq!(whole[0].content.address.as_deref(), Some("花木街道牡丹路1号"));
    }

    #[test]
    fn columns_about_other_people_go_into_the_remarks() {
        let all = read(
            &[
                &[
                    "编号",
                    "填报人姓名",
                    "姓名",
                    "紧急联系人电话",
                    "电话",
                    "户籍地址",
                    "现住地址",
                    "来源地",
                ],
                &[
                    "D-1",
                    "王五",
                    "张三",
                    "13800000001",
                    "13800000002",
                    "六安路1号",
                    "牡丹路1号",
                    "武汉",
                ],
            ],
            Some(" 道口 "),
        );
        let [Incoming { source, content, .. }] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!((source.as_str(), content.name.as_deref()), ("道口", Some("张三")));
        assert_eq!(content.phone.as_deref(), Some("13800000002"));
        assert_eq!(content.address.as_deref(), Some("牡丹路1号"));
        let note = content.note.as_deref().unwrap_or_default();
        for kept in ["王五", "13800000001", "六安路1号", "武汉"] {
            assert!(note.contains(kept), "{kept}: {note}");
        }
    }

    #[test]
    fn a_sheet_of_which_no_row_is_taken_is_named() {
        let grid = |rows: &[&[&str]]| rows.iter().copied().collect::<Grid>();
        let grids = [
            grid(&[&["姓名", "电话"], &["张三", "13800138000"]]),
            grid(&[&["王五"], &["赵六"]]),
        ];
        let all = rows(&grids, Some("道口"), &[]).unwrap();
        assert_eq!(all.len(), 2, "{all:?}");
        let damage = all[1].damage.as_deref().unwrap_or_default();
        assert!(damage.contains("没有表头") && damage.contains("2 行"), "{damage}");
    }
}
