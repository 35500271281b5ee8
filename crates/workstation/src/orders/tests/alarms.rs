//! Alarms at the PCs of one committee: each once, in order of time, whichever PC sleeps.

use linli_domain::order::{Clock, Mark};
use linli_protocol::{DeviceCard, Numbered, PartVerdict};
use linli_store::Store;
use linli_store::key::DatabaseKey;

use super::*;
use crate::api::Empty;
use crate::api::orders::{OrderReply, OrderSign};
use crate::orders::{order_alarms, order_reply, order_sign};

/// Room in a message for everything a test writes.
const ROOMY: usize = 1 << 20;

/// A machine that writes: a PC, or the district.
struct Machine {
    ws: Workstation,
    clock: Arc<Stood>,
    letter: &'static str,
    _folder: tempfile::TempDir,
}

impl Machine {
    fn new(number: u64, letter: &'static str) -> Machine {
        let folder = tempfile::tempdir().unwrap();
        let mut session = Session::new(SessionOptions {
            data: folder.path().join("data"),
            exports: folder.path().to_owned(),
            host: Box::new(OsHost),
        });
        let clock = Arc::new(Stood {
            pc: number,
            ..Stood::default()
        });
        session.surroundings = clock.clone();
        let key = DatabaseKey::random().unwrap();
        let store = Store::create(&folder.path().join("linli.db"), &key).unwrap();
        let committee = EntityId(Uuid::from_u128(7));
        let ws = Workstation::on(&session, key.into(), store.amid(clock.clone()), committee);
        ws.set_actor(letter).unwrap();
        Machine {
            ws,
            clock,
            letter,
            _folder: folder,
        }
    }

    fn card(&self) -> DeviceCard {
        let own = self.ws.store().own_device().unwrap();
        DeviceCard {
            id: own.id,
            name: self.letter.to_owned(),
            letter: self.letter.to_owned(),
            verifying_key: own.verifying_key,
        }
    }

    /// What rings: which order, which clock, and whether it ran out.
    fn rings(&self) -> Vec<(String, Clock, Mark)> {
        let alarms = order_alarms(&self.ws, Empty {}).unwrap().alarms;
        alarms.into_iter().map(|one| (one.title, one.clock, one.mark)).collect()
    }
}

/// PCs of a committee, in the order of their ids, with a district that numbers what they write.
struct Office {
    pcs: Vec<Machine>,
    district: Machine,
    numbered: Vec<Numbered>,
}

impl Office {
    fn new() -> Office {
        let mut pcs: Vec<Machine> = (1..)
            .zip(["A", "B"])
            .map(|(number, letter)| Machine::new(number, letter))
            .collect();
        pcs.sort_by_key(|pc| pc.card().id);
        let mut office = Office {
            pcs,
            district: Machine::new(9, "W"),
            numbered: Vec::new(),
        };
        office.at("08:00");
        // Both are in use.
        for pc in 0..2 {
            let note = Change::Noted(Note::Text("开门".into()));
            let committee = office.pcs[pc].ws.committee_id();
            let draft = Draft {
                kind: EntityKind::Committee,
                entity: committee,
                change: note,
            };
            office.pcs[pc]
                .ws
                .write(Action::NoteWritten, |_| Ok(vec![draft]))
                .unwrap();
            office.exchange(pc);
        }
        office.exchange(0);
        office
    }

    /// All clocks show a time of the day.
    fn at(&self, time: &str) {
        let at = moment(&format!("2022-04-12 {time}")).0;
        let all = self.pcs.iter().chain([&self.district]);
        all.for_each(|one| one.clock.now.store(at, Ordering::Relaxed));
    }

    /// The district gives an order.
    fn given(&mut self, number: u64, urgency: &str) -> EntityId {
        let id = EntityId(Uuid::from_u64_pair(u64::MAX, number));
        let title = format!("第{number}张");
        let fields = [(Field::Title, title.as_str()), (Field::Urgency, urgency)];
        let change = created(fields.map(|(field, text)| (field, Some(text.to_owned()))));
        let drafts = vec![Draft::on::<Order>(id, change)];
        self.district.ws.write(Action::OrdersPushed, |_| Ok(drafts)).unwrap();
        push(&self.district, &mut self.numbered);
        id
    }

    /// A PC hands over what it has, and takes what there is.
    fn exchange(&mut self, pc: usize) {
        push(&self.pcs[pc], &mut self.numbered);
        let cards: Vec<DeviceCard> = self.pcs.iter().chain([&self.district]).map(Machine::card).collect();
        let mut store = self.pcs[pc].ws.store();
        let after = store.view().received_up_to().unwrap() as usize;
        store.receive(&cards, &self.numbered[after..]).unwrap();
    }
}

fn push(from: &Machine, numbered: &mut Vec<Numbered>) {
    let mut store = from.ws.store();
    let mut verdicts = Vec::new();
    for part in store.view().waiting_parts(ROOMY).unwrap() {
        let header = part.header().unwrap();
        let number = numbered.len() as u64 + 1;
        let (device, first_seq, rejected) = (header.device, header.first_seq, Vec::new());
        numbered.push(Numbered { number, part, rejected });
        verdicts.push(PartVerdict {
            device,
            first_seq,
            number,
            duplicate: false,
            rejected: Vec::new(),
        });
    }
    store.take_verdicts(&verdicts).unwrap();
}

fn sign(pc: &Machine, order: EntityId) {
    let ids = vec![order.to_string()];
    order_sign(&pc.ws, OrderSign { ids }).unwrap();
}

const NOTHING: [(String, Clock, Mark); 0] = [];

