//! What the district's staff and residents do: rounds, decisions between committees, the form.

use std::collections::BTreeSet;

use linli_district::form::Form;
use linli_district::hold::Decided;
use linli_district::round::RoundFile;
use linli_domain::operation::{Change, EntityKind, Note};
use linli_domain::reservation::ReservationFact;
use linli_domain::round::RoundKey;
use linli_sample::random::Random;

use crate::Broken;
use crate::check::Sequence;
use crate::clerk::{self, BUILDINGS, ROOMS};
use crate::world::World;

/// Least and most vouchers of a round in a committee.
const QUOTAS: (u32, u32) = (3, 40);

fn rule(random: &mut Random) -> RoundKey {
    match random.below(20) {
        0..=8 => RoundKey::Person,
        9..=17 => RoundKey::Household,
        _ => RoundKey::Address,
    }
}

impl World {
    /// The district opens a round in all its committees.
    pub(crate) fn open_round(&mut self) -> Result<(), Broken> {
        let quota = QUOTAS.0 + self.random.below(QUOTAS.1 - QUOTAS.0);
        let key = rule(&mut self.random);
        let number = self.rounds + 1;
        let definition = clerk::definition(number, key, quota, true);
        let file = RoundFile {
            definition,
            only_listed: false,
            shares: Vec::new(),
        };
        let mut chance = self.chance();
        let opened = self.district.open_round(&file, self.now, &mut chance);
        let opened = opened.map_err(|error| Broken::error("opening a round", &error))?;
        self.rounds = number;
        for office in 0..self.committees.len() {
            self.ledger.quota(office, opened.round, quota);
        }
        self.tell(|| format!("the district opens round {number} with {quota}, one per {key:?}"));
        Ok(())
    }

    /// The district takes the access of a PC away that may be in a stranger's hands: not of the one that opens its office,
    /// and not where sticks carry on what others built upon.
    pub(crate) fn revoke(&mut self, at: usize) -> Result<(), Broken> {
        let (office, device) = (self.pcs[at].office, self.pcs[at].device);
        let first = self.pcs.iter().position(|pc| pc.office == office);
        if self.by_stick || first == Some(at) || self.pcs[at].caller.is_none() {
            return Ok(());
        }
        let mut chance = self.chance();
        let revoked = self
            .district
            .revoke(self.committees[office].id, device, self.now, &mut chance);
        revoked.map_err(|error| Broken::error("taking a PC's access away", &error))?;
        (self.pcs[at].caller, self.pcs[at].revoked) = (None, true);
        self.summary.revoked += 1;
        let sequence = Sequence::of(self, office)?;
        let (mut vouchers, mut handed_out) = (BTreeSet::new(), BTreeSet::new());
        let changes = sequence.changes(EntityKind::Reservation);
        for (header, entity, change) in changes.filter(|(header, ..)| header.device == device) {
            match change {
                Change::Reservation(ReservationFact::VoucherIssued { serial, .. })
                | Change::Noted(Note::Printed {
                    voucher: Some(serial), ..
                }) => {
                    vouchers.extend(
                        self.ledger
                            .round_of(office, entity, serial)
                            .map(|round| (round, serial)),
                    );
                }
                Change::Reservation(ReservationFact::Collected) => {
                    handed_out.insert((entity, header.at));
                }
                _ => {}
            }
        }
        self.ledger.revoke((office, device), &vouchers, &handed_out);
        self.ledger.keep_newer_of(device, |part| {
            sequence.parts.iter().any(|numbered| numbered.part == *part)
        });
        let name = self.pcs[at].name.clone();
        self.tell(|| format!("the district takes the access of {name} away"));
        Ok(())
    }

    /// Staff decide on a reservation that two committees have.
    pub(crate) fn decide(&mut self) -> Result<(), Broken> {
        let said = |error: linli_district::Error| Broken::error("deciding between committees", &error);
        for round in self.district.rounds().map_err(said)? {
            let held = self.district.held(&round).map_err(said)?;
            if held.is_empty() {
                continue;
            }
            let one = &held[self.random.below(held.len() as u32) as usize];
            let committee = self.district.committee_of_number(one.committee).map_err(said)?;
            let (granted, mut chance) = (self.random.percent(50), self.chance());
            match self
                .district
                .decide((committee.id, one.reservation), granted, self.now, &mut chance)
            {
                Ok(Decided::RightsAskedBack(_)) => self.tell(|| "the district asks for rights back to decide".into()),
                Ok(Decided::Written) => {
                    self.summary.decided += 1;
                    let (reservation, name) = (one.reservation, committee.name);
                    self.tell(|| format!("the district decides on {reservation} of {name}: {granted}"));
                }
                // Another committee's people have a voucher in their hands.
                Err(linli_district::Error::Input(_)) => {}
                Err(error) => return Err(said(error)),
            }
        }
        Ok(())
    }

    /// A resident fills in the form on a phone.
    pub(crate) fn register_by_form(&mut self) -> Result<(), Broken> {
        if self.rounds == 0 {
            return Ok(());
        }
        let said = |error: linli_district::Error| Broken::error("the residents' form", &error);
        let round = u64::from(self.random.below(self.rounds)) + 1;
        let committee = u64::from(self.random.below(self.committees.len() as u32)) + 1;
        let open = self.district.form(round, committee).map_err(said)?;
        let person = open.definition.key == RoundKey::Person;
        let form = Form {
            name: "王晓明".into(),
            document_kind: if person { "passport" } else { "missing" }.into(),
            document_number: if person {
                clerk::document(&mut self.random)
            } else {
                String::new()
            },
            phone: format!("138000{:05}", self.random.below(100_000)),
            estate: clerk::DISPUTED.into(),
            building: format!("{}号", self.random.below(BUILDINGS) + 1),
            room: format!("{}01", self.random.below(ROOMS) + 1),
            quantity: "1".into(),
            ..Form::default()
        };
        let mut chance = self.chance();
        self.district
            .register(&open, &form, "sim", self.now, &mut chance)
            .map_err(said)?;
        self.tell(|| format!("a resident registers by form in committee {committee}, round {round}"));
        Ok(())
    }
}
