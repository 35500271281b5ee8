//! Compound files (MS-CFB), in which xls and workbooks with a password stand.

use std::io::{Cursor, Read};

use super::book::Fault;
use super::bounds::MAX_FILE_BYTES;

/// A compound file in memory.
pub(super) type Compound<'b> = cfb::CompoundFile<Cursor<&'b [u8]>>;

/// Bytes of a header, and the numbers of sectors in it that hold the table of sectors (§2.2).
const HEADER: usize = 512;
const IN_HEADER: usize = 109;
/// Where in the header stand the size of a sector as a power of two, the first sector of more such numbers, and the
/// numbers themselves.
const SECTOR_POWER: usize = 30;
const FIRST_MORE: usize = 68;
const NUMBERS: usize = 76;
/// From here on a number is no sector's.
const NO_SECTOR: u32 = 0xffff_fffa;

/// Opens a compound file.
///
/// # Errors
/// It is none, or its table of sectors is far larger than the file: the same few sectors, named over and over, which the
/// library would read into memory each time.
pub(super) fn open(bytes: &[u8]) -> Result<Compound<'_>, Fault> {
    // What is too short to be one, the library says.
    if table_sectors(bytes).is_some_and(|(named, needed)| named > 2 * needed + IN_HEADER) {
        return Err(Fault::Damaged("扇区表比文件还大".into()));
    }
    Ok(Compound::open(Cursor::new(bytes))?)
}

/// A stream's content.
pub(super) fn stream(compound: &mut Compound<'_>, name: &str) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    compound
        .open_stream(name)?
        .take(MAX_FILE_BYTES as u64)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How many sectors are named as holding the table of sectors, and how many it takes.
fn table_sectors(bytes: &[u8]) -> Option<(usize, usize)> {
    let number = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let power = u16::from_le_bytes(*bytes.get(SECTOR_POWER..)?.first_chunk()?);
    let sector = HEADER.max(1_usize.checked_shl(power.into()).filter(|size| *size <= bytes.len())?);
    let (sectors, entries) = (bytes.len() / sector, sector / 4);
    let named_in = |at: usize, count: usize| {
        (0..count)
            .filter(|place| number(at + place * 4).is_some_and(|number| number < NO_SECTOR))
            .count()
    };
    let mut named = named_in(NUMBERS, IN_HEADER);
    let mut more = number(FIRST_MORE)?;
    // A chain that comes back to itself is the library's to refuse.
    for _ in 0..sectors {
        if more >= NO_SECTOR {
            break;
        }
        let at = (more as usize + 1).checked_mul(sector)?;
        named += named_in(at, entries - 1);
        more = number(at + (entries - 1) * 4).unwrap_or(NO_SECTOR);
    }
    Some((named, sectors.div_ceil(entries)))
}
