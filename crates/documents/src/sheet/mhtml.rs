//! Web archives: the pages in a MIME message (RFC 2045, 2046, 2557).

use data_encoding::BASE64_MIME_PERMISSIVE;

use super::book::Fault;
use super::bounds::{self, Counted, MAX_PARTS};
use super::kind::page;

/// The most lines of the head of a message or part that are read.
const MAX_HEAD_LINES: usize = 1_000;
/// Messages within messages followed: an archive has one or two.
const MAX_DEPTH: u32 = 4;

/// The pages of an archive.
pub(super) fn pages(bytes: &[u8]) -> Result<Vec<String>, Fault> {
    let mut pages = Vec::new();
    collect(bytes, &mut pages, MAX_DEPTH)?;
    Ok(pages)
}

fn collect(message: &[u8], pages: &mut Vec<String>, depth: u32) -> Result<(), Fault> {
    let (head, body) = split_head(message);
    let kind = header(&head, "content-type").unwrap_or_default();
    let lower = kind.to_ascii_lowercase();
    if let Some(boundary) = parameter(&kind, "boundary").filter(|_| depth > 0) {
        let line = [b"--", boundary.as_bytes()].concat();
        for part in parts(body, &line)? {
            collect(part, pages, depth - 1)?;
        }
    } else if lower.starts_with("text/html") || lower.is_empty() && depth < MAX_DEPTH {
        let encoding = header(&head, "content-transfer-encoding")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let bytes = match encoding.trim() {
            "base64" => BASE64_MIME_PERMISSIVE.decode(body.trim_ascii()).unwrap_or_default(),
            "quoted-printable" => quoted_printable(body),
            _ => body.to_vec(),
        };
        pages.extend(page(&bytes));
    }
    Ok(())
}

/// The header with its folded lines joined, and what follows the first empty line.
fn split_head(message: &[u8]) -> (Vec<String>, &[u8]) {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let end = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |place| place + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        let line = String::from_utf8_lossy(line);
        if lines.len() > MAX_HEAD_LINES {
            break;
        }
        match (line.trim(), lines.last_mut()) {
            // A part begins right after the line end of its boundary.
            ("", None) => {}
            ("", Some(_)) => break,
            (folded, Some(last)) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(folded);
            }
            (line, _) => lines.push(line.to_owned()),
        }
    }
    (lines, rest)
}

fn header(head: &[String], name: &str) -> Option<String> {
    head.iter().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|parameter| {
        let (found, value) = parameter.split_once('=')?;
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// What stands between the lines that begin with the boundary.
fn parts<'m>(body: &'m [u8], boundary: &[u8]) -> Result<Vec<&'m [u8]>, Fault> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(boundary) {
            if let Some(start) = start {
                bounds::entries(parts.len() + 1, MAX_PARTS, Counted::Parts)?;
                parts.push(&body[start..at]);
            }
            start = Some(at + line.len());
        }
        at += line.len();
    }
    // An archive that is cut off has no last boundary.
    if let Some(start) = start.filter(|start| body[*start..].len() > 2) {
        parts.push(&body[start..]);
    }
    Ok(parts)
}

/// RFC 2045 §6.7; what is no escape stays.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'=' {
            bytes.push(*first);
        } else if let Some(after) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) {
            rest = after;
        } else if let Some(byte) = rest.first_chunk::<2>().and_then(hex) {
            bytes.push(byte);
            rest = &rest[2..];
        } else {
            bytes.push(b'=');
        }
    }
    bytes
}

fn hex(digits: &[u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? * 16 + low?).ok()
}
