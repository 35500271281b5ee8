//! What is posted: the notice of a round, its poster, and notices of one's own text.

use linli_documents::pdf;
use linli_domain::mask;
use linli_domain::record::Field;
use linli_store::ReservationState;

use super::buildings::{by_building, check_buildings, homes_by_building};
use super::{Laid, fonts, imprint};
use crate::api::Empty;
use crate::api::papers::{NoticeDraft, NoticeTemplate, NoticeTemplates};
use crate::named::Thing;
use crate::rounds::pick_up::{self, WhereAndWhen};
use crate::workstation::id;
use crate::{Error, Workstation};

/// Under which key the notice that is being written is kept. It belongs to this PC and does not travel.
const DRAFT: &str = "notice_draft";

pub(super) fn round_notice(ws: &Workstation, round: &str, buildings: Option<&[String]>) -> Result<Laid, Error> {
    let view = ws.round(id(Thing::Round, round)?)?;
    check_buildings(ws, Some(&view), buildings)?;
    let definition = &view.definition;
    let posted = |reservation: &&ReservationState| pdf::PostedRow {
        room: mask::room(&format!("{}室", reservation.state.get(Field::Room).unwrap_or_default())),
        name: mask::name(reservation.state.get(Field::Name).unwrap_or_default()),
        third: format!("{} 份", reservation.state.quantity()),
    };
    let buildings = match buildings {
        None => {
            let WhereAndWhen { place, time } = pick_up::of_round(definition);
            vec![pdf::RoundNoticeBuilding {
                building: String::new(),
                place,
                time,
                rows: Vec::new(),
            }]
        }
        Some(_) => by_building(&view, buildings)
            .iter()
            .map(|(building, group)| {
                let WhereAndWhen { place, time } = pick_up::of_reservations(definition, group);
                let rows = group.iter().map(posted).collect();
                pdf::RoundNoticeBuilding {
                    building: building.clone(),
                    place,
                    time,
                    rows,
                }
            })
            .collect(),
    };
    let mut input = pdf::RoundNoticeInput {
        imprint: imprint(ws)?,
        round_title: definition.title.clone(),
        who: "已登记并通过审核的居民".into(),
        limits: format!(
            "{}限一份，每份不超过 {}",
            definition.key.label(),
            definition.max_quantity
        ),
        remarks: "请携带本人有效证件和购买凭证。".into(),
        date: ws.today(),
        third_column: "数量".into(),
        buildings,
    };
    let fonts = fonts()?;
    let by_hand = input.leave_to_hand(fonts)?;
    let what = format!("{}通知", definition.ordinal());
    Ok(Laid {
        round: Some(view.id),
        by_hand,
        ..Laid::new(what, pdf::round_notice(fonts, &input)?)
    })
}

pub(super) fn poster(ws: &Workstation, round: &str, qr: Option<String>) -> Result<Laid, Error> {
    let view = ws.round(id(Thing::Round, round)?)?;
    let definition = &view.definition;
    let form = ws
        .store()
        .view()
        .round(view.id)?
        .and_then(|round| round.form)
        .filter(|_| qr.is_none());
    let caption = if form.is_some() {
        "扫一扫，填写预约登记"
    } else {
        "扫一扫，了解预约登记"
    };
    let committee = ws.committee()?;
    let at = |text: &str| {
        linli_domain::time::parse_local(text)
            .map_or_else(|| text.to_owned(), |at| at.format("%-m月%-d日 %H:%M").to_string())
    };
    let contact = [committee.address, committee.phone]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("　");
    let input = pdf::QrPosterInput {
        imprint: imprint(ws)?,
        title: definition.title.clone(),
        subtitle: format!(
            "{}限一份，每份不超过 {}",
            definition.key.label(),
            definition.max_quantity
        ),
        window: format!("{} 至 {}", at(&definition.opens), at(&definition.closes)),
        qr: qr
            .or_else(|| form.clone())
            .unwrap_or_else(|| format!("{} {}", committee.name, definition.title)),
        qr_caption: caption.into(),
        address: form.unwrap_or_default(),
        steps: vec![
            "扫码填写，或到居委会现场登记".into(),
            "居委会审核，电话或短信通知".into(),
            "凭证件和购买凭证按时领取".into(),
        ],
        contact,
    };
    let bytes = pdf::qr_poster(fonts()?, &input)?;
    Ok(Laid {
        round: Some(view.id),
        ..Laid::new(format!("{}二维码海报", definition.ordinal()), bytes)
    })
}

pub(super) fn notice(
    ws: &Workstation,
    title: Option<&str>,
    text: &str,
    buildings: Option<&[String]>,
) -> Result<Laid, Error> {
    let text = match title {
        Some(title) => pdf::NoticeText::plain(title, text)?,
        None => pdf::NoticeText::parse(text)?,
    };
    let copies = match buildings {
        None => vec![pdf::NoticeCopy {
            building: String::new(),
            salutation: "各位居民".into(),
        }],
        Some(_) => homes_by_building(ws, buildings)?
            .into_iter()
            .map(|(building, _)| pdf::NoticeCopy {
                salutation: format!("{building}各位居民"),
                building,
            })
            .collect(),
    };
    let mut input = pdf::NoticeInput {
        imprint: imprint(ws)?,
        text,
        date: ws.today(),
        seal: true,
        copies,
    };
    let fonts = fonts()?;
    let by_hand = input.leave_to_hand(fonts)?;
    Ok(Laid {
        by_hand,
        ..Laid::new("通知".into(), pdf::notice(fonts, &input)?)
    })
}

/// The texts that come with the program: the title is the first line.
pub(crate) fn notice_templates(_: &Workstation, _: Empty) -> Result<NoticeTemplates, Error> {
    let templates = [
        ("停水通知", include_str!("../templates/停水通知.txt")),
        ("入户走访通知", include_str!("../templates/入户走访通知.txt")),
        ("登记通知", include_str!("../templates/登记通知.txt")),
    ];
    let template = |(name, whole): &(&str, &str)| {
        let (title, text) = whole.split_once('\n').unwrap_or((whole, ""));
        NoticeTemplate {
            name: (*name).into(),
            title: title.trim().into(),
            text: text.trim().into(),
        }
    };
    Ok(NoticeTemplates {
        templates: templates.iter().map(template).collect(),
    })
}

/// The notice that is being written on this PC.
pub(crate) fn notice_draft(ws: &Workstation, _: Empty) -> Result<NoticeDraft, Error> {
    let json = ws.store().view().setting(DRAFT)?;
    // What another version wrote in another form is not worth stopping for.
    Ok(json
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default())
}

/// Keeps the notice that is being written.
pub(crate) fn notice_draft_save(ws: &Workstation, draft: NoticeDraft) -> Result<NoticeDraft, Error> {
    let json = serde_json::to_string(&draft).map_err(|error| Error::Internal(error.to_string()))?;
    ws.store().set_setting(DRAFT, &json)?;
    Ok(draft)
}
