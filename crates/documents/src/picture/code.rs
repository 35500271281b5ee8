//! From marks to the text of a code.

use super::PictureError;
use super::fit::{Fit, Point, SIDES};
use super::marks::{Mark, marks};
use super::raster::Dots;

/// How many groups of three marks are tried, the likeliest first.
const TRIED: usize = 12;
/// How many sides are tried with each, those first for which the modules between the marks are best counted, and how well
/// they must be.
const SETTLED: usize = 2;
const COUNTED: f64 = 0.2;
/// How well what is in every code must fit for its text to be worth reading, and for it to be a code at all.
const READABLE: f64 = 0.3;
const A_CODE: f64 = 0.5;
/// Most modules by which the side that the marks give may be off.
const OFF: usize = 12;

/// The text of a code.
pub(super) fn text(dots: &Dots, stop: &dyn Fn() -> bool) -> Result<String, PictureError> {
    let mut seen = PictureError::NoCode;
    let go_on = || if stop() { Err(PictureError::Stopped) } else { Ok(()) };
    go_on()?;
    for corner in corners(&marks(dots)).iter().take(TRIED) {
        go_on()?;
        let mut fits: Vec<Fit<'_>> = sides(corner).map(|side| Fit::new(dots, side, corner.places)).collect();
        fits.sort_by(|one, other| other.counted().total_cmp(&one.counted()));
        for fit in fits.iter_mut().take(SETTLED).filter(|fit| fit.counted() > COUNTED) {
            fit.settle();
            if fit.quality() > READABLE
                && let Ok((_, text)) = rqrr::Grid::new(fit.modules()).decode()
            {
                return Ok(text);
            }
            if fit.quality() > A_CODE {
                seen = PictureError::Unclear;
            }
        }
    }
    Err(seen)
}

/// Three marks as the corners of a code: upper left, upper right, lower left.
struct Corner {
    places: [Point; 3],
    /// Modules between two of them.
    between: f64,
    /// How much it is unlike a corner.
    off: f64,
}

fn corners(marks: &[Mark]) -> Vec<Corner> {
    let mut corners = Vec::new();
    for (place, first) in marks.iter().enumerate() {
        for (other, second) in marks.iter().enumerate().filter(|(other, _)| *other != place) {
            for third in marks.iter().skip(other + 1).filter(|third| *third != first) {
                corners.extend(corner(first, second, third));
            }
        }
    }
    corners.sort_by(|one, other| one.off.total_cmp(&other.off));
    corners
}

/// The corner with a mark at its point and one at the end of each arm.
fn corner(point: &Mark, one: &Mark, other: &Mark) -> Option<Corner> {
    let arm = |end: &Mark| (end.x - point.x, end.y - point.y);
    let (a, b) = (arm(one), arm(other));
    let (long_a, long_b) = (a.0.hypot(a.1), b.0.hypot(b.1));
    let cross = a.0 * b.1 - a.1 * b.0;
    let square = (a.0 * b.0 + a.1 * b.1) / (long_a * long_b);
    // Seen from the side, one arm is shorter than the other, and the corner is no right angle.
    let uneven = (long_a / long_b).ln().abs();
    let sizes = [point, one, other].map(|mark| mark.module.ln());
    let spread = sizes.iter().fold(f64::MIN, |a, b| a.max(*b)) - sizes.iter().fold(f64::MAX, |a, b| a.min(*b));
    if !(square.abs() < 0.6 && uneven < 0.7 && spread < 0.7) {
        return None;
    }
    // A row crosses a turned mark along a longer line.
    let module = |arm: (f64, f64), long: f64, end: &Mark| {
        let upright = (arm.0.abs()).max(arm.1.abs()) / long;
        (point.module + end.module) / 2.0 * upright
    };
    let between = (long_a / module(a, long_a, one) + long_b / module(b, long_b, other)) / 2.0;
    let (right, below) = if cross > 0.0 { (one, other) } else { (other, one) };
    let places = [point, right, below].map(|mark| (mark.x, mark.y));
    let off = square.abs() + uneven + spread;
    (between > 10.0 && between < 200.0).then_some(Corner { places, between, off })
}

/// The sides that a code may have, the likeliest first.
fn sides(corner: &Corner) -> impl Iterator<Item = usize> {
    let told = corner.between + 7.0;
    let nearest = (((told - 17.0) / 4.0).round().max(1.0) as usize) * 4 + 17;
    let off = (OFF / 4).min(1 + nearest / 40) as i64;
    let around = (0..=2 * off).map(move |turn| if turn % 2 == 0 { turn / 2 } else { -(turn + 1) / 2 });
    around
        .filter_map(move |versions| usize::try_from(nearest as i64 + versions * 4).ok())
        .filter(|side| SIDES.contains(side))
}
