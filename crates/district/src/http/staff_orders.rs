//! The staff's page of orders: numbers by town, committee, source, kind and urgency, also as JSON; and what their programs do
//! with an order: they want it sooner, give it again, or answer it for the district.
//!
//! Must stay true: whoever changes anything here has the staff's cookie, which browsers send along from no other site.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use linli_domain::operation::EntityId;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::page::{escaped, page};
use super::protocol::{blocking, denied};
use super::staff::{failed, is_staff, no_staff, stranger};
use super::staff_rows::{chart, nav, table};
use super::{Served, Shared, body};
use crate::pushed::OrderRow;
use crate::pushed::order::{OrderCount, OrderProgress, OwnAnswer};
use crate::pushed::progress::COUNTED;
use crate::random::System;
use crate::{DISTRICT, Error};

/// Where the page is.
pub(super) const PLACE: &str = "/staff/orders";
/// Where the same numbers are as JSON.
pub(super) const NUMBERS: &str = "/staff/orders.json";
/// Where an order is wanted sooner.
pub(super) const URGE: &str = "/staff/orders/urge";
/// Where an order is given again.
pub(super) const AGAIN: &str = "/staff/orders/again";
/// Where the district answers an order itself.
pub(super) const ANSWER: &str = "/staff/orders/answer";
pub(super) const TITLE: &str = "工单进度";
/// Most bytes of what staff say of an order.
const ACT_BYTES: usize = 64 << 10;

/// An order, as staff name it.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Named {
    /// Its id, or its source's own number of it.
    order: String,
    /// Whose it is, where several sources have that number.
    #[serde(default)]
    source: Option<String>,
}

impl Named {
    fn id(&self, served: &Served) -> Result<EntityId, Error> {
        served
            .district
            .row_called::<OrderRow>(&self.order, self.source.as_deref())
    }
}

/// What staff want of a committee.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct OrderWanted {
    #[serde(flatten)]
    named: Named,
    /// Why, in words for the committee: at most 500 characters.
    reason: String,
}

/// Whom that was told.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OrderTold {
    /// The committee; none where the district sees to it itself.
    committee: Option<String>,
}

/// How the district answers an order itself.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct OrderAnswered {
    #[serde(flatten)]
    named: Named,
    #[serde(flatten)]
    answer: OwnAnswer,
}

/// `GET /staff/orders`.
pub(super) async fn orders(State(served): State<Shared>, headers: HeaderMap) -> Response {
    if !is_staff(&served, &headers) {
        return stranger(TITLE);
    }
    let read = blocking(move || {
        let now = served.now();
        let head = format!("{} · 截至 {}", served.district.name(), now.minutes_text());
        Ok((served.district.order_progress(now)?, head))
    });
    match read.await {
        Ok((progress, head)) => page(StatusCode::OK, TITLE, "wide", &shown(&progress, &head)),
        Err(error) => failed(&error, TITLE),
    }
}

/// `GET /staff/orders.json`.
pub(super) async fn numbers(State(served): State<Shared>, headers: HeaderMap) -> Response {
    if !is_staff(&served, &headers) {
        return denied(&served, &no_staff());
    }
    let compress = body::takes_zstd(&headers);
    let asked = served.clone();
    match blocking(move || asked.district.order_progress(asked.now())).await {
        Ok(progress) => body::answer(&progress, compress),
        Err(error) => denied(&served, &error),
    }
}

/// `POST /staff/orders/urge`.
pub(super) async fn urge(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    act(served, headers, sent, |served, wanted: OrderWanted| {
        let (order, now) = (wanted.named.id(served)?, served.now());
        let told = served.district.urge_order(order, &wanted.reason, now, &mut System)?;
        Ok(Some(told))
    })
    .await
}

/// `POST /staff/orders/again`.
pub(super) async fn again(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    act(served, headers, sent, |served, wanted: OrderWanted| {
        let (order, now) = (wanted.named.id(served)?, served.now());
        let told = served
            .district
            .give_order_again(order, &wanted.reason, now, &mut System)?;
        Ok(Some(told))
    })
    .await
}

/// `POST /staff/orders/answer`.
pub(super) async fn answer(State(served): State<Shared>, headers: HeaderMap, sent: Body) -> Response {
    act(served, headers, sent, |served, said: OrderAnswered| {
        let (order, now) = (said.named.id(served)?, served.now());
        served.district.answer_order(order, &said.answer, now, &mut System)?;
        Ok(None)
    })
    .await
}

/// What staff do with an order: first who it is, then what is said.
async fn act<Q: DeserializeOwned + Send + 'static>(
    served: Shared,
    headers: HeaderMap,
    sent: Body,
    work: impl FnOnce(&Served, Q) -> Result<Option<String>, Error> + Send + 'static,
) -> Response {
    if !is_staff(&served, &headers) {
        return denied(&served, &no_staff());
    }
    let compress = body::takes_zstd(&headers);
    let done = async {
        let reading = served.places.to_read(DISTRICT).await?;
        let sent = body::receive(sent, ACT_BYTES).await?;
        drop(reading);
        let _place = served.places.to_work(DISTRICT).await?;
        let then = served.clone();
        blocking(move || work(&then, body::message(&headers, sent, ACT_BYTES)?)).await
    };
    match done.await {
        Ok(committee) => body::answer(&OrderTold { committee }, compress),
        Err(error) => denied(&served, &error),
    }
}

fn shown(progress: &OrderProgress, head: &str) -> String {
    let OrderProgress {
        total,
        towns,
        committees,
        sources,
        kinds,
        urgencies,
    } = progress;
    let (days, nav, head) = (COUNTED.num_days(), nav(PLACE), escaped(head));
    if total.pushed + total.damaged == 0 {
        return format!("{nav}<p>{head}</p><p>近 {days} 天没有下发工单。</p>");
    }
    let bars = chart(towns, ("已答复", |count| [count.pushed, count.replied, count.overdue]));
    format!(
        "{nav}<p>{head}，近 {days} 天下发的和更早还没办完的</p><p>{}</p><h2>紧急程度</h2>{}<h2>诉求类型</h2>{}\
         <h2>各街镇</h2>{bars}{}<h2>各居委会</h2>{}<h2>各来源</h2>{}",
        sentence(total),
        table(["紧急程度", ""], urgencies),
        table(["诉求类型", ""], kinds),
        table(["街镇", ""], towns),
        table(["街镇", "居委会"], committees),
        table(["来源", ""], sources)
    )
}

fn sentence(total: &OrderCount) -> String {
    let late = if total.overdue > 0 { " class=\"late\"" } else { "" };
    format!(
        "下发 {}，已答复 {}（不满意 {}），办理中 {}，<span{late}>超时 {}</span>，未先行联系 {}；等区里处理：退回 {}，区级直办 {}，无归属 {}，不能用 {}。",
        total.pushed,
        total.replied,
        total.dissatisfied,
        total.open,
        total.overdue,
        total.not_contacted,
        total.returned,
        total.direct,
        total.nobody,
        total.damaged
    )
}
