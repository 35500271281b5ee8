//! Smart check 智能核查: what stands against a reservation, each finding in plain words.
//!
//! A whole round is checked at once, in order of registration, so that "already reserved" and "quota used up"
//! depend only on the reservations themselves. Derived when asked for, never stored.

use chrono::{NaiveDate, NaiveDateTime};
use foldhash::HashMap;

use crate::id_document::{self, DocumentKind, IdProblem};
use crate::item::Item as _;
use crate::operation::EntityId;
use crate::person_name::NAMELESS;
use crate::phone::{self, PhoneProblem};
use crate::record::Field;
use crate::reservation::{Hold, Reservation, Whose};
use crate::round::{PickUpPoint, RoundDefinition, Stage};
use crate::time::parse_local;
use crate::voucher;
use crate::writing::quoted;

/// What the roster knows that a check needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterPerson {
    /// Name.
    pub name: String,
    /// Document number.
    pub document_number: Option<String>,
    /// The household lived in.
    pub household: Option<EntityId>,
    /// 人户分离.
    pub registered_elsewhere: bool,
}

/// What lies outside the reservations of the round.
pub trait Roster: Whose {
    /// A person of the roster.
    fn person(&self, id: EntityId) -> Option<&RosterPerson>;
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The document number is wrong.
    DocumentWrong(IdProblem),
    /// No document given.
    DocumentMissing,
    /// The phone number is wrong.
    PhoneWrong(PhoneProblem),
    /// No phone given.
    PhoneMissing,
    /// A number abroad, which no SMS of the district's reaches: for information.
    PhoneAbroad,
    /// It is not known when it was registered: for information. It stands behind all whose time is known.
    TimeMissing,
    /// Registered before the window.
    TooEarly(String),
    /// Registered after it.
    TooLate(String),
    /// Nobody on the roster fits.
    NotOnRoster,
    /// The address is not one of the committee's.
    AddressUnknown(String),
    /// The roster has this person elsewhere.
    AddressDiffers,
    /// The roster has another name for this person.
    NameDiffers(String),
    /// The roster has another document number for this person.
    DocumentDiffers,
    /// 人户分离: for information.
    RegisteredElsewhere,
    /// Each pick-up point names its buildings, and none names this one; for information.
    NoPickUp {
        /// The building.
        building: String,
        /// The point it was given nevertheless.
        point: String,
    },
    /// Someone with the same key registered before.
    AlreadyReserved {
        /// 每户 …
        rule: &'static str,
        /// Who.
        name: String,
        /// Their reservation's number.
        number: String,
        /// When.
        at: String,
    },
    /// Somebody with the same key has the voucher: this one gets none.
    KeyServed {
        /// 每户 …
        rule: &'static str,
        /// Who.
        name: String,
        /// The voucher's number as printed.
        voucher: String,
    },
    /// Another committee has a reservation of the same key: `denied` where the district decided for that one.
    HeldByDistrict {
        /// Decided, and against this one.
        denied: bool,
    },
    /// Got one in an earlier round of the campaign.
    GotEarlier {
        /// The round's number.
        round: u32,
    },
    /// No amount, or more than allowed.
    QuantityWrong {
        /// Asked for.
        quantity: u32,
        /// Allowed.
        max: u32,
    },
    /// A voucher is out, and the pass it was issued on is gone: taken back elsewhere, or decided otherwise.
    VoucherWithoutPass {
        /// The voucher's number as printed.
        voucher: String,
    },
    /// Beyond the quota, in order of registration.
    OverQuota {
        /// Place in the order among those that count.
        place: usize,
        /// The quota.
        quota: u32,
    },
}

