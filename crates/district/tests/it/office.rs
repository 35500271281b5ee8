//! A district with committees and PCs for the tests: the PCs are the workstation's own store.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ed25519_dalek::SigningKey;
use linli_district::committee::{Caller, Committee, Line};
use linli_district::random::Randomness;
use linli_district::round::{RoundFile, Share};
use linli_district::storage::Storage;
use linli_district::{District, Error};
use linli_domain::lease::Lease;
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, Hash, PartHeader};
use linli_domain::record::Field;
use linli_domain::reservation::{ReservationFact, created};
use linli_domain::round::{Decision, RoundDefinition, RoundKey};
use linli_domain::time::Moment;
use linli_protocol::{
    EnrolRequest, Enrolled, LeaseRequest, Leased, PartVerdict, PullRequest, Pulled, PushRequest, SignedPart,
    WireOperation,
};
use linli_store::key::DatabaseKey;
use linli_store::{Author, Draft, Store};
use tempfile::TempDir;
use uuid::Uuid;

/// When everything in these tests happens: 2020-02-02 09:00 local.
pub(crate) const NOW: Moment = Moment(1_580_605_200_000);
/// Room in a message for everything a test writes.
const ROOMY: usize = 1 << 22;

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

/// A district with three committees.
pub(crate) fn district(storage: Arc<dyn Storage>) -> District {
    let district = District::new(storage, SigningKey::from_bytes(&[5; 32]), "浦东新区");
    let line = |name: &str| Line {
        area: "浦东新区".into(),
        town: "花木街道".into(),
        name: name.into(),
    };
    let lines = ["牡丹一居委会", "牡丹二居委会", "牡丹三居委会"].map(line);
    district.import_committees(&lines, NOW, &mut Counting(1)).unwrap();
    district
}

/// The committee of this number.
pub(crate) fn committee(district: &District, number: u64) -> Committee {
    district.committee_of_number(number).unwrap()
}

/// A round as the district's staff write it: one per household or person, so many vouchers each.
pub(crate) fn round_file(key: RoundKey, quota: u32) -> RoundFile {
    let definition = RoundDefinition {
        campaign: "口罩预约".into(),
        number: 2,
        title: "第2轮口罩预约登记购买".into(),
        key,
        quota,
        max_quantity: 5,
        opens: "2020-02-01T08:00".into(),
        closes: "2020-02-04T20:00".into(),
        collect_from: None,
        collect_until: None,
        exclude_earlier: false,
        pick_ups: Vec::new(),
        district: false,
        templates: Vec::new(),
    };
    RoundFile {
        definition,
        only_listed: false,
        shares: Vec::<Share>::new(),
    }
}

/// A round of the district's, open in all committees.
pub(crate) fn opened(district: &District, key: RoundKey, quota: u32) -> EntityId {
    district
        .open_round(&round_file(key, quota), NOW, &mut Counting(40))
        .unwrap()
        .round
}

/// A PC of a committee.
pub(crate) struct Pc {
    pub(crate) store: Store,
    pub(crate) enrolled: Option<Enrolled>,
    /// How often it asked for leases: each time with other randomness.
    asked: AtomicU64,
    _folder: TempDir,
}

