//! What nothing can print, in the log already: it keeps nobody's paper from the printer, no row from a sheet, and steers
//! no terminal.

use std::process::Command;

use linli_domain::record::Field;
use linli_domain::round::{RoundDefinition, RoundKey};
use serde_json::Value;

use crate::district::TestDistrict;
use crate::office::Office;

/// Control and direction, codes that are no characters, somebody's own, pictures, lines within a line, and far too long.
const NASTY: [&str; 7] = [
    "甲\u{1}\u{1b}[2J乙",
    "\u{202e}号21\u{2066}",
    "\u{fdd0}\u{fdd1}\u{ffff}",
    "\u{e001}\u{fffd}",
    "🏠☎\u{20e3}🏠",
    "一\n二\r\n三\u{b}四\u{2028}五\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    "ئ,ئ,ئ,ئ,ئ,ئ,ئ,ئ,ئ,ئ",
];

fn round() -> RoundDefinition {
    RoundDefinition {
        campaign: "口罩预约".into(),
        number: 1,
        title: "第1轮口罩预约".into(),
        key: RoundKey::Address,
        quota: 60,
        max_quantity: 5,
        opens: "2020-02-02T08:00".into(),
        closes: "2020-02-04T20:00".into(),
        collect_from: None,
        collect_until: None,
        exclude_earlier: false,
        pick_ups: Vec::new(),
        district: false,
        templates: Vec::new(),
    }
}

/// The program as a person runs it: its lines.
fn lines(office: &Office, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linli"));
    command
        .arg("--data")
        .arg(office.path("data"))
        .arg("--password-file")
        .arg(office.path("password"));
    let output = command.args(arguments).current_dir(office.path(".")).output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&both));
    String::from_utf8(both).unwrap()
}

/// Two rows that are as they should be, and one of everything that is not in every field.
fn committee_with_nasty_rows() -> (TestDistrict, Office, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let district = TestDistrict::start(folder.path());
    let office = Office::empty();
    office.run(&["init", "--committee", "牡丹一居", "--actor", "董敏"]);
    office.run(&[
        "join",
        &district.url(),
        &district.code(),
        "--name",
        "前台",
        "--actor",
        "董敏",
    ]);
    district.open_round(round());
    let long = "很长".repeat(400);
    let texts = NASTY.iter().copied().chain([long.as_str(), "张三", "李四"]);
    for (seed, text) in (1..).zip(texts) {
        let fields = [
            Field::Name,
            Field::Estate,
            Field::Building,
            Field::Unit,
            Field::Room,
            Field::PickUp,
            Field::Note,
        ];
        let quantity = [(Field::Quantity, "1"), (Field::RegisteredAt, "2020-02-02T09:00:00")];
        let fields: Vec<(Field, &str)> = fields.map(|field| (field, text)).into_iter().chain(quantity).collect();
        district.registered_by_an_older_program(seed, &fields);
    }
    // The right to issue and the numbers come with the second.
    office.run(&["sync"]);
    office.output(&["round", "vouchers", "1", "-o", &office.text("凭证.pdf")]);
    office.run(&["sync"]);
    (district, office, folder)
}

#[test]
fn one_row_keeps_no_paper_and_no_export_from_the_others() {
    let (_district, office, _folder) = committee_with_nasty_rows();
    let all = NASTY.len() as u64 + 3;
    let papers = [
        &["round", "vouchers", "1", "--reprint"][..],
        &["round", "handout", "1"],
        &["notice", "round", "1", "--building", "all"],
    ];
    for paper in papers {
        let path = office.text("纸.pdf");
        let done = office.run(&[paper, &["-o", &path]].concat());
        let left: Vec<String> = done["by_hand"]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string)
            .collect();
        assert!(left.len() >= NASTY.len(), "{paper:?}: each is named: {left:?}");
        assert!(left.iter().any(|row| row.contains("“U+0001”")), "{left:?}");
        assert!(
            left.iter().all(|row| !row.contains('\u{202e}')),
            "and not by what misleads: {left:?}"
        );
        assert!(
            !left.iter().any(|row| row.contains("张三")),
            "the others are as they are"
        );
    }
    for which in ["all", "to-notify", "notified"] {
        let path = office.text("表.xlsx");
        let done = office.run(&["round", "export", "1", which, "-o", &path]);
        if which == "all" {
            assert_eq!(done["rows"], all);
            let altered = done["altered"].to_string();
            for column in ["姓名", "小区", "楼栋", "室号", "领取点", "备注"] {
                assert!(altered.contains(&format!("“{column}”")), "{altered}");
            }
            let bytes = std::fs::read(&path).unwrap();
            let grid = linli_documents::sheet::read_workbook("表.xlsx", &bytes)
                .unwrap()
                .remove(0);
            let names: Vec<&str> = (2..2 + all as u32).map(|row| grid.cell(row, 2).text).collect();
            assert!(names.contains(&"甲□□[2J乙") && names.contains(&"张三"), "{names:?}");
        }
    }
}

#[test]
fn nothing_steers_a_terminal() {
    let (_district, office, _folder) = committee_with_nasty_rows();
    let steers = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || ('\u{202a}'..='\u{202e}').contains(&c);
    for arguments in [&["round", "check", "1"][..], &["--json", "round", "check", "1"]] {
        let printed = lines(&office, arguments);
        assert!(!printed.contains(steers), "{printed:?}");
        assert!(printed.contains("202e"), "but is shown: {printed}");
    }
    let json = lines(&office, &["--json", "round", "check", "1"]);
    let parsed: Value = serde_json::from_str(&json).unwrap();
    assert!(parsed.to_string().contains('\u{202e}'), "JSON says the same: {parsed}");
}
