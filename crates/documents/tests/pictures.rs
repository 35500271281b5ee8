//! Codes in pictures: as a browser writes them, as they are photographed, and where there is no end of what looks like one.

#![allow(clippy::unwrap_used, missing_docs)]

use std::cell::Cell;
use std::io::Write;

use fast_qr::{ECL, QRBuilder};
use linli_documents::picture::{PictureError, is_picture, qr_text};
use png::{BitDepth, ColorType};

/// Dark blue on nothing, as a browser writes it.
const ON_NOTHING: [[u8; 4]; 2] = [[20, 30, 60, 255], [0, 0, 0, 0]];

fn read(bytes: &[u8]) -> Result<String, PictureError> {
    qr_text(bytes, &|| false)
}

fn ticket(length: usize) -> String {
    format!("LLJ1{}", "ABCDEFGHIJ234567".repeat(length / 16))
}

fn encoded(width: usize, height: usize, (colour, depth): (ColorType, BitDepth), data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

/// Whether a dot of a code with a margin of four modules is dark, and the side.
fn code(text: &str, module: usize) -> (usize, impl Fn(usize, usize) -> bool + use<>) {
    let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
    let side = (code.size + 8) * module;
    let dark = move |x: usize, y: usize| {
        let (x, y) = (x / module, y / module);
        (4..4 + code.size).contains(&x) && (4..4 + code.size).contains(&y) && code[y - 4][x - 4].value()
    };
    (side, dark)
}

/// A code drawn with so many dots a module, in these two colours with alpha.
fn picture(text: &str, module: usize, [ink, ground]: [[u8; 4]; 2]) -> Vec<u8> {
    let (side, dark) = code(text, module);
    let dots = (0..side * side).flat_map(|dot| if dark(dot % side, dot / side) { ink } else { ground });
    encoded(
        side,
        side,
        (ColorType::Rgba, BitDepth::Eight),
        &dots.collect::<Vec<u8>>(),
    )
}

#[test]
fn a_ticket_with_a_certificate_is_read_from_its_picture() {
    let png = picture(&ticket(1120), 5, ON_NOTHING);
    assert!(is_picture(&png));
    assert_eq!(read(&png), Ok(ticket(1120)));
}

#[test]
fn a_code_is_read_in_whatever_two_shades_it_is_drawn() {
    let (white, black, clear) = ([250, 250, 250, 255], [10, 10, 10, 255], [0, 0, 0, 0]);
    let grey = [70, 70, 74, 255];
    for colours in [
        [black, white],
        [white, black],
        [white, clear],
        [clear, black],
        [clear, white],
        [white, grey],
    ] {
        assert_eq!(read(&picture(&ticket(64), 5, colours)), Ok(ticket(64)), "{colours:?}");
    }
}

/// Photographed: turned, seen from the side, lit from one corner, blurred, with grain and with print around it.
#[test]
fn a_photographed_code_is_read() {
    for (length, module, turn) in [
        (96, 7.0, 0.0_f64),
        (96, 6.0, 0.35),
        (288, 5.0, -0.8),
        (288, 5.0, 2.4),
        (1120, 5.2, 0.12),
    ] {
        let code = QRBuilder::new(ticket(length)).ecl(ECL::M).build().unwrap();
        let (width, height, size) = (1_200_usize, 1_000_usize, code.size as f64);
        let mut grain = 0x9E37_79B9_7F4A_7C15_u64;
        let shade = |x: f64, y: f64| {
            // Where on the paper a dot looks: turned around the middle, and further away to the right.
            let (x, y) = (x - 600.0, y - 500.0);
            let depth = 1.0 + x * 0.000_12;
            let (u, v) = (
                (x * turn.cos() + y * turn.sin()) * depth,
                (y * turn.cos() - x * turn.sin()) * depth,
            );
            let (u, v) = (u / module + size / 2.0, v / module + size / 2.0);
            let inside = |edge: f64| (-edge..size + edge).contains(&u) && (-edge..size + edge).contains(&v);
            match (inside(0.0), inside(4.0)) {
                (true, _) => code[v as usize][u as usize].value(),
                (false, true) => false,
                // Print, in lines.
                _ => (v.rem_euclid(6.0) < 3.0) && ((u * 0.7).floor() as i64).rem_euclid(3) == 0,
            }
        };
        let mut dots = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let around = [(-0.4, -0.3), (0.5, 0.1), (0.0, 0.5), (0.2, -0.5)];
                let dark = around
                    .iter()
                    .filter(|(dx, dy)| shade(x as f64 + dx, y as f64 + dy))
                    .count() as f64
                    / 4.0;
                grain = grain
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let light = 0.65 + 0.35 * (x + y) as f64 / (width + height) as f64;
                let seen = (225.0 - 160.0 * dark) * light + ((grain >> 40) % 25) as f64 - 12.0;
                dots.push(seen.clamp(0.0, 255.0) as u8);
            }
        }
        let png = encoded(width, height, (ColorType::Grayscale, BitDepth::Eight), &dots);
        assert_eq!(read(&png), Ok(ticket(length)), "{length} characters, turned by {turn}");
    }
}

