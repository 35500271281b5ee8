//! The reference district server: it orders what committees' PCs send, so that all of them end up the same, and
//! gives out what is scarce.
//!
//! Must stay true: nothing below the hosts (`http`, the program) knows a clock or a source of randomness: both come
//! in as arguments, so that a simulator can play years in one thread. A committee's rows stand together: every
//! primary key begins with the committee.

pub mod attachment;
pub mod authority;
pub mod committee;
mod district;
mod error;
pub mod form;
pub mod hold;
pub mod http;
pub mod instruction;
mod lease;
pub mod package;
pub mod progress;
pub mod pushed;
pub mod random;
pub mod round;
mod sequence;
pub mod sms;
pub mod storage;

pub use district::{DISTRICT, District};
pub use error::Error;
