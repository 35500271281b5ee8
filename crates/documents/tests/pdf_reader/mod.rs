//! Reads a PDF back with another library than the one that wrote it: what each page says, by which
//! glyph of which font it says it, and what the glyph looks like.
#![allow(dead_code, clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

/// Text rendering mode 2 of ISO 32000-1, table 106.
const FILL_AND_OUTLINE: i64 = 2;

/// An embedded font of a PDF.
pub struct EmbeddedFont {
    /// Glyph code to text, from the ToUnicode map.
    pub unicode: BTreeMap<u16, String>,
    /// The font program.
    pub program: Vec<u8>,
}

/// What a PDF says.
pub struct ReadPdf {
    pub document: Document,
    pub fonts: BTreeMap<ObjectId, EmbeddedFont>,
    /// Pages, each with its shown strings in order: font and glyph codes.
    pub pages: Vec<Vec<(ObjectId, Vec<u16>)>>,
}

impl ReadPdf {
    pub fn new(bytes: &[u8]) -> ReadPdf {
        let document = Document::load_mem(bytes).expect("the PDF parses");
        let mut read = ReadPdf {
            document,
            fonts: BTreeMap::new(),
            pages: Vec::new(),
        };
        for page in read.document.get_pages().into_values() {
            let strings = read.read_page(page);
            read.pages.push(strings);
        }
        read
    }

    /// The text of a page, without blanks and line ends.
    pub fn text(&self, page: usize) -> String {
        let mut text = String::new();
        for (font, codes) in &self.pages[page] {
            for code in codes {
                text.push_str(&self.fonts[font].unicode[code]);
            }
        }
        text.retain(|c| !c.is_whitespace());
        text
    }

    pub fn whole_text(&self) -> String {
        (0..self.pages.len()).map(|page| self.text(page)).collect()
    }

    /// The stretches of a page that are drawn with their outline, to look heavier.
    pub fn outlined(&self, page: usize) -> Vec<String> {
        let id = *self.document.get_pages().values().nth(page).unwrap();
        let content = self.document.get_page_content(id);
        let mut mode = 0;
        let mut shown = self.pages[page].iter();
        let mut outlined = Vec::new();
        for operation in lopdf::content::Content::decode(&content).unwrap().operations {
            match operation.operator.as_str() {
                "Tr" => mode = operation.operands[0].as_i64().unwrap(),
                "Tj" | "TJ" => {
                    let (font, codes) = shown.next().unwrap();
                    if mode == FILL_AND_OUTLINE {
                        outlined.push(
                            codes
                                .iter()
                                .map(|code| self.fonts[font].unicode[code].as_str())
                                .collect(),
                        );
                    }
                }
                _ => {}
            }
        }
        outlined
    }

    fn read_page(&mut self, page: ObjectId) -> Vec<(ObjectId, Vec<u16>)> {
        let names = self.page_fonts(page);
        let content = self.document.get_page_content(page);
        let operations = lopdf::content::Content::decode(&content).unwrap().operations;
        let mut font = None;
        let mut strings = Vec::new();
        for operation in operations {
            match operation.operator.as_str() {
                "Tf" => font = names.get(operation.operands[0].as_name().unwrap()).copied(),
                "Tj" => strings.push((font.unwrap(), codes(&operation.operands))),
                "TJ" => {
                    let array = operation.operands[0].as_array().unwrap();
                    strings.push((font.unwrap(), codes(array)));
                }
                _ => {}
            }
        }
        strings
    }

    fn page_fonts(&mut self, page: ObjectId) -> BTreeMap<Vec<u8>, ObjectId> {
        let document = &self.document;
        let page = document.get_dictionary(page).unwrap();
        let resources = resolve(document, page.get(b"Resources").unwrap());
        let fonts = resolve(document, resources.get(b"Font").unwrap());
        let mut names = BTreeMap::new();
        for (name, object) in fonts.iter() {
            let id = object.as_reference().unwrap();
            names.insert(name.clone(), id);
            self.fonts.entry(id).or_insert_with(|| read_font(document, id));
        }
        names
    }
}

fn codes(objects: &[Object]) -> Vec<u16> {
    let strings = objects.iter().filter_map(|object| object.as_str().ok());
    strings
        .flat_map(|bytes| bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])))
        .collect()
}

fn resolve<'d>(document: &'d Document, object: &'d Object) -> &'d Dictionary {
    match object {
        Object::Reference(id) => document.get_dictionary(*id).unwrap(),
        other => other.as_dict().unwrap(),
    }
}

fn stream(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Vec<u8> {
    let id = dictionary.get(key).unwrap().as_reference().unwrap();
    let stream = document.get_object(id).unwrap().as_stream().unwrap();
    stream.decompressed_content().unwrap_or_else(|_| stream.content.clone())
}

fn read_font(document: &Document, id: ObjectId) -> EmbeddedFont {
    let font = document.get_dictionary(id).unwrap();
    let map = String::from_utf8(stream(document, font, b"ToUnicode")).unwrap();
    let descendants = font.get(b"DescendantFonts").unwrap().as_array().unwrap();
    let descendant = resolve(document, &descendants[0]);
    let descriptor = resolve(document, descendant.get(b"FontDescriptor").unwrap());
    let key: &[u8] = if descriptor.has(b"FontFile2") {
        b"FontFile2"
    } else {
        b"FontFile3"
    };
    EmbeddedFont {
        unicode: read_map(&map),
        program: stream(document, descriptor, key),
    }
}

/// The lines `<0001> <4E00>` of a ToUnicode map.
fn read_map(map: &str) -> BTreeMap<u16, String> {
    let mut unicode = BTreeMap::new();
    let mut inside = false;
    for line in map.lines() {
        if line.ends_with("beginbfchar") {
            inside = true;
        } else if line.starts_with("endbfchar") {
            inside = false;
        } else if inside {
            let (code, text) = line.split_once("> <").unwrap();
            let code = u16::from_str_radix(code.trim_start_matches('<'), 16).unwrap();
            let text = text.trim_end_matches('>');
            let units: Vec<u16> = (0..text.len())
                .step_by(4)
                .map(|at| u16::from_str_radix(&text[at..at + 4], 16).unwrap())
                .collect();
            unicode.insert(code, String::from_utf16(&units).unwrap());
        }
    }
    unicode
}

/// The outline of a glyph as text: two glyphs are drawn alike if their outlines are equal.
pub fn outline(face: &ttf_parser::Face<'_>, glyph: u16) -> String {
    struct Pen(String);
    impl ttf_parser::OutlineBuilder for Pen {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.push_str(&format!("M{x},{y}"));
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.push_str(&format!("L{x},{y}"));
        }
        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            self.0.push_str(&format!("Q{x1},{y1},{x},{y}"));
        }
        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            self.0.push_str(&format!("C{x1},{y1},{x2},{y2},{x},{y}"));
        }
        fn close(&mut self) {
            self.0.push('Z');
        }
    }
    let mut pen = Pen(String::new());
    face.outline_glyph(ttf_parser::GlyphId(glyph), &mut pen);
    pen.0
}
