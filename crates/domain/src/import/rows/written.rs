//! Rows as they are written: what their cells become, and what no field holds.

use super::super::cell::{MAX_CHARS, Taken, take_written};
use super::super::column::{Column, ImportKind};
use super::super::ditto::ditto;
use super::super::grid::CellRef;
use super::super::problem::{ProblemCode, Severity};
use super::super::synonyms::named;
use super::{ImportRow, Rows};

/// What a column of bare numbers holds, where that is not said by its field alone.
const MARKS: [&str; 3] = ["弄", "幢", "栋"];

impl Rows<'_> {
    /// A cell as it is written. A place may be the one above; a bare number is of what its column is, and a remark about
    /// what its column says.
    pub(super) fn written(&self, place: u32, column: Column, cell: CellRef<'_>) -> Taken {
        let as_above = || ditto(column, cell.text, self.above.get(&column)).filter(|_| column.is_place());
        let mut taken = as_above().unwrap_or_else(|| take_written(column, cell, self.reading.today));
        let header = self.mapping.header(place);
        for (field, value) in &mut taken.values {
            if *field == Column::Note && !is_note(header) {
                *value = remark(header, value);
            } else if field.is_place() && value.bytes().all(|byte| byte.is_ascii_digit()) {
                value.push_str(MARKS.iter().find(|mark| header.contains(**mark)).unwrap_or(&""));
            }
        }
        taken
    }

    /// Says something more of the row, where there is still room for it.
    pub(super) fn remark(&self, row: u32, place: u32, text: String, import: &mut ImportRow) {
        if !Column::Note.serves(self.reading.kind) {
            return;
        }
        let known = import.fields.get(&Column::Note).map_or("", String::as_str);
        let length = known.chars().count() + text.chars().count() + 1;
        if length > MAX_CHARS {
            let found = (ProblemCode::TooLong, Severity::Error, length.to_string());
            import
                .problems
                .push(self.problem(row, (place, Column::Note), &text, &found));
            return;
        }
        let note = import.fields.entry(Column::Note).or_default();
        if !note.is_empty() {
            note.push('；');
        }
        note.push_str(&text);
    }

    /// Of a row to be verified something must say whom it is about, of an order what it asks for.
    pub(super) fn check_said(&self, row: u32, import: &mut ImportRow) {
        if import.fields.keys().any(|column| column.is_said(self.reading.kind)) {
            return;
        }
        let found = (ProblemCode::RowWithoutPerson, Severity::Error);
        import.problems.push(self.whole_row(row, found, &self.text(row), ""));
        import.skipped = true;
    }
}

/// What a column says of a row that has no field for it.
pub(super) fn remark(header: &str, text: &str) -> String {
    match header {
        "" => text.to_owned(),
        _ => format!("{header}：{text}"),
    }
}

/// Whether a column is one of remarks, and no other one that became a remark.
fn is_note(header: &str) -> bool {
    matches!(named(header, ImportKind::Tasks), Some((Column::Note, _)))
}
