//! Invented inputs for every document, used by the tests, the preview and the benchmark.
#![allow(dead_code, clippy::unwrap_used, missing_docs)]

use chrono::{DateTime, FixedOffset};
use linli_documents::pdf::{Imprint, Voucher, VouchersInput};

pub fn imprint() -> Imprint {
    Imprint { committee: "南泉路第二居民委员会".to_string(), created: created() }
}

pub fn created() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2020-02-08T09:30:00+08:00").unwrap()
}

const SURNAMES: [&str; 10] = ["王", "李", "张", "刘", "陈", "欧阳", "赵", "黄", "周", "吴"];
const GIVEN: [&str; 10] =
    ["秀英", "伟", "建国", "玉兰", "志强", "梓涵", "婷婷", "国栋", "晓东", "䶮"];

pub fn name(index: usize) -> String {
    format!("{}{}", SURNAMES[index % 10], GIVEN[index / 10 % 10])
}

pub fn vouchers(count: usize) -> VouchersInput {
    let voucher = |index: usize| Voucher {
        number: format!("02-{:05}", index + 1),
        name: name(index),
        room: format!("南泉路{}弄{}号{}0{}室", 120 + index % 7, index % 30 + 1, index % 6 + 1, index % 4 + 1),
        amount: "口罩 5只".to_string(),
        place: "益丰大药房（南泉路店）　南泉路128号".to_string(),
        time: "2月10日 9:00—11:30，13:00—16:30".to_string(),
        qr: format!("LL1:R2:{:05}:{:08x}:7Qk2mZtY0cVw1bXhK9sLrPpA4nEoD3gUiJfC6yB5tWvRzMqNxS8aHjTlGkFdOe{:06}", index + 1, index * 2_654_435_761 % 0xffff_ffff, index),
    };
    VouchersInput {
        imprint: imprint(),
        round_title: "第2轮口罩预约购买".to_string(),
        fine_print: "请携带本人身份证件和本凭证，在规定时间内到指定地点购买；逾期作废，不得转让、复印。每户限一份。".to_string(),
        vouchers: (0..count).map(voucher).collect(),
    }
}
