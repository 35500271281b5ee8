//! Notices and paper: laid out in memory, previewed, then saved or printed.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, FixedOffset};
use linli_documents::font::Fonts;
use linli_documents::pdf::{self, Imprint};
use linli_domain::address::natural_cmp;
use linli_domain::operation::{Action, EntityId, EntityKind, Note};
use linli_domain::record::Field;
use linli_domain::round::{RoundDefinition, Stage};
use linli_domain::{mask, voucher};
use linli_store::ReservationState;

use crate::api::papers::{NoticeTemplate, NoticeTemplates, Paper, PaperPrint, PaperRequest, PaperSave, Printers};
use crate::api::rounds::{AwaitingCount, VouchersRequest};
use crate::api::{Empty, Exported};
use crate::installed_fonts;
use crate::memory::NamedBytes;
use crate::rounds::pick_up::{self, WhereAndWhen};
use crate::rounds::{self, Issued, RoundView, address_of};
use crate::session::now;
use crate::workstation::id;
use crate::{Error, Workstation};

/// The most copies of one print.
const MAX_COPIES: u32 = 99;
/// On every voucher.
const VOUCHER_FINE_PRINT: &str = "请本人携带证件按时领取，过期作废。凭证一人一份，转让无效。";
/// Results to tick on a door list.
const VISIT_RESULTS: [&str; 4] = ["已见面", "不在家", "已搬走", "拒绝"];

/// A document before it is kept: its name and content, the batch it wrote, and how many got no voucher.
struct Laid {
    what: String,
    bytes: Vec<u8>,
    batch: Option<i64>,
    awaiting: Vec<AwaitingCount>,
}

impl Laid {
    fn new(what: String, bytes: Vec<u8>) -> Laid {
        Laid { what, bytes, batch: None, awaiting: Vec::new() }
    }
}

/// Lays a document out and keeps it in memory. Recorded: it holds personal data.
pub(crate) fn paper(ws: &Workstation, request: PaperRequest) -> Result<Paper, Error> {
    let laid = match request {
        PaperRequest::RoundNotice { round, buildings } => round_notice(ws, &round, buildings.as_deref())?,
        PaperRequest::Handout { round, buildings } => handout(ws, &round, buildings.as_deref())?,
        PaperRequest::Vouchers(request) => vouchers(ws, &request)?,
        PaperRequest::Poster { round, qr } => poster(ws, &round, qr)?,
        PaperRequest::Notice { text, buildings } => notice(ws, text, buildings.as_deref())?,
        PaperRequest::DoorList { buildings, tag, purpose } => {
            door_list(ws, buildings.as_deref(), tag.as_deref(), &purpose)?
        }
    };
    let pages = page_count(&laid.bytes);
    let stamp = now().local().format("%Y%m%d-%H%M");
    let file_name = rounds::safe(&format!("{}_{}_{stamp}.pdf", ws.committee()?.name, laid.what));
    let token = ws.files.put(NamedBytes { name: file_name.clone(), media_type: "application/pdf", bytes: laid.bytes });
    let note = Note::Printed { what: laid.what, pages };
    ws.record(Action::Printed, EntityKind::Committee, ws.committee_id(), note)?;
    Ok(Paper { token, file_name, pages, batch: laid.batch, awaiting: laid.awaiting })
}

/// Saves a laid-out document.
pub(crate) fn paper_save(ws: &Workstation, request: PaperSave) -> Result<Exported, Error> {
    let file = ws.files.get(&request.token).ok_or(Error::NotFound { what: "文件，请重新生成" })?;
    let path = ws.export_path(request.path.as_deref(), &file.name)?;
    ws.save_export(&path, &file.bytes, page_count(&file.bytes))
}

/// Sends a laid-out document to a printer.
pub(crate) fn paper_print(ws: &Workstation, request: PaperPrint) -> Result<Empty, Error> {
    let file = ws.files.get(&request.token).ok_or(Error::NotFound { what: "文件，请重新生成" })?;
    if !(1..=MAX_COPIES).contains(&request.copies) {
        return Err(Error::Invalid { field: "份数", reason: format!("应在 1 到 {MAX_COPIES} 之间") });
    }
    if !ws.host.printers().iter().any(|printer| printer.name == request.printer) {
        return Err(Error::NotFound { what: "打印机" });
    }
    ws.host
        .print(&file.bytes, &file.name, &request.printer, request.copies)
        .map_err(|error| Error::System { what: "打印失败", reason: error.to_string() })?;
    Ok(Empty {})
}

