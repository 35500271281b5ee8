//! Small packed files.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A packed file of these parts.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A worksheet cell by cell; each in the row it names, in order.
pub struct Sheet {
    name: String,
    state: &'static str,
    styles: &'static str,
    rows: Vec<(u32, String, String)>,
    merges: String,
}

impl Sheet {
    pub fn new(name: &str) -> Sheet {
        Sheet {
            name: name.to_owned(),
            state: "visible",
            styles: "",
            rows: Vec::new(),
            merges: String::new(),
        }
    }

    pub fn hidden(mut self) -> Sheet {
        self.state = "hidden";
        self
    }

    pub fn styles(mut self, styles: &'static str) -> Sheet {
        self.styles = styles;
        self
    }

    /// A row with attributes of its own.
    pub fn row(mut self, number: u32, attributes: &str) -> Sheet {
        self.rows.push((number, attributes.to_owned(), String::new()));
        self
    }

    /// A cell with attributes and content as they stand in the file.
    pub fn raw(mut self, place: &str, attributes: &str, content: &str) -> Sheet {
        let number = place
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .parse()
            .unwrap();
        if self.rows.last().is_none_or(|(row, ..)| *row != number) {
            self.rows.push((number, String::new(), String::new()));
        }
        let row = &mut self.rows.last_mut().unwrap().2;
        row.push_str(&format!("<c r=\"{place}\" {attributes}>{content}</c>"));
        self
    }

    pub fn text(self, place: &str, text: &str) -> Sheet {
        self.raw(place, "t=\"inlineStr\"", &format!("<is><t>{text}</t></is>"))
    }

    pub fn merge(mut self, region: &str) -> Sheet {
        self.merges.push_str(&format!("<mergeCell ref=\"{region}\"/>"));
        self
    }

    fn xml(&self) -> String {
        let row = |(number, attributes, cells): &(u32, String, String)| {
            format!("<row r=\"{number}\" {attributes}>{cells}</row>")
        };
        let rows: String = self.rows.iter().map(row).collect();
        format!(
            "<worksheet><sheetData>{rows}</sheetData><mergeCells>{}</mergeCells></worksheet>",
            self.merges
        )
    }
}

/// A workbook. The styles of the first sheet are the workbook's.
pub fn xlsx(sheets: &[Sheet]) -> Vec<u8> {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let listed: String = (1..)
        .zip(sheets)
        .map(|(n, sheet)| {
            format!(
                "<sheet name=\"{}\" sheetId=\"{n}\" state=\"{}\" r:id=\"rId{n}\"/>",
                sheet.name, sheet.state
            )
        })
        .collect();
    let related: String = (1..=sheets.len())
        .map(|n| format!("<Relationship Id=\"rId{n}\" Type=\"{kind}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"))
        .collect();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships><Relationship Id=\"a\" Type=\"{kind}/officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("<workbook><sheets>{listed}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("<Relationships>{related}</Relationships>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!("<styleSheet>{}</styleSheet>", sheets[0].styles),
        ),
    ];
    parts.extend(
        (1..)
            .zip(sheets)
            .map(|(n, sheet)| (format!("xl/worksheets/sheet{n}.xml"), sheet.xml())),
    );
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    zip(&parts)
}

/// An OpenDocument spreadsheet of one table.
pub fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet>\
         <table:table table:name=\"a\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    zip(&[("mimetype", kind), ("content.xml", content.as_bytes())])
}
