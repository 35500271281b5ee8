//! Pages: plain HTML that needs nothing else, for old phones and any browser. Whatever is put in is escaped.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

/// Nothing is loaded, run or framed; forms go here only.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Large enough for old eyes and thumbs; dark where the phone is.
const STYLE: &str = "*{box-sizing:border-box}body{margin:0 auto;max-width:34em;padding:1em;\
font:18px/1.6 -apple-system,'PingFang SC','Microsoft YaHei',sans-serif;color:#1b1b1b;background:#fff}\
h1{font-size:1.3em;margin:.2em 0 .6em}label{display:block;margin-top:1em;font-weight:600}\
input,select,button{width:100%;min-height:2.7em;padding:.4em .6em;font:inherit;color:inherit;background:#fff;\
border:1px solid #767676;border-radius:.3em}input:focus,select:focus,button:focus{outline:3px solid #1a6fb5}\
button{margin-top:1.4em;background:#0b5cad;color:#fff;border:0;font-weight:600}\
.hint{color:#555;font-weight:400;font-size:.9em}.wrong{color:#b00020;font-weight:600}\
[aria-invalid=true]{border:2px solid #b00020}.box{border:2px solid #b00020;border-radius:.3em;padding:.6em .8em}\
.done{border-color:#1d7a3a}.box p{margin:.3em 0}svg{max-width:850px}.number{font-size:2em;font-weight:700;letter-spacing:.05em}\
table{border-collapse:collapse;width:100%}th,td{padding:.3em .5em;border-bottom:1px solid #ccc;text-align:right}\
th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}thead th{position:sticky;top:0;\
background:#f2f2f2}.wide{max-width:80em}.late{color:#b00020;font-weight:700}\
@media(prefers-color-scheme:dark){body{background:#151515;color:#eee}input,select{background:#222}\
.hint{color:#bbb}.wrong,.late{color:#ff8a80}thead th{background:#262626}}";

/// A text as it stands in HTML, between tags or in quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A whole page; `body` is HTML, `title` is text.
pub(super) fn page(status: StatusCode, title: &str, class: &str, body: &str) -> Response {
    let title = escaped(title);
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body class=\"{class}\"><main><h1>{title}</h1>{body}</main></body></html>"
    );
    (status, headers(), Html(html)).into_response()
}

fn headers() -> HeaderMap {
    let fixed: [(HeaderName, &'static str); 5] = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ];
    fixed
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect()
}
