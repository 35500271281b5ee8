//! Everything a clerk can do, one function each: the only door for every host (window, browser, command line).
//!
//! A command is a plain function with a request and a response type of [`api`]; [`Session::call`] finds it by its
//! name. Personal data leaves here masked unless a command says otherwise, and then it is recorded.

mod answers;
pub mod api;
mod app;
mod backup;
mod clock;
mod commands;
mod error;
mod exchange;
mod file_name;
mod filters;
mod host;
pub mod import;
mod installed_fonts;
mod instructions;
mod jobs;
mod known;
mod matched;
mod memory;
mod named;
mod orders;
pub mod papers;
mod places;
mod queue;
mod remarks;
mod requested;
pub mod roster;
pub mod rounds;
mod sample;
mod session;
#[cfg(feature = "simulation")]
pub mod simulation;
mod tasks;
mod timeline;
mod today;
mod undo;
mod workstation;

pub use api::app::ErrorBody;
pub use app::check;
pub use backup::{back_up, restore};
pub use commands::write_client;
pub use error::Error;
pub use exchange::{Tried, exchange_once, ticket_text};
pub use file_name::in_a_folder;
pub use host::{Host, OsHost, Printer, default_exports_dir};
pub use jobs::{Progress, Step};
pub use linli_documents::text::decode as decode_text;
pub use linli_domain::system::SystemProblem;
pub use linli_store::ENCRYPTED;
pub use linli_store::files::read_whole;
pub use matched::{Matched, MatchedCandidate, MatchedRow, match_sheets};
pub use memory::NamedBytes;
pub use named::{Attempt, FormField, Thing};
pub use places::Place;
pub use requested::{ReadRequests, RequestRow, read_requests};
pub use session::{Session, SessionOptions, default_data_dir};
pub use workstation::Workstation;
