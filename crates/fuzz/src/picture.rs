//! Pictures of tickets: files of any bytes, pictures of any size and kind, and codes, whole and in part, among marks that
//! look like those of codes.

use std::time::{Duration, Instant};

use fast_qr::QRBuilder;
use linli_documents::picture::{MAX_SECONDS, qr_text};
use png::{BitDepth, ColorType};

use crate::bounds::within_bounds;
use crate::script::Script;

/// How a PNG file begins.
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
/// The longest side of what is drawn on, and the most dots of a picture of any kind.
const SIDE: usize = 640;
const DOTS: usize = 1 << 22;

/// Plays a picture.
///
/// # Panics
/// Something does not hold.
pub fn picture(bytes: &[u8]) {
    let mut script = Script::new(bytes);
    match script.below(4) {
        0 => read(&[&SIGNATURE, script.rest()].concat()),
        1 => read(&of_any_kind(&mut script)),
        2 => {
            let places: Vec<(u64, u8)> = (0..=script.below(4))
                .map(|_| (script.number(), script.byte()))
                .collect();
            let mut file = drawn(&mut script);
            for (place, with) in places {
                let place = place as usize % file.len();
                file[place] ^= with;
            }
            read(&file);
        }
        _ => read(&drawn(&mut script)),
    }
}

fn read(file: &[u8]) {
    let end = Instant::now() + Duration::from_secs(MAX_SECONDS);
    let _ = within_bounds(|| qr_text(file, &|| Instant::now() >= end));
}

/// A picture of any size and kind with any dots, over and over.
fn of_any_kind(script: &mut Script<'_>) -> Vec<u8> {
    let side = |script: &mut Script<'_>| {
        (script.number() as usize)
            .saturating_mul(script.below(256).max(1))
            .clamp(1, DOTS)
    };
    let width = side(script);
    let height = side(script).min(DOTS / width).max(1);
    let (colour, depths): (_, &[BitDepth]) = match script.below(5) {
        0 => (
            ColorType::Grayscale,
            &[
                BitDepth::One,
                BitDepth::Two,
                BitDepth::Four,
                BitDepth::Eight,
                BitDepth::Sixteen,
            ],
        ),
        1 => (ColorType::GrayscaleAlpha, &[BitDepth::Eight, BitDepth::Sixteen]),
        2 => (ColorType::Rgb, &[BitDepth::Eight, BitDepth::Sixteen]),
        3 => (ColorType::Rgba, &[BitDepth::Eight, BitDepth::Sixteen]),
        _ => (
            ColorType::Indexed,
            &[BitDepth::One, BitDepth::Two, BitDepth::Four, BitDepth::Eight],
        ),
    };
    let depth = depths[script.below(depths.len())];
    let palette: Vec<u8> = (0..=255).flat_map(|shade| [shade, shade, 255 - shade]).collect();
    let colours = 3 << (depth as usize).min(8);
    let dots = script.rest();
    let row = (width * colour.samples() * depth as usize).div_ceil(8);
    let data = dots
        .iter()
        .chain(&[0])
        .copied()
        .cycle()
        .take(row * height)
        .collect::<Vec<_>>();
    encoded(width, height, (colour, depth), Some(&palette[..colours]), &data)
}

/// Codes and marks on a ground, as a script draws them.
fn drawn(script: &mut Script<'_>) -> Vec<u8> {
    let (width, height) = (64 + script.below(256) * 2, 64 + script.below(256) * 2);
    let mut ground = Ground {
        width: width.min(SIDE),
        height: height.min(SIDE),
        dots: Vec::new(),
    };
    ground.dots = vec![u8::MAX; ground.width * ground.height];
    while !script.over() {
        let (x, y) = (script.below(256) * 3, script.below(256) * 3);
        match script.below(6) {
            0 | 1 => ground.squares((x, y), 1 + script.below(9), 3),
            2 => ground.squares((x, y), 1 + script.below(9), 2),
            3 => {
                let (module, text) = (1 + script.below(6), script.text());
                ground.code((x, y), module, &text);
            }
            4 => {
                let (wide, high, shade) = (script.below(256), script.below(256), script.byte());
                ground.fill((x, y), (wide, high), shade);
            }
            _ => {
                let noise = script.some();
                ground.noise(y, noise);
            }
        }
    }
    encoded(
        ground.width,
        ground.height,
        (ColorType::Grayscale, BitDepth::Eight),
        None,
        &ground.dots,
    )
}

struct Ground {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

impl Ground {
    fn fill(&mut self, (x, y): (usize, usize), (wide, high): (usize, usize), shade: u8) {
        for y in y.min(self.height)..(y + high).min(self.height) {
            let row = &mut self.dots[y * self.width..][..self.width];
            row[x.min(self.width)..(x + wide).min(self.width)].fill(shade);
        }
    }

    /// Squares in squares, dark and light, as many rings as the marks of a code have.
    fn squares(&mut self, (x, y): (usize, usize), module: usize, rings: usize) {
        for ring in 0..=rings {
            let side = (2 * (rings - ring) + 1) * module;
            let light = rings - ring == rings - 1 && ring > 0;
            self.fill(
                (x + ring * module, y + ring * module),
                (side, side),
                if light { u8::MAX } else { 0 },
            );
        }
    }

    fn code(&mut self, (x, y): (usize, usize), module: usize, text: &str) {
        let Ok(code) = QRBuilder::new(text).build() else { return };
        for (row, modules) in (0..code.size).map(|row| (row, &code[row])) {
            for (column, dark) in modules.iter().enumerate() {
                let shade = if dark.value() { 0 } else { u8::MAX };
                self.fill((x + column * module, y + row * module), (module, module), shade);
            }
        }
    }

    /// Over the dots from a row on.
    fn noise(&mut self, y: usize, noise: &[u8]) {
        let from = (y * self.width).min(self.dots.len());
        self.dots[from..]
            .iter_mut()
            .zip(noise.iter().cycle())
            .for_each(|(dot, noise)| *dot ^= noise);
    }
}

fn encoded(
    width: usize,
    height: usize,
    (colour, depth): (ColorType, BitDepth),
    palette: Option<&[u8]>,
    data: &[u8],
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fastest);
    if colour == ColorType::Indexed {
        encoder.set_palette(palette.unwrap_or_default().to_vec());
    }
    let mut writer = encoder.write_header().expect("it fits into memory");
    writer.write_image_data(data).expect("it fits into memory");
    writer.finish().expect("it fits into memory");
    file
}

/// What the fuzzer begins with: a code, three marks, pictures of several kinds.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let code = [
        &[3, 200, 200, 8, 8, 3, 2, 8],
        b"LLJ1ABCDEFGHIJKLMNOPQRSTUVWXYZ23".as_slice(),
    ]
    .concat();
    let marks = vec![3, 200, 200, 4, 4, 0, 3, 40, 4, 0, 3, 4, 40, 0, 3, 30, 30, 2, 3];
    let kinds = (0..5).map(|kind| vec![1, 90, 0, 70, 0, kind, 0, 0, 255, 170, 3]);
    [code, marks, vec![0, 0, 0, 0, 13, b'I', b'H', b'D', b'R']]
        .into_iter()
        .chain(kinds)
        .collect()
}
