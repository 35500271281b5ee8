//! What lets PCs in: the authority's certificate, one-time codes, tickets on paper.

use fast_qr::{ECL, QRBuilder};
use linli_district::authority::Authority;
use linli_district::random::System;
use linli_protocol::Ticket;
use serde_json::json;

use super::args::{CaCommand, EnrolCodeArgs};
use super::data::Data;
use super::{Context, Output, Refusal};

/// Dots a module of a printed code is wide and high.
const MODULE: usize = 8;
/// Blank modules around a code (ISO/IEC 18004).
const QUIET: usize = 4;

pub(crate) fn authority(data: &Data, name: &str, command: CaCommand) -> Result<Output, Refusal> {
    let known = data.authority()?;
    let (authority, hosts) = match (command, known) {
        (CaCommand::Init { .. }, Some(_)) => {
            let words = "已经有证书机构了；换掉它会使所有电脑连不上。要换服务器证书请用 ca renew";
            return Err(Refusal::Words(words.into()));
        }
        (CaCommand::Init { hosts }, None) => {
            let authority = Authority::new(name)?;
            data.keep_authority(&authority)?;
            (authority, hosts)
        }
        (CaCommand::Renew { .. }, None) => return Err(Refusal::Words("还没有证书机构，请先用 ca init".into())),
        (CaCommand::Renew { hosts }, Some(authority)) => (authority, hosts),
    };
    data.keep_certificate(&authority.issue(&hosts)?)?;
    Output::new(
        &json!({ "hosts": hosts }),
        vec![format!("服务器证书已生成，用于 {}", hosts.join("、"))],
    )
}

pub(crate) fn enrol_code(context: &Context, args: &EnrolCodeArgs) -> Result<Output, Refusal> {
    let committee = context.district.committee_called(&args.committee)?;
    let url = args.url.as_deref().map(for_pcs).transpose()?;
    if args.output.is_some() && url.is_none() {
        return Err(Refusal::Words(
            "加入凭据里要有电脑连接的地址，请加上 --url https://主机名:端口".into(),
        ));
    }
    // Before the code: one that nobody gets to see would be a pity.
    args.output
        .as_deref()
        .map(|path| context.data.may_write(path))
        .transpose()?;
    let authority = context
        .data
        .authority()?
        .map(|authority| der(&authority.certificate))
        .transpose()?;
    let code = context.district.enrol_code(committee.id, context.now(), &mut System)?;
    let mut lines = vec![format!("{}：{code}", committee.full_name())];
    let ticket = url.map(|url| Ticket {
        url,
        code: code.clone(),
        authority,
    });
    let text = ticket.map(|ticket| ticket.text()).transpose()?;
    if let (Some(path), Some(text)) = (&args.output, &text) {
        let picture = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
        let bytes = if picture {
            qr_png(text)?
        } else {
            format!("{text}\n").into_bytes()
        };
        context.data.write_output(path, &bytes)?;
        lines.push(format!("加入凭据已写到 {}", path.display()));
    }
    Output::new(
        &json!({ "committee": committee.number, "code": code, "ticket": text }),
        lines,
    )
}

/// An address of the server as PCs take it: they put paths behind it, and nothing goes in the clear beyond this machine.
fn for_pcs(url: &str) -> Result<String, Refusal> {
    let url = url.trim().trim_end_matches('/');
    let wrong = || Refusal::Words(format!("--url “{url}”不能用，请写成 https://主机名:端口"));
    let read: reqwest::Url = url.parse().map_err(|_| wrong())?;
    let here = matches!(read.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let encrypted = read.scheme() == "https" || (read.scheme() == "http" && here);
    let plain = read.query().is_none() && read.fragment().is_none() && read.username().is_empty();
    if encrypted && plain {
        Ok(url.to_owned())
    } else {
        Err(wrong())
    }
}

/// The one certificate of a PEM file, as bytes.
fn der(pem: &str) -> Result<Vec<u8>, Refusal> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    data_encoding::BASE64
        .decode(body.trim().as_bytes())
        .map_err(|_| Refusal::Words("证书机构的证书文件已损坏，请从备份恢复".into()))
}

/// A QR code as a picture of black and white dots.
pub(crate) fn qr_png(text: &str) -> Result<Vec<u8>, Refusal> {
    let code = QRBuilder::new(text)
        .ecl(ECL::M)
        .build()
        .map_err(|_| Refusal::Words("内容太长，放不进二维码；请改存为文本文件".into()))?;
    let side = (code.size + 2 * QUIET) * MODULE;
    let mut dots = vec![255; side * side];
    for (place, dot) in dots.iter_mut().enumerate() {
        let (x, y) = (place % side / MODULE, place / side / MODULE);
        let inside = |at: usize| (QUIET..QUIET + code.size).contains(&at);
        if inside(x) && inside(y) && code[y - QUIET][x - QUIET].value() {
            *dot = 0;
        }
    }
    let failed = |error: png::EncodingError| Refusal::Words(format!("图片写不出来：{error}"));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&dots).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}
