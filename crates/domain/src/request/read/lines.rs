//! What a message asks for: 土豆3斤, 3斤土豆, 牛奶一箱, 米10kg*2 (20 kg), 青菜、土豆各来一份. Things that are named without an amount
//! have none.

use std::ops::Range;

use super::MOST_LINES;
use super::lexicon::{Hit, Sense, Senses, Words, senses};
use super::number;
use crate::request::Line;

/// Units in which things are counted or weighed, the longer ones first.
const UNITS: [&str; 56] = [
    "公斤", "千克", "毫升", "大袋", "小袋", "大包", "小包", "大盒", "小盒", "大瓶", "小瓶", "大桶", "小桶", "kg", "KG",
    "Kg", "ml", "ML", "mL", "斤", "两", "克", "g", "升", "L", "箱", "袋", "包", "盒", "瓶", "桶", "罐", "听", "支",
    "根", "颗", "棵", "把", "捆", "份", "板", "粒", "提", "卷", "打", "串", "套", "尾", "扎", "管", "杯", "壶", "只",
    "个", "条", "块",
];
/// Units of other things, too; with them a thing counts only by its known name.
const WEAK: [&str; 9] = ["只", "个", "条", "块", "片", "张", "份", "打", "管"];
/// Units that are read besides: of tablets and sheets.
const THIN: [&str; 5] = ["片", "张", "贴", "枚", "双"];
/// What follows a unit where it is none: 3个人, 2块钱, 两条杠.
const NO_UNIT: [&str; 20] = [
    "人", "月", "小时", "钟", "星期", "礼拜", "多月", "半月", "钱", "杠", "楼", "孩", "老人", "大人", "小孩", "点",
    "门", "电话", "群", "字",
];
/// Senses of things that are asked for.
const THINGS: Senses = Senses::of(&[Sense::Food, Sense::Goods, Sense::Drug, Sense::Supply]);
/// Senses of no thing's name.
const NOTHINGS: Senses = Senses::of(&[
    Sense::First,
    Sense::Frail,
    Sense::Child,
    Sense::Office,
    Sense::Past,
    Sense::Later,
    Sense::Ask,
    Sense::Thanks,
    Sense::Insult,
    Sense::Fever,
    Sense::Gate,
    Sense::House,
    Sense::Swab,
    Sense::Policy,
    Sense::Hospital,
    Sense::ToAll,
    Sense::Notice,
    Sense::Persists,
    Sense::Pain,
    Sense::Mood,
]);
/// Characters of no thing's name: what is left, persons, times.
const NO_NAME: &str = "剩没不人岁楼号室天年次点钟住我你他她们每日顿谁能有想买要借";
/// What says that an amount is what is left, or what nobody got: of it nothing is asked for.
const LEFT: [&str; 7] = ["剩", "还有", "只有", "还够", "还缺", "够吃", "都没"];
/// Where a longer name ends that begins with a known thing.
const ENDS_NAME: &str = "了想要过需还没就都能可卖多吗呢哦啊吧我家他她你谁和跟给是";
/// The longest name, in characters.
const NAME_CHARS: usize = 12;
/// The longest name that is taken as it stands; of a longer one only what is known.
const PLAIN_CHARS: usize = 6;
/// What parts one thing from another.
const PARTS: &str = "，。；！？、,;!?\n:：+＋（）()【】~…/|";
/// What stands before a thing and is none of it.
const BEFORE: [&str; 46] = [
    "帮我家",
    "帮我们",
    "帮忙",
    "帮我",
    "帮",
    "麻烦",
    "我们家",
    "我家",
    "我们",
    "我",
    "家里",
    "想要",
    "想买",
    "想订",
    "需要",
    "急需",
    "还要",
    "还需要",
    "另外",
    "再来",
    "再要",
    "再加",
    "加",
    "再",
    "要买",
    "要",
    "买点",
    "买些",
    "买",
    "带点",
    "带",
    "来点",
    "来",
    "订",
    "求购",
    "求",
    "缺",
    "大概",
    "一共",
    "总共",
    "和",
    "跟",
    "以及",
    "还有",
    "的",
    "下单",
];
/// What stands behind a thing and is none of it.
const BEHIND: [&str; 24] = [
    "谢谢",
    "可以吗",
    "行吗",
    "有吗",
    "多少钱",
    "就行",
    "就好",
    "即可",
    "来",
    "要",
    "大概",
    "约",
    "吧",
    "吗",
    "呢",
    "了",
    "的",
    "哦",
    "啊",
    "啦",
    "我们",
    "我",
    "卖",
    "和",
];
/// What says that each of the things before has an amount.
const EACH: [&str; 9] = ["各来", "各要", "各买", "各订", "各", "每样来", "每样", "每种", "一样"];
/// Before an amount that is taken at a time, and bought by nobody: 每次1片.
const DOSES: [&str; 8] = ["每次", "一次", "每天", "一天", "每日", "一日", "每顿", "每晚"];

struct Amount<'t> {
    span: Range<usize>,
    value: f64,
    unit: Option<&'t str>,
}

