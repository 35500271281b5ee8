//! The operation log: appending a batch (chained and signed), and reading it back.

pub(crate) mod history;

use std::collections::{BTreeSet, HashMap};

use ed25519_dalek::SigningKey;
use linli_domain::item::Item;
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, Hash, SCHEMA};
use linli_domain::record::{Field, Recorded};
use linli_domain::time::Moment;
use linli_protocol::{CHANGE_BYTES, Chain, Heading, WireOperation};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::{Error, View, key, part, state, undo};

// What was touched since. `CROSS JOIN` keeps the order (<https://www.sqlite.org/lang_select.html>, "Special handling of CROSS
// JOIN"): what came last is few parts, and SQLite, which cannot know that, reads all operations otherwise.
pub(crate) const TOUCHED: &str = "SELECT DISTINCT o.entity FROM part p CROSS JOIN operation o ON o.part = p.id
                                  WHERE p.stamp > ?1 AND o.kind = ?2";
pub(crate) const KINDS_TOUCHED: &str =
    "SELECT DISTINCT o.kind FROM part p CROSS JOIN operation o ON o.part = p.id WHERE p.stamp > ?1";
pub(crate) const UNDONE: &str = "SELECT EXISTS (SELECT 1 FROM part p CROSS JOIN operation o ON o.part = p.id
                                                WHERE p.stamp > ?1 AND o.kind = ?2)";

/// Who writes a batch, when and what for.
#[derive(Debug, Clone, Copy)]
pub struct Author<'a> {
    /// The clerk.
    pub actor: &'a str,
    /// Wall time.
    pub at: Moment,
    /// What for.
    pub action: Action,
    /// The committee.
    pub committee: EntityId,
}

/// An operation to be appended.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What kind of thing it is about.
    pub kind: EntityKind,
    /// Which.
    pub entity: EntityId,
    /// What it does.
    pub change: Change,
}

impl Draft {
    /// A change of an item.
    pub fn on<I: Item>(item: EntityId, change: impl Into<Change>) -> Draft {
        Draft {
            kind: I::KIND,
            entity: item,
            change: change.into(),
        }
    }
}

/// A batch as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its number on this PC; `None` where there was nothing to write.
    pub batch: Option<i64>,
    /// Entities it touched.
    pub entities: usize,
}

/// A batch in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Its number on this PC.
    pub id: i64,
    /// What for.
    pub action: Action,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Moment,
    /// Taken back.
    pub withdrawn: bool,
    /// Operations.
    pub count: u64,
    /// On which PC, or by the district.
    pub device: DeviceId,
}

/// An operation on an entity, for its timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedChange {
    /// Its batch.
    pub batch: i64,
    /// Operations of that batch.
    pub batch_count: u64,
    /// The entity.
    pub entity: EntityId,
    /// As what kind of thing it was taken; `None` for one that only a newer program knows.
    pub kind: Option<EntityKind>,
    /// What the batch was for.
    pub action: Action,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Moment,
    /// On which PC.
    pub device: DeviceId,
    /// Its place in the district's order; `None` while it waits for one.
    pub number: Option<u64>,
    /// What it does; `None` where only a newer program can read it.
    pub change: Option<Change>,
    /// The rule by which the district refused it.
    pub rejected: Option<String>,
    /// Taken back.
    pub withdrawn: bool,
}

impl LoggedChange {
    /// For folding; `None` where only a newer program can read it.
    pub(crate) fn recorded(&self) -> Option<Recorded<'_>> {
        let change = self.change.as_ref()?;
        Some(Recorded {
            change,
            device: self.device,
            actor: &self.actor,
            at: self.at,
        })
    }

    /// Whether the state is folded from it.
    pub fn counts(&self) -> bool {
        !self.withdrawn && self.rejected.is_none()
    }

    fn kind_with_state(&self) -> Option<EntityKind> {
        self.kind.filter(|kind| kind.has_state())
    }
}

