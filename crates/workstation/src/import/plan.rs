//! What an import will do: one planned row for each row read, and the operations.

use linli_domain::import::Problem;
use linli_domain::operation::Action;
use linli_store::Draft;

use crate::api::import::RowAction;

/// What becomes of one row.
pub(super) struct PlannedRow {
    pub(super) row: u32,
    pub(super) action: RowAction,
    /// Whom it updates.
    pub(super) resident: Option<String>,
    pub(super) problems: Vec<Problem>,
}

/// A whole import before it is written.
pub(super) struct Plan {
    pub(super) action: Action,
    pub(super) rows: Vec<PlannedRow>,
    pub(super) drafts: Vec<Draft>,
    pub(super) households: usize,
}
