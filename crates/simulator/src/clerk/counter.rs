//! The counter: vouchers are printed, and stepped back from; a committee's own rounds.

use std::collections::BTreeMap;

use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind};
use linli_domain::record::{Field, Recorded};
use linli_domain::reservation::{Reservation, ReservationFact, created};
use linli_domain::round::{Channel, Decision, Outcome, RoundDefinition, RoundKey, Stage};
use linli_domain::time::Moment;
use linli_store::issuing::{self, Answer, Elsewhere, Issue, Issuer, Waiting};
use linli_store::{Draft, Error, ReservationState, Round, View};

use super::{Clerk, Did, Stop, current_round, new_id, new_id_at, queue, roster};
use crate::world::{Summary, fork};

/// The number of a committee's own rounds, so that they are not taken for the district's.
const OWN_ROUND: u32 = 900;

/// A voucher on its way to the printer.
struct Printing {
    serial: u32,
    reservation: ReservationState,
}

impl Clerk<'_> {
    /// Prints vouchers for what passed, as far as this PC may issue now.
    pub(super) fn issue(&mut self) -> Result<Option<Did>, Stop> {
        let joined = self.pc.caller.is_some();
        let mut chance = fork(self.random);
        let mut decided = None;
        let written = self.pc.write(self.now, Action::VouchersIssued, |view| {
            let Some(round) = current_round(view, &mut chance)? else {
                return Ok(Vec::new());
            };
            let issue = issuing::issue(view, &round, joined, None)?;
            let drafts = issue.drafts.clone();
            decided = Some((round, printing(view, &drafts)?, issue));
            Ok(drafts)
        })?;
        if let Some((round, printing, issue)) = decided {
            self.print(&round, printing, &issue)?;
        }
        Ok(written.then_some("prints vouchers"))
    }

    /// Registers somebody who is there, and hands the voucher over at once where that is possible.
    pub(super) fn serve_at_counter(&mut self) -> Result<Option<Did>, Stop> {
        let joined = self.pc.caller.is_some();
        let mut chance = fork(self.random);
        let mut decided = None;
        let written = self.pc.write(self.now, Action::ServedAtCounter, |view| {
            let Some(round) = current_round(view, &mut chance)? else {
                return Ok(Vec::new());
            };
            let Some((home, resident)) = queue::somebody(view, &mut chance)? else {
                return Ok(Vec::new());
            };
            let begins = queue::reservation(&round, &home, resident.as_ref(), &mut chance);
            let Some(reservation) = candidate(new_id(&mut chance), &begins) else {
                return Ok(Vec::new());
            };
            let reservations = view.reservations(round.id)?;
            let mut issuer = Issuer::new(view, &round, &reservations, joined)?;
            issuer.begins(reservation.id);
            let answer = issuer.answer(&reservation)?;
            let draft = |change| Draft {
                kind: EntityKind::Reservation,
                entity: reservation.id,
                change,
            };
            let facts = finishing(&answer, reservation.state.quantity());
            let drafts = std::iter::once(begins)
                .chain(facts.into_iter().map(Change::Reservation))
                .map(draft)
                .collect();
            let (printing, issue) = match answer {
                Answer::Number(serial) => (vec![Printing { serial, reservation }], Issue::default()),
                Answer::Waits(waiting) => (
                    Vec::new(),
                    Issue {
                        waiting: vec![(reservation.id, waiting)],
                        ..Issue::default()
                    },
                ),
                Answer::Served => return Ok(Vec::new()),
            };
            decided = Some((round, printing, issue));
            Ok(drafts)
        })?;
        if let Some((round, printing, issue)) = decided {
            self.print(&round, printing, &issue)?;
        }
        Ok(written.then_some("serves somebody at the counter"))
    }

    /// What was written leaves the printer.
    fn print(&mut self, round: &Round, printing: Vec<Printing>, issue: &Issue) -> Result<(), Stop> {
        let merged = self.pc.store().view().merged()?;
        for Printing { serial, reservation } in &printing {
            self.ledger
                .print((self.pc.office, self.pc.device), (round, *serial), reservation, &merged)?;
        }
        self.summary.printed += printing.len();
        count_waiting(self.summary, issue);
        let clock = self.pc.clock(self.now);
        Ok(self.pc.store().note_issuing(round.id, issue, clock)?)
    }

    /// Goes back to the queue with a reservation; its voucher is void from then on.
    pub(super) fn step_back(&mut self) -> Result<Option<Did>, Stop> {
        let mut chance = fork(self.random);
        let (mut voided, mut seen) = (None, None);
        let written = self.pc.write(self.now, Action::SteppedBack, |view| {
            let Some(round) = current_round(view, &mut chance)? else {
                return Ok(Vec::new());
            };
            let mut decided = view.reservations(round.id)?;
            decided.retain(|reservation| reservation.state.stage() != Stage::Pending);
            let Some(reservation) = super::pick(&mut chance, &decided) else {
                return Ok(Vec::new());
            };
            voided = reservation.state.voucher.map(|(serial, _)| (round.id, serial));
            let voucher = voided.map(|(_, serial)| serial);
            let hand_outs = reservation.state.hand_outs();
            seen = Some((reservation.id, hand_outs.clone()));
            let hand_outs = Some(hand_outs);
            let fact = ReservationFact::SteppedBack {
                to: Stage::Pending,
                reason: "登记有误".into(),
                voucher,
                hand_outs,
            };
            Ok(vec![Draft {
                kind: EntityKind::Reservation,
                entity: reservation.id,
                change: Change::Reservation(fact),
            }])
        })?;
        if let Some((round, serial)) = voided.filter(|_| written) {
            self.ledger.void(self.pc.office, round, serial);
        }
        if let Some((reservation, hand_outs)) = seen.filter(|_| written) {
            self.ledger.took_back(self.pc.office, reservation, &hand_outs);
        }
        Ok(written.then_some("steps back"))
    }

    /// Hands out against vouchers that, as far as this PC knows, nobody has come with.
    pub(super) fn hand_out(&mut self) -> Result<Option<Did>, Stop> {
        let mut chance = fork(self.random);
        let mut handed_out = Vec::new();
        let written = self.pc.write(self.now, Action::Collected, |view| {
            let drafts = queue::collect(view, &mut chance)?;
            handed_out = drafts.iter().map(|draft| draft.entity).collect();
            Ok(drafts)
        })?;
        let at = self.pc.clock(self.now);
        for reservation in handed_out.into_iter().filter(|_| written) {
            self.ledger.hand_out(self.pc.office, reservation, self.pc.device, at);
        }
        Ok(written.then_some("hands out"))
    }

    /// Looks into a hand-out after another one, or decides a conflict.
    pub(super) fn settle(&mut self) -> Result<Option<Did>, Stop> {
        let mut chance = fork(self.random);
        let mut found = None;
        let written = self.pc.write(self.now, Action::ConflictsSettled, |view| {
            let reservation = super::pick(&mut chance, &view.reservations_to_look_into()?);
            let Some((id, again)) =
                reservation.and_then(|known| Some((known.id, known.state.to_look_into().next()?.clone())))
            else {
                return roster::settle(view, &mut chance);
            };
            let given = chance.percent(50);
            found = Some((id, ((again.device, again.at), given)));
            let fact = ReservationFact::LookedInto {
                device: again.device,
                at: again.at,
                given,
            };
            Ok(vec![Draft {
                kind: EntityKind::Reservation,
                entity: id,
                change: Change::Reservation(fact),
            }])
        })?;
        if let Some((reservation, finding)) = found.filter(|_| written) {
            let by = (self.pc.device, self.pc.clock(self.now));
            self.ledger.found((self.pc.office, by), reservation, finding);
        }
        Ok(written.then_some("settles"))
    }

    /// Opens a round of the committee's own.
    pub(crate) fn open_round(&mut self) -> Result<Option<Did>, Stop> {
        let entity = new_id_at(self.now, self.random);
        let (number, quota) = (OWN_ROUND + self.random.below(90), 3 + self.random.below(30));
        let key = if self.random.percent(50) {
            RoundKey::Household
        } else {
            RoundKey::Person
        };
        let definition = definition(number, key, quota, false);
        let json = serde_json::to_string(&definition).map_err(|error| crate::Broken::error("a round", &error))?;
        let change = created([(Field::Definition, Some(json))]);
        self.ledger.quota(self.pc.office, entity, quota);
        self.pc.write(self.now, Action::RoundOpened, |_| {
            Ok(vec![Draft {
                kind: EntityKind::Round,
                entity,
                change,
            }])
        })?;
        Ok(Some("opens a round of its own"))
    }
}

