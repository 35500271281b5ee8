//! Sync packages, as they come on a stick to a PC and to the district: bytes of any kind, well sealed nonsense, and good
//! packages of odd parts.
//!
//! What must hold, whatever is in the file: it is taken in or refused in words; what is damaged is refused; afterwards
//! a PC's store is sound and the district's order too.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use curve25519_dalek::MontgomeryPoint;
use ed25519_dalek::{Signer, SigningKey};
use linli_district::Error;
use linli_domain::operation::DeviceId;
use linli_protocol::package::{self, PACKAGE_VERSION, PackageBody, PackageHeader};
use linli_protocol::{DeviceCard, Numbered, PartVerdict, PullRequest, Pulled, Rejection, SignedPart};
use linli_sync::package::{PackageError, import};
use sha2::{Digest, Sha256};

use crate::change::operation;
use crate::part;
use crate::pc::{Pc, READER, of_the_sender};
use crate::push::check;
use crate::script::Script;
use crate::things::{DISTRICT, NOW, device, key};
use crate::world::{Counting, World};

/// Secret half of the key pair that every package here is sealed with: a script is the same in every run.
const EPHEMERAL: [u8; 32] = [77; 32];
/// Compression level.
const LEVEL: i32 = 1;
/// Most parts, cards and verdicts of a package.
const MOST: usize = 6;

/// The district and a PC of its committee.
struct Play {
    world: World,
    pc: Pc,
}

/// Plays a script.
///
/// # Panics
/// Something does not hold.
pub fn package(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let way = script.below(6);
    if way == 0 && package::read_header(script.clone().rest()).is_err() {
        return; // Both sides begin with this.
    }
    let mut play = Play::new(&mut script);
    match way {
        0 => {
            play.bring(script.rest());
        }
        1 => {
            let file = play.sealed(&mut script, |script, _| script.rest().to_vec());
            play.bring(&file);
        }
        2 => {
            let file = play.sealed(&mut script, |script, _| compressed(script.rest()));
            play.bring(&file);
        }
        3 => play.bring_damaged(&mut script),
        _ => {
            let file = play.sealed(&mut script, |script, world| plain(&body(script, world)));
            play.bring(&file);
        }
    }
}

impl Play {
    fn new(script: &mut Script<'_>) -> Play {
        let world = World::new(script);
        let mut pc = Pc::new();
        let (_, answer) = world.post(
            "/v1/pull",
            0,
            None,
            serde_json::to_vec(&PullRequest { after: 0 }).unwrap_or_default(),
        );
        let pulled: Pulled = serde_json::from_slice(&answer).expect("an answer can be read");
        pc.store
            .receive(&pulled.devices, &pulled.parts)
            .expect("a PC takes what the district gives");
        Play { world, pc }
    }

    /// Takes a file in on both sides.
    fn bring(&mut self, file: &[u8]) -> bool {
        let there = match self.world.district.take_package(file, NOW, &mut Counting(9)) {
            Ok(_) => true,
            Err(Error::Input(_) | Error::Denied(_)) => false,
            Err(error) => panic!("the district cannot: {error}"),
        };
        let here = match import(&mut self.pc.store, self.world.things.committee, file) {
            Ok(_) => true,
            Err(PackageError::Store(error)) if !of_the_sender(&error) => panic!("the PC cannot: {error}"),
            Err(_) => false,
        };
        if there {
            check(&self.world, false);
        }
        if here {
            self.pc.sound();
        }
        here || there
    }

    /// What is damaged is refused, whatever was in it.
    fn bring_damaged(&mut self, script: &mut Script<'_>) {
        let good = self.sealed(script, |script, world| plain(&body(script, world)));
        let mut file = good.clone();
        for _ in 0..=script.below(3) {
            let place = script.number() as usize % file.len().max(1);
            match script.below(4) {
                0 => file.truncate(place),
                1 => file.insert(place, script.byte()),
                _ if file.is_empty() => {}
                _ => file[place] ^= script.byte(),
            }
        }
        let taken = self.bring(&file);
        assert!(!taken || file == good, "a damaged package is refused");
    }

