//! When somebody is reminded of the backup.

use chrono::TimeDelta;

use crate::time::Moment;

/// So long nobody is reminded: a week's work can be typed again from paper, a month's cannot.
pub const REMIND_AFTER: TimeDelta = TimeDelta::days(7);

/// The days for which there is no backup, where that is to be said. `since`: the last backup, or the first entry where
/// there never was one. `changed`: something was written since then; what did not change needs no other backup.
pub fn overdue_days(since: Moment, changed: bool, now: Moment) -> Option<i64> {
    let passed = now.since(since);
    (changed && passed >= REMIND_AFTER).then(|| passed.num_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_without_a_backup_of_what_changed_is_said() {
        let day = 24 * 3600 * 1000;
        let cases = [
            (7 * day - 1, true, None),
            (7 * day, true, Some(7)),
            (30 * day, true, Some(30)),
            (30 * day, false, None),
            // The clock was ahead when it was made.
            (-3 * day, true, None),
        ];
        for (passed, changed, expected) in cases {
            assert_eq!(
                overdue_days(Moment(day), changed, Moment(day + passed)),
                expected,
                "{passed} {changed}"
            );
        }
    }
}
