//! The district over HTTP(S).
//!
//! Must stay true: over the network only the district's own authority is trusted, whatever the system trusts, and plain
//! HTTP never leaves this PC; an answer is bounded before it is read; no error text holds a token or anything about
//! people.

use std::io::Read;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use linli_domain::instruction::ContentHash;
use linli_domain::writing::quoted;
use linli_protocol::{
    BODY_BYTES, Denial, EnrolRequest, Enrolled, LeaseRequest, Leased, PullRequest, Pulled, PushRequest, Pushed,
    ServerTime, VERSION, VERSION_HEADER,
};
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Url, redirect};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::{District, Fault, NoAnswer};

/// How long the district may take to accept a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long to wait when only looking whether it is there.
const PROBING: Duration = Duration::from_secs(2);
/// How long one message with its answer may take, over a slow line.
const ANSWERING: Duration = Duration::from_secs(120);
/// Messages of fewer bytes are not worth compressing.
const SMALL: usize = 1024;
/// Compression level: the line is slower than any of them.
const LEVEL: i32 = 3;
const ZSTD: &str = "zstd";
const JSON: &str = "application/json";

/// Why an address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AddressProblem {
    /// It is none.
    #[error("区级平台的地址“{address}”读不懂，请核对")]
    Unreadable {
        /// As it was written.
        address: String,
    },
    /// Plain HTTP to another machine.
    #[error("区级平台的地址必须以 https:// 开头")]
    Plain,
    /// HTTPS without the district's own certificate.
    #[error("只有地址和加入码不够：还要区级平台的证书，请用加入码的二维码图片或文件加入")]
    NoAuthority,
    /// The certificate cannot be read.
    #[error("区级平台的证书读不懂，请向区里重新要加入码")]
    Authority,
    /// The program cannot open connections at all.
    #[error("网络部件不能启动：{reason}")]
    Client {
        /// What the library says.
        reason: String,
    },
}

/// A district reached over HTTP.
pub struct HttpDistrict {
    client: Client,
    base: Url,
    token: Option<String>,
}

impl HttpDistrict {
    /// A district at an address, with the certificate of its authority (DER), and the token once there is one.
    ///
    /// # Errors
    /// The address or the certificate cannot be used.
    pub fn new(url: &str, authority: Option<&[u8]>, token: Option<&str>) -> Result<HttpDistrict, AddressProblem> {
        let base = address(url)?;
        let builder = Client::builder()
            .connect_timeout(CONNECTING)
            .timeout(ANSWERING)
            .redirect(redirect::Policy::none())
            .no_proxy();
        let builder = match (base.scheme(), authority) {
            ("https", Some(authority)) => builder.https_only(true).tls_backend_preconfigured(trusting(authority)?),
            ("https", None) => return Err(AddressProblem::NoAuthority),
            // No TLS is spoken on loopback; without roots none would be.
            _ => builder.tls_backend_preconfigured(config(RootCertStore::empty())?),
        };
        let client = builder.build().map_err(|error| AddressProblem::Client {
            reason: error.without_url().to_string(),
        })?;
        Ok(HttpDistrict {
            client,
            base,
            token: token.map(str::to_owned),
        })
    }

    /// Whether something answers at the address: cheap, to notice that the network is back.
    pub fn is_reachable(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let port = self.base.port_or_known_default().unwrap_or_default();
        let mut addresses = (host, port).to_socket_addrs().into_iter().flatten();
        addresses.any(|address| TcpStream::connect_timeout(&address, PROBING).is_ok())
    }

    fn post<A: DeserializeOwned>(&self, path: &str, message: &impl Serialize) -> Result<A, Fault> {
        let json = serde_json::to_vec(message).map_err(|error| Fault::Unreadable(error.to_string().into()))?;
        let request = self.client.post(self.url(path)?).header(CONTENT_TYPE, JSON);
        let request = match zstd::encode_all(json.as_slice(), LEVEL) {
            Ok(packed) if json.len() >= SMALL => request.header(CONTENT_ENCODING, ZSTD).body(packed),
            _ => request.body(json),
        };
        self.ask(request)
    }

    fn url(&self, path: &str) -> Result<Url, Fault> {
        self.base
            .join(path)
            .map_err(|error| Fault::Unreadable(error.to_string().into()))
    }

    fn ask<A: DeserializeOwned>(&self, request: RequestBuilder) -> Result<A, Fault> {
        let json = self.bytes(request)?;
        serde_json::from_slice(&json).map_err(|error| Fault::Unreadable(error.to_string().into()))
    }

