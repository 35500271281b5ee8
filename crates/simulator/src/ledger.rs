//! What was promised to people: every acknowledged operation, every printed voucher, everything handed out. Kept outside of
//! everything that is tested, as a person with a notebook would.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use linli_domain::address::AddressParts;
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::record::{Field, standing};
use linli_domain::reservation::{Reservation, Whose};
use linli_domain::round::RoundKey;
use linli_domain::time::Moment;
use linli_protocol::SignedPart;
use linli_store::{ReservationState, Round};

use crate::Broken;
use crate::answers::Answers;
use crate::instructions::Instructions;
use crate::orders::Orders;
use crate::tasks::Tasks;

/// A committee, by its place in the world.
pub(crate) type Office = usize;

/// A printed voucher.
#[derive(Debug, Clone)]
struct Printed {
    /// Its reservation as it was then.
    state: Reservation,
    rule: RoundKey,
    reservation: EntityId,
    /// The PC that gave its number out.
    issued_by: DeviceId,
    /// The PCs that signed a sheet: any prints it again.
    signers: BTreeSet<DeviceId>,
    void: bool,
}

/// A voucher in somebody's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Voucher {
    pub(crate) round: EntityId,
    pub(crate) serial: u32,
    pub(crate) reservation: EntityId,
    /// The PC that signed it.
    pub(crate) by: DeviceId,
    /// The amount on it.
    pub(crate) quantity: u32,
}

/// A time that goods went over a counter: on which PC, and when by its clock.
pub(crate) type HandOut = (DeviceId, Moment);

/// What somebody found out about a hand-out.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) hand_out: HandOut,
    /// Goods went over the counter.
    pub(crate) given: bool,
    /// Who found it, and when by his clock.
    by: HandOut,
    /// False from when somebody took it back, or it may be unheard of.
    pub(crate) stands: bool,
}

/// The notebook.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    acknowledged: BTreeMap<DeviceId, u64>,
    printed: BTreeMap<(Office, EntityId, u32), Printed>,
    /// Numbers that somebody stepped back from: where that is not known yet, they are printed all the same.
    voided: BTreeSet<(Office, EntityId, u32)>,
    quotas: BTreeMap<(Office, EntityId), u32>,
    /// What was handed out, by reservation; false from when somebody took it back, or may have.
    handed_out: BTreeMap<(Office, EntityId), BTreeMap<HandOut, bool>>,
    /// What clerks found out about hand-outs, by reservation.
    findings: BTreeMap<(Office, EntityId), Vec<Finding>>,
    /// PCs whose access was taken away, each with the vouchers it had printed and the district never heard of.
    revoked: Vec<(Office, DeviceId, Vec<Voucher>)>,
    newer: Vec<(Office, SignedPart)>,
    pub(crate) instructions: Instructions,
    /// Answers 答复口径.
    pub(crate) answers: Answers,
    /// Orders 工单.
    pub(crate) orders: Orders,
    pub(crate) tasks: Tasks,
}

impl Ledger {
    /// A PC said that everything up to here is kept.
    pub(crate) fn acknowledge(&mut self, device: DeviceId, seq: u64) {
        let known = self.acknowledged.entry(device).or_default();
        *known = seq.max(*known);
    }

