//! Rows of which nothing is left behind: see [`super::super::written`].

use super::*;
use crate::import::cell::MAX_CHARS;

#[test]
fn rows_to_be_verified_are_taken_as_they_are_written() {
    let read = import(
        &[
            &["流水号", "姓名", "身份证号", "联系电话", "地址", "截止时间", "事由"],
            &[
                "D-1",
                "张三 李四",
                "3101**********0016",
                "138****1111",
                "１２号 ５０１",
                "2020-02-02 13:24",
                "返沪",
            ],
            &["D-2", "张女士", "", "尾号5678", "同上", "尽快", ""],
            &["D-3", "", "3.10115E+17", "", "", "", "什么也没说"],
        ],
        ImportKind::Tasks,
    );
    let of = |row: usize, column| read[row].fields.get(&column).map(String::as_str);
    assert_eq!(of(0, Column::Name), Some("张三 李四"), "two names stay two");
    assert_eq!(of(0, Column::DocumentNumber), Some("3101**********0016"));
    assert_eq!(of(0, Column::Address), Some("12号 501"), "and a number and a room");
    assert_eq!(of(0, Column::Deadline), Some("2020-02-02T13:24:00"));
    assert_eq!(
        (of(0, Column::Reference), of(0, Column::Note)),
        (Some("D-1"), Some("返沪"))
    );
    assert_eq!(
        (of(1, Column::Phone), of(1, Column::Deadline)),
        (Some("尾号5678"), None)
    );
    assert!(codes(&read[1]).contains(&ProblemCode::DateInvalid) && !read[1].skipped);
    assert!(read[2].skipped, "it says nothing of anybody");
    assert_eq!(
        codes(&read[2]),
        [ProblemCode::NumberDamaged, ProblemCode::RowWithoutPerson]
    );
}

/// Whatever a source says of somebody stays with the row, in the field that it is or among the remarks.
#[test]
fn nothing_that_a_source_says_is_left_behind() {
    let read = import(
        &[
            &["道口推送人员名单"],
            &[
                "序号",
                "流水号",
                "街道",
                "小区",
                "弄",
                "号",
                "室",
                "电话",
                "备用电话",
                "紧急联系人",
                "航班号",
                "居委会",
                "户籍地址",
                "备注",
            ],
            &[
                "1",
                "D-1",
                "花木街道",
                "牡丹苑",
                "12",
                "3",
                "501",
                "13800000001",
                "13800000002",
                "王五",
                "CA1",
                "牡丹居委会",
                "六安路1号",
                "发热",
            ],
            &[
                "2", "D-2", "", "同上", "12", "3", "502", "3.1E17", "", "", "无", "", "", "",
            ],
            &["3", "D-1", "", "", "", "", "601", "13800000003", "", "", "", "", "", ""],
            &["合计", "3", "", "", "", "", "", "", "", "", "", "", "", ""],
        ],
        ImportKind::Tasks,
    );
    let of = |row: usize, column| read[row].fields.get(&column).map_or("", String::as_str);
    assert_eq!(of(0, Column::Estate), "牡丹苑12弄", "its lane is of the estate");
    assert_eq!((of(0, Column::Town), of(0, Column::Building)), ("花木街道", "3"));
    assert_eq!(
        (of(0, Column::SecondPhone), of(0, Column::Committee)),
        ("13800000002", "牡丹居委会")
    );
    assert_eq!(
        of(0, Column::Note),
        "紧急联系人：王五；航班号：CA1；户籍地址：六安路1号；发热"
    );
    assert_eq!(
        of(0, Column::Address),
        "",
        "where somebody is registered is not where they are"
    );
    assert_eq!(
        of(1, Column::Note),
        "电话：3.1E17",
        "a spoilt number is no number, and is not lost"
    );
    assert_eq!(
        (codes(&read[2]).as_slice(), read[2].skipped),
        ([ProblemCode::DuplicateReference].as_slice(), true)
    );
    assert_eq!(
        (codes(&read[3]).as_slice(), read[3].skipped),
        ([ProblemCode::RowSkipped].as_slice(), true)
    );
    let without_names = [&["手机", "地址"][..], &["13800000001", "牡丹路1号"]]
        .into_iter()
        .collect();
    assert!(
        propose_in(&without_names, ImportKind::Tasks).is_some(),
        "a phone is somebody's"
    );
    assert!(propose_in(&without_names, ImportKind::Roster).is_none());
}

