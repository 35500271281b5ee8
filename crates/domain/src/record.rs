//! Records: entities made of text fields and tags (committee, tag, household, resident, round, and the base of a
//! reservation). One fold for all; what the fields mean is in their own modules.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::address::AddressParts;
use crate::guard::{Guard, stands};
use crate::operation::{Change, DeviceId, EntityId, FieldChange};
use crate::time::Moment;

/// How often a person may have been merged into another who was merged in turn.
const MAX_MERGES: usize = 16;

/// Who somebody is now, given into whom each was merged. Two PCs may have merged two people into each other: then the
/// walk is cut, and ends at one of them.
pub fn standing(id: EntityId, into: impl Fn(EntityId) -> Option<EntityId>) -> EntityId {
    std::iter::successors(Some(id), |id| into(*id))
        .take(MAX_MERGES)
        .last()
        .unwrap_or(id)
}

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
    /// The area in which vouchers are issued for a household or person: its building when it was first written. Fixed,
    /// so that a change of address opens no second place to issue.
    Area,
    /// Of a household, set by the district: its address is another committee's.
    Elsewhere,
    /// A PC (id).
    Device,
    /// First voucher number of a lease.
    FirstSerial,
    /// Last voucher number of a lease.
    LastSerial,
    /// Title of an instruction.
    Title,
    /// Text of an instruction.
    Body,
    /// Attachments of an instruction (JSON).
    Attachments,
    /// Address of a round's form for residents.
    Form,
    /// Of a task: its source's own id of the row.
    Reference,
    /// Until when a task is to be answered: local time.
    Deadline,
    /// What a task's source wants to know (JSON).
    Questions,
    /// Of an order: what kind of request it is, in its source's words.
    Category,
    /// Of an order: how pressing it is ([`crate::order::Urgency`]).
    Urgency,
    /// Of an order: how long each thing may take (JSON of [`crate::order::Clocks`]).
    Clocks,
    /// Of an answer: the older one whose place it takes (id).
    Replaces,
    /// A field that only a newer program knows; its operation keeps the bytes. Never in a record: two such fields would
    /// be taken for one.
    #[serde(other)]
    Unknown,
}

impl Field {
    /// What a clerk calls it.
    pub fn label(self) -> &'static str {
        match self {
            Field::Name => "姓名",
            Field::Sex => "性别",
            Field::BirthDate => "出生日期",
            Field::DocumentKind => "证件类型",
            Field::DocumentNumber => "证件号码",
            Field::Phone => "手机号码",
            Field::SecondPhone => "另一电话",
            Field::RegisteredAddress => "户籍地址",
            Field::Relation => "与户主关系",
            Field::Contact => "联系人",
            Field::Note => "备注",
            Field::Estate => "小区",
            Field::Building => "楼栋",
            Field::Unit => "单元",
            Field::Room => "室号",
            Field::Number => "编号",
            Field::District => "区",
            Field::Address => "地址",
            Field::Quantity => "数量",
            Field::PickUp => "领取点",
            Field::Source => "登记来源",
            Field::RegisteredAt => "登记时间",
            Field::Title => "标题",
            Field::Body => "正文",
            Field::Form => "居民填报地址",
            Field::Household => "住址",
            Field::MergedInto => "合并到",
            Field::Definition => "轮次内容",
            Field::Resident => "匹配的居民",
            Field::Order => "排列顺序",
            Field::Reference => "来源编号",
            Field::Deadline => "期限",
            Field::Category => "诉求类型",
            Field::Urgency => "紧急程度",
            Field::Area
            | Field::Elsewhere
            | Field::Device
            | Field::FirstSerial
            | Field::LastSerial
            | Field::Attachments
            | Field::Questions
            | Field::Clocks
            | Field::Replaces
            | Field::Round
            | Field::Unknown => "其他",
        }
    }

    /// Whether its values mean something to a clerk; ids and definitions do not.
    pub fn is_read(self) -> bool {
        !matches!(
            self,
            Field::Household
                | Field::Area
                | Field::Elsewhere
                | Field::Device
                | Field::FirstSerial
                | Field::LastSerial
                | Field::Attachments
                | Field::Questions
                | Field::Clocks
                | Field::Replaces
                | Field::MergedInto
                | Field::Definition
                | Field::Round
                | Field::Resident
                | Field::Order
                | Field::Unknown
        )
    }
}