/// What a message asks for, in its order.
pub(super) fn of(words: &Words<'_>) -> Vec<Line> {
    let text = words.text;
    let amounts = amounts(words);
    let mut taken: Vec<(usize, Line)> = Vec::new();
    let mut used: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for (place, amount) in amounts.iter().enumerate() {
        let limit = amounts.get(place + 1).map_or(text.len(), |next| next.span.start);
        let names = names(words, amount, from..limit);
        from = names
            .iter()
            .map(|name| name.end)
            .max()
            .unwrap_or(0)
            .max(amount.span.end);
        for name in names {
            taken.push((name.start, line(words, name.clone(), amount)));
            used.push(name);
        }
        if taken.len() >= MOST_LINES {
            break;
        }
    }
    let bare = without_amounts(words, &used);
    taken.extend(bare);
    taken.sort_by_key(|(at, _)| *at);
    taken.truncate(MOST_LINES);
    taken.into_iter().map(|(_, line)| line).collect()
}

fn line(words: &Words<'_>, name: Range<usize>, amount: &Amount<'_>) -> Line {
    Line {
        what: words.text[name].to_owned(),
        amount: Some(amount.value),
        unit: amount.unit.map(str::to_owned),
    }
}

/// Amounts in a text, in order.
fn amounts<'t>(words: &Words<'t>) -> Vec<Amount<'t>> {
    let text = words.text;
    let mut found: Vec<Amount<'t>> = Vec::new();
    let (mut end, mut before) = (0, ' ');
    for (at, c) in text.char_indices() {
        let begins = at >= end && !before.is_ascii_digit() && !matches!(before, '.' | '第' | '-') && begins_number(c);
        if begins && let Some(amount) = amount_at(words, at) {
            end = amount.span.end;
            found.push(amount);
        }
        before = c;
    }
    found.retain(|amount| {
        let dose = DOSES.iter().any(|dose| text[..amount.span.start].ends_with(dose));
        !dose && !text[amount.span.end..].starts_with(['都', '也'])
    });
    found
}

fn begins_number(c: char) -> bool {
    c.is_ascii_digit() || "一二两三四五六七八九十半".contains(c)
}

fn amount_at<'t>(words: &Words<'t>, at: usize) -> Option<Amount<'t>> {
    let text = words.text;
    let (value, length) = number::read(&text[at..])?;
    let times = text[..at].ends_with(['*', '×', 'x', 'X']);
    let mut end = at + length;
    let blank = text[end..].starts_with(' ');
    let Some(unit) = unit(&text[end + usize::from(blank)..]) else {
        // 鸡蛋2, 牛奶*2.
        let before = words.hits.partition_point(|hit| hit.end < at);
        let goods = words
            .hits
            .get(before)
            .is_some_and(|hit| hit.end == at && hit.senses.any(THINGS));
        let ends = text[end..]
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || PARTS.contains(c));
        let start = if times {
            at - text[..at].chars().next_back().map_or(0, char::len_utf8)
        } else {
            at
        };
        return (times || goods && text.is_char_boundary(end) && text[at..end].is_ascii() && ends).then_some(Amount {
            span: start..end,
            value,
            unit: None,
        });
    };
    end += usize::from(blank) + unit.len();
    let start = if times {
        at - text[..at].chars().next_back().map_or(0, char::len_utf8)
    } else {
        at
    };
    let half = text[end..].starts_with('半');
    end += if half { '半'.len_utf8() } else { 0 };
    let value = value + if half { 0.5 } else { 0.0 };
    let (value, unit, end) = multiplied(text, value, unit, end);
    Some(Amount {
        span: start..end,
        value,
        unit: Some(unit),
    })
}

/// 10kg*2 is 20 kg, 950ml*6瓶 are 6 瓶.
fn multiplied<'t>(text: &'t str, value: f64, first: &'t str, end: usize) -> (f64, &'t str, usize) {
    let sign = text[end..]
        .chars()
        .next()
        .filter(|c| matches!(c, '*' | '×' | 'x' | 'X'));
    let counted = sign.and_then(|sign| {
        let from = end + sign.len_utf8();
        let (count, length) = number::read(&text[from..])?;
        Some((count, from + length))
    });
    match counted {
        None => (value, first, end),
        Some((count, end)) => match unit(&text[end..]) {
            Some(unit) => (count, unit, end + unit.len()),
            None => (value * count, first, end),
        },
    }
}

fn unit(text: &str) -> Option<&str> {
    let unit = UNITS.iter().chain(&THIN).find(|unit| text.starts_with(**unit))?;
    let (unit, behind) = text.split_at(unit.len());
    let latin = unit.is_ascii() && behind.starts_with(|c: char| c.is_ascii_alphabetic() && c != 'x' && c != 'X');
    (!latin && !NO_UNIT.iter().any(|word| behind.starts_with(word))).then_some(unit)
}

