//! Messages to a district, as a PC signs them: through the routes, the limits and the decoding to the order and the
//! rules.
//!
//! What must hold, whatever is sent: the server never fails; everybody who pulls gets an order without gaps in which
//! every signature fits and every answer keeps its limit; a PC's own store folds it to the same state.

use std::collections::HashMap;

use axum::http::{Request, StatusCode};
use ed25519_dalek::VerifyingKey;
use linli_district::sms::{Log, Template};
use linli_domain::operation::{DeviceId, Hash};
use linli_protocol::{
    BODY_BYTES, LeaseRequest, Numbered, PullRequest, Pulled, PushRequest, Pushed, SignedPart, WireOperation,
};

use crate::change;
use crate::part;
use crate::pc::Pc;
use crate::script::Script;
use crate::things::{AREAS, NOW, device};
use crate::world::{Counting, World};

/// Most steps of a script.
const STEPS: usize = 64;
/// Compression level of what is sent.
const LEVEL: i32 = 1;
/// Where members come in.
const PATHS: [&str; 4] = ["/v1/push", "/v1/pull", "/v1/lease", "/v1/enrol"];

struct Play {
    world: World,
    /// Operations that are not signed yet, parts that are not sent yet, parts that were.
    operations: Vec<WireOperation>,
    waiting: Vec<SignedPart>,
    sent: Vec<SignedPart>,
}

/// Plays a script.
///
/// # Panics
/// Something does not hold.
pub fn push(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let folded = script.rarely(2);
    let world = World::new(&mut script);
    let mut play = Play {
        world,
        operations: Vec::new(),
        waiting: Vec::new(),
        sent: Vec::new(),
    };
    for _ in 0..STEPS {
        if script.over() {
            break;
        }
        play.step(&mut script);
    }
    play.sign(0);
    play.push(0, &mut script);
    check(&play.world, folded);
}

impl Play {
    fn step(&mut self, script: &mut Script<'_>) {
        match script.below(16) {
            0..=6 => self.operations.push(change::operation(script, &self.world.things)),
            7 | 8 => self.sign(script.below(2)),
            9 => self.sign_oddly(script),
            10 | 11 => self.push(script.below(2), script),
            12 => {
                let again = self.sent.get(script.below(self.sent.len())).cloned();
                self.waiting.extend(again);
            }
            13 => self.lease(script),
            14 => self.meanwhile(script),
            _ => self.raw(script),
        }
    }

    fn sign(&mut self, author: usize) {
        let operations = std::mem::take(&mut self.operations);
        if !operations.is_empty() {
            let part = part::next(&mut self.world.authors[author], &self.world.things, operations);
            self.waiting.extend(part);
        }
    }

    fn sign_oddly(&mut self, script: &mut Script<'_>) {
        let author = &mut self.world.authors[script.below(2)];
        let operations = std::mem::take(&mut self.operations);
        self.waiting
            .extend(part::odd(author, &self.world.things, script, operations));
    }

    fn push(&mut self, author: usize, script: &mut Script<'_>) {
        let parts = std::mem::take(&mut self.waiting);
        let sent = parts.len();
        // What holds no text that is none can always be written.
        let mut body = serde_json::to_vec(&PushRequest { parts: parts.clone() }).unwrap_or_default();
        self.sent.extend(parts);
        let mut coding = None;
        match script.byte() {
            250..=252 => body = zstd::encode_all(body.as_slice(), LEVEL).unwrap_or_default(),
            253..=255 => {
                let place = script.number() as usize % body.len();
                body[place] = script.byte();
            }
            200..=249 => {
                body = zstd::encode_all(body.as_slice(), LEVEL).unwrap_or_default();
                coding = Some("zstd");
            }
            _ => {}
        }
        let (status, answer) = self.world.post("/v1/push", author, coding, body);
        if status == StatusCode::OK {
            let pushed: Pushed = serde_json::from_slice(&answer).expect("an answer can be read");
            assert!(pushed.verdicts.len() <= sent, "a verdict is on a part that was sent");
        }
        self.world.settle();
    }

    fn lease(&mut self, script: &mut Script<'_>) {
        let round = if script.rarely(8) {
            self.world.things.entity(script)
        } else {
            self.world.things.round
        };
        let (author, numbers) = (script.below(2), script.number() as u32);
        let last_seq = if script.rarely(8) { script.number() } else { 0 };
        let areas = (0..script.below(4))
            .map(|_| AREAS[script.below(AREAS.len())].to_owned())
            .collect();
        let request = LeaseRequest {
            round,
            last_seq,
            numbers,
            areas,
        };
        let body = serde_json::to_vec(&request).unwrap_or_default();
        self.world.post("/v1/lease", author, None, body);
    }

