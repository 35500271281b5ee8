//! Tokens: who asks. A token names committee and device, so that it is looked up in one place, and a secret that is
//! stored only as its hash.

use chrono::TimeDelta;
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::time::Moment;
use linli_protocol::DenialCode;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::random::{self, Randomness};
use crate::storage::Row;
use crate::{District, Error, values};

/// A token that was not used for so long has expired: the PC needs a new enrolment code.
const IDLE: TimeDelta = TimeDelta::days(400);
/// How exactly the district knows when a PC was last heard of: not every question is worth a write.
const SEEN: TimeDelta = TimeDelta::minutes(5);
/// Bytes of the secret.
const SECRET: usize = 32;

/// A PC that has shown its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Its committee.
    pub committee: EntityId,
    /// The PC.
    pub device: DeviceId,
}

/// A new token, and the hash of its secret.
pub(super) fn issue(caller: Caller, random: &mut dyn Randomness) -> Result<(String, [u8; 32]), Error> {
    let secret = data_encoding::HEXLOWER.encode(&random::bytes::<SECRET>(random)?);
    let token = format!("{}.{}.{secret}", caller.committee.0.simple(), caller.device.0.simple());
    Ok((token, hash(&secret)))
}

pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn parse(token: &str) -> Option<(Caller, &str)> {
    let mut parts = token.splitn(3, '.');
    let committee = EntityId(Uuid::try_parse(parts.next()?).ok()?);
    let device = DeviceId(Uuid::try_parse(parts.next()?).ok()?);
    Some((Caller { committee, device }, parts.next()?))
}

impl District {
    /// Who shows this token.
    ///
    /// # Errors
    /// Nobody, or a PC whose access ended.
    pub fn authenticate(&self, token: &str, now: Moment) -> Result<Caller, Error> {
        let unknown = || Error::denied(DenialCode::Unauthorised, "no or an unknown token");
        let (caller, secret) = parse(token).ok_or_else(unknown)?;
        let sql = "SELECT token_hash, seen_at, revoked_at FROM device WHERE committee = $1 AND device = $2";
        let row = self.read(|transaction| Ok(transaction.first(sql, &values![caller.committee, caller.device])?))?;
        let row: Row = row.ok_or_else(unknown)?;
        // Both sides are hashes: how long the comparison takes tells nothing about the secret.
        if row.get::<[u8; 32]>(0)? != hash(secret) {
            return Err(unknown());
        }
        if row.get::<Option<i64>>(2)?.is_some() {
            return Err(Error::denied(DenialCode::Revoked, "the PC was revoked"));
        }
        let silent = now.since(Moment(row.get(1)?));
        if silent > IDLE {
            return Err(Error::denied(DenialCode::Unauthorised, "the token has expired"));
        }
        if silent > SEEN {
            self.write(|transaction| {
                let sql = "UPDATE device SET seen_at = $3 WHERE committee = $1 AND device = $2";
                Ok(transaction.execute(sql, &values![caller.committee, caller.device, now.0])?)
            })?;
        }
        Ok(caller)
    }
}
