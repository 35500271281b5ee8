//! The exchange with the district: belonging to it, what waits, and what needs a person.

mod membership;

pub(crate) use membership::joined;
