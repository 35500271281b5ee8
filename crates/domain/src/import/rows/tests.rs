use super::*;
use crate::import::propose_in;

mod written;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 2, 2).unwrap()
}

fn import(rows_in: &[&[&str]], kind: ImportKind) -> Vec<ImportRow> {
    let grid: Grid = rows_in.iter().copied().collect();
    let mapping = propose_in(&grid, kind).unwrap();
    Reading::new(kind, today()).rows(&grid, &mapping).collect()
}

fn codes(row: &ImportRow) -> Vec<ProblemCode> {
    row.problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn a_messy_sheet_is_read_row_by_row() {
    let read = import(
        &[
            &["齐河二居居民名册"],
            &["姓名", "身份证号", "手机", "楼栋", "室号"],
            &["必填", "18位", "11位数字", "如：12号", ""],
            &["张 三", "11010519491231002X", "13800005678", "12", "501"],
            &["李四", "3.10115E+17", "", "同上", "502"],
            &["", "", "", "", ""],
            &["李四", "3.10115E+17", "", "12", "502"],
            &["", "", "13900000009", "", ""],
            &["合计", "2人"],
        ],
        ImportKind::Roster,
    );
    let numbers: Vec<(u32, bool)> = read.iter().map(|row| (row.row, row.skipped)).collect();
    assert_eq!(
        numbers,
        [(3, true), (4, false), (5, false), (7, true), (8, true), (9, true)]
    );
    let first = &read[1];
    assert_eq!(first.fields[&Column::Name], "张三");
    assert_eq!(first.fields[&Column::Sex], "女", "from the ID number");
    assert_eq!(first.fields[&Column::Building], "12号");
    assert_eq!(codes(&read[2]), [ProblemCode::NumberDamaged, ProblemCode::Ditto]);
    let damaged = &read[2].problems[0];
    assert_eq!(
        (damaged.row, damaged.letter.as_str(), damaged.value.as_str()),
        (5, "B", "3.10115E+17")
    );
    assert!(damaged.text().contains("第 5 行 B 列“身份证号”"));
    assert_eq!(codes(&read[4]), [ProblemCode::RowWithoutPerson]);
}

/// A full cell stood whole in what was said of it, several times over.
#[test]
fn what_is_said_of_a_cell_names_its_place_and_repeats_no_more_than_messages_do() {
    let (full, heading) = ("长".repeat(32_767), format!("幸福小区3幢（{}）", "户".repeat(150)));
    let read = import(
        &[
            &["姓名", "身份证号", "手机", "小区", "楼栋", "室号", "备注"],
            &["张三", &full, &full, &full, "1号", "101", &full],
            &[&heading],
            &["李四", "", "", "", "", "102", &"高 ".repeat(200)],
            &[&full, "", "", "", &full],
        ],
        ImportKind::Roster,
    );
    assert_eq!(codes(&read[2]), [ProblemCode::FromOutside]);
    assert!(read[2].problems[0].value.ends_with("…”"), "{:?}", read[2].problems);
    let problems: Vec<&Problem> = read.iter().flat_map(|row| &row.problems).collect();
    assert!(
        problems
            .iter()
            .all(|found| found.bytes() < 2_000 && found.text().chars().count() < 250),
        "{problems:?}"
    );
    let note = problems
        .iter()
        .find(|found| (found.row, found.letter.as_str()) == (2, "G"))
        .unwrap();
    assert_eq!(
        (note.code, note.severity, note.became.as_str()),
        (ProblemCode::TooLong, Severity::Error, "32767")
    );
    assert!(
        note.text()
            .starts_with("第 2 行 G 列“备注”：内容太长（32767 字），没有导入：“长长"),
        "{}",
        note.text()
    );
    assert!(note.value.ends_with("长…"), "{}", note.value);
    assert_eq!(
        read[2].fields[&Column::Note].chars().count(),
        399,
        "what fits is taken whole"
    );
    assert_eq!(
        (read[3].skipped, codes(&read[3]).last()),
        (true, Some(&ProblemCode::RowWithoutPerson))
    );
}

#[test]
fn as_above_copies_the_home_and_nobody_s_identity() {
    let read = import(
        &[
            &["姓名", "身份证号", "手机", "楼栋", "室号"],
            &["甲", "11010519491231002X", "13800005678", "12", "501"],
            &["乙", "同上", "同上", "同上", "同上"],
            &["同上", "/", "无", "同上", "502"],
        ],
        ImportKind::Roster,
    );
    let second = &read[1];
    assert_eq!(
        (&second.fields[&Column::Building], &second.fields[&Column::Room]),
        (&"12号".into(), &"501".into())
    );
    assert!(!second.fields.contains_key(&Column::DocumentNumber) && !second.fields.contains_key(&Column::Phone));
    use ProblemCode::{Ditto, DittoRefused, NameMissing};
    assert_eq!(codes(second), [DittoRefused, DittoRefused, Ditto, Ditto]);
    assert_eq!(codes(&read[2]), [DittoRefused, Ditto, NameMissing]);
}

#[test]
fn repeated_documents_and_conflicts_are_named() {
    let read = import(
        &[
            &["姓名", "性别", "身份证号"],
            &["甲", "男", "11010519491231002X"],
            &["乙", "女", "11010519491231002X"],
        ],
        ImportKind::Roster,
    );
    assert_eq!(codes(&read[0]), [ProblemCode::SexConflict]);
    assert_eq!(codes(&read[1]), [ProblemCode::DuplicateDocument]);
    assert!(read.iter().all(|row| !row.skipped));
}

/// An address with a comma in it and no quotes moves all behind it one column on.
#[test]
fn a_row_longer_than_its_header_is_not_taken_for_what_it_is_not() {
    let header: &[&str] = &["姓名", "楼栋", "室号", "手机"];
    let sound: &[&str] = &["甲", "1号", "101", "13800005678"];
    let moved: &[&str] = &["乙", "1号", "高龄室", "102", "13800005679"];
    let read = import(&[header, sound, sound, moved, sound], ImportKind::Roster);
    assert_eq!(codes(&read[2]), [ProblemCode::RowShifted]);
    assert_eq!(
        (read[2].skipped, read[2].problems[0].value.as_str()),
        (true, "13800005679")
    );
    assert!(!read[0].skipped);
    // A column that everybody has is one without a header.
    let noted: &[&str] = &["乙", "1号", "102", "13800005679", "党员"];
    let read = import(&[header, sound, noted, noted], ImportKind::Roster);
    assert!(!read.iter().flat_map(codes).any(|code| code == ProblemCode::RowShifted));
}

fn places(read: &[ImportRow]) -> Vec<String> {
    let part = |row: &ImportRow, column| row.fields.get(&column).cloned().unwrap_or_default();
    read.iter()
        .filter(|row| !row.skipped)
        .map(|row| [part(row, Column::Building), part(row, Column::Room)].join("-"))
        .collect()
}

#[test]
fn a_heading_belongs_to_the_rows_below_it() {
    let read = import(
        &[
            &["室号", "姓名", "联系电话"],
            &["1号楼"],
            &["101", "甲", "13800005678"],
            &["2号楼", "楼组长：王某", "13900005678"],
            &["101", "乙", "13800005679"],
            &["3号101", "丙", "13800005670"],
        ],
        ImportKind::Roster,
    );
    assert_eq!(places(&read), ["1号楼-101", "2号楼-101", "3号-101"]);
    assert_eq!(codes(&read[1]), [ProblemCode::FromOutside]);
    assert!(read[1].problems[0].text().contains("第 2 行“1号楼”"));
}

/// In whatever writing a heading stands, the rooms below it are not of the building above.
#[test]
fn no_heading_lets_the_rooms_below_into_the_building_above() {
    for (heading, home) in [
        ("【5号楼】", "5号楼-101"),
        ("6号楼：", "6号楼-101"),
        ("7#楼", "7号楼-101"),
        ("8号门", "8号-101"),
        ("第8幢 共20户", "8幢-101"),
        ("东楼", "东楼-101"),
        ("别墅区", "别墅区-101"),
        ("车棚", "车棚-101"),
        ("【底商】", "底商-101"),
        ("三楼", "3号楼-101"),
        ("租户：", "3号楼-101"),
        ("说明：红字为空关", "3号楼-101"),
        ("北区拆迁安置", "-101"),
        ("1号楼、2号楼", "-101"),
    ] {
        for header in [["室号", "姓名", "联系电话"], ["姓名", "室号", "联系电话"]] {
            let row = |name: &'static str| {
                if header[0] == "姓名" {
                    [name, "101", ""]
                } else {
                    ["101", name, ""]
                }
            };
            let read = import(
                &[
                    &header,
                    &["3号楼", "", ""],
                    &row("甲"),
                    &[heading, "", ""],
                    &row("乙"),
                    &["9号楼"],
                    &row("丙"),
                ],
                ImportKind::Roster,
            );
            // Under the header of names, words that name no place may be a person's.
            let person = header[0] == "姓名" && matches!(home, "-101" | "3号楼-101") && !heading.contains('：');
            if !person {
                let people: Vec<&ImportRow> = read
                    .iter()
                    .filter(|row| row.fields.contains_key(&Column::Name))
                    .collect();
                let homes = people.into_iter().cloned().collect::<Vec<_>>();
                assert_eq!(
                    places(&homes),
                    ["3号楼-101", home, "9号楼-101"],
                    "{heading}, {header:?}"
                );
            }
        }
    }
}

