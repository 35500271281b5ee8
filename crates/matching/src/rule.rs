//! What may be accepted without a look: the rule, in words and without weights.
//!
//! It asks what a careful clerk would accept unseen, given only what the row says and the whole roster. Weights rank
//! candidates and decide nothing here.

use crate::document::IdFit;
use crate::door::DoorFit;
use crate::name::NameFit;
use crate::phone::PhoneFit;

/// How a row fits a resident, field by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fits {
    /// Their name.
    pub name: NameFit,
    /// Their ID number.
    pub id: IdFit,
    /// Their phone.
    pub phone: PhoneFit,
    /// Their door.
    pub door: DoorFit,
}

/// What the rule says of a row and one resident, before others are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// It wants a look.
    Look,
    /// Accepting is neither asked for nor wrong.
    Open,
    /// It may be accepted.
    Certain,
}

impl Fits {
    /// What speaks for a resident, where nothing speaks against them.
    pub fn case(&self) -> Case {
        if self.contradicts() {
            return if self.name == NameFit::Near && self.only_name_contradicts() && self.id == IdFit::Same {
                Case::Open
            } else {
                Case::Look
            };
        }
        if self.is_enough() {
            Case::Certain
        } else if self.is_open() {
            Case::Open
        } else {
            Case::Look
        }
    }

    /// Whether anything speaks against a resident.
    pub fn contradicts(&self) -> bool {
        matches!(self.name, NameFit::Other | NameFit::Near) || !self.only_name_contradicts()
    }

    fn only_name_contradicts(&self) -> bool {
        self.id != IdFit::Other && self.door != DoorFit::Contrary
    }

    fn is_enough(&self) -> bool {
        let Fits { name, id, phone, door } = *self;
        let building = door >= DoorFit::Building;
        let door_known = matches!(door, DoorFit::Full | DoorFit::NoPlace);
        let id_agrees = id >= IdFit::Slip;
        let id_partly = matches!(id, IdFit::Masked | IdFit::Slip);
        let phone_agrees = phone >= PhoneFit::Home;
        let phone_partly = matches!(phone, PhoneFit::Masked | PhoneFit::Slip | PhoneFit::Home);
        let by_id = id == IdFit::Same;
        let by_phone = phone == PhoneFit::Same
            && (matches!(name, NameFit::Same | NameFit::Slip) || name == NameFit::Part && building);
        let by_name = name == NameFit::Same
            && (door_known && phone != PhoneFit::Foreign
                || id_partly && (phone_agrees || building)
                || phone_partly && building
                || phone == PhoneFit::Home);
        let phone_own = phone >= PhoneFit::Slip;
        let by_slip = name == NameFit::Slip && door == DoorFit::Full && (id_agrees || phone_own);
        let by_part = name == NameFit::Part
            && id == IdFit::Masked
            && (matches!(phone, PhoneFit::Same | PhoneFit::Masked) || door == DoorFit::Full);
        by_id || by_phone || by_name || by_slip || by_part
    }

    fn is_open(&self) -> bool {
        let Fits { name, id, phone, door } = *self;
        let id_partly = matches!(id, IdFit::Masked | IdFit::Slip);
        let phone_partly = matches!(phone, PhoneFit::Masked | PhoneFit::Slip);
        match name {
            NameFit::Same => {
                let foreign = matches!(door, DoorFit::Full | DoorFit::NoPlace) && phone == PhoneFit::Foreign;
                id_partly || phone_partly || matches!(door, DoorFit::Near | DoorFit::Building) || foreign
            }
            NameFit::Slip => {
                let slipped = phone == PhoneFit::Slip && door == DoorFit::Near;
                id_partly || matches!(phone, PhoneFit::Masked | PhoneFit::Home) || slipped
            }
            NameFit::Part => phone == PhoneFit::Masked && matches!(door, DoorFit::Near | DoorFit::Full),
            NameFit::Silent | NameFit::Near | NameFit::Other => false,
        }
    }

    /// Whether another resident, with these fits, fits as well as anybody may who is not to be accepted beside them: by
    /// an open or certain case, or as the one whose number stands in the row and whose name fits.
    pub fn rivals(&self) -> bool {
        let has_number = self.id == IdFit::Same || matches!(self.phone, PhoneFit::Same | PhoneFit::Masked);
        let name_fits = matches!(self.name, NameFit::Same | NameFit::Slip | NameFit::Part);
        self.case() > Case::Look && !self.contradicts() || has_number && name_fits
    }

    /// Whether these fits are at least as good in every field, and better in one.
    pub fn are_better_than(&self, other: &Fits) -> bool {
        let at_least =
            self.name >= other.name && self.id >= other.id && self.phone >= other.phone && self.door >= other.door;
        at_least && self != other
    }
}

#[cfg(test)]
mod tests;