    /// The body of an answer that is no denial.
    fn bytes(&self, request: RequestBuilder) -> Result<Vec<u8>, Fault> {
        let request = request.header(VERSION_HEADER, VERSION).header(ACCEPT_ENCODING, ZSTD);
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let mut response = request.send().map_err(unreachable)?;
        let status = response.status();
        let packed = response
            .headers()
            .get(CONTENT_ENCODING)
            .is_some_and(|coding| coding == ZSTD);
        let sent = bounded(&mut response)?;
        let body = if packed { decompressed(&sent)? } else { sent };
        if status.is_success() {
            return Ok(body);
        }
        match serde_json::from_slice::<Denial>(&body) {
            Ok(denial) => Err(Fault::Denied(denial)),
            // A gateway on the way, or a server that is starting.
            Err(_) if status.is_server_error() => Err(Fault::Unreachable(status.to_string().into())),
            Err(_) => Err(Fault::Unreadable(status.to_string().into())),
        }
    }
}

impl District for HttpDistrict {
    fn enrol(&self, request: &EnrolRequest) -> Result<Enrolled, Fault> {
        self.post("v1/enrol", request)
    }

    fn push(&self, request: &PushRequest) -> Result<Pushed, Fault> {
        self.post("v1/push", request)
    }

    fn pull(&self, request: &PullRequest) -> Result<Pulled, Fault> {
        self.post("v1/pull", request)
    }

    fn lease(&self, request: &LeaseRequest) -> Result<Leased, Fault> {
        self.post("v1/lease", request)
    }

    fn attachment(&self, hash: ContentHash, from: u64) -> Result<Vec<u8>, Fault> {
        let mut url = self.url(&format!("v1/attachments/{hash}"))?;
        url.query_pairs_mut().append_pair("from", &from.to_string());
        self.bytes(self.client.get(url))
    }

    fn time(&self) -> Result<ServerTime, Fault> {
        self.ask(self.client.get(self.url("v1/time")?))
    }
}

/// The address with a slash at its end, so that paths are joined to it.
fn address(url: &str) -> Result<Url, AddressProblem> {
    let unreadable = || AddressProblem::Unreadable {
        address: quoted(url.trim()).into_owned(),
    };
    let base = Url::parse(&format!("{}/", url.trim().trim_end_matches('/'))).map_err(|_| unreadable())?;
    let host = base.host_str().ok_or_else(unreadable)?;
    let loopback = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    match base.scheme() {
        "https" => Ok(base),
        "http" if loopback => Ok(base),
        "http" => Err(AddressProblem::Plain),
        _ => Err(unreadable()),
    }
}

fn trusting(authority: &[u8]) -> Result<ClientConfig, AddressProblem> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(authority.to_vec()))
        .map_err(|_| AddressProblem::Authority)?;
    config(roots)
}

fn config(roots: RootCertStore) -> Result<ClientConfig, AddressProblem> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_details(provider, Arc::new(AnyClock))
        .with_safe_default_protocol_versions()
        .map_err(|error| AddressProblem::Client {
            reason: error.to_string(),
        })?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The first and the last second, since 1970, that a district's certificates are taken to be looked at: 1980 and 2090. They
/// are valid far beyond both.
const LOOKED_AT: (u64, u64) = (315_532_800, 3_786_912_000);

/// A PC's clock, as certificates are looked at: one that is off by ages, before 1970 too, must not keep the PC from the
/// district, which tells it so. What ends a PC's access is its token.
#[derive(Debug)]
struct AnyClock;

impl TimeProvider for AnyClock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(looked_at(SystemTime::now()))
    }
}

fn looked_at(clock: SystemTime) -> UnixTime {
    let seconds = clock.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    UnixTime::since_unix_epoch(Duration::from_secs(seconds.clamp(LOOKED_AT.0, LOOKED_AT.1)))
}

/// What went wrong, without the address: it is in the settings, and the text may be logged.
fn unreachable(error: reqwest::Error) -> Fault {
    Fault::Unreachable(match () {
        () if error.is_timeout() => NoAnswer::TimedOut,
        () if error.is_connect() => NoAnswer::NoNetwork,
        () => error.without_url().to_string().into(),
    })
}

fn bounded(response: &mut impl Read) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    response
        .take(BODY_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| Fault::Unreachable(NoAnswer::CutShort))?;
    if bytes.len() > BODY_BYTES {
        Err(Fault::Unreadable(NoAnswer::TooLong))
    } else {
        Ok(bytes)
    }
}