#[test]
fn a_room_is_no_home_and_is_told() {
    let read = import(&[&["姓名", "室号"], &["甲", "101"], &["乙", ""]], ImportKind::Roster);
    assert_eq!(codes(&read[0]), [ProblemCode::HomeIncomplete]);
    assert_eq!(read[0].fields[&Column::Address], "101室");
    assert_eq!(codes(&read[1]), [ProblemCode::HomeBlank]);
}

#[test]
fn a_household_is_filled_down_and_nobody_else() {
    let read = import(
        &[
            &["户编号", "楼栋", "室号", "姓名", "与户主关系"],
            &["A1", "1号", "101", "甲", "户主"],
            &["", "", "", "乙", "配偶"],
            &["A2", "", "", "丙", "子"],
            &["", "1号", "102", "丁", "户主"],
            &["", "", "", "戊", "户主"],
            &["", "", "", "己", "女"],
            &["A1", "", "", "庚", ""],
        ],
        ImportKind::Roster,
    );
    assert_eq!(
        places(&read),
        ["1号-101", "1号-101", "-", "1号-102", "-", "-", "1号-101"]
    );
    for (row, expected) in [
        (1, ProblemCode::FilledDown),
        (2, ProblemCode::HomeBlank),
        (4, ProblemCode::HomeBlank),
        (6, ProblemCode::FilledDown),
    ] {
        assert_eq!(codes(&read[row]), [expected], "{row}");
    }
    assert_eq!(read[1].fields[&Column::HouseholdNumber], "A1");
}