/// As dots come in any kind of PNG; one with seven passes is written here, since the library only reads them.
#[test]
fn a_code_is_read_from_every_kind_of_png() {
    let text = ticket(64);
    let (side, dark) = code(&text, 6);
    let grey: Vec<u8> = (0..side * side)
        .map(|dot| if dark(dot % side, dot / side) { 0 } else { 255 })
        .collect();
    let wide: Vec<u8> = grey.iter().flat_map(|shade| [*shade, 17]).collect();
    assert_eq!(
        read(&encoded(side, side, (ColorType::Grayscale, BitDepth::Sixteen), &wide)),
        Ok(text.clone())
    );
    let bits: Vec<u8> = grey
        .chunks(side)
        .flat_map(|row| {
            row.chunks(8)
                .map(|dots| (0..8).fold(0, |byte, bit| byte << 1 | dots.get(bit).map_or(0, |dot| dot & 1)))
        })
        .collect();
    assert_eq!(
        read(&encoded(side, side, (ColorType::Grayscale, BitDepth::One), &bits)),
        Ok(text.clone())
    );
    let mut rows = Vec::new();
    for [left, top, right, below] in [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
    ] {
        for y in (top..side).step_by(below) {
            rows.push(0);
            rows.extend((left..side).step_by(right).map(|x| grey[y * side + x]));
        }
    }
    assert_eq!(
        read(&by_hand(side as u32, side as u32, [8, 0, 0, 0, 1], &rows)),
        Ok(text)
    );
}

/// A PNG chunk by chunk: after the sides stand depth, colour, compression, filter and interlace.
fn by_hand(width: u32, height: u32, kind: [u8; 5], rows: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(rows).unwrap();
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(name);
        crc.update(data);
        [
            &(data.len() as u32).to_be_bytes()[..],
            name,
            data,
            &crc.sum().to_be_bytes(),
        ]
        .concat()
    };
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &kind].concat();
    let parts = [
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &packed.finish().unwrap()),
        chunk(b"IEND", &[]),
    ]
    .concat();
    [b"\x89PNG\r\n\x1a\n".as_slice(), &parts].concat()
}

/// A picture of 400 million dots is a few hundred kilobytes. One was refused as no ticket, whatever was in it.
#[test]
fn a_picture_is_made_smaller_while_it_is_read() {
    let text = ticket(64);
    let (side, dark) = code(&text, 60);
    // Below the code there is nothing but paper.
    let (width, height) = (8_000_usize, 8_000_usize);
    let row = |y: usize| {
        let dots = (0..width).map(move |x| (x, y));
        let bits: Vec<u8> = dots
            .map(|(x, y)| u8::from(!(x < side && y < side && dark(x, y))))
            .collect();
        bits.chunks(8)
            .map(|dots| dots.iter().fold(0, |byte, dot| byte << 1 | dot))
            .collect::<Vec<u8>>()
    };
    let rows: Vec<Vec<u8>> = (0..height).step_by(60).map(row).collect();
    let data: Vec<u8> = (0..height).flat_map(|y| rows[y / 60].clone()).collect();
    let png = encoded(width, height, (ColorType::Grayscale, BitDepth::One), &data);
    assert_eq!(read(&png), Ok(text));
    assert_eq!(
        read(&by_hand(40_000_000, 1, [16, 6, 0, 0, 0], &[0])),
        Err(PictureError::TooLarge)
    );
}

/// Marks of codes all over were put together three by three, each time in a copy of the picture, without end.
#[test]
fn marks_without_a_code_are_soon_given_up() {
    let side = 960_usize;
    for (pitch, module) in [(48, 4), (240, 20)] {
        let dark = |x: usize, y: usize| {
            let (x, y) = (x % pitch / module, y % pitch / module);
            x < 7 && y < 7 && x.abs_diff(3).max(y.abs_diff(3)) != 2
        };
        let dots: Vec<u8> = (0..side * side)
            .map(|dot| if dark(dot % side, dot / side) { 0 } else { 255 })
            .collect();
        let png = encoded(side, side, (ColorType::Grayscale, BitDepth::Eight), &dots);
        assert!(matches!(read(&png), Err(PictureError::NoCode | PictureError::Unclear)));
        let asked = Cell::new(0);
        let stop = || {
            asked.set(asked.get() + 1);
            asked.get() > 3
        };
        assert_eq!(qr_text(&png, &stop), Err(PictureError::Stopped));
        assert_eq!(asked.get(), 4, "nothing goes on after it was stopped");
    }
}

#[test]
fn a_picture_without_a_code_and_a_damaged_one_say_so() {
    let png = picture("LLJ1", 4, ON_NOTHING);
    assert_eq!(read(&png[..png.len() / 2]), Err(PictureError::Damaged));
    let blank = encoded(40, 40, (ColorType::Grayscale, BitDepth::Eight), &[255; 1_600]);
    assert_eq!(read(&blank), Err(PictureError::NoCode));
    assert_eq!(read(&by_hand(0, 0, [8, 0, 0, 0, 0], &[])), Err(PictureError::Damaged));
    // A code of which a third is covered.
    let (side, dark) = code(&ticket(288), 6);
    let covered = |x: usize, y: usize| y > side / 3 && y < side * 2 / 3 && x > side / 4;
    let dots: Vec<u8> = (0..side * side)
        .map(|dot| (dot % side, dot / side))
        .map(|(x, y)| if dark(x, y) && !covered(x, y) { 0 } else { 255 })
        .collect();
    assert_eq!(
        read(&encoded(side, side, (ColorType::Grayscale, BitDepth::Eight), &dots)),
        Err(PictureError::Unclear)
    );
}
