//! Whether and how this PC belongs to a district. Kept as a setting of this PC: it does not travel.

use linli_domain::operation::EntityId;
use linli_store::{Store, View};
use linli_sync::{AddressProblem, HttpDistrict};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Under which key the membership is kept.
const MEMBERSHIP: &str = "district";

/// How this PC reaches its district, and as what it is known there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Membership {
    /// The district's address.
    pub(crate) url: String,
    /// The certificate of its own authority (DER), the only one trusted; `None` on loopback.
    #[serde(default)]
    pub(crate) authority: Option<Vec<u8>>,
    /// The secret by which the district knows this PC.
    pub(crate) token: String,
    /// The district's name.
    pub(crate) district: String,
    /// The committee's id.
    pub(crate) committee: EntityId,
    /// The committee's name, until its own record has come.
    pub(crate) name: String,
}

impl Membership {
    /// This PC's; `None` while it works alone.
    pub(crate) fn of(view: View<'_>) -> Result<Option<Membership>, Error> {
        let json = view.setting(MEMBERSHIP)?;
        json.map(|json| serde_json::from_str(&json).map_err(|error| Error::Internal(error.to_string())))
            .transpose()
    }

    pub(crate) fn save(&self, store: &Store) -> Result<(), Error> {
        Ok(store.set_setting(MEMBERSHIP, &self.json()?)?)
    }

    /// Saves it unless this PC has written beyond a sequence number; says whether.
    pub(crate) fn save_at(&self, store: &Store, last_seq: u64) -> Result<bool, Error> {
        Ok(store.set_setting_at(MEMBERSHIP, &self.json()?, last_seq)?)
    }

    fn json(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }

    /// The way to the district.
    pub(crate) fn district(&self) -> Result<HttpDistrict, AddressProblem> {
        HttpDistrict::new(&self.url, self.authority.as_deref(), Some(&self.token))
    }
}

/// Whether this PC belongs to a district: voucher numbers come from leases then.
pub(crate) fn joined(view: View<'_>) -> Result<bool, Error> {
    Ok(view.setting(MEMBERSHIP)?.is_some())
}
