//! Messages to residents: once each, whatever is repeated or breaks off.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Mutex;

use linli_district::District;
use linli_district::sms::{Delivery, Gateway, Log, Message, Template, Webhook};
use linli_domain::operation::{Action, EntityId};
use linli_domain::record::Field;
use linli_domain::reservation::{Reservation, ReservationFact, created};
use linli_domain::round::{Decision, Outcome, RoundKey};
use linli_domain::time::Moment;
use linli_store::Draft;

use crate::databases;
use crate::office::{Counting, NOW, Pc, district, fact, id, passed, round_file};

/// A gateway that remembers, and answers as it is told.
struct Remembering {
    sent: Mutex<Vec<Message>>,
    answer: Delivery,
}

impl Gateway for Remembering {
    fn send(&self, message: &Message) -> Delivery {
        self.sent.lock().unwrap().push(message.clone());
        self.answer.clone()
    }
}

fn answering(answer: Delivery) -> Remembering {
    Remembering {
        sent: Mutex::default(),
        answer,
    }
}

fn now() -> Moment {
    NOW
}

fn registered(reservation: u128, round: EntityId, phone: &str) -> Draft {
    let change = created([
        (Field::Round, Some(round.to_string())),
        (Field::Name, Some("张晓明".into())),
        (Field::Phone, Some(phone.into())),
        (Field::Number, Some(format!("A{reservation:05}"))),
    ]);
    Draft {
        kind: linli_domain::operation::EntityKind::Reservation,
        entity: id(reservation),
        change,
    }
}

/// Reservations in the first committee that passed, each with a message asked for; gives the PC and the round.
pub(crate) fn set_up(district: &District, phones: &[&str]) -> (Pc, EntityId) {
    let round = district
        .open_round(&round_file(RoundKey::Person, 10), NOW, &mut Counting(4))
        .unwrap()
        .round;
    let mut pc = Pc::of(district, 1);
    for (reservation, phone) in (1..).zip(phones) {
        pc.write(
            Action::ReservationRegistered,
            vec![registered(reservation, round, phone)],
        );
        pc.write(Action::Reviewed, vec![passed(reservation)]);
        pc.write(Action::Notified, vec![fact(reservation, ReservationFact::SmsAsked)]);
    }
    // The answer is lost, and the PC sends everything again.
    pc.push(district, false);
    pc.exchange(district);
    (pc, round)
}

fn state(pc: &Pc, reservation: u128) -> Reservation {
    pc.store.view().reservation(id(reservation)).unwrap().unwrap().state
}

#[test]
fn a_message_goes_out_once_and_its_result_comes_back() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut pc, _) = set_up(&district, &["13800138000", "021-58880000"]);
        let gateway = answering(Delivery::Accepted);
        let template = Template::read("{姓名}，{居委会}，{预约号}").unwrap();
        assert_eq!(
            district.send_messages(&gateway, &template, now).unwrap(),
            2,
            "{}",
            database.name
        );
        assert_eq!(
            district.send_messages(&gateway, &template, now).unwrap(),
            0,
            "{}",
            database.name
        );
        let sent = gateway.sent.lock().unwrap().clone();
        assert_eq!(sent.len(), 1, "a landline gets none");
        assert_eq!(
            (sent[0].to.as_str(), sent[0].text.as_str()),
            ("13800138000", "张晓明，牡丹一居委会，A00001")
        );
        pc.exchange(&district);
        let (first, second) = (state(&pc, 1), state(&pc, 2));
        assert!(
            first.notified.is_some() && second.notified.is_none(),
            "{}",
            database.name
        );
        assert_eq!(second.attempts[0].outcome, Outcome::OutOfService);
        assert!(pc.agrees(&district), "{}", database.name);
    }
}

#[test]
fn nobody_is_told_of_a_pass_that_was_taken_back() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut pc, _) = set_up(&district, &["13800138000"]);
        let refused = ReservationFact::Reviewed {
            decision: Decision::Rejected,
            reason: Some("重复".into()),
        };
        pc.write(Action::Reviewed, vec![fact(1, refused)]);
        pc.exchange(&district);
        let gateway = answering(Delivery::Accepted);
        district.send_messages(&gateway, &Template::default(), now).unwrap();
        assert_eq!(gateway.sent.lock().unwrap().len(), 0, "{}", database.name);
        pc.exchange(&district);
        let note = state(&pc, 1).attempts[0].note.clone().unwrap();
        assert!(note.contains("短信没有发出：预约现在是“不通过”"), "{note}");
        assert!(
            state(&pc, 1).sms_asked.is_none() && pc.agrees(&district),
            "{}",
            database.name
        );
    }
}

