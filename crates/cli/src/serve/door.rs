//! Who may come in: the browser that opened the one-time address, and nobody else on this PC or on the web.
//! Must stay true: the token works once; a page of another site can neither call (Origin, custom header, SameSite)
//! nor come in under another name (Host, against DNS rebinding).

use std::fmt::Write as _;
use std::io;
use std::sync::{Mutex, PoisonError};

use axum::extract::{Query, Request, State};
use axum::http::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::Served;

/// The header that only our own screens send: a form of another site cannot.
const OURS: HeaderName = HeaderName::from_static("x-linli");
/// What browsers say about where a request comes from.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Bytes of the token and of the session.
const SECRET_BYTES: usize = 32;

/// Shown to a browser without a session.
const NO_SESSION: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>邻里工作站</title>\
<body style=\"font:18px/1.7 sans-serif;margin:15vh auto;max-width:32em\"><h1>这个地址已经用过了</h1>\
<p>请在打开工作站的窗口里按 Ctrl+C，再打开一次，用新的地址进入。您的数据都在，没有丢失。</p>";

/// The keys of one run of the program.
pub(super) struct Door {
    port: u16,
    /// Taken by the first browser that shows it.
    token: Mutex<Option<String>>,
    session: String,
}

impl Door {
    /// New keys for a server on this port.
    pub(super) fn new(port: u16) -> io::Result<Door> {
        Ok(Door {
            port,
            token: Mutex::new(Some(secret()?)),
            session: secret()?,
        })
    }

    /// The address that lets one browser in.
    pub(super) fn address(&self) -> String {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        format!(
            "http://127.0.0.1:{}/?token={}",
            self.port,
            token.as_deref().unwrap_or_default()
        )
    }

    /// Takes the token back if it is this one.
    fn exchange(&self, shown: &str) -> bool {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let right = token.as_deref().is_some_and(|token| same(token, shown));
        if right {
            *token = None;
        }
        right
    }

    /// Cookies do not keep ports apart, so the port is in the name.
    fn cookie_name(&self) -> String {
        format!("linli-{}", self.port)
    }

    fn new_cookie(&self) -> String {
        format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict",
            self.cookie_name(),
            self.session
        )
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(key, value)| key == name && same(value, &self.session))
    }

    /// Whether a `Host` names this server by its loopback names.
    fn is_here(&self, host: &str) -> bool {
        host.rsplit_once(':')
            .is_some_and(|(name, port)| matches!(name, "127.0.0.1" | "localhost") && port == self.port.to_string())
    }
}

/// Everyone: the right host, and then the token or the session.
pub(super) async fn visitor(
    State(served): State<Served>,
    Query(query): Query<std::collections::HashMap<String, String>>,
    request: Request,
    next: Next,
) -> Response {
    let door = &served.door;
    let host = text(request.headers(), &HOST);
    if !host.is_some_and(|host| door.is_here(host)) {
        return refuse(StatusCode::MISDIRECTED_REQUEST, "wrong host");
    }
    if door.has_session(request.headers()) {
        return next.run(request).await;
    }
    let at_the_front = request.method() == Method::GET && request.uri().path() == "/";
    if at_the_front && query.get("token").is_some_and(|token| door.exchange(token)) {
        // The address bar and the history keep no token, even a used one.
        return (
            StatusCode::SEE_OTHER,
            [(SET_COOKIE, door.new_cookie()), (LOCATION, "/".to_owned())],
        )
            .into_response();
    }
    if request.uri().path().starts_with("/api/") {
        return refuse(StatusCode::UNAUTHORIZED, "no session");
    }
    (StatusCode::UNAUTHORIZED, Html(NO_SESSION)).into_response()
}

/// Commands and files: asked by our own page.
pub(super) async fn api(State(served): State<Served>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if text(headers, &OURS) != Some("1") {
        return refuse(StatusCode::FORBIDDEN, "not from the screens");
    }
    if text(headers, &FETCH_SITE).is_some_and(|site| site != "same-origin") {
        return refuse(StatusCode::FORBIDDEN, "from another site");
    }
    let from_here = text(headers, &ORIGIN).map(|origin| {
        origin
            .strip_prefix("http://")
            .is_some_and(|host| served.door.is_here(host))
    });
    // Browsers name the origin of every POST; a GET of our own page has none.
    if !from_here.unwrap_or(request.method() == Method::GET) {
        return refuse(StatusCode::FORBIDDEN, "wrong origin");
    }
    next.run(request).await
}

fn refuse(status: StatusCode, reason: &'static str) -> Response {
    (status, reason).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn secret() -> io::Result<String> {
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Compares in a time that does not tell how much of it was right.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b)) == 0
}
