//! Parts: what is signed and numbered. A small batch is one part; a large one (an import) is cut into several.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use linli_domain::operation::{Change, EntityId, EntityKind, Hash, PartHeader, chain_operation};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::exchange::Rejection;
use crate::{CHANGE_BYTES, HEADER_BYTES, PART_BYTES, PART_OPERATIONS};

/// An operation as it travels. Its sequence number is its place in the part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WireOperation {
    /// [`linli_domain::operation::EntityKind`]'s number.
    pub kind: u8,
    /// The entity.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub entity: EntityId,
    /// JSON of [`linli_domain::operation::Change`], as first written.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::CHANGE_BYTES)))]
    pub change: String,
}

impl WireOperation {
    /// An operation that is written now.
    ///
    /// # Errors
    /// The change cannot be written as JSON.
    pub fn new(kind: EntityKind, entity: EntityId, change: &Change) -> Result<WireOperation, serde_json::Error> {
        Ok(WireOperation {
            kind: kind.number(),
            entity,
            change: serde_json::to_string(change)?,
        })
    }
}

/// Operations of one device with their author's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedPart {
    /// JSON of [`PartHeader`], as first written.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::HEADER_BYTES)))]
    pub header: String,
    /// The operations.
    #[cfg_attr(feature = "schema", schemars(length(max = crate::PART_OPERATIONS)))]
    pub operations: Vec<WireOperation>,
    /// Ed25519 (RFC 8032) over the hash of the device's chain after the last operation.
    #[serde(with = "crate::text")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[A-Za-z0-9+/]{86}==$"))
    )]
    pub signature: [u8; 64],
}

/// A part with its place in the committee's order and the operations the district refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Numbered {
    /// From 1, without gaps per committee.
    pub number: u64,
    /// The part.
    pub part: SignedPart,
    /// Operations that do not count, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejection>,
}

/// What is wrong with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PartProblem {
    /// The header cannot be read, or does not fit its operations.
    #[error("the header does not fit the operations")]
    Header,
    /// Larger than [`PART_OPERATIONS`], [`PART_BYTES`], [`HEADER_BYTES`] or [`CHANGE_BYTES`] allow.
    #[error("the part is too large")]
    TooLarge,
    /// The signature is not the device's, or the chain does not follow from the part before.
    #[error("the signature does not fit")]
    Signature,
}

impl SignedPart {
    /// Signs operations that follow on a chain ending in `before`; gives the part and the chain's new end.
    ///
    /// # Errors
    /// The header cannot be written as JSON.
    pub fn sign(
        header: &PartHeader,
        operations: Vec<WireOperation>,
        before: Hash,
        key: &SigningKey,
    ) -> Result<(SignedPart, Hash), serde_json::Error> {
        let mut part = SignedPart {
            header: serde_json::to_string(header)?,
            operations,
            signature: [0; 64],
        };
        let tail = part.tail(before);
        part.signature = key.sign(&tail.0).to_bytes();
        Ok((part, tail))
    }

    /// What the header says.
    ///
    /// # Errors
    /// It cannot be read, or counts other operations than there are.
    pub fn header(&self) -> Result<PartHeader, PartProblem> {
        let header: PartHeader = serde_json::from_str(&self.header).map_err(|_| PartProblem::Header)?;
        let fits =
            header.first_seq >= header.batch && header.batch >= 1 && header.count == self.operations.len() as u64;
        if fits && header.count > 0 {
            Ok(header)
        } else {
            Err(PartProblem::Header)
        }
    }

    /// Bytes of its changes.
    pub fn bytes(&self) -> usize {
        self.operations.iter().map(|operation| operation.change.len()).sum()
    }

    /// The end of the chain after this part.
    fn tail(&self, before: Hash) -> Hash {
        self.operations
            .iter()
            .fold(before.chain(self.header.as_bytes()), |tail, operation| {
                chain_operation(tail, operation.kind, operation.entity, operation.change.as_bytes())
            })
    }

