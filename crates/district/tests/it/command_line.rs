//! The staff's command line, as a program.

mod serving;

pub(crate) use serving::Serving;

use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use linli_district::District;
use linli_district::storage::{Sqlite, StorageError};
use linli_domain::operation::Action;
use linli_domain::round::RoundKey;
use linli_protocol::Ticket;
use tempfile::TempDir;

use crate::http::{Running, over_tls, trusting};
use crate::office::{Counting, NOW, Pc, id, passed, registered, round_file};
use crate::{packages, sms};

const COMMITTEES: &str =
    "浦东新区\t花木街道\t牡丹一居委会\n浦东新区\t花木街道\t牡丹二居委会\n黄浦区\t外滩街道\t无锡居委会\n";

/// An empty data folder, and the program.
pub(crate) struct Office {
    folder: TempDir,
}

impl Office {
    pub(crate) fn new() -> Office {
        let office = Office {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(office.path("committees.tsv"), COMMITTEES).unwrap();
        office
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// The district in its data folder, as the program opens it.
    fn district(&self) -> District {
        self.lines(&["committee", "import", "committees.tsv"]);
        let data = self.path("linli-district-data");
        let key = std::fs::read_to_string(data.join("district.key")).unwrap();
        let key = data_encoding::HEXLOWER
            .decode(key.trim().as_bytes())
            .unwrap()
            .try_into()
            .unwrap();
        let storage = Arc::new(Sqlite::open(&data.join("district.db")).unwrap());
        District::new(storage, SigningKey::from_bytes(&key), "浦东新区")
    }

    /// Sets up a gateway for messages.
    fn gateway(&self) -> TcpListener {
        let gateway = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", gateway.local_addr().unwrap());
        let file = format!("url = \"{url}\"\nsecret = \"0123456789abcdef\"\n");
        std::fs::write(self.path("linli-district-data").join("sms.toml"), file).unwrap();
        gateway
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.nameless(arguments);
        command.args(["--name", "浦东新区"]);
        command
    }

    /// A command by somebody who does not say the district's name.
    fn nameless(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_linli-district"));
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that succeeds; gives its lines.
    pub(crate) fn lines(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    /// Runs a command that is refused; gives what it says.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let lines = self.lines(&[&["--json"], arguments].concat());
        serde_json::from_str(&lines[0]).unwrap()
    }

    /// Serves on loopback; the log goes where it is told.
    pub(crate) fn serve(&self, log: Stdio) -> Serving {
        Serving::start(self.command(&["serve", "--plain", "--listen", "127.0.0.1:0"]), log)
    }
}

/// What a crash of the server leaves is never its memory, with the keys and people's data in it.
#[cfg(target_os = "linux")]
#[test]
fn the_server_writes_no_core_dump() {
    let office = Office::new();
    let server = office.serve(Stdio::null());
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.process.id())).unwrap();
    let dumps = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(dumps.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"]);
}

#[test]
fn staff_set_a_district_up_and_open_a_round() {
    let office = Office::new();
    let imported = office.json(&["committee", "import", "committees.tsv", "--area", "浦东新区"]);
    assert_eq!(imported, serde_json::json!({ "added": 2, "known": 0 }));
    let again = office.json(&["committee", "import", "committees.tsv"]);
    assert_eq!(again, serde_json::json!({ "added": 1, "known": 2 }));
    let units = format!("\u{feff}{COMMITTEES}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect::<Vec<u8>>();
    std::fs::write(office.path("unicode.txt"), units).unwrap();
    assert_eq!(
        office.json(&["committee", "import", "unicode.txt"])["known"],
        3,
        "as Excel saves Unicode text"
    );
    assert_eq!(office.lines(&["committee", "list"])[1], "2\t花木街道\t牡丹二居委会");
    let round = "campaign = \"口罩预约\"\nnumber = 2\ntitle = \"第2轮口罩预约\"\nkey = \"household\"\nquota = 200\n\
                 max_quantity = 5\nopens = \"2020-02-02T08:00\"\ncloses = \"2020-02-04T20:00\"\nonly_listed = true\n\
                 [[share]]\ncommittee = \"花木街道牡丹一居委会\"\nquota = 350\n[[share]]\ncommittee = \"3\"\n";
    std::fs::write(office.path("round.toml"), round).unwrap();
    let opened = office.json(&["round", "open", "round.toml"]);
    assert_eq!((&opened["number"], &opened["opened"]), (&1.into(), &2.into()));
    let moved = office.json(&["round", "open", "round.toml", "--url", "https://d.example/"]);
    assert_eq!(
        (&moved["opened"], &moved["known"]),
        (&0.into(), &2.into()),
        "its form's address only"
    );
    let links = office.lines(&["round", "links", "1", "--url", "https://d.example/"]);
    assert_eq!(
        links,
        [
            "花木街道牡丹一居委会\thttps://d.example/r/1/1",
            "外滩街道无锡居委会\thttps://d.example/r/1/3"
        ]
    );
    let progress = office.lines(&["round", "progress", "1", "-o", "progress.xlsx"]);
    assert_eq!(progress.len(), 4, "two towns, two committees: {progress:?}");
    let book = std::fs::read(office.path("progress.xlsx")).unwrap();
    let sheet = linli_documents::sheet::read_workbook("progress.xlsx", &book).unwrap();
    assert!(format!("{sheet:?}").contains("350"), "{sheet:?}");
    assert!(office.lines(&["round", "held", "1"]).is_empty());
    std::fs::write(office.path("text.txt"), "请于今天18点前上报。").unwrap();
    std::fs::write(office.path("名单.csv"), "姓名\n张晓明\n").unwrap();
    let to = ["--committee", "牡丹二居委会", "--attach", "名单.csv"];
    let sent = office.json(&[&["instruction", "send", "--title", "上报", "text.txt"][..], &to].concat());
    assert_eq!(sent["committees"], 1);
    let list = office.lines(&["instruction", "list"]);
    assert!(
        list.len() == 3 && list[0].ends_with("\t上报\t已签收 0/1") && list[1].contains("牡丹二居委会"),
        "{list:?}"
    );
    assert!(list[2].starts_with("\t没有发到\t2 个居委会"), "{list:?}");
    assert!(office.lines(&["device", "list"]).is_empty());
}

#[test]
fn nothing_is_written_onto_the_districts_own_data() {
    let office = Office::new();
    office.lines(&["committee", "import", "committees.tsv"]);
    let data = office.path("linli-district-data");
    std::fs::hard_link(data.join("district.key"), office.path("凭据.txt")).unwrap();
    let (key, database) = (
        "linli-district-data/district.key",
        "linli-district-data/../linli-district-data/district.db",
    );
    let before = std::fs::read(data.join("district.key")).unwrap();
    for target in [key, database, "凭据.txt"] {
        let code = ["enrol-code", "1", "--url", "https://d.example", "-o", target];
        for command in [&["round", "progress", "1", "-o", target][..], &code] {
            let output = office.run(command);
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                output.status.code() == Some(1) && words.contains("不能写到那里"),
                "{command:?}: {words}"
            );
        }
    }
    assert_eq!(std::fs::read(data.join("district.key")).unwrap(), before);
    assert_eq!(office.lines(&["committee", "list"]).len(), 3);
}

#[test]
fn refusals_say_why_and_leave_no_doubt() {
    let office = Office::new();
    let refused = |arguments: &[&str], word: &str| {
        let output = office.run(arguments);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {words}");
        assert!(words.contains(word), "{arguments:?}: {words}");
    };
    office.lines(&["committee", "import", "committees.tsv"]);
    refused(&["enrol-code", "牡丹九居委会"], "没有叫");
    refused(&["round", "progress", "7"], "没有第 7 号");
    refused(&["round", "open", "missing.toml"], "missing.toml");
    refused(&["device", "revoke", "1", "A"], "没有电脑");
    refused(&["ca", "renew", "--host", "a.example"], "ca init");
    refused(&["serve", "--listen", "0.0.0.0:0"], "本机");
    office.lines(&["ca", "init", "--host", "a.example"]);
    refused(&["ca", "init", "--host", "a.example"], "已经有");
    std::fs::write(office.path("flawed.tsv"), "浦东新区 牡丹\n").unwrap();
    refused(&["committee", "import", "flawed.tsv"], "第 1 行");
    assert_eq!(office.run(&["frobnicate"]).status.code(), Some(2), "used wrongly");
}

#[test]
fn a_ticket_holds_all_a_pc_needs_as_text_and_as_picture() {
    let office = Office::new();
    office.lines(&["committee", "import", "committees.tsv"]);
    office.lines(&["ca", "init", "--host", "d.example"]);
    let url = "https://d.example:8443";
    let said = office.json(&["enrol-code", "牡丹一居委会", "--url", url, "-o", "ticket.txt"]);
    let ticket = Ticket::read(&std::fs::read_to_string(office.path("ticket.txt")).unwrap()).unwrap();
    assert_eq!(
        (ticket.url.as_str(), ticket.code.as_str()),
        (url, said["code"].as_str().unwrap())
    );
    assert!(
        ticket
            .authority
            .is_some_and(|bytes| bytes.len() > 200 && bytes[0] == 0x30),
        "a certificate"
    );
    let said = office.json(&["enrol-code", "1", "--url", url, "-o", "ticket.png"]);
    assert_eq!(scanned(&office.path("ticket.png")), said["ticket"].as_str().unwrap());
    for url in [
        None,
        Some("d.example:8443"),
        Some("http://d.example"),
        Some("https://d.example/?a=b"),
        Some("ftp://d"),
    ] {
        let asked = [
            &["enrol-code", "1", "-o", "none.txt"][..],
            &url.map_or(vec![], |url| vec!["--url", url]),
        ]
        .concat();
        let output = office.run(&asked);
        assert_eq!(output.status.code(), Some(1), "{url:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("--url"), "{output:?}");
        assert!(!office.path("none.txt").exists(), "{url:?}: no PC would get there");
    }
    assert!(
        office.json(&["enrol-code", "1"])["ticket"].is_null(),
        "a code alone needs no address"
    );
}

#[test]
fn a_certificate_renewed_without_the_districts_name_is_trusted_by_who_has_a_ticket() {
    let office = Office::new();
    office.lines(&["ca", "init", "--host", "old.example"]);
    let renewed = office
        .nameless(&["ca", "renew", "--host", "d.example"])
        .output()
        .unwrap();
    assert!(renewed.status.success(), "{renewed:?}");
    let read = |name: &str| std::fs::read_to_string(office.path("linli-district-data").join(name)).unwrap();
    let certificate = linli_district::http::Certificate {
        chain: read("server.pem"),
        key: read("server.key"),
    };
    let running = Running::with(Some(certificate));
    let answer = over_tls(running.address, "d.example", trusting(&read("ca.pem")));
    assert_eq!(
        answer.unwrap(),
        "HTTP/1.1 200 OK",
        "its issuer is the authority that tickets hold"
    );
}

#[test]
fn what_could_not_be_done_is_no_success() {
    let office = Office::new();
    let district = office.district();
    let round = district
        .open_round(&round_file(RoundKey::Person, 100), NOW, &mut Counting(4))
        .unwrap()
        .round;
    let (mut here, mut there) = (Pc::of(&district, 1), Pc::of(&district, 2));
    here.lease(&district, round, 20, &[""]);
    here.write(
        Action::ReservationRegistered,
        vec![registered(1, round, "1号", "101", "x1"), passed(1)],
    );
    here.exchange(&district);
    there.write(
        Action::ReservationRegistered,
        vec![registered(2, round, "7号", "701", "x1")],
    );
    there.exchange(&district);
    let refused = |arguments: &[&str], word: &str| {
        let output = office.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(words.contains(word) && output.stdout.is_empty(), "{words}");
    };
    refused(&["round", "decide", "2", &id(2).to_string(), "grant"], "还不能裁定");
    for number in [3, 4] {
        here.write(
            Action::ReservationRegistered,
            vec![registered(number, round, "1号", &number.to_string(), "")],
        );
    }
    let parts = packages::waiting(&here);
    let whole = packages::packed(&mut here, &district, parts.clone());
    std::fs::write(office.path("whole"), whole).unwrap();
    std::fs::write(
        office.path("late"),
        packages::packed(&mut here, &district, parts[1..].to_vec()),
    )
    .unwrap();
    refused(&["package", "import", "late"], "还不能收");
    assert_eq!(office.json(&["package", "import", "whole"])["taken"], 2);
    assert_eq!(
        office.json(&["package", "import", "late"])["known"],
        1,
        "it was there before, and is: all is well"
    );
}

#[test]
fn who_has_read_enough_ends_it_quietly() {
    let office = Office::new();
    office.lines(&["committee", "import", "committees.tsv"]);
    for arguments in [&["committee", "list"][..], &["--json", "committee", "list"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut process = office
            .command(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut words = String::new();
        process.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        assert!(process.wait().unwrap().success() && words.is_empty(), "{words}");
    }
}

/// What a scanner reads from a picture.
fn scanned(path: &Path) -> String {
    let mut reader = png::Decoder::new(BufReader::new(std::fs::File::open(path).unwrap()))
        .read_info()
        .unwrap();
    let mut dots = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut dots).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| dots[y * width + x]);
    let grids = image.detect_grids();
    grids[0].decode().unwrap().1
}

#[cfg(unix)]
#[test]
fn the_server_serves_and_stops_when_it_is_told() {
    let office = Office::new();
    office.lines(&["committee", "import", "committees.tsv"]);
    let server = office.serve(Stdio::piped());
    let answer = server.get("/r/1/1?name=张三");
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    let answer = server.get("/healthz");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let (status, log) = server.stop();
    assert!(status.success(), "it ends by itself");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        lines
            .iter()
            .any(|line| line["fields"]["route"] == "/healthz" && line["fields"]["status"] == 200),
        "{log}"
    );
    assert!(
        !log.contains("张") && !log.contains("%E5"),
        "no address is logged: {log}"
    );
}

/// How many messages are in a state.
fn messages(district: &District, state: &str) -> u64 {
    let sql = "SELECT count(*) FROM sms WHERE state = $1";
    let counted: Result<u64, StorageError> = district
        .storage()
        .read(|transaction| transaction.first(sql, &[state.into()])?.unwrap().get(0));
    counted.unwrap()
}

#[cfg(unix)]
#[test]
fn a_server_that_is_told_to_stop_begins_no_other_message() {
    let office = Office::new();
    let district = office.district();
    let gateway = office.gateway();
    sms::set_up(&district, &["13800138000", "13900139000"]);
    let server = office.serve(Stdio::null());
    let (mut first, _) = gateway.accept().unwrap();
    server.terminate();
    // It listens no more as soon as it has heard.
    while TcpStream::connect(&server.address).is_ok() {
        std::thread::yield_now();
    }
    first
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .unwrap();
    drop(first);
    assert!(server.ended().success());
    gateway.set_nonblocking(true).unwrap();
    assert!(gateway.accept().is_err(), "the second one was not sent");
    assert_eq!((messages(&district, "done"), messages(&district, "waiting")), (1, 1));
}

#[cfg(unix)]
#[test]
fn secrets_are_the_owners_alone_and_a_missing_key_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new();
    office.lines(&["committee", "import", "committees.tsv"]);
    office.lines(&["ca", "init", "--host", "d.example"]);
    let data = office.path("linli-district-data");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let secrets = [
        "district.key",
        "ca.key",
        "server.key",
        "sms.toml",
        "district.db",
        "district.db-wal",
        "district.db-shm",
    ];
    let gateway = "url = \"http://127.0.0.1:9\"\nsecret = \"0123456789abcdef\"\n";
    std::fs::write(data.join("sms.toml"), gateway).unwrap();
    for state in ["new", "left open to all by an older program"] {
        // What SQLite puts beside the database is there while it is open, and after a kill.
        let server = office.serve(Stdio::null());
        assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
        drop(server);
        for secret in secrets {
            assert_eq!(mode(&data.join(secret)), 0o600, "{secret}, {state}");
            std::fs::set_permissions(data.join(secret), std::fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
    let shared = office.path("shared");
    std::fs::create_dir(&shared).unwrap();
    std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o755)).unwrap();
    office.lines(&["--data", "shared", "committee", "list"]);
    assert_eq!(mode(&shared), 0o755, "a folder that others had made is theirs");
    std::fs::write(office.path("text.txt"), "请上报。").unwrap();
    office.lines(&["instruction", "send", "--title", "上报", "text.txt"]);
    std::fs::rename(data.join("district.key"), office.path("safe")).unwrap();
    assert_eq!(
        office.run(&["committee", "list"]).status.code(),
        Some(1),
        "the log is signed with the key that is gone"
    );
    std::fs::rename(office.path("safe"), data.join("district.key")).unwrap();
    assert_eq!(office.lines(&["committee", "list"]).len(), 3);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let office = Office::new();
    let mut links = office.nameless(&["round", "links", "7"]);
    for name in ["DATA", "NAME", "DATABASE", "DATABASE_CA", "URL"] {
        links.env(format!("LINLI_DISTRICT_{name}"), "");
    }
    let code = links.output().unwrap().status.code();
    assert!(code == Some(1) && office.path("linli-district-data/district.db").exists());
}
