//! A district over real HTTP on loopback, in the test's own process: it can be cut off and come back.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ed25519_dalek::SigningKey;
use linli_district::committee::{Committee, read_lines};
use linli_district::instruction::{Enclosure, Instruction};
use linli_district::random::System;
use linli_district::round::RoundFile;
use linli_district::sms::{Delivery, Gateway, Message, Template};
use linli_district::storage::{Sqlite, Storage};
use linli_district::{District, http};
use linli_domain::round::RoundDefinition;
use tokio::sync::oneshot;

/// One committee.
const COMMITTEES: &str = "浦东新区\t花木街道\t牡丹一居委会\n";

/// Where residents reach the district.
pub const FORMS: &str = "https://qu.example.cn";

/// A district with its database.
pub struct TestDistrict {
    storage: Arc<dyn Storage>,
    address: SocketAddr,
    running: Option<Running>,
}

/// A gateway that takes everything.
#[derive(Default)]
struct Remembering(Mutex<Vec<String>>);

impl Gateway for Remembering {
    fn send(&self, message: &Message) -> Delivery {
        self.0.lock().unwrap().push(message.to.clone());
        Delivery::Accepted
    }
}

struct Running {
    stop: oneshot::Sender<()>,
    thread: std::thread::JoinHandle<()>,
}

impl TestDistrict {
    /// A new one, running.
    pub fn start(folder: &Path) -> TestDistrict {
        let storage: Arc<dyn Storage> = Arc::new(Sqlite::open(&folder.join("district.db")).unwrap());
        let mut district = TestDistrict { storage, address: "127.0.0.1:0".parse().unwrap(), running: None };
        district
            .staff()
            .import_committees(&read_lines(COMMITTEES).unwrap(), http::system_clock(), &mut System)
            .unwrap();
        district.come_back();
        district
    }

    fn staff(&self) -> District {
        District::new(self.storage.clone(), SigningKey::from_bytes(&[9; 32]), "浦东新区民政局")
    }

    fn committee(&self) -> Committee {
        self.staff().committee_of_number(1).unwrap()
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A one-time code.
    pub fn code(&self) -> String {
        self.staff().enrol_code(self.committee().id, http::system_clock(), &mut System).unwrap()
    }

    /// Opens a round for all.
    pub fn open_round(&self, definition: RoundDefinition) {
        let file = RoundFile { definition, only_listed: false, shares: Vec::new() };
        self.staff().reached_at(FORMS).open_round(&file, http::system_clock(), &mut System).unwrap();
    }

    /// Sends an instruction with files to all.
    pub fn instruct(&self, title: &str, files: &[(&str, &[u8])]) {
        let enclosure = |(name, bytes): &(&str, &[u8])| Enclosure { name: (*name).into(), bytes: bytes.to_vec() };
        let attachments = files.iter().map(enclosure).collect();
        let instruction = Instruction { title: title.into(), body: "请于今日完成。".into(), attachments };
        self.staff().send(&instruction, &[self.committee().id], http::system_clock(), &mut System).unwrap();
    }

    /// Instructions, and in how many committees nobody has acknowledged them.
    pub fn instructions(&self) -> Vec<(String, usize)> {
        let sent = self.staff().instructions().unwrap();
        sent.into_iter().map(|one| (one.title, one.waiting.len())).collect()
    }

    /// Sends the messages that were asked for; to whom.
    pub fn send_messages(&self) -> Vec<String> {
        let gateway = Remembering::default();
        self.staff().send_messages(&gateway, &Template::default(), http::system_clock).unwrap();
        gateway.0.into_inner().unwrap()
    }

    /// Nobody reaches it any more.
    pub fn cut(&mut self) {
        let Running { stop, thread } = self.running.take().unwrap();
        stop.send(()).unwrap();
        thread.join().unwrap();
    }

    /// It is there again, at the same address.
    pub fn come_back(&mut self) {
        let router = http::router(self.staff(), http::system_clock);
        let (stop, stopped) = oneshot::channel();
        let (ready, opened) = std::sync::mpsc::channel();
        let address = self.address;
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let stopped = async {
                let _ = stopped.await; // A test that panics drops the sender.
            };
            let ready = move |address| ready.send(address).unwrap();
            let listening = http::Listening { address, certificate: None, proxies: Vec::new() };
            runtime.block_on(http::serve(router, listening, ready, stopped)).unwrap();
        });
        self.address = opened.recv().unwrap();
        self.running = Some(Running { stop, thread });
    }
}
