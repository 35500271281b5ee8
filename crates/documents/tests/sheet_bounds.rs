//! Files that cost little to send and would cost much to read: many of something, or one thing over and over. Each is
//! refused in words or read like any other. What they did before is said beside them; none of them harms a library.

#![allow(clippy::unwrap_used, missing_docs)]

// Not every kind of sheet is made here.
#[allow(dead_code)]
#[path = "sheet_files/packed.rs"]
mod packed;

use std::io::{Cursor, Write};

use linli_documents::sheet::{SheetError, read_workbook};
use linli_domain::import::{CellKind, Grid};

use packed::{Sheet, ods, xlsx, zip};

fn read(bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    read_workbook("名册.xlsx", bytes)
}

fn one(bytes: &[u8]) -> Grid {
    let mut grids = read(bytes).unwrap();
    assert_eq!(grids.len(), 1);
    grids.remove(0)
}

/// The bound that a file is beyond, in words.
fn limit(bytes: &[u8]) -> String {
    beyond(&read(bytes).unwrap_err()).unwrap()
}

fn beyond(error: &SheetError) -> Option<String> {
    let text = error.to_string();
    let (_, limit) = text.split_once("（上限 ")?;
    limit.split_once('）').map(|(limit, _)| limit.to_owned())
}

fn damage(bytes: &[u8]) -> String {
    match read(bytes).unwrap_err() {
        SheetError::Damaged { reason, .. } => reason,
        other => panic!("{other}"),
    }
}

