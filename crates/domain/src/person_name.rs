//! A person's name in one writing: standard characters, one dot between the parts of a name (·, U+00B7), and no blanks
//! inside a Chinese name. What a blank parts is kept: 买买提 吐尔逊, 김 민수, José García.

use crate::writing::{half, is_han, is_middle_dot, standard};

/// Compound surnames: the blank behind one parts it from a given name of the same person.
pub const COMPOUND_SURNAMES: [&str; 38] = [
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "夏侯",
    "钟离", "申屠", "澹台", "太史", "端木", "轩辕", "万俟", "赫连", "呼延", "拓跋", "淳于", "单于", "仲孙", "鲜于",
    "闾丘", "司空", "濮阳", "公冶", "宗政", "南宫", "百里", "独孤", "闻人", "西门",
];
/// The dot between the parts of a name (GB/T 15834-2011, 间隔号).
const DOT: char = '·';

/// What stands where a name is missing.
pub const NAMELESS: &str = "（无姓名）";

/// A name in its one writing.
pub fn normal(name: &str) -> String {
    without_blanks(&dotted(&usual_width(&standard(name))))
}

/// What two writings of one name have in common: without blanks and dots, in small letters.
pub fn key(name: &str) -> String {
    let said = standard(name)
        .chars()
        .map(half)
        .filter(|c| !c.is_whitespace() && !is_middle_dot(*c) && *c != '.')
        .collect::<String>();
    said.to_lowercase()
}

/// Letters, digits and blanks of a name in their usual width; Chinese signs stay.
pub(crate) fn usual_width(name: &str) -> String {
    let usual = |c: char| {
        let half = half(c);
        if half.is_ascii_alphanumeric() || half == ' ' {
            half
        } else {
            c
        }
    };
    name.chars().map(usual).collect()
}

/// Every dot between two parts becomes the one that ID cards have. A full stop between Latin letters is an initial's.
pub(crate) fn dotted(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let beside = |place: usize| {
        let before = characters[..place].iter().rev().find(|c| !c.is_whitespace());
        let after = characters[place + 1..].iter().find(|c| !c.is_whitespace());
        before.zip(after)
    };
    let dot = |(place, c): (usize, &char)| {
        let Some((before, after)) = beside(place) else {
            return *c;
        };
        let between_han = is_han(*before) && is_han(*after);
        if is_middle_dot(*c) || (between_han && matches!(c, '.' | '。' | '˙')) {
            DOT
        } else {
            *c
        }
    };
    characters.iter().enumerate().map(dot).collect()
}

/// Takes out the blanks of a Chinese name written apart (张 三, 欧阳 小明), and those around the dot; runs become one.
pub(crate) fn without_blanks(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut last = "";
    for piece in name.split_whitespace() {
        if !out.is_empty() && !joins(last, piece) {
            out.push(' ');
        }
        out.push_str(piece);
        last = piece;
    }
    out
}

fn joins(before: &str, after: &str) -> bool {
    let (Some(left), Some(right)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    if left == DOT || right == DOT {
        return true;
    }
    let one = |piece: &str| piece.chars().count() == 1;
    is_han(left) && is_han(right) && (one(before) || one(after) || COMPOUND_SURNAMES.contains(&before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_have_one_writing_and_lose_nothing() {
        for (written, name) in [
            ("张 三", "张三"),
            ("张\u{3000}三", "张三"),
            ("李 小 明", "李小明"),
            ("欧阳 小明", "欧阳小明"),
            ("张\n三", "张三"),
            ("买买提 吐尔逊", "买买提 吐尔逊"),
            ("张三 李四", "张三 李四"),
            ("John  Smith", "John Smith"),
            ("J. R. Smith", "J. R. Smith"),
            ("José García", "José García"),
            ("김 민수", "김 민수"),
            ("Анна Иванова", "Анна Иванова"),
            ("Ｊｏｈｎ\u{3000}Ｓｍｉｔｈ", "John Smith"),
            ("买买提•吐尔逊", "买买提·吐尔逊"),
            ("买买提・吐尔逊", "买买提·吐尔逊"),
            ("买买提．吐尔逊", "买买提·吐尔逊"),
            ("买买提‧吐尔逊", "买买提·吐尔逊"),
            ("买买提.吐尔逊", "买买提·吐尔逊"),
            ("买买提 · 吐尔逊", "买买提·吐尔逊"),
            ("\u{e863}小明", "䶮小明"),
            ("⼩\u{200b}明", "小明"),
        ] {
            assert_eq!(normal(written), name, "{written:?}");
        }
    }

    #[test]
    fn two_writings_of_a_name_have_one_key() {
        for (a, b, same) in [
            ("买买提·吐尔逊", "买买提 吐尔逊", true),
            ("买买提•吐尔逊", "买买提吐尔逊", true),
            ("John Smith", "JOHN SMITH", true),
            ("\u{e863}明", "䶮明", true),
            ("张三", "张三丰", false),
        ] {
            assert_eq!(key(a) == key(b), same, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn writing_it_twice_changes_nothing(name in "\\PC{0,20}") {
            let once = normal(&name);
            prop_assert_eq!(normal(&once), once.clone());
            prop_assert_eq!(key(&name), key(&once));
        }
    }
}
