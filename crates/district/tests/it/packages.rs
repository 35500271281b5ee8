//! The exchange on a stick: the same as over the network, however often and late.

use std::sync::atomic::{AtomicU64, Ordering};

use linli_district::committee::Device;
use linli_district::{District, Error};
use linli_domain::operation::{Action, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_protocol::package::{self, PackageBody};
use linli_protocol::{BODY_BYTES, SignedPart};
use linli_store::Draft;

use crate::databases;
use crate::office::{Counting, NOW, Pc, committee, district, id};

fn add(pc: &mut Pc, number: u128) {
    let change = created([(Field::Name, Some("张晓明".to_owned()))]);
    pc.write(
        Action::ResidentAdded,
        vec![Draft {
            kind: EntityKind::Resident,
            entity: id(number),
            change,
        }],
    );
}

pub(crate) fn waiting(pc: &Pc) -> Vec<SignedPart> {
    pc.store.view().waiting_parts(BODY_BYTES).unwrap()
}

/// What a PC writes for the district.
pub(crate) fn packed(pc: &mut Pc, district: &District, waiting: Vec<SignedPart>) -> Vec<u8> {
    let received_up_to = pc.store.view().received_up_to().unwrap();
    let cards = pc.pull(district).devices;
    let to = cards.iter().find(|card| card.letter == "W").unwrap();
    let key = ed25519_dalek::VerifyingKey::from_bytes(&to.verifying_key).unwrap();
    let body = PackageBody {
        waiting,
        received_up_to,
        ..PackageBody::default()
    };
    let (own, signing) = (
        pc.store.own_device().unwrap().id,
        pc.store.view().voucher_key().unwrap(),
    );
    let committee = pc.enrolled.as_ref().unwrap().committee;
    package::seal(&body, (committee, NOW), (own, &signing), (to.id, &key)).unwrap()
}

fn device_of(pc: &Pc, district: &District) -> Device {
    let own = pc.store.own_device().unwrap().id;
    district
        .devices(committee(district, 1).id)
        .unwrap()
        .into_iter()
        .find(|device| device.id == own)
        .unwrap()
}

fn take(district: &District, package: &[u8]) -> Result<linli_district::package::TakenIn, Error> {
    static TIMES: AtomicU64 = AtomicU64::new(70);
    district.take_package(package, NOW, &mut Counting(TIMES.fetch_add(1, Ordering::Relaxed)))
}

#[test]
fn a_stick_carries_the_same_there_and_back() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let (mut far, mut near) = (Pc::of(&district, 1), Pc::of(&district, 1));
        (1..=3).for_each(|number| add(&mut far, number));
        let parts = waiting(&far);
        let package = packed(&mut far, &district, parts.clone());
        let late = packed(&mut far, &district, parts[1..].to_vec());
        let gap = take(&district, &late).unwrap();
        assert_eq!(
            (gap.taken, gap.waiting),
            (0, 2),
            "{}: the first is missing",
            database.name
        );
        let taken = take(&district, &package).unwrap();
        assert_eq!(
            (taken.taken, taken.known, taken.waiting),
            (3, 0, 0),
            "{}",
            database.name
        );
        let again = take(&district, &package).unwrap();
        assert_eq!((again.taken, again.known), (0, 3), "{}", database.name);
        add(&mut near, 9);
        near.exchange(&district);
        let back = district
            .write_package(
                committee(&district, 1).id,
                &device_of(&far, &district),
                None,
                NOW,
                &mut Counting(7),
            )
            .unwrap();
        let (own, from) = (
            far.store.view().voucher_key().unwrap(),
            package::read_header(&back).unwrap().from,
        );
        let sender = near
            .pull(&district)
            .devices
            .into_iter()
            .find(|card| card.id == from)
            .unwrap();
        let sender = ed25519_dalek::VerifyingKey::from_bytes(&sender.verifying_key).unwrap();
        let body = package::open(&back, &sender, &own).unwrap();
        assert_eq!(body.numbered.len(), 4, "only what it did not have: {}", database.name);
        far.store.receive(&body.devices, &body.numbered).unwrap();
        assert_eq!(
            far.store.view().waiting().unwrap(),
            0,
            "its own came back with their numbers"
        );
        assert!(far.agrees(&district) && near.agrees(&district), "{}", database.name);
    }
}

#[test]
fn packages_of_strangers_and_forgeries_are_refused() {
    for database in databases::each() {
        let district = district(database.storage.clone());
        let mut pc = Pc::of(&district, 1);
        add(&mut pc, 1);
        let parts = waiting(&pc);
        let package = packed(&mut pc, &district, parts);
        let mut forged = package.clone();
        let middle = forged.len() / 2;
        forged[middle] ^= 1;
        assert!(take(&district, &forged).is_err());
        assert!(take(&district, &package[..package.len() - 1]).is_err());
        assert!(take(&district, b"PK\x03\x04").is_err());
        let caller = pc.caller(&district);
        district
            .revoke(caller.committee, caller.device, NOW, &mut Counting(5))
            .unwrap();
        assert!(take(&district, &package).is_err(), "revoked");
        let elsewhere = self::district(databases::sqlite().storage.clone());
        assert!(take(&elsewhere, &package).is_err(), "another district");
    }
}
