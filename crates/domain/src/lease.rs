//! Leases of voucher numbers and rights to issue: how a committee's PCs give out vouchers without a network and still
//! never more than the quota and never two for one key.
//!
//! The district leases blocks of numbers to PCs and gives the right to issue in an area (a building) to one PC at a
//! time. A PC gives back numbers it does not need by making its lease shorter, so that none lie idle while another PC has
//! people waiting. Both the PC that issues and the district that checks decide by [`issue_problem`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::guard::{Guard, stands};
use crate::operation::{Change, DeviceId, EntityId, FieldChange};
use crate::record::{Field, Record};
use crate::reservation::created;

/// Numbers a PC has in hand before anybody waits for one.
pub const BLOCK: u32 = 20;
/// A PC asks for more when fewer than these are left to it, beside those that people wait for.
pub const LOW: u32 = 10;
/// A right that another PC wants is released when nothing was issued by it for so long.
pub const RIGHT_IDLE: TimeDelta = TimeDelta::minutes(2);
/// A PC that issued within this time is in use: it keeps [`LOW`] numbers beside those people wait for.
pub const NUMBERS_IDLE: TimeDelta = TimeDelta::minutes(10);

/// A block of voucher numbers of one round that one PC may give out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The round.
    pub round: EntityId,
    /// The PC.
    pub device: DeviceId,
    /// First number.
    pub first: u32,
    /// Last number.
    pub last: u32,
}

impl Lease {
    /// The change by which the district grants it.
    pub fn created(&self) -> Change {
        created([
            (Field::Round, Some(self.round.to_string())),
            (Field::Device, Some(self.device.0.to_string())),
            (Field::FirstSerial, Some(self.first.to_string())),
            (Field::LastSerial, Some(self.last.to_string())),
        ])
    }

    /// Reads a folded record; `None` where something is missing.
    pub fn of(record: &Record) -> Option<Lease> {
        let lease = Lease {
            round: record.get(Field::Round)?.parse().ok()?,
            device: device(record)?,
            first: record.get(Field::FirstSerial)?.parse().ok()?,
            last: record.get(Field::LastSerial)?.parse().ok()?,
        };
        (lease.first >= 1 && lease.first <= lease.last).then_some(lease)
    }

    /// The change by which its PC gives back all numbers after `last`. One that keeps none is no lease any more.
    pub fn shortened(&self, last: u32) -> Change {
        let change = FieldChange {
            seen: Some(self.last.to_string()),
            to: Some(last.to_string()),
        };
        Change::Set(BTreeMap::from([(Field::LastSerial, change)]))
    }

    /// What a change leaves of it, where it does nothing but give numbers back.
    pub fn after(self, change: &Change) -> Option<Lease> {
        let Change::Set(fields) = change else { return None };
        let field = fields.get(&Field::LastSerial).filter(|_| fields.len() == 1)?;
        let [seen, last] = [&field.seen, &field.to].map(|serial| serial.as_ref()?.parse::<u32>().ok());
        let last = last.filter(|_| seen == Some(self.last))?;
        (self.first - 1..self.last)
            .contains(&last)
            .then_some(Lease { last, ..self })
    }

    /// Whether a number lies in it.
    pub fn holds(&self, serial: u32) -> bool {
        (self.first..=self.last).contains(&serial)
    }
}

/// The right to issue in an area of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuingRight {
    /// The round.
    pub round: EntityId,
    /// The area: a building, or empty for people who are not on the roster.
    pub area: String,
    /// Who holds it; `None` while it is free.
    pub holder: Option<DeviceId>,
}

impl IssuingRight {
    /// The id of the right for an area of a round: the same wherever it is computed (UUID version 5, RFC 9562).
    pub fn id(round: EntityId, area: &str) -> EntityId {
        EntityId(Uuid::new_v5(&round.0, area.as_bytes()))
    }

    /// Whether an id is one of those that are computed for rights. Nothing else may take it: the right would have no place.
    pub fn could_be(id: EntityId) -> bool {
        id.0.get_version() == Some(uuid::Version::Sha1)
    }

    /// The change by which the district creates it for its first holder.
    pub fn created(round: EntityId, area: &str, holder: DeviceId) -> Change {
        created([
            (Field::Round, Some(round.to_string())),
            (Field::Area, Some(area.to_owned())),
            (Field::Device, Some(holder.0.to_string())),
        ])
    }

