//! The district through its doors: both databases, the server in process, the command line.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod between;
mod carried;
mod command_line;
mod databases;
mod enrolment;
mod exchange;
mod form;
mod hand_outs;
mod http;
mod instructions;
mod isolation;
mod leases;
mod newer;
mod numbers;
mod office;
mod old_data;
mod openapi;
mod orders;
mod packages;
mod printed;
mod sms;
mod storage;
mod taken_back;
mod tasks;
mod together;
mod wire;