/// A round, open for years.
pub(crate) fn definition(number: u32, key: RoundKey, quota: u32, district: bool) -> RoundDefinition {
    RoundDefinition {
        campaign: "口罩预约".into(),
        number,
        title: format!("第{number}轮口罩预约登记购买"),
        key,
        quota,
        max_quantity: 5,
        opens: "2020-02-02T08:00".into(),
        closes: "2022-02-04T20:00".into(),
        collect_from: None,
        collect_until: None,
        exclude_earlier: false,
        pick_ups: Vec::new(),
        district,
        templates: Vec::new(),
    }
}

/// The vouchers among what is to be written.
fn printing(view: View<'_>, drafts: &[Draft]) -> Result<Vec<Printing>, Error> {
    let serials: BTreeMap<EntityId, u32> = drafts
        .iter()
        .filter_map(|draft| match draft.change {
            Change::Reservation(ReservationFact::VoucherIssued { serial, .. }) => Some((draft.entity, serial)),
            _ => None,
        })
        .collect();
    let mut printing = Vec::new();
    for (id, serial) in serials {
        printing.extend(
            view.reservation(id)?
                .map(|reservation| Printing { serial, reservation }),
        );
    }
    Ok(printing)
}

/// The reservation as it will be.
fn candidate(id: EntityId, begins: &Change) -> Option<ReservationState> {
    let recorded = Recorded {
        change: begins,
        device: DeviceId(uuid::Uuid::nil()),
        actor: "",
        at: Moment(0),
    };
    Some(ReservationState {
        id,
        state: Reservation::fold(std::iter::once(recorded))?,
    })
}

