//! The built screens as the build scripts of both hosts see them: `ui/dist`, made by `npm run build`.
//! Must stay true: a fresh clone compiles before the screens were ever built.

use std::{fs, io, path::Path};

/// What a host shows when it was compiled before the screens were.
const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
<title>邻里工作站</title><body style=\"font:18px/1.7 sans-serif;margin:15vh auto;max-width:32em\">\
<h1>界面还没有生成</h1><p>请先运行 <code>cargo xtask run</code>，它会生成界面并打开工作站。</p>";

/// Makes sure that `ui/dist` exists, and has cargo look at it again when it changes.
pub fn present(root: &Path) -> io::Result<()> {
    let dist = root.join("ui/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    if dist.join("index.html").exists() {
        return Ok(());
    }
    fs::create_dir_all(&dist)?;
    fs::write(dist.join("index.html"), NOT_BUILT)
}
