//! The line between PCs and a district: a relay on loopback that can be cut and mended. What is on the way when it is cut
//! breaks off.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A line to an address.
pub struct Line {
    to: SocketAddr,
    address: SocketAddr,
    running: Option<Running>,
}

struct Running {
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    thread: JoinHandle<()>,
}

impl Line {
    /// A line that works.
    pub fn to(to: SocketAddr) -> Line {
        let mut line = Line {
            to,
            address: "127.0.0.1:0".parse().unwrap(),
            running: None,
        };
        line.mend();
        line
    }

    /// Its near end.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Works again, at the same address.
    pub fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).unwrap();
        self.address = listener.local_addr().unwrap();
        let (cut, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (to, is_cut, streams) = (self.to, cut.clone(), open.clone());
        let thread = std::thread::spawn(move || {
            for near in listener.incoming() {
                if is_cut.load(Ordering::SeqCst) {
                    return;
                }
                // A connection that breaks off is the line's everyday life.
                let _ = near.and_then(|near| relay(near, to, &streams));
            }
        });
        self.running = Some(Running { cut, open, thread });
    }

    /// Nobody gets through any more.
    pub fn cut(&mut self) {
        let Some(Running { cut, open, thread }) = self.running.take() else {
            return;
        };
        cut.store(true, Ordering::SeqCst);
        // Wakes the thread that listens.
        let _ = TcpStream::connect(self.address);
        thread.join().unwrap();
        for stream in open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn relay(near: TcpStream, to: SocketAddr, streams: &Mutex<Vec<TcpStream>>) -> io::Result<()> {
    let far = TcpStream::connect(to)?;
    streams.lock().unwrap().extend([near.try_clone()?, far.try_clone()?]);
    for (mut from, mut to) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
        std::thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}
