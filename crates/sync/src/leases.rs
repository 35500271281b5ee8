//! Asking for voucher numbers and rights before they are needed, and giving up what another PC needs.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::lease::{
    IssuingRight, LOW, Lease, NUMBERS_IDLE, Needs, RIGHT_IDLE, free_serials, how_many, need, unleased,
};
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::reservation::ReservationFact;
use linli_domain::time::Moment;
use linli_protocol::{AREA_BYTES, AREAS, DenialCode, LeaseRequest, WantedRight};
use linli_store::issuing::Issuer;
use linli_store::{Author, Draft, LoggedChange, Round, Store, View};

use crate::{District, Error, Fault};

/// Rounds, newest first, for which a PC asks by itself: older ones are over.
const ROUNDS: usize = 6;
/// Who gives up a right, in the history.
const BY_ITSELF: &str = "自动同步";

/// Asks for what this PC will need; says whether anything was asked for.
pub(crate) fn ask(store: &Store, district: &dyn District, now: Moment) -> Result<bool, Error> {
    let view = store.view();
    let mut asked = false;
    for round in view.rounds()?.iter().take(ROUNDS) {
        let Some(request) = wish(view, round, now)? else {
            continue;
        };
        asked = true;
        match district.lease(&request) {
            // Written here since the push, or an older PC's work is still to come: the next exchange asks again.
            Err(Fault::Denied(denial)) if denial.code == DenialCode::Gap => {}
            answer => {
                answer?;
                store.note_wishes_asked(round.id, now)?;
            }
        }
    }
    Ok(asked)
}

/// What this PC would like in a round; `None` where it has enough.
fn wish(view: View<'_>, round: &Round, now: Moment) -> Result<Option<LeaseRequest>, Error> {
    let own = view.own_device()?;
    let numbers = Numbers::of(view, round)?.wish(view, now)?;
    let areas = areas(view, round, now)?;
    if numbers == 0 && areas.is_empty() {
        return Ok(None);
    }
    Ok(Some(LeaseRequest {
        round: round.id,
        last_seq: view.last_seq(own)?,
        numbers,
        areas,
    }))
}

/// The numbers of a round, and who has them.
struct Numbers<'r> {
    round: &'r Round,
    own: DeviceId,
    leases: Vec<Lease>,
    used: BTreeSet<u32>,
    /// Those that can be leased.
    left: u32,
}

impl Numbers<'_> {
    fn of<'r>(view: View<'_>, round: &'r Round) -> Result<Numbers<'r>, Error> {
        let leases = view.leases(round.id)?;
        let used = view.taken_serials(round)?;
        let counted = view.counted_serials(round.id)?;
        let left = how_many(&unleased(&leases, &counted, round.definition.quota));
        Ok(Numbers {
            round,
            own: view.own_device()?,
            leases,
            used,
            left,
        })
    }

    /// Unused numbers of a PC; those beyond a quota that was lowered since are none.
    fn free(&self, device: DeviceId) -> u32 {
        let quota = self.round.definition.quota;
        free_serials(&self.leases, device, &self.used)
            .filter(|serial| *serial <= quota)
            .count() as u32
    }

    /// How many more this PC asks for.
    fn wish(&self, view: View<'_>, now: Moment) -> Result<u32, Error> {
        let free = self.free(self.own);
        if self.left == 0 || (free >= LOW && !view.anybody_due(self.round.id)?) {
            return Ok(0);
        }
        Ok(self.needs(view, now)?.to_ask(free, self.left))
    }

    fn needs(&self, view: View<'_>, now: Moment) -> Result<Needs, Error> {
        let mut due = BTreeMap::new();
        if view.anybody_due(self.round.id)? {
            let reservations = view.reservations(self.round.id)?;
            due = Issuer::new(view, self.round, &reservations, true)?.due_by_holder()?;
        }
        let since = Moment(now.0.saturating_sub(NUMBERS_IDLE.num_milliseconds()));
        let devices: BTreeSet<DeviceId> = due
            .keys()
            .copied()
            .chain(self.leases.iter().map(|lease| lease.device))
            .collect();
        let mut needs = Needs {
            own: 0,
            due: due.get(&self.own).copied().unwrap_or(0),
            others: 0,
        };
        for device in devices {
            let in_use = view.has_issued(device, self.round.id, since, now)?;
            let need = need(due.get(&device).copied().unwrap_or(0), in_use);
            if device == self.own {
                needs.own = need;
            } else {
                needs.others = needs.others.saturating_add(need.saturating_sub(self.free(device)));
            }
        }
        Ok(needs)
    }

    /// How many this PC gives back: none while some can be leased.
    fn over(&self, view: View<'_>, now: Moment) -> Result<u32, Error> {
        let free = self.free(self.own);
        if self.left > 0 || free == 0 {
            return Ok(0);
        }
        Ok(self.needs(view, now)?.to_give_back(free))
    }

    /// What gives so many numbers back. The highest go: the lower ones may be in people's hands. A lease that the district
    /// did not let get shorter stays as it is.
    fn returned(&self, view: View<'_>, mut over: u32) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::new();
        for (entity, lease) in view.leases_of(self.round.id, self.own)? {
            let used = self.used.range(lease.first..=lease.last).next_back().copied();
            let (none, last) = (
                used.unwrap_or(lease.first - 1),
                lease.last.min(self.round.definition.quota),
            );
            let kept = none.max(last.saturating_sub(over));
            let refused = |change: &LoggedChange| change.device == self.own && change.rejected.is_some();
            if kept < last && !view.changes_of(entity)?.iter().any(refused) {
                over -= last - kept;
                drafts.push(Draft {
                    kind: EntityKind::Lease,
                    entity,
                    change: lease.shortened(kept),
                });
            }
        }
        Ok(drafts)
    }
}