/// The fields that say where a household lives.
pub const ADDRESS: [Field; 4] = [Field::Estate, Field::Building, Field::Unit, Field::Room];

/// A change together with who made it, where and when.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// What.
    pub change: &'a Change,
    /// On which PC.
    pub device: DeviceId,
    /// Who.
    pub actor: &'a str,
    /// When.
    pub at: Moment,
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
    /// Values that another PC set and that the field's value overwrote unseen; kept until a person decides.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conflicts: BTreeMap<Field, BTreeSet<Option<String>>>,
}

impl Record {
    /// Where it is, as far as its fields say.
    pub fn address(&self) -> AddressParts {
        let [estate, building, unit, room] = ADDRESS.map(|field| self.get(field).map(str::to_owned));
        AddressParts {
            estate,
            building,
            unit,
            room,
        }
    }

    /// A field's value.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }
}

/// Folds the operations of one entity, in order, into its state; `None` where it does not (or no longer) exist.
///
/// Operations before the creating one are kept waiting: another PC's edit may be numbered before it is known.
pub fn fold<'a>(changes: impl IntoIterator<Item = Recorded<'a>>) -> Option<Record> {
    let mut folding = Folding::default();
    changes.into_iter().for_each(|recorded| folding.take(recorded));
    (folding.created && !folding.deleted).then_some(folding.record)
}

#[derive(Default)]
struct Folding {
    record: Record,
    created: bool,
    deleted: bool,
    /// Which PC set a field last.
    setter: BTreeMap<Field, DeviceId>,
}

impl Folding {
    fn take(&mut self, Recorded { change, device, .. }: Recorded<'_>) {
        match change {
            Change::Create(fields) => {
                self.created = true;
                for (field, value) in fields.iter().filter(|(field, _)| **field != Field::Unknown) {
                    self.record.fields.entry(*field).or_insert_with(|| value.clone());
                    self.setter.entry(*field).or_insert(device);
                }
            }
            Change::Set(changes) => {
                self.record.edited_after_delete |= self.deleted;
                self.deleted = false;
                changes
                    .iter()
                    .for_each(|(field, change)| self.set(*field, change, device));
            }
            Change::Settle(settled) => {
                for (field, settlement) in settled {
                    if let Some(lost) = self.record.conflicts.get_mut(field) {
                        lost.retain(|value| !settlement.decided.contains(value));
                    }
                    self.set(*field, &settlement.change, device);
                }
                self.record.conflicts.retain(|_, lost| !lost.is_empty());
            }
            Change::AddTag(tag) => {
                self.record.tags.insert(tag.clone());
            }
            Change::RemoveTag(tag) => {
                self.record.tags.remove(tag);
            }
            Change::Delete => self.deleted = true,
            Change::Reservation(_)
            | Change::Task(_)
            | Change::Order(_)
            | Change::Acknowledged
            | Change::Noted(_)
            | Change::Undo { .. } => {}
        }
    }

