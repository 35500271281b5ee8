//! Residents' requests 居民诉求: what a resident asks the committee for.

pub mod read;

use serde::{Serialize, Serializer};

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Food and what a household uses up.
    Groceries,
    /// Medicine, and what is needed for nursing.
    Medicine,
    /// A hospital, a doctor, an ambulance.
    Medical,
    /// Animals.
    Pets,
    /// The house: water, power, gas, lifts, doors, noise.
    Property,
    /// Distress.
    Mind,
    /// Going out and coming in: permits, gates, health codes, parcels.
    Access,
    /// Tests and their results.
    Testing,
    /// A question, and papers.
    Advice,
    /// No request: a forwarded notice, thanks, a quarrel, talk.
    Other,
}

impl Kind {
    /// All, in the order in which lists show them.
    pub const ALL: [Kind; 10] = [
        Kind::Groceries,
        Kind::Medicine,
        Kind::Medical,
        Kind::Pets,
        Kind::Property,
        Kind::Mind,
        Kind::Access,
        Kind::Testing,
        Kind::Advice,
        Kind::Other,
    ];

    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Groceries => "买菜",
            Kind::Medicine => "配药",
            Kind::Medical => "就医",
            Kind::Pets => "宠物",
            Kind::Property => "房屋",
            Kind::Mind => "心理",
            Kind::Access => "出入",
            Kind::Testing => "检测",
            Kind::Advice => "咨询",
            Kind::Other => "其他",
        }
    }

    /// Whether such a request names things to be bought or fetched.
    pub fn has_lines(self) -> bool {
        matches!(self, Kind::Groceries | Kind::Medicine)
    }
}

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// 土豆.
    pub what: String,
    /// How much; nothing where the message does not say.
    #[serde(serialize_with = "as_short_number")]
    pub amount: Option<f64>,
    /// Of what the amount is: 斤, 盒, kg.
    pub unit: Option<String>,
}

/// 3 and not 3.0.
fn as_short_number<S: Serializer>(amount: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match amount {
        None => serializer.serialize_none(),
        Some(amount) if amount.fract() == 0.0 => serializer.serialize_u64(*amount as u64),
        Some(amount) => serializer.serialize_f64(*amount),
    }
}
