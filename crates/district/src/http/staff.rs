//! The staff's progress page: numbers by town and committee, and a chart. Reading only.
//!
//! Must stay true: nobody comes in without the link that `linli-district staff-link` prints, whose token becomes a
//! cookie at once.

use axum::extract::{Query, State};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use linli_protocol::DenialCode;
use serde::Deserialize;

use super::page::{escaped, page};
use super::protocol::blocking;
use super::{Served, Shared, staff_orders, staff_rows};
use crate::Error;
use crate::progress::{Progress, by_town};
use crate::round::DistrictRound;

/// The cookie's name.
pub(super) const COOKIE_NAME: &str = "linli-staff";
/// Where the page is.
pub(super) const PLACE: &str = "/staff/progress";
pub(super) const TITLE: &str = "轮次进度";
/// Width of the chart's bars, in its own units.
const BAR: u64 = 600;
/// Height of a bar with its space.
const ROW: usize = 26;

/// What the link carries.
#[derive(Deserialize)]
pub(super) struct Link {
    token: String,
}

/// Which round.
#[derive(Deserialize)]
pub(super) struct Which {
    round: Option<u64>,
}

/// `GET /staff?token=…`: lets a browser in.
pub(super) async fn enter(State(served): State<Shared>, Query(link): Query<Link>) -> Response {
    if !served.district.is_staff(&link.token) {
        return stranger(TITLE);
    }
    let cookie = format!(
        "{COOKIE_NAME}={}; Path=/staff; HttpOnly; Secure; SameSite=Strict",
        link.token
    );
    (
        StatusCode::SEE_OTHER,
        [(SET_COOKIE, cookie), (LOCATION, PLACE.to_owned())],
    )
        .into_response()
}

/// `GET /staff/progress?round=N`: the newest round where none is named.
pub(super) async fn progress(State(served): State<Shared>, Query(which): Query<Which>, headers: HeaderMap) -> Response {
    if !is_staff(&served, &headers) {
        return stranger(TITLE);
    }
    let read = blocking(move || {
        let rounds = served.district.rounds()?;
        let wanted = |round: &&DistrictRound| which.round.is_none_or(|number| round.number == number);
        let Some(round) = rounds.iter().rev().find(wanted).cloned() else {
            return Ok(None);
        };
        let now = served.now();
        let progress = served.district.progress(&round, now)?;
        let head = format!("{} · 截至 {}", served.district.name(), now.minutes_text());
        Ok(Some((rounds, round, progress, head)))
    });
    match read.await {
        Ok(Some((rounds, round, progress, head))) => shown(&rounds, &round, &progress, &head),
        Ok(None) => page(
            StatusCode::NOT_FOUND,
            TITLE,
            "",
            &format!("<nav>{}</nav><p>还没有这一轮。</p>", to_rows()),
        ),
        Err(error) => failed(&error, TITLE),
    }
}

pub(super) fn failed(error: &Error, title: &str) -> Response {
    tracing::error!(%error, "a page for staff failed");
    page(
        StatusCode::SERVICE_UNAVAILABLE,
        title,
        "",
        "<p>暂时读不到进度，请过一会儿再试。</p>",
    )
}

/// Why a program that shows nothing is not let in.
pub(super) fn no_staff() -> Error {
    let text = format!("show the cookie {COOKIE_NAME} with the token of linli-district staff-link");
    Error::denied(DenialCode::Unauthorised, text)
}

pub(super) fn stranger(title: &str) -> Response {
    let body = "<p>请用 <code>linli-district staff-link</code> 给出的地址打开。</p>";
    page(StatusCode::UNAUTHORIZED, title, "", body)
}

/// Whether a browser was let in.
pub(super) fn is_staff(served: &Served, headers: &HeaderMap) -> bool {
    cookies(headers).any(|token| served.district.is_staff(token))
}

fn to_rows() -> String {
    let link = |(place, title)| format!("<a href=\"{place}\">{title}</a>");
    let pages = [
        (staff_rows::PLACE, staff_rows::TITLE),
        (staff_orders::PLACE, staff_orders::TITLE),
    ];
    pages.map(link).join(" ")
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value)
}

