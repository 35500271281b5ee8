//! Isolation: whatever somebody shows and says, no committee reads or changes what is another's.
//!
//! Every endpoint of the router is asked everything; one without a case of its own fails. What is another's is looked
//! for in every answer, and compared row by row before and after.

mod asked;
mod packages;
mod shown;
mod world;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode};
use linli_district::http::{openapi_document, paths};
use linli_district::pushed::list::Which;
use linli_district::pushed::{OrderRow, TaskRow};
use linli_domain::operation::EntityId;
use linli_protocol::{Denial, DenialCode};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

use crate::databases;
use crate::office::{NOW, committee};
use asked::{Asked, Messages};
use world::{Rows, World};

/// Where members come in.
const GUARDED: [&str; 4] = ["/v1/push", "/v1/pull", "/v1/lease", "/v1/attachments/{hash}"];

/// Where sources come in.
const OF_SOURCES: [&str; 6] = [
    "/v1/tasks",
    "/v1/tasks/take_back",
    "/v1/tasks/answers",
    "/v1/orders",
    "/v1/orders/recall",
    "/v1/orders/replies",
];

/// Where programs of the district's staff come in.
const OF_STAFF: [&str; 5] = [
    "/staff/tasks.json",
    "/staff/orders.json",
    "/staff/orders/urge",
    "/staff/orders/again",
    "/staff/orders/answer",
];

/// Every endpoint there is: what does not answer that the method is not allowed.
fn endpoints(world: &World) -> Vec<(Method, &'static str)> {
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let every = paths().flat_map(|path| methods.clone().map(|method| (method, path)));
    let answers = |method: &Method, path: &str| {
        let place = path.replace("{round}", "1").replace("{committee}", "1");
        world.ask(asked::with(None, method, &place, Vec::new())).0 != StatusCode::METHOD_NOT_ALLOWED
    };
    every.filter(|(method, path)| answers(method, path)).collect()
}

/// Rows that nobody may change, while requests are made that may change those of one committee at most.
struct Watch<'w> {
    world: &'w World,
    whose: Option<EntityId>,
    rows: Rows,
    asked: Vec<String>,
}

