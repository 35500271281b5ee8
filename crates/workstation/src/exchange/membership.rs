//! Whether this PC belongs to a district. Kept as a setting of this PC: it does not travel.

use linli_store::View;

use crate::Error;

/// Under which key the membership is kept.
const MEMBERSHIP: &str = "district";

/// Whether this PC belongs to a district: voucher numbers come from leases then.
pub(crate) fn joined(view: View<'_>) -> Result<bool, Error> {
    Ok(view.setting(MEMBERSHIP)?.is_some())
}
