//! The district through its doors: both databases, the server in process, the command line.

mod databases;
mod postgres_server;
mod storage;
