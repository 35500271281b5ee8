//! Reminders before the deadlines of tasks: each task once when its deadline comes near, and once when it is over. What was
//! told is kept on this PC, so that no sleep, restart or change of the clock makes it told twice or never.

use std::collections::BTreeSet;

use linli_domain::item::Item as _;
use linli_domain::operation::EntityId;
use linli_domain::task::TaskStage;
use linli_domain::time::Moment;
use serde::{Deserialize, Serialize};

use crate::api::Empty;
use crate::api::tasks::TaskReminders;
use crate::queue::presses_at;
use crate::{Error, Workstation};

/// Under which key it is kept what was told.
const REMINDED: &str = "reminded";

/// Tasks of which it was told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Told {
    /// That the deadline comes near.
    near: BTreeSet<EntityId>,
    /// That it is over.
    over: BTreeSet<EntityId>,
}

/// What is to be told now; it counts as told from then on.
pub(crate) fn task_reminders(ws: &Workstation, _: Empty) -> Result<TaskReminders, Error> {
    let json = ws.store().view().setting(REMINDED)?;
    // What another version wrote in another form is told once more.
    let told: Told = json
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default();
    let items = ws.tasks()?.items.clone();
    let open = items.iter().filter(|one| one.state.stage() == TaskStage::Open);
    let due = open.filter_map(|one| Some((one.id, one.state.deadline()?)));
    let (now_told, reminders) = told.after(due, ws.now());
    if now_told != told {
        let json = serde_json::to_string(&now_told).map_err(|error| Error::Internal(error.to_string()))?;
        ws.store().set_setting(REMINDED, &json)?;
    }
    Ok(reminders)
}

impl Told {
    /// What was told after a look at the open tasks, each with its deadline, and what that look adds. Of tasks that are no
    /// longer open, or whose deadline was put off, nothing is kept.
    fn after(&self, due: impl Iterator<Item = (EntityId, Moment)>, now: Moment) -> (Told, TaskReminders) {
        let mut told = Told::default();
        let mut reminders = TaskReminders { near: 0, over: 0 };
        for (id, deadline) in due {
            if deadline < now {
                reminders.over += usize::from(!self.over.contains(&id));
                told.over.insert(id);
            } else if presses_at(deadline, now) {
                reminders.near += usize::from(!self.near.contains(&id));
                told.near.insert(id);
            }
        }
        (told, reminders)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    fn at(minutes: i64) -> Moment {
        Moment(TimeDelta::minutes(minutes).num_milliseconds())
    }

    /// Looks at tasks with deadlines at these minutes; how many came near and how many are over.
    fn look(told: &mut Told, deadlines: &[i64], now: i64) -> (usize, usize) {
        let id = |minutes: i64| EntityId(Uuid::from_u128(minutes as u128));
        let due = deadlines.iter().map(|minutes| (id(*minutes), at(*minutes)));
        let (now_told, TaskReminders { near, over }) = told.after(due, at(now));
        *told = now_told;
        (near, over)
    }

    #[test]
    fn each_is_told_once_before_its_deadline_and_once_after() {
        let mut told = Told::default();
        let deadlines = [300, 310, 900];
        assert_eq!(look(&mut told, &deadlines, 100), (0, 0));
        assert_eq!(look(&mut told, &deadlines, 185), (1, 0));
        assert_eq!(look(&mut told, &deadlines, 186), (0, 0), "not again");
        assert_eq!(look(&mut told, &deadlines, 200), (1, 0));
        assert_eq!(look(&mut told, &deadlines, 301), (0, 1));
        assert_eq!(look(&mut told, &deadlines[1..], 305), (0, 0), "the first was answered");
        let kept = serde_json::to_string(&told).unwrap();
        assert_eq!(
            serde_json::from_str::<Told>(&kept).unwrap(),
            told,
            "as a restart finds it"
        );
    }

    #[test]
    fn a_sleep_through_both_tells_what_is_over_and_a_clock_put_back_tells_nothing_twice() {
        let mut told = Told::default();
        assert_eq!(look(&mut told, &[300, 310], 10), (0, 0));
        assert_eq!(
            look(&mut told, &[300, 310], 305),
            (1, 1),
            "slept from the tenth minute on"
        );
        assert_eq!(look(&mut told, &[300, 310], 304), (0, 0));
        assert_eq!(
            look(&mut told, &[300, 310, 200], 306),
            (0, 1),
            "what came late is told, too"
        );
    }
}
