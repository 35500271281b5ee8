//! What scripts are about: a few devices, entities and values, so that operations meet each other.

use ed25519_dalek::SigningKey;
use linli_domain::lease::IssuingRight;
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::record::Field;
use linli_domain::round::{RoundDefinition, RoundKey};
use linli_domain::time::Moment;
use uuid::Uuid;

use crate::script::Script;

/// When everything happens: 2020-02-02 09:00 local.
pub(crate) const NOW: Moment = Moment(1_580_605_200_000);
/// Seed of the district's key.
pub(crate) const DISTRICT: u8 = 5;
/// Areas in which vouchers are issued.
pub(crate) const AREAS: [&str; 4] = ["", "1号", "2号", "\u{0}"];
/// A few more characters than a change may have bytes.
const LONG: usize = 90_000;

/// The key with this seed.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// The PC with this seed.
pub(crate) fn device(seed: u8) -> DeviceId {
    DeviceId(Uuid::from_u128(0xD000 + u128::from(seed)))
}

/// What there is to work on.
pub(crate) struct Things {
    /// The district's round.
    pub(crate) round: EntityId,
    /// The committee.
    pub(crate) committee: EntityId,
    /// The district's device in it.
    pub(crate) district: DeviceId,
}

impl Things {
    /// One of the entities.
    pub(crate) fn entity(&self, script: &mut Script<'_>) -> EntityId {
        match script.below(14) {
            0 => self.round,
            1 => self.committee,
            place @ 2..=5 => IssuingRight::id(self.round, AREAS[place - 2]),
            place => EntityId(Uuid::from_u128(0xE000 + place as u128)),
        }
    }

    /// One of the devices.
    pub(crate) fn device(&self, script: &mut Script<'_>) -> DeviceId {
        match script.below(4) {
            0 => self.district,
            place => device(place as u8),
        }
    }

    /// A field's value, of those that mean something somewhere.
    pub(crate) fn value(&self, script: &mut Script<'_>) -> String {
        match script.byte() {
            0..=19 => "张晓明".into(),
            20..=39 => AREAS[script.below(AREAS.len())].into(),
            40..=49 => self.entity(script).to_string(),
            50..=69 => self.round.to_string(),
            70..=79 => self.device(script).0.to_string(),
            80..=99 => definition(script),
            100..=119 => script.number().to_string(),
            120..=134 => "11010519491231002X".into(),
            135..=149 => "13912345678".into(),
            150..=164 => script.pick(&["牡丹小区", "7", "701", "2020-02-02T09:00:00"]).into(),
            165..=169 => String::new(),
            170..=174 => script.pick(&["household", "person", "resident_id", "true"]).into(),
            175 => "长".repeat(LONG),
            176..=179 => "\"".repeat(usize::from(script.byte()) * 16),
            _ => script.text(),
        }
    }
}

/// A round's definition, or what looks like one.
fn definition(script: &mut Script<'_>) -> String {
    let key = *script.pick(&[&RoundKey::Person, &RoundKey::Household, &RoundKey::Address]);
    let mut json = serde_json::to_string(&round(key, script.number() as u32)).unwrap_or_default();
    if script.rarely(4) {
        json = json.replace("\"title\"", "\"district\":true,\"title\"");
    }
    if script.rarely(8) {
        json = json.chars().take(script.below(80)).collect();
    }
    json
}

/// A round of so many vouchers.
pub(crate) fn round(key: RoundKey, quota: u32) -> RoundDefinition {
    RoundDefinition {
        campaign: "口罩预约".into(),
        number: 2,
        title: "第2轮口罩预约".into(),
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
    }
}

/// The fields, those that the district looks at twice.
pub(crate) const FIELDS: [Field; 35] = [
    Field::Round,
    Field::Definition,
    Field::DocumentNumber,
    Field::Household,
    Field::Resident,
    Field::Estate,
    Field::Building,
    Field::Unit,
    Field::Room,
    Field::Area,
    Field::Device,
    Field::FirstSerial,
    Field::LastSerial,
    Field::Phone,
    Field::Name,
    Field::Quantity,
    Field::Round,
    Field::DocumentNumber,
    Field::Estate,
    Field::Building,
    Field::Room,
    Field::MergedInto,
    Field::BirthDate,
    Field::DocumentKind,
    Field::Number,
    Field::RegisteredAt,
    Field::Note,
    Field::Unknown,
    Field::Reference,
    Field::Deadline,
    Field::Questions,
    Field::Category,
    Field::Urgency,
    Field::Clocks,
    Field::Replaces,
];
