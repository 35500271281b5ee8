//! Entities with the operations that count, as far as a part needs them.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use linli_domain::entity::State;
use linli_domain::item::Item as _;
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind, PartHeader, What};
use linli_domain::record::{self, Field, Record, Recorded};
use linli_domain::reservation::Reservation;
use linli_domain::time::Moment;
use linli_domain::undo::{self, Step};

use crate::storage::{Row, Transaction, Value, in_list};
use crate::{Error, values};

/// An operation that counts.
#[derive(Debug, Clone)]
struct Counted {
    /// `None`: only a newer program can read it.
    change: Option<Rc<Change>>,
    device: DeviceId,
    actor: Rc<str>,
    at: Moment,
}

/// Entities by id, each with its operations in order.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    known: HashMap<EntityId, Vec<Counted>>,
}

impl Entities {
    /// Reads those that are not here yet, as they are.
    pub(crate) fn load(
        &mut self,
        transaction: &mut dyn Transaction,
        committee: EntityId,
        ids: impl IntoIterator<Item = EntityId>,
    ) -> Result<(), Error> {
        self.read(transaction, committee, ids, false)
    }

    /// Reads those that are not here yet, as they are with another operation on them: what begins with a batch that
    /// was taken back stays for it.
    pub(crate) fn load_to_work_on(
        &mut self,
        transaction: &mut dyn Transaction,
        committee: EntityId,
        ids: impl IntoIterator<Item = EntityId>,
    ) -> Result<(), Error> {
        self.read(transaction, committee, ids, true)
    }

    fn read(
        &mut self,
        transaction: &mut dyn Transaction,
        committee: EntityId,
        ids: impl IntoIterator<Item = EntityId>,
        needed: bool,
    ) -> Result<(), Error> {
        let mut missing: Vec<Value> = Vec::new();
        for id in ids {
            self.known.entry(id).or_insert_with(|| {
                missing.push(id.into());
                Vec::new()
            });
        }
        let kinds: Vec<EntityKind> = EntityKind::all().filter(|kind| kind.has_state()).collect();
        let sql = operations(&kinds, "AND o.entity IN ({})", needed);
        let rows = in_list(transaction, &sql, &values![committee], &missing)?;
        self.take(&rows, needed)
    }

    /// Reads everything of some kinds that a committee has, as it is.
    pub(crate) fn load_all(
        &mut self,
        transaction: &mut dyn Transaction,
        committee: EntityId,
        kinds: &[EntityKind],
    ) -> Result<(), Error> {
        let rows = transaction.query(&operations(kinds, "", false), &values![committee])?;
        self.take(&rows, false)
    }

    /// The entities that were read.
    pub(crate) fn ids(&self) -> impl Iterator<Item = EntityId> {
        self.known.keys().copied()
    }

    /// Takes in operations of entities that were not here.
    fn take(&mut self, rows: &[Row], needed: bool) -> Result<(), Error> {
        let mut read: BTreeMap<EntityId, Vec<(Step, Counted)>> = BTreeMap::new();
        for row in rows {
            let one = (step(row)?, counted(row)?);
            read.entry(row.get(0)?).or_default().push(one);
        }
        for (entity, read) in read {
            let steps: Vec<Step> = read.iter().map(|(step, _)| *step).collect();
            let withdrawn = undo::withdrawn(&steps, needed);
            let counts = |step: &Step| !step.refused && !withdrawn.contains(&step.batch);
            let read = read.into_iter().filter(|(step, _)| counts(step));
            self.known
                .entry(entity)
                .or_default()
                .extend(read.map(|(_, counted)| counted));
        }
        Ok(())
    }

    /// Adds an operation that counts, at the end.
    pub(crate) fn push(&mut self, entity: EntityId, header: &PartHeader, change: Option<Rc<Change>>) {
        let (device, actor, at) = (header.device, Rc::from(header.actor.as_str()), header.at);
        self.known.entry(entity).or_default().push(Counted {
            change,
            device,
            actor,
            at,
        });
    }

    fn changes(&self, entity: EntityId) -> impl Iterator<Item = Recorded<'_>> + Clone {
        self.known.get(&entity).into_iter().flatten().filter_map(|counted| {
            let change = counted.change.as_deref()?;
            Some(Recorded {
                change,
                device: counted.device,
                actor: &counted.actor,
                at: counted.at,
            })
        })
    }

    /// What an entity was first written with, whatever became of it since.
    pub(crate) fn first_written(&self, entity: EntityId) -> Option<&BTreeMap<Field, String>> {
        self.changes(entity).find_map(|recorded| match recorded.change {
            Change::Create(fields) => Some(fields),
            _ => None,
        })
    }

    /// An entity's state; `None` where it is not there.
    pub(crate) fn record(&self, entity: EntityId) -> Option<Record> {
        record::fold(self.changes(entity))
    }

    /// The state of an entity of a kind.
    pub(crate) fn state(&self, kind: EntityKind, entity: EntityId) -> Option<State> {
        State::fold(kind, self.changes(entity))
    }

    /// A reservation's state.
    pub(crate) fn reservation(&self, entity: EntityId) -> Option<Reservation> {
        Reservation::fold(self.changes(entity))
    }
}

/// The question for operations of these kinds, in order. What does not count is read only where something may count for it.
fn operations(kinds: &[EntityKind], whose: &str, needed: bool) -> String {
    let kinds = kinds.iter().map(|kind| kind.number().to_string());
    let kinds = kinds.collect::<Vec<_>>().join(", ");
    let among = if needed {
        ""
    } else {
        "AND o.withdrawn = 0 AND o.rejected IS NULL"
    };
    format!(
        "SELECT o.entity, o.change, p.device, p.actor, p.at, p.batch, o.what, o.withdrawn, o.rejected
         FROM operation o JOIN part p ON p.committee = o.committee AND p.number = o.number
         WHERE o.committee = $1 {whose} AND o.kind IN ({kinds}) {among}
         ORDER BY o.number, o.seq"
    )
}

/// As it is marked: the undos were looked at before.
fn step(row: &Row) -> Result<Step, Error> {
    Ok(Step {
        batch: (row.get(2)?, row.get(5)?),
        what: What::from_word(&row.get::<String>(6)?),
        by_district: false,
        refused: row.get::<Option<String>>(8)?.is_some(),
        withdrawn: row.get::<i64>(7)? != 0,
    })
}

fn counted(row: &Row) -> Result<Counted, Error> {
    let change: String = row.get(1)?;
    let actor: String = row.get(3)?;
    Ok(Counted {
        change: serde_json::from_str(&change).ok().map(Rc::new),
        device: row.get(2)?,
        actor: actor.into(),
        at: Moment(row.get(4)?),
    })
}
