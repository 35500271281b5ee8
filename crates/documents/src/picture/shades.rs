//! A picture in shades of grey, made smaller while it is read row by row.

use std::io::Cursor;

use png::{ColorType, DecodingError, Limits, Transformations};

use super::PictureError;
use super::raster::Raster;

/// The longest side of what is looked at, in dots: a page at 300 dots an inch still has three for each part of a code.
const SIDE: u32 = 2_400;
/// The most memory the library may take, in bytes: a few of the widest rows.
const LIBRARY_BYTES: usize = 64 << 20;
/// The most bytes of a row: 16 million dots in colour.
const ROW_BYTES: usize = 64 << 20;
/// Rows read between two looks at whether to go on, as dots.
const DOTS_AT_ONCE: usize = 1 << 20;
/// The seven passes in which the dots of some pictures come (Adam7, RFC 2083, 2.6): first column and row, and steps.
const PASSES: [[usize; 4]; 7] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

/// How light each place is and how much it covers, as sums over the dots that became one.
pub(super) struct Shades {
    across: Scale,
    down: Scale,
    light: Vec<u32>,
    cover: Vec<u32>,
}

/// Which of the places each dot of a side falls into.
struct Scale {
    dots: usize,
    places: usize,
}

impl Scale {
    fn new(dots: u32, longest: u32) -> Scale {
        let places = u64::from(dots) * u64::from(SIDE) / u64::from(longest.max(SIDE));
        Scale {
            dots: dots as usize,
            places: places.max(1) as usize,
        }
    }

    fn place(&self, dot: usize) -> usize {
        (dot as u64 * self.places as u64 / self.dots as u64) as usize
    }

    /// How many dots fall into a place.
    fn count(&self, place: usize) -> u64 {
        let first = |place: usize| (place * self.dots).div_ceil(self.places);
        (first(place + 1) - first(place)) as u64
    }
}

impl Shades {
    /// Reads a picture.
    pub(super) fn of(bytes: &[u8], stop: &dyn Fn() -> bool) -> Result<Shades, PictureError> {
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: LIBRARY_BYTES });
        decoder.set_transformations(Transformations::normalize_to_color8());
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let header = decoder.read_header_info().map_err(refused)?;
        let (width, height) = header.size();
        if width as usize > ROW_BYTES / header.bytes_per_pixel().max(4) {
            return Err(PictureError::TooLarge);
        }
        let mut reader = decoder.read_info().map_err(refused)?;
        let longest = width.max(height);
        let (across, down) = (Scale::new(width, longest), Scale::new(height, longest));
        let places = across.places * down.places;
        let mut shades = Shades {
            across,
            down,
            light: vec![0; places],
            cover: vec![0; places],
        };
        let colour = reader.output_color_type().0;
        let passes: &[[usize; 4]] = if reader.info().interlaced {
            &PASSES
        } else {
            &[[0, 0, 1, 1]]
        };
        let (wide, high) = (width as usize, height as usize);
        let mut since = 0;
        // In a small picture some passes have no dots.
        for [left, top, right, below] in passes.iter().copied().filter(|[left, ..]| *left < wide) {
            for y in (top..high).step_by(below) {
                let row = reader
                    .next_interlaced_row()
                    .map_err(refused)?
                    .ok_or(PictureError::Damaged)?;
                shades.add(colour, row.data(), y, (left..wide).step_by(right))?;
                since += wide;
                if since >= DOTS_AT_ONCE {
                    since = 0;
                    if stop() {
                        return Err(PictureError::Stopped);
                    }
                }
            }
        }
        Ok(shades)
    }

    /// Adds a row of dots that stand in these columns.
    fn add(
        &mut self,
        colour: ColorType,
        row: &[u8],
        y: usize,
        columns: impl Iterator<Item = usize>,
    ) -> Result<(), PictureError> {
        let start = self.down.place(y) * self.across.places;
        let samples = match colour {
            ColorType::Grayscale => 1,
            ColorType::GrayscaleAlpha => 2,
            ColorType::Rgb => 3,
            ColorType::Rgba => 4,
            ColorType::Indexed => return Err(PictureError::Damaged),
        };
        for (x, dot) in columns.zip(row.chunks_exact(samples)) {
            let (grey, alpha) = match *dot {
                [grey] => (u32::from(grey), u32::from(u8::MAX)),
                [grey, alpha] => (u32::from(grey), u32::from(alpha)),
                // How light a colour is: the mean is enough to tell ink from paper.
                [r, g, b] => ((u32::from(r) + u32::from(g) + u32::from(b)) / 3, u32::from(u8::MAX)),
                [r, g, b, alpha, ..] => ((u32::from(r) + u32::from(g) + u32::from(b)) / 3, u32::from(alpha)),
                [] => continue,
            };
            let place = start + self.across.place(x);
            self.light[place] = self.light[place].saturating_add(grey * alpha / u32::from(u8::MAX));
            self.cover[place] = self.cover[place].saturating_add(alpha);
        }
        Ok(())
    }

    /// Whether the paper behind shows anywhere.
    pub(super) fn is_see_through(&self) -> bool {
        self.places().any(|(place, most)| u64::from(self.cover[place]) < most)
    }

    /// Each place, and what covers it wholly.
    fn places(&self) -> impl Iterator<Item = (usize, u64)> {
        let most = (0..self.down.places).flat_map(move |y| {
            let down = self.down.count(y) * u64::from(u8::MAX);
            (0..self.across.places).map(move |x| self.across.count(x) * down)
        });
        most.enumerate()
    }

    /// As seen on paper of this shade.
    pub(super) fn on(&self, paper: u8) -> Raster {
        let seen = |(place, most): (usize, u64)| {
            let behind = most.saturating_sub(self.cover[place].into()) * u64::from(paper) / u64::from(u8::MAX);
            let shade = (u64::from(self.light[place]) + behind) * u64::from(u8::MAX) / most;
            shade.min(u64::from(u8::MAX)) as u8
        };
        Raster {
            width: self.across.places,
            height: self.down.places,
            shades: self.places().map(seen).collect(),
        }
    }
}

fn refused(error: DecodingError) -> PictureError {
    match error {
        DecodingError::LimitsExceeded => PictureError::TooLarge,
        _ => PictureError::Damaged,
    }
}
