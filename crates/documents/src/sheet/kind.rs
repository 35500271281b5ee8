//! What a file is, told by its content: names lie.

use linli_domain::writing::quoted;

use super::book::Fault;
use super::package::Package;
use super::{ods, xml2003};

/// What is read as a sheet, and how.
pub(super) enum Kind<'b> {
    Xlsx(Package<'b>),
    Ods(Package<'b>),
    /// A compound file: xls, or an xlsx with a password.
    Compound,
    /// The records of an xls without a container, as some programs write them.
    Records,
    Xml2003(String),
    /// An OpenDocument spreadsheet in one piece of XML.
    FlatOds(String),
    Pages(Vec<String>),
    Text(String),
}

/// How files begin that are no sheets.
const BEGINNINGS: [(&[u8], &str); 18] = [
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "压缩包（RAR）"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包（7z）"),
    (b"\x1f\x8b", "压缩包（gz）"),
    (b"BZh", "压缩包（bz2）"),
    (b"\xfd7zXZ", "压缩包（xz）"),
    (b"\x89PNG", "图片（PNG）"),
    (b"\xff\xd8\xff", "图片（JPEG）"),
    (b"GIF8", "图片（GIF）"),
    (b"{\\rtf", "RTF 文档"),
    (b"SQLite format 3", "数据库文件（SQLite）"),
    (b"\0\x01\0\0Standard Jet DB", "Access 数据库（mdb）"),
    (b"\0\x01\0\0Standard ACE DB", "Access 数据库（accdb）"),
    (b"ID;P", "SYLK 表格"),
    (b"\x09\0\x04\0", "很早的 Excel 2 工作簿"),
    (b"\x09\x02\x06\0", "很早的 Excel 3 工作簿"),
    (b"\x09\x04\x06\0", "很早的 Excel 4 工作簿"),
    (b"MZ", "程序文件"),
];
/// The beginning of a compound file.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// A BOF record of BIFF5 or BIFF8.
const RECORDS: [&[u8]; 2] = [b"\x09\x08\x10\0", b"\x09\x08\x08\0"];
/// In how much of a text is looked for what tells its kind.
const TOLD_BY_BYTES: usize = 4096;
/// Names of a packed file's content that are said.
const SHOWN_NAMES: usize = 3;

/// Tells what a file is.
///
/// # Errors
/// What it is, where it is nothing that can be read.
pub(super) fn of(bytes: &[u8]) -> Result<Kind<'_>, Fault> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return packed(bytes);
    }
    if is_compound(bytes) {
        return Ok(Kind::Compound);
    }
    if RECORDS.iter().any(|start| bytes.starts_with(start)) {
        return Ok(Kind::Records);
    }
    if let Some((_, what)) = BEGINNINGS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(Fault::Foreign(what));
    }
    if is_dbase(bytes) {
        return Err(Fault::Foreign("dBASE 数据库文件（dbf）"));
    }
    let text = crate::text::decode(bytes).ok_or(Fault::Foreign(""))?;
    marked_up(bytes, text)
}

/// Whether it is a compound file by its beginning.
pub(super) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(COMPOUND)
}

fn packed(bytes: &[u8]) -> Result<Kind<'_>, Fault> {
    let mut package = Package::open(bytes)?;
    let holds = |name: &str| package.holds(name);
    let folder = |name: &str| package.names().iter().any(|part| part.to_lowercase().starts_with(name));
    if holds("xl/workbook.bin") {
        return Err(Fault::Foreign("二进制工作簿（xlsb）"));
    }
    if holds("word/document.xml") {
        return Err(Fault::Foreign("Word 文档（docx）"));
    }
    if folder("ppt/") {
        return Err(Fault::Foreign("演示文稿（pptx）"));
    }
    if folder("index/") && folder("metadata/") || holds("index.zip") {
        return Err(Fault::Foreign("Numbers 表格"));
    }
    if holds("[Content_Types].xml") || holds("xl/workbook.xml") {
        return Ok(Kind::Xlsx(package));
    }
    if holds(ods::CONTENT) {
        let mut kind = String::new();
        if let Some(mut part) = package.part("mimetype")? {
            let mut part = std::io::Read::take(&mut part, TOLD_BY_BYTES as u64);
            std::io::Read::read_to_string(&mut part, &mut kind)?;
        }
        if kind.is_empty() || kind.contains("spreadsheet") {
            return Ok(Kind::Ods(package));
        }
        return Err(Fault::Foreign("OpenDocument 文档，不是表格"));
    }
    let files = package.names().iter().filter(|name| !name.ends_with('/'));
    Err(Fault::Packed(
        files.take(SHOWN_NAMES).map(|name| quoted(name).into_owned()).collect(),
    ))
}

/// XML, a page, an archive of pages, or separated text.
fn marked_up(bytes: &[u8], text: String) -> Result<Kind<'_>, Fault> {
    let end = text
        .char_indices()
        .map(|(place, _)| place)
        .find(|place| *place >= TOLD_BY_BYTES)
        .unwrap_or(text.len());
    let start = text[..end].trim_start().to_ascii_lowercase();
    let archive =
        start.starts_with("mime-version:") || start.starts_with("from:") || start.starts_with("content-type:");
    if archive && start.contains("multipart/") {
        drop(text);
        return super::mhtml::pages(bytes).map(Kind::Pages);
    }
    if !start.starts_with('<') {
        return Ok(Kind::Text(text));
    }
    if text.contains(xml2003::NAMESPACE) && start.contains("<?xml") && !start.contains("<html") {
        return Ok(Kind::Xml2003(text));
    }
    if start.contains("urn:oasis:names:tc:opendocument") {
        return Ok(Kind::FlatOds(text));
    }
    if ["<html", "<table", "<!doctype html", "<body", "<meta", "<div", "<style"]
        .iter()
        .any(|tag| start.contains(tag))
    {
        drop(text);
        return Ok(Kind::Pages(page(bytes).into_iter().collect()));
    }
    if start.starts_with("<?xml") {
        return Err(Fault::Foreign("XML 文件"));
    }
    Ok(Kind::Text(text))
}

/// A page's text. What it says of its own encoding counts only where that is none of the usual ones: pages often say
/// another than they have.
pub(super) fn page(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(TOLD_BY_BYTES)]).to_ascii_lowercase();
    let stated = start
        .split_once("charset=")
        .map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    let label: String = stated
        .unwrap_or_default()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    match encoding_rs::Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding == encoding_rs::BIG5 && std::str::from_utf8(bytes).is_err() => {
            Some(encoding.decode(bytes).0.into_owned())
        }
        _ => crate::text::decode(bytes),
    }
}

/// A table of dBASE or FoxPro: version, date of change, and a header that ends with its mark.
fn is_dbase(bytes: &[u8]) -> bool {
    let Some(head) = bytes.first_chunk::<32>() else {
        return false;
    };
    let versions = [
        0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8b, 0x8c, 0xcb, 0xf5, 0xfb,
    ];
    let header = usize::from(u16::from_le_bytes([head[8], head[9]]));
    versions.contains(&head[0])
        && (1..=12).contains(&head[2])
        && (1..=31).contains(&head[3])
        && header > 32
        && bytes.get(32..header).is_some_and(|fields| fields.contains(&0x0d))
}
