//! Names with realistic repetition: common surnames are drawn more often, given names cluster by generation.

use crate::random::Random;

/// Surnames by share, per mille (rounded; source of the order: 公安部 2019年全国姓名报告).
const SURNAMES: [(&str, u32); 40] = [
    ("王", 72),
    ("李", 71),
    ("张", 68),
    ("刘", 53),
    ("陈", 50),
    ("杨", 31),
    ("黄", 24),
    ("赵", 24),
    ("吴", 22),
    ("周", 22),
    ("徐", 20),
    ("孙", 16),
    ("马", 14),
    ("朱", 18),
    ("胡", 14),
    ("郭", 12),
    ("何", 12),
    ("高", 11),
    ("林", 12),
    ("罗", 9),
    ("郑", 10),
    ("梁", 8),
    ("谢", 8),
    ("宋", 8),
    ("唐", 9),
    ("许", 9),
    ("韩", 7),
    ("冯", 7),
    ("邓", 6),
    ("曹", 8),
    ("彭", 6),
    ("曾", 6),
    ("沈", 16),
    ("陆", 14),
    ("顾", 12),
    ("金", 8),
    ("单", 3),
    ("欧阳", 2),
    ("诸葛", 1),
    ("仇", 1),
];
const OLD_MALE: [&str; 16] = [
    "建国", "国庆", "志强", "德明", "永福", "根生", "宝根", "伟民", "卫东", "建华", "福生", "明德", "阿根", "金龙",
    "长根", "耀明",
];
const OLD_FEMALE: [&str; 16] = [
    "秀英", "桂兰", "玉珍", "凤英", "阿妹", "美珍", "惠芳", "月琴", "兰英", "素珍", "丽华", "凤珍", "杏娣", "招娣",
    "玉兰", "秀珍",
];
const MIDDLE_MALE: [&str; 16] = [
    "伟", "强", "军", "磊", "勇", "杰", "涛", "斌", "俊", "晓明", "海峰", "志刚", "文彬", "建平", "立新", "国栋",
];
const MIDDLE_FEMALE: [&str; 16] = [
    "敏", "静", "丽", "芳", "燕", "霞", "艳", "婷", "晓燕", "海燕", "雅琴", "文静", "丽娟", "小红", "春梅", "慧敏",
];
const YOUNG: [&str; 20] = [
    "子轩", "梓涵", "浩然", "欣怡", "宇航", "诗涵", "雨桐", "俊熙", "一诺", "奕辰", "思远", "嘉怡", "梓萱", "沐宸",
    "若曦", "佳琪", "子墨", "可馨", "昊天", "语嫣",
];
/// Characters that are in people's names and not in every font or input method, up to plane 2.
const RARE: [&str; 8] = ["㛃", "䶮", "𬭎", "喆", "堃", "犇", "𠅤", "翀"];

pub(crate) fn surname(random: &mut Random) -> &'static str {
    let total: u32 = SURNAMES.iter().map(|(_, share)| share).sum();
    let mut place = random.below(total);
    for (surname, share) in SURNAMES {
        if place < share {
            return surname;
        }
        place -= share;
    }
    "王"
}

pub(crate) fn given(random: &mut Random, birth_year: i32, male: bool) -> String {
    let name = match (birth_year, male) {
        (..=1955, true) => random.of(&OLD_MALE),
        (..=1955, false) => random.of(&OLD_FEMALE),
        (1956..=1990, true) => random.of(&MIDDLE_MALE),
        (1956..=1990, false) => random.of(&MIDDLE_FEMALE),
        _ => random.of(&YOUNG),
    };
    if random.thousandth(4) {
        random.of(&RARE).to_owned()
    } else {
        name.to_owned()
    }
}
