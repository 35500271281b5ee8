//! Kinds of documents: what they are called, what sheets and other systems call them, what a number by itself looks like.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ID_DIGITS, has_id_form};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 居民身份证.
    ResidentId,
    /// 港澳台居民居住证.
    HkMoTwResidence,
    /// 护照.
    Passport,
    /// 外国人永久居留身份证.
    ForeignPermanentResident,
    /// 港澳居民来往内地通行证.
    HkMoPermit,
    /// 台湾居民来往大陆通行证.
    TwPermit,
    /// Any other.
    Other,
    /// Nothing shown.
    Missing,
}

impl DocumentKind {
    /// All kinds with the code they are stored by, their name, and what sheets call them.
    pub(super) const ALL: [(DocumentKind, &'static str, &'static str, &'static [&'static str]); 8] = [
        (
            DocumentKind::ResidentId,
            "resident_id",
            "居民身份证",
            &["身份证", "二代身份证", "中国居民身份证", "户口簿"],
        ),
        (
            DocumentKind::HkMoTwResidence,
            "hk_mo_tw_residence",
            "港澳台居民居住证",
            &["港澳居民居住证", "台湾居民居住证", "居住证"],
        ),
        (DocumentKind::Passport, "passport", "护照", &["外国护照", "中国护照"]),
        (
            DocumentKind::ForeignPermanentResident,
            "foreign_permanent_resident",
            "外国人永久居留身份证",
            &["外国人永久居留证", "永久居留证", "永居证"],
        ),
        (
            DocumentKind::HkMoPermit,
            "hk_mo_permit",
            "港澳居民来往内地通行证",
            &["回乡证", "港澳通行证", "港澳居民通行证"],
        ),
        (
            DocumentKind::TwPermit,
            "tw_permit",
            "台湾居民来往大陆通行证",
            &["台胞证", "台湾通行证", "台湾居民通行证"],
        ),
        (DocumentKind::Other, "other", "其他证件", &["其他", "其它"]),
        (
            DocumentKind::Missing,
            "missing",
            "无证件",
            &["无", "没有", "未办理", "无身份证"],
        ),
    ];

    /// The code it is stored by, as in JSON.
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("other", |(_, code, ..)| code)
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("其他证件", |(_, _, label, _)| label)
    }

    /// Reads a code, a name, or what sheets call it; nothing for a word that names no kind.
    pub fn parse(text: &str) -> Option<DocumentKind> {
        let text = text.trim();
        let listed = Self::ALL
            .iter()
            .find(|(_, code, label, synonyms)| *code == text || *label == text || synonyms.contains(&text))
            .map(|(kind, ..)| *kind);
        let coded = || CODES.iter().find(|(code, _)| *code == text).map(|(_, kind)| *kind);
        // 中华人民共和国居民身份证, 第二代身份证, 临时身份证, 居民户口簿: whatever stands around it.
        let domestic = || {
            let says = |word: &str| text.contains(word);
            let other = ["外国", "永久", "居住证", "港", "澳", "台湾", "无", "没有"]
                .into_iter()
                .any(says);
            (!other && (says("身份证") || says("户口") || says("二代证"))).then_some(DocumentKind::ResidentId)
        };
        listed
            .or_else(coded)
            .or_else(domestic)
            .or_else(|| is_other(text).then_some(DocumentKind::Other))
    }

    /// What a document is, wherever that is asked: what was said of it, unless that was nothing or "other" and the number
    /// has the form of an ID number. So no word beside it keeps a number from being checked.
    pub fn of(stated: Option<DocumentKind>, number: &str) -> DocumentKind {
        match stated {
            Some(DocumentKind::Other) if has_id_form(number) => DocumentKind::guess(number),
            Some(kind) => kind,
            None => DocumentKind::guess(number),
        }
    }

    /// What a number by itself looks like; resident ID where it could be anything.
    pub fn guess(number: &str) -> DocumentKind {
        let bytes = number.as_bytes();
        match bytes.first_chunk::<2>() {
            // 南字第12345号: no kind that is listed has such signs in its number.
            // An ID number with words beside it is one all the same.
            _ if !number.is_ascii() && number.bytes().any(|byte| byte.is_ascii_digit()) => {
                let id = super::without_words(&number.to_uppercase());
                id.map_or(DocumentKind::Other, |id| DocumentKind::guess(&id))
            }
            Some(b"81" | b"82" | b"83") if bytes.len() == ID_DIGITS => DocumentKind::HkMoTwResidence,
            Some([b'9', _]) if bytes.len() == ID_DIGITS => DocumentKind::ForeignPermanentResident,
            Some([b'H' | b'M', digit]) if digit.is_ascii_digit() && matches!(bytes.len(), 9 | 11) => {
                DocumentKind::HkMoPermit
            }
            Some([first, _]) if first.is_ascii_alphabetic() && bytes.len() == 15 => {
                DocumentKind::ForeignPermanentResident
            }
            Some([first, _]) if first.is_ascii_alphabetic() => DocumentKind::Passport,
            _ => DocumentKind::ResidentId,
        }
    }
}

/// Whether a word names a document that is not listed: 军官证, 残疾证, 出生医学证明. Its number has a form of its own.
fn is_other(text: &str) -> bool {
    OTHERS.iter().any(|word| text.contains(word))
}

/// What such words hold.
const OTHERS: [&str; 27] = [
    "军官",
    "士兵",
    "军人",
    "文职",
    "警官",
    "武警",
    "人民警察",
    "士官",
    "学员证",
    "残疾",
    "出生",
    "驾驶",
    "驾照",
    "行驶证",
    "社保",
    "社会保障",
    "医保",
    "学生证",
    "工作证",
    "结婚证",
    "老年证",
    "优待证",
    "退休",
    "离休",
    "退役",
    "海员证",
    "旅行证",
];

/// Numbers by which sheets of other systems name kinds: GA/T 517-2004 常用证件代码 (three digits) and WS 364.3-2011,
/// CV02.01.101 (two).
const CODES: [(&str, DocumentKind); 12] = [
    ("111", DocumentKind::ResidentId),
    ("112", DocumentKind::ResidentId),
    ("113", DocumentKind::ResidentId),
    ("414", DocumentKind::Passport),
    ("511", DocumentKind::TwPermit),
    ("516", DocumentKind::HkMoPermit),
    ("553", DocumentKind::ForeignPermanentResident),
    ("01", DocumentKind::ResidentId),
    ("02", DocumentKind::ResidentId),
    ("03", DocumentKind::Passport),
    ("06", DocumentKind::HkMoPermit),
    ("07", DocumentKind::TwPermit),
];
