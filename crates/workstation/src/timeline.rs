//! What happened, in a clerk's words: from the log's batches and operations.

use std::collections::BTreeMap;

use linli_domain::mask;
use linli_domain::operation::{Action, Change, DeviceId, EntityId, FieldChange, Note};
use linli_domain::record::Field;
use linli_domain::reservation::ReservationFact;
use linli_domain::round::{Channel, Decision, Outcome};
use linli_domain::time::Moment;
use linli_store::{BatchRow, Extent, LoggedChange, Store, View};

use crate::api::{TimelineItem, Unit};
use crate::{Error, Workstation};

/// How many people a batch may have touched to be taken back by one click: a merge touches two.
const AT_ONCE: usize = 2;

/// What a batch was for, in words.
pub(crate) fn action_text(action: Action) -> &'static str {
    match action {
        Action::SetUp => "建立居委会",
        Action::CommitteeChanged => "修改居委会信息",
        Action::TagsChanged => "修改标签",
        Action::HouseholdSaved => "保存住户",
        Action::ResidentAdded => "新增居民",
        Action::ResidentChanged => "修改居民信息",
        Action::ResidentsTagged => "修改标签",
        Action::ResidentsMerged => "合并重复居民",
        Action::ResidentsUnmerged => "拆开合并",
        Action::ResidentRemoved => "移出台账",
        Action::RosterImported => "导入居民台账",
        Action::RoundOpened => "开启轮次",
        Action::RoundChanged => "修改轮次",
        Action::ReservationRegistered => "现场登记",
        Action::ServedAtCounter => "现场登记并发凭证",
        Action::ReservationChanged => "修改预约",
        Action::ReservationsImported => "导入预约",
        Action::Reviewed => "审核",
        Action::PassedClear => "全部通过无问题的预约",
        Action::Notified => "通知",
        Action::SmsAsked => "请区里发短信",
        Action::VouchersIssued => "发放凭证号",
        Action::Collected => "领取登记",
        Action::SteppedBack => "退回上一步",
        Action::NoteWritten => "添加备注",
        Action::Revealed => "查看完整信息",
        Action::Exported => "导出",
        Action::Printed => "打印",
        Action::Undone => "撤销",
        Action::ConflictsSettled => "裁定冲突",
        Action::RegisteredByForm => "居民扫码填报",
        Action::NumbersLeased => "区级平台发放号段",
        Action::RightMoved => "发号权变更",
        Action::NumbersReturned => "让出未用的号",
        Action::ReservationHeld => "待区级裁定",
        Action::HoldDecided => "区级裁定",
        Action::InstructionSent => "上级要求",
        Action::InstructionsAcknowledged => "签收上级要求",
        Action::Unknown => "较新版本的操作",
    }
}

