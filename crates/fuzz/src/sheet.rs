//! Sheets as somebody may send them: workbooks of any parts, binary records of any kind, separated text and pages, and
//! bytes that are none of these. They are read as an import reads them, down to the last row.

use std::io::{Cursor, Write};

use linli_documents::sheet::read_workbook;
use linli_domain::import::{Grid, ImportKind, Reading, propose_in, taken_by_default};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::bounds::within_bounds;
use crate::script::Script;
use crate::things::NOW;

/// Parts what belongs into one part of a workbook from what belongs into the next.
const NEXT_PART: u8 = 0xff;
/// The parts, in this order; those that a script does not have are as in any workbook.
const PARTS: [(&str, &str); 5] = [
    ("xl/worksheets/sheet1.xml", "<worksheet/>"),
    ("xl/sharedStrings.xml", "<sst/>"),
    ("xl/styles.xml", "<styleSheet/>"),
    (
        "xl/workbook.xml",
        r#"<workbook><sheets><sheet name="a" r:id="1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];
/// Where a stretch begins that stands in the file over and over, and where it ends.
const AGAIN: u8 = 0xfe;
/// The most bytes that such stretches make.
const LONGEST: usize = 4 << 20;
/// Kinds of records that mean something.
const RECORDS: [u16; 27] = [
    0x0809, 0x000a, 0x0085, 0x00fc, 0x003c, 0x0031, 0x041e, 0x00e0, 0x0042, 0x0022, 0x0208, 0x00e5, 0x0207, 0x0006,
    0x0201, 0x0203, 0x0204, 0x0205, 0x0206, 0x027e, 0x00d6, 0x00fd, 0x00bd, 0x0406, 0x0200, 0x002f, 0x0000,
];
/// How files begin that are read as something else than separated text.
const BEGINNINGS: [&str; 6] = [
    "",
    "<html><table>",
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"b\"\n\n",
    r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">"#,
    r#"<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">"#,
    "sep=;\n",
];
/// The most rows that an import reads.
const ROWS: usize = 200_000;

/// Plays a packed workbook.
///
/// # Panics
/// Something does not hold.
pub fn xlsx(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    match script.below(5) {
        0 => read(script.rest()),
        1 => read(&zip(&[("content.xml", &again(script.rest()))])),
        2 => {
            let places: Vec<(u64, u8)> = (0..script.below(8)).map(|_| (script.number(), script.byte())).collect();
            let mut file = workbook(script.rest());
            damage(&mut file, &places);
            read(&file);
        }
        _ => read(&workbook(script.rest())),
    }
}

/// Plays a binary workbook.
///
/// # Panics
/// Something does not hold.
pub fn xls(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    match script.below(5) {
        0 => read(script.rest()),
        1 => read(&records(&mut script)),
        2 => {
            let places: Vec<(u64, u8)> = (0..script.below(8)).map(|_| (script.number(), script.byte())).collect();
            let mut file = compound(&records(&mut script));
            damage(&mut file, &places);
            read(&file);
        }
        _ => read(&compound(&records(&mut script))),
    }
}

/// Plays separated text, a page, an archive of pages, or a workbook in one piece of XML.
///
/// # Panics
/// Something does not hold.
pub fn csv(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    let beginning = script.pick(&BEGINNINGS);
    let wide = script.rarely(8);
    let mut file = beginning.as_bytes().to_vec();
    file.extend(again(script.rest()));
    if wide {
        let text = String::from_utf8_lossy(&file);
        file = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    read(&file);
}

/// Reads as an import does.
fn read(file: &[u8]) {
    within_bounds(|| {
        let Ok(grids) = read_workbook("名册", file) else {
            return;
        };
        for kind in [
            ImportKind::Roster,
            ImportKind::Reservations,
            ImportKind::Tasks,
            ImportKind::Orders,
        ] {
            rows(&grids, kind);
        }
    });
}

fn rows(grids: &[Grid], kind: ImportKind) {
    let mappings: Vec<_> = grids.iter().map(|grid| propose_in(grid, kind)).collect();
    let taken = taken_by_default(grids, &mappings);
    let mut reading = Reading::new(kind, NOW.date());
    for ((grid, mapping), _) in grids.iter().zip(mappings).zip(taken).filter(|(_, taken)| *taken) {
        let Some(mapping) = mapping else { continue };
        for row in reading.rows(grid, &mapping).take(ROWS) {
            assert!(row.row >= 1, "rows count from 1");
        }
    }
}

/// The bytes, with what stands between two marks many times over: `AGAIN`, how often (two bytes), the stretch, `AGAIN`.
fn again(bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    let mut pieces = bytes.split(|byte| *byte == AGAIN);
    whole.extend(pieces.next().unwrap_or_default());
    while let Some(piece) = pieces.next() {
        if let Some((count, stretch)) = piece.split_first_chunk::<2>() {
            let room = LONGEST.saturating_sub(whole.len()) / stretch.len().max(1);
            whole.extend(stretch.repeat(room.min(u16::from_le_bytes(*count).into())));
        }
        whole.extend(pieces.next().unwrap_or_default());
    }
    whole
}

fn workbook(bytes: &[u8]) -> Vec<u8> {
    let mut own = bytes.split(|byte| *byte == NEXT_PART).map(again);
    let parts: Vec<(&str, Vec<u8>)> = PARTS
        .iter()
        .map(|(name, usual)| {
            let part = own.next().filter(|part| !part.is_empty());
            (*name, part.unwrap_or_else(|| usual.as_bytes().to_vec()))
        })
        .collect();
    zip(&parts
        .iter()
        .map(|(name, part)| (*name, part.as_slice()))
        .collect::<Vec<_>>())
}

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, options).expect("a name of ours");
        writer.write_all(bytes).expect("it fits into memory");
    }
    writer.finish().expect("it fits into memory").into_inner()
}

