//! Names of places: regions, roads, estates and hamlets in one run of words.

use linli_domain::address::split_region;

use super::numerals::with_digits;

/// What ends a road's name.
const ROADS: [&str; 5] = ["大道", "路", "街", "巷", "道"];
/// What stands behind such a mark where the name goes on: 新街路, 马路桥小区, 路口.
const GOES_ON: [char; 15] = [
    '路', '街', '道', '巷', '口', '桥', '坊', '站', '南', '北', '东', '西', '中', '支', '一',
];
/// What ends a village, a team or a hamlet where another name follows.
const WIDER: [&str; 4] = ["村", "队", "组", "宅"];
/// The fewest characters of a name behind such a mark.
const SHORTEST: usize = 2;
/// What says where something is by another thing.
const BESIDE: [&str; 20] = [
    "旁边",
    "边上",
    "旁",
    "对面",
    "隔壁",
    "附近",
    "门口",
    "后面",
    "前面",
    "楼上",
    "楼下",
    "门前",
    "屋后",
    "斜对面",
    "交叉口",
    "交汇处",
    "交会处",
    "交界处",
    "交口",
    "路口",
];
/// Words before a place that are no part of its name.
const BEFORE: [&str; 18] = [
    "现居住地址",
    "现居住地",
    "居住地址",
    "家庭住址",
    "现住址",
    "现居住",
    "现居",
    "现住",
    "暂住",
    "借住",
    "住址",
    "地址",
    "居住",
    "住在",
    "住",
    "位于",
    "在",
    "本市",
];
/// Phases of an estate behind its name.
const PHASES: [char; 5] = ['东', '西', '南', '北', '中'];
/// What an estate's name may leave out.
const KINDS: [&str; 18] = [
    "住宅小区",
    "居民小区",
    "小区",
    "社区",
    "新村",
    "花园",
    "花苑",
    "公寓",
    "家园",
    "名苑",
    "新苑",
    "雅苑",
    "苑",
    "城",
    "园",
    "庭",
    "坊",
    "宅",
];

/// Further endings of places' names, which are no part to leave out.
const LARGE: [&str; 12] = [
    "大厦", "大楼", "广场", "名邸", "佳园", "新城", "华庭", "府", "湾", "墅", "里", "浜",
];

/// A name in a run of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Region(&'t str),
    Road(&'t str),
    Estate(&'t str),
    Phase(&'t str),
}

impl Piece<'_> {
    /// Whether it names a place and is no remark.
    pub(super) fn is_place(&self) -> bool {
        match self {
            Piece::Estate(name) => is_placelike(name),
            Piece::Region(_) | Piece::Road(_) | Piece::Phase(_) => true,
        }
    }
}

/// The names in a run of words, in order; `before_lane`: a lane's number follows, so that the last name is a road's.
pub(super) fn pieces(words: &str, before_lane: bool) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let words = BEFORE.iter().find_map(|word| words.strip_prefix(word)).unwrap_or(words);
    let (region, mut rest) = split_region(words);
    if !region.is_empty() {
        pieces.push(Piece::Region(region));
    }
    while let Some(end) = road_end(rest) {
        pieces.push(Piece::Road(&rest[..end]));
        rest = &rest[end..];
    }
    let rest = without_beside(rest);
    let roads = pieces.iter().any(|piece| matches!(piece, Piece::Road(_)));
    if before_lane && !roads && !rest.is_empty() {
        pieces.push(Piece::Road(rest));
    } else {
        estates(rest, &mut pieces);
    }
    pieces
}

/// Where a road's name ends.
fn road_end(text: &str) -> Option<usize> {
    let ends = ROADS
        .iter()
        .flat_map(|mark| text.match_indices(mark).map(|(at, mark)| at + mark.len()));
    let named = |end: &usize| {
        let (name, behind) = text.split_at(*end);
        let next = behind.chars().next();
        name.chars().count() >= SHORTEST && next.is_none_or(|c| !GOES_ON.contains(&c) || is_beginning(behind))
    };
    ends.filter(named).min()
}

/// Whether what stands behind a road is a name of its own although it begins like the rest of one: 齐河路东方花园.
fn is_beginning(behind: &str) -> bool {
    behind.chars().count() > 2
        && road_end(behind).is_none()
        && !behind.starts_with(['路', '街', '道', '口', '坊', '桥', '站'])
}

/// What is left where a place is told by what it is beside.
fn without_beside(text: &str) -> &str {
    let behind = BESIDE
        .iter()
        .filter_map(|word| Some(text.rfind(word)? + word.len()))
        .max();
    behind.map_or(text, |end| &text[end..])
}

/// Whether words say that what stands before them is another's door: 12号旁边.
pub(super) fn begins_beside(words: &str) -> bool {
    let words = words.trim_start_matches(['的', '楼']);
    BESIDE.iter().any(|word| words.starts_with(word))
}

fn estates<'t>(text: &'t str, pieces: &mut Vec<Piece<'t>>) {
    let mut rest = text.trim_matches(['的', '-']);
    loop {
        let ends = WIDER.iter().filter_map(|mark| Some(rest.find(mark)? + mark.len()));
        let wider = ends.filter(|end| {
            let behind = &rest[*end..];
            let (name, next) = (rest[..*end].chars().count(), behind.chars().count());
            name >= SHORTEST && next >= SHORTEST && !KINDS.iter().any(|kind| behind.starts_with(kind))
        });
        let Some(end) = wider.min() else { break };
        pieces.push(Piece::Estate(&rest[..end]));
        rest = &rest[end..];
    }
    let phase = rest.strip_suffix(['区', '期']).and_then(|name| {
        let last = name
            .chars()
            .next_back()
            .filter(|c| PHASES.contains(c) || super::numerals::is_numeral(*c))?;
        let name = &name[..name.len() - last.len_utf8()];
        (name.chars().count() >= SHORTEST).then_some(name.len())
    });
    let (name, phase) = rest.split_at(phase.unwrap_or(rest.len()));
    if name.chars().count() >= SHORTEST {
        pieces.push(Piece::Estate(name));
    }
    if !phase.is_empty() {
        pieces.push(Piece::Phase(phase));
    }
}

/// Whether a name is a place's by its ending.
pub(super) fn is_placelike(name: &str) -> bool {
    KINDS
        .iter()
        .chain(&WIDER)
        .chain(&LARGE)
        .any(|kind| name.ends_with(kind))
}

/// A name as names are compared: numbers as digits.
pub(crate) fn plain(name: &str) -> String {
    with_digits(name)
}

/// An estate's or road's name without what people leave out: 晨晖 of 晨晖苑 and 晨晖小区, 齐河 of 齐河路.
pub(crate) fn base(name: &str) -> &str {
    let cut = KINDS.iter().chain(&ROADS).find_map(|kind| name.strip_suffix(kind));
    cut.filter(|base| base.chars().count() >= SHORTEST).unwrap_or(name)
}
