//! Bodies: bounded before they are read, compressed (zstd, RFC 8878) both ways where the other side can.

use std::io::Read;
use std::time::Duration;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use linli_protocol::{Denial, DenialCode, VERSION, VERSION_HEADER};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// How long a client may take to send a body.
const SENDING: Duration = Duration::from_secs(60);
/// Answers of fewer bytes are not worth compressing.
const SMALL: usize = 1024;
/// Compression level: the fastest one halves what travels many times over; more costs more than it saves.
const LEVEL: i32 = 1;
const ZSTD: &str = "zstd";

fn bad(text: impl Into<String>) -> Error {
    Error::denied(DenialCode::BadRequest, text)
}

/// Receives a body of at most so many bytes, as it was sent.
pub(super) async fn receive(body: Body, limit: usize) -> Result<Bytes, Error> {
    if body.size_hint().lower() > limit as u64 {
        return Err(bad(format!("the body is larger than {limit} bytes")));
    }
    let sent = tokio::time::timeout(SENDING, to_bytes(body, limit))
        .await
        .map_err(|_| bad("the body is too slow"))?;
    sent.map_err(|_| bad(format!("the body is cut off, or larger than {limit} bytes")))
}

/// The message of a body, of at most so many bytes.
pub(super) fn message<T: DeserializeOwned>(headers: &HeaderMap, sent: Bytes, limit: usize) -> Result<T, Error> {
    let plain = plain(headers, sent, limit)?;
    serde_json::from_slice(&plain).map_err(|error| bad(format!("the message cannot be read: {error}")))
}

/// The at most so many bytes that a body holds.
pub(super) fn plain(headers: &HeaderMap, sent: Bytes, limit: usize) -> Result<Vec<u8>, Error> {
    let coding = headers
        .get(CONTENT_ENCODING)
        .map(|value| value.to_str().unwrap_or_default());
    match coding {
        None | Some("identity") => Ok(sent.into()),
        Some(ZSTD) => decompressed(&sent, limit),
        Some(other) => Err(bad(format!("the content encoding {other} is not known"))),
    }
}

fn decompressed(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut plain = Vec::new();
    zstd::Decoder::new(bytes)
        .and_then(|decoder| decoder.take(limit as u64 + 1).read_to_end(&mut plain))
        .map_err(|_| bad("the body is not what its content encoding says"))?;
    if plain.len() > limit {
        Err(bad(format!("the body is larger than {limit} bytes")))
    } else {
        Ok(plain)
    }
}

/// Whether an answer may be compressed.
pub(super) fn takes_zstd(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    accepted.flat_map(|line| line.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(ZSTD));
        named && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// An answer.
pub(super) fn answer(message: &impl Serialize, compress: bool) -> Response {
    match serde_json::to_vec(message) {
        Ok(json) => respond(StatusCode::OK, json, compress),
        Err(error) => refuse(&error.into()),
    }
}

/// An answer of bytes that are no message.
pub(super) fn answer_bytes(bytes: Vec<u8>) -> Response {
    let kind = (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    (StatusCode::OK, [version(), kind], bytes).into_response()
}

fn version() -> (HeaderName, HeaderValue) {
    (HeaderName::from_static(VERSION_HEADER), HeaderValue::from(VERSION))
}

fn respond(status: StatusCode, json: Vec<u8>, compress: bool) -> Response {
    let version = version();
    let kind = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if compress
        && json.len() >= SMALL
        && let Ok(packed) = zstd::encode_all(json.as_slice(), LEVEL)
    {
        let coding = (CONTENT_ENCODING, HeaderValue::from_static(ZSTD));
        return (status, [version, kind, coding], packed).into_response();
    }
    (status, [version, kind], json).into_response()
}

/// A denial; what is the district's own trouble is logged here and not told.
pub(super) fn refuse(error: &Error) -> Response {
    let denial = error.denial();
    if denial.code == DenialCode::Unavailable {
        tracing::error!(%error, "a request failed");
    }
    // A denial is four plain fields; it can always be written.
    let json = serde_json::to_vec(&denial).unwrap_or_default();
    respond(status(&denial), json, false)
}

fn status(denial: &Denial) -> StatusCode {
    match denial.code {
        DenialCode::BadRequest | DenialCode::BadSignature => StatusCode::BAD_REQUEST,
        DenialCode::Unauthorised => StatusCode::UNAUTHORIZED,
        DenialCode::Revoked | DenialCode::BadCode => StatusCode::FORBIDDEN,
        DenialCode::OtherCommittee | DenialCode::Gap | DenialCode::Forked => StatusCode::CONFLICT,
        DenialCode::NotFound => StatusCode::NOT_FOUND,
        DenialCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        DenialCode::Unavailable | DenialCode::Unknown => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use linli_protocol::BODY_BYTES;

    use super::*;

    #[test]
    fn only_who_says_so_gets_zstd() {
        let takes = |text: &str| takes_zstd(&HeaderMap::from_iter([(ACCEPT_ENCODING, text.parse().unwrap())]));
        assert!(takes("zstd") && takes("gzip, Zstd;q=0.5"));
        assert!(!takes("gzip") && !takes("zstd;q=0") && !takes_zstd(&HeaderMap::new()));
    }

    #[test]
    fn a_small_body_that_swells_is_refused() {
        let bomb = zstd::encode_all(vec![b' '; BODY_BYTES + 1].as_slice(), LEVEL).unwrap();
        assert!(bomb.len() < 10_000);
        assert!(decompressed(&bomb, BODY_BYTES).is_err());
        let fits = zstd::encode_all(vec![b' '; BODY_BYTES].as_slice(), LEVEL).unwrap();
        assert_eq!(decompressed(&fits, BODY_BYTES).unwrap().len(), BODY_BYTES);
    }
}
