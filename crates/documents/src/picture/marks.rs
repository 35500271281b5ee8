//! The marks in three corners of a QR code (ISO/IEC 18004, 6.3.3): squares in squares, dark and light parts of which are
//! 1:1:3:1:1 wide along every line through their middle.

use super::raster::Dots;

/// How many of the marks seen are tried with each other, the clearest first: a code has three.
const TRIED: usize = 16;
/// The most places that are remembered while rows are gone through.
const MAX_SEEN: usize = 20_000;
/// The most places that are looked for once more in the rows below.
const MAX_OPEN: usize = 256;
/// Rows in which a mark may be missed between two in which it is seen.
const MISSED: i64 = 3;
/// The parts of a mark along a line through its middle.
const PARTS: [f64; 5] = [1.0, 1.0, 3.0, 1.0, 1.0];
/// How much a part may be wider or narrower than it should be, as a share of a module.
const OFF: f64 = 0.65;
/// Modules of a mark.
const MODULES: f64 = 7.0;

/// A mark: its middle, and how large a module is there, in dots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) module: f64,
    /// In how many rows it was seen.
    seen: f64,
    last: i64,
}

/// The marks in a picture, the clearest first.
pub(super) fn marks(dots: &Dots) -> Vec<Mark> {
    let mut seen: Vec<Mark> = Vec::new();
    // Those that the next rows may see again.
    let mut open: Vec<usize> = Vec::new();
    for y in 0..dots.height {
        open.retain(|mark| seen[*mark].last + MISSED >= y as i64);
        for (x, width) in in_row(dots.row(y)) {
            let Some(found) = crossed(dots, x, y, width) else {
                continue;
            };
            match open.iter().find(|mark| seen[**mark].is(&found)) {
                Some(mark) => seen[*mark].merge(&found),
                None if seen.len() < MAX_SEEN && open.len() < MAX_OPEN => {
                    open.push(seen.len());
                    seen.push(found);
                }
                None => {}
            }
        }
    }
    clearest(seen)
}

/// Of places seen, those that are one put together, and of these the clearest.
fn clearest(mut seen: Vec<Mark>) -> Vec<Mark> {
    seen.sort_by(|one, other| other.seen.total_cmp(&one.seen));
    let mut marks: Vec<Mark> = Vec::new();
    for mark in seen {
        match marks.iter().position(|other| other.is(&mark)) {
            Some(other) => marks[other].merge(&mark),
            None if marks.len() < TRIED => marks.push(mark),
            None => {}
        }
    }
    marks
}

impl Mark {
    fn is(&self, other: &Mark) -> bool {
        let near = self.module.max(other.module) * 2.0;
        let alike = self.module / other.module;
        (self.x - other.x).abs() < near && (self.y - other.y).abs() < near && (0.6..1.67).contains(&alike)
    }

    /// The mean of both.
    fn merge(&mut self, other: &Mark) {
        let all = self.seen + other.seen;
        let mean = |own: f64, others: f64| (own * self.seen + others * other.seen) / all;
        (self.x, self.y, self.module) = (
            mean(self.x, other.x),
            mean(self.y, other.y),
            mean(self.module, other.module),
        );
        self.seen = all;
        self.last = self.last.max(other.last);
    }
}

/// The middles and widths of what looks like a mark along a row.
fn in_row(row: &[bool]) -> impl Iterator<Item = (f64, f64)> + '_ {
    let mut runs = [0_usize; 5];
    let mut at = 0;
    // Dark and light stretches in turn, the first one light, if only of no dots.
    let mut dark = false;
    std::iter::from_fn(move || {
        while at < row.len() {
            let run = row[at..].iter().position(|dot| *dot != dark).unwrap_or(row.len() - at);
            runs.rotate_left(1);
            (runs[4], at) = (run, at + run);
            dark = !dark;
            // It was a dark stretch that ended.
            if !dark && is_mark(runs) {
                let middle = at as f64 - (runs[4] + runs[3]) as f64 - runs[2] as f64 / 2.0;
                return Some((middle, runs.iter().sum::<usize>() as f64));
            }
        }
        None
    })
}

fn is_mark(runs: [usize; 5]) -> bool {
    let total: usize = runs.iter().sum();
    let module = total as f64 / MODULES;
    let fits =
        |(run, part): (&usize, f64)| *run > 0 && (*run as f64 - part * module).abs() < part.sqrt() * OFF * module;
    total as f64 >= MODULES && runs.iter().zip(PARTS).all(fits)
}

/// A mark, where the column and the row through its middle show it too.
fn crossed(dots: &Dots, x: f64, y: usize, width: f64) -> Option<Mark> {
    let (middle, height) = along(dots, (x as i64, y as i64), (0, 1), width)?;
    let (x, width) = along(dots, (x as i64, middle as i64), (1, 0), width)?;
    let module = (width + height) / 2.0 / MODULES;
    let alike = (0.5..2.0).contains(&(width / height));
    alike.then_some(Mark {
        x,
        y: middle,
        module,
        seen: 1.0,
        last: y as i64,
    })
}

/// Where the middle of a mark is along the line through a dot, and how wide the mark is there.
fn along(dots: &Dots, (x, y): (i64, i64), (dx, dy): (i64, i64), width: f64) -> Option<(f64, f64)> {
    // No stretch of a mark that is turned and seen from the side is longer.
    let longest = (width * 1.5) as i64 + 2;
    // The stretches on one side: the rest of the square in the middle, the light ring, the dark one.
    let side = |way: i64| {
        let mut at = 0;
        [true, false, true].map(|dark| {
            let start = at;
            while at - start <= longest && dots.is_dark(x + dx * way * at, y + dy * way * at) == dark {
                at += 1;
            }
            (at - start) as usize
        })
    };
    let (before, after) = (side(-1), side(1));
    if before[0] == 0 {
        return None;
    }
    // The dot in the middle was counted on both sides.
    let runs = [before[2], before[1], before[0] + after[0] - 1, after[1], after[2]];
    is_mark(runs).then(|| {
        let start = (if dx == 1 { x } else { y }) as f64;
        let middle = start + (after[0] as f64 - before[0] as f64 + 1.0) / 2.0;
        (middle, runs.iter().sum::<usize>() as f64)
    })
}
