//! Sync packages: an exchange on a stick, sealed to the one it is for and signed by the one it is from.
//!
//! Layout: magic (8 bytes), length of the header (4, big-endian), header (JSON, clear), sealed body, signature (64).
//! The body is JSON of [`PackageBody`], compressed (zstd, RFC 8878) and sealed with ChaCha20-Poly1305 (RFC 8439), the
//! header being authenticated with it. Its key is agreed by X25519 (RFC 7748) between a key pair made for this one
//! package and the recipient's Ed25519 key in its Montgomery form, and derived in one step (NIST SP 800-56C) with
//! SHA-256. The signature (Ed25519) is over a purpose and the SHA-256 of everything before it.
//!
//! The public keys come from the committee's device cards; the district is a device like any other.

use std::io::Read;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use curve25519_dalek::MontgomeryPoint;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::time::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::exchange::{DeviceCard, PartVerdict};
use crate::part::{Numbered, SignedPart};

/// The format this program writes; it reads every format up to it.
pub const PACKAGE_VERSION: u16 = 1;
/// Most bytes of a package's file.
pub const PACKAGE_BYTES: usize = 256 * 1024 * 1024;
/// Most bytes of a package's body once decompressed.
pub const PACKAGE_BODY_BYTES: usize = 1024 * 1024 * 1024;

const MAGIC: &[u8; 8] = b"LINLIPK1";
/// Most bytes of the clear header.
const HEADER_BYTES: usize = 4 * 1024;
const SIGNATURE_BYTES: usize = 64;
/// What the sealing key is derived for.
const SEALING: &[u8] = b"linli package 1 sealing";
/// What a package's signature is over, before its hash: nothing else that a device signs begins like this.
const SIGNING: &[u8] = b"linli package 1";
/// Compression level: packages are written once and travel on a stick.
const LEVEL: i32 = 3;

/// The clear part of a package: enough to say whose it is without opening it, and nothing about people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageHeader {
    /// Format.
    pub version: u16,
    /// The committee.
    pub committee: EntityId,
    /// Who wrote it.
    pub from: DeviceId,
    /// Who can open it.
    pub to: DeviceId,
    /// When it was written.
    pub at: Moment,
    /// Public half of the key pair made for this package (X25519).
    #[serde(with = "crate::text")]
    pub ephemeral: [u8; 32],
}

/// What a package carries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageBody {
    /// Parts that have no number yet, as far as the sender knows: its own and those it carries for others; each
    /// device's in the order of its sequence numbers.
    #[serde(default)]
    pub waiting: Vec<SignedPart>,
    /// Numbered parts in order, without gaps, from the first one that the recipient may not have.
    #[serde(default)]
    pub numbered: Vec<Numbered>,
    /// The devices whose parts are in it.
    #[serde(default)]
    pub devices: Vec<DeviceCard>,
    /// Verdicts on parts of the recipient that waited.
    #[serde(default)]
    pub verdicts: Vec<PartVerdict>,
    /// The sender has everything up to this number.
    #[serde(default)]
    pub received_up_to: u64,
    /// Of a package from the district: PCs whose access was taken away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<DeviceId>,
}

/// Why a package is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageProblem {
    /// Some other file.
    #[error("这不是邻里数据包")]
    Foreign,
    /// Cut off, or damaged on the way.
    #[error("数据包不完整，请重新拷贝")]
    Incomplete,
    /// A newer program wrote it.
    #[error("数据包由更新的版本写成，请先升级程序")]
    Newer,
    /// Its signature is not that of the device it names.
    #[error("数据包的签名不对，没有采用")]
    Forged,
    /// It is sealed for somebody else.
    #[error("数据包不是给这一方的，打不开")]
    NotForUs,
    /// Larger than [`PACKAGE_BYTES`] or [`PACKAGE_BODY_BYTES`].
    #[error("数据包太大")]
    TooLarge,
    /// It cannot be written: no randomness, or no memory.
    #[error("数据包写不出来")]
    NotWritten,
}

