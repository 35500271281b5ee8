//! Instructions 上级要求: a message of the district that each clerk reads and acknowledges 签收.
//!
//! Who acknowledged it is a fact: it is added and never conflicts. Attachments are named by the SHA-256 (FIPS 180-4) of
//! their bytes; the bytes travel beside the operations.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::item::{self, Item, Tone};
use crate::operation::{Change, EntityKind};
use crate::record::{self, Field, Record, Recorded};
use crate::time::Moment;

/// Most characters of a title.
pub const TITLE: usize = 100;
/// Most bytes of the text.
pub const BODY: usize = 64 * 1024;
/// Most attachments of one instruction.
pub const ATTACHMENTS: usize = 20;
/// Most bytes of one attachment.
pub const ATTACHMENT_BYTES: u64 = 20 * 1024 * 1024;
/// Most characters of an attachment's name.
pub const ATTACHMENT_NAME: usize = 120;

/// Endings of documents and pictures, as offices have them.
const OPENED: [&str; 20] = [
    "pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "dps", "csv", "txt", "rtf", "odt", "ods",
    "jpg", "jpeg", "png", "gif",
];

/// SHA-256 of an attachment's bytes: its name wherever it is kept. Written as 64 small hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ContentHash(pub [u8; 32]);

/// A text that is not a [`ContentHash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 small hexadecimal digits")]
pub struct NotAHash;

impl ContentHash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> ContentHash {
        ContentHash(Sha256::digest(bytes).into())
    }

    /// The hash of pieces that follow on each other.
    pub fn of_pieces<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> ContentHash {
        let mut hash = Sha256::new();
        pieces.into_iter().for_each(|piece| hash.update(piece));
        ContentHash(hash.finalize().into())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for ContentHash {
    type Err = NotAHash;
    fn from_str(text: &str) -> Result<ContentHash, NotAHash> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, odd) = text.as_bytes().as_chunks::<2>();
        let pairs: Option<Vec<u8>> = pairs
            .iter()
            .map(|&[high, low]| Some(digit(high)? * 16 + digit(low)?))
            .collect();
        let bytes = pairs.filter(|_| odd.is_empty()).and_then(|bytes| bytes.try_into().ok());
        bytes.map(ContentHash).ok_or(NotAHash)
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> String {
        hash.to_string()
    }
}

impl TryFrom<String> for ContentHash {
    type Error = NotAHash;
    fn try_from(text: String) -> Result<ContentHash, NotAHash> {
        text.parse()
    }
}

/// An attachment, as the instruction names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Their hash.
    pub hash: ContentHash,
}

impl Attachment {
    /// The name's ending in small letters: `pdf`.
    fn ending(&self) -> String {
        self.name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase())
            .unwrap_or_default()
    }

    /// Whether its pages can be shown by ourselves.
    pub fn has_pages(&self) -> bool {
        self.ending() == "pdf"
    }

    /// Whether it may be opened in another program: a document or a picture, and nothing that would run.
    pub fn may_be_opened(&self) -> bool {
        OPENED.contains(&self.ending().as_str())
    }
}

/// Who acknowledged an instruction, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The clerk.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// An instruction's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instruction {
    /// Its values.
    pub record: Record,
    /// When the district sent it.
    pub sent_at: Moment,
    /// Who acknowledged it: each clerk once, in order.
    pub acknowledged: Vec<Acknowledgement>,
}

impl Instruction {
    /// Its title.
    pub fn title(&self) -> &str {
        self.record.get(Field::Title).unwrap_or_default()
    }

    /// Its text.
    pub fn body(&self) -> &str {
        self.record.get(Field::Body).unwrap_or_default()
    }

    /// Its attachments; what a newer program wrote another way is none here.
    pub fn attachments(&self) -> Vec<Attachment> {
        let json = self.record.get(Field::Attachments);
        json.and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default()
    }

    /// Whether a clerk acknowledged it.
    pub fn acknowledged_by(&self, clerk: &str) -> bool {
        self.acknowledged.iter().any(|one| one.by == clerk)
    }
}

/// How far a committee is with an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstructionStage {
    /// None of its clerks acknowledged it.
    Sent,
    /// Somebody did; each of the others still may.
    Acknowledged,
}

impl item::Stage for InstructionStage {
    const ALL: &'static [InstructionStage] = &[InstructionStage::Sent, InstructionStage::Acknowledged];

