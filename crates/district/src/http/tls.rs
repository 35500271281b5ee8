//! TLS by rustls, with a certificate of the district's own authority.
//!
//! Handshakes are made beside each other: one slow client holds up nobody.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use super::ServeError;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes at once.
const HANDSHAKES: usize = 256;
/// How long to wait where the system gives no connection (too many open files).
const PAUSE: Duration = Duration::from_millis(200);

/// A server's certificate and key (PEM).
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The certificate, then those above it.
    pub chain: String,
    /// Its private key.
    pub key: String,
}

impl Certificate {
    fn acceptor(&self) -> Result<TlsAcceptor, ServeError> {
        let refused = |error: &dyn std::fmt::Display| ServeError::Certificate(error.to_string());
        let chain = CertificateDer::pem_slice_iter(self.chain.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| refused(&error))?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(|error| refused(&error))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| refused(&error))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

type Open = (TlsStream<TcpStream>, SocketAddr);

/// Connections whose handshake is done.
pub(super) struct Listener {
    address: SocketAddr,
    open: mpsc::Receiver<Open>,
}

impl Listener {
    /// Takes connections from a listener.
    pub(super) fn over(listener: TcpListener, certificate: Certificate) -> Result<Listener, ServeError> {
        let acceptor = certificate.acceptor()?;
        let address = listener.local_addr()?;
        let (sender, open) = mpsc::channel(1);
        tokio::spawn(accept(listener, acceptor, sender));
        Ok(Listener { address, open })
    }
}

/// Ends when nobody takes connections any more.
async fn accept(listener: TcpListener, acceptor: TlsAcceptor, sender: mpsc::Sender<Open>) {
    let handshakes = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        let Ok(permit) = handshakes.clone().acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = sender.closed() => return,
        };
        let Ok((stream, address)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                let _ = sender.send((stream, address)).await; // Nobody listens any more: the connection ends.
            }
            drop(permit);
        });
    }
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Open {
        match self.open.recv().await {
            Some(open) => open,
            // The accepting task ends only after this listener.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