fn shown(rounds: &[DistrictRound], round: &DistrictRound, committees: &[Progress], head: &str) -> Response {
    let towns = by_town(committees);
    let mut total = Progress::default();
    towns.iter().for_each(|town| total.add(town));
    let links: String = rounds
        .iter()
        .rev()
        .map(|other| {
            let (number, title) = (other.number, escaped(&other.file.definition.title));
            let current = if other.number == round.number {
                " aria-current=\"page\""
            } else {
                ""
            };
            format!("<a href=\"{PLACE}?round={number}\"{current}>{number}. {title}</a> ")
        })
        .collect();
    let body = format!(
        "<nav>{links}{}</nav><p>{}</p><p>预约 {}，已通知 {}，已领取 {}{}，名额 {}；待区级裁定 {}；{} 台电脑中 {} 台超过 12 小时没有联系。</p>\
         <h2>各街镇</h2>{}{}<h2>各居委会</h2>{}",
        to_rows(),
        escaped(head),
        total.reservations,
        total.notified,
        total.collected,
        twice(&total),
        total.quota,
        total.held,
        total.devices,
        total.silent,
        chart(&towns),
        table(&towns, false),
        table(committees, true)
    );
    page(StatusCode::OK, &round.file.definition.title, "wide", &body)
}

/// How many vouchers were handed out at two counters, where there are any.
fn twice(row: &Progress) -> String {
    match row.handed_out_twice {
        0 => String::new(),
        count => format!("（其中重复领取 {count}）"),
    }
}

/// Bars of reservations, of which told, of which collected, by town.
fn chart(towns: &[Progress]) -> String {
    let most = towns.iter().map(|town| town.reservations).max().unwrap_or(0).max(1);
    let height = towns.len() * ROW + 30;
    let mut bars = String::new();
    for (place, town) in towns.iter().enumerate() {
        let (y, name) = (place * ROW + 26, escaped(&town.town));
        let width = |count: u64| count * BAR / most;
        bars.push_str(&format!(
            "<text x=\"150\" y=\"{}\" text-anchor=\"end\">{name}</text>\
             <rect x=\"160\" y=\"{y}\" width=\"{}\" height=\"18\" fill=\"#9dc3e6\"/>\
             <rect x=\"160\" y=\"{y}\" width=\"{}\" height=\"18\" fill=\"#2e75b6\"/>\
             <rect x=\"160\" y=\"{y}\" width=\"{}\" height=\"18\" fill=\"#1d7a3a\"/>\
             <text x=\"{}\" y=\"{}\">{}</text>",
            y + 14,
            width(town.reservations),
            width(town.notified),
            width(town.collected),
            width(town.reservations) + 168,
            y + 14,
            town.reservations
        ));
    }
    format!(
        "<svg role=\"img\" aria-label=\"各街镇预约、已通知、已领取\" viewBox=\"0 0 850 {height}\" width=\"100%\" \
         font-size=\"14\" fill=\"currentColor\"><text x=\"160\" y=\"14\">浅蓝：预约　深蓝：已通知　绿：已领取</text>{bars}</svg>"
    )
}

fn table(rows: &[Progress], committees: bool) -> String {
    let head = if committees {
        "<th>街镇</th><th>居委会</th>"
    } else {
        "<th>街镇</th><th></th>"
    };
    let lines: String = rows
        .iter()
        .map(|row| {
            let late = if row.silent > 0 { " class=\"late\"" } else { "" };
            let twice = if row.handed_out_twice > 0 {
                " class=\"late\""
            } else {
                ""
            };
            format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td{twice}>{}</td><td>{}</td><td{late}>{}/{}</td></tr>",
                escaped(&row.town),
                escaped(&row.name),
                row.quota,
                row.reservations,
                row.pending,
                row.notified,
                row.collected,
                row.handed_out_twice,
                row.held,
                row.silent,
                row.devices
            )
        })
        .collect();
    format!(
        "<table><thead><tr>{head}<th>名额</th><th>预约</th><th>待审核</th><th>已通知</th><th>已领取</th><th>重复领取</th><th>待裁定</th>\
         <th>失联电脑</th></tr></thead><tbody>{lines}</tbody></table>"
    )
}
