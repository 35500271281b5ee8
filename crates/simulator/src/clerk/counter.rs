//! The counter: vouchers are printed, served and stepped back from; a committee's own rounds.

use std::collections::{BTreeMap, HashSet};

use linli_domain::item::Item as _;
use linli_domain::operation::{Change, DeviceId, EntityId};
use linli_domain::reservation::ReservationFact;
use linli_domain::round::{RoundDefinition, RoundKey, Stage};
use linli_domain::voucher;
use linli_store::{Error, LoggedChange, ReservationState};
use linli_workstation::api::Sentence;
use linli_workstation::api::papers::{PaperPrint, PaperRequest};
use linli_workstation::api::rounds::{RegisterRequest, RoundSave, StepBackRequest, WithdrawRequest};
use linli_workstation::api::vouchers::{CollectRequest, VouchersRequest};
use linli_workstation::simulation::commands;

use super::{Clerk, Did, Stop, current_round, done, some};
use crate::Broken;
use crate::surroundings::PRINTER;
use crate::world::Summary;

/// The number of a committee's own rounds, so that they are not taken for the district's.
const OWN_ROUND: u32 = 900;
/// Most people who come with a voucher in one act.
const COME: u32 = 12;
/// Of a hundred times that vouchers are printed: all of the round, once more.
const REPRINTED: u32 = 10;

/// The vouchers of a round, and which of them are noted as printed.
struct Vouchers {
    issued: BTreeMap<EntityId, ReservationState>,
    printed: HashSet<EntityId>,
}