impl<'w> Watch<'w> {
    fn over(world: &'w World) -> Watch<'w> {
        Watch {
            world,
            whose: None,
            rows: world.rows_beside(None),
            asked: Vec::new(),
        }
    }

    /// Asks, and checks that nothing of the other committee is told.
    fn play(&mut self, what: &str, request: Request<Body>, whose: Option<EntityId>) -> (StatusCode, String) {
        if whose != self.whose {
            self.check();
            (self.whose, self.rows) = (whose, self.world.rows_beside(whose));
        }
        let (status, answer) = self.world.ask(request);
        assert_eq!(self.world.found_in(&answer), None, "{what}: {status} {answer}");
        assert!(!status.is_server_error(), "{what}: {status} {answer}");
        self.asked.push(what.to_owned());
        (status, answer)
    }

    /// Checks that nothing was changed since.
    fn check(&mut self) {
        let rows = self.world.rows_beside(self.whose);
        for (table, before) in &self.rows {
            assert_eq!(
                before, &rows[table],
                "the table {table} was changed by one of {:?}",
                self.asked
            );
        }
        self.asked.clear();
    }
}

/// The code of a denial.
fn denial(answer: &str) -> Option<DenialCode> {
    let body = answer.split_once('\n')?.1;
    serde_json::from_str::<Denial>(body).ok().map(|denial| denial.code)
}

#[test]
fn no_committee_reads_or_changes_what_is_anothers() {
    for database in databases::each() {
        let mut world = World::on(&database);
        let messages = Messages::of(&mut world);
        let shown = shown::everything(&world);
        let endpoints = endpoints(&world);
        assert!(endpoints.len() > 17, "the router was read: {endpoints:?}");
        let mut watch = Watch::over(&world);
        for shown in &shown {
            for (method, path) in &endpoints {
                for Asked { what, request, whose } in asked::at(&world, &messages, (method, path), shown) {
                    let what = format!("{}: {method} {path} with {}: {what}", database.name, shown.what);
                    let (status, answer) = watch.play(&what, request, whose);
                    if OF_SOURCES.contains(path) {
                        let shut = (StatusCode::UNAUTHORIZED, Some(DenialCode::Unauthorised));
                        assert_eq!((status, denial(&answer)), shut, "{what}: {answer}");
                    }
                    if GUARDED.contains(path) && !shown.good {
                        let code = denial(&answer);
                        let shut = (StatusCode::UNAUTHORIZED, Some(DenialCode::Unauthorised));
                        let revoked = (StatusCode::FORBIDDEN, Some(DenialCode::Revoked));
                        assert!([shut, revoked].contains(&(status, code)), "{what}: {status} {answer}");
                    }
                }
                watch.check();
            }
        }
        assert_eq!(
            world.district.devices(committee(&world.district, 1).id).unwrap().len(),
            4,
            "nobody joined"
        );
    }
}

#[test]
fn a_source_reads_and_changes_its_own_rows_only() {
    for database in databases::each() {
        let world = World::on(&database);
        let header: HeaderValue = format!("Bearer {}", world.sources[0]).parse().unwrap();
        let of_kinds = || {
            let mut tasks = world.district.rows::<TaskRow>(&Which::default(), NOW).unwrap();
            let mut orders = world.district.rows::<OrderRow>(&Which::default(), NOW).unwrap();
            let all = [tasks.len(), orders.len()];
            tasks.retain(|row| row.source != world::SOURCE);
            orders.retain(|row| row.source != world::SOURCE);
            (all, (tasks, orders))
        };
        let (all, before) = of_kinds();
        assert_eq!(all, [3, 3], "{}", database.name);
        for place in OF_SOURCES {
            let method = match place.ends_with("answers") || place.ends_with("replies") {
                true => Method::GET,
                false => Method::POST,
            };
            for (what, path, body) in asked::of_sources(place) {
                let (status, answer) = world.ask(asked::with(Some(&header), &method, path, body));
                assert!(!status.is_server_error(), "{what}: {answer}");
                // What it asked about stands in the answer; what the other one knows does not.
                let found = world
                    .found_in(&answer)
                    .filter(|word| !["密D-", "密要求"].contains(word));
                assert_eq!(found, None, "{}: {what}: {answer}", database.name);
            }
        }
        let (all, others) = of_kinds();
        assert_eq!(others, before, "{}", database.name);
        assert_eq!(all, [6, 6], "{}: its own rows of these names are there", database.name);
    }
}

#[test]
fn what_is_looked_for_is_there_to_be_found() {
    let database = databases::sqlite();
    let mut world = World::on(&database);
    let messages = Messages::of(&mut world);
    let ask = |world: &World, token: &str, path: &str, body: Vec<u8>| {
        let header: HeaderValue = format!("Bearer {token}").parse().unwrap();
        world.ask(asked::with(Some(&header), &Method::POST, path, body))
    };
    let everything = br#"{"after":0}"#.to_vec();
    let (status, answer) = ask(&world, &world.theirs.enrolled.token, "/v1/pull", everything.clone());
    assert_eq!(status, StatusCode::OK);
    let missing: Vec<&String> = world
        .planted()
        .iter()
        .filter(|word| !answer.contains(word.as_str()))
        .collect();
    // Ids stand there in one of two writings; tokens and what is in no order are nowhere.
    assert!(missing.len() < world.planted().len() / 2, "{missing:?}");
    for word in ["密甲明", "密居民", "密标签", "密轮次", "密要求", "密电脑"] {
        assert!(answer.contains(word), "{word}");
    }
    // And the curious one's own parts are taken, so that what they say about the other's has come to be.
    let own = messages
        .all()
        .find(|(path, (what, _))| *path == "/v1/push" && what.starts_with("one's own parts about"));
    let (status, answer) = ask(&world, &world.mine.enrolled.token, "/v1/push", own.unwrap().1.1.clone());
    assert_eq!(
        (status, answer.matches("\"number\":").count()),
        (StatusCode::OK, 2),
        "{answer}"
    );
    let (_, answer) = ask(&world, &world.mine.enrolled.token, "/v1/pull", everything);
    assert!(answer.contains("王五") && world.found_in(&answer).is_none(), "{answer}");
}

#[test]
fn the_document_describes_the_exchange_as_it_is_routed() {
    let document = openapi_document();
    let described: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    let for_programs = |path: &&str| path.starts_with("/v1/") || OF_STAFF.contains(path);
    let mut routed: Vec<&str> = paths().filter(for_programs).collect();
    routed.retain(|path| *path != "/v1/openapi.json");
    routed.sort_unstable();
    assert_eq!(described, routed);
    for path in described {
        let methods = ["get", "post", "put"].map(|method| &document["paths"][path][method]);
        for method in methods.into_iter().filter(|method| method.is_object()) {
            assert_eq!(
                method["security"].is_array(),
                [&GUARDED[..], &OF_SOURCES, &OF_STAFF].concat().contains(&path.as_str()),
                "{path}"
            );
        }
    }
}

/// A token made of two: the beginning of one and the end of the other, with one letter changed.
fn spliced(first: &str, second: &str, (cut, place, letter): (Index, Index, u8)) -> String {
    let cut = cut.index(first.len().min(second.len()));
    let mut token = [&first.as_bytes()[..cut], &second.as_bytes()[cut..]].concat();
    let place = place.index(token.len());
    token[place] = letter;
    String::from_utf8(token).unwrap()
}

#[test]
fn spliced_tokens_and_damaged_messages_open_nothing() {
    let database = databases::sqlite();
    let mut world = World::on(&database);
    let messages = Messages::of(&mut world);
    let messages: Vec<_> = messages.all().collect();
    let (mine, theirs) = (world.mine.enrolled.token.clone(), world.theirs.enrolled.token.clone());
    let gone = &world.revoked[1].enrolled.token;
    let pairs = [
        (&mine, &theirs),
        (&theirs, &mine),
        (&theirs, gone),
        (gone, &theirs),
        (&mine, &mine),
        (&theirs, &theirs),
    ];
    let splice = (
        any::<Index>(),
        any::<Index>(),
        prop::sample::select(b"0123456789abcdefABF.-{} ".as_slice()),
    );
    let strategy = (0..pairs.len(), splice, 0..messages.len(), any::<Option<(Index, u8)>>());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&strategy, |(pair, splice, message, damage)| {
            let token = spliced(pairs[pair].0, pairs[pair].1, splice);
            // The same token in other letters is the same token.
            prop_assume!(!token.eq_ignore_ascii_case(&theirs));
            let whose = token
                .eq_ignore_ascii_case(&mine)
                .then(|| committee(&world.district, 1).id);
            let (path, (what, body)) = messages[message];
            let mut body = body.clone();
            if let Some((place, byte)) = damage {
                let place = place.index(body.len());
                body[place] = byte;
            }
            let header: HeaderValue = format!("Bearer {token}").parse().unwrap();
            let what = format!("{path} with {token}: {what}");
            let mut watch = Watch::over(&world);
            let (status, _) = watch.play(&what, asked::with(Some(&header), &Method::POST, path, body), whose);
            watch.check();
            prop_assert!(
                whose.is_some() || matches!(status.as_u16(), 401 | 403),
                "{}: {}",
                what,
                status
            );
            Ok(())
        })
        .unwrap();
}
