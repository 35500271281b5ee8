use super::*;
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 2, 2).unwrap()
}

fn of(column: Column, text: &str) -> (Vec<(Column, String)>, Vec<ProblemCode>) {
    let taken = take(
        column,
        CellRef {
            text,
            kind: CellKind::Text,
            ..CellRef::default()
        },
        None,
        today(),
    );
    (taken.values, taken.remarks.into_iter().map(|(code, ..)| code).collect())
}

#[test]
fn each_cell_is_taken_or_named() {
    use Column::{
        BirthDate, DocumentKind, DocumentNumber, Name, Phone, Quantity, RegisteredAt, SecondPhone, Sex, Tags,
    };
    type Case<'a> = (Column, &'a str, Vec<(Column, &'a str)>, Vec<ProblemCode>);
    let cases: Vec<Case> = vec![
        (
            DocumentNumber,
            "11010519491231002x",
            vec![(DocumentNumber, "11010519491231002X")],
            vec![],
        ),
        (DocumentNumber, "3.10115E+17", vec![], vec![ProblemCode::NumberDamaged]),
        (
            DocumentNumber,
            "110105",
            vec![(DocumentNumber, "110105")],
            vec![ProblemCode::DocumentInvalid],
        ),
        (
            DocumentNumber,
            "身份证11010519491231002x（本人）",
            vec![(DocumentNumber, "11010519491231002X")],
            vec![ProblemCode::Notation],
        ),
        (
            DocumentNumber,
            "11010519491231002×",
            vec![(DocumentNumber, "11010519491231002X")],
            vec![ProblemCode::Notation],
        ),
        (
            DocumentNumber,
            "南字第12345号",
            vec![(DocumentNumber, "南字第12345号")],
            vec![],
        ),
        (DocumentNumber, "无", vec![], vec![]),
        (DocumentKind, "无", vec![], vec![]),
        (DocumentKind, "无证件", vec![(DocumentKind, "missing")], vec![]),
        (DocumentNumber, "未上户", vec![], vec![ProblemCode::DocumentInvalid]),
        (
            DocumentNumber,
            "111111111111111111",
            vec![],
            vec![ProblemCode::DocumentInvalid],
        ),
        (DocumentKind, "/", vec![], vec![]),
        (Name, "12", vec![(Name, "12")], vec![ProblemCode::NameOfDigits]),
        (Name, "张三2", vec![(Name, "张三2")], vec![ProblemCode::NameUnlike]),
        (
            Name,
            "王五、赵六",
            vec![(Name, "王五、赵六")],
            vec![ProblemCode::NameUnlike],
        ),
        (
            Name,
            "张三(已故)",
            vec![(Name, "张三(已故)")],
            vec![ProblemCode::NameUnlike],
        ),
        (Name, "1.张三", vec![(Name, "张三")], vec![ProblemCode::Notation]),
        (
            Name,
            "12、Smith John",
            vec![(Name, "Smith John")],
            vec![ProblemCode::Notation],
        ),
        (Column::Building, "TRUE", vec![], vec![ProblemCode::CellError]),
        (Column::Room, "0.5", vec![], vec![ProblemCode::CellError]),
        (Column::Room, "12.501", vec![(Column::Room, "12.501")], vec![]),
        (Phone, "13800005678", vec![(Phone, "13800005678")], vec![]),
        (
            Phone,
            "13800005678/58881234",
            vec![(Phone, "13800005678"), (SecondPhone, "58881234")],
            vec![ProblemCode::TwoPhones],
        ),
        (
            Phone,
            "13800005678 儿子",
            vec![(Phone, "13800005678")],
            vec![ProblemCode::PhoneRemark],
        ),
        (Phone, "不详", vec![], vec![]),
        (Phone, "问儿子", vec![], vec![ProblemCode::PhoneInvalid]),
        (Phone, "停机", vec![], vec![ProblemCode::PhoneInvalid]),
        (Phone, "138****1234", vec![], vec![ProblemCode::PhoneInvalid]),
        (Phone, "11111111111", vec![], vec![ProblemCode::PhoneInvalid]),
        (Phone, "13800000000", vec![], vec![ProblemCode::PhoneInvalid]),
        (
            Phone,
            "1380000123",
            vec![(Phone, "1380000123")],
            vec![ProblemCode::PhoneInvalid],
        ),
        (
            Phone,
            "电话：13800001234（儿子）",
            vec![(Phone, "13800001234")],
            vec![ProblemCode::PhoneRemark],
        ),
        (
            Phone,
            "(+1)3800001234",
            vec![(Phone, "+1 3800001234")],
            vec![ProblemCode::PhoneAbroad],
        ),
        (
            Phone,
            "013800001234",
            vec![(Phone, "13800001234")],
            vec![ProblemCode::Notation],
        ),
        (Tags, "否", vec![], vec![]),
        (BirthDate, "1970年1月2日", vec![(BirthDate, "1970-01-02")], vec![]),
        (BirthDate, "19700102", vec![(BirthDate, "1970-01-02")], vec![]),
        (
            BirthDate,
            "1970-01-02 00:00:00",
            vec![(BirthDate, "1970-01-02")],
            vec![],
        ),
        (BirthDate, "1970/1/2 0:00", vec![(BirthDate, "1970-01-02")], vec![]),
        (BirthDate, "1970 年 1 月 2 日", vec![(BirthDate, "1970-01-02")], vec![]),
        (BirthDate, "1970 - 1 - 2", vec![(BirthDate, "1970-01-02")], vec![]),
        (
            BirthDate,
            "25570",
            vec![(BirthDate, "1970-01-02")],
            vec![ProblemCode::DateSerial],
        ),
        (BirthDate, "1970年", vec![], vec![ProblemCode::DateInvalid]),
        (
            RegisteredAt,
            "2020/2/2 8:01",
            vec![(RegisteredAt, "2020-02-02T08:01:00")],
            vec![],
        ),
        (
            RegisteredAt,
            "2020-02-02 9:00-11:00",
            vec![(RegisteredAt, "2020-02-02T09:00:00")],
            vec![ProblemCode::Notation],
        ),
        (
            RegisteredAt,
            "2020-02-02 25:00-26:00",
            vec![],
            vec![ProblemCode::DateInvalid],
        ),
        (
            RegisteredAt,
            "2020年2月2日",
            vec![(RegisteredAt, "2020-02-02")],
            vec![ProblemCode::DateInvalid],
        ),
        (
            RegisteredAt,
            "2020-02-02 0:00",
            vec![(RegisteredAt, "2020-02-02T00:00:00")],
            vec![],
        ),
        (Sex, "男性", vec![(Sex, "男")], vec![]),
        (Sex, "？", vec![], vec![]),
        (Sex, "中", vec![], vec![ProblemCode::SexInvalid]),
        (Quantity, "0", vec![], vec![ProblemCode::QuantityInvalid]),
        (Quantity, "/", vec![], vec![]),
        (Tags, "无", vec![], vec![]),
        (Tags, "高龄 独居/无", vec![(Tags, "高龄、独居")], vec![]),
        (Quantity, "5只", vec![(Quantity, "5")], vec![ProblemCode::Notation]),
        (Quantity, "五", vec![], vec![ProblemCode::QuantityInvalid]),
        (Tags, "高龄，独居老人", vec![(Tags, "高龄、独居老人")], vec![]),
    ];
    for (column, text, values, mut codes) in cases {
        let (taken, mut remarks) = of(column, text);
        let values: Vec<(Column, String)> = values.into_iter().map(|(c, t)| (c, t.to_owned())).collect();
        remarks.sort_unstable();
        codes.sort_unstable();
        assert_eq!(taken, values, "{text}");
        // 全角逗号 between tags is also named.
        remarks.retain(|code| *code != ProblemCode::FullWidth || codes.contains(code));
        assert_eq!(remarks, codes, "{text}");
    }
}

/// 0 is what programs write that do not calculate: as a name it makes a resident, as a room it moves one.
#[test]
fn a_formula_nobody_calculated_gives_nothing() {
    for column in Column::ALL {
        for text in ["0", "=B2&C2"] {
            let cell = CellRef {
                text,
                kind: CellKind::Uncalculated,
                ..CellRef::default()
            };
            assert_eq!(
                take(column, cell, None, today()),
                Taken::refused(ProblemCode::Uncalculated, String::new())
            );
        }
    }
}

proptest! {
    /// Nothing is lost without a word: a cell gives a value or a remark.
    #[test]
    fn every_visible_cell_is_taken_or_named(text in "\\PC{1,40}", column in prop::sample::select(Column::ALL.to_vec()), lossy: bool) {
        let cell = CellRef { text: &text, kind: CellKind::Number, lossy, ..CellRef::default() };
        let taken = take(column, cell, None, today());
        let apostrophes = |c: char| c.is_whitespace() || "'’‘`".contains(c);
        let visible = !is_filler(&text) && !is_filler(text.trim_start_matches(apostrophes));
        prop_assume!(visible);
        prop_assert!(!taken.values.is_empty() || !taken.remarks.is_empty(), "{:?}", text);
    }

    /// A number that lost its digits is always refused.
    #[test]
    fn damaged_numbers_never_pass(digits in "[1-9]\\.[0-9]{1,14}E\\+1[5-9]") {
        for column in [Column::DocumentNumber, Column::Phone] {
            let (values, codes) = of(column, &digits);
            prop_assert_eq!(values, vec![]);
            prop_assert_eq!(codes, vec![ProblemCode::NumberDamaged]);
        }
    }
}
