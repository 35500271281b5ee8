//! What stands outside a row and yet belongs to it: the building in the tab's name, in the title or in a heading above
//! a block, the address in the first row of a household. Whatever is supplied is told.

use std::collections::{BTreeMap, HashMap};

use super::column::{Column, ImportKind};
use super::footer::{Own, is_no_person};
use super::grid::Grid;
use super::header::Mapping;
use super::problem::ProblemCode;
use super::synonyms::plain;
use crate::address::AddressParts;
use crate::writing::shortened;

/// The columns of an address, the outer before the inner.
const PLACES: [Column; 5] = [
    Column::Estate,
    Column::Building,
    Column::Unit,
    Column::Room,
    Column::Address,
];
/// Columns written once above a block of rooms.
const OUTER: [Column; 3] = [Column::Estate, Column::Building, Column::Unit];
/// What a sheet of a building is called besides the building: 3号楼居民信息登记表.
const SHEET_WORDS: [&str; 21] = [
    "居民",
    "住户",
    "业主",
    "人员",
    "家庭",
    "信息",
    "花名册",
    "名册",
    "名单",
    "登记",
    "台账",
    "明细",
    "情况",
    "汇总",
    "统计",
    "一览",
    "表",
    "户籍",
    "人口",
    "常住",
    "基本",
];
/// What a heading begins with: 楼栋：3号楼.
const LABELS: [&str; 8] = [
    "楼栋：",
    "楼号：",
    "幢号：",
    "楼幢：",
    "小区：",
    "地址：",
    "楼栋:",
    "楼号:",
];
/// What may stand beside the building in its heading.
const BESIDE: [&str; 11] = [
    "楼组长",
    "楼长",
    "组长",
    "楼栋长",
    "网格",
    "联系",
    "电话",
    "共",
    "户数",
    "人数",
    "负责",
];
/// Digits from which a number beside a heading is a phone and no room.
const SHORTEST_PHONE: usize = 7;
/// What ends the name of a place with buildings, in a heading.
const ESTATES: [&str; 8] = ["小区", "新村", "花园", "公寓", "家园", "支弄", "弄", "苑"];
/// The longest heading, title or name of a tab that is looked at, in characters.
const LONGEST: usize = 200;
/// The most characters of it that are told: with its place no more than a message quotes. Every row below it tells them.
const TOLD_CHARS: usize = 40;
/// The shortest name of an estate in a heading, in characters: three may be a person's.
const SHORTEST_ESTATE: usize = 4;
/// Signs around a heading.
const OPENING: [char; 7] = ['【', '（', '(', '[', '「', '《', '<'];
const CLOSING: [char; 7] = ['】', '）', ')', ']', '」', '》', '>'];
/// What tells buildings without numbers apart: 东楼, 主楼.
const WHICH: &str = "东西南北中前后左右新老旧主副附裙塔高";
/// What else has rooms or shops and no number.
const NAMED_BUILDINGS: [&str; 26] = [
    "底商",
    "商铺",
    "沿街商铺",
    "门面",
    "门面房",
    "车棚",
    "车库",
    "别墅",
    "别墅区",
    "平房",
    "平房区",
    "排屋",
    "联排",
    "联排别墅",
    "门卫",
    "门卫室",
    "活动室",
    "会所",
    "泵房",
    "配电房",
    "物业用房",
    "宿舍",
    "宿舍楼",
    "商住楼",
    "公寓楼",
    "小高层",
];
/// Floors that are no numbers in digits.
const FLOORS: &str = "一二三四五六七八九十底顶阁夹负";
/// What a heading of kinds of people holds: the building above goes on.
const OF_PEOPLE: [&str; 13] = [
    "租户", "租客", "业主", "常住", "户籍", "空挂", "户主", "流动", "外来", "低保", "老人", "党员", "居民",
];
/// Headers of what a household's first row has and its other rows have not: a running number, the name of its head.
const FIRSTS: [&str; 10] = [
    "序号",
    "户序",
    "户序号",
    "编号",
    "序",
    "NO",
    "No",
    "no",
    "户主",
    "户主姓名",
];
/// Relations of whoever is a household's first.
const HEADS: [&str; 5] = ["户主", "本人", "户主本人", "本户", "自己"];

