//! What was promised to people: every acknowledged operation, every printed voucher. Kept outside of everything that
//! is tested, as a person with a notebook would.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{DeviceId, EntityId};

use crate::Broken;

/// A printed voucher.
#[derive(Debug, Clone)]
struct Printed {
    key: Option<String>,
    reservation: EntityId,
    void: bool,
}

/// The notebook.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    acknowledged: BTreeMap<DeviceId, u64>,
    printed: BTreeMap<(EntityId, u32), Printed>,
    quotas: BTreeMap<EntityId, u32>,
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

    /// Rounds opened so far.
    pub(crate) fn rounds(&self) -> usize {
        self.quotas.len()
    }

    pub(crate) fn quota(&mut self, round: EntityId, quota: u32) {
        self.quotas.insert(round, quota);
    }

    /// A voucher leaves the printer.
    ///
    /// # Errors
    /// Its number was printed before, its key has another one, or there are more than the quota.
    pub(crate) fn print(
        &mut self,
        round: EntityId,
        serial: u32,
        reservation: EntityId,
        key: Option<String>,
    ) -> Result<(), Broken> {
        if self.printed.contains_key(&(round, serial)) {
            return Err(Broken::promise("a voucher number was printed twice", format!("{serial}")));
        }
        let quota = self.quotas.get(&round).copied().unwrap_or(0);
        if serial > quota {
            return Err(Broken::promise("more vouchers than the quota", format!("{serial} of {quota}")));
        }
        let same_key = |printed: &Printed| key.is_some() && printed.key == key && !printed.void;
        let of_round = self.printed.iter().filter(|((of, _), _)| *of == round);
        if let Some(((_, other), _)) = of_round.into_iter().find(|(_, printed)| same_key(printed)) {
            return Err(Broken::promise("two vouchers for one key", format!("{other} and {serial} for {key:?}")));
        }
        self.printed.insert((round, serial), Printed { key, reservation, void: false });
        Ok(())
    }

    /// A clerk stepped back from a voucher, with a reason.
    pub(crate) fn void(&mut self, round: EntityId, serial: u32) {
        if let Some(printed) = self.printed.get_mut(&(round, serial)) {
            printed.void = true;
        }
    }

    /// Vouchers in people's hands: round, number and reservation.
    pub(crate) fn in_hands(&self) -> BTreeSet<(EntityId, u32, EntityId)> {
        let good = self.printed.iter().filter(|(_, printed)| !printed.void);
        good.map(|((round, serial), printed)| (*round, *serial, printed.reservation)).collect()
    }
}
