//! Isolation on a stick: a package reaches the committee it was written in, and nobody else opens it.

use linli_district::{District, Error};
use linli_domain::operation::{DeviceId, EntityId};
use linli_protocol::package::{self, PackageBody, PackageProblem};
use linli_protocol::{DenialCode, EnrolRequest, SignedPart};

use super::world::{PLANTED, World, stranger};
use crate::databases;
use crate::office::{ByHand, Counting, NOW, committee};

/// A package of a PC for whoever has this id and key, said to be of a committee.
fn packed(
    from: &ByHand,
    of: EntityId,
    to: (DeviceId, ed25519_dalek::VerifyingKey),
    waiting: Vec<SignedPart>,
) -> Vec<u8> {
    let body = PackageBody {
        waiting,
        received_up_to: 1,
        ..PackageBody::default()
    };
    package::seal(&body, (of, NOW), (from.device, &from.key), (to.0, &to.1)).unwrap()
}

/// The district as a committee's PCs know it.
fn district_in(district: &District, number: u64) -> (DeviceId, ed25519_dalek::VerifyingKey) {
    (
        committee(district, number).device,
        ed25519_dalek::SigningKey::from_bytes(&[5; 32]).verifying_key(),
    )
}

fn take(world: &World, bytes: &[u8]) -> Result<linli_district::package::TakenIn, Error> {
    world
        .district
        .take_package(bytes, NOW, &mut Counting(bytes.len() as u64))
}

#[test]
fn a_package_changes_no_other_committee() {
    for database in databases::each() {
        let world = World::on(&database);
        let (mine, theirs) = (&world.mine, &world.theirs);
        let own = committee(&world.district, 1).id;
        let (here, there) = (district_in(&world.district, 1), district_in(&world.district, 2));
        let (ours, other) = (mine.enrolled.committee, theirs.enrolled.committee);
        let waiting = || vec![world.waiting.clone()];
        let tries = [
            (
                "the other's part, brought by one's own PC",
                packed(mine, ours, here, waiting()),
            ),
            ("said to be the other's", packed(mine, other, there, waiting())),
            ("for the district there", packed(mine, ours, there, waiting())),
            (
                "the other's, for the district here",
                packed(theirs, other, here, waiting()),
            ),
            (
                "for the other PC",
                packed(mine, ours, (theirs.device, theirs.key.verifying_key()), waiting()),
            ),
            ("a revoked PC's", packed(&world.revoked[1], other, there, waiting())),
        ];
        for (what, bytes) in tries {
            let before = world.rows_beside(Some(own));
            let taken = take(&world, &bytes);
            assert!(
                taken
                    .as_ref()
                    .map_or(true, |taken| taken.taken == 0 && taken.known == 0),
                "{what}: {taken:?}"
            );
            assert_eq!(world.rows_beside(Some(own)), before, "{}: {what}", database.name);
        }
        let good = packed(theirs, other, there, waiting());
        assert_eq!(
            take(&world, &good).unwrap().taken,
            1,
            "{}: its own PC brings it",
            database.name
        );
    }
}

#[test]
fn only_the_pc_it_is_for_opens_what_the_district_wrote() {
    let world = World::on(&databases::sqlite());
    let second = committee(&world.district, 2).id;
    let devices = world.district.devices(second).unwrap();
    let device = devices.iter().find(|device| device.id == world.theirs.device).unwrap();
    let bytes = world
        .district
        .write_package(second, device, Some(0), NOW, &mut Counting(7))
        .unwrap();
    let clear = String::from_utf8_lossy(&bytes);
    assert!(
        PLANTED.iter().all(|word| !clear.contains(word)),
        "nothing about people is in the clear"
    );
    let sender = ed25519_dalek::SigningKey::from_bytes(&[5; 32]).verifying_key();
    assert!(package::open(&bytes, &sender, &world.theirs.key).is_ok());
    for other in [&world.mine, &world.colleague, &world.revoked[1]] {
        assert_eq!(
            package::open(&bytes, &sender, &other.key),
            Err(PackageProblem::NotForUs)
        );
    }
    assert_eq!(
        package::open(&bytes, &world.mine.key.verifying_key(), &world.theirs.key),
        Err(PackageProblem::Forged)
    );
}

#[test]
fn a_committee_cannot_say_that_it_is_another() {
    for database in databases::each() {
        let world = World::on(&database);
        let theirs = world.theirs.enrolled.committee;
        let posing = EnrolRequest {
            committee: Some(theirs),
            last_seq: 1,
            ..stranger().request(&world.codes.third[0])
        };
        let joined = world.district.enrol(&posing, "a", NOW, &mut Counting(5));
        let denied = matches!(&joined, Err(Error::Denied(denial)) if denial.code == DenialCode::OtherCommittee);
        assert!(denied, "{}: {joined:?}", database.name);
        let good = packed(
            &world.theirs,
            theirs,
            district_in(&world.district, 2),
            vec![world.waiting.clone()],
        );
        assert_eq!(
            take(&world, &good).unwrap().taken,
            1,
            "{}: its sticks reach it",
            database.name
        );
    }
}
