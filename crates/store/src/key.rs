//! The database's key: 32 random bytes, wrapped (XChaCha20-Poly1305) either by a secret in the system keyring or
//! by a password (Argon2id, RFC 9106). Never stored unwrapped, never weaker without a word.

use std::ops::RangeInclusive;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::files::{self, DataFolder};
use crate::power::may_fail;
use crate::settle::Settled;
use crate::{Error, Store};

/// Bytes of the database's key (SQLCipher's raw key).
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const SALT_BYTES: usize = 16;
/// Argon2id: 64 MiB, 2 passes, 1 lane: above OWASP's least (19 MiB, 2, 1), about 0.1 s on an office PC.
const ARGON_MEMORY_KIB: u32 = 64 * 1024;
const ARGON_PASSES: u32 = 2;
/// What a key file may ask for: from OWASP's least to four times ours, for a later program's sake. More memory could end
/// this program, and less would protect the data less than anybody was told.
const ARGON_MEMORY_KIB_ALLOWED: RangeInclusive<u32> = 19 * 1024..=4 * ARGON_MEMORY_KIB;
/// Likewise; eight passes take less than a second.
const ARGON_PASSES_ALLOWED: RangeInclusive<u32> = 1..=8;
/// The shortest password taken, in characters.
pub const PASSWORD_MIN_CHARS: usize = 6;
/// Under which name the keyring holds our secrets.
const KEYRING_SERVICE: &str = "cn.linli.workstation";
/// The largest key file read, in bytes.
const KEY_FILE_LIMIT: u64 = 64 * 1024;

/// The unwrapped key. Wiped from memory when dropped.
pub struct DatabaseKey(Zeroizing<[u8; KEY_BYTES]>);

impl DatabaseKey {
    /// A new random key.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn random() -> Result<DatabaseKey, Error> {
        Ok(DatabaseKey(Zeroizing::new(random()?)))
    }

    /// The key as SQLCipher's `PRAGMA key` takes it.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("x'{}'", hex(&*self.0)))
    }

    /// Another key that follows from this one, and says nothing of it.
    pub(crate) fn derived(&self, what_for: &str) -> Zeroizing<[u8; KEY_BYTES]> {
        Zeroizing::new(
            Sha256::new()
                .chain_update(what_for)
                .chain_update([0])
                .chain_update(*self.0)
                .finalize()
                .into(),
        )
    }

    /// The content of a key file from which a password gives this key.
    pub(crate) fn wrapped_by(&self, password: &str) -> Result<Vec<u8>, Error> {
        wrapped(crate::new_id(), self, Lock::Password(password))
    }
}

/// How the key is protected.
#[derive(Clone, Copy)]
pub enum Lock<'a> {
    /// By the system keyring.
    Keyring,
    /// By a password.
    Password(&'a str),
}

/// The key file beside the database.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    id: Uuid,
    slot: Slot,
    nonce: String,
    wrapped: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
enum Slot {
    Keyring,
    Password { salt: String, memory_kib: u32, passes: u32 },
}

/// Why the system keyring holds no key now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoKeyring {
    /// It is there and locked: whoever unlocks it has it. With what the system says.
    Locked(String),
    /// There is none that works. With what the system says.
    Missing(String),
}

impl NoKeyring {
    fn of(error: &keyring::v1::Error) -> NoKeyring {
        use keyring::v1::Error::{NoStorageAccess, PlatformFailure};
        match error {
            // Linux: there is a service, but nothing in it that could be unlocked.
            NoStorageAccess(reason) if reason.to_string().contains("result not returned") => {
                NoKeyring::Missing(reason.to_string())
            }
            NoStorageAccess(reason) => NoKeyring::Locked(reason.to_string()),
            // Linux: the window that asks for the password was closed, or cannot be shown.
            PlatformFailure(reason) if reason.to_string().contains("prompt") => NoKeyring::Locked(reason.to_string()),
            other => NoKeyring::Missing(other.to_string()),
        }
    }
}

impl From<NoKeyring> for Error {
    /// As somebody is told who set up data without a password.
    fn from(no: NoKeyring) -> Error {
        match no {
            NoKeyring::Locked(reason) => Error::PasswordOrUnlock { reason },
            NoKeyring::Missing(reason) => Error::PasswordRequired { reason },
        }
    }
}

/// Whether the system keyring can hold a key.
///
/// # Errors
/// It cannot now.
pub fn keyring_status() -> Result<(), NoKeyring> {
    keyring::v1::Entry::store_status().as_ref().map_err(NoKeyring::of)?;
    // Some systems offer a keyring that then refuses; a read shows it before anything depends on it.
    match keyring::v1::Entry::new(KEYRING_SERVICE, "probe").and_then(|entry| entry.get_secret()) {
        Ok(_) | Err(keyring::v1::Error::NoEntry) => Ok(()),
        Err(error) => Err(NoKeyring::of(&error)),
    }
}

impl KeyFile {
    /// Reads a key file's content; `None` where it is none, or asks for more than opening it may cost.
    fn parse(bytes: &[u8]) -> Option<KeyFile> {
        let file: KeyFile = serde_json::from_slice(bytes).ok()?;
        file.slot.costs_what_is_allowed().then_some(file)
    }
}