/// A remark that is too long leaves the remarks as they were, and is told once.
#[test]
fn what_is_too_long_is_told_and_no_remark() {
    let long = "长".repeat(MAX_CHARS + 1);
    let nearly = "长".repeat(MAX_CHARS - 1);
    let read = import(
        &[
            &["姓名", "手机", "地址", "航班", "车次"],
            &["张三", "13800000001", &long, "", ""],
            &["李四", "13800000002", "", &nearly, ""],
            &["王五", "13800000003", "", "CA1", &nearly],
        ],
        ImportKind::Tasks,
    );
    let note = |row: usize| read[row].fields.get(&Column::Note).map(String::as_str);
    assert_eq!(
        (note(0), codes(&read[0]).as_slice()),
        (None, [ProblemCode::TooLong].as_slice())
    );
    assert_eq!(
        note(1).map(|note| note.chars().count()),
        Some(MAX_CHARS + 2),
        "a cell and its header"
    );
    assert_eq!(
        (note(2), codes(&read[2]).as_slice()),
        (Some("航班：CA1"), [ProblemCode::TooLong].as_slice())
    );
}

#[test]
fn orders_are_read_as_the_hotline_exports_them() {
    let read = import(
        &[
            &["12345热线工单下派明细"],
            &[
                "序号",
                "工单号",
                "工单标题",
                "诉求内容",
                "工单类型",
                "紧急程度",
                "联系人",
                "来电号码",
                "发生地点",
                "派单时间",
                "办结时限",
                "承办单位",
                "二级分类",
            ],
            &[
                "1",
                "P-1",
                "六楼漏水",
                "统计员说：七楼水管坏了\n请尽快",
                "求助",
                "紧急",
                "张女士",
                "138****1111",
                "牡丹路12弄3号601",
                "2022-04-12 08:00",
                "4月13日18时前",
                "牡丹一居委会",
                "供水",
            ],
            &[
                "2",
                "P-2",
                "",
                "统计什么时候封楼",
                "咨询",
                "",
                "",
                "",
                "",
                "今早",
                "",
                "",
                "",
            ],
            &[
                "3",
                "P-3",
                "",
                "",
                "求助",
                "",
                "李四",
                "13800138000",
                "",
                "",
                "",
                "",
                "",
            ],
            &["合计", "3 件"],
        ],
        ImportKind::Orders,
    );
    let of = |row: usize, column| read[row].fields.get(&column).map(String::as_str);
    for (column, said) in [
        (Column::Reference, "P-1"),
        (Column::Title, "六楼漏水"),
        (Column::Body, "统计员说：七楼水管坏了 请尽快"),
        (Column::Category, "求助"),
        (Column::Urgency, "紧急"),
        (Column::Name, "张女士"),
        (Column::Phone, "138****1111"),
        (Column::Address, "牡丹路12弄3号601"),
        (Column::RegisteredAt, "2022-04-12T08:00:00"),
        (Column::Committee, "牡丹一居委会"),
        (Column::Note, "二级分类：供水"),
    ] {
        assert_eq!(of(0, column), Some(said));
    }
    assert!(of(0, Column::Deadline).is_some_and(|due| due.ends_with("-04-13T18:00:00")));
    assert_eq!(
        of(1, Column::Body),
        Some("统计什么时候封楼"),
        "it begins as a note does"
    );
    assert_eq!(
        of(1, Column::Note),
        Some("派单时间：今早"),
        "a time that is not read stays"
    );
    assert!(!read[1].skipped && read[2].skipped, "an order asks for something");
    assert!(read[3].skipped, "a total");
    assert_eq!(read.len(), 4);
}

#[test]
fn a_row_with_a_number_of_its_own_is_somebodys_however_the_name_begins() {
    let read = import(
        &[
            &["流水号", "姓名", "身份证号", "联系电话", "地址"],
            &["D-1", "*轩怡", "3101**********0016", "138****1111", "12号501"],
            &["D-2", "＊敏平", "", "138****1112", ""],
            &["D-3", "**国", "", "", "12号502"],
            &["D-4", "※李四", "", "", "12号503"],
            &["D-5", "合计明", "3101**********0024", "", "12号504"],
            &["D-6", "共计国", "", "", "12号505"],
            &["D-7", "租客", "", "13800001111", "12号506"],
            &["合计", "6人", "", "", ""],
            &["*红色为急件", "", "", "", ""],
        ],
        ImportKind::Tasks,
    );
    let skipped: Vec<bool> = read.iter().map(|row| row.skipped).collect();
    assert_eq!(skipped, [false, false, false, false, false, false, false, true, true]);
    let names: Vec<&str> = read[..7].iter().map(|row| row.fields[&Column::Name].as_str()).collect();
    assert!(names.iter().all(|name| !name.is_empty()), "{names:?}");
}
