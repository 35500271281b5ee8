//! USB sticks: packages between PCs and the district, that arrive late, twice, out of order, damaged, or in the wrong
//! place. Some PCs have no other way.

use linli_domain::operation::DeviceId;
use linli_protocol::DeviceCard;
use linli_store::Store;
use linli_store::key::DatabaseKey;
use linli_sync::package::{self, PackageError};
use uuid::Uuid;

use crate::Broken;
use crate::check::{Sequence, store};
use crate::ledger::Office;
use crate::pc::secret;
use crate::world::{KILL_WITHIN, World, fork};

/// Most sticks on their way.
const STICKS: usize = 24;

/// One end of a stick's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The district.
    District,
    /// A PC, by its place in the world.
    Pc(usize),
}

/// A stick with a package on it.
#[derive(Debug, Clone)]
pub(crate) struct Stick {
    to: End,
    bytes: Vec<u8>,
}

/// What must not change where a package is refused.
#[derive(Debug, PartialEq, Eq)]
enum Before {
    District(u64),
    Pc(String, usize, u64),
}

impl World {
    /// Somebody writes a stick for somebody of the same committee, or the district does.
    pub(crate) fn write_stick(&mut self, at: usize) -> Result<(), Broken> {
        if self.pcs[at].caller.is_none() || self.sticks.len() >= STICKS {
            return Ok(());
        }
        let office = self.pcs[at].office;
        let others: Vec<usize> = (0..self.pcs.len())
            .filter(|other| self.pcs[*other].office == office && self.pcs[*other].caller.is_some() && *other != at)
            .collect();
        let to_pc = others
            .get(self.random.below(others.len().max(1) as u32) as usize)
            .copied();
        let stick = match (self.random.below(3), to_pc) {
            (0, _) => self.stick_from_district(at)?,
            (1, Some(to)) => self.stick_from_pc(at, End::Pc(to))?,
            _ => self.stick_from_pc(at, End::District)?,
        };
        self.sticks.extend(stick);
        Ok(())
    }

    /// A package of the district for a PC.
    fn stick_from_district(&mut self, to: usize) -> Result<Option<Stick>, Broken> {
        let said = |error: linli_district::Error| Broken::error("a package of the district", &error);
        let (office, device) = (self.pcs[to].office, self.pcs[to].device);
        let committee = self.committees[office].id;
        let devices = self.district.devices(committee).map_err(said)?;
        let Some(device) = devices.iter().find(|known| known.id == device) else {
            return Ok(None);
        };
        let mut chance = self.chance();
        let bytes = self
            .district
            .write_package(committee, device, None, self.now, &mut chance)
            .map_err(said)?;
        self.summary.sticks += 1;
        let name = self.pcs[to].name.clone();
        self.tell(|| format!("the district writes a stick for {name}"));
        Ok(Some(Stick { to: End::Pc(to), bytes }))
    }

    /// A PC's package for another one, or for the district; nothing where it does not know that one.
    fn stick_from_pc(&mut self, from: usize, to: End) -> Result<Option<Stick>, Broken> {
        let pc = &self.pcs[from];
        let opened = pc.store();
        let view = opened.view();
        let card = match to {
            End::District => view.district_device().map_err(store)?,
            End::Pc(to) => {
                let device = self.pcs[to].device;
                view.devices()
                    .map_err(store)?
                    .into_iter()
                    .find(|card| card.id == device)
            }
        };
        let Some(card) = card else { return Ok(None) };
        let written = package::export(&opened, pc.committee, &card, pc.clock(self.now));
        drop(opened);
        let bytes = written
            .map_err(|error| Broken::error("writing a package", &error))?
            .bytes;
        let name = pc.name.clone();
        self.summary.sticks += 1;
        self.tell(|| format!("{name} writes a stick for {to:?}"));
        Ok(Some(Stick { to, bytes }))
    }

    /// A stick arrives: which, when and how often is chance; now and then in the wrong place, or damaged.
    pub(crate) fn deliver_stick(&mut self) -> Result<(), Broken> {
        if self.sticks.is_empty() {
            return Ok(());
        }
        let at = self.random.below(self.sticks.len() as u32) as usize;
        let stick = if self.random.percent(75) {
            self.sticks.swap_remove(at)
        } else {
            self.sticks[at].clone()
        };
        match self.random.below(10) {
            0 => {
                let wrong = match self.random.below(self.pcs.len() as u32 + 1) as usize {
                    pc if pc < self.pcs.len() => End::Pc(pc),
                    _ => End::District,
                };
                if wrong != stick.to {
                    self.refuse(wrong, &stick.bytes)
                } else {
                    self.take_in(&stick)
                }
            }
            1 => {
                let mut damaged = stick.bytes.clone();
                let byte = self.random.below(damaged.len() as u32) as usize;
                damaged[byte] ^= 1 << self.random.below(8);
                self.refuse(stick.to, &damaged)
            }
            _ => self.take_in(&stick),
        }
    }

