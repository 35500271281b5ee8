//! Sync packages: the exchange on a stick.

use linli_domain::refusal::Refusal;
use std::path::Path;

use linli_protocol::DeviceCard;
use linli_store::View;
use linli_store::files::read_whole;
use linli_sync::package;

use super::words::Trouble;
use crate::api::exchange::{PackageExport, PackageImport, PackageImported};
use crate::api::{Exported, Said};
use crate::file_name::file_name;
use crate::named::{FormField, Thing};
use crate::{Error, Workstation};

/// The word for the district as a recipient.
const DISTRICT: &str = "district";

/// Writes a package.
pub(crate) fn package_export(ws: &Workstation, request: PackageExport) -> Result<Exported, Error> {
    let store = ws.connect()?;
    let to = recipient(store.view(), &request.to)?;
    let written = package::export(&store, ws.committee_id(), &to, ws.now())?;
    let name = file_name(ws, &format!("给{}", to.name), "llpkg")?;
    let path = ws.export_path(request.path.as_deref(), &name)?;
    ws.save_export(&path, &written.bytes, written.waiting + written.numbered)
}

/// Takes a package in.
pub(crate) fn package_import(ws: &Workstation, request: PackageImport) -> Result<PackageImported, Error> {
    let bytes = match (&request.path, &request.token) {
        (Some(path), _) => read_whole(Path::new(path), linli_protocol::package::PACKAGE_BYTES as u64)?,
        (None, Some(token)) => ws
            .files
            .get(token)
            .ok_or(Error::NotFound {
                thing: Thing::ChosenFile,
            })?
            .bytes
            .clone(),
        (None, None) => {
            return Err(Error::Missing {
                field: FormField::PackageFile,
            });
        }
    };
    let imported = package::import(&mut ws.connect()?, ws.committee_id(), &bytes)?;
    let mut missing = Vec::new();
    if let Some((first, last)) = imported.missing {
        missing.push(Trouble::PackagesMissing { first, last }.said());
    }
    missing.extend(
        imported
            .gaps
            .iter()
            .map(|name| Trouble::PartsMissing { name: name.clone() }.said()),
    );
    Ok(PackageImported {
        from: imported.from,
        operations: imported.operations,
        missing,
    })
}

fn recipient(view: View<'_>, to: &str) -> Result<DeviceCard, Error> {
    let to = to.trim();
    if to == DISTRICT {
        return Ok(view.district_device()?.ok_or(Refusal::NeverExchanged)?);
    }
    let named = |device: &DeviceCard| device.id.0.to_string() == to || device.letter == to || device.name == to;
    let mut found = view.devices()?.into_iter().filter(named);
    match (found.next(), found.next()) {
        (Some(device), None) => Ok(device),
        (Some(_), Some(_)) => Err(Refusal::SeveralPcs { name: to.to_owned() }.into()),
        (None, _) => Err(Error::NotFound { thing: Thing::Pc }),
    }
}
