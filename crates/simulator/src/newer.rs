//! What a newer program writes: fields, facts, changes, kinds and actions that this one does not know. Everybody carries
//! them, to the last byte.

use ed25519_dalek::Signer;
use linli_domain::operation::{Action, EntityId, EntityKind, PartHeader, SCHEMA, chain_operation};
use linli_protocol::{SignedPart, WireOperation};
use linli_sample::random::Random;
use linli_store::{Error, View};
use serde_json::json;

use crate::Broken;
use crate::clerk::{Clerk, Did, Stop, new_id};

/// A kind that there is not yet, and that no kind to come will be for long.
const KIND: u8 = 99;

/// Words by which it is seen that a newer program alone can read a change.
const ONLY_NEWER: [&str; 4] = ["blood_group", "weighed", "photographed", "sung"];

/// Whether a newer program alone can read an operation of the runs.
pub(crate) fn only_newer(operation: &WireOperation) -> bool {
    operation.kind == KIND || ONLY_NEWER.iter().any(|word| operation.change.contains(word))
}

impl Clerk<'_> {
    /// A clerk uses what only the newer program has.
    pub(crate) fn act_newer(&mut self) -> Result<Option<Did>, Stop> {
        let operations = operations(self.pc.store().view(), self.random)?;
        let (before, tail) = self.pc.store().chain_of(self.pc.device)?;
        let header = PartHeader {
            device: self.pc.device,
            first_seq: before + 1,
            count: operations.len() as u64,
            batch: before + 1,
            committee: self.pc.committee,
            actor: self.pc.name.clone(),
            at: self.pc.shows(),
            schema: SCHEMA + 1,
            action: Action::ResidentChanged,
        };
        let mut header = serde_json::to_value(&header).map_err(|error| Broken::error("a header", &error))?;
        header["screen"] = json!({ "wide": self.random.percent(50) });
        if self.random.percent(50) {
            header["action"] = json!("resident_photographed");
        }
        let header = header.to_string();
        let tail = operations
            .iter()
            .fold(tail.chain(header.as_bytes()), |tail, operation| {
                chain_operation(tail, operation.kind, operation.entity, operation.change.as_bytes())
            });
        let signature = self.pc.store().view().voucher_key()?.sign(&tail.0).to_bytes();
        let part = SignedPart {
            header,
            operations,
            signature,
        };
        self.pc.store().receive_waiting(&[], std::slice::from_ref(&part))?;
        self.summary.newer += part.operations.len();
        self.ledger.newer(self.pc.office, part);
        Ok(Some("uses a newer program"))
    }
}

/// One to three operations.
fn operations(view: View<'_>, random: &mut Random) -> Result<Vec<WireOperation>, Error> {
    let residents: Vec<EntityId> = view.residents()?.iter().filter_map(|resident| resident.id).collect();
    let mut reservations = Vec::new();
    if let Some(round) = view.rounds()?.first() {
        reservations.extend(view.reservations(round.id)?.iter().map(|reservation| reservation.id));
    }
    let any = |of: &[EntityId], random: &mut Random| match of.len() as u32 {
        0 => None,
        count => Some(of[random.below(count) as usize]),
    };
    let mut operations = Vec::new();
    for _ in 0..=random.below(3) {
        let (kind, known) = match random.below(4) {
            0 => (KIND, Some(new_id(random))),
            1 => (EntityKind::Reservation.number(), any(&reservations, random)),
            _ => (EntityKind::Resident.number(), any(&residents, random)),
        };
        let entity = known.unwrap_or_else(|| new_id(random));
        operations.push(WireOperation {
            kind,
            entity,
            change: change(kind, known.is_some(), random),
        });
    }
    Ok(operations)
}

/// A change as a newer program writes it; of something that is not there yet, one that begins it.
fn change(kind: u8, known: bool, random: &mut Random) -> String {
    let word = random.below(1_000);
    if !known {
        return format!(r#"{{"create":{{"name":"新{word}","blood_group":"A","shoe_size":"{word}"}}}}"#);
    }
    match (kind, random.below(4)) {
        (KIND, 0..=1) => format!(r#"{{"create":{{"title":"走访{word}","guide_dog":"是"}}}}"#),
        (KIND, _) => format!(r#"{{"visited":{{"minutes":{word},"with":["狗","猫"]}}}}"#),
        (6, 0..=1) => format!(r#"{{"reservation":{{"weighed":{{"grams":{word}}}}}}}"#),
        (6, _) => {
            format!(r#"{{"reservation":{{"notified":{{"channel":"phone","outcome":"no_answer","mood":{word}}}}}}}"#)
        }
        (_, 0) => format!(r#"{{"photographed":{{"sha256":"{word:064}"}}}}"#),
        (_, 1) => format!(r#"{{"set":{{"blood_group":{{"seen":null,"to":"{word}","sure":false}}}}}}"#),
        (_, 2) => format!(r#"{{"noted":{{"sung":"{word}"}}}}"#),
        (_, _) => format!(r#"{{ "add_tag" : "新{word}" }}"#),
    }
}