/// Gives numbers back that other PCs lack; says whether there were any.
pub(crate) fn give_back(store: &mut Store, now: Moment) -> Result<bool, Error> {
    let view = store.view();
    let Some(committee) = view.committee()? else {
        return Ok(false);
    };
    let mut over = Vec::new();
    for round in view.rounds()?.into_iter().take(ROUNDS) {
        let count = Numbers::of(view, &round)?.over(view, now)?;
        if count > 0 {
            over.push((round, count));
        }
    }
    if over.is_empty() {
        return Ok(false);
    }
    let author = Author {
        actor: BY_ITSELF,
        at: now,
        action: Action::NumbersReturned,
        committee: committee.id,
    };
    let written = store.write::<Error>(&author, |view| {
        let mut drafts = Vec::new();
        for (round, count) in &over {
            drafts.extend(Numbers::of(view, round)?.returned(view, *count)?);
        }
        Ok(drafts)
    })?;
    Ok(written.batch.is_some())
}

/// Whether a message can ask for a right by this name. One building whose name an older program let grow beyond it keeps its
/// own people waiting, and not the whole exchange.
fn can_be_asked_for(area: &str) -> bool {
    area.len() <= AREA_BYTES && !area.contains('\0')
}

/// Areas that nobody has the right for: of the roster, and those in which somebody waits; and those in which a clerk here
/// tried to issue while another PC has it.
fn areas(view: View<'_>, round: &Round, now: Moment) -> Result<Vec<String>, Error> {
    let own = view.own_device()?;
    let rights = view.issuing_rights(round.id)?;
    let held: BTreeMap<&str, _> = rights
        .iter()
        .filter_map(|right| Some((right.area.as_str(), right.holder?)))
        .collect();
    let mut areas = view.issuing_wishes(round.id, now)?;
    areas.retain(|area| held.get(area.as_str()) != Some(&own));
    let mut free: BTreeSet<String> = view.areas()?.into_iter().collect();
    free.extend(waiting_off_the_roster(view, round)?);
    areas.extend(free.into_iter().filter(|area| !held.contains_key(area.as_str())));
    Ok(areas
        .into_iter()
        .filter(|area| can_be_asked_for(area))
        .take(AREAS)
        .collect())
}

/// Areas in which somebody waits whose home is not on the roster, or is no longer.
fn waiting_off_the_roster(view: View<'_>, round: &Round) -> Result<BTreeSet<String>, Error> {
    let (merged, rule) = (view.merged()?, round.definition.key);
    let mut areas = BTreeSet::new();
    for reservation in view.due_off_the_roster(round.id, rule)? {
        areas.extend(view.reservation_areas(&reservation.state, rule, &merged)?);
    }
    Ok(areas)
}

/// Whether it was this PC's clerk who passed a reservation: then it is from here that the voucher is expected.
fn passed_here(view: View<'_>, reservation: EntityId) -> Result<bool, Error> {
    let own = view.own_device()?;
    let passed = |change: &Change| matches!(change, Change::Reservation(ReservationFact::Reviewed { .. }));
    let log = view.changes_of(reservation)?;
    Ok(log
        .iter()
        .any(|logged| logged.device == own && logged.counts() && logged.change.as_ref().is_some_and(passed)))
}