    /// Reads a folded record; `None` where it says no round.
    pub fn of(record: &Record) -> Option<IssuingRight> {
        Some(IssuingRight {
            round: record.get(Field::Round)?.parse().ok()?,
            area: record.get(Field::Area).unwrap_or_default().to_owned(),
            holder: device(record),
        })
    }
}

fn device(record: &Record) -> Option<DeviceId> {
    record.get(Field::Device)?.parse().ok().map(DeviceId)
}

/// The numbers a PC may still give out in a round, in order.
pub fn free_serials(leases: &[Lease], device: DeviceId, used: &BTreeSet<u32>) -> impl Iterator<Item = u32> {
    let leased_to = |lease: &&Lease| lease.device == device || !stands(Guard::WithinLease);
    let mut own: Vec<&Lease> = leases.iter().filter(leased_to).collect();
    own.sort_by_key(|lease| lease.first);
    let unused = |serial: &u32| !used.contains(serial) || !stands(Guard::SerialUsedOnce);
    own.into_iter()
        .flat_map(|lease| lease.first..=lease.last)
        .filter(unused)
}

/// The numbers of a round that no PC has and nobody was given, in order. What was used outside all leases comes from a PC
/// that was on its own, and so does whatever lies below it.
pub fn unleased(leases: &[Lease], used: &BTreeSet<u32>, quota: u32) -> Vec<RangeInclusive<u32>> {
    let mut leased: Vec<(u32, u32)> = leases.iter().map(|lease| (lease.first, lease.last)).collect();
    leased.sort_unstable();
    let outside = |serial: &&u32| {
        let before = leased.partition_point(|(first, _)| first <= serial);
        leased[..before].last().is_none_or(|(_, last)| last < serial)
    };
    let alone = used.iter().rev().find(outside).copied().unwrap_or(0);
    let (mut free, mut next) = (Vec::new(), alone.saturating_add(1));
    for (first, last) in leased {
        if next < first && next <= quota {
            free.push(next..=(first - 1).min(quota));
        }
        next = next.max(last.saturating_add(1));
    }
    if next <= quota {
        free.push(next..=quota);
    }
    free
}

/// The last number that is, or may be, on paper of those that each PC tells of ([`crate::operation::Note::NumbersOnPaper`]:
/// PC, first and last), in the order in which they did. It was used outside all leases, and came from a PC that counted from
/// 1: all lower numbers count as used by it ([`unleased`]).
pub fn on_paper(told: impl IntoIterator<Item = (DeviceId, u32, u32)>) -> Vec<u32> {
    let mut known: BTreeMap<DeviceId, Vec<(u32, u32)>> = BTreeMap::new();
    for (device, first, last) in told {
        let ranges = known.entry(device).or_default();
        // In the place of what was said before of these and later numbers.
        ranges
            .iter_mut()
            .for_each(|(_, end)| *end = (*end).min(first.saturating_sub(1)));
        ranges.push((first, last));
        ranges.retain(|(first, last)| first <= last);
    }
    let last = |ranges: Vec<(u32, u32)>| ranges.into_iter().map(|(_, last)| last).max();
    known.into_values().filter_map(last).collect()
}

/// How many numbers a PC needs before any other that only stocks up. One at which vouchers are issued needs one for each who
/// is due where it has the right, and some more; one that only has the right, as by default, a block of them.
pub fn need(due: u32, in_use: bool) -> u32 {
    if in_use {
        due.saturating_add(LOW)
    } else {
        due.min(BLOCK)
    }
}

/// What the PCs of a committee need in a round, as one of them sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// What it needs itself ([`need`]), whether it has it or not.
    pub own: u32,
    /// How many are due where it has the right.
    pub due: u32,
    /// What others need and do not have.
    pub others: u32,
}

impl Needs {
    /// How many of `left` numbers that can be leased it asks for beside its `free` ones: what it needs, and as far as
    /// nobody else needs them a block, or one for each who is due.
    pub fn to_ask(&self, free: u32, left: u32) -> u32 {
        let block = if free < LOW { BLOCK } else { 0 };
        let stock = block
            .max(self.due.saturating_sub(free))
            .min(left.saturating_sub(self.others));
        self.own.saturating_sub(free).max(stock)
    }

    /// How many of its `free` numbers it gives back once none can be leased: what others lack and it does not need.
    pub fn to_give_back(&self, free: u32) -> u32 {
        self.others.min(free.saturating_sub(self.own))
    }
}