/// Appends a batch, signed in as many parts as it needs, and folds what it touched.
pub(crate) fn append(connection: &Connection, author: &Author<'_>, drafts: Vec<Draft>) -> Result<Written, Error> {
    if drafts.is_empty() {
        return Ok(Written {
            batch: None,
            entities: 0,
        });
    }
    // The one place where anything is written: what nobody sees comes into no log from here.
    let placed = |draft: Draft| Draft {
        change: draft.change.placed(),
        ..draft
    };
    let drafts: Vec<Draft> = drafts.into_iter().map(placed).collect();
    debug_assert!(
        drafts.iter().all(|draft| draft.change.is_of(draft.kind)),
        "a change of another kind of thing: {drafts:?}"
    );
    let device = own_device(connection)?;
    let heading = Heading {
        committee: author.committee,
        actor: author.actor,
        at: author.at,
        schema: SCHEMA,
        action: author.action,
    };
    let mut batch = 0;
    for link in chain(connection, device.id)?.append(&heading, wire(&drafts)?, &device.key)? {
        batch = part::insert(connection, &link, None)?.batch;
    }
    let entities = fold_batch(connection, author, device.id, batch, drafts)?;
    Ok(Written {
        batch: Some(batch),
        entities,
    })
}

fn wire(drafts: &[Draft]) -> Result<Vec<WireOperation>, Error> {
    drafts
        .iter()
        .map(|draft| {
            let operation = WireOperation::new(draft.kind, draft.entity, &draft.change)?;
            if operation.change.len() > CHANGE_BYTES {
                return Err(Error::ChangeTooLarge);
            }
            Ok(operation)
        })
        .collect()
}

/// Folds every entity a new batch touched. One that begins in this very batch is folded without reading the log
/// back: imports are made of these.
fn fold_batch(
    connection: &Connection,
    author: &Author<'_>,
    device: DeviceId,
    batch: i64,
    drafts: Vec<Draft>,
) -> Result<usize, Error> {
    let mut earlier = connection.prepare_cached("SELECT 1 FROM operation WHERE entity = ?1 AND batch < ?2 LIMIT 1")?;
    let known = undo::Known::new(connection);
    let (mut order, mut rounds) = (Vec::new(), BTreeSet::new());
    let mut by_entity: HashMap<EntityId, Vec<Draft>> = HashMap::with_capacity(drafts.len());
    for draft in drafts {
        let of_entity = by_entity.entry(draft.entity).or_default();
        if of_entity.is_empty() {
            order.push(draft.entity);
        }
        of_entity.push(draft);
    }
    for entity in &order {
        let Some(drafts) = by_entity.get(entity) else { continue };
        let Some(first) = drafts.first() else { continue };
        if let (EntityKind::Batch, Some(undone)) = (first.kind, first.change.undone()) {
            undo::settle(&known, [undone])?;
        } else if matches!(first.change, Change::Create(_)) && !earlier.exists(params![entity.0, batch])? {
            let changes: Vec<&Change> = drafts.iter().map(|draft| &draft.change).collect();
            state::save_new(connection, first.kind, *entity, (author, device), &changes)?;
            rounds.extend(round_of(&first.change));
        } else {
            refold(&known, *entity)?;
        }
    }
    rounds.into_iter().try_for_each(|round| fold_undone(&known, round))?;
    Ok(order.len())
}

/// Folds one entity again from the log; with a reservation its round, where that stays only for its reservations.
pub(crate) fn refold(known: &undo::Known<'_>, entity: EntityId) -> Result<(), Error> {
    match fold_one(known, entity)? {
        Some(round) => fold_undone(known, round),
        None => Ok(()),
    }
}

/// Folds a round again whose opening was taken back.
fn fold_undone(known: &undo::Known<'_>, round: EntityId) -> Result<(), Error> {
    if undo::began_undone(known.view, round)? {
        fold_one(known, round)?;
    }
    Ok(())
}

/// Folds one entity again; gives the round it began in. It is of the kind of its first operation that was not refused;
/// what it was taken for by others is not there.
fn fold_one(known: &undo::Known<'_>, entity: EntityId) -> Result<Option<EntityId>, Error> {
    undo::settle_beginning(known, entity)?;
    let connection = known.view.connection;
    let log = View { connection }.changes_of(entity)?;
    let kinds = |logged: &LoggedChange| logged.kind_with_state();
    let kind = log.iter().filter(|logged| logged.rejected.is_none()).find_map(kinds);
    let others: BTreeSet<EntityKind> = log
        .iter()
        .filter_map(kinds)
        .filter(|other| Some(*other) != kind)
        .collect();
    for other in others {
        state::save(connection, other, entity, &[])?;
    }
    if let Some(kind) = kind {
        let live: Vec<&LoggedChange> = log.iter().filter(|one| one.counts() && kinds(one).is_some()).collect();
        state::save(connection, kind, entity, &live)?;
    }
    Ok(log
        .iter()
        .filter_map(|logged| logged.change.as_ref())
        .find_map(round_of))
}

