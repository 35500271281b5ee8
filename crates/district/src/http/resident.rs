//! `GET` and `POST /r/{round}/{committee}`: the residents' form.

use std::time::Duration;

use axum::extract::{FromRequest, Path, Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use linli_domain::id_document::DocumentKind;
use linli_domain::round::RoundKey;
use linli_protocol::DenialCode;

use super::Shared;
use super::page::{self, escaped};
use super::peer::Source;
use super::protocol::blocking;
use crate::Error;
use crate::form::{Answer, Form, Open, Problem};
use crate::random::System;

/// Title where there is nothing to fill in.
const TITLE: &str = "居民登记";
/// How long a phone may take to send what was filled in.
const SENDING: Duration = Duration::from_secs(15);
/// A browser asks again before it shows such a page anew, but may step back to it; `no-store` would let it ask for the
/// form to be sent once more (RFC 9111, sections 5.2.2.4 and 6).
const KEPT_FOR_THE_BACK_BUTTON: &str = "private, no-cache";
/// Kinds of document that a resident can choose.
const KINDS: [DocumentKind; 6] = [
    DocumentKind::ResidentId,
    DocumentKind::HkMoTwResidence,
    DocumentKind::HkMoPermit,
    DocumentKind::TwPermit,
    DocumentKind::Passport,
    DocumentKind::ForeignPermanentResident,
];

/// Shows the form.
pub(super) async fn show(State(served): State<Shared>, Path((round, committee)): Path<(u64, u64)>) -> Response {
    let now = served.now();
    match blocking(move || served.district.form(round, committee)).await {
        Ok(open) if open.definition.open_at(now.local()) => {
            let blank = Form {
                quantity: "1".into(),
                ..Form::default()
            };
            form_page(StatusCode::OK, &open, &blank, &[])
        }
        Ok(open) => closed(&open),
        Err(error) => failed(&error),
    }
}

/// Takes it in.
pub(super) async fn take(
    State(served): State<Shared>,
    Path((round, committee)): Path<(u64, u64)>,
    Source(source): Source,
    request: Request,
) -> Response {
    let read = axum::extract::Form::<Form>::from_request(request, &served);
    let Ok(Ok(axum::extract::Form(form))) = tokio::time::timeout(SENDING, read).await else {
        return notice(StatusCode::BAD_REQUEST, TITLE, "没有读懂填写的内容，请返回重新填写。");
    };
    let done = blocking(move || {
        let open = served.district.form(round, committee)?;
        let answer = served
            .district
            .register(&open, &form, &source, served.now(), &mut System)?;
        Ok((open, form, answer))
    });
    match done.await {
        Ok((open, form, answer)) => answered(&open, &form, &answer),
        Err(error) => failed(&error),
    }
}

fn answered(open: &Open, form: &Form, answer: &Answer) -> Response {
    let title = open.definition.title.as_str();
    match answer {
        Answer::Registered(number) => {
            let body = format!(
                "<div class=\"box done\" role=\"status\"><p>填报成功，请等待居委会审核。</p>\
                 <p>您的登记号</p><p class=\"number\">{}</p></div>\
                 <p>请记下或截图保存登记号。审核结果由{}通知您，不用再次填报。</p>",
                escaped(number),
                escaped(&open.committee.name)
            );
            page(StatusCode::OK, title, &body)
        }
        Answer::There => {
            let whose = match open.definition.key {
                RoundKey::Person => "您",
                RoundKey::Household => "您家",
                RoundKey::Address => "这个地址",
            };
            let text = format!("{whose}在这一轮已经登记过了，不用重复填报，请等待居委会审核。如有疑问请联系居委会。");
            notice(StatusCode::OK, title, &text)
        }
        Answer::Problems(problems) => form_page(StatusCode::UNPROCESSABLE_ENTITY, open, form, problems),
        Answer::Closed => closed(open),
    }
}

fn closed(open: &Open) -> Response {
    let definition = &open.definition;
    let said = |text: &str| text.replace('T', " ");
    let text = format!(
        "登记时间是 {} 到 {}，现在不能登记。",
        said(&definition.opens),
        said(&definition.closes)
    );
    notice(StatusCode::OK, &definition.title, &text)
}

fn failed(error: &Error) -> Response {
    match error.denial().code {
        DenialCode::NotFound => notice(
            StatusCode::NOT_FOUND,
            TITLE,
            "没有这个登记页面，请重新扫描海报上的二维码。",
        ),
        DenialCode::TooMany => notice(StatusCode::TOO_MANY_REQUESTS, TITLE, &error.denial().text),
        _ => {
            tracing::error!(%error, "a registration failed");
            notice(
                StatusCode::SERVICE_UNAVAILABLE,
                TITLE,
                "系统忙，没有登记成功，请过一会儿再试。",
            )
        }
    }
}

fn notice(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, title, &format!("<p role=\"status\">{}</p>", escaped(text)))
}

