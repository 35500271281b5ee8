//! Every refusal of the door, and that the right visitor gets through.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{Request, Response, StatusCode};
use linli_workstation::{OsHost, Session, SessionOptions};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use super::door::Door;
use super::*;

const PORT: u16 = 4321;
const HERE: &str = "127.0.0.1:4321";

/// A server without a socket, and a browser that already has its session.
struct Server {
    router: Router,
    token: String,
    _data: TempDir,
}

impl Server {
    fn new() -> Server {
        let data = tempfile::tempdir().unwrap();
        let session = Session::new(SessionOptions {
            data: data.path().join("data"),
            exports: data.path().join("exports"),
            host: Box::new(OsHost),
        });
        let door = Door::new(PORT).unwrap();
        let token = door.address().split_once("token=").unwrap().1.to_owned();
        Server {
            router: router(Arc::new(session), door),
            token,
            _data: data,
        }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Shows the token, returns the cookie.
    async fn enter(&self) -> String {
        let response = self
            .send(get(&format!("/?token={}", self.token)).body(Body::empty()).unwrap())
            .await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[LOCATION], "/", "the token leaves the address bar");
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
        cookie.split(';').next().unwrap().to_owned()
    }
}

fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path).header(HOST, HERE)
}

/// A right call, to be made wrong.
fn call(cookie: &str) -> axum::http::request::Builder {
    Request::post("/api/call/app_status")
        .header(HOST, HERE)
        .header(COOKIE, cookie)
        .header(ORIGIN, format!("http://{HERE}"))
        .header("x-linli", "1")
        .header(CONTENT_TYPE, "application/json")
}

fn empty() -> Body {
    Body::from("{}")
}