    /// The later in order holds. What it overwrites without having seen it, set on another PC, is a conflict: an
    /// author who did not see the value on the same PC had it taken back there.
    fn set(&mut self, field: Field, change: &FieldChange, device: DeviceId) {
        // The one is never set again, the other is for a newer program to fold: see there.
        if matches!(field, Field::Area | Field::Unknown) {
            return;
        }
        let now = self.record.fields.get(&field);
        let unseen = now != change.seen.as_ref() && now != change.to.as_ref();
        if stands(Guard::ConflictKept) && unseen && self.setter.get(&field).is_some_and(|setter| *setter != device) {
            self.record.conflicts.entry(field).or_default().insert(now.cloned());
        }
        self.setter.insert(field, device);
        match &change.to {
            Some(value) => self.record.fields.insert(field, value.clone()),
            None => self.record.fields.remove(&field),
        };
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::operation::Settlement;

    /// Folds what one PC did.
    fn fold<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Option<Record> {
        fold_on(changes.into_iter().map(|change| (1, change)))
    }

    /// Folds what several PCs did, in the district's order.
    fn fold_on<'a>(changes: impl IntoIterator<Item = (u128, &'a Change)>) -> Option<Record> {
        super::fold(changes.into_iter().map(|(device, change)| Recorded {
            change,
            device: DeviceId(Uuid::from_u128(device)),
            actor: "董敏",
            at: Moment(0),
        }))
    }

    fn set_to(field: Field, seen: Option<&str>, to: Option<&str>) -> Change {
        let change = FieldChange {
            seen: seen.map(Into::into),
            to: to.map(Into::into),
        };
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
    fn the_area_to_issue_in_is_never_set_again() {
        let begun = Change::Create(BTreeMap::from([
            (Field::Area, "12号".to_owned()),
            (Field::Name, "甲".to_owned()),
        ]));
        let record = fold(&[begun, set_to(Field::Area, Some("12号"), Some("13号"))]).unwrap();
        assert_eq!(record.get(Field::Area), Some("12号"));
    }

    #[test]
    fn tags_are_sets() {
        let tag = |t: &str| Change::AddTag(t.into());
        let record = fold(&[
            created("甲"),
            tag("高龄"),
            tag("高龄"),
            tag("党员"),
            Change::RemoveTag("高龄".into()),
        ])
        .unwrap();
        assert_eq!(record.tags, BTreeSet::from(["党员".to_owned()]));
    }

    fn phone(seen: Option<&str>, to: Option<&str>) -> Change {
        set_to(Field::Phone, seen, to)
    }

    fn lost(values: &[Option<&str>]) -> BTreeMap<Field, BTreeSet<Option<String>>> {
        let values: BTreeSet<Option<String>> = values.iter().map(|value| value.map(Into::into)).collect();
        if values.is_empty() {
            BTreeMap::new()
        } else {
            BTreeMap::from([(Field::Phone, values)])
        }
    }

    #[test]
    fn what_two_pcs_set_differently_is_kept_until_somebody_decides() {
        let (a, b, note) = (
            phone(None, Some("1")),
            phone(None, Some("2")),
            set_to(Field::Note, None, Some("在")),
        );
        let settled = |seen: &str, to: &str, decided: &[Option<&str>]| {
            let change = FieldChange {
                seen: Some(seen.into()),
                to: Some(to.into()),
            };
            let decided = decided.iter().map(|value| value.map(Into::into)).collect();
            Change::Settle(BTreeMap::from([(Field::Phone, Settlement { change, decided })]))
        };
        let back = settled("2", "1", &[Some("1")]);
        let kept = settled("2", "2", &[Some("1")]);
        let begun = created("甲");
        let cases = [
            ("other fields merge", vec![(1, &a), (2, &note)], "1", lost(&[])),
            ("the same value is nothing", vec![(1, &a), (2, &a)], "1", lost(&[])),
            ("one PC alone never conflicts", vec![(1, &a), (1, &b)], "2", lost(&[])),
            (
                "the later holds, the other is kept",
                vec![(1, &a), (2, &b)],
                "2",
                lost(&[Some("1")]),
            ),
            (
                "decided for the other",
                vec![(1, &a), (2, &b), (1, &back)],
                "1",
                lost(&[]),
            ),
            (
                "decided for what holds",
                vec![(1, &a), (2, &b), (2, &kept)],
                "2",
                lost(&[]),
            ),
            (
                "decided alike on both",
                vec![(1, &a), (2, &b), (1, &back), (2, &back)],
                "1",
                lost(&[]),
            ),
            (
                "decided differently",
                vec![(1, &a), (2, &b), (1, &back), (2, &kept)],
                "2",
                lost(&[Some("1")]),
            ),
        ];
        for (what, changes, holds, conflicts) in cases {
            let record = fold_on([(1, &begun)].into_iter().chain(changes)).unwrap();
            assert_eq!(record.get(Field::Phone), Some(holds), "{what}");
            assert_eq!(record.conflicts, conflicts, "{what}");
        }
    }

    #[test]
    fn fields_of_a_newer_program_are_left_to_it() {
        let begun: Change = serde_json::from_str(r#"{"create":{"name":"甲","blood_group":"A"}}"#).unwrap();
        let set: Change = serde_json::from_str(r#"{"set":{"shoe_size":{"seen":null,"to":"42"}}}"#).unwrap();
        let record = fold_on([(1, &begun), (2, &set)]).unwrap();
        assert_eq!(record.fields, BTreeMap::from([(Field::Name, "甲".to_owned())]));
        assert_eq!(
            record.conflicts,
            BTreeMap::new(),
            "nobody here could decide between a blood group and a shoe size"
        );
    }
}
