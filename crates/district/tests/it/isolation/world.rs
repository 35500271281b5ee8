//! A district in which one committee has everything that can be read or changed, and another one is curious.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use chrono::TimeDelta;
use linli_district::District;
use linli_district::form::{Answer, Form};
use linli_district::http::router;
use linli_district::instruction::{Enclosure, Instruction};
use linli_district::pushed::push::{Incoming, Push};
use linli_district::pushed::route::ByName;
use linli_district::pushed::{OrderRow, TaskRow};
use linli_district::storage::{MIGRATIONS, Row as Stored, StorageError};
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::order::{Order, OrderFact, OrderResult};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::RoundKey;
use linli_domain::task::{Task, TaskFact, VisitOutcome, Way};
use linli_domain::time::Moment;
use linli_protocol::{LeaseRequest, PushRequest, SignedPart};
use linli_store::Draft;
use tower::ServiceExt;

use crate::databases::Database;
use crate::office::{
    ByHand, Counting, NOW, Stranger, committee, district, fact, id, issued, passed, registered, round_file, wire,
};

/// What only the other committee knows: names, numbers, addresses, words, its PCs.
pub(super) const PLANTED: [&str; 9] = [
    "密甲明",
    "密居民",
    "密标签",
    "密轮次",
    "密要求",
    "密电脑",
    "密苑小区",
    HIDDEN_DOCUMENT,
    PHONE,
];
/// The document number of somebody in the other committee whom the curious one knows.
pub(super) const DOCUMENT: &str = "11010519491231002X";
/// That of somebody whom he does not know.
const HIDDEN_DOCUMENT: &str = "310101198001010018";
/// Everybody's phone there.
const PHONE: &str = "13912345678";
/// What is attached to an instruction that the other committee got.
pub(super) const ATTACHED: &str = "密要求的附件";
/// The other committee's resident, reservation and round, by ids that the curious one knows.
pub(super) const RESIDENT: u128 = 7_001;
pub(super) const RESERVATION: u128 = 7_002;
pub(super) const ROUND: u128 = 7_003;
/// And one that he does not.
const HIDDEN: u128 = 7_010;
/// Two sources, and the reference under which the other one has pushed a row.
pub(super) const SOURCE: &str = "道口";
pub(super) const THEIR_SOURCE: &str = "密热线";
pub(super) const REFERENCE: &str = "D-1";
/// Room in an answer for everything.
const ANSWER: usize = 1 << 24;

/// Rows as text, by table.
pub(super) type Rows = BTreeMap<&'static str, Vec<String>>;

pub(super) struct World {
    pub(super) district: District,
    router: Router,
    runtime: tokio::runtime::Runtime,
    /// The district's round, in which all take part.
    pub(super) round: EntityId,
    /// The curious one, of committee 1, and a colleague.
    pub(super) mine: ByHand,
    pub(super) colleague: ByHand,
    /// Of committee 2: an id that the curious one knows.
    pub(super) theirs: ByHand,
    /// Parts that it wrote: those that are numbered, and one that is not.
    pub(super) numbered: Vec<SignedPart>,
    pub(super) waiting: SignedPart,
    /// PCs that were good once.
    pub(super) revoked: [ByHand; 2],
    pub(super) expired: ByHand,
    /// A token in whose place a newer one came.
    pub(super) replaced: String,
    pub(super) codes: Codes,
    /// Tokens of two sources: the curious one knows the first.
    pub(super) sources: [String; 2],
    planted: Vec<String>,
}

/// Enrolment codes.
pub(super) struct Codes {
    /// By which the curious one and one of the others joined.
    pub(super) mine: String,
    pub(super) theirs: String,
    /// Of committee 2: not used yet, and too old.
    pub(super) fresh: String,
    pub(super) late: String,
    /// Of committee 3, which has no PC yet.
    pub(super) third: [String; 2],
}