impl Slot {
    fn costs_what_is_allowed(&self) -> bool {
        match self {
            Slot::Keyring => true,
            Slot::Password { memory_kib, passes, .. } => {
                ARGON_MEMORY_KIB_ALLOWED.contains(memory_kib) && ARGON_PASSES_ALLOWED.contains(passes)
            }
        }
    }
}

/// Whether a key file's content asks for a password; `None` where it is no key file.
pub(crate) fn is_by_password(key_file: &[u8]) -> Option<bool> {
    Some(matches!(KeyFile::parse(key_file)?.slot, Slot::Password { .. }))
}

/// Whether the folder's key is protected by a password.
///
/// # Errors
/// The key file is missing or damaged.
pub fn needs_password(folder: &DataFolder) -> Result<bool, Error> {
    Ok(matches!(read(folder)?.slot, Slot::Password { .. }))
}

/// Makes a folder with a new key and an empty database in it.
///
/// # Errors
/// There is data already; no keyring; the password is too short.
pub fn create(folder: &DataFolder, lock: Lock<'_>) -> Result<Store, Error> {
    if folder.is_set_up() {
        return Err(Error::AlreadyThere {
            path: folder.root().to_owned(),
        });
    }
    folder.make()?;
    let key = DatabaseKey::random()?;
    // The key comes last: a program killed on the way leaves a folder in which nothing was ever set up.
    let new = folder.new_database();
    files::remove_database(&new)?;
    files::remove(&crate::witness::path(&folder.database()))?;
    drop(Store::create(&new, &key)?);
    save(folder, crate::new_id(), &key, lock)?;
    finish_creating(folder)?;
    Store::open(&folder.database(), &key)
}

/// Puts a new database whose key is kept into its place: at once, or at the next start where the program was killed
/// between the two.
fn finish_creating(folder: &DataFolder) -> Result<(), Error> {
    let (new, database) = (folder.new_database(), folder.database());
    if new.exists() && !database.exists() {
        crate::settle::rename(&new, &database)?;
    }
    Ok(())
}

/// Opens a folder's database.
///
/// # Errors
/// No or wrong password, no keyring, damaged files; nothing is changed then.
pub fn open(folder: &DataFolder, password: Option<&str>) -> Result<Store, Error> {
    let key = unwrap(folder, password)?;
    Store::open(&folder.database(), &key)
}

/// Changes how the key is protected. The database itself stays as it is. What the keyring held before stays there, under its
/// own name: until the new key file is durable the old one opens the data, and old backups go on opening.
///
/// # Errors
/// The old password is wrong, the new one too short, or there is no keyring. The data opens as before then.
pub fn change_lock(folder: &DataFolder, old: Option<&str>, new: Lock<'_>) -> Result<(), Error> {
    let key = unwrap(folder, old)?;
    let id = crate::new_id();
    let content = wrapped(id, &key, new)?;
    let changing = folder.root().join(CHANGING);
    // Whoever starts next says which of the two opens the data.
    let changed = files::write_whole(&changing, id.to_string().as_bytes())
        .and_then(|()| files::write_whole(&folder.key_file(), &content));
    if changed.is_err() && read(folder).is_ok_and(|file| file.id != id) {
        forget(id, new);
    }
    // What cannot be removed is said once more than needed.
    let _ = files::remove(&changing);
    changed.map_err(Error::of_data)
}

/// Takes a secret that nothing needs out of the keyring again. One that stays there opens nothing.
fn forget(id: Uuid, lock: Lock<'_>) {
    if let (Lock::Keyring, Ok(entry)) = (lock, keyring_entry(id)) {
        let _ = entry.delete_credential();
    }
}

/// In the data folder while the lock is changed: the id of the key file that is about to be written.
pub(crate) const CHANGING: &str = "key.changing";

/// Says how a change of the lock ended that was broken off, where there was one.
pub(crate) fn settle_change(folder: &DataFolder) -> Result<Option<Settled>, Error> {
    let changing = folder.root().join(CHANGING);
    if !changing.exists() {
        return Ok(None);
    }
    let new = files::read_whole(&changing, KEY_FILE_LIMIT)?;
    let is_new = read(folder).is_ok_and(|file| file.id.to_string().as_bytes() == new);
    files::remove(&changing)?;
    Ok(Some(if is_new {
        Settled::PasswordChanged
    } else {
        Settled::PasswordNotChanged
    }))
}

