//! Vouchers: their printed number, and the QR text that can be checked at a counter without any network.
//!
//! The QR text is `LL1` and the upper-case Base32 (RFC 4648, no padding) of 23 bytes and their Ed25519 signature
//! (RFC 8032): letters and digits that a scanner types the same way under any keyboard layout or input method,
//! and that a QR code holds in its compact alphanumeric mode. It says nothing about the person.

mod not_good;
mod standing;

pub use not_good::NotGood;
pub use standing::{GivenOut, Known, Standing, Unknown, standing};

use chrono::{Datelike, NaiveDate};
use data_encoding::BASE32_NOPAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use thiserror::Error;
use uuid::Uuid;

use crate::operation::EntityId;
use crate::writing::{half, invisible, is_dash};

/// Marks our QR texts, and their version.
const PREFIX: &str = "LL1";
/// Round (16), serial (4), amount (2), last day (4 bytes, days since year 1; 0: none).
const CONTENT_BYTES: usize = 26;
const SIGNATURE_BYTES: usize = 64;
/// What a voucher's signature is over, before its content: nothing else that a PC signs begins like this.
const PURPOSE: &[u8] = b"linli voucher 1";

/// What a voucher says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voucher {
    /// The round.
    pub round: EntityId,
    /// Its serial within the round, from 1.
    pub serial: u32,
    /// What it is good for.
    pub quantity: u16,
    /// Last day of collection.
    pub until: Option<NaiveDate>,
}

/// Why a QR text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VoucherProblem {
    /// Some other QR code.
    #[error("这不是本系统的购买凭证二维码")]
    Foreign,
    /// Cut off or mistyped.
    #[error("凭证二维码没有读全，请重新扫描")]
    Incomplete,
    /// No key of these has signed it.
    #[error("凭证的防伪签名不对，不是本居委会发出的")]
    Forged,
}

impl Voucher {
    fn content(&self) -> [u8; CONTENT_BYTES] {
        let mut bytes = [0; CONTENT_BYTES];
        bytes[..16].copy_from_slice(self.round.0.as_bytes());
        bytes[16..20].copy_from_slice(&self.serial.to_be_bytes());
        bytes[20..22].copy_from_slice(&self.quantity.to_be_bytes());
        let until = self.until.map_or(0, |day| day.num_days_from_ce());
        bytes[22..].copy_from_slice(&until.to_be_bytes());
        bytes
    }

    /// The signed text for its QR code.
    pub fn qr_text(&self, key: &SigningKey) -> String {
        let content = self.content();
        let signature = key.sign(&signed(&content));
        let bytes: Vec<u8> = content.iter().copied().chain(signature.to_bytes()).collect();
        format!("{PREFIX}{}", BASE32_NOPAD.encode(&bytes))
    }

    /// Reads a QR text and checks its signature by the keys of the committee's PCs; gives whose it is, too, by its place.
    /// Small letters (a scanner with Caps Lock) are taken too. Whether the number is good is [`standing`]'s to say.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn verify(text: &str, keys: &[VerifyingKey]) -> Result<(Voucher, usize), VoucherProblem> {
        let text = text.trim().to_ascii_uppercase();
        let encoded = text.strip_prefix(PREFIX).ok_or(VoucherProblem::Foreign)?;
        let bytes = BASE32_NOPAD
            .decode(encoded.as_bytes())
            .map_err(|_| VoucherProblem::Incomplete)?;
        if bytes.len() != CONTENT_BYTES + SIGNATURE_BYTES {
            return Err(VoucherProblem::Incomplete);
        }
        let (content, signature) = bytes.split_at(CONTENT_BYTES);
        let signature = Signature::from_slice(signature).map_err(|_| VoucherProblem::Incomplete)?;
        let signed = signed(content);
        let signer = keys
            .iter()
            .position(|key| key.verify_strict(&signed, &signature).is_ok());
        let signer = signer.ok_or(VoucherProblem::Forged)?;
        read(content)
            .map(|voucher| (voucher, signer))
            .ok_or(VoucherProblem::Incomplete)
    }
}

fn signed(content: &[u8]) -> Vec<u8> {
    [PURPOSE, content].concat()
}

fn read(content: &[u8]) -> Option<Voucher> {
    let until = i32::from_be_bytes(content.get(22..26)?.try_into().ok()?);
    Some(Voucher {
        round: EntityId(Uuid::from_slice(content.get(..16)?).ok()?),
        serial: u32::from_be_bytes(content.get(16..20)?.try_into().ok()?),
        quantity: u16::from_be_bytes(content.get(20..22)?.try_into().ok()?),
        until: NaiveDate::from_num_days_from_ce_opt(until).filter(|_| until != 0),
    })
}

