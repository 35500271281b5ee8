//! The residents' form: a registration becomes a reservation in the committee's order, written by the district.
//!
//! Must stay true: what somebody registered is never told to anybody here, not even to himself; a second
//! registration of the same key only learns that there is one.

use linli_domain::address::AddressParts;
use linli_domain::id_document::{self, DocumentKind};
use linli_domain::import::{self, Column};
use linli_domain::item::Item as _;
use linli_domain::operation::{Action, Change, DISTRICT_LETTER, EntityId, EntityKind};
use linli_domain::phone;
use linli_domain::record::Recorded;
use linli_domain::reservation::{Registration, Reservation, ReservationFact};
use linli_domain::round::{RoundDefinition, RoundKey};
use linli_domain::time::Moment;
use linli_domain::writing;
use linli_protocol::DenialCode;

use crate::committee::Committee;
use crate::district::count_try;
use crate::random::{self, Randomness};
use crate::sequence::claim::claim_of;
use crate::sequence::{Draft, Sequence};
use crate::{District, Error, values};

/// Where these registrations come from, as the queue shows it.
const SOURCE: &str = "扫码填报";
/// What is counted, in the table of tries.
const WHAT: &str = "form";
/// Registrations from one address in an hour: many phones share one address of their network.
const PER_SOURCE: u64 = 300;
/// Registrations in one committee in an hour.
const PER_COMMITTEE: u64 = 20_000;
/// Most characters of a field.
const FIELD: usize = 60;

/// What a resident typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    /// Name.
    pub name: String,
    /// [`DocumentKind`]'s code.
    pub document_kind: String,
    /// The document's number.
    pub document_number: String,
    /// Phone.
    pub phone: String,
    /// 小区 or lane.
    pub estate: String,
    /// 楼栋.
    pub building: String,
    /// 单元.
    pub unit: String,
    /// 室.
    pub room: String,
    /// Amount.
    pub quantity: String,
}

/// Something to be corrected: which field, and what about it, in a resident's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field's name in the form.
    pub field: &'static str,
    /// What is wrong.
    pub text: String,
}

/// What a resident is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Registered under this number.
    Registered(String),
    /// To be corrected.
    Problems(Vec<Problem>),
    /// The person, household or address has registered.
    There,
    /// Registration is not open.
    Closed,
}

/// A form that can be filled in.
#[derive(Debug, Clone)]
pub struct Open {
    /// The committee.
    pub committee: Committee,
    /// The round's id.
    pub round: EntityId,
    /// The round in this committee.
    pub definition: RoundDefinition,
}

impl District {
    /// The form of a round in a committee, by their numbers.
    ///
    /// # Errors
    /// There is no such round or committee.
    pub fn form(&self, round: u64, committee: u64) -> Result<Open, Error> {
        let round = self.round_of_number(round)?.id;
        let committee = self.committee_of_number(committee)?;
        let definition = self.round_in(&committee, round)?;
        Ok(Open {
            committee,
            round,
            definition,
        })
    }

