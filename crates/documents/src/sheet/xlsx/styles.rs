//! The styles cells refer to by number: number format and strike-through.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::super::book::Fault;
use super::super::bounds::{self, Counted, MAX_STYLES};
use super::super::format::Format;
use super::super::package::{Package, attribute, attributes, is_on};

/// What a cell's style says that matters here.
#[derive(Debug, Default)]
pub(super) struct Style {
    pub(super) format: Format,
    pub(super) struck: bool,
}

/// The styles of a workbook in the order of their numbers.
pub(super) fn read(package: &mut Package<'_>, part: &str) -> Result<Vec<Style>, Fault> {
    let mut styles = Vec::new();
    let Some(mut xml) = package.xml(part)? else {
        return Ok(styles);
    };
    let mut codes: HashMap<u32, Format> = HashMap::new();
    let mut fonts: Vec<bool> = Vec::new();
    // The list of which an entry is being read: named styles have entries of the same name.
    let mut list = String::new();
    loop {
        match xml.next()? {
            Event::Start(element) => match (list.as_str(), element.local_name().as_ref()) {
                (_, name @ ("numFmts" | "fonts" | "cellXfs" | "cellStyleXfs" | "dxfs")) => name.clone_into(&mut list),
                ("numFmts", "numFmt") => {
                    let id = attribute(&element, "numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&element, "formatCode")) {
                        bounds::entries(codes.len() + 1, MAX_STYLES, Counted::NumberFormats)?;
                        codes.insert(id, Format::parse(&code));
                    }
                }
                ("fonts", "font") => {
                    bounds::entries(fonts.len() + 1, MAX_STYLES, Counted::Fonts)?;
                    fonts.push(false);
                }
                ("fonts", "strike") => {
                    if let Some(font) = fonts.last_mut() {
                        *font = attribute(&element, "val").is_none_or(|value| is_on(&value));
                    }
                }
                ("cellXfs", "xf") => {
                    let mut style = Style::default();
                    for (name, value) in attributes(&element) {
                        let Ok(id) = value.parse::<u32>() else { continue };
                        match name {
                            "numFmtId" => {
                                style.format = codes.get(&id).cloned().unwrap_or_else(|| Format::built_in(id));
                            }
                            "fontId" => style.struck = fonts.get(id as usize).copied().unwrap_or_default(),
                            _ => {}
                        }
                    }
                    bounds::entries(styles.len() + 1, MAX_STYLES, Counted::CellStyles)?;
                    styles.push(style);
                }
                _ => {}
            },
            Event::End(element) if *element.local_name().as_ref() == *list => list.clear(),
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}
