//! What people write, read, compared and kept under one key.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::*;
use proptest::prelude::*;

fn parts(estate: &str, building: &str, unit: &str, room: &str) -> AddressParts {
    let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    AddressParts {
        estate: part(estate),
        building: part(building),
        unit: part(unit),
        room: part(room),
    }
}

#[test]
fn reads_what_people_write() {
    for (text, expected) in [
        ("齐河路338弄12号501室", parts("齐河路338弄", "12号", "", "501")),
        ("齐河路 338 弄 12 号 501", parts("齐河路338弄", "12号", "", "501")),
        ("齐河二村12号501", parts("齐河二村", "12号", "", "501")),
        ("１２号５０１室", parts("", "12号", "", "501")),
        ("12-501", parts("", "12号", "", "501")),
        ("3-2-1001", parts("", "3号", "2单元", "1001")),
        ("幸福小区3幢2单元1001室", parts("幸福小区", "3幢", "2单元", "1001")),
        ("12号楼3单元501室", parts("", "12号楼", "3单元", "501")),
        ("十二号五〇一", parts("", "12号", "", "501")),
        ("三号五〇一室", parts("", "3号", "", "501")),
        (
            "浦东新区齐河路338弄12号501室",
            parts("浦东新区齐河路338弄", "12号", "", "501"),
        ),
        (
            "上海市杨浦区延吉新村街道控江路12号501",
            parts("上海市杨浦区延吉新村街道控江路", "12号", "", "501"),
        ),
        (
            "北京市西城区德胜街道12号楼3单元501",
            parts("北京市西城区德胜街道", "12号楼", "3单元", "501"),
        ),
        ("齐河路12号501室", parts("齐河路", "12号", "", "501")),
        ("12号甲501室", parts("", "12号甲", "", "501")),
        ("A座1203", parts("", "A座", "", "1203")),
        ("012号0501室", parts("", "12号", "", "0501")),
        ("12号地下室", parts("", "12号", "", "地下")),
        ("12号5楼501室", parts("", "12号", "", "501")),
        ("12号5楼东", parts("", "12号", "", "5楼东")),
        (
            "齐河路三百三十八弄十二号五零一室",
            parts("齐河路338弄", "12号", "", "501"),
        ),
        ("齐河路一百零八弄3号", parts("齐河路108弄", "3号", "", "")),
        ("百色路12弄3号101", parts("百色路12弄", "3号", "", "101")),
        ("某处", parts("某处", "", "", "")),
        ("12号亭子间", parts("", "12号", "", "亭子间")),
        ("齐河路338弄12号501室(A)", parts("齐河路338弄", "12号", "", "501A")),
        ("幸福小区东区3幢101", parts("幸福小区东区", "3幢", "", "101")),
        ("齐河路338弄12号501（2）", parts("齐河路338弄", "12号", "", "501(2)")),
        ("幸福小区（三期）3幢101", parts("幸福小区三期", "3幢", "", "101")),
        ("幸福小区3幢101（原5幢102）", parts("幸福小区", "3幢", "", "101")),
        ("第二新村12号501", parts("第二新村", "12号", "", "501")),
        ("李家村3组12号", parts("李家村", "", "", "3组12号")),
        ("8号门501", parts("", "8号", "", "501")),
        ("8号门卫室", parts("", "8号", "", "门卫")),
        ("7#楼501", parts("", "7号楼", "", "501")),
        ("101楼501", parts("", "101号楼", "", "501")),
        ("", parts("", "", "", "")),
    ] {
        assert_eq!(AddressParts::parse(text), expected, "{text}");
    }
}