/// The round that a reservation begins in.
pub(crate) fn round_of(change: &Change) -> Option<EntityId> {
    match change {
        Change::Create(fields) => fields.get(&Field::Round)?.parse().ok(),
        _ => None,
    }
}

pub(crate) struct OwnDevice {
    pub(crate) id: DeviceId,
    pub(crate) key: SigningKey,
    pub(crate) letter: String,
}

/// This PC's device; made on first use.
pub(crate) fn own_device(connection: &Connection) -> Result<OwnDevice, Error> {
    let known = connection
        .prepare_cached("SELECT id, signing_key, letter FROM device WHERE signing_key IS NOT NULL")?
        .query_row([], |row| {
            Ok((row.get::<_, Uuid>(0)?, row.get::<_, [u8; 32]>(1)?, row.get(2)?))
        })
        .optional()?;
    if let Some((id, key, letter)) = known {
        return Ok(OwnDevice {
            id: DeviceId(id),
            key: SigningKey::from_bytes(&key),
            letter,
        });
    }
    let device = OwnDevice {
        id: DeviceId(crate::new_id()),
        key: SigningKey::from_bytes(&key::random()?),
        letter: "A".into(),
    };
    connection.execute(
        "INSERT INTO device (id, letter, verifying_key, signing_key) VALUES (?1, ?2, ?3, ?4)",
        params![
            device.id.0,
            device.letter,
            device.key.verifying_key().to_bytes(),
            device.key.to_bytes()
        ],
    )?;
    Ok(device)
}

/// The end of a device's chain, as far as it is here.
pub(crate) fn chain(connection: &Connection, device: DeviceId) -> Result<Chain, Error> {
    let end = connection
        .prepare_cached("SELECT last_seq, tail_hash FROM part WHERE device = ?1 ORDER BY first_seq DESC LIMIT 1")?
        .query_row([device.0], |row| {
            Ok(Chain {
                device,
                last_seq: row.get::<_, i64>(0)? as u64,
                tail: Hash(row.get(1)?),
            })
        })
        .optional()?;
    Ok(end.unwrap_or_else(|| Chain::new(device)))
}

/// The setting that holds the version in which parts were last taken out of the log.
const FORGOTTEN: &str = "log_forgotten";

/// Parts were taken out of the log that had this version: it grows, and all is to be read anew.
pub(crate) fn note_forgotten(connection: &Connection, version: i64) -> Result<(), Error> {
    connection.execute(
        "UPDATE part SET stamp = ?1 WHERE id = (SELECT max(id) FROM part)",
        [version + 1],
    )?;
    connection.execute(
        "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)",
        params![FORGOTTEN, (version + 1).to_string()],
    )?;
    Ok(())
}

pub(crate) fn action_of(text: &str) -> Action {
    // An action that only a newer program knows is shown as a remark; its operations are kept as they are.
    serde_json::from_str(&format!("\"{text}\"")).unwrap_or(Action::NoteWritten)
}

