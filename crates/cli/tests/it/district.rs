//! A district over real HTTP on loopback, in the test's own process: it can be cut off and come back.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use ed25519_dalek::SigningKey;
use linli_district::committee::{Committee, read_lines};
use linli_district::instruction::{Enclosure, Instruction};
use linli_district::progress::Progress;
use linli_district::random::System;
use linli_district::round::RoundFile;
use linli_district::sms::{Delivery, Gateway, Message, Template};
use linli_district::storage::{Sqlite, Storage};
use linli_district::{District, http};
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, Hash, PLACED_SINCE, PartHeader};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::{Decision, RoundDefinition};
use linli_protocol::{EnrolRequest, LeaseRequest, PushRequest, SignedPart, WireOperation};
use tokio::sync::oneshot;
use uuid::Uuid;

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

/// A PC of the committee whose parts and vouchers a test writes itself.
pub struct ByHand {
    pub key: SigningKey,
    pub device: DeviceId,
    token: String,
    committee: EntityId,
    seq: u64,
    tail: Hash,
}

/// Decided for.
pub fn passed() -> Change {
    Change::Reservation(ReservationFact::Reviewed {
        decision: Decision::Passed,
        reason: None,
    })
}

struct Running {
    stop: oneshot::Sender<()>,
    thread: std::thread::JoinHandle<()>,
}

impl TestDistrict {
    /// A new one, running.
    pub fn start(folder: &Path) -> TestDistrict {
        let storage: Arc<dyn Storage> = Arc::new(Sqlite::open(&folder.join("district.db")).unwrap());
        let mut district = TestDistrict {
            storage,
            address: "127.0.0.1:0".parse().unwrap(),
            running: None,
        };
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
        self.staff()
            .enrol_code(self.committee().id, http::system_clock(), &mut System)
            .unwrap()
    }

    /// A PC of the committee whose parts and vouchers a test writes itself.
    pub fn by_hand(&self, seed: u8) -> ByHand {
        let (key, device) = (
            SigningKey::from_bytes(&[seed; 32]),
            DeviceId(Uuid::from_u128(seed.into())),
        );
        let request = EnrolRequest {
            code: self.code(),
            device,
            name: format!("手写{seed}"),
            verifying_key: key.verifying_key().to_bytes(),
            committee: None,
            last_seq: 0,
            replaces: None,
        };
        let enrolled = self
            .staff()
            .enrol(&request, "desk", http::system_clock(), &mut System)
            .unwrap();
        let (token, committee) = (enrolled.token, enrolled.committee);
        ByHand {
            key,
            device,
            token,
            committee,
            seq: 0,
            tail: Hash::ZERO,
        }
    }

    /// The one round there is.
    pub fn round(&self) -> EntityId {
        self.staff().rounds().unwrap()[0].id
    }

    /// Hands over what a PC did to reservations, as a program of this schema version; all of it must count.
    pub fn push(&self, pc: &mut ByHand, schema: u16, changes: &[(EntityId, Change)]) {
        let at = http::system_clock();
        let wire = |(entity, change): &(EntityId, Change)| WireOperation {
            kind: EntityKind::Reservation.number(),
            entity: *entity,
            change: serde_json::to_string(change).unwrap(),
        };
        let operations: Vec<WireOperation> = changes.iter().map(wire).collect();
        let (first_seq, count) = (pc.seq + 1, operations.len() as u64);
        let header = PartHeader {
            device: pc.device,
            first_seq,
            count,
            batch: first_seq,
            committee: pc.committee,
            actor: "手写".into(),
            at,
            schema,
            action: Action::ReservationRegistered,
        };
        let (part, tail) = SignedPart::sign(&header, operations, pc.tail, &pc.key).unwrap();
        (pc.seq, pc.tail) = (pc.seq + count, tail);
        let caller = self.staff().authenticate(&pc.token, at).unwrap();
        let pushed = self
            .staff()
            .push(caller, &PushRequest { parts: vec![part] }, at)
            .unwrap();
        assert_eq!(pushed.verdicts[0].rejected, []);
    }

    /// Leases so many numbers to a PC, with the right to issue in building 9.
    pub fn lease(&self, pc: &ByHand, numbers: u32) {
        let at = http::system_clock();
        let caller = self.staff().authenticate(&pc.token, at).unwrap();
        let request = LeaseRequest {
            round: self.round(),
            last_seq: pc.seq,
            numbers,
            areas: vec!["9号".into()],
        };
        self.staff().lease(caller, &request, at, &mut System).unwrap();
    }

    /// Takes a PC's access away.
    pub fn revoke(&self, pc: &ByHand) {
        let (staff, committee) = (self.staff(), self.committee().id);
        staff
            .revoke(committee, pc.device, http::system_clock(), &mut System)
            .unwrap();
    }

    /// The committee's numbers in the one round there is, as the progress page shows them.
    pub fn progress(&self) -> Progress {
        let round = self.staff().rounds().unwrap().remove(0);
        self.staff().progress(&round, http::system_clock()).unwrap().remove(0)
    }

    /// Somebody whom a clerk registers with an older program, as it lets him paste it, passes in the one round there is.
    pub fn registered_by_an_older_program(&self, seed: u8, fields: &[(Field, &str)]) {
        let mut pc = self.by_hand(seed);
        let given = fields.iter().map(|(field, text)| (*field, Some((*text).to_owned())));
        let begun = created(
            [(Field::Round, Some(self.round().to_string()))]
                .into_iter()
                .chain(given),
        );
        let entity = EntityId(Uuid::from_u128(1_000 + u128::from(seed)));
        self.push(&mut pc, PLACED_SINCE - 1, &[(entity, begun), (entity, passed())]);
    }

    /// Opens a round for all.
    pub fn open_round(&self, definition: RoundDefinition) {
        let file = RoundFile {
            definition,
            only_listed: false,
            shares: Vec::new(),
        };
        self.staff()
            .reached_at(FORMS)
            .open_round(&file, http::system_clock(), &mut System)
            .unwrap();
    }

    /// Sends an instruction with files to all.
    pub fn instruct(&self, title: &str, files: &[(&str, &[u8])]) {
        let enclosure = |(name, bytes): &(&str, &[u8])| Enclosure {
            name: (*name).into(),
            bytes: bytes.to_vec(),
        };
        let attachments = files.iter().map(enclosure).collect();
        let instruction = Instruction {
            title: title.into(),
            body: "请于今日完成。".into(),
            attachments,
        };
        self.staff()
            .send(&instruction, &[self.committee().id], http::system_clock(), &mut System)
            .unwrap();
    }

    /// Instructions, and in how many committees nobody has acknowledged them.
    pub fn instructions(&self) -> Vec<(String, usize)> {
        let sent = self.staff().instructions().unwrap();
        sent.into_iter().map(|one| (one.title, one.waiting.len())).collect()
    }

    /// Sends the messages that were asked for; to whom.
    pub fn send_messages(&self) -> Vec<String> {
        let gateway = Remembering::default();
        self.staff()
            .send_messages(&gateway, &Template::default(), http::system_clock)
            .unwrap();
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
            let listening = http::Listening {
                address,
                certificate: None,
                proxies: Vec::new(),
            };
            runtime
                .block_on(http::serve(router, listening, ready, stopped))
                .unwrap();
        });
        self.address = opened.recv().unwrap();
        self.running = Some(Running { stop, thread });
    }
}
