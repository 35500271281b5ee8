//! Whether words name a door: a home is one, and a place that many have (小区门口, 三组, 养老院3楼) is none.

/// What ends words for more than one home, where no building is said.
const SHARED: [&str; 10] = ["组", "队", "楼", "层", "社", "排", "片", "区", "村", "巷"];
/// What says where something is by another thing.
const BESIDE: [&str; 14] = [
    "门口", "隔壁", "对面", "旁", "附近", "边上", "楼上", "楼下", "门前", "屋后", "后面", "前面", "东头", "西头",
];
/// The longest words behind a room's number, in characters: 北间, 号之一.
const LONGEST_BEHIND: usize = 3;
/// What begins a remark about where somebody went, and no address.
const MOVING: [&str; 6] = ["搬", "已搬", "迁到", "迁至", "迁往", "已迁"];

/// Whether a room is a door: within a building it may be words (地下, 亭子间); else it has a number.
pub(super) fn is_door(room: &str, in_building: bool) -> bool {
    if BESIDE.iter().any(|word| room.contains(word)) || matches!(room, "上" | "下") {
        return false;
    }
    if in_building {
        return true;
    }
    let Some(last) = room.rfind(|c: char| c.is_ascii_digit()) else {
        return false;
    };
    let behind = &room[last + 1..];
    !SHARED.iter().any(|mark| behind.ends_with(mark)) && behind.chars().count() <= LONGEST_BEHIND
}

/// Whether a text tells where somebody moved: 搬到女儿家.
pub(super) fn is_about_moving(text: &str) -> bool {
    MOVING.iter().any(|word| text.starts_with(word))
}
