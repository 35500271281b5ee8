//! Who may issue a voucher now, and with which number.
//!
//! On a PC without a district the round's quota is the lease: serials run from 1 to the quota. Where the PC has joined
//! one, numbers come only from its leases and under its rights, by the same rule by which the district checks them
//! ([`issue_problem`]); what may not be issued now waits as 待发号. A serial is never given out twice.

mod home;
mod known;
mod printed;
mod unsure;
mod wishes;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use linli_domain::lease::{IssueProblem, Issuing, Lease, free_serials, how_many, issue_problem, unleased};
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_domain::record::{Field, standing};
use linli_domain::reservation::{Hold, Reservation, ReservationFact};
use linli_domain::round::RoundKey;

use crate::witness::WITNESSED;
use crate::{Draft, Error, ReservationState, Round, Store, View};

use known::Known;
pub use known::{Recognised, RecognisedAll};
pub use unsure::Unsure;

/// What a reservation gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This number.
    Number(u32),
    /// Nothing: its key has a voucher.
    Served,
    /// Nothing yet: 待发号.
    Waits(Waiting),
}

/// Why a reservation that passed gets no number now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Another PC has the right to issue in the area, or nobody has yet.
    NoRight {
        /// The area.
        area: String,
        /// Who has it.
        holder: Option<DeviceId>,
    },
    /// Without a district: the quota is used up.
    QuotaUsedUp,
    /// This PC has no number left.
    NoNumber {
        /// It had some.
        had: bool,
        /// Where others are.
        elsewhere: Elsewhere,
    },
    /// The district has not decided, or decided for another committee's.
    Held(Hold),
    /// The district, which looks across committees, has not seen the reservation.
    Unseen,
    /// The data came from a backup: numbers printed since are not in it, and the district has not been heard.
    Restored,
    /// Without a district: as before, and nobody has said yet up to where papers go.
    Unsure,
    /// Its key has a voucher: it waits for nothing but to be turned down.
    Served,
}

/// Where numbers are that this PC has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// At the district.
    ToLease,
    /// With other PCs, which give back what they do not need: this one has the most.
    OtherPc(DeviceId),
    /// Nowhere: all were given out.
    Nowhere,
}

/// The setting that holds the backup, until whoever restored it has been told that it is done.
const RESTORED_FROM: &str = "restored_from";

impl Store {
    /// The data came from a backup, which nobody was told of yet.
    pub(crate) fn mark_restored(&self, from: &std::path::Path) -> Result<(), Error> {
        self.mark_numbers_unsure()?;
        self.forget_setting(WITNESSED)?;
        self.set_setting(RESTORED_FROM, &from.display().to_string())
    }

    /// Whoever restored the data has been told; gives the backup it came from where nobody had.
    ///
    /// # Errors
    /// The database's.
    pub fn restore_said(&self) -> Result<Option<String>, Error> {
        let from = self.view().setting(RESTORED_FROM)?;
        if from.is_some() {
            self.forget_setting(RESTORED_FROM)?;
        }
        Ok(from)
    }
}

/// Gives out the numbers of a round, one after the other, as the data is at the moment of reading.
pub struct Issuer<'v> {
    view: View<'v>,
    rule: RoundKey,
    reservations: &'v [ReservationState],
    /// Which of them have a key; in a district only.
    by_key: foldhash::HashMap<String, Vec<usize>>,
    /// Areas of the roster's homes by address, read when first asked for.
    homes: OnceCell<HashMap<String, BTreeSet<String>>>,
    quota: u32,
    known: Known<'v>,
    served: foldhash::HashSet<String>,
    /// The number after which this PC goes on, without a district; `None` while nobody can tell.
    last: Option<u32>,
    district: Option<District>,
}

/// What the district allows in a round.
struct District {
    own: DeviceId,
    leases: Vec<Lease>,
    holders: BTreeMap<String, DeviceId>,
    /// Numbers this PC may give out, in order.
    free: VecDeque<u32>,
    /// Where others are, once these have been given out.
    elsewhere: Elsewhere,
    /// Whether the round is the district's, which looks across committees, and what it has not seen then.
    across: bool,
    unseen: BTreeSet<EntityId>,
    restored: bool,
}