#[test]
fn an_alarm_rings_at_the_pc_that_took_the_order_on_and_at_no_other() {
    let mut office = Office::new();
    let order = office.given(1, "紧急");
    office.exchange(1);
    sign(&office.pcs[1], order);
    office.exchange(1);
    office.exchange(0);
    office.at("08:01");
    assert_eq!(office.pcs[0].rings(), NOTHING);
    let contact = ("第1张".to_owned(), Clock::Contact, Mark::Ahead);
    assert_eq!(office.pcs[1].rings(), [contact]);
    assert_eq!(office.pcs[1].rings(), NOTHING, "once");
    office.exchange(1);
    office.exchange(0);
    office.at("08:20");
    assert_eq!(office.pcs[0].rings(), NOTHING, "it rang at the other");
    office.at("08:30");
    let due = ("第1张".to_owned(), Clock::Contact, Mark::Due);
    assert_eq!(office.pcs[0].rings(), NOTHING);
    assert_eq!(office.pcs[1].rings(), [due]);
}

#[test]
fn an_alarm_of_a_pc_that_is_off_rings_at_another_some_minutes_later() {
    let mut office = Office::new();
    let order = office.given(1, "紧急");
    office.exchange(0);
    sign(&office.pcs[0], order);
    office.exchange(0);
    office.exchange(1);
    office.at("08:01");
    assert_eq!(office.pcs[1].rings(), NOTHING, "it is another's");
    office.at("08:03");
    assert_eq!(office.pcs[1].rings(), NOTHING);
    office.at("08:04");
    let contact = ("第1张".to_owned(), Clock::Contact, Mark::Ahead);
    assert_eq!(office.pcs[1].rings(), [contact]);
}

#[test]
fn what_nobody_took_on_rings_at_one_pc() {
    let mut office = Office::new();
    office.given(1, "一般");
    office.exchange(0);
    office.exchange(1);
    office.at("08:30");
    assert_eq!(office.pcs[1].rings(), NOTHING);
    let untouched = ("第1张".to_owned(), Clock::Untouched, Mark::Due);
    assert_eq!(office.pcs[0].rings(), [untouched]);
    office.exchange(0);
    office.exchange(1);
    office.at("08:40");
    assert_eq!(office.pcs[1].rings(), NOTHING);
}

#[test]
fn a_pc_that_slept_rings_in_order_of_time_and_nothing_that_rang_elsewhere() {
    let mut office = Office::new();
    let (first, second) = (office.given(1, "一般"), office.given(2, "紧急"));
    office.exchange(0);
    sign(&office.pcs[0], first);
    sign(&office.pcs[0], second);
    office.exchange(0);
    office.exchange(1);
    // The first PC sleeps from now on. The other one rings for the urgent order, and then sleeps, too.
    office.at("08:30");
    office.pcs[1].rings();
    office.at("08:33");
    let due = |title: &str, clock| (title.to_owned(), clock, Mark::Due);
    let contact = due("第2张", Clock::Contact);
    assert_eq!(office.pcs[1].rings(), [contact]);
    office.exchange(1);
    office.at("10:10");
    assert_eq!(
        office.pcs[0].rings(),
        NOTHING,
        "it may have rung elsewhere while this one slept"
    );
    office.exchange(0);
    office.at("10:13");
    let waited = [due("第1张", Clock::Contact), due("第2张", Clock::Reply)];
    assert_eq!(office.pcs[0].rings(), waited);
    // A clock that is put back rings nothing again, nor does one that is put right.
    for time in ["08:00", "10:14"] {
        office.at(time);
        assert_eq!(office.pcs[0].rings(), NOTHING, "{time}");
    }
    let reply = OrderReply {
        ids: vec![second.to_string()],
        result: linli_domain::order::OrderResult::Solved,
        text: "已修好".into(),
        answer: None,
        close: false,
    };
    let refused = order_reply(&office.pcs[0].ws, reply);
    assert!(refused.is_err(), "an alarm is no contact");
}

#[test]
fn what_was_entered_by_mistake_is_taken_back_though_its_alarm_rang() {
    let pc = Pc::new(1);
    let add = json!({ "title": "误录", "urgency": "urgent" });
    let entered = pc.call("order_add", add)["id"].clone();
    assert_eq!(pc.call("order_alarms", json!({}))["alarms"][0]["id"], entered);
    let undone = pc.call("undo_last", json!({}));
    assert_eq!(undone["kept"], json!([]));
    assert_eq!(pc.list(json!({}))["all"], 0);
    assert_eq!(pc.call("order_alarms", json!({}))["alarms"], json!([]));
    pc.call("redo_last", json!({}));
    assert_eq!(pc.list(json!({}))["total"], 1);
}

#[test]
fn a_pc_alone_rings_at_once_however_long_it_slept() {
    let pc = Pc::new(1);
    let order = pc.given(1, "漏水", &[]);
    let rings = || {
        let alarms = pc.call("order_alarms", json!({}))["alarms"].clone();
        let alarms = alarms.as_array().unwrap().clone();
        let said = alarms
            .iter()
            .map(|one| format!("{} {}", one["clock"].as_str().unwrap(), one["mark"].as_str().unwrap()));
        said.collect::<Vec<_>>()
    };
    assert_eq!(rings(), Vec::<String>::new());
    pc.at("2022-04-13 08:00");
    assert_eq!(
        rings(),
        ["untouched due", "contact due", "reply due"],
        "in order of time"
    );
    pc.call("undo_last", json!({}));
    assert_eq!(rings(), Vec::<String>::new(), "no key takes back that it rang");
    let card = pc.card(&order);
    assert_eq!(card["clocks"][2]["rang"][0]["mark"], "due");
}
