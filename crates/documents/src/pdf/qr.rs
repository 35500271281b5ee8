//! QR codes as filled rectangles, so that they stay sharp at any printer resolution.

use fast_qr::{ECL, QRBuilder};

use crate::pdf::canvas::{Area, Canvas};
use crate::pdf::paper::ink;
use crate::pdf::{Context, PdfError};

/// Blank modules a reader wants around a code (ISO/IEC 18004 asks for 4; white paper around the
/// area counts too).
const QUIET: f32 = 2.0;

/// How much of a code may be soiled and it still reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Robustness {
    /// 15 %: for paper kept in a pocket for some days.
    Medium,
    /// 25 %: for a poster in the rain.
    Quartile,
}

/// Draws the QR code of a text into a square area.
pub(crate) fn put_qr(canvas: &mut dyn Canvas, area: Area, robustness: Robustness, text: &str) -> Result<(), PdfError> {
    let level = match robustness {
        Robustness::Medium => ECL::M,
        Robustness::Quartile => ECL::Q,
    };
    let code = QRBuilder::new(text)
        .ecl(level)
        .build()
        .map_err(|_| PdfError::QrTooLong {
            length: text.len(),
            context: Context::default(),
        })?;
    let rectangles = merge(code.size, |x, y| code[y][x].value());
    let module = area.width.min(area.height) / (code.size as f32 + 2.0 * QUIET);
    let corner = (area.x + QUIET * module, area.y + QUIET * module);
    canvas.fill_grid(corner, module, &rectangles, ink::BLACK);
    Ok(())
}

/// Covers the dark modules with few rectangles: each takes a run of its row, then as many rows
/// below as have the same run dark. Fewer rectangles make the file smaller and faster to print.
fn merge(size: usize, dark: impl Fn(usize, usize) -> bool) -> Vec<(usize, usize, usize, usize)> {
    let mut covered = vec![false; size * size];
    let mut rectangles = Vec::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            if !dark(x, y) || covered[y * size + x] {
                x += 1;
                continue;
            }
            let width = (x..size).take_while(|&x| dark(x, y) && !covered[y * size + x]).count();
            let full = |row: &usize| (x..x + width).all(|x| dark(x, *row) && !covered[*row * size + x]);
            let height = (y..size).take_while(full).count();
            for row in y..y + height {
                covered[row * size + x..row * size + x + width].fill(true);
            }
            rectangles.push((x, y, width, height));
            x += width;
        }
    }
    rectangles
}

#[cfg(test)]
mod tests {
    use super::merge;

    proptest::proptest! {
        #[test]
        fn merged_rectangles_cover_the_dark_modules_once(
            bits in proptest::collection::vec(proptest::bool::ANY, 81),
        ) {
            let mut seen = vec![0; 81];
            for (x, y, width, height) in merge(9, |x, y| bits[y * 9 + x]) {
                for row in y..y + height {
                    for column in x..x + width {
                        seen[row * 9 + column] += 1;
                    }
                }
            }
            let wanted: Vec<i32> = bits.iter().map(|&bit| i32::from(bit)).collect();
            proptest::prop_assert_eq!(seen, wanted);
        }
    }
}
