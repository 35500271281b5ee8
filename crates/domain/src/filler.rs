//! Fillers: what people and programs write where there is nothing to write. A filler is a blank, everywhere the same:
//! in import, forms, checks and keys.

use crate::writing::{half, invisible, is_dash, is_middle_dot};

/// Words of programs and of English sheets, in small letters without signs (`N/A` is `na`).
const PROGRAM_WORDS: [&str; 18] = [
    "na",
    "nan",
    "null",
    "nil",
    "none",
    "no",
    "undefined",
    "unknown",
    "notavailable",
    "notprovided",
    "notapplicable",
    "nodata",
    "missing",
    "empty",
    "blank",
    "tbd",
    "tbc",
    "tba",
];
/// Whole words that say nothing.
const WORDS: [&str; 21] = [
    "空",
    "空白",
    "空缺",
    "略",
    "缺",
    "暂缺",
    "拒绝",
    "拒绝提供",
    "拒报",
    "拒答",
    "忘记",
    "忘了",
    "忘带",
    "没带",
    "记不清",
    "说不清",
    "保密",
    "不便透露",
    "不愿透露",
    "不愿提供",
    "不肯提供",
];
/// Words before a denial that add nothing to it.
const BEFORE: [&str; 8] = ["暂时", "目前", "本人", "暂", "尚", "还", "均", "都"];
/// Denials, longer ones first.
const DENIALS: [&str; 9] = ["没有", "查无", "无", "没", "未", "不", "待", "尚待", "有待"];
/// What may be denied so that nothing is said. 未婚 and 无业 are not here: they do say something.
const DENIED: [&str; 72] = [
    "",
    "提供",
    "填",
    "填写",
    "填报",
    "登记",
    "录入",
    "采集",
    "收集",
    "上报",
    "办",
    "办理",
    "补",
    "补充",
    "补录",
    "补填",
    "查",
    "查明",
    "核",
    "核实",
    "核查",
    "定",
    "完善",
    "确认",
    "确定",
    "详",
    "明",
    "知",
    "知道",
    "知晓",
    "清",
    "清楚",
    "记得",
    "有",
    "报",
    "适用",
    "存在",
    "办证",
    "证",
    "证件",
    "证件号",
    "证件号码",
    "号",
    "号码",
    "身份证",
    "身份证号",
    "身份证号码",
    "电话",
    "电话号码",
    "手机",
    "手机号",
    "手机号码",
    "联系方式",
    "联系电话",
    "座机",
    "固话",
    "信息",
    "数据",
    "资料",
    "内容",
    "记录",
    "此项",
    "该项",
    "备注",
    "地址",
    "住址",
    "户籍",
    "户口",
    "标签",
    "关系",
    "邮箱",
    "说明",
];
/// Denials that say something by themselves: 不 and 待 do not.
const NEEDS_OBJECT: [&str; 4] = ["不", "待", "尚待", "有待"];

/// Whether a text says nothing: blank, only signs (`/`, `——`), only zeros, or a word for "nothing" (无, 不详, N/A).
/// Not for amounts: there, 0 is a value.
pub fn is_filler(text: &str) -> bool {
    // Numbers, phones, rooms: most of what a sheet holds.
    if text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        return false;
    }
    let Some(parts) = parts(text) else { return false };
    parts.iter().all(|part| says_nothing(part)) || says_nothing(&parts.concat())
}

/// A text that says something; `None` for a filler.
pub fn unless_filler(text: &str) -> Option<&str> {
    (!is_filler(text)).then_some(text)
}

