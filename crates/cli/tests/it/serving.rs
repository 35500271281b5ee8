//! `linli serve` and whoever connects to it and says nothing, byte by byte over its socket.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ExitStatus;
use std::time::Duration;

use crate::office::{Office, Running};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);
/// More connections than there are places.
const MANY: usize = 80;

/// The screens of new data, served; gives the program, where it is, and the path that lets a browser in.
fn serving(office: &Office) -> (Running, String, String) {
    office.run(&["init", "--committee", "齐河二居"]);
    let mut screens = Running(office.start(&["serve", "--no-open"]));
    let lines = BufReader::new(screens.0.stdout.take().unwrap()).lines();
    let url = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("http://").map(str::to_owned))
        .unwrap();
    let (host, path) = url.split_once('/').unwrap();
    (screens, host.to_owned(), format!("/{path}"))
}

fn connect(host: &str) -> TcpStream {
    let stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// What is answered until the other side closes.
fn answer(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("not hung up on: {error}"),
        _ => String::from_utf8(bytes).unwrap(),
    }
}

fn ask(host: &str, request: &str) -> String {
    let mut stream = connect(host);
    stream.write_all(request.as_bytes()).unwrap();
    answer(stream)
}

#[test]
fn who_says_nothing_is_hung_up_on_and_keeps_nobody_out_for_good() {
    let office = Office::empty();
    let (_screens, host, path) = serving(&office);
    let entered = ask(
        &host,
        &format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"),
    );
    let cookie = entered
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let page = format!("GET / HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n");
    // Half a request of somebody who is known; half a head; and more who say nothing than there are places.
    let mut half_a_body = connect(&host);
    let call = format!(
        "POST /api/upload HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\norigin: http://{host}\r\nx-linli: 1\r\n\
         content-length: 100\r\n\r\nhalf"
    );
    half_a_body.write_all(call.as_bytes()).unwrap();
    let mut half_a_head = connect(&host);
    half_a_head.write_all(b"GET / HTTP/1.1\r\nhost:").unwrap();
    let silent: Vec<TcpStream> = (0..MANY).map(|_| connect(&host)).collect();
    assert_eq!(ask(&host, &page), "", "there is no place");
    assert!(silent.into_iter().all(|stream| answer(stream).is_empty()));
    assert!(!answer(half_a_head).contains(" 200 "));
    assert!(!answer(half_a_body).contains(" 200 "));
    assert!(ask(&host, &page).starts_with("HTTP/1.1 200"), "and now there is");
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_waits_for_nobody_who_says_nothing() {
    let office = Office::empty();
    let (mut screens, host, _) = serving(&office);
    let silent = connect(&host);
    // Answered on another connection: the silent one has been taken by now.
    assert!(ask(&host, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").starts_with("HTTP/1.1 421"));
    let told = office.alongside("kill", &["-INT", &screens.0.id().to_string()]);
    assert!(told.status.success());
    assert_eq!(answer(silent), "");
    assert!(screens.0.wait().as_ref().is_ok_and(ExitStatus::success));
}
