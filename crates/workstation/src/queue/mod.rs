//! What all queues of work share: the items of a list in memory, searched, narrowed, counted, and worked on by their ids. What
//! is a kind's own (serials and the smart check of rounds, attachments of instructions) stays in its own module.

mod act;
mod deadline;
mod export;
mod items;
mod kept;
mod narrow;
mod text;
mod words;

pub(crate) use act::{each, ids, missing, one};
pub(crate) use deadline::{minutes_to, presses_at};
pub(crate) use export::{Export, export};
pub(crate) use items::{Items, Shelf};
pub(crate) use kept::{Kept, Version};
pub(crate) use narrow::{by_stage, by_value, code, slice};
pub(crate) use text::{asked, optional, within};
pub(crate) use words::Words;
