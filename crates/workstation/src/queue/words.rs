//! What is typed to search a list: words that each stand in a row's texts, or spell the name of whom it is about.

use linli_domain::pinyin;
use linli_domain::writing::half;

/// Words, each in half width and small letters.
pub(crate) struct Words(Vec<String>);

impl Words {
    /// Those of a query; none where nothing is typed.
    pub(crate) fn of(query: Option<&str>) -> Words {
        let query: String = query.unwrap_or_default().chars().map(half).collect();
        Words(query.to_lowercase().split_whitespace().map(str::to_owned).collect())
    }

    /// Whether there are none, so that every row has them all.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each word stands in one of the texts, or spells a part of the name.
    pub(crate) fn are_in(&self, texts: &[&str], name: &str) -> bool {
        let stands = |word: &str| texts.iter().any(|text| holds(text, word));
        self.0.iter().all(|word| stands(word) || spells(word, name))
    }
}

/// The byte by which signs of full width begin, （ and １ among them.
const FULL_WIDTH: u8 = 0xEF;

/// Whether a word in small letters of half width stands in a text of any.
fn holds(text: &str, word: &str) -> bool {
    let other = |byte: u8| byte.is_ascii_uppercase() || byte == FULL_WIDTH;
    let alike = || text.chars().map(half).collect::<String>().to_ascii_lowercase();
    text.contains(word)
        || (text.bytes().any(other) && word.bytes().any(|byte| byte.is_ascii()) && alike().contains(word))
}

/// Whether letters are a name in pinyin from one of its syllables on, or initials of it: `zhangsan`, `san`, `zs`.
fn spells(word: &str, name: &str) -> bool {
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    pinyin::readings(name).iter().any(|syllables| {
        let initials: String = syllables.iter().filter_map(|one| one.chars().next()).collect();
        initials.contains(word) || (0..syllables.len()).any(|from| syllables[from..].concat().starts_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_in_a_text_or_spells_the_name() {
        let found = |query: &str| Words::of(Some(query)).are_in(&["张晓明", "漏水 WC（堵了）"], "张晓明");
        for query in [
            "",
            "张晓",
            "漏水 张",
            "zhangxiao",
            "xiaom",
            "zxm",
            "xm 漏水",
            "ＷＣ",
            "wc",
            "wc（堵了）",
            "(堵",
        ] {
            assert!(found(query), "{query}");
        }
        for query in ["李", "漏水 李", "hangxiao", "zm", "zhangming"] {
            assert!(!found(query), "{query}");
        }
    }
}
