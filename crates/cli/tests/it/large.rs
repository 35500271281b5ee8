//! Files that would end the program, take gigabytes or never come to an end: each is refused in words, within the memory of
//! an office PC, and nothing is written. What a file did before is said beside it.

use std::io::{Cursor, Write};

use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::office::Office;

const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of so many sheets, which are all this one part, with these styles.
fn workbook(sheets: usize, styles: &str, sheet: &str) -> Vec<u8> {
    let related = |kind: &str, target: &str| {
        format!("<Relationships><Relationship Id=\"a\" Type=\"{KIND}/{kind}\" Target=\"{target}\"/></Relationships>")
    };
    let listed: String = (0..sheets)
        .map(|number| format!("<sheet name=\"名册{number}\" r:id=\"a\"/>"))
        .collect();
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", related("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            format!("<workbook><sheets>{listed}</sheets></workbook>"),
        ),
        ("xl/_rels/workbook.xml.rels", related("worksheet", "sheet.xml")),
        ("xl/styles.xml", format!("<styleSheet>{styles}</styleSheet>")),
        ("xl/sheet.xml", format!("<worksheet>{sheet}</worksheet>")),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The same with a table of texts that cells refer to.
fn with_texts(book: Vec<u8>, texts: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new_append(Cursor::new(book)).unwrap();
    writer
        .start_file("xl/sharedStrings.xml", SimpleFileOptions::default())
        .unwrap();
    writer.write_all(texts.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A row of texts.
fn row(cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"))
        .collect();
    format!("<row>{cells}</row>")
}

/// A compound file that names the one sector with its table of sectors over and over.
fn compound(named: usize) -> Vec<u8> {
    let free = 0xffff_ffff_u32.to_le_bytes();
    let numbers = [[1, 0, 0, 0]; 127].concat();
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.extend([0; 16]);
    bytes.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    for number in [0_u32, 109, 0, 0, 4096, 0xffff_fffe, 0, 2, named as u32] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([[1, 0, 0, 0]; 109].concat());
    bytes.extend([0; 512]);
    bytes.extend(free.repeat(128));
    for place in 0..named as u32 {
        bytes.extend(&numbers);
        bytes.extend(if place + 1 < named as u32 {
            (place + 3).to_le_bytes()
        } else {
            0xffff_fffe_u32.to_le_bytes()
        });
    }
    bytes
}

#[test]
fn sheets_that_would_take_gigabytes_are_refused_and_nothing_is_written() {
    let mut office = Office::with_sample(1);
    office.bound_memory();
    let before = office.state();
    let format = format!(
        "<numFmts><numFmt numFmtId=\"200\" formatCode=\"{}\"/></numFmts>",
        "0".repeat(1_000_000)
    );
    let styles = |count: usize| format!("{format}<cellXfs>{}</cellXfs>", "<xf numFmtId=\"200\"/>".repeat(count));
    let cell = "<sheetData><row><c s=\"7\"><v>5</v></c></row></sheetData>";
    let long = format!("<!--{}-->", " ".repeat(9 << 20));
    let wide: String = (1..=123)
        .map(|row| format!("<mergeCell ref=\"A{row}:XFD{row}\"/>"))
        .collect();
    let attributes: String = (0..200_000).map(|place| format!("a{place} ")).collect();
    let people: String = (0..200_001)
        .map(|person| format!("张{person},1号,{person}\n"))
        .collect();
    let files: [(&str, Vec<u8>, &str); 9] = [
        // Twelve gigabytes, and the end of the program.
        ("样式.xlsx", workbook(1, &styles(60_000), cell), "找不到表头"),
        ("样式多.xlsx", workbook(1, &styles(70_000), cell), "65536 种单元格样式"),
        // Ten kilobytes that are unpacked as often as there are sheets.
        ("解开.xlsx", workbook(60, "", &long), "解开后 512 MB"),
        (
            "合并.xlsx",
            workbook(1, "", &format!("<mergeCells>{wide}</mergeCells>")),
            "200 万格合并单元格",
        ),
        // A gigabyte and a half.
        (
            "逗号.csv",
            format!("姓名,楼栋\n{}", "甲,".repeat(8_000_000)).into_bytes(),
            "16384 列",
        ),
        ("扇区.xls", compound(20_000), "不是完整的表格"),
        // Without end.
        (
            "属性.xls",
            format!("<table><tr><td {attributes}>姓名</table>").into_bytes(),
            "找不到表头",
        ),
        (
            "一格.csv",
            format!("姓名,楼栋\n甲,{}\n", "号".repeat(40_000)).into_bytes(),
            "第 2 行 B 列的字太多",
        ),
        (
            "人多.csv",
            format!("姓名,楼栋,室号\n{people}").into_bytes(),
            "一次最多导入 20 万行",
        ),
    ];
    for (name, bytes, words) in files {
        std::fs::write(office.path(name), bytes).unwrap();
        let output = office.output(&["roster", "import", name]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(words), "{name}: {said}");
    }
    assert_eq!(office.state(), before, "nothing is written");
}

/// What a file says of its own size is not believed, and merged regions, which were looked through one by one for every
/// cell, are found by their place: 20,000 of them took minutes.
#[test]
fn a_sheet_that_says_it_is_huge_and_merges_twenty_thousand_regions_is_imported_as_it_is() {
    let mut office = Office::with_sample(1);
    office.bound_memory();
    let people = [["戚甲", "1号", "101"], ["戚乙", "", "102"], ["戚丙", "2号", "201"]];
    let rows: String = [["姓名", "楼栋", "室号"]]
        .iter()
        .chain(&people)
        .map(|cells| row(cells))
        .collect();
    let households: String = (3..20_003)
        .map(|place| format!("<mergeCell ref=\"B{0}:B{1}\"/>", 2 * place, 2 * place + 1))
        .collect();
    let sheet = format!(
        "<dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData><mergeCells count=\"4294967295\">\
         <mergeCell ref=\"B2:B3\"/>{households}</mergeCells>"
    );
    std::fs::write(office.path("合并.xlsx"), workbook(1, "", &sheet)).unwrap();
    office.run(&["roster", "import", "合并.xlsx"]);
    let found = office.run(&["roster", "find", "戚"]).to_string();
    for person in ["戚甲", "戚乙", "戚丙"] {
        assert!(found.contains(person), "{found}");
    }
    let below = office.run(&["roster", "find", "戚乙"]).to_string();
    assert!(below.contains("1号") && below.contains("102"), "{below}");
}

/// One text, standing in the file once, in every cell of a roster: refused cells stood whole in what was said of them, which
/// took 840 MB for a file of two kilobytes.
#[test]
fn full_cells_are_refused_one_by_one_within_what_a_small_file_takes() {
    let mut office = Office::with_sample(1);
    let header = ["姓名", "身份证号", "手机", "小区", "楼栋", "室号"];
    let full = "长".repeat(32_767);
    let rows = "<row><c t=\"s\"><v>0</v></c>".to_owned() + &"<c t=\"s\"><v>1</v></c>".repeat(5) + "</row>";
    let sheet = format!("<sheetData>{}{}</sheetData>", row(&header), rows.repeat(180));
    let texts = format!("<sst><si><t>戚甲</t></si><si><t>{full}</t></si></sst>");
    std::fs::write(office.path("满格.xlsx"), with_texts(workbook(1, "", &sheet), &texts)).unwrap();
    office.bound_memory_closely();
    let report = office.run(&["roster", "import", "满格.xlsx"]);
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(
        (&report["added"], &report["errors"]),
        (&json!(1), &json!(900)),
        "every one is told"
    );
    let last = problems.iter().rfind(|found| found["column"] == "F").unwrap();
    let text = last["text"].as_str().unwrap();
    assert!(
        text.starts_with("第 181 行 F 列“室号”：内容太长（32767 字），没有导入：“长长长"),
        "{text}"
    );
    assert!(
        text.chars().count() < 120 && last["value"].as_str().unwrap().ends_with('…'),
        "{text}"
    );
}

/// A cell that says 同上 holds in its row what stands in the file once, and what is said of it comes on top: fifteen hundred
/// megabytes for a file of eight hundred kilobytes.
#[test]
fn what_rows_repeat_of_each_other_is_counted_in_each() {
    let mut office = Office::with_sample(1);
    office.bound_memory();
    let before = office.state();
    let header = "姓名,小区,楼栋,单元,户籍地址,户编号,与户主关系,标签,备注";
    let above = format!(",{}", "长".repeat(480)).repeat(8);
    let same: String = (0..11_000)
        .map(|person| format!("戚{person}{}\n", ",同上".repeat(8)))
        .collect();
    std::fs::write(office.path("同上.csv"), format!("{header}\n戚甲{above}\n{same}")).unwrap();
    let output = office.output(&["roster", "import", "同上.csv"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("太多（“同上”和合并的格按填好的算，上限 128 MB），没有导入；请分成几个文件"),
        "{said}"
    );
    assert_eq!(office.state(), before, "nothing is written");
}

/// Marks of codes all over a picture of two kilobytes kept a core busy without end.
#[test]
fn a_picture_full_of_marks_is_given_up_and_said_to_be_none() {
    let office = Office::empty();
    let (side, pitch, module) = (1_440_usize, 48_usize, 4_usize);
    let dark = |x: usize, y: usize| {
        let (x, y) = (x % pitch / module, y % pitch / module);
        x < 7 && y < 7 && x.abs_diff(3).max(y.abs_diff(3)) != 2
    };
    let dots: Vec<u8> = (0..side * side)
        .map(|dot| if dark(dot % side, dot / side) { 0 } else { 255 })
        .collect();
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::new(&mut bytes, side as u32, side as u32)
        .write_header()
        .unwrap();
    writer.write_image_data(&dots).unwrap();
    writer.finish().unwrap();
    std::fs::write(office.path("加入.png"), bytes).unwrap();
    let join = ["join", "加入.png", "--name", "前台", "--actor", "董敏"];
    assert_eq!(office.refusal(&join), "picture");
    assert!(!office.path("data").exists(), "nothing is begun");
}