/// The printed number: round, serial, and a check digit so that a mistyped number is not somebody else's
/// (Luhn, ISO/IEC 7812-1 annex B): `02-00037-4`.
pub fn number(round: u32, serial: u32) -> String {
    format!("{round:02}-{serial:05}-{}", luhn(&format!("{round:02}{serial:05}")))
}

/// A printed number as it may be typed, in full width, with any dashes or blanks, as its digits; `None` where anything
/// else stands in it.
pub fn digits(text: &str) -> Option<String> {
    let typed = text
        .chars()
        .map(half)
        .filter(|c| !is_dash(*c) && !c.is_whitespace() && !invisible(*c));
    typed.map(|c| c.is_ascii_digit().then_some(c)).collect()
}

/// Round number and serial of a printed number, with or without its dashes, in full width or not; `None` where the
/// check digit or the form is wrong.
pub fn parse_number(text: &str) -> Option<(u32, u32)> {
    let digits = digits(text)?;
    if !(8..=10).contains(&digits.len()) {
        return None;
    }
    let (body, check) = digits.split_at(digits.len() - 1);
    let (round, serial) = body.split_at(body.len() - 5);
    (check == luhn(body).to_string()).then_some(())?;
    Some((round.parse().ok()?, serial.parse().ok()?))
}

fn luhn(digits: &str) -> u32 {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            let value = if place % 2 == 0 { digit * 2 } else { digit };
            value / 10 + value % 10
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn voucher() -> Voucher {
        Voucher {
            round: EntityId(Uuid::from_u128(42)),
            serial: 37,
            quantity: 5,
            until: NaiveDate::from_ymd_opt(2020, 2, 8),
        }
    }

    #[test]
    fn a_number_is_read_however_a_keyboard_writes_it() {
        let printed = number(1, 13);
        let wide = |dash: char| -> String {
            let wide = |c: char| char::from_u32(c as u32 + 0xfee0).unwrap();
            printed.chars().map(|c| if c == '-' { dash } else { wide(c) }).collect()
        };
        for dash in ['－', '—', '–', '−', '　', '-'] {
            assert_eq!(parse_number(&wide(dash)), Some((1, 13)), "{}", wide(dash));
            let half = printed.replace('-', &dash.to_string());
            assert_eq!(parse_number(&half), Some((1, 13)), "{half}");
        }
    }

    #[test]
    fn a_signed_text_reads_back_and_fits_the_alphanumeric_mode() {
        let text = voucher().qr_text(&key(1));
        assert_eq!(
            Voucher::verify(&text, &[key(2).verifying_key(), key(1).verifying_key()]),
            Ok((voucher(), 1))
        );
        assert_eq!(
            Voucher::verify(&text.to_lowercase(), &[key(1).verifying_key()]),
            Ok((voucher(), 0))
        );
        assert!(text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
    }

    #[test]
    fn foreign_cut_and_forged_texts_are_told_apart() {
        let text = voucher().qr_text(&key(1));
        let check = |text: &str, seed| Voucher::verify(text, &[key(seed).verifying_key()]);
        assert_eq!(check("https://example.cn", 1), Err(VoucherProblem::Foreign));
        assert_eq!(check(&text[..text.len() - 9], 1), Err(VoucherProblem::Incomplete));
        assert_eq!(check(&text, 2), Err(VoucherProblem::Forged));
    }

    #[test]
    fn numbers_print_and_read() {
        assert_eq!(parse_number(&number(2, 37)), Some((2, 37)));
        assert_eq!(parse_number(&number(123, 99_999)), Some((123, 99_999)));
        assert_eq!(parse_number("02-00037"), None);
        assert_eq!(parse_number("零二"), None);
    }

    proptest! {
        #[test]
        fn one_wrong_digit_never_makes_another_number(round in 1..99u32, serial in 1..99_999u32, place in 0..8usize, digit in 0..10u32) {
            let mut digits: Vec<char> = number(round, serial).chars().filter(char::is_ascii_digit).collect();
            let digit = char::from_digit(digit, 10).unwrap();
            prop_assume!(digits[place] != digit);
            digits[place] = digit;
            prop_assert_eq!(parse_number(&digits.iter().collect::<String>()), None);
        }
    }
}
