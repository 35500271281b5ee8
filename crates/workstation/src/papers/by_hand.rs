//! What is left to the hand on a list, as a clerk is told.

use linli_documents::pdf::{ByHand, TextOf, Why};
use linli_domain::writing::placed;
use serde::Serialize;
use thiserror::Error;

use crate::api::papers::ByHandRow;
use crate::api::{Catalogue, Said, Sentence};

/// What is to be done about a text.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
enum Left {
    /// Characters that no font has.
    #[error("{missing}没有字体，留了方框，请手写")]
    WriteIn { missing: String },
    /// Characters that nobody sees.
    #[error("有看不见的控制字符{unseen}，留了方框，请核对")]
    LookAt { unseen: String },
    /// Both.
    #[error("{missing}没有字体，还有看不见的控制字符{unseen}，留了方框，请手写")]
    WriteInAndLookAt { missing: String, unseen: String },
    /// Only its beginning is there.
    #[error("太长，只印了前面一部分，请手写补全")]
    Complete,
}

impl Said for Left {
    const CATALOGUE: Catalogue = Catalogue::Papers;
}

impl Said for TextOf {
    const CATALOGUE: Catalogue = Catalogue::Papers;
}

/// All of it.
pub(super) fn rows(by_hand: &[ByHand]) -> Vec<ByHandRow> {
    let row = |left: &ByHand| ByHandRow {
        name: whose(&left.whose),
        place: placed(&left.place).into_owned(),
        said: match &left.why {
            Why::NoFont(missing) => framed(missing),
            Why::TooLong => Left::Complete,
        }
        .said(),
    };
    by_hand.iter().map(row).collect()
}

/// Without what misleads in a person's name.
fn whose(whose: &TextOf) -> Sentence {
    match whose {
        TextOf::Person { name } => TextOf::Person {
            name: placed(name).into_owned(),
        }
        .said(),
        other => other.said(),
    }
}

/// What frames stand for.
fn framed(missing: &[String]) -> Left {
    let (unseen, seen): (Vec<&String>, Vec<&String>) = missing.iter().partition(|word| word.starts_with("U+"));
    let quoted = |words: &[&String]| words.iter().map(|word| format!("“{word}”")).collect::<String>();
    let (missing, unseen) = (quoted(&seen), quoted(&unseen));
    match (missing.as_str(), unseen.as_str()) {
        (_, "") => Left::WriteIn { missing },
        ("", _) => Left::LookAt { unseen },
        _ => Left::WriteInAndLookAt { missing, unseen },
    }
}
