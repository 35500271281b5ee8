//! The program through its door: one build for every test of the command line.

#![allow(clippy::unwrap_used)] // Integration tests: helpers stand outside #[test].

mod answers;
mod at_once;
mod clock;
mod counters;
mod data;
mod day;
mod disk;
mod district;
mod estate;
mod exchange;
mod exports;
mod hands;
mod instructions;
mod keyring;
mod kill;
mod large;
mod line;
mod lost;
mod main_job;
mod matched;
mod matching;
mod mess;
mod night;
mod office;
mod orders;
mod own_data;
mod paper;
mod power;
mod private;
mod requested;
mod serving;
mod sheets;
mod sms;
mod story;
mod tasks;
mod town;
mod traces;
mod unprintable;
