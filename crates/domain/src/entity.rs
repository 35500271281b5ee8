//! What an entity is after its operations, by its kind. The only place that knows which kind folds to what: the store, the
//! district and whoever compares them ask here.

use crate::answer::Answer;
use crate::digest::Digest;
use crate::instruction::Instruction;
use crate::item::{Columns, Item};
use crate::operation::{EntityId, EntityKind};
use crate::order::Order;
use crate::record::{self, Record, Recorded};
use crate::reservation::Reservation;
use crate::task::Task;

/// An entity's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Of a kind that has values and nothing else.
    Record(Record),
    /// A reservation.
    Reservation(Box<Reservation>),
    /// An instruction.
    Instruction(Box<Instruction>),
    /// A task.
    Task(Box<Task>),
    /// An order.
    Order(Box<Order>),
    /// An answer.
    Answer(Box<Answer>),
}

impl State {
    /// Folds an entity's operations, in their order; `None` where it is not there.
    pub fn fold<'a>(kind: EntityKind, changes: impl Iterator<Item = Recorded<'a>> + Clone) -> Option<State> {
        match kind {
            EntityKind::Reservation => Reservation::fold(changes).map(|state| State::Reservation(Box::new(state))),
            EntityKind::Instruction => Instruction::fold(changes).map(|state| State::Instruction(Box::new(state))),
            EntityKind::Task => Task::fold(changes).map(|state| State::Task(Box::new(state))),
            EntityKind::Order => Order::fold(changes).map(|state| State::Order(Box::new(state))),
            EntityKind::Answer => Answer::fold(changes).map(|state| State::Answer(Box::new(state))),
            EntityKind::Committee
            | EntityKind::Tag
            | EntityKind::Household
            | EntityKind::Resident
            | EntityKind::Round
            | EntityKind::Lease
            | EntityKind::IssuingRight => record::fold(changes).map(State::Record),
            // An undo is not there for itself.
            EntityKind::Batch => None,
        }
    }

    /// Its values.
    pub fn record(&self) -> &Record {
        match self {
            State::Record(record) => record,
            State::Reservation(reservation) => &reservation.record,
            State::Instruction(instruction) => &instruction.record,
            State::Task(task) => &task.record,
            State::Order(order) => &order.record,
            State::Answer(answer) => &answer.record,
        }
    }

    /// As a reservation, where it is one.
    pub fn reservation(&self) -> Option<&Reservation> {
        match self {
            State::Reservation(reservation) => Some(reservation),
            _ => None,
        }
    }

    /// As an instruction, where it is one.
    pub fn instruction(&self) -> Option<&Instruction> {
        match self {
            State::Instruction(instruction) => Some(instruction),
            _ => None,
        }
    }

    /// As a task, where it is one.
    pub fn task(&self) -> Option<&Task> {
        match self {
            State::Task(task) => Some(task),
            _ => None,
        }
    }

    /// As an order, where it is one.
    pub fn order(&self) -> Option<&Order> {
        match self {
            State::Order(order) => Some(order),
            _ => None,
        }
    }

    /// As an answer, where it is one.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            State::Answer(answer) => Some(answer),
            _ => None,
        }
    }

    /// What stands beside it in a table of items; `None` where it is none.
    pub fn columns(&self) -> Option<Columns<'_>> {
        match self {
            State::Record(_) => None,
            State::Reservation(reservation) => Some(Columns::of(&**reservation)),
            State::Instruction(instruction) => Some(Columns::of(&**instruction)),
            State::Task(task) => Some(Columns::of(&**task)),
            State::Order(order) => Some(Columns::of(&**order)),
            State::Answer(answer) => Some(Columns::of(&**answer)),
        }
    }

    /// As JSON, as a table of items has it.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        match self {
            State::Record(record) => serde_json::to_string(record),
            State::Reservation(reservation) => serde_json::to_string(reservation),
            State::Instruction(instruction) => serde_json::to_string(instruction),
            State::Task(task) => serde_json::to_string(task),
            State::Order(order) => serde_json::to_string(order),
            State::Answer(answer) => serde_json::to_string(answer),
        }
    }

    /// By what two machines tell whether they have the same.
    ///
    /// # Errors
    /// The state cannot be written as JSON.
    pub fn digest(&self, kind: EntityKind, entity: EntityId) -> Result<Digest, serde_json::Error> {
        match self {
            State::Record(record) => Digest::of(kind, entity, record),
            State::Reservation(reservation) => Digest::of(kind, entity, &reservation.compared()),
            State::Instruction(instruction) => Digest::of(kind, entity, instruction),
            State::Task(task) => Digest::of(kind, entity, &task.compared()),
            State::Order(order) => Digest::of(kind, entity, order),
            State::Answer(answer) => Digest::of(kind, entity, answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::operation::{Change, DeviceId};
    use crate::reservation::tests::registered;
    use crate::time::Moment;

    #[test]
    fn each_kind_folds_to_its_own_state_and_an_undo_to_none() {
        let changes: [Change; 2] = [
            registered("甲", "501"),
            Change::Noted(crate::operation::Note::Text("记".into())),
        ];
        let recorded = |change| Recorded {
            change,
            device: DeviceId(Uuid::nil()),
            actor: "董",
            at: Moment(1),
        };
        for kind in EntityKind::all() {
            let state = State::fold(kind, changes.iter().map(recorded));
            assert_eq!(state.is_some(), kind.has_state(), "{kind:?}");
            let is_one = |of: fn(&State) -> bool| state.as_ref().is_some_and(of);
            assert_eq!(
                is_one(|state| state.reservation().is_some()),
                kind == EntityKind::Reservation,
                "{kind:?}"
            );
            assert_eq!(
                is_one(|state| state.instruction().is_some()),
                kind == EntityKind::Instruction,
                "{kind:?}"
            );
            assert_eq!(
                is_one(|state| state.task().is_some()),
                kind == EntityKind::Task,
                "{kind:?}"
            );
            assert_eq!(
                is_one(|state| state.order().is_some()),
                kind == EntityKind::Order,
                "{kind:?}"
            );
            assert_eq!(
                is_one(|state| state.answer().is_some()),
                kind == EntityKind::Answer,
                "{kind:?}"
            );
            let entity = EntityId(Uuid::from_u128(7));
            let digests = state
                .iter()
                .map(|state| (state.digest(kind, entity).unwrap(), state.record().clone()));
            assert!(
                digests
                    .into_iter()
                    .all(|(digest, record)| digest != Digest::default() && !record.fields.is_empty())
            );
        }
    }
}
