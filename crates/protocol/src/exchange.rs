//! The messages of the exchange.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::time::Moment;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::part::{Numbered, SignedPart};

/// A PC asks to belong to a committee, with the code its lead got from the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnrolRequest {
    /// The one-time code.
    pub code: String,
    /// The PC.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub device: DeviceId,
    /// Its name, for people: 前台电脑.
    pub name: String,
    /// Its Ed25519 public key.
    #[serde(with = "crate::text")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[A-Za-z0-9+/]{43}=$"))
    )]
    pub verifying_key: [u8; 32],
    /// The committee the PC's data already belongs to; `None` for a PC without data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub committee: Option<EntityId>,
    /// Operations the PC has written so far. The district leases no numbers before it has them all.
    #[serde(default)]
    pub last_seq: u64,
    /// What this PC was until now, where it goes on as another device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaces>,
}

/// The device that a PC was until now: it is revoked when its successor joins, so that its rights are free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Replaces {
    /// Its id.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub device: DeviceId,
    /// Its Ed25519 signature over `linli replaces`, its id and its successor's (16 bytes each).
    #[serde(with = "crate::text")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[A-Za-z0-9+/]{86}==$"))
    )]
    pub signature: [u8; 64],
}

impl Replaces {
    /// What its signature is over begins so: nothing else that a device signs does.
    const PURPOSE: &[u8] = b"linli replaces";

    /// Signs for a successor, by the key of what goes.
    pub fn sign(device: DeviceId, key: &SigningKey, successor: DeviceId) -> Replaces {
        Replaces {
            device,
            signature: key.sign(&Self::said(device, successor)).to_bytes(),
        }
    }

    /// Whether it was signed by this key for this successor.
    pub fn is_signed_by(&self, key: &VerifyingKey, successor: DeviceId) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(&Self::said(self.device, successor), &signature)
            .is_ok()
    }

    fn said(device: DeviceId, successor: DeviceId) -> Vec<u8> {
        [Self::PURPOSE, device.0.as_bytes(), successor.0.as_bytes()].concat()
    }
}

/// The PC belongs to the committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Enrolled {
    /// The committee's id in all operations.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub committee: EntityId,
    /// Its name.
    pub name: String,
    /// The district's name.
    pub district: String,
    /// The letter in front of the reservation numbers this PC gives out: no other PC of the committee has it.
    pub letter: String,
    /// Secret by which the PC is known from now on.
    pub token: String,
}

/// A PC of the committee, for checking what it signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeviceCard {
    /// The PC.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// Its letter.
    pub letter: String,
    /// Its Ed25519 public key.
    #[serde(with = "crate::text")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[A-Za-z0-9+/]{43}=$"))
    )]
    pub verifying_key: [u8; 32],
}

/// Parts that wait on a PC, in the order of its sequence numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushRequest {
    /// The parts.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::PARTS)))]
    pub parts: Vec<SignedPart>,
}

/// An operation the district refused: it has its place in the order and does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rejection {
    /// Its sequence number.
    pub seq: u64,
    /// The rule it breaks, as a stable word.
    pub rule: String,
}

/// What became of a part that was pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartVerdict {
    /// Its author.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub device: DeviceId,
    /// Its first sequence number.
    pub first_seq: u64,
    /// Its place in the committee's order.
    pub number: u64,
    /// It was known before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
    /// Operations that do not count, and why; all others are accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejection>,
}

/// Verdicts on all parts pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pushed {
    /// One for each part, in order.
    pub verdicts: Vec<PartVerdict>,
}

/// What came after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PullRequest {
    /// The last number known.
    pub after: u64,
}

/// Parts after the number asked for, in order and without gaps, at most [`crate::PARTS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pulled {
    /// The parts.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::PARTS)))]
    pub parts: Vec<Numbered>,
    /// The committee's PCs, as far as the parts need them.
    pub devices: Vec<DeviceCard>,
    /// The last number there is.
    pub last: u64,
    /// Digests of the state after `last`, by kind of entity.
    pub digests: Vec<KindDigest>,
    /// Rights of the asking PC that another one wants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<WantedRight>,
    /// PCs whose access was taken away, with the page that reaches `last`: of theirs nothing else is ever numbered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<uuid::Uuid>"))]
    pub revoked: Vec<DeviceId>,
}

/// A right to issue that another PC of the committee asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WantedRight {
    /// The round.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub round: EntityId,
    /// The area: a building, or empty for people who are not on the roster.
    pub area: String,
}

/// A PC asks for voucher numbers of a round, and for rights to issue. What it is given comes as operations of the
/// district with the next pull.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeaseRequest {
    /// The round.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub round: EntityId,
    /// Operations the PC has written: nothing is given before the district has them all.
    pub last_seq: u64,
    /// Numbers it would like; 0 where only rights are asked for.
    pub numbers: u32,
    /// Areas in which it would like to issue, at most [`crate::AREAS`].
    #[cfg_attr(feature = "schema", schemars(length(max = crate::AREAS)))]
    pub areas: Vec<String>,
}

/// The district has looked at a [`LeaseRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Leased {
    /// The last number of the committee's order, with what was given.
    pub last: u64,
    /// Areas whose right another PC holds: it is asked to release them.
    pub held: Vec<String>,
    /// Numbers of the round that are not leased to anyone yet.
    pub left: u32,
}

/// A piece of an attachment was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PieceKept {
    /// Bytes that are there now, from the first on.
    pub received: u64,
    /// All are there, and they are what the hash names.
    pub whole: bool,
}

/// What time it is at the district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServerTime {
    /// Now.
    #[cfg_attr(feature = "schema", schemars(with = "i64"))]
    pub at: Moment,
}

/// Digest of all entities of a kind: the sum modulo 2^256 of [`linli_domain::digest`] over each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KindDigest {
    /// [`linli_domain::operation::EntityKind`]'s number.
    pub kind: u8,
    /// The sum.
    #[serde(with = "crate::text")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[A-Za-z0-9+/]{43}=$"))
    )]
    pub sum: [u8; 32],
}

/// Why the district does not do what was asked. The body of every answer that is not 2xx.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{code:?}: {text}")]
pub struct Denial {
    /// Stable.
    pub code: DenialCode,
    /// In words, for the log.
    pub text: String,
    /// With [`DenialCode::Gap`]: the sequence number the district waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

/// Kinds of denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DenialCode {
    /// The message cannot be read or breaks a limit.
    BadRequest,
    /// No or an unknown token.
    Unauthorised,
    /// The PC was revoked.
    Revoked,
    /// The enrolment code is unknown, used or too old.
    BadCode,
    /// The PC's data belongs to another committee, or the committee already has data and so has the PC.
    OtherCommittee,
    /// A part does not follow on what the district has of this PC.
    Gap,
    /// The district has something else under these sequence numbers: the PC was put back to an older state.
    Forked,
    /// The signature does not fit.
    BadSignature,
    /// What is asked for is not there.
    NotFound,
    /// Too many requests: later.
    TooMany,
    /// The district cannot now.
    Unavailable,
    /// A code only a newer program knows.
    #[serde(other)]
    Unknown,
}
