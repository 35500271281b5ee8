//! General notices are laid out as GB/T 9704-2012 has it, and a text that is not understood is
//! refused with its line.
#![allow(clippy::unwrap_used, missing_docs)]

mod pdf_pages;
mod pdf_samples;

use linli_documents::font::Face;
use linli_documents::pdf::canvas::Recording;
use linli_documents::pdf::{self, NoticeInput, NoticeText, PdfError};
use pdf_pages::{MM, any_text, fonts, ink_right, page_text, texts};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn notices_keep_to_the_type_area(paragraphs in prop::collection::vec(any_text(300), 1..12)) {
        let mut input = pdf_samples::notice(1);
        let text: String =
            paragraphs.iter().map(|p| format!("正{}\n\n", p.replace('*', ""))).collect();
        input.text = NoticeText::parse(&format!("# 关于做好有关工作的通知\n\n{text}")).unwrap();
        let mut recording = Recording::new(fonts());
        pdf::draw_notice(&mut recording, &input).unwrap();
        check_notice_area(&recording)?;
        let letters = |text: String| text.replace(char::is_whitespace, "");
        let printed = letters(recording.pages.iter().map(|page| page_text(page)).collect());
        for paragraph in &paragraphs {
            let begin: String =
                letters(paragraph.replace('*', "")).chars().take(10).collect();
            prop_assert!(printed.contains(&begin), "nothing is dropped: {}", begin);
        }
    }
}

/// The type area of GB/T 9704: 156 × 225 mm, 28 mm from the left and 37 mm from the top.
fn check_notice_area(recording: &Recording<'_>) -> Result<(), TestCaseError> {
    for (index, page) in recording.pages.iter().enumerate() {
        let (number, body) = texts(page)
            .into_iter()
            .partition::<Vec<_>, _>(|(text, ..)| text.starts_with("— ") && text.ends_with(" —"));
        prop_assert_eq!(number[0].0, format!("— {} —", index + 1));
        let mut tops: Vec<i32> = body.iter().map(|(.., area)| (area.y * 10.0) as i32).collect();
        tops.sort_unstable();
        tops.dedup();
        prop_assert!(tops.len() <= 22, "at most 22 lines, not {}", tops.len());
        for (text, style, area) in body {
            prop_assert!(area.x >= 28.0 * MM - 0.1, "{} begins left of the type area", text);
            let right = ink_right(text, style, area);
            prop_assert!(right <= 184.0 * MM + 0.3, "{} ends right of it: {}", text, right);
            prop_assert!(area.y >= 37.0 * MM && area.bottom() <= 262.0 * MM, "{}", text);
        }
    }
    Ok(())
}

fn notice(text: &str, copies: usize, seal: bool) -> Recording<'static> {
    let input = NoticeInput {
        text: NoticeText::parse(text).unwrap(),
        seal,
        ..pdf_samples::notice(copies)
    };
    let mut recording = Recording::new(fonts());
    pdf::draw_notice(&mut recording, &input).unwrap();
    recording
}

#[test]
fn a_notice_page_has_22_lines_of_28_characters() {
    let recording = notice(&format!("# 标题\n\n{}", "字".repeat(2000)), 1, true);
    let page = texts(&recording.pages[1]);
    let lines: Vec<_> = page.iter().filter(|(text, ..)| text.contains('字')).collect();
    assert_eq!(lines.len(), 22, "22 lines on a full page");
    for (text, style, _) in &lines {
        assert_eq!(text.chars().count(), 28, "28 characters in a full line");
        assert_eq!(style.size, 15.75, "三号");
    }
    for pair in lines.windows(2) {
        let pitch = pair[1].2.y - pair[0].2.y;
        assert!((pitch - 28.0).abs() < 0.01, "28 pt from line to line, not {pitch}");
    }
}

