//! Which sheets of a file are taken, where nobody has said so yet: those that a clerk would take for one list.

use std::cmp::Reverse;

use super::column::Column;
use super::grid::Grid;
use super::header::Mapping;

/// Words in a sheet's name that say that it is no list of today's people.
const ASIDE: [&str; 16] = [
    "旧",
    "备份",
    "副本",
    "作废",
    "历史",
    "废",
    "模板",
    "样表",
    "示例",
    "样例",
    "填写说明",
    "字典",
    "下拉",
    "old",
    "copy",
    "bak",
];
/// Years that stand in names of sheets.
const YEARS: std::ops::RangeInclusive<u32> = 1990..=2099;

/// The sheets taken by default: the best one, and with it the visible ones of the same fields, unless their names say
/// that they are older or put aside. `mappings`: of each sheet, where a header was found.
pub fn taken_by_default(sheets: &[Grid], mappings: &[Option<Mapping>]) -> Vec<bool> {
    let candidates = || {
        (0..)
            .zip(sheets.iter().zip(mappings))
            .filter_map(|(place, (grid, mapping))| Some((place, grid, mapping.as_ref()?)))
    };
    let rank = |place: usize, grid: &Grid, mapping: &Mapping| {
        let name = grid.name();
        (
            !grid.is_hidden(),
            !is_aside(name),
            has_rows(grid, mapping),
            mapping.recognised(),
            year(name),
            Reverse(place),
        )
    };
    let best = candidates().max_by_key(|(place, grid, mapping)| rank(*place, grid, mapping));
    let mut taken = vec![false; sheets.len()];
    let Some((best, best_grid, best_mapping)) = best else {
        return taken;
    };
    for (place, grid, mapping) in candidates() {
        let alike = fields(mapping) == fields(best_mapping) && year(grid.name()) == year(best_grid.name());
        taken[place] = place == best || alike && !grid.is_hidden() && !is_aside(grid.name()) && has_rows(grid, mapping);
    }
    taken
}

fn fields(mapping: &Mapping) -> Vec<Column> {
    let mut fields: Vec<Column> = mapping.columns.iter().flatten().copied().collect();
    fields.sort_unstable();
    fields
}

fn has_rows(grid: &Grid, mapping: &Mapping) -> bool {
    grid.used_rows_from(mapping.first_row).next().is_some()
}

fn is_aside(name: &str) -> bool {
    let name = name.to_lowercase();
    ASIDE.iter().any(|word| name.contains(word))
}

/// The year in a sheet's name: last year's list stands beside this year's.
fn year(name: &str) -> Option<u32> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.get(..4)?.parse().ok())
        .filter(|year| YEARS.contains(year))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{GridBuilder, ImportKind, propose_in};

    const LIST: &[&str] = &["姓名", "身份证号", "室号"];
    const LONGER: &[&str] = &["姓名", "身份证号", "室号", "手机"];

    fn tab((name, header, rows, hidden): &(&str, &[&str], u32, bool)) -> Grid {
        let mut builder = GridBuilder::new(name);
        for (column, text) in (0..).zip(*header) {
            assert!(builder.text(0, column, text));
        }
        for row in 1..=*rows {
            assert!(builder.text(row, 0, "甲"));
        }
        if *hidden {
            builder.hide();
        }
        builder.build()
    }

    #[test]
    fn the_tabs_of_one_list_are_taken_together() {
        type Tab = (&'static str, &'static [&'static str], u32, bool);
        let cases: [(&[Tab], &[bool]); 8] = [
            (&[("1号楼", LIST, 2, false), ("2号楼", LIST, 2, false)], &[true, true]),
            (
                &[("2018年", LONGER, 2, true), ("2020年", LIST, 2, false)],
                &[false, true],
            ),
            (
                &[("2019年", LIST, 2, false), ("2020年", LIST, 2, false)],
                &[false, true],
            ),
            (
                &[("名册", LIST, 2, false), ("名册（旧）", LIST, 2, false)],
                &[true, false],
            ),
            (
                &[("填写说明", &["说明"], 2, false), ("名册", LIST, 2, false)],
                &[false, true],
            ),
            (
                &[("独居老人", LIST, 2, false), ("名册", LONGER, 2, false)],
                &[false, true],
            ),
            (
                &[
                    ("样表", LONGER, 1, false),
                    ("名册", LIST, 2, false),
                    ("空表", LIST, 0, false),
                ],
                &[false, true, false],
            ),
            (&[("名册", LIST, 2, true)], &[true]),
        ];
        for (tabs, expected) in cases {
            let grids: Vec<Grid> = tabs.iter().map(tab).collect();
            let mappings: Vec<Option<Mapping>> =
                grids.iter().map(|grid| propose_in(grid, ImportKind::Roster)).collect();
            assert_eq!(taken_by_default(&grids, &mappings), expected, "{tabs:?}");
        }
    }
}