/// Reads the log for one clerk: who did what, how much of it, and what the clerk may take back from there.
pub(crate) struct Reader<'a> {
    ws: &'a Workstation,
    view: View<'a>,
    /// The district's device: what it did is not a clerk's to take back.
    district: Option<DeviceId>,
    /// The clerk working now.
    actor: String,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(ws: &'a Workstation, store: &'a Store) -> Result<Reader<'a>, Error> {
        let view = store.view();
        let district = view.district_device()?.map(|device| device.id);
        Ok(Reader {
            ws,
            view,
            district,
            actor: ws.settings_of(store)?.actor,
        })
    }

    /// A batch as one line: what, and how much. Of an undo: what it took back or brought back.
    pub(crate) fn batch_text(&self, batch: &BatchRow) -> Result<String, Error> {
        let text = action_text(batch.action);
        if batch.action == Action::Undone {
            return Ok(match self.view.taken_back_by(batch.id)? {
                Some(undo) if undo.action == Action::Undone => match self.view.taken_back_by(undo.id)? {
                    Some(work) => format!("恢复：{}", self.batch_text(&work)?),
                    None => "恢复".into(),
                },
                Some(work) => format!("{text}：{}", self.batch_text(&work)?),
                None => text.into(),
            });
        }
        let extent = self.ws.extent(self.view, batch.id, batch.count)?;
        let (count, unit) = counted(extent);
        Ok(if count > 1 {
            format!("{text}（{count} {}）", unit.label())
        } else {
            text.into()
        })
    }

    /// The last batches; only those of some actions where any are given.
    pub(crate) fn history(&self, limit: usize, only: &[Action]) -> Result<Vec<TimelineItem>, Error> {
        self.items(&if only.is_empty() {
            self.view.history(limit)?
        } else {
            self.view.history_of(only, limit)?
        })
    }

    /// The last batches of people, here and at the district.
    pub(crate) fn history_of_people(&self, limit: usize) -> Result<Vec<TimelineItem>, Error> {
        self.items(&self.view.history_of_people(limit)?)
    }

    /// Everything that happened to some entities, newest first.
    pub(crate) fn of_entities(&self, entities: &[EntityId]) -> Result<Vec<TimelineItem>, Error> {
        let mut changes = Vec::new();
        for entity in entities {
            changes.extend(self.view.changes_of(*entity)?);
        }
        changes.sort_by_key(|change| std::cmp::Reverse((change.at, change.batch)));
        changes.iter().map(|logged| self.item(logged)).collect()
    }

    /// What of an entity left the program on paper or as a file, newest first.
    pub(crate) fn outputs(&self, entity: EntityId, limit: usize) -> Result<Vec<TimelineItem>, Error> {
        let mut changes = self.view.changes_of(entity)?;
        changes.retain(|logged| {
            matches!(
                &logged.change,
                Some(Change::Noted(Note::Exported { .. } | Note::Printed { .. }))
            )
        });
        changes.sort_by_key(|change| std::cmp::Reverse((change.at, change.batch)));
        changes.truncate(limit);
        changes.iter().map(|logged| self.item(logged)).collect()
    }

    fn items(&self, batches: &[BatchRow]) -> Result<Vec<TimelineItem>, Error> {
        batches
            .iter()
            .map(|batch| {
                let done = Done {
                    action: batch.action,
                    device: batch.device,
                    counts: !batch.withdrawn,
                };
                let text = self.batch_text(batch)?;
                self.line(
                    (batch.id, batch.count),
                    (&batch.actor, batch.at),
                    &done,
                    batch.withdrawn,
                    text,
                )
            })
            .collect()
    }

    fn item(&self, logged: &LoggedChange) -> Result<TimelineItem, Error> {
        let done = Done {
            action: logged.action,
            device: logged.device,
            counts: logged.counts(),
        };
        let batch = (logged.batch, logged.batch_count);
        self.line(
            batch,
            (&logged.actor, logged.at),
            &done,
            logged.withdrawn,
            change_text(logged),
        )
    }

    fn line(
        &self,
        (batch, operations): (i64, u64),
        (actor, at): (&str, Moment),
        done: &Done,
        undone: bool,
        text: String,
    ) -> Result<TimelineItem, Error> {
        let (count, unit) = counted(self.ws.extent(self.view, batch, operations)?);
        let ours = done.ours(self.district);
        Ok(TimelineItem {
            at: at.text(),
            actor: actor.to_owned(),
            text,
            batch,
            count,
            unit,
            at_once: actor == self.actor && count <= AT_ONCE,
            undoable: ours && done.counts,
            redoable: ours && undone,
            undone,
        })
    }
}

/// What an entry of the log says about taking it back.
struct Done {
    action: Action,
    device: DeviceId,
    counts: bool,
}

impl Done {
    /// Whether a clerk may take it back and bring it back: what the district did is not theirs.
    fn ours(&self, district: Option<DeviceId>) -> bool {
        self.action.undoable() && Some(self.device) != district
    }
}

/// How much a clerk would say it was: people where there are any, else what there is.
fn counted(extent: Extent) -> (usize, Unit) {
    match extent {
        Extent { residents, .. } if residents > 0 => (residents, Unit::People),
        Extent { reservations, .. } if reservations > 0 => (reservations, Unit::Reservations),
        Extent { households, .. } if households > 0 => (households, Unit::Households),
        Extent { others, .. } => (others, Unit::Records),
    }
}

