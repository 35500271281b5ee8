//! The workstation's side of the exchange with its district.
//!
//! Must stay true: nothing leaves the outbox without a verdict; an exchange may end at any point and the next one goes
//! on from there; nothing here knows a clock, a thread or a source of chance: they come in as arguments.

mod attachments;
mod district;
mod error;
mod exchange;
mod http;
mod leases;
pub mod package;
mod rebuild;
mod schedule;
mod turn;

pub use attachments::{Fetched, fetch_attachments};
pub use district::{District, Fault, NoAnswer};
pub use error::Error;
pub use exchange::{Exchanged, exchange};
pub use http::{AddressProblem, HttpDistrict};
pub use rebuild::rebuild;
pub use schedule::Schedule;
pub use turn::Turn;
