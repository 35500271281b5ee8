//! Definitions of rounds: what is wrong with one, and where one picks up.

use super::*;

pub(crate) fn masks(number: u32) -> RoundDefinition {
    RoundDefinition {
        campaign: "口罩预约".into(),
        number,
        title: format!("第{number}轮口罩预约登记购买"),
        key: RoundKey::Household,
        quota: 3,
        max_quantity: 5,
        opens: "2020-02-02T08:00".into(),
        closes: "2020-02-04T20:00".into(),
        collect_from: Some("2020-02-05".into()),
        collect_until: Some("2020-02-08".into()),
        exclude_earlier: true,
        pick_ups: vec![
            PickUpPoint {
                name: "东门药房".into(),
                buildings: vec!["1号".into()],
                ..Default::default()
            },
            PickUpPoint {
                name: "西门药房".into(),
                ..Default::default()
            },
        ],
        district: false,
        templates: vec![],
    }
}

type Spoil = fn(&mut RoundDefinition);

#[test]
fn each_flaw_of_a_definition_is_named() {
    assert_eq!(masks(1).check(), Ok(()));
    let seen = |field, characters: &str| RoundProblem::Unprintable {
        field,
        characters: characters.into(),
    };
    let flaws: [(Spoil, RoundProblem); 14] = [
        (
            |r| r.title = " ".into(),
            RoundProblem::Empty {
                field: RoundField::Title,
            },
        ),
        (
            |r| r.campaign = " .—。 ".into(),
            RoundProblem::MarksOnly {
                field: RoundField::Campaign,
            },
        ),
        (
            |r| r.pick_ups[1].name = "·".into(),
            RoundProblem::MarksOnly {
                field: RoundField::PickUp,
            },
        ),
        (
            |r| r.title = "第2轮\u{202e}登记".into(),
            seen(RoundField::Title, "U+202E"),
        ),
        (
            |r| r.campaign = "口罩\u{200b}预约".into(),
            seen(RoundField::Campaign, "U+200B"),
        ),
        (|r| r.campaign = "口罩😀预约".into(), seen(RoundField::Campaign, "😀")),
        (
            |r| r.pick_ups[0].name = "东门\u{1}药房".into(),
            seen(RoundField::PickUp, "U+0001"),
        ),
        (
            |r| r.quota = 0,
            RoundProblem::OutOfRange {
                field: RoundField::Quota,
                value: 0,
                min: 1,
                max: 99_999,
            },
        ),
        (
            |r| r.opens = "初八".into(),
            RoundProblem::Time {
                field: RoundField::Opens,
                value: "初八".into(),
            },
        ),
        (
            |r| r.closes = "2020-02-01".into(),
            RoundProblem::EndsBeforeStart {
                field: RoundField::Closes,
            },
        ),
        (
            |r| r.collect_until = Some("2020-02-01".into()),
            RoundProblem::EndsBeforeStart {
                field: RoundField::CollectUntil,
            },
        ),
        (
            |r| r.templates = vec![template(&[])],
            RoundProblem::Template {
                template: "上报表".into(),
            },
        ),
        (
            |r| r.templates = vec![template(&["姓名", "血型"])],
            RoundProblem::UnknownColumn {
                template: "上报表".into(),
                column: "血型".into(),
            },
        ),
        (
            |r| r.templates = vec![called("to_notify")],
            RoundProblem::StandardExport {
                template: "to_notify".into(),
            },
        ),
    ];
    for (spoil, problem) in flaws {
        let mut round = masks(1);
        spoil(&mut round);
        assert_eq!(round.check(), Err(problem));
    }
}

fn template(columns: &[&str]) -> ExportTemplate {
    ExportTemplate {
        name: "上报表".into(),
        title: "上报表".into(),
        filter: ExportFilter::All,
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
    }
}

fn called(name: &str) -> ExportTemplate {
    let name = name.to_owned();
    ExportTemplate {
        name,
        ..template(&["姓名"])
    }
}

/// A round of an older program, which took more.
#[test]
fn what_was_taken_before_keeps_nobody_from_changing_the_rest() {
    let mut before = masks(1);
    before.templates = vec![called("all")];
    let more = RoundDefinition {
        quota: 9,
        ..before.clone()
    };
    assert!(more.check().is_err() && more.check_change(&before).is_ok());
    let mut worse = more.clone();
    worse.templates.push(called("notified"));
    worse.quota = 0;
    assert!(matches!(
        worse.check_change(&before),
        Err(RoundProblem::OutOfRange { .. })
    ));
    worse.quota = 9;
    let template = "notified".into();
    assert_eq!(
        worse.check_change(&before),
        Err(RoundProblem::StandardExport { template })
    );
}

#[test]
fn the_pick_up_point_follows_the_building() {
    let round = masks(1);
    assert_eq!(
        round.pick_up_for(Some("1号")).map(|p| p.name.as_str()),
        Some("东门药房")
    );
    assert_eq!(
        round.pick_up_for(Some("9号")).map(|p| p.name.as_str()),
        Some("西门药房")
    );
    assert_eq!(round.pick_up_for(None).map(|p| p.name.as_str()), Some("西门药房"));
}
