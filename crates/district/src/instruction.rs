//! Instructions: a message of the district to all or some committees, and who has acknowledged it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use linli_domain::entity::State;
use linli_domain::instruction::{
    ATTACHMENT_BYTES, ATTACHMENT_NAME, ATTACHMENTS, Attachment, BODY, ContentHash, InstructionStage, TITLE,
};
use linli_domain::item::Stage as _;
use linli_domain::operation::{Action, EntityId, EntityKind, Hash};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::time::Moment;
use linli_domain::writing::names;
use serde::Serialize;
use uuid::Builder;

use crate::attachment::link;
use crate::district::audit;
use crate::random::Randomness;
use crate::sequence::entities::Entities;
use crate::sequence::{Draft, Sequence};
use crate::storage::{StorageError, Transaction};
use crate::{DISTRICT, District, Error, values};

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// Files that come with it.
    pub attachments: Vec<Enclosure>,
}

/// A file that comes with an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// An instruction as it was sent, and how far it is acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Its id in all committees.
    pub instruction: EntityId,
    /// Title.
    pub title: String,
    /// When.
    pub sent_at: Moment,
    /// To how many committees.
    pub committees: usize,
    /// In how many somebody acknowledged it.
    pub acknowledged: usize,
    /// The others, by number.
    pub waiting: Vec<String>,
    /// Committees that did not get it, by number.
    pub missing: Vec<String>,
}

/// What came of sending an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sending {
    /// Its id in all committees.
    pub instruction: EntityId,
    /// Committees that got it now.
    pub committees: usize,
    /// Committees that had it.
    pub known: usize,
}

impl District {
    /// Sends an instruction to committees. Doing it again goes on where it was broken off: a committee gets the same title,
    /// text and files once a day.
    ///
    /// # Errors
    /// It is empty or too long, or the database's: committees before that have it.
    pub fn send(
        &self,
        instruction: &Instruction,
        committees: &[EntityId],
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<Sending, Error> {
        let (title, body) = (instruction.title.trim(), instruction.body.trim());
        let storable = !title.contains('\0');
        if !names(title) || !storable || title.chars().count() > TITLE || body.is_empty() || body.len() > BODY {
            return Err(Error::Input(format!(
                "上级要求要有标题（不超过 {TITLE} 字）和正文（不超过 {BODY} 字节）"
            )));
        }
        let attachments = self.keep_enclosures(&instruction.attachments, now)?;
        let entity = id(now, title, body, &attachments)?;
        let json = if attachments.is_empty() {
            None
        } else {
            Some(serde_json::to_string(&attachments)?)
        };
        let mut sending = Sending {
            instruction: entity,
            committees: 0,
            known: 0,
        };
        for committee in committees {
            let sent = self.write(|transaction| {
                for attachment in &attachments {
                    link(transaction, *committee, attachment, now)?;
                }
                let mut sequence = Sequence::open(self, transaction, *committee)?;
                let sql = "SELECT 1 FROM item WHERE committee = $1 AND item = $2";
                if sequence.transaction.first(sql, &values![*committee, entity])?.is_some() {
                    return Ok(false);
                }
                let fields = [
                    (Field::Title, Some(title.to_owned())),
                    (Field::Body, Some(body.to_owned())),
                    (Field::Attachments, json.clone()),
                ];
                let draft = Draft {
                    kind: EntityKind::Instruction,
                    entity,
                    change: created(fields),
                };
                sequence.write(Action::InstructionSent, now, vec![draft])?;
                sequence.close()?;
                Ok(true)
            })?;
            *if sent {
                &mut sending.committees
            } else {
                &mut sending.known
            } += 1;
        }
        let detail = format!("{entity} to {}", sending.committees);
        self.write(|transaction| {
            audit(
                transaction,
                DISTRICT,
                now,
                random,
                ("staff", "instruction_send", &detail),
            )
        })?;
        Ok(sending)
    }

    fn keep_enclosures(&self, enclosures: &[Enclosure], now: Moment) -> Result<Vec<Attachment>, Error> {
        if enclosures.len() > ATTACHMENTS {
            return Err(Error::Input(format!("附件最多 {ATTACHMENTS} 个")));
        }
        let attachments = enclosures.iter().map(attachment).collect::<Result<Vec<_>, _>>()?;
        for (attachment, enclosure) in attachments.iter().zip(enclosures) {
            self.keep_with_district(attachment, &enclosure.bytes, now)?;
        }
        Ok(attachments)
    }

    /// All instructions, newest first, with the committees in which nobody has acknowledged them yet, and those that did
    /// not get them.
    ///
    /// # Errors
    /// The database's.
    pub fn instructions(&self) -> Result<Vec<Sent>, Error> {
        self.read(|transaction| {
            let names = transaction.query("SELECT town, name FROM committee ORDER BY number", &[])?;
            let names = names
                .iter()
                .map(|row| Ok(format!("{}{}", row.get::<String>(0)?, row.get::<String>(1)?)));
            let names = names.collect::<Result<Vec<String>, StorageError>>()?;
            let sql = "SELECT i.item, i.committee, i.stage, c.town, c.name
                       FROM item i JOIN committee c ON c.committee = i.committee
                       WHERE i.list IS NULL AND i.kind = 10 ORDER BY i.item, c.number";
            let mut sent: BTreeMap<EntityId, Sent> = BTreeMap::new();
            for row in transaction.query(sql, &[])? {
                let instruction = row.get(0)?;
                let one = match sent.entry(instruction) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(Sent {
                        missing: names.clone(),
                        ..first_sent(transaction, row.get(1)?, instruction)?
                    }),
                };
                let name = format!("{}{}", row.get::<String>(3)?, row.get::<String>(4)?);
                one.committees += 1;
                one.missing.retain(|missing| *missing != name);
                match InstructionStage::of_code(&row.get::<String>(2)?) {
                    Some(InstructionStage::Sent) => one.waiting.push(name),
                    Some(InstructionStage::Acknowledged) | None => one.acknowledged += 1,
                }
            }
            let mut sent: Vec<Sent> = sent.into_values().collect();
            sent.sort_by_key(|one| std::cmp::Reverse((one.sent_at, one.instruction)));
            Ok(sent)
        })
    }
}

