//! One sheet as a grid of text cells, whoever read it.
//! Rows and columns count from 0 here; only problems and row numbers shown to people count from 1.
//! Storage is sparse and keeps all text in one buffer, so a stray cell far away costs nothing.

/// Empty columns that part strays from a table: between two of its columns there are fewer.
const MAX_GAP: u32 = 40;
/// Cells that may be strays; more are a part of the table, however far.
const MAX_STRAYS: usize = 3;

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
}

impl CellRef<'_> {
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
    length: u32,
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
        &self.merges.regions
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
        let end = self.rows.get(place + 1).map_or(self.cells.len(), |(_, start)| *start as usize);
        &self.cells[self.rows[place].1 as usize..end]
    }

    fn view(&self, cell: &Stored) -> CellRef<'_> {
        let start = cell.start as usize;
        let text = &self.text[start..start + cell.length as usize];
        CellRef { text, kind: cell.kind, lossy: cell.lossy, struck: cell.struck }
    }
}

/// Merged regions, found by place: a sheet may have one for every household and column.
#[derive(Debug, Clone, Default)]
struct Merges {
    /// By their first row.
    regions: Vec<Region>,
    /// The furthest last row in the part of `regions` that halving makes this one the middle of.
    reach: Vec<u32>,
}

impl Merges {
    fn new(mut regions: Vec<Region>) -> Merges {
        fn fill(regions: &[Region], reach: &mut [u32]) -> u32 {
            if regions.is_empty() {
                return 0;
            }
            let middle = regions.len() / 2;
            let above = fill(&regions[..middle], &mut reach[..middle]);
            let below = fill(&regions[middle + 1..], &mut reach[middle + 1..]);
            reach[middle] = regions[middle].bottom.max(above).max(below);
            reach[middle]
        }
        regions.sort_by_key(|region| (region.top, region.left));
        let mut reach = vec![0; regions.len()];
        fill(&regions, &mut reach);
        Merges { regions, reach }
    }

    fn over(&self, row: u32, column: u32) -> Option<Region> {
        fn find(regions: &[Region], reach: &[u32], row: u32, column: u32) -> Option<Region> {
            let middle = regions.len() / 2;
            if *reach.get(middle)? < row {
                return None;
            }
            find(&regions[..middle], &reach[..middle], row, column).or_else(|| {
                let region = regions[middle];
                if region.top > row {
                    None
                } else if region.holds(row, column) {
                    Some(region)
                } else {
                    find(&regions[middle + 1..], &reach[middle + 1..], row, column)
                }
            })
        }
        find(&self.regions, &self.reach, row, column)
    }
}

/// Collects the cells of one sheet, in any order.
#[derive(Debug, Default)]
pub struct GridBuilder {
    name: String,
    text: String,
    cells: Vec<(u32, Stored)>,
    merges: Vec<Region>,
    hidden: bool,
    hidden_rows: Vec<(u32, u32)>,
    sorted: bool,
}

