//! What happened: from the log's batches and operations.

mod line;
mod order;
mod task;

use linli_domain::operation::{Action, Change, DeviceId, EntityId, Note};
use linli_domain::time::Moment;
use linli_store::{BatchRow, Extent, LoggedChange, Store, View};

use self::line::change;
pub(crate) use self::line::{Came, Line, again, detailed, last_asked, last_told, shown};
use crate::api::{Said, Sentence, TimelineItem, Unit};
use crate::{Error, Workstation};

/// How many people a batch may have touched to be taken back by one click: a merge touches two.
const AT_ONCE: usize = 2;

/// Reads the log for one clerk: who did what, how much of it, and what the clerk may take back from there.
pub(crate) struct Reader<'a> {
    ws: &'a Workstation,
    view: View<'a>,
    /// The district's device: what it did is not a clerk's to take back.
    district: Option<DeviceId>,
    /// The clerk working now.
    actor: String,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(ws: &'a Workstation, store: &'a Store) -> Result<Reader<'a>, Error> {
        let view = store.view();
        let district = view.district_device()?.map(|device| device.id);
        Ok(Reader {
            ws,
            view,
            district,
            actor: ws.settings_of(store)?.actor,
        })
    }

    /// A batch as one line: what, and how much. Of an undo: what it took back or brought back.
    pub(crate) fn batch(&self, batch: &BatchRow) -> Result<Sentence, Error> {
        let action = batch.action;
        if action == Action::Undone {
            return Ok(match self.view.taken_back_by(batch.id)? {
                Some(undo) if undo.action == Action::Undone => match self.view.taken_back_by(undo.id)? {
                    Some(work) => Line::BroughtBackAgain.around(vec![self.batch(&work)?]),
                    None => Line::BroughtBack.said(),
                },
                Some(work) => Line::TookBack.around(vec![self.batch(&work)?]),
                None => Line::Did { action }.said(),
            });
        }
        let (count, unit) = counted(self.ws.extent(self.view, batch.id, batch.count)?);
        Ok(if count > 1 {
            Line::DidMany { action, count, unit }.said()
        } else {
            Line::Did { action }.said()
        })
    }

    /// The last batches; only those of some actions where any are given.
    pub(crate) fn history(&self, limit: usize, only: &[Action]) -> Result<Vec<TimelineItem>, Error> {
        self.items(&if only.is_empty() {
            self.view.history(limit)?
        } else {
            self.view.history_of(only, limit)?
        })
    }

    /// The last batches of people, here and at the district.
    pub(crate) fn history_of_people(&self, limit: usize) -> Result<Vec<TimelineItem>, Error> {
        self.items(&self.view.history_of_people(limit)?)
    }

    /// Everything that happened to some entities, newest first.
    pub(crate) fn of_entities(&self, entities: &[EntityId]) -> Result<Vec<TimelineItem>, Error> {
        let mut changes = Vec::new();
        for entity in entities {
            changes.extend(self.view.changes_of(*entity)?);
        }
        changes.sort_by_key(|change| std::cmp::Reverse((change.at, change.batch)));
        changes.iter().map(|logged| self.item(logged)).collect()
    }

    /// What of an entity left the program on paper or as a file, newest first.
    pub(crate) fn outputs(&self, entity: EntityId, limit: usize) -> Result<Vec<TimelineItem>, Error> {
        let mut changes = self.view.changes_of(entity)?;
        changes.retain(|logged| {
            matches!(
                &logged.change,
                Some(Change::Noted(Note::Exported { .. } | Note::Printed { .. }))
            )
        });
        changes.sort_by_key(|change| std::cmp::Reverse((change.at, change.batch)));
        changes.truncate(limit);
        changes.iter().map(|logged| self.item(logged)).collect()
    }

    fn items(&self, batches: &[BatchRow]) -> Result<Vec<TimelineItem>, Error> {
        batches
            .iter()
            .map(|batch| {
                let done = Done {
                    action: batch.action,
                    device: batch.device,
                    counts: !batch.withdrawn,
                };
                let said = self.batch(batch)?;
                self.line(
                    (batch.id, batch.count),
                    (&batch.actor, batch.at),
                    &done,
                    batch.withdrawn,
                    said,
                )
            })
            .collect()
    }

    fn item(&self, logged: &LoggedChange) -> Result<TimelineItem, Error> {
        let done = Done {
            action: logged.action,
            device: logged.device,
            counts: logged.counts(),
        };
        let batch = (logged.batch, logged.batch_count);
        self.line(
            batch,
            (&logged.actor, logged.at),
            &done,
            logged.withdrawn,
            change(logged),
        )
    }

    fn line(
        &self,
        (batch, operations): (i64, u64),
        (actor, at): (&str, Moment),
        done: &Done,
        undone: bool,
        said: Sentence,
    ) -> Result<TimelineItem, Error> {
        let (count, unit) = counted(self.ws.extent(self.view, batch, operations)?);
        let ours = done.ours(self.district);
        Ok(TimelineItem {
            at: at.text(),
            actor: actor.to_owned(),
            said,
            batch,
            count,
            unit,
            at_once: actor == self.actor && count <= AT_ONCE,
            undoable: ours && done.counts,
            redoable: ours && undone,
            undone,
        })
    }
}

/// What an entry of the log says about taking it back.
struct Done {
    action: Action,
    device: DeviceId,
    counts: bool,
}

impl Done {
    /// Whether a clerk may take it back and bring it back: what the district did is not theirs.
    fn ours(&self, district: Option<DeviceId>) -> bool {
        self.action.undoable() && Some(self.device) != district
    }
}

/// How much a clerk would say it was: people where there are any, else what there is.
fn counted(extent: Extent) -> (usize, Unit) {
    match extent {
        Extent { residents, .. } if residents > 0 => (residents, Unit::People),
        Extent { reservations, .. } if reservations > 0 => (reservations, Unit::Reservations),
        Extent { households, .. } if households > 0 => (households, Unit::Households),
        Extent { others, .. } => (others, Unit::Records),
    }
}

impl Unit {
    /// The measure word, in Chinese.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Unit::People => "人",
            Unit::Households => "户",
            Unit::Reservations => "条",
            Unit::Records => "项",
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_what_clerks_did_is_taken_back() {
        let (own, district) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
        let cases = [
            (Action::RoundOpened, own, true),
            (Action::RoundOpened, district, false),
            (Action::Notified, district, false),
            (Action::Printed, own, false),
        ];
        for (action, device, ours) in cases {
            assert_eq!(
                Done {
                    action,
                    device,
                    counts: true
                }
                .ours(Some(district)),
                ours,
                "{action:?}"
            );
        }
    }

    #[test]
    fn a_batch_is_counted_in_what_a_clerk_counts() {
        let extent = |residents, households, reservations, others| Extent {
            residents,
            households,
            reservations,
            others,
        };
        let cases = [
            (extent(300, 208, 0, 0), (300, Unit::People)),
            (extent(0, 208, 0, 0), (208, Unit::Households)),
            (extent(0, 0, 37, 0), (37, Unit::Reservations)),
            (extent(0, 0, 0, 9), (9, Unit::Records)),
        ];
        for (extent, count) in cases {
            assert_eq!(counted(extent), count, "{extent:?}");
        }
    }
}
