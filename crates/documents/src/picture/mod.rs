//! QR codes in pictures (PNG) that people choose: as they were printed, scanned or photographed, or on a dark screen.
//!
//! A picture is made smaller while it is read, so that none takes more memory than the next, and what is looked for in it
//! is bounded at every step. Whoever asks may stop it at any time.

mod code;
mod fit;
mod marks;
mod raster;
mod shades;

use serde::Serialize;
use thiserror::Error;

use crate::unharmed::unharmed;
use raster::Raster;
use shades::Shades;

/// The longest a picture may be looked at, in seconds: nobody at a counter waits longer. The caller has the clock.
pub const MAX_SECONDS: u64 = 5;
/// How a PNG file begins (RFC 2083, 3.1).
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];

/// Why no text was read from a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureError {
    /// The picture itself cannot be read.
    #[error("这张图片读不出来，可能已损坏：请重新拍一张，或重新保存成 PNG 再选")]
    Damaged,
    /// A row of it is wider than any screen, scanner or camera makes.
    #[error("这张图片太大：请只截取二维码那一块，再选一次")]
    TooLarge,
    /// No QR code is seen in it.
    #[error("这张图片里没有找到二维码：请让二维码占满画面、拍清楚，再选一次")]
    NoCode,
    /// There is a QR code, and its text is not to be read.
    #[error("图片里的二维码看不清：请靠近一些、对着光拍，让它端正、完整，再选一次")]
    Unclear,
    /// It was stopped before anything was found.
    #[error("这张图片看得太久，已停下：请只截取二维码那一块，再选一次")]
    Stopped,
}

/// Whether these bytes are a picture of the kind that is read.
pub fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// The text of a QR code in a picture. `stop` is asked every now and then whether to go on.
///
/// # Errors
/// Why there is none.
pub fn qr_text(bytes: &[u8], stop: &dyn Fn() -> bool) -> Result<String, PictureError> {
    unharmed(|| read(bytes, stop)).unwrap_or(Err(PictureError::Damaged))
}

/// Dark on light, as it is printed, or light on dark, as a dark screen shows it; where the paper shows through, on white
/// and on black; and smaller, where grain or dots of a screen are in the way.
fn read(bytes: &[u8], stop: &dyn Fn() -> bool) -> Result<String, PictureError> {
    let picture = Shades::of(bytes, stop)?;
    let papers: &[u8] = if picture.is_see_through() {
        &[u8::MAX, 0]
    } else {
        &[u8::MAX]
    };
    let mut seen = PictureError::NoCode;
    for paper in papers {
        let raster = picture.on(*paper);
        for raster in [raster.half(), Some(raster)].into_iter().flatten().rev() {
            match look(&raster, stop) {
                Err(PictureError::NoCode) => {}
                Err(PictureError::Unclear) => seen = PictureError::Unclear,
                found_or_stopped => return found_or_stopped,
            }
        }
    }
    Err(seen)
}

fn look(raster: &Raster, stop: &dyn Fn() -> bool) -> Result<String, PictureError> {
    let mut seen = PictureError::NoCode;
    for mut dots in [raster.by_surroundings(), raster.by_one_threshold()] {
        for _ in 0..2 {
            match code::text(&dots, stop) {
                Err(PictureError::NoCode) => {}
                Err(PictureError::Unclear) => seen = PictureError::Unclear,
                found_or_stopped => return found_or_stopped,
            }
            dots.invert();
        }
    }
    Err(seen)
}
