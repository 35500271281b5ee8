//! Where the modules of a QR code lie in a picture: from three marks to a plane seen from the side, fitted to what
//! every code has in the same places.

use super::raster::Dots;

/// Modules along the side of the smallest and the largest code (versions 1 and 40).
pub(super) const SIDES: std::ops::RangeInclusive<usize> = 21..=177;
/// Where in a module is looked whether it is dark.
const WITHIN: [f64; 3] = [0.3, 0.5, 0.7];
/// Rounds of fitting, each with steps half as large as the one before.
const ROUNDS: usize = 7;
/// The first steps, in modules at the far corners.
const FIRST_STEP: f64 = 2.0;
/// How far the mark near the fourth corner may be from where it would be on paper seen from above, in modules.
const ASTRAY: f64 = 10.0;

/// A point in the picture.
pub(super) type Point = (f64, f64);

/// A code as it lies in a picture.
pub(super) struct Fit<'d> {
    dots: &'d Dots,
    side: usize,
    /// The rows and columns of its small marks.
    alignments: Vec<usize>,
    /// The corners of the code: upper left, upper right, lower right, lower left.
    corners: [Point; 4],
    plane: Plane,
}

/// A square seen from the side: from places in the unit square to places in the picture.
#[derive(Clone, Copy)]
struct Plane([f64; 8]);

impl Plane {
    /// By Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), 2.2.3.
    fn of([a, b, c, d]: [Point; 4]) -> Plane {
        let (sx, sy) = (a.0 - b.0 + c.0 - d.0, a.1 - b.1 + c.1 - d.1);
        let (dx1, dy1, dx2, dy2) = (b.0 - c.0, b.1 - c.1, d.0 - c.0, d.1 - c.1);
        let det = dx1 * dy2 - dx2 * dy1;
        let det = if det.abs() < 1e-9 { 1e-9 } else { det };
        let (g, h) = ((sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det);
        Plane([
            b.0 - a.0 + g * b.0,
            d.0 - a.0 + h * d.0,
            a.0,
            b.1 - a.1 + g * b.1,
            d.1 - a.1 + h * d.1,
            a.1,
            g,
            h,
        ])
    }

    fn at(&self, u: f64, v: f64) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let depth = g * u + h * v + 1.0;
        ((a * u + b * v + c) / depth, (d * u + e * v + f) / depth)
    }
}

impl<'d> Fit<'d> {
    /// A code of so many modules a side with its marks in these places: upper left, upper right, lower left. The fourth
    /// corner is where the small mark near it is, if there is one. It is still to be [settled](Fit::settle).
    pub(super) fn new(dots: &'d Dots, side: usize, [first, right, below]: [Point; 3]) -> Fit<'d> {
        let between = (side - 7) as f64;
        let across = ((right.0 - first.0) / between, (right.1 - first.1) / between);
        let down = ((below.0 - first.0) / between, (below.1 - first.1) / between);
        let from = |(x, y): Point, u: f64, v: f64| (x + across.0 * u + down.0 * v, y + across.1 * u + down.1 * v);
        let corners = [
            from(first, -3.5, -3.5),
            from(right, 3.5, -3.5),
            from(first, between + 3.5, between + 3.5),
            from(below, -3.5, 3.5),
        ];
        let mut fit = Fit {
            dots,
            side,
            alignments: alignments(side),
            corners,
            plane: Plane::of(corners),
        };
        if let Some(last) = fit.alignments.last().copied() {
            let expected = from(first, last as f64 - 3.0, last as f64 - 3.0);
            let found = fit.small_mark(expected, across, down);
            // What is nearer to the corner than the mark moves with it, and further.
            let reach = side as f64 / (last as f64 + 0.5);
            fit.corners[2].0 += (found.0 - expected.0) * reach;
            fit.corners[2].1 += (found.1 - expected.1) * reach;
            fit.plane = Plane::of(fit.corners);
        }
        fit
    }

    /// The place around here that looks most like the small mark (6.3.6): dark, light and dark squares, 1, 3 and 5 modules
    /// wide.
    fn small_mark(&self, (x, y): Point, across: Point, down: Point) -> Point {
        let looks = |cx: f64, cy: f64| {
            let mut score = 0;
            for v in -2_i32..=2 {
                for u in -2_i32..=2 {
                    let (du, dv) = (f64::from(u), f64::from(v));
                    let dark = self.dots.is_dark(
                        (cx + across.0 * du + down.0 * dv).floor() as i64,
                        (cy + across.1 * du + down.1 * dv).floor() as i64,
                    );
                    let wanted = u.abs().max(v.abs()) != 1;
                    score += if dark == wanted { 1 } else { -1 };
                }
            }
            score
        };
        let steps = (ASTRAY * 2.0) as i32;
        let mut best = (i32::MIN, f64::MAX, (x, y));
        for v in -steps..=steps {
            for u in -steps..=steps {
                let (du, dv) = (f64::from(u) / 2.0, f64::from(v) / 2.0);
                let (cx, cy) = (x + across.0 * du + down.0 * dv, y + across.1 * du + down.1 * dv);
                let (score, far) = (looks(cx, cy), du.hypot(dv));
                if score > best.0 || score == best.0 && far < best.1 {
                    best = (score, far, (cx, cy));
                }
            }
        }
        best.2
    }

    /// Moves the corners to and fro until what is in every code fits best.
    pub(super) fn settle(&mut self) {
        let module = self.module();
        let mut step = FIRST_STEP * module;
        let mut best = self.score();
        for _ in 0..ROUNDS {
            for corner in 0..4 {
                for (dx, dy) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                    let before = self.corners[corner];
                    self.corners[corner] = (before.0 + dx, before.1 + dy);
                    self.plane = Plane::of(self.corners);
                    let score = self.score();
                    if score > best {
                        best = score;
                    } else {
                        self.corners[corner] = before;
                    }
                }
            }
            step /= 2.0;
        }
        self.plane = Plane::of(self.corners);
    }

