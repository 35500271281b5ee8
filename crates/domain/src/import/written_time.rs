//! Times as other programs and people write them: 下午 and PM, weekdays, fractions of seconds, zones of time. All are
//! brought to China Standard Time; what leaves a doubt (02-02 14:05, 2/2/2020) is not read.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::writing::is_dash;

/// No program that registers people is older.
const EARLIEST_YEAR: i32 = 2000;
/// Minutes that China Standard Time is ahead of UTC.
const CHINA_MINUTES: i64 = 8 * 60;
/// Words for a half of the day, and what they make of the hours 1 to 12 on the dial.
const HALVES: [(&str, Half); 14] = [
    ("上午", Half::Morning),
    ("早上", Half::Morning),
    ("早晨", Half::Morning),
    ("清晨", Half::Morning),
    ("凌晨", Half::Morning),
    ("中午", Half::Noon),
    ("下午", Half::Afternoon),
    ("傍晚", Half::Afternoon),
    ("晚上", Half::Evening),
    ("夜里", Half::Evening),
    ("AM", Half::Morning),
    ("A.M.", Half::Morning),
    ("PM", Half::Afternoon),
    ("P.M.", Half::Afternoon),
];
const WEEKDAYS: [&str; 3] = ["星期", "周", "礼拜"];
/// How JavaScript writes a moment by itself.
const OF_SCRIPTS: &str = "%a %b %d %Y %H:%M:%S GMT%z";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Noon,
    Afternoon,
    Evening,
}

/// A date and time, local; a date alone is its first moment.
pub(super) fn time(text: &str) -> Option<NaiveDateTime> {
    moment(text).filter(|at| at.year() >= EARLIEST_YEAR)
}

/// A date, whatever time stands behind it; also eight digits.
pub(super) fn date(text: &str) -> Option<NaiveDateTime> {
    moment(text)
}

/// The day of a text that says no time of the day.
pub(super) fn day_alone(text: &str) -> Option<NaiveDate> {
    let at = time(text)?;
    // 20200202 is a day, 202002021405 and 2020-02-02 0:00 say a time.
    let text = without_weekday(&text.to_uppercase());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let clock = text.contains([':', '：', '∶', '点', '时']) || digits > 8 || without_half(&text).1.is_some();
    (!clock).then(|| at.date())
}

/// The beginning of a span of time, 2020-02-02 9:00-11:00: what stands before the sign between two clocks.
pub(super) fn range_start(text: &str) -> Option<&str> {
    let signs = |c: char| is_dash(c) || c == '至' || c == '到';
    text.char_indices().filter(|(_, c)| signs(*c)).find_map(|(at, sign)| {
        let (before, after) = (&text[..at], text[at + sign.len_utf8()..].trim_start());
        let clock = |text: &str| text.contains([':', '：', '点', '时']);
        // A zone west of Greenwich: behind seconds, four digits or two and two, and at the end.
        let digits = after.bytes().filter(u8::is_ascii_digit).count();
        let zone = sign == '-'
            && before.contains('T')
            && digits == 4
            && before
                .split('T')
                .next_back()
                .is_some_and(|clock| clock.matches(':').count() == 2);
        let ends = clock(after) || (!after.is_empty() && after.bytes().all(|b| b.is_ascii_digit()) && sign != '-');
        (clock(before) && ends && !zone).then(|| before.trim_end())
    })
}

fn moment(text: &str) -> Option<NaiveDateTime> {
    if let Ok(at) = chrono::DateTime::parse_from_str(text.split(" (").next().unwrap_or(text), OF_SCRIPTS) {
        return at.naive_utc().checked_add_signed(TimeDelta::minutes(CHINA_MINUTES));
    }
    let text = without_weekday(&text.to_uppercase().replace(['：', '∶'], ":"));
    let (text, half) = without_half(&text);
    let text = close_up(&text)
        .replace(['年', '月'], "-")
        .replace(['日', '号'], " ")
        .replace(['点', '时'], ":")
        .replace('分', ":")
        .replace('秒', "");
    let (text, zone) = without_zone(text.trim());
    let (day, clock) = match text.trim().split_once([' ', 'T']) {
        Some((day, clock)) => (day, clock.trim()),
        None if text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_digit()) => text.split_at(8),
        None => (text.trim(), ""),
    };
    let at = day_of(day)?.and_time(clock_of(clock, half)?);
    match zone {
        None => Some(at),
        Some(minutes) => at.checked_add_signed(TimeDelta::minutes(CHINA_MINUTES - minutes)),
    }
}