impl Unit {
    /// The measure word, in Chinese.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Unit::People => "人",
            Unit::Households => "户",
            Unit::Reservations => "条",
            Unit::Records => "项",
        }
    }
}

fn change_text(logged: &LoggedChange) -> String {
    match &logged.change {
        None => "由更新的版本写入，需要升级程序才能显示".into(),
        Some(Change::Create(_)) => action_text(logged.action).into(),
        Some(Change::Set(changes)) if changes.contains_key(&Field::MergedInto) => {
            let apart = changes
                .get(&Field::MergedInto)
                .is_some_and(|change| change.to.is_none());
            if apart {
                "从合并中拆开".into()
            } else {
                "作为重复的记录被合并".into()
            }
        }
        Some(Change::Set(changes)) => fields_text(changes),
        Some(Change::Settle(settled)) => {
            let changes = settled
                .iter()
                .map(|(field, settlement)| (*field, settlement.change.clone()))
                .collect();
            format!("裁定：{}", fields_text(&changes))
        }
        Some(Change::AddTag(tag)) => format!("加标签“{tag}”"),
        Some(Change::RemoveTag(tag)) => format!("去标签“{tag}”"),
        Some(Change::Delete) => "移出台账".into(),
        Some(Change::Reservation(fact)) => fact_text(fact),
        Some(Change::Acknowledged) => "签收".into(),
        Some(Change::Noted(note)) => note_text(note),
        Some(Change::Undo { .. }) => "撤销".into(),
    }
}

fn note_text(note: &Note) -> String {
    match note {
        Note::Text(text) => format!("备注：{text}"),
        Note::Revealed => "查看了完整证件号码和电话".into(),
        Note::Exported { what, rows, to } => format!("导出“{what}”（{rows} 行）{}", target(to)),
        Note::Printed {
            what,
            voucher: Some(_),
            to,
            ..
        } => format!("打印“{what}”{}", target(to)),
        // Of an older program, which recorded what was only shown, too.
        Note::Printed {
            what, pages, to: None, ..
        } => format!("生成“{what}”（{pages} 页）"),
        Note::Printed { what, pages, to, .. } => format!("打印“{what}”（{pages} 页）{}", target(to)),
    }
}

/// The file or printer something went to.
fn target(to: &Option<String>) -> String {
    to.as_ref().map(|to| format!("：{to}")).unwrap_or_default()
}

fn fact_text(fact: &ReservationFact) -> String {
    match fact {
        ReservationFact::Reviewed {
            decision: Decision::Passed,
            ..
        } => "审核通过".into(),
        ReservationFact::Reviewed {
            decision: Decision::Rejected,
            reason,
        } => {
            format!("审核不通过：{}", reason.as_deref().unwrap_or("未写原因"))
        }
        ReservationFact::Notified {
            channel: Channel::Sms,
            note: Some(note),
            ..
        } => note.clone(),
        ReservationFact::Notified { channel, outcome, note } => {
            let outcome = outcome_text(*channel, *outcome);
            let note = note.as_deref().map(|note| format!("（{note}）")).unwrap_or_default();
            format!("{}通知：{outcome}{note}", channel.label())
        }
        ReservationFact::VoucherIssued { serial, .. } => format!("发凭证，第 {serial} 号"),
        ReservationFact::SmsAsked => "请区级平台发短信".into(),
        ReservationFact::Collected => "已领取".into(),
        ReservationFact::LookedInto { given: true, .. } => "已查明：另一处也发了，属重复领取".into(),
        ReservationFact::LookedInto { given: false, .. } => "已查明：另一处没有发，是误登记".into(),
        ReservationFact::SteppedBack { to, reason, .. } => format!("退回到“{}”：{reason}", to.label()),
        ReservationFact::DistrictHeld => "其他居委会也有同一人（户）的预约，待区级裁定".into(),
        ReservationFact::DistrictDecided { granted: true } => "区级裁定：由本居委会发放".into(),
        ReservationFact::DistrictDecided { granted: false } => "区级裁定：由其他居委会发放".into(),
    }
}