pub(crate) fn printers(ws: &Workstation, _: Empty) -> Result<Printers, Error> {
    Ok(Printers { printers: ws.host.printers().into_iter().map(|printer| printer.name).collect() })
}

/// The texts that come with the program.
pub(crate) fn notice_templates(_: &Workstation, _: Empty) -> Result<NoticeTemplates, Error> {
    let templates = [
        ("停水通知", include_str!("templates/停水通知.md")),
        ("入户走访通知", include_str!("templates/入户走访通知.md")),
        ("登记通知", include_str!("templates/登记通知.md")),
    ];
    let templates =
        templates.iter().map(|(name, text)| NoticeTemplate { name: (*name).into(), text: (*text).into() }).collect();
    Ok(NoticeTemplates { templates })
}

fn fonts() -> Result<Fonts, Error> {
    let fonts = Fonts::load(&installed_fonts::full()).map_err(|error| Error::Pdf(error.into()))?;
    Ok(fonts.with_fang_song(installed_fonts::fang_song()))
}

fn imprint(ws: &Workstation) -> Result<Imprint, Error> {
    let created: DateTime<FixedOffset> = DateTime::<chrono::Utc>::from_timestamp_millis(now().0)
        .unwrap_or_default()
        .with_timezone(&FixedOffset::east_opt(8 * 3600).ok_or(Error::Internal("时区".into()))?);
    Ok(Imprint { committee: ws.committee()?.name, created })
}

/// Reservations that are (to be) served, by building.
fn by_building<'v>(view: &'v RoundView, buildings: Option<&[String]>) -> Vec<(String, Vec<&'v ReservationState>)> {
    let mut groups: BTreeMap<String, Vec<&ReservationState>> = BTreeMap::new();
    for reservation in &view.reservations {
        let state = &reservation.state;
        if !matches!(state.stage(), Stage::ToNotify | Stage::Notified | Stage::Collected) {
            continue;
        }
        let (estate, building) = place(reservation);
        if wanted(buildings, &estate, &building) {
            groups.entry(format!("{estate}{building}")).or_default().push(reservation);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|(a, _), (b, _)| natural_cmp(a, b));
    for (_, group) in &mut groups {
        group.sort_by(|a, b| address_of(&a.state).natural_cmp(&address_of(&b.state)));
    }
    groups
}

fn place(reservation: &ReservationState) -> (String, String) {
    let get = |field| reservation.state.get(field).unwrap_or_default().to_owned();
    (get(Field::Estate), get(Field::Building))
}

/// Asks for every building.
const ALL_BUILDINGS: &str = "all";

/// Whether a building is among those asked for.
fn wanted(buildings: Option<&[String]>, estate: &str, building: &str) -> bool {
    buildings.is_none_or(|all| all.iter().any(|asked| is_meant(asked, estate, building)))
}

/// Whether `estate|building`, `building` or `all` means this building.
fn is_meant(asked: &str, estate: &str, building: &str) -> bool {
    asked == ALL_BUILDINGS
        || asked == building
        || asked == format!("{estate}|{building}")
        || asked == format!("{estate}{building}")
}

/// Refuses a building that is neither on the roster nor in the round: a notice that is missing would not be missed.
fn check_buildings(ws: &Workstation, round: Option<&RoundView>, buildings: Option<&[String]>) -> Result<(), Error> {
    let roster = ws.roster()?;
    let homes = roster
        .households
        .values()
        .map(|home| (home.estate.clone().unwrap_or_default(), home.building.clone().unwrap_or_default()));
    let known: HashSet<(String, String)> =
        homes.chain(round.into_iter().flat_map(|view| view.reservations.iter().map(place))).collect();
    let unknown = buildings
        .unwrap_or_default()
        .iter()
        .find(|asked| !known.iter().any(|(estate, building)| is_meant(asked, estate, building)));
    match unknown {
        Some(building) => Err(Error::NoSuchBuilding(building.clone())),
        None => Ok(()),
    }
}

fn round_notice(ws: &Workstation, round: &str, buildings: Option<&[String]>) -> Result<Laid, Error> {
    let view = ws.round(id("轮次", round)?)?;
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
            vec![pdf::RoundNoticeBuilding { building: String::new(), place, time, rows: Vec::new() }]
        }
        Some(_) => by_building(&view, buildings)
            .iter()
            .map(|(building, group)| {
                let WhereAndWhen { place, time } = pick_up::of_reservations(definition, group);
                let rows = group.iter().map(posted).collect();
                pdf::RoundNoticeBuilding { building: building.clone(), place, time, rows }
            })
            .collect(),
    };
    let input = pdf::RoundNoticeInput {
        imprint: imprint(ws)?,
        round_title: definition.title.clone(),
        who: "已登记并通过审核的居民".into(),
        limits: format!("{}限一份，每份不超过 {}", definition.key.label(), definition.max_quantity),
        remarks: "请携带本人有效证件和购买凭证。".into(),
        date: ws.today(),
        third_column: "数量".into(),
        buildings,
    };
    let bytes = pdf::round_notice(&fonts()?, &input)?;
    Ok(Laid::new(format!("{}通知", definition.ordinal()), bytes))
}

