//! Printed matter as it reaches a door: what stands on it, and what is refused before a file is written.

use std::process::Command;

use crate::office::Office;

/// The text of a PDF, page breaks and all; `None` where there is no `pdftotext`.
fn text(office: &Office, file: &str) -> Option<String> {
    let output = Command::new("pdftotext")
        .arg("-layout")
        .arg(office.path(file))
        .arg("-")
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn told(office: &Office) {
    office.run(&["round", "pass", "1", "--clear"]);
    office.run(&["round", "notify", "1", "--by", "paper"]);
}

/// The sample's round hands out at the pharmacy from 9 to 17, and to buildings 1 to 3 at the station from 13 to 16.
#[test]
fn each_building_is_sent_to_its_own_place_at_its_own_hours() {
    let office = Office::with_round(150);
    told(&office);
    office.run(&["round", "vouchers", "1", "-o", "凭证.pdf"]);
    office.run(&["round", "handout", "1", "-o", "签收.pdf"]);
    office.run(&["notice", "round", "1", "--building", "all", "-o", "各楼.pdf"]);
    office.run(&["notice", "round", "1", "-o", "总.pdf"]);
    let Some(general) = text(&office, "总.pdf") else {
        eprintln!("SKIPPED: there is no pdftotext here");
        return;
    };
    assert!(general.lines().any(|line| line.trim() == "各位居民："), "{general}");
    let general: String = general.split_whitespace().collect();
    for hours in [
        "德州药房（德州路158号）9:00-17:00",
        "居委会服务站（齐河路338弄门口）13:00-16:00",
    ] {
        assert!(general.contains(hours), "{hours} in {general}");
    }
    let mut seen = (0, 0);
    for file in ["各楼.pdf", "签收.pdf"] {
        for page in text(&office, file)
            .unwrap()
            .split('\u{c}')
            .filter(|page| page.contains("338弄"))
        {
            let near = ["338弄1号", "338弄2号", "338弄3号"]
                .iter()
                .any(|building| page.contains(building));
            let (place, hours, other) = if near {
                ("居委会服务站", "13:00-16:00", "9:00-17:00")
            } else {
                ("德州药房", "9:00-17:00", "13:00-16:00")
            };
            assert!(
                page.contains(place) && page.contains(hours) && !page.contains(other),
                "{file}: {page}"
            );
            seen = if near {
                (seen.0 + 1, seen.1)
            } else {
                (seen.0, seen.1 + 1)
            };
        }
    }
    assert!(seen.0 > 1 && seen.1 > 1, "{seen:?}");
    let vouchers = text(&office, "凭证.pdf").unwrap();
    let count = |what: &str| vouchers.matches(what).count();
    assert_eq!(count("居委会服务站"), count("13:00-16:00"), "{vouchers}");
    assert_eq!(count("德州药房"), count("9:00-17:00"));
    assert!(count("居委会服务站") > 0 && count("德州药房") > 0);
}

/// Who passes everything has not said what to do with an amount that is not allowed: those wait, and are named.
#[test]
fn an_amount_over_the_limit_waits_until_somebody_says_how() {
    let office = Office::with_round(150);
    let people = "姓名,手机号,数量,登记时间,楼栋,室号\n甲多,13800005671,9,2020-02-02 08:01,1号,101\n甲无,13800005672,0,2020-02-02 08:02,1号,102\n";
    std::fs::write(office.path("amounts.csv"), people).unwrap();
    office.run(&["round", "import", "1", "amounts.csv"]);
    let waiting = |how: &[&str]| {
        let passed = office.run(&[&["round", "pass", "1", "--all-checked"], how].concat());
        let mut names: Vec<String> = Vec::new();
        for row in passed["over_limit"].as_array().unwrap() {
            names.push(row["name"].as_str().unwrap().to_owned());
        }
        names.retain(|name| name.starts_with('甲') && name.chars().count() == 2);
        names
    };
    assert_eq!(waiting(&[]), ["甲多", "甲无"]);
    assert_eq!(
        waiting(&["--over-limit", "as-asked"]),
        ["甲无"],
        "nothing was asked for"
    );
    assert!(waiting(&["--over-limit", "lower"]).is_empty());
}

/// Where a person passes more than there are, those in front get theirs and the others wait for a number.
#[test]
fn beyond_the_quota_a_voucher_waits_and_keeps_nobody_from_theirs() {
    let office = Office::with_round(150);
    office.run(&["round", "pass", "1", "--all-checked"]);
    office.run(&["round", "notify", "1", "--by", "phone"]);
    let summary = |key: &str| office.run(&["round", "show", "1"])["summary"][key].as_u64().unwrap();
    let (quota, told) = (summary("quota"), summary("notified"));
    let passed = told + summary("to_notify");
    assert!(passed > quota, "{passed} of {quota}");
    assert!(
        (1..=quota).contains(&told),
        "{told} of {quota}: nobody is told yes who will get none"
    );
    let printed = office.run(&["round", "vouchers", "1", "-o", "凭证.pdf"]);
    assert_eq!(summary("vouchers"), quota);
    let waiting = printed["waiting"].as_u64().unwrap();
    assert!((1..=passed - quota).contains(&waiting), "{printed}");
    assert_eq!(
        office.refusal(&["round", "vouchers", "1", "-o", "又.pdf"]),
        "quota_used_up"
    );
    office.state();
}

#[test]
fn a_building_that_is_not_there_is_refused_by_name() {
    let office = Office::with_round(60);
    told(&office);
    std::fs::write(office.path("通知.md"), "# 停水通知\n\n请{楼栋}居民注意。").unwrap();
    let asked: [&[&str]; 4] = [
        &["notice", "round", "1", "--building", "1号", "77号", "-o", "x.pdf"],
        &["notice", "text", "通知.md", "--building", "77号", "1号", "-o", "x.pdf"],
        &["notice", "doors", "--building", "77号", "-o", "x.pdf"],
        &["notice", "text", "通知.md", "--building", "-o", "x.pdf"],
    ];
    for arguments in &asked[..3] {
        assert_eq!(office.refusal(arguments), "no_such_building", "{arguments:?}");
    }
    assert_eq!(office.output(asked[3]).status.code(), Some(2));
    assert!(!office.path("x.pdf").exists());
    std::fs::write(office.path("坏.md"), "# 停水通知\n\n#### 四级").unwrap();
    let refused = office.output(&["notice", "text", "坏.md", "-o", "x.pdf"]);
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(
        words.contains("通知第 3 行：标题下面最多两级小标题"),
        "a clerk's words: {words}"
    );
    let doors = office.run(&["notice", "doors", "--purpose", "入户走访", "-o", "走访.pdf"]);
    assert!(doors["pages"].as_u64().unwrap() > 0);
}

/// A character that no font has (extension I of Unicode) is left to the hand on its own sheet, and named; the others
/// print. What is posted with one's own text is refused with the place.
#[test]
fn an_unprintable_name_is_left_to_the_hand_and_named() {
    let office = Office::with_round(60);
    let row = "预约时间,姓名,手机号码,楼栋,室号,预约数量\n2020-02-02 08:00,王\u{2EBF0},19200000001,1号,101,1\n";
    std::fs::write(office.path("一个.csv"), row).unwrap();
    office.run(&["round", "import", "1", "一个.csv"]);
    told(&office);
    let checked = office.run(&["round", "check", "1"]);
    let rare = |one: &&serde_json::Value| one["name"] == "王\u{2EBF0}";
    let id = checked.as_array().unwrap().iter().find(rare).unwrap()["id"]
        .as_str()
        .unwrap();
    office.run(&["round", "pass", "1", "--id", id]);
    for paper in ["vouchers", "handout"] {
        let printed = office.output(&["round", paper, "1", "-o", &format!("{paper}.pdf")]);
        let words = String::from_utf8(printed.stderr).unwrap();
        let named = "王\u{2EBF0}（";
        assert!(
            words.contains(named) && words.contains("“\u{2EBF0}”没有字体，留了方框，请手写"),
            "{words}"
        );
        assert_eq!(words.matches(named).count(), 1, "{words}");
    }
    assert_eq!(
        office.refusal(&["round", "vouchers", "1", "-o", "又.pdf"]),
        "nothing_to_print",
        "all are on paper"
    );
    std::fs::write(office.path("通知.md"), "# 停水通知\n\n请注意\u{2EBF0}。").unwrap();
    let refused = office.output(&["notice", "text", "通知.md", "-o", "x.pdf"]);
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(
        words.contains("“\u{2EBF0}”字") && !office.path("x.pdf").exists(),
        "{words}"
    );
}

/// Fonts that this office has installed for its clerk are used: here other fonts under the names looked for.
#[test]
fn the_offices_own_fonts_are_found() {
    let mut office = Office::with_sample(1);
    let fonts = office.path("home/.local/share/fonts/office");
    std::fs::create_dir_all(&fonts).unwrap();
    office.set("HOME", &office.path("home"));
    office.set("XDG_DATA_HOME", &office.path("home/.local/share"));
    std::fs::write(office.path("通知.md"), "# 停水通知\n\n请各位居民注意。").unwrap();
    let print = || {
        office.run(&["notice", "text", "通知.md", "-o", "通知.pdf"]);
        std::fs::read(office.path("通知.pdf")).unwrap()
    };
    // The cut font's name has the number that stands for the office's 仿宋.
    let is_used = |pdf: &[u8]| pdf.windows(10).any(|window| window == b"+Linli1000");
    let used_before = is_used(&print());
    let bundled = concat!(env!("CARGO_MANIFEST_DIR"), "/../documents/fonts/NotoSansSC-Regular.ttf");
    std::fs::copy(bundled, fonts.join("SIMFANG.TTF")).unwrap();
    assert!(is_used(&print()));
    if used_before {
        eprintln!("this machine has a 仿宋 of its own");
    }
}