impl World {
    pub(super) fn on(database: &Database) -> World {
        let district = district(database.storage.clone());
        let round = district
            .open_round(&round_file(RoundKey::Person, 50), NOW, &mut Counting(40))
            .unwrap()
            .round;
        let (mine, my_code) = ByHand::called("前台", 101, NOW).joined(&district, 1);
        let (theirs, their_code) = ByHand::called("密电脑甲", 102, NOW).joined(&district, 2);
        let (hidden, _) = ByHand::called("密电脑乙", 103, NOW).joined(&district, 2);
        let replaced = hidden.enrolled.token.clone();
        let (mine_gone, _) = ByHand::called("走了", 104, NOW).joined(&district, 1);
        let (theirs_gone, _) = ByHand::called("密电脑丙", 105, NOW).joined(&district, 2);
        for gone in [&mine_gone, &theirs_gone] {
            let caller = gone.caller(&district);
            district
                .revoke(
                    caller.committee,
                    caller.device,
                    NOW,
                    &mut Counting(u64::from(gone.key.to_bytes()[0])),
                )
                .unwrap();
        }
        let long_ago = Moment(NOW.0 - TimeDelta::days(401).num_milliseconds());
        let (expired, _) = ByHand::called("旧电脑", 107, long_ago).joined(&district, 1);
        let (colleague, _) = ByHand::called("同事", 108, NOW).joined(&district, 1);
        let code = |number: u64, seed: u64, at: Moment| {
            district
                .enrol_code(committee(&district, number).id, at, &mut Counting(seed))
                .unwrap()
        };
        let codes = Codes {
            mine: my_code,
            theirs: their_code,
            fresh: code(2, 110, NOW),
            late: code(2, 111, Moment(NOW.0 - TimeDelta::days(8).num_milliseconds())),
            third: [code(3, 112, NOW), code(3, 113, NOW)],
        };
        let sources = [(SOURCE, 114), (THEIR_SOURCE, 115)]
            .map(|(name, seed)| district.add_source(name, NOW, &mut Counting(seed)).unwrap());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let mut world = World {
            router: router(district.clone(), || NOW),
            planted: PLANTED.iter().map(|word| (*word).to_owned()).collect(),
            waiting: theirs.sign(vec![wire(resident(HIDDEN, "密甲明"))], |_| ()).0,
            numbered: Vec::new(),
            revoked: [mine_gone, theirs_gone],
            district,
            runtime,
            round,
            mine,
            colleague,
            theirs,
            expired,
            replaced,
            codes,
            sources,
        };
        world.live(&hidden);
        world
    }

