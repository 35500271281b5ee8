//! 人户分离: whether a registered address 户籍地址 is another than the home.

use crate::address::{AddressParts, Comparison};

/// What "the same as where he lives" is made of: 同现住址, 与居住地址一致, 人户合一, 本址.
const SAME: &str = "同与和跟现住居地址家庭左右前本房屋户籍人在此一致相合处所";
/// One of these makes such words mean "the same"; 住址 alone says nothing.
const SAME_MARKS: [&str; 6] = ["同", "一致", "合一", "人在", "在此", "本"];
/// Levels above a town or county: whoever is registered in one that is named lives away from it. A city or district
/// (上海市浦东新区) may as well be the committee's own.
const FAR: [&str; 5] = ["省", "自治区", "县", "旗", "乡"];
/// Not a place, but which kind of place: 本地, 外省市.
const VAGUE: [char; 4] = ['本', '外', '同', '非'];
/// What ends a road or a place where people live.
const PLACES: [&str; 16] = [
    "弄", "小区", "新村", "花园", "公寓", "家园", "苑", "村", "里", "坊", "城", "路", "街", "大道", "巷", "庄",
];
/// The shortest name of a place far away, in characters: 江苏省 alone does, 县城 does not.
const SHORTEST_FAR: usize = 3;

/// Whether a registered address only says that it is the home: 同现住址, 与住址一致, 人户合一.
pub fn is_same_as_home(text: &str) -> bool {
    let said: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    !said.is_empty()
        && said.chars().all(|c| SAME.contains(c))
        && SAME_MARKS.iter().any(|mark| said.contains(mark))
        && said != "本人"
        && said != "本户"
}

/// Whether somebody is registered elsewhere than at home. What cannot be compared (本地, 城镇, a city's name) is not
/// elsewhere.
pub fn is_elsewhere(registered: &str, home: &AddressParts) -> bool {
    if is_same_as_home(registered) {
        return false;
    }
    let parts = AddressParts::parse(registered);
    let text = registered.trim();
    let far = FAR.iter().any(|level| text.contains(level))
        && text.chars().count() >= SHORTEST_FAR
        && !text.starts_with(VAGUE);
    // What names no door stays whole, and yet another number is another place: 李家村3组.
    let whole =
        |place: &String| parts.room.is_none() && place.contains(|c: char| c.is_ascii_digit()) && !place.ends_with('弄');
    let numbered = parts.building.is_some()
        || parts
            .room
            .as_deref()
            .is_some_and(|room| room.contains(char::is_numeric))
        || parts.estate.as_ref().is_some_and(whole);
    if !numbered && !far && !PLACES.iter().any(|place| text.ends_with(place)) {
        return false;
    }
    match parts.compare(home) {
        Comparison::Same => false,
        Comparison::SameBuilding | Comparison::Different => true,
        Comparison::Unknown => far && !numbered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_compared_is_elsewhere() {
        let home = AddressParts::parse("齐河路338弄12号501室");
        for (registered, elsewhere) in [
            ("齐河路338弄12号501室", false),
            ("12号501", false),
            ("齐河路338弄12号502室", true),
            ("三林路1弄2号301室", true),
            ("安徽省某县某村", true),
            ("江苏省盐城市建湖县", true),
            ("江苏省", true),
            ("临沂路12弄", true),
            ("同现住址", false),
            ("同住址", false),
            ("（同现居住地址）", false),
            ("与居住地址一致", false),
            ("人户合一", false),
            ("户在人在", false),
            ("本址", false),
            ("本地", false),
            ("外省市", false),
            ("沪籍", false),
            ("城镇", false),
            ("非农业", false),
            ("上海市浦东新区", false),
            ("齐河路338弄", false),
            ("", false),
        ] {
            assert_eq!(is_elsewhere(registered, &home), elsewhere, "{registered}");
        }
    }

    #[test]
    fn words_for_the_same_are_no_names_of_places() {
        for text in ["同现住址", "同现居住地", "同家庭住址", "和现住址相同", "一致", "本址"] {
            assert!(is_same_as_home(text), "{text}");
        }
        for text in ["", "住址", "同和里3号", "同济新村", "户籍", "本人", "人民路1号"] {
            assert!(!is_same_as_home(text), "{text}");
        }
    }
}