    /// The recipient takes a stick in; the power may fail meanwhile.
    fn take_in(&mut self, stick: &Stick) -> Result<(), Broken> {
        let End::Pc(at) = stick.to else {
            return self.take_in_at_district(stick);
        };
        let kill = self
            .random
            .thousandth(60)
            .then(|| self.random.below(KILL_WITHIN * 4) + 1);
        let pc = &mut self.pcs[at];
        pc.store().kill_after(kill).map_err(store)?;
        let taken = package::import(&mut pc.store(), pc.committee, &stick.bytes);
        pc.store().kill_after(None).map_err(store)?;
        let name = pc.name.clone();
        match taken {
            Ok(taken) => self.tell(|| format!("{name} takes in a stick of {taken:?}")),
            Err(PackageError::Store(error)) if error.is_fault() => {
                self.summary.faults += 1;
                self.restart(at)?;
            }
            // It comes to know the other one with the next exchange.
            Err(PackageError::UnknownSender) => {}
            Err(error) => return Err(Broken::error(&format!("taking in a stick at {name}"), &error)),
        }
        Ok(())
    }

    fn take_in_at_district(&mut self, stick: &Stick) -> Result<(), Broken> {
        let mut chance = self.chance();
        let taken = self.district.take_package(&stick.bytes, self.now, &mut chance);
        let taken = taken.map_err(|error| Broken::error("taking in a stick at the district", &error))?;
        self.tell(|| format!("the district takes in a stick: {taken:?}"));
        Ok(())
    }

    /// A stick comes where it does not belong, or not as it was written.
    fn refuse(&mut self, at: End, bytes: &[u8]) -> Result<(), Broken> {
        let before = self.before(at)?;
        let taken = match at {
            End::District => {
                let mut chance = self.chance();
                self.district.take_package(bytes, self.now, &mut chance).is_ok()
            }
            End::Pc(at) => {
                let pc = &mut self.pcs[at];
                package::import(&mut pc.store(), pc.committee, bytes).is_ok()
            }
        };
        if taken {
            return Err(Broken::promise(
                "a stick was taken in that should not be",
                format!("{at:?}"),
            ));
        }
        if self.before(at)? != before {
            return Err(Broken::promise(
                "a stick that was refused changed something",
                format!("{at:?}"),
            ));
        }
        self.summary.sticks_refused += 1;
        Ok(())
    }

    fn before(&self, at: End) -> Result<Before, Broken> {
        match at {
            End::District => {
                let orders = (0..self.committees.len()).map(|office| self.last_number(office));
                Ok(Before::District(orders.sum::<Result<u64, Broken>>()?))
            }
            End::Pc(at) => {
                let opened = self.pcs[at].store();
                let view = opened.view();
                let state = view.state_hash().map_err(store)?.to_string();
                Ok(Before::Pc(
                    state,
                    view.waiting().map_err(store)?,
                    view.received_up_to().map_err(store)?,
                ))
            }
        }
    }

    /// A PC without a network exchanges with the district by sticks, there and back.
    pub(crate) fn exchange_by_sticks(&mut self, at: usize) -> Result<(), Broken> {
        if let Some(there) = self.stick_from_pc(at, End::District)? {
            self.take_in_undisturbed(&there)?;
        }
        if let Some(back) = self.stick_from_district(at)? {
            self.take_in_undisturbed(&back)?;
        }
        Ok(())
    }

    fn take_in_undisturbed(&mut self, stick: &Stick) -> Result<(), Broken> {
        let End::Pc(at) = stick.to else {
            return self.take_in_at_district(stick);
        };
        let pc = &mut self.pcs[at];
        let taken = package::import(&mut pc.store(), pc.committee, &stick.bytes);
        taken
            .map(|_| ())
            .map_err(|error| Broken::error("a stick that nothing disturbs", &error))
    }

    /// Sticks that turn up after everybody is together.
    pub(crate) fn late_sticks_change_nothing(&mut self) -> Result<(), Broken> {
        for stick in std::mem::take(&mut self.sticks) {
            let before = self.before(stick.to)?;
            self.take_in_undisturbed(&stick)?;
            if self.before(stick.to)? != before {
                return Err(Broken::promise(
                    "a stick that came too late changed something",
                    format!("{:?}", stick.to),
                ));
            }
        }
        Ok(())
    }
}

/// A PC that got everything on a stick, from a PC that got it over the network, has the same state.
pub(crate) fn a_stick_carries_the_same(world: &mut World, office: Office, sequence: &Sequence) -> Result<(), Broken> {
    let folder = tempfile::tempdir().map_err(|error| Broken::error("making a folder", &error))?;
    let mut newcomer = Store::create(&folder.path().join("stick.db"), &DatabaseKey::random().map_err(store)?);
    let newcomer = newcomer.as_mut().map_err(|error| Broken::error("a new PC", error))?;
    newcomer.hurry().map_err(store)?;
    let mut chance = fork(&mut world.random);
    let device = DeviceId(Uuid::from_u64_pair(chance.bits(), chance.bits()));
    newcomer.become_device(device, secret(&mut chance)).map_err(store)?;
    newcomer.receive(&sequence.devices, &[]).map_err(store)?;
    let own = newcomer.own_device().map_err(store)?;
    let card = DeviceCard {
        id: own.id,
        name: String::new(),
        letter: own.letter,
        verifying_key: own.verifying_key,
    };
    let Some(pc) = world.joined(office).next() else {
        return Ok(());
    };
    let said = |error: PackageError| Broken::error("a package for a newcomer", &error);
    let bytes = package::export(&pc.store(), pc.committee, &card, world.now)
        .map_err(said)?
        .bytes;
    package::import(newcomer, pc.committee, &bytes).map_err(said)?;
    if newcomer.view().state_hash().map_err(store)? != pc.store().view().state_hash().map_err(store)? {
        return Err(Broken::promise(
            "a stick carries something else than the network",
            &pc.name,
        ));
    }
    Ok(())
}