/// An instruction as a committee got it; how far it is acknowledged is counted behind.
fn first_sent(transaction: &mut dyn Transaction, committee: EntityId, instruction: EntityId) -> Result<Sent, Error> {
    let mut entities = Entities::default();
    entities.load(transaction, committee, [instruction])?;
    let state = entities.state(EntityKind::Instruction, instruction);
    let state = state.as_ref().and_then(State::instruction);
    let state = state.ok_or_else(|| StorageError::Refused(format!("instruction {instruction} has no state")))?;
    let (committees, acknowledged, waiting, missing) = Default::default();
    Ok(Sent {
        instruction,
        title: state.title().to_owned(),
        sent_at: state.sent_at,
        committees,
        acknowledged,
        waiting,
        missing,
    })
}

/// The id of what is sent: the same for the same title, text and files on one day (UUID version 8, RFC 9562; version 5 is
/// of rights). A reminder that is sent every week is another one each time.
fn id(now: Moment, title: &str, body: &str, attachments: &[Attachment]) -> Result<EntityId, Error> {
    let content = serde_json::to_vec(&(now.date(), title, body, attachments))?;
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Hash::ZERO.chain(&content).0[..16]);
    Ok(EntityId(Builder::from_custom_bytes(bytes).into_uuid()))
}

/// How an instruction names a file.
fn attachment(enclosure: &Enclosure) -> Result<Attachment, Error> {
    let Enclosure { name, bytes } = enclosure;
    let size = bytes.len() as u64;
    let plain = names(name) && !name.contains(['/', '\\', '\0']) && name.chars().count() <= ATTACHMENT_NAME;
    if !plain {
        return Err(Error::Input(format!(
            "附件“{name}”的文件名不能用：不超过 {ATTACHMENT_NAME} 字，不带路径"
        )));
    }
    if size > ATTACHMENT_BYTES {
        let most = ATTACHMENT_BYTES / (1024 * 1024);
        return Err(Error::Input(format!("附件“{name}”太大，最多 {most} MB")));
    }
    Ok(Attachment {
        name: name.clone(),
        size,
        hash: ContentHash::of(bytes),
    })
}
