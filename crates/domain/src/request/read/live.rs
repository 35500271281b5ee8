//! Whether a danger that a message names stands: it is not denied, not feared for later, not over and not long past. In doubt
//! it stands, for to miss one is far worse than to ring for nothing.

use super::lexicon::{Sense, Senses, Words};

/// What may stand between a negation and what it denies: 没有闻到煤气味.
const BETWEEN: &str = "再说到闻怎么什任何发生出现有过太很是在会真的啥见看感觉";
/// The most characters of it.
const BETWEEN_CHARS: usize = 3;
/// Characters in which a negation alone denies what follows at once: 不出血.
const DENYING: [char; 3] = ['不', '没', '无'];
/// The most characters between 如果 and what it speaks of.
const FEARED_CHARS: usize = 10;
/// The most characters between what happened and that it is over, or that it came back.
const OVER_CHARS: usize = 30;
/// The most clauses from what happened to that it is over.
const OVER_CLAUSES: u32 = 2;
/// The most characters between a day and what happened on it, or a source and what it tells.
const TOLD_CHARS: usize = 30;

/// Whether what a word names is so, and now.
pub(super) fn stands(words: &Words<'_>, at: usize) -> bool {
    !(is_calmed(words, at)
        || is_feared(words, at)
        || is_past(words, at)
        || is_history(words, at)
        || is_animals(words, at))
}

/// Whether it is said not to be so, or no more, or to be so elsewhere.
pub(super) fn is_calmed(words: &Words<'_>, at: usize) -> bool {
    is_denied(words, at) || is_over(words, at) || is_told(words, at)
}

/// The most characters between an animal and what ails it.
const ANIMAL_CHARS: usize = 12;
/// Who else may be meant.
const PEOPLE: Senses = Senses::of(&[Sense::Frail, Sense::Child]);

/// 狗狗抽搐了; not where people are named, too.
fn is_animals(words: &Words<'_>, at: usize) -> bool {
    !words.all.any(PEOPLE)
        && words
            .before(at, ANIMAL_CHARS)
            .any(|other| other.senses.has(Sense::Animal))
}

/// 没有胸痛, 不出血.
pub(super) fn is_denied(words: &Words<'_>, at: usize) -> bool {
    let hit = words.hits[at];
    let mut near = words
        .before(at, BETWEEN_CHARS)
        .filter(|other| other.clause == hit.clause);
    let denies = |other: &super::lexicon::Hit| {
        let between = &words.text[other.end..hit.start];
        other.senses.has(Sense::Negation) && between.chars().all(|c| BETWEEN.contains(c))
    };
    let asked = words.before(at, 0).any(|other| other.senses.has(Sense::Suspicion));
    near.any(denies) || !asked && words.text[..hit.start].ends_with(DENYING)
}

/// 如果着火; unless something speaks of now.
fn is_feared(words: &Words<'_>, at: usize) -> bool {
    let clause = words.hits[at].clause;
    let mut near = words.before(at, FEARED_CHARS).filter(|other| other.clause == clause);
    !words.has(Sense::Persists) && near.any(|other| other.senses.has(Sense::Hypothetical))
}

/// 胸口痛好多了; not where it came back.
fn is_over(words: &Words<'_>, at: usize) -> bool {
    if !words.has(Sense::Resolved) {
        return false;
    }
    let last = words.hits[at].clause + OVER_CLAUSES;
    let over = |(place, other): (usize, &super::lexicon::Hit)| {
        let relapse = || {
            words
                .behind(place, OVER_CHARS)
                .any(|(_, other)| other.senses.has(Sense::Relapse))
        };
        other.senses.has(Sense::Resolved) && other.clause <= last && !is_denied(words, place) && !relapse()
    };
    words.behind(at, OVER_CHARS).any(over)
}

/// 去年晕倒过. What is said of dying is no less true a day later.
fn is_past(words: &Words<'_>, at: usize) -> bool {
    let hit = words.hits[at];
    let said = hit.senses.has(Sense::Suicide) || hit.senses.has(Sense::Despair);
    if said || words.has(Sense::Persists) {
        return false;
    }
    let mut near = words
        .before(at, TOLD_CHARS)
        .filter(|other| other.clause + 1 >= hit.clause);
    near.any(|other| other.senses.has(Sense::Past)) || words.text[hit.end..].starts_with('过')
}

/// 新闻里说着火了.
fn is_told(words: &Words<'_>, at: usize) -> bool {
    let clause = words.hits[at].clause;
    let tells = |other: &super::lexicon::Hit| other.senses.has(Sense::Knowledge) && other.clause.abs_diff(clause) <= 1;
    let beside =
        || words.before(at, TOLD_CHARS).any(tells) || words.behind(at, TOLD_CHARS).any(|(_, other)| tells(other));
    let own = words.has(Sense::First);
    let dying = words.hits[at].senses.has(Sense::Suicide);
    words.has(Sense::Knowledge) && (!own || !dying && beside())
}

/// 中风史, 骨折术后, 胸痛药.
fn is_history(words: &Words<'_>, at: usize) -> bool {
    let end = words.hits[at].end;
    let rest = words.text[end..].trim_start_matches(['的', '之']);
    let from = words.text.len() - rest.len();
    let directly = |start: usize| start == from || start == end;
    let mut behind = words.behind(at, 1).map(|(_, other)| other);
    behind.any(|other| other.senses.has(Sense::Aftermath) && directly(other.start) && words.word(other) != "过")
}
