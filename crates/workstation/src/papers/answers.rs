//! Approved wordings on paper: question by question, to be posted or kept at the counter.

use linli_documents::pdf::{self, Block, NoticeCopy, NoticeInput, NoticeSpan, NoticeText, PdfError};
use linli_domain::answer::Answer;
use linli_domain::operation::EntityId;

use super::{Laid, fonts, imprint};
use crate::answers::in_force;
use crate::queue::{ids, missing};
use crate::{Error, Workstation};

/// The sheet's title.
const TITLE: &str = "常见问题解答";

pub(super) fn sheet(ws: &Workstation, wanted: Option<&[String]>, category: Option<&str>) -> Result<Laid, Error> {
    let all = in_force(ws)?;
    let chosen: Vec<&Answer> = match wanted {
        Some(wanted) => {
            let wanted: Vec<EntityId> = ids::<Answer, _>(wanted)?;
            let of = |id: &EntityId| all.iter().find(|(known, _)| known == id).map(|(_, answer)| answer);
            let found: Option<Vec<&Answer>> = wanted.iter().map(of).collect();
            found.ok_or_else(missing::<Answer>)?
        }
        None => all.iter().map(|(_, answer)| answer).collect(),
    };
    let about = |answer: &&Answer| category.is_none_or(|about| answer.category() == about);
    let blocks: Vec<Block> = chosen.into_iter().filter(about).flat_map(blocks).collect();
    if blocks.is_empty() {
        return Err(PdfError::Nothing { what: "answers" }.into());
    }
    let input = NoticeInput {
        imprint: imprint(ws)?,
        text: NoticeText {
            title: TITLE.into(),
            blocks,
        },
        date: ws.today(),
        seal: false,
        copies: vec![NoticeCopy::default()],
    };
    Ok(Laid::new("答复口径".into(), pdf::notice(fonts()?, &input)?))
}

/// The question as a heading, each line of the wording as a paragraph.
fn blocks(answer: &Answer) -> impl Iterator<Item = Block> {
    let spans = |text: &str| {
        vec![NoticeSpan {
            text: text.to_owned(),
            bold: false,
        }]
    };
    let heading = Block::Heading {
        level: 1,
        spans: spans(answer.title()),
    };
    let lines = answer.body().lines().map(str::trim).filter(|line| !line.is_empty());
    let paragraphs = lines.map(move |line| Block::Paragraph(spans(line)));
    std::iter::once(heading).chain(paragraphs)
}
