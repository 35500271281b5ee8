//! Lists as people and other programs write them, and what becomes of them in a round.

use serde_json::Value;

use crate::office::Office;

/// Numbers with a right check character (GB 11643-1999); nobody's.
const NUMBERS: [&str; 3] = ["310115194003122216", "310115194103122213", "310115194203122210"];

/// A round that is open to one per household or person, long over.
fn opened(key: &str) -> Office {
    let office = Office::empty();
    office.run(&["init", "--committee", "齐河二居"]);
    let definition = format!(
        "campaign = \"口罩预约\"\nnumber = 1\ntitle = \"第1轮\"\nkey = \"{key}\"\nquota = 10\nmax_quantity = 5\n\
         opens = \"2020-02-02T08:00\"\ncloses = \"2020-02-04T20:00\"\n\n[[pick_up]]\nname = \"居委会\"\naddress = \"\"\nhours = \"\"\n"
    );
    std::fs::write(office.path("round.toml"), definition).unwrap();
    office.run(&["round", "open", "round.toml"]);
    office
}

fn import(office: &Office, name: &str, lines: &[String], arguments: &[&str]) -> Value {
    std::fs::write(office.path(name), lines.join("\n") + "\n").unwrap();
    office.run(&[arguments, &[name]].concat())
}

/// Name and codes of findings, in order of registration.
fn checked(office: &Office) -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let codes = |row: &Value| {
        row["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|found| text(&found["code"]))
            .collect()
    };
    let all = office.run(&["round", "check", "1"]);
    all.as_array()
        .unwrap()
        .iter()
        .map(|row| (text(&row["name"]), codes(row)))
        .collect()
}

/// However a home is written, it is one home, and gets one voucher.
#[test]
fn one_home_in_any_writing_is_one_household() {
    for writing in [
        "12-501",
        "338弄12号501室",
        "浦东新区周家渡街道齐河路338弄12号501室",
        "齐河路338弄12号5楼501室",
    ] {
        let office = opened("household");
        let person =
            |n: usize, name: &str, room: u32| format!("{name},{},1380000123{n},齐河路338弄,12号,{room}", NUMBERS[n]);
        let roster = [
            "姓名,身份证号,手机号码,小区,楼栋,室号".to_owned(),
            person(0, "张一", 501),
            person(1, "张二", 501),
        ];
        import(
            &office,
            "名册.csv",
            &[&roster[..], &[person(2, "李三", 502)]].concat(),
            &["roster", "import"],
        );
        let row = |n: usize, name: &str, home: &str| {
            format!("{name},身份证,{},1380000123{n},1,2020-02-02 08:0{n},{home}", NUMBERS[n])
        };
        let registered = [
            "姓名,证件类型,证件号码,手机号,数量,登记时间,地址".to_owned(),
            row(0, "张一", "齐河路338弄12号501室"),
            row(1, "张二", writing),
            row(2, "李三", "12号502"),
        ];
        import(&office, "预约.csv", &registered, &["round", "import", "1"]);
        let found = checked(&office);
        let codes: Vec<&[String]> = found.iter().map(|(_, codes)| codes.as_slice()).collect();
        assert_eq!(
            codes,
            [&[][..], &["already_reserved".to_owned()], &[]],
            "{writing}: {found:?}"
        );
        assert_eq!(office.run(&["round", "pass", "1", "--clear"])["passed"], 2, "{writing}");
    }
}

/// A time that nobody can read is nobody's lateness: it stays open, is told, and stands behind the others. A word nobody
/// knows keeps no number from its check, and a phone abroad stays what it is.
#[test]
fn what_is_not_read_stays_open_and_is_told() {
    let office = opened("person");
    let wrong = "310115194303122210";
    let registered: Vec<String> = [
        "姓名,证件类型,证件号码,手机号,数量,登记时间,楼栋,室号".to_owned(),
        format!("甲,身份证,{},13800001230,1,昨天下午,1号,101", NUMBERS[0]),
        format!(
            "乙,第二代居民身份证,{},+1 (866) 555-0143,1,2020/2/2 下午 2:05:33,1号,102",
            NUMBERS[1]
        ),
        format!("丙,某某证,{wrong},13800001232,1,2020-02-02T06:05:00Z,1号,103"),
    ]
    .into();
    let report = import(&office, "预约.csv", &registered, &["round", "import", "1"]);
    let told: Vec<(u64, &str)> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (problem["row"].as_u64().unwrap(), problem["code"].as_str().unwrap()))
        .collect();
    for expected in [
        (2, "date_invalid"),
        (3, "phone_abroad"),
        (4, "kind_unknown"),
        (4, "document_invalid"),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    let again = import(&office, "预约.csv", &registered, &["round", "import", "1"]);
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&0.into(), &3.into()),
        "the same list again: {again}"
    );
    let found = checked(&office);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["丙", "乙", "甲"],
        "two o'clock by either writing, and then whose time nobody knows"
    );
    for ((name, codes), expected) in found.iter().zip(["document_wrong", "phone_abroad", "time_missing"]) {
        assert!(codes.iter().any(|code| code == expected), "{name}: {codes:?}");
        assert!(
            !codes.iter().any(|code| code == "too_late" || code == "too_early"),
            "{name}: {codes:?}"
        );
    }
}
