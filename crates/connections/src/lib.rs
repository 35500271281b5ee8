//! Connections of our HTTP servers, the district's and `linli serve`: no more than there are places for, and closed where
//! nothing is said on them.
//!
//! Must stay true: whoever connects and says nothing has a place for [`HEAD`] and no longer, and whoever asks and does not
//! take the answer for [`TAKEN`]; once told to stop, nothing new begins and what runs may end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

/// How long a client may take to say what it wants, and a connection may be silent before it does.
pub const HEAD: Duration = Duration::from_secs(10);
/// Most bytes of that.
const HEAD_BYTES: usize = 64 * 1024;
/// How long a client may take none of an answer that is ready: longer than a phone's network is away in a tunnel.
pub const TAKEN: Duration = Duration::from_secs(60);
/// From 1970 to the year 9999, when the date of an answer can be written no more.
const WRITTEN: Duration = Duration::from_secs(253_370_764_800);
/// How long to wait where the system gives no connection (too many open files).
const PAUSE: Duration = Duration::from_millis(200);

/// Takes connections until told to stop, at most so many at once, and ends when the last one has. `begin` gives what is done
/// with one, or `None` to hang up.
pub async fn accept<W>(
    listener: TcpListener,
    most: u32,
    mut stopping: watch::Receiver<bool>,
    mut begin: impl FnMut(TcpStream, SocketAddr) -> Option<W>,
) where
    W: Future<Output = ()> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(most as usize));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let Ok((stream, address)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        // Whoever finds no place is told at once: he may try again.
        let Ok(place) = places.clone().try_acquire_owned() else {
            continue;
        };
        let Some(work) = begin(stream, address) else { continue };
        tokio::spawn(async move {
            work.await;
            drop(place);
        });
    }
    drop(listener);
    let _ = places.acquire_many(most).await; // It is never closed.
}

/// Whether answers can be given at the time this clock says: each carries it, and the year is written with four digits, from
/// 1970 on (RFC 9110, section 5.6.7).
pub fn can_serve_at(clock: SystemTime) -> bool {
    clock
        .duration_since(SystemTime::UNIX_EPOCH)
        .is_ok_and(|since| since < WRITTEN)
}

/// Answers on a connection until it ends; told to stop, lets the request that runs be the last one.
pub async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) {
    // The clock was set while the server ran. The library panics there; to be hung up on is said at the other end.
    if !can_serve_at(SystemTime::now()) {
        return;
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(TAKEN));
    let stream = Box::pin(stream);
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    // How a connection ends is the other side's affair: nothing hangs on it here.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|stopping| *stopping) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::AsyncWriteExt;

    use super::*;

    /// Time passes by itself where everybody waits.
    #[tokio::test(start_paused = true)]
    async fn who_does_not_take_the_answer_is_hung_up_on() {
        let router = Router::new().route("/", get(|| async { "答".repeat(10_000) }));
        let (mut client, server) = tokio::io::duplex(1024);
        let (_stop, stopping) = watch::channel(false);
        let talking = tokio::spawn(talk(server, router, stopping));
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: linli\r\n\r\n")
            .await
            .unwrap();
        let begun = tokio::time::Instant::now();
        talking.await.unwrap();
        assert!((TAKEN..TAKEN * 2).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    }

    #[test]
    fn no_date_is_asked_for_that_cannot_be_written() {
        let epoch = SystemTime::UNIX_EPOCH;
        let second = Duration::from_secs(1);
        assert!(can_serve_at(epoch) && can_serve_at(SystemTime::now()) && can_serve_at(epoch + WRITTEN - second));
        assert!(!can_serve_at(epoch - second) && !can_serve_at(epoch + WRITTEN));
    }
}