/// Takes out the blanks beside the signs of a date: 2020 年 2 月 2 日, 2020 - 2 - 2.
fn close_up(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_whitespace() {
        let signs = |c: char| matches!(c, '年' | '月' | '-' | '/' | '.');
        let joins = out.ends_with(signs) || piece.starts_with(signs) || piece.starts_with(['日', '号']);
        // Behind a clock a dash is none of the date's.
        if !out.is_empty() && (!joins || out.contains(':')) {
            out.push(' ');
        }
        out.push_str(piece);
    }
    out
}

fn without_weekday(text: &str) -> String {
    let mut text = text.to_owned();
    for word in WEEKDAYS {
        if let Some(at) = text.find(word) {
            let day = text[at + word.len()..]
                .chars()
                .next()
                .filter(|c| "一二三四五六日天".contains(*c));
            let end = at + word.len() + day.map_or(0, char::len_utf8);
            text.replace_range(at..end, " ");
        }
    }
    text.replace(['(', ')', '（', '）'], " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn without_half(text: &str) -> (String, Option<Half>) {
    let found = HALVES.iter().find(|(word, _)| text.contains(word));
    match found {
        Some((word, half)) => (
            text.replacen(word, " ", 1)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            Some(*half),
        ),
        None => (text.to_owned(), None),
    }
}

/// A text without the zone behind it, and the zone in minutes ahead of UTC.
fn without_zone(text: &str) -> (&str, Option<i64>) {
    if let Some(rest) = text.strip_suffix('Z') {
        return (rest.trim_end(), Some(0));
    }
    // Not the dashes of the date: a zone stands behind a clock.
    let Some(at) = text.rfind(['+', '-']).filter(|at| text[..*at].contains(':')) else {
        return (text, None);
    };
    let digits: String = text[at + 1..].chars().filter(char::is_ascii_digit).collect();
    let minutes = match digits.len() {
        2 => digits.parse::<i64>().ok().map(|hours| hours * 60),
        4 => digits.parse::<i64>().ok().map(|both| both / 100 * 60 + both % 100),
        _ => None,
    };
    let sign = if text[at..].starts_with('-') { -1 } else { 1 };
    minutes.map_or((text, None), |minutes| (text[..at].trim_end(), Some(sign * minutes)))
}

/// Year first, in four digits: everything else could be another day.
fn day_of(text: &str) -> Option<NaiveDate> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return NaiveDate::parse_from_str(text, "%Y%m%d").ok();
    }
    let parts: Vec<&str> = text
        .split(['-', '/', '.'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let two = |part: &str| (part.len() <= 2).then(|| part.parse().ok()).flatten();
    NaiveDate::from_ymd_opt(
        (year.len() == 4).then(|| year.parse().ok()).flatten()?,
        two(month)?,
        two(day)?,
    )
}

fn clock_of(text: &str, half: Option<Half>) -> Option<NaiveTime> {
    // Fractions of a second order nothing that people do.
    let text = text.trim_end_matches(':');
    let text = match text.split_once('.') {
        Some((clock, fraction)) if clock.contains(':') && fraction.bytes().all(|byte| byte.is_ascii_digit()) => clock,
        _ => text,
    };
    if text.is_empty() {
        return half.is_none().then_some(NaiveTime::MIN);
    }
    let parts: Vec<u32> = if text.contains(':') {
        text.split(':')
            .map(|part| part.trim().parse().ok())
            .collect::<Option<_>>()?
    } else if matches!(text.len(), 4 | 6) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        (0..text.len() / 2)
            .map(|place| text[2 * place..2 * place + 2].parse().ok())
            .collect::<Option<_>>()?
    } else if half.is_some() || text.len() <= 2 {
        vec![text.parse().ok()?]
    } else {
        return None;
    };
    let (hour, minute, second) = match parts.as_slice() {
        [hour] => (*hour, 0, 0),
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    NaiveTime::from_hms_opt(hour_of_day(hour, half)?, minute, second)
}

/// The hour of 24; nothing where word and number do not go together, or 晚上12点 leaves open which midnight.
fn hour_of_day(hour: u32, half: Option<Half>) -> Option<u32> {
    match (half, hour) {
        (None, _) | (Some(Half::Afternoon | Half::Evening), 13..) => Some(hour),
        (Some(Half::Morning), 12) => Some(0),
        (Some(Half::Morning), 0..=11) | (Some(Half::Noon), 11..=12) | (Some(Half::Afternoon), 12) => Some(hour),
        (Some(Half::Noon), 1..=2) | (Some(Half::Afternoon), 1..=11) | (Some(Half::Evening), 5..=11) => Some(hour + 12),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_begins_where_it_begins_and_a_zone_is_none() {
        for (text, start) in [
            ("2020-02-02 9:00-11:00", Some("2020-02-02 9:00")),
            ("2020-02-02 14:05-14:10", Some("2020-02-02 14:05")),
            ("2020/2/2 14:05 - 14:10", Some("2020/2/2 14:05")),
            ("2020-02-02 14:05~14:10", Some("2020-02-02 14:05")),
            ("2020-02-02 14:05至2020-02-02 14:10", Some("2020-02-02 14:05")),
            ("2020年2月2日9时至11时", Some("2020年2月2日9时")),
            ("2020-02-02 09:00:00-11:00:00", Some("2020-02-02 09:00:00")),
            ("2020-02-01T22:05:33-08:00", None),
            ("2020-02-02 14:05:33 +0800", None),
            ("2020-02-02 14:05", None),
            ("2020-02-02", None),
        ] {
            assert_eq!(range_start(text), start, "{text}");
        }
        for (text, day) in [
            ("2020-02-02", true),
            ("20200202", true),
            ("2020年2月2日（星期日）", true),
            ("2020-02-02 0:00", false),
            ("202002021405", false),
            ("2020年2月2日下午2点", false),
            ("昨天", false),
        ] {
            assert_eq!(day_alone(text).is_some(), day, "{text}");
        }
    }

    #[test]
    fn a_time_is_read_however_it_is_written_or_left_open() {
        for (text, expected) in [
            ("2020/2/2 下午 2:05:33", "2020-02-02 14:05:33"),
            ("2020/2/2 下午2:05", "2020-02-02 14:05:00"),
            ("2020-02-02 下午02:05:33", "2020-02-02 14:05:33"),
            ("2020年02月02日 下午2点05分", "2020-02-02 14:05:00"),
            ("2020年2月2日14时5分", "2020-02-02 14:05:00"),
            ("2020年2月2日星期日 14:05", "2020-02-02 14:05:00"),
            ("2020/02/02 14:05:33 星期日", "2020-02-02 14:05:33"),
            ("2020-2-2（周日）14：05", "2020-02-02 14:05:00"),
            ("2020-02-02T14:05:33+08:00", "2020-02-02 14:05:33"),
            ("2020-02-02 14:05:33 +0800", "2020-02-02 14:05:33"),
            ("2020-02-02T06:05:33.123Z", "2020-02-02 14:05:33"),
            ("2020-02-01T22:05:33-08:00", "2020-02-02 14:05:33"),
            ("2020/2/2 2:05:33 PM", "2020-02-02 14:05:33"),
            ("2020/2/2 12:30 AM", "2020-02-02 00:30:00"),
            ("2020/2/2 12:30 p.m.", "2020-02-02 12:30:00"),
            ("2020-02-02 14:05:33.0", "2020-02-02 14:05:33"),
            ("2020-02-02 晚上8:05", "2020-02-02 20:05:00"),
            ("2020-02-02 中午12:05", "2020-02-02 12:05:00"),
            ("2020-02-02 凌晨1点", "2020-02-02 01:00:00"),
            ("20200202140533", "2020-02-02 14:05:33"),
            ("202002021405", "2020-02-02 14:05:00"),
            ("20200202", "2020-02-02 00:00:00"),
            ("2020.2.2", "2020-02-02 00:00:00"),
            ("Sun Feb 02 2020 14:05:33 GMT+0800 (CST)", "2020-02-02 14:05:33"),
            ("2020-02-02 晚上12:05", ""),
            ("2020-02-02 上午14:05", ""),
            ("2020-02-02 25:05", ""),
            ("2020-02-30 14:05", ""),
            ("2/2/2020 14:05", ""),
            ("02-02 14:05", ""),
            ("20-02-02 14:05", ""),
            ("14:05", ""),
            ("昨天 14:05", ""),
            ("周日 14:05", ""),
            ("1580623533", ""),
            ("", ""),
        ] {
            let read = time(text).map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string());
            assert_eq!(read.unwrap_or_default(), expected, "{text}");
        }
    }
}