#[test]
fn what_broke_off_is_said_and_not_sent_again() {
    struct Breaking;
    impl Gateway for Breaking {
        fn send(&self, _: &Message) -> Delivery {
            panic!("the machine is switched off here")
        }
    }
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut pc, _) = set_up(&district, &["13800138000"]);
        let template = Template::default();
        let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            district.send_messages(&Breaking, &template, now)
        }));
        assert!(broken.is_err());
        let gateway = answering(Delivery::Accepted);
        let later = || Moment(NOW.0 + 11 * 60 * 1000);
        district.send_messages(&gateway, &template, later).unwrap();
        assert_eq!(gateway.sent.lock().unwrap().len(), 0, "{}", database.name);
        pc.exchange(&district);
        let note = state(&pc, 1).attempts[0].note.clone().unwrap();
        assert!(note.contains("没有重发"), "{note}");
    }
}

#[test]
fn a_message_that_cannot_be_composed_keeps_nobody_elses_back() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut pc, _) = set_up(&district, &["13800138000"]);
        let mut other = Pc::of(&district, 2);
        let made_up = id(4_711);
        for (action, draft) in [
            (Action::ReservationRegistered, registered(7, made_up, "13900139000")),
            (Action::Reviewed, passed(7)),
            (Action::Notified, fact(7, ReservationFact::SmsAsked)),
        ] {
            other.write(action, vec![draft]);
        }
        other.exchange(&district);
        let gateway = answering(Delivery::Accepted);
        let sent = district.send_messages(&gateway, &Template::default(), now);
        assert_eq!(sent.unwrap(), 2, "{}: both are looked at", database.name);
        let to: Vec<String> = gateway
            .sent
            .lock()
            .unwrap()
            .iter()
            .map(|message| message.to.clone())
            .collect();
        assert_eq!(to, ["13800138000"], "{}", database.name);
        assert_eq!(
            district.send_messages(&gateway, &Template::default(), now).unwrap(),
            0,
            "neither waits any more"
        );
        pc.exchange(&district);
        other.exchange(&district);
        assert!(
            state(&pc, 1).notified.is_some() && state(&other, 7).notified.is_none(),
            "{}",
            database.name
        );
        let note = state(&other, 7).attempts[0].note.clone().unwrap();
        assert!(note.contains("短信没有发出：本居委会没有这一轮"), "{note}");
        assert!(other.agrees(&district), "{}", database.name);
    }
}

#[test]
fn without_a_gateway_the_committee_is_told() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut pc, _) = set_up(&district, &["13800138000"]);
        district.send_messages(&Log, &Template::default(), now).unwrap();
        pc.exchange(&district);
        assert!(state(&pc, 1).notified.is_none());
        assert!(
            state(&pc, 1).attempts[0]
                .note
                .as_deref()
                .is_some_and(|note| note.contains("没有接短信网关"))
        );
    }
}

#[test]
fn the_webhook_posts_what_is_signed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let webhook = Webhook::new(
        &format!("http://{}/sms", listener.local_addr().unwrap()),
        "0123456789abcdef",
    )
    .unwrap();
    let served = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in ["200 OK", "403 Forbidden", "500 Oops"] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 4096];
            let mut length = 0;
            while !String::from_utf8_lossy(&request[..length]).contains('}') {
                length += stream.read(&mut request[length..]).unwrap();
            }
            requests.push(String::from_utf8(request[..length].to_vec()).unwrap());
            write!(
                stream,
                "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            .unwrap();
        }
        requests
    });
    let message = Message {
        id: "1-2-3".into(),
        to: "13800138000".into(),
        text: "您好".into(),
    };
    assert_eq!(webhook.send(&message), Delivery::Accepted);
    assert!(matches!(webhook.send(&message), Delivery::Refused(_)));
    assert!(
        matches!(webhook.send(&message), Delivery::Unknown(_)),
        "it may have been sent"
    );
    let requests = served.join().unwrap();
    assert!(requests[0].starts_with("POST /sms HTTP/1.1\r\n"));
    let body = r#"{"id":"1-2-3","to":"13800138000","text":"您好"}"#;
    assert!(requests[0].ends_with(body), "{}", requests[0]);
    assert!(requests[0].contains("linli-signature: sha256="), "{}", requests[0]);
    assert!(
        matches!(webhook.send(&message), Delivery::Refused(_)),
        "nobody there any more"
    );
}