    /// A package for one of the two from one of those they know, with whatever inside.
    fn sealed(
        &mut self,
        script: &mut Script<'_>,
        inside: impl FnOnce(&mut Script<'_>, &mut World) -> Vec<u8>,
    ) -> Vec<u8> {
        let things = &self.world.things;
        let district = (things.district, key(DISTRICT));
        let (from, to) = match script.below(4) {
            0 => (pc(1), district),
            1 => (pc(1), pc(READER)),
            2 => (district, pc(READER)),
            _ => (pc(3), pc(READER)),
        };
        let ephemeral = MontgomeryPoint::mul_base_clamped(EPHEMERAL).to_bytes();
        let committee = if script.rarely(16) {
            things.entity(script)
        } else {
            things.committee
        };
        let header = PackageHeader {
            version: PACKAGE_VERSION,
            committee,
            from: from.0,
            to: to.0,
            at: NOW,
            ephemeral,
        };
        let plain = inside(script, &mut self.world);
        seal(&header, &plain, &from.1, &to.1)
    }
}

fn pc(seed: u8) -> (DeviceId, SigningKey) {
    (device(seed), key(seed))
}

/// Seals as `docs/protocol.md` and `linli_protocol::package` say, but anything at all.
fn seal(header: &PackageHeader, plain: &[u8], from: &SigningKey, to: &SigningKey) -> Vec<u8> {
    let clear = serde_json::to_vec(header).unwrap_or_default();
    let recipient = to.verifying_key();
    let shared = recipient.to_montgomery().mul_clamped(EPHEMERAL);
    let mut hash = Sha256::new();
    hash.update(1_u32.to_be_bytes());
    hash.update(shared.to_bytes());
    hash.update(b"linli package 1 sealing");
    hash.update(header.ephemeral);
    hash.update(recipient.as_bytes());
    let cipher = ChaCha20Poly1305::new(&hash.finalize());
    let sealed = cipher
        .encrypt(
            &Nonce::default(),
            Payload {
                msg: plain,
                aad: &clear,
            },
        )
        .expect("it fits into memory");
    let mut file = b"LINLIPK1".to_vec();
    file.extend((clear.len() as u32).to_be_bytes());
    file.extend(clear);
    file.extend(sealed);
    let content = [b"linli package 1".as_slice(), &Sha256::digest(&file)].concat();
    file.extend(from.sign(&content).to_bytes());
    file
}

fn plain(body: &PackageBody) -> Vec<u8> {
    compressed(&serde_json::to_vec(body).unwrap_or_default())
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, LEVEL).unwrap_or_default()
}

/// What a sender might put in, honest or not.
fn body(script: &mut Script<'_>, world: &mut World) -> PackageBody {
    let waiting = (0..script.below(MOST)).filter_map(|_| signed(script, world)).collect();
    let mut number = if script.rarely(4) { script.number() } else { 3 };
    let numbered = (0..script.below(MOST))
        .filter_map(|_| {
            let part = signed(script, world)?;
            number = number.saturating_add(u64::from(!script.rarely(8)));
            Some(Numbered {
                number,
                part,
                rejected: rejections(script),
            })
        })
        .collect();
    let devices = (0..script.below(MOST)).map(|_| card(script, world)).collect();
    let verdicts = (0..script.below(MOST)).map(|_| verdict(script, world)).collect();
    PackageBody {
        waiting,
        numbered,
        devices,
        verdicts,
        received_up_to: script.number(),
        revoked: Vec::new(),
    }
}

fn signed(script: &mut Script<'_>, world: &mut World) -> Option<SignedPart> {
    let World { authors, things, .. } = world;
    let operations: Vec<_> = (0..=script.below(3)).map(|_| operation(script, things)).collect();
    let author = &mut authors[script.below(2)];
    if script.rarely(4) {
        part::odd(author, things, script, operations)
    } else {
        part::next(author, things, operations)
    }
}

fn rejections(script: &mut Script<'_>) -> Vec<Rejection> {
    (0..script.below(3))
        .map(|_| Rejection {
            seq: script.number(),
            rule: script.text(),
        })
        .collect()
}

fn card(script: &mut Script<'_>, world: &World) -> DeviceCard {
    let id = if script.rarely(4) {
        device(script.byte())
    } else {
        world.things.device(script)
    };
    let verifying_key = if script.rarely(4) {
        [script.byte(); 32]
    } else {
        key(script.byte()).verifying_key().to_bytes()
    };
    DeviceCard {
        id,
        name: script.text(),
        letter: script.pick(&["A", "B", "W", ""]).into(),
        verifying_key,
    }
}

fn verdict(script: &mut Script<'_>, world: &World) -> PartVerdict {
    PartVerdict {
        device: world.things.device(script),
        first_seq: script.number(),
        number: script.number(),
        duplicate: script.rarely(2),
        rejected: rejections(script),
    }
}