    fn code(self) -> &'static str {
        match self {
            InstructionStage::Sent => "sent",
            InstructionStage::Acknowledged => "acknowledged",
        }
    }

    fn label(self) -> &'static str {
        match self {
            InstructionStage::Sent => "未签收",
            InstructionStage::Acknowledged => "已签收",
        }
    }

    fn tone(self) -> Tone {
        match self {
            InstructionStage::Sent => Tone::Waiting,
            InstructionStage::Acknowledged => Tone::Done,
        }
    }
}

impl Item for Instruction {
    const KIND: EntityKind = EntityKind::Instruction;
    type Stage = InstructionStage;

    fn fold<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Instruction> {
        folded(changes)
    }

    fn stage(&self) -> InstructionStage {
        match self.acknowledged.first() {
            Some(_) => InstructionStage::Acknowledged,
            None => InstructionStage::Sent,
        }
    }

    /// By when it was sent.
    fn sort_key(&self) -> Cow<'_, str> {
        Cow::Owned(self.sent_at.sortable())
    }
}

fn folded<'a>(changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<Instruction> {
    let record = record::fold(changes.clone())?;
    let mut instruction = Instruction {
        record,
        sent_at: Moment(0),
        acknowledged: Vec::new(),
    };
    let mut sent = None;
    for Recorded { change, actor, at, .. } in changes {
        match change {
            Change::Create(_) => sent = sent.or(Some(at)),
            Change::Acknowledged if !instruction.acknowledged_by(actor) => {
                instruction.acknowledged.push(Acknowledgement {
                    by: actor.to_owned(),
                    at,
                });
            }
            _ => {}
        }
    }
    instruction.sent_at = sent.unwrap_or(instruction.sent_at);
    Some(instruction)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::operation::DeviceId;
    use crate::reservation::created;

    fn after(changes: &[(&str, Change)]) -> Option<Instruction> {
        let recorded: Vec<Recorded<'_>> = (1..)
            .zip(changes)
            .map(|(at, (actor, change))| Recorded {
                change,
                device: DeviceId(Uuid::nil()),
                actor,
                at: Moment(at),
            })
            .collect();
        Instruction::fold(recorded.iter().copied())
    }

    fn sent() -> Change {
        let attachments = r#"[{"name":"附件.pdf","size":3,"hash":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]"#;
        created([
            (Field::Title, Some("加强排查".to_owned())),
            (Field::Body, Some("请于今日完成。".to_owned())),
            (Field::Attachments, Some(attachments.to_owned())),
        ])
    }

    #[test]
    fn each_clerk_acknowledges_once_and_the_first_time_counts() {
        let acknowledged = || Change::Acknowledged;
        let changes = [
            ("区", sent()),
            ("董敏", acknowledged()),
            ("李芳", acknowledged()),
            ("董敏", acknowledged()),
        ];
        let instruction = after(&changes).unwrap();
        let who: Vec<(&str, i64)> = instruction
            .acknowledged
            .iter()
            .map(|one| (one.by.as_str(), one.at.0))
            .collect();
        assert_eq!((who, instruction.sent_at), (vec![("董敏", 2), ("李芳", 3)], Moment(1)));
        assert!(instruction.acknowledged_by("李芳") && !instruction.acknowledged_by("王强"));
        assert_eq!(after(&changes[1..]), None, "acknowledged before it is known: it waits");
    }

    #[test]
    fn attachments_are_named_by_what_is_in_them() {
        let instruction = after(&[("区", sent())]).unwrap();
        assert_eq!(
            (instruction.title(), instruction.body()),
            ("加强排查", "请于今日完成。")
        );
        let [attachment] = instruction.attachments().try_into().unwrap();
        assert_eq!(attachment.hash, ContentHash::of(b"abc"), "the example of FIPS 180-4");
        assert_eq!(attachment.hash, ContentHash::of_pieces([&b"a"[..], b"bc"]));
        assert!(attachment.has_pages() && attachment.may_be_opened());
        let called = |name: &str| Attachment {
            name: name.into(),
            ..attachment.clone()
        };
        assert!(called("表.XLSX").may_be_opened() && !called("表.XLSX").has_pages());
        for runs in ["附件.pdf.exe", "附件", "附件.pdf.", "pdf"] {
            assert!(!called(runs).may_be_opened(), "{runs}");
        }
        let text = attachment.hash.to_string();
        assert_eq!(text.parse(), Ok(attachment.hash));
        for wrong in [
            "",
            &text[..62],
            &text[..63],
            &format!("{text}00"),
            &text.to_uppercase(),
            &text.replace('a', "g"),
        ] {
            assert_eq!(wrong.parse::<ContentHash>(), Err(NotAHash), "{wrong}");
        }
    }
}