impl GridBuilder {
    /// An empty sheet with a name.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), sorted: true, ..Self::default() }
    }

    /// Adds a cell. Empty text adds nothing. Text beyond 4 GiB in one sheet is refused (`false`).
    #[must_use]
    pub fn push(&mut self, row: u32, column: u32, cell: CellRef<'_>) -> bool {
        let CellRef { text, kind, lossy, struck } = cell;
        if text.is_empty() {
            return true;
        }
        let (Ok(start), Ok(length)) = (u32::try_from(self.text.len()), u32::try_from(text.len())) else {
            return false;
        };
        if let Some((last_row, last)) = self.cells.last()
            && (*last_row, last.column) >= (row, column)
        {
            self.sorted = false;
        }
        self.text.push_str(text);
        self.cells.push((row, Stored { column, start, length, kind, lossy, struck }));
        true
    }

    /// Adds a plain text cell.
    #[must_use]
    pub fn text(&mut self, row: u32, column: u32, text: &str) -> bool {
        self.push(row, column, CellRef { text, kind: CellKind::Text, ..CellRef::default() })
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
    }

    /// Cells collected so far.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Nothing was collected yet.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Bytes of text collected so far.
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// The finished sheet.
    pub fn build(mut self) -> Grid {
        if !self.sorted {
            // Stable, so of two cells at one place the later stays last and wins below.
            self.cells.sort_by_key(|(row, cell)| (*row, cell.column));
            let same = |later: &mut (u32, Stored), earlier: &mut (u32, Stored)| {
                let same = (later.0, later.1.column) == (earlier.0, earlier.1.column);
                if same {
                    *earlier = *later;
                }
                same
            };
            self.cells.dedup_by(same);
        }
        self.hidden_rows.sort_unstable();
        let mut rows: Vec<(u32, u32)> = Vec::new();
        let mut cells = Vec::with_capacity(self.cells.len());
        let width = table_width(self.cells.iter().map(|(_, cell)| cell.column).collect());
        for (row, cell) in &self.cells {
            if rows.last().is_none_or(|(last, _)| last != row) {
                rows.push((*row, cells.len() as u32));
            }
            cells.push(*cell);
        }
        let merges = Merges::new(self.merges);
        let (hidden, hidden_rows) = (self.hidden, self.hidden_rows);
        Grid { name: self.name, text: self.text, cells, rows, merges, width, hidden, hidden_rows }
    }
}

/// Columns up to the last one of the table, from the column of every cell.
fn table_width(mut columns: Vec<u32>) -> u32 {
    columns.sort_unstable();
    let mut strays = columns.len().saturating_sub(MAX_STRAYS).max(1)..columns.len();
    let parted = strays.find(|place| columns[*place] - columns[*place - 1] > MAX_GAP);
    columns[..parted.unwrap_or(columns.len())].last().map_or(0, |column| column.saturating_add(1))
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
    use proptest::prelude::*;

    #[test]
    fn a_cell_far_away_costs_what_it_holds() {
        let mut builder = GridBuilder::new("名册");
        for (row, column, text) in [(1_048_575, 16_383, "。"), (0, 0, "姓名"), (7, 1, "旧"), (7, 1, "新")] {
            assert!(builder.text(row, column, text));
        }
        let grid = builder.build();
        assert_eq!((grid.height(), grid.width()), (1_048_576, 2), "the stray is no column of the table");
        assert_eq!(grid.used_rows().collect::<Vec<_>>(), [0, 7, 1_048_575]);
        assert_eq!(grid.cell(7, 1).text, "新", "of two cells at one place the later counts");
        assert_eq!(grid.cell(1_048_575, 16_383).text, "。");
        assert!(grid.cell(8, 0).is_blank() && grid.cell(u32::MAX, u32::MAX).is_blank());
        assert!(grid.cells.capacity() + grid.rows.capacity() < 100);
    }

    #[test]
    fn what_is_hidden_or_struck_out_is_known() {
        let mut builder = GridBuilder::new("2018年");
        let struck = |text| CellRef { text, kind: CellKind::Text, struck: true, ..CellRef::default() };
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
        ] {
            assert_eq!(table_width(columns.clone()), width, "{columns:?}");
        }
    }

    proptest! {
        /// The index finds what a search through all regions finds, where regions do not overlap.
        #[test]
        fn merged_regions_are_found_by_place(blocks in prop::collection::vec((0u32..4, 0u32..4), 0..40), row in 0u32..200, column in 0u32..8) {
            // One under the other, in two columns of blocks.
            let mut tops = [0, 0];
            let mut builder = GridBuilder::new("");
            let mut regions = Vec::new();
            for (place, (height, width)) in (0usize..).zip(blocks) {
                let side = place % 2;
                let left = side as u32 * 4;
                let region = Region { top: tops[side], left, bottom: tops[side] + height, right: left + width };
                tops[side] += height + 1;
                builder.merge(region);
                regions.push(region);
            }
            let slow = regions.iter().find(|region| region.holds(row, column)).copied();
            prop_assert_eq!(builder.build().region(row, column), slow);
        }
    }
}