/// How many numbers there are in some ranges.
pub fn how_many(ranges: &[RangeInclusive<u32>]) -> u32 {
    ranges.iter().map(|range| range.end() - range.start() + 1).sum()
}

/// What is known when a voucher is to be issued for a reservation.
#[derive(Debug, Clone, Copy)]
pub struct Issuing<'a> {
    /// Leases of the round.
    pub leases: &'a [Lease],
    /// Who holds the right for the reservation's area.
    pub holder: Option<DeviceId>,
    /// The number was given out before, whatever became of it.
    pub used: bool,
    /// Another reservation of the same key has a voucher.
    pub served: bool,
    /// The district holds the reservation, or decided for another committee's.
    pub held: bool,
}

/// Why a voucher may not be issued: on a PC the reservation waits as 待发号, at the district the operation is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueProblem {
    /// The number is not in a lease of this PC.
    NotLeased,
    /// Another PC has the right to issue here, or nobody has yet.
    NoRight,
    /// The key has a voucher.
    Served,
    /// The number was given out before.
    SerialUsed,
    /// The district has not decided for this reservation.
    Held,
}

impl IssueProblem {
    /// The rule's stable word, as in a rejection.
    pub fn rule(self) -> &'static str {
        match self {
            IssueProblem::NotLeased => "not_leased",
            IssueProblem::NoRight => "no_right",
            IssueProblem::Served => "served",
            IssueProblem::SerialUsed => "serial_used",
            IssueProblem::Held => "held",
        }
    }
}