    /// The other committee has a life: of each kind of thing there is one.
    fn live(&mut self, hidden: &ByHand) {
        let second = committee(&self.district, 2);
        let lease = LeaseRequest {
            round: self.round,
            last_seq: 0,
            numbers: 20,
            areas: vec![String::new(), "密苑".into()],
        };
        let caller = self.theirs.caller(&self.district);
        self.district.lease(caller, &lease, NOW, &mut Counting(120)).unwrap();
        let mut own = round_file(RoundKey::Household, 5).definition;
        own.title = "密轮次".into();
        let own = created([(Field::Definition, Some(serde_json::to_string(&own).unwrap()))]);
        let drafts = [
            vec![resident(RESIDENT, "密甲明"), resident(HIDDEN, "密甲明")],
            vec![Draft {
                kind: EntityKind::Resident,
                entity: id(RESIDENT),
                change: Change::AddTag("密标签".into()),
            }],
            vec![Draft {
                kind: EntityKind::Round,
                entity: id(ROUND),
                change: own,
            }],
            vec![
                registered(RESERVATION, self.round, "密苑小区", "701", DOCUMENT),
                passed(RESERVATION),
            ],
            vec![issued(RESERVATION, 1), fact(RESERVATION, ReservationFact::SmsAsked)],
        ];
        for drafts in drafts {
            let part = self.theirs.append(drafts.into_iter().map(wire).collect());
            self.numbered.push(part);
        }
        let pushed = self
            .district
            .push(
                caller,
                &PushRequest {
                    parts: self.numbered.clone(),
                },
                NOW,
            )
            .unwrap();
        assert!(
            pushed.verdicts.iter().all(|verdict| verdict.rejected.is_empty()),
            "it keeps the rules: {pushed:?}"
        );
        self.pushed_by_the_other_source(&second.full_name());
        self.orders_of_the_other_source(&second.full_name());
        let late = vec![wire(resident(HIDDEN + 1, "密甲明"))];
        self.waiting = self.theirs.sign(late, |header| header.action = Action::ResidentAdded).0;
        let open = self.district.form(1, second.number).unwrap();
        let form = Form {
            name: "密居民".into(),
            document_kind: "resident_id".into(),
            document_number: HIDDEN_DOCUMENT.into(),
            phone: PHONE.into(),
            estate: "密苑小区".into(),
            building: "7".into(),
            room: "702".into(),
            quantity: "1".into(),
            ..Form::default()
        };
        let answer = self
            .district
            .register(&open, &form, "b", NOW, &mut Counting(121))
            .unwrap();
        assert!(matches!(answer, Answer::Registered(_)), "{answer:?}");
        let file = Enclosure {
            name: "密要求.pdf".into(),
            bytes: ATTACHED.into(),
        };
        let instruction = Instruction {
            title: "密要求".into(),
            body: "密要求".into(),
            attachments: vec![file],
        };
        self.district
            .send(&instruction, &[second.id], NOW, &mut Counting(122))
            .unwrap();
        let secrets = [&self.theirs, hidden].map(|pc| pc.enrolled.token.rsplit('.').next().unwrap().to_owned());
        let ids = [hidden.device.0, id(HIDDEN).0, second.device.0];
        self.planted
            .extend(ids.iter().flat_map(|id| [id.to_string(), id.simple().to_string()]));
        self.planted.extend(secrets);
        self.replace_token(hidden);
    }

    /// The other source has a row in the other committee, one that was answered, and one that nobody has.
    fn pushed_by_the_other_source(&mut self, committee: &str) {
        let row = |row: usize, reference: &str, committee: Option<&str>| Incoming {
            row,
            source: THEIR_SOURCE.into(),
            content: TaskRow {
                reference: Some(reference.into()),
                name: Some("密甲明".into()),
                committee: committee.map(str::to_owned),
                ..TaskRow::default()
            },
            damage: None,
        };
        let rows = vec![
            row(1, REFERENCE, Some(committee)),
            row(2, "密D-2", Some(committee)),
            row(3, "密D-3", None),
        ];
        let routing = ByName::of(&self.district).unwrap();
        let pushed = self.district.push_rows(&Push::of(rows), &routing, NOW).unwrap();
        assert_eq!((pushed.taken, pushed.nobody), (3, 1));
        let answered = self.district.row_called::<TaskRow>("密D-2", None).unwrap();
        let fact = TaskFact::Visited {
            resident: None,
            way: Way::Phone,
            outcome: VisitOutcome::Found,
            learnt: [("症状".to_owned(), "密甲明".to_owned())].into(),
            note: None,
        };
        let part = self.theirs.append(vec![wire(Draft::on::<Task>(answered, fact))]);
        self.numbered.push(part.clone());
        let caller = self.theirs.caller(&self.district);
        self.district
            .push(caller, &PushRequest { parts: vec![part] }, NOW)
            .unwrap();
        self.planted.push("密D-".into());
    }

    /// The same of orders.
    fn orders_of_the_other_source(&mut self, committee: &str) {
        let row = |row: usize, reference: &str, committee: Option<&str>| Incoming {
            row,
            source: THEIR_SOURCE.into(),
            content: OrderRow {
                reference: Some(reference.into()),
                title: Some("密漏水".into()),
                committee: committee.map(str::to_owned),
                ..OrderRow::default()
            },
            damage: None,
        };
        let rows = vec![
            row(1, REFERENCE, Some(committee)),
            row(2, "密D-2", Some(committee)),
            row(3, "密D-3", None),
        ];
        let routing = ByName::of(&self.district).unwrap();
        let pushed = self.district.push_rows(&Push::of(rows), &routing, NOW).unwrap();
        assert_eq!((pushed.taken, pushed.nobody), (3, 1));
        let replied = self.district.row_called::<OrderRow>("密D-2", None).unwrap();
        let fact = OrderFact::Replied {
            turn: 0,
            result: OrderResult::Solved,
            text: "密答复".into(),
            answer: None,
        };
        let part = self.theirs.append(vec![wire(Draft::on::<Order>(replied, fact))]);
        self.numbered.push(part.clone());
        let caller = self.theirs.caller(&self.district);
        self.district
            .push(caller, &PushRequest { parts: vec![part] }, NOW)
            .unwrap();
        self.planted.extend(["密漏水", "密答复"].map(str::to_owned));
    }

