//! Office Open XML workbooks (ECMA-376-1 §18), read in one pass over each sheet.

mod cells;
mod strings;
mod styles;

use std::collections::HashMap;

use quick_xml::events::Event;

use super::book::{Book, Fault};
use super::bounds::{self, Counted, MAX_PARTS};
use super::package::{Package, attribute, attributes, is_on};

/// Reads every worksheet of a workbook.
pub(super) fn read(book: &mut Book, package: &mut Package<'_>) -> Result<(), Fault> {
    let workbook = main_part(book, package)?;
    let folder = workbook.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let relations = relations(book, package, &workbook)?;
    let sheets = sheets(book, package, &workbook)?;
    let of_kind = |kind: &str| {
        relations
            .values()
            .find(|(_, of)| of == kind)
            .map(|(target, _)| at(&folder, target))
    };
    let styles_part = of_kind("styles").unwrap_or_else(|| at(&folder, "styles.xml"));
    let styles = styles::read(package, &styles_part)?;
    let strings_part = of_kind("sharedStrings").unwrap_or_else(|| at(&folder, "sharedStrings.xml"));
    let strings = strings::read(package, &strings_part)?;
    for sheet in sheets {
        // Charts and dialogs are sheets too, without cells.
        let Some((target, kind)) = relations.get(&sheet.relation) else {
            continue;
        };
        if kind == "worksheet" {
            book.sheet(&sheet.name, sheet.hidden)?;
            cells::read(book, package, &at(&folder, target), &styles, &strings)?;
        }
    }
    Ok(())
}

struct Sheet {
    name: String,
    relation: String,
    hidden: bool,
}

/// The workbook's own part.
fn main_part(book: &mut Book, package: &mut Package<'_>) -> Result<String, Fault> {
    let relations = relations(book, package, "")?;
    let stated = relations
        .into_values()
        .find(|(_, kind)| kind == "officeDocument")
        .map(|(target, _)| at("", &target));
    let part = stated.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    if package.holds(&part) {
        Ok(part)
    } else {
        Err(Fault::Damaged(format!("缺少 {part}")))
    }
}

/// What a part refers to: target and kind, by identifier.
type Relations = HashMap<String, (String, String)>;

fn relations(book: &mut Book, package: &mut Package<'_>, part: &str) -> Result<Relations, Fault> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let mut relations = HashMap::new();
    let Some(mut xml) = package.xml(&at(folder, &format!("_rels/{name}.rels")))? else {
        return Ok(relations);
    };
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let (mut id, mut target, mut kind) = (String::new(), String::new(), String::new());
                for (name, value) in attributes(&element) {
                    match name {
                        "Id" => id = value.into_owned(),
                        "Target" => target = value.into_owned(),
                        "Type" => kind = value.rsplit('/').next().unwrap_or_default().to_owned(),
                        _ => {}
                    }
                }
                bounds::entries(relations.len() + 1, MAX_PARTS, Counted::Parts)?;
                [&id, &target, &kind].into_iter().try_for_each(|text| book.hold(text))?;
                relations.insert(id, (target, kind));
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A target's part: from the root, or beside the part that names it.
fn at(folder: &str, target: &str) -> String {
    match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None if folder.is_empty() => target.to_owned(),
        None => format!("{folder}/{}", target.trim_start_matches("./")),
    }
}

fn sheets(book: &mut Book, package: &mut Package<'_>, part: &str) -> Result<Vec<Sheet>, Fault> {
    let mut sheets = Vec::new();
    let Some(mut xml) = package.xml(part)? else {
        return Ok(sheets);
    };
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "workbookPr" => {
                    // An extension's element of the same name does not say.
                    if let Some(value) = attribute(&element, "date1904") {
                        book.from_1904 = is_on(&value);
                    }
                }
                "sheet" => {
                    let mut sheet = Sheet {
                        name: String::new(),
                        relation: String::new(),
                        hidden: false,
                    };
                    for (name, value) in attributes(&element) {
                        match name {
                            "name" => sheet.name = value.into_owned(),
                            "id" => sheet.relation = value.into_owned(),
                            "state" => sheet.hidden = value != "visible",
                            _ => {}
                        }
                    }
                    bounds::entries(sheets.len() + 1, MAX_PARTS, Counted::Tabs)?;
                    [&sheet.name, &sheet.relation]
                        .into_iter()
                        .try_for_each(|text| book.hold(text))?;
                    sheets.push(sheet);
                }
                _ => {}
            },
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}
