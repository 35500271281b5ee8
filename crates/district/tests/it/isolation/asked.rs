//! What the curious one asks, at every endpoint.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use axum::http::{HeaderValue, Method, Request};
use linli_domain::instruction::ContentHash;
use linli_domain::lease::{IssuingRight, Lease};
use linli_domain::operation::{Change, EntityId, EntityKind, FieldChange, PartHeader};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::RoundKey;
use linli_protocol::{EnrolRequest, LeaseRequest, PullRequest, PushRequest, SignedPart};
use linli_store::Draft;
use serde_json::{Value, json};

use super::shown::{self, Shown};
use super::world::{ATTACHED, DOCUMENT, REFERENCE, RESERVATION, RESIDENT, ROUND, THEIR_SOURCE, World, stranger};
use crate::office::{ByHand, committee, fact, id, issued, passed, registered, round_file, wire};

/// A request, and whose rows it may change, if anybody's.
pub(super) struct Asked {
    pub(super) what: String,
    pub(super) request: Request<Body>,
    pub(super) whose: Option<EntityId>,
}

/// A message to a guarded endpoint: what it tries, and its body.
pub(super) type Message = (&'static str, Vec<u8>);

/// Bodies for the three endpoints of members.
pub(super) struct Messages(BTreeMap<&'static str, Vec<Message>>);

impl Messages {
    /// Writes them all; the curious one's own parts go on in its chain.
    pub(super) fn of(world: &mut World) -> Messages {
        let forged = forged(world);
        let honest = vec![meddling(world), undoing(world)];
        let mut pushes: Vec<(&'static str, Value)> = vec![
            (
                "the other's parts that are known",
                json!(PushRequest {
                    parts: world.numbered.clone()
                }),
            ),
            (
                "the other's part that is not",
                json!(PushRequest {
                    parts: vec![world.waiting.clone()]
                }),
            ),
            (
                "one's own parts about what is the other's",
                json!(PushRequest { parts: honest }),
            ),
            ("nothing", json!(PushRequest { parts: Vec::new() })),
            ("no message", json!({ "parts": 7 })),
        ];
        pushes.extend(
            forged
                .into_iter()
                .map(|(what, part)| (what, json!(PushRequest { parts: vec![part] }))),
        );
        let lease = |round, areas: &[&str]| {
            json!(LeaseRequest {
                round,
                last_seq: 0,
                numbers: 20,
                areas: areas.iter().map(|area| (*area).to_owned()).collect()
            })
        };
        let leases = vec![
            ("numbers of the other's own round", lease(id(ROUND), &[""])),
            ("the area that the other holds", lease(world.round, &["密苑", ""])),
            (
                "more than there are",
                json!({ "round": world.round, "last_seq": u64::MAX, "numbers": u32::MAX, "areas": [] }),
            ),
        ];
        let pulls = vec![
            ("everything", json!(PullRequest { after: 0 })),
            ("what comes after the end", json!(PullRequest { after: u64::MAX })),
            ("what comes before the beginning", json!({ "after": -1 })),
            (
                "everything of another committee",
                json!({ "after": 0, "committee": world.theirs.enrolled.committee }),
            ),
        ];
        let bodies = |messages: Vec<(&'static str, Value)>| {
            messages
                .into_iter()
                .map(|(what, body)| (what, body.to_string().into_bytes()))
                .collect()
        };
        let all = [
            ("/v1/push", bodies(pushes)),
            ("/v1/pull", bodies(pulls)),
            ("/v1/lease", bodies(leases)),
        ];
        Messages(all.into())
    }

    /// All of them, with their endpoints.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &Message)> {
        self.0
            .iter()
            .flat_map(|(path, messages)| messages.iter().map(|message| (*path, message)))
    }
}

/// Parts that are not what they say: of another committee, by another PC.
fn forged(world: &World) -> Vec<(&'static str, SignedPart)> {
    let (mine, theirs) = (&world.mine, &world.theirs);
    let operations = || {
        vec![wire(Draft {
            kind: EntityKind::Resident,
            entity: id(7_100),
            change: created([]),
        })]
    };
    let headed = |what, alter: &dyn Fn(&mut PartHeader)| (what, mine.sign(operations(), |header| alter(header)).0);
    let relabelled = |part: &SignedPart| {
        let (from, to) = (
            theirs.enrolled.committee.to_string(),
            mine.enrolled.committee.to_string(),
        );
        SignedPart {
            header: part.header.replace(&from, &to),
            ..part.clone()
        }
    };
    let own = committee(&world.district, 1).device;
    vec![
        headed("one's own part for the other committee", &|header| {
            header.committee = theirs.enrolled.committee
        }),
        headed("in the other PC's name", &|header| header.device = theirs.device),
        headed("in the other PC's name, for it", &|header| {
            (header.device, header.committee) = (theirs.device, theirs.enrolled.committee);
        }),
        headed("in a colleague's name", &|header| {
            header.device = world.colleague.device
        }),
        headed("in the district's name", &|header| header.device = own),
        headed("in a revoked PC's name", &|header| {
            header.device = world.revoked[0].device
        }),
        (
            "the other's part with one's own committee on it",
            relabelled(&world.waiting),
        ),
        (
            "the other's known part with one's own committee on it",
            relabelled(&world.numbered[0]),
        ),
    ]
}

/// Operations on everything that is the other's, in one's own chain: they come to lie in one's own committee.
fn meddling(world: &mut World) -> SignedPart {
    let (round, theirs) = (world.round, world.theirs.device);
    let set = |kind, entity, field, to: Option<&str>| {
        let change = FieldChange {
            seen: Some("张三".into()),
            to: to.map(str::to_owned),
        };
        Draft {
            kind,
            entity,
            change: Change::Set([(field, change)].into()),
        }
    };
    let delete = |kind, number| Draft {
        kind,
        entity: id(number),
        change: Change::Delete,
    };
    let lease = Lease {
        round,
        device: world.mine.device,
        first: 1,
        last: 50,
    };
    let mut definition = round_file(RoundKey::Person, 9_999).definition;
    definition.district = true;
    let definition = serde_json::to_string(&definition).unwrap();
    let drafts = vec![
        set(EntityKind::Resident, id(RESIDENT), Field::Name, Some("王五")),
        delete(EntityKind::Resident, RESIDENT),
        delete(EntityKind::Reservation, RESERVATION),
        fact(RESERVATION, ReservationFact::DistrictDecided { granted: false }),
        passed(RESERVATION),
        issued(RESERVATION, 1),
        fact(RESERVATION, ReservationFact::SmsAsked),
        registered(7_101, round, "别处", "1", DOCUMENT),
        set(EntityKind::Round, round, Field::Definition, Some(&definition)),
        set(EntityKind::Round, id(ROUND), Field::Definition, Some(&definition)),
        set(
            EntityKind::Committee,
            world.theirs.enrolled.committee,
            Field::Name,
            Some("王五"),
        ),
        set(
            EntityKind::IssuingRight,
            IssuingRight::id(round, "密苑"),
            Field::Device,
            None,
        ),
        set(EntityKind::Lease, id(7_102), Field::Device, Some(&theirs.0.to_string())),
        Draft {
            kind: EntityKind::Lease,
            entity: id(7_103),
            change: lease.created(),
        },
    ];
    world.mine.append(drafts.into_iter().map(wire).collect())
}

/// Taking back what the other PC did first.
fn undoing(world: &mut World) -> SignedPart {
    let change = Change::Undo {
        device: world.theirs.device,
        first_seq: 1,
        kept: Vec::new(),
    };
    world.mine.append(vec![wire(Draft {
        kind: EntityKind::Batch,
        entity: id(7_104),
        change,
    })])
}

/// Everything that is asked at an endpoint by somebody who shows this.
///
/// # Panics
/// Nothing is known of the endpoint: whoever adds one says here how it is kept apart.
pub(super) fn at(
    world: &World,
    messages: &Messages,
    (method, path): (&Method, &'static str),
    shown: &Shown,
) -> Vec<Asked> {
    let mine = committee(&world.district, 1).id;
    let own = shown.good.then_some(mine);
    let as_shown = |method: &Method, path: &str, body: Vec<u8>| with(shown.header.as_ref(), method, path, body);
    match (method.as_str(), path) {
        ("POST", "/v1/push" | "/v1/pull" | "/v1/lease") => messages.0[path]
            .iter()
            .map(|(what, body)| asked(what, as_shown(method, path, body.clone()), own))
            .collect(),
        ("POST", "/v1/enrol") => enrolments(world)
            .into_iter()
            .map(|(what, request, whose)| asked(what, as_shown(method, path, json!(request).to_string().into()), whose))
            .collect(),
        ("GET", "/v1/time" | "/v1/openapi.json" | "/healthz" | "/metrics") => {
            vec![asked("", as_shown(method, path, Vec::new()), None)]
        }
        ("GET" | "PUT", "/v1/attachments/{hash}") => attachments()
            .into_iter()
            .map(|(what, place, body)| {
                let body = if method == Method::PUT { body } else { Vec::new() };
                asked(what, as_shown(method, &place, body), own)
            })
            .collect(),
        ("GET", "/r/{round}/{committee}") => [
            "/r/1/1",
            "/r/1/2",
            "/r/2/2",
            "/r/0/0",
            "/r/1/18446744073709551615",
            "/r/x/y",
        ]
        .map(|path| asked(path, as_shown(method, path, Vec::new()), None))
        .into(),
        ("POST", "/r/{round}/{committee}") => forms(world, shown),
        ("POST" | "GET", _) if path.starts_with("/v1/tasks") || path.starts_with("/v1/orders") => of_sources(path)
            .into_iter()
            .filter(|_| shown.what != shown::SOURCES)
            .map(|(what, path, body)| asked(what, as_shown(method, path, body), None))
            .collect(),
        ("GET", "/staff") => staff_tokens(world, shown)
            .into_iter()
            .map(|token| {
                asked(
                    "",
                    as_shown(method, &format!("/staff?token={}", percent(&token)), Vec::new()),
                    None,
                )
            })
            .collect(),
        ("GET", "/staff/progress" | "/staff/tasks" | "/staff/tasks.json" | "/staff/orders" | "/staff/orders.json") => {
            staff_tokens(world, shown)
                .into_iter()
                // Staff see the names of all sources there, and of nobody.
                .filter(|token| path == "/staff/progress" || *token != world.district.staff_token().as_bytes())
                .filter_map(|token| page(shown, (method, path), &token, Vec::new()))
                .collect()
        }
        ("POST", "/staff/orders/urge" | "/staff/orders/again" | "/staff/orders/answer") => staff_tokens(world, shown)
            .into_iter()
            .filter(|token| *token != world.district.staff_token().as_bytes())
            .filter_map(|token| page(shown, (method, path), &token, acts()))
            .collect(),
        _ => panic!("{method} {path} has no case: what keeps committees apart there?"),
    }
}

fn asked(what: &str, request: Request<Body>, whose: Option<EntityId>) -> Asked {
    Asked {
        what: what.to_owned(),
        request,
        whose,
    }
}

/// A request with something shown.
pub(super) fn with(shown: Option<&HeaderValue>, method: &Method, path: &str, body: Vec<u8>) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::from(body))
        .unwrap();
    request
        .headers_mut()
        .extend(shown.map(|value| (AUTHORIZATION, value.clone())));
    request
}