/// Without a relation only what else shows a household's other rows counts; a blank is not the neighbour's home.
#[test]
fn a_blank_is_not_the_home_above() {
    let sheet = |serials: [&'static str; 3]| {
        import(
            &[
                &["序号", "楼栋", "室号", "姓名"],
                &[serials[0], "1号", "101", "甲"],
                &[serials[1], "", "", "乙"],
                &[serials[2], "1号", "102", "丙"],
            ],
            ImportKind::Roster,
        )
    };
    assert_eq!(places(&sheet(["1", "2", "3"])), ["1号-101", "-", "1号-102"]);
    // The name of its head stands beside a household's first row.
    let heads = import(
        &[
            &["门牌地址", "户主", "姓名", "手机"],
            &["4号楼"],
            &["102室", "甲", "甲", "13800005678"],
            &["", "", "乙", "13800005679"],
            &["201室", "丙", "丙", "13800005670"],
            &["", "", "丁", "13800005671"],
            &["", "戊", "戊", "13800005672"],
        ],
        ImportKind::Roster,
    );
    assert_eq!(
        places(&heads),
        ["4号楼-102", "4号楼-102", "4号楼-201", "4号楼-201", "-"]
    );
    assert_eq!(places(&sheet(["1", "", "2"])), ["1号-101", "1号-101", "1号-102"]);
}

