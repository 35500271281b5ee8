//! What a file is, told by its content: names lie.

use linli_domain::writing::quoted;
use serde::Serialize;
use thiserror::Error;

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

/// What a file is that is no sheet to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A document to be read.
    #[error("PDF 文件")]
    Pdf,
    /// Rich text.
    #[error("RTF 文档")]
    Rtf,
    /// A document of Word.
    #[error("Word 文档（doc）")]
    Doc,
    /// A document of a newer Word.
    #[error("Word 文档（docx）")]
    Docx,
    /// Slides.
    #[error("演示文稿（ppt）")]
    Ppt,
    /// Slides of a newer program.
    #[error("演示文稿（pptx）")]
    Pptx,
    /// A text or slides in an open format.
    #[error("OpenDocument 文档，不是表格")]
    OpenDocument,
    /// A picture.
    #[error("图片（PNG）")]
    Png,
    /// A picture.
    #[error("图片（JPEG）")]
    Jpeg,
    /// A picture.
    #[error("图片（GIF）")]
    Gif,
    /// Packed files.
    #[error("压缩包（RAR）")]
    Rar,
    /// Packed files.
    #[error("压缩包（7z）")]
    SevenZip,
    /// A packed file.
    #[error("压缩包（gz）")]
    Gzip,
    /// A packed file.
    #[error("压缩包（bz2）")]
    Bzip,
    /// A packed file.
    #[error("压缩包（xz）")]
    Xz,
    /// Something to be run.
    #[error("程序文件")]
    Program,
    /// A database.
    #[error("数据库文件（SQLite）")]
    Sqlite,
    /// A database of Access.
    #[error("Access 数据库（mdb）")]
    Mdb,
    /// A database of a newer Access.
    #[error("Access 数据库（accdb）")]
    Accdb,
    /// A table of dBASE or FoxPro.
    #[error("dBASE 数据库文件（dbf）")]
    Dbase,
    /// A sheet in an old exchange format.
    #[error("SYLK 表格")]
    Sylk,
    /// A workbook of 1987.
    #[error("很早的 Excel 2 工作簿")]
    ExcelTwo,
    /// A workbook of 1990.
    #[error("很早的 Excel 3 工作簿")]
    ExcelThree,
    /// A workbook of 1992.
    #[error("很早的 Excel 4 工作簿")]
    ExcelFour,
    /// A workbook in binary form.
    #[error("二进制工作簿（xlsb）")]
    Xlsb,
    /// A sheet of Apple.
    #[error("Numbers 表格")]
    Numbers,
    /// XML that is no sheet.
    #[error("XML 文件")]
    Xml,
    /// A page.
    #[error("网页（HTML），里面没有表格")]
    PageWithoutTable,
}

impl FileKind {
    /// What to do with it, in a clerk's words.
    pub(super) fn way_out(self) -> &'static str {
        use FileKind::{
            Bzip, Doc, Docx, Gif, Gzip, Jpeg, OpenDocument, Pdf, Png, Ppt, Pptx, Program, Rar, Rtf, SevenZip, Xz,
        };
        match self {
            Png | Jpeg | Gif => "图片里的字读不出来，请要一份电子表格再导入",
            Rar | SevenZip | Gzip | Bzip | Xz => "请先解压，再导入里面的表格",
            Program => "不要打开它，请向发来的人问清楚",
            Pdf | Rtf | Doc | Docx | Ppt | Pptx | OpenDocument => {
                "请把里面的表格复制到 WPS 或 Excel 里，另存为 xlsx 再导入"
            }
            _ => "请在 WPS 或 Excel 里打开，另存为 xlsx 再导入",
        }
    }
}

/// How files begin that are no sheets.
const BEGINNINGS: [(&[u8], FileKind); 18] = [
    (b"%PDF", FileKind::Pdf),
    (b"Rar!", FileKind::Rar),
    (b"7z\xbc\xaf\x27\x1c", FileKind::SevenZip),
    (b"\x1f\x8b", FileKind::Gzip),
    (b"BZh", FileKind::Bzip),
    (b"\xfd7zXZ", FileKind::Xz),
    (b"\x89PNG", FileKind::Png),
    (b"\xff\xd8\xff", FileKind::Jpeg),
    (b"GIF8", FileKind::Gif),
    (b"{\\rtf", FileKind::Rtf),
    (b"SQLite format 3", FileKind::Sqlite),
    (b"\0\x01\0\0Standard Jet DB", FileKind::Mdb),
    (b"\0\x01\0\0Standard ACE DB", FileKind::Accdb),
    (b"ID;P", FileKind::Sylk),
    (b"\x09\0\x04\0", FileKind::ExcelTwo),
    (b"\x09\x02\x06\0", FileKind::ExcelThree),
    (b"\x09\x04\x06\0", FileKind::ExcelFour),
    (b"MZ", FileKind::Program),
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
    if let Some((_, kind)) = BEGINNINGS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(Fault::Foreign(Some(*kind)));
    }
    if is_dbase(bytes) {
        return Err(Fault::Foreign(Some(FileKind::Dbase)));
    }
    let text = crate::text::decode(bytes).ok_or(Fault::Foreign(None))?;
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
        return Err(Fault::Foreign(Some(FileKind::Xlsb)));
    }
    if holds("word/document.xml") {
        return Err(Fault::Foreign(Some(FileKind::Docx)));
    }
    if folder("ppt/") {
        return Err(Fault::Foreign(Some(FileKind::Pptx)));
    }
    if folder("index/") && folder("metadata/") || holds("index.zip") {
        return Err(Fault::Foreign(Some(FileKind::Numbers)));
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
        return Err(Fault::Foreign(Some(FileKind::OpenDocument)));
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
        return Err(Fault::Foreign(Some(FileKind::Xml)));
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
