//! Wall time as people here use it: China Standard Time, whatever the PC's zone is set to (GB/T 7408 writing).
//!
//! Wall time is for people and deadlines; order never depends on it.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// How far China Standard Time is ahead of UTC.
const CHINA_OFFSET: TimeDelta = TimeDelta::hours(8);
/// 2020-01-01T00:00Z: a clock that says less is wrong, as nothing of this program's is older.
const EARLIEST: Moment = Moment(1_577_836_800_000);
/// 2100-01-01T00:00Z: a clock that says more is wrong, whenever this is read.
pub const LATEST: Moment = Moment(4_102_444_800_000);

/// How times are written for the screens: local, to the second.
const LOCAL_FORMAT: &str = "%Y-%m-%dT%H:%M:%S";

/// A moment: milliseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment of a local (China Standard Time) date and time.
    pub fn from_local(local: NaiveDateTime) -> Moment {
        Moment(
            local
                .and_utc()
                .timestamp_millis()
                .saturating_sub(CHINA_OFFSET.num_milliseconds()),
        )
    }

    /// Local date and time. Moments beyond the calendar's reach give its first day.
    pub fn local(self) -> NaiveDateTime {
        DateTime::from_timestamp_millis(self.0)
            .and_then(|at| at.naive_utc().checked_add_signed(CHINA_OFFSET))
            .unwrap_or_default()
    }

    /// The moment a system's clock says, also before 1970.
    pub fn of(clock: SystemTime) -> Moment {
        let millis = |passed: std::time::Duration| i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        Moment(match clock.duration_since(UNIX_EPOCH) {
            Ok(since) => millis(since),
            Err(before) => -millis(before.duration()),
        })
    }

    /// How long ago another moment was (ahead: negative). Between moments of clocks that are off by ages, the longest time
    /// there is.
    pub fn since(self, earlier: Moment) -> TimeDelta {
        TimeDelta::try_milliseconds(self.0.saturating_sub(earlier.0)).unwrap_or(TimeDelta::MIN)
    }

    /// Whether a clock that says so can be right.
    pub fn is_plausible(self) -> bool {
        (EARLIEST..LATEST).contains(&self)
    }

    /// Local date.
    pub fn date(self) -> NaiveDate {
        self.local().date()
    }

    /// `2020-02-02T08:01:00`, local.
    pub fn text(self) -> String {
        self.local().format(LOCAL_FORMAT).to_string()
    }

    /// A text that sorts as the moments do, those before 1970 too: for columns that hold what other things sort by.
    pub fn sortable(self) -> String {
        match u64::try_from(self.0) {
            Ok(since) => format!("1{since:019}"),
            Err(_) => format!("0{:019}", self.0.wrapping_sub(i64::MIN)),
        }
    }

    /// `2020-02-02 08:01`, for sheets and paper.
    pub fn minutes_text(self) -> String {
        self.local().format("%Y-%m-%d %H:%M").to_string()
    }
}

/// Reads a local date and time as people and QR forms write it: `2020-02-02T08:01[:00]`, with a blank for the
/// `T`, with `/` or `.` between the parts of the date, or a date alone (its first moment).
pub fn parse_local(text: &str) -> Option<NaiveDateTime> {
    // As the program itself writes it.
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let text = text.trim().replace(['/', '.'], "-").replace('T', " ");
    const FORMATS: [&str; 3] = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S%.f"];
    FORMATS
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())
        .or_else(|| {
            NaiveDate::parse_from_str(&text, "%Y-%m-%d")
                .ok()
                .map(|date| date.and_time(chrono::NaiveTime::MIN))
        })
}

/// Until when something is to be answered, as it is written; a day alone means its last minute.
pub fn deadline(text: &str) -> Option<Moment> {
    // Most things have none, and lists ask thousands of them.
    if text.is_empty() {
        return None;
    }
    let at = parse_local(text)?;
    let day_alone = !text.contains(':');
    let at = if day_alone {
        at.date().and_hms_opt(23, 59, 0)?
    } else {
        at
    };
    Some(Moment::from_local(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_survive_the_way_to_a_moment_and_back() {
        for text in ["2020-02-02T08:01", "2020/2/2 08:01:00", "2020.02.02 8:01"] {
            let local = parse_local(text).unwrap();
            assert_eq!(Moment::from_local(local).text(), "2020-02-02T08:01:00", "{text}");
        }
        assert_eq!(
            parse_local("2020-02-02").map(|at| Moment::from_local(at).0),
            Some(1_580_572_800_000)
        );
        assert_eq!(parse_local("二月二日"), None);
    }

    #[test]
    fn no_clock_is_beyond_words() {
        let epoch = SystemTime::UNIX_EPOCH;
        let second = std::time::Duration::from_secs(1);
        assert_eq!(
            [Moment::of(epoch - second), Moment::of(epoch + second)],
            [Moment(-1000), Moment(1000)]
        );
        assert_eq!(Moment(-1000).text(), "1970-01-01T07:59:59");
        let latest = NaiveDateTime::MAX.and_utc().timestamp_millis();
        for millis in [
            i64::MIN,
            i64::MAX,
            latest,
            latest - CHINA_OFFSET.num_milliseconds() + 1,
            -latest,
        ] {
            let at = Moment(millis);
            assert!(
                !at.is_plausible() && !at.text().is_empty() && !at.minutes_text().is_empty(),
                "{millis}"
            );
            for other in [Moment(i64::MIN), Moment(0), Moment(i64::MAX)] {
                assert!(
                    at.since(other) >= TimeDelta::MIN && other.since(at) <= TimeDelta::MAX,
                    "{millis}"
                );
            }
        }
        assert!(Moment::from_local(NaiveDateTime::MIN) < Moment::from_local(NaiveDateTime::MAX));
    }

    #[test]
    fn a_sortable_text_sorts_as_the_moments_do() {
        let moments = [i64::MIN, -7, -1, 0, 1, 10, 1_580_605_200_000, i64::MAX].map(Moment);
        assert!(moments.map(Moment::sortable).is_sorted_by(|one, other| one < other));
    }
}
