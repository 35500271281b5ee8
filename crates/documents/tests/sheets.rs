//! Files as people send them, made here byte by byte where a program's way of writing matters.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "sheet_files/binary.rs"]
mod binary;
#[path = "sheet_files/packed.rs"]
mod packed;

use linli_documents::sheet::{SheetError, read_workbook, unlock};
use linli_domain::import::{CellKind, Grid};

use binary::{Binary, compound};
use packed::{Sheet, ods, xlsx, zip};

const HEAD: [&str; 3] = ["姓名", "手机", "室号"];

fn texts(grid: &Grid) -> Vec<Vec<(&str, CellKind)>> {
    grid.used_rows()
        .map(|row| grid.row(row).map(|(_, cell)| (cell.text, cell.kind)).collect())
        .collect()
}

fn one(bytes: &[u8]) -> Grid {
    let mut grids = read_workbook("名册.xls", bytes).unwrap();
    assert_eq!(grids.len(), 1);
    grids.remove(0)
}

fn refusal(bytes: &[u8]) -> String {
    read_workbook("名册.xls", bytes).unwrap_err().to_string()
}

/// A clerk who touches the last cell of a sheet once makes its used range 17 thousand million cells large.
#[test]
fn a_cell_far_away_is_read_like_any_other() {
    let far = Sheet::new("名册")
        .text("A1", "姓名")
        .text("B2", "甲")
        .text("XFD1048576", "。");
    let grid = one(&xlsx(&[far]));
    assert_eq!((grid.height(), grid.width()), (1_048_576, 2));
    assert_eq!((grid.cell(1, 1).text, grid.cell(1_048_575, 16_383).text), ("甲", "。"));
    let mut binary = Binary::new();
    binary
        .dimensions(u32::MAX, u16::MAX)
        .label(0, 0, 0, "姓名")
        .label(65_535, 255, 0, "。");
    let grid = one(&compound(&binary.stream()));
    assert_eq!((grid.height(), grid.cell(65_535, 255).text), (65_536, "。"));
    let rows = "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let last = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>。</text:p></table:table-cell></table:table-row>";
    let grid = one(&ods(&format!("{rows}{last}")));
    assert_eq!(grid.used_rows().collect::<Vec<_>>(), [1_048_000]);
    let repeated = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"string\"><text:p>。</text:p></table:table-cell></table:table-row>";
    assert!(
        matches!(read_workbook("a", &ods(repeated)), Err(SheetError::TooLarge { .. })),
        "content is bound"
    );
}

#[test]
fn formulas_nobody_calculated_are_known_in_every_way_of_writing_them() {
    let formula = |cell: &str| {
        let sheet = Sheet::new("名册").raw("A1", "", cell);
        let grid = one(&xlsx(&[sheet]));
        (grid.cell(0, 0).text.to_owned(), grid.cell(0, 0).kind)
    };
    let uncalculated = |text: &str| (text.to_owned(), CellKind::Uncalculated);
    assert_eq!(formula("<f>B2&amp;C2</f><v></v>"), uncalculated("=B2&C2"));
    assert_eq!(formula("<f>B2</f>"), uncalculated("=B2"));
    assert_eq!(formula("<f>B2</f><v>0</v>"), uncalculated("0"));
    assert_eq!(formula("<f>B2</f><v>101</v>"), ("101".to_owned(), CellKind::Number));
    let shared = Sheet::new("名册")
        .raw("A1", "", "<f t=\"shared\" ref=\"A1:A2\" si=\"0\">B1+C1</f><v>0</v>")
        .raw("A2", "", "<f t=\"shared\" si=\"0\"/>");
    assert_eq!(one(&xlsx(&[shared])).cell(1, 0).text, "=B1+C1");

    // An empty text is believed in a file of which anything was calculated.
    let empty = "<f>IF(B2=1,B2,\"\")</f><v></v>";
    let alone = Sheet::new("一").raw("A1", "t=\"str\"", empty);
    assert_eq!(one(&xlsx(&[alone])).cell(0, 0).kind, CellKind::Uncalculated);
    let beside = Sheet::new("一")
        .raw("A1", "t=\"str\"", empty)
        .raw("A2", "t=\"str\"", "<f>B2</f><v>张三</v>");
    let grid = one(&xlsx(&[beside]));
    assert_eq!(texts(&grid), [[("张三", CellKind::Text)]]);

    let mut binary = Binary::new();
    binary
        .formula(0, 0, None, None)
        .formula(1, 0, Some(0.0), None)
        .formula(2, 0, None, Some(""));
    let kinds: Vec<CellKind> = texts(&one(&compound(&binary.stream())))
        .iter()
        .map(|row| row[0].1)
        .collect();
    assert_eq!(kinds, [CellKind::Uncalculated; 3]);
    binary.formula(3, 0, None, Some("张三"));
    assert_eq!(
        texts(&one(&compound(&binary.stream()))).last().unwrap(),
        &[("张三", CellKind::Text)]
    );
}

