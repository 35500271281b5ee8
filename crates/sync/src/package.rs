//! The exchange on a stick: writing and taking in sync packages.
//!
//! Must stay true: a package taken in twice, late, or with one missing before it changes nothing that it should not, and
//! says what is missing.

use ed25519_dalek::VerifyingKey;
use linli_domain::operation::{DeviceId, EntityId};
use linli_domain::time::Moment;
use linli_protocol::DeviceCard;
use linli_protocol::package::{self, PackageBody, PackageHeader, PackageProblem};
use linli_store::{Store, View};
use serde::Serialize;
use thiserror::Error;

/// Most bytes of changes in one package; what is beyond goes with the next one.
const BYTES: usize = 256 * 1024 * 1024;
/// Begins the settings that keep up to which number another device is known to have everything.
const KNOWN: &str = "package_known:";

/// Why a package is not written or not taken in.
#[derive(Debug, Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PackageError {
    /// The file.
    #[error(transparent)]
    #[serde(skip)]
    Problem(#[from] PackageProblem),
    /// This PC's own data.
    #[error(transparent)]
    #[serde(skip)]
    Store(#[from] linli_store::Error),
    /// Of another committee.
    #[error("这是别的居委会的数据包，没有采用")]
    OtherCommittee,
    /// For another device.
    #[error("这个数据包是给“{recipient}”的，请拿到那里导入")]
    ForAnother {
        /// Its name.
        recipient: String,
    },
    /// From a device this PC does not know.
    #[error("本机还不认识写这个数据包的电脑，请先和区级平台或别的电脑交换一次数据")]
    UnknownSender,
    /// The recipient is not known, or is this PC.
    #[error("找不到要给的电脑，请核对名称")]
    UnknownRecipient,
}

/// What a package that was written holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file's content.
    pub bytes: Vec<u8>,
    /// Operations without a number.
    pub waiting: usize,
    /// Operations with one.
    pub numbered: usize,
}

/// What came of taking a package in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Who wrote it.
    pub from: String,
    /// Operations that were new here.
    pub operations: usize,
    /// The numbers missing before those in the package: first and last. Nothing numbered was taken then.
    pub missing: Option<(u64, u64)>,
    /// Devices whose parts could not be taken because one before them is missing.
    pub gaps: Vec<String>,
}

/// Writes a package for a device of the committee: the district or another PC.
///
/// # Errors
/// The recipient is not known, or this PC's data.
pub fn export(store: &Store, committee: EntityId, to: &DeviceCard, now: Moment) -> Result<Exported, PackageError> {
    let view = store.view();
    if to.id == view.own_device()? {
        return Err(PackageError::UnknownRecipient);
    }
    let recipient = key(to).ok_or(PackageError::UnknownRecipient)?;
    let district = view.district_device()?.is_some_and(|district| district.id == to.id);
    let waiting = view.all_waiting_parts(BYTES)?;
    // The district has given every number there is.
    let numbered = if district {
        Vec::new()
    } else {
        view.numbered_parts(known_to(view, to.id)?, BYTES)?
    };
    let body = PackageBody {
        devices: view.devices()?,
        received_up_to: view.received_up_to()?,
        verdicts: Vec::new(),
        revoked: Vec::new(),
        waiting,
        numbered,
    };
    let bytes = package::seal(
        &body,
        (committee, now),
        (view.own_device()?, &view.voucher_key()?),
        (to.id, &recipient),
    )?;
    Ok(Exported {
        bytes,
        waiting: body.waiting.iter().map(|part| part.operations.len()).sum(),
        numbered: body
            .numbered
            .iter()
            .map(|numbered| numbered.part.operations.len())
            .sum(),
    })
}

/// Takes a package in.
///
/// # Errors
/// It is not for this PC, not from one it knows, damaged, or does not fit what is here. Nothing is changed then.
pub fn import(store: &mut Store, committee: EntityId, bytes: &[u8]) -> Result<Imported, PackageError> {
    let header = package::read_header(bytes)?;
    let sender = accepted(store.view(), committee, &header)?;
    let sender_key = key(&sender).ok_or(PackageError::UnknownSender)?;
    let body = package::open(bytes, &sender_key, &store.view().voucher_key()?)?;
    let received = store.view().received_up_to()?;
    let mut imported = Imported {
        from: sender.name,
        ..Imported::default()
    };
    let first = body.numbered.first().map_or(0, |numbered| numbered.number);
    if first > received + 1 {
        imported.missing = Some((received + 1, first - 1));
    } else {
        let mut new = body.numbered;
        new.retain(|numbered| numbered.number > received);
        for page in new.chunks(linli_protocol::PARTS) {
            imported.operations += store.receive(&body.devices, page)?.operations;
        }
    }
    let district = store.view().district_device()?.map(|device| device.id);
    if imported.operations > 0 && district == Some(header.from) {
        store.heard_on_a_stick()?;
    }
    // Only the district's word counts, and where everything came that it numbered before.
    if district == Some(header.from) && imported.missing.is_none() {
        store.note_revoked(&body.revoked)?;
    }
    store.take_verdicts(&body.verdicts)?;
    let (taken, gaps) = store.receive_waiting(&body.devices, &body.waiting)?;
    imported.operations += taken.operations;
    for device in gaps {
        imported.gaps.extend(store.view().device_name(device)?);
    }
    let known = known_to(store.view(), header.from)?.max(body.received_up_to);
    store.set_setting(&setting(header.from), &known.to_string())?;
    Ok(imported)
}

/// Checks what the header says; gives who wrote it.
fn accepted(view: View<'_>, committee: EntityId, header: &PackageHeader) -> Result<DeviceCard, PackageError> {
    if header.committee != committee {
        return Err(PackageError::OtherCommittee);
    }
    if header.to != view.own_device()? {
        let name = view.device_name(header.to)?.unwrap_or_else(|| "另一台电脑".into());
        return Err(PackageError::ForAnother { recipient: name });
    }
    view.devices()?
        .into_iter()
        .find(|device| device.id == header.from)
        .ok_or(PackageError::UnknownSender)
}

fn key(device: &DeviceCard) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&device.verifying_key).ok()
}

fn setting(device: DeviceId) -> String {
    format!("{KNOWN}{}", device.0)
}

/// Up to which number a device is known to have everything, by the last package from it.
fn known_to(view: View<'_>, device: DeviceId) -> Result<u64, PackageError> {
    Ok(view
        .setting(&setting(device))?
        .and_then(|text| text.parse().ok())
        .unwrap_or(0))
}
