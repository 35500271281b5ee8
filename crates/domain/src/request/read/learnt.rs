//! What a message is about by how such messages are written: a linear model over its characters, one to three at a time, over
//! what its words mean, and over what the rules in words say. It was learnt from messages written by hand (`tests/requests`,
//! where `learn.py` makes the weights), none of which is among those it is measured with.
//!
//! The rules see what they have words for, the model what is written as such messages are; neither is enough alone.

use std::borrow::Cow;
use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::kind::Spoken;
use super::lexicon::{Sense, Words};
use crate::request::Kind;

/// What the model tells apart: the kinds, and that a message is urgent.
const OUTCOMES: usize = Kind::ALL.len() + 1;
/// The most characters of a piece.
const PIECE_CHARS: usize = 3;
/// Weights are written in thousandths.
const SCALE: f32 = 1_000.0;
/// From which odds on (their logarithm) a message is urgent by the model alone: of the messages that it is learnt from, told by the
/// others, 95 in 100 urgent ones ring then, and 7 in 100 of the others, most of which were written to tempt.
const URGENT_FROM: f32 = -2.0;

/// One line a piece, behind it its weights by kind, in their order, and that for urgent; the first line is what weighs always.
const WEIGHTS: &str = include_str!("weights.tsv");

type Weights = [i32; OUTCOMES];

struct Model {
    always: Weights,
    pieces: HashMap<&'static str, Weights>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let mut model = Model {
        always: [0; OUTCOMES],
        pieces: HashMap::new(),
    };
    for line in WEIGHTS.lines() {
        let mut cells = line.split('\t');
        let piece = cells.next().unwrap_or_default();
        let mut weights = [0; OUTCOMES];
        for (weight, cell) in weights.iter_mut().zip(cells) {
            *weight = cell.parse().unwrap_or_default();
        }
        match piece {
            "" => model.always = weights,
            piece => drop(model.pieces.insert(piece, weights)),
        }
    }
    model
});

/// What the model says of a message.
pub(super) struct Learnt {
    /// The likeliest kind.
    pub(super) kind: Kind,
    /// Whether it is urgent.
    pub(super) urgent: bool,
}

/// What the model says of a message, beside what the rules say.
pub(super) fn of(words: &Words<'_>, spoken: &Spoken<'_>) -> Learnt {
    let model = &*MODEL;
    let (mut sums, mut known) = ([0_i64; OUTCOMES], 0_u32);
    each_piece(words, spoken, |piece| {
        if let Some(weights) = model.pieces.get(piece) {
            known += 1;
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i64::from(*weight);
            }
        }
    });
    let length = f64::from(known.max(1)).sqrt() as f32;
    let score = |outcome: usize| model.always[outcome] as f32 + sums[outcome] as f32 / length;
    let best = Kind::ALL.into_iter().max_by(|one, other| {
        let of = |kind: &Kind| score(*kind as usize);
        of(one).total_cmp(&of(other))
    });
    Learnt {
        kind: best.unwrap_or(Kind::Other),
        urgent: score(Kind::ALL.len()) / SCALE > URGENT_FROM,
    }
}

/// What a message is weighed by: its pieces, each once, as the model is learnt from.
pub fn pieces(words: &Words<'_>, spoken: &Spoken<'_>) -> Vec<String> {
    let mut all = Vec::new();
    each_piece(words, spoken, |piece| all.push(piece.to_owned()));
    all
}

/// Characters in small letters, blanks left out and each digit a 0, in ones, twos and threes; then `#` and what words mean, and
/// `!` and what the rules say.
fn each_piece(words: &Words<'_>, spoken: &Spoken<'_>, mut weigh: impl FnMut(&str)) {
    let text: String = words.text.chars().filter(|c| !c.is_whitespace()).map(plain).collect();
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut seen: HashSet<&str> = HashSet::default();
    for chars in 1..=PIECE_CHARS {
        for window in starts.windows(chars + 1) {
            let piece = &text[window[0]..window[chars]];
            if seen.insert(piece) {
                weigh(piece);
            }
        }
    }
    for (sense, name) in NAMES.iter() {
        if words.has(*sense) {
            weigh(name);
        }
    }
    for said in says(spoken) {
        weigh(&said);
    }
}

static NAMES: LazyLock<Vec<(Sense, String)>> = LazyLock::new(|| {
    let named = |sense: &Sense| (*sense, format!("#{sense:?}"));
    Sense::ALL.iter().map(named).collect()
});

fn plain(c: char) -> char {
    match c {
        '0'..='9' => '0',
        c => c.to_ascii_lowercase(),
    }
}

fn says(spoken: &Spoken<'_>) -> impl Iterator<Item = Cow<'static, str>> {
    let flags = [
        (spoken.notice, "!notice"),
        (spoken.talk, "!talk"),
        (spoken.amounts, "!amounts"),
        (spoken.alarm.is_some(), "!alarm"),
    ];
    let said = flags
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, name)| Cow::Borrowed(name));
    said.chain([Cow::Owned(format!("!{:?}", spoken.kind))])
}