fn handout(ws: &Workstation, round: &str, buildings: Option<&[String]>) -> Result<Laid, Error> {
    let view = ws.round(id("轮次", round)?)?;
    check_buildings(ws, Some(&view), buildings)?;
    let definition = &view.definition;
    let row = |reservation: &&ReservationState| pdf::HandoutRow {
        room: address_of(&reservation.state).short(),
        name: reservation.state.get(Field::Name).unwrap_or_default().to_owned(),
        amount: format!("{} 份", reservation.state.quantity()),
        voucher: number_of(definition, reservation).unwrap_or_else(|| "待发号".into()),
        phone: mask::phone(reservation.state.get(Field::Phone).unwrap_or_default()),
    };
    let list = |(building, group): &(String, Vec<&ReservationState>)| {
        let WhereAndWhen { place, time } = pick_up::of_reservations(definition, group);
        let rows = group.iter().map(row).collect();
        pdf::HandoutBuilding { building: building.clone(), head: String::new(), place, time, rows }
    };
    let input = pdf::HandoutInput {
        imprint: imprint(ws)?,
        round_title: definition.title.clone(),
        buildings: by_building(&view, buildings).iter().map(list).collect(),
    };
    let bytes = pdf::handout(&fonts()?, &input)?;
    Ok(Laid::new(format!("{}楼组长签收表", definition.ordinal()), bytes))
}

fn number_of(definition: &RoundDefinition, reservation: &ReservationState) -> Option<String> {
    reservation.state.voucher.map(|(serial, _)| voucher::number(definition.number, serial))
}

