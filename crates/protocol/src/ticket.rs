//! Enrolment tickets: what a PC needs to join a district, as one text for paper (QR), picture or file.
//!
//! `LLJ1` and the upper-case Base32 (RFC 4648, no padding) of the ticket's JSON: letters and digits only, like a
//! voucher's text.

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Marks a ticket, and its version.
const PREFIX: &str = "LLJ1";
/// Most characters of a ticket's text.
const TEXT: usize = 8 * 1024;

/// What a PC needs to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The district's address.
    pub url: String,
    /// The one-time code.
    pub code: String,
    /// The certificate of the district's own authority (DER), the only one trusted from now on; `None` on loopback.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "authority")]
    pub authority: Option<Vec<u8>>,
}

/// Why a text is not a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketProblem {
    /// Something else.
    #[error("这不是区级平台的加入码")]
    Foreign,
    /// Cut off or mistyped.
    #[error("加入码没有读全，请重新扫描或重新选择文件")]
    Incomplete,
}

impl Ticket {
    /// Its text.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        Ok(format!("{PREFIX}{}", BASE32_NOPAD.encode(&serde_json::to_vec(self)?)))
    }

    /// Reads a text, with blanks and line breaks anywhere, in capitals or not.
    ///
    /// # Errors
    /// Why it is none.
    pub fn read(text: &str) -> Result<Ticket, TicketProblem> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).take(TEXT + 1).collect();
        let text = text.to_ascii_uppercase();
        let encoded = text.strip_prefix(PREFIX).ok_or(TicketProblem::Foreign)?;
        let json = BASE32_NOPAD
            .decode(encoded.as_bytes())
            .map_err(|_| TicketProblem::Incomplete)?;
        serde_json::from_slice(&json).map_err(|_| TicketProblem::Incomplete)
    }
}

mod authority {
    use data_encoding::BASE64;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
        bytes.as_ref().map(|bytes| BASE64.encode(bytes)).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
        let text: Option<String> = Option::deserialize(deserializer)?;
        text.map(|text| BASE64.decode(text.as_bytes()).map_err(D::Error::custom))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_survives_paper_and_says_when_it_did_not() {
        let ticket = Ticket {
            url: "https://district.example:8443".into(),
            code: "7KQM-2WZP-9D4X".into(),
            authority: Some(vec![48, 130, 1, 0, 255]),
        };
        let text = ticket.text().unwrap();
        assert!(
            text.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        );
        let (head, tail) = text.split_at(40);
        assert_eq!(
            Ticket::read(&format!(" {}\n{} ", head.to_lowercase(), tail)),
            Ok(ticket.clone())
        );
        assert_eq!(Ticket::read(&text[..text.len() - 9]), Err(TicketProblem::Incomplete));
        assert_eq!(Ticket::read("LL1ABC"), Err(TicketProblem::Foreign));
        let plain = Ticket {
            authority: None,
            ..ticket
        };
        assert_eq!(Ticket::read(&plain.text().unwrap()), Ok(plain));
    }
}
