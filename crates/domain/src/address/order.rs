//! The order a clerk expects, and what a room's number says of its floor.

use std::cmp::Ordering;

use super::AddressParts;

impl AddressParts {
    /// Compares in the order a clerk expects: 2号 before 12号, 501 before 1203.
    pub fn natural_cmp(&self, other: &AddressParts) -> Ordering {
        fn parts(address: &AddressParts) -> [&str; 4] {
            let parts = [&address.estate, &address.building, &address.unit, &address.room];
            parts.map(|part| part.as_deref().unwrap_or_default())
        }
        parts(self)
            .into_iter()
            .zip(parts(other))
            .map(|(a, b)| natural_cmp(a, b))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

/// The floor a room number says: 501 → 5, 1203 → 12, B101 → −1; `None` where it says none.
pub fn floor(room: &str) -> Option<i32> {
    if let Some(below) = room.strip_prefix(['B', '-']) {
        return below.chars().next()?.to_digit(10).map(|floor| -(floor as i32));
    }
    let digits: String = room.chars().take_while(char::is_ascii_digit).collect();
    match digits.len() {
        3 | 4 => digits[..digits.len() - 2].parse().ok(),
        _ => None,
    }
}

/// Compares texts with numbers in them by the numbers' size: `2号` before `12号`.
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal; // Soon seen, and frequent: homes of one estate and building.
    }
    let (mut a, mut b) = (chunks(a), chunks(b));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => {
                let numbers = a.parse::<u64>().ok().zip(b.parse::<u64>().ok());
                let order = numbers.map_or_else(|| a.cmp(b), |(a, b)| a.cmp(&b));
                if order.is_ne() {
                    return order;
                }
            }
        }
    }
}

fn chunks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let digit = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let (chunk, after) = rest.split_at(end);
        rest = after;
        Some(chunk)
    })
}
