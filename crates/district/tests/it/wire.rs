//! Limits and stopping, over a real socket, byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use linli_domain::round::RoundKey;
use linli_protocol::BODY_BYTES;

use crate::form::with_round;
use crate::http::{Running, served};
use crate::office::{ByHand, Counting, NOW, committee};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

fn connect(running: &Running) -> TcpStream {
    let stream = TcpStream::connect(running.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn head(path: &str, token: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-length: {length}\r\n\r\n"
    )
}

/// What is answered until the other side closes, or breaks off because not everything was read.
fn answer(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => String::from_utf8(bytes).unwrap(),
    }
}

#[test]
fn a_body_that_is_too_large_is_not_read_to_its_end() {
    let (district, router) = served();
    let (pc, _) = ByHand::called("前台", 1, NOW).joined(&district, 1);
    let running = Running::serving(router, None);
    // Said beforehand: not a byte of it is needed.
    let mut stream = connect(&running);
    stream
        .write_all(head("/v1/push", &pc.enrolled.token, 1 << 40).as_bytes())
        .unwrap();
    assert!(answer(stream).starts_with("HTTP/1.1 400"), "by its length");
    // Not said: it is cut off once there is too much of it.
    let mut stream = connect(&running);
    let chunked = head("/v1/push", &pc.enrolled.token, 0).replace("content-length: 0", "transfer-encoding: chunked");
    stream.write_all(chunked.as_bytes()).unwrap();
    let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
    let written = (0..64).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    assert!(
        written < 64 && written * (1 << 20) >= BODY_BYTES,
        "{written} MiB went out"
    );
    // A stranger's is not read at all.
    let mut stream = connect(&running);
    stream
        .write_all(head("/v1/push", "nobody", 1 << 20).as_bytes())
        .unwrap();
    assert!(
        answer(stream).starts_with("HTTP/1.1 401"),
        "before anything of it has come"
    );
}

#[test]
fn who_guesses_codes_waits_and_the_office_behind_his_address_does_not() {
    let (district, router) = served();
    let running = Running::serving(router, None);
    let code = district
        .enrol_code(committee(&district, 1).id, NOW, &mut Counting(7))
        .unwrap();
    let mut first = asks_to_join(&running, "AAAA-BBBB-CCCC");
    for _ in 0..10 {
        assert!(answer(first).starts_with("HTTP/1.1 403"));
        first = asks_to_join(&running, "AAAA-BBBB-CCCC");
    }
    let slowly: Vec<TcpStream> = (0..64).map(|_| asks_to_join(&running, "AAAA-BBBB-CCCC")).collect();
    assert!(
        answer(asks_to_join(&running, &code)).starts_with("HTTP/1.1 200"),
        "a right code is not waited for"
    );
    for stream in slowly.iter().chain([&first]) {
        stream.set_nonblocking(true).unwrap();
        assert_eq!(
            stream.peek(&mut [0]).unwrap_err().kind(),
            ErrorKind::WouldBlock,
            "wrong ones are"
        );
        stream.set_nonblocking(false).unwrap();
    }
    assert!(answer(first).starts_with("HTTP/1.1 403"), "and are answered in the end");
}

/// A connection on which a PC asks to join.
fn asks_to_join(running: &Running, code: &str) -> TcpStream {
    let body = serde_json::to_vec(&ByHand::called("前台", 1, NOW).request(code)).unwrap();
    let mut stream = connect(running);
    stream.write_all(head("/v1/enrol", "", body.len()).as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    stream
}

#[test]
fn behind_a_proxy_each_is_counted_for_himself() {
    let (district, router) = served();
    let running = Running::behind(vec![Ipv4Addr::LOCALHOST.into()], router, None);
    let guess = |from: Ipv4Addr, forwarded: &str| {
        let body = serde_json::to_vec(&ByHand::called("前台", 1, NOW).request("AAAA-BBBB-CCCC")).unwrap();
        let mut stream = from_address(from, running.address);
        let forwarded = format!("x-forwarded-for: {forwarded}\r\nhost:");
        stream
            .write_all(
                head("/v1/enrol", "", body.len())
                    .replace("host:", &forwarded)
                    .as_bytes(),
            )
            .unwrap();
        stream.write_all(&body).unwrap();
        assert!(answer(stream).starts_with("HTTP/1.1 403"));
    };
    let slow = |source: &str| !district.held_back(source, NOW).unwrap().is_zero();
    let (proxy, stranger) = (Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2));
    for number in 0..10 {
        assert!(!slow("198.51.100.7") && !slow("127.0.0.2"));
        guess(proxy, &format!("203.0.113.{number}, 198.51.100.7"));
        guess(stranger, &format!("203.0.113.{number}"));
    }
    assert!(slow("198.51.100.7"), "whatever he put before it");
    assert!(slow("127.0.0.2"), "no proxy: his word is nothing");
    assert!(
        !slow("198.51.100.8") && !slow("127.0.0.1"),
        "another one behind the proxy, and the proxy itself"
    );
}

