//! The program through its door: one build for every test of the command line.

#![allow(clippy::unwrap_used)] // Integration tests: helpers stand outside #[test].

mod exports;
mod main_job;
mod office;
