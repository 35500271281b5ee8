//! The district through its doors: both databases, the server in process, the command line.

mod databases;
mod enrolment;
mod exchange;
mod leases;
mod office;
mod postgres_server;
mod storage;
