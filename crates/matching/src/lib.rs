//! Matching: whom of the roster a row means that somebody wrote elsewhere, and where they live.
//!
//! A row is compared with residents field by field ([`NameFit`], [`IdFit`], [`PhoneFit`], [`DoorFit`]); a rule in words
//! ([`Fits::case`]) says what may be accepted without a look, and only where nobody else fits as well. Weights rank the
//! candidates and decide nothing.
//!
//! Pure: no clock, disk, network or randomness. The roster's order does not matter.

pub mod address;
mod digits;
mod document;
mod door;
mod find;
mod keys;
mod meet;
mod name;
mod phone;
mod places;
mod reason;
mod region;
mod roster;
mod rule;
mod traditional;
mod weights;
pub mod written;

pub use address::{Level, Part, Understood};
pub use document::IdFit;
pub use door::DoorFit;
pub use name::NameFit;
pub use phone::PhoneFit;
pub use reason::Reason;
pub use roster::Roster;
pub use rule::{Case, Fits};

/// The most candidates of a row.
pub const MOST_CANDIDATES: usize = 10;

/// Bytes of a cell that are read: what is longer is a text, in which nobody is meant that its beginning does not name.
const MOST_BYTES: usize = 2_000;

/// The beginning of a cell, of at most [`MOST_BYTES`].
fn beginning(text: &str) -> &str {
    let end = (0..=MOST_BYTES.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// A row as it was written, from whatever source. Empty: it says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Record<'a> {
    /// The name, or what of it is said.
    pub name: &'a str,
    /// The number of a document, whole or masked.
    pub document: &'a str,
    /// One phone or several.
    pub phone: &'a str,
    /// The address.
    pub address: &'a str,
}

/// A resident as the roster has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The number of their document; empty where there is none.
    pub document: String,
    /// Their phones.
    pub phones: Vec<String>,
    /// The household: who has the same number lives together. Without one, who has the same address does.
    pub home: Option<u32>,
    /// Where they live, or may be said to live.
    pub addresses: Vec<String>,
}

/// What decisions taught: this writing of a place means that place of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// As rows write it: `老齐河`.
    pub written: String,
    /// As the roster has it: `齐河路338弄`.
    pub place: String,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is this resident, and needs no look.
    Certain,
    /// Somebody has to look.
    Undecided,
    /// Nothing in it touches this committee.
    NotOurs,
}

impl Outcome {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Certain => "certain",
            Outcome::Undecided => "undecided",
            Outcome::NotOurs => "not_ours",
        }
    }

    /// In a clerk's words.
    pub fn zh(self) -> &'static str {
        match self {
            Outcome::Certain => "确定",
            Outcome::Undecided => "待判定",
            Outcome::NotOurs => "非本辖区",
        }
    }
}

/// What was found for a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Who it is, where that is certain: by their place in what the roster was made of.
    pub resident: Option<usize>,
    /// Who may be meant, best first; at most [`MOST_CANDIDATES`].
    pub candidates: Vec<Candidate>,
    /// The address as it was understood.
    pub address: Understood,
}

/// Somebody who may be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// By their place in what the roster was made of.
    pub resident: usize,
    /// How well they fit, from 0 to 1: for the order only.
    pub score: f64,
    /// What speaks for them and against.
    pub reasons: Vec<Reason>,
}
