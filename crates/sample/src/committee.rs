//! Estates, buildings, households, and the people in them.

use chrono::{Datelike, Days, NaiveDate};
use linli_domain::id_document::check_character;

use crate::names;
use crate::random::Random;

/// The year the sample lives in: that of its rounds.
pub(crate) const YEAR: i32 = 2020;
/// From the opening of a round to that of the next.
const DAYS_BETWEEN_ROUNDS: u32 = 29;
/// An area code that was never issued.
const AREA: &str = "310199";
/// Rooms a floor of a walk-up has, and its floors.
const WALK_UP: (u32, u32) = (3, 6);
/// The same of a high-rise, per unit.
const HIGH_RISE: (u32, u32) = (4, 18);
/// Buildings of a lane before the next one begins.
const BUILDINGS_PER_LANE: u32 = 24;
const LANES: [&str; 6] = [
    "齐河路338弄",
    "云台路145弄",
    "齐河二村",
    "昌里路260弄",
    "德州一村",
    "上南路1251弄",
];

/// An invented committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committee {
    /// Full name.
    pub name: String,
    /// District.
    pub district: String,
    /// The households, by building and room.
    pub households: Vec<Household>,
    /// The day the first round opens; each further one four weeks later.
    pub first_round: NaiveDate,
    pub(crate) seed: u64,
}

/// A household and who lives there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// 小区 or lane.
    pub estate: String,
    /// 楼栋: `12号`.
    pub building: String,
    /// 单元: `2单元`.
    pub unit: Option<String>,
    /// 室: `501`.
    pub room: String,
    /// 户编号.
    pub number: String,
    /// Who lives there.
    pub people: Vec<Person>,
}

impl Household {
    /// The whole address.
    pub fn address(&self) -> String {
        format!(
            "{}{}{}{}室",
            self.estate,
            self.building,
            self.unit.as_deref().unwrap_or_default(),
            self.room
        )
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: String,
    /// 男 or 女.
    pub sex: &'static str,
    /// `YYYY-MM-DD`.
    pub birth_date: String,
    /// 居民身份证, 护照, 港澳台居民居住证 or 无证件.
    pub document_kind: &'static str,
    /// The document's number.
    pub document_number: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// 户籍地址, where registered elsewhere or known.
    pub registered_address: Option<String>,
    /// 与户主关系.
    pub relation: &'static str,
    /// Tags.
    pub tags: Vec<&'static str>,
}

impl Committee {
    /// Invents a committee of so many households.
    pub fn invent(households: u32, seed: u64) -> Committee {
        let mut random = Random::new(seed);
        let mut all = Vec::with_capacity(households as usize);
        let mut building = 0;
        while (all.len() as u32) < households {
            building += 1;
            let wanted = households - all.len() as u32;
            build(building, wanted, &mut random, &mut all);
        }
        let first_round = NaiveDate::from_ymd_opt(YEAR, 2, 2).unwrap_or_default();
        let (name, district) = ("齐河第二居民委员会".into(), "浦东新区".into());
        Committee {
            name,
            district,
            households: all,
            first_round,
            seed,
        }
    }

    /// The day a round opens.
    pub fn opens(&self, round: u32) -> NaiveDate {
        self.first_round + Days::new(u64::from(DAYS_BETWEEN_ROUNDS * round.saturating_sub(1)))
    }

