//! For the simulator: a workstation on a store that it made, amid a clock and chance of its own. Its clerks act through
//! [`commands`], by which the screens and the command line do.

use std::sync::{Arc, MutexGuard};

use linli_domain::operation::EntityId;
use linli_protocol::{Enrolled, Ticket};
use linli_store::key::DatabaseKey;
use linli_store::{Store, Surroundings};
use linli_sync::District;

pub use crate::commands::on_data as commands;

use crate::api::exchange::JoinRequest;
use crate::exchange::enrol;
use crate::{Error, Session, SessionOptions, Workstation};

/// A workstation on a store that is open. `committee`: whose data it writes, also where there is none yet.
pub fn workstation(
    options: SessionOptions,
    surroundings: Arc<dyn Surroundings>,
    (store, key): (Store, Arc<DatabaseKey>),
    committee: EntityId,
) -> Workstation {
    let store = store.amid(surroundings.clone());
    let mut session = Session::new(options);
    session.surroundings = surroundings;
    Workstation::on(&session, key, store, committee)
}

/// A workstation's store.
pub fn store(workstation: &Workstation) -> MutexGuard<'_, Store> {
    workstation.store()
}

/// Sets a new committee up in a workstation's empty store: the committee's id.
///
/// # Errors
/// The database's.
pub fn set_up(workstation: &Workstation, name: &str) -> Result<EntityId, Error> {
    Workstation::set_up(&mut workstation.store(), &*workstation.surroundings, (name, None, name))
}

/// Joins a district with what a workstation has, over a way of the simulator's own.
///
/// # Errors
/// The district's, or the database's.
pub fn join(workstation: &Workstation, district: &dyn District, code: &str) -> Result<Enrolled, Error> {
    let (store, ticket) = (
        workstation.store(),
        Ticket {
            url: String::new(),
            code: code.to_owned(),
            authority: None,
        },
    );
    let request = JoinRequest {
        device_name: workstation.settings_of(&store)?.actor,
        ..JoinRequest::default()
    };
    let own = store.view().last_seq(store.own_device()?.id)? > 0;
    enrol(
        &store,
        &request,
        &ticket,
        district,
        own.then(|| workstation.committee_id()),
        &|| Ok(()),
    )
}
