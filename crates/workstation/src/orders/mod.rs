//! Orders 工单: what residents ask for, with clocks running: taken on, looked into, replied to, and told of before a clock
//! runs out.
//!
//! Whom an order is about is derived from the roster and never stored, as whose a task is.

mod about;
mod act;
mod add;
mod alarm;
mod card;
mod day_list;
mod export;
mod list;
mod report;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use about::Recogniser;
pub(crate) use act::{
    order_assign, order_close, order_contact, order_found, order_help_ask, order_help_given, order_reply, order_return,
    order_revisit, order_sign,
};
pub(crate) use add::order_add;
pub(crate) use alarm::order_alarms;
pub(crate) use card::order_card;
pub(crate) use export::order_export;
pub(crate) use list::order_list;
pub(crate) use report::{order_report, order_report_save};
pub(crate) use view::OrderView;

use std::sync::Arc;

use linli_domain::item::Stage as _;
use linli_domain::operation::EntityId;
use linli_domain::order::{Order, OrderStage};

use self::view::STANDS_ON;
use crate::{Error, Workstation};

impl Workstation {
    /// The orders as they are now.
    pub(crate) fn orders(&self) -> Result<Arc<OrderView>, Error> {
        self.orders
            .now(self, &STANDS_ON, |version| OrderView::of(self, version))
    }

    /// The orders that are about residents or homes. Where there never was one, nothing is read.
    ///
    /// # Errors
    /// The database's.
    pub(crate) fn orders_about(
        &self,
        residents: &[EntityId],
        household: Option<EntityId>,
    ) -> Result<Vec<EntityId>, Error> {
        if self.store().view().stage_counts::<Order>(None)?.is_empty() {
            return Ok(Vec::new());
        }
        let view = self.orders()?;
        let about = view.about_any(residents, household);
        Ok(about.into_iter().map(|place| view.id(place)).collect())
    }

    /// How many orders are still to be replied to, without reading them.
    pub(crate) fn open_orders(&self) -> Result<usize, Error> {
        let stages = self.store().view().stage_counts::<Order>(None)?;
        let open = |code: &str| OrderStage::of_code(code).is_some_and(OrderStage::is_open);
        Ok(stages
            .iter()
            .filter(|(stage, ..)| open(stage))
            .map(|(_, count, _)| count)
            .sum())
    }
}