/// What issuing writes, and what waits.
#[derive(Debug, Clone, Default)]
pub struct Issue {
    /// To be written.
    pub drafts: Vec<Draft>,
    /// What gets no number now, in order of registration.
    pub waiting: Vec<(EntityId, Waiting)>,
    /// Areas in which something was issued.
    pub served: BTreeSet<String>,
}

/// Issues numbers, in order of registration, to those of `wanted` (all where `None`) that are due. One per key: a
/// second reservation of the same key gets none, whatever was decided.
///
/// # Errors
/// The database's.
pub fn issue(view: View<'_>, round: &Round, joined: bool, wanted: Option<&HashSet<EntityId>>) -> Result<Issue, Error> {
    issue_recognising(view, round, joined, wanted, &RecognisedAll::default())
}

/// As [`issue`], to people and homes that matching with the roster recognises.
///
/// # Errors
/// The database's.
pub fn issue_recognising(
    view: View<'_>,
    round: &Round,
    joined: bool,
    wanted: Option<&HashSet<EntityId>>,
    recognised: &RecognisedAll,
) -> Result<Issue, Error> {
    let reservations = view.reservations(round.id)?;
    let mut issuer = Issuer::recognising(view, round, &reservations, joined, Cow::Borrowed(recognised))?;
    let mut issue = Issue::default();
    let due = reservations.iter().filter(|reservation| reservation.state.is_due());
    for reservation in due.filter(|due| wanted.is_none_or(|wanted| wanted.contains(&due.id))) {
        match issuer.answer(reservation)? {
            Answer::Number(serial) => {
                let fact = ReservationFact::VoucherIssued {
                    serial,
                    quantity: reservation.state.quantity(),
                };
                let change = Change::Reservation(fact);
                issue.drafts.push(Draft {
                    kind: EntityKind::Reservation,
                    entity: reservation.id,
                    change,
                });
                issue.served.extend(issuer.areas(reservation)?);
            }
            Answer::Waits(reason) => issue.waiting.push((reservation.id, reason)),
            Answer::Served => issue.waiting.push((reservation.id, Waiting::Served)),
        }
    }
    Ok(issue)
}

