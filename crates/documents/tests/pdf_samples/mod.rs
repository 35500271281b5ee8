//! Invented inputs for every document, used by the tests, the preview and the benchmark.
#![allow(dead_code, clippy::unwrap_used, missing_docs)]

use chrono::{DateTime, FixedOffset, NaiveDate};
use linli_documents::pdf::{
    DoorListBuilding, DoorListInput, DoorVisit, HandoutBuilding, HandoutInput, HandoutRow, Imprint, NoticeCopy,
    NoticeInput, NoticeText, PostedRow, QrPosterInput, RoundNoticeBuilding, RoundNoticeInput, Voucher, VouchersInput,
};

pub fn imprint() -> Imprint {
    Imprint {
        committee: "南泉路第二居民委员会".to_string(),
        created: created(),
    }
}

pub fn created() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2020-02-08T09:30:00+08:00").unwrap()
}

const SURNAMES: [&str; 10] = ["王", "李", "张", "刘", "陈", "欧阳", "赵", "黄", "周", "吴"];
const GIVEN: [&str; 10] = [
    "秀英", "伟", "建国", "玉兰", "志强", "梓涵", "婷婷", "国栋", "晓东", "䶮",
];

pub fn name(index: usize) -> String {
    format!("{}{}", SURNAMES[index % 10], GIVEN[index / 10 % 10])
}

pub fn vouchers(count: usize) -> VouchersInput {
    let voucher = |index: usize| Voucher {
        number: format!("02-{:05}", index + 1),
        name: name(index),
        room: format!(
            "南泉路{}弄{}号{}0{}室",
            120 + index % 7,
            index % 30 + 1,
            index % 6 + 1,
            index % 4 + 1
        ),
        amount: "口罩 5只".to_string(),
        place: "益丰大药房（南泉路店）　南泉路128号".to_string(),
        time: "2月10日 9:00—11:30，13:00—16:30".to_string(),
        qr: format!(
            "LL1:R2:{:05}:{:08x}:7Qk2mZtY0cVw1bXhK9sLrPpA4nEoD3gUiJfC6yB5tWvRzMqNxS8aHjTlGkFdOe{:06}",
            index + 1,
            index * 2_654_435_761 % 0xffff_ffff,
            index
        ),
    };
    VouchersInput {
        imprint: imprint(),
        round_title: "第2轮口罩预约购买".to_string(),
        fine_print: "请携带本人身份证件和本凭证，在规定时间内到指定地点购买；逾期作废，不得转让、复印。每户限一份。"
            .to_string(),
        vouchers: (0..count).map(voucher).collect(),
    }
}

const PLACE: &str = "益丰大药房（南泉路店），南泉路128号";
const TIME: &str = "2020年2月10日至2月12日，9:00—11:30、13:00—16:30";

pub const NOTICE_TEXT: &str = include_str!("notice.md");

pub fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 2, 8).unwrap()
}

pub fn building(index: usize) -> String {
    format!("南泉路{}弄{}号", 120 + index / 30 * 2, index % 30 + 1)
}

fn room(index: usize) -> String {
    format!("{}0{}室", index / 4 + 1, index % 4 + 1)
}

pub fn notice(copies: usize) -> NoticeInput {
    let copy = |index: usize| NoticeCopy {
        building: building(index),
        salutation: format!("{}各位居民", building(index)),
    };
    NoticeInput {
        imprint: imprint(),
        text: NoticeText::parse(NOTICE_TEXT).unwrap(),
        date: date(),
        seal: true,
        copies: (0..copies).map(copy).collect(),
    }
}

pub fn round_notice(buildings: usize, rows: usize) -> RoundNoticeInput {
    let row = |index: usize| PostedRow {
        room: format!("{}**室", index / 4 + 1),
        name: name(index)
            .chars()
            .enumerate()
            .map(|(at, c)| if at == 1 { '*' } else { c })
            .collect(),
        third: format!("02-{:05}", index + 1),
    };
    RoundNoticeInput {
        imprint: imprint(),
        round_title: "第2轮口罩预约购买".to_string(),
        who: "已预约登记并通过核对、收到通知的本楼居民，名单见下。每户一份，可由家人代购。".to_string(),
        limits: "每户5只，每只2.00元；前一轮已购买的住户本轮不再安排。".to_string(),
        remarks: "请佩戴口罩、间隔一米排队，携带本人身份证件和购买凭证；如有疑问，请拨打居委会电话021-5870****。"
            .to_string(),
        date: date(),
        third_column: "凭证号".to_string(),
        buildings: (0..buildings)
            .map(|index| RoundNoticeBuilding {
                building: building(index),
                place: PLACE.to_string(),
                time: TIME.to_string(),
                rows: (0..rows).map(row).collect(),
            })
            .collect(),
    }
}

pub fn handout(buildings: usize, rows: usize) -> HandoutInput {
    let row = |index: usize| HandoutRow {
        room: room(index),
        name: name(index),
        amount: "口罩 5只".to_string(),
        voucher: format!("02-{:05}", index + 1),
        phone: format!("139****{:04}", index * 37 % 10_000),
    };
    HandoutInput {
        imprint: imprint(),
        round_title: "第2轮口罩预约购买".to_string(),
        buildings: (0..buildings)
            .map(|index| HandoutBuilding {
                building: building(index),
                head: "周阿姨".to_string(),
                place: PLACE.to_string(),
                time: TIME.to_string(),
                rows: (0..rows).map(row).collect(),
            })
            .collect(),
    }
}

pub fn door_list(buildings: usize, rows: usize) -> DoorListInput {
    let row = |index: usize| DoorVisit {
        room: room(index),
        persons: if index.is_multiple_of(3) {
            format!("{}、{}", name(index), name(index + 7))
        } else {
            name(index)
        },
        reason: if index.is_multiple_of(2) {
            "道口登记信息与户籍地址不一致，请核对现住地址和到沪时间".to_string()
        } else {
            "预约登记未留电话".to_string()
        },
        phone: format!("139****{:04}", index * 37 % 10_000),
    };
    DoorListInput {
        imprint: imprint(),
        title: "上门核查走访表".to_string(),
        results: ["已见面", "不在家", "已搬走", "拒绝"].map(str::to_string).to_vec(),
        buildings: (0..buildings)
            .map(|index| DoorListBuilding {
                building: building(index),
                head: "周阿姨".to_string(),
                deadline: "2月9日20:00前".to_string(),
                doors: rows,
                people: (0..rows).map(|index| 1 + usize::from(index.is_multiple_of(3))).sum(),
                rows: (0..rows).map(row).collect(),
            })
            .collect(),
    }
}

pub fn poster() -> QrPosterInput {
    QrPosterInput {
        imprint: imprint(),
        title: "第2轮口罩预约登记".to_string(),
        subtitle: "扫码填写，足不出户；老人不会用手机，请家人或邻居代填".to_string(),
        window: "2月8日9:00—2月9日20:00".to_string(),
        qr: "https://linli.example.org/r/2?c=nanquan2".to_string(),
        qr_caption: "微信扫一扫，填写预约登记".to_string(),
        address: "https://linli.example.org/r/2?c=nanquan2".to_string(),
        steps: [
            "扫描上方二维码，打开登记页面",
            "填写姓名、证件号码、手机号码和住址",
            "提交后记下预约号，等候居委会通知",
            "收到通知后，凭购买凭证到指定药店购买",
        ]
        .map(str::to_string)
        .to_vec(),
        contact: "没有手机的居民，可持身份证件到居委会（南泉路120弄1号底楼）现场登记。咨询电话：021-58700000"
            .to_string(),
    }
}
