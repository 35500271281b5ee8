//! What is taken of rows of every kind: texts in clean writing, references, times; and by what a row is known everywhere.

use linli_domain::filler::unless_filler;
use linli_domain::import::{Column, cleaned};
use linli_domain::operation::{EntityId, Hash};
use linli_domain::task::SHORT_TEXT;
use linli_domain::time::{self, Moment};
use linli_domain::writing::{placed, quoted};
use uuid::Builder;

use super::Content;
use crate::Error;

/// Bytes of a hash that make a reference where the source has none: 16 hexadecimal digits.
const MADE: usize = 8;

/// The reference by which a row is known: the source's own, or one made of what it says and the day.
pub(super) fn known_by<R: Content>(row: &R, now: Moment) -> Result<String, Error> {
    if let Some(own) = row.reference() {
        return Ok(own.to_owned());
    }
    let day = now.date().format("%Y%m%d");
    let content = Hash::ZERO.chain(&serde_json::to_vec(row)?);
    let made = data_encoding::HEXLOWER.encode(&content.0[..MADE]);
    Ok(format!("{day}-{made}"))
}

/// A text in the writing of a field; none where it says nothing.
pub(super) fn clean(
    text: &Option<String>,
    column: Column,
    (name, most): (&str, usize),
) -> Result<Option<String>, String> {
    let Some(text) = text.as_deref().and_then(unless_filler) else {
        return Ok(None);
    };
    let text = placed(&cleaned(column, text).text).trim().to_owned();
    let count = text.chars().count();
    if count > most {
        return Err(format!("“{name}”有 {count} 字，最多 {most} 字"));
    }
    Ok((!text.is_empty()).then_some(text))
}

/// A reference as it is kept: as its source writes it, which knows the row by it.
pub(super) fn reference(text: &str) -> Result<Option<String>, String> {
    let text = placed(text.trim()).into_owned();
    match text.chars().count() {
        0 => Ok(None),
        count if count > SHORT_TEXT => Err(format!("“编号”有 {count} 字，最多 {SHORT_TEXT} 字")),
        _ => Ok(Some(text)),
    }
}

/// A time as it is kept; none where nothing is said. `called`: what people call it.
pub(super) fn moment(text: &Option<String>, called: &str) -> Result<Option<String>, String> {
    let Some(text) = text.as_deref().and_then(unless_filler) else {
        return Ok(None);
    };
    let at = time::deadline(text).filter(|at| at.is_plausible());
    at.map(|at| Some(at.text()))
        .ok_or_else(|| format!("{called}“{}”读不懂，应写成 2020-02-02 13:24", quoted(text)))
}

/// The id of a row in every committee that has it: the same for one reference of one source (UUID version 8, RFC 9562).
pub(super) fn id(kind: &str, source: &str, reference: &str) -> Result<EntityId, Error> {
    let content = serde_json::to_vec(&(kind, source, reference))?;
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Hash::ZERO.chain(&content).0[..16]);
    Ok(EntityId(Builder::from_custom_bytes(bytes).into_uuid()))
}

/// The word by which something is known in messages.
pub(super) fn code(of: &Option<impl serde::Serialize>) -> Result<Option<String>, Error> {
    let value = of.as_ref().map(serde_json::to_value).transpose()?;
    Ok(value.and_then(|value| value.as_str().map(str::to_owned)))
}
