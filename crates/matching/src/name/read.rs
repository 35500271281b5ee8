//! What a row's cell says of a name.

use linli_domain::filler::is_filler;
use linli_domain::person_name::{COMPOUND_SURNAMES, key, normal};
use linli_domain::writing::is_han;

use crate::beginning;
use crate::traditional::simplified;

/// Titles behind a surname or a name, the longer ones first; and the sex they say.
const TITLES: [(&str, Title); 32] = [
    ("老太太", Title::Woman),
    ("老先生", Title::Man),
    ("先生", Title::Man),
    ("女士", Title::Woman),
    ("小姐", Title::Woman),
    ("阿姨", Title::Woman),
    ("奶奶", Title::Woman),
    ("婆婆", Title::Woman),
    ("大妈", Title::Woman),
    ("大姐", Title::Woman),
    ("太太", Title::Woman),
    ("阿婆", Title::Woman),
    ("大娘", Title::Woman),
    ("爷爷", Title::Man),
    ("大爷", Title::Man),
    ("大伯", Title::Man),
    ("伯伯", Title::Man),
    ("叔叔", Title::Man),
    ("大叔", Title::Man),
    ("爷叔", Title::Man),
    ("大哥", Title::Man),
    ("老伯", Title::Man),
    ("师傅", Title::Unsaid),
    ("老师", Title::Unsaid),
    ("医生", Title::Unsaid),
    ("老板", Title::Unsaid),
    ("经理", Title::Unsaid),
    ("同志", Title::Unsaid),
    ("书记", Title::Unsaid),
    ("主任", Title::Unsaid),
    ("教授", Title::Unsaid),
    ("居民", Title::Unsaid),
];
/// Titles behind a surname of one character: behind two, they end a name.
const SHORT_TITLES: [(&str, Title); 5] = [
    ("姐", Title::Woman),
    ("姨", Title::Woman),
    ("哥", Title::Man),
    ("工", Title::Unsaid),
    ("总", Title::Unsaid),
];
/// What stands before a surname alone.
const BEFORE: [char; 3] = ['老', '小', '阿'];
/// What stands for characters of a name that are not told.
const HIDES: [char; 14] = [
    '*', '＊', '□', '■', '?', '？', '○', '〇', '×', '_', '某', '\u{fffd}', '●', 'X',
];
/// Those of them that stand for a character that cannot be read, and for no more than one.
const UNREADABLE: [char; 7] = ['□', '■', '?', '？', '_', '\u{fffd}', '●'];
/// Words for relatives behind a name: the row is about somebody else.
const RELATIVES: [&str; 20] = [
    "之母", "之父", "之子", "之女", "之妻", "之夫", "母亲", "父亲", "妈妈", "爸爸", "妻子", "丈夫", "老公", "老婆",
    "儿子", "女儿", "家属", "家人", "一家", "配偶",
];
/// Words for nobody.
const NOBODY: [&str; 8] = ["不详", "未知", "无名", "匿名", "无名氏", "居民", "业主", "租客"];
/// Between two people.
const BETWEEN: [char; 14] = [
    '、', '/', '／', ',', '，', ';', '；', '&', '+', '和', '及', '与', '\\', '|',
];

/// The sex that a title says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Title {
    Man,
    Woman,
    #[default]
    Unsaid,
}

/// What a row says of a name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Name {
    #[default]
    Silent,
    /// Two people, or somebody's relative.
    Several,
    Whole(Vec<char>),
    Part {
        /// From the first character on; nothing where one cannot be read.
        seen: Vec<Option<char>>,
        /// Whether more may follow.
        rest: bool,
        title: Title,
        /// 小明 may be a name of which a character is left out.
        short: Option<[char; 2]>,
    },
}

/// The characters of a name by which it is compared.
pub(crate) fn characters(name: &str) -> Vec<char> {
    key(&normal(beginning(name))).chars().map(simplified).collect()
}

/// Characters of a surname.
pub(crate) fn surname_length(name: &[char]) -> usize {
    let compound = |surname: &&str| name.len() > 2 && surname.chars().eq(name[..2].iter().copied());
    if COMPOUND_SURNAMES.iter().any(compound) { 2 } else { 1 }
}