impl Pc {
    /// A PC that has not joined.
    pub(crate) fn alone() -> Pc {
        let seed = u64::from(Uuid::new_v4().as_fields().0);
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("linli.db"), &DatabaseKey::random().unwrap()).unwrap();
        Pc {
            store,
            enrolled: None,
            asked: AtomicU64::new(seed),
            _folder: folder,
        }
    }

    /// A PC that has.
    pub(crate) fn of(district: &District, committee: u64) -> Pc {
        let mut pc = Pc::alone();
        pc.join(district, committee);
        pc.exchange(district);
        pc
    }

    /// What it asks with to join.
    pub(crate) fn request(&self, code: &str) -> EnrolRequest {
        let own = self.store.own_device().unwrap();
        EnrolRequest {
            code: code.into(),
            device: own.id,
            name: "前台电脑".into(),
            verifying_key: own.verifying_key,
            committee: None,
            last_seq: self.last_seq(),
            replaces: None,
        }
    }

    pub(crate) fn join(&mut self, district: &District, number: u64) {
        let mut random =
            Counting(number + 1_000 * district.devices(committee(district, number).id).unwrap().len() as u64);
        let code = district
            .enrol_code(committee(district, number).id, NOW, &mut random)
            .unwrap();
        let enrolled = district
            .enrol(&self.request(&code), "198.51.100.7", NOW, &mut random)
            .unwrap();
        self.store.set_letter(&enrolled.letter).unwrap();
        self.enrolled = Some(enrolled);
    }

    pub(crate) fn caller(&self, district: &District) -> Caller {
        district
            .authenticate(&self.enrolled.as_ref().unwrap().token, NOW)
            .unwrap()
    }

    fn last_seq(&self) -> u64 {
        let own = self.store.own_device().unwrap().id;
        let sql = "SELECT coalesce(max(last_seq), 0) FROM part WHERE device = ?1";
        self.store
            .view()
            .query_row(sql, [own.0], |row| row.get::<_, i64>(0))
            .unwrap() as u64
    }

    pub(crate) fn author(&self, action: Action) -> Author<'static> {
        let committee = self
            .enrolled
            .as_ref()
            .map_or(EntityId(Uuid::nil()), |enrolled| enrolled.committee);
        Author {
            actor: "董",
            at: NOW,
            action,
            committee,
        }
    }

    pub(crate) fn write(&mut self, action: Action, drafts: Vec<Draft>) -> i64 {
        let author = self.author(action);
        self.store
            .write::<linli_store::Error>(&author, |_| Ok(drafts))
            .unwrap()
            .batch
            .unwrap()
    }

    /// Pushes everything; where the answer is lost, the verdicts never come back.
    pub(crate) fn push(&mut self, district: &District, answered: bool) -> Vec<PartVerdict> {
        let parts = self.store.view().waiting_parts(ROOMY).unwrap();
        let pushed = district
            .push(self.caller(district), &PushRequest { parts }, NOW)
            .unwrap();
        if answered {
            self.store.take_verdicts(&pushed.verdicts).unwrap();
        }
        pushed.verdicts
    }

    pub(crate) fn pull(&mut self, district: &District) -> Pulled {
        let after = self.store.view().received_up_to().unwrap();
        let pulled = district.pull(self.caller(district), PullRequest { after }).unwrap();
        self.store.receive(&pulled.devices, &pulled.parts).unwrap();
        pulled
    }

    /// Pushes and pulls until there is nothing more; gives the verdicts.
    pub(crate) fn exchange(&mut self, district: &District) -> Vec<PartVerdict> {
        let mut verdicts = Vec::new();
        while self.store.view().waiting().unwrap() > 0 {
            verdicts.extend(self.push(district, true));
        }
        while self.pull(district).last > self.store.view().received_up_to().unwrap() {}
        verdicts
    }

    /// The rules by which operations of the last exchange were rejected.
    pub(crate) fn rejected(&mut self, district: &District) -> Vec<String> {
        let verdicts = self.exchange(district);
        verdicts
            .into_iter()
            .flat_map(|verdict| verdict.rejected)
            .map(|rejection| rejection.rule)
            .collect()
    }

    /// Whether its state is the district's.
    pub(crate) fn agrees(&mut self, district: &District) -> bool {
        let pulled = self.pull(district);
        let own: Vec<(u8, [u8; 32])> = self
            .store
            .view()
            .digests()
            .unwrap()
            .into_iter()
            .map(|(kind, sum)| (kind, sum.0))
            .collect();
        let theirs: Vec<(u8, [u8; 32])> = pulled.digests.into_iter().map(|one| (one.kind, one.sum)).collect();
        !own.is_empty() && own == theirs
    }

    pub(crate) fn lease(&mut self, district: &District, round: EntityId, numbers: u32, areas: &[&str]) -> Leased {
        let areas = areas.iter().map(|area| (*area).to_owned()).collect();
        let mut random = Counting(self.asked.fetch_add(1, Ordering::Relaxed));
        let request = LeaseRequest {
            round,
            last_seq: self.last_seq(),
            numbers,
            areas,
        };
        let leased = district
            .lease(self.caller(district), &request, NOW, &mut random)
            .unwrap();
        self.exchange(district);
        leased
    }

    /// Numbers leased to this PC in a round.
    pub(crate) fn leases(&self, round: EntityId) -> Vec<(u32, u32)> {
        let own = self.store.own_device().unwrap().id;
        let leases: Vec<Lease> = self.store.view().leases(round).unwrap();
        leases
            .iter()
            .filter(|lease| lease.device == own)
            .map(|lease| (lease.first, lease.last))
            .collect()
    }
}

/// A PC whose parts are written by hand: the workstation would not write them.
pub(crate) struct ByHand {
    pub(crate) key: SigningKey,
    pub(crate) device: DeviceId,
    pub(crate) enrolled: Enrolled,
    pub(crate) seq: u64,
    pub(crate) tail: Hash,
}

impl ByHand {
    /// One that has joined the committee of this number.
    pub(crate) fn of(district: &District, number: u64) -> ByHand {
        ByHand::called("手写", 80 + number, NOW).joined(district, number).0
    }

    /// One of this name that has not joined; whoever has another seed is another PC.
    pub(crate) fn called(name: &str, seed: u64, at: Moment) -> Stranger {
        let (key, device) = (SigningKey::from_bytes(&[seed as u8; 32]), DeviceId(id(seed.into()).0));
        Stranger {
            key,
            device,
            name: name.into(),
            seed,
            at,
        }
    }

