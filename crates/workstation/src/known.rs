//! What the screens know without asking, written with the client: stages with their tones, the fields of a sheet, limits.

use std::collections::BTreeMap;

use linli_domain::import::{Column, ImportKind};
use linli_domain::instruction::Instruction;
use linli_domain::item::{Item, Stage};
use linli_domain::operation::DISTRICT_LETTER;
use linli_domain::order::{Order, OrderResult, Satisfaction, Urgency};
use linli_domain::reservation::Reservation;
use linli_domain::round::RoundDefinition;
use linli_domain::task::VisitOutcome;
use serde_json::{Value, json};

use crate::api::Page;
use crate::api::orders::DayList;
use crate::api::tasks::Tray;
use crate::app::TYPE_SIZES;
use crate::papers::MAX_COPIES;

/// The screens' part of it, in TypeScript.
///
/// # Errors
/// It cannot be written as JSON.
pub(crate) fn written() -> Result<String, serde_json::Error> {
    let labels: BTreeMap<Column, &str> = Column::ALL.into_iter().map(|column| (column, column.label())).collect();
    let fields = |kind| {
        Column::ALL
            .into_iter()
            .filter(|column| column.serves(kind))
            .collect::<Vec<_>>()
    };
    let known = [
        (
            "Stages of a reservation, in order, each with what it means for who works.",
            "RESERVATION_STAGES",
            stages::<Reservation>()?,
        ),
        (
            "Stages of an instruction.",
            "INSTRUCTION_STAGES",
            stages::<Instruction>()?,
        ),
        (
            "Trays of tasks, in the order of the work.",
            "TASK_TRAYS",
            json!(Tray::ALL.map(|tray| (tray, tray.tone()))),
        ),
        (
            "What a visit finds, in the order of the keys, and whether it answers a task.",
            "VISIT_OUTCOMES",
            json!(VisitOutcome::ALL.map(|outcome| (outcome, outcome.answers()))),
        ),
        ("Stages of an order.", "ORDER_STAGES", stages::<Order>()?),
        (
            "How pressing an order is, the most urgent first.",
            "URGENCIES",
            json!(Urgency::ALL),
        ),
        (
            "What a reply to an order gives, in the order of the keys.",
            "ORDER_RESULTS",
            json!(OrderResult::ALL),
        ),
        (
            "What a resident says when asked back, in the order of the keys.",
            "SATISFACTIONS",
            json!(Satisfaction::ALL),
        ),
        (
            "The lists by which a day of orders is closed.",
            "DAY_LISTS",
            json!(DayList::ALL),
        ),
        (
            "The fields of a sheet, as the clerk calls them.",
            "FIELD_LABELS",
            json!(labels),
        ),
        (
            "Those of the roster.",
            "ROSTER_FIELDS",
            json!(fields(ImportKind::Roster)),
        ),
        (
            "Those of reservations.",
            "RESERVATION_FIELDS",
            json!(fields(ImportKind::Reservations)),
        ),
        ("Those of tasks.", "TASK_FIELDS", json!(fields(ImportKind::Tasks))),
        (
            "The most that is taken.",
            "MOST",
            json!({
                "quota": RoundDefinition::MAX_QUOTA,
                "quantity": RoundDefinition::MAX_QUANTITY,
                "copies": MAX_COPIES,
                "rows": Page::MAX_ROWS,
            }),
        ),
        (
            "Sizes of type that can be chosen, the usual one first.",
            "TYPE_SIZES",
            json!(TYPE_SIZES),
        ),
        (
            "The letter of the device by which the district writes.",
            "DISTRICT_LETTER",
            json!(DISTRICT_LETTER),
        ),
    ];
    let mut written = String::from("// Generated from crates/workstation/src/known.rs. Do not edit.\n");
    for (what, name, value) in known {
        let value = serde_json::to_string_pretty(&value)?;
        written.push_str(&format!("\n/** {what} */\nexport const {name} = {value} as const\n"));
    }
    Ok(written)
}

fn stages<I: Item>() -> Result<Value, serde_json::Error> {
    let stages = <I::Stage as Stage>::ALL.iter();
    serde_json::to_value(stages.map(|stage| (stage.code(), stage.tone())).collect::<Vec<_>>())
}
