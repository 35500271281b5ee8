//! Collecting the cells of one sheet. What comes from top to bottom, as files write it, is in its place at once.

use super::merges::Merges;
use super::{CellKind, CellRef, Grid, Region, Stored};
use crate::import::cell::MAX_CHARS;

/// The most characters kept of a cell: twice as many as any field holds, so that one that is cut is never taken for one
/// that fits.
const MAX_KEPT_CHARS: usize = 2 * MAX_CHARS;

/// Empty columns that part strays from a table: between two of its columns there are fewer.
const MAX_GAP: u32 = 40;
/// Cells that may be strays; more are a part of the table, however far.
const MAX_STRAYS: usize = 3;
/// Hidden rows from which on they are put together now and then, so that a file cannot hide the same ones over and over.
const HIDDEN: usize = 1024;

/// Collects the cells of one sheet, in any order.
#[derive(Debug, Default)]
pub struct GridBuilder {
    name: String,
    text: String,
    cells: Vec<Stored>,
    /// Rows as they came, and where their cells begin.
    rows: Vec<(u32, u32)>,
    merges: Vec<Region>,
    hidden: bool,
    hidden_rows: Vec<(u32, u32)>,
    /// How many of `hidden_rows` were left when they were put together.
    hidden_apart: usize,
    unsorted: bool,
    furthest: Furthest,
}

impl GridBuilder {
    /// An empty sheet with a name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Names the sheet.
    pub fn rename(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    /// The sheet's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// No cell was added yet.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Adds a cell. Empty text adds nothing. Of a text longer than any field holds, its beginning is kept, and how much
    /// was left out. Text beyond 4 GiB in one sheet is refused (`false`).
    #[must_use]
    pub fn push(&mut self, row: u32, column: u32, cell: CellRef<'_>) -> bool {
        let CellRef {
            text,
            kind,
            lossy,
            struck,
            left_out,
        } = cell;
        let (text, cut) = kept(text);
        if text.is_empty() {
            return true;
        }
        let (Ok(start), Ok(length)) = (u32::try_from(self.text.len()), u16::try_from(text.len())) else {
            return false;
        };
        let left_out = left_out.saturating_add(cut);
        let Ok(place) = u32::try_from(self.cells.len()) else {
            return false;
        };
        match self.rows.last() {
            Some((last, _)) if *last == row => {
                self.unsorted |= self.cells.last().is_some_and(|before| before.column >= column);
            }
            last => {
                self.unsorted |= last.is_some_and(|(last, _)| *last > row);
                self.rows.push((row, place));
            }
        }
        self.text.push_str(text);
        self.cells.push(Stored {
            column,
            start,
            length,
            left_out,
            kind,
            lossy,
            struck,
        });
        self.furthest.add(column);
        true
    }

    /// Adds a plain text cell.
    #[must_use]
    pub fn text(&mut self, row: u32, column: u32, text: &str) -> bool {
        self.push(
            row,
            column,
            CellRef {
                text,
                kind: CellKind::Text,
                ..CellRef::default()
            },
        )
    }

    /// Adds a merged region.
    pub fn merge(&mut self, region: Region) {
        self.merges.push(region);
    }

    /// The sheet's tab is not shown.
    pub fn hide(&mut self) {
        self.hidden = true;
    }

    /// These rows are not shown, both ends included.
    pub fn hide_rows(&mut self, first: u32, last: u32) {
        match self.hidden_rows.last_mut() {
            Some((_, end)) if end.checked_add(1) == Some(first) => *end = last,
            _ => self.hidden_rows.push((first, last)),
        }
        if self.hidden_rows.len() > HIDDEN + 2 * self.hidden_apart {
            put_together(&mut self.hidden_rows);
            self.hidden_apart = self.hidden_rows.len();
        }
    }

    /// The finished sheet.
    pub fn build(mut self) -> Grid {
        // Where a cell stands twice, both would count as far away.
        let width = if self.unsorted {
            self.rearrange()
        } else {
            self.furthest.width()
        };
        put_together(&mut self.hidden_rows);
        Grid {
            name: self.name,
            text: self.text,
            cells: self.cells,
            rows: self.rows,
            merges: Merges::new(self.merges),
            width,
            hidden: self.hidden,
            hidden_rows: self.hidden_rows,
        }
    }

    /// Puts cells that came in another order in their places. Of two at one place the later counts.
    fn rearrange(&mut self) -> u32 {
        let ends = self
            .rows
            .iter()
            .skip(1)
            .map(|(_, start)| *start)
            .chain([self.cells.len() as u32]);
        let rows = self.rows.iter().zip(ends);
        let rows = rows.flat_map(|((row, start), end)| std::iter::repeat_n(*row, (end - *start) as usize));
        let mut cells: Vec<(u32, Stored)> = rows.zip(std::mem::take(&mut self.cells)).collect();
        // Stable, so the later stays last.
        cells.sort_by_key(|(row, cell)| (*row, cell.column));
        cells.dedup_by(|later, earlier| {
            let same = (later.0, later.1.column) == (earlier.0, earlier.1.column);
            if same {
                *earlier = *later;
            }
            same
        });
        let mut furthest = Furthest::default();
        self.rows.clear();
        for (place, (row, cell)) in (0u32..).zip(&cells) {
            furthest.add(cell.column);
            if self.rows.last().is_none_or(|(last, _)| last != row) {
                self.rows.push((*row, place));
            }
        }
        self.cells = cells.into_iter().map(|(_, cell)| cell).collect();
        furthest.width()
    }
}

/// What is kept of a text, and how many characters are not. Blanks around a long one say nothing: they are the first to go.
fn kept(text: &str) -> (&str, u16) {
    if text.len() <= MAX_KEPT_CHARS || text.chars().nth(MAX_KEPT_CHARS).is_none() {
        return (text, 0);
    }
    let text = text.trim();
    let (kept, rest) = text.split_at(
        text.char_indices()
            .nth(MAX_KEPT_CHARS)
            .map_or(text.len(), |(end, _)| end),
    );
    (kept, u16::try_from(rest.chars().count()).unwrap_or(u16::MAX))
}

/// Sorts stretches of rows, and makes one of those that touch or overlap.
fn put_together(stretches: &mut Vec<(u32, u32)>) {
    stretches.sort_unstable();
    stretches.dedup_by(|later, earlier| {
        let touch = later.0 <= earlier.1.saturating_add(1);
        if touch {
            earlier.1 = earlier.1.max(later.1);
        }
        touch
    });
}

/// The columns furthest to the right, the furthest last, and how many cells were looked at.
#[derive(Debug, Default)]
struct Furthest {
    columns: [u32; MAX_STRAYS + 1],
    cells: usize,
}

impl Furthest {
    fn add(&mut self, column: u32) {
        self.cells += 1;
        if column > self.columns[0] || self.cells <= self.columns.len() {
            self.columns[0] = column;
            self.columns.sort_unstable();
        }
    }

