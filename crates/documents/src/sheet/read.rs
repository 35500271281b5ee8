//! Reading what people send into grids of text that keep what matters: lost digits, dates, merged cells, what is hidden.

use linli_domain::import::Grid;
use linli_domain::writing::quoted;

use super::book::{Book, Fault, Secrecy};
use super::bounds::{Counted, Limit, MAX_FILE_BYTES};
use super::compound::{self, Compound};
use super::kind::{self, FileKind, Kind};
use super::{SheetError, csv, html, ods, secret, xls, xlsx, xml2003};
use crate::unharmed::unharmed;

/// What the ciphered content of a workbook with a password stands in.
const ENVELOPE: &str = "/EncryptionInfo";

/// Before the name of a file that is open elsewhere: what Excel and WPS leave beside it meanwhile.
const LOCK: &str = "~$";

/// Reads every sheet of a file.
///
/// # Errors
/// It is no sheet, needs a password, is damaged, empty or too large.
pub fn read_workbook(name: &str, bytes: &[u8]) -> Result<Vec<Grid>, SheetError> {
    if let Some(open) = name.strip_prefix(LOCK) {
        return Err(SheetError::Lock {
            name: quoted(name).into_owned(),
            open: quoted(open).into_owned(),
        });
    }
    guarded(|| read(bytes)).map_err(|fault| SheetError::of(name, fault))
}

/// Reads; where something breaks off in the middle, the file is at odds with itself.
fn guarded<T>(read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    unharmed(read).unwrap_or_else(|| Err(Fault::Damaged("内容前后矛盾".into())))
}

fn read(bytes: &[u8]) -> Result<Vec<Grid>, Fault> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Fault::TooLarge(Limit::of(MAX_FILE_BYTES >> 20, Counted::Megabytes)));
    }
    sheets(bytes, false)
}

fn sheets(bytes: &[u8], deciphered: bool) -> Result<Vec<Grid>, Fault> {
    let mut book = Book::default();
    match kind::of(bytes)? {
        Kind::Xlsx(mut package) => xlsx::read(&mut book, &mut package)?,
        Kind::Ods(mut package) => ods::read(&mut book, &mut package)?,
        Kind::Compound => {
            let mut compound = compound::open(bytes)?;
            if compound.exists(ENVELOPE) {
                if deciphered {
                    return Err(Fault::Damaged("加密的内容里又是加密的文件".into()));
                }
                return sheets(&secret::decipher(&mut compound, None)?, true);
            }
            xls::read(&mut book, &workbook_stream(&mut compound)?)?;
        }
        Kind::Records => xls::read(&mut book, bytes)?,
        Kind::Xml2003(text) => xml2003::read(&mut book, &text)?,
        Kind::FlatOds(text) => ods::read_flat(&mut book, &text)?,
        Kind::Pages(pages) => html::read(&mut book, pages)?,
        Kind::Text(text) => csv::read(&mut book, text)?,
    }
    let grids = book.finish();
    if grids.iter().all(|grid| grid.height() == 0) {
        Err(Fault::Empty)
    } else {
        Ok(grids)
    }
}

fn workbook_stream(compound: &mut Compound<'_>) -> Result<Vec<u8>, Fault> {
    let foreign = |what| Err(Fault::Foreign(what));
    let stream = match ["/Workbook", "/Book"].into_iter().find(|name| compound.is_stream(name)) {
        Some(stream) => stream,
        None if compound.exists("/WordDocument") => return foreign(Some(FileKind::Doc)),
        None if compound.exists("/PowerPoint Document") => return foreign(Some(FileKind::Ppt)),
        // A workbook whose right to read is kept on a company's server.
        None if compound.exists("/EncryptedPackage") => return Err(Fault::Password(Secrecy::Unreadable)),
        None => return foreign(None),
    };
    compound::stream(compound, stream)
}

/// The file without its password: to be kept in its place, in memory only. A file that has none is given back as it is.
///
/// # Errors
/// Another password, a way of ciphering that is not read here, or a damaged file.
pub fn unlock(name: &str, bytes: Vec<u8>, password: &str) -> Result<Vec<u8>, SheetError> {
    let deciphered = guarded(|| match kind::is_compound(&bytes) {
        true => decipher(&bytes, password),
        false => Ok(None),
    });
    let document = deciphered.map_err(|fault| SheetError::of(name, fault))?;
    Ok(document.unwrap_or(bytes))
}

fn decipher(bytes: &[u8], password: &str) -> Result<Option<Vec<u8>>, Fault> {
    let mut compound = compound::open(bytes)?;
    let enveloped = compound.exists(ENVELOPE);
    enveloped
        .then(|| secret::decipher(&mut compound, Some(password)))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_sheet_says_so() {
        let refuse = |bytes: &[u8]| read_workbook("x.xlsx", bytes).unwrap_err();
        assert!(matches!(refuse(b"PK\x03\x04 cut off"), SheetError::Damaged { .. }));
        assert!(matches!(refuse(b"\x89PNG\0\0"), SheetError::Foreign { .. }));
        assert!(matches!(
            refuse(b"\0\x01\x02\x03\x04\x05"),
            SheetError::UnknownFormat { .. }
        ));
        assert!(matches!(refuse(b""), SheetError::Empty { .. }));
    }
}
