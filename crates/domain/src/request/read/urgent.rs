//! What is urgent: waiting an hour may cost a life or health. Rules in words: which senses stand together, and without which.

use super::lexicon::{Sense, Senses, Words};
use super::live::{is_calmed, is_denied, stands};
use super::number;
use crate::request::Kind;

/// What rings.
struct Rule {
    /// The danger itself: it is not denied, over, past or feared.
    lead: Sense,
    /// What stands beside it, all of them.
    with: &'static [Sense],
    /// The most characters between it and each of those.
    reach: usize,
    /// What the message does not have.
    unless: Senses,
    /// What the message is then about; by its words, where nothing is said.
    kind: Option<Kind>,
}

const fn rule(lead: Sense, kind: Kind) -> Rule {
    Rule {
        lead,
        with: &[],
        reach: ANYWHERE,
        unless: Senses::of(&[]),
        kind: Some(kind),
    }
}

impl Rule {
    const fn with(self, with: &'static [Sense], reach: usize) -> Rule {
        Rule { with, reach, ..self }
    }

    const fn unless(self, senses: &[Sense]) -> Rule {
        Rule {
            unless: Senses::of(senses),
            ..self
        }
    }

    const fn of_any_kind(self) -> Rule {
        Rule { kind: None, ..self }
    }
}

/// In the same sentence or two.
const ANYWHERE: usize = 60;
/// In the same clause, or the next.
const BESIDE: usize = 8;
/// Right beside it.
const CLOSE: usize = 4;

const RULES: &[Rule] = &[
    rule(Sense::Suicide, Kind::Mind).unless(&[Sense::Laugh]),
    rule(Sense::Despair, Kind::Mind).unless(&[Sense::Laugh, Sense::Light, Sense::Food, Sense::Shop]),
    rule(Sense::Sit, Kind::Mind).with(&[Sense::Window], CLOSE),
    rule(Sense::Collapse, Kind::Medical),
    rule(Sense::Breath, Kind::Medical).with(&[Sense::Trouble], CLOSE),
    rule(Sense::NoWake, Kind::Medical)
        .with(&[Sense::Call], CLOSE)
        .unless(&[Sense::Office]),
    rule(Sense::Chest, Kind::Medical).with(&[Sense::Ache], CLOSE),
    rule(Sense::Tight, Kind::Medical).with(&[Sense::Frail], ANYWHERE),
    rule(Sense::Tight, Kind::Medical).unless(&[Sense::Mood, Sense::Mild]),
    rule(Sense::Pant, Kind::Medical).with(&[Sense::Frail], BESIDE),
    rule(Sense::Pant, Kind::Medical).with(&[Sense::Chronic], ANYWHERE),
    rule(Sense::Still, Kind::Medical).with(&[Sense::Frail], BESIDE),
    rule(Sense::NoWake, Kind::Medical)
        .with(&[Sense::Frail], BESIDE)
        .unless(&[Sense::Office]),
    rule(Sense::Limb, Kind::Medical).with(&[Sense::Numb], CLOSE),
    rule(Sense::Mouth, Kind::Medical).with(&[Sense::Crooked], CLOSE),
    rule(Sense::Mouth, Kind::Medical).with(&[Sense::Livid], CLOSE),
    rule(Sense::Cut, Kind::Medical).with(&[Sense::Body], BESIDE),
    rule(Sense::Scald, Kind::Medical).with(&[Sense::Blister], BESIDE),
    rule(Sense::Speech, Kind::Medical).with(&[Sense::Slurred], CLOSE),
    rule(Sense::Violence, Kind::Other).unless(&[Sense::Laugh]),
    rule(Sense::Bleeding, Kind::Medical),
    rule(Sense::Blood, Kind::Medical).with(&[Sense::Much], CLOSE),
    rule(Sense::Injured, Kind::Medical),
    rule(Sense::Drop, Kind::Medical).with(&[Sense::Height], CLOSE),
    rule(Sense::Blood, Kind::Medical).with(&[Sense::Pregnant], ANYWHERE),
    rule(Sense::Waters, Kind::Medical).with(&[Sense::Pregnant], ANYWHERE),
    rule(Sense::Pills, Kind::Mind).with(&[Sense::Eaten], CLOSE),
    rule(Sense::Handful, Kind::Medical).with(&[Sense::Swallow, Sense::Pills], CLOSE),
    rule(Sense::Poison, Kind::Medical),
    rule(Sense::Toxic, Kind::Medical)
        .with(&[Sense::Swallow], CLOSE)
        .unless(&[Sense::Shop]),
    rule(Sense::Birth, Kind::Medical).unless(&[Sense::Laugh]),
    rule(Sense::Due, Kind::Medical).unless(&[Sense::Later]),
    rule(Sense::Gas, Kind::Property),
    rule(Sense::GasName, Kind::Property).with(&[Sense::Leak], CLOSE),
    rule(Sense::Fire, Kind::Property),
    rule(Sense::Smoke, Kind::Property).with(&[Sense::Thick], CLOSE),
    rule(Sense::Burnt, Kind::Property).with(&[Sense::Knock], ANYWHERE),
    rule(Sense::Trapped, Kind::Property),
    rule(Sense::Lift, Kind::Property)
        .with(&[Sense::Inside], BESIDE)
        .unless(&[Sense::Given]),
    rule(Sense::Stove, Kind::Property),
    // 灶上还炖着 is cooking, unless nobody is there.
    rule(Sense::Cooking, Kind::Property).with(&[Sense::Locked], ANYWHERE),
    rule(Sense::Cooking, Kind::Property).with(&[Sense::LockedOut], ANYWHERE),
    rule(Sense::Cooking, Kind::Property).with(&[Sense::Away], ANYWHERE),
    rule(Sense::Locked, Kind::Property).with(&[Sense::Child], BESIDE),
    rule(Sense::Locked, Kind::Property).with(&[Sense::Frail], BESIDE),
    rule(Sense::Burnt, Kind::Property).with(&[Sense::Electric], BESIDE),
    rule(Sense::Electric, Kind::Property).with(&[Sense::Water], BESIDE),
    rule(Sense::Disease, Kind::Medical).with(&[Sense::Onset], CLOSE),
    rule(Sense::Fall, Kind::Medical).with(&[Sense::Frail], ANYWHERE),
    rule(Sense::Fall, Kind::Medical).with(&[Sense::Unable], ANYWHERE),
    rule(Sense::NoAnswer, Kind::Medical)
        .with(&[Sense::Frail], ANYWHERE)
        .unless(&[Sense::Office, Sense::Shop]),
    rule(Sense::NoReply, Kind::Medical)
        .with(&[Sense::Knock, Sense::Frail], ANYWHERE)
        .unless(&[Sense::Office, Sense::Shop]),
    rule(Sense::Lost, Kind::Other)
        .with(&[Sense::Frail], ANYWHERE)
        .unless(&[Sense::Pet]),
    rule(Sense::Lost, Kind::Other)
        .with(&[Sense::Child], ANYWHERE)
        .unless(&[Sense::Pet]),
    rule(Sense::Missing, Kind::Other).with(&[Sense::Demented], ANYWHERE),
    rule(Sense::Missing, Kind::Other)
        .with(&[Sense::Frail], BESIDE)
        .unless(&[Sense::Pet]),
    rule(Sense::Missing, Kind::Other)
        .with(&[Sense::Child], BESIDE)
        .unless(&[Sense::Pet]),
    rule(Sense::Insulin, Kind::Medicine).with(&[Sense::RunOut, Sense::Listless], ANYWHERE),
    rule(Sense::Hypo, Kind::Medical).with(&[Sense::Listless], ANYWHERE),
    rule(Sense::Breathing, Kind::Medical).with(&[Sense::PowerCut], BESIDE),
    rule(Sense::Breathing, Kind::Medical).with(&[Sense::RunOut], BESIDE),
    rule(Sense::Allergy, Kind::Medical).with(&[Sense::Swelling], ANYWHERE),
    rule(Sense::Fever, Kind::Medical).with(&[Sense::Child, Sense::Limp], ANYWHERE),
    rule(Sense::Severe, Kind::Medical).with(&[Sense::Pain], BESIDE),
    rule(Sense::Severe, Kind::Medical).with(&[Sense::Sudden], BESIDE),
    rule(Sense::Symptom, Kind::Medical).with(&[Sense::Sudden, Sense::Frail], BESIDE),
    rule(Sense::Dialysis, Kind::Medical).with(&[Sense::Overdue], BESIDE),
    rule(Sense::Chemo, Kind::Medical).with(&[Sense::Fever], ANYWHERE),
];