/// What came of telling somebody. Nobody picks up a message.
pub(crate) fn outcome_text(channel: Channel, outcome: Outcome) -> &'static str {
    match (channel, outcome) {
        (Channel::Sms, Outcome::Reached) => "已发出",
        (Channel::Sms, Outcome::NoAnswer) => "不知道是否发出",
        (Channel::Sms, Outcome::OutOfService) => "没有发出",
        (Channel::Phone | Channel::Paper | Channel::Counter, Outcome::Reached) => "已通知",
        (Channel::Phone | Channel::Paper | Channel::Counter, other) => other.label(),
    }
}

/// `手机号码 138****5678 → 139****1111`; personal values masked.
fn fields_text(changes: &BTreeMap<Field, FieldChange>) -> String {
    let parts: Vec<String> = changes
        .iter()
        .map(|(field, change)| {
            let show = |value: &Option<String>| value.as_deref().map_or("空".to_owned(), |value| shown(*field, value));
            match field_label(*field) {
                Some(label) => format!("{label} {} → {}", show(&change.seen), show(&change.to)),
                None if *field == Field::Unknown => "较新版本才有的内容".to_owned(),
                None => "修改".to_owned(),
            }
        })
        .collect();
    parts.join("；")
}

pub(crate) fn shown(field: Field, value: &str) -> String {
    match field {
        Field::DocumentNumber => mask::document(value),
        Field::Phone | Field::SecondPhone => mask::phone(value),
        Field::DocumentKind => linli_domain::id_document::DocumentKind::parse(value)
            .map_or_else(|| value.to_owned(), |kind| kind.label().to_owned()),
        _ => value.to_owned(),
    }
}

/// Fields whose values mean something to a clerk; ids and definitions do not.
pub(crate) fn field_label(field: Field) -> Option<&'static str> {
    match field {
        Field::Name => Some("姓名"),
        Field::Sex => Some("性别"),
        Field::BirthDate => Some("出生日期"),
        Field::DocumentKind => Some("证件类型"),
        Field::DocumentNumber => Some("证件号码"),
        Field::Phone => Some("手机号码"),
        Field::SecondPhone => Some("另一电话"),
        Field::RegisteredAddress => Some("户籍地址"),
        Field::Relation => Some("与户主关系"),
        Field::Contact => Some("联系人"),
        Field::Note => Some("备注"),
        Field::Estate => Some("小区"),
        Field::Building => Some("楼栋"),
        Field::Unit => Some("单元"),
        Field::Room => Some("室号"),
        Field::Number => Some("编号"),
        Field::District => Some("区"),
        Field::Address => Some("地址"),
        Field::Quantity => Some("数量"),
        Field::PickUp => Some("领取点"),
        Field::Source => Some("登记来源"),
        Field::RegisteredAt => Some("登记时间"),
        Field::Title => Some("标题"),
        Field::Body => Some("正文"),
        Field::Form => Some("居民填报地址"),
        Field::Household
        | Field::Area
        | Field::Elsewhere
        | Field::Device
        | Field::FirstSerial
        | Field::LastSerial
        | Field::Attachments
        | Field::MergedInto
        | Field::Definition
        | Field::Round
        | Field::Resident
        | Field::Order
        | Field::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_what_clerks_did_is_taken_back() {
        let (own, district) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
        let cases = [
            (Action::RoundOpened, own, true),
            (Action::RoundOpened, district, false),
            (Action::Notified, district, false),
            (Action::Printed, own, false),
        ];
        for (action, device, ours) in cases {
            assert_eq!(
                Done {
                    action,
                    device,
                    counts: true
                }
                .ours(Some(district)),
                ours,
                "{action:?}"
            );
        }
    }

    #[test]
    fn a_batch_is_counted_in_what_a_clerk_counts() {
        let extent = |residents, households, reservations, others| Extent {
            residents,
            households,
            reservations,
            others,
        };
        let cases = [
            (extent(300, 208, 0, 0), (300, Unit::People)),
            (extent(0, 208, 0, 0), (208, Unit::Households)),
            (extent(0, 0, 37, 0), (37, Unit::Reservations)),
            (extent(0, 0, 0, 9), (9, Unit::Records)),
        ];
        for (extent, count) in cases {
            assert_eq!(counted(extent), count, "{extent:?}");
        }
    }
}
