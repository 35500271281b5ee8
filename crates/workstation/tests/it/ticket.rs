//! A ticket that is chosen as a file: read beside the counter from its text or a picture of its code, and cancelled.

use fast_qr::{ECL, QRBuilder};
use linli_protocol::Ticket;
use serde_json::{Value, json};

use crate::desk::{Desk, ended};

/// A picture of so many dots a side that a cancelled reading is still at it when it hears of it.
const SIDE: usize = 4_000;

/// A picture of black and white.
fn png(side: usize, dark: impl Fn(usize, usize) -> bool) -> Vec<u8> {
    let byte =
        |y: usize, left: usize| (left..left + 8).fold(0, |byte, x| byte << 1 | u8::from(!(x < side && dark(x, y))));
    let data: Vec<u8> = (0..side)
        .flat_map(|y| (0..side).step_by(8).map(move |left| (y, left)))
        .map(|(y, left)| byte(y, left))
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&data).unwrap();
    writer.finish().unwrap();
    bytes
}

fn started(desk: &Desk, name: &str, bytes: Vec<u8>) -> Value {
    let token = desk.session.put_file(name, bytes);
    desk.call("ticket_read", json!({ "token": token }))
}

fn read(desk: &Desk, name: &str, bytes: Vec<u8>) -> Value {
    ended(desk, &started(desk, name, bytes))
}

#[test]
fn a_ticket_is_read_from_its_text_or_its_picture_and_says_what_is_wrong_with_one() {
    let desk = Desk::new();
    let ticket = Ticket {
        url: "https://example.org".into(),
        code: "0000-0000-0000".into(),
        authority: None,
    };
    let text = ticket.text().unwrap();
    let code = QRBuilder::new(text.clone()).ecl(ECL::M).build().unwrap();
    let within = 4..4 + code.size;
    let dark = |x: usize, y: usize| {
        let (x, y) = (x / 6, y / 6);
        within.contains(&x) && within.contains(&y) && code[y - 4][x - 4].value()
    };
    let picture = png((code.size + 8) * 6, dark);
    for (name, bytes) in [("加入.txt", text.clone().into_bytes()), ("加入.png", picture.clone())] {
        let status = read(&desk, name, bytes);
        assert_eq!(
            (&status["result"]["ticket"], &status["result"]["url"]),
            (&json!(text), &json!(ticket.url)),
            "{status}"
        );
    }
    for (bytes, words) in [
        (picture[..picture.len() / 2].to_vec(), "读不出来，可能已损坏"),
        (png(400, |_, _| false), "没有找到二维码"),
    ] {
        let error = read(&desk, "加入.png", bytes)["error"].clone();
        assert_eq!(error["code"], "picture", "{error}");
        assert!(error["text"].as_str().unwrap().contains(words), "{error}");
    }
}

#[test]
fn reading_a_large_picture_is_cancelled() {
    let desk = Desk::new();
    let reading = started(&desk, "加入.png", png(SIDE, |x, y| (x / 40 + y / 40) % 2 == 0));
    desk.call("job_cancel", json!({ "job": reading["job"] }));
    assert_eq!(ended(&desk, &reading)["state"], "cancelled");
}
