//! What chats put above messages: who wrote them and when, in the shapes in which programs copy and export it; and lines
//! that nobody wrote.

use std::ops::Range;

use super::home;
use super::lexicon::{Sense, Senses, senses};
use crate::writing::{half, invisible, is_dash, is_han};

/// The longest name of a speaker, in characters. WeChat allows 16 Chinese characters and 32 letters.
const NAME_CHARS: usize = 24;
/// The longest time above a message, in bytes: 2022年04月12日 星期二 下午 08:31:05.
const TIME_BYTES: usize = 64;
/// The longest line that a program wrote, in characters.
const SYSTEM_CHARS: usize = 80;
/// Days that stand before a clock.
const DAYS: [&str; 6] = ["昨天", "今天", "前天", "星期", "周", "礼拜"];
/// Halves of a day before a clock.
const HALVES: [&str; 12] = [
    "上午", "下午", "早上", "清晨", "凌晨", "中午", "傍晚", "晚上", "AM", "PM", "am", "pm",
];
/// Signs that end a clause, and stand in no name.
const NO_NAME: &str = "，。！？；,!?;…、“”\"「」【】";
/// What labels the lines of a form, and is nobody's name.
const LABELS: [&str; 46] = [
    "姓名",
    "名字",
    "地址",
    "住址",
    "门牌",
    "楼号",
    "房号",
    "室号",
    "电话",
    "手机",
    "联系电话",
    "联系方式",
    "手机号",
    "联系人",
    "需求",
    "诉求",
    "情况",
    "备注",
    "说明",
    "品名",
    "药名",
    "药品",
    "数量",
    "年龄",
    "性别",
    "症状",
    "时间",
    "日期",
    "医院",
    "科室",
    "身份证",
    "身份证号",
    "原因",
    "问题",
    "急",
    "求助",
    "紧急求助",
    "通知",
    "公告",
    "注意",
    "地点",
    "内容",
    "另外",
    "总计",
    "合计",
    "PS",
];
/// What programs write by themselves.
const SYSTEM: [&str; 24] = [
    "撤回了一条消息",
    "加入了群聊",
    "加入群聊",
    "移出了群聊",
    "修改群名为",
    "拍了拍",
    "退出了群聊",
    "退出群聊",
    "成为新群主",
    "成为新的群主",
    "启用了“群聊邀请",
    "以下为新消息",
    "以下是新消息",
    "以上是打招呼的内容",
    "领取了你的红包",
    "的红包",
    "你已添加了",
    "已成为群管理员",
    "被对方拒收",
    "语音通话已结束",
    "视频通话已结束",
    "发起了语音通话",
    "开启了群",
    "条新消息",
];
/// Surnames of nine in ten people. Source: 公安部户政管理研究中心, 二〇二〇年全国姓名报告, the first hundred.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚\
     沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常施";
/// What stands behind a surname, or before it, of people one knows.
const TITLES: &str =
    "阿姨 叔叔 爷叔 伯伯 先生 女士 小姐 老师 师傅 奶奶 爷爷 阿婆 大姐 姐 哥 叔 姨 妈妈 爸爸 妈 爸 妹 弟 医生 大爷 大妈";

/// The head of a line: who wrote what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The name, in bytes of the line.
    pub(super) name: Option<Range<usize>>,
    /// Where the text begins.
    pub(super) text: usize,
    pub(super) shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// 张三 2022/4/12 08:31:05
    Timed,
    /// 张三：请帮忙
    Named,
    /// 张三：, and the text below.
    NamedAbove,
    /// A time by itself.
    Time,
}

/// The head of a line, where it may have one.
pub(super) fn head(line: &str) -> Option<Head> {
    timed(line).or_else(|| named(line))
}

/// Whether a program wrote a line: somebody came or went, a message was taken back, a day begins.
pub(super) fn is_system(line: &str) -> bool {
    let bare =
        line.trim_matches(|c: char| c.is_whitespace() || is_dash(c) || invisible(c) || matches!(c, '=' | '*' | '·'));
    if bare.is_empty() || is_day(bare) {
        return true;
    }
    if bare.chars().nth(SYSTEM_CHARS).is_some() {
        return false;
    }
    let bare = bare.trim_end_matches(['。', '.']);
    let quoted = bare.starts_with(['“', '"', '”', '你', '您']) || bare.contains("邀请");
    SYSTEM
        .iter()
        .any(|word| bare.ends_with(word) || quoted && bare.contains(word))
}

/// 2022年4月12日, 星期二 by itself.
fn is_day(text: &str) -> bool {
    let end = day(text);
    end > 0 && text[end..].trim().is_empty()
}

