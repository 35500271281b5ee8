//! Marks for "as above". What is one person's own (name, number, phone) is never copied from a neighbour.

use super::cell::Taken;
use super::column::Column;
use super::problem::ProblemCode;

/// Marks for "as above", without blanks and full stops.
const DITTOS: [&str; 12] = [
    "同上",
    "同上行",
    "同前",
    "同左",
    "〃",
    "〃〃",
    "″",
    "\"",
    "\"\"",
    "“",
    "”",
    "··",
];

/// What a cell with such a mark gives; `None` for any other cell. `above`: the field's value in the row above.
pub(super) fn ditto(column: Column, text: &str, above: Option<&String>) -> Option<Taken> {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '。' | '.' | '（' | '）'))
        .collect();
    DITTOS.contains(&bare.as_str()).then_some(())?;
    Some(match above.filter(|_| !is_ones_own(column)) {
        Some(above) => Taken::value(column, above.clone()).warn(ProblemCode::Ditto, above.clone()),
        None => Taken::refused(ProblemCode::DittoRefused, String::new()),
    })
}

fn is_ones_own(column: Column) -> bool {
    use Column::{BirthDate, DocumentNumber, Name, Phone, SecondPhone};
    matches!(column, Name | DocumentNumber | BirthDate | Phone | SecondPhone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_s_place_is_copied_and_never_who_he_is() {
        let above = "12号".to_owned();
        for (column, text, above, code) in [
            (Column::Building, "同上", Some(&above), Some(ProblemCode::Ditto)),
            (Column::Building, " 同 上。", Some(&above), Some(ProblemCode::Ditto)),
            (Column::Building, "\"", None, Some(ProblemCode::DittoRefused)),
            (
                Column::DocumentNumber,
                "同上",
                Some(&above),
                Some(ProblemCode::DittoRefused),
            ),
            (Column::Phone, "〃", Some(&above), Some(ProblemCode::DittoRefused)),
            (Column::Name, "\"", Some(&above), Some(ProblemCode::DittoRefused)),
            (Column::Building, "12号", Some(&above), None),
        ] {
            let found = ditto(column, text, above).map(|taken| (taken.remarks[0].0, taken.values.len()));
            let expected = code.map(|code| (code, usize::from(code == ProblemCode::Ditto)));
            assert_eq!(found, expected, "{column:?} {text}");
        }
    }
}
