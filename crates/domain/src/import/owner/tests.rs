use super::*;
use Column::{Address, Building, DocumentNumber, Name, Phone, RegisteredAddress, Relation, Room, SecondPhone};

fn taken(headers: &str) -> (Vec<String>, Vec<Option<Column>>) {
    let headers: Vec<String> = headers.split_whitespace().map(str::to_owned).collect();
    let columns = guess(&headers, ImportKind::Roster);
    (headers, columns)
}

/// The fields of a header, as `header=field`, of those that are taken.
fn fields(headers: &str) -> Vec<(String, Column)> {
    let (headers, columns) = taken(headers);
    headers
        .into_iter()
        .zip(columns)
        .filter_map(|(header, column)| Some((header, column?)))
        .collect()
}

#[test]
fn the_columns_of_one_person_go_together() {
    let cases: [(&str, &[(&str, Column)]); 17] = [
        (
            "姓名 室号 电话 姓名 室号 电话",
            &[("姓名", Name), ("室号", Room), ("电话", Phone)],
        ),
        (
            "序号 室号 姓名 手机 电话 序号 室号 姓名 手机 电话",
            &[("室号", Room), ("姓名", Name), ("手机", Phone), ("电话", SecondPhone)],
        ),
        ("姓名 室号 姓名 室号 电话", &[("姓名", Name), ("室号", Room)]),
        (
            "房东姓名 房东电话 房屋地址 承租人姓名 承租人身份证号 承租人电话 户籍地址",
            &[
                ("房屋地址", Address),
                ("承租人姓名", Name),
                ("承租人身份证号", DocumentNumber),
                ("承租人电话", Phone),
                ("户籍地址", RegisteredAddress),
            ],
        ),
        (
            "房东 电话 姓名 身份证号 电话",
            &[("姓名", Name), ("身份证号", DocumentNumber), ("电话", Phone)],
        ),
        (
            "网格员姓名 网格员电话 户主姓名 户主身份证号",
            &[("户主姓名", Name), ("户主身份证号", DocumentNumber)],
        ),
        (
            "户主姓名 户主电话 家庭成员姓名 身份证号",
            &[("家庭成员姓名", Name), ("身份证号", DocumentNumber)],
        ),
        (
            "姓名 身份证号 紧急联系人 联系电话 本人手机",
            &[("姓名", Name), ("身份证号", DocumentNumber), ("本人手机", Phone)],
        ),
        (
            "儿童姓名 监护人姓名 监护人身份证号 儿童身份证号",
            &[("儿童姓名", Name), ("儿童身份证号", DocumentNumber)],
        ),
        ("姓名 监护人 身份证号 电话", &[("姓名", Name)]),
        (
            "姓名 网格员 身份证号 电话",
            &[("姓名", Name), ("身份证号", DocumentNumber)],
        ),
        (
            "户主 与户主关系 姓名 身份证号 联系电话",
            &[
                ("与户主关系", Relation),
                ("姓名", Name),
                ("身份证号", DocumentNumber),
                ("联系电话", Phone),
            ],
        ),
        (
            "姓名 户主 与户主关系 身份证号",
            &[("姓名", Name), ("与户主关系", Relation), ("身份证号", DocumentNumber)],
        ),
        ("登记人 登记人电话 姓名 手机", &[("姓名", Name), ("手机", Phone)]),
        (
            "业主姓名 业主电话 楼栋 室号",
            &[
                ("业主姓名", Name),
                ("业主电话", Phone),
                ("楼栋", Building),
                ("室号", Room),
            ],
        ),
        (
            "姓名 身份证号 姓名 身份证号",
            &[("姓名", Name), ("身份证号", DocumentNumber)],
        ),
        (
            "姓名 电话（紧急联系人） 手机 电话",
            &[("姓名", Name), ("手机", Phone), ("电话", SecondPhone)],
        ),
    ];
    for (headers, expected) in cases {
        let expected: Vec<(String, Column)> = expected
            .iter()
            .map(|(header, column)| ((*header).to_owned(), *column))
            .collect();
        assert_eq!(fields(headers), expected, "{headers}");
    }
}

#[test]
fn other_peoples_columns_are_named() {
    for (headers, expected) in [
        (
            "姓名 身份证号 配偶姓名 配偶身份证号 子女1 血型",
            vec!["配偶姓名", "配偶身份证号", "子女1"],
        ),
        ("姓名 身份证号 网格员 电话", vec!["网格员", "电话"]),
        ("姓名 身份证号 手机 楼栋 室号", vec![]),
        ("姓名 室号 电话 姓名 室号 电话", vec!["姓名", "室号", "电话"]),
        ("室号 姓名 室号 姓名 备注", vec!["室号", "姓名"]),
    ] {
        let (headers, columns) = taken(headers);
        let left: Vec<&str> = left_out(&headers, &columns, ImportKind::Roster)
            .into_iter()
            .map(|place| headers[place].as_str())
            .collect();
        assert_eq!(left, expected);
    }
}

#[test]
fn a_word_inside_a_header_is_not_the_field() {
    let nothing =
        "姓名 户口性质 户籍类型 身份证有效期 居住证 房间数 单位地址 曾用名 楼栋长 是否户主 与联系人关系 出生地";
    assert_eq!(fields(nothing), [("姓名".to_owned(), Name)]);
    assert_eq!(fields("身份证地址 姓名")[0].1, RegisteredAddress);
}