/// Passed, told face to face, voucher issued; or passed only, where no number can be given now.
fn finishing(answer: &Answer, quantity: u32) -> Vec<ReservationFact> {
    let mut facts = vec![ReservationFact::Reviewed {
        decision: Decision::Passed,
        reason: None,
    }];
    if let Answer::Number(serial) = answer {
        facts.push(ReservationFact::Notified {
            channel: Channel::Counter,
            outcome: Outcome::Reached,
            note: None,
        });
        facts.push(ReservationFact::VoucherIssued {
            serial: *serial,
            quantity,
        });
    }
    facts
}

/// Counts why things wait.
fn count_waiting(summary: &mut Summary, issue: &Issue) {
    for (_, waiting) in &issue.waiting {
        match waiting {
            Waiting::NoRight { holder: Some(_), .. } => summary.rights_contested += 1,
            Waiting::QuotaUsedUp
            | Waiting::NoNumber {
                elsewhere: Elsewhere::Nowhere,
                ..
            } => summary.quota_ends += 1,
            Waiting::NoNumber {
                elsewhere: Elsewhere::OtherPc(_),
                ..
            } => summary.numbers_elsewhere += 1,
            Waiting::Held(_) => summary.held += 1,
            Waiting::NoRight { holder: None, .. }
            | Waiting::NoNumber {
                elsewhere: Elsewhere::ToLease,
                ..
            }
            | Waiting::Unseen
            | Waiting::Restored
            | Waiting::Unsure
            | Waiting::Served => {}
        }
    }
}