/// Areas this PC needs itself: where it issued lately, and where people wait here for a right that came lately. Without
/// the second, two PCs that both have people waiting would hand the right to and fro and issue nothing.
///
/// What is dated after `now` was done while the clock was wrong: it is not lately.
fn busy(
    view: View<'_>,
    wanted: &[WantedRight],
    (since, now): (Moment, Moment),
) -> Result<BTreeSet<(EntityId, String)>, Error> {
    let mut busy = BTreeSet::new();
    let merged = view.merged()?;
    for reservation in view.issued_between(view.own_device()?, since, now)? {
        let Some(reservation) = view.reservation(reservation)? else {
            continue;
        };
        let Some(round) = view.round(reservation.state.round)? else {
            continue;
        };
        let areas = view.reservation_areas(&reservation.state, round.definition.key, &merged)?;
        busy.extend(areas.into_iter().map(|area| (round.id, area)));
    }
    let rounds: BTreeSet<EntityId> = wanted.iter().map(|right| right.round).collect();
    for round in rounds {
        let Some(round) = view.round(round)? else { continue };
        let reservations = view.reservations(round.id)?;
        let issuer = Issuer::new(view, &round, &reservations, true)?;
        let mut waiting = BTreeSet::new();
        for reservation in reservations.iter().filter(|reservation| reservation.state.is_due()) {
            if passed_here(view, reservation.id)? {
                waiting.extend(issuer.areas(reservation)?);
            }
        }
        for area in waiting {
            let moved = view.changes_of(IssuingRight::id(round.id, &area))?;
            if moved
                .iter()
                .rfind(|change| change.counts())
                .is_some_and(|change| since < change.at && change.at <= now)
            {
                busy.insert((round.id, area));
            }
        }
    }
    Ok(busy)
}

/// Gives up those of this PC's rights that others want and that were not used just now; says whether there were any.
pub(crate) fn release(store: &mut Store, wanted: &[WantedRight], now: Moment) -> Result<bool, Error> {
    if wanted.is_empty() {
        return Ok(false);
    }
    let Some(committee) = store.view().committee()? else {
        return Ok(false);
    };
    let author = Author {
        actor: BY_ITSELF,
        at: now,
        action: Action::RightMoved,
        committee: committee.id,
    };
    let since = Moment(now.0.saturating_sub(RIGHT_IDLE.num_milliseconds()));
    let written = store.write::<Error>(&author, |view| {
        let own = view.own_device()?;
        let busy = busy(view, wanted, (since, now))?;
        let mut drafts = Vec::new();
        for right in wanted
            .iter()
            .filter(|right| !busy.contains(&(right.round, right.area.clone())))
        {
            let held = view.issuing_rights(right.round)?;
            if held
                .iter()
                .any(|known| known.area == right.area && known.holder == Some(own))
            {
                let change = FieldChange {
                    seen: Some(own.0.to_string()),
                    to: None,
                };
                let change = Change::Set(BTreeMap::from([(Field::Device, change)]));
                let entity = IssuingRight::id(right.round, &right.area);
                drafts.push(Draft {
                    kind: EntityKind::IssuingRight,
                    entity,
                    change,
                });
            }
        }
        Ok(drafts)
    })?;
    Ok(written.batch.is_some())
}

#[cfg(test)]
mod tests {
    use linli_domain::reservation::created;
    use linli_domain::round::{Decision, RoundDefinition, RoundKey};
    use linli_store::key::DatabaseKey;
    use uuid::Uuid;

    use super::*;

    const MINUTE: i64 = 60_000;

    fn id(number: u128) -> EntityId {
        EntityId(Uuid::from_u128(number))
    }

    fn definition() -> RoundDefinition {
        RoundDefinition {
            campaign: "口罩预约".into(),
            number: 1,
            title: "第1轮口罩预约".into(),
            key: RoundKey::Address,
            quota: 30,
            max_quantity: 5,
            opens: "2020-02-02T08:00".into(),
            closes: "2020-02-04T18:00".into(),
            collect_from: None,
            collect_until: None,
            exclude_earlier: false,
            pick_ups: Vec::new(),
            district: false,
            templates: Vec::new(),
        }
    }

    struct Pc {
        store: Store,

        _folder: tempfile::TempDir,
    }

