//! The exchange with the district: belonging to it, what waits, and what needs a person.

mod background;
mod conflicts;
mod join;
mod line;
mod membership;
mod once;
mod packages;
mod shown;
mod state;
mod words;

pub(crate) use background::start;
pub(crate) use conflicts::{conflict_decide, conflict_list};
#[cfg(feature = "simulation")]
pub(crate) use join::enrol;
pub use join::ticket_text;
pub(crate) use join::{join, ticket_read};
pub(crate) use line::Line;
pub(crate) use membership::{Membership, joined};
pub(crate) use once::attachments_problem;
pub use once::{Tried, exchange_once};
pub(crate) use packages::{package_export, package_import};
pub(crate) use state::{exchange_now, exchange_page, exchange_state, rejected_seen};
pub(crate) use words::fault;
