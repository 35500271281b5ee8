//! Rounds: one numbered run of a campaign (第2轮口罩预约), with its rule, quota, window and pick-up points.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use problem::{RoundField, RoundProblem};

use crate::item::{self, Tone};
use crate::time::parse_local;
use crate::writing::{self, has_no_place, quoted, unprintable};

mod problem;

/// One reservation per person, household or address and round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RoundKey {
    /// One per person.
    Person,
    /// One per household.
    Household,
    /// One per address, whoever lives there.
    Address,
}

impl RoundKey {
    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            RoundKey::Person => "每人",
            RoundKey::Household => "每户",
            RoundKey::Address => "每个地址",
        }
    }
}

/// How far a reservation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Waiting for a decision.
    Pending,
    /// Turned down.
    Rejected,
    /// Passed, to be told.
    ToNotify,
    /// Told.
    Notified,
    /// Handed out.
    Collected,
}

impl Stage {
    /// Passed and not collected: where whoever has no voucher is to get one.
    pub const DUE: [Stage; 2] = [Stage::ToNotify, Stage::Notified];

    /// How many steps lie behind: turning down is a step as passing is.
    pub fn steps(self) -> u8 {
        match self {
            Stage::Pending => 0,
            Stage::Rejected | Stage::ToNotify => 1,
            Stage::Notified => 2,
            Stage::Collected => 3,
        }
    }
}

impl item::Stage for Stage {
    const ALL: &'static [Stage] = &[
        Stage::Pending,
        Stage::ToNotify,
        Stage::Notified,
        Stage::Collected,
        Stage::Rejected,
    ];

    fn code(self) -> &'static str {
        match self {
            Stage::Pending => "pending",
            Stage::Rejected => "rejected",
            Stage::ToNotify => "to_notify",
            Stage::Notified => "notified",
            Stage::Collected => "collected",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Stage::Pending => "待审核",
            Stage::Rejected => "不通过",
            Stage::ToNotify => "待通知",
            Stage::Notified => "已通知",
            Stage::Collected => "已领取",
        }
    }

    fn tone(self) -> Tone {
        match self {
            Stage::Pending => Tone::Waiting,
            Stage::ToNotify | Stage::Notified => Tone::Going,
            Stage::Collected => Tone::Done,
            Stage::Rejected => Tone::Bad,
        }
    }
}

/// A decision on a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// May buy or collect.
    Passed,
    /// Turned down, with a reason.
    Rejected,
}

/// How someone was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By phone.
    Phone,
    /// By paper: notice or voucher.
    Paper,
    /// By SMS through the district.
    Sms,
    /// Face to face at the counter.
    Counter,
}

impl Channel {
    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Channel::Phone => "电话",
            Channel::Paper => "纸质",
            Channel::Sms => "短信",
            Channel::Counter => "现场",
        }
    }
}

/// What came of an attempt to tell someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 已接通, or handed over.
    Reached,
    /// 未接通.
    NoAnswer,
    /// 停机 or wrong number.
    OutOfService,
}

impl Outcome {
    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Outcome::Reached => "已接通",
            Outcome::NoAnswer => "未接通",
            Outcome::OutOfService => "停机",
        }
    }
}

/// A place to collect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PickUpPoint {
    /// Name.
    pub name: String,
    /// Address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Hours, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hours: String,
    /// Buildings it serves; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buildings: Vec<String>,
}

/// Which reservations an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFilter {
    /// Everything.
    All,
    /// Told, whether or not collected.
    Notified,
    /// Passed and not yet told.
    ToNotify,
    /// Collected.
    Collected,
}

impl ExportFilter {
    /// Whether a reservation at this stage belongs in.
    pub fn takes(self, stage: Stage) -> bool {
        match self {
            ExportFilter::All => true,
            ExportFilter::Notified => matches!(stage, Stage::Notified | Stage::Collected),
            ExportFilter::ToNotify => stage == Stage::ToNotify,
            ExportFilter::Collected => stage == Stage::Collected,
        }
    }
}

/// What the exports that every round has are asked for by: a template of that name would never be exported.
pub const STANDARD_EXPORTS: [&str; 4] = ["notified", "all", "to_notify", "to-notify"];

/// An export of the round's own, beside the three that every round has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportTemplate {
    /// Its name, on the button and in the file name.
    pub name: String,
    /// Title above the table.
    pub title: String,
    /// Which reservations.
    pub filter: ExportFilter,
    /// Columns, in order, by the names of [`EXPORT_COLUMNS`].
    pub columns: Vec<String>,
}