    /// Signs operations as its next part, with a header that is altered before; gives the chain's new end, too.
    pub(crate) fn sign(
        &self,
        operations: Vec<WireOperation>,
        alter: impl FnOnce(&mut PartHeader),
    ) -> (SignedPart, Hash) {
        let first_seq = self.seq + 1;
        let mut header = PartHeader {
            device: self.device,
            first_seq,
            count: operations.len() as u64,
            batch: first_seq,
            committee: self.enrolled.committee,
            actor: "董".into(),
            at: NOW,
            schema: 1,
            action: Action::Undone,
        };
        alter(&mut header);
        SignedPart::sign(&header, operations, self.tail, &self.key).unwrap()
    }

    /// Signs operations and goes on from there.
    pub(crate) fn append(&mut self, operations: Vec<WireOperation>) -> SignedPart {
        let count = operations.len() as u64;
        let (part, tail) = self.sign(operations, |_| ());
        (self.seq, self.tail) = (self.seq + count, tail);
        part
    }

    pub(crate) fn caller(&self, district: &District) -> Caller {
        district.authenticate(&self.enrolled.token, NOW).unwrap()
    }

    /// Pushes one part; gives the rules it breaks.
    pub(crate) fn push(
        &mut self,
        district: &District,
        batch: Option<u64>,
        operations: Vec<WireOperation>,
    ) -> Vec<String> {
        let count = operations.len() as u64;
        let (part, tail) = self.sign(operations, |header| header.batch = batch.unwrap_or(header.first_seq));
        let pushed = district
            .push(self.caller(district), &PushRequest { parts: vec![part] }, NOW)
            .unwrap();
        (self.seq, self.tail) = (self.seq + count, tail);
        pushed.verdicts[0]
            .rejected
            .iter()
            .map(|rejection| rejection.rule.clone())
            .collect()
    }

    pub(crate) fn undo(&self, first_seq: u64) -> WireOperation {
        let change = Change::Undo {
            device: self.device,
            first_seq,
            kept: Vec::new(),
        };
        let change = serde_json::to_string(&change).unwrap();
        WireOperation {
            kind: EntityKind::Batch.number(),
            entity: id(500 + u128::from(self.seq)),
            change,
        }
    }
}

/// A [`ByHand`] before it has joined.
pub(crate) struct Stranger {
    key: SigningKey,
    device: DeviceId,
    name: String,
    seed: u64,
    at: Moment,
}

impl Stranger {
    /// What it asks with to join.
    pub(crate) fn request(&self, code: &str) -> EnrolRequest {
        EnrolRequest {
            code: code.into(),
            device: self.device,
            name: self.name.clone(),
            verifying_key: self.key.verifying_key().to_bytes(),
            committee: None,
            last_seq: 0,
            replaces: None,
        }
    }

    /// Joins the committee of this number; gives the code it used, too.
    pub(crate) fn joined(self, district: &District, number: u64) -> (ByHand, String) {
        let code = district
            .enrol_code(committee(district, number).id, self.at, &mut Counting(self.seed))
            .unwrap();
        let random = &mut Counting(self.seed + 1_000);
        let enrolled = district.enrol(&self.request(&code), "a", self.at, random).unwrap();
        (
            ByHand {
                key: self.key,
                device: self.device,
                enrolled,
                seq: 0,
                tail: Hash::ZERO,
            },
            code,
        )
    }
}

/// A change as it travels.
pub(crate) fn wire(draft: Draft) -> WireOperation {
    let change = serde_json::to_string(&draft.change).unwrap();
    WireOperation {
        kind: draft.kind.number(),
        entity: draft.entity,
        change,
    }
}

pub(crate) fn id(number: u128) -> EntityId {
    EntityId(Uuid::from_u128(number))
}

pub(crate) fn fact(reservation: u128, fact: ReservationFact) -> Draft {
    Draft {
        kind: EntityKind::Reservation,
        entity: id(reservation),
        change: Change::Reservation(fact),
    }
}

/// A reservation for a room in a building, with a document number.
pub(crate) fn registered(reservation: u128, round: EntityId, building: &str, room: &str, document: &str) -> Draft {
    let change = created([
        (Field::Round, Some(round.to_string())),
        (Field::Name, Some("张晓明".into())),
        (Field::DocumentNumber, Some(document.into())),
        (Field::Estate, Some("牡丹小区".into())),
        (Field::Building, Some(building.into())),
        (Field::Room, Some(room.into())),
        (Field::Quantity, Some("5".into())),
    ]);
    Draft {
        kind: EntityKind::Reservation,
        entity: id(reservation),
        change,
    }
}

pub(crate) fn passed(reservation: u128) -> Draft {
    fact(
        reservation,
        ReservationFact::Reviewed {
            decision: Decision::Passed,
            reason: None,
        },
    )
}

pub(crate) fn issued(reservation: u128, serial: u32) -> Draft {
    fact(reservation, ReservationFact::VoucherIssued { serial, quantity: 5 })
}