    /// Checks size and signature as the continuation of a chain ending in `before`; gives the chain's new end.
    ///
    /// # Errors
    /// What is wrong.
    pub fn verify(&self, before: Hash, key: &VerifyingKey) -> Result<Hash, PartProblem> {
        let one_too_large = || {
            self.operations
                .iter()
                .any(|operation| operation.change.len() > CHANGE_BYTES)
        };
        let many = self.operations.len() > PART_OPERATIONS || self.bytes() > PART_BYTES;
        if many || self.header.len() > HEADER_BYTES || one_too_large() {
            return Err(PartProblem::TooLarge);
        }
        let tail = self.tail(before);
        key.verify_strict(&tail.0, &Signature::from_bytes(&self.signature))
            .map_err(|_| PartProblem::Signature)?;
        Ok(tail)
    }
}

/// Cuts operations into parts that keep the limits, in order.
pub fn cut(operations: Vec<WireOperation>) -> Vec<Vec<WireOperation>> {
    let mut parts: Vec<Vec<WireOperation>> = Vec::new();
    let mut bytes = 0;
    for operation in operations {
        bytes += operation.change.len();
        match parts.last_mut() {
            Some(part) if part.len() < PART_OPERATIONS && bytes <= PART_BYTES => part.push(operation),
            _ => {
                bytes = operation.change.len();
                parts.push(vec![operation]);
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use linli_domain::operation::{Action, DeviceId};
    use linli_domain::time::Moment;
    use uuid::Uuid;

    use super::*;

    fn operation(change: &str) -> WireOperation {
        WireOperation {
            kind: 4,
            entity: EntityId(Uuid::from_u128(7)),
            change: change.to_owned(),
        }
    }

    fn header(count: u64) -> PartHeader {
        PartHeader {
            device: DeviceId(Uuid::from_u128(1)),
            first_seq: 1,
            count,
            batch: 1,
            committee: EntityId(Uuid::from_u128(2)),
            actor: "董敏".into(),
            at: Moment(0),
            schema: 1,
            action: Action::ResidentAdded,
        }
    }

    #[test]
    fn what_was_signed_is_checked_to_the_last_byte() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let operations = vec![operation(r#"{"delete":null}"#), operation(r#"{"add_tag":"高龄"}"#)];
        let (part, tail) = SignedPart::sign(&header(2), operations, Hash::ZERO, &key).unwrap();
        let travelled: SignedPart = serde_json::from_str(&serde_json::to_string(&part).unwrap()).unwrap();
        assert_eq!(travelled.verify(Hash::ZERO, &key.verifying_key()), Ok(tail));
        assert_eq!(
            travelled.verify(tail, &key.verifying_key()),
            Err(PartProblem::Signature),
            "out of its place"
        );
        let other = SigningKey::from_bytes(&[4; 32]).verifying_key();
        assert_eq!(part.verify(Hash::ZERO, &other), Err(PartProblem::Signature));
        let changes: [fn(&mut SignedPart); 4] = [
            |part| part.header = part.header.replace("董敏", "董某"),
            |part| part.operations.swap(0, 1),
            |part| part.operations[0].kind = 3,
            |part| part.operations[0].change.push(' '),
        ];
        for change in changes {
            let mut forged = part.clone();
            change(&mut forged);
            assert_eq!(
                forged.verify(Hash::ZERO, &key.verifying_key()),
                Err(PartProblem::Signature)
            );
        }
        assert_eq!(part.header().map(|header| header.count), Ok(2));
        let mut shortened = part;
        shortened.operations.pop();
        assert_eq!(shortened.header(), Err(PartProblem::Header));
    }

    #[test]
    fn cutting_keeps_order_and_limits() {
        let operations: Vec<WireOperation> = (0..1_201)
            .map(|n| operation(&"x".repeat(if n % 3 == 0 { 5_000 } else { 10 })))
            .collect();
        let parts = cut(operations.clone());
        assert_eq!(parts.concat(), operations);
        for part in &parts {
            let bytes: usize = part.iter().map(|operation| operation.change.len()).sum();
            assert!(part.len() <= PART_OPERATIONS && bytes <= PART_BYTES);
        }
        assert!(parts.len() <= 4, "no more parts than needed: {}", parts.len());
        assert!(cut(Vec::new()).is_empty());
    }
}