#[test]
fn what_is_seen_is_read_and_what_is_not_is_marked() {
    let styles = "<numFmts count=\"1\"><numFmt numFmtId=\"176\" formatCode=\"000000\"/></numFmts>\
        <fonts count=\"2\"><font/><font><strike/></font></fonts>\
        <cellXfs count=\"4\"><xf/><xf numFmtId=\"176\"/><xf fontId=\"1\"/><xf numFmtId=\"14\"/></cellXfs>";
    let sheet = Sheet::new("2018年")
        .hidden()
        .styles(styles)
        .raw("A1", "s=\"1\"", "<v>4</v>")
        .raw("B1", "s=\"3\"", "<v>43864.33443287037</v>")
        .row(2, "hidden=\"1\"")
        .raw("A2", "t=\"inlineStr\"", "<is><r><t>张</t></r><r><t xml:space=\"preserve\"> 三</t></r><rPh sb=\"0\" eb=\"1\"><t>zhang</t></rPh></is>")
        .raw("A3", "s=\"2\"", "<v>13800005678</v>")
        .raw("B3", "t=\"inlineStr\"", "<is><r><rPr><strike/></rPr><t>搬走</t></r></is>")
        .raw("A6", "t=\"inlineStr\"", "<is><r><rPr><strike/></rPr><t>戚旧</t></r><r><t>戚新</t></r></is>")
        .merge("A4:B5");
    let grid = one(&xlsx(&[sheet]));
    assert!(
        !grid.cell(5, 0).struck,
        "what was replaced is gone, what replaced it stands"
    );
    assert!(grid.is_hidden() && grid.is_row_hidden(1) && !grid.is_row_hidden(0) && grid.is_row_struck(2));
    assert_eq!(
        texts(&grid),
        [
            vec![("000004", CellKind::Text), ("2020-02-03T08:01:35", CellKind::Date)],
            vec![("张 三", CellKind::Text)],
            vec![("13800005678", CellKind::Number), ("搬走", CellKind::Text)],
            vec![("戚新", CellKind::Text)],
        ]
    );
    assert_eq!(grid.merges().len(), 1);

    let mut binary = Binary::new();
    binary
        .hide_sheet()
        .font(false)
        .font(true)
        .format(164, "00-000")
        .style(0, 164)
        .style(1, 0)
        .style(0, 14);
    binary
        .hidden_row(1)
        .number(0, 0, 0, 4_012.0)
        .label(1, 0, 1, "搬走")
        .rk(2, 0, 2, 43_864)
        .merge(4, 5, 0, 1);
    let grid = one(&compound(&binary.stream()));
    assert!(grid.is_hidden() && grid.is_row_hidden(1) && grid.is_row_struck(1));
    assert_eq!(
        texts(&grid),
        [
            [("04-012", CellKind::Text)],
            [("搬走", CellKind::Text)],
            [("2020-02-03", CellKind::Date)]
        ]
    );
    assert_eq!(grid.merges().len(), 1);
}