    /// Columns up to the last one of the table, of which strays are none.
    fn width(&self) -> u32 {
        let known = &self.columns[self.columns.len().saturating_sub(self.cells)..];
        let parted = (1..known.len()).find(|place| known[*place] - known[*place - 1] > MAX_GAP);
        known[..parted.unwrap_or(known.len())]
            .last()
            .map_or(0, |column| column.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strays_widen_no_table() {
        for (columns, width) in [
            (vec![], 0),
            (vec![0, 1, 2, 0, 1, 2], 3),
            (vec![0, 1, 16_383], 2),
            (vec![0, 1, 200, 16_383, 16_383], 2),
            (vec![0, 1, 200, 200, 200, 200], 201),
            (vec![60, 61, 62], 63),
            (vec![0, 60, 61, 62, 60, 61, 62], 63),
            (vec![0, 40, 80], 81),
            (vec![7], 8),
            (vec![9, 100], 10),
            (vec![0, 50, 100, 150], 1),
            (vec![0, 0, 0, 0, 50, 100, 150], 1),
        ] {
            let mut furthest = Furthest::default();
            columns.iter().for_each(|column| furthest.add(*column));
            assert_eq!(furthest.width(), width, "{columns:?}");
        }
    }

    #[test]
    fn of_a_text_longer_than_any_field_the_beginning_is_kept_and_the_rest_is_counted() {
        let mut builder = GridBuilder::new("");
        let long = "字".repeat(32_767);
        assert!((0..1_000).all(|row| builder.text(row, 0, &long)));
        for (row, within) in [(1_000, "张三"), (1_001, "")] {
            assert!(builder.text(row, 0, &format!("{}{within}{}", " ".repeat(5_000), "\n".repeat(5_000))));
        }
        assert!(builder.text.capacity() < 8 << 20, "of a hundred megabytes");
        let grid = builder.build();
        let cell = grid.cell(999, 0);
        assert_eq!(
            (cell.text.chars().count(), cell.left_out, cell.length()),
            (MAX_KEPT_CHARS, 31_767, 32_767)
        );
        assert_eq!(
            (grid.cell(1_000, 0).text, grid.cell(1_000, 0).length()),
            ("张三", 2),
            "blanks are no text"
        );
        assert!(grid.cell(1_001, 0).is_blank());
    }

    #[test]
    fn rows_hidden_over_and_over_are_kept_once() {
        let mut builder = GridBuilder::new("");
        for turn in 0..10_000 {
            let row = turn % 100 * 3;
            builder.hide_rows(row, row + 1);
        }
        builder.hide_rows(600, 900);
        builder.hide_rows(700, 800);
        assert!(builder.hidden_rows.capacity() < 5_000);
        let grid = builder.build();
        let hidden: Vec<u32> = (0..1_000).filter(|row| grid.is_row_hidden(*row)).collect();
        let expected: Vec<u32> = (0..300).filter(|row| row % 3 < 2).chain(600..=900).collect();
        assert_eq!(hidden, expected);
    }
}
