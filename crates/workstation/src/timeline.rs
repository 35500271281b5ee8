//! What happened, in a clerk's words: from the log's batches and operations.

use std::collections::BTreeMap;

use linli_domain::mask;
use linli_domain::operation::{Action, Change, DeviceId, EntityId, FieldChange, Note};
use linli_domain::record::Field;
use linli_domain::reservation::ReservationFact;
use linli_domain::round::{Channel, Decision, Outcome};
use linli_store::{BatchRow, LoggedChange, View};

use crate::Error;
use crate::api::TimelineItem;

/// What a batch was for, in words.
pub(crate) fn action_text(action: Action) -> &'static str {
    match action {
        Action::SetUp => "建立居委会",
        Action::CommitteeChanged => "修改居委会信息",
        Action::TagsChanged => "修改标签字典",
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

/// A batch as one line: what, and how much.
pub(crate) fn batch_text(batch: &BatchRow) -> String {
    let text = action_text(batch.action);
    if batch.count > 1 { format!("{text}（{} 条）", batch.count) } else { text.to_owned() }
}

/// The last batches; only those of some actions where any are given.
pub(crate) fn history(view: View<'_>, limit: usize, only: &[Action]) -> Result<Vec<TimelineItem>, Error> {
    items(view, if only.is_empty() { view.history(limit)? } else { view.history_of(only, limit)? })
}

/// The last batches of people, here and at the district.
pub(crate) fn history_of_people(view: View<'_>, limit: usize) -> Result<Vec<TimelineItem>, Error> {
    items(view, view.history_of_people(limit)?)
}

fn items(view: View<'_>, batches: Vec<BatchRow>) -> Result<Vec<TimelineItem>, Error> {
    let district = district(view)?;
    Ok(batches
        .iter()
        .map(|batch| TimelineItem {
            at: batch.at.text(),
            actor: batch.actor.clone(),
            text: batch_text(batch),
            batch: batch.id,
            count: batch.count,
            undoable: batch.action.undoable() && !batch.withdrawn && Some(batch.device) != district,
            undone: batch.withdrawn,
        })
        .collect())
}

/// What of an entity left the program on paper or as a file, newest first.
pub(crate) fn outputs(view: View<'_>, entity: EntityId, limit: usize) -> Result<Vec<TimelineItem>, Error> {
    let mut changes = view.changes_of(entity)?;
    changes
        .retain(|logged| matches!(&logged.change, Some(Change::Noted(Note::Exported { .. } | Note::Printed { .. }))));
    changes.sort_by_key(|change| std::cmp::Reverse((change.at, change.batch)));
    changes.truncate(limit);
    Ok(changes.iter().map(|logged| item(logged, None)).collect())
}

/// Everything that happened to some entities, newest first.
pub(crate) fn of_entities(view: View<'_>, entities: &[EntityId]) -> Result<Vec<TimelineItem>, Error> {
    let mut changes = Vec::new();
    for entity in entities {
        changes.extend(view.changes_of(*entity)?);
    }
    changes.sort_by_key(|change| std::cmp::Reverse((change.at, change.batch)));
    let district = district(view)?;
    Ok(changes.iter().map(|logged| item(logged, district)).collect())
}

/// The district's device: what it did is not a clerk's to take back.
fn district(view: View<'_>) -> Result<Option<DeviceId>, Error> {
    Ok(view.district_device()?.map(|device| device.id))
}

fn item(logged: &LoggedChange, district: Option<DeviceId>) -> TimelineItem {
    TimelineItem {
        at: logged.at.text(),
        actor: logged.actor.clone(),
        text: change_text(logged),
        batch: logged.batch,
        count: logged.batch_count,
        undoable: logged.action.undoable() && logged.counts() && Some(logged.device) != district,
        undone: logged.withdrawn,
    }
}

fn change_text(logged: &LoggedChange) -> String {
    match &logged.change {
        None => "由更新的版本写入，需要升级程序才能显示".into(),
        Some(Change::Create(_)) => action_text(logged.action).into(),
        Some(Change::Set(changes)) if changes.contains_key(&Field::MergedInto) => {
            let apart = changes.get(&Field::MergedInto).is_some_and(|change| change.to.is_none());
            if apart { "从合并中拆开".into() } else { "作为重复的记录被合并".into() }
        }
        Some(Change::Set(changes)) => fields_text(changes),
        Some(Change::Settle(settled)) => {
            let changes = settled.iter().map(|(field, settlement)| (*field, settlement.change.clone())).collect();
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
        Note::Printed { what, voucher: Some(_), to, .. } => format!("打印“{what}”{}", target(to)),
        // Of an older program, which recorded what was only shown, too.
        Note::Printed { what, pages, to: None, .. } => format!("生成“{what}”（{pages} 页）"),
        Note::Printed { what, pages, to, .. } => format!("打印“{what}”（{pages} 页）{}", target(to)),
    }
}

/// The file or printer something went to.
fn target(to: &Option<String>) -> String {
    to.as_ref().map(|to| format!("：{to}")).unwrap_or_default()
}

fn fact_text(fact: &ReservationFact) -> String {
    match fact {
        ReservationFact::Reviewed { decision: Decision::Passed, .. } => "审核通过".into(),
        ReservationFact::Reviewed { decision: Decision::Rejected, reason } => {
            format!("审核不通过：{}", reason.as_deref().unwrap_or("未写原因"))
        }
        ReservationFact::Notified { channel: Channel::Sms, note: Some(note), .. } => note.clone(),
        ReservationFact::Notified { channel, outcome, note } => {
            let outcome = outcome_text(*channel, *outcome);
            let note = note.as_deref().map(|note| format!("（{note}）")).unwrap_or_default();
            format!("{}通知：{outcome}{note}", channel.label())
        }
        ReservationFact::VoucherIssued { serial, .. } => format!("发凭证，第 {serial} 号"),
        ReservationFact::SmsAsked => "请区级平台发短信".into(),
        ReservationFact::Collected => "已领取".into(),
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
    use linli_domain::time::Moment;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_what_clerks_did_and_what_counts_is_taken_back() {
        let (own, district) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
        let logged = |action, device, withdrawn| LoggedChange {
            batch: 1,
            batch_count: 1,
            entity: EntityId(Uuid::from_u128(9)),
            kind: None,
            action,
            actor: "董敏".into(),
            at: Moment(0),
            device,
            number: None,
            change: None,
            rejected: None,
            withdrawn,
        };
        let cases = [
            (Action::RoundOpened, own, false, true),
            (Action::RoundOpened, own, true, false),
            (Action::RoundOpened, district, false, false),
            (Action::Notified, district, false, false),
            (Action::Printed, own, false, false),
        ];
        for (action, device, withdrawn, undoable) in cases {
            let item = item(&logged(action, device, withdrawn), Some(district));
            assert_eq!(item.undoable, undoable, "{action:?} {withdrawn}");
        }
    }
}