#[test]
fn columns_are_read_alike() {
    let full = parts("齐河路338弄", "12号", "2单元", "501");
    for (building, unit, room) in [
        ("12", Some("2"), "501"),
        ("12号", Some("2单元"), "501室"),
        ("12幢", None, "2单元501"),
    ] {
        let read = AddressParts::from_columns(Some("齐河路338弄"), Some(building), unit, Some(room));
        assert_eq!(read.key(), full.key(), "{building} {room}");
    }
    let read = AddressParts::from_columns;
    assert_eq!(
        read(Some("齐河路338弄"), Some("7号1单元"), None, Some("1004")),
        parts("齐河路338弄", "7号", "1单元", "1004")
    );
    assert_eq!(
        read(Some("齐河路338弄"), Some("7号1004"), None, None),
        parts("齐河路338弄", "7号", "", "1004")
    );
    assert_eq!(
        read(None, Some("7号北楼"), None, Some("1004")),
        parts("", "7号北楼", "", "1004")
    );
    assert_eq!(
        read(None, Some("12"), None, Some("13号501")),
        parts("", "12号", "", "13号501")
    );
    assert_eq!(
        read(Some("齐河路338弄3号"), Some("4"), None, Some("501")),
        parts("齐河路338弄3号", "4号", "", "501")
    );
    assert_eq!(read(None, None, None, None), AddressParts::default());
}

#[test]
fn one_home_has_one_key_however_it_is_written() {
    let key = |text: &str| AddressParts::parse(text).key();
    for text in [
        "齐河路338弄12号501",
        "齐河路338弄12幢0501室",
        "浦东新区齐河路338弄12号501室",
        "上海市浦东新区周家渡街道齐河路338弄12号501室",
        "上海市浦东新区周浦镇齐河路338弄12-501",
        "浙江省台州市路桥区城关镇齐河路338弄12号501",
        "浙江省绍兴市新昌县城关镇齐河路338弄12号501",
        "上海市浦东新区周家渡街道齐河居委会齐河路338弄12号501",
        "南京东路街道齐河路338弄十二号五〇一室",
        "齐河路338弄（晨晖小区）12号501室",
        "齐河路338弄12号501室（租）",
        "齐河路338弄12号501室(北间)",
        "齐河路338弄12号501室租户",
        "齐河路338弄12号501室。",
        "齐河路338弄第12号501室（未写完",
        "200126上海市浦东新区齐河路338弄12号501室",
    ] {
        assert_eq!(key(text), key("齐河路338弄12号501室"), "{text}");
    }
    assert_eq!(key("花家地西里101楼3单元501"), key("花家地西里101号楼3单元501室"));
    // Names of roads and estates that hold such a character keep it.
    for estate in [
        "新乡路1弄",
        "镇宁路1弄",
        "市光路1弄",
        "景德镇西路1弄",
        "新市南路1弄",
        "幸福小区",
        "城市花园",
        "江南水乡花园",
        "齐河社区",
        "锦绣新区",
        "县前街",
        "金桥开发区",
        "区政府路",
        "老街坊",
        "三镇公寓",
    ] {
        let address = AddressParts::from_columns(Some(estate), Some("12号"), None, Some("501"));
        assert_eq!(address.key(), Some(format!("{estate}|12||501")), "{estate}");
        let longer = format!("浦东新区{estate}");
        let longer = AddressParts::from_columns(Some(&longer), Some("12号"), None, Some("501"));
        assert_eq!(longer.key(), address.key(), "浦东新区{estate}");
    }
    assert_ne!(key("齐河路338弄12号501"), key("齐河路1338弄12号501"));
    assert_eq!(key("501室"), None, "a room alone may be in any building");
    assert!(key("阳光公寓501室").is_some(), "one house is an estate, too");
    assert_eq!(
        AddressParts::parse("上海市浦东新区周家渡街道12号501").home(),
        None,
        "no estate is said"
    );
}

/// Words are no home: whoever writes the same ones does not live behind the same door.
#[test]
fn words_that_name_no_door_stay_whole_and_are_no_home() {
    for text in [
        "村东头老王家隔壁",
        "某某新村小卖部楼上",
        "搬到女儿家浦东12号501",
        "小区门口",
        "李家村三组",
        "李家村3组",
        "住养老院3楼",
        "齐河路338弄门卫室",
        "齐河路338弄12号门口",
        "12号楼下",
        "养老院",
        "船上",
    ] {
        let read = AddressParts::parse(text);
        assert_eq!((read.room.as_deref(), read.key()), (None, None), "{text}");
        let kept: String = read.display().chars().filter(|c| !c.is_ascii_digit()).collect();
        assert!(
            text.chars()
                .filter(|c| !c.is_ascii_digit() && *c != '三')
                .all(|c| kept.contains(c)),
            "{text}"
        );
    }
    for (estate, building, room, home) in [
        ("李家村", "", "三组", false),
        ("小区", "", "门口", false),
        ("前进村", "", "101", true),
        ("阳光公寓", "", "3楼", false),
        ("阳光公寓", "3号", "3楼", true),
        ("阳光公寓", "3号", "隔壁", false),
    ] {
        assert_eq!(
            parts(estate, building, "", room).key().is_some(),
            home,
            "{estate}{building}{room}"
        );
    }
}