/// A remark about a row: what was supplied, from where, as what.
pub(super) type Supplied = (ProblemCode, String, String);

/// The last row that said its own address.
struct First {
    row: u32,
    places: BTreeMap<Column, String>,
    number: Option<String>,
    /// For each of [`Outside::firsts`], whether it stood in that row.
    marks: Vec<bool>,
}

/// What is known from outside, while a sheet is read from top to bottom.
pub(super) struct Outside<'g> {
    grid: &'g Grid,
    mapping: &'g Mapping,
    kind: ImportKind,
    /// The place in the title or in the tab's name, and where it was found.
    sheet: Option<(String, AddressParts)>,
    heading: Option<(String, AddressParts)>,
    /// The text of a heading that names no place.
    unread: Option<String>,
    first: Option<First>,
    /// The row in which a household's number first stood with an address, and the address.
    by_number: HashMap<String, (u32, BTreeMap<Column, String>)>,
    /// Columns that say the same in rows one below the other, or are merged: what is blank there was left out.
    restated: Vec<Column>,
    /// Columns that a household's first row has and its other rows have not: its running number, the name of its head.
    firsts: Vec<u32>,
}

impl<'g> Outside<'g> {
    pub(super) fn new(grid: &'g Grid, mapping: &'g Mapping, kind: ImportKind) -> Outside<'g> {
        let firsts = (0u32..)
            .zip(&mapping.headers)
            .filter(|(_, header)| FIRSTS.contains(&plain(header).as_str()));
        Outside {
            grid,
            mapping,
            kind,
            sheet: sheet_place(grid, mapping, kind),
            heading: None,
            unread: None,
            first: None,
            by_number: HashMap::new(),
            restated: OUTER
                .into_iter()
                .filter(|column| is_restated(grid, mapping, *column))
                .collect(),
            firsts: firsts.map(|(place, _)| place).collect(),
        }
    }

    /// Whether the row is a heading, which holds for the rows below it.
    pub(super) fn heading(&mut self, row: u32) -> Option<String> {
        let mut cells = self.grid.row(row).filter(|(_, cell)| !cell.is_blank());
        let (place, first) = cells.next()?;
        let text = first.text.trim();
        if is_long(text) || !cells.all(|(_, cell)| cell.text.trim() == text || is_beside(cell.text.trim())) {
            return None;
        }
        let column = self.mapping.columns.get(place as usize).copied().flatten();
        let named = place_named(text).or_else(|| building_named(text));
        let parts = match (named, column) {
            (Some(named), _) => named,
            (None, Some(Column::Building)) => AddressParts::from_columns(None, Some(text), None, None),
            (None, Some(Column::Estate)) => AddressParts::from_columns(Some(text), None, None, None),
            (None, _) if self.ends_block(row, place, text) => return Some(self.end_block(row, text)),
            (None, _) => return None,
        };
        let before = self.heading.take().map(|(_, before)| before).unwrap_or_default();
        let inner =
            |outer: bool, here: Option<String>, before: Option<String>| if outer { here } else { here.or(before) };
        let estate = parts.estate.is_some();
        let building = parts.building.is_some();
        let parts = AddressParts {
            estate: parts.estate.or(before.estate),
            building: inner(estate, parts.building, before.building),
            unit: inner(estate || building, parts.unit, before.unit),
            room: None,
        };
        self.heading = Some((told(&format!("第 {} 行", row + 1), text), parts));
        self.unread = None;
        self.first = None;
        Some(text.to_owned())
    }

    /// Whether a text alone in its row is a heading, although it cannot be read as a place: the rows below it are not of
    /// the building above.
    fn ends_block(&self, row: u32, place: u32, text: &str) -> bool {
        let name = self.mapping.of(Column::Name).next().unwrap_or_default();
        let merged = self
            .grid
            .region(row, place)
            .is_some_and(|region| region.right > region.left);
        // A name that stands twice, as the head's and as the person's own, is a person.
        let before_name = place < name
            && self.grid.cell(row, name).is_blank()
            && !self.mapping.columns.get(place as usize).is_some_and(|column| {
                column.is_some_and(|column| !matches!(column, Column::Room | Column::Unit | Column::HouseholdNumber))
            });
        let room = text.chars().all(|c| c.is_ascii() || c == '室');
        let inside = is_floor(text) || OF_PEOPLE.iter().any(|word| text.contains(word));
        (merged || before_name) && !room && !inside && !is_no_person(&[text], text, Own::default())
    }

    fn end_block(&mut self, row: u32, text: &str) -> String {
        self.heading = Some((told(&format!("第 {} 行", row + 1), text), AddressParts::default()));
        self.unread = Some(text.to_owned());
        self.first = None;
        text.to_owned()
    }

    /// Fills what a household's rows or a block's rows leave blank. To be asked once for every row of a person.
    pub(super) fn fill_down(&mut self, row: u32, fields: &mut BTreeMap<Column, String>) -> Vec<Supplied> {
        let stated = PLACES.iter().any(|column| fields.contains_key(column));
        let number = fields.get(&Column::HouseholdNumber).cloned();
        let filled = if stated {
            self.block(fields)
        } else {
            self.household(row, number.as_deref(), fields)
        };
        let places: BTreeMap<Column, String> = PLACES
            .iter()
            .filter_map(|column| Some((*column, fields.get(column)?.clone())))
            .collect();
        if stated {
            if let Some(number) = number
                .clone()
                .filter(|_| places.contains_key(&Column::Room) || places.contains_key(&Column::Address))
            {
                self.by_number.entry(number).or_insert_with(|| (row, places.clone()));
            }
            self.first = Some(First {
                row,
                places,
                number,
                marks: self.marks(row),
            });
        } else if filled.is_none() {
            self.first = None;
        }
        let person = fields.contains_key(&Column::Name);
        let blank = (person && !stated && filled.is_none() && self.kind == ImportKind::Roster && self.asks_for_home())
            .then(|| (ProblemCode::HomeBlank, String::new(), String::new()));
        filled.into_iter().chain(blank).collect()
    }

    /// A row without any address that belongs to the household above, or to the one with its number.
    fn household(&self, row: u32, number: Option<&str>, fields: &mut BTreeMap<Column, String>) -> Option<Supplied> {
        let numbered = number.and_then(|number| self.by_number.get(number));
        let (from, places) = match (numbered, &self.first) {
            (Some((from, places)), _) => (*from, places),
            (None, Some(first)) => {
                let another = number.is_some_and(|number| first.number.as_deref() != Some(number));
                let relative = fields
                    .get(&Column::Relation)
                    .is_some_and(|relation| is_relative(relation));
                let unmarked = first
                    .marks
                    .iter()
                    .zip(self.marks(row))
                    .any(|(first, here)| *first && !here);
                let below = unmarked && !is_head(fields);
                if another || !(relative || below) {
                    return None;
                }
                if let Some(number) = &first.number {
                    fields.insert(Column::HouseholdNumber, number.clone());
                }
                (first.row, &first.places)
            }
            (None, None) => return None,
        };
        fields.extend(places.iter().map(|(column, text)| (*column, text.clone())));
        let became = places.values().cloned().collect::<Vec<_>>().join(" ");
        Some((ProblemCode::FilledDown, format!("第 {} 行", from + 1), became))
    }

    /// A room under a building that is written once above its rooms.
    fn block(&self, fields: &mut BTreeMap<Column, String>) -> Option<Supplied> {
        let first = self.first.as_ref()?;
        let inner = |column: Column| {
            let at = PLACES.iter().position(|place| *place == column).unwrap_or_default();
            PLACES[at + 1..4].to_vec()
        };
        let mut became = Vec::new();
        for column in OUTER {
            match (fields.get(&column), first.places.get(&column)) {
                (Some(here), Some(above)) if here != above => break,
                (None, Some(above))
                    if !self.restated.contains(&column)
                        && inner(column).iter().any(|inner| fields.contains_key(inner)) =>
                {
                    became.push(above.clone());
                    fields.insert(column, above.clone());
                }
                (None, Some(_)) | (Some(_), None) => break,
                _ => {}
            }
        }
        (!became.is_empty()).then(|| {
            (
                ProblemCode::FilledDown,
                format!("第 {} 行", first.row + 1),
                became.join(" "),
            )
        })
    }

    /// Supplies the building of a settled row that has none from the heading, the title or the tab's name.
    pub(super) fn supply(&self, fields: &mut BTreeMap<Column, String>) -> Option<Supplied> {
        let (from, known) = self.heading.as_ref().or(self.sheet.as_ref())?;
        if !fields.contains_key(&Column::Room) && !fields.contains_key(&Column::Unit) {
            return None;
        }
        let own = fields.get(&Column::Building).cloned();
        if own.is_some() && known.building.is_some() && own != known.building {
            return None;
        }
        // Under a heading that names no place, a room is of no building that is known; in an estate it is of its own.
        let named = self.unread.as_ref().filter(|_| fields.contains_key(&Column::Estate));
        let building = known.building.as_ref().or(named).cloned();
        let mut became = String::new();
        for (column, part) in [
            (Column::Estate, &known.estate),
            (Column::Building, &building),
            (Column::Unit, &known.unit),
        ] {
            if let Some(part) = part
                && !fields.contains_key(&column)
            {
                fields.insert(column, part.clone());
                became.push_str(part);
            }
        }
        (!became.is_empty()).then(|| (ProblemCode::FromOutside, from.clone(), became))
    }

    fn asks_for_home(&self) -> bool {
        self.mapping.columns.iter().flatten().any(|column| column.is_place())
    }

    fn marks(&self, row: u32) -> Vec<bool> {
        self.firsts
            .iter()
            .map(|place| !self.grid.cell(row, *place).is_blank())
            .collect()
    }
}