/// Attachments by their names: the other's, with and without what is in it, and one that nobody has.
fn attachments() -> Vec<(&'static str, String, Vec<u8>)> {
    let theirs = ContentHash::of(ATTACHED.as_bytes());
    let place = |hash: ContentHash, query: &str| format!("/v1/attachments/{hash}?{query}");
    vec![
        (
            "the other's, from the beginning",
            place(theirs, "from=0&size=9"),
            b"something".to_vec(),
        ),
        (
            "the other's, from its middle",
            place(theirs, "from=3&size=18"),
            b"and more".to_vec(),
        ),
        (
            "the other's, from beyond all",
            place(theirs, "from=18446744073709551615&size=18446744073709551615"),
            Vec::new(),
        ),
        (
            "one that nobody has",
            place(ContentHash::of(b"mine"), "from=0&size=4"),
            b"mine".to_vec(),
        ),
        ("no hash", "/v1/attachments/..%2f?from=-1".into(), Vec::new()),
    ]
}

/// Ways to get in with a code that is not meant for one, and whose rows they may change.
fn enrolments(world: &World) -> Vec<(&'static str, EnrolRequest, Option<EntityId>)> {
    let codes = &world.codes;
    let of = |pc: &ByHand, code: &str| EnrolRequest {
        device: pc.device,
        verifying_key: pc.key.verifying_key().to_bytes(),
        ..stranger().request(code)
    };
    let theirs = world.theirs.enrolled.committee;
    let third = Some(committee(&world.district, 3).id);
    let posing = |code: &str| EnrolRequest {
        device: world.theirs.device,
        ..stranger().request(code)
    };
    vec![
        ("a colleague's used code", stranger().request(&codes.mine), None),
        ("the other's used code", of(&world.mine, &codes.theirs), None),
        ("the other's used code in its PC's name", posing(&codes.theirs), None),
        ("a code that is too old", stranger().request(&codes.late), None),
        ("a made-up code", stranger().request("AAAA-BBBB-CCCC"), None),
        ("no code", stranger().request(""), None),
        (
            "a good code of the other committee, with one's own data",
            EnrolRequest {
                committee: Some(world.mine.enrolled.committee),
                ..of(&world.mine, &codes.fresh)
            },
            None,
        ),
        (
            "the same, without saying whose",
            EnrolRequest {
                last_seq: 5,
                ..of(&world.mine, &codes.fresh)
            },
            None,
        ),
        (
            "the first PC of a third committee that says its data is the other's",
            EnrolRequest {
                committee: Some(theirs),
                last_seq: 5,
                ..stranger().request(&codes.third[0])
            },
            None,
        ),
        (
            "a third committee's good code in the other PC's name",
            posing(&codes.third[1]),
            third,
        ),
    ]
}