impl Name {
    /// Reads a cell.
    pub(crate) fn read(text: &str) -> Name {
        let text = normal(&without_brackets(beginning(text)));
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '。' | ':' | '：' | '-' | '※'));
        if text.is_empty() || is_filler(text) || NOBODY.contains(&text) {
            return Name::Silent;
        }
        if names_several(text) {
            return Name::Several;
        }
        let said = characters(text);
        if said.is_empty() {
            return Name::Silent;
        }
        titled(&said).or_else(|| hidden(&said)).unwrap_or(Name::Whole(said))
    }
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let kept = text.chars().filter(|c| match c {
        '(' | '（' | '[' | '【' | '〔' => {
            depth += 1;
            false
        }
        ')' | '）' | ']' | '】' | '〕' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    kept.collect()
}

fn names_several(text: &str) -> bool {
    let long = |piece: &str| piece.chars().filter(|c| is_han(*c)).count() >= 2;
    let pieces = text.split(BETWEEN).collect::<Vec<_>>();
    if pieces.len() > 1 && pieces.iter().all(|piece| long(piece)) {
        return true;
    }
    // A blank that `normal` leaves parts two names, or the halves of one in another tongue: those are longer.
    let mut apart = text.split_whitespace();
    let short = |piece: &str| (2..=3).contains(&piece.chars().count()) && long(piece);
    let two = apart.clone().count() > 1 && apart.all(short);
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '人' | '口' | '名'));
    let more = bare.strip_suffix('等').is_some_and(long);
    let relative = RELATIVES.iter().any(|word| {
        text.strip_suffix(word)
            .is_some_and(|name| long(name.trim_end_matches('的')))
    });
    two || more || relative
}

/// 张女士, 老张, 张晓明先生.
fn titled(said: &[char]) -> Option<Name> {
    let part = |surname: &[char], title| Name::Part {
        seen: surname.iter().copied().map(Some).collect(),
        rest: true,
        title,
        short: None,
    };
    if let [before, surname] = said
        && BEFORE.contains(before)
    {
        return Some(Name::Part {
            seen: vec![Some(*surname)],
            rest: true,
            title: Title::Unsaid,
            short: Some([*before, *surname]),
        });
    }
    if let [before, surname @ ..] = said
        && BEFORE.contains(before)
        && is_compound(surname)
    {
        return Some(part(surname, Title::Unsaid));
    }
    let cut = |titles: &'static [(&str, Title)]| {
        let found = titles.iter().filter_map(|(word, title)| {
            let length = said.len().checked_sub(word.chars().count())?;
            let ends = said[length..].iter().copied().eq(word.chars());
            ends.then_some((&said[..length], *title))
                .filter(|(name, _)| !name.is_empty())
        });
        let mut found = found;
        found.next()
    };
    if let Some((name, title)) = cut(&SHORT_TITLES).filter(|(name, _)| name.len() == 1) {
        return Some(part(name, title));
    }
    let (name, title) = cut(&TITLES)?;
    if name.len() == 1 || is_compound(name) {
        return Some(part(name, title));
    }
    Some(hidden(name).unwrap_or_else(|| Name::Whole(name.to_vec())))
}

fn is_compound(name: &[char]) -> bool {
    COMPOUND_SURNAMES
        .iter()
        .any(|surname| surname.chars().eq(name.iter().copied()))
}

/// 张*, 张某某, 张□明.
fn hidden(said: &[char]) -> Option<Name> {
    let hides = |c: &char| HIDES.contains(c) || *c == 'x';
    let latin = said.iter().all(char::is_ascii_alphabetic);
    if latin || !said.iter().any(hides) {
        return None;
    }
    let seen: Vec<Option<char>> = said.iter().map(|c| Some(*c).filter(|c| !hides(c))).collect();
    let told = seen.iter().flatten().count();
    let unreadable = said.last().is_some_and(|c| UNREADABLE.contains(c));
    let last = seen.iter().rposition(Option::is_some);
    match last {
        None => Some(Name::Silent),
        // 张*, 张某某: how many follow is not told. 张晓*: one is.
        Some(last) if told == last + 1 && !(told + 1 == seen.len() && (told > surname_length(said) || unreadable)) => {
            Some(Name::Part {
                seen: seen[..=last].to_vec(),
                rest: true,
                title: Title::Unsaid,
                short: None,
            })
        }
        Some(_) => Some(Name::Part {
            seen,
            rest: false,
            title: Title::Unsaid,
            short: None,
        }),
    }
}
