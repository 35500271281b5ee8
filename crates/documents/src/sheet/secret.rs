//! Workbooks with a password to open: ECMA-376 documents in their envelope, deciphered with the two schemes that Excel
//! and WPS write (MS-OFFCRYPTO §2.3.4, "standard" and "agile").

use aes::cipher::{BlockCipherDecrypt, KeyInit};
use data_encoding::BASE64;
use quick_xml::events::Event;
use sha2::Digest;

use super::book::{Fault, Secrecy};
use super::compound::{Compound, stream};
use super::package::{Xml, attributes};

/// Excel enciphers a workbook with this word where only its structure is protected: nobody is asked then.
const NOBODYS_PASSWORD: &str = "VelvetSweatshop";
/// The rounds of hashing of the standard scheme.
const STANDARD_ROUNDS: u32 = 50_000;
/// The most rounds of hashing done; Office writes 100,000.
const MAX_ROUNDS: u32 = 1_000_000;
/// The agile scheme enciphers the document in pieces of this size.
const SEGMENT: usize = 4096;
/// The size of a block of AES.
const BLOCK: usize = 16;
/// What the agile scheme hashes into the keys for the three values it keeps (MS-OFFCRYPTO §2.3.4.13).
const VERIFIER_INPUT: [u8; 8] = [0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79];
const VERIFIER_VALUE: [u8; 8] = [0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e];
const KEY_VALUE: [u8; 8] = [0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6];

/// The document in the envelope.
///
/// # Errors
/// [`Fault::Password`] where a password is needed or is another one, or the scheme is not known.
pub(super) fn decipher(envelope: &mut Compound<'_>, password: Option<&str>) -> Result<Vec<u8>, Fault> {
    let info = stream(envelope, "/EncryptionInfo")?;
    let package = stream(envelope, "/EncryptedPackage")?;
    let scheme = Scheme::parse(&info).ok_or(Fault::Password(Secrecy::Unreadable))?;
    let key = match password {
        Some(password) => scheme.key(password).ok_or(Fault::Password(Secrecy::Wrong))?,
        None => scheme.key(NOBODYS_PASSWORD).ok_or(Fault::Password(Secrecy::Asked))?,
    };
    scheme
        .document(&key, &package)
        .ok_or_else(|| Fault::Damaged("加密的内容不完整".into()))
}

enum Scheme {
    Standard(Standard),
    Agile(Box<Agile>),
}

/// §2.3.4.7: AES in single blocks, SHA-1.
struct Standard {
    key_bytes: usize,
    salt: Vec<u8>,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
}

/// §2.3.4.10: AES in chained blocks.
#[derive(Default)]
struct Agile {
    data: Part,
    password: Part,
    rounds: u32,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
}

/// How one part of the agile scheme is enciphered.
#[derive(Default)]
struct Part {
    salt: Vec<u8>,
    key_bytes: usize,
    hash: Option<Hash>,
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn sha2<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            parts.iter().for_each(|part| digest.update(part));
            digest.finalize().to_vec()
        }
        match self {
            Hash::Sha1 => {
                let mut digest = sha1_smol::Sha1::new();
                parts.iter().for_each(|part| digest.update(part));
                digest.digest().bytes().to_vec()
            }
            Hash::Sha256 => sha2::<sha2::Sha256>(parts),
            Hash::Sha384 => sha2::<sha2::Sha384>(parts),
            Hash::Sha512 => sha2::<sha2::Sha512>(parts),
        }
    }

    /// The password hashed over and over, so that guessing is slow.
    fn slowly(self, salt: &[u8], password: &str, rounds: u32) -> Vec<u8> {
        let units: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let start = self.of(&[salt, &units]);
        (0..rounds).fold(start, |hash, round| self.of(&[&round.to_le_bytes(), &hash]))
    }
}

impl Scheme {
    fn parse(info: &[u8]) -> Option<Scheme> {
        let (head, rest) = info.split_first_chunk::<8>()?;
        match head[..4] {
            [2..=4, 0, 2, 0] => Standard::parse(rest).map(Scheme::Standard),
            [4, 0, 4, 0] => Agile::parse(rest).map(|agile| Scheme::Agile(Box::new(agile))),
            _ => None,
        }
    }

    /// The document's key, if the password is the right one.
    fn key(&self, password: &str) -> Option<Vec<u8>> {
        match self {
            Scheme::Standard(standard) => standard.key(password),
            Scheme::Agile(agile) => agile.key(password),
        }
    }

    fn document(&self, key: &[u8], package: &[u8]) -> Option<Vec<u8>> {
        let (size, enciphered) = package.split_first_chunk::<8>()?;
        let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
        let mut document = match self {
            Scheme::Standard(_) => blocks(key, None, enciphered)?,
            Scheme::Agile(agile) => agile.segments(key, enciphered)?,
        };
        // What fills the last block is not the document's.
        (size <= document.len()).then(|| document.truncate(size))?;
        Some(document)
    }
}

impl Standard {
    fn parse(info: &[u8]) -> Option<Standard> {
        let number = |at: usize| Some(u32::from_le_bytes(*info.get(at..)?.first_chunk()?));
        let header = number(0)? as usize;
        // AES with 128, 192 or 256 bits; RC4 is another scheme.
        if !matches!(number(12)?, 0x660e..=0x6610) {
            return None;
        }
        let key_bytes = number(20)? as usize / 8;
        let verifier = info.get(header.checked_add(4)?..)?;
        Some(Standard {
            key_bytes,
            salt: verifier.get(4..20)?.to_vec(),
            verifier: verifier.get(20..36)?.to_vec(),
            verifier_hash: verifier.get(40..72)?.to_vec(),
        })
    }

