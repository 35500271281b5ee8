//! The server as a program.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::process::ExitStatus;
use std::process::{Child, Command, Stdio};

/// A server in a process of its own, killed at the end where it has not ended.
pub(crate) struct Serving {
    pub(crate) address: String,
    pub(super) process: Child,
}

impl Serving {
    /// Starts a server that says its address first.
    pub(super) fn start(mut server: Command, log: Stdio) -> Serving {
        let mut process = server.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Serving {
            address: address.trim().strip_prefix("http://").unwrap().to_owned(),
            process,
        }
    }

    /// The whole answer at a path.
    pub(crate) fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Tells it to stop.
    #[cfg(unix)]
    pub(super) fn terminate(&self) {
        let told = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()
            .unwrap();
        assert!(told.success());
    }

    /// Waits until it has ended.
    #[cfg(unix)]
    pub(super) fn ended(mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }

    /// Tells it to stop, and waits until it has; gives its output.
    #[cfg(unix)]
    pub(super) fn stop(mut self) -> (ExitStatus, String) {
        self.terminate();
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (self.process.wait().unwrap(), log)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
