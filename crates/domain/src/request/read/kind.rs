//! What a message is about: the kind for which its words speak most.

use super::lexicon::{Sense, Words};
use super::live::is_denied;
use super::urgent;
use crate::request::Kind;

/// For which kind a word of a sense speaks; how much: 1 hints, 2 speaks for it, 3 hardly means anything else; and how many
/// such words count, for a long list is no more a list than a short one.
const WEIGHTS: &[(Sense, Kind, u32, usize)] = &[
    (Sense::Food, Kind::Groceries, 2, 3),
    (Sense::Goods, Kind::Groceries, 2, 3),
    (Sense::Shop, Kind::Groceries, 3, 3),
    (Sense::Drug, Kind::Medicine, 3, 3),
    (Sense::Prescribe, Kind::Medicine, 3, 3),
    (Sense::Supply, Kind::Medicine, 2, 3),
    (Sense::Chronic, Kind::Medicine, 1, 2),
    (Sense::Chronic, Kind::Medical, 1, 2),
    (Sense::Hospital, Kind::Medical, 3, 3),
    (Sense::Symptom, Kind::Medical, 2, 3),
    (Sense::Collapse, Kind::Medical, 2, 3),
    (Sense::Bleeding, Kind::Medical, 2, 3),
    (Sense::Injured, Kind::Medical, 2, 3),
    (Sense::Poison, Kind::Medical, 2, 3),
    (Sense::Birth, Kind::Medical, 3, 3),
    (Sense::Due, Kind::Medical, 3, 3),
    (Sense::Disease, Kind::Medical, 1, 3),
    (Sense::Pregnant, Kind::Medical, 1, 1),
    (Sense::Pet, Kind::Pets, 7, 3),
    (Sense::House, Kind::Property, 3, 3),
    (Sense::Fire, Kind::Property, 2, 3),
    (Sense::Gas, Kind::Property, 3, 3),
    (Sense::Stove, Kind::Property, 1, 3),
    (Sense::Trapped, Kind::Property, 3, 3),
    (Sense::Burnt, Kind::Property, 2, 3),
    (Sense::Mood, Kind::Mind, 2, 3),
    (Sense::Suicide, Kind::Mind, 3, 3),
    (Sense::Despair, Kind::Mind, 2, 3),
    (Sense::Gate, Kind::Access, 3, 3),
    (Sense::Barred, Kind::Access, 3, 2),
    (Sense::Swab, Kind::Testing, 3, 3),
    (Sense::Policy, Kind::Advice, 2, 2),
    (Sense::Ask, Kind::Advice, 1, 1),
];
/// Of kinds for which a message speaks alike, the first counts: what is rarer said in passing.
const FIRST: [Kind; 9] = [
    Kind::Pets,
    Kind::Medicine,
    Kind::Mind,
    Kind::Medical,
    Kind::Property,
    Kind::Access,
    Kind::Testing,
    Kind::Groceries,
    Kind::Advice,
];

/// What the rules say of a message.
pub(super) struct Spoken<'t> {
    /// What it is about.
    pub(super) kind: Kind,
    /// For which words it is urgent.
    pub(super) alarm: Option<&'t str>,
    /// Somebody had it written for all.
    pub(super) notice: bool,
    /// Nothing is asked for.
    pub(super) talk: bool,
    /// It names amounts of things.
    pub(super) amounts: bool,
}

/// What the rules say. `amounts`: it names amounts of things.
pub(super) fn spoken<'t>(words: &Words<'t>, amounts: bool) -> Spoken<'t> {
    let notice = is_notice(words);
    let alarm = urgent::alarm(words).filter(|_| !notice);
    let talk = !notice && alarm.is_none() && !amounts && is_talk(words);
    let kind = match alarm {
        _ if notice || talk => Kind::Other,
        Some((_, Some(kind))) => kind,
        _ => spoken_for(words, amounts),
    };
    Spoken {
        kind,
        alarm: alarm.map(|(word, _)| word),
        notice,
        talk,
        amounts,
    }
}

/// What a committee or somebody else had written for all.
fn is_notice(words: &Words<'_>) -> bool {
    let count = |sense| words.of_sense(sense).count();
    let (notice, to_all) = (count(Sense::Notice), count(Sense::ToAll));
    match words.has(Sense::First) {
        true => notice + to_all >= 4,
        false => {
            let asks = words.has(Sense::Need);
            let warns = to_all >= 1 && words.has(Sense::Hypothetical);
            notice >= 2 || notice == 1 && (to_all >= 1 || !asks) || !asks && (warns || to_all >= 3)
        }
    }
}

/// Thanks, a quarrel, what came: nothing is asked for.
fn is_talk(words: &Words<'_>) -> bool {
    let needs = words.of_sense(Sense::Need).any(|(at, _)| !is_denied(words, at)) || words.has(Sense::Ask);
    let wants = needs || words.has(Sense::Wish);
    // 老人天天骂人 is no quarrel of the group's.
    if words.has(Sense::Insult) && !words.has(Sense::Frail) && !words.has(Sense::Child) {
        return !wants || !words.has(Sense::First);
    }
    let begins_with_thanks = words.hits.first().is_some_and(|hit| hit.senses.has(Sense::Thanks));
    let given = words.has(Sense::Given) && !words.has(Sense::Barred);
    let thanks = begins_with_thanks || words.has(Sense::Thanks) && given;
    let needed = words.has(Sense::Need);
    let praise = words.has(Sense::Praise) || words.has(Sense::Laugh);
    !needs && thanks || !wants && (given || praise) || !needed && urgent::calms(words)
}

/// What an amount of something speaks for groceries.
const AMOUNT: u32 = 3;

fn spoken_for(words: &Words<'_>, amounts: bool) -> Kind {
    let mut scores = [0_u32; Kind::ALL.len()];
    scores[Kind::Groceries as usize] += if amounts && !words.has(Sense::Drug) { AMOUNT } else { 0 };
    for &(sense, kind, weight, most) in WEIGHTS {
        scores[kind as usize] += words.of_sense(sense).take(most).count() as u32 * weight;
    }
    let best = scores.iter().copied().max().unwrap_or_default();
    let first = FIRST
        .into_iter()
        .find(|kind| best > 0 && scores[*kind as usize] == best);
    match first {
        // 你吃了吗 asks nothing of a committee.
        Some(Kind::Advice) if best == 1 && !words.has(Sense::Consult) => Kind::Other,
        Some(kind) => kind,
        None => Kind::Other,
    }
}