    pub(crate) fn acknowledged(&self) -> impl Iterator<Item = (DeviceId, u64)> + '_ {
        self.acknowledged.iter().map(|(device, seq)| (*device, *seq))
    }

    pub(crate) fn acknowledged_by(&self, device: DeviceId) -> u64 {
        self.acknowledged.get(&device).copied().unwrap_or(0)
    }

    /// A newer program said that this is kept.
    pub(crate) fn newer(&mut self, office: Office, part: SignedPart) {
        self.newer.push((office, part));
    }

    /// What newer programs of a committee wrote.
    pub(crate) fn newer_of(&self, office: Office) -> impl Iterator<Item = &SignedPart> {
        self.newer
            .iter()
            .filter(move |(of, _)| *of == office)
            .map(|(_, part)| part)
    }

    /// A PC's access is taken away: of what its newer program wrote, only what the district has numbered is kept.
    pub(crate) fn keep_newer_of(&mut self, device: DeviceId, numbered: impl Fn(&SignedPart) -> bool) {
        let its = |part: &SignedPart| part.header().is_ok_and(|header| header.device == device);
        self.newer.retain(|(_, part)| !its(part) || numbered(part));
    }

    /// So many vouchers are there in a round of a committee.
    pub(crate) fn quota(&mut self, office: Office, round: EntityId, quota: u32) {
        self.quotas.insert((office, round), quota);
    }

    pub(crate) fn quota_of(&self, office: Office, round: EntityId) -> u32 {
        self.quotas.get(&(office, round)).copied().unwrap_or(0)
    }

    /// A voucher comes into somebody's hands, signed by a PC, its number given out by `issued_by`; `merged`: who is one
    /// person, as known on the PC that prints it. Says whether it is not the same voucher once more.
    ///
    /// # Errors
    /// Its number was printed before, its key has another one, or there are more than the quota.
    pub(crate) fn print(
        &mut self,
        (office, by, issued_by): (Office, DeviceId, DeviceId),
        (round, serial): (&Round, u32),
        reservation: &ReservationState,
        merged: &HashMap<EntityId, EntityId>,
    ) -> Result<bool, Broken> {
        if let Some(before) = self.printed.get_mut(&(office, round.id, serial)) {
            if before.reservation == reservation.id {
                before.signers.insert(by);
                return Ok(false);
            }
            let first = (before.reservation, &before.signers);
            let detail = format!("{serial} of {}: {first:?}, then {} by {by:?}", round.id, reservation.id);
            return Err(Broken::promise("a voucher number was printed twice", detail));
        }
        let quota = self.quota_of(office, round.id);
        if serial > quota {
            return Err(Broken::promise(
                "more vouchers than the quota",
                format!("{serial} of {quota}"),
            ));
        }
        let rule = round.definition.key;
        // In a committee's own round a PC may not have seen who else registered by the same document.
        let most = if round.definition.district { usize::MAX } else { 1 };
        let keys =
            |state: &Reservation| -> Vec<String> { state.keys(rule, &Merged(merged)).into_iter().take(most).collect() };
        let own = keys(&reservation.state);
        let same = |printed: &Printed| keys(&printed.state).iter().any(|key| own.contains(key));
        if let Some((other, printed)) = self.standing(round.id, Some(office)).find(|(_, printed)| same(printed)) {
            let detail = format!(
                "{other} for {} and {serial} for {} ({own:?})",
                printed.reservation, reservation.id
            );
            return Err(Broken::promise("two vouchers for one key", detail));
        }
        let printed = Printed {
            state: reservation.state.clone(),
            rule,
            reservation: reservation.id,
            issued_by,
            signers: BTreeSet::from([by]),
            void: self.voided.contains(&(office, round.id, serial)),
        };
        self.printed.insert((office, round.id, serial), printed);
        Ok(true)
    }

    /// Vouchers of a round that stand, of one committee or of all, with their number.
    fn standing(&self, round: EntityId, office: Option<Office>) -> impl Iterator<Item = (u32, &Printed)> {
        let of_round = self.printed.iter().filter(move |((of, known, _), printed)| {
            *known == round && !printed.void && office.is_none_or(|office| office == *of)
        });
        of_round.map(|((_, _, serial), printed)| (*serial, printed))
    }

    /// A clerk stepped back from a voucher, with a reason.
    pub(crate) fn void(&mut self, office: Office, round: EntityId, serial: u32) {
        self.voided.insert((office, round, serial));
        if let Some(printed) = self.printed.get_mut(&(office, round, serial)) {
            printed.void = true;
        }
    }

    /// The round in which a number was printed for a reservation.
    pub(crate) fn round_of(&self, office: Office, reservation: EntityId, serial: u32) -> Option<EntityId> {
        let mut of_office = self.printed.iter().filter(|((of, ..), _)| *of == office);
        of_office.find_map(|((_, round, of), printed)| {
            (*of == serial && printed.reservation == reservation).then_some(*round)
        })
    }

    /// Vouchers in the hands of a committee's people.
    pub(crate) fn in_hands(&self, office: Office) -> BTreeSet<Voucher> {
        let good = self
            .printed
            .iter()
            .filter(|((of, ..), printed)| *of == office && !printed.void);
        good.flat_map(|((_, round, serial), printed)| {
            let signers = printed.signers.iter();
            signers.map(|by| printed.voucher(*round, *serial, *by))
        })
        .collect()
    }

    /// Goods went over a counter.
    pub(crate) fn hand_out(&mut self, office: Office, reservation: EntityId, by: DeviceId, at: Moment) {
        self.handed_out
            .entry((office, reservation))
            .or_default()
            .insert((by, at), true);
    }

    /// Somebody took hand-outs of a reservation back that he saw, or did what may have.
    pub(crate) fn took_back(&mut self, office: Office, reservation: EntityId, seen: &[Moment]) {
        let known = self.handed_out.get_mut(&(office, reservation)).into_iter().flatten();
        known
            .filter(|((_, at), _)| seen.contains(at))
            .for_each(|(_, stands)| *stands = false);
    }

    /// Somebody took everything back that a PC had handed out, found out, acknowledged or asked at a time.
    pub(crate) fn took_all_back(&mut self, office: Office, done: HandOut) {
        let of_office = self.handed_out.iter_mut().filter(|((of, _), _)| *of == office);
        for stands in of_office.filter_map(|(_, all)| all.get_mut(&done)) {
            *stands = false;
        }
        self.doubt_findings(office, |by| *by == done);
        self.instructions.doubt(office, |deed| *deed == done);
        self.answers.doubt(office, |deed| *deed == done);
        self.orders.doubt(office, |deed| *deed == done);
        self.tasks.doubt(office, |deed| *deed == done);
    }

    fn doubt_findings(&mut self, office: Office, of: impl Fn(&HandOut) -> bool) {
        let of_office = self.findings.iter_mut().filter(|((of, _), _)| *of == office);
        for finding in of_office.flat_map(|(_, all)| all).filter(|finding| of(&finding.by)) {
            finding.stands = false;
        }
    }

    /// Somebody, at a time by his clock, looked into a hand-out.
    pub(crate) fn found(
        &mut self,
        (office, by): (Office, HandOut),
        reservation: EntityId,
        (hand_out, given): (HandOut, bool),
    ) {
        let known = self.findings.entry((office, reservation)).or_default();
        known.push(Finding {
            hand_out,
            given,
            by,
            stands: true,
        });
    }

    /// What was found out about a committee's hand-outs, by reservation.
    pub(crate) fn findings(&self, office: Office) -> impl Iterator<Item = (EntityId, &[Finding])> + '_ {
        let of_office = self.findings.iter().filter(move |((of, _), _)| *of == office);
        of_office.map(|((_, reservation), all)| (*reservation, all.as_slice()))
    }

    /// What was handed out in a committee and nobody took back, by reservation.
    pub(crate) fn handed_out(&self, office: Office) -> impl Iterator<Item = (EntityId, Vec<HandOut>)> + '_ {
        self.handed_out
            .iter()
            .filter(move |((of, _), _)| *of == office)
            .map(|((_, reservation), all)| {
                (
                    *reservation,
                    all.iter()
                        .filter(|(_, stands)| **stands)
                        .map(|(hand_out, _)| *hand_out)
                        .collect(),
                )
            })
    }

    /// A PC's access is taken away. What the district has not heard of is nothing: vouchers that it gave out or printed,
    /// by round and number, and hand-outs by reservation and time.
    pub(crate) fn revoke(
        &mut self,
        (office, device): (Office, DeviceId),
        heard_of: &BTreeSet<(EntityId, u32)>,
        handed_out: &BTreeSet<(EntityId, Moment)>,
    ) {
        let mut unheard_of = Vec::new();
        for ((of, round, serial), printed) in &mut self.printed {
            if *of != office || heard_of.contains(&(*round, *serial)) {
                continue;
            }
            let signed = printed.signers.remove(&device);
            if printed.issued_by == device {
                printed.void = true;
                unheard_of.extend(signed.then(|| printed.voucher(*round, *serial, device)));
            }
        }
        for ((_, reservation), all) in self.handed_out.iter_mut().filter(|((of, _), _)| *of == office) {
            all.retain(|(by, at), _| *by != device || handed_out.contains(&(*reservation, *at)));
        }
        self.doubt_findings(office, |(by, _)| *by == device);
        self.instructions.doubt(office, |(by, _)| *by == device);
        self.answers.doubt(office, |(by, _)| *by == device);
        self.orders.doubt(office, |(by, _)| *by == device);
        self.tasks.doubt(office, |(by, _)| *by == device);
        self.revoked.push((office, device, unheard_of));
    }

    /// PCs of a committee whose access was taken away.
    pub(crate) fn revoked(&self, office: Office) -> impl Iterator<Item = (DeviceId, &[Voucher])> {
        let of_office = self.revoked.iter().filter(move |(of, ..)| *of == office);
        of_office.map(|(_, device, unheard_of)| (*device, unheard_of.as_slice()))
    }

    /// Rounds of a committee in which something was printed or could be.
    pub(crate) fn rounds_of(&self, office: Office) -> impl Iterator<Item = (EntityId, u32)> + '_ {
        self.quotas
            .iter()
            .filter(move |((of, _), _)| *of == office)
            .map(|((_, round), quota)| (*round, *quota))
    }
}

