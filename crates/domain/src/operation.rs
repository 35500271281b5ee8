//! Operations: the only way anything changes. They are appended to a log, never altered, and travel as the
//! bytes they were first written with. State is what [`crate::record`] and [`crate::reservation`] fold from them.
//!
//! An operation is `(device, seq)`, contiguous per device. Operations written in one transaction form a batch, signed
//! in parts: a part's header and every operation are chained by SHA-256, and the device signs its last hash (Ed25519).

mod action;
mod texts;
mod what;

pub use action::Action;
pub use what::What;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::order::OrderFact;
use crate::record::Field;
use crate::reservation::ReservationFact;
use crate::task::TaskFact;
use crate::time::Moment;

/// The schema version this program writes.
pub const SCHEMA: u16 = 2;
/// From this schema version on, programs write no text with what has no place in one ([`Change::is_placed`]).
pub const PLACED_SINCE: u16 = 2;

/// An entity's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityId(pub Uuid);

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for EntityId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(EntityId)
    }
}

/// The letter of the device by which the district writes in every committee, and in front of the numbers that the residents'
/// form gives.
pub const DISTRICT_LETTER: &str = "W";

/// A PC of the committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub Uuid);

/// What kind of thing an operation is about. The numbers are stored: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// The committee itself: name, district, phone.
    Committee,
    /// A word of the tag dictionary.
    Tag,
    /// A residential address.
    Household,
    /// A person.
    Resident,
    /// A run of a campaign.
    Round,
    /// An application in a round.
    Reservation,
    /// A batch, as the target of an undo.
    Batch,
    /// A block of voucher numbers that one PC may give out.
    Lease,
    /// The right to issue vouchers for an area of a round, held by one PC at a time.
    IssuingRight,
    /// A message of the district that must be read.
    Instruction,
    /// A row to be verified.
    Task,
    /// What a resident asks for, with clocks running.
    Order,
    /// An approved wording for a common question.
    Answer,
}

impl EntityKind {
    /// All kinds with their stored number.
    const NUMBERS: [(EntityKind, u8); 13] = [
        (EntityKind::Committee, 1),
        (EntityKind::Tag, 2),
        (EntityKind::Household, 3),
        (EntityKind::Resident, 4),
        (EntityKind::Round, 5),
        (EntityKind::Reservation, 6),
        (EntityKind::Batch, 7),
        (EntityKind::Lease, 8),
        (EntityKind::IssuingRight, 9),
        (EntityKind::Instruction, 10),
        (EntityKind::Task, 11),
        (EntityKind::Order, 12),
        (EntityKind::Answer, 13),
    ];

    /// Whether entities of this kind have a state that is folded from operations. An undo has none of its own.
    pub fn has_state(self) -> bool {
        self != EntityKind::Batch
    }

    /// All kinds this program knows.
    pub fn all() -> impl Iterator<Item = EntityKind> {
        Self::NUMBERS.iter().map(|(kind, _)| *kind)
    }

    /// The stored number.
    pub fn number(self) -> u8 {
        Self::NUMBERS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or(0, |(_, number)| *number)
    }

    /// The kind of a stored number; `None` for one that only a newer program knows.
    pub fn from_number(number: u8) -> Option<EntityKind> {
        Self::NUMBERS
            .iter()
            .find(|(_, known)| *known == number)
            .map(|(kind, _)| *kind)
    }
}

/// A field's change: what the author saw and what it became. `None` is "no value".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The value seen before.
    pub seen: Option<String>,
    /// The value set.
    pub to: Option<String>,
}

/// A decision on a field in conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The value seen and the one decided for.
    pub change: FieldChange,
    /// The overwritten values decided against, or brought back.
    pub decided: BTreeSet<Option<String>>,
}

/// What an operation does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The entity begins, with these values.
    Create(BTreeMap<Field, String>),
    /// Fields are set, each with the value seen.
    Set(BTreeMap<Field, FieldChange>),
    /// A person decided between values that two PCs set.
    Settle(BTreeMap<Field, Settlement>),
    /// A tag is added to a resident (a set: adding twice is once).
    AddTag(String),
    /// A tag is taken away.
    RemoveTag(String),
    /// The record is deleted. A later edit brings it back, flagged.
    Delete,
    /// Something happened to a reservation; never conflicts.
    Reservation(ReservationFact),
    /// Something happened to a task; never conflicts.
    Task(TaskFact),
    /// Something happened to an order; never conflicts.
    Order(OrderFact),
    /// A clerk acknowledged an instruction; never conflicts.
    Acknowledged,
    /// Something worth remembering happened; never conflicts and changes no state.
    Noted(Note),
    /// A batch is taken back, except for the entities kept. Undoing this batch brings the work back.
    Undo {
        /// The author of the batch.
        device: DeviceId,
        /// The batch's first sequence number.
        first_seq: u64,
        /// Entities of the batch that stay, because later work builds on them.
        kept: Vec<EntityId>,
    },
}

impl Change {
    /// Whether it can happen to a thing of a kind at all. What does not fit folds to nothing.
    pub fn is_of(&self, kind: EntityKind) -> bool {
        match self {
            Change::Undo { .. } => kind == EntityKind::Batch,
            Change::Reservation(_) => kind == EntityKind::Reservation,
            Change::Acknowledged => kind == EntityKind::Instruction,
            Change::Task(_) => kind == EntityKind::Task,
            Change::Order(_) => kind == EntityKind::Order,
            Change::AddTag(_) | Change::RemoveTag(_) => kind == EntityKind::Resident,
            Change::Create(_) | Change::Set(_) | Change::Settle(_) | Change::Delete | Change::Noted(_) => {
                kind != EntityKind::Batch
            }
        }
    }

