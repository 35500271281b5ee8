//! One sheet as a grid of text cells, whoever read it.
//! Rows and columns count from 0 here; only problems and row numbers shown to people count from 1.
//! Storage is sparse and keeps all text in one buffer, so a stray cell far away costs nothing.

mod builder;
mod merges;

pub use builder::GridBuilder;
use merges::Merges;

/// What kind of value the file had in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellKind {
    /// Nothing, or only a format.
    #[default]
    Empty,
    /// Text, as written.
    Text,
    /// A number; whole numbers are printed without an exponent unless `lossy`.
    Number,
    /// A date or time, in ISO form (`2020-02-03`, `2020-02-03T14:05:00`, `14:05:00`).
    Date,
    /// TRUE or FALSE.
    Bool,
    /// An error value such as `#N/A`.
    Error,
    /// A formula without a value that can be believed: none was stored, or the 0 that programs write who do not
    /// calculate. The text is the formula (`=B2&C2`), or the 0.
    Uncalculated,
}

/// A cell as read: its text and where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CellRef<'a> {
    /// The value as text; empty for an empty cell.
    pub text: &'a str,
    /// The kind of value the file had.
    pub kind: CellKind,
    /// The number has more digits than a spreadsheet keeps (15), so its last digits are gone.
    pub lossy: bool,
    /// All of its text is struck out.
    pub struck: bool,
    /// How many more characters the file has in this cell than `text`: it is longer than any field.
    pub left_out: u16,
}

impl CellRef<'_> {
    /// How many characters the file has in this cell, without the blanks around them.
    pub(super) fn length(&self) -> usize {
        self.text.trim().chars().count() + usize::from(self.left_out)
    }

    /// Nothing to see: empty, or only blanks.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// A merged region, all ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// First row, from 0.
    pub top: u32,
    /// First column, from 0.
    pub left: u32,
    /// Last row, from 0.
    pub bottom: u32,
    /// Last column, from 0.
    pub right: u32,
}

impl Region {
    fn holds(&self, row: u32, column: u32) -> bool {
        (self.top..=self.bottom).contains(&row) && (self.left..=self.right).contains(&column)
    }
}

#[derive(Debug, Clone, Copy)]
struct Stored {
    column: u32,
    start: u32,
    length: u16,
    left_out: u16,
    kind: CellKind,
    lossy: bool,
    struck: bool,
}

/// One sheet of a workbook.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    name: String,
    text: String,
    cells: Vec<Stored>,
    /// Each row with cells, and where its cells begin.
    rows: Vec<(u32, u32)>,
    merges: Merges,
    width: u32,
    hidden: bool,
    hidden_rows: Vec<(u32, u32)>,
}

impl Grid {
    /// The sheet's name; empty for a csv file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows up to the last non-empty one.
    pub fn height(&self) -> u32 {
        self.rows.last().map_or(0, |(row, _)| row.saturating_add(1))
    }

    /// Number of columns up to the table's last one. What stands far to the right of everything else is a stray: it can
    /// be read and is no column of the table.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Whoever opens the file does not see this sheet's tab.
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Whoever opens the file does not see this row: hidden by hand, by a filter or in a closed group.
    pub fn is_row_hidden(&self, row: u32) -> bool {
        let after = self.hidden_rows.partition_point(|(first, _)| *first <= row);
        after > 0 && self.hidden_rows[after - 1].1 >= row
    }

    /// Everything in the row is struck out, and there is something.
    pub fn is_row_struck(&self, row: u32) -> bool {
        let mut cells = self.row(row).filter(|(_, cell)| !cell.is_blank()).peekable();
        cells.peek().is_some() && cells.all(|(_, cell)| cell.struck)
    }

    /// Merged regions, from top to bottom; empty for csv.
    pub fn merges(&self) -> &[Region] {
        self.merges.all()
    }