fn is_head(fields: &BTreeMap<Column, String>) -> bool {
    fields
        .get(&Column::Relation)
        .is_some_and(|relation| HEADS.contains(&relation.as_str()))
}

/// A relation that says that its row belongs to the household above.
fn is_relative(relation: &str) -> bool {
    !HEADS.contains(&relation) && !relation.is_ascii()
}

fn is_long(text: &str) -> bool {
    text.chars().nth(LONGEST).is_some()
}

/// Where something was supplied from.
fn told(place: &str, text: &str) -> String {
    format!("{place}“{}”", shortened(text, TOLD_CHARS))
}

fn is_beside(text: &str) -> bool {
    let phone = text.len() >= SHORTEST_PHONE && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    phone || BESIDE.iter().any(|word| text.starts_with(word))
}

/// Whether a column repeats itself from one row to the next, or is merged over several.
fn is_restated(grid: &Grid, mapping: &Mapping, column: Column) -> bool {
    let Some(place) = mapping.of(column).next() else {
        return true;
    };
    let merged = |region: &super::grid::Region| {
        region.left == place && region.bottom > region.top && region.top >= mapping.first_row
    };
    if grid.merges().iter().any(merged) {
        return true;
    }
    let mut above = "";
    for row in grid.used_rows().filter(|row| *row >= mapping.first_row) {
        let text = grid.cell(row, place).text.trim();
        if !text.is_empty() && text == above {
            return true;
        }
        above = text;
    }
    false
}

