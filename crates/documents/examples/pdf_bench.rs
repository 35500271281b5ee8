//! Times vouchers and notices, whole and from a cold start, for `cargo xtask bench`.
//! `pdf_bench vouchers|notices COUNT OUT.pdf` makes one file and prints one line of JSON;
//! `pdf_bench input COUNT` prints the same content as JSON for the programs it is compared with.

#[path = "../tests/pdf_samples/mod.rs"]
mod samples;

use std::error::Error;
use std::time::Instant;

use linli_documents::font::Fonts;
use linli_documents::pdf;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["vouchers", count, out] => {
            let input = samples::vouchers(count.parse()?);
            time("vouchers", count, out, |fonts| pdf::vouchers(fonts, &input))
        }
        ["notices", count, out] => {
            let input = samples::notice(count.parse()?);
            time("notices", count, out, |fonts| pdf::notice(fonts, &input))
        }
        ["input", count] => {
            print_input(count.parse()?);
            Ok(())
        }
        _ => Err("usage: pdf_bench vouchers|notices COUNT OUT.pdf, or pdf_bench input COUNT".into()),
    }
}

fn time(
    what: &str,
    count: &str,
    out: &str,
    make: impl Fn(&Fonts) -> Result<Vec<u8>, pdf::PdfError>,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let fonts = Fonts::bundled()?;
    let bytes = make(&fonts)?;
    std::fs::write(out, &bytes)?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        r#"{{"program":"linli","what":"{what}","count":{count},"seconds":{seconds:.3},"bytes":{}}}"#,
        bytes.len()
    );
    Ok(())
}

/// The content as JSON. The texts hold no characters that JSON would want escaped but line ends.
fn print_input(count: usize) {
    let input = samples::vouchers(count);
    let vouchers: Vec<String> = input
        .vouchers
        .iter()
        .map(|v| {
            format!(
                r#"{{"number":"{}","name":"{}","room":"{}","amount":"{}","place":"{}","time":"{}","qr":"{}"}}"#,
                v.number, v.name, v.room, v.amount, v.place, v.time, v.qr
            )
        })
        .collect();
    println!(
        r#"{{"committee":"{}","round_title":"{}","fine_print":"{}","notice":"{}","buildings":[{}],"vouchers":[{}]}}"#,
        input.imprint.committee,
        input.round_title,
        input.fine_print,
        samples::NOTICE_TEXT.replace('\n', "\\n"),
        (0..50)
            .map(|index| format!("\"{}\"", samples::building(index)))
            .collect::<Vec<_>>()
            .join(","),
        vouchers.join(",")
    );
}
