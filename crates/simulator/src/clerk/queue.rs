//! The queue of a round: registering, correcting, reviewing, telling.

use linli_domain::address::AddressParts;
use linli_domain::item::Item as _;
use linli_domain::operation::EntityId;
use linli_domain::round::{Channel, Decision, Outcome, Stage};
use linli_sample::random::Random;
use linli_store::{Error, Household, Resident, View};
use linli_workstation::api::roster::ResidentFields;
use linli_workstation::api::rounds::{ByRound, CorrectRequest, NotifyRequest, RegisterRequest, ReviewRequest};
use linli_workstation::simulation::commands;

use super::{Clerk, Did, PHONES, Stop, WORDS, current_round, done, pick, some};

/// Most people who register in one act.
const REGISTERED: u32 = 6;
/// Most reservations that a clerk goes through in one act.
const AT_ONCE: u32 = 12;
/// What most ask for, which is the most there is.
const QUANTITY: u32 = 5;

/// Somebody of the roster, with the home.
fn somebody(view: View<'_>, random: &mut Random) -> Result<Option<(Household, Option<Resident>)>, Error> {
    let Some(home) = pick(random, &view.households()?) else {
        return Ok(None);
    };
    let resident = pick(random, &view.residents_of(home.id)?);
    Ok(Some((home, resident)))
}

/// An address as people say it, not always with the estate.
pub(super) fn said(home: &Household, whole: bool) -> String {
    let address = AddressParts {
        estate: home.estate.clone().filter(|_| whole),
        building: home.building.clone(),
        unit: home.unit.clone(),
        room: home.room.clone(),
    };
    address.display()
}

impl Clerk<'_> {
    /// What somebody says who wants to register: mostly found on the roster, else typed.
    pub(super) fn applicant(&mut self) -> Result<Option<(EntityId, RegisterRequest)>, Error> {
        let opened = self.pc.store();
        let Some(round) = current_round(opened.view(), self.random)? else {
            return Ok(None);
        };
        let Some((home, resident)) = somebody(opened.view(), self.random)? else {
            return Ok(None);
        };
        drop(opened);
        let found = resident
            .as_ref()
            .and_then(|resident| resident.id)
            .filter(|_| self.random.percent(80));
        let typed = ResidentFields {
            name: pick(self.random, &WORDS).map(str::to_owned),
            document_number: resident.and_then(|resident| resident.document_number),
            phone: pick(self.random, &PHONES).map(str::to_owned),
            address: Some(said(&home, self.random.percent(80))).filter(|_| self.random.percent(90)),
            ..ResidentFields::default()
        };
        let request = RegisterRequest {
            round: round.id.to_string(),
            resident: found.map(|id| id.to_string()),
            person: found.is_none().then_some(typed),
            quantity: QUANTITY,
            pick_up: None,
            note: None,
            // Most are sure of it, whatever the check finds.
            anyway: self.random.percent(90),
            look: false,
            finish: false,
        };
        Ok(Some((round.id, request)))
    }

    pub(super) fn register(&mut self) -> Result<Option<Did>, Stop> {
        let mut registered = false;
        for _ in 0..=self.random.below(REGISTERED) {
            if let Some((_, request)) = self.applicant()? {
                let answer = done(commands::register(&self.pc.workstation, request))?;
                registered |= answer.is_some_and(|answer| answer.batch.is_some());
            }
        }
        Ok(registered.then_some("registers"))
    }

    /// Corrects an amount.
    pub(super) fn correct(&mut self) -> Result<Option<Did>, Stop> {
        let Some(id) = self.some_at(1, |_| true)?.pop() else {
            return Ok(None);
        };
        let quantity = Some(1 + self.random.below(QUANTITY));
        let request = CorrectRequest {
            id,
            name: None,
            phone: None,
            quantity,
            pick_up: None,
            note: None,
        };
        let corrected = done(commands::reservation_correct(&self.pc.workstation, request))?;
        Ok(corrected
            .and_then(|corrected| corrected.batch)
            .map(|_| "corrects a reservation"))
    }

    /// Some reservations of a round that are listed at a stage: their ids, as screens name them.
    fn some_at(&mut self, most: u32, listed: impl Fn(Stage) -> bool) -> Result<Vec<String>, Error> {
        let opened = self.pc.store();
        let Some(round) = current_round(opened.view(), self.random)? else {
            return Ok(Vec::new());
        };
        let mut reservations = opened.view().reservations(round.id)?;
        reservations.retain(|one| listed(one.state.stage()));
        let some = some(self.random, reservations, most);
        Ok(some.iter().map(|one| one.id.to_string()).collect())
    }

    /// Decides on some that wait; now and then on all that are clear, or anew on one that was decided on.
    pub(super) fn review(&mut self) -> Result<Option<Did>, Stop> {
        let ids = match self.random.below(20) {
            0..=2 => self.some_at(1, |stage| matches!(stage, Stage::Rejected | Stage::ToNotify))?,
            3..=4 => return self.pass_clear(),
            _ => self.some_at(AT_ONCE, |stage| stage == Stage::Pending)?,
        };
        let passed = self.random.percent(85);
        let request = ReviewRequest {
            ids,
            decision: if passed { Decision::Passed } else { Decision::Rejected },
            reason: (!passed).then(|| "重复".into()),
            over_limit: None,
        };
        let reviewed = done(commands::review(&self.pc.workstation, request))?;
        Ok(reviewed.and_then(|reviewed| reviewed.batch).map(|_| "reviews"))
    }

    fn pass_clear(&mut self) -> Result<Option<Did>, Stop> {
        let Some(round) = current_round(self.pc.store().view(), self.random)? else {
            return Ok(None);
        };
        let request = ByRound {
            round: round.id.to_string(),
        };
        let passed = done(commands::pass_clear(&self.pc.workstation, request))?;
        Ok(passed.and_then(|passed| passed.batch).map(|_| "passes what is clear"))
    }

    pub(super) fn notify(&mut self) -> Result<Option<Did>, Stop> {
        let ids = self.some_at(AT_ONCE, |stage| stage == Stage::ToNotify)?;
        let reached = self.random.percent(70);
        let request = NotifyRequest {
            ids,
            channel: Channel::Phone,
            outcome: if reached { Outcome::Reached } else { Outcome::NoAnswer },
            note: None,
        };
        let told = done(commands::notify(&self.pc.workstation, request))?;
        Ok(told.and_then(|told| told.batch).map(|_| "notifies"))
    }
}
