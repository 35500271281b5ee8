//! Makes one of each document in the folder given, to look at: `cargo run --example pdf_preview DIR`.

#[path = "../tests/pdf_samples/mod.rs"]
mod samples;

use std::error::Error;
use std::path::PathBuf;

use linli_documents::font::Fonts;
use linli_documents::pdf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let fonts = Fonts::bundled()?;
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.join(name), bytes);
    write("vouchers.pdf", pdf::vouchers(&fonts, &samples::vouchers(19))?)?;
    write("notice.pdf", pdf::notice(&fonts, &samples::notice(2))?)?;
    write(
        "round_notice.pdf",
        pdf::round_notice(&fonts, &samples::round_notice(2, 37))?,
    )?;
    write("handout.pdf", pdf::handout(&fonts, &samples::handout(1, 34))?)?;
    write("door_list.pdf", pdf::door_list(&fonts, &samples::door_list(1, 14))?)?;
    write("poster.pdf", pdf::qr_poster(&fonts, &samples::poster())?)?;
    Ok(())
}
