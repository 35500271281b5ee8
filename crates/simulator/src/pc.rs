//! A simulated PC: a real workstation on a real encrypted store in a folder of its own, a clock that may be wrong, a network
//! that may be out.

use std::path::{Path, PathBuf};
use std::sync::{Arc, MutexGuard};

use chrono::TimeDelta;
use ed25519_dalek::SigningKey;
use linli_district::committee::Caller;
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::time::Moment;
use linli_sample::random::Random;
use linli_store::files::DataFolder;
use linli_store::key::DatabaseKey;
use linli_store::{Error, Store, Surroundings};
use linli_workstation::{SessionOptions, Workstation, simulation};
use uuid::Uuid;

use crate::Broken;
use crate::ledger::Office;
use crate::surroundings::{Counter, Wall};
use crate::world::fork;

/// A PC.
pub(crate) struct Pc {
    pub(crate) name: String,
    pub(crate) office: Office,
    pub(crate) device: DeviceId,
    pub(crate) committee: EntityId,
    /// As the district knows it; `None` before it joined.
    pub(crate) caller: Option<Caller>,
    pub(crate) workstation: Workstation,
    /// How wrong its clock is.
    pub(crate) skew: TimeDelta,
    /// Whether anything but sticks connects it.
    pub(crate) connected: bool,
    /// Whether its program is a newer one.
    pub(crate) newer: bool,
    /// Whether the district took its access away.
    pub(crate) revoked: bool,
    /// Its network is out until then.
    pub(crate) offline_until: Moment,
    wall: Arc<Wall>,
    folder: PathBuf,
    key: Arc<DatabaseKey>,
}

impl Pc {
    /// A new PC with an empty store, in a folder of its own.
    pub(crate) fn new(
        folder: &Path,
        (name, office): (&str, Office),
        committee: EntityId,
        random: &mut Random,
    ) -> Result<Pc, Broken> {
        let said = |error: Error| Broken::error("a new PC", &error);
        let folder = folder.join(name);
        std::fs::create_dir(&folder).map_err(|error| Broken::error("a new PC", &error))?;
        let key = Arc::new(DatabaseKey::random().map_err(said)?);
        let store = Store::create(&DataFolder::new(&folder).database(), &key).map_err(said)?;
        store.hurry().map_err(said)?;
        let device = DeviceId(Uuid::from_u64_pair(random.bits(), random.bits()));
        store.become_device(device, secret(random)).map_err(said)?;
        let wall = Arc::new(Wall::new(fork(random)));
        let workstation = working((&folder, &wall), (store, &key), committee);
        let named = workstation.set_actor(name);
        named.map_err(|error| Broken::error("a new PC", &error))?;
        Ok(Pc {
            name: name.to_owned(),
            office,
            device,
            committee,
            caller: None,
            workstation,
            skew: TimeDelta::zero(),
            connected: true,
            newer: false,
            revoked: false,
            offline_until: Moment(0),
            wall,
            folder,
            key,
        })
    }

    /// What this PC's clock shows.
    pub(crate) fn clock(&self, now: Moment) -> Moment {
        Moment(now.0.saturating_add(self.skew.num_milliseconds()))
    }

    /// It becomes so late.
    pub(crate) fn set_clock(&self, now: Moment) {
        self.wall.show(self.clock(now));
    }

    /// What its clock shows to who works there now.
    pub(crate) fn shows(&self) -> Moment {
        self.wall.now()
    }

    /// Somebody waits until the clock shows another moment.
    pub(crate) fn wait_a_moment(&self) {
        self.wall.show(Moment(self.shows().0.saturating_add(1)));
    }

    /// How many documents have left its printer.
    pub(crate) fn papers(&self) -> u32 {
        self.wall.papers()
    }

    /// Its store, for a moment: whoever holds it must not call a command.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        simulation::store(&self.workstation)
    }

    /// Starts again after the power was gone: whatever was under way is gone, what was acknowledged is there.
    pub(crate) fn restart(&mut self) -> Result<(), Broken> {
        let said = |error: Error| Broken::error("a start after a crash", &error);
        let store = Store::open(&DataFolder::new(&self.folder).database(), &self.key).map_err(said)?;
        if let Some(loss) = store.view().losses().map_err(said)?.first() {
            return Err(Broken::promise("no loss is told of that there was not", loss));
        }
        store.hurry().map_err(said)?;
        self.workstation = working((&self.folder, &self.wall), (store, &self.key), self.committee);
        Ok(())
    }

    /// Operations that wait for the district.
    pub(crate) fn waiting(&self) -> Result<usize, Broken> {
        self.store()
            .view()
            .waiting()
            .map_err(|error| Broken::error("reading a store", &error))
    }

    /// The last of its own operations that its store holds.
    pub(crate) fn last_seq(&self) -> Result<u64, Broken> {
        let chain = self.store().chain_of(self.device);
        chain
            .map(|(seq, _)| seq)
            .map_err(|error| Broken::error("reading a chain", &error))
    }
}

/// A workstation on a PC's store.
fn working(
    (folder, wall): (&Path, &Arc<Wall>),
    (store, key): (Store, &Arc<DatabaseKey>),
    committee: EntityId,
) -> Workstation {
    let options = SessionOptions {
        data: folder.to_owned(),
        exports: folder.to_owned(),
        host: Box::new(Counter(wall.clone())),
    };
    simulation::workstation(options, wall.clone(), (store, key.clone()), committee)
}

/// 32 bytes of the run's own chance.
pub(crate) fn secret(random: &mut Random) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes
        .chunks_mut(8)
        .for_each(|chunk| chunk.copy_from_slice(&random.bits().to_be_bytes()));
    bytes
}

/// A signing key of the run's own chance.
pub(crate) fn signing_key(random: &mut Random) -> SigningKey {
    SigningKey::from_bytes(&secret(random))
}
