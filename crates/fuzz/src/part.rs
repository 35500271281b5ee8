//! Parts: as a PC signs them, and as it would not.

use linli_domain::operation::{Action, PartHeader};
use linli_domain::time::Moment;
use linli_protocol::{SignedPart, WireOperation};

use crate::script::Script;
use crate::things::{NOW, Things, device, key};
use crate::world::Author;

/// Signs operations as the author's next part, and goes on from there.
pub(crate) fn next(author: &mut Author, things: &Things, operations: Vec<WireOperation>) -> Option<SignedPart> {
    let header = header(author, things, operations.len());
    let (part, tail) = SignedPart::sign(&header, operations, author.tail, &key(author.seed)).ok()?;
    (author.seq, author.tail) = (header.last_seq(), tail);
    Some(part)
}

fn header(author: &Author, things: &Things, count: usize) -> PartHeader {
    PartHeader {
        device: device(author.seed),
        first_seq: author.seq + 1,
        count: count as u64,
        batch: author.seq + 1,
        committee: things.committee,
        actor: "董".into(),
        at: NOW,
        schema: 1,
        action: Action::ResidentChanged,
    }
}

/// Signs operations with a header that a script has altered; the author goes on from there where the signature is his
/// own and the part follows.
pub(crate) fn odd(
    author: &mut Author,
    things: &Things,
    script: &mut Script<'_>,
    operations: Vec<WireOperation>,
) -> Option<SignedPart> {
    let mut header = header(author, things, operations.len());
    let (mut signer, mut whole) = (author.seed, true);
    match script.below(10) {
        0 => header.first_seq = script.number(),
        1 => header.count = script.number(),
        2 | 3 => header.batch = script.number(),
        4 => header.committee = things.entity(script),
        5 => header.actor = things.value(script),
        6 => header.at = Moment(script.number() as i64),
        7 => header.device = things.device(script),
        8 => signer = script.byte(),
        _ => whole = false,
    }
    let (mut part, tail) = SignedPart::sign(&header, operations, author.tail, &key(signer)).ok()?;
    if whole {
        let follows = header.first_seq == author.seq + 1 && signer == author.seed;
        if follows && header.count == part.operations.len() as u64 && header.device == device(author.seed) {
            (author.seq, author.tail) = (header.last_seq(), tail);
        }
    } else {
        part.header = script.text();
    }
    Some(part)
}