    /// The cell at a place; the empty cell outside the grid.
    pub fn cell(&self, row: u32, column: u32) -> CellRef<'_> {
        let cells = self.stored(row);
        // Rows are mostly dense, so the cell is mostly where its number says.
        let place = match cells.get(column as usize) {
            Some(cell) if cell.column == column => Some(column as usize),
            _ => cells.binary_search_by_key(&column, |cell| cell.column).ok(),
        };
        place.map_or_else(CellRef::default, |place| self.view(&cells[place]))
    }

    /// The non-empty cells of a row with their column, from left to right.
    pub fn row(&self, row: u32) -> impl Iterator<Item = (u32, CellRef<'_>)> {
        self.stored(row).iter().map(|cell| (cell.column, self.view(cell)))
    }

    /// The rows with cells, from top to bottom.
    pub fn used_rows(&self) -> impl Iterator<Item = u32> {
        self.rows.iter().map(|(row, _)| *row)
    }

    /// The rows with cells from a row on.
    pub fn used_rows_from(&self, row: u32) -> impl Iterator<Item = u32> {
        let from = self.rows.partition_point(|(used, _)| *used < row);
        self.rows[from..].iter().map(|(row, _)| *row)
    }

    /// The cell as a reader sees it: inside a merged region, the region's first cell.
    pub fn seen(&self, row: u32, column: u32) -> CellRef<'_> {
        match self.region(row, column) {
            Some(region) => self.cell(region.top, region.left),
            None => self.cell(row, column),
        }
    }

    /// The merged region over a place, if there is one.
    pub fn region(&self, row: u32, column: u32) -> Option<Region> {
        self.merges.over(row, column)
    }

    fn stored(&self, row: u32) -> &[Stored] {
        // Sheets are mostly without empty rows, so the row is mostly where its number says.
        let place = match self.rows.get(row as usize) {
            Some((found, _)) if *found == row => row as usize,
            _ => match self.rows.binary_search_by_key(&row, |(row, _)| *row) {
                Ok(place) => place,
                Err(_) => return &[],
            },
        };
        let end = self
            .rows
            .get(place + 1)
            .map_or(self.cells.len(), |(_, start)| *start as usize);
        &self.cells[self.rows[place].1 as usize..end]
    }

    fn view(&self, cell: &Stored) -> CellRef<'_> {
        let start = cell.start as usize;
        let text = &self.text[start..start + usize::from(cell.length)];
        CellRef {
            text,
            kind: cell.kind,
            lossy: cell.lossy,
            struck: cell.struck,
            left_out: cell.left_out,
        }
    }
}

impl<'a> FromIterator<&'a [&'a str]> for Grid {
    /// A nameless grid of text cells, for tests and examples.
    fn from_iter<T: IntoIterator<Item = &'a [&'a str]>>(rows: T) -> Self {
        let mut builder = GridBuilder::new("");
        for (row, cells) in rows.into_iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                // Refused only beyond 4 GiB of text.
                let _ = builder.text(row as u32, column as u32, text);
            }
        }
        builder.build()
    }
}

/// The spreadsheet's name of a column: 0 is `A`, 25 `Z`, 26 `AA`.
pub fn column_letter(column: u32) -> String {
    let mut rest = u64::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_far_away_costs_what_it_holds() {
        let mut builder = GridBuilder::new("名册");
        for (row, column, text) in [(1_048_575, 16_383, "。"), (0, 0, "姓名"), (7, 1, "旧"), (7, 1, "新")] {
            assert!(builder.text(row, column, text));
        }
        let grid = builder.build();
        assert_eq!(
            (grid.height(), grid.width()),
            (1_048_576, 2),
            "the stray is no column of the table"
        );
        assert_eq!(grid.used_rows().collect::<Vec<_>>(), [0, 7, 1_048_575]);
        assert_eq!(grid.cell(7, 1).text, "新", "of two cells at one place the later counts");
        assert_eq!(grid.cell(1_048_575, 16_383).text, "。");
        assert!(grid.cell(8, 0).is_blank() && grid.cell(u32::MAX, u32::MAX).is_blank());
        assert!(grid.cells.capacity() + grid.rows.capacity() < 100);
    }

    #[test]
    fn what_is_hidden_or_struck_out_is_known() {
        let mut builder = GridBuilder::new("2018年");
        let struck = |text| CellRef {
            text,
            kind: CellKind::Text,
            struck: true,
            ..CellRef::default()
        };
        assert!(builder.push(1, 0, struck("迁出")) && builder.push(1, 1, struck("乙")));
        assert!(builder.push(2, 0, struck("丙")) && builder.text(2, 1, "丁"));
        builder.hide();
        builder.hide_rows(9, 9);
        builder.hide_rows(3, 3);
        builder.hide_rows(4, 6);
        let grid = builder.build();
        assert!(grid.is_hidden());
        let hidden: Vec<u32> = (0..12).filter(|row| grid.is_row_hidden(*row)).collect();
        assert_eq!(hidden, [3, 4, 5, 6, 9]);
        let struck: Vec<u32> = (0..4).filter(|row| grid.is_row_struck(*row)).collect();
        assert_eq!(struck, [1]);
    }
}
