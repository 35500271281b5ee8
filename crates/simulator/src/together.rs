//! Exchanges over the network, disturbed and undisturbed, until everybody is together.

use std::cell::RefCell;

use linli_domain::time::Moment;
use linli_protocol::PullRequest;

use crate::Broken;
use crate::ledger::Office;
use crate::wire::{Faults, Wire};
use crate::world::{KILL_WITHIN, World, fork};

/// Exchanges, a minute apart, after which everybody must be together once nothing goes wrong any more: wishes to issue
/// stand for ten minutes after they were first asked, and until then rights go from one to the other.
const HEALING: u32 = 18;
/// Beyond the last number of any order.
const BEYOND: u64 = u64::MAX >> 1;

impl World {
    /// A PC exchanges with the district, as far as the network and the power go.
    pub(crate) fn exchange(&mut self, at: usize) -> Result<(), Broken> {
        let Some(caller) = self.pcs[at].caller else {
            return Ok(());
        };
        if self.pcs[at].offline_until > self.now || !self.pcs[at].connected {
            return Ok(());
        }
        let kill = self
            .random
            .thousandth(60)
            .then(|| self.random.below(KILL_WITHIN * 4) + 1);
        let said = |error: linli_store::Error| Broken::error("setting up a fault", &error);
        self.pcs[at].store().kill_after(kill).map_err(said)?;
        let random = RefCell::new(fork(&mut self.random));
        let (district, late, faults) = (&self.district, &self.late, self.faults);
        let wire = Wire {
            district,
            caller,
            now: self.now,
            faults,
            late,
            random,
        };
        let pc = &mut self.pcs[at];
        let clock = pc.clock(self.now);
        let done = linli_sync::exchange(&mut pc.store(), &wire, clock, &mut |_, _| ());
        pc.store().kill_after(None).map_err(said)?;
        let name = pc.name.clone();
        match done {
            Ok(_) => self.tell(|| format!("{name} exchanges")),
            Err(linli_sync::Error::Store(error)) if error.is_fault() => {
                self.summary.faults += 1;
                return self.restart(at);
            }
            Err(error) if error.is_retryable() => {
                self.summary.broken_off += 1;
                self.tell(|| format!("{name} exchanges until: {error}"));
            }
            Err(error) => return Err(Broken::error(&format!("an exchange of {name}"), &error)),
        }
        self.acknowledge(at)
    }

    /// A push that the network kept arrives again.
    pub(crate) fn deliver_late(&mut self) -> Result<(), Broken> {
        let mut late = self.late.borrow_mut();
        if late.is_empty() {
            return Ok(());
        }
        let at = self.random.below(late.len() as u32) as usize;
        let (caller, request) = late.swap_remove(at);
        drop(late);
        match self.district.push(caller, &request, self.now) {
            Ok(_) | Err(linli_district::Error::Denied(_)) => Ok(()),
            Err(error) => Err(Broken::error("a late delivery", &error)),
        }
    }

    /// The network works and everybody exchanges until nothing is left to say.
    pub(crate) fn heal(&mut self) -> Result<(), Broken> {
        self.faults = Faults::default();
        self.late.borrow_mut().clear();
        for _ in 0..HEALING {
            self.now = Moment(self.now.0 + 60_000);
            self.bring_together()?;
            if self.settle_rows()? == 0 && self.quiet()? {
                return Ok(());
            }
        }
        Err(Broken::promise(
            "the PCs do not come together",
            format!("after {HEALING} exchanges each"),
        ))
    }

    /// Everybody exchanges, whatever the network: somebody sees to it.
    pub(crate) fn bring_together(&mut self) -> Result<(), Broken> {
        (0..self.pcs.len()).try_for_each(|at| self.exchange_undisturbed(at))
    }

    fn exchange_undisturbed(&mut self, at: usize) -> Result<(), Broken> {
        let Some(caller) = self.pcs[at].caller else {
            return Ok(());
        };
        if !self.pcs[at].connected {
            return self.exchange_by_sticks(at);
        }
        let random = RefCell::new(fork(&mut self.random));
        let (district, late) = (&self.district, &self.late);
        let wire = Wire {
            district,
            caller,
            now: self.now,
            faults: Faults::default(),
            late,
            random,
        };
        let pc = &mut self.pcs[at];
        let clock = pc.clock(self.now);
        let done = linli_sync::exchange(&mut pc.store(), &wire, clock, &mut |_, _| ());
        let done = done.map_err(|error| Broken::error("an exchange that nothing disturbs", &error))?;
        let name = self.pcs[at].name.clone();
        self.tell(|| format!("{name}, undisturbed: {done:?}"));
        if done.differs {
            return Err(Broken::promise(
                "a PC sees that its state is not the district's",
                &self.pcs[at].name,
            ));
        }
        self.acknowledge(at)
    }

    /// The last number of a committee's order.
    pub(crate) fn last_number(&self, office: Office) -> Result<u64, Broken> {
        let pulled = self.district.pull(self.caller(office)?, PullRequest { after: BEYOND });
        Ok(pulled
            .map_err(|error| Broken::error("asking the district", &error))?
            .last)
    }

    /// Whether nothing waits and everybody has everything.
    fn quiet(&self) -> Result<bool, Broken> {
        let said = |error: linli_store::Error| Broken::error("reading a store", &error);
        for office in 0..self.committees.len() {
            let last = self.last_number(office)?;
            for pc in self.joined(office) {
                let opened = pc.store();
                let view = opened.view();
                if view.waiting().map_err(said)? > 0 || view.received_up_to().map_err(said)? < last {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