/// The building that a whole sheet is of, by a title above its header or by its tab.
fn sheet_place(grid: &Grid, mapping: &Mapping, kind: ImportKind) -> Option<(String, AddressParts)> {
    let title = (0..mapping.first_row).find_map(|row| {
        let mut cells = grid.row(row).filter(|(_, cell)| !cell.is_blank());
        let text = cells.next()?.1.text.trim();
        let parts = place_named(text).filter(|parts| parts.building.is_some() && cells.next().is_none())?;
        Some((told("标题", text), parts))
    });
    title.or_else(|| {
        let name = grid.name();
        let parts = place_named(name).filter(|parts| parts.building.is_some())?;
        // A tab of a list of registrations may be a day: 3号.
        let day = kind == ImportKind::Reservations && name.trim().ends_with('号');
        (!day).then(|| (told("工作表名", name), parts))
    })
}

/// A heading without brackets around all of it: 【5号楼】.
fn in_brackets(text: &str) -> &str {
    let inside = text.strip_prefix(OPENING).and_then(|text| text.strip_suffix(CLOSING));
    inside.filter(|inside| !inside.contains(OPENING)).unwrap_or(text)
}

/// A building that has a name and no number, alone in its row: 东楼, 别墅区, 车棚.
fn building_named(text: &str) -> Option<AddressParts> {
    let text = in_brackets(text.trim()).trim_end_matches(['：', ':', '。', '-', '—']);
    let mut characters = text.chars();
    let which = characters.next().is_some_and(|c| WHICH.contains(c))
        && matches!(characters.as_str(), "楼" | "座" | "幢" | "栋");
    (which || NAMED_BUILDINGS.contains(&text)).then(|| AddressParts {
        building: Some(text.to_owned()),
        ..AddressParts::default()
    })
}

