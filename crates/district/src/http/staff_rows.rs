//! The staff's page of tasks: numbers by source, town and committee, also as JSON. Reading only, behind the same link as
//! progress. What it is made of, the page of orders is made of, too.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::page::{escaped, page};
use super::protocol::{blocking, denied};
use super::staff::{self, failed, is_staff, no_staff, stranger};
use super::{Shared, body, staff_orders};
use crate::pushed::progress::{COUNTED, Counted, Line, OVERDUE, TaskCount, TaskProgress};

/// Where the page is.
pub(super) const PLACE: &str = "/staff/tasks";
/// Where the same numbers are as JSON.
pub(super) const NUMBERS: &str = "/staff/tasks.json";
pub(super) const TITLE: &str = "核查任务进度";
/// Width of the chart's bars, in its own units.
const BAR: u64 = 600;
/// Height of a bar with its space.
const ROW: usize = 26;

/// `GET /staff/tasks`.
pub(super) async fn tasks(State(served): State<Shared>, headers: HeaderMap) -> Response {
    if !is_staff(&served, &headers) {
        return stranger(TITLE);
    }
    let read = blocking(move || {
        let now = served.now();
        let head = format!("{} · 截至 {}", served.district.name(), now.minutes_text());
        Ok((served.district.task_progress(now)?, head))
    });
    match read.await {
        Ok((progress, head)) => page(StatusCode::OK, TITLE, "wide", &shown(&progress, &head)),
        Err(error) => failed(&error, TITLE),
    }
}

/// `GET /staff/tasks.json`.
pub(super) async fn numbers(State(served): State<Shared>, headers: HeaderMap) -> Response {
    if !is_staff(&served, &headers) {
        return denied(&served, &no_staff());
    }
    let compress = body::takes_zstd(&headers);
    let asked = served.clone();
    match blocking(move || asked.district.task_progress(asked.now())).await {
        Ok(progress) => body::answer(&progress, compress),
        Err(error) => denied(&served, &error),
    }
}

fn shown(progress: &TaskProgress, head: &str) -> String {
    let TaskProgress {
        total,
        towns,
        committees,
        sources,
    } = progress;
    let days = COUNTED.num_days();
    let nav = nav(PLACE);
    if total.pushed + total.damaged == 0 {
        return format!("{nav}<p>{}</p><p>近 {days} 天没有下发核查任务。</p>", escaped(head));
    }
    format!(
        "{nav}<p>{}，近 {days} 天下发的和更早还没办完的</p><p>{}</p><h2>各来源</h2>{}<h2>各街镇</h2>{}{}<h2>各居委会</h2>{}",
        escaped(head),
        sentence(total),
        table(["来源", ""], sources),
        chart(towns, ("已核查", |count| [count.pushed, count.answered, count.overdue])),
        table(["街镇", ""], towns),
        table(["街镇", "居委会"], committees)
    )
}

/// The pages there are, the one that is looked at marked.
pub(super) fn nav(here: &str) -> String {
    let link = |(place, title): (&str, &str)| {
        let current = if place == here { " aria-current=\"page\"" } else { "" };
        format!("<a href=\"{place}\"{current}>{title}</a>")
    };
    let pages = [
        (staff::PLACE, staff::TITLE),
        (PLACE, TITLE),
        (staff_orders::PLACE, staff_orders::TITLE),
    ];
    format!("<nav>{}</nav>", pages.map(link).join(" "))
}

fn sentence(total: &TaskCount) -> String {
    let late = if total.overdue > 0 { " class=\"late\"" } else { "" };
    format!(
        "下发 {}，已核查 {}，待核查 {}，<span{late}>超时 {}</span>；等区里处理：退回 {}，无归属 {}，不能用 {}。",
        total.pushed, total.answered, total.open, total.overdue, total.returned, total.nobody, total.damaged
    )
}

/// Bars of pushed rows, of which answered (and what that is called), of which overdue, by town.
pub(super) fn chart<C>(towns: &[Line<C>], (answered, of): (&str, fn(&C) -> [u64; 3])) -> String {
    let most = towns.iter().map(|town| of(&town.count)[0]).max().unwrap_or(0).max(1);
    let height = towns.len() * ROW + 30;
    let width = |count: u64| count * BAR / most;
    let bars: String = (0..)
        .zip(towns)
        .map(|(place, town)| {
            let (y, name, count) = (place * ROW + 26, escaped(&town.town), of(&town.count));
            let [all, done, late] = count.map(width);
            let (line, behind) = (y + 14, all + 168);
            format!(
                "<text x=\"150\" y=\"{line}\" text-anchor=\"end\">{name}</text>\
                 <rect x=\"160\" y=\"{y}\" width=\"{all}\" height=\"18\" fill=\"#9dc3e6\"/>\
                 <rect x=\"160\" y=\"{y}\" width=\"{done}\" height=\"18\" fill=\"#1d7a3a\"/>\
                 <rect x=\"{}\" y=\"{y}\" width=\"{late}\" height=\"18\" fill=\"#b00020\"/>\
                 <text x=\"{behind}\" y=\"{line}\">{}</text>",
                160 + all.saturating_sub(late),
                count[0]
            )
        })
        .collect();
    format!(
        "<svg role=\"img\" aria-label=\"各街镇下发、{answered}、超时\" viewBox=\"0 0 850 {height}\" width=\"100%\" font-size=\"14\" \
         fill=\"currentColor\"><text x=\"160\" y=\"14\">浅蓝：下发　绿：{answered}　红：超时</text>{bars}</svg>"
    )
}

pub(super) fn table<C: Counted>([first, second]: [&str; 2], rows: &[Line<C>]) -> String {
    let line = |row: &Line<C>| {
        let town = if row.town.is_empty() { &row.name } else { &row.town };
        let name = if second.is_empty() { "" } else { &row.name };
        let cell = |(header, of): &(&str, fn(&C) -> u64)| {
            let number = of(&row.count);
            let late = if *header == OVERDUE && number > 0 {
                " class=\"late\""
            } else {
                ""
            };
            format!("<td{late}>{number}</td>")
        };
        let numbers: String = C::COLUMNS.iter().map(cell).collect();
        format!("<tr><td>{}</td><td>{}</td>{numbers}</tr>", escaped(town), escaped(name))
    };
    let headers: String = C::COLUMNS
        .iter()
        .map(|(header, _)| format!("<th>{header}</th>"))
        .collect();
    let lines: String = rows.iter().map(line).collect();
    format!("<table><thead><tr><th>{first}</th><th>{second}</th>{headers}</tr></thead><tbody>{lines}</tbody></table>")
}