/// Writes a package: `from`'s, for the device with the key `to`.
///
/// # Errors
/// It would be too large, or the system gives no randomness.
pub fn seal(
    body: &PackageBody,
    (committee, at): (EntityId, Moment),
    (from, key): (DeviceId, &SigningKey),
    (to, recipient): (DeviceId, &VerifyingKey),
) -> Result<Vec<u8>, PackageProblem> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|_| PackageProblem::NotWritten)?;
    let ephemeral = MontgomeryPoint::mul_base_clamped(secret).to_bytes();
    let header = PackageHeader {
        version: PACKAGE_VERSION,
        committee,
        from,
        to,
        at,
        ephemeral,
    };
    let clear = serde_json::to_vec(&header).map_err(|_| PackageProblem::NotWritten)?;
    let shared = recipient.to_montgomery().mul_clamped(secret);
    let sealing = sealing_key(shared, &ephemeral, recipient).ok_or(PackageProblem::NotForUs)?;
    let plain = compressed(body)?;
    let sealed = ChaCha20Poly1305::new(&sealing.into())
        .encrypt(
            &nonce(),
            Payload {
                msg: &plain,
                aad: &clear,
            },
        )
        .map_err(|_| PackageProblem::NotWritten)?;
    let mut package = Vec::with_capacity(MAGIC.len() + 4 + clear.len() + sealed.len() + SIGNATURE_BYTES);
    package.extend(MAGIC);
    package.extend((clear.len() as u32).to_be_bytes());
    package.extend(clear);
    package.extend(sealed);
    package.extend(key.sign(&signed(&package)).to_bytes());
    if package.len() > PACKAGE_BYTES {
        Err(PackageProblem::TooLarge)
    } else {
        Ok(package)
    }
}

/// Reads the clear header, to look up the keys by. Nothing in it is to be trusted before [`open`].
///
/// # Errors
/// It is no package, cut off, or newer.
pub fn read_header(package: &[u8]) -> Result<PackageHeader, PackageProblem> {
    if package.len() > PACKAGE_BYTES {
        return Err(PackageProblem::TooLarge);
    }
    let (clear, _) = split(package)?;
    let header: PackageHeader = serde_json::from_slice(clear).map_err(|_| PackageProblem::Incomplete)?;
    if header.version > PACKAGE_VERSION {
        Err(PackageProblem::Newer)
    } else {
        Ok(header)
    }
}

/// Checks and opens a package from the device with the key `sender`, with the recipient's own key.
///
/// # Errors
/// It is not from that device, not for this one, or damaged.
pub fn open(package: &[u8], sender: &VerifyingKey, own: &SigningKey) -> Result<PackageBody, PackageProblem> {
    let header = read_header(package)?;
    let (clear, sealed) = split(package)?;
    let (content, signature) = package
        .split_last_chunk::<SIGNATURE_BYTES>()
        .ok_or(PackageProblem::Incomplete)?;
    sender
        .verify_strict(&signed(content), &Signature::from_bytes(signature))
        .map_err(|_| PackageProblem::Forged)?;
    let shared = MontgomeryPoint(header.ephemeral).mul_clamped(own.to_scalar_bytes());
    let sealing = sealing_key(shared, &header.ephemeral, &own.verifying_key()).ok_or(PackageProblem::NotForUs)?;
    let plain = ChaCha20Poly1305::new(&sealing.into())
        .decrypt(
            &nonce(),
            Payload {
                msg: sealed,
                aad: clear,
            },
        )
        .map_err(|_| PackageProblem::NotForUs)?;
    decompressed(&plain)
}

/// The clear header and the sealed body.
fn split(package: &[u8]) -> Result<(&[u8], &[u8]), PackageProblem> {
    let rest = package.strip_prefix(MAGIC).ok_or(PackageProblem::Foreign)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(PackageProblem::Incomplete)?;
    let length = u32::from_be_bytes(*length) as usize;
    if length > HEADER_BYTES || rest.len() < length + SIGNATURE_BYTES {
        return Err(PackageProblem::Incomplete);
    }
    let (clear, rest) = rest.split_at(length);
    Ok((clear, &rest[..rest.len() - SIGNATURE_BYTES]))
}

