//! The three ways to the workstation and the screens themselves.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use linli_workstation::ErrorBody;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rust_embed::RustEmbed;
use serde_json::{Value, json};

use super::Served;

/// The built screens, inside the program.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../ui/dist"]
struct Screens;

/// Header of an upload: the file's name, percent-encoded UTF-8.
const FILE_NAME_HEADER: &str = "x-file-name";
/// Vite puts a hash of the content into these files' names.
const HASHED: &str = "assets/";
/// Such a file never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// `POST /api/call/{name}`: runs a command. 200 with its answer, 422 with its error.
pub(super) async fn call(
    State(served): State<Served>,
    Path(name): Path<String>,
    Json(request): Json<Value>,
) -> Response {
    let session = served.session;
    match tokio::task::spawn_blocking(move || session.call(&name, request)).await {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(error)) => (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response(),
        Err(_) => failure(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "这一步出错了，数据没有改动，请再试一次",
        ),
    }
}

/// `POST /api/upload`: keeps a file in memory. Answers with its token.
pub(super) async fn upload(State(served): State<Served>, headers: HeaderMap, bytes: Bytes) -> Response {
    let name = headers
        .get(FILE_NAME_HEADER)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let name = percent_decode_str(name).decode_utf8_lossy();
    Json(json!({ "token": served.session.put_file(&name, bytes.into()) })).into_response()
}

/// `GET /api/file/{token}`: the bytes of a file kept in memory.
pub(super) async fn file(State(served): State<Served>, Path(token): Path<String>) -> Response {
    let Some(file) = served.session.file(&token) else {
        return failure(StatusCode::NOT_FOUND, "file_gone", "这个文件已不在内存里，请再打开一次");
    };
    let name = utf8_percent_encode(&file.name, NON_ALPHANUMERIC);
    let disposition = format!("inline; filename*=UTF-8''{name}");
    (
        [
            (CONTENT_TYPE, file.media_type.to_owned()),
            (CONTENT_DISPOSITION, disposition),
        ],
        file.bytes.clone(),
    )
        .into_response()
}

/// Everything else: a file of the screens; the page itself for an address within it.
pub(super) async fn screens(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let page_address = !path.rsplit('/').next().unwrap_or_default().contains('.');
    let name = if page_address { "index.html" } else { path };
    let Some(file) = Screens::get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = if name.starts_with(HASHED) { FOREVER } else { "no-store" };
    let media_type = match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    (
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, kept.to_owned())],
        file.data,
    )
        .into_response()
}

fn failure(status: StatusCode, code: &str, text: &str) -> Response {
    (status, Json(ErrorBody::new(code, text))).into_response()
}
