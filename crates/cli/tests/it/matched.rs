//! Two sheets matched without a database.

use linli_documents::sheet::read_workbook;
use serde_json::{Value, json};

use crate::office::Office;

const ROSTER: &str = "\
齐河二居居民名册,,,,,,
姓名,身份证号,联系电话,小区,楼栋,室号,备注
必填，如：张三,,,,,,
张晓明,310199198001011239,13900000101,齐河路338弄,12号,501室,
王芳,310199198202024560,13900000102,齐河路338弄,12号,501室,
,,,,,,
王芳,,13900000103,齐河路338弄,12号,601室,
";
const RECORDS: &str = "\
序号,姓名,证件号码,手机号,现住址,来源
1,张小明,,13900000101,齐河路338弄12-501,道口
2,王芳,,,齐河路338弄12号,热线
3,周五,,13900000999,三林路1弄2号301,热线
";

#[test]
fn two_sheets_are_matched_row_by_row_without_a_database() {
    let office = Office::empty();
    std::fs::write(office.path("居民.csv"), ROSTER).unwrap();
    std::fs::write(office.path("核查.csv"), RECORDS).unwrap();
    let (roster, records, output) = (
        office.text("居民.csv"),
        office.text("核查.csv"),
        office.text("结果.xlsx"),
    );
    let found = office.run(&["match", "--roster", &roster, "--records", &records, "-o", &output]);
    let told = |row: usize| json!([found[row]["record"], found[row]["outcome"], found[row]["resident"]]);
    // Rows are counted as they stand in the sheets, a hint and a blank one among them.
    assert_eq!(
        [told(0), told(1), told(2)],
        [
            json!([1, "certain", 2]),
            json!([2, "undecided", null]),
            json!([3, "not_ours", null])
        ]
    );
    assert_eq!(
        found[0]["candidates"][0]["reasons"],
        json!(["手机号一致", "弄号室一致", "姓名同音不同字"])
    );
    let mut both: Vec<u64> = found[1]["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["resident"].as_u64().unwrap())
        .collect();
    both.sort_unstable();
    assert_eq!(both, [3, 5]);
    let sheet = &read_workbook("结果.xlsx", &std::fs::read(&output).unwrap()).unwrap()[0];
    let cells = |row| [5, 6, 7].map(|column| sheet.cell(row, column).text);
    assert_eq!(cells(2), ["确定", "2", "张晓明"]);
    assert_eq!([cells(3)[0], cells(4)[0]], ["待判定", "非本辖区"]);
    assert!(!office.path("data").exists(), "no data folder is made");
}

#[test]
fn what_is_no_list_of_people_is_refused_in_words() {
    let office = Office::empty();
    std::fs::write(office.path("居民.csv"), ROSTER).unwrap();
    std::fs::write(office.path("别的.csv"), "品名,数量\n口罩,5\n").unwrap();
    let (roster, other) = (office.text("居民.csv"), office.text("别的.csv"));
    assert_eq!(
        office.refusal(&["match", "--roster", &roster, "--records", &other]),
        "no_header"
    );
    assert_eq!(
        office.refusal(&["match", "--roster", &other, "--records", &roster]),
        "no_header"
    );
}

/// A list with the 户籍 address, which is another than the present one.
const REGISTERED: &str = "\
姓名,身份证号,手机,小区,楼栋,室号,户籍地址
张晓明,310199198001011239,13900000101,齐河路338弄,12号,501室,长里路55弄7号401室
";

#[test]
fn rows_of_one_number_are_matched_each() {
    let office = Office::empty();
    std::fs::write(
        office.path("roster.csv"),
        "姓名,手机\n张三,13800001111\n李四,13800002222\n",
    )
    .unwrap();
    let rows = "编号,姓名,手机\nD-1,张三,13800001111\nD-1,李四,13800002222\n";
    std::fs::write(office.path("rows.csv"), rows).unwrap();
    let found = office.run(&["match", "--roster", "roster.csv", "--records", "rows.csv"]);
    let residents: Vec<&Value> = found.as_array().unwrap().iter().map(|row| &row["resident"]).collect();
    assert_eq!(residents, [&json!(1), &json!(2)], "{found}");
}

#[test]
fn what_is_read_is_not_written_over() {
    let office = Office::empty();
    let sheet = "姓名,手机\n张三,13800001111\n";
    for name in ["roster.csv", "rows.csv", "notice.txt"] {
        std::fs::write(office.path(name), sheet).unwrap();
    }
    for output in ["rows.csv", "./roster.csv"] {
        let refused = office.output(&["match", "--roster", "roster.csv", "--records", "rows.csv", "-o", output]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("不能用结果盖掉"), "{said}");
    }
    let refused = office.output(&["notice", "text", "notice.txt", "-o", "notice.txt"]);
    assert!(!refused.status.success());
    for name in ["roster.csv", "rows.csv", "notice.txt"] {
        assert_eq!(std::fs::read_to_string(office.path(name)).unwrap(), sheet, "{name}");
    }
}

#[test]
fn where_somebody_is_registered_is_not_where_they_live() {
    let office = Office::empty();
    std::fs::write(office.path("名单.csv"), REGISTERED).unwrap();
    let list = office.text("名单.csv");
    let found = office.run(&["match", "--roster", &list, "--records", &list]);
    assert_eq!(found[0]["outcome"], "certain", "{found}");
}

/// A workbook of one list over two tabs, with a total and a header once more.
fn tabs(office: &Office, name: &str, tabs: &[(&str, &[&[&str]])]) -> String {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in tabs {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, text) in (0..).zip(*cells) {
                sheet.write(row, column, *text).unwrap();
            }
        }
    }
    book.save(office.path(name)).unwrap();
    office.text(name)
}

#[test]
fn every_tab_of_a_list_is_read_and_what_is_nobody_is_told() {
    let office = Office::empty();
    let header: &[&str] = &["姓名", "手机", "地址"];
    let roster = tabs(
        &office,
        "居民.xlsx",
        &[
            (
                "1号楼",
                &[
                    header,
                    &["张晓明", "13900000101", "齐河路338弄1号501室"],
                    &["合计", "1人", ""],
                ],
            ),
            ("2号楼", &[header, &["王芳", "13900000102", "齐河路338弄2号501室"]]),
            ("说明", &[&["请勿改动"]]),
        ],
    );
    let list: &[&[&str]] = &[
        header,
        &["王芳", "13900000102", ""],
        header,
        &["", "13900000101", "齐河路338弄1号501"],
    ];
    let records = tabs(&office, "核查.xlsx", &[("名单", list)]);
    let output = office.output(&["match", "--roster", &roster, "--records", &records]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let of = |row: usize| json!([found[row]["record"], found[row]["outcome"], found[row]["resident"]]);
    assert_eq!(
        [of(0), of(1)],
        [json!([1, "certain", 3]), json!([3, "undecided", null])]
    );
    assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
    for left in ["合计", "“说明”没有读", "第 3 行"] {
        assert!(told.contains(left), "{left}: {told}");
    }
}
