//! A day of orders: its lists, its exports and its report, for now and for any day.

use linli_documents::sheet::read_workbook;

use super::*;

/// Orders of two days that end in every list; on 12 April 2022 the office works from eight, and it is noon of the 13th.
fn two_days() -> Pc {
    let pc = Pc::new(1);
    let of = |number: u64, title: &str, category: &str| pc.given(number, title, &[(Field::Category, category)]);
    let (solved, unsolved) = (of(1, "已解决", "物业"), of(2, "未解决", "物业"));
    let (late, returned) = (of(3, "迟联系", "环境"), of(4, "退回的", "环境"));
    let excused = of(5, "没联系上", "环境");
    of(6, "没人管", "物业");
    let asked = of(7, "咨询的", "咨询");
    pc.later(60);
    for order in [&solved, &unsolved] {
        pc.contact(order);
    }
    pc.call("order_contact", json!({ "ids": [excused], "note": "空号" }));
    pc.call("order_return", json!({ "ids": [returned], "reason": "不是本辖区" }));
    pc.call(
        "order_reply",
        json!({ "ids": [asked], "result": "solved", "text": "带证件", "close": true }),
    );
    pc.later(120);
    pc.contact(&late);
    pc.reply(&solved, "solved");
    pc.reply(&unsolved, "explained");
    pc.revisit(&unsolved, "dissatisfied");
    pc.at("2022-04-13 09:00");
    pc.reply(&late, "solved");
    pc.at("2022-04-13 12:00");
    pc
}

type Titles = &'static [&'static str];

const LISTS: [&str; 9] = [
    "came",
    "signed",
    "contacted_in_time",
    "replied_in_time",
    "overdue",
    "not_contacted",
    "unsolved",
    "dissatisfied",
    "returned",
];

fn sorted(pc: &Pc, list: &str, day: Value) -> Vec<String> {
    let mut titles = pc.titles(json!({ "list": list, "day": day }));
    titles.sort();
    titles
}

#[test]
fn each_list_of_a_day_has_what_happened_on_it_and_the_lists_of_now_what_still_waits() {
    let pc = two_days();
    let on = |list: &str, day: &str| sorted(&pc, list, json!(day));
    let (first, second) = ("2022-04-12", "2022-04-13");
    let cases: [(&str, Titles, Titles, Titles); 9] = [
        (
            "came",
            &["咨询的", "已解决", "未解决", "没人管", "没联系上", "迟联系", "退回的"],
            &[],
            &["已解决", "未解决", "没人管", "没联系上", "迟联系"],
        ),
        (
            "signed",
            &["咨询的", "已解决", "未解决", "没联系上", "迟联系"],
            &[],
            &["已解决", "未解决", "没联系上", "迟联系"],
        ),
        ("contacted_in_time", &["已解决", "未解决"], &[], &["已解决", "未解决"]),
        (
            "replied_in_time",
            &["咨询的", "已解决", "未解决"],
            &[],
            &["已解决", "未解决"],
        ),
        ("overdue", &["没人管"], &["没人管", "没联系上"], &["没人管", "没联系上"]),
        (
            "not_contacted",
            &["没人管", "没联系上", "迟联系"],
            &[],
            &["没人管", "没联系上"],
        ),
        ("unsolved", &["未解决"], &[], &["未解决"]),
        ("dissatisfied", &["未解决"], &[], &["未解决"]),
        ("returned", &["退回的"], &[], &["退回的"]),
    ];
    for (list, on_first, on_second, waits) in cases {
        assert_eq!(on(list, first), on_first, "{list} of the first day");
        assert_eq!(on(list, second), on_second, "{list} of the second");
        assert_eq!(on(list, "2022-04-14"), Vec::<String>::new(), "{list} of tomorrow");
        assert_eq!(sorted(&pc, list, Value::Null), waits, "{list} now");
    }
}

#[test]
fn the_number_on_a_chip_is_the_length_of_its_list_and_of_its_export() {
    let pc = two_days();
    for day in [json!(null), json!("2022-04-12")] {
        let counts = pc.list(json!({ "day": day }))["lists"].clone();
        let counts = counts.as_array().unwrap();
        assert_eq!(counts.len(), LISTS.len());
        for (count, list) in counts.iter().zip(LISTS) {
            assert_eq!(count["key"], list);
            let rows = pc.titles(json!({ "list": list, "day": day })).len();
            assert_eq!(count["count"], rows, "{list} {day}");
            if ["overdue", "not_contacted", "unsolved", "dissatisfied", "returned"].contains(&list) {
                let exported = pc.call("order_export", json!({ "which": list, "day": day }));
                assert_eq!(exported["rows"], rows, "{list} {day}");
            }
        }
    }
}

#[test]
fn an_export_says_what_its_list_is_for() {
    let pc = two_days();
    let exported = pc.call("order_export", json!({ "which": "returned" }));
    let bytes = std::fs::read(exported["path"].as_str().unwrap()).unwrap();
    let book = read_workbook("退回.xlsx", &bytes).unwrap();
    let all = format!("{book:?}");
    for text in ["退回原因", "不是本辖区", "退回的", "12345"] {
        assert!(all.contains(text), "{text}");
    }
    assert!(!all.contains("没人管"), "only what was returned");
}

#[test]
fn every_number_of_the_daily_report_is_the_length_of_the_list_of_its_name() {
    let pc = two_days();
    for day in ["2022-04-12", "2022-04-13", "2022-04-11"] {
        let report = pc.call("order_report", json!({ "day": day }));
        let numbers = |row: &Value| row.as_array().unwrap().clone();
        let length = |list: &str, more: Value| {
            let mut wanted = json!({ "list": list, "day": day });
            wanted
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            json!(pc.titles(wanted).len())
        };
        assert_eq!(report["lists"], json!(LISTS));
        for (at, list) in LISTS.iter().enumerate() {
            assert_eq!(numbers(&report["all"])[at], length(list, json!({})), "{list} {day}");
            for (rows, narrowed) in [("categories", "category"), ("urgencies", "urgency")] {
                let rows = numbers(&report[rows]);
                let all: u64 = rows.iter().map(|row| row["counts"][at].as_u64().unwrap()).sum();
                assert_eq!(json!(all), numbers(&report["all"])[at], "{list} {day} {narrowed}");
                for row in rows {
                    assert_eq!(
                        row["counts"][at],
                        length(list, json!({ narrowed: row["key"] })),
                        "{list} {row}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_daily_report_is_written_as_a_sheet_with_charts_and_as_paper() {
    let pc = two_days();
    let save = |format: &str| {
        let request = json!({ "day": "2022-04-12", "format": format });
        let saved = pc.call("order_report_save", request);
        let path = saved["path"].as_str().unwrap().to_owned();
        assert!(path.ends_with(format), "{path}");
        std::fs::read(path).unwrap()
    };
    let book = format!("{:?}", read_workbook("日报.xlsx", &save("xlsx")).unwrap());
    for text in [
        "合计",
        "物业",
        "环境",
        "咨询",
        "紧急",
        "按时先行联系",
        "工单日报 2022-04-12",
    ] {
        assert!(book.contains(text), "{text}");
    }
    assert!(save("pdf").starts_with(b"%PDF"));
    let wrong = json!({ "day": "2022-4-31", "format": "pdf" });
    assert_eq!(
        pc.refused("order_report_save", wrong).1,
        "日期：请写成 2022-04-12 这样的日期"
    );
}