/// Runs of letters and digits in small letters; `None` where a sign says something, as ✓ does.
fn parts(text: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    for c in text.chars().filter(|c| !invisible(*c)).map(half) {
        let is_dash = is_dash(c);
        if c.is_alphanumeric() && !is_dash {
            parts.last_mut()?.extend(c.to_lowercase());
        } else if is_dash || is_empty_sign(c) {
            parts.push(String::new());
        } else {
            return None;
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(parts)
}

fn is_empty_sign(c: char) -> bool {
    let box_or_times = matches!(
        c,
        '×' | '╳' | '✗' | '✘' | '□' | '○' | '◯' | '☐' | '¬' | '°' | '′' | '″' | '¦' | '…'
    );
    let punctuation = matches!(c, '\u{2016}'..='\u{2027}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{301f}');
    c.is_whitespace() || c.is_ascii_punctuation() || is_middle_dot(c) || punctuation || box_or_times
}

fn says_nothing(part: &str) -> bool {
    let only = |wanted: char| part.chars().all(|c| c == wanted);
    let crossed_out = only('x') && part.chars().count() > 1;
    only('0') || crossed_out || PROGRAM_WORDS.contains(&part) || WORDS.contains(&part) || denies(part)
}

fn denies(part: &str) -> bool {
    let part = BEFORE
        .iter()
        .find_map(|before| part.strip_prefix(before))
        .unwrap_or(part);
    DENIALS.iter().any(|denial| {
        let Some(rest) = part.strip_prefix(denial) else {
            return false;
        };
        let denied = DENIED.contains(&rest) && !(rest.is_empty() && NEEDS_OBJECT.contains(denial));
        // 无无, 没有没有.
        denied || (!rest.is_empty() && rest.replace(denial, "").is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_says_nothing_is_a_blank() {
        let fillers = [
            "",
            "  ",
            "/",
            "//",
            "\\",
            "-",
            "—",
            "——",
            "－",
            "ー",
            "~",
            "*",
            "**",
            "***",
            "?",
            "？",
            "...",
            "……",
            "。",
            "、",
            "_",
            "+",
            "#",
            "|",
            "（）",
            "<>",
            "×",
            "\u{200b}",
            "0",
            "00",
            "000000",
            "0.0",
            "０",
            "0-0",
            "无",
            "(无)",
            "（无）",
            "无。",
            "无/无",
            "无无",
            " 暂 无 ",
            "没有",
            "没",
            "不详",
            "不祥".replace('祥', "详").as_str(),
            "未知",
            "不知道",
            "不清楚",
            "暂无",
            "暂未提供",
            "尚未办理",
            "待补",
            "待补充",
            "待核实",
            "待定",
            "未提供",
            "未填",
            "未填写",
            "未登记",
            "未采集",
            "未办理",
            "没有身份证",
            "无身份证号",
            "无手机",
            "没有电话",
            "查无",
            "空",
            "略",
            "拒绝提供",
            "忘记",
            "N/A",
            "n/a",
            "NA",
            "#N/A",
            "nan",
            "NaN",
            "NULL",
            "null",
            "(null)",
            "<NULL>",
            "None",
            "nil",
            "undefined",
            "Unknown",
            "TBD",
            "xxx",
            "XXXX",
            "ＮＵＬＬ",
        ]
        .map(str::to_owned);
        for filler in fillers {
            assert!(is_filler(&filler), "{filler:?}");
        }
    }

    #[test]
    fn what_says_something_is_kept() {
        let values = [
            "1",
            "101",
            "10",
            "0101",
            "00-101",
            "未婚",
            "无业",
            "待业",
            "不孕",
            "无障碍",
            "吴",
            "无锡",
            "未央路1号",
            "空巢",
            "独居",
            "√",
            "✓",
            "是",
            "否",
            "男",
            "户主",
            "新生儿",
            "A",
            "x",
            "X1",
            "Nana",
            "Nanny",
            "Noah",
            "安娜",
            "一",
            "零",
            "〇",
            "😀",
            "没事",
            "无名氏",
            "缺牙",
            "13800001234",
            "NA123456",
            "无糖",
            "保密局",
        ];
        for value in values {
            assert!(!is_filler(value), "{value:?}");
        }
    }

    proptest! {
        /// Blanks and signs around it change nothing.
        #[test]
        fn a_filler_in_brackets_is_one(text in "[无没不详未知暂待补0N/A-]{0,4}") {
            prop_assert_eq!(is_filler(&text), is_filler(&format!(" （{text}）\u{feff}")));
        }
    }
}
