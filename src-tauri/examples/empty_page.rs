//! An empty Tauri window, for `cargo xtask bench window`: what the window costs before it is ours.

use tauri::http::Response;
use tauri::utils::config::WebviewUrl;

/// The whole page; its colour shows when it is painted.
const PAGE: &str = "<!doctype html><meta charset=utf-8><body style='background:#1f6f78;color:#fff'>空白页";
/// Where it is: this program serves no other address.
const ADDRESS: &str = "empty://localhost/";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut context = tauri::generate_context!();
    for window in &mut context.config_mut().app.windows {
        window.url = WebviewUrl::CustomProtocol(ADDRESS.parse()?);
    }
    let page = Response::builder()
        .header("content-type", "text/html")
        .body(PAGE.as_bytes())?;
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", move |_, _| page.clone())
        .run(context)?;
    Ok(())
}
