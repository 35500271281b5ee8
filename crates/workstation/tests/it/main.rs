//! Everything a clerk can do, through the door that every host uses.

#![allow(clippy::unwrap_used)] // Integration tests: helpers stand outside #[test].

mod backup;
mod correct;
mod desk;
mod masked;
mod papers;
mod rules;
mod tasks;
mod ticket;
mod topics;
mod wizard;
