//! Parts of a house that have a name and no number.

/// Signs of one of several houses with a number, beside it: 甲2号, 2号东.
const SIGNS: [char; 12] = ['甲', '乙', '丙', '丁', '戊', '己', '东', '西', '南', '北', '前', '后'];
/// Those that stand for nothing else in front of a number.
const STEMS: [char; 6] = ['甲', '乙', '丙', '丁', '戊', '己'];
/// What only stands alone before a number.
const OTHERS: [char; 5] = ['中', '新', '老', '旧', '排'];
/// Where in the house: 前楼, 东厢房.
const SIDES: [char; 12] = ['前', '后', '东', '西', '南', '北', '左', '右', '上', '下', '中', '统'];
/// Rooms that may be one of several, the longer ones first; and whether they have the name without a side.
const ROOMS: [(&str, bool); 15] = [
    ("灶披间", true),
    ("亭子间", true),
    ("客堂间", true),
    ("过街楼", true),
    ("客堂", true),
    ("厢房", true),
    ("阁楼", true),
    ("灶间", true),
    ("阁", true),
    ("厢", true),
    ("楼", false),
    ("间", false),
    ("房", false),
    ("屋", false),
    ("首", false),
];
/// The lowest storey.
const GROUND: [&str; 3] = ["底楼", "底层", "地层"];
/// Rooms that may have words around them.
const NAMED: [&str; 6] = ["地下", "亭子间", "阁楼", "车库", "门卫", "底层"];
/// Marks of a building by its side or sign: 甲幢, 东楼.
const BUILDINGS: [char; 4] = ['幢', '栋', '座', '楼'];

/// What stands before a number, or behind it, and is part of it: 甲 of 甲2号, 后排.
pub(super) fn sign(words: &str) -> Option<&str> {
    let bare = words
        .strip_suffix('排')
        .filter(|bare| !bare.is_empty())
        .unwrap_or(words);
    let mut characters = bare.chars();
    let one = characters.next().filter(|_| characters.next().is_none())?;
    (SIGNS.contains(&one) || OTHERS.contains(&one)).then_some(words)
}

/// The same at the end of words that a number follows: 晨晖苑甲, 齐河路东; and the words before it.
pub(super) fn ending_sign(words: &str) -> Option<(&str, &str)> {
    let (at, last) = words.char_indices().next_back()?;
    let before = &words[..at];
    let side = SIGNS.contains(&last) && before.ends_with(['路', '街', '弄', '巷', '道']);
    (STEMS.contains(&last) || side).then_some((before, &words[at..]))
}

/// A unit without a number: 东 of 东单元.
pub(super) fn unit(words: &str) -> Option<&str> {
    sign(words.strip_suffix("单元")?)
}

/// A building without a number at the end of words: 东 of 晨晖苑东楼; and the words before it.
pub(super) fn building(words: &str) -> Option<(&str, &str)> {
    let (at, sign) = words.strip_suffix(BUILDINGS)?.char_indices().next_back()?;
    SIGNS
        .contains(&sign)
        .then_some((&words[..at], &words[at..at + sign.len_utf8()]))
}

/// A room by its name, and whether it is on the lowest storey: 底楼东间.
pub(super) fn room(words: &str) -> Option<(bool, String)> {
    let words = words.trim_start_matches(['的', '里', '内']);
    let storey = GROUND.iter().find_map(|ground| words.strip_prefix(ground));
    if storey == Some("") {
        return Some((false, "底层".to_owned()));
    }
    let rest = storey.unwrap_or(words);
    // 2号楼上, of which 号楼 is the mark.
    if matches!(rest, "上" | "下") {
        return Some((false, format!("楼{rest}")));
    }
    let composed = ROOMS.iter().find_map(|(room, alone)| {
        let side = rest.strip_suffix(room)?;
        let known = side.chars().count() <= 2 && side.chars().all(|c| SIDES.contains(&c));
        // 中间 is where, and no room.
        (known && (*alone || !side.is_empty()) && rest != "中间").then_some((side, *room))
    });
    let named = || {
        NAMED
            .iter()
            .find(|room| words.contains(**room))
            .map(|room| (*room).to_owned())
    };
    match composed {
        Some((side, "厢")) => Some((storey.is_some(), format!("{side}厢房"))),
        Some((side, room)) => Some((storey.is_some(), format!("{side}{room}"))),
        None => named().map(|room| (false, room)),
    }
}