/// Issues what is due, then lays out what is asked for, in order of building and room.
fn vouchers(ws: &Workstation, request: &VouchersRequest) -> Result<Laid, Error> {
    let round = id("轮次", &request.round)?;
    let ids: Option<Vec<EntityId>> = request
        .ids
        .as_ref()
        .map(|ids| ids.iter().map(|text| id("预约", text)).collect::<Result<_, _>>())
        .transpose()?;
    let asked: Option<HashSet<EntityId>> = ids.as_ref().map(|ids| ids.iter().copied().collect());
    let before = ws.round(round)?;
    let due: HashSet<EntityId> = before
        .reservations
        .iter()
        .filter(|reservation| asked.as_ref().is_none_or(|asked| asked.contains(&reservation.id)))
        .filter(|reservation| in_building(reservation, request.building.as_deref()))
        .filter(|reservation| reservation.state.voucher.is_some() || linli_store::issuing::is_due(&reservation.state))
        .map(|reservation| reservation.id)
        .collect();
    let printed: HashSet<EntityId> =
        before.reservations.iter().filter(|r| r.state.voucher.is_some()).map(|r| r.id).collect();
    // Laid out before anything is issued, so that an unprintable name does not use up a number.
    check_printable(&before, &due)?;
    let Issued { written, awaiting } = rounds::issue(ws, round, &due)?;
    let view = ws.round(round)?;
    let key = ws.store().view().voucher_key()?;
    let definition = &view.definition;
    let mut chosen: Vec<&ReservationState> = view
        .reservations
        .iter()
        .filter(|reservation| reservation.state.voucher.is_some() && due.contains(&reservation.id))
        .filter(|reservation| request.reprint || asked.is_some() || !printed.contains(&reservation.id))
        .collect();
    chosen.sort_by(|a, b| address_of(&a.state).natural_cmp(&address_of(&b.state)));
    let vouchers = chosen
        .iter()
        .filter_map(|reservation| {
            let (serial, quantity) = reservation.state.voucher?;
            Some(pdf::Voucher {
                number: voucher::number(definition.number, serial),
                name: reservation.state.get(Field::Name).unwrap_or_default().to_owned(),
                room: address_of(&reservation.state).within_estate(),
                amount: format!("{quantity} 份"),
                place: reservation.state.get(Field::PickUp).unwrap_or_default().to_owned(),
                time: pick_up::of_reservations(definition, &[reservation]).time,
                qr: rounds::qr_text(&key, round, definition, serial, quantity),
            })
        })
        .collect();
    let input = pdf::VouchersInput {
        imprint: imprint(ws)?,
        round_title: definition.title.clone(),
        fine_print: VOUCHER_FINE_PRINT.into(),
        vouchers,
    };
    if input.vouchers.is_empty() {
        return Err(nothing_to_print(definition.quota, &awaiting));
    }
    let bytes = pdf::vouchers(&fonts()?, &input)?;
    Ok(Laid { what: format!("{}购买凭证", definition.ordinal()), bytes, batch: written.batch, awaiting })
}

fn nothing_to_print(quota: u32, awaiting: &[AwaitingCount]) -> Error {
    match awaiting {
        [] => Error::NotNow("没有新的凭证要打印（已发出的可以“补打”）".into()),
        [only] if only.code == "quota_used_up" => Error::QuotaUsedUp { quota },
        several => {
            let reasons = several.iter().map(|reason| format!("{} 份{}", reason.count, reason.text));
            let reasons: Vec<String> = reasons.collect();
            Error::NotNow(format!("没有可以打印的凭证，待发号：{}", reasons.join("；")))
        }
    }
}

fn in_building(reservation: &ReservationState, building: Option<&str>) -> bool {
    let (estate, of) = place(reservation);
    building.is_none_or(|asked| wanted(Some(&[asked.to_owned()]), &estate, &of))
}

fn check_printable(view: &RoundView, ids: &HashSet<EntityId>) -> Result<(), Error> {
    let fonts = fonts()?;
    for id in ids {
        let Some(state) = view.place(*id).map(|place| &view.reservations[place].state) else { continue };
        let name = state.get(Field::Name).unwrap_or_default();
        for character in name.chars() {
            if !fonts.can_print(character).map_err(|error| Error::Pdf(error.into()))? {
                let context = format!("{} {name}", address_of(state).within_estate());
                return Err(Error::Pdf(pdf::PdfError::MissingCharacter { character, context }));
            }
        }
    }
    Ok(())
}

fn poster(ws: &Workstation, round: &str, qr: Option<String>) -> Result<Laid, Error> {
    let view = ws.round(id("轮次", round)?)?;
    let definition = &view.definition;
    let form = ws.store().view().round(view.id)?.and_then(|round| round.form).filter(|_| qr.is_none());
    let caption = if form.is_some() { "扫一扫，填写预约登记" } else { "扫一扫，了解预约登记" };
    let committee = ws.committee()?;
    let at = |text: &str| {
        linli_domain::time::parse_local(text)
            .map_or_else(|| text.to_owned(), |at| at.format("%-m月%-d日 %H:%M").to_string())
    };
    let contact = [committee.address, committee.phone].into_iter().flatten().collect::<Vec<_>>().join("　");
    let input = pdf::QrPosterInput {
        imprint: imprint(ws)?,
        title: definition.title.clone(),
        subtitle: format!("{}限一份，每份不超过 {}", definition.key.label(), definition.max_quantity),
        window: format!("{} 至 {}", at(&definition.opens), at(&definition.closes)),
        qr: qr.or_else(|| form.clone()).unwrap_or_else(|| format!("{} {}", committee.name, definition.title)),
        qr_caption: caption.into(),
        address: form.unwrap_or_default(),
        steps: vec![
            "扫码填写，或到居委会现场登记".into(),
            "居委会审核，电话或短信通知".into(),
            "凭证件和购买凭证按时领取".into(),
        ],
        contact,
    };
    let bytes = pdf::qr_poster(&fonts()?, &input)?;
    Ok(Laid::new(format!("{}二维码海报", definition.ordinal()), bytes))
}