/// Forms: in one's own committee about somebody of the other's, and in the other one about the same again.
fn forms(world: &World, shown: &Shown) -> Vec<Asked> {
    let mine = committee(&world.district, 1).id;
    let form = |number: &str, room: &str| {
        let fields = [
            ("name", "张晓明"),
            ("document_kind", "resident_id"),
            ("document_number", number),
            ("phone", "13800138000"),
            ("estate", "别处"),
            ("building", "1"),
            ("room", room),
            ("quantity", "1"),
        ];
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", percent(value)))
            .collect();
        pairs.join("&").into_bytes()
    };
    let post = |what: &str, path: &str, body: Vec<u8>, whose| {
        let mut request = with(shown.header.as_ref(), &Method::POST, path, body);
        request
            .headers_mut()
            .insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        asked(what, request, whose)
    };
    let nobody: Vec<Asked> = [
        ("somebody who is there", "/r/1/2", form(DOCUMENT, "701")),
        ("a number that is none", "/r/1/2", form("1", "701")),
        ("no form", "/r/1/2", b"\xff\xfe".to_vec()),
        ("no round of the district", "/r/2/2", form(DOCUMENT, "701")),
    ]
    .map(|(what, path, body)| post(what, path, body, None))
    .into();
    let own = post(
        "somebody of the other committee",
        "/r/1/1",
        form(DOCUMENT, "701"),
        Some(mine),
    );
    nobody.into_iter().chain([own]).collect()
}