#[test]
fn the_title_is_bold_in_erhao_and_in_the_middle() {
    let recording = notice(pdf_samples::NOTICE_TEXT, 1, true);
    let page = texts(&recording.pages[0]);
    let title: Vec<_> = page.iter().take(2).collect();
    assert_eq!(title[0].0, "关于做好第2轮口罩预约购买", "parted where sense allows");
    assert_eq!(title[1].0, "和居家防护工作的通知");
    for (_, style, area) in title {
        assert_eq!((style.face, style.size), (Face::SerifBold, 22.0));
        let middle = area.x + area.width / 2.0;
        assert!(
            (middle - 106.0 * MM).abs() < 0.5,
            "centred in the type area, not at {middle}"
        );
    }
}

#[test]
fn headings_are_numbered_and_in_their_fonts() {
    let recording = notice(
        "# 标题\n\n## 甲\n\n### 乙\n\n文\n\n### 丙\n\n文\n\n## 丁\n\n### 戊\n\n文",
        1,
        true,
    );
    let all: Vec<_> = recording.pages.iter().flat_map(|page| texts(page)).collect();
    for (number, heading, face) in [
        ("一、", "甲", Face::Sans),
        ("（一）", "乙", Face::SerifBold),
        ("（二）", "丙", Face::SerifBold),
        ("二、", "丁", Face::Sans),
        ("（一）", "戊", Face::SerifBold),
    ] {
        let at = all.iter().position(|(text, ..)| *text == heading).unwrap();
        assert_eq!(all[at - 1].0, number, "the number of {heading}");
        assert_eq!(all[at].1.face, face, "the font of {heading}");
    }
}

#[test]
fn signature_and_date_stand_at_the_right_with_room_for_the_seal() {
    let recording = notice("# 标题\n\n正文。", 1, true);
    let page = texts(&recording.pages[0]);
    let find = |wanted: &str| page.iter().find(|(text, ..)| *text == wanted).unwrap().2;
    let (body, committee, date) = (find("正文。"), find("南泉路第二居民委员会"), find("2020年2月8日"));
    let em = 15.75;
    assert!(
        (date.right() - (184.0 * MM - 4.0 * em)).abs() < 0.5,
        "four characters from the right"
    );
    let centres = (committee.x + committee.width / 2.0) - (date.x + date.width / 2.0);
    assert!(centres.abs() < 0.5, "the signature stands over the middle of the date");
    let lines = (committee.y - body.y) / 28.0;
    assert!(
        (lines - 3.0).abs() < 0.1,
        "two blank lines above the signature for the seal"
    );
    assert!(
        (date.y - committee.y - 28.0).abs() < 0.1,
        "the date is on the next line"
    );
}

#[test]
fn a_signature_never_stands_alone_on_a_page() {
    for length in 500..700 {
        let recording = notice(&format!("# 标题\n\n{}", "字".repeat(length)), 1, true);
        for page in &recording.pages {
            let text = page_text(page);
            assert!(text.contains("字"), "{length} characters: a page has only {text}");
        }
    }
}

#[test]
fn each_building_begins_on_a_new_page_numbered_from_1() {
    let recording = notice("# 给{楼栋}的通知\n\n{居委会}，{日期}。", 3, true);
    assert_eq!(recording.pages.len(), 3);
    for (index, page) in recording.pages.iter().enumerate() {
        let text = page_text(page);
        let building = pdf_samples::building(index);
        assert!(text.starts_with(&format!("给{building}的通知")), "{text}");
        assert!(
            text.contains(&format!("{building}各位居民：")),
            "the salutation: {text}"
        );
        assert!(
            text.contains("南泉路第二居民委员会，2020年2月8日。"),
            "the fields: {text}"
        );
        assert!(text.contains("— 1 —"), "numbered from 1");
    }
}

#[test]
fn page_numbers_stand_at_the_outer_edge() {
    let recording = notice(&format!("# 标题\n\n{}", "字".repeat(1500)), 1, true);
    for (index, page) in recording.pages.iter().enumerate() {
        let page = texts(page);
        let number = page.iter().find(|(text, ..)| text.starts_with("— ")).unwrap();
        assert!((number.2.y - 269.0 * MM).abs() < 0.1, "7 mm under the type area");
        if index % 2 == 0 {
            assert!((number.2.right() - (184.0 * MM - 14.0)).abs() < 0.1, "odd pages right");
        } else {
            assert!((number.2.x - (28.0 * MM + 14.0)).abs() < 0.1, "even pages left");
        }
    }
}