/// The columns of a round's export, in the order the district prescribes.
pub const EXPORT_COLUMNS: [&str; 22] = [
    "序号",
    "预约号",
    "姓名",
    "证件类型",
    "证件号码",
    "手机号码",
    "小区",
    "楼栋",
    "室号",
    "预约数量",
    "预约时间",
    "登记来源",
    "核查结果",
    "审核状态",
    "审核人",
    "审核时间",
    "通知方式",
    "通知时间",
    "凭证号",
    "领取点",
    "领取时间",
    "备注",
];

/// The further column of the to-notify list: what came of the last call, and room to write in by hand where there was none.
pub const CALL_RESULT_COLUMN: &str = "接通情况";

/// The further column of 全表: hand-outs after the first.
pub const AGAIN_COLUMN: &str = "重复领取";
/// What only some exports have.
const FURTHER_COLUMNS: [&str; 2] = [CALL_RESULT_COLUMN, AGAIN_COLUMN];

/// A round as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoundDefinition {
    /// The campaign, e.g. 口罩预约.
    pub campaign: String,
    /// Number within the campaign.
    pub number: u32,
    /// Title on screens and paper.
    pub title: String,
    /// One per what.
    pub key: RoundKey,
    /// Vouchers there are.
    pub quota: u32,
    /// The most one reservation may ask for.
    pub max_quantity: u32,
    /// Registration opens (local time).
    pub opens: String,
    /// Registration closes (local time).
    pub closes: String,
    /// First day of collection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collect_from: Option<String>,
    /// Last day of collection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collect_until: Option<String>,
    /// Whether those who got one in an earlier round of the campaign are found by the check.
    #[serde(default)]
    pub exclude_earlier: bool,
    /// Pick-up points.
    #[serde(default, rename = "pick_up")]
    pub pick_ups: Vec<PickUpPoint>,
    /// Opened by the district, for many committees: its quota and rule are not the committee's to change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub district: bool,
    /// Exports of its own.
    #[serde(default, rename = "template", skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<ExportTemplate>,
}

impl RoundDefinition {
    /// The most vouchers one round of one committee may have.
    pub const MAX_QUOTA: u32 = 99_999;
    /// The most one reservation may ask for, at most.
    pub const MAX_QUANTITY: u32 = 999;
    /// The most rounds of one campaign.
    pub const MAX_NUMBER: u32 = 999;

    /// Checks everything that can be wrong in a definition.
    ///
    /// # Errors
    /// The first problem found, in a clerk's words.
    pub fn check(&self) -> Result<(), RoundProblem> {
        self.problems().into_iter().next().map_or(Ok(()), Err)
    }

    /// Checks what a round may become. What was taken by the rules of an older program stays, so that the rest can be changed.
    ///
    /// # Errors
    /// The first problem that the round did not have before.
    pub fn check_change(&self, before: &RoundDefinition) -> Result<(), RoundProblem> {
        let known = before.problems();
        let mut new = self.problems().into_iter().filter(|problem| !known.contains(problem));
        new.next().map_or(Ok(()), Err)
    }

    fn problems(&self) -> Vec<RoundProblem> {
        let mut found = self.problems_of_texts();
        found.extend(self.problems_of_numbers());
        found.extend(self.problem_of_times().err());
        found.extend(self.problems_of_templates());
        found
    }

    fn problems_of_texts(&self) -> Vec<RoundProblem> {
        let points = || self.pick_ups.iter();
        let names: Vec<(RoundField, &String)> =
            [(RoundField::Campaign, &self.campaign), (RoundField::Title, &self.title)]
                .into_iter()
                .chain(points().map(|point| (RoundField::PickUp, &point.name)))
                .collect();
        let nameless = names.iter().filter(|(_, value)| !writing::names(value));
        let mut found: Vec<RoundProblem> = nameless
            .map(|&(field, value)| match value.trim() {
                "" => RoundProblem::Empty { field },
                _ => RoundProblem::MarksOnly { field },
            })
            .collect();
        let places = points().flat_map(|point| {
            [
                (RoundField::PickUpAddress, &point.address),
                (RoundField::PickUpHours, &point.hours),
            ]
        });
        for (field, value) in names.into_iter().chain(places) {
            let shown = |c: char| {
                if has_no_place(c) {
                    format!("U+{:04X}", u32::from(c))
                } else {
                    c.to_string()
                }
            };
            let unfit = value.chars().filter(|c| has_no_place(*c) || unprintable(*c));
            let characters = unfit.map(shown).collect::<Vec<_>>().join(" ");
            if !characters.is_empty() {
                let characters = quoted(&characters).into_owned();
                found.push(RoundProblem::Unprintable { field, characters });
            }
        }
        found
    }