/// 张三 2022/4/12 08:31:05; 2022-04-12 08:31:05 张三; [08:31] 张三：….
fn timed(line: &str) -> Option<Head> {
    let start = line.len() - line.trim_start().len();
    let opened = line[start..].trim_start_matches(['[', '【', '(', '（']);
    let first = line.len() - opened.len();
    if let Some(end) = time(opened) {
        return Some(behind_time(line, first + end));
    }
    let clock = |c: char| matches!(c, ':' | '：');
    let colon = line.rfind(clock)?;
    let mut places = line[..colon].char_indices().filter(|(_, c)| parts_name(*c));
    let ends = line.trim_end();
    let found = places.find_map(|(at, c)| {
        let from = at + c.len_utf8();
        let near = ends.len().saturating_sub(from) <= TIME_BYTES || at <= NAME_CHARS * 4;
        let end = from + time(&line[from..]).filter(|_| near)?;
        let rest = line[end..].trim_start_matches([')', '）', ']', '】', ' ']);
        // 李阿姨 08:31 缺菜
        let spoken = || line[end..].starts_with(char::is_whitespace) && is_named(line, start..at);
        let text = rest
            .strip_prefix(clock)
            .or_else(|| (rest.trim().is_empty() || spoken()).then_some(rest))?;
        Some((at, line.len() - text.len()))
    });
    let (end, text) = found?;
    let name = name_in(line, start..end)?;
    Some(Head {
        name: Some(name),
        text,
        shape: Shape::Timed,
    })
}

fn is_named(line: &str, part: Range<usize>) -> bool {
    name_in(line, part).is_some_and(|name| is_person(&line[name]))
}

fn parts_name(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '（' | '[' | '【' | ':' | '：')
}

/// What stands behind a time: a name, or a name and a text.
fn behind_time(line: &str, end: usize) -> Head {
    let rest = line[end..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ']' | '】' | ')' | '）'));
    let from = line.len() - rest.len();
    let inline = named(rest)
        .or_else(|| called(rest))
        .filter(|head| head.shape != Shape::Time);
    if let Some(Head {
        name: Some(name), text, ..
    }) = inline
    {
        return Head {
            name: Some(from + name.start..from + name.end),
            text: from + text,
            shape: Shape::Timed,
        };
    }
    if rest.trim().is_empty() {
        return Head {
            name: None,
            text: line.len(),
            shape: Shape::Time,
        };
    }
    match name_in(line, from..line.len()).filter(|name| is_person(&line[name.clone()])) {
        Some(name) => Head {
            name: Some(name),
            text: line.len(),
            shape: Shape::Timed,
        },
        // 08:31 土豆3斤: a time and a text.
        None => Head {
            name: None,
            text: from,
            shape: Shape::Timed,
        },
    }
}

/// What stands before a colon where a name is due, behind a time or alone on a line between blank ones: whatever it is, but no
/// label and no clause.
pub(super) fn called(line: &str) -> Option<Head> {
    let colon = line
        .char_indices()
        .take(NAME_CHARS + 8)
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let text = colon.0 + colon.1.len_utf8();
    let name = name_in(line, line.len() - line.trim_start().len()..colon.0)?;
    let shape = match line[text..].trim().is_empty() {
        true => Shape::NamedAbove,
        false => Shape::Named,
    };
    (!LABELS.contains(&&line[name.clone()])).then_some(Head {
        name: Some(name),
        text,
        shape,
    })
}

/// 张三：请帮忙.
fn named(line: &str) -> Option<Head> {
    let colon = line
        .char_indices()
        .take(NAME_CHARS + 8)
        .find(|(_, c)| matches!(c, ':' | '：'))?;
    let text = colon.0 + colon.1.len_utf8();
    let start = line.len() - line.trim_start().len();
    let name = name_in(line, start..colon.0)?;
    if !may_name(&line[name.clone()]) {
        return None;
    }
    let shape = if line[text..].trim().is_empty() {
        Shape::NamedAbove
    } else {
        Shape::Named
    };
    Some(Head {
        name: Some(name),
        text,
        shape,
    })
}

/// The name in a part of a line, without blanks and numbers of accounts: 张三(12345678).
fn name_in(line: &str, part: Range<usize>) -> Option<Range<usize>> {
    let text = line.get(part.clone())?;
    let text = match text.find(['<', '(']) {
        Some(at) if text.trim_end().ends_with(['>', ')']) && at > 0 => &text[..at],
        _ => text,
    };
    let signs = |c: char| c.is_whitespace() || invisible(c) || matches!(c, ':' | '：');
    let name = text.trim_end_matches(signs).trim_start_matches(signs);
    let start = part.start + text.len() - text.trim_start_matches(signs).len();
    let named = !name.is_empty() && name.chars().nth(NAME_CHARS).is_none() && !name.contains(|c| NO_NAME.contains(c));
    named.then(|| start..start + name.len())
}