    fn key(&self, password: &str) -> Option<Vec<u8>> {
        let hash = Hash::Sha1.slowly(&self.salt, password, STANDARD_ROUNDS);
        let hash = Hash::Sha1.of(&[&hash, &[0; 4]]);
        let half = |fill: u8| {
            let mut pad = [fill; 64];
            pad.iter_mut().zip(&hash).for_each(|(pad, byte)| *pad ^= byte);
            Hash::Sha1.of(&[&pad])
        };
        let key = [half(0x36), half(0x5c)].concat().get(..self.key_bytes)?.to_vec();
        let verifier = blocks(&key, None, &self.verifier)?;
        let kept = blocks(&key, None, &self.verifier_hash)?;
        let right = kept.starts_with(&Hash::Sha1.of(&[&verifier]));
        right.then_some(key)
    }
}

impl Agile {
    fn parse(info: &[u8]) -> Option<Agile> {
        let mut agile = Agile::default();
        let mut xml = Xml::new(info);
        loop {
            match xml.next().ok()? {
                Event::Start(element) => {
                    let part = match element.local_name().as_ref() {
                        "keyData" => &mut agile.data,
                        "encryptedKey" => &mut agile.password,
                        _ => continue,
                    };
                    for (name, value) in attributes(&element) {
                        let bytes = || BASE64.decode(value.trim().as_bytes()).ok();
                        match name {
                            "saltValue" => part.salt = bytes()?,
                            "keyBits" => part.key_bytes = value.parse::<usize>().ok()? / 8,
                            "hashAlgorithm" => part.hash = hash(&value),
                            "cipherAlgorithm" if value != "AES" => return None,
                            "cipherChaining" if value != "ChainingModeCBC" => return None,
                            "blockSize" if value != "16" => return None,
                            "spinCount" => agile.rounds = value.parse().ok().filter(|rounds| *rounds <= MAX_ROUNDS)?,
                            "encryptedVerifierHashInput" => agile.verifier = bytes()?,
                            "encryptedVerifierHashValue" => agile.verifier_hash = bytes()?,
                            "encryptedKeyValue" => agile.key = bytes()?,
                            _ => {}
                        }
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        (agile.data.hash.is_some() && agile.password.hash.is_some()).then_some(agile)
    }

    fn key(&self, password: &str) -> Option<Vec<u8>> {
        let hash = self.password.hash?;
        let slow = hash.slowly(&self.password.salt, password, self.rounds);
        let value = |purpose: [u8; 8], enciphered: &[u8]| {
            let key = sized(hash.of(&[&slow, &purpose]), self.password.key_bytes);
            blocks(&key, Some(&sized(self.password.salt.clone(), BLOCK)), enciphered)
        };
        let verifier = value(VERIFIER_INPUT, &self.verifier)?;
        let kept = value(VERIFIER_VALUE, &self.verifier_hash)?;
        let key = value(KEY_VALUE, &self.key)?.get(..self.data.key_bytes)?.to_vec();
        kept.starts_with(&hash.of(&[&verifier])).then_some(key)
    }

    fn segments(&self, key: &[u8], enciphered: &[u8]) -> Option<Vec<u8>> {
        let hash = self.data.hash?;
        let mut document = Vec::with_capacity(enciphered.len());
        for (number, segment) in (0u32..).zip(enciphered.chunks(SEGMENT)) {
            let start = sized(hash.of(&[&self.data.salt, &number.to_le_bytes()]), BLOCK);
            document.extend(blocks(key, Some(&start), segment)?);
        }
        Some(document)
    }
}

fn hash(name: &str) -> Option<Hash> {
    match name.replace('-', "").as_str() {
        "SHA1" => Some(Hash::Sha1),
        "SHA256" => Some(Hash::Sha256),
        "SHA384" => Some(Hash::Sha384),
        "SHA512" => Some(Hash::Sha512),
        _ => None,
    }
}

/// Bytes cut or filled to a size.
fn sized(mut bytes: Vec<u8>, size: usize) -> Vec<u8> {
    bytes.resize(size, 0x36);
    bytes
}

/// Deciphers whole blocks: each by itself, or chained from a first one.
fn blocks(key: &[u8], start: Option<&[u8]>, enciphered: &[u8]) -> Option<Vec<u8>> {
    fn with<C: BlockCipherDecrypt + KeyInit>(key: &[u8], start: Option<&[u8]>, enciphered: &[u8]) -> Option<Vec<u8>> {
        let cipher = C::new_from_slice(key).ok()?;
        let mut before = start;
        let mut plain = Vec::with_capacity(enciphered.len());
        // Anything after the last whole block is the container's filling.
        for block in enciphered.chunks_exact(BLOCK) {
            let mut deciphered = block.try_into().ok()?;
            cipher.decrypt_block(&mut deciphered);
            plain.extend_from_slice(&deciphered);
            if let Some(chained) = before {
                let place = plain.len() - BLOCK;
                plain[place..]
                    .iter_mut()
                    .zip(chained)
                    .for_each(|(byte, other)| *byte ^= other);
                before = Some(block);
            }
        }
        Some(plain)
    }
    match key.len() {
        16 => with::<aes::Aes128>(key, start, enciphered),
        24 => with::<aes::Aes192>(key, start, enciphered),
        32 => with::<aes::Aes256>(key, start, enciphered),
        _ => None,
    }
}