impl Clerk<'_> {
    fn vouchers(&self, round: EntityId) -> Result<Vouchers, Error> {
        let opened = self.pc.store();
        let all = opened.view().reservations(round)?.into_iter();
        Ok(Vouchers {
            issued: all
                .filter(|one| one.state.voucher.is_some())
                .map(|one| (one.id, one))
                .collect(),
            printed: opened.view().printed_vouchers(round)?,
        })
    }

    /// Prints vouchers for what passed, as far as this PC may issue now.
    pub(super) fn issue(&mut self) -> Result<Option<Did>, Stop> {
        let Some(round) = current_round(self.pc.store().view(), self.random)? else {
            return Ok(None);
        };
        // Sheets get lost, and any PC prints them again.
        let reprint = self.random.percent(REPRINTED);
        let request = PaperRequest::Vouchers(VouchersRequest {
            round: round.id.to_string(),
            ids: None,
            building: None,
            reprint,
        });
        let Some(paper) = self.told(commands::paper(&self.pc.workstation, request))? else {
            return Ok(None);
        };
        paper
            .awaiting
            .iter()
            .for_each(|one| count_waiting(self.summary, &one.said));
        let (before, papers) = (self.vouchers(round.id)?, self.pc.papers());
        let request = PaperPrint {
            token: paper.token,
            printer: PRINTER.to_owned(),
            copies: 1,
        };
        let answer = commands::paper_print(&self.pc.workstation, request);
        if self.pc.papers() == papers {
            self.told(answer)?;
            return Ok(None);
        }
        // What left the printer is in people's hands, also where the power failed before that was written down.
        self.pc.store().kill_after(None)?;
        let after = self.vouchers(round.id)?;
        let on_paper = after.issued.into_iter().filter(|(id, _)| {
            reprint || !before.issued.contains_key(id) || (after.printed.contains(id) && !before.printed.contains(id))
        });
        let on_paper: Vec<ReservationState> = on_paper.map(|(_, one)| one).collect();
        self.hand_over(round.id, &on_paper)?;
        let Some(done) = self.told(answer)? else {
            return Ok(None);
        };
        if done.vouchers != on_paper.len() {
            let detail = format!("{} on paper, {} noted", done.vouchers, on_paper.len());
            return Err(Broken::promise("what is on paper is not noted", detail).into());
        }
        Ok(Some("prints vouchers"))
    }

    /// Registers somebody who is there, and hands the voucher over at once where that is possible.
    pub(super) fn serve_at_counter(&mut self) -> Result<Option<Did>, Stop> {
        let Some((round, request)) = self.applicant()? else {
            return Ok(None);
        };
        let request = RegisterRequest {
            finish: true,
            ..request
        };
        let Some(answer) = self.told(commands::register(&self.pc.workstation, request))? else {
            return Ok(None);
        };
        answer.awaiting.iter().for_each(|one| count_waiting(self.summary, one));
        let id = answer.reservation.and_then(|row| row.id.parse().ok());
        if let (Some(id), Some(_)) = (id, answer.voucher) {
            let known = self.pc.store().view().reservation(id)?;
            self.hand_over(round, known.as_slice())?;
        }
        Ok(answer.batch.map(|_| "serves somebody at the counter"))
    }

    /// Vouchers come into people's hands.
    fn hand_over(&mut self, round: EntityId, vouchers: &[ReservationState]) -> Result<(), Stop> {
        let opened = self.pc.store();
        let view = opened.view();
        let (round, merged) = (view.round(round)?, view.merged()?);
        for reservation in vouchers {
            if let (Some(round), Some((serial, _))) = (&round, reservation.state.voucher) {
                let issued_by = issuer(&view.changes_of(reservation.id)?, serial).unwrap_or(self.pc.device);
                let by = (self.pc.office, self.pc.device, issued_by);
                let new = self.ledger.print(by, (round, serial), reservation, &merged)?;
                self.summary.printed += usize::from(new);
            }
        }
        Ok(())
    }

    /// As [`done`]; what the clerk is told of those who wait is counted.
    fn told<T>(&mut self, answer: Result<T, linli_workstation::Error>) -> Result<Option<T>, Stop> {
        if let Err(error) = &answer {
            count_waiting(self.summary, &error.body().said);
        }
        done(answer)
    }

    /// Goes back with a reservation, or takes it back; its voucher is void from then on where it goes back to the queue.
    pub(super) fn step_back(&mut self) -> Result<Option<Did>, Stop> {
        let decided = {
            let opened = self.pc.store();
            let Some(round) = current_round(opened.view(), self.random)? else {
                return Ok(None);
            };
            let mut decided = opened.view().reservations(round.id)?;
            decided.retain(|reservation| reservation.state.stage() != Stage::Pending);
            super::pick(self.random, &decided)
        };
        let Some(ReservationState { id, state }) = decided else {
            return Ok(None);
        };
        let (reason, request) = ("登记有误".to_owned(), id.to_string());
        let (to, answer) = match self.random.below(10) {
            0 => {
                let request = WithdrawRequest { id: request, reason };
                let withdrawn = commands::reservation_withdraw(&self.pc.workstation, request);
                (Stage::Pending, withdrawn)
            }
            other => {
                let to = match other {
                    1 => Stage::ToNotify,
                    2 => Stage::Notified,
                    _ => Stage::Pending,
                };
                let request = StepBackRequest {
                    id: request,
                    to,
                    reason,
                };
                (to, commands::step_back(&self.pc.workstation, request))
            }
        };
        let Some(done) = done(answer)? else { return Ok(None) };
        if let Some((serial, _)) = state.voucher.filter(|_| to == Stage::Pending) {
            self.ledger.void(self.pc.office, state.round, serial);
        }
        self.ledger.took_back(self.pc.office, id, &state.hand_outs());
        Ok(done.batch.map(|_| "steps back"))
    }

    /// Hands out against vouchers that, as far as this PC knows, nobody has come with; some come once more.
    pub(super) fn hand_out(&mut self) -> Result<Option<Did>, Stop> {
        let (round, come) = {
            let opened = self.pc.store();
            let Some(round) = current_round(opened.view(), self.random)? else {
                return Ok(None);
            };
            let again = self.random.percent(10);
            let mut vouchers = opened.view().reservations(round.id)?;
            vouchers.retain(|one| one.state.voucher.is_some() && (again || one.state.collected.is_none()));
            (round, some(self.random, vouchers, COME))
        };
        let mut handed_out = false;
        for reservation in come {
            let Some((serial, _)) = reservation.state.voucher else {
                continue;
            };
            self.pc.wait_a_moment();
            let request = CollectRequest {
                round: Some(round.id.to_string()),
                voucher: voucher::number(round.definition.number, serial),
                anyway: false,
            };
            let answer = done(commands::collect(&self.pc.workstation, request))?;
            if answer.is_some_and(|answer| answer.collected) {
                let (by, at) = (self.pc.device, self.pc.shows());
                self.ledger.hand_out(self.pc.office, reservation.id, by, at);
                handed_out = true;
            }
        }
        Ok(handed_out.then_some("hands out"))
    }

    /// Opens a round of the committee's own.
    pub(crate) fn open_round(&mut self) -> Result<Option<Did>, Stop> {
        let (number, quota) = (OWN_ROUND + self.random.below(90), 3 + self.random.below(30));
        let key = if self.random.percent(50) {
            RoundKey::Household
        } else {
            RoundKey::Person
        };
        let definition = definition(number, key, quota, false);
        let request = RoundSave { id: None, definition };
        if done(commands::round_open(&self.pc.workstation, request))?.is_none() {
            return Ok(None);
        }
        let rounds = self.pc.store().view().rounds()?;
        if let Some(opened) = rounds.iter().find(|round| round.definition.number == number) {
            self.ledger.quota(self.pc.office, opened.id, quota);
        }
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

/// Counts why things wait, as a clerk is told.
fn count_waiting(summary: &mut Summary, said: &Sentence) {
    match said.code.as_str() {
        "no_right" => summary.rights_contested += 1,
        "quota_used_up" | "numbers_used_up" => summary.quota_ends += 1,
        "numbers_elsewhere" => summary.numbers_elsewhere += 1,
        "held" | "denied" => summary.held += 1,
        _ => said.within.iter().for_each(|one| count_waiting(summary, one)),
    }
}

/// The PC that gave a number out, as far as a log knows.
fn issuer(log: &[LoggedChange], serial: u32) -> Option<DeviceId> {
    let issues = |logged: &&LoggedChange| {
        let Some(Change::Reservation(ReservationFact::VoucherIssued { serial: issued, .. })) = logged.change else {
            return false;
        };
        issued == serial && logged.rejected.is_none()
    };
    log.iter().find(issues).map(|logged| logged.device)
}