    /// The PC that nobody knows of loses its token and gets a new one.
    fn replace_token(&mut self, hidden: &ByHand) {
        let stranger = ByHand::called("密电脑乙", 103, NOW);
        let code = self
            .district
            .enrol_code(committee(&self.district, 2).id, NOW, &mut Counting(123))
            .unwrap();
        let enrolled = self
            .district
            .enrol(&stranger.request(&code), "a", NOW, &mut Counting(124))
            .unwrap();
        assert_ne!(enrolled.token, hidden.enrolled.token);
        self.planted.push(enrolled.token);
    }

    /// What is answered, with its head, as far as it is text.
    pub(super) fn ask(&self, request: Request<Body>) -> (StatusCode, String) {
        // Wrong codes are counted, and too many of them would hide what else is answered.
        self.district
            .storage()
            .write::<_, StorageError>(|transaction| transaction.execute("DELETE FROM try", &[]))
            .unwrap();
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            let body = to_bytes(body, ANSWER).await.unwrap();
            (
                head.status,
                format!("{:?}\n{}", head.headers, String::from_utf8_lossy(&body)),
            )
        })
    }

    /// What of the other committee's stands in an answer.
    pub(super) fn found_in(&self, answer: &str) -> Option<&str> {
        self.planted
            .iter()
            .map(String::as_str)
            .find(|word| answer.contains(word))
    }

    /// How much there is to be found.
    pub(super) fn planted(&self) -> &[String] {
        &self.planted
    }

    /// Every row in the database that is not a committee's own, by table: where nobody's is given, all there are.
    pub(super) fn rows_beside(&self, own: Option<EntityId>) -> Rows {
        let read = |table: &'static str| {
            let sql = format!("SELECT * FROM {table}");
            let rows: Result<Vec<Stored>, StorageError> =
                self.district.storage().read(|transaction| transaction.query(&sql, &[]));
            // A claim lies with the district and has its owner beside it.
            let owner = if table == "claim" { 3 } else { 0 };
            let others = |row: &Stored| own.is_none() || Some(row.get::<EntityId>(owner).unwrap()) != own;
            let mut rows: Vec<String> = rows
                .unwrap()
                .into_iter()
                .filter(others)
                .map(|row| format!("{row:?}"))
                .collect();
            rows.sort();
            (table, rows)
        };
        tables().filter(|table| *table != "try").map(read).collect()
    }
}

/// The names of all tables that there are at the end.
fn tables() -> impl Iterator<Item = &'static str> {
    let lines = || MIGRATIONS.into_iter().flat_map(str::lines);
    let dropped = |line: &'static str| line.strip_prefix("DROP TABLE ")?.strip_suffix(';');
    let dropped: BTreeSet<&str> = lines().filter_map(dropped).collect();
    lines()
        .filter_map(|line| line.strip_prefix("CREATE TABLE ")?.strip_suffix(" ("))
        .filter(move |table| !dropped.contains(table))
}

/// A resident's beginning.
fn resident(number: u128, name: &str) -> Draft {
    let fields = [
        (Field::Name, Some(name.to_owned())),
        (Field::Phone, Some(PHONE.to_owned())),
    ];
    Draft {
        kind: EntityKind::Resident,
        entity: id(number),
        change: created(fields),
    }
}

/// A PC that belongs nowhere.
pub(super) fn stranger() -> Stranger {
    ByHand::called("路人", 99, NOW)
}