impl<'v> Issuer<'v> {
    /// Reads what is needed to know; `joined`: this PC belongs to a district.
    ///
    /// # Errors
    /// The database's.
    pub fn new(
        view: View<'v>,
        round: &Round,
        reservations: &'v [ReservationState],
        joined: bool,
    ) -> Result<Issuer<'v>, Error> {
        Issuer::recognising(view, round, reservations, joined, Cow::Owned(RecognisedAll::default()))
    }

    /// As [`Issuer::new`], for people and homes that matching with the roster recognises.
    ///
    /// # Errors
    /// The database's.
    pub fn recognising(
        view: View<'v>,
        round: &Round,
        reservations: &'v [ReservationState],
        joined: bool,
        recognised: Cow<'v, RecognisedAll>,
    ) -> Result<Issuer<'v>, Error> {
        let rule = round.definition.key;
        let known = Known::read(view, rule, recognised)?;
        let served = reservations
            .iter()
            .filter(|reservation| reservation.state.voucher.is_some())
            .flat_map(|reservation| known.keys(reservation, rule))
            .collect();
        let mut by_key: foldhash::HashMap<String, Vec<usize>> = Default::default();
        if joined {
            for (index, reservation) in reservations.iter().enumerate() {
                for key in known.keys(reservation, rule) {
                    by_key.entry(key).or_default().push(index);
                }
            }
        }
        let homes = OnceCell::new();
        let district = if joined {
            Some(District::read(view, round)?)
        } else {
            None
        };
        let last = view.goes_on_after(round.id)?;
        let quota = round.definition.quota;
        Ok(Issuer {
            view,
            rule,
            reservations,
            by_key,
            homes,
            quota,
            known,
            served,
            last,
            district,
        })
    }

    /// A reservation begins now: the district has not seen it.
    pub fn begins(&mut self, reservation: EntityId) {
        if let Some(district) = self.district.as_mut().filter(|district| district.across) {
            district.unseen.insert(reservation);
        }
    }

    /// What a reservation gets now. A number given is not given again.
    ///
    /// # Errors
    /// The database's.
    pub fn answer(&mut self, reservation: &ReservationState) -> Result<Answer, Error> {
        let keys = self.known.keys(reservation, self.rule);
        let served = keys.iter().any(|key| self.served.contains(key));
        let answer = match (&self.district, self.last) {
            (None, _) if served => Answer::Served,
            (None, None) => Answer::Waits(Waiting::Unsure),
            (None, Some(last)) if last >= self.quota => Answer::Waits(Waiting::QuotaUsedUp),
            (None, Some(last)) => Answer::Number(last + 1),
            (Some(district), _) => {
                let unseen = district.unseen.contains(&reservation.id)
                    && !self.view.is_at_home_here(&reservation.state, self.rule)?;
                let areas = self.areas(reservation)?;
                district.answer(areas, &reservation.state, (served, unseen))
            }
        };
        if let Answer::Number(serial) = answer {
            self.last = self.last.max(Some(serial));
            self.served.extend(keys);
            if let Some(district) = &mut self.district {
                district.free.pop_front();
            }
        }
        Ok(answer)
    }

    /// The areas whose rights it takes to issue a reservation's voucher: its own, and those of whatever has a key of it,
    /// so that no two PCs can issue for one person or home, however each of them was registered.
    ///
    /// # Errors
    /// The database's.
    pub fn areas(&self, reservation: &ReservationState) -> Result<BTreeSet<String>, Error> {
        let (state, merged) = (&reservation.state, &self.known.merged);
        let mut areas = self.view.reservation_areas(state, self.rule, merged)?;
        if self.district.is_none() {
            return Ok(areas);
        }
        let keys = self.known.keys(reservation, self.rule);
        for index in keys.iter().filter_map(|key| self.by_key.get(key)).flatten() {
            let other = &self.reservations[*index].state;
            if other != state {
                areas.extend(self.view.reservation_areas(other, self.rule, merged)?);
            }
        }
        if self.rule != RoundKey::Person {
            for home in self.known.filled(reservation).households(&self.known) {
                areas.insert(self.view.area_of(home)?.unwrap_or_default());
            }
            let homes = self.homes()?;
            let addresses = keys.iter().filter_map(|key| key.strip_prefix("a:"));
            areas.extend(addresses.filter_map(|address| homes.get(address)).flatten().cloned());
        }
        Ok(areas)
    }

    fn homes(&self) -> Result<&HashMap<String, BTreeSet<String>>, Error> {
        match self.homes.get() {
            Some(homes) => Ok(homes),
            None => {
                let homes = self.view.areas_by_address(&self.known)?;
                Ok(self.homes.get_or_init(|| homes))
            }
        }
    }

    /// Numbers this PC can still give out without asking anybody.
    pub fn free(&self) -> u32 {
        match &self.district {
            None => self.last.map_or(0, |last| self.quota.saturating_sub(last)),
            Some(district) => district.free.len() as u32,
        }
    }

    /// How many of those who are due, one for each key, wait for the numbers of each PC: the PC that has the rights it
    /// takes. Without a district nobody waits for numbers.
    ///
    /// # Errors
    /// The database's.
    pub fn due_by_holder(&self) -> Result<BTreeMap<DeviceId, u32>, Error> {
        let mut due = BTreeMap::new();
        let Some(district) = &self.district else { return Ok(due) };
        let mut counted: foldhash::HashSet<String> = Default::default();
        for reservation in self
            .reservations
            .iter()
            .filter(|reservation| reservation.state.is_due())
        {
            let held = reservation.state.is_held_back();
            let keys = self.known.keys(reservation, self.rule);
            if held
                || keys
                    .iter()
                    .any(|key| self.served.contains(key) || counted.contains(key))
            {
                continue;
            }
            let areas = self.areas(reservation)?;
            let holders: BTreeSet<_> = areas.iter().map(|area| district.holders.get(area)).collect();
            if let [Some(holder)] = Vec::from_iter(holders)[..] {
                *due.entry(*holder).or_insert(0) += 1;
                counted.extend(keys);
            }
        }
        Ok(due)
    }

    /// Who holds the right to issue, by area; `None` without a district.
    pub fn holders(&self) -> Option<&BTreeMap<String, DeviceId>> {
        self.district.as_ref().map(|district| &district.holders)
    }
}

