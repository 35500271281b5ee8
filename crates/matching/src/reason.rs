//! Why somebody is a candidate, in the clerk's words: a closed list.

use serde::Serialize;

use crate::document::IdFit;
use crate::door::DoorFit;
use crate::name::{NameFit, NameWay};
use crate::phone::PhoneFit;
use crate::rule::Fits;

/// One thing that speaks for a candidate or against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// 证件号码一致.
    IdSame,
    /// What can be seen of it agrees.
    IdMasked,
    /// One digit is wrong.
    IdSlip,
    /// Another.
    IdOther,
    /// 手机号一致.
    PhoneSame,
    /// What can be seen of it agrees.
    PhoneMasked,
    /// One digit is wrong.
    PhoneSlip,
    /// Of somebody in the same household.
    PhoneHome,
    /// Nobody's.
    PhoneNew,
    /// Another household's.
    PhoneForeign,
    /// 弄号室一致.
    DoorFull,
    /// The same after a guess.
    DoorNear,
    /// Number and room, without the place.
    DoorNoPlace,
    /// The building, without a room.
    DoorBuilding,
    /// Another.
    DoorContrary,
    /// 姓名一致.
    NameSame,
    /// One character sounds the same.
    NameSound,
    /// One character looks alike.
    NameLook,
    /// One character cannot be read.
    NameUnreadable,
    /// One character is left out.
    NameLeftOut,
    /// In another order.
    NameTurned,
    /// What is said agrees.
    NamePart,
    /// One character differs.
    NameNear,
    /// All sound alike.
    NameAllSound,
    /// Another.
    NameOther,
    /// The title says another sex.
    NameSex,
    /// The row names two people, or a relative.
    NameSeveral,
    /// Somebody else bears the name as it is written.
    NameOfAnother,
    /// Somebody else fits as well.
    Rival,
}

impl Reason {
    /// Stable code.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// In a clerk's words.
    pub fn zh(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Reason::IdSame => ("id_same", "证件号码一致"),
            Reason::IdMasked => ("id_masked", "证件号码看得见的部分相符"),
            Reason::IdSlip => ("id_slip", "证件号码错一位"),
            Reason::IdOther => ("id_other", "证件号码不同"),
            Reason::PhoneSame => ("phone_same", "手机号一致"),
            Reason::PhoneMasked => ("phone_masked", "手机号看得见的部分相符"),
            Reason::PhoneSlip => ("phone_slip", "手机号错一位"),
            Reason::PhoneHome => ("phone_home", "手机号是同户家人的"),
            Reason::PhoneNew => ("phone_new", "台账里没有这个手机号"),
            Reason::PhoneForeign => ("phone_foreign", "手机号是别户的"),
            Reason::DoorFull => ("door_full", "弄号室一致"),
            Reason::DoorNear => ("door_near", "号室一致，地名相近"),
            Reason::DoorNoPlace => ("door_no_place", "号室一致，没写小区"),
            Reason::DoorBuilding => ("door_building", "同一楼栋，没写室号"),
            Reason::DoorContrary => ("door_contrary", "地址不同"),
            Reason::NameSame => ("name_same", "姓名一致"),
            Reason::NameSound => ("name_sound", "姓名同音不同字"),
            Reason::NameLook => ("name_look", "姓名有一字形近"),
            Reason::NameUnreadable => ("name_unreadable", "姓名有一字看不清"),
            Reason::NameLeftOut => ("name_left_out", "姓名少一字"),
            Reason::NameTurned => ("name_turned", "姓名前后颠倒"),
            Reason::NamePart => ("name_part", "姓氏相符"),
            Reason::NameNear => ("name_near", "姓名有一字不同"),
            Reason::NameAllSound => ("name_all_sound", "姓名读音相同"),
            Reason::NameOther => ("name_other", "姓名不同"),
            Reason::NameSex => ("name_sex", "称呼与性别不符"),
            Reason::NameSeveral => ("name_several", "姓名不止一人"),
            Reason::NameOfAnother => ("name_of_another", "另有人就叫这个名字"),
            Reason::Rival => ("rival", "另有人同样相符"),
        }
    }
}

/// The reasons of a candidate: numbers first, then door and name. What is silent is none.
pub(crate) fn of(fits: &Fits, way: NameWay) -> Vec<Reason> {
    let id = match fits.id {
        IdFit::Same => Some(Reason::IdSame),
        IdFit::Masked => Some(Reason::IdMasked),
        IdFit::Slip => Some(Reason::IdSlip),
        IdFit::Silent => None,
        IdFit::Other => Some(Reason::IdOther),
    };
    let phone = match fits.phone {
        PhoneFit::Same => Some(Reason::PhoneSame),
        PhoneFit::Masked => Some(Reason::PhoneMasked),
        PhoneFit::Slip => Some(Reason::PhoneSlip),
        PhoneFit::Home => Some(Reason::PhoneHome),
        PhoneFit::Silent => None,
        PhoneFit::New => Some(Reason::PhoneNew),
        PhoneFit::Foreign => Some(Reason::PhoneForeign),
    };
    let door = match fits.door {
        DoorFit::Full => Some(Reason::DoorFull),
        DoorFit::Near => Some(Reason::DoorNear),
        DoorFit::NoPlace => Some(Reason::DoorNoPlace),
        DoorFit::Building => Some(Reason::DoorBuilding),
        DoorFit::Vague => None,
        DoorFit::Contrary => Some(Reason::DoorContrary),
    };
    let name = match (fits.name, way) {
        (NameFit::Same, _) => Some(Reason::NameSame),
        (NameFit::Slip, NameWay::Sound) => Some(Reason::NameSound),
        (NameFit::Slip, NameWay::Look) => Some(Reason::NameLook),
        (NameFit::Slip, NameWay::LeftOut) => Some(Reason::NameLeftOut),
        (NameFit::Slip, NameWay::Turned) => Some(Reason::NameTurned),
        (NameFit::Slip, _) => Some(Reason::NameUnreadable),
        (NameFit::Part, _) => Some(Reason::NamePart),
        (NameFit::Silent, _) => None,
        (NameFit::Near, NameWay::Sound) => Some(Reason::NameAllSound),
        (NameFit::Near, _) => Some(Reason::NameNear),
        (NameFit::Other, NameWay::Sex) => Some(Reason::NameSex),
        (NameFit::Other, _) => Some(Reason::NameOther),
    };
    [id, phone, door, name].into_iter().flatten().collect()
}
