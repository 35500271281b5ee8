//! Joining: a one-time code from the district's staff makes a PC one of the committee's.
//!
//! Must stay true: a code makes one PC a member, once; asking again with the same PC and code (the answer was lost)
//! gives a new token, and nothing else once anything of it is here. Wrong codes lock the code they begin like and are
//! answered slowly where they come from; whoever has a right one gets in at once, from there too.

use std::time::Duration;

use chrono::TimeDelta;
use linli_domain::operation::{Action, DISTRICT_LETTER, DeviceId, EntityId, EntityKind, Hash};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::time::Moment;
use linli_protocol::{DenialCode, EnrolRequest, Enrolled, Replaces};

use super::{Caller, Committee, Device, token};
use crate::district::{audit, count_try, tries};
use crate::random::{self, Randomness};
use crate::sequence::{Draft, Sequence};
use crate::storage::{Row, StorageError, Transaction};
use crate::{DISTRICT, District, Error, values};

/// How long a code is good for.
pub const CODE_LIFE: TimeDelta = TimeDelta::days(7);
/// Letters of a code: Crockford's Base32, which has none that are read or said alike.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code: 60 bits.
const CODE_LETTERS: usize = 12;
/// Letters between two dashes.
const CODE_GROUP: usize = 4;
/// Letters by which a wrong code tells which one it was to be: half, so that nobody comes upon the beginning of one by
/// chance, nor from there upon the rest.
const BEGINNING: usize = CODE_LETTERS / 2;
/// Wrong codes that begin like a code before it is locked.
const WRONG_OF_ONE: u64 = 10;
/// Wrong codes from one address in an hour before further ones are answered slowly. An office's PCs share an address.
const WRONG_FROM_ONE: u64 = 10;
/// How long an answer is held back where wrong codes came from: guessing takes years, typing a code once more does not.
const SLOWLY: Duration = Duration::from_secs(3);
/// Most characters of a PC's name.
const NAME: usize = 40;
/// Most PCs of a committee.
const DEVICES: usize = 50;
/// What is counted, in the table of tries.
const WHAT: &str = "enrol";