impl District {
    fn read(view: View<'_>, round: &Round) -> Result<District, Error> {
        let rights = view.issuing_rights(round.id)?;
        let across = round.definition.district;
        let (own, quota, leases) = (view.own_device()?, round.definition.quota, view.leases(round.id)?);
        let used = view.taken_serials(round)?;
        Ok(District {
            own,
            // A quota that was lowered since holds for numbers leased before, too.
            free: free_serials(&leases, own, &used)
                .filter(|serial| *serial <= quota)
                .collect(),
            elsewhere: elsewhere(own, &leases, (&used, &view.counted_serials(round.id)?), quota),
            leases,
            holders: rights
                .into_iter()
                .filter_map(|right| Some((right.area, right.holder?)))
                .collect(),
            across,
            restored: view.is_restored()?,
            unseen: if across {
                view.unseen_reservations(round.id)?
            } else {
                BTreeSet::new()
            },
        })
    }

    fn answer(&self, areas: BTreeSet<String>, state: &Reservation, (served, unseen): (bool, bool)) -> Answer {
        let serial = self.free.front().copied();
        let holder_of = |area: &String| self.holders.get(area).copied();
        let missing = areas.into_iter().find(|area| holder_of(area) != Some(self.own));
        let holder = missing.as_ref().map_or(Some(self.own), holder_of);
        let hold = state.hold.filter(|hold| *hold != Hold::Granted);
        let known = Issuing {
            leases: &self.leases,
            holder,
            used: false,
            served,
            held: hold.is_some(),
        };
        let waiting = match (issue_problem(self.own, serial.unwrap_or(0), &known), serial) {
            (Some(IssueProblem::Served), _) => return Answer::Served,
            (Some(IssueProblem::Held), _) => Waiting::Held(hold.unwrap_or(Hold::Waiting)),
            (Some(IssueProblem::NoRight), _) => Waiting::NoRight {
                area: missing.unwrap_or_default(),
                holder,
            },
            _ if unseen => Waiting::Unseen,
            (None, Some(_)) if self.restored => Waiting::Restored,
            (None, Some(serial)) => return Answer::Number(serial),
            (Some(IssueProblem::NotLeased | IssueProblem::SerialUsed) | None, _) => Waiting::NoNumber {
                had: self.leases.iter().any(|lease| lease.device == self.own),
                elsewhere: self.elsewhere,
            },
        };
        Answer::Waits(waiting)
    }
}

/// Where numbers are that a PC has not, given those that were given out and of these the ones that count.
fn elsewhere(
    own: DeviceId,
    leases: &[Lease],
    (used, counted): (&BTreeSet<u32>, &BTreeSet<u32>),
    quota: u32,
) -> Elsewhere {
    if how_many(&unleased(leases, counted, quota)) > 0 {
        return Elsewhere::ToLease;
    }
    let mut unused: BTreeMap<DeviceId, usize> = BTreeMap::new();
    for lease in leases.iter().filter(|lease| lease.device != own) {
        let free = (lease.first..=lease.last.min(quota)).filter(|serial| !used.contains(serial));
        *unused.entry(lease.device).or_default() += free.count();
    }
    let most = unused
        .into_iter()
        .filter(|(_, free)| *free > 0)
        .max_by_key(|(_, free)| *free);
    most.map_or(Elsewhere::Nowhere, |(device, _)| Elsewhere::OtherPc(device))
}

impl View<'_> {
    /// The areas whose rights it takes to issue a reservation's voucher: one; where people of several areas were merged
    /// into one, those of all, so that no two PCs can issue for that person. `merged`: see [`View::merged`].
    ///
    /// # Errors
    /// The database's.
    pub fn reservation_areas(
        self,
        state: &Reservation,
        rule: RoundKey,
        merged: &HashMap<EntityId, EntityId>,
    ) -> Result<BTreeSet<String>, Error> {
        let mut homes: BTreeMap<EntityId, Option<String>> = BTreeMap::new();
        for id in [Field::Resident, Field::Household]
            .into_iter()
            .filter_map(|home| state.id(home))
        {
            homes.insert(id, self.area_of(id)?);
        }
        let mut areas = BTreeSet::from([state.area(rule, |home| homes.get(&home).cloned().flatten())]);
        if let Some(person) = state.id(Field::Resident).filter(|_| rule == RoundKey::Person) {
            let now = |id: EntityId| standing(id, |id| merged.get(&id).copied());
            let parts = merged
                .keys()
                .chain(merged.values())
                .filter(|id| now(**id) == now(person));
            for part in parts {
                areas.insert(self.area_of(*part)?.unwrap_or_default());
            }
        }
        Ok(areas)
    }
}

#[cfg(test)]
mod tests;