impl Finding {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Finding::DocumentWrong(_) => "document_wrong",
            Finding::DocumentMissing => "document_missing",
            Finding::PhoneWrong(_) => "phone_wrong",
            Finding::PhoneMissing => "phone_missing",
            Finding::PhoneAbroad => "phone_abroad",
            Finding::TimeMissing => "time_missing",
            Finding::TooEarly(_) => "too_early",
            Finding::TooLate(_) => "too_late",
            Finding::NotOnRoster => "not_on_roster",
            Finding::AddressUnknown(_) => "address_unknown",
            Finding::AddressDiffers => "address_differs",
            Finding::NameDiffers(_) => "name_differs",
            Finding::DocumentDiffers => "document_differs",
            Finding::RegisteredElsewhere => "registered_elsewhere",
            Finding::NoPickUp { .. } => "no_pick_up",
            Finding::AlreadyReserved { .. } => "already_reserved",
            Finding::KeyServed { .. } => "key_served",
            Finding::HeldByDistrict { .. } => "held",
            Finding::GotEarlier { .. } => "got_earlier",
            Finding::QuantityWrong { .. } => "quantity_wrong",
            Finding::VoucherWithoutPass { .. } => "voucher_without_pass",
            Finding::OverQuota { .. } => "over_quota",
        }
    }

    /// Whether it keeps a reservation out of "pass all without findings".
    pub fn blocking(&self) -> bool {
        !matches!(
            self,
            Finding::RegisteredElsewhere | Finding::NoPickUp { .. } | Finding::PhoneAbroad | Finding::TimeMissing
        )
    }

    /// What its sentence says, by name, for languages that have another sentence: what is wrong with a number, and a rule,
    /// by their codes.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Finding::DocumentWrong(problem) => vec![("problem", problem.code().into())],
            Finding::PhoneWrong(problem) => vec![("problem", problem.code().into())],
            Finding::TooEarly(at) | Finding::TooLate(at) => vec![("at", at.clone())],
            Finding::AddressUnknown(address) => vec![("address", address.clone())],
            Finding::NameDiffers(name) => vec![("name", name.clone())],
            Finding::NoPickUp { building, point } => vec![("building", building.clone()), ("point", point.clone())],
            Finding::AlreadyReserved { name, number, at, .. } => {
                vec![("name", name.clone()), ("number", number.clone()), ("at", at.clone())]
            }
            Finding::KeyServed { name, voucher, .. } => vec![("name", name.clone()), ("voucher", voucher.clone())],
            Finding::GotEarlier { round } => vec![("round", round.to_string())],
            Finding::QuantityWrong { quantity, max } => {
                vec![("quantity", quantity.to_string()), ("max", max.to_string())]
            }
            Finding::VoucherWithoutPass { voucher } => vec![("voucher", voucher.clone())],
            Finding::OverQuota { place, quota } => vec![("place", place.to_string()), ("quota", quota.to_string())],
            Finding::HeldByDistrict { denied } => vec![("denied", denied.to_string())],
            Finding::DocumentMissing
            | Finding::PhoneMissing
            | Finding::PhoneAbroad
            | Finding::TimeMissing
            | Finding::NotOnRoster
            | Finding::AddressDiffers
            | Finding::DocumentDiffers
            | Finding::RegisteredElsewhere => Vec::new(),
        }
    }

    /// In plain words.
    pub fn text(&self) -> String {
        match self {
            Finding::DocumentWrong(problem) => problem.text(),
            Finding::PhoneWrong(problem) => problem.text(),
            Finding::DocumentMissing => "没有填证件号码".into(),
            Finding::PhoneMissing => "没有填手机号码".into(),
            Finding::PhoneAbroad => "境外号码，收不到短信，请打电话或用书面通知".into(),
            Finding::TimeMissing => "没有登记时间，排在有时间的后面".into(),
            Finding::TooEarly(at) => format!("登记时间 {at} 早于本轮开始"),
            Finding::TooLate(at) => format!("登记时间 {at} 晚于本轮截止"),
            Finding::NotOnRoster => "台账里查无此人".into(),
            Finding::AddressUnknown(address) => format!("台账里没有“{address}”这个地址"),
            Finding::AddressDiffers => "填报的住址与台账登记的住址不一致".into(),
            Finding::NameDiffers(name) => format!("同一证件在台账里登记的姓名是“{name}”"),
            Finding::DocumentDiffers => "证件号码与台账登记的不一致".into(),
            Finding::RegisteredElsewhere => "人户分离：户籍不在本址".into(),
            Finding::NoPickUp { building, point } => {
                format!("没有哪个领取点写明管“{building}”，暂按“{point}”登记，请核对")
            }
            Finding::AlreadyReserved { rule, name, number, at } => {
                format!("{rule}限一份，{name} 已于 {at} 登记（{number}）")
            }
            Finding::KeyServed { rule, name, voucher } => {
                format!("{rule}限一份，{name} 已领到凭证 {voucher}：这一条不会再发号，请不要通知，改为“不通过”")
            }
            Finding::HeldByDistrict { denied: false } => "别的居委会也有同样的预约，等区里裁定后再通知".into(),
            Finding::HeldByDistrict { denied: true } => "区里已判给别的居委会：这一条不会发号，请不要通知".into(),
            Finding::GotEarlier { round } => format!("第{round}轮已领过凭证"),
            Finding::QuantityWrong { quantity: 0, .. } => "没有填预约数量".into(),
            Finding::QuantityWrong { quantity, max } => format!("预约 {quantity} 份，超过每份上限 {max}"),
            Finding::VoucherWithoutPass { voucher } => {
                format!("凭证 {voucher} 已经发出，但别的电脑撤回或否决了审核：凭证仍然有效，要收回请退回到“待审核”")
            }
            Finding::OverQuota { place, quota } => format!("排在第 {place} 位，超出名额 {quota}"),
        }
    }
}

