//! Sheets as offices have them: every format, every kind of document, only some columns.

use serde_json::Value;

use crate::office::Office;

/// One person of each kind of document; the numbers are examples of standards and authorities, or never issued.
const DOCUMENTS: &str = "\
姓名,证件类型,证件号码,手机,门牌
陈一,居民身份证,11010519491231002X,13800005678,1号101
陈二,身份证,110105500101002,13800005679,1号102
陈三,港澳居民居住证,810000199001010019,13800005680,1号103
Smith John,护照,912803456,,1号104
陈五,护照,E12345678,,1号104
Kim,外国人永久居留身份证,911124198108030024,,1号105
Park,永居证,USA110080010101,,1号105
陈八,回乡证,H12345678,,1号106
陈九,台胞证,12345678,,1号106
陈十,无,无,,1号107
陈空,,,,1号107
错一,居民身份证,110105194912310021,13800005681,1号108
错二,港澳居民居住证,810000199001010011,13800005682,1号108
错三,护照,E1-2,13800005683,1号108
错四,居民身份证,100105194912310021,13800005684,1号108
错五,居民身份证,11010519491331002X,13800005685,1号108
";

/// Row and code of each problem.
fn problems(report: &Value) -> Vec<(u64, &str)> {
    report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (problem["row"].as_u64().unwrap(), problem["code"].as_str().unwrap()))
        .collect()
}

#[test]
fn each_kind_of_document_has_its_own_rules() {
    let office = Office::with_sample(1);
    std::fs::write(office.path("证件.csv"), DOCUMENTS).unwrap();
    let report = office.run(&["roster", "import", "证件.csv"]);
    let invalid: Vec<(u64, &str)> = (13..=17).map(|row| (row, "document_invalid")).collect();
    assert_eq!(problems(&report), invalid);
    let texts: Vec<&str> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["text"].as_str().unwrap())
        .collect();
    for (text, why) in texts
        .iter()
        .zip(["校验不通过", "校验不通过", "护照号码", "地区码", "出生日期"])
    {
        assert!(text.contains(why), "{text}");
    }
    for (name, kind) in [
        ("陈二", "resident_id"),
        ("陈三", "hk_mo_tw_residence"),
        ("Smith", "passport"),
        ("Kim", "foreign_permanent_resident"),
        ("陈九", "tw_permit"),
        ("陈十", "missing"),
        ("陈空", "missing"),
    ] {
        let found = office.run(&["roster", "find", name]);
        assert_eq!(found[0]["document_kind"], kind, "{name}: {found}");
    }
}

#[test]
fn every_encoding_and_separator_reads_the_same() {
    let office = Office::with_sample(1);
    let rare = DOCUMENTS.replace("陈一", "陈䶮");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let (gb18030, ..) = encoding_rs::GB18030.encode(&rare);
    let files: [(&str, Vec<u8>); 5] = [
        ("utf8.csv", rare.clone().into_bytes()),
        ("bom.csv", [b"\xef\xbb\xbf", rare.as_bytes()].concat()),
        ("gb18030.csv", gb18030.into_owned()),
        ("utf16.csv", [vec![0xff, 0xfe], wide(&rare)].concat()),
        ("tabs.txt", rare.replace(',', "\t").into_bytes()),
    ];
    for (place, (name, bytes)) in files.iter().enumerate() {
        std::fs::write(office.path(name), bytes).unwrap();
        let report = office.run(&["roster", "import", name]);
        let key = if place == 0 { "added" } else { "unchanged" };
        assert_eq!(report[key], 16, "{name}: {report}");
    }
    assert_eq!(office.run(&["roster", "find", "陈䶮"])[0]["name"], "陈䶮");
}