#[test]
fn a_building_written_once_is_filled_down_and_one_left_out_is_not() {
    let sheet = |third: &'static str| {
        import(
            &[
                &["楼栋", "室号", "姓名"],
                &["1号", "101", "甲"],
                &[third, "102", "乙"],
                &["", "103", "丙"],
                &["2号", "101", "丁"],
            ],
            ImportKind::Roster,
        )
    };
    assert_eq!(places(&sheet("")), ["1号-101", "1号-102", "1号-103", "2号-101"]);
    let left_out = sheet("1号");
    assert_eq!(places(&left_out), ["1号-101", "1号-102", "-103", "2号-101"]);
    assert_eq!(codes(&left_out[2]), [ProblemCode::HomeIncomplete]);
}

#[test]
fn the_tab_is_the_building_and_problems_name_it() {
    let tab = |name: &str, people: [&str; 2]| {
        let mut builder = crate::import::GridBuilder::new(name);
        for (row, cells) in (0..).zip([["室号", "姓名"], ["101", people[0]], ["102", people[1]]]) {
            for (column, text) in (0..).zip(cells) {
                assert!(builder.text(row, column, text));
            }
        }
        builder.build()
    };
    let tabs = [
        tab("1号楼", ["甲", "乙"]),
        tab("2幢名册", ["甲", "丙"]),
        tab("2号", ["丁", "丁"]),
    ];
    for (kind, last) in [(ImportKind::Roster, "2号-101"), (ImportKind::Reservations, "-101")] {
        let mut reading = Reading::new(kind, today()).naming_sheets(true);
        let mut read = Vec::new();
        for grid in &tabs {
            let mapping = propose_in(grid, kind).unwrap();
            read.extend(reading.rows(grid, &mapping));
        }
        assert_eq!(
            places(&read)[..5],
            ["1号楼-101", "1号楼-102", "2幢-101", "2幢-102", last]
        );
        assert!(read[0].problems[0].text().starts_with("“1号楼”第 2 行："));
    }
}

#[test]
fn what_is_hidden_or_struck_out_is_told_and_taken_only_where_asked_for() {
    let mut builder = crate::import::GridBuilder::new("");
    for (row, cells) in (0..).zip([["姓名", "身份证号"], ["甲", ""], ["乙", ""], ["丙", ""]]) {
        for (column, text) in (0..).zip(cells) {
            let cell = CellRef {
                text,
                struck: row == 2,
                ..CellRef::default()
            };
            assert!(builder.push(row, column, cell));
        }
    }
    builder.hide_rows(3, 3);
    let grid = builder.build();
    let mapping = propose_in(&grid, ImportKind::Roster).unwrap();
    for (unseen, skipped) in [(false, [false, true, true]), (true, [false; 3])] {
        let mut reading = Reading::new(ImportKind::Roster, today()).with_unseen(unseen);
        let read: Vec<ImportRow> = reading.rows(&grid, &mapping).collect();
        assert_eq!(read.iter().map(|row| row.skipped).collect::<Vec<_>>(), skipped);
        if !unseen {
            assert_eq!(codes(&read[1]), [ProblemCode::RowStruck]);
            assert_eq!(codes(&read[2]), [ProblemCode::RowHidden]);
        }
    }
}

#[test]
fn footers_are_told_each() {
    let read = import(
        &[
            &["姓名", "身份证号", "室号"],
            &["甲", "11010519491231002X", "1号101"],
            &["合　计", "1人", ""],
            &["注：空关户不填"],
            &["经办人：某某　　负责人：某某"],
            &["2020年2月3日"],
            &["合计生", "110105194912310038", "1号102"],
        ],
        ImportKind::Roster,
    );
    let skipped: Vec<u32> = read.iter().filter(|row| row.skipped).map(|row| row.row).collect();
    assert_eq!(skipped, [3, 4, 5, 6], "whoever has an ID number is a person");
    assert!(read[1..5].iter().all(|row| codes(row) == [ProblemCode::RowSkipped]));
}

#[test]
fn a_registered_address_that_is_the_home_becomes_its_address() {
    let read = import(
        &[
            &["姓名", "地址", "户籍地址"],
            &["甲", "齐河路338弄1号101室", "同现住址"],
        ],
        ImportKind::Roster,
    );
    assert_eq!(read[0].fields[&Column::RegisteredAddress], "齐河路338弄1号101室");
    assert_eq!(codes(&read[0]), [ProblemCode::SameAsHome]);
}
