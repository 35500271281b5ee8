//! A notice as somebody types it who has never heard of Markdown: a title, and a text in which a line is a line.

use crate::pdf::notice_text::{ATTACHMENT, Block, NoticeText, Span, check_fields, check_length, problem};
use crate::pdf::{NoticeProblem, PdfError};

/// Characters of a numbered line that can be a heading; a longer one is a sentence.
const HEADING_CHARACTERS: usize = 24;
/// How a sentence ends: a numbered line that ends so is no heading.
const SENTENCE_ENDS: [char; 6] = ['。', '；', '，', '！', '？', '：'];

impl NoticeText {
    /// Reads two plain fields. Each line is a paragraph of its own, blank lines part nothing more; a short line that is
    /// numbered as official documents number their headings (一、 then （一）, GB/T 9704-2012, 7.3.3) and comes in turn is
    /// a heading; lines under `附件：` are attachments. `**` and `#` are characters like others. The fields in braces are
    /// those of [`NoticeText::parse`].
    ///
    /// # Errors
    /// [`PdfError::NoticeText`] with the line of the text: no title (line 0) or no text, a field nobody knows.
    pub fn plain(title: &str, text: &str) -> Result<NoticeText, PdfError> {
        check_length(title.chars().count() + text.chars().count())?;
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() {
            return Err(problem(0, NoticeProblem::EmptyTitle));
        }
        check_fields(0, &title)?;
        let mut blocks = Vec::new();
        let mut numbers = (0, 0);
        for (line, text) in (1..).zip(text.trim_start_matches('\u{FEFF}').lines()) {
            let text = text.trim();
            if !text.is_empty() {
                check_fields(line, text)?;
                push(&mut blocks, &mut numbers, text);
            }
        }
        if blocks.is_empty() {
            return Err(problem(1, NoticeProblem::NoText));
        }
        Ok(NoticeText { title, blocks })
    }
}

fn push(blocks: &mut Vec<Block>, numbers: &mut (usize, usize), text: &str) {
    if let Some(names) = text.strip_prefix(ATTACHMENT) {
        let name = names.trim();
        blocks.push(Block::Attachments(
            (!name.is_empty()).then(|| name.to_owned()).into_iter().collect(),
        ));
    } else if let Some(Block::Attachments(names)) = blocks.last_mut() {
        let name = text
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start_matches(['.', '．', '、'])
            .trim();
        names.push(if name.is_empty() { text } else { name }.to_owned());
    } else if let Some((level, heading)) = heading(numbers, text) {
        blocks.push(Block::Heading {
            level,
            spans: vec![Span {
                text: heading.to_owned(),
                bold: false,
            }],
        });
    } else {
        blocks.push(Block::Paragraph(vec![Span {
            text: text.to_owned(),
            bold: false,
        }]));
    }
}

/// The heading a line is: its level, and its text without the number, which the printer sets again. A number out of
/// turn is no heading's: the printer would set another.
fn heading<'t>((first, second): &mut (usize, usize), text: &'t str) -> Option<(u8, &'t str)> {
    if text.chars().count() > HEADING_CHARACTERS || text.ends_with(SENTENCE_ENDS) {
        return None;
    }
    let number = crate::pdf::notice::chinese_number;
    if let Some(rest) = text.strip_prefix(&format!("{}、", number(*first + 1))) {
        (*first, *second) = (*first + 1, 0);
        return Some((1, rest.trim()));
    }
    let rest = text.strip_prefix(&format!("（{}）", number(*second + 1)))?;
    *second += 1;
    Some((2, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(block: &Block) -> String {
        let text = |spans: &[Span]| spans.iter().map(|span| span.text.as_str()).collect::<String>();
        match block {
            Block::Paragraph(spans) => text(spans),
            Block::Heading { level, spans } => format!("{level}:{}", text(spans)),
            Block::Point { spans, .. } => format!("-{}", text(spans)),
            Block::Attachments(names) => format!("附件{names:?}"),
        }
    }

    #[test]
    fn a_line_is_a_line() {
        let text = "因检修，{楼栋}停水。\n时间：明天 9 时\n\n地点：1 号至 3 号\n一、时间\n# 不是标题 **也不加粗**\n（一）上午\n\
            三、不按顺序的不是小标题\n二、要求如下：\n- 请储水\n1. 关好龙头\n附件：登记表\n2. 联系人";
        let notice = NoticeText::plain(" 关于停水\n的通知 ", text).unwrap();
        assert_eq!(notice.title, "关于停水 的通知");
        assert_eq!(
            notice.blocks.iter().map(said).collect::<Vec<_>>(),
            [
                "因检修，{楼栋}停水。",
                "时间：明天 9 时",
                "地点：1 号至 3 号",
                "1:时间",
                "# 不是标题 **也不加粗**",
                "2:上午",
                "三、不按顺序的不是小标题",
                "二、要求如下：",
                "- 请储水",
                "1. 关好龙头",
                "附件[\"登记表\", \"联系人\"]",
            ]
        );
    }

    #[test]
    fn what_is_missing_or_unknown_is_told_with_its_line() {
        for (title, text, line, word) in [
            ("", "正文", 0, "标题"),
            ("通知", " \n\n", 1, "正文"),
            ("通知", "一\n二{单元}", 2, "{单元}"),
            ("{楼}通知", "一", 0, "{楼}"),
        ] {
            match NoticeText::plain(title, text) {
                Err(PdfError::NoticeText { line: found, problem }) => {
                    assert_eq!(found, line, "{title}");
                    assert!(problem.to_string().contains(word), "{problem}");
                }
                other => panic!("{title}: {other:?}"),
            }
        }
    }
}