    /// Whether it gives any of these fields a value, or takes it.
    pub fn touches(&self, fields: &[Field]) -> bool {
        match self {
            Change::Create(values) => fields.iter().any(|field| values.contains_key(field)),
            Change::Set(changes) => fields.iter().any(|field| changes.contains_key(field)),
            Change::Settle(settled) => fields.iter().any(|field| settled.contains_key(field)),
            _ => false,
        }
    }
}

/// Whether this program reads all that an operation says: its kind (as stored), its change and every field of it. The
/// rest is kept for a newer one.
pub fn is_read(kind: u8, change: &str) -> bool {
    let known = |change: Change| !change.touches(&[Field::Unknown]);
    EntityKind::from_number(kind).is_some() && serde_json::from_str(change).is_ok_and(known)
}

/// A remark on a timeline: written by a person, or because personal data was shown, exported or printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A clerk's own words.
    Text(String),
    /// Clear values were shown on screen.
    Revealed,
    /// Exported to a sheet: what, and how many rows.
    Exported {
        /// Name of the export.
        what: String,
        /// Data rows.
        rows: usize,
        /// Name of the file; older programs wrote none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// Printed, or saved to be printed: what, and how many pages. Of a reservation: its voucher.
    Printed {
        /// Name of the document.
        what: String,
        /// Pages.
        pages: usize,
        /// Name of the printer or of the file. Older programs wrote none, and a record where a document was only shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// The serial of the voucher that was printed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voucher: Option<u32>,
    },
    /// Of a round, after the data was put back to a backup: these numbers may be on paper although nothing else says so, and
    /// nobody gives them out; where the last is before the first, there are none. It stands in the place of all that the same
    /// PC said before of these and later numbers.
    NumbersOnPaper {
        /// First number.
        first: u32,
        /// Last number.
        last: u32,
        /// Somebody looked at the papers; otherwise that is still to be done.
        #[serde(default)]
        looked: bool,
    },
}

/// What all operations of a part share. Serialised once, hashed first. A batch too large for one message is signed in
/// several parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartHeader {
    /// The author's device.
    pub device: DeviceId,
    /// Sequence number of the first operation.
    pub first_seq: u64,
    /// Operations in the part.
    pub count: u64,
    /// Sequence number of the whole batch's first operation.
    pub batch: u64,
    /// The committee.
    pub committee: EntityId,
    /// Who did it.
    pub actor: String,
    /// Wall time, for people.
    pub at: Moment,
    /// Schema version of the writer.
    pub schema: u16,
    /// What it was for.
    pub action: Action,
}

impl PartHeader {
    /// Sequence number of the last operation.
    pub fn last_seq(&self) -> u64 {
        (self.first_seq + self.count).saturating_sub(1)
    }
}

/// A SHA-256 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash before a device's first operation.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The hash of the chain after `bytes` were appended to it.
    pub fn chain(self, bytes: &[u8]) -> Hash {
        let mut digest = Sha256::new();
        digest.update(self.0);
        digest.update(bytes);
        Hash(digest.finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Chains one operation: kind, entity, then the change's bytes as written. The sequence number is the place in
/// the chain, the rest is in the header.
pub fn chain_operation(tail: Hash, kind: u8, entity: EntityId, change: &[u8]) -> Hash {
    let mut bytes = Vec::with_capacity(17 + change.len());
    bytes.push(kind);
    bytes.extend_from_slice(entity.0.as_bytes());
    bytes.extend_from_slice(change);
    tail.chain(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_keep_their_numbers() {
        for (kind, number) in EntityKind::NUMBERS {
            assert_eq!(EntityKind::from_number(kind.number()), Some(kind));
            assert_eq!(kind.number(), number);
        }
        assert_eq!(EntityKind::from_number(0), None);
    }

    #[test]
    fn what_a_newer_program_says_is_told_from_what_is_read() {
        let cases = [
            (4, r#"{"create":{"name":"甲"}}"#, true),
            (4, r#"{"set":{"phone":{"seen":null,"to":"1","sure":false}}}"#, true),
            (4, r#""delete""#, true),
            (
                6,
                r#"{"noted":{"printed":{"what":"凭证","pages":1,"to":"打印机","voucher":7,"copies":2}}}"#,
                true,
            ),
            (6, r#"{"noted":{"printed":{"what":"凭证","pages":1}}}"#, true),
            (4, r#"{"create":{"name":"甲","blood_group":"A"}}"#, false),
            (4, r#"{"set":{"blood_group":{"seen":null,"to":"A"}}}"#, false),
            (4, r#"{"photographed":{}}"#, false),
            (6, r#"{"reservation":{"weighed":{"grams":5}}}"#, false),
            (4, r#"{"noted":{"sung":"啦"}}"#, false),
            (99, r#"{"create":{"name":"甲"}}"#, false),
        ];
        for (kind, change, read) in cases {
            assert_eq!(is_read(kind, change), read, "{kind} {change}");
        }
    }

    #[test]
    fn the_chain_depends_on_order_kind_entity_and_content() {
        let (a, b) = (EntityId(Uuid::from_u128(1)), EntityId(Uuid::from_u128(2)));
        let one = chain_operation(chain_operation(Hash::ZERO, 4, a, b"x"), 4, b, b"y");
        let changed = [
            chain_operation(chain_operation(Hash::ZERO, 4, b, b"y"), 4, a, b"x"),
            chain_operation(chain_operation(Hash::ZERO, 3, a, b"x"), 4, b, b"y"),
            chain_operation(chain_operation(Hash::ZERO, 4, a, b"x"), 4, b, b"z"),
        ];
        assert!(changed.iter().all(|other| *other != one));
    }
}
