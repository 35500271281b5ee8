//! TLS by rustls, with a certificate of the district's own authority.

use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio_rustls::rustls::time_provider::TimeProvider;

use super::{ServeError, system_clock};

/// A server's certificate and key (PEM).
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The certificate, then those above it.
    pub chain: String,
    /// Its private key.
    pub key: String,
}

impl Certificate {
    /// What makes handshakes with it.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, ServeError> {
        let refused = |error: &dyn std::fmt::Display| ServeError::Certificate(error.to_string());
        let chain = CertificateDer::pem_slice_iter(self.chain.as_bytes())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| refused(&error))?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(|error| refused(&error))?;
        let config = ServerConfig::builder_with_details(Arc::new(ring::default_provider()), Arc::new(AnyClock))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| refused(&error))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// The system's clock; one before 1970 counts as 1970. It only says how old a session is that a client comes back to.
#[derive(Debug)]
struct AnyClock;

impl TimeProvider for AnyClock {
    fn current_time(&self) -> Option<UnixTime> {
        let millis = u64::try_from(system_clock().0).unwrap_or(0);
        Some(UnixTime::since_unix_epoch(Duration::from_millis(millis)))
    }
}