/// A round's reservations and what they are checked against.
pub struct RoundCheck<'a, R: Roster> {
    /// The round.
    pub round: &'a RoundDefinition,
    /// Today, for birth dates.
    pub today: NaiveDate,
    /// The roster.
    pub roster: &'a R,
    /// Keys served in earlier rounds of the campaign, with the round's number.
    pub earlier: &'a HashMap<String, u32>,
}

/// What is found of a reservation by itself, and by what it is compared with the others of its round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    findings: Vec<Finding>,
    keys: Vec<String>,
}

impl<R: Roster> RoundCheck<'_, R> {
    /// Checks all reservations of the round as they are written, in order of registration. One list per reservation.
    pub fn check<'r>(&self, reservations: impl Iterator<Item = &'r Reservation>) -> Vec<Vec<Finding>> {
        let each: Vec<(&Reservation, Alone)> = reservations.map(|one| (one, self.alone(one, one))).collect();
        self.together(each.iter().map(|(one, alone)| (*one, alone)))
    }

    /// Checks one by itself, as it is `written` and recognised: it stays so until the reservation, the roster or the day is
    /// another one.
    pub fn alone(&self, written: &Reservation, reservation: &Reservation) -> Alone {
        let mut findings = Vec::new();
        self.check_voucher(reservation, &mut findings);
        check_hold(reservation, &mut findings);
        self.check_person(reservation, &mut findings);
        self.check_address(reservation, &mut findings);
        self.check_request(reservation, self.round.window(), &mut findings);
        self.check_pick_up(reservation, &mut findings);
        Alone {
            findings,
            keys: written.keys_recognised(reservation, self.round.key, self.roster),
        }
    }

    /// Checks those that were checked by themselves against each other, in order of registration.
    pub fn together<'r>(&self, each: impl Iterator<Item = (&'r Reservation, &'r Alone)> + Clone) -> Vec<Vec<Finding>> {
        let served = served(each.clone());
        let mut first_of_key: HashMap<&str, &Reservation> = HashMap::default();
        let mut place = 0;
        let mut all = Vec::new();
        for (reservation, Alone { findings, keys }) in each {
            let mut findings = findings.clone();
            let counts = reservation.stage() != Stage::Rejected;
            self.check_keys((reservation, keys), &first_of_key, &served, &mut findings);
            if counts {
                place += usize::from(!keys.iter().any(|key| first_of_key.contains_key(key.as_str())));
                for key in keys {
                    first_of_key.entry(key).or_insert(reservation);
                }
            }
            if counts && place > self.round.quota as usize && reservation.voucher.is_none() {
                findings.push(Finding::OverQuota {
                    place,
                    quota: self.round.quota,
                });
            }
            all.push(findings);
        }
        all
    }

    fn check_voucher(&self, reservation: &Reservation, findings: &mut Vec<Finding>) {
        if let Some((serial, _)) = reservation.voucher.filter(|_| reservation.contested()) {
            findings.push(Finding::VoucherWithoutPass {
                voucher: voucher::number(self.round.number, serial),
            });
        }
    }

    fn check_person(&self, reservation: &Reservation, findings: &mut Vec<Finding>) {
        let stated = reservation.get(Field::DocumentKind).and_then(DocumentKind::parse);
        match reservation.get(Field::DocumentNumber) {
            None if stated != Some(DocumentKind::Missing) => findings.push(Finding::DocumentMissing),
            None => {}
            Some(number) => {
                if let Err(problem) = id_document::check(DocumentKind::of(stated, number), number, self.today) {
                    findings.push(Finding::DocumentWrong(problem));
                }
            }
        }
        match reservation.get(Field::Phone).map(phone::check) {
            None => findings.push(Finding::PhoneMissing),
            Some(Err(problem)) => findings.push(Finding::PhoneWrong(problem)),
            Some(Ok(phone)) if phone.is_abroad() => findings.push(Finding::PhoneAbroad),
            Some(Ok(_)) => {}
        }
    }

    fn check_address(&self, reservation: &Reservation, findings: &mut Vec<Finding>) {
        let household = reservation.id(Field::Household);
        let person = reservation.id(Field::Resident).and_then(|id| self.roster.person(id));
        if household.is_none() && !reservation.address_text().is_empty() {
            findings.push(Finding::AddressUnknown(
                quoted(&reservation.address_text()).into_owned(),
            ));
        }
        let Some(person) = person else {
            findings.push(Finding::NotOnRoster);
            return;
        };
        if reservation.get(Field::Name).is_some_and(|name| name != person.name) {
            findings.push(Finding::NameDiffers(quoted(&person.name).into_owned()));
        }
        let number = reservation.get(Field::DocumentNumber);
        if let (Some(given), Some(known)) = (number, person.document_number.as_deref())
            && !id_document::is_same(given, known)
        {
            findings.push(Finding::DocumentDiffers);
        }
        if household.is_some() && person.household.is_some() && household != person.household {
            findings.push(Finding::AddressDiffers);
        }
        if person.registered_elsewhere {
            findings.push(Finding::RegisteredElsewhere);
        }
    }

    /// A point that somebody chose by hand is theirs to answer for: only the first, which is given for want of another.
    fn check_pick_up(&self, reservation: &Reservation, findings: &mut Vec<Finding>) {
        let Some(building) = reservation.get(Field::Building) else {
            return;
        };
        let given = self
            .round
            .pick_ups
            .first()
            .filter(|first| reservation.get(Field::PickUp) == Some(&first.name));
        let serves = |point: &PickUpPoint| point.buildings.is_empty() || point.buildings.iter().any(|b| b == building);
        if let Some(point) = given.filter(|_| !self.round.pick_ups.iter().any(serves)) {
            let [building, point] = [building, &point.name].map(|text| quoted(text).into_owned());
            findings.push(Finding::NoPickUp { building, point });
        }
    }

    fn check_request(
        &self,
        reservation: &Reservation,
        window: Option<(NaiveDateTime, NaiveDateTime)>,
        findings: &mut Vec<Finding>,
    ) {
        let quantity = reservation.quantity();
        if !self.round.allows(quantity) {
            findings.push(Finding::QuantityWrong {
                quantity,
                max: self.round.max_quantity,
            });
        }
        let at = reservation.get(Field::RegisteredAt).and_then(parse_local);
        if at.is_none() {
            findings.push(Finding::TimeMissing);
        }
        if let (Some((opens, closes)), Some(at)) = (window, at) {
            // A day without a time is early or late only as a whole.
            let day_only = !reservation
                .get(Field::RegisteredAt)
                .is_some_and(|text| text.contains(['T', ':']));
            let text = at.format(if day_only { "%m-%d" } else { "%m-%d %H:%M" }).to_string();
            let opens = if day_only {
                opens.date().and_time(chrono::NaiveTime::MIN)
            } else {
                opens
            };
            if at < opens {
                findings.push(Finding::TooEarly(text));
            } else if at > closes {
                findings.push(Finding::TooLate(text));
            }
        }
    }

    fn check_keys(
        &self,
        (reservation, keys): (&Reservation, &[String]),
        first_of_key: &HashMap<&str, &Reservation>,
        served: &HashMap<&str, &Reservation>,
        findings: &mut Vec<Finding>,
    ) {
        let rule = self.round.key.label();
        let name = |of: &Reservation| quoted(of.get(Field::Name).unwrap_or(NAMELESS)).into_owned();
        if let Some(first) = keys.iter().find_map(|key| first_of_key.get(key.as_str())) {
            findings.push(Finding::AlreadyReserved {
                rule,
                name: name(first),
                number: first.get(Field::Number).unwrap_or_default().to_owned(),
                at: first
                    .get(Field::RegisteredAt)
                    .and_then(parse_local)
                    .map_or_else(String::new, |at| at.format("%m-%d %H:%M").to_string()),
            });
        }
        let waits = reservation.voucher.is_none() && reservation.stage() != Stage::Rejected;
        let by = keys.iter().find_map(|key| served.get(key.as_str())).filter(|_| waits);
        if let Some((by, (serial, _))) = by.and_then(|by| Some((by, by.voucher?))) {
            let voucher = voucher::number(self.round.number, serial);
            findings.push(Finding::KeyServed {
                rule,
                name: name(by),
                voucher,
            });
        }
        if self.round.exclude_earlier
            && let Some(round) = keys.iter().find_map(|key| self.earlier.get(key))
        {
            findings.push(Finding::GotEarlier { round: *round });
        }
    }
}

/// Who has the voucher of each key.
fn served<'r>(each: impl Iterator<Item = (&'r Reservation, &'r Alone)>) -> HashMap<&'r str, &'r Reservation> {
    let with_voucher = each.filter(|(reservation, _)| reservation.voucher.is_some());
    with_voucher
        .flat_map(|(reservation, alone)| alone.keys.iter().map(move |key| (key.as_str(), reservation)))
        .collect()
}

/// What the district says. A voucher that is out is judged by the district itself.
fn check_hold(reservation: &Reservation, findings: &mut Vec<Finding>) {
    let denied = match reservation.hold.filter(|_| reservation.voucher.is_none()) {
        Some(Hold::Waiting) => false,
        Some(Hold::Denied) => true,
        Some(Hold::Granted) | None => return,
    };
    findings.push(Finding::HeldByDistrict { denied });
}

#[cfg(test)]
mod tests;
