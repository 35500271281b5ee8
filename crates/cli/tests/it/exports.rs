//! A round's three exports as other programs read them: rows and types as the state has them, and how they print.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use linli_documents::sheet::read_workbook;
use linli_domain::round::AGAIN_COLUMN;
use linli_domain::time::Moment;
use linli_domain::voucher;
use serde_json::{Value, json};

use crate::office::Office;

const HEADINGS: &str = "序号、预约号、姓名、证件类型、证件号码、手机号码、小区、楼栋、室号、预约数量、预约时间、登记来源、\
                        核查结果、审核状态、审核人、审核时间、通知方式、通知时间、凭证号、领取点、领取时间、备注";
const CALL_RESULT: &str = "接通情况";
/// Stands in expected rows for a time between the test's beginning and now.
const JUST_NOW: &str = "@just now";

/// Cells as texts; a number is marked `#`, a date with time `@`.
type Cells = Vec<Vec<String>>;

#[test]
fn the_three_exports_read_elsewhere_as_the_state_has_them() {
    let begun = minute();
    let office = Office::with_round(150);
    let submitted = &calamine(&office.path("sample/reservations-1.xlsx"))[1..];
    let mut told = Told::default();
    office.run(&["round", "pass", "1", "--clear"]);
    let passed = is_passed(&office);
    assert!(passed.contains(&true) && passed.contains(&false), "the round has both");
    let to_notify = export(&office, "to-notify", "待通知购买");
    let expected = rows(&office, submitted, &passed, &told, true);
    compare(
        &office,
        &to_notify,
        &begun,
        &headed("待通知购买", Some(CALL_RESULT), expected),
    );

    office.run(&["round", "notify", "1", "--by", "phone"]);
    office.run(&["round", "vouchers", "1", "-o", &office.text("凭证.pdf")]);
    office.run(&["round", "collect", "1", "--voucher", &voucher::number(1, 1), "--anyway"]);
    told = Told {
        passed: true,
        served: 1,
    };
    for (which, name, further) in [("notified", "已通知购买", None), ("all", "全表", Some(AGAIN_COLUMN))] {
        let file = export(&office, which, name);
        let expected = rows(&office, submitted, &passed, &told, further.is_none());
        compare(&office, &file, &begun, &headed(name, further, expected));
    }
}

/// How far the round has come.
#[derive(Default)]
struct Told {
    /// All who passed were told by telephone and have vouchers.
    passed: bool,
    /// So many vouchers were served.
    served: u32,
}

/// Writes an export; its file.
fn export(office: &Office, which: &str, name: &str) -> String {
    let file = format!("{name}.xlsx");
    office.run(&["round", "export", "1", which, "-o", &office.text(&file)]);
    file
}

/// Whether "pass all without findings" took each reservation.
fn is_passed(office: &Office) -> Vec<bool> {
    let checked = office.run(&["round", "check", "1"]);
    let clear = |one: &Value| {
        one["findings"]
            .as_array()
            .unwrap()
            .iter()
            .all(|finding| finding["blocking"] == false)
    };
    checked.as_array().unwrap().iter().map(clear).collect()
}