/// The key agreed on; `None` where the other side's point is one of the few that agree on nothing.
fn sealing_key(shared: MontgomeryPoint, ephemeral: &[u8; 32], recipient: &VerifyingKey) -> Option<[u8; 32]> {
    if shared.to_bytes() == [0; 32] {
        return None;
    }
    let mut hash = Sha256::new();
    hash.update(1_u32.to_be_bytes());
    hash.update(shared.to_bytes());
    hash.update(SEALING);
    hash.update(ephemeral);
    hash.update(recipient.as_bytes());
    Some(hash.finalize().into())
}

/// Every package has a key of its own, so that the nonce is always the same.
fn nonce() -> Nonce {
    Nonce::default()
}

fn signed(content: &[u8]) -> Vec<u8> {
    [SIGNING, &Sha256::digest(content)].concat()
}

fn compressed(body: &PackageBody) -> Result<Vec<u8>, PackageProblem> {
    let json = serde_json::to_vec(body).map_err(|_| PackageProblem::NotWritten)?;
    if json.len() > PACKAGE_BODY_BYTES {
        return Err(PackageProblem::TooLarge);
    }
    zstd::encode_all(json.as_slice(), LEVEL).map_err(|_| PackageProblem::NotWritten)
}

fn decompressed(plain: &[u8]) -> Result<PackageBody, PackageProblem> {
    let mut json = Vec::new();
    let decoder = zstd::Decoder::new(plain).map_err(|_| PackageProblem::Incomplete)?;
    decoder
        .take(PACKAGE_BODY_BYTES as u64 + 1)
        .read_to_end(&mut json)
        .map_err(|_| PackageProblem::Incomplete)?;
    if json.len() > PACKAGE_BODY_BYTES {
        return Err(PackageProblem::TooLarge);
    }
    serde_json::from_slice(&json).map_err(|_| PackageProblem::Incomplete)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn device(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    fn body() -> PackageBody {
        let part = SignedPart {
            header: "{\"actor\":\"董敏\"}".into(),
            operations: Vec::new(),
            signature: [7; 64],
        };
        PackageBody {
            numbered: vec![Numbered {
                number: 3,
                part: part.clone(),
                rejected: Vec::new(),
            }],
            waiting: vec![part],
            received_up_to: 3,
            ..PackageBody::default()
        }
    }

    fn package() -> Vec<u8> {
        let committee = EntityId(Uuid::from_u128(9));
        seal(
            &body(),
            (committee, Moment(5)),
            (device(1), &key(1)),
            (device(2), &key(2).verifying_key()),
        )
        .unwrap()
    }

    #[test]
    fn only_the_recipient_opens_it_and_only_from_its_sender() {
        let package = package();
        let header = read_header(&package).unwrap();
        assert_eq!((header.from, header.to), (device(1), device(2)));
        assert!(
            !package.windows(6).any(|bytes| bytes == "董敏".as_bytes()),
            "nothing of the body is in the clear"
        );
        assert_eq!(open(&package, &key(1).verifying_key(), &key(2)), Ok(body()));
        assert_eq!(
            open(&package, &key(3).verifying_key(), &key(2)),
            Err(PackageProblem::Forged)
        );
        assert_eq!(
            open(&package, &key(1).verifying_key(), &key(3)),
            Err(PackageProblem::NotForUs)
        );
        assert_eq!(read_header(b"PK\x03\x04"), Err(PackageProblem::Foreign));
        assert_eq!(read_header(&package[..70]), Err(PackageProblem::Incomplete));
    }

    #[test]
    fn the_same_content_is_sealed_differently_each_time() {
        assert_ne!(package(), package());
    }

    proptest! {
        #[test]
        fn a_changed_byte_or_a_cut_is_noticed(place in any::<prop::sample::Index>(), bit in 0..8u8, cut in any::<bool>()) {
            let mut package = package();
            let place = place.index(package.len());
            if cut { package.truncate(place) } else { package[place] ^= 1 << bit }
            prop_assert!(open(&package, &key(1).verifying_key(), &key(2)).is_err());
        }
    }
}
