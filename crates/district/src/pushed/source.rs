//! Sources: who pushes rows. One that is a program shows a token; staff push the files of the others.

use linli_domain::operation::EntityId;
use linli_domain::task::SHORT_TEXT;
use linli_domain::time::Moment;
use linli_domain::writing::{has_no_place, names, quoted, unprintable};
use linli_protocol::DenialCode;
use serde::Serialize;

use super::row::id;
use crate::committee::token_hash;
use crate::district::audit;
use crate::random::{self, Randomness};
use crate::storage::Transaction;
use crate::{DISTRICT, District, Error, values};

/// Bytes of a token's secret.
const SECRET: usize = 32;
/// With what a source's token begins: no PC's does.
const TOKEN: &str = "source.";

/// A source that has shown its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name, which its rows carry.
    pub name: String,
}

impl Source {
    /// Its id among those whose messages are worked on.
    pub(crate) fn id(&self) -> Result<EntityId, Error> {
        id("source", &self.name, "")
    }
}

/// A source as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Since when it is known.
    pub created_at: Moment,
    /// Whether it has a token that opens something.
    pub open: bool,
}

impl District {
    /// Gives a source its token; one that has one gets another, and the old one opens nothing any more.
    ///
    /// # Errors
    /// The name is none, or the database's.
    pub fn add_source(&self, name: &str, now: Moment, random: &mut dyn Randomness) -> Result<String, Error> {
        let name = named(name).map_err(Error::Input)?;
        let secret = data_encoding::HEXLOWER.encode(&random::bytes::<SECRET>(random)?);
        let token = format!("{TOKEN}{secret}");
        self.write(|transaction| {
            lock(transaction, &name, now)?;
            let sql = "UPDATE source SET token_hash = $3, revoked_at = NULL WHERE committee = $1 AND name = $2";
            transaction.execute(sql, &values![DISTRICT, name.as_str(), token_hash(&token)])?;
            audit(transaction, DISTRICT, now, random, ("staff", "source_add", &name))
        })?;
        Ok(token)
    }

    /// All sources, by name.
    ///
    /// # Errors
    /// The database's.
    pub fn sources(&self) -> Result<Vec<Listed>, Error> {
        let sql = "SELECT name, created_at, token_hash, revoked_at FROM source WHERE committee = $1 ORDER BY name";
        let rows = self.read(|transaction| Ok(transaction.query(sql, &values![DISTRICT])?))?;
        let listed = rows.iter().map(|row| {
            Ok(Listed {
                name: row.get(0)?,
                created_at: Moment(row.get(1)?),
                open: row.get::<Option<[u8; 32]>>(2)?.is_some() && row.get::<Option<i64>>(3)?.is_none(),
            })
        });
        listed.collect()
    }

    /// Ends a source's access. Its rows stay.
    ///
    /// # Errors
    /// There is no such source, or the database's.
    pub fn revoke_source(&self, name: &str, now: Moment, random: &mut dyn Randomness) -> Result<(), Error> {
        self.write(|transaction| {
            let sql = "UPDATE source SET revoked_at = $3 WHERE committee = $1 AND name = $2";
            if transaction.execute(sql, &values![DISTRICT, name, now.0])? == 0 {
                return Err(Error::Input(format!("没有叫“{name}”的来源")));
            }
            audit(transaction, DISTRICT, now, random, ("staff", "source_revoke", name))
        })
    }

    /// The source that shows this token.
    ///
    /// # Errors
    /// None does, or its access ended.
    pub fn source_of(&self, token: &str) -> Result<Source, Error> {
        let unknown = || Error::denied(DenialCode::Unauthorised, "no or an unknown token");
        if !token.starts_with(TOKEN) {
            return Err(unknown());
        }
        // It is looked up by its hash: how long that takes tells nothing about it.
        let sql = "SELECT name, revoked_at FROM source WHERE committee = $1 AND token_hash = $2";
        let params = values![DISTRICT, token_hash(token)];
        let row = self.read(|transaction| Ok(transaction.first(sql, &params)?))?;
        let row = row.ok_or_else(unknown)?;
        if row.get::<Option<i64>>(1)?.is_some() {
            return Err(Error::denied(DenialCode::Revoked, "the source was revoked"));
        }
        Ok(Source { name: row.get(0)? })
    }
}

/// A source's name as it is kept.
///
/// # Errors
/// Why it is none, in words: lists, lines and papers show it.
pub fn named(text: &str) -> Result<String, String> {
    let name = text.trim();
    let unfit = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || has_no_place(c) || unprintable(c);
    let unfit: String = name.chars().filter(|c| unfit(*c)).collect();
    match name.chars().count() {
        0 => Err("没有来源".into()),
        count if count > SHORT_TEXT => Err(format!("来源名称有 {count} 字，最多 {SHORT_TEXT} 字")),
        _ if !unfit.is_empty() => {
            let codes = unfit.chars().map(|c| format!("U+{:04X}", u32::from(c)));
            let codes = codes.collect::<Vec<_>>().join(" ");
            Err(format!("来源名称里有不能用的字符（{}），如换行", quoted(&codes)))
        }
        _ if !names(name) => Err(format!("来源名称“{name}”里没有字")),
        _ => Ok(name.to_owned()),
    }
}

/// Keeps out whoever else changes rows of this source until the transaction ends; makes it known where it is not.
pub(super) fn lock(transaction: &mut dyn Transaction, name: &str, now: Moment) -> Result<(), Error> {
    let sql = "INSERT INTO source (committee, name, created_at) VALUES ($1, $2, $3)
               ON CONFLICT (committee, name) DO UPDATE SET told = source.told";
    transaction.execute(sql, &values![DISTRICT, name, now.0])?;
    Ok(())
}