/// Records of kinds that mean something, with anything inside.
fn records(script: &mut Script<'_>) -> Vec<u8> {
    let mut stream = Vec::new();
    put(&mut stream, 0x0809, &[0x00, 0x06, 0x05, 0, 0, 0, 0, 0]);
    while !script.over() && stream.len() < LONGEST {
        let kind = RECORDS[script.below(RECORDS.len())];
        let times = if script.rarely(16) { script.number() % 4_000 } else { 1 };
        let data = script.some();
        (0..times.max(1)).for_each(|_| put(&mut stream, kind, data));
    }
    stream
}

fn put(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
    stream.extend(kind.to_le_bytes());
    stream.extend((data.len() as u16).to_le_bytes());
    stream.extend(data);
}

fn compound(stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("it fits into memory");
    file.create_stream("/Workbook")
        .and_then(|mut into| into.write_all(stream))
        .expect("it fits into memory");
    file.flush().expect("it fits into memory");
    file.into_inner().into_inner()
}

fn damage(file: &mut [u8], places: &[(u64, u8)]) {
    for (place, with) in places {
        let place = *place as usize % file.len().max(1);
        if let Some(byte) = file.get_mut(place) {
            *byte ^= with;
        }
    }
}

/// What the fuzzer begins with.
pub(crate) fn seeds(target: &str) -> Vec<Vec<u8>> {
    let first = |choice: u8, rest: &[u8]| [&[choice], rest].concat();
    match target {
        "xlsx" => XLSX
            .iter()
            .map(|seed| first(3, seed))
            .chain(ODS.iter().map(|seed| first(1, seed)))
            .collect(),
        "xls" => XLS.iter().flat_map(|seed| [first(1, seed), first(3, seed)]).collect(),
        _ => TEXT
            .iter()
            .map(|(beginning, seed)| [&[*beginning, 0], *seed].concat())
            .collect(),
    }
}