#[test]
fn who_talks_slowly_holds_up_no_other_committee() {
    let (district, router) = served();
    let (slow, _) = ByHand::called("前台", 1, NOW).joined(&district, 1);
    let (other, _) = ByHand::called("前台", 2, NOW).joined(&district, 2);
    let running = Running::serving(router, None);
    // More than are worked on at once.
    let begun: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut stream = connect(&running);
            stream
                .write_all(head("/v1/push", &slow.enrolled.token, 1000).as_bytes())
                .unwrap();
            stream
        })
        .collect();
    let body = br#"{"after":0}"#;
    let mut stream = connect(&running);
    stream
        .write_all(head("/v1/pull", &other.enrolled.token, body.len()).as_bytes())
        .unwrap();
    stream.write_all(body).unwrap();
    assert!(
        answer(stream).starts_with("HTTP/1.1 200"),
        "long before the slow ones are hung up on"
    );
    drop(begun);
}

#[test]
fn who_asks_for_leases_cannot_send_more_than_there_are_areas() {
    let (district, router) = served();
    let (pc, _) = ByHand::called("前台", 1, NOW).joined(&district, 1);
    let running = Running::serving(router, None);
    let mut stream = connect(&running);
    stream
        .write_all(head("/v1/lease", &pc.enrolled.token, BODY_BYTES).as_bytes())
        .unwrap();
    assert!(answer(stream).starts_with("HTTP/1.1 400"), "not a byte of it is read");
}

#[test]
fn who_does_not_finish_what_he_says_is_hung_up_on() {
    let (_, router) = with_round(RoundKey::Household);
    let running = Running::serving(router, None);
    let mut half_a_form = connect(&running);
    let kind = "content-type: application/x-www-form-urlencoded\r\nhost:";
    half_a_form
        .write_all(head("/r/1/1", "", 100).replace("host:", kind).as_bytes())
        .unwrap();
    half_a_form.write_all(b"name=").unwrap();
    let mut half_a_head = connect(&running);
    half_a_head.write_all(b"GET /v1/time HTTP/1.1\r\nhost:").unwrap();
    let nothing = connect(&running);
    assert!(!answer(half_a_head).contains(" 200 "));
    assert_eq!(answer(nothing), "");
    let answered = answer(half_a_form);
    assert!(
        answered.starts_with("HTTP/1.1 400") && answered.contains("没有读懂"),
        "{answered}"
    );
}

/// A connection that comes from an address of this machine.
pub(crate) fn from_address(from: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        let stream = socket.connect(to).await.unwrap().into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    })
}

#[test]
fn a_request_that_runs_is_answered_when_the_server_stops_and_no_new_one_is_taken() {
    let (district, router) = served();
    let (pc, _) = ByHand::called("前台", 1, NOW).joined(&district, 1);
    let mut running = Running::serving(router, None);
    let body = br#"{"after":0}"#;
    let mut stream = connect(&running);
    stream
        .write_all(head("/v1/pull", &pc.enrolled.token, body.len()).as_bytes())
        .unwrap();
    stream.write_all(&body[..4]).unwrap();
    // Answered on another connection: the server has accepted the first one by now.
    let mut other = connect(&running);
    other
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    assert!(answer(other).starts_with("HTTP/1.1 200"));
    running.stop();
    // It listens no more as soon as it has heard.
    while TcpStream::connect(running.address).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(&body[4..]).unwrap();
    let answered = answer(stream);
    assert!(
        answered.starts_with("HTTP/1.1 200") && answered.ends_with('}'),
        "{answered}"
    );
}