/// A format of a million places used by sixty thousand styles took twelve gigabytes and ended the program.
#[test]
fn a_format_longer_than_any_program_writes_shows_the_number_as_it_is() {
    let styles = |places: usize, count: usize| {
        let code = "0".repeat(places);
        let xfs = r#"<xf numFmtId="200"/>"#.repeat(count);
        format!(r#"<numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts><cellXfs>{xfs}</cellXfs>"#)
    };
    let shown = |places: usize, count: usize| {
        let sheet = Sheet::new("名册")
            .styles(styles(places, count).leak())
            .raw("A1", "s=\"0\"", "<v>5</v>");
        read(&xlsx(&[sheet])).map(|grids| grids[0].cell(0, 0).text.to_owned())
    };
    assert_eq!(shown(6, 1).unwrap(), "000005");
    assert_eq!(shown(255, 60_000).unwrap().len(), 255);
    assert_eq!(shown(1_000_000, 60_000).unwrap(), "5");
    assert_eq!(
        beyond(&shown(6, 65_537).unwrap_err()).as_deref(),
        Some("65536 种单元格样式")
    );
}

/// A formula that many cells share was copied for each of them, whether or not its text was wanted.
#[test]
fn a_formula_shared_by_many_cells_is_kept_once() {
    let long = "A".repeat(200_000);
    let mut sheet = Sheet::new("名册").raw("A1", "", &format!("<f si=\"7\">{long}</f><v>1</v>"));
    for row in 2..=2_000 {
        sheet = sheet.raw(&format!("A{row}"), "", "<f si=\"7\"/><v>2</v>");
    }
    let grid = one(&xlsx(&[sheet]));
    assert_eq!((grid.height(), grid.cell(1_999, 0).text), (2_000, "2"));
}

/// Columns merged over all rows were looked through one by one for every cell: minutes for twenty thousand.
#[test]
fn merged_regions_are_bound_by_the_columns_they_cover_and_found_by_place() {
    let mut sheet = Sheet::new("名册")
        .text("A1", "姓名")
        .text("B1", "楼栋")
        .text("A2", "甲")
        .text("B2", "1号")
        .text("A3", "乙");
    for column in ["C", "ZZ", "BBB"] {
        sheet = sheet.merge(&format!("{column}1:{column}1048576"));
    }
    for _ in 0..20_000 {
        sheet = sheet.merge("B2:B3");
    }
    let grid = one(&xlsx(&[sheet]));
    assert_eq!(grid.seen(2, 1).text, "1号");
    assert!(grid.region(1_000_000, 2).is_some() && grid.region(1_000_000, 3).is_none());
    let mut wide = Sheet::new("名册").text("A1", "姓名");
    for row in 1..=123 {
        wide = wide.merge(&format!("A{row}:XFD{row}"));
    }
    assert_eq!(limit(&xlsx(&[wide])), "200 万格合并单元格");
}

/// The library makes room for each entry; a file of 64 MB holds more than a million.
#[test]
fn parts_sheets_and_tags_are_counted() {
    let names: Vec<String> = (0..10_001).map(|n| n.to_string()).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(limit(&zip(&parts)), "10000 个部件");
    assert!(
        matches!(read(&zip(&parts[1..])), Err(SheetError::Packed { .. })),
        "as many as there may be"
    );
    let sheets: Vec<Sheet> = (0..1_001)
        .map(|n| Sheet::new(&n.to_string()).text("A1", "甲"))
        .collect();
    assert_eq!(limit(&xlsx(&sheets)), "1000 张工作表");
    assert_eq!(read(&xlsx(&sheets[1..])).unwrap().len(), 1_000);
    for content in [format!("<!--{}-->", " ".repeat(17 << 20)), " ".repeat(17 << 20)] {
        assert_eq!(limit(&ods(&content)), "一处 16 MB", "one tag or text is held whole");
    }
}

/// The library makes room for as many parts as a file says it has in its record for large files, as long as they would fit
/// into it: more than a million in 64 MB, with some hundred bytes for each.
#[test]
fn as_many_parts_as_a_file_says_it_has_are_bounded_too() {
    let sound = xlsx(&[Sheet::new("名册").text("A1", "甲")]);
    let end = sound.len() - 22;
    let stating = |parts: u64, length: u64| {
        let number = |at: usize| u64::from(u32::from_le_bytes(*sound[end + at..].first_chunk().unwrap()));
        let mut file = sound[..end].to_vec();
        file.extend(b"PK\x06\x06");
        file.extend(length.to_le_bytes());
        file.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        [parts, parts, number(12), number(16)]
            .iter()
            .for_each(|number| file.extend(number.to_le_bytes()));
        file.extend(b"PK\x06\x07\0\0\0\0");
        file.extend((end as u64).to_le_bytes());
        file.extend([1, 0, 0, 0]);
        file.extend(&sound[end..]);
        // What is too large for the old record says so there.
        let old = file.len() - 22;
        file[old + 8..old + 20].fill(0xff);
        file
    };
    let parts = u64::from(u16::from_le_bytes(*sound[end + 10..].first_chunk().unwrap()));
    assert_eq!(one(&stating(parts, 44)).cell(0, 0).text, "甲");
    assert_eq!(limit(&stating(10_001, 44)), "10000 个部件");
    assert_eq!(limit(&stating(u64::MAX, 44)), "10000 个部件");
    assert!(
        matches!(read(&stating(u64::MAX, u64::MAX)), Err(SheetError::Damaged { .. })),
        "it is no such record"
    );
}

#[test]
fn a_cell_holds_what_excel_holds() {
    let of = |count: usize| one_cell(&"字".repeat(count));
    let full = of(32_767).unwrap().remove(0);
    let cell = full.cell(1, 2);
    assert_eq!(cell.text.chars().count() + usize::from(cell.left_out), 32_767);
    assert!(cell.text.len() < 5_000, "of what no field holds, the beginning is kept");
    let words = of(32_768).unwrap_err().to_string();
    assert!(
        words.contains("工作表“名册”第 2 行 C 列") && words.contains("32767"),
        "{words}"
    );
    // Written piece by piece, it is no shorter.
    let pieces = "字<!-- -->".repeat(400_000);
    assert!(matches!(one_cell(&pieces), Err(SheetError::LongText { .. })));
    let words = read(format!("姓名\n{}", "字".repeat(40_000)).as_bytes())
        .unwrap_err()
        .to_string();
    assert!(words.contains("里第 2 行 A 列的字太多"), "{words}");
}

fn one_cell(content: &str) -> Result<Vec<Grid>, SheetError> {
    read(&xlsx(&[Sheet::new("名册").text("A1", "姓名").text("C2", content)]))
}

/// A line of separators made a text of each of them; a line of ditto marks was counted anew for each mark; a separator
/// that is a blank was looked past from every blank on. The last two never came to an end.
#[test]
fn one_endless_line_is_read_once() {
    assert_eq!(
        limit(format!("姓名,手机\n{}", "a,".repeat(16_385)).as_bytes()),
        "1048576 行、16384 列"
    );
    let wide = "a,".repeat(16_000);
    let marks = one(format!("{wide}\n{wide}\n{}\n", "\",".repeat(16_000)).as_bytes());
    assert_eq!((marks.row(2).count(), marks.cell(2, 0).text), (16_000, "\""));
    let quotes = one(format!("a,b\n{}\n", "\"x\",".repeat(16_000)).as_bytes());
    assert_eq!((quotes.row(1).count(), quotes.cell(1, 15_999).text), (16_000, "x"));
    let blanks = one(format!("sep= \n姓名 手机\n{}甲\n", " ".repeat(30_000)).as_bytes());
    assert_eq!(blanks.height(), 3);
    let empty = one(format!("姓名,手机{}\n甲,1\n", "\n".repeat(100_000)).as_bytes());
    assert_eq!(empty.used_rows().collect::<Vec<_>>(), [0, 100_001]);
}

/// Each attribute of a tag was compared with all those before it; cells that reach down were looked through for each
/// cell below; each table within a table took its room.
#[test]
fn pages_are_read_in_one_pass() {
    let attributes: String = (0..50_000).map(|n| format!("a{n} ")).collect();
    let page = one(format!("<table><tr><td {attributes} style='text-decoration:line-through'>甲</table>").as_bytes());
    assert_eq!((page.cell(0, 0).text, page.cell(0, 0).struck), ("甲", true));
    let tall = "<td rowspan=9>甲".repeat(5_000);
    let below = "<td>乙".repeat(5_000);
    let page = one(format!("<table><tr>{tall}<tr>{below}</table>").as_bytes());
    assert_eq!(
        (page.cell(1, 5_000).text, page.cell(1, 4_999).kind),
        ("乙", CellKind::Empty)
    );
    assert_eq!(
        limit(format!("<table>{}", "<table>".repeat(10_000)).as_bytes()),
        "10000 层表格"
    );
    let tables = "<table><tr><td>甲</table>".repeat(1_001);
    assert_eq!(limit(tables.as_bytes()), "1000 张工作表");
    let head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"b\"\n\n";
    assert_eq!(
        limit(format!("{head}{}", "--b\n".repeat(10_003)).as_bytes()),
        "10000 个部件"
    );
}

/// The table of sectors of a compound file names the sectors that it stands in: one named over and over was read as often.
#[test]
fn a_table_of_sectors_is_no_larger_than_its_file() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(&[0; 8192]).unwrap();
    file.flush().unwrap();
    let sound = file.into_inner().into_inner();
    assert!(
        matches!(read(&sound), Err(SheetError::Empty { .. })),
        "{:?}",
        read(&sound)
    );
    // Sectors of 4096 bytes here; the first one of more numbers is put behind the others, and names the first table again.
    let mut bytes = sound.clone();
    let (sector, more) = (4096_usize, (sound.len() / 4096 - 1) as u32);
    bytes[68..72].copy_from_slice(&more.to_le_bytes());
    let table = bytes[76..80].to_vec();
    bytes.extend(table.repeat(sector / 4 - 1));
    bytes.extend(0xffff_fffe_u32.to_le_bytes());
    assert_eq!(damage(&bytes), "扇区表比文件还大");
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// Records of a binary workbook with so many sheets that all begin at one place, in which something stands.
fn binary(sheets: usize, inside: &[u8]) -> Vec<u8> {
    let start = record(0x0809, &[0x00, 0x06, 0x05, 0, 0, 0, 0, 0]);
    let sheet = |at: usize| record(0x0085, &[&(at as u32).to_le_bytes()[..], &[0, 0, 1, 0, b'a']].concat());
    let at = start.len() + sheets * sheet(0).len() + 4;
    let end = record(0x000a, &[]);
    [&start[..], &sheet(at).repeat(sheets), &end, &start, inside, &end].concat()
}

/// Sheets that all begin at one place were read as often as there are sheets; each number of a style was looked for among
/// all formats; and a record could be continued without end.
#[test]
fn binary_records_are_read_a_few_times_at_most() {
    let label = record(0x0204, &[0, 0, 0, 0, 0, 0, 1, 0, 0, b'h']);
    let filled = [label, record(0x1234, &[0; 4_000])].concat();
    assert_eq!(one(&binary(1, &filled)).cell(0, 0).text, "h");
    assert_eq!(read(&binary(3, &filled)).unwrap().len(), 3);
    assert_eq!(damage(&binary(1_000, &filled)), "工作表的位置互相重叠");
    let start = record(0x0809, &[0x00, 0x06, 0x05, 0, 0, 0, 0, 0]);
    let with = |records: Vec<u8>| [start.clone(), records].concat();
    assert_eq!(
        limit(&with(record(0x00e0, &[0; 4]).repeat(65_537))),
        "65536 种单元格样式"
    );
    assert_eq!(
        damage(&with(
            [record(0x00fc, &[]), record(0x003c, &[]).repeat(100_001)].concat()
        )),
        "文件不完整"
    );
    // A text's number beyond the table is no text.
    let beyond = record(0x00fd, &[0, 0, 0, 0, 0, 0, 9, 0, 0, 0]);
    assert!(matches!(read(&binary(1, &beyond)), Err(SheetError::Empty { .. })));
}