const XLSX: [&[u8]; 4] = [
    // A roster, with a title, merged cells, a formula, a hidden row and a text of runs.
    "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>名册</t></is></c></row><row><c t=\"s\"><v>0</v></c>\
     <c t=\"s\"><v>1</v></c><c t=\"inlineStr\"><is><t>楼栋</t></is></c></row><row hidden=\"1\"><c t=\"str\"><f>B2</f><v>甲</v></c>\
     <c s=\"1\"><v>13800005678</v></c><c><f si=\"1\" t=\"shared\">A1</f></c></row></sheetData><mergeCells>\
     <mergeCell ref=\"A1:C1\"/></mergeCells></worksheet>\u{0}"
        .as_bytes(),
    b"<worksheet><row r=\"7\"><c r=\"XFD1048576\"><v>1e300</v></c><c t=\"d\"><v>2020-02-03T08:00</v></c></row></worksheet>",
    b"<worksheet>\xfe\x00\x10<row><c t=\"b\"><v>1</v></c></row>\xfe</worksheet>\xff<sst><si><r><rPr><strike/></rPr><t>a_x000D_</t></r></si></sst>",
    b"\xff\xff<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"00-0\"/></numFmts><fonts><font><strike/></font></fonts><cellXfs><xf numFmtId=\"200\" fontId=\"0\"/></cellXfs></styleSheet>",
];
const ODS: [&[u8]; 2] = [
    b"<d><table><table-row number-rows-repeated=\"3\"><table-cell value-type=\"string\" number-columns-repeated=\"3\"><p>a<s c=\"3\"/></p></table-cell></table-row></table></d>",
    b"<d><style name=\"a\"><text-properties text-line-through-style=\"solid\"/></style><table name=\"b\"><table-column default-cell-style-name=\"a\"/><table-row><table-cell value-type=\"float\" value=\"4\" formula=\"of:=A1\" number-rows-spanned=\"2\"><p>04</p><annotation><p>x</p></annotation></table-cell></table-row></table></d>",
];
/// Kind, whether it is repeated, length in fours, data.
const XLS: [&[u8]; 3] = [
    // A sheet behind the globals: a text, a number, a formula with a text, merged cells, a hidden row.
    &[
        2, 0, 3, 36, 0, 0, 0, 0, 0, 1, 0, b'a', 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 3, 0, 0, 0, 0, 0, 2, 0,
        0, b'h', b'i', 0, 0, 0, 19, 0, 3, 1, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 1, 0, 0,
    ],
    &[
        3, 0, 4, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, b'a', b'b', 0, 0, 0, 4, 0, 1, 1, b'c', b'd', 0, 21, 0, 3, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0,
    ],
    &[
        13, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 2, 2, 0, 0, b'a',
        b'b', 0, 0, 0, 11, 0, 3, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0,
    ],
];
const TEXT: [(u8, &[u8]); 8] = [
    (0, "姓名,手机,楼栋\n张三,13800005678,\"12号\n501\"\n李四,\",\"\n".as_bytes()),
    (0, b"a\tb\r1\t\"2\"\"3\"\r"),
    (0, b"\xfe\x00\x40\",\xfe\n"),
    (1, b"<tr><td rowspan=3 style='text-decoration:line-through'>a<td colspan=2 x:num=4>&nbsp;b<table><tr><th>c</table><tr><td>d"),
    (2, b"--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<table><tr><td>=E5=BC=A0=\n</table>\n--b--\n"),
    (3, b"<Styles><Style ID=\"a\"><Font StrikeThrough=\"1\"/></Style></Styles><Worksheet Name=\"n\"><Row Index=\"3\"><Cell Index=\"2\" MergeDown=\"2\" StyleID=\"a\"><Data Type=\"Number\">4</Data></Cell></Row></Worksheet>"),
    (4, b"<table><table-row><table-cell value-type=\"string\"><p>a</p></table-cell></table-row></table>"),
    (5, b"a;b\n1;=\"007\"\n"),
];
