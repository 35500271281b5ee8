//! 省, 市, 区, 街道 and 镇 in front of a road or estate: some write them, most do not, and the home is the same.
//!
//! Must stay true: names of roads and estates that hold one of these characters (新乡路, 幸福小区, 城市花园, 新市南路)
//! lose nothing. What is left must begin like a name of its own.

/// One level of the administration: the marks that end its names.
struct Level {
    marks: &'static [&'static str],
    /// 街道 are named after roads and estates: 南京东路街道, 延吉新村街道.
    below_districts: bool,
}

const LEVELS: [Level; 5] = [
    Level {
        marks: &["特别行政区", "自治区", "省"],
        below_districts: false,
    },
    Level {
        marks: &["自治州", "地区", "市"],
        below_districts: false,
    },
    Level {
        marks: &["区", "县", "旗", "市"],
        below_districts: false,
    },
    Level {
        marks: &["街道办事处", "街道办", "街道", "镇", "乡"],
        below_districts: true,
    },
    Level {
        marks: &["居民委员会", "居委会", "居民区", "社区"],
        below_districts: true,
    },
];
/// The fewest characters a name of a level has: 新乡路 and 水乡 are not of 新 and 水.
const SHORTEST: usize = 2;
/// The most characters a name of a level has (双江拉祜族佤族布朗族傣族自治县).
const LONGEST: usize = 14;
/// Words a name does not begin with: then the mark before them belonged to it (水乡花园).
const NO_BEGINNING: [&str; 10] = [
    "大道", "支弄", "小区", "新村", "花园", "公寓", "家园", "别墅", "大厦", "广场",
];
/// Characters that end a road's or estate's name, where no name of its own follows: 新乡路338弄, but 路桥区.
const NO_BEGINNING_ALONE: [char; 13] = [
    '路', '街', '巷', '弄', '道', '号', '村', '里', '坊', '城', '苑', '幢', '栋',
];
/// 东路, 南街: the end of a road's name, too.
const DIRECTIONS: [char; 5] = ['东', '南', '西', '北', '中'];
/// What stands before 区 in words that are no district: 小区, 社区, 校区, 园区, 厂区, 生活区, 家属区, 开发区.
const NO_DISTRICT: [char; 10] = ['小', '社', '校', '园', '厂', '宿', '活', '属', '发', '民'];

/// What the marks end with.
const ENDS: [char; 12] = ['省', '市', '区', '县', '旗', '州', '处', '办', '道', '镇', '乡', '会'];

/// Splits an estate, or a whole address, behind what the administration calls its place.
pub fn split(text: &str) -> (&str, &str) {
    // Most homes of a roster say none: they are asked whenever anything is compared.
    if !text.contains(ENDS) {
        return ("", text);
    }
    let mut end = 0;
    for level in &LEVELS {
        end += level.length_in(&text[end..], end > 0);
    }
    text.split_at(end)
}

/// What [`split`] finds in front of a text, level by level with its mark, empty where not said: 省, 市, 区 or 县, 街道 or
/// 镇, 居委会.
pub fn names(text: &str) -> [&str; 5] {
    let mut end = 0;
    LEVELS.each_ref().map(|level| {
        let begin = end;
        end += level.length_in(&text[begin..], begin > 0);
        &text[begin..end]
    })
}

/// Whether two addresses name different places on the same level.
pub(super) fn contradict(a: &str, b: &str) -> bool {
    names(a)
        .iter()
        .zip(names(b))
        .any(|(a, b)| !a.is_empty() && !b.is_empty() && !a.ends_with(b) && !b.ends_with(a))
}

impl Level {
    /// How many bytes of a text are a name of this level; 0 where it begins with none.
    fn length_in(&self, text: &str, follows: bool) -> usize {
        let first = self
            .marks
            .iter()
            .filter_map(|mark| Some((text.find(mark)?, mark.len())))
            .min_by_key(|(at, length)| (*at, usize::MAX - length));
        let Some((at, length)) = first else { return 0 };
        let (name, rest) = (&text[..at], &text[at + length..]);
        let characters = name.chars().count();
        let mark = &text[at..at + length];
        // 阳泉市城区: a district's name may be one character where a city stands before it.
        let shortest = if follows && matches!(mark, "区" | "县") {
            1
        } else {
            SHORTEST
        };
        let is_name = (shortest..=LONGEST).contains(&characters) && name.chars().all(is_name_character);
        let through_a_road = !self.below_districts && name.contains(['路', '街', '弄', '巷']);
        // 浦东新区市光路: what comes after a district is no city.
        let through_a_district = !self.below_districts && name.contains(['区', '县']);
        let no_district = mark.starts_with('区') && name.ends_with(NO_DISTRICT);
        // Alone before a number it may be the estate's own name: 锦绣新区3幢, 齐河社区12号.
        let own_name = matches!(mark, "社区" | "居民区") || (mark == "区" && !follows);
        let alone = own_name && !begins_a_name(rest);
        if is_name && !through_a_road && !through_a_district && !no_district && !alone && may_follow(rest) {
            at + length
        } else {
            0
        }
    }
}

fn is_name_character(c: char) -> bool {
    !c.is_ascii() && c.is_alphabetic()
}

fn begins_a_name(rest: &str) -> bool {
    rest.chars().next().is_some_and(is_name_character)
}

fn may_follow(rest: &str) -> bool {
    let direction_of_road = rest
        .strip_prefix(DIRECTIONS)
        .is_some_and(|behind| behind.starts_with(['路', '街', '大']));
    let alone = rest.strip_prefix(NO_BEGINNING_ALONE).is_some_and(|behind| {
        let next = behind.chars().next();
        next.is_none_or(|c| !is_name_character(c) || NO_BEGINNING_ALONE.contains(&c) || DIRECTIONS.contains(&c))
    });
    !direction_of_road && !alone && !NO_BEGINNING.iter().any(|mark| rest.starts_with(mark))
}
