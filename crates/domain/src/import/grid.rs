//! One sheet as a grid of text cells, whoever read it.
//! Rows and columns count from 0 here; only problems and row numbers shown to people count from 1.
//! Storage is sparse and keeps all text in one buffer, so a stray cell far away costs nothing.

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

#[derive(Debug, Clone, Copy)]
struct Stored {
    column: u32,
    start: u32,
    length: u32,
    kind: CellKind,
    lossy: bool,
}

/// One sheet of a workbook.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    name: String,
    text: String,
    cells: Vec<Stored>,
    row_starts: Vec<u32>,
    merges: Vec<Region>,
    width: u32,
}

impl Grid {
    /// The sheet's name; empty for a csv file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows up to the last non-empty one.
    pub fn height(&self) -> u32 {
        u32::try_from(self.row_starts.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Number of columns up to the last non-empty one.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Merged regions; empty for csv.
    pub fn merges(&self) -> &[Region] {
        &self.merges
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

    /// The cell as a reader sees it: inside a merged region, the region's first cell.
    pub fn seen(&self, row: u32, column: u32) -> CellRef<'_> {
        match self.region(row, column) {
            Some(region) => self.cell(region.top, region.left),
            None => self.cell(row, column),
        }
    }

    /// The merged region over a place, if there is one.
    pub fn region(&self, row: u32, column: u32) -> Option<Region> {
        let holds = |region: &&Region| {
            (region.top..=region.bottom).contains(&row) && (region.left..=region.right).contains(&column)
        };
        self.merges.iter().find(holds).copied()
    }

    fn stored(&self, row: u32) -> &[Stored] {
        let row = row as usize;
        match (self.row_starts.get(row), self.row_starts.get(row + 1)) {
            (Some(&start), Some(&end)) => &self.cells[start as usize..end as usize],
            _ => &[],
        }
    }

    fn view(&self, cell: &Stored) -> CellRef<'_> {
        let start = cell.start as usize;
        CellRef { text: &self.text[start..start + cell.length as usize], kind: cell.kind, lossy: cell.lossy }
    }
}

/// Collects the cells of one sheet, in any order.
#[derive(Debug, Default)]
pub struct GridBuilder {
    name: String,
    text: String,
    cells: Vec<(u32, Stored)>,
    merges: Vec<Region>,
    sorted: bool,
}

impl GridBuilder {
    /// An empty sheet with a name.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), sorted: true, ..Self::default() }
    }

    /// Adds a cell. Empty text adds nothing. Text beyond 4 GiB in one sheet is refused (`false`).
    #[must_use]
    pub fn push(&mut self, row: u32, column: u32, text: &str, kind: CellKind, lossy: bool) -> bool {
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
        self.cells.push((row, Stored { column, start, length, kind, lossy }));
        true
    }

    /// Adds a plain text cell.
    #[must_use]
    pub fn text(&mut self, row: u32, column: u32, text: &str) -> bool {
        self.push(row, column, text, CellKind::Text, false)
    }

    /// Adds a merged region.
    pub fn merge(&mut self, region: Region) {
        self.merges.push(region);
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
        let height = self.cells.last().map_or(0, |(row, _)| *row as usize + 1);
        let mut row_starts = Vec::with_capacity(height + 1);
        let mut cells = Vec::with_capacity(self.cells.len());
        let mut width = 0;
        for (row, cell) in &self.cells {
            while row_starts.len() <= *row as usize {
                row_starts.push(cells.len() as u32);
            }
            width = width.max(cell.column + 1);
            cells.push(*cell);
        }
        row_starts.push(cells.len() as u32);
        Grid { name: self.name, text: self.text, cells, row_starts, merges: self.merges, width }
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