#[test]
fn mistakes_in_a_notice_are_refused_with_their_line() {
    for (text, line, word) in [
        ("正文", 1, "没有标题"),
        ("# 标题", 1, "没有正文"),
        ("# 标题\n\n正文\n\n# 又一个", 5, "两个标题"),
        ("# 标题\n\n请**注意", 3, "加粗"),
        ("# 标题\n\n{单元}居民", 3, "{单元}"),
        ("# 标题\n\n{楼栋居民", 3, "少了“}”"),
        ("# 标题\n\n| 表 |", 3, "表格"),
        ("# 标题\n\n#### 四级", 3, "两级"),
    ] {
        match NoticeText::parse(text) {
            Err(PdfError::NoticeText { line: found, problem }) => {
                assert_eq!(found, line, "{text:?}");
                assert!(problem.to_string().contains(word), "{problem} should say {word:?}");
            }
            other => panic!("{text:?} gives {:?}", other),
        }
    }
}

#[test]
fn a_text_that_greets_is_not_greeted_before() {
    let printed = |text: &str, copies: usize| -> Vec<String> {
        let text = NoticeText::plain("停水通知", text).unwrap();
        let input = NoticeInput {
            text,
            ..pdf_samples::notice(copies)
        };
        let mut recording = Recording::new(fonts());
        pdf::draw_notice(&mut recording, &input).unwrap();
        recording.pages.iter().map(|page| page_text(page)).collect()
    };
    let greetings = |page: &str| page.matches("居民").count();
    for own in [
        "各位居民：\n明天停水。",
        "各位居民，明天停水。",
        "全体居民:\n明天停水。",
    ] {
        for page in printed(own, 2) {
            assert_eq!(
                greetings(&page),
                1 + page.matches("居民委员会").count(),
                "{own}: {page}"
            );
        }
    }
    let page = &printed("明天停水。\n- 请储水", 1)[0];
    assert!(
        page.contains("各位居民"),
        "who does not greet is given a greeting: {page}"
    );
    assert!(page.contains("- 请储水"), "a dash is what was typed: {page}");
    // A sentence about residents is no greeting.
    assert!(printed("居民用水明天恢复。", 1)[0].contains("各位居民"));
}

#[test]
fn a_point_without_a_number_keeps_its_dash() {
    let recording = notice("# 停水通知\n\n- 请储水", 1, true);
    let page: String = recording.pages.iter().map(|page| page_text(page)).collect();
    assert!(page.contains("- 请储水") && !page.contains("——"), "{page}");
}

/// Two thousand copies of a long notice made some hundred thousand pages, and took as many gigabytes as there are.
#[test]
fn a_notice_is_bound_in_pages_and_in_what_is_filled_in() {
    let refused = |text: &str, copies: usize, building: &str| {
        let mut input = NoticeInput {
            text: NoticeText::plain("通知", text).unwrap(),
            ..pdf_samples::notice(copies)
        };
        input
            .copies
            .iter_mut()
            .for_each(|copy| building.clone_into(&mut copy.building));
        match pdf::draw_notice(&mut Recording::new(fonts()), &input) {
            Err(PdfError::TooMany { limit, what, .. }) => Some((limit, what)),
            other => other.map(|()| None).unwrap(),
        }
    };
    let long = "停\n".repeat(14_000);
    assert_eq!(refused(&long, 7, ""), None);
    assert_eq!(refused(&long, 8, ""), Some((5_000, "pages")));
    let fields = "{楼栋}\n".repeat(500);
    assert_eq!(refused(&fields, 1, "12号"), None);
    assert_eq!(
        refused(&fields, 1, &"长".repeat(200)),
        Some((60_000, "characters of a notice"))
    );
}