#[test]
fn compares_and_orders_like_a_clerk() {
    let parse = AddressParts::parse;
    assert_eq!(
        parse("齐河路338弄12号501室").compare(&parse("12-501")),
        Comparison::Same
    );
    assert_eq!(
        parse("齐河路338弄12号501室").compare(&parse("12号502")),
        Comparison::SameBuilding
    );
    assert_eq!(
        parse("齐河路338弄12号501室").compare(&parse("三林路1弄12号501")),
        Comparison::Different
    );
    assert_eq!(parse("12号501").compare(&parse("齐河路")), Comparison::Unknown);
    assert_eq!(parse("12号501").compare(&parse("501室")), Comparison::Unknown);
    assert_eq!(
        parse("上海市浦东新区齐河路338弄12号501").compare(&parse("齐河路338弄12幢501")),
        Comparison::Same
    );
    assert_eq!(
        parse("338弄12号501").compare(&parse("齐河路1338弄12号501")),
        Comparison::Different
    );
    let there = parse("江苏省南京市齐河路338弄12号501");
    assert_eq!(
        parse("上海市浦东新区齐河路338弄12号501").compare(&there),
        Comparison::Different
    );
    assert_eq!(parse("2号501").natural_cmp(&parse("12号101")), Ordering::Less);
    assert_eq!(parse("12号501").natural_cmp(&parse("12号1203")), Ordering::Less);
    for (room, expected) in [
        ("501", Some(5)),
        ("1203", Some(12)),
        ("B101", Some(-1)),
        ("12", None),
        ("地下", None),
    ] {
        assert_eq!(floor(room), expected, "{room}");
    }
}

#[test]
fn a_room_without_building_or_estate_is_no_home() {
    for (address, home) in [
        (parts("", "", "", "101"), false),
        (parts("", "", "2单元", "101"), false),
        (parts("", "1号", "", ""), false),
        (parts("", "1号", "", "101"), true),
        (parts("前进村", "", "", "101"), true),
    ] {
        assert_eq!(address.key().is_some(), home, "{address:?}");
    }
}

proptest! {
    #[test]
    fn what_is_displayed_reads_back(lane in 1..2000u32, building in 1..200u32, unit in 0..9u32, room in 101..3000u32) {
        let unit = if unit == 0 { String::new() } else { format!("{unit}单元") };
        let address = parts(&format!("齐河路{lane}弄"), &format!("{building}号"), &unit, &room.to_string());
        prop_assert_eq!(AddressParts::parse(&address.display()), address);
    }

    /// Every number that stood in a column is in the address: two homes never become one.
    #[test]
    fn no_column_loses_a_number(
        estate in "(齐河路[1-9]弄)?([1-9]号)?", building in "([1-9][号幢]?)?([1-9]单元)?(北楼)?",
        unit in "([1-9](单元)?)?", room in "([1-9]号)?([1-9]单元)?([1-9]0[1-9]室?)?",
    ) {
        let read = AddressParts::from_columns(Some(&estate), Some(&building), Some(&unit), Some(&room)).display();
        let numbers = |text: &str| -> BTreeSet<String> {
            text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(str::to_owned).collect()
        };
        let typed = [estate, building, unit, room].iter().flat_map(|text| numbers(text)).collect();
        prop_assert_eq!(numbers(&read), typed);
    }

    #[test]
    fn nothing_typed_breaks_it(text in "\\PC{0,40}") {
        let _ = AddressParts::parse(&text).display();
    }
}