fn decompressed(sent: &[u8]) -> Result<Vec<u8>, Fault> {
    let damaged = |_| Fault::Unreadable(NoAnswer::Damaged);
    bounded(&mut zstd::Decoder::new(sent).map_err(damaged)?).map_err(|fault| {
        if let Fault::Unreachable(_) = fault {
            Fault::Unreadable(NoAnswer::Damaged)
        } else {
            fault
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use linli_domain::time::Moment;
    use linli_protocol::DenialCode;

    use super::*;

    /// A server that answers one request with these bytes; gives what it was asked.
    fn answering(answer: Vec<u8>) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") {
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            // The client hangs up on an answer that is too long: that is what one test is about.
            let _ = stream.write_all(&answer);
            String::from_utf8_lossy(&request).to_lowercase()
        });
        (url, asked)
    }

    fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    fn time(answer: Vec<u8>) -> (Result<ServerTime, Fault>, String) {
        let (url, asked) = answering(answer);
        let answer = HttpDistrict::new(&url, None, Some("secret")).unwrap().time();
        (answer, asked.join().unwrap())
    }

    #[test]
    fn plain_http_stays_on_this_pc_and_https_needs_the_districts_own_authority() {
        let new = |url: &str, authority: Option<&[u8]>| HttpDistrict::new(url, authority, None).map(|_| ());
        for loopback in ["http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:9"] {
            assert_eq!(new(loopback, None), Ok(()), "{loopback}");
        }
        assert_eq!(new("http://10.0.0.8:8080", None), Err(AddressProblem::Plain));
        assert_eq!(new("http://127.0.0.1.example.cn", None), Err(AddressProblem::Plain));
        assert_eq!(new("https://qu.example.cn", None), Err(AddressProblem::NoAuthority));
        assert_eq!(
            new("https://qu.example.cn", Some(b"no certificate")),
            Err(AddressProblem::Authority)
        );
        for none in ["", "qu.example.cn", "ftp://127.0.0.1"] {
            assert!(
                matches!(new(none, None), Err(AddressProblem::Unreadable { .. })),
                "{none}"
            );
        }
    }

    #[test]
    fn a_message_says_its_version_and_who_asks() {
        let (answer, asked) = time(http("200 OK", "", br#"{"at":5,"new":1}"#));
        assert_eq!(answer, Ok(ServerTime { at: Moment(5) }));
        assert!(
            asked.starts_with("get /v1/time ") && asked.contains("linli-protocol: 1"),
            "{asked}"
        );
        assert!(
            asked.contains("authorization: bearer secret") && asked.contains("accept-encoding: zstd"),
            "{asked}"
        );
        let packed = zstd::encode_all(&br#"{"at":6}"#[..], 1).unwrap();
        let (answer, _) = time(http("200 OK", "content-encoding: zstd\r\n", &packed));
        assert_eq!(answer, Ok(ServerTime { at: Moment(6) }));
    }

    #[test]
    fn denials_gateways_and_nonsense_are_told_apart() {
        let (answer, _) = time(http("403 Forbidden", "", br#"{"code":"revoked","text":"x"}"#));
        assert!(
            matches!(
                answer,
                Err(Fault::Denied(Denial {
                    code: DenialCode::Revoked,
                    ..
                }))
            ),
            "{answer:?}"
        );
        let (answer, _) = time(http("502 Bad Gateway", "", b"<html>"));
        assert!(matches!(answer, Err(Fault::Unreachable(_))), "{answer:?}");
        let (answer, _) = time(http("200 OK", "", b"<html>log in to the hotel</html>"));
        assert!(matches!(answer, Err(Fault::Unreadable(_))), "{answer:?}");
        let (answer, _) = time(http("302 Found", "location: http://127.0.0.1:1/\r\n", b""));
        assert!(
            matches!(answer, Err(Fault::Unreadable(_))),
            "another place is not followed: {answer:?}"
        );
        let (answer, _) = time(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{".to_vec());
        assert!(matches!(answer, Err(Fault::Unreachable(_))), "cut off: {answer:?}");
    }

    #[test]
    fn answers_are_bounded_before_and_after_decompression() {
        let long = vec![b' '; BODY_BYTES + 1];
        let (answer, _) = time(http("200 OK", "", &long));
        assert!(matches!(answer, Err(Fault::Unreadable(_))), "{answer:?}");
        let bomb = zstd::encode_all(long.as_slice(), 1).unwrap();
        let (answer, _) = time(http("200 OK", "content-encoding: zstd\r\n", &bomb));
        assert!(matches!(answer, Err(Fault::Unreadable(_))), "{answer:?}");
    }

    #[test]
    fn nobody_there_is_worth_another_try() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let district = HttpDistrict::new(&url, None, None).unwrap();
        assert!(district.is_reachable());
        drop(listener);
        assert!(!district.is_reachable());
        let fault = district.time().unwrap_err();
        assert!(fault.is_retryable());
        assert!(!fault.to_string().contains("127.0.0.1"), "{fault}");
    }
}
