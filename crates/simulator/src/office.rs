//! A committee's office: its PCs, what the first of them did alone, and joining the district.

use linli_domain::operation::{Action, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_protocol::{EnrolRequest, PullRequest};
use linli_store::Draft;

use crate::Broken;
use crate::clerk;
use crate::ledger::Office;
use crate::pc::Pc;
use crate::wire::Faults;
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
    /// A committee's PCs. The first may have data of its own, under an id of its own.
    pub(crate) fn set_up_office(&mut self, office: Office) -> Result<(), Broken> {
        let most = if self.committees.len() == 1 { PCS } else { PCS - 1 };
        for number in 0..2 + self.random.below(most - 1) {
            let name = format!("{}{number}", ["甲", "乙", "丙"][office]);
            let known = self.committees[office].entity;
            let committee = if self.random.percent(50) {
                clerk::new_id(&mut self.random)
            } else {
                known
            };
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
        if alone > 0 {
            self.set_up_alone(*first)?;
        }
        if long || self.random.percent(80) {
            let imported = clerk::import_roster(&mut self.pcs[*first], self.now, &mut self.random);
            imported.map_err(|_| Broken::promise("an import failed", "where nothing disturbs it"))?;
            self.acknowledge(*first)?;
        }
        for _ in 0..alone {
            self.pass_time();
            self.act(*first)?;
        }
        self.join(*first)?;
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

    /// A PC without a district: its committee's record, and a round of its own.
    fn set_up_alone(&mut self, at: usize) -> Result<(), Broken> {
        let pc = &mut self.pcs[at];
        let (entity, change) = (pc.committee, created([(Field::Name, Some(pc.name.clone()))]));
        let draft = Draft {
            kind: EntityKind::Committee,
            entity,
            change,
        };
        let written = pc.write(self.now, Action::SetUp, |_| Ok(vec![draft]));
        written.map_err(|error| Broken::error("setting up a PC", &error))?;
        let opened = self.clerk(at).open_round();
        opened.map_err(|_| Broken::promise("a round was not opened", "where nothing disturbs it"))?;
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
        let own = self.pcs[at]
            .store
            .own_device()
            .map_err(|error| Broken::error("joining", &error))?;
        let last_seq = self.pcs[at].last_seq()?;
        let request = EnrolRequest {
            code,
            device: own.id,
            name: self.pcs[at].name.clone(),
            verifying_key: own.verifying_key,
            committee: Some(self.pcs[at].committee).filter(|_| last_seq > 0),
            last_seq,
            replaces: None,
        };
        let enrolled = self
            .district
            .enrol(&request, "sim", self.now, &mut chance)
            .map_err(said)?;
        let caller = self.district.authenticate(&enrolled.token, self.now).map_err(said)?;
        let pc = &mut self.pcs[at];
        pc.caller = Some(caller);
        pc.committee = enrolled.committee;
        pc.store
            .set_letter(&enrolled.letter)
            .map_err(|error| Broken::error("joining", &error))?;
        if !pc.connected {
            // Where it was joined it came to know the others; everything else is for sticks.
            let cards = self
                .district
                .pull(caller, PullRequest { after: 0 })
                .map_err(said)?
                .devices;
            pc.store
                .receive(&cards, &[])
                .map_err(|error| Broken::error("joining", &error))?;
        }
        let name = pc.name.clone();
        self.tell(|| format!("{name} joins"));
        Ok(())
    }
}
