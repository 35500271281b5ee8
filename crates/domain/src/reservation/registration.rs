//! What a reservation begins with, wherever it comes from: the counter, a sheet, the residents' form.

use super::created;
use crate::address::AddressParts;
use crate::operation::{Change, EntityId};
use crate::record::Field;
use crate::round::RoundDefinition;

/// A registration in a round. What is not known is left out.
#[derive(Debug, Clone, Default)]
pub struct Registration {
    /// 预约号, where it is given at once.
    pub number: Option<String>,
    /// The person of the roster that it is for.
    pub resident: Option<EntityId>,
    /// The home of the roster that it is for.
    pub household: Option<EntityId>,
    /// Name.
    pub name: Option<String>,
    /// Code of the document's kind.
    pub document_kind: Option<String>,
    /// Document number.
    pub document_number: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Where they live.
    pub address: AddressParts,
    /// The amount asked for, as it was written.
    pub quantity: Option<String>,
    /// When, in local time, or the day alone.
    pub registered_at: Option<String>,
    /// Where it came from.
    pub source: String,
    /// Where they want to collect; the point of their building where nobody said.
    pub pick_up: Option<String>,
    /// Remark.
    pub note: Option<String>,
}

impl Registration {
    /// The change by which it begins in a round.
    pub fn change(self, round: EntityId, definition: &RoundDefinition) -> Change {
        let of_building = || definition.pick_up_for(self.address.building.as_deref());
        let pick_up = self.pick_up.or_else(|| of_building().map(|point| point.name.clone()));
        let AddressParts {
            estate,
            building,
            unit,
            room,
        } = self.address;
        created([
            (Field::Round, Some(round.to_string())),
            (Field::Number, self.number),
            (Field::Resident, self.resident.map(|id| id.to_string())),
            (Field::Household, self.household.map(|id| id.to_string())),
            (Field::Name, self.name),
            (Field::DocumentKind, self.document_kind),
            (Field::DocumentNumber, self.document_number),
            (Field::Phone, self.phone),
            (Field::Estate, estate),
            (Field::Building, building),
            (Field::Unit, unit),
            (Field::Room, room),
            (Field::Quantity, self.quantity),
            (Field::RegisteredAt, self.registered_at),
            (Field::Source, Some(self.source)),
            (Field::PickUp, pick_up),
            (Field::Note, self.note),
        ])
    }
}
