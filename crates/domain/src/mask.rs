//! Masking of personal data: enough left to recognise, not enough to misuse (GB/T 35273-2020, 去标识化).

use crate::person_name::COMPOUND_SURNAMES;

/// Characters of a document number left at each end.
const DOCUMENT_ENDS: usize = 4;
/// What stands between two phones.
const BETWEEN_PHONES: [char; 7] = ['/', '、', ';', '；', ',', '，', '\n'];
/// The fewest digits of a phone.
const LANDLINE_DIGITS: usize = 7;

/// `3101**********1234`; short numbers keep their ends by a quarter of their length.
pub fn document(number: &str) -> String {
    let length = number.chars().count();
    let ends = if length > 2 * DOCUMENT_ENDS + 2 {
        DOCUMENT_ENDS
    } else {
        length / 4
    };
    ends_only(number, ends, ends)
}

/// `138****5678`; landlines keep their last four. Of several in one cell each by itself.
pub fn phone(text: &str) -> String {
    let digits = |number: &str| number.chars().filter(char::is_ascii_digit).count();
    let apart = text.split_whitespace().all(|number| digits(number) >= LANDLINE_DIGITS);
    let between = |c: char| BETWEEN_PHONES.contains(&c) || apart && c.is_whitespace();
    let numbers = text.split_inclusive(between).map(|part| {
        let number = part.trim_end_matches(between).trim();
        part.replacen(number, &one_phone(number), 1)
    });
    numbers.collect()
}

fn one_phone(number: &str) -> String {
    match number.chars().count() {
        0..=4 => "*".repeat(number.chars().count()),
        5..=8 => ends_only(number, 0, 4),
        _ => ends_only(number, 3, 4),
    }
}

/// `张*明`, `王*`, `欧阳*`; a name of one character is left, a foreign one keeps its first letter.
pub fn name(name: &str) -> String {
    let characters: Vec<char> = name.trim().chars().collect();
    if characters.first().is_some_and(char::is_ascii_alphabetic) {
        return ends_only(name.trim(), 1, 0);
    }
    let surname = if COMPOUND_SURNAMES
        .iter()
        .any(|compound| name.trim().starts_with(compound))
    {
        2
    } else {
        1
    };
    let given = characters.len().saturating_sub(surname);
    match given {
        0 if characters.len() == 2 => ends_only(name.trim(), 1, 0),
        0 => name.trim().to_owned(),
        1 => ends_only(name.trim(), surname, 0),
        _ => ends_only(name.trim(), surname, 1),
    }
}

/// `5**室`, `12**`: the first digit of a room stays, for posting in public.
pub fn room(room: &str) -> String {
    let mut seen = 0;
    room.chars()
        .map(|c| {
            let digit = c.is_ascii_alphanumeric();
            seen += usize::from(digit);
            if digit && seen > 1 { '*' } else { c }
        })
        .collect()
}

fn ends_only(text: &str, first: usize, last: usize) -> String {
    let length = text.chars().count();
    text.chars()
        .enumerate()
        .map(|(place, c)| {
            if place < first || place + last >= length {
                c
            } else {
                '*'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_their_length_and_their_ends() {
        for (plain, masked) in [
            ("310115197001011234", "3101**********1234"),
            ("E12345678", "E1*****78"),
            ("H1", "**"),
            ("", ""),
        ] {
            assert_eq!(document(plain), masked);
        }
        for (plain, masked) in [
            ("13800005678", "138****5678"),
            ("58881234", "****1234"),
            ("110", "***"),
            ("13800005678/13900001234", "138****5678/139****1234"),
            ("13800005678、 58881234", "138****5678、 ****1234"),
            ("13800005678 13900001234", "138****5678 139****1234"),
            ("138 0000 5678", "138******5678"),
            ("/", "/"),
        ] {
            assert_eq!(phone(plain), masked);
        }
        for (plain, masked) in [
            ("张晓明", "张*明"),
            ("王㛃", "王*"),
            ("欧阳修", "欧阳*"),
            ("欧阳", "欧*"),
            ("司马相如", "司马*如"),
            ("阿", "阿"),
            ("John Smith", "J*********"),
        ] {
            assert_eq!(name(plain), masked, "{plain}");
        }
        for (plain, masked) in [("501", "5**"), ("1203室", "1***室"), ("甲", "甲")] {
            assert_eq!(room(plain), masked);
        }
    }
}