/// Cries for help: of whom nothing else is known, unless what follows is a trifle.
const CRIES: &[Rule] = &[
    rule(Sense::Help, Kind::Other).of_any_kind().unless(&[
        Sense::Laugh,
        Sense::Light,
        Sense::Food,
        Sense::Shop,
        Sense::Pet,
    ]),
    rule(Sense::Ambulance, Kind::Medical).unless(&[Sense::Later, Sense::Past, Sense::Policy, Sense::Laugh]),
];

/// Dangers that are named, and ring only beside something else.
const NAMED: [Sense; 6] = [
    Sense::Fall,
    Sense::Fever,
    Sense::Disease,
    Sense::Hypo,
    Sense::Lost,
    Sense::Locked,
];

/// Whether a message names a danger only to say that there is none: denied, over, or told of elsewhere.
pub(super) fn calms(words: &Words<'_>) -> bool {
    let by_itself = RULES
        .iter()
        .chain(CRIES)
        .filter(|rule| rule.with.is_empty())
        .map(|rule| rule.lead);
    let mut dangers = by_itself.chain(NAMED);
    dangers.any(|danger| words.of_sense(danger).any(|(at, _)| is_calmed(words, at)))
}

/// For which words a message is urgent, and what it is about where the danger says so.
pub(super) fn alarm<'t>(words: &Words<'t>) -> Option<(&'t str, Option<Kind>)> {
    let by_rule = RULES.iter().chain(CRIES).find_map(|rule| rings(rule, words));
    by_rule.or_else(|| {
        let (_, hit) = number::dangerous(words).find(|(at, _)| stands(words, *at))?;
        Some((words.word(hit), Some(Kind::Medical)))
    })
}

fn rings<'t>(rule: &Rule, words: &Words<'t>) -> Option<(&'t str, Option<Kind>)> {
    if words.all.any(rule.unless) || !rule.with.iter().all(|sense| words.has(*sense)) {
        return None;
    }
    let is_beside = |at: usize, sense: Sense| {
        let mut around = words.around(at, rule.reach);
        around.any(|(place, other)| other.senses.has(sense) && !is_denied(words, place))
    };
    let beside = |at: usize| rule.with.iter().all(|sense| is_beside(at, *sense));
    let found = words
        .of_sense(rule.lead)
        .find(|(at, _)| beside(*at) && stands(words, *at));
    found.map(|(_, hit)| (words.word(hit), rule.kind))
}
