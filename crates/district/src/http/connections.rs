//! Connections: counted by where they come from, inside TLS or not; how they are taken and closed is
//! [`linli_connections`].
//!
//! Must stay true: who opens many connections, or says nothing on them, holds up those of his own source at most.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::{Extension, Router};
use linli_connections::{accept, talk};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::peer::Peer;

/// Most connections. Each is an open file: the system may allow fewer (`ulimit -n`).
const CONNECTIONS: u32 = 8192;
/// Most connections from one source: an office's PCs may share an address.
const PER_SOURCE: usize = 1024;
/// Handshakes at once.
const HANDSHAKES: usize = 1024;
/// Handshakes at once with one source other than a proxy of the district's; its others wait.
const HANDSHAKES_PER_SOURCE: usize = 64;
/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Where connections are taken.
pub(super) struct Door {
    router: Router,
    /// `None`: in the clear.
    tls: Option<TlsAcceptor>,
    /// Proxies of the district's own: behind each there are many sources.
    proxies: Vec<IpAddr>,
    handshakes: Semaphore,
    sources: Arc<Sources>,
}

impl Door {
    pub(super) fn new(router: Router, tls: Option<TlsAcceptor>, proxies: Vec<IpAddr>) -> Arc<Door> {
        Arc::new(Door {
            router,
            tls,
            proxies,
            handshakes: Semaphore::new(HANDSHAKES),
            sources: Arc::default(),
        })
    }

    /// Takes connections until told to stop, and ends when the last one has.
    pub(super) async fn serve(self: Arc<Door>, listener: TcpListener, stopping: watch::Receiver<bool>) {
        let told = stopping.clone();
        let begin = |stream, address| {
            let peer = Peer::at(address, &self.proxies);
            let counted = Sources::count(&self.sources, peer)?;
            Some(self.clone().take(stream, peer, counted, stopping.clone()))
        };
        accept(listener, CONNECTIONS, told, begin).await;
    }

    async fn take(
        self: Arc<Door>,
        stream: TcpStream,
        peer: Peer,
        counted: Counted,
        mut stopping: watch::Receiver<bool>,
    ) {
        let router = self.router.clone().layer(Extension(peer));
        let Some(tls) = &self.tls else {
            return talk(stream, router, stopping).await;
        };
        let open = tokio::select! {
            open = self.shake_hands(tls, stream, &counted) => open,
            _ = stopping.wait_for(|stopping| *stopping) => None,
        };
        if let Some(stream) = open {
            talk(stream, router, stopping).await;
        }
    }

    /// The connection inside TLS; `None` where it does not come to that.
    async fn shake_hands(
        &self,
        tls: &TlsAcceptor,
        stream: TcpStream,
        counted: &Counted,
    ) -> Option<TlsStream<TcpStream>> {
        let _own = counted.handshakes.acquire().await.ok()?;
        let _any = self.handshakes.acquire().await.ok()?;
        tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await.ok()?.ok()
    }
}

/// What one source has open.
struct Source {
    connections: usize,
    handshakes: Arc<Semaphore>,
}

/// All sources that have something open.
#[derive(Default)]
struct Sources(Mutex<HashMap<String, Source>>);

/// A connection that counts until it is dropped.
struct Counted {
    sources: Arc<Sources>,
    source: String,
    handshakes: Arc<Semaphore>,
}

impl Sources {
    /// Counts a connection; `None` where its source has too many.
    fn count(sources: &Arc<Sources>, peer: Peer) -> Option<Counted> {
        let source = peer.source();
        let most = if peer.proxy { HANDSHAKES } else { HANDSHAKES_PER_SOURCE };
        let new = || Source {
            connections: 0,
            handshakes: Arc::new(Semaphore::new(most)),
        };
        let mut open = sources.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.entry(source.clone()).or_insert_with(new);
        if known.connections >= PER_SOURCE && !peer.proxy {
            return None;
        }
        known.connections += 1;
        Some(Counted {
            sources: sources.clone(),
            source,
            handshakes: known.handshakes.clone(),
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.sources.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = open.get_mut(&self.source) {
            known.connections -= 1;
            if known.connections == 0 {
                open.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_finds_no_place_any_more_and_another_does() {
        let sources = Arc::default();
        let from = |text: &str| Peer {
            address: text.parse().unwrap(),
            proxy: false,
        };
        let mut open: Vec<Counted> = (0..PER_SOURCE)
            .map(|_| Sources::count(&sources, from("192.0.2.1")).unwrap())
            .collect();
        assert!(Sources::count(&sources, from("192.0.2.1")).is_none());
        assert!(Sources::count(&sources, from("192.0.2.2")).is_some());
        assert!(
            Sources::count(
                &sources,
                Peer {
                    proxy: true,
                    ..from("192.0.2.1")
                }
            )
            .is_some(),
            "many are behind it"
        );
        open.pop();
        assert!(Sources::count(&sources, from("192.0.2.1")).is_some());
        open.clear();
        let places = |proxy| {
            Sources::count(
                &sources,
                Peer {
                    proxy,
                    ..from("192.0.2.3")
                },
            )
            .unwrap()
            .handshakes
            .available_permits()
        };
        assert_eq!((places(false), places(true)), (HANDSHAKES_PER_SOURCE, HANDSHAKES));
        assert!(sources.0.lock().unwrap().is_empty(), "nothing is kept of who is gone");
    }
}