    impl Pc {
        /// A PC that was given the right for 1号 at minute 0.
        fn new() -> Pc {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::create(&folder.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
            let own = store.own_device().unwrap().id;
            let mut pc = Pc { store, _folder: folder };
            let json = serde_json::to_string(&definition()).unwrap();
            pc.write(
                0,
                EntityKind::Committee,
                id(1),
                created([(Field::Name, Some("牡丹一居".into()))]),
            );
            pc.write(0, EntityKind::Round, id(2), created([(Field::Definition, Some(json))]));
            let right = IssuingRight::id(id(2), "1号");
            pc.write(
                0,
                EntityKind::IssuingRight,
                right,
                IssuingRight::created(id(2), "1号", own),
            );
            pc
        }

        fn write(&mut self, minute: i64, kind: EntityKind, entity: EntityId, change: Change) {
            let at = Moment(minute * MINUTE);
            let author = Author {
                actor: "董",
                at,
                action: Action::Reviewed,
                committee: id(1),
            };
            self.store
                .write::<Error>(&author, |_| Ok(vec![Draft { kind, entity, change }]))
                .unwrap();
        }

        /// Somebody of 1号 whose reservation passed.
        fn somebody_waits(&mut self) {
            let fields = [
                (Field::Round, Some(id(2).to_string())),
                (Field::Building, Some("1号".into())),
                (Field::Room, Some("101".into())),
            ];
            self.write(0, EntityKind::Reservation, id(3), created(fields));
            let passed = ReservationFact::Reviewed {
                decision: Decision::Passed,
                reason: None,
            };
            self.write(0, EntityKind::Reservation, id(3), Change::Reservation(passed));
        }

        fn gives_up(&mut self, minute: i64) -> bool {
            let wanted = [WantedRight {
                round: id(2),
                area: "1号".into(),
            }];
            release(&mut self.store, &wanted, Moment(minute * MINUTE)).unwrap()
        }
    }

    #[test]
    fn a_right_is_asked_for_where_somebody_waits_whom_the_roster_does_not_know() {
        let mut pc = Pc::new();
        let asked = |pc: &Pc| {
            let round = pc.store.view().round(id(2)).unwrap().unwrap();
            wish(pc.store.view(), &round, Moment(MINUTE)).unwrap().unwrap().areas
        };
        let fields = [
            (Field::Round, id(2).to_string()),
            (Field::Building, "9号".into()),
            (Field::Room, "101".into()),
        ];
        let begun = created(fields.map(|(field, value)| (field, Some(value))));
        pc.write(0, EntityKind::Reservation, id(4), begun);
        assert_eq!(asked(&pc), [""], "nobody of 9号 is due");
        let passed = ReservationFact::Reviewed {
            decision: Decision::Passed,
            reason: None,
        };
        pc.write(0, EntityKind::Reservation, id(4), Change::Reservation(passed));
        assert_eq!(asked(&pc), ["", "9号"]);
    }

    #[test]
    fn a_right_nobody_here_waits_for_is_given_up_at_once() {
        let mut pc = Pc::new();
        assert!(pc.gives_up(1));
        assert!(!pc.gives_up(1), "once");
        let rights = pc.store.view().issuing_rights(id(2)).unwrap();
        assert_eq!(rights.iter().map(|right| right.holder).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn two_pcs_that_both_wait_each_have_time_to_issue() {
        let mut pc = Pc::new();
        pc.somebody_waits();
        assert!(!pc.gives_up(1), "it has just come");
        assert!(pc.gives_up(3), "but not for ever");
    }

    #[test]
    fn a_clock_that_was_wrong_keeps_no_right() {
        let mut pc = Pc::new();
        pc.somebody_waits();
        assert!(pc.gives_up(-60), "the right came in what is the future now");
        let mut pc = Pc::new();
        pc.somebody_waits();
        let issued = ReservationFact::VoucherIssued { serial: 1, quantity: 5 };
        pc.write(5_000_000, EntityKind::Reservation, id(3), Change::Reservation(issued));
        assert!(pc.gives_up(10), "so did the voucher");
    }

    #[test]
    fn a_right_in_use_is_kept_until_it_rests() {
        let mut pc = Pc::new();
        pc.somebody_waits();
        let issued = ReservationFact::VoucherIssued { serial: 1, quantity: 5 };
        pc.write(4, EntityKind::Reservation, id(3), Change::Reservation(issued));
        assert!(!pc.gives_up(5));
        assert!(pc.gives_up(7));
    }
}
