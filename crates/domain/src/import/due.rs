//! Until when a row is to be answered, as people write it in a sheet: 12月3日18时, 今天24:00, a spreadsheet's number of days.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::written_time;

/// Days that a day without a year may lie behind: what was due last month is overdue, not due in a year.
const DAYS_BEHIND: u64 = 60;
/// How the last moment of a day is written, which no clock shows.
const MIDNIGHTS: [&str; 6] = ["24:00:00", "24:00", "24点整", "24点", "24时", "24：00"];
/// What stands behind a time by which something is to be done.
const BEHIND: [&str; 4] = ["之前", "以前", "前", "止"];
/// Days named from the one on which the sheet is read, how many ahead.
const DAYS_AHEAD: [(&str, u64); 8] = [
    ("今天", 0),
    ("今日", 0),
    ("当天", 0),
    ("当日", 0),
    ("明天", 1),
    ("明日", 1),
    ("次日", 1),
    ("后天", 2),
];

/// The time that is meant, local; a day alone is its last minute. `None` where it is not read.
pub(super) fn due(text: &str, today: NaiveDate) -> Option<NaiveDateTime> {
    let mut text = text.trim();
    if let Some(before) = BEHIND.iter().find_map(|word| text.strip_suffix(word)) {
        text = before.trim_end();
    }
    let midnight = MIDNIGHTS.iter().find_map(|word| text.strip_suffix(word));
    let (text, midnight) = (midnight.unwrap_or(text).trim(), midnight.is_some());
    let named = DAYS_AHEAD
        .iter()
        .find_map(|(word, ahead)| Some((*ahead, text.strip_prefix(word)?)));
    let dated = |text: &str| match named {
        Some((ahead, rest)) => read(&format!(
            "{} {}",
            today.checked_add_days(Days::new(ahead))?,
            rest.trim()
        )),
        None => read(text).or_else(|| this_year(text, today)),
    };
    let (at, clock) = dated(text)?;
    match (midnight, clock) {
        (true, true) => None,
        (true, false) | (false, false) => at.date().and_hms_opt(23, 59, 0),
        (false, true) => Some(at),
    }
}

/// A time of a whole date, and whether it says one of the day.
fn read(text: &str) -> Option<(NaiveDateTime, bool)> {
    let day = written_time::day_alone(text).map(|day| (day.and_time(NaiveTime::MIN), false));
    day.or_else(|| Some((written_time::time(text)?, true)))
}

/// A time without its year: the one that is not long ago.
fn this_year(text: &str, today: NaiveDate) -> Option<(NaiveDateTime, bool)> {
    // 3.10 alone is a number.
    let begins = text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_err();
    let oldest = today.checked_sub_days(Days::new(DAYS_BEHIND))?;
    let year = |year: i32| {
        let joint = if text.contains('月') { "年" } else { "-" };
        read(&format!("{year}{joint}{}", text.replacen('/', "-", 1)))
    };
    let candidates = [today.year() - 1, today.year(), today.year() + 1].map(|of| year(of).filter(|_| begins));
    let mut candidates = candidates.into_iter().flatten();
    candidates.find(|(at, _)| at.date() >= oldest)
}

/// A spreadsheet's day as what it stands for: whole days are the last minute of theirs.
pub(super) fn of_serial(at: NaiveDateTime) -> NaiveDateTime {
    match at.time() == NaiveTime::MIN {
        true => at + TimeDelta::minutes(23 * 60 + 59),
        false => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_read_however_it_is_written_or_left_open() {
        let today = NaiveDate::from_ymd_opt(2020, 12, 3).unwrap();
        for (text, expected) in [
            ("2020-12-03 18:00", "2020-12-03 18:00"),
            ("2020-12-03", "2020-12-03 23:59"),
            ("2020-12-03 0:00", "2020-12-03 00:00"),
            ("2020-12-03 24:00", "2020-12-03 23:59"),
            ("2020年12月3日24时前", "2020-12-03 23:59"),
            ("12月3日18时", "2020-12-03 18:00"),
            ("12月3日18时前", "2020-12-03 18:00"),
            ("12-3 18:00", "2020-12-03 18:00"),
            ("12/3 18:00", "2020-12-03 18:00"),
            ("12月4日", "2020-12-04 23:59"),
            ("1月2日 12:00", "2021-01-02 12:00"),
            ("10月20日", "2020-10-20 23:59"),
            ("今天18:00前", "2020-12-03 18:00"),
            ("今日24:00", "2020-12-03 23:59"),
            ("明天下午5点", "2020-12-04 17:00"),
            ("明天", "2020-12-04 23:59"),
            ("尽快", ""),
            ("18:00", ""),
            ("2月30日", ""),
            ("12小时内", ""),
            ("3.10", ""),
            ("", ""),
        ] {
            let read = due(text, today).map(|at| at.format("%Y-%m-%d %H:%M").to_string());
            assert_eq!(read.unwrap_or_default(), expected, "{text}");
        }
    }
}