    /// What others do meanwhile: residents, staff, the sender of messages.
    fn meanwhile(&mut self, script: &mut Script<'_>) {
        let (district, things) = (&self.world.district, &self.world.things);
        let random = &mut Counting(1_000 + self.sent.len() as u64);
        match script.below(5) {
            0 | 1 => {
                let names = [
                    "name",
                    "document_kind",
                    "document_number",
                    "phone",
                    "building",
                    "room",
                    "quantity",
                ];
                let values: Vec<String> = names
                    .iter()
                    .map(|name| format!("{name}={}", percent(&things.value(script))))
                    .collect();
                let path = script.pick(&["/r/1/1", "/r/1/2"]);
                let form = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
                self.world
                    .ask(form.body(values.join("&").into()).expect("a request can be made"));
            }
            2 => {
                // It was revoked before: nothing happens.
                let _ = district.revoke(self.world.committee.id, device(2), NOW, random);
            }
            3 => {
                district
                    .send_messages(&Log, &Template::default(), || NOW)
                    .expect("messages can be sent");
            }
            _ => {
                let rounds = district.rounds().expect("the district can be asked");
                for held in district.held(&rounds[0]).expect("the district can be asked") {
                    let committee = district.committee_of_number(held.committee).expect("it is there");
                    let decided = (committee.id, held.reservation);
                    // Another one has a voucher: it cannot be decided so.
                    let _ = district.decide(decided, script.rarely(2), NOW, random);
                }
            }
        }
        self.world.settle();
    }

    /// Bytes as they are.
    fn raw(&mut self, script: &mut Script<'_>) {
        let path = PATHS[script.below(PATHS.len())];
        let coding = *script.pick(&[&None, &Some("zstd"), &Some("identity"), &Some("br")]);
        let body = if script.rarely(4) { script.rest() } else { script.some() };
        let mut body = body.to_vec();
        if script.rarely(3) {
            body = zstd::encode_all(body.as_slice(), LEVEL).unwrap_or_default();
        }
        self.world.post(path, 0, coding, body);
        self.world.settle();
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Pulls everything as a new PC would, and checks it.
pub(crate) fn check(world: &World, folded: bool) {
    let mut pc = folded.then(Pc::new);
    let mut chains = HashMap::new();
    let mut after = 0;
    loop {
        let body = serde_json::to_vec(&PullRequest { after }).unwrap_or_default();
        let (status, answer) = world.post("/v1/pull", 0, None, body);
        assert_eq!(status, StatusCode::OK, "the first PC is never revoked");
        assert!(
            answer.len() <= BODY_BYTES,
            "an answer keeps its limit: {}",
            answer.len()
        );
        let page: Pulled = serde_json::from_slice(&answer).expect("an answer can be read");
        for numbered in &page.parts {
            after += 1;
            assert_eq!(numbered.number, after, "the order has no gaps");
            follows(&mut chains, &page, numbered);
        }
        if let Some(pc) = &mut pc {
            pc.store
                .receive(&page.devices, &page.parts)
                .expect("a PC takes what the district gives");
        }
        if after == page.last {
            if let Some(pc) = &mut pc {
                pc.check(&page.digests);
            }
            return;
        }
        assert!(!page.parts.is_empty(), "there is more, and it comes");
    }
}

/// Checks that a part follows on its author's chain and is signed by him.
fn follows(chains: &mut HashMap<DeviceId, (u64, Hash)>, page: &Pulled, numbered: &Numbered) {
    let header = numbered.part.header().expect("what is numbered has a header");
    let card = page
        .devices
        .iter()
        .find(|card| card.id == header.device)
        .expect("its author is named");
    let key = VerifyingKey::from_bytes(&card.verifying_key).expect("a card's key is one");
    let (seq, tail) = chains.entry(header.device).or_insert((0, Hash::ZERO));
    assert_eq!(header.first_seq, *seq + 1, "a chain has no gaps");
    *tail = numbered
        .part
        .verify(*tail, &key)
        .expect("what is numbered is signed and keeps the limits");
    *seq = header.last_seq();
    let within = |seq| (header.first_seq..=header.last_seq()).contains(&seq);
    assert!(
        numbered.rejected.iter().all(|one| within(one.seq)),
        "a rejection is of an operation there"
    );
}