    /// Everybody, with their household.
    pub fn people(&self) -> impl Iterator<Item = (&Household, &Person)> {
        self.households
            .iter()
            .flat_map(|household| household.people.iter().map(move |person| (household, person)))
    }
}

/// One building: mostly six-storey walk-ups, some high-rises with two units.
fn build(number: u32, wanted: u32, random: &mut Random, all: &mut Vec<Household>) {
    let lane = LANES[((number - 1) / BUILDINGS_PER_LANE) as usize % LANES.len()];
    let high = number.is_multiple_of(7);
    let ((rooms, floors), units) = if high { (HIGH_RISE, 2) } else { (WALK_UP, 1) };
    let building = format!("{}号", (number - 1) % BUILDINGS_PER_LANE + 1);
    let mut left = wanted;
    for unit in 1..=units {
        for floor in 1..=floors {
            for room in 1..=rooms {
                if left == 0 {
                    return;
                }
                left -= 1;
                let mut household = Household {
                    estate: lane.to_owned(),
                    building: building.clone(),
                    unit: high.then(|| format!("{unit}单元")),
                    room: format!("{floor}{room:02}"),
                    number: format!("QH{:05}", all.len() + 1),
                    people: Vec::new(),
                };
                household.people = family(&household, random);
                all.push(household);
            }
        }
    }
}

/// Who lives together: shares follow the household sizes of a city quarter (2020 census: 2.32 persons a household
/// in Shanghai), with old people alone and three generations under one roof.
fn family(household: &Household, random: &mut Random) -> Vec<Person> {
    let surname = names::surname(random);
    let mut people = Vec::new();
    let mut add = |random: &mut Random, relation, surname: &str, years: (u32, u32), male: bool| {
        let age = years.0 + random.below(years.1 - years.0 + 1);
        people.push(person(household, random, relation, surname, age, male));
    };
    match random.below(100) {
        0..=5 => {}
        6..=19 => {
            let male = random.percent(40);
            add(random, "户主", surname, (62, 93), male);
        }
        20..=33 => {
            let male = random.percent(55);
            add(random, "户主", surname, (22, 59), male);
        }
        34..=58 => {
            add(random, "户主", surname, (45, 82), true);
            let wife = names::surname(random);
            add(random, "配偶", wife, (43, 80), false);
        }
        59..=88 => {
            add(random, "户主", surname, (30, 46), true);
            let wife = names::surname(random);
            add(random, "配偶", wife, (28, 44), false);
            let twins = random.thousandth(25);
            for _ in 0..if twins { 2 } else { 1 } {
                let male = random.percent(52);
                add(
                    random,
                    if male { "子" } else { "女" },
                    surname,
                    if twins { (8, 8) } else { (0, 17) },
                    male,
                );
            }
        }
        _ => {
            add(random, "户主", surname, (58, 74), true);
            let wife = names::surname(random);
            add(random, "配偶", wife, (56, 72), false);
            add(random, "子", surname, (30, 42), true);
            let daughter_in_law = names::surname(random);
            add(random, "儿媳", daughter_in_law, (28, 40), false);
            let male = random.percent(52);
            add(random, "孙子女", surname, (0, 12), male);
        }
    }
    alone(&mut people);
    people
}

fn alone(people: &mut [Person]) {
    if let [only] = people
        && only.tags.contains(&"高龄")
    {
        only.tags.push("独居老人");
    }
}

fn person(
    household: &Household,
    random: &mut Random,
    relation: &'static str,
    surname: &str,
    age: u32,
    male: bool,
) -> Person {
    let year = YEAR - age as i32;
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    // January keeps even the newborn before the sample's rounds in February.
    let birth = first + Days::new(u64::from(random.below(if age == 0 { 28 } else { 365 })));
    let (document_kind, document_number) = document(random, birth, male, age);
    let phone = (age >= 12 && !random.percent(if age > 75 { 30 } else { 6 }))
        .then(|| format!("1920{:07}", random.below(10_000_000)));
    let registered_address = match random.below(100) {
        0..=17 => Some(format!(
            "{}{}号{}室",
            random.of(&[
                "临沂路12弄",
                "长里路55弄",
                "安徽省六安市裕安区新安镇",
                "江苏省盐城市建湖县"
            ]),
            1 + random.below(40),
            101 + random.below(5) * 100
        )),
        18..=79 => Some(household.address()),
        _ => None,
    };
    let mut tags = Vec::new();
    for (tag, applies) in [
        ("高龄", age >= 80),
        ("儿童", age <= 6),
        ("孕产妇", !male && (24..=38).contains(&age) && random.percent(4)),
        ("慢病", age >= 60 && random.percent(22)),
        ("残疾", random.percent(2)),
        ("党员", age >= 22 && random.percent(8)),
        ("志愿者", (18..=70).contains(&age) && random.percent(3)),
    ] {
        if applies {
            tags.push(tag);
        }
    }
    Person {
        name: format!("{surname}{}", names::given(random, year, male)),
        sex: if male { "男" } else { "女" },
        birth_date: birth.format("%Y-%m-%d").to_string(),
        document_kind,
        document_number,
        phone,
        registered_address,
        relation,
        tags,
    }
}

fn document(random: &mut Random, birth: NaiveDate, male: bool, age: u32) -> (&'static str, Option<String>) {
    match random.below(1000) {
        0..=5 => ("护照", Some(format!("E{:08}", random.below(100_000_000)))),
        6..=9 => ("港澳台居民居住证", Some(eighteen("830000", birth, male, random))),
        10..=24 if age < 3 => ("无证件", None),
        10..=16 => ("无证件", None),
        _ => ("居民身份证", Some(eighteen(AREA, birth, male, random))),
    }
}

pub(crate) fn eighteen(area: &str, birth: NaiveDate, male: bool, random: &mut Random) -> String {
    let order = random.below(500) * 2 + u32::from(male);
    let first = format!(
        "{area}{:04}{:02}{:02}{order:03}",
        birth.year(),
        birth.month(),
        birth.day()
    );
    let check = check_character(&first).unwrap_or('X');
    format!("{first}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use linli_domain::id_document::{DocumentKind, check};

    #[test]
    fn the_same_seed_gives_the_same_committee_and_another_one_does_not() {
        assert_eq!(Committee::invent(300, 7), Committee::invent(300, 7));
        assert_ne!(Committee::invent(300, 7), Committee::invent(300, 8));
        assert_eq!(Committee::invent(300, 7).households.len(), 300);
    }

    #[test]
    fn numbers_are_valid_and_agree_with_the_person() {
        let today = NaiveDate::from_ymd_opt(YEAR, 2, 2).unwrap();
        let committee = Committee::invent(1_500, 1);
        for (_, person) in committee.people() {
            let Some(number) = &person.document_number else {
                continue;
            };
            let kind = DocumentKind::parse(person.document_kind).unwrap();
            let document = check(kind, number, today).unwrap_or_else(|problem| panic!("{number}: {problem}"));
            if kind == DocumentKind::ResidentId {
                assert_eq!(document.sex(), Some(person.sex));
                assert_eq!(
                    document.birth_date().map(|d| d.to_string()).as_deref(),
                    Some(person.birth_date.as_str())
                );
            }
        }
    }

    #[test]
    fn proportions_are_those_of_a_city_quarter() {
        let committee = Committee::invent(4_000, 3);
        let people: Vec<&Person> = committee.people().map(|(_, person)| person).collect();
        let share = |count: usize| count * 100 / people.len();
        assert!(
            (200..300).contains(&(people.len() * 100 / 4_000)),
            "{} people",
            people.len()
        );
        assert!((3..15).contains(&share(people.iter().filter(|p| p.tags.contains(&"高龄")).count())));
        let elsewhere = committee.people().filter(|(household, person)| {
            person
                .registered_address
                .as_ref()
                .is_some_and(|registered| *registered != household.address())
        });
        assert!((10..30).contains(&share(elsewhere.count())), "registered elsewhere");
        let names: std::collections::HashSet<&str> = people.iter().map(|p| p.name.as_str()).collect();
        assert!(names.len() < people.len() * 9 / 10, "names repeat");
        assert!(
            people.iter().any(|p| p.name.chars().any(|c| u32::from(c) > 0xffff)),
            "rare characters"
        );
    }
}