/// What is shown to see the progress page; the staff's own token is the last.
fn staff_tokens(world: &World, shown: &Shown) -> Vec<Vec<u8>> {
    let good = world.district.staff_token();
    let mut tokens = vec![good.as_bytes()[1..].to_vec(), good.as_bytes().to_vec()];
    tokens.extend(shown.header.iter().map(|value| value.as_bytes().to_vec()));
    tokens
}

/// What staff say of an order, whichever it is that they do.
fn acts() -> Vec<u8> {
    let said =
        json!({ "order": REFERENCE, "source": THEIR_SOURCE, "reason": "催", "result": "solved", "text": "已办" });
    said.to_string().into_bytes()
}

fn page(shown: &Shown, (method, path): (&Method, &str), token: &[u8], body: Vec<u8>) -> Option<Asked> {
    let path = format!("{path}?round=1");
    let mut request = with(shown.header.as_ref(), method, &path, body);
    let cookie = [b"linli-staff=", token].concat();
    request
        .headers_mut()
        .insert(COOKIE, HeaderValue::from_bytes(&cookie).ok()?);
    Some(asked("", request, None))
}

/// What is asked where sources come in, about what the other source has.
pub(super) fn of_sources(path: &str) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let json = |value: Value| value.to_string().into_bytes();
    let references = [REFERENCE, "密D-2", "密D-3"];
    let rows = references.map(
        |reference| json!({ "reference": reference, "name": "王五", "title": "漏水", "committee": "牡丹二居委会" }),
    );
    let push = |path| {
        vec![
            (
                "the other's rows with other content",
                path,
                json(json!({ "rows": rows })),
            ),
            ("no rows", path, json(json!({ "rows": 7 }))),
        ]
    };
    let back = |path| {
        let said = json!({ "references": references, "reason": "误推" });
        vec![("the other's rows", path, json(said))]
    };
    let everything = |paths: [&'static str; 2]| paths.map(|path| ("everything", path, Vec::new())).into();
    match path {
        "/v1/tasks" => push("/v1/tasks"),
        "/v1/orders" => push("/v1/orders"),
        "/v1/tasks/take_back" => back("/v1/tasks/take_back"),
        "/v1/orders/recall" => back("/v1/orders/recall"),
        "/v1/orders/replies" => everything([
            "/v1/orders/replies",
            "/v1/orders/replies?after=0&limit=1000&source=%E5%AF%86%E7%83%AD%E7%BA%BF",
        ]),
        _ => everything([
            "/v1/tasks/answers",
            "/v1/tasks/answers?after=0&limit=1000&source=%E5%AF%86%E7%83%AD%E7%BA%BF",
        ]),
    }
}

fn percent(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("%{byte:02X}")).collect()
}
