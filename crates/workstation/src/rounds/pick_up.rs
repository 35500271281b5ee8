//! Where and when a round is collected, in the words of notices, lists and vouchers.

use chrono::NaiveDate;
use linli_domain::record::Field;
use linli_domain::round::{PickUpPoint, RoundDefinition};
use linli_store::ReservationState;

/// A place and a time, in words.
pub(crate) struct WhereAndWhen {
    pub(crate) place: String,
    pub(crate) time: String,
}

/// For everybody: all points; hours stand with each point where they differ.
pub(crate) fn of_round(definition: &RoundDefinition) -> WhereAndWhen {
    at(definition, &definition.pick_ups.iter().collect::<Vec<_>>())
}

/// For one building's reservations: the points they were given.
pub(crate) fn of_reservations(definition: &RoundDefinition, reservations: &[&ReservationState]) -> WhereAndWhen {
    let given = |point: &&PickUpPoint| {
        reservations
            .iter()
            .any(|reservation| reservation.state.get(Field::PickUp) == Some(point.name.as_str()))
    };
    let points: Vec<&PickUpPoint> = definition.pick_ups.iter().filter(given).collect();
    if points.is_empty() {
        of_round(definition)
    } else {
        at(definition, &points)
    }
}

fn at(definition: &RoundDefinition, points: &[&PickUpPoint]) -> WhereAndWhen {
    let same_hours = points.windows(2).all(|pair| pair[0].hours == pair[1].hours);
    let name = |point: &&PickUpPoint| {
        let address = if point.address.is_empty() {
            String::new()
        } else {
            format!("（{}）", point.address)
        };
        let hours = if same_hours {
            String::new()
        } else {
            format!(" {}", point.hours)
        };
        format!("{}{address}{hours}", point.name).trim_end().to_owned()
    };
    let hours = points
        .first()
        .filter(|_| same_hours)
        .map(|point| point.hours.as_str())
        .unwrap_or_default();
    WhereAndWhen {
        place: points.iter().map(name).collect::<Vec<_>>().join("；"),
        time: format!("{} {hours}", days(definition)).trim().to_owned(),
    }
}

fn days(definition: &RoundDefinition) -> String {
    let day = |date: NaiveDate| date.format("%Y年%-m月%-d日").to_string();
    match definition.collection() {
        (Some(from), Some(until)) => format!("{}至{}", day(from), day(until)),
        (Some(from), None) => format!("{}起", day(from)),
        (None, Some(until)) => format!("{}前", day(until)),
        (None, None) => "以居委会通知为准".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_domain::round::RoundKey;

    fn round(points: &[(&str, &str)]) -> RoundDefinition {
        let point = |(name, hours): &(&str, &str)| PickUpPoint {
            name: (*name).into(),
            hours: (*hours).into(),
            ..PickUpPoint::default()
        };
        RoundDefinition {
            campaign: "口罩预约".into(),
            number: 1,
            title: "第1轮".into(),
            key: RoundKey::Household,
            quota: 1,
            max_quantity: 1,
            opens: "2020-02-02T08:00".into(),
            closes: "2020-02-04T20:00".into(),
            collect_from: Some("2020-02-05".into()),
            collect_until: None,
            exclude_earlier: false,
            pick_ups: points.iter().map(point).collect(),
            templates: Vec::new(),
            district: false,
        }
    }

    #[test]
    fn hours_stand_with_their_point_where_points_differ() {
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
        let cases: [Case<'_>; 4] = [
            (&[], "", "2020年2月5日起"),
            (&[("药房", "9:00-17:00")], "药房", "2020年2月5日起 9:00-17:00"),
            (
                &[("药房", "9点"), ("服务站", "9点")],
                "药房；服务站",
                "2020年2月5日起 9点",
            ),
            (
                &[("药房", "9点"), ("服务站", "13点")],
                "药房 9点；服务站 13点",
                "2020年2月5日起",
            ),
        ];
        for (points, place, time) in cases {
            let found = of_round(&round(points));
            assert_eq!((found.place.as_str(), found.time.as_str()), (place, time));
        }
    }
}
