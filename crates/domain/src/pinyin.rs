//! Readings of names in pinyin, for search: the surname's own reading where it has one (单 shàn, 曾 zēng), other
//! readings of polyphonic characters beside the usual one.

use pinyin::{ToPinyin, ToPinyinMulti};

/// Surnames read differently than as common words. Source: 现代汉语词典, entries marked 姓.
const SURNAMES: [(&str, &str); 26] = [
    ("尉迟", "yu chi"),
    ("万俟", "mo qi"),
    ("澹台", "tan tai"),
    ("长孙", "zhang sun"),
    ("单", "shan"),
    ("曾", "zeng"),
    ("仇", "qiu"),
    ("解", "xie"),
    ("查", "zha"),
    ("区", "ou"),
    ("朴", "piao"),
    ("盖", "ge"),
    ("乐", "yue"),
    ("覃", "qin"),
    ("缪", "miao"),
    ("翟", "zhai"),
    ("华", "hua"),
    ("任", "ren"),
    ("尹", "yin"),
    ("宁", "ning"),
    ("葛", "ge"),
    ("燕", "yan"),
    ("那", "na"),
    ("秘", "bi"),
    ("冼", "xian"),
    ("召", "shao"),
];
/// Surnames of which families say another reading than the dictionary's first (覃 in Guangxi, 乐 in Jiangxi, 盖 in
/// Shandong), and the readings that who does not know the surname types. Whoever types either finds them.
const ALSO: [(&str, &str); 20] = [
    ("尉迟", "wei chi"),
    ("万俟", "wan qi"),
    ("澹台", "dan tai"),
    ("长孙", "chang sun"),
    ("覃", "tan"),
    ("乐", "le"),
    ("盖", "gai"),
    ("区", "qu"),
    ("查", "cha"),
    ("单", "dan"),
    ("仇", "chou"),
    ("曾", "ceng"),
    ("解", "jie"),
    ("朴", "pu"),
    ("缪", "mou"),
    ("翟", "di"),
    ("秘", "mi"),
    ("召", "zhao"),
    ("谌", "shen"),
    ("费", "bi"),
];
/// Readings kept per name: names with three polyphonic characters have eight and more.
const MAX_READINGS: usize = 4;

/// The readings of a name, best first, each as syllables in small letters. A character without a known reading
/// is passed over; Latin words are syllables of their own. A ü is v, as keyboards have it, and u in a reading more.
pub fn readings(name: &str) -> Vec<Vec<String>> {
    let name = name.trim();
    let read = |table: &'static [(&str, &str)]| {
        let found = table
            .iter()
            .find_map(|(surname, reading)| Some((*reading, name.strip_prefix(surname)?)));
        found.map(|(reading, rest)| (reading.split(' ').map(str::to_owned).collect::<Vec<_>>(), rest))
    };
    let mut all = following(read(&SURNAMES).unwrap_or_else(|| (Vec::new(), name)));
    let umlaut = all
        .first()
        .filter(|first| first.iter().any(|syllable| is_umlaut(syllable)));
    let plain = umlaut.map(|first| first.iter().map(|syllable| without_umlaut(syllable)).collect());
    let also = read(&ALSO).and_then(|also| following(also).into_iter().next());
    for more in [plain, also].into_iter().flatten() {
        all.truncate(MAX_READINGS - 1);
        all.insert(1.min(all.len()), more);
    }
    all.dedup();
    all
}

/// lv and nv, lve and nve; a v in a Latin name is a v.
fn is_umlaut(syllable: &str) -> bool {
    matches!(syllable, "lv" | "nv" | "lve" | "nve")
}

fn without_umlaut(syllable: &str) -> String {
    if is_umlaut(syllable) {
        syllable.replace('v', "u")
    } else {
        syllable.to_owned()
    }
}

/// The readings of a name whose surname is read already.
fn following((surname, rest): (Vec<String>, &str)) -> Vec<Vec<String>> {
    let mut readings = vec![surname];
    for word in words(rest) {
        let options = match word.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => vec![word.to_lowercase()],
            Some(first) => syllables(first),
            None => Vec::new(),
        };
        if let [only] = options.as_slice() {
            readings.iter_mut().for_each(|reading| reading.push(only.clone()));
        } else if !options.is_empty() {
            readings = options
                .iter()
                .flat_map(|option| {
                    readings
                        .iter()
                        .map(move |reading| [reading.as_slice(), std::slice::from_ref(option)].concat())
                })
                .take(MAX_READINGS)
                .collect();
        }
    }
    readings.retain(|reading| !reading.is_empty());
    readings
}

/// Single Chinese characters, and Latin words as wholes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = if first.is_ascii_alphabetic() {
            rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(length);
        rest = after;
        Some(word)
    })
}

fn syllables(c: char) -> Vec<String> {
    let plain = |reading: pinyin::Pinyin| match reading.plain() {
        umlaut if umlaut.contains('ü') => umlaut.replace('ü', "v"),
        plain => plain.to_owned(),
    };
    let mut all: Vec<String> = c.to_pinyin().map(plain).into_iter().collect();
    for other in c.to_pinyin_multi().into_iter().flatten().map(plain) {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: &str) -> String {
        readings(name)
            .first()
            .map(|reading| reading.join(" "))
            .unwrap_or_default()
    }

    #[test]
    fn surnames_have_their_own_readings() {
        for (name, reading) in [
            ("张晓明", "zhang xiao ming"),
            ("单雄", "shan xiong"),
            ("曾国", "zeng guo"),
            ("尉迟恭", "yu chi gong"),
            ("吕布", "lv bu"),
            ("Li Ming", "li ming"),
            ("", ""),
        ] {
            assert_eq!(first(name), reading, "{name}");
        }
    }

    #[test]
    fn what_else_is_typed_for_a_name_finds_it() {
        for (name, typed) in [
            ("覃国", "tan guo"),
            ("曾国", "ceng guo"),
            ("费明", "bi ming"),
            ("翟明", "di ming"),
            ("万俟明", "wan qi ming"),
            ("长孙明", "chang sun ming"),
            ("吕绿", "lu lu"),
            ("女略", "nu lue"),
            ("Olva Li", "olva li"),
        ] {
            let all: Vec<String> = readings(name).iter().map(|reading| reading.join(" ")).collect();
            assert!(all.contains(&typed.to_owned()), "{name} {all:?}");
        }
    }

    #[test]
    fn other_readings_are_kept_but_not_without_end() {
        let all = readings("张重乐");
        assert!(all.iter().any(|reading| reading[1] == "chong") && all.iter().any(|reading| reading[1] == "zhong"));
        assert!(readings("重乐行长单朝").len() <= MAX_READINGS);
    }
}
