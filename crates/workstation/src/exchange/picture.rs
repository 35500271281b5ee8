//! A ticket's QR code in a picture (PNG): as the district printed it, or as it was photographed.

use std::io::Cursor;

use linli_protocol::TicketProblem;
use png::{ColorType, Transformations};

/// How a PNG file begins (RFC 2083, 3.1).
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
/// Most dots of a picture that is looked at.
const DOTS: u64 = 24_000_000;

/// Whether these bytes are a picture of the kind that is read.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// The text of the first QR code in it: dark on light, as it is printed, or light on dark, as a dark screen shows it.
///
/// # Errors
/// The picture cannot be read, or no code in it can.
pub(super) fn text_in(picture: &[u8]) -> Result<String, TicketProblem> {
    let drawn = Drawn::of(picture).ok_or(TicketProblem::Foreign)?;
    let mut seen = Err(TicketProblem::Foreign);
    for (paper, inverted) in [(WHITE, false), (WHITE, true), (BLACK, false), (BLACK, true)] {
        if paper == BLACK && !drawn.see_through() {
            break; // On any paper it looks the same.
        }
        match drawn.text(paper, inverted) {
            Err(TicketProblem::Foreign) => {}
            Ok(text) => return Ok(text),
            incomplete => seen = incomplete,
        }
    }
    seen
}

const WHITE: u8 = 255;
const BLACK: u8 = 0;

/// A picture in shades of grey, row by row, each dot with how much it covers.
struct Drawn {
    width: usize,
    height: usize,
    dots: Vec<[u8; 2]>,
}

impl Drawn {
    fn of(png: &[u8]) -> Option<Drawn> {
        let mut decoder = png::Decoder::new(Cursor::new(png));
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().ok()?;
        let (width, height) = reader.info().size();
        if u64::from(width) * u64::from(height) > DOTS {
            return None;
        }
        let mut bytes = vec![0; reader.output_buffer_size()?];
        let frame = reader.next_frame(&mut bytes).ok()?;
        bytes.truncate(frame.buffer_size());
        let dots: Vec<[u8; 2]> = match frame.color_type {
            ColorType::Grayscale => bytes.iter().map(|&grey| [grey, u8::MAX]).collect(),
            ColorType::GrayscaleAlpha => bytes.as_chunks::<2>().0.to_vec(),
            ColorType::Rgb => bytes.as_chunks::<3>().0.iter().map(|&rgb| [grey(rgb), u8::MAX]).collect(),
            ColorType::Rgba => {
                bytes.as_chunks::<4>().0.iter().map(|&[r, g, b, alpha]| [grey([r, g, b]), alpha]).collect()
            }
            ColorType::Indexed => return None,
        };
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        (dots.len() == width * height).then_some(Drawn { width, height, dots })
    }

    /// Whether the paper behind shows anywhere.
    fn see_through(&self) -> bool {
        self.dots.iter().any(|&[_, alpha]| alpha < u8::MAX)
    }

    /// The text of a code in it, on this paper, with light and dark in each other's place where it is to be inverted.
    fn text(&self, paper: u8, inverted: bool) -> Result<String, TicketProblem> {
        let shade = |x: usize, y: usize| {
            let seen = on_paper(self.dots[y * self.width + x], paper);
            if inverted { u8::MAX - seen } else { seen }
        };
        let mut looked_at = rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, shade);
        let codes = looked_at.detect_grids();
        if codes.is_empty() {
            return Err(TicketProblem::Foreign);
        }
        codes.iter().find_map(|code| Some(code.decode().ok()?.1)).ok_or(TicketProblem::Incomplete)
    }
}

/// How light a colour is: the mean is enough to tell ink from paper.
fn grey([r, g, b]: [u8; 3]) -> u8 {
    ((u16::from(r) + u16::from(g) + u16::from(b)) / 3) as u8
}

/// As seen on paper of this shade.
fn on_paper([grey, alpha]: [u8; 2], paper: u8) -> u8 {
    let (grey, alpha, paper) = (u16::from(grey), u16::from(alpha), u16::from(paper));
    ((grey * alpha + paper * (255 - alpha)) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use fast_qr::{ECL, QRBuilder};

    /// Dark blue on nothing, as a browser writes it.
    const ON_NOTHING: [[u8; 4]; 2] = [[20, 30, 60, 255], [0, 0, 0, 0]];

    /// A code drawn with so many dots a module, in these two colours with alpha.
    fn picture(text: &str, module: usize, [ink, ground]: [[u8; 4]; 2]) -> Vec<u8> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
        let side = (code.size + 8) * module;
        let dark = |dot: usize| {
            let (x, y) = (dot % side / module, dot / side / module);
            (4..4 + code.size).contains(&x) && (4..4 + code.size).contains(&y) && code[y - 4][x - 4].value()
        };
        let dots: Vec<u8> = (0..side * side).flat_map(|dot| if dark(dot) { ink } else { ground }).collect();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&dots).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn a_ticket_with_a_certificate_is_read_from_its_picture() {
        let text = format!("LLJ1{}", "ABCDEFGHIJ234567".repeat(70));
        let png = picture(&text, 5, ON_NOTHING);
        assert!(is_picture(&png));
        assert_eq!(text_in(&png), Ok(text));
    }

    #[test]
    fn a_code_is_read_in_whatever_two_shades_it_is_drawn() {
        let (white, black, clear) = ([250, 250, 250, 255], [10, 10, 10, 255], [0, 0, 0, 0]);
        let grey = [70, 70, 74, 255];
        for colours in [[black, white], [white, black], [white, clear], [clear, black], [clear, white], [white, grey]] {
            let text = format!("LLJ1{}", "ABCDEFGHIJ234567".repeat(4));
            assert_eq!(text_in(&picture(&text, 5, colours)), Ok(text), "{colours:?}");
        }
    }

    #[test]
    fn a_picture_without_a_code_is_foreign_and_a_cut_one_too() {
        let png = picture("LLJ1", 4, ON_NOTHING);
        assert_eq!(text_in(&png[..png.len() / 2]), Err(TicketProblem::Foreign));
        let mut blank = Vec::new();
        let encoder = png::Encoder::new(&mut blank, 40, 40);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[255; 1_600]).unwrap();
        writer.finish().unwrap();
        assert_eq!(text_in(&blank), Err(TicketProblem::Foreign));
    }
}