/// Senses of which no speaker's name is.
const NAMES_NOBODY: Senses = Senses::of(&[
    Sense::Need,
    Sense::Food,
    Sense::Goods,
    Sense::Shop,
    Sense::Drug,
    Sense::Prescribe,
    Sense::Hospital,
    Sense::Symptom,
    Sense::House,
    Sense::Gate,
    Sense::Swab,
    Sense::Policy,
    Sense::Notice,
    Sense::ToAll,
    Sense::First,
    Sense::Ask,
    Sense::Thanks,
    Sense::Pet,
    Sense::Collapse,
    Sense::Later,
    Sense::Past,
]);

/// Whether something before a colon may be a speaker's name: no label, and no beginning of a sentence.
fn may_name(name: &str) -> bool {
    let lettered = name.chars().any(|c| c.is_alphabetic());
    lettered && !LABELS.contains(&name) && (is_person(name) || !senses(name).any(NAMES_NOBODY))
}

/// Whether a name is surely somebody's: a surname and no more than a name, a title, or a home and a name behind it.
pub(super) fn is_person(name: &str) -> bool {
    let of_home = home::in_name(name);
    let rest = of_home.name.as_deref().unwrap_or_default();
    let short =
        |text: &str| (1..=4).contains(&text.chars().count()) && text.chars().all(|c| is_han(c) || c.is_alphanumeric());
    if of_home.home.is_some() {
        return !rest.is_empty() && rest.chars().nth(8).is_none() && !senses(rest).any(NAMES_NOBODY);
    }
    let titled = TITLES
        .split(' ')
        .any(|title| name.len() > title.len() && name.ends_with(title));
    let surname = name.trim_start_matches(['小', '老', '阿', '大']);
    let surnamed =
        surname.starts_with(|c| SURNAMES.contains(c)) && (surname.len() < name.len() || name.chars().count() <= 3);
    short(name) && (titled || surnamed) && !LABELS.contains(&name)
}

/// The bytes of a time of day with the day before it.
fn time(text: &str) -> Option<usize> {
    let mut end = day(text);
    end += blanks(&text[end..]);
    for _ in 0..2 {
        let half = HALVES.iter().find(|half| text[end..].starts_with(**half));
        end += half.map_or(0, |half| half.len());
        end += blanks(&text[end..]);
    }
    end += clock(&text[end..])?;
    let rest = &text[end..];
    let half = HALVES
        .iter()
        .find(|half| rest.trim_start().starts_with(**half) && half.is_ascii());
    Some(end + half.map_or(0, |half| blanks(rest) + half.len()))
}

fn blanks(text: &str) -> usize {
    text.len()
        - text
            .trim_start_matches(|c: char| c.is_whitespace() && c != '\n' || matches!(c, 'T' | ','))
            .len()
}

/// The bytes of 2022/4/12, 4月12日, 昨天, 星期二, one or two of them.
fn day(text: &str) -> usize {
    let mut end = 0;
    for _ in 0..2 {
        end += blanks(&text[end..]);
        let rest = &text[end..];
        let named = DAYS.iter().find(|day| rest.starts_with(**day)).map(|day| {
            let number = rest[day.len()..]
                .chars()
                .next()
                .filter(|c| "一二三四五六日天".contains(*c));
            day.len() + number.map_or(0, char::len_utf8)
        });
        let Some(length) = named.or_else(|| date(rest)) else {
            break;
        };
        end += length;
    }
    end
}

fn digits(text: &str, most: usize) -> usize {
    text.chars()
        .take(most + 1)
        .take_while(|c| half(*c).is_ascii_digit())
        .map(char::len_utf8)
        .sum()
}

/// The bytes of 2022-04-12, 4/12, 2022年4月12日.
fn date(text: &str) -> Option<usize> {
    let (mut end, mut numbers) = (0, 0);
    while numbers < 3 {
        let number = digits(&text[end..], 4);
        if number == 0 {
            break;
        }
        numbers += 1;
        end += number;
        let sign = text[end..]
            .chars()
            .next()
            .filter(|c| matches!(c, '-' | '/' | '.' | '年' | '月' | '日' | '号'));
        match sign {
            Some(sign @ ('日' | '号')) => {
                end += sign.len_utf8();
                break;
            }
            Some(sign) if numbers < 3 => end += sign.len_utf8(),
            _ => break,
        }
    }
    (numbers >= 2).then_some(end)
}

/// The bytes of 8:31, 08:31:05.
fn clock(text: &str) -> Option<usize> {
    let (mut end, mut numbers) = (0, 0);
    loop {
        let number = digits(&text[end..], 2);
        if number == 0
            || text[end..]
                .chars()
                .take(3)
                .filter(|c| half(*c).is_ascii_digit())
                .count()
                > 2
        {
            return None;
        }
        end += number;
        numbers += 1;
        let next = text[end..].chars().next().filter(|c| matches!(c, ':' | '：'));
        let follows = next.filter(|c| numbers < 3 && digits(&text[end + c.len_utf8()..], 2) == 2);
        match follows {
            Some(c) => end += c.len_utf8(),
            None => return (numbers >= 2).then_some(end),
        }
    }
}
