//! Sheets with a password to open: the upload is deciphered once, in memory, and imported like any other.

use linli_documents::sheet;

use crate::api::Empty;
use crate::api::import::ImportUnlockRequest;
use crate::named::Thing;
use crate::{Error, NamedBytes, Workstation};

/// Takes the password off an uploaded file; everything that follows needs none.
pub(crate) fn import_unlock(ws: &Workstation, request: ImportUnlockRequest) -> Result<Empty, Error> {
    let file = ws.files.get(&request.token).ok_or(Error::NotFound {
        thing: Thing::UploadedFile,
    })?;
    let bytes = unlock(&file.name, file.bytes.clone(), &request.password)?;
    ws.files.replace(
        &request.token,
        NamedBytes {
            bytes,
            ..NamedBytes::clone(&file)
        },
    );
    Ok(Empty {})
}

/// A sheet without its password; one that has none as it is.
///
/// # Errors
/// Another password, a way of ciphering that is not read here, or a damaged file.
pub fn unlock(name: &str, bytes: Vec<u8>, password: &str) -> Result<Vec<u8>, Error> {
    Ok(sheet::unlock(name, bytes, password)?)
}