    /// Registers what a resident typed. `source` is where the request came from.
    ///
    /// # Errors
    /// Too many from there, or the database's.
    pub fn register(
        &self,
        open: &Open,
        form: &Form,
        source: &str,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<Answer, Error> {
        if !open.definition.open_at(now.local()) {
            return Ok(Answer::Closed);
        }
        let registration = match checked(open, form, now) {
            Ok(registration) => registration,
            Err(problems) => return Ok(Answer::Problems(problems)),
        };
        self.admit(open, source, now)?;
        self.write(|transaction| {
            let mut sequence = Sequence::open(self, transaction, open.committee.id)?;
            let turn = sequence.committee.last_reservation + 1;
            // The queue's order is the order of registration, within a second too.
            let entity = random::entity_in_turn(now, turn, random)?;
            let number = format!("{DISTRICT_LETTER}{turn:05}");
            let registration = Registration {
                number: Some(number.clone()),
                ..registration.clone()
            };
            let change = registration.change(open.round, &open.definition);
            let Some(claim) = claim(&change, open) else {
                return Err(Error::Input("登记内容不全".into()));
            };
            let sql = "SELECT 1 FROM item
                       WHERE committee = $1 AND list = $2 AND claim = $3 AND stage <> 'rejected' LIMIT 1";
            if sequence
                .transaction
                .first(sql, &values![open.committee.id, open.round, claim.hash])?
                .is_some()
            {
                return Ok(Answer::There);
            }
            sequence.committee.last_reservation = turn;
            let draft = |change| Draft {
                kind: EntityKind::Reservation,
                entity,
                change,
            };
            if claim.across && sequence.claimed_elsewhere(open.round, &claim)? {
                let held = Change::Reservation(ReservationFact::DistrictHeld);
                sequence.write(Action::ReservationHeld, now, vec![draft(held)])?;
            }
            sequence.write(Action::RegisteredByForm, now, vec![draft(change)])?;
            sequence.close()?;
            Ok(Answer::Registered(number))
        })
    }

    /// Counts a registration, and refuses too many. What is refused for its source does not count for the committee: one
    /// source shall not close its form.
    fn admit(&self, open: &Open, source: &str, now: Moment) -> Result<(), Error> {
        let committee = open.committee.id;
        let admitted = self.write(|transaction| {
            let from = count_try(transaction, (committee, WHAT, self.source(source)), now)?;
            Ok(from <= PER_SOURCE && count_try(transaction, (committee, WHAT, [0; 32]), now)? <= PER_COMMITTEE)
        })?;
        let denied = || Error::denied(DenialCode::TooMany, "登记的人太多，请过一会儿再试，或到居委会登记");
        admitted.then_some(()).ok_or_else(denied)
    }
}

/// What the new reservation would claim.
fn claim(change: &Change, open: &Open) -> Option<crate::sequence::claim::Claim> {
    let recorded = Recorded {
        change,
        device: open.committee.device,
        actor: "",
        at: Moment(0),
    };
    claim_of(&Reservation::fold(std::iter::once(recorded))?, open.definition.key)
}

/// The registration, each of its fields in its one writing, or what is wrong with what was typed.
fn checked(open: &Open, form: &Form, now: Moment) -> Result<Registration, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |field: &'static str, text: String| problems.push(Problem { field, text });
    let name = typed(("name", Column::Name, &form.name), &mut wrong);
    if name
        .as_ref()
        .is_ok_and(|name| !name.as_deref().is_some_and(writing::names))
    {
        wrong("name", "请填写姓名".into());
    }
    let of = |column, text| import::cleaned(column, text).text;
    let phone = phone::check(&of(Column::Phone, &form.phone));
    if let Err(problem) = &phone {
        wrong("phone", problem.text());
    }
    let number = of(Column::DocumentNumber, &form.document_number);
    let number = number.as_str();
    let kind = DocumentKind::of(DocumentKind::parse(&form.document_kind), number);
    let needed = open.definition.key == RoundKey::Person;
    let document = match (number.is_empty(), needed) {
        (true, false) => None,
        (true, true) => {
            wrong("document_number", "请填写证件号码".into());
            None
        }
        (false, _) => match id_document::check(kind, number, now.date()) {
            Ok(document) => Some(document),
            Err(problem) => {
                wrong("document_number", problem.text());
                None
            }
        },
    };
    let address = address(form, &mut wrong);
    let quantity: u32 = of(Column::Quantity, &form.quantity).parse().unwrap_or(0);
    if !(1..=open.definition.max_quantity).contains(&quantity) {
        wrong("quantity", format!("数量请填 1 到 {}", open.definition.max_quantity));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Registration {
        name: name.ok().flatten(),
        document_kind: document.as_ref().map(|document| document.kind().code().to_owned()),
        document_number: document.map(|document| document.number().to_owned()),
        phone: phone.ok().map(|phone| phone.as_str().to_owned()),
        address,
        quantity: Some(quantity.to_string()),
        registered_at: Some(now.text()),
        source: SOURCE.to_owned(),
        ..Registration::default()
    })
}

/// Something about a field was told.
#[derive(Debug, PartialEq, Eq)]
struct Told;

/// What was typed into a field, cleaned as an import cleans a cell of it; `None` where nothing is left. What no paper of
/// the committee could show is for the resident to write in words.
fn typed(
    (field, column, text): (&'static str, Column, &str),
    wrong: &mut impl FnMut(&'static str, String),
) -> Result<Option<String>, Told> {
    let text = import::cleaned(column, text).text;
    if text.chars().count() > FIELD {
        wrong(field, format!("太长，请不要超过 {FIELD} 个字"));
        return Err(Told);
    }
    if let Some(characters) = writing::unprintables(&text) {
        wrong(field, format!("“{characters}”打印不出来，请改用文字填写"));
        return Err(Told);
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn address(form: &Form, wrong: &mut impl FnMut(&'static str, String)) -> AddressParts {
    let columns = [
        ("estate", Column::Estate, form.estate.as_str()),
        ("building", Column::Building, &form.building),
        ("unit", Column::Unit, &form.unit),
        ("room", Column::Room, &form.room),
    ]
    .map(|field| typed(field, wrong));
    let [Ok(estate), Ok(building), Ok(unit), Ok(room)] = columns else {
        return AddressParts::default();
    };
    let address = AddressParts::from_columns(estate.as_deref(), building.as_deref(), unit.as_deref(), room.as_deref());
    for (field, value, text) in [
        ("building", &address.building, "请填写楼栋，例如 12号"),
        ("room", &address.room, "请填写室号，例如 501"),
    ] {
        if value.is_none() {
            wrong(field, text.into());
        }
    }
    address
}