    fn problems_of_numbers(&self) -> impl Iterator<Item = RoundProblem> {
        let numbers = [
            (RoundField::RoundNumber, self.number, Self::MAX_NUMBER),
            (RoundField::Quota, self.quota, Self::MAX_QUOTA),
            (RoundField::MaxQuantity, self.max_quantity, Self::MAX_QUANTITY),
        ];
        let outside = numbers
            .into_iter()
            .filter(|(_, value, max)| !(1..=*max).contains(value));
        outside.map(|(field, value, max)| RoundProblem::OutOfRange {
            field,
            value,
            min: 1,
            max,
        })
    }

    fn problem_of_times(&self) -> Result<(), RoundProblem> {
        let day = |field, day: &Option<String>| day.as_deref().map(|day| time(field, day)).transpose();
        let opens = time(RoundField::Opens, &self.opens)?;
        if time(RoundField::Closes, &self.closes)? <= opens {
            return Err(RoundProblem::EndsBeforeStart {
                field: RoundField::Closes,
            });
        }
        let from = day(RoundField::CollectFrom, &self.collect_from)?;
        let until = day(RoundField::CollectUntil, &self.collect_until)?;
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            return Err(RoundProblem::EndsBeforeStart {
                field: RoundField::CollectUntil,
            });
        }
        Ok(())
    }

    fn problems_of_templates(&self) -> Vec<RoundProblem> {
        let mut found = Vec::new();
        for (index, ExportTemplate { name, columns, .. }) in self.templates.iter().enumerate() {
            let template = quoted(name).into_owned();
            let taken = self.templates[..index].iter().any(|other| other.name == *name);
            let known = |column: &&String| {
                let column = column.as_str();
                EXPORT_COLUMNS.contains(&column) || FURTHER_COLUMNS.contains(&column)
            };
            if STANDARD_EXPORTS.contains(&name.as_str()) {
                found.push(RoundProblem::StandardExport { template });
            } else if columns.is_empty() || !writing::names(name) || taken {
                found.push(RoundProblem::Template { template });
            } else if let Some(column) = columns.iter().find(|column| !known(column)) {
                let column = quoted(column).into_owned();
                found.push(RoundProblem::UnknownColumn { template, column });
            }
        }
        found
    }

    /// When registration opens and closes; `None` where the definition is not sound.
    pub fn window(&self) -> Option<(NaiveDateTime, NaiveDateTime)> {
        Some((parse_local(&self.opens)?, parse_local(&self.closes)?))
    }

    /// Whether registration is open at a local time.
    pub fn open_at(&self, now: NaiveDateTime) -> bool {
        self.window()
            .is_some_and(|(opens, closes)| (opens..=closes).contains(&now))
    }

    /// First and last day of collection, where given.
    pub fn collection(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let day = |text: &Option<String>| text.as_deref().and_then(parse_local).map(|at| at.date());
        (day(&self.collect_from), day(&self.collect_until))
    }

    /// The pick-up point for a building: the one that names it, else the first that names none.
    pub fn pick_up_for(&self, building: Option<&str>) -> Option<&PickUpPoint> {
        self.pick_ups
            .iter()
            .find(|point| building.is_some_and(|building| point.buildings.iter().any(|b| b == building)))
            .or_else(|| self.pick_ups.iter().find(|point| point.buildings.is_empty()))
            .or_else(|| self.pick_ups.first())
    }

    /// Whether a reservation may ask for so much.
    pub fn allows(&self, quantity: u32) -> bool {
        (1..=self.max_quantity).contains(&quantity)
    }

    /// The amount nearest to the one asked for that one reservation may have.
    pub fn fitting(&self, quantity: u32) -> u32 {
        quantity.clamp(1, self.max_quantity.max(1))
    }

    /// 第N轮.
    pub fn ordinal(&self) -> String {
        format!("第{}轮", self.number)
    }
}

fn time(field: RoundField, value: &str) -> Result<NaiveDateTime, RoundProblem> {
    parse_local(value).ok_or_else(|| RoundProblem::Time {
        field,
        value: quoted(value).into_owned(),
    })
}

#[cfg(test)]
pub(crate) mod tests;
