//! A small district in memory with two PCs in one committee, asked through its own routes.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use linli_district::committee::{Committee, Line};
use linli_district::random::Randomness;
use linli_district::round::RoundFile;
use linli_district::storage::Sqlite;
use linli_district::{District, Error, http};
use linli_domain::operation::{EntityId, Hash};
use linli_domain::round::RoundKey;
use linli_protocol::{EnrolRequest, Enrolled};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

use crate::script::Script;
use crate::things::{DISTRICT, NOW, Things, device, key, round};

/// Vouchers of the round: few, so that they run out.
const QUOTA: u32 = 25;
/// Room in an answer for more than there should be.
const ANSWER: usize = 1 << 26;

/// Bytes that differ and are the same in every run.
pub(crate) struct Counting(pub(crate) u64);

impl Randomness for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        for byte in bytes {
            // Knuth's MMIX generator.
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 33) as u8;
        }
        Ok(())
    }
}

/// A PC that writes.
pub(crate) struct Author {
    /// Of its key and id.
    pub(crate) seed: u8,
    pub(crate) enrolled: Enrolled,
    /// The end of its chain, as far as the district has it.
    pub(crate) seq: u64,
    pub(crate) tail: Hash,
}

pub(crate) struct World {
    pub(crate) district: District,
    router: Router,
    pub(crate) committee: Committee,
    pub(crate) things: Things,
    pub(crate) authors: Vec<Author>,
}

impl World {
    /// With a round whose rule the script chooses.
    pub(crate) fn new(script: &mut Script<'_>) -> World {
        let key_of_round = *script.pick(&[&RoundKey::Person, &RoundKey::Household, &RoundKey::Address]);
        let storage = Sqlite::in_memory().expect("a database fits into memory");
        let district = District::new(Arc::new(storage), key(DISTRICT), "浦东新区");
        let line = |name: &str| Line {
            area: "浦东新区".into(),
            town: "花木街道".into(),
            name: name.into(),
        };
        let lines = ["牡丹一居委会", "牡丹二居委会"].map(line);
        district
            .import_committees(&lines, NOW, &mut Counting(1))
            .expect("committees can be imported");
        let definition = round(key_of_round, QUOTA);
        let file = RoundFile {
            definition,
            only_listed: false,
            shares: Vec::new(),
        };
        let opened = district
            .open_round(&file, NOW, &mut Counting(2))
            .expect("a round can be opened");
        let authors = [1, 2].map(|seed| join(&district, seed)).into();
        let committee = district.committee_of_number(1).expect("it was imported");
        let things = Things {
            round: opened.round,
            committee: committee.entity,
            district: committee.device,
        };
        let router = http::router(district.clone(), || NOW);
        World {
            district,
            router,
            committee,
            things,
            authors,
        }
    }

    /// What is answered. Nothing that anybody sends makes the server fail.
    pub(crate) fn ask(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        static RUNTIME: OnceLock<Runtime> = OnceLock::new();
        let runtime = RUNTIME.get_or_init(|| {
            let built = Builder::new_current_thread()
                .max_blocking_threads(1)
                .enable_time()
                .build();
            built.expect("a runtime can be built")
        });
        let what = format!("{} {}", request.method(), request.uri());
        runtime.block_on(async {
            let Ok(response) = self.router.clone().oneshot(request).await;
            let (head, body) = response.into_parts();
            let body = to_bytes(body, ANSWER).await.expect("an answer has an end");
            let said = String::from_utf8_lossy(&body[..body.len().min(2_000)]).into_owned();
            assert!(!head.status.is_server_error(), "{what}: {} {said}", head.status);
            (head.status, body.into())
        })
    }

    /// A message of an author to an endpoint of members.
    pub(crate) fn post(&self, path: &str, author: usize, coding: Option<&str>, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let token = &self.authors[author].enrolled.token;
        let mut request = Request::post(path).header("authorization", format!("Bearer {token}"));
        if let Some(coding) = coding {
            request = request.header("content-encoding", coding);
        }
        self.ask(request.body(body.into()).expect("a request can be made"))
    }

    /// Brings the authors' ends in line with what the district has of them.
    pub(crate) fn settle(&mut self) {
        let devices = self
            .district
            .devices(self.committee.id)
            .expect("the district can be asked");
        for author in &mut self.authors {
            let known = devices
                .iter()
                .find(|known| known.id == device(author.seed))
                .expect("it has joined");
            (author.seq, author.tail) = (known.last_seq, known.tail);
        }
    }
}

fn join(district: &District, seed: u8) -> Author {
    let committee: EntityId = district.committee_of_number(1).expect("it was imported").id;
    let mut random = Counting(100 + u64::from(seed));
    let code = district
        .enrol_code(committee, NOW, &mut random)
        .expect("a code can be made");
    let request = EnrolRequest {
        code,
        device: device(seed),
        name: "前台电脑".into(),
        verifying_key: key(seed).verifying_key().to_bytes(),
        committee: None,
        last_seq: 0,
        replaces: None,
    };
    let enrolled = district
        .enrol(&request, "here", NOW, &mut random)
        .expect("a good code lets in");
    Author {
        seed,
        enrolled,
        seq: 0,
        tail: Hash::ZERO,
    }
}