impl View<'_> {
    /// Grows with everything that any program on this PC writes or receives; 0 where there is nothing.
    ///
    /// # Errors
    /// The database's.
    pub fn version(self) -> Result<i64, Error> {
        Ok(self
            .prepare_cached("SELECT coalesce(max(stamp), 0) FROM part")?
            .query_row([], |row| row.get(0))?)
    }

    /// Everything that was ever done to an entity, in order of folding: the district's, then what waits as it came here.
    ///
    /// # Errors
    /// The database's.
    pub fn changes_of(self, entity: EntityId) -> Result<Vec<LoggedChange>, Error> {
        let mut statement = self.prepare_cached(
            "SELECT o.batch, o.entity, b.action, b.actor, b.at, o.change, o.withdrawn, o.rejected, b.device,
                    b.last_seq - b.first_seq + 1, p.number, o.kind
             FROM operation o JOIN batch b ON b.id = o.batch JOIN part p ON p.id = o.part
             WHERE o.entity = ?1 ORDER BY p.number IS NULL, p.number, p.id, o.seq",
        )?;
        let rows = statement.query_map([entity.0], logged_change)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Entities of a kind touched after `version`; undone ones included.
    ///
    /// # Errors
    /// The database's.
    pub fn touched_since(self, version: i64, kind: EntityKind) -> Result<Vec<EntityId>, Error> {
        let mut statement = self.prepare_cached(TOUCHED)?;
        let rows = statement.query_map(params![version, kind.number()], |row| row.get(0).map(EntityId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Kinds of what was touched after `version`; `None` where that may be any: from the beginning, or where a batch was
    /// taken back.
    ///
    /// # Errors
    /// The database's.
    pub fn kinds_touched_since(self, version: i64) -> Result<Option<BTreeSet<EntityKind>>, Error> {
        if version == 0 || self.undone_since(version)? {
            return Ok(None);
        }
        let mut statement = self.prepare_cached(KINDS_TOUCHED)?;
        let kinds = statement
            .query_map([version], |row| row.get::<_, u8>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        // A kind that only a newer program knows has no state here that could have changed.
        Ok(Some(kinds.into_iter().filter_map(EntityKind::from_number).collect()))
    }

    /// Whether something after `version` took a batch back, or it was forgotten: then [`View::touched_since`] does not
    /// tell all.
    ///
    /// # Errors
    /// The database's.
    pub fn undone_since(self, version: i64) -> Result<bool, Error> {
        if self
            .setting(FORGOTTEN)?
            .and_then(|text| text.parse().ok())
            .is_some_and(|at: i64| at > version)
        {
            return Ok(true);
        }
        let mut statement = self.prepare_cached(UNDONE)?;
        Ok(statement.query_row(params![version, EntityKind::Batch.number()], |row| row.get(0))?)
    }

    /// This PC's id.
    ///
    /// # Errors
    /// The database's.
    pub fn own_device(self) -> Result<DeviceId, Error> {
        Ok(own_device(self.connection)?.id)
    }

    /// The last sequence number of a device; 0 where there is nothing of it.
    ///
    /// # Errors
    /// The database's.
    pub fn last_seq(self, device: DeviceId) -> Result<u64, Error> {
        Ok(chain(self.connection, device)?.last_seq)
    }

    /// The letter in front of this PC's reservation numbers.
    ///
    /// # Errors
    /// The database's.
    pub fn device_letter(self) -> Result<String, Error> {
        Ok(own_device(self.connection)?.letter)
    }

    /// The key by which this PC signs vouchers: its own.
    ///
    /// # Errors
    /// The database's.
    pub fn voucher_key(self) -> Result<SigningKey, Error> {
        Ok(own_device(self.connection)?.key)
    }

    /// What a PC of the committee is called: its name, or its letter where it has none.
    ///
    /// # Errors
    /// The database's.
    pub fn device_name(self, device: DeviceId) -> Result<Option<String>, Error> {
        Ok(self
            .prepare_cached("SELECT coalesce(nullif(name, ''), letter) FROM device WHERE id = ?1")?
            .query_row([device.0], |row| row.get(0))
            .optional()?)
    }
}

fn logged_change(row: &Row<'_>) -> rusqlite::Result<LoggedChange> {
    Ok(LoggedChange {
        batch: row.get(0)?,
        batch_count: row.get::<_, i64>(9)? as u64,
        entity: EntityId(row.get(1)?),
        kind: EntityKind::from_number(row.get(11)?),
        action: action_of(&row.get::<_, String>(2)?),
        actor: row.get(3)?,
        at: Moment(row.get(4)?),
        change: serde_json::from_str(&row.get::<_, String>(5)?).ok(),
        withdrawn: row.get(6)?,
        rejected: row.get(7)?,
        device: DeviceId(row.get(8)?),
        number: row.get::<_, Option<i64>>(10)?.map(|number| number as u64),
    })
}
