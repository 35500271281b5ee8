//! Wall time as people here use it: China Standard Time, whatever the PC's zone is set to (GB/T 7408 writing).
//!
//! Wall time is for people and deadlines; order never depends on it.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone};
use serde::{Deserialize, Serialize};

/// Seconds that China Standard Time is ahead of UTC.
const CHINA_OFFSET_SECONDS: i32 = 8 * 3600;

/// How times are written for the screens: local, to the second.
const LOCAL_FORMAT: &str = "%Y-%m-%dT%H:%M:%S";

/// A moment: milliseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment of a local (China Standard Time) date and time.
    pub fn from_local(local: NaiveDateTime) -> Moment {
        Moment(local.and_utc().timestamp_millis() - i64::from(CHINA_OFFSET_SECONDS) * 1000)
    }

    /// Local date and time. Moments beyond the calendar's reach give its first day.
    pub fn local(self) -> NaiveDateTime {
        let zone = FixedOffset::east_opt(CHINA_OFFSET_SECONDS);
        zone.and_then(|zone| zone.timestamp_millis_opt(self.0).single())
            .map(|at: DateTime<FixedOffset>| at.naive_local())
            .unwrap_or_default()
    }

    /// Local date.
    pub fn date(self) -> NaiveDate {
        self.local().date()
    }

    /// `2020-02-02T08:01:00`, local.
    pub fn text(self) -> String {
        self.local().format(LOCAL_FORMAT).to_string()
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
        .or_else(|| NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().map(|date| date.and_time(chrono::NaiveTime::MIN)))
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
        assert_eq!(parse_local("2020-02-02").map(|at| Moment::from_local(at).0), Some(1_580_572_800_000));
        assert_eq!(parse_local("二月二日"), None);
    }
}