fn notice(ws: &Workstation, text: String, buildings: Option<&[String]>) -> Result<Laid, Error> {
    let copies = match buildings {
        None => vec![pdf::NoticeCopy { building: String::new(), salutation: "各位居民".into() }],
        Some(_) => homes_by_building(ws, buildings)?
            .into_iter()
            .map(|(building, _)| pdf::NoticeCopy { salutation: format!("{building}各位居民"), building })
            .collect(),
    };
    let input = pdf::NoticeInput { imprint: imprint(ws)?, text, date: ws.today(), seal: true, copies };
    let bytes = pdf::notice(&fonts()?, &input)?;
    Ok(Laid::new("通知".into(), bytes))
}

/// Buildings asked for, with their households in walking order.
fn homes_by_building(ws: &Workstation, buildings: Option<&[String]>) -> Result<Vec<(String, Vec<EntityId>)>, Error> {
    check_buildings(ws, None, buildings)?;
    let roster = ws.roster()?;
    let mut groups: BTreeMap<String, Vec<EntityId>> = BTreeMap::new();
    for home in roster.households.values() {
        let (estate, building) = (home.estate.clone().unwrap_or_default(), home.building.clone().unwrap_or_default());
        if wanted(buildings, &estate, &building) {
            groups.entry(format!("{estate}{building}")).or_default().push(home.id);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|(a, _), (b, _)| natural_cmp(a, b));
    for (_, homes) in &mut groups {
        homes.sort_by(|a, b| {
            let of = |id: &EntityId| roster.households.get(id).map(crate::roster::parts).unwrap_or_default();
            of(a).natural_cmp(&of(b))
        });
    }
    Ok(groups)
}

fn door_list(ws: &Workstation, buildings: Option<&[String]>, tag: Option<&str>, purpose: &str) -> Result<Laid, Error> {
    let groups = homes_by_building(ws, buildings)?;
    let roster = ws.roster()?;
    let visit = |home: &EntityId| {
        let household = roster.households.get(home)?;
        let people: Vec<_> = roster
            .people_of
            .get(home)?
            .iter()
            .filter_map(|id| roster.residents.get(id))
            .filter(|person| tag.is_none_or(|tag| person.tags.iter().any(|has| has == tag)))
            .collect();
        let names: Vec<&str> = people.iter().filter_map(|person| person.name.as_deref()).collect();
        let phone = people.iter().find_map(|person| person.phone.as_deref());
        (!people.is_empty()).then(|| pdf::DoorVisit {
            room: crate::roster::parts(household).short(),
            persons: names.join("、"),
            reason: tag.unwrap_or(purpose).to_owned(),
            phone: phone.map(mask::phone).unwrap_or_default(),
        })
    };
    let buildings = groups
        .iter()
        .map(|(building, homes)| pdf::DoorListBuilding {
            building: building.clone(),
            head: String::new(),
            rows: homes.iter().filter_map(visit).collect(),
        })
        .filter(|building: &pdf::DoorListBuilding| !building.rows.is_empty())
        .collect();
    let input = pdf::DoorListInput {
        imprint: imprint(ws)?,
        title: if purpose.trim().is_empty() { "上门走访表".into() } else { purpose.to_owned() },
        deadline: String::new(),
        results: VISIT_RESULTS.iter().map(|result| (*result).to_owned()).collect(),
        buildings,
    };
    let bytes = pdf::door_list(&fonts()?, &input)?;
    Ok(Laid::new("上门走访表".into(), bytes))
}

/// Pages of a PDF of ours: the writer puts each page's dictionary in the clear.
fn page_count(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type/Page").count() - text.matches("/Type/Pages").count()
}