/// The code as stored: without dashes, blanks and small letters; what is often mistyped is read as meant.
fn canonical(code: &str) -> String {
    code.chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .take(CODE_LETTERS + 1)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// `A` to `V`, `X` to `Z`, then two letters; never one that is taken, never the district's.
fn free_letter(taken: &[Device]) -> String {
    let singles = ('A'..='Z').map(String::from);
    let doubles = ('A'..='Z').flat_map(|first| ('A'..='Z').map(move |second| format!("{first}{second}")));
    singles
        .chain(doubles)
        .filter(|letter| letter != DISTRICT_LETTER)
        .find(|letter| taken.iter().all(|device| device.letter != *letter))
        .unwrap_or_default()
}

/// The part of a code by which a wrong one is told to be meant for it.
fn beginning(canonical: &str) -> String {
    canonical.chars().take(BEGINNING).collect()
}

impl District {
    /// A new one-time code for a committee.
    ///
    /// # Errors
    /// The database's.
    pub fn enrol_code(&self, committee: EntityId, now: Moment, random: &mut dyn Randomness) -> Result<String, Error> {
        let letters: Vec<char> = random::bytes::<CODE_LETTERS>(random)?
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect();
        let groups: Vec<String> = letters.chunks(CODE_GROUP).map(String::from_iter).collect();
        let code = groups.join("-");
        self.write(|transaction| {
            Committee::load(transaction, committee)?;
            let expires = now.0.saturating_add(CODE_LIFE.num_milliseconds());
            let read = canonical(&code);
            transaction.execute(
                "INSERT INTO enrol_code (committee, code_hash, beginning, made_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5)",
                &values![committee, token::hash(&read), beginning(&read), now.0, expires],
            )?;
            audit(transaction, committee, now, random, ("staff", "enrol_code", ""))
        })?;
        Ok(code)
    }

    /// Makes a PC one of the committee's. `source` is where the request came from.
    ///
    /// # Errors
    /// Why not.
    pub fn enrol(
        &self,
        request: &EnrolRequest,
        source: &str,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<Enrolled, Error> {
        let joined = match self.is_a_code(&request.code)? {
            true => self.write(|transaction| self.join(transaction, request, now, random)),
            false => Err(Error::denied(DenialCode::BadCode, "the code is not known")),
        };
        if matches!(&joined, Err(Error::Denied(denial)) if denial.code == DenialCode::BadCode) {
            self.count_wrong(&request.code, source, now)?;
        }
        joined
    }

    /// How long the answer to a wrong code is held back that comes from there.
    ///
    /// # Errors
    /// The database's.
    pub fn held_back(&self, source: &str, now: Moment) -> Result<Duration, Error> {
        let this = (DISTRICT, WHAT, self.source(source));
        let wrong = self.read(|transaction| Ok(tries(transaction, this, now)?))?;
        Ok(if wrong >= WRONG_FROM_ONE {
            SLOWLY
        } else {
            Duration::ZERO
        })
    }

    /// Whether there is or was such a code. Looked up without writing: whoever tries all of them keeps no writer waiting.
    fn is_a_code(&self, code: &str) -> Result<bool, Error> {
        let code_hash = token::hash(&canonical(code));
        let sql = "SELECT 1 FROM enrol_code WHERE code_hash = $1";
        self.read(|transaction| Ok(transaction.first(sql, &values![code_hash])?.is_some()))
    }

    /// Counts a wrong code: for where it comes from, as far as that changes anything, and for those it begins like.
    fn count_wrong(&self, code: &str, source: &str, now: Moment) -> Result<(), Error> {
        let this = (DISTRICT, WHAT, self.source(source));
        let beginning = beginning(&canonical(code));
        let sql = "SELECT committee, code_hash FROM enrol_code
                   WHERE beginning = $1 AND used_by IS NULL AND expires_at >= $2 AND wrong < $3";
        let (known, meant) = self.read(|transaction| {
            let meant = transaction.query(sql, &values![beginning.as_str(), now.0, WRONG_OF_ONE])?;
            let meant = meant.iter().map(|row| Ok((row.get(0)?, row.get(1)?)));
            Ok((
                tries(transaction, this, now)?,
                meant.collect::<Result<Vec<(EntityId, [u8; 32])>, StorageError>>()?,
            ))
        })?;
        if known >= WRONG_FROM_ONE && meant.is_empty() {
            return Ok(());
        }
        self.write(|transaction| {
            for (committee, code_hash) in &meant {
                let sql = "UPDATE enrol_code SET wrong = wrong + 1 WHERE committee = $1 AND code_hash = $2";
                transaction.execute(sql, &values![*committee, *code_hash])?;
            }
            if known < WRONG_FROM_ONE {
                count_try(transaction, this, now)?;
            }
            Ok(())
        })
    }

    fn join(
        &self,
        transaction: &mut dyn Transaction,
        request: &EnrolRequest,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<Enrolled, Error> {
        let name: String = request
            .name
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(NAME)
            .collect();
        if ed25519_dalek::VerifyingKey::from_bytes(&request.verifying_key).is_err() {
            return Err(Error::denied(DenialCode::BadRequest, "the key is not one"));
        }
        let committee = good_code(transaction, request, now)?;
        let devices = Device::all(transaction, committee)?;
        let known = devices.iter().find(|device| device.id == request.device);
        let caller = Caller {
            committee,
            device: request.device,
        };
        let (token, token_hash) = token::issue(caller, random)?;
        let letter = match known {
            Some(known) => rejoin(transaction, known, request, token_hash, now, committee)?,
            None => self.first_join(transaction, (request, &name), token_hash, now, (committee, &devices))?,
        };
        if let Some(before) = request.replaces.as_ref() {
            self.replace(
                transaction,
                (committee, &devices),
                (request.device, before),
                now,
                random,
            )?;
        }
        let detail = format!("{} {letter}", request.device.0);
        audit(transaction, committee, now, random, ("pc", "enrol", &detail))?;
        let committee = Committee::load(transaction, committee)?;
        let name = committee.full_name();
        Ok(Enrolled {
            committee: committee.entity,
            name,
            district: self.name.to_string(),
            letter,
            token,
        })
    }

    /// A PC goes on as another device: what it was before writes nothing any more, and its rights are free.
    fn replace(
        &self,
        transaction: &mut dyn Transaction,
        (committee, devices): (EntityId, &[Device]),
        (device, before): (DeviceId, &Replaces),
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<(), Error> {
        let known = devices.iter().find(|known| known.id == before.device);
        let known = known.ok_or_else(|| Error::denied(DenialCode::BadRequest, "what it was before is not known"))?;
        if !before.is_signed_by(&known.key()?, device) {
            return Err(Error::denied(
                DenialCode::BadSignature,
                "what it was before did not sign",
            ));
        }
        if known.revoked_at.is_none() {
            self.revoke_in(transaction, (committee, before.device), now, ("pc", random))?;
        }
        Ok(())
    }

    /// A PC that is new to the committee; gives its letter.
    fn first_join(
        &self,
        transaction: &mut dyn Transaction,
        (request, name): (&EnrolRequest, &str),
        token_hash: [u8; 32],
        now: Moment,
        (committee, devices): (EntityId, &[Device]),
    ) -> Result<String, Error> {
        if devices.len() >= DEVICES {
            return Err(Error::denied(DenialCode::TooMany, "the committee has too many PCs"));
        }
        let mut sequence = Sequence::open(self, transaction, committee)?;
        adopt(&mut sequence, request, devices)?;
        if devices.is_empty() {
            sequence.write(Action::SetUp, now, vec![committee_begins(&sequence.committee)])?;
        }
        sequence.close()?;
        let letter = free_letter(devices);
        transaction.execute(
            "INSERT INTO device (committee, device, letter, name, verifying_key, token_hash, enrolled_at, seen_at,
                 declared_seq, last_seq, tail) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, 0, $9)",
            &values![
                committee,
                request.device,
                letter.as_str(),
                name,
                request.verifying_key,
                token_hash,
                now.0,
                request.last_seq,
                Hash::ZERO.0
            ],
        )?;
        Ok(letter)
    }
}

/// The committee whose unused, fresh code this is; marks it used.
fn good_code(transaction: &mut dyn Transaction, request: &EnrolRequest, now: Moment) -> Result<EntityId, Error> {
    let bad = |text: &str| Error::denied(DenialCode::BadCode, text);
    let code_hash = token::hash(&canonical(&request.code));
    let sql = "SELECT committee, expires_at, used_by, wrong FROM enrol_code WHERE code_hash = $1";
    let find = |transaction: &mut dyn Transaction| -> Result<Row, Error> {
        transaction
            .first(sql, &values![code_hash])?
            .ok_or_else(|| bad("the code is not known"))
    };
    let committee: EntityId = find(transaction)?.get(0)?;
    transaction.lock(committee)?;
    // Read again behind the lock: another PC may have been faster.
    let row = find(transaction)?;
    match row.get::<Option<DeviceId>>(2)? {
        None if row.get::<i64>(1)? < now.0 => return Err(bad("the code is too old")),
        None if row.get::<u64>(3)? >= WRONG_OF_ONE => {
            return Err(bad("the code is locked: too many wrong ones began like it"));
        }
        Some(used_by) if used_by != request.device => return Err(bad("the code is used")),
        None | Some(_) => {}
    }
    transaction.execute(
        "UPDATE enrol_code SET used_by = $3 WHERE committee = $1 AND code_hash = $2",
        &values![committee, code_hash, request.device],
    )?;
    Ok(committee)
}

/// A PC the district knows: it lost its token, or the answer to its first request.
fn rejoin(
    transaction: &mut dyn Transaction,
    known: &Device,
    request: &EnrolRequest,
    token_hash: [u8; 32],
    now: Moment,
    committee: EntityId,
) -> Result<String, Error> {
    if known.revoked_at.is_some() {
        return Err(Error::denied(DenialCode::Revoked, "the PC was revoked"));
    }
    if known.verifying_key != request.verifying_key {
        return Err(Error::denied(DenialCode::Forked, "a PC of this id has another key"));
    }
    // Nothing of it is here: what it did on its own until it heard the answer was done before it joined.
    let declared = if known.last_seq == 0 {
        request.last_seq.max(known.declared_seq)
    } else {
        known.declared_seq
    };
    transaction.execute(
        "UPDATE device SET token_hash = $3, seen_at = $4, declared_seq = $5 WHERE committee = $1 AND device = $2",
        &values![committee, request.device, token_hash, now.0, declared],
    )?;
    Ok(known.letter.clone())
}

/// The first PC may bring its data, and with it the committee's id in operations, unless another committee has that
/// id; a later one must have none, or be of this committee.
fn adopt(sequence: &mut Sequence<'_>, request: &EnrolRequest, devices: &[Device]) -> Result<(), Error> {
    let other = |text: &str| Err(Error::denied(DenialCode::OtherCommittee, text));
    match request.committee {
        None if request.last_seq > 0 => other("data without a committee"),
        None => Ok(()),
        Some(brought) if brought == sequence.committee.entity => Ok(()),
        Some(_) if !devices.is_empty() => other("the committee has data of its own, and so has the PC"),
        Some(brought) if Committee::has_entity(sequence.transaction, brought)? => {
            other("the data belongs to another committee of this district")
        }
        Some(brought) => {
            sequence.committee.entity = brought;
            Ok(())
        }
    }
}

/// The committee's own record, so that a PC without data knows where it is.
fn committee_begins(committee: &Committee) -> Draft {
    let fields = [
        (Field::Name, Some(committee.full_name())),
        (Field::District, Some(committee.area.clone())),
    ];
    Draft {
        kind: EntityKind::Committee,
        entity: committee.entity,
        change: created(fields),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_meant() {
        assert_eq!(canonical(" 7kqm-2wzp 9d4x "), "7KQM2WZP9D4X");
        assert_eq!(canonical("OIL0"), "0110");
    }

    #[test]
    fn letters_are_given_in_order_without_the_districts() {
        let mut taken: Vec<Device> = Vec::new();
        for _ in 0..27 {
            let letter = free_letter(&taken);
            taken.push(Device {
                id: DeviceId(uuid::Uuid::nil()),
                letter,
                name: String::new(),
                verifying_key: [0; 32],
                enrolled_at: Moment(0),
                seen_at: Moment(0),
                declared_seq: 0,
                last_seq: 0,
                tail: Hash::ZERO,
                received: 0,
                revoked_at: None,
            });
        }
        let letters: Vec<&str> = taken.iter().map(|device| device.letter.as_str()).collect();
        assert_eq!(letters[0], "A");
        assert_eq!(letters[22..], ["X", "Y", "Z", "AA", "AB"]);
    }
}