/// Of what an amount is: what stands before it, or behind. `around`: from the last amount's end to the next one's begin.
fn names(words: &Words<'_>, amount: &Amount<'_>, around: Range<usize>) -> Vec<Range<usize>> {
    let text = words.text;
    let before = &text[around.start..amount.span.start];
    if let Some(each) = EACH.iter().find_map(|each| before.trim_end().strip_suffix(each)) {
        return each_of(words, around.start..around.start + each.len(), amount);
    }
    let start = last_part(before, around.start);
    if let Some(name) = name(words, start..amount.span.start, amount) {
        return vec![name];
    }
    let behind = &text[amount.span.end..around.end];
    let end = behind
        .trim_start()
        .find(|c: char| PARTS.contains(c) || c.is_whitespace());
    let blanks = behind.len() - behind.trim_start().len();
    let end = amount.span.end + end.map_or(behind.len(), |end| blanks + end);
    name(words, amount.span.end..end, amount).into_iter().collect()
}

/// Where the last thing of a text begins.
fn last_part(text: &str, offset: usize) -> usize {
    let text = text.trim_end();
    let cut = text
        .char_indices()
        .rev()
        .find(|(_, c)| PARTS.contains(*c) || c.is_whitespace());
    offset + cut.map_or(0, |(at, c)| at + c.len_utf8())
}

/// Each of several things: 青菜、土豆和蛋.
fn each_of(words: &Words<'_>, part: Range<usize>, amount: &Amount<'_>) -> Vec<Range<usize>> {
    let text = &words.text[part.clone()];
    let from = text
        .rfind(['。', '；', '\n', '！', '？'])
        .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let parts = |c: char| PARTS.contains(c) || c.is_whitespace() || matches!(c, '和' | '跟');
    let mut found = Vec::new();
    let mut start = from;
    for piece in text[from..].split(parts) {
        let at = part.start + start;
        found.extend(name(words, at..at + piece.len(), amount));
        start += piece.len();
        start += text[start..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

/// The name of a thing in a part of the text, without what stands around it.
fn name(words: &Words<'_>, part: Range<usize>, amount: &Amount<'_>) -> Option<Range<usize>> {
    let signs = |c: char| !c.is_alphanumeric();
    let mut name = words.text[part.clone()].trim_start_matches(signs);
    while let Some(rest) = BEFORE.iter().find_map(|word| name.strip_prefix(word)) {
        name = rest.trim_start_matches(signs);
    }
    // What is left ends where the part does.
    let start = part.end - name.len();
    name = name.trim_end_matches(signs);
    while let Some(rest) = BEHIND.iter().find_map(|word| name.strip_suffix(word)) {
        name = rest.trim_end_matches(signs);
    }
    let span = start..start + name.len();
    if LEFT.iter().any(|word| words.text[part.clone()].contains(word)) {
        return None;
    }
    let known = known_in(words, &span);
    let long = name.chars().nth(PLAIN_CHARS).is_some();
    let span = match known {
        Some(hit) if long || name.contains(|c| ENDS_NAME.contains(c)) => hit.start..name_end(words.text, hit, span.end),
        _ => span,
    };
    let name = &words.text[span.clone()];
    let spelled = name.chars().any(char::is_alphabetic) && name.chars().nth(NAME_CHARS).is_none();
    let weak = amount
        .unit
        .is_none_or(|unit| WEAK.contains(&unit) || THIN.contains(&unit));
    let unknown = !weak && !senses(name).any(NOTHINGS) && !name.contains(|c| NO_NAME.contains(c));
    (spelled && (known.is_some() || unknown)).then_some(span)
}

/// Where the name ends that begins with a known thing: 氨氯地平片.
fn name_end(text: &str, known: &Hit, end: usize) -> usize {
    let behind = &text[known.end..end.max(known.end)];
    known.end + behind.find(|c| ENDS_NAME.contains(c)).unwrap_or(behind.len())
}

/// The first known thing that a part of the text names.
fn known_in<'w>(words: &'w Words<'_>, part: &Range<usize>) -> Option<&'w Hit> {
    let from = words.hits.partition_point(|hit| hit.start < part.start);
    let mut within = words.hits[from..].iter().take_while(|hit| hit.start < part.end);
    within.find(|hit| hit.end <= part.end && hit.senses.any(THINGS))
}

/// Things that are named without an amount, and asked for.
fn without_amounts(words: &Words<'_>, used: &[Range<usize>]) -> Vec<(usize, Line)> {
    let mut end = 0;
    let mut found = Vec::new();
    let mut named: Vec<&str> = used.iter().map(|name| &words.text[name.clone()]).collect();
    for (at, hit) in words.hits.iter().enumerate() {
        let free = hit.start >= end && !used.iter().any(|name| name.start < hit.end && hit.start < name.end);
        let unwanted = words.before(at, 1).any(|other| other.senses.has(Sense::NotWanted));
        let word = words.word(hit);
        // 大米 is the rice that is named again as 米; 面包团 is who buys bread together.
        let again = word.ends_with('团') || named.iter().any(|name| name.contains(word));
        if free && !unwanted && !again && hit.senses.any(THINGS) && !hit.senses.has(Sense::Vague) {
            end = hit.end;
            let line = Line {
                what: word.to_owned(),
                amount: None,
                unit: None,
            };
            named.push(word);
            found.push((hit.start, line));
        }
        if found.len() >= MOST_LINES {
            break;
        }
    }
    found
}