/// A page that the phone keeps for its back button: what was typed stands there again, and nothing is sent twice.
fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let mut response = page::page(status, title, "", body);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static(KEPT_FOR_THE_BACK_BUTTON));
    response
}

/// An input: its name, label, hint, how a phone helps to fill it in, and what stands in it.
struct Input<'a> {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    attributes: &'static str,
    value: &'a str,
}

fn form_page(status: StatusCode, open: &Open, form: &Form, problems: &[Problem]) -> Response {
    let definition = &open.definition;
    let needed = definition.key == RoundKey::Person;
    let document = if needed { "" } else { "可以不填" };
    let input = |name, label, hint, attributes, value| Input {
        name,
        label,
        hint,
        attributes,
        value,
    };
    let before = [input(
        "name",
        "姓名",
        "",
        "autocomplete=\"name\" required",
        form.name.as_str(),
    )];
    let after = [
        input(
            "document_number",
            "证件号码",
            document,
            "autocomplete=\"off\" autocapitalize=\"characters\"",
            &form.document_number,
        ),
        input(
            "phone",
            "手机号码",
            "审核结果会通知到这个号码",
            "type=\"tel\" inputmode=\"tel\" autocomplete=\"tel-national\" required",
            &form.phone,
        ),
        input(
            "estate",
            "小区或弄",
            "例如：齐河路338弄；只有一个小区的可以不填",
            "",
            &form.estate,
        ),
        input("building", "楼栋", "例如：12号", "required", &form.building),
        input("unit", "单元", "没有单元的不填", "", &form.unit),
        input("room", "室号", "例如：501", "required", &form.room),
        input("quantity", "数量", "", "inputmode=\"numeric\" required", &form.quantity),
    ];
    let mut body = format!(
        "<p>{}，{}限一份，每份最多 {}。登记截止 {}。</p>",
        escaped(&open.committee.full_name()),
        definition.key.label(),
        definition.max_quantity,
        escaped(&definition.closes.replace('T', " "))
    );
    if !problems.is_empty() {
        let count = problems.len();
        body.push_str(&format!(
            "<div class=\"box\" role=\"alert\"><p>有 {count} 处要改，改好后再提交：</p></div>"
        ));
    }
    body.push_str("<form method=\"post\" accept-charset=\"utf-8\" novalidate>");
    before.iter().for_each(|input| body.push_str(&field(input, problems)));
    body.push_str(&kinds(&form.document_kind));
    after.iter().for_each(|input| body.push_str(&field(input, problems)));
    body.push_str("<button type=\"submit\">提交</button></form>");
    body.push_str("<p class=\"hint\">您填写的内容只用于本次登记，由居委会和区级平台按规定保管。</p>");
    page(status, &definition.title, &body)
}

fn field(input: &Input<'_>, problems: &[Problem]) -> String {
    let Input {
        name,
        label,
        hint,
        attributes,
        value,
    } = input;
    let wrong: Vec<&str> = problems
        .iter()
        .filter(|problem| problem.field == *name)
        .map(|problem| problem.text.as_str())
        .collect();
    let hint = if hint.is_empty() {
        String::new()
    } else {
        format!(" <span class=\"hint\">{hint}</span>")
    };
    let (invalid, said) = if wrong.is_empty() {
        (String::new(), String::new())
    } else {
        let text = escaped(&wrong.join("；"));
        (
            format!(" aria-invalid=\"true\" aria-describedby=\"{name}-wrong\""),
            format!("<p class=\"wrong\" id=\"{name}-wrong\">{text}</p>"),
        )
    };
    format!(
        "<label for=\"{name}\">{label}{hint}</label>\
         <input id=\"{name}\" name=\"{name}\" value=\"{}\" maxlength=\"60\" {attributes}{invalid}>{said}",
        escaped(value)
    )
}

fn kinds(chosen: &str) -> String {
    let options: String = KINDS
        .iter()
        .map(|kind| {
            let selected = if kind.code() == chosen { " selected" } else { "" };
            format!("<option value=\"{}\"{selected}>{}</option>", kind.code(), kind.label())
        })
        .collect();
    format!(
        "<label for=\"document_kind\">证件类型</label><select id=\"document_kind\" name=\"document_kind\">{options}</select>"
    )
}
