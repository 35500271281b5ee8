//! What an import will do: one planned row for each row read, and the operations.

use std::rc::Rc;

use linli_domain::import::{ImportRow, Problem};
use linli_domain::operation::Action;
use linli_store::Draft;

use crate::api::import::RowAction;

/// What becomes of one row.
pub(super) struct PlannedRow {
    /// Which of the sheets that are taken it stands in.
    pub(super) tab: usize,
    pub(super) row: u32,
    pub(super) action: RowAction,
    /// Whom it updates.
    pub(super) resident: Option<String>,
    pub(super) problems: Vec<Problem>,
}

/// One row as read, before it is known what becomes of it.
pub(super) struct ReadRow {
    pub(super) tab: usize,
    /// The sheet's name where problems name it.
    pub(super) sheet: Rc<str>,
    pub(super) import: ImportRow,
}

impl ReadRow {
    /// A row that does nothing yet, and the fields it was read with.
    pub(super) fn begun(self) -> (PlannedRow, ImportRow) {
        let ReadRow { tab, mut import, .. } = self;
        let problems = std::mem::take(&mut import.problems);
        (
            PlannedRow {
                tab,
                row: import.row,
                action: RowAction::Skip,
                resident: None,
                problems,
            },
            import,
        )
    }
}

/// A whole import before it is written.
pub(super) struct Plan {
    pub(super) action: Action,
    pub(super) rows: Vec<PlannedRow>,
    pub(super) drafts: Vec<Draft>,
    pub(super) households: usize,
}
