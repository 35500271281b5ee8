//! Texts that a clerk fills in beside an item: whether they must be there, and how long they may be.

use crate::Error;
use crate::named::{FormField, Unfit};
use crate::session::required;

/// A text of at most so many characters that must be there.
///
/// # Errors
/// It is not, or it is longer.
pub(crate) fn asked(field: FormField, text: &str, most: usize) -> Result<&str, Error> {
    let text = required(field, text)?;
    within(field, text, most)?;
    Ok(text)
}

/// A text of at most so many characters that may be left out; blanks leave it out.
///
/// # Errors
/// It is longer.
pub(crate) fn optional(field: FormField, text: Option<&str>, most: usize) -> Result<Option<&str>, Error> {
    match text.map(|text| asked(field, text, most)) {
        None | Some(Err(Error::Missing { .. })) => Ok(None),
        Some(text) => text.map(Some),
    }
}

/// Whether a text has at most so many characters.
///
/// # Errors
/// It has more.
pub(crate) fn within(field: FormField, text: &str, most: usize) -> Result<(), Error> {
    match text.chars().count() > most {
        true => Err(Error::unfit(field, &Unfit::TooLong { most })),
        false => Ok(()),
    }
}