/// The folder's unwrapped key, to open further connections.
///
/// # Errors
/// As [`open`].
pub fn unwrap(folder: &DataFolder, password: Option<&str>) -> Result<DatabaseKey, Error> {
    let file = read(folder)?;
    let damaged = || Error::KeyFileDamaged {
        path: folder.key_file(),
    };
    let wrapping = match &file.slot {
        Slot::Keyring => from_keyring(file.id)?,
        Slot::Password {
            salt,
            memory_kib,
            passes,
        } => {
            let password = password.ok_or(Error::PasswordNeeded)?;
            let salt = unhex(salt).ok_or_else(damaged)?;
            from_password(password, &salt, *memory_kib, *passes).ok_or_else(damaged)?
        }
    };
    let nonce = unhex(&file.nonce)
        .filter(|nonce| nonce.len() == NONCE_BYTES)
        .ok_or_else(damaged)?;
    let wrapped = unhex(&file.wrapped).ok_or_else(damaged)?;
    let unwrapped = cipher(&wrapping).decrypt(XNonce::from_slice(&nonce), wrapped.as_slice());
    let key = Zeroizing::new(unwrapped.map_err(|_| match file.slot {
        Slot::Password { .. } => Error::WrongPassword,
        Slot::Keyring => damaged(),
    })?);
    let key: [u8; KEY_BYTES] = key.as_slice().try_into().map_err(|_| damaged())?;
    Ok(DatabaseKey(Zeroizing::new(key)))
}

fn read(folder: &DataFolder) -> Result<KeyFile, Error> {
    let path = folder.key_file();
    if !path.exists() {
        return Err(match folder.set_aside() {
            Some(kept) => Error::SetAside { missing: path, kept },
            None => Error::Missing { path },
        });
    }
    finish_creating(folder)?;
    let bytes = files::read_whole(&path, KEY_FILE_LIMIT)?;
    KeyFile::parse(&bytes).ok_or(Error::KeyFileDamaged { path })
}

fn save(folder: &DataFolder, id: Uuid, key: &DatabaseKey, lock: Lock<'_>) -> Result<(), Error> {
    files::write_whole(&folder.key_file(), &wrapped(id, key, lock)?).map_err(Error::of_data)
}

/// The content of a key file.
fn wrapped(id: Uuid, key: &DatabaseKey, lock: Lock<'_>) -> Result<Vec<u8>, Error> {
    let (slot, wrapping) = match lock {
        Lock::Keyring => (Slot::Keyring, new_in_keyring(id)?),
        Lock::Password(password) if password.chars().count() < PASSWORD_MIN_CHARS => {
            return Err(Error::PasswordTooShort {
                min: PASSWORD_MIN_CHARS,
            });
        }
        Lock::Password(password) => {
            let salt: [u8; SALT_BYTES] = random()?;
            let wrapping = from_password(password, &salt, ARGON_MEMORY_KIB, ARGON_PASSES)
                .ok_or_else(|| Error::Randomness("Argon2".into()))?;
            (
                Slot::Password {
                    salt: hex(&salt),
                    memory_kib: ARGON_MEMORY_KIB,
                    passes: ARGON_PASSES,
                },
                wrapping,
            )
        }
    };
    let nonce: [u8; NONCE_BYTES] = random()?;
    let wrapped = cipher(&wrapping)
        .encrypt(XNonce::from_slice(&nonce), key.0.as_slice())
        .map_err(|error| Error::Randomness(error.to_string()))?;
    let file = KeyFile {
        id,
        slot,
        nonce: hex(&nonce),
        wrapped: hex(&wrapped),
    };
    Ok(serde_json::to_vec_pretty(&file)?)
}

fn cipher(key: &[u8; KEY_BYTES]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

fn from_password(password: &str, salt: &[u8], memory_kib: u32, passes: u32) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let params = Params::new(memory_kib, passes, 1, Some(KEY_BYTES)).ok()?;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, key.as_mut_slice())
        .ok()?;
    Some(key)
}

fn from_keyring(id: Uuid) -> Result<Zeroizing<[u8; KEY_BYTES]>, Error> {
    let secret = keyring_entry(id)
        .and_then(|entry| entry.get_secret())
        .map(Zeroizing::new)
        .map_err(|error| match error {
            keyring::v1::Error::NoEntry => Error::KeyNotInKeyring,
            other => match NoKeyring::of(&other) {
                NoKeyring::Locked(reason) => Error::KeyringLocked { reason },
                NoKeyring::Missing(reason) => Error::KeyringMissing { reason },
            },
        })?;
    secret
        .as_slice()
        .try_into()
        .map(Zeroizing::new)
        .map_err(|_| Error::KeyNotInKeyring)
}

fn new_in_keyring(id: Uuid) -> Result<Zeroizing<[u8; KEY_BYTES]>, Error> {
    keyring_status()?;
    let secret: Zeroizing<[u8; KEY_BYTES]> = Zeroizing::new(random()?);
    may_fail("keep the secret");
    keyring_entry(id)
        .and_then(|entry| entry.set_secret(secret.as_slice()))
        .map_err(|error| NoKeyring::of(&error))?;
    // Nothing is to depend on a secret that the keyring took and does not give back.
    if *from_keyring(id)? == *secret {
        Ok(secret)
    } else {
        Err(Error::KeyNotInKeyring)
    }
}

fn keyring_entry(id: Uuid) -> Result<keyring::v1::Entry, keyring::v1::Error> {
    keyring::v1::Entry::new(KEYRING_SERVICE, &id.to_string())
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Randomness(error.to_string()))?;
    Ok(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    (digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit)).then_some(())?;
    digits
        .chunks(2)
        .map(|pair| {
            std::str::from_utf8(pair)
                .ok()
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect()
}
