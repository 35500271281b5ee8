//! A committee's office: its PCs, what the first of them did alone, and joining the district.

use std::cell::RefCell;

use linli_district::committee::Caller;
use linli_protocol::PullRequest;
use linli_workstation::simulation;

use crate::Broken;
use crate::ledger::Office;
use crate::pc::Pc;
use crate::wire::{Faults, Wire};
use crate::world::World;

/// Most PCs of a committee.
const PCS: u32 = 4;
/// Most acts of a committee's first PC before it joins.
const ALONE: u32 = 20;
/// Acts of one that was alone for long: its history is more than one push carries.
const LONG_ALONE: u32 = 130;
/// How many of a hundred were.
const LONG: u32 = 12;
/// Steps of a committee's other PCs while such a history comes in.
const MEANWHILE: u32 = 30;
/// How many of a hundred PCs have a newer program.
const NEWER: u32 = 15;

impl World {
    /// A committee's PCs.
    pub(crate) fn set_up_office(&mut self, office: Office) -> Result<(), Broken> {
        let most = if self.committees.len() == 1 { PCS } else { PCS - 1 };
        for number in 0..2 + self.random.below(most - 1) {
            let name = format!("{}{number}", ["甲", "乙", "丙"][office]);
            let committee = self.committees[office].entity;
            let mut pc = Pc::new(self.folder.path(), (&name, office), committee, &mut self.random)?;
            pc.newer = self.random.percent(NEWER);
            pc.connected = number == 0 || !self.by_stick || self.random.percent(60);
            self.summary.unconnected += usize::from(!pc.connected);
            self.pcs.push(pc);
        }
        Ok(())
    }

    /// The first PC of a committee may have worked on its own before it joins with what it has; most of the others are
    /// there from the beginning.
    pub(crate) fn begin_office(&mut self, office: Office) -> Result<(), Broken> {
        let pcs: Vec<usize> = (0..self.pcs.len())
            .filter(|pc| self.pcs[*pc].office == office)
            .collect();
        let Some((first, others)) = pcs.split_first() else {
            return Ok(());
        };
        let long = self.random.percent(LONG);
        let alone = if long { LONG_ALONE } else { self.random.below(ALONE) };
        let roster = long || self.random.percent(80);
        if alone > 0 {
            self.set_up_alone(*first)?;
            if roster {
                self.import_roster(*first)?;
            }
        }
        for _ in 0..alone {
            self.pass_time();
            self.act(*first)?;
        }
        self.join(*first)?;
        if alone == 0 && roster {
            self.import_roster(*first)?;
        }
        for pc in others {
            if self.random.percent(80) {
                self.join(*pc)?;
            }
        }
        if long {
            self.catch_up_in_pieces(*first, others)
        } else {
            Ok(())
        }
    }

    /// The history of a PC that was alone for long comes in pieces, while the others begin.
    fn catch_up_in_pieces(&mut self, first: usize, others: &[usize]) -> Result<(), Broken> {
        let usual = std::mem::replace(&mut self.faults, Faults::bad());
        let all = self.pcs[first].waiting()?;
        while self.pcs[first].waiting()? == all {
            self.exchange(first)?;
        }
        self.faults = usual;
        self.cut_off(first);
        for _ in 0..MEANWHILE {
            self.pass_time();
            let other = others[self.random.below(others.len() as u32) as usize];
            if self.random.percent(40) {
                self.exchange(other)?;
            } else if self.pcs[other].caller.is_some() {
                self.act(other)?;
            }
        }
        Ok(())
    }

    fn import_roster(&mut self, at: usize) -> Result<(), Broken> {
        let imported = self.clerk(at).import_roster();
        imported.map_err(|stop| stop.undisturbed("an import"))?;
        self.acknowledge(at)
    }

    /// A PC without a district: its committee, under an id of its own, and a round.
    fn set_up_alone(&mut self, at: usize) -> Result<(), Broken> {
        let pc = &mut self.pcs[at];
        pc.set_clock(self.now);
        let committee = simulation::set_up(&pc.workstation, &pc.name);
        pc.committee = committee.map_err(|error| Broken::error("setting up a PC", &error))?;
        pc.restart()?;
        let opened = self.clerk(at).open_round();
        opened.map_err(|stop| stop.undisturbed("opening a round"))?;
        self.acknowledge(at)
    }

    /// A PC asks to belong to the committee; where it does already, nothing.
    pub(crate) fn join(&mut self, at: usize) -> Result<(), Broken> {
        if self.pcs[at].caller.is_some() || self.pcs[at].revoked {
            return Ok(());
        }
        let office = self.pcs[at].office;
        let mut chance = self.chance();
        let said = |error: linli_district::Error| Broken::error("joining", &error);
        let code = self
            .district
            .enrol_code(self.committees[office].id, self.now, &mut chance)
            .map_err(said)?;
        let door = Caller {
            committee: self.committees[office].id,
            device: self.pcs[at].device,
        };
        let wire = Wire {
            district: &self.district,
            caller: door,
            now: self.now,
            faults: Faults::default(),
            late: &self.late,
            random: RefCell::new(chance.0),
        };
        let enrolled = simulation::join(&self.pcs[at].workstation, &wire, &code);
        let enrolled = enrolled.map_err(|error| Broken::error("joining", &error))?;
        let caller = self.district.authenticate(&enrolled.token, self.now).map_err(said)?;
        let pc = &mut self.pcs[at];
        pc.caller = Some(caller);
        pc.committee = enrolled.committee;
        pc.restart()?;
        if !pc.connected {
            // Where it was joined it came to know the others; everything else is for sticks.
            let cards = self
                .district
                .pull(caller, PullRequest { after: 0 })
                .map_err(said)?
                .devices;
            pc.store()
                .receive(&cards, &[])
                .map_err(|error| Broken::error("joining", &error))?;
        }
        let name = pc.name.clone();
        self.tell(|| format!("{name} joins"));
        Ok(())
    }
}