/// Whether a PC may issue this number: the one rule for the PC itself and for the district.
pub fn issue_problem(device: DeviceId, serial: u32, known: &Issuing<'_>) -> Option<IssueProblem> {
    let leased = known
        .leases
        .iter()
        .any(|lease| lease.device == device && lease.holds(serial));
    match () {
        () if known.served && stands(Guard::KeyServedOnce) => Some(IssueProblem::Served),
        () if known.held => Some(IssueProblem::Held),
        () if known.holder != Some(device) && stands(Guard::RightHeld) => Some(IssueProblem::NoRight),
        () if !leased && stands(Guard::WithinLease) => Some(IssueProblem::NotLeased),
        () if known.used && stands(Guard::SerialUsedOnce) => Some(IssueProblem::SerialUsed),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{Recorded, fold};
    use crate::time::Moment;

    fn pc(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    fn round() -> EntityId {
        EntityId(Uuid::from_u128(9))
    }

    fn lease(device: u128, first: u32, last: u32) -> Lease {
        Lease {
            round: round(),
            device: pc(device),
            first,
            last,
        }
    }

    fn folded(change: &Change) -> Record {
        fold([Recorded {
            change,
            device: pc(0),
            actor: "区级平台",
            at: Moment(0),
        }])
        .unwrap()
    }

    #[test]
    fn leases_and_rights_read_back_as_they_were_granted() {
        let granted = lease(1, 21, 40);
        assert_eq!(Lease::of(&folded(&granted.created())), Some(granted));
        assert_eq!(
            Lease::of(&folded(&lease(1, 40, 21).created())),
            None,
            "backwards is no lease"
        );
        let right = IssuingRight {
            round: round(),
            area: "12号".into(),
            holder: Some(pc(1)),
        };
        assert_eq!(
            IssuingRight::of(&folded(&IssuingRight::created(round(), "12号", pc(1)))),
            Some(right)
        );
        assert_ne!(IssuingRight::id(round(), "1号"), IssuingRight::id(round(), "2号"));
    }

    #[test]
    fn each_reason_not_to_issue_is_named() {
        let leases = [lease(1, 1, 20), lease(2, 21, 40)];
        let fine = Issuing {
            leases: &leases,
            holder: Some(pc(1)),
            used: false,
            served: false,
            held: false,
        };
        assert_eq!(issue_problem(pc(1), 20, &fine), None);
        let cases = [
            (21, fine, IssueProblem::NotLeased),
            (1, Issuing { holder: None, ..fine }, IssueProblem::NoRight),
            (
                1,
                Issuing {
                    holder: Some(pc(2)),
                    ..fine
                },
                IssueProblem::NoRight,
            ),
            (1, Issuing { used: true, ..fine }, IssueProblem::SerialUsed),
            (1, Issuing { served: true, ..fine }, IssueProblem::Served),
            (1, Issuing { held: true, ..fine }, IssueProblem::Held),
        ];
        for (serial, known, problem) in cases {
            assert_eq!(issue_problem(pc(1), serial, &known), Some(problem));
        }
    }

    #[test]
    fn only_what_gives_numbers_back_shortens_a_lease() {
        let granted = lease(1, 21, 40);
        assert_eq!(granted.after(&granted.shortened(25)), Some(lease(1, 21, 25)));
        assert_eq!(
            granted.after(&granted.shortened(20)),
            Some(lease(1, 21, 20)),
            "all of them"
        );
        for last in [0, 19, 40, 41] {
            assert_eq!(granted.after(&granted.shortened(last)), None, "{last}");
        }
        let field = |to: Option<&str>| FieldChange {
            seen: Some("40".into()),
            to: to.map(str::to_owned),
        };
        let set = |fields: &[(Field, Option<&str>)]| {
            Change::Set(fields.iter().map(|(name, to)| (*name, field(*to))).collect())
        };
        assert_eq!(
            granted.after(&set(&[
                (Field::LastSerial, Some("25")),
                (Field::FirstSerial, Some("1"))
            ])),
            None
        );
        assert_eq!(granted.after(&set(&[(Field::LastSerial, None)])), None);
        assert_eq!(granted.after(&set(&[(Field::LastSerial, Some("many"))])), None);
        assert_eq!(
            granted.after(&lease(1, 21, 50).shortened(25)),
            None,
            "another lease was seen"
        );
        assert_eq!(granted.after(&Change::Delete), None);
    }

    #[test]
    fn pcs_in_use_come_first_and_the_rest_is_stocked_up_from_what_nobody_lacks() {
        // Due here, in use, what others lack; free, left; asked for, given back.
        let cases = [
            ((0, false, 0), (0, 1_000), (20, 0), "a block beforehand"),
            ((0, false, 0), (10, 1_000), (0, 0), "enough"),
            ((600, false, 0), (20, 980), (580, 0), "one for each who is due"),
            ((0, false, 20), (0, 20), (0, 0), "all that is left is for another"),
            ((0, false, 20), (0, 25), (5, 0), "and what is beyond it is not"),
            ((1, true, 50), (9, 20), (2, 0), "in use: what it needs, and no stock"),
            ((600, false, 5), (500, 0), (0, 5), "only the right: others first"),
            ((10, true, 15), (25, 0), (0, 5), "in use: what is over"),
        ];
        for ((due, in_use, others), (free, left), (asked, given), why) in cases {
            let needs = Needs {
                own: need(due, in_use),
                due,
                others,
            };
            assert_eq!(needs.to_ask(free, left), asked, "{why}");
            let lacking = if left == 0 { needs.to_give_back(free) } else { 0 };
            assert_eq!(lacking, given, "{why}");
        }
    }

    proptest! {
        #[test]
        fn what_is_unleased_is_what_nobody_has(
            apart in prop::collection::vec((0..5u32, 1..8u32), 0..6),
            used in prop::collection::btree_set(1..60u32, 0..20),
            alone in 0..10u32,
            quota in 0..70u32,
        ) {
            let mut next = alone + 1;
            let mut leases = Vec::new();
            for (skip, length) in apart {
                leases.push(lease(1, next + skip, next + skip + length - 1));
                next += skip + length;
            }
            leases.reverse();
            let leased = |serial: &u32| leases.iter().any(|lease| lease.holds(*serial));
            let used: BTreeSet<u32> = used.into_iter().filter(leased).chain((alone > 0).then_some(alone)).collect();
            let free = unleased(&leases, &used, quota);
            let expected: Vec<u32> = (alone + 1..=quota).filter(|serial| !leased(serial)).collect();
            prop_assert_eq!(how_many(&free) as usize, expected.len());
            prop_assert_eq!(free.into_iter().flatten().collect::<Vec<_>>(), expected);
        }

        #[test]
        fn free_numbers_are_leased_unused_and_in_order(used in prop::collection::btree_set(1..60u32, 0..40)) {
            let leases = [lease(1, 41, 60), lease(2, 21, 40), lease(1, 1, 20)];
            let free: Vec<u32> = free_serials(&leases, pc(1), &used).collect();
            let expected: Vec<u32> = (1..=20).chain(41..=60).filter(|serial| !used.contains(serial)).collect();
            prop_assert_eq!(free, expected);
        }
    }
}
