//! A device's chain: what it wrote, numbered from 1 without gaps, each part hashed onto the one before. Said once for a PC,
//! for a PC that goes on as another device, and for the district.

use ed25519_dalek::SigningKey;
use linli_domain::operation::{Action, DeviceId, EntityId, Hash, PartHeader};
use linli_domain::time::Moment;

use crate::{SignedPart, WireOperation, cut};

/// The end of a device's chain, on which its next part follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The device.
    pub device: DeviceId,
    /// Sequence number of its last operation; 0 before the first.
    pub last_seq: u64,
    /// The hash after that operation.
    pub tail: Hash,
}

/// What all parts of a batch say alike.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The committee.
    pub committee: EntityId,
    /// Who did it.
    pub actor: &'a str,
    /// Wall time, for people.
    pub at: Moment,
    /// Schema version of the writer.
    pub schema: u16,
    /// What it was for.
    pub action: Action,
}

impl<'a> Heading<'a> {
    /// That of a part that was signed before.
    pub fn of(header: &'a PartHeader) -> Heading<'a> {
        Heading {
            committee: header.committee,
            actor: &header.actor,
            at: header.at,
            schema: header.schema,
            action: header.action,
        }
    }
}

/// A part of a chain, with the hash of the chain after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the part's header says.
    pub header: PartHeader,
    /// The part.
    pub part: SignedPart,
    /// The hash after its last operation.
    pub tail: Hash,
}

/// How a part stands to the end of its device's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// There is something at its place already: itself, or what a device wrote that was put back to an older state.
    Taken,
    /// It follows.
    Next,
    /// A part before it is missing.
    Missing {
        /// The sequence number that follows.
        expected: u64,
    },
}

impl Chain {
    /// A chain with nothing in it.
    pub fn new(device: DeviceId) -> Chain {
        Chain {
            device,
            last_seq: 0,
            tail: Hash::ZERO,
        }
    }

    /// The sequence number that follows.
    pub fn next_seq(&self) -> u64 {
        self.last_seq + 1
    }

    /// How a part stands to the end.
    pub fn place(&self, header: &PartHeader) -> Place {
        match header.first_seq {
            first if first <= self.last_seq => Place::Taken,
            first if first == self.next_seq() => Place::Next,
            _ => Place::Missing {
                expected: self.next_seq(),
            },
        }
    }

    /// Signs a batch, in as many parts as it needs, and moves the end on behind them.
    ///
    /// # Errors
    /// A header cannot be written as JSON.
    pub fn append(
        &mut self,
        heading: &Heading<'_>,
        operations: Vec<WireOperation>,
        key: &SigningKey,
    ) -> Result<Vec<Link>, serde_json::Error> {
        let batch = self.next_seq();
        let parts = cut(operations).into_iter();
        parts
            .map(|operations| self.append_part(heading, batch, operations, key))
            .collect()
    }

    fn append_part(
        &mut self,
        heading: &Heading<'_>,
        batch: u64,
        operations: Vec<WireOperation>,
        key: &SigningKey,
    ) -> Result<Link, serde_json::Error> {
        let header = PartHeader {
            device: self.device,
            first_seq: self.next_seq(),
            count: operations.len() as u64,
            batch,
            committee: heading.committee,
            actor: heading.actor.to_owned(),
            at: heading.at,
            schema: heading.schema,
            action: heading.action,
        };
        let (part, tail) = SignedPart::sign(&header, operations, self.tail, key)?;
        (self.last_seq, self.tail) = (header.last_seq(), tail);
        Ok(Link { header, part, tail })
    }
}

#[cfg(test)]
mod tests {
    use linli_domain::operation::{Change, EntityKind, SCHEMA};
    use uuid::Uuid;

    use super::*;
    use crate::PART_OPERATIONS;

    fn heading(action: Action) -> Heading<'static> {
        Heading {
            committee: EntityId(Uuid::from_u128(2)),
            actor: "董敏",
            at: Moment(7),
            schema: SCHEMA,
            action,
        }
    }

    fn operations(count: usize) -> Vec<WireOperation> {
        let change = Change::AddTag("高龄".into());
        let one = WireOperation::new(EntityKind::Resident, EntityId(Uuid::from_u128(7)), &change).unwrap();
        vec![one; count]
    }

    #[test]
    fn batches_follow_on_each_other_and_only_in_their_place() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let mut chain = Chain::new(DeviceId(Uuid::from_u128(1)));
        let mut links = chain
            .append(
                &heading(Action::RosterImported),
                operations(2 * PART_OPERATIONS + 1),
                &key,
            )
            .unwrap();
        links.extend(
            chain
                .append(&heading(Action::ResidentsTagged), operations(1), &key)
                .unwrap(),
        );
        let mut taken = Chain::new(chain.device);
        for link in &links {
            assert_eq!(link.part.header().as_ref(), Ok(&link.header));
            assert_eq!(taken.place(&link.header), Place::Next);
            taken.tail = link.part.verify(taken.tail, &key.verifying_key()).unwrap();
            taken.last_seq = link.header.last_seq();
            assert_eq!((taken.tail, taken.place(&link.header)), (link.tail, Place::Taken));
        }
        assert_eq!(taken, chain);
        let batches: Vec<(u64, u64)> = links
            .iter()
            .map(|link| (link.header.batch, link.header.first_seq))
            .collect();
        let size = PART_OPERATIONS as u64;
        assert_eq!(
            batches,
            [(1, 1), (1, size + 1), (1, 2 * size + 1), (2 * size + 2, 2 * size + 2)]
        );
        let ahead = Chain::new(chain.device).place(&links[1].header);
        assert_eq!(ahead, Place::Missing { expected: 1 });
    }
}
