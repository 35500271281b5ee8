//! Words of the messages that residents of a closed estate write, each with what it may mean. A word may stand in several
//! rows. Longer words take what lies in them away from shorter ones, so that an exception is a longer word: 打不着火 beside
//! 着火.

mod context;
mod danger;
mod figures;
mod house;
mod illness;
mod things;

use super::lexicon::Sense;

/// Words, parted by blanks, of one sense.
pub(super) type Table = [(Sense, &'static str)];

pub(super) const ALL: [&Table; 6] = [
    danger::WORDS,
    context::WORDS,
    illness::WORDS,
    things::WORDS,
    house::WORDS,
    figures::WORDS,
];
