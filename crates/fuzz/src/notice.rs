//! Notices: whatever is typed or pasted into one, for however many buildings, becomes pages or an error with its words.

use std::sync::OnceLock;

use linli_documents::font::Fonts;
use linli_documents::pdf::{self, Imprint, NoticeCopy, NoticeInput, NoticeText};

use crate::bounds::within_bounds;
use crate::script::Script;
use crate::things::NOW;

/// Parts the title from the text, what stands in it over and over, and what comes after it.
const NEXT: u8 = 0xff;
/// The longest text made, in bytes.
const LONGEST: usize = 4 << 20;
/// Somewhat more copies than a file may hold.
const COPIES: u64 = 2_100;

/// Plays a notice.
///
/// # Panics
/// Something does not hold.
pub fn notice(bytes: &[u8]) {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| Fonts::bundled().expect("the bundled fonts are sound"));
    let mut script = Script::new(bytes);
    let (marked_up, seal, many) = (script.rarely(2), script.rarely(2), script.rarely(4));
    let copies = if many { script.number() % COPIES } else { 1 };
    let (building, again) = (script.text(), script.number() as usize % (LONGEST / 4));
    let mut parts = script.rest().split(|byte| *byte == NEXT).map(String::from_utf8_lossy);
    let mut next = || parts.next().unwrap_or_default().into_owned();
    let (title, before, piece, after) = (next(), next(), next(), next());
    let text = format!(
        "{before}{}{after}",
        piece.repeat(again.min(LONGEST / piece.len().max(1)))
    );
    let made = within_bounds(|| {
        let text = if marked_up {
            NoticeText::parse(&text)
        } else {
            NoticeText::plain(&title, &text)
        }?;
        let copy = |place: u64| NoticeCopy {
            building: format!("{building}{place}号"),
            salutation: building.clone(),
        };
        pdf::notice(
            fonts,
            &NoticeInput {
                imprint: Imprint {
                    committee: "南泉路第二居民委员会".into(),
                    created: NOW.local().and_utc().fixed_offset(),
                },
                text,
                date: NOW.date(),
                seal,
                copies: (0..copies).map(copy).collect(),
            },
        )
    });
    if let Ok(file) = made {
        assert!(file.starts_with(b"%PDF"), "a notice is a PDF");
    }
}

/// What the fuzzer begins with: how it is written, for how many, and the parts of its text.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let seed = |head: &[u8], parts: [&str; 4]| {
        let texts = parts.map(str::as_bytes).join(&NEXT);
        [head, &texts].concat()
    };
    vec![
        seed(
            &[0, 1, 0, 0, 0],
            [
                "关于停水的通知",
                "因检修，{楼栋}停水。\n一、时间\n（一）上午\n附件：登记表",
                "",
                "",
            ],
        ),
        seed(
            &[1, 0, 3, 40, 1, b'1', b'2', b' ', b' ', 0],
            ["", "# 通知\n\n## 时间\n- **明天**\n1. 储水\n附件：表", "", ""],
        ),
        seed(&[0, 0, 0, 0, 200], ["通知", "", "停水。\n", "{居委会} {日期}"]),
        seed(&[0, 0, 0, 0, 243, 255, 255, 0, 0, 0, 0, 0, 0], ["通知", "", "a", ""]),
        seed(
            &[0, 0, 3, 239, 2, b'1', b'2', b'3', b'4', b'5', b'6', b'7', b'8', 60],
            ["{楼栋}通知", "", "{楼栋}", ""],
        ),
    ]
}