/// Notices, rounds and passwords come from the same editors as sheets do; a byte-order mark is part of none.
#[test]
fn text_files_are_read_in_the_encoding_they_were_saved_in() {
    let office = Office::with_sample(1);
    let round = std::fs::read_to_string(office.path("sample/round-1.toml")).unwrap();
    let gb18030 = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let utf16 = |text: &str| {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    type Encode<'e> = &'e dyn Fn(&str) -> Vec<u8>;
    let encodings: [Encode; 3] = [&gb18030, &utf16, &marked];
    for (number, encode) in (2..).zip(encodings) {
        std::fs::write(office.path("口令.txt"), encode("邻里密码-1\r\n")).unwrap();
        std::fs::write(
            office.path("轮次.toml"),
            encode(&round.replace("number = 1", &format!("number = {number}"))),
        )
        .unwrap();
        office.run(&[
            "--password-file",
            &office.text("口令.txt"),
            "round",
            "open",
            "轮次.toml",
        ]);
        let shown = office.run(&["round", "show", &number.to_string()]);
        assert!(shown.to_string().contains("口罩"), "{shown}");
    }
}

#[test]
fn a_sheet_with_a_password_asks_for_it_and_opens_with_it() {
    let office = Office::with_sample(1);
    let secret = concat!(env!("CARGO_MANIFEST_DIR"), "/../documents/tests/data/agile.xlsx");
    assert_eq!(office.refusal(&["roster", "import", secret]), "sheet_password");
    let with = |password: &str| {
        std::fs::write(office.path("表格口令.txt"), password).unwrap();
        ["roster", "import", secret, "--sheet-password-file", "表格口令.txt"]
    };
    assert_eq!(office.refusal(&with("12345")), "sheet_password_wrong");
    assert_eq!(office.run(&with("123456"))["added"], 1);
}

/// `data/roster.xls` was written by xlwt: a merged title, an ID number that Excel made a number, full width, two
/// phones, building and room the wrong way round twice, and a building merged over two people.
#[test]
fn an_old_xls_is_read_with_its_damage_and_its_merged_cells() {
    let office = Office::with_sample(1);
    let xls = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/roster.xls");
    let report = office.run(&["roster", "import", xls]);
    assert_eq!((&report["rows"], &report["added"]), (&6.into(), &6.into()), "{report}");
    let expected = [
        (4, "number_damaged"),
        (5, "full_width"),
        (5, "two_phones"),
        (5, "swapped"),
        (6, "swapped"),
    ];
    assert_eq!(problems(&report), expected);
    for (name, room) in [
        ("王㛃", "1-101"),
        ("李雷", "1-102"),
        ("钱多", "3-302"),
        ("孙一", "5-501"),
        ("孙二", "5-502"),
    ] {
        assert_eq!(office.run(&["roster", "find", name])[0]["room"], room, "{name}");
    }
}

/// A list of new phone numbers changes phone numbers, whatever else stands in it; people it does not know are added.
#[test]
fn only_the_columns_asked_for_are_updated() {
    let office = Office::with_sample(1);
    std::fs::write(
        office.path("名册.csv"),
        "姓名,手机,户籍地址,楼栋,室号\n陈一,13800005678,旧路1号,1号,101\n",
    )
    .unwrap();
    office.run(&["roster", "import", "名册.csv"]);
    let news = "姓名,新号,搬自,楼栋,室号\n陈一,13911112222,新路1号,1号,101\n陈二,13911112223,新路2号,1号,102\n";
    std::fs::write(office.path("新号.csv"), news).unwrap();
    let before = office.state();
    let arguments = [
        "roster",
        "import",
        "新号.csv",
        "--map",
        "新号=phone",
        "--map",
        "C=户籍地址",
        "--only",
        "phone",
    ];
    let dry = office.run(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!(
        (&dry["updated"], &dry["added"], &dry["batch"]),
        (&1.into(), &1.into(), &Value::Null),
        "{dry}"
    );
    assert_eq!(office.state(), before, "a dry run writes nothing");
    office.run(&arguments);
    let found = office.run(&["roster", "find", "13911112222"]);
    assert_eq!(
        (found.as_array().unwrap().len(), &found[0]["name"]),
        (1, &"陈一".into())
    );
    office.run(&["roster", "export", "-o", "台账.xlsx"]);
    let exported = std::fs::read(office.path("台账.xlsx")).unwrap();
    let sheet = &linli_documents::sheet::read_workbook("台账.xlsx", &exported).unwrap()[0];
    let row = |name: &str| {
        let row = (2..sheet.height())
            .find(|row| sheet.cell(*row, 6).text == name)
            .unwrap();
        [sheet.cell(row, 11).text.to_owned(), sheet.cell(row, 13).text.to_owned()]
    };
    assert_eq!(row("陈一"), ["13911112222", "旧路1号"], "another column is left alone");
    assert_eq!(
        row("陈二"),
        ["13911112223", "新路2号"],
        "who is new comes with all there is"
    );
    office.run(&["undo"]);
    assert_eq!(office.state(), before);
    for wrong in [["--map", "新号"], ["--map", "新号=blood"], ["--only", "blood"]] {
        let output = office.output(&[&["roster", "import", "新号.csv"], &wrong[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?} is wrong usage");
    }
    office.refusal(&["roster", "import", "新号.csv", "--map", "没有的列=phone"]);
}

/// Whoever made the parser says it in English: the clerk is told what to do in hers.
#[test]
fn what_cannot_be_read_is_said_in_the_clerk_s_words() {
    let office = Office::with_sample(1);
    let cut = std::fs::read(office.path("sample/roster.xlsx")).unwrap();
    let compound = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]
        .into_iter()
        .chain([0; 600])
        .collect();
    let round = std::fs::read_to_string(office.path("sample/round-1.toml")).unwrap();
    let line = |with: &str| {
        round
            .lines()
            .filter(|line| !line.starts_with(with))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let files: [(&str, Vec<u8>, &str); 5] = [
        ("没传完.xlsx", cut[..cut.len() / 2].to_vec(), "没有传完"),
        ("旧表.xls", compound, "没有传完"),
        ("~$名册.xlsx", vec![0; 165], "请选“名册.xlsx”"),
        ("缺.toml", line("quota").into_bytes(), "缺少 quota 这一项"),
        (
            "错.toml",
            format!("{}\nquota = 三百\n", line("quota")).into_bytes(),
            "行“quota = 三百”",
        ),
    ];
    for (name, bytes, words) in files {
        std::fs::write(office.path(name), bytes).unwrap();
        let what: &[&str] = if name.ends_with("toml") {
            &["round", "open"]
        } else {
            &["roster", "import"]
        };
        let output = office.output(&[what, &[&office.text(name)]].concat());
        let said = String::from_utf8_lossy(&output.stderr).replace(&office.text(""), "");
        assert!(!output.status.success() && said.contains(words), "{name}: {said}");
        let foreign = ["error", "find", "EOCD", "Invalid", "expected", "missing"];
        assert!(!foreign.iter().any(|word| said.contains(word)), "{name}: {said}");
    }
}