#[test]
fn other_files_named_xls_are_read() {
    let head: String = HEAD.iter().map(|cell| format!("<th>{cell}</th>")).collect();
    let page = |charset: &str| {
        format!(
            "<html><head><meta charset=\"{charset}\"><style>td {{ mso-number-format:\"<td>\"; }}</style></head><body>\
             <table><tr><td>导航</td><td><table border=1><tr>{head}</tr>\n<tr><td>张&nbsp;三<td x:num=\"13800005678\">1.38E+10<td rowspan=2>101\n\
             <tr style='display:none'><td><s>李四</s><td>139<br>0000</tr></table></td></tr></table></body></html>"
        )
    };
    let gbk = encoding_rs::GB18030.encode(&page("gb2312")).0.into_owned();
    let quoted: String = page("utf-8").bytes().map(|byte| format!("={byte:02X}")).collect();
    let archive = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=\"=_a\"\r\n\r\n--=_a\r\nContent-Type: text/html;\r\n charset=\"utf-8\"\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{quoted}\r\n--=_a\r\nContent-Type: image/png\r\n\r\nx\r\n--=_a--\r\n"
    );
    let attribute = page("utf-8").replace("style='display:none'", "hidden");
    for bytes in [
        page("utf-8").into_bytes(),
        attribute.into_bytes(),
        gbk,
        archive.into_bytes(),
    ] {
        let grids = read_workbook("名册.xls", &bytes).unwrap();
        let grid = &grids[0];
        let seen = |row| [0, 1, 2].map(|column| grid.seen(row, column).text);
        assert_eq!(
            [seen(0), seen(1), seen(2)],
            [HEAD, ["张 三", "13800005678", "101"], ["李四", "139\n0000", "101"]]
        );
        assert!(grid.is_row_hidden(2) && grid.cell(2, 0).struck);
    }
    let cell = |kind: &str, text: &str| format!("<Cell><Data ss:Type=\"{kind}\">{text}</Data></Cell>");
    let xml = format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Styles><Style ss:ID=\"s1\"><NumberFormat ss:Format=\"0000\"/></Style></Styles>\
         <Worksheet ss:Name=\"旧\"><Table><Row>{}</Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>\
         <Worksheet ss:Name=\"居民\"><Table><Row ss:Index=\"2\">{}<Cell ss:Index=\"4\" ss:StyleID=\"s1\"><Data ss:Type=\"Number\">7</Data></Cell></Row>\
         <Row ss:Hidden=\"1\"><Cell ss:Formula=\"=R1C1\"/>{}</Row></Table></Worksheet></Workbook>",
        cell("String", "a"),
        cell("String", "张&amp;三"),
        cell("DateTime", "2020-02-03T08:01:02.000"),
    );
    let grids = read_workbook("居民.xls", xml.as_bytes()).unwrap();
    assert!(grids[0].is_hidden() && !grids[1].is_hidden());
    assert_eq!((grids[1].cell(1, 0).text, grids[1].cell(1, 3).text), ("张&三", "0007"));
    assert_eq!(
        (grids[1].cell(2, 0).kind, grids[1].cell(2, 1).text),
        (CellKind::Uncalculated, "2020-02-03T08:01:02")
    );
    assert!(grids[1].is_row_hidden(2));
    // A script's own: no container, no list of sheets, texts in the code page.
    let label = |row: u16, text: &str| {
        let text = encoding_rs::GB18030.encode(text).0;
        let words = [0x0204, 8 + text.len() as u16, row, 0, 0, text.len() as u16].map(u16::to_le_bytes);
        [&words.concat()[..], &text].concat()
    };
    let start = [0x0809u16, 8, 0, 0x10, 0, 0].map(u16::to_le_bytes).concat();
    let script = [start, label(0, "姓名"), label(1, "张三"), vec![0x0a, 0, 0, 0]].concat();
    assert_eq!(
        texts(&one(&script)),
        [[("姓名", CellKind::Text)], [("张三", CellKind::Text)]]
    );
    let rows = "<table:table-row table:visibility=\"collapse\"><table:table-cell office:value-type=\"float\" office:value=\"4\"><text:p>0004</text:p></table:table-cell>\
        <table:covered-table-cell/><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"2\"><office:annotation><text:p>批注</text:p></office:annotation>\
        <text:p>张<text:s text:c=\"2\"/>三</text:p></table:table-cell><table:table-cell office:value-type=\"time\" office:time-value=\"PT14H05M00S\"><text:p>14:05</text:p></table:table-cell></table:table-row>";
    let grid = one(&ods(rows));
    assert_eq!(
        texts(&grid),
        [[
            ("0004", CellKind::Text),
            ("张  三", CellKind::Text),
            ("张  三", CellKind::Text),
            ("14:05:00", CellKind::Date)
        ]]
    );
    assert_eq!(grid.row(0).map(|(column, _)| column).collect::<Vec<_>>(), [0, 2, 3, 4]);
    assert!(grid.is_row_hidden(0));
}