/// The rows of those who passed, or of all, from what was submitted and what has been done since.
fn rows(office: &Office, submitted: &[Vec<String>], passed: &[bool], told: &Told, only_passed: bool) -> Cells {
    let checked = office.run(&["round", "check", "1"]);
    let mut rows = Cells::new();
    let mut serial = 0;
    for ((sheet, check), passed) in submitted.iter().zip(checked.as_array().unwrap()).zip(passed) {
        serial += u32::from(*passed);
        if !passed && only_passed {
            continue;
        }
        let [
            at,
            name,
            kind,
            document,
            phone,
            estate,
            building,
            room,
            quantity,
            source,
        ] = sheet.as_slice()
        else {
            panic!("{sheet:?}")
        };
        let findings: Vec<&str> = check["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|finding| finding["text"].as_str())
            .collect();
        let when = |happened: bool, text: &str| if happened { text.to_owned() } else { String::new() };
        let told_them = *passed && told.passed;
        let near = ["1号", "2号", "3号"].contains(&building.as_str());
        rows.push(vec![
            format!("#{}", rows.len() + 1),
            check["number"].as_str().unwrap().to_owned(),
            name.clone(),
            if document.is_empty() {
                String::new()
            } else {
                kind.clone()
            },
            document.clone(),
            phone.clone(),
            estate.clone(),
            building.clone(),
            room.clone(),
            format!("#{quantity}"),
            format!("@{}", &at[..16]),
            source.clone(),
            if findings.is_empty() {
                "未发现问题".to_owned()
            } else {
                findings.join("；")
            },
            (if *passed { "通过" } else { "待审核" }).to_owned(),
            when(*passed, "管理员"),
            when(*passed, JUST_NOW),
            when(told_them, "电话"),
            when(told_them, JUST_NOW),
            when(told_them, &voucher::number(1, serial)),
            (if near { "居委会服务站" } else { "德州药房" }).to_owned(),
            when(told_them && serial <= told.served, JUST_NOW),
            String::new(),
        ]);
    }
    assert!(rows.len() > 10, "{}", rows.len());
    rows
}

/// Title and headings over the rows; two of the lists have a column more, with nothing in it here.
fn headed(name: &str, further: Option<&str>, rows: Cells) -> Cells {
    let headings: Vec<String> = HEADINGS.split('、').chain(further).map(str::to_owned).collect();
    let mut title = vec![String::new(); headings.len()];
    title[0] = format!("第1轮口罩预约登记购买（{name}）");
    let rows = rows.into_iter().map(|mut row| {
        row.resize(headings.len(), String::new());
        row
    });
    [title, headings.clone()].into_iter().chain(rows).collect()
}

/// Reads the file with every program there is, and compares cells, types and print settings.
fn compare(office: &Office, file: &str, begun: &str, expected: &Cells) {
    let path = office.path(file);
    assert_same("calamine", just_now(calamine(&path), begun), expected);
    prints_on_a4_with_its_headings(&path);
    match std::env::var("LINLI_READERS_PYTHON") {
        Ok(python) => {
            let read = openpyxl(&python, &path);
            assert_same(
                "openpyxl",
                just_now(serde_json::from_value(read["cells"].clone()).unwrap(), begun),
                expected,
            );
            let settings = json!({
                "paper": 9, "orientation": "landscape", "fit_to_width": true, "repeated_rows": "$1:$2",
                "frozen_at": "A3", "footer": "第 &P 页 / 共 &N 页",
            });
            assert_eq!(read["print"], settings);
        }
        Err(_) => eprintln!("SKIPPED: openpyxl, LINLI_READERS_PYTHON names no Python (cargo xtask test does)"),
    }
    match libreoffice(office, file) {
        // A csv has no types: the marks go, and what was just now is text like any other.
        Some(cells) => {
            let shown = |cells: &Cells| -> Cells {
                cells
                    .iter()
                    .map(|row| row.iter().map(|cell| cell.replace(['#', '@'], "")).collect())
                    .collect()
            };
            assert_same("LibreOffice", cells, &shown(&calamine(&path)));
        }
        None => eprintln!("SKIPPED: LibreOffice, there is no soffice here"),
    }
}

fn assert_same(program: &str, read: Cells, expected: &Cells) {
    for (row, (read, expected)) in read.iter().zip(expected).enumerate() {
        assert_eq!(read, expected, "{program}, row {}", row + 1);
    }
    assert_eq!(read.len(), expected.len(), "{program}");
}

fn calamine(path: &Path) -> Cells {
    let mut workbook: Xlsx<_> = calamine::open_workbook(path).unwrap();
    let range = workbook.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(|row| row.iter().map(noted).collect()).collect()
}

fn noted(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Int(number) => format!("#{number}"),
        Data::Float(number) => format!("#{number}"),
        Data::DateTime(at) => at.as_datetime().unwrap().format("@%Y-%m-%d %H:%M").to_string(),
        other => panic!("{other:?}"),
    }
}

fn openpyxl(python: &str, path: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/readers/read_export.py");
    let output = Command::new(python).arg(script).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The sheet as LibreOffice shows it, through its csv export (comma, quotes, UTF-8).
fn libreoffice(office: &Office, file: &str) -> Option<Cells> {
    let profile = format!("-env:UserInstallation=file://{}", office.text("soffice"));
    let converted = Command::new("soffice")
        .args([
            &profile,
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1",
            "--outdir",
        ])
        .args([office.path("csv"), office.path(file)])
        .output()
        .ok()?;
    assert!(
        converted.status.success(),
        "{}",
        String::from_utf8_lossy(&converted.stderr)
    );
    let csv = std::fs::read(office.path("csv").join(file).with_extension("csv")).unwrap();
    let grid = &read_workbook("csv", &csv).unwrap()[0];
    let row = |row| {
        (0..grid.width())
            .map(|column| grid.cell(row, column).text.to_owned())
            .collect()
    };
    Some((0..grid.height()).map(row).collect())
}

/// A4, landscape, as wide as the paper, headings on every page and in sight, and numbered pages.
fn prints_on_a4_with_its_headings(path: &Path) {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut part = |name: &str| {
        let mut xml = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
        xml
    };
    let (sheet, workbook) = (part("xl/worksheets/sheet1.xml"), part("xl/workbook.xml"));
    for setting in [
        r#"<pageSetUpPr fitToPage="1"/>"#,
        r#"<pageSetup paperSize="9" fitToHeight="0" orientation="landscape""#,
        r#"<pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/>"#,
        "<oddFooter>&amp;C第 &amp;P 页 / 共 &amp;N 页</oddFooter>",
    ] {
        assert!(sheet.contains(setting), "{setting} in {}", path.display());
    }
    let titles = workbook
        .split("_xlnm.Print_Titles")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    assert!(titles.is_some_and(|titles| titles.ends_with("!$1:$2")), "{titles:?}");
}

/// Times since the test began, up to now, as [`JUST_NOW`].
fn just_now(cells: Cells, begun: &str) -> Cells {
    let now = minute();
    let recent = |cell: &str| {
        cell.strip_prefix('@')
            .is_some_and(|at| (begun..=now.as_str()).contains(&at))
    };
    let name = |cell: String| if recent(&cell) { JUST_NOW.to_owned() } else { cell };
    cells
        .into_iter()
        .map(|row| row.into_iter().map(name).collect())
        .collect()
}

/// The minute it is here, as sheets have it.
fn minute() -> String {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Moment(since.as_millis() as i64).minutes_text()
}
