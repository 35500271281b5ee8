//! What is said to a clerk: the sentence in Chinese, for the command line and for papers, and its code with values, by which
//! the screens have it in other languages.

use std::collections::BTreeMap;
use std::fmt::Display;

use linli_domain::told::told;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a sentence says what stands within it.
const WITHIN: &str = "{within}";

/// Which catalogue of the screens has a sentence: a code means one thing in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Catalogue {
    /// What is not done now.
    Refusals,
    /// What the smart check finds.
    Findings,
    /// What happened.
    Timeline,
    /// What needs me now.
    Today,
    /// Why there is no number yet.
    Waiting,
    /// Why a voucher is not good.
    Vouchers,
    /// What is wrong with the exchange.
    Exchange,
    /// What the district refused, and what to do.
    Rejected,
    /// What two PCs set differently.
    Conflicts,
    /// What is to be known of the data: since it was last open, and what a check finds.
    Remarks,
    /// Why a value does not fit its field.
    Unfit,
    /// What is wrong with a round's definition, or with its file.
    Rounds,
    /// Why a sheet cannot be read or written, and what of it is not as it was.
    Sheets,
    /// Why a document is not made, what in it is meant, and what of it is left to the hand.
    Papers,
    /// Why there is no ticket in a picture.
    Pictures,
    /// Why a PC cannot join by a ticket, or at an address.
    Joining,
    /// Why a package is not written or taken in.
    Packages,
    /// What is found in a sheet.
    Import,
    /// What a long job is doing.
    Steps,
    /// Why two records may be one person's.
    Alike,
    /// Why a row may be about a resident, and what speaks against it.
    Matching,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sentence {
    /// Where the screens have it.
    pub catalogue: Catalogue,
    /// Stable, snake_case.
    pub code: String,
    /// Its values, by name.
    pub values: BTreeMap<String, String>,
    /// What it is put around, where it says `{within}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Sentence>>", optional)]
    pub within: Vec<Sentence>,
    /// In Chinese.
    pub text: String,
}

/// What has sentences in a catalogue: a variant is a code, its fields are values, its display is Chinese.
pub(crate) trait Said: Serialize + Display {
    /// Which one.
    const CATALOGUE: Catalogue;

    /// As a sentence of its own.
    fn said(&self) -> Sentence {
        let (code, values) = told(self);
        Sentence {
            catalogue: Self::CATALOGUE,
            code,
            values: values.into_iter().collect(),
            within: Vec::new(),
            text: self.to_string(),
        }
    }

    /// As a sentence around others.
    fn around(&self, within: Vec<Sentence>) -> Sentence {
        let texts: Vec<&str> = within.iter().map(|one| one.text.as_str()).collect();
        let said = self.said();
        Sentence {
            text: said.text.replacen(WITHIN, &texts.join("；"), 1),
            within,
            ..said
        }
    }
}
