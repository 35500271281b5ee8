//! The district over HTTP: the routes in process, and the real server on a socket with TLS.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING};
use axum::http::{Request, Response, StatusCode};
use linli_district::authority::Authority;
use linli_district::http::{Listening, ServeError, openapi_document, router, serve};
use linli_district::storage::{Sqlite, StorageError};
use linli_district::{District, http};
use linli_domain::instruction::ContentHash;
use linli_domain::operation::{Action, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_protocol::{
    BODY_BYTES, Denial, DenialCode, Enrolled, PIECE_BYTES, PieceKept, PullRequest, Pulled, PushRequest, Pushed,
    ServerTime,
};
use linli_store::Draft;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_rustls::rustls;
use tower::ServiceExt;

use crate::form::{RESIDENT, filled, with_round};
use crate::office::{Counting, NOW, Pc, committee, district, id};
use crate::wire::from_address;

/// Compression level of what the tests send.
const LEVEL: i32 = 1;

pub(crate) fn served() -> (District, Router) {
    let district = district(Arc::new(Sqlite::in_memory().unwrap()));
    (district.clone(), router(district, || NOW))
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().oneshot(request).await.unwrap()
}

pub(crate) async fn bytes(response: Response<Body>) -> Vec<u8> {
    to_bytes(response.into_body(), usize::MAX).await.unwrap().into()
}

async fn json<T: DeserializeOwned>(response: Response<Body>) -> T {
    serde_json::from_slice(&bytes(response).await).unwrap()
}

fn message(path: &str, token: Option<&str>, message: &impl Serialize) -> Request<Body> {
    let mut request = Request::post(path);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(serde_json::to_vec(message).unwrap().into()).unwrap()
}

fn born(number: u128) -> Draft {
    let change = created([
        (Field::Name, Some("张晓明".to_owned())),
        (Field::Note, Some("长".repeat(900))),
    ]);
    Draft {
        kind: EntityKind::Resident,
        entity: id(number),
        change,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pc_joins_pushes_and_pulls() {
    let (district, router) = served();
    let mut pc = Pc::alone();
    let code = district
        .enrol_code(committee(&district, 1).id, NOW, &mut Counting(1))
        .unwrap();
    let enrolled: Enrolled = json(send(&router, message("/v1/enrol", None, &pc.request(&code))).await).await;
    pc.enrolled = Some(enrolled.clone());
    pc.write(Action::ResidentAdded, vec![born(1)]);
    let parts = pc.store.view().waiting_parts(BODY_BYTES).unwrap();
    let pushed: Pushed = json(
        send(
            &router,
            message("/v1/push", Some(&enrolled.token), &PushRequest { parts }),
        )
        .await,
    )
    .await;
    assert_eq!(pushed.verdicts.len(), 1);
    pc.store.take_verdicts(&pushed.verdicts).unwrap();
    let mut request = message("/v1/pull", Some(&enrolled.token), &PullRequest { after: 0 });
    request.headers_mut().insert(ACCEPT_ENCODING, "zstd".parse().unwrap());
    let response = send(&router, request).await;
    assert_eq!(response.headers()[CONTENT_ENCODING], "zstd");
    assert_eq!(response.headers()["linli-protocol"], "1");
    let plain = zstd::decode_all(bytes(response).await.as_slice()).unwrap();
    let pulled: Pulled = serde_json::from_slice(&plain).unwrap();
    pc.store.receive(&pulled.devices, &pulled.parts).unwrap();
    assert_eq!(pulled.last, 2, "the committee's beginning and ours");
    let time: ServerTime = json(send(&router, Request::get("/v1/time").body(Body::empty()).unwrap()).await).await;
    assert_eq!(time.at, NOW);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_is_bounded_and_read_only_from_members() {
    let (district, router) = served();
    let token = tokio::task::spawn_blocking(move || Pc::of(&district, 1).enrolled.unwrap().token)
        .await
        .unwrap();
    let refused = |request: Request<Body>| async {
        let response = send(&router, request).await;
        (response.status(), json::<Denial>(response).await.code)
    };
    let pull = PullRequest { after: 0 };
    let stranger = refused(message("/v1/pull", None, &pull)).await;
    assert_eq!(stranger, (StatusCode::UNAUTHORIZED, DenialCode::Unauthorised));
    let wrong = refused(message("/v1/pull", Some("x"), &pull)).await;
    assert_eq!(wrong, (StatusCode::UNAUTHORIZED, DenialCode::Unauthorised));
    let metrics = send(&router, Request::get("/metrics").body(Body::empty()).unwrap()).await;
    let metrics = String::from_utf8(bytes(metrics).await).unwrap();
    assert!(
        metrics.contains(r#"linli_denials_total{code="unauthorised"} 2"#),
        "{metrics}"
    );
    let raw = |body: Vec<u8>, coding: Option<&str>| {
        let mut request = Request::post("/v1/push").header(AUTHORIZATION, format!("Bearer {token}"));
        if let Some(coding) = coding {
            request = request.header(CONTENT_ENCODING, coding);
        }
        request.body(body.into()).unwrap()
    };
    let bad = (StatusCode::BAD_REQUEST, DenialCode::BadRequest);
    assert_eq!(refused(raw(vec![b' '; BODY_BYTES + 1], None)).await, bad, "too large");
    let bomb = zstd::encode_all(vec![b' '; BODY_BYTES + 1].as_slice(), LEVEL).unwrap();
    assert_eq!(refused(raw(bomb, Some("zstd"))).await, bad, "too large once unpacked");
    assert_eq!(refused(raw(b"{}".to_vec(), Some("br"))).await, bad, "an unknown coding");
    assert_eq!(
        refused(raw(b"{\"parts\": 7}".to_vec(), None)).await,
        bad,
        "not the message"
    );
    let fine = zstd::encode_all(&br#"{"parts": [], "of_a_newer_program": 1}"#[..], LEVEL).unwrap();
    assert_eq!(send(&router, raw(fine, Some("zstd"))).await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_goes_up_and_down_in_pieces() {
    let (district, router) = served();
    let pc = tokio::task::spawn_blocking(move || Pc::of(&district, 1)).await.unwrap();
    let token = pc.enrolled.unwrap().token;
    let bytes_put = vec![3; PIECE_BYTES + 9];
    let (hash, size) = (ContentHash::of(&bytes_put), bytes_put.len());
    let asked = |method: &str, query: &str, body: Vec<u8>| {
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1/attachments/{hash}{query}"));
        request
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body))
            .unwrap()
    };
    let (first, last) = bytes_put.split_at(PIECE_BYTES);
    let kept: PieceKept = json(send(&router, asked("PUT", &format!("?size={size}"), first.to_vec())).await).await;
    assert_eq!(
        kept,
        PieceKept {
            received: PIECE_BYTES as u64,
            whole: false
        }
    );
    let query = format!("?size={size}&from={PIECE_BYTES}");
    let kept: PieceKept = json(send(&router, asked("PUT", &query, last.to_vec())).await).await;
    assert!(kept.whole);
    let down = send(&router, asked("GET", &format!("?from={PIECE_BYTES}"), Vec::new())).await;
    assert_eq!(down.headers()["content-type"], "application/octet-stream");
    assert_eq!(bytes(down).await, last);
    for (method, query, body) in [
        ("PUT", "", Vec::new()),
        ("PUT", "?size=-1", Vec::new()),
        ("PUT", "?size=9000000", vec![0; PIECE_BYTES + 1]),
        ("GET", "?from=x", Vec::new()),
    ] {
        let response = send(&router, asked(method, query, body)).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{method} {query}");
        assert_eq!(json::<Denial>(response).await.code, DenialCode::BadRequest);
    }
    let wrong = Request::get("/v1/attachments/ABC").header(AUTHORIZATION, format!("Bearer {token}"));
    assert_eq!(
        send(&router, wrong.body(Body::empty()).unwrap()).await.status(),
        StatusCode::BAD_REQUEST
    );
    let stranger = Request::get(format!("/v1/attachments/{hash}"))
        .body(Body::empty())
        .unwrap();
    assert_eq!(send(&router, stranger).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_answer_is_told_while_it_does_not() {
    let (district, router) = served();
    let health = || async {
        let asked = send(&router, Request::get("/healthz").body(Body::empty()).unwrap());
        tokio::time::timeout(Duration::from_secs(30), asked)
            .await
            .expect("an answer without the database")
            .status()
    };
    let ((begun, has_begun), (end, ended)) = (mpsc::channel(), mpsc::channel::<()>());
    // The one connection there is, in memory, is busy until the test says so.
    let busy = std::thread::spawn(move || {
        let held: Result<(), StorageError> = district.storage().write(|_| {
            let _ = (begun.send(()), ended.recv());
            Ok(())
        });
        held.unwrap();
    });
    has_begun.recv().unwrap();
    for _ in 0..3 {
        assert_eq!(health().await, StatusCode::SERVICE_UNAVAILABLE);
    }
    end.send(()).unwrap();
    busy.join().unwrap();
    assert_eq!(health().await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn health_metrics_and_the_document_are_there() {
    let (_, router) = served();
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    assert_eq!(send(&router, get("/healthz")).await.status(), StatusCode::OK);
    assert_eq!(
        send(&router, get("/nothing/张三")).await.status(),
        StatusCode::NOT_FOUND
    );
    let document: serde_json::Value = json(send(&router, get("/v1/openapi.json")).await).await;
    assert_eq!(document, openapi_document());
    for (path, methods) in document["paths"].as_object().unwrap() {
        let method = methods.as_object().unwrap().keys().next().unwrap().to_uppercase();
        let request = Request::builder()
            .method(method.as_str())
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let status = send(&router, request).await.status();
        assert!(
            status != StatusCode::NOT_FOUND && status != StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
    }
    let metrics = String::from_utf8(bytes(send(&router, get("/metrics")).await).await).unwrap();
    assert!(
        metrics.contains(r#"linli_requests_total{route="/healthz",status="200"} 1"#),
        "{metrics}"
    );
    assert!(
        metrics.contains(r#"route="none",status="404""#) && !metrics.contains("张三"),
        "{metrics}"
    );
}

/// A district's server on a real socket, stopped at the end.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<Result<(), ServeError>>>,
}

impl Running {
    pub(crate) fn with(certificate: Option<http::Certificate>) -> Running {
        Running::serving(served().1, certificate)
    }

    pub(crate) fn serving(router: Router, certificate: Option<http::Certificate>) -> Running {
        Running::behind(Vec::new(), router, certificate)
    }

    /// One that believes these proxies.
    pub(crate) fn behind(proxies: Vec<IpAddr>, router: Router, certificate: Option<http::Certificate>) -> Running {
        let listening = Listening {
            address: "127.0.0.1:0".parse().unwrap(),
            certificate,
            proxies,
        };
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (sender, ready) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            let stopped = async { drop(stopped.await) };
            let ready = move |address| sender.send(address).unwrap();
            runtime.block_on(serve(router, listening, ready, stopped))
        });
        let address = ready.recv().unwrap();
        Running {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Running {
    /// Tells it to stop.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
        let ended = self.thread.take().unwrap().join().unwrap();
        assert!(ended.is_ok() || std::thread::panicking());
    }
}

/// Asks for the time by hand; gives the answer's first line.
fn ask(mut stream: impl Read + Write) -> std::io::Result<String> {
    stream.write_all(b"GET /v1/time HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

/// A client that trusts one authority.
pub(crate) fn trusting(authority: &str) -> Arc<rustls::ClientConfig> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Asks for the time over TLS, by this name of the server's; gives the answer's first line.
pub(crate) fn over_tls(address: SocketAddr, name: &str, config: Arc<rustls::ClientConfig>) -> std::io::Result<String> {
    ask_over_tls(TcpStream::connect(address)?, name, config)
}

fn ask_over_tls(stream: TcpStream, name: &str, config: Arc<rustls::ClientConfig>) -> std::io::Result<String> {
    let name = rustls::pki_types::ServerName::try_from(name.to_owned()).unwrap();
    let connection = rustls::ClientConnection::new(config, name).unwrap();
    ask(rustls::StreamOwned::new(connection, stream))
}

#[test]
fn tls_is_the_districts_own_and_nobody_elses() {
    let authority = Authority::new("浦东新区").unwrap();
    let certificate = authority
        .issue(&["district.example".into(), "192.0.2.7".into()])
        .unwrap();
    let running = Running::with(Some(certificate));
    // One that never says anything holds up nobody.
    let _silent = TcpStream::connect(running.address).unwrap();
    let config = trusting(&authority.certificate);
    for name in ["district.example", "192.0.2.7", "localhost", "127.0.0.1"] {
        assert_eq!(
            over_tls(running.address, name, config.clone()).unwrap(),
            "HTTP/1.1 200 OK",
            "{name}"
        );
    }
    assert!(
        over_tls(running.address, "other.example", config).is_err(),
        "another name"
    );
    let other = Authority::new("浦东新区").unwrap();
    let stranger = over_tls(running.address, "district.example", trusting(&other.certificate));
    assert!(stranger.is_err(), "another authority of the same name");
    assert!(
        !ask(TcpStream::connect(running.address).unwrap())
            .unwrap_or_default()
            .contains("200"),
        "no plain HTTP"
    );
}

#[test]
fn who_opens_connections_and_says_nothing_keeps_nobody_else_out() {
    let authority = Authority::new("浦东新区").unwrap();
    let running = Running::with(Some(authority.issue(&[]).unwrap()));
    let _silent: Vec<TcpStream> = (0..256).map(|_| TcpStream::connect(running.address).unwrap()).collect();
    let stream = from_address(Ipv4Addr::new(127, 0, 0, 2), running.address);
    stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    let answer = ask_over_tls(stream, "localhost", trusting(&authority.certificate));
    assert_eq!(
        answer.unwrap(),
        "HTTP/1.1 200 OK",
        "before any of their handshakes has run out of time"
    );
}

#[test]
fn plain_http_stays_on_this_machine() {
    let running = Running::with(None);
    assert_eq!(
        ask(TcpStream::connect(running.address).unwrap()).unwrap(),
        "HTTP/1.1 200 OK"
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (_, router) = served();
    let listening = Listening {
        address: "0.0.0.0:0".parse().unwrap(),
        certificate: None,
        proxies: Vec::new(),
    };
    let beyond = serve(router, listening, |_| (), std::future::pending());
    assert!(matches!(runtime.block_on(beyond), Err(ServeError::PlainBeyondLoopback)));
}

pub(crate) async fn text(response: Response<Body>) -> (StatusCode, String) {
    let status = response.status();
    (status, String::from_utf8(bytes(response).await).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_staff_see_the_progress() {
    let (district, router) = with_round(linli_domain::round::RoundKey::Household);
    let (status, _) = text(send(&router, filled(&RESIDENT)).await).await;
    assert_eq!(status, StatusCode::OK);
    let get = |path: &str, cookie: Option<&str>| {
        let mut request = Request::get(path);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        request.body(Body::empty()).unwrap()
    };
    for (path, cookie) in [
        ("/staff/progress", None),
        ("/staff/progress", Some("linli-staff=x")),
        ("/staff/tasks", None),
        ("/staff/tasks", Some("linli-staff=x")),
        ("/staff/tasks.json", None),
        ("/staff/tasks.json", Some("linli-staff=x")),
        ("/staff?token=x", None),
    ] {
        assert_eq!(
            send(&router, get(path, cookie)).await.status(),
            StatusCode::UNAUTHORIZED,
            "{path} {cookie:?}"
        );
    }
    let enter = send(&router, get(&format!("/staff?token={}", district.staff_token()), None)).await;
    assert_eq!(enter.status(), StatusCode::SEE_OTHER);
    let cookie = enter.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let (status, page) = text(send(&router, get("/staff/progress?round=1", Some(&cookie))).await).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("预约 1，已通知 0") && page.contains("牡丹三居委会") && page.contains("<svg"),
        "{page}"
    );
    assert!(!page.contains("张晓明"), "numbers only");
    let (status, page) = text(send(&router, get("/staff/tasks", Some(&cookie))).await).await;
    assert!(status == StatusCode::OK && page.contains("没有下发核查任务"), "{page}");
    assert_eq!(
        send(&router, get("/staff/progress?round=7", Some(&cookie)))
            .await
            .status(),
        StatusCode::NOT_FOUND
    );
}

/// The certificate of a PEM file, as a ticket carries it.
fn der(pem: &str) -> Vec<u8> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
}

#[test]
fn the_workstations_own_client_exchanges_over_tls_and_on_a_stick() {
    use linli_sync::{District as _, HttpDistrict, package};
    let authority = Authority::new("浦东新区").unwrap();
    let (district, router) = served();
    let running = Running::serving(router, Some(authority.issue(&[]).unwrap()));
    let (url, trusted) = (format!("https://{}", running.address), der(&authority.certificate));
    let mut pc = Pc::alone();
    let code = district
        .enrol_code(committee(&district, 1).id, NOW, &mut Counting(1))
        .unwrap();
    let stranger = HttpDistrict::new(&url, Some(&trusted), None).unwrap();
    let enrolled = stranger.enrol(&pc.request(&code)).unwrap();
    assert!(stranger.pull(&PullRequest { after: 0 }).is_err(), "no token yet");
    let client = HttpDistrict::new(&url, Some(&trusted), Some(&enrolled.token)).unwrap();
    pc.enrolled = Some(enrolled.clone());
    pc.write(Action::ResidentAdded, vec![born(1)]);
    let parts = pc.store.view().waiting_parts(BODY_BYTES).unwrap();
    pc.store
        .take_verdicts(&client.push(&PushRequest { parts }).unwrap().verdicts)
        .unwrap();
    let pulled = client.pull(&PullRequest { after: 0 }).unwrap();
    pc.store.receive(&pulled.devices, &pulled.parts).unwrap();
    assert_eq!(client.time().unwrap().at, NOW);
    assert!(pc.agrees(&district));
    // The network is gone, a stick is there.
    pc.write(Action::ResidentAdded, vec![born(2)]);
    let card = pulled.devices.iter().find(|card| card.letter == "W").unwrap();
    let there = package::export(&pc.store, enrolled.committee, card, NOW).unwrap();
    let taken = district.take_package(&there.bytes, NOW, &mut Counting(3)).unwrap();
    assert_eq!((taken.taken, taken.waiting), (1, 0));
    let first = committee(&district, 1).id;
    let device = district.devices(first).unwrap().remove(0);
    let back = district
        .write_package(first, &device, None, NOW, &mut Counting(4))
        .unwrap();
    let imported = package::import(&mut pc.store, enrolled.committee, &back).unwrap();
    assert_eq!((imported.missing, imported.gaps.len()), (None, 0));
    assert_eq!(
        pc.store.view().waiting().unwrap(),
        0,
        "its verdict came back on the stick"
    );
    assert!(pc.agrees(&district));
}