async fn text(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn the_right_browser_is_let_in_and_asks() {
    let server = Server::new();
    let cookie = server.enter().await;
    let page = server
        .send(get("/").header(COOKIE, &cookie).body(Body::empty()).unwrap())
        .await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()["content-security-policy"], headers::POLICY);
    assert_eq!(page.headers()["cache-control"], "no-store");
    let answer = server.send(call(&cookie).body(empty()).unwrap()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let status: Value = serde_json::from_str(&text(answer).await).unwrap();
    assert_eq!(status["state"], "first_start");
}

#[tokio::test]
async fn the_address_works_once() {
    let server = Server::new();
    server.enter().await;
    let again = server
        .send(get(&format!("/?token={}", server.token)).body(Body::empty()).unwrap())
        .await;
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
    assert!(again.headers().get(SET_COOKIE).is_none());
}

#[tokio::test]
async fn nobody_without_the_session_gets_anything() {
    let server = Server::new();
    let cookie = server.enter().await;
    let wrong = cookie.replace('=', "=0");
    for (path, cookie) in [
        ("/", ""),
        ("/", wrong.as_str()),
        ("/assets/index.js", ""),
        ("/api/file/x", wrong.as_str()),
    ] {
        let response = server
            .send(get(path).header(COOKIE, cookie).body(Body::empty()).unwrap())
            .await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path} with {cookie:?}");
    }
    let response = server.send(call("").body(empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let guess = server.send(get("/?token=").body(Body::empty()).unwrap()).await;
    assert_eq!(guess.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_name_for_this_pc_is_refused() {
    let server = Server::new();
    let cookie = server.enter().await;
    for host in [
        "evil.example:4321",
        "127.0.0.1:80",
        "127.0.0.1",
        "localhost.evil.example:4321",
        "[::1]:4321",
    ] {
        let request = Request::get("/").header(HOST, host).header(COOKIE, &cookie);
        let response = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    let nameless = Request::get("/").header(COOKIE, &cookie).body(Body::empty()).unwrap();
    assert_eq!(server.send(nameless).await.status(), StatusCode::MISDIRECTED_REQUEST);
    let localhost = Request::get("/").header(HOST, "localhost:4321").header(COOKIE, &cookie);
    assert_eq!(
        server.send(localhost.body(Body::empty()).unwrap()).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_page_of_another_site_cannot_call() {
    let server = Server::new();
    let cookie = server.enter().await;
    for origin in [
        "http://evil.example",
        "https://127.0.0.1:4321",
        "http://127.0.0.1:81",
        "null",
    ] {
        let mut request = call(&cookie).body(empty()).unwrap();
        request.headers_mut().insert(ORIGIN, origin.parse().unwrap());
        assert_eq!(server.send(request).await.status(), StatusCode::FORBIDDEN, "{origin}");
    }
    for absent in ["origin", "x-linli"] {
        let mut request = call(&cookie).body(empty()).unwrap();
        request.headers_mut().remove(absent);
        assert_eq!(
            server.send(request).await.status(),
            StatusCode::FORBIDDEN,
            "without {absent}"
        );
    }
    let cross = call(&cookie)
        .header("sec-fetch-site", "cross-site")
        .body(empty())
        .unwrap();
    assert_eq!(server.send(cross).await.status(), StatusCode::FORBIDDEN);
    let file = get("/api/file/x").header(COOKIE, &cookie).body(Body::empty()).unwrap();
    assert_eq!(
        server.send(file).await.status(),
        StatusCode::FORBIDDEN,
        "a file without our header"
    );
}

#[tokio::test]
async fn a_form_is_not_a_call() {
    let server = Server::new();
    let cookie = server.enter().await;
    let mut request = call(&cookie).body(empty()).unwrap();
    request
        .headers_mut()
        .insert(CONTENT_TYPE, "text/plain".parse().unwrap());
    assert_eq!(server.send(request).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_request_that_is_too_long_is_refused() {
    let server = Server::new();
    let cookie = server.enter().await;
    let long = format!("\"{}\"", "x".repeat(CALL_LIMIT));
    let response = server.send(call(&cookie).body(Body::from(long)).unwrap()).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_is_uploaded_comes_back_with_its_name() {
    let server = Server::new();
    let cookie = server.enter().await;
    let upload = Request::post("/api/upload")
        .header(HOST, HERE)
        .header(COOKIE, &cookie)
        .header(ORIGIN, format!("http://{HERE}"))
        .header("x-linli", "1")
        .header("x-file-name", "%E5%8F%B0%E8%B4%A6.xlsx")
        .body(Body::from("bytes"))
        .unwrap();
    let answer: Value = serde_json::from_str(&text(server.send(upload).await).await).unwrap();
    let path = format!("/api/file/{}", answer["token"].as_str().unwrap());
    let file = get(&path)
        .header(COOKIE, &cookie)
        .header("x-linli", "1")
        .body(Body::empty())
        .unwrap();
    let response = server.send(file).await;
    assert!(
        response.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .contains("%E5%8F%B0%E8%B4%A6%2Exlsx")
    );
    assert_eq!(text(response).await, "bytes");
}

#[tokio::test]
async fn an_error_of_a_command_has_its_code() {
    let server = Server::new();
    let cookie = server.enter().await;
    let mut request = call(&cookie).body(empty()).unwrap();
    *request.uri_mut() = "/api/call/no_such_command".parse().unwrap();
    let response = server.send(request).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let error: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(error["code"], "unknown_command");
}

#[test]
fn the_browser_has_the_same_policy_as_the_window() {
    let window: Value = serde_json::from_str(include_str!("../../../../tauri.conf.json")).unwrap();
    let directives = window["app"]["security"]["csp"].as_object().unwrap();
    assert_eq!(directives.len(), headers::POLICY.split(';').count());
    for part in headers::POLICY.split(';') {
        let (name, value) = part.trim().split_once(' ').unwrap();
        let in_window = directives[name]
            .as_str()
            .unwrap()
            .replace(" ipc: http://ipc.localhost", "");
        assert_eq!(in_window, value, "{name}");
    }
}
