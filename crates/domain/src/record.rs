//! Records: entities made of text fields and tags (committee, tag, household, resident, round, and the base of a
//! reservation). One fold for all; what the fields mean is in their own modules.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::operation::Change;

/// Every field there is, of every kind of record. Values are texts in one canonical writing per field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Name of a person, tag or committee.
    Name,
    /// 男 or 女.
    Sex,
    /// `YYYY-MM-DD`.
    BirthDate,
    /// [`crate::id_document::DocumentKind`].
    DocumentKind,
    /// The document's number.
    DocumentNumber,
    /// Phone.
    Phone,
    /// Another phone.
    SecondPhone,
    /// The household lived in (id).
    Household,
    /// 户籍地址, where it differs or is known.
    RegisteredAddress,
    /// 与户主关系.
    Relation,
    /// 紧急联系人.
    Contact,
    /// Free text.
    Note,
    /// The record this one was merged into (id).
    MergedInto,
    /// 小区 or lane.
    Estate,
    /// 楼栋.
    Building,
    /// 单元.
    Unit,
    /// 室.
    Room,
    /// 户编号, or the reservation's number.
    Number,
    /// District of the committee.
    District,
    /// Street address of the committee.
    Address,
    /// A round's definition (JSON of [`crate::round::RoundDefinition`]).
    Definition,
    /// The round of a reservation (id).
    Round,
    /// Whose reservation it is, where matched (id).
    Resident,
    /// Amount.
    Quantity,
    /// Registered at: local time.
    RegisteredAt,
    /// Where a registration came from.
    Source,
    /// Pick-up point.
    PickUp,
    /// Order among its kind.
    Order,
    /// A field that only a newer program knows; its operation keeps the bytes.
    #[serde(other)]
    Unknown,
}

/// A record's state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its values; a field without value is absent.
    pub fields: BTreeMap<Field, String>,
    /// Its tags.
    pub tags: BTreeSet<String>,
    /// Edited after somebody deleted it: kept, and to be looked at.
    pub edited_after_delete: bool,
}

impl Record {
    /// A field's value.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }
}

/// Folds the operations of one entity, in order, into its state; `None` where it does not (or no longer) exist.
///
/// Operations before the creating one are kept waiting: another PC's edit may be numbered before it is known.
pub fn fold<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Option<Record> {
    let mut record = Record::default();
    let mut created = false;
    let mut deleted = false;
    for change in changes {
        match change {
            Change::Create(fields) => {
                created = true;
                fields.iter().for_each(|(field, value)| {
                    record.fields.entry(*field).or_insert_with(|| value.clone());
                });
            }
            Change::Set(changes) => {
                record.edited_after_delete |= deleted;
                deleted = false;
                changes.iter().for_each(|(field, change)| set(&mut record, *field, change.to.as_deref()));
            }
            Change::AddTag(tag) => {
                record.tags.insert(tag.clone());
            }
            Change::RemoveTag(tag) => {
                record.tags.remove(tag);
            }
            Change::Delete => deleted = true,
            Change::Reservation(_) | Change::Noted(_) | Change::Undo { .. } => {}
        }
    }
    (created && !deleted).then_some(record)
}

fn set(record: &mut Record, field: Field, value: Option<&str>) {
    match value {
        Some(value) => record.fields.insert(field, value.to_owned()),
        None => record.fields.remove(&field),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::FieldChange;

    fn set_to(field: Field, seen: Option<&str>, to: Option<&str>) -> Change {
        let change = FieldChange { seen: seen.map(Into::into), to: to.map(Into::into) };
        Change::Set(BTreeMap::from([(field, change)]))
    }

    fn created(name: &str) -> Change {
        Change::Create(BTreeMap::from([(Field::Name, name.to_owned())]))
    }

    #[test]
    fn later_sets_hold_and_clearing_removes() {
        let changes = [
            created("张晓明"),
            set_to(Field::Phone, None, Some("13800005678")),
            set_to(Field::Name, Some("张晓明"), Some("张小明")),
            set_to(Field::Phone, Some("13800005678"), None),
        ];
        let record = fold(&changes).unwrap();
        assert_eq!(record.fields, BTreeMap::from([(Field::Name, "张小明".to_owned())]));
    }

    #[test]
    fn deleted_is_gone_but_an_edit_after_it_is_kept_and_flagged() {
        assert_eq!(fold(&[created("甲"), Change::Delete]), None);
        let kept = fold(&[created("甲"), Change::Delete, set_to(Field::Note, None, Some("在"))]).unwrap();
        assert!(kept.edited_after_delete);
        assert_eq!(kept.get(Field::Name), Some("甲"));
    }

    #[test]
    fn without_the_creating_operation_there_is_nothing() {
        assert_eq!(fold(&[set_to(Field::Name, None, Some("甲"))]), None);
        assert_eq!(fold([]), None);
    }

    #[test]
    fn tags_are_sets() {
        let tag = |t: &str| Change::AddTag(t.into());
        let record =
            fold(&[created("甲"), tag("高龄"), tag("高龄"), tag("党员"), Change::RemoveTag("高龄".into())]).unwrap();
        assert_eq!(record.tags, BTreeSet::from(["党员".to_owned()]));
    }

    #[test]
    fn fields_of_a_newer_program_do_not_break_reading() {
        let change: Change = serde_json::from_str(r#"{"create":{"name":"甲","blood_group":"A"}}"#).unwrap();
        assert_eq!(fold(&[change]).unwrap().get(Field::Name), Some("甲"));
    }
}
