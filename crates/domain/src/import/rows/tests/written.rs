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
