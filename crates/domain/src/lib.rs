//! The rules of a residents' committee's work: what people, households, rounds, reservations, tasks, orders and requests are,
//! how they are checked, and how operations fold into their state.
//!
//! Pure: no clock, disk, network or randomness. Time, today's date and ids come in as arguments.

pub mod address;
pub mod answer;
pub mod backup;
pub mod digest;
pub mod entity;
pub mod filler;
pub mod guard;
pub mod happened;
pub mod id_document;
pub mod import;
pub mod instruction;
pub mod item;
pub mod lease;
pub mod mask;
pub mod operation;
pub mod order;
pub mod person_name;
pub mod phone;
pub mod pinyin;
pub mod record;
pub mod refusal;
pub mod registered;
pub mod request;
pub mod reservation;
pub mod round;
pub mod smart_check;
pub mod system;
pub mod task;
pub mod time;
pub mod told;
pub mod undo;
pub mod voucher;
pub mod writing;