    /// How large a module is, in dots.
    fn module(&self) -> f64 {
        let [a, b, ..] = self.corners;
        (a.0 - b.0).hypot(a.1 - b.1) / self.side as f64
    }

    /// How well what is in every code fits, of 1.
    pub(super) fn quality(&self) -> f64 {
        let count = self.known().count() * WITHIN.len() * WITHIN.len();
        f64::from(self.score()) / count as f64
    }

    /// How well the alternating row and column between the marks fit, of 1: they tell how many modules there are.
    pub(super) fn counted(&self) -> f64 {
        let count = self.timing().count() * WITHIN.len() * WITHIN.len();
        f64::from(self.agreeing(self.timing())) / count as f64
    }

    fn score(&self) -> i32 {
        self.agreeing(self.known())
    }

    /// Places in modules that are as they must be, less those that are not.
    fn agreeing(&self, modules: impl Iterator<Item = (usize, usize, bool)>) -> i32 {
        modules
            .map(|(x, y, dark)| {
                if dark {
                    self.darkness(x, y)
                } else {
                    -self.darkness(x, y)
                }
            })
            .sum()
    }

    /// The modules that every code of this side has, and whether they are dark.
    fn known(&self) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
        self.marks().chain(self.timing()).chain(self.small_marks())
    }

    fn marks(&self) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
        let far = self.side - 7;
        [(0, 0), (far, 0), (0, far)]
            .into_iter()
            .flat_map(|(left, top)| squares(3).map(move |(x, y, ring)| (left + x, top + y, ring != 2)))
    }

    fn timing(&self) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
        (8..self.side - 8).flat_map(|at| [(at, 6, at % 2 == 0), (6, at, at % 2 == 0)])
    }

    fn small_marks(&self) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
        let last = self.alignments.last().copied().unwrap_or_default();
        let places = self
            .alignments
            .iter()
            .flat_map(|y| self.alignments.iter().map(move |x| (*x, *y)));
        // In three corners stand the large ones.
        places
            .filter(move |place| ![(6, 6), (6, last), (last, 6)].contains(place))
            .flat_map(|(left, top)| squares(2).map(move |(x, y, ring)| (left + x - 2, top + y - 2, ring != 1)))
    }

    /// In how many places of a module it is dark, less those in which it is light.
    fn darkness(&self, x: usize, y: usize) -> i32 {
        let side = self.side as f64;
        let mut darkness = 0;
        for v in WITHIN {
            for u in WITHIN {
                let (px, py) = self.plane.at((x as f64 + u) / side, (y as f64 + v) / side);
                darkness += if self.dots.is_dark(px.floor() as i64, py.floor() as i64) {
                    1
                } else {
                    -1
                };
            }
        }
        darkness
    }

    /// The code's modules.
    pub(super) fn modules(&self) -> rqrr::SimpleGrid {
        rqrr::SimpleGrid::from_func(self.side, |x, y| self.darkness(x, y) > 0)
    }
}

/// The modules around one in the middle, and in which ring each is.
fn squares(reach: usize) -> impl Iterator<Item = (usize, usize, usize)> {
    let side = 0..2 * reach + 1;
    side.clone().flat_map(move |y| {
        side.clone()
            .map(move |x| (x, y, x.abs_diff(reach).max(y.abs_diff(reach))))
    })
}

/// The rows and columns of small marks in a code of this side (table E.1); none in the smallest.
fn alignments(side: usize) -> Vec<usize> {
    let version = (side - 17) / 4;
    if version == 1 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2;
    let mut places: Vec<usize> = (0..count - 1).map(|place| side - 7 - place * step).collect();
    places.push(6);
    places.reverse();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_marks_stand_where_the_standard_says() {
        for (version, places) in [
            (1, vec![]),
            (2, vec![6, 18]),
            (7, vec![6, 22, 38]),
            (22, vec![6, 26, 50, 74, 98]),
            (32, vec![6, 34, 60, 86, 112, 138]),
            (40, vec![6, 30, 58, 86, 114, 142, 170]),
        ] {
            assert_eq!(alignments(version * 4 + 17), places, "version {version}");
        }
    }
}
