//! Reading a pasted chat: who wrote what, and what of it asks for something. What comes of it is a draft, which a clerk looks
//! at.
//!
//! Every rule stands in a table of words ([`words`]) or of what words mean together ([`urgent`], [`kind`]).

mod chat;
mod header;
mod home;
mod kind;
mod learnt;
mod lexicon;
mod lines;
mod live;
mod number;
mod own;
#[cfg(test)]
mod tests;
mod urgent;
mod words;

use super::{Kind, Line};
use crate::address::AddressParts;
use crate::phone::{self, Phone};
use lexicon::Words;

pub use chat::{Piece, Role, pieces};

/// The most characters of a message that are read; WeChat sends no longer ones. What stands behind them is kept and not read.
pub const MESSAGE_CHARS: usize = 5_000;
/// The most things that a message asks for.
pub const MOST_LINES: usize = 100;

/// A message as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft<'t> {
    /// Who wrote it, as the chat names them.
    pub speaker: Option<&'t str>,
    /// The speaker's name without the home that stands in it.
    pub name: Option<String>,
    /// The message as it was pasted.
    pub text: &'t str,
    /// Whether it is longer than [`MESSAGE_CHARS`], and only its beginning was read.
    pub cut: bool,
    /// What it is about.
    pub kind: Kind,
    /// The words for which it is urgent: waiting an hour may cost a life or health.
    pub alarm: Option<String>,
    /// The home or building it names, or that the speaker's name has.
    pub place: Option<AddressParts>,
    /// The first phone in it.
    pub phone: Option<Phone>,
    /// What it asks for, where it asks for things.
    pub lines: Vec<Line>,
}

impl Draft<'_> {
    /// The place in one writing, without 室: 12号501.
    pub fn place_text(&self) -> Option<String> {
        self.place.as_ref().map(home::written)
    }
}

/// Reads a paste: one draft a message, in their order.
pub fn read(paste: &str) -> Vec<Draft<'_>> {
    chat::messages(paste).into_iter().map(draft).collect()
}

fn draft(message: chat::Message<'_>) -> Draft<'_> {
    let (read, cut) = beginning(message.text);
    let own = own::words_of(read);
    let of_speaker = message.speaker.map(home::in_name).unwrap_or_default();
    let found = home::in_message(&own, of_speaker.home.as_ref());
    let rest = found.without(&own);
    let words = Words::of(&rest);
    let mut lines = lines::of(&words);
    let amounts = lines.iter().any(|line| line.amount.is_some());
    let (kind, alarm) = match header::is_system(read) {
        true => (Kind::Other, None),
        false => judged(&words, amounts),
    };
    if !kind.has_lines() {
        lines.clear();
    }
    Draft {
        speaker: message.speaker,
        name: of_speaker.name,
        text: message.text,
        cut,
        kind,
        alarm,
        place: found.home.or(of_speaker.home),
        phone: phone_in(&rest),
        lines,
    }
}

/// What a message is about, and for which words it is urgent: by the rules, and by what such messages are like.
fn judged(words: &Words<'_>, amounts: bool) -> (Kind, Option<String>) {
    let spoken = kind::spoken(words, amounts);
    let learnt = learnt::of(words, &spoken);
    let alarm = spoken.alarm.or_else(|| learnt.urgent.then(|| beginning_of(words.text)));
    (learnt.kind, alarm.map(str::to_owned))
}

/// The most characters that are shown of a message which no single word makes urgent.
const SHOWN_CHARS: usize = 12;

fn beginning_of(text: &str) -> &str {
    let text = text.trim();
    text.char_indices()
        .nth(SHOWN_CHARS)
        .map_or(text, |(end, _)| &text[..end])
}

/// What the model is learnt from: the pieces by which one message is weighed.
pub fn weighed_by(message: &str) -> Vec<String> {
    let own = own::words_of(beginning(message).0);
    let found = home::in_message(&own, None);
    let rest = found.without(&own);
    let words = Words::of(&rest);
    let amounts = lines::of(&words).iter().any(|line| line.amount.is_some());
    learnt::pieces(&words, &kind::spoken(&words, amounts))
}

/// The part of a message that is read, and whether it is not the whole.
fn beginning(text: &str) -> (&str, bool) {
    match text.char_indices().nth(MESSAGE_CHARS) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}

/// What stands before a number of seven or eight digits that is a phone's and no date's.
const PHONE_WORDS: [&str; 5] = ["电话", "座机", "联系", "致电", "拨打"];

/// The first phone: of a mobile, or with its area; a bare landline only where the message speaks of a phone.
fn phone_in(text: &str) -> Option<Phone> {
    let (found, _) = phone::numbers_in(text);
    let sure = |phone: &Phone| phone.is_mobile() || phone.is_abroad() || phone.as_str().starts_with('0');
    let spoken = PHONE_WORDS.iter().any(|word| text.contains(word));
    found.into_iter().find(|phone| sure(phone) || spoken)
}