#[test]
fn what_cannot_be_read_is_named_with_the_way_out() {
    let dbf = [&[0x03, 120, 2, 3, 1, 0, 0, 0, 65, 0, 12, 0][..], &[0; 52], b"\x0d"].concat();
    for (bytes, words) in [
        (
            zip(&[("名册.xlsx", b"x"), ("照片/", b"")]),
            ["压缩包", "名册.xlsx", "解压"],
        ),
        (
            zip(&[("word/document.xml", b"x"), ("[Content_Types].xml", b"x")]),
            ["Word", "另存", "xlsx"],
        ),
        (
            zip(&[("xl/workbook.bin", b"x"), ("[Content_Types].xml", b"x")]),
            ["xlsb", "另存", "xlsx"],
        ),
        (dbf, ["dbf", "WPS", "另存"]),
        (b"%PDF-1.7".to_vec(), ["PDF", "另存", "xlsx"]),
        (
            b"<html><body>\xe6\x97\xa0</body></html>".to_vec(),
            ["网页", "另存", "xlsx"],
        ),
        (b"<?xml version=\"1.0\"?><a/>".to_vec(), ["XML", "另存", "xlsx"]),
        (b"\0\0\x01\x02\x03\xff".to_vec(), ["不是能识别的表格", "另存", "xlsx"]),
    ] {
        let said = refusal(&bytes);
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    }
    let mut secret = Binary::new();
    secret.enciphered();
    let said = refusal(&compound(&secret.stream()));
    assert!(said.contains("密码") && said.contains("另存"), "{said}");
}

/// The files were made with another program's implementation of the two schemes; their password is 123456.
#[test]
fn a_workbook_with_a_password_opens_with_it() {
    for bytes in [
        &include_bytes!("data/agile.xlsx")[..],
        include_bytes!("data/standard.xlsx"),
    ] {
        assert!(matches!(
            read_workbook("a", bytes),
            Err(SheetError::PasswordNeeded { .. })
        ));
        assert!(matches!(
            unlock("a", bytes.to_vec(), "12345"),
            Err(SheetError::PasswordWrong { .. })
        ));
        let plain = unlock("a", bytes.to_vec(), "123456").unwrap();
        assert_eq!(one(&plain).cell(1, 0).text, "张三");
    }
    let open = xlsx(&[Sheet::new("名册").text("A1", "姓名")]);
    assert_eq!(
        unlock("a", open.clone(), "123456").unwrap(),
        open,
        "one without a password stays"
    );
}

#[test]
fn damaged_files_are_refused_and_never_end_the_program() {
    let mut binary = Binary::new();
    binary
        .font(false)
        .style(0, 0)
        .label(0, 0, 0, "姓名")
        .formula(1, 0, None, Some("张三"))
        .number(2, 0, 0, 1.0);
    for whole in [
        compound(&binary.stream()),
        binary.stream(),
        xlsx(&[Sheet::new("名册").text("A1", "姓名")]),
    ] {
        for at in (0..whole.len()).step_by(whole.len() / 200 + 1) {
            let _ = read_workbook("a", &whole[..at]);
            let mut flipped = whole.clone();
            flipped[at] ^= 0xff;
            let _ = read_workbook("a", &flipped);
        }
    }
}
