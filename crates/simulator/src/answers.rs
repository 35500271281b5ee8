//! Answers 答复口径: clerks write wordings, put newer ones in the place of older ones, and withdraw some; and the notebook of which
//! they were told is written. Every PC of a committee finds the same, and whatever nobody withdrew.

use std::collections::{BTreeMap, BTreeSet};

use linli_workstation::api::Page;
use linli_workstation::api::answers::{AnswerList, AnswerListRequest, AnswerRow, AnswerSave, AnswerWithdraw};
use linli_workstation::simulation::commands;

use crate::Broken;
use crate::clerk::{Clerk, Did, Stop, WORDS, done, pick};
use crate::instructions::Deed;
use crate::ledger::Office;
use crate::pc::Pc;
use crate::world::World;

/// What is promised of answers.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// Wordings by committee, when each was written; false from when it was taken back, or may be unheard of.
    written: BTreeMap<Office, BTreeMap<String, (Deed, bool)>>,
    /// Wordings that somebody withdrew, whether that was taken back or not.
    withdrawn: BTreeSet<String>,
}

impl Answers {
    /// What fits was taken back, or may be unheard of.
    pub(crate) fn doubt(&mut self, office: Office, fits: impl Fn(&Deed) -> bool) {
        let of_office = self.written.get_mut(&office).into_iter().flat_map(BTreeMap::values_mut);
        of_office
            .filter(|(deed, _)| fits(deed))
            .for_each(|(_, stands)| *stands = false);
    }
}

fn request(old: bool) -> AnswerListRequest {
    AnswerListRequest {
        query: None,
        category: None,
        old,
        page: Page {
            offset: 0,
            limit: Page::MAX_ROWS,
        },
    }
}

impl Clerk<'_> {
    /// Somebody writes a wording, mostly in the place of another, or withdraws one.
    pub(crate) fn work_on_answers(&mut self) -> Result<Option<Did>, Stop> {
        let Some(list) = done(commands::answer_list(&self.pc.workstation, request(false)))? else {
            return Ok(None);
        };
        let known = pick(self.random, &list.rows);
        match known {
            Some(row) if self.random.percent(20) => self.withdraw(row),
            known => self.write_wording(known),
        }
    }

    fn write_wording(&mut self, known: Option<AnswerRow>) -> Result<Option<Did>, Stop> {
        let body = format!("口径{:016x}", self.random.bits());
        let request = AnswerSave {
            title: pick(self.random, &WORDS).unwrap_or_default().to_owned(),
            body: body.clone(),
            category: pick(self.random, &WORDS).map(str::to_owned),
            replaces: known.filter(|_| self.random.percent(60)).map(|row| row.id),
        };
        if done(commands::answer_save(&self.pc.workstation, request))?.is_none() {
            return Ok(None);
        }
        let deed = (self.pc.device, self.pc.shows());
        let of_office = self.ledger.answers.written.entry(self.pc.office).or_default();
        of_office.insert(body, (deed, true));
        Ok(Some("writes a wording"))
    }

    fn withdraw(&mut self, row: AnswerRow) -> Result<Option<Did>, Stop> {
        let request = AnswerWithdraw { ids: vec![row.id] };
        let withdrawn = done(commands::answer_withdraw(&self.pc.workstation, request))?;
        Ok(withdrawn.map(|_| {
            self.ledger.answers.withdrawn.insert(row.body);
            "withdraws a wording"
        }))
    }
}

/// What a PC finds.
fn found(pc: &Pc) -> Result<AnswerList, Broken> {
    let list = commands::answer_list(&pc.workstation, request(true));
    list.map_err(|error| Broken::error("listing answers", &error))
}

/// Every PC has the same answers, and all that were written and not withdrawn.
pub(crate) fn stand(world: &World, office: Office) -> Result<(), Broken> {
    let mut first: Option<String> = None;
    for pc in world.joined(office) {
        let list = found(pc)?;
        let bodies: BTreeSet<&String> = list.rows.iter().map(|row| &row.body).collect();
        let of_office = world.ledger.answers.written.get(&office).into_iter().flatten();
        for (body, (_, stands)) in of_office {
            if *stands && !world.ledger.answers.withdrawn.contains(body) && !bodies.contains(body) {
                let detail = format!("{body} on {}", pc.name);
                return Err(Broken::promise("a wording is forgotten", detail));
            }
        }
        let text = format!("{list:?}");
        let first = first.get_or_insert_with(|| text.clone());
        if *first != text {
            let detail = format!("{} finds {text}, the first {first}", pc.name);
            return Err(Broken::promise("two PCs find other answers", detail));
        }
    }
    Ok(())
}