impl Printed {
    fn voucher(&self, round: EntityId, serial: u32, by: DeviceId) -> Voucher {
        Voucher {
            round,
            serial,
            reservation: self.reservation,
            by,
            quantity: self.state.quantity(),
        }
    }
}

/// Who is one person, and nothing else of the roster: homes are as the reservations say.
struct Merged<'m>(&'m HashMap<EntityId, EntityId>);

impl Whose for Merged<'_> {
    fn standing(&self, person: EntityId) -> EntityId {
        standing(person, |id| self.0.get(&id).copied())
    }

    fn home_of(&self, _: EntityId) -> Option<EntityId> {
        None
    }

    fn address_of(&self, _: EntityId) -> Option<AddressParts> {
        None
    }

    fn in_full(&self, address: AddressParts) -> AddressParts {
        address
    }
}

/// What makes a person or home the same for all committees; nothing where it may be anybody's.
fn claim(rule: RoundKey, state: &Reservation) -> Option<String> {
    match rule {
        RoundKey::Person => state.get(Field::DocumentNumber).map(str::to_ascii_uppercase),
        RoundKey::Household | RoundKey::Address => {
            let whole = state.get(Field::Estate).is_some() && state.get(Field::Room).is_some();
            whole.then(|| state.address_text())
        }
    }
}

impl Ledger {
    /// No person or home has vouchers of one round from two committees.
    ///
    /// # Errors
    /// One has.
    pub(crate) fn one_committee_each(&self) -> Result<(), Broken> {
        let mut known: BTreeMap<(EntityId, String), Office> = BTreeMap::new();
        for ((office, round, serial), printed) in self.printed.iter().filter(|(_, printed)| !printed.void) {
            let Some(claim) = claim(printed.rule, &printed.state) else {
                continue;
            };
            let first = *known.entry((*round, claim.clone())).or_insert(*office);
            if first != *office {
                let detail = format!("{claim} in {first} and, with number {serial}, in {office}");
                return Err(Broken::promise(
                    "two committees gave one person or home a voucher",
                    detail,
                ));
            }
        }
        Ok(())
    }
}
