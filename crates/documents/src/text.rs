//! Text files as they come: whatever encoding the program wrote that made them.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

/// The text of a file, without its byte-order mark; nothing where it is no text.
///
/// A mark tells the encoding. Without one, what reads as UTF-8 is that, and everything else GB 18030-2022, which holds
/// what Chinese editions of Excel, WPS and the editor of Windows write as "ANSI". A broken byte or two do not change
/// the encoding of all the rest: they become U+FFFD, one each.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned()),
        None => unmarked(bytes)?,
    };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn unmarked(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some(utf16) = unmarked_utf16(bytes) {
        return Some(utf16);
    }
    let controls = bytes
        .iter()
        .filter(|byte| **byte < 0x20 && !b"\t\n\x0b\x0c\r\x1a\x1b".contains(byte))
        .count();
    // One in a text is a flaw of the text; many make it none.
    if controls > 1 + bytes.len() / 100 {
        return None;
    }
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // In GBK text read as UTF-8 most characters are broken; in UTF-8 text with a flaw hardly any is.
    Some(if broken == 0 || sound > broken {
        encoding_rs::UTF_8
    } else {
        GB18030
    })
}

/// Tabs, line ends and digits have a zero byte in UTF-16, always on the same side.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let few = |count: usize| count * 20 < bytes.len();
    let encoding = match (zeros(0), zeros(1)) {
        (0, low) if !few(low) => UTF_16LE,
        (high, 0) if !few(high) => UTF_16BE,
        _ => return None,
    };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let is_text = !broken && !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    is_text.then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "姓名\t手机\t楼栋\n㛃䶮\t13800005678\t12号\n";

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn text_is_read_in_every_encoding() {
        let marked = format!("\u{feff}{TABLE}");
        let (gb18030, ..) = GB18030.encode(TABLE);
        for bytes in [
            TABLE.as_bytes(),
            marked.as_bytes(),
            &gb18030,
            &utf16(TABLE, u16::to_le_bytes),
            &utf16(TABLE, u16::to_be_bytes),
            &utf16(&marked, u16::to_le_bytes),
            &utf16(&marked, u16::to_be_bytes),
        ] {
            assert_eq!(decode(bytes).as_deref(), Some(TABLE), "{bytes:x?}");
        }
        assert_eq!(decode(b"").as_deref(), Some(""));
        assert_eq!(decode("联通".as_bytes()).as_deref(), Some("联通"));
    }

    #[test]
    fn a_broken_byte_stays_one() {
        let (gb18030, ..) = GB18030.encode(TABLE);
        for whole in [TABLE.as_bytes(), &gb18030] {
            for at in 0..whole.len() {
                for byte in [0xff, 0x80, 0] {
                    let mut bytes = whole.to_vec();
                    bytes[at] = byte;
                    let text = decode(&bytes).unwrap();
                    let kept = TABLE.chars().filter(|c| text.contains(*c)).count();
                    assert!(kept + 4 >= TABLE.chars().count(), "{at} {byte:x}: {text}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_text_is_not_read_as_one() {
        for bytes in [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
            b"\x03\x78\x01\x02\0\0\0\0\0\0",
            b"GIF89a\x01\0\x01\0\0\0",
        ] {
            assert_eq!(decode(bytes), None, "{bytes:x?}");
        }
    }
}