/// 三楼, 底层: a part of the building above.
fn is_floor(text: &str) -> bool {
    let text = text.trim_start_matches('第');
    text.strip_suffix(['楼', '层'])
        .is_some_and(|floor| !floor.is_empty() && floor.chars().all(|c| c.is_ascii_digit() || FLOORS.contains(c)))
}

/// The place that a heading, a title or a tab names, and nothing else: 3号楼, 幸福小区3幢（共24户）, 3号楼居民名册.
fn place_named(text: &str) -> Option<AddressParts> {
    if is_long(text) {
        return None;
    }
    let mut words = text.split_whitespace();
    let first = words.next()?;
    let mut text = if words.clone().all(is_beside) {
        first.to_owned()
    } else {
        std::iter::once(first).chain(words).collect()
    };
    text = in_brackets(&text)
        .trim_end_matches(['：', ':', '。', '-', '—'])
        .to_owned();
    if let Some(bracket) = text.find(['(', '（', '【']) {
        text.truncate(bracket);
    }
    let mut text = LABELS
        .iter()
        .find_map(|label| text.strip_prefix(label))
        .unwrap_or(&text);
    while let Some(rest) = SHEET_WORDS.iter().find_map(|word| text.strip_suffix(word)) {
        text = rest;
    }
    let text = text.strip_prefix('第').unwrap_or(text);
    let estate =
        |text: &str| ESTATES.iter().any(|mark| text.ends_with(mark)) && text.chars().count() >= SHORTEST_ESTATE;
    let parts = AddressParts::parse(text);
    if parts.room.is_none() && (parts.building.is_some() || parts.unit.is_some()) {
        // The name of a committee before the building is no estate.
        let road = |text: &String| ["路", "街", "道", "巷", "村"].iter().any(|mark| text.ends_with(mark));
        let estate = parts.estate.clone().filter(|name| estate(name) || road(name));
        return Some(AddressParts { estate, ..parts });
    }
    estate(text).then(|| AddressParts {
        estate: Some(text.to_owned()),
        ..AddressParts::default()
    })
}

#[cfg(test)]
mod tests;
