//! What is asked of the program where something is done with orders.

use linli_domain::order::{OrderResult, Satisfaction, Urgency};
use linli_domain::task::Way;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Enter what somebody asks for at the counter. Whoever enters it has taken it on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderAdd {
    /// What is asked for in one line.
    pub title: String,
    /// In full.
    pub body: Option<String>,
    /// Who asks; as the roster has them where a resident is given and this is left out. So are phone and address.
    pub name: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Where.
    pub address: Option<String>,
    /// What kind of request it is.
    pub category: Option<String>,
    /// How pressing it is.
    #[serde(default)]
    pub urgency: Urgency,
    /// The resident who asks, where they are on the roster.
    pub resident: Option<String>,
}

/// What was entered.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderAdded {
    /// The order.
    pub id: String,
    /// The batch: what `undo_batch` takes to take it back.
    pub batch: Option<i64>,
    /// As [`super::OrderRow::same`]: to be pointed out before work begins.
    pub same: usize,
}

/// Take orders on 签收.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderSign {
    /// Which.
    pub ids: Vec<String>,
}

/// Give orders to somebody to see to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderAssign {
    /// Which.
    pub ids: Vec<String>,
    /// To whom; to nobody any more where absent.
    pub to: Option<String>,
}

/// The resident was contacted first 先行联系, or there is a reason why not.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderContact {
    /// Which.
    pub ids: Vec<String>,
    /// How; not at all where absent: then `note` says why.
    pub way: Option<Way>,
    /// What was said, or why nobody was contacted.
    pub note: Option<String>,
}

/// Write down what is so.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderFound {
    /// Which.
    pub ids: Vec<String>,
    /// What is so.
    pub facts: String,
    /// Whether what is asked for is reasonable; not judged where absent.
    pub reasonable: Option<bool>,
}

/// Ask a neighbour unit to help 会办.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderHelpAsk {
    /// Which.
    pub ids: Vec<String>,
    /// Which unit.
    pub unit: String,
    /// For what.
    pub what: String,
}

/// A neighbour unit's answer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderHelpGiven {
    /// Which.
    pub ids: Vec<String>,
    /// Which unit.
    pub unit: String,
    /// What it says.
    pub text: String,
}

/// Reply 答复.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderReply {
    /// Which.
    pub ids: Vec<String>,
    /// What it gives.
    pub result: OrderResult,
    /// The reply.
    pub text: String,
    /// The approved wording it was taken from.
    #[serde(default)]
    pub answer: Option<String>,
    /// Close it with the reply: where it asks for words alone.
    #[serde(default)]
    pub close: bool,
}

/// Ask the resident back 回访.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderRevisit {
    /// Which.
    pub ids: Vec<String>,
    /// What the resident says of the reply.
    pub satisfaction: Satisfaction,
    /// In their own words.
    pub words: Option<String>,
}

/// Done with 办结.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderClose {
    /// Which.
    pub ids: Vec<String>,
}

/// Return orders to the district.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OrderReturn {
    /// Which.
    pub ids: Vec<String>,
    /// Why.
    pub reason: String,
}
