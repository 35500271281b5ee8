//! Rows that are no people: totals, notes, signatures, dates, empty homes, hints, the header once more.

/// Words at the beginning of one of a row's first cells that make it a total.
const TOTALS: [&str; 9] = ["合计", "总计", "小计", "共计", "累计", "总人数", "总户数", "户数合计", "人数合计"];
/// Cells from the left in which a total may stand: behind a number and a building.
const TOTAL_CELLS: usize = 3;
/// Words at the beginning of a row's first cell that make it a note or a signature.
const NOTES: [&str; 30] = [
    "填表",
    "制表",
    "填报",
    "审核",
    "复核",
    "审批",
    "校对",
    "制单",
    "统计",
    "经办",
    "负责人",
    "单位负责",
    "社区负责",
    "分管领导",
    "主管领导",
    "签字",
    "签名",
    "盖章",
    "附注",
    "填写说明",
    "打印日期",
    "打印时间",
    "截至",
    "截止",
    "以下空白",
    "以下无",
    "此页",
    "本页",
    "本表",
    "以上共",
];
/// What makes a note only with a colon behind it: 说明 may be somebody's remark.
const LABELS: [&str; 14] =
    ["注", "注意", "备注", "说明", "附", "日期", "单位", "街道", "社区", "居委会", "村委会", "联系人", "电话", "户数"];
/// Signs before a note, which say nothing.
const BULLETS: [char; 10] = ['*', '＊', '※', '·', '—', '-', '（', '(', '【', '['];
/// Signs that begin a note under the table, and no name.
const STARS: [char; 3] = ['*', '＊', '※'];
/// What a name never holds.
const NOT_IN_NAMES: [&str; 11] = ["：", ":", "。", "；", "盖章", "签字", "签名", "公章", "居委会", "村委会", "街道办"];
/// Instead of a name where nobody lives.
const NOBODY: [&str; 11] =
    ["空关", "空关户", "空关房", "空房", "空户", "空置", "空置房", "无人", "无人居住", "无人住", "以下空白"];
/// Words of a hints row under the header.
const HINTS: [&str; 7] = ["必填", "选填", "例如", "如：", "示例", "填写说明", "下拉选择"];

/// Whether a row is no person by its cells' texts, from left to right without the empty ones. `name`: the cell under the
/// name's header.
pub(super) fn is_no_person(texts: &[&str], name: &str) -> bool {
    let bare: Vec<String> = texts.iter().map(|text| bare(text)).collect();
    let counted = bare
        .first()
        .and_then(|text| text.strip_prefix('共'))
        .is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
    let total = counted || bare.iter().take(TOTAL_CELLS).any(|text| TOTALS.iter().any(|word| text.starts_with(word)));
    let note = bare.first().is_some_and(|text| {
        let labelled = |label: &&str| {
            let rest = text.strip_prefix(label).map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
            rest.is_some_and(|rest| rest.starts_with(['：', ':']))
        };
        let alone = LABELS.contains(&text.as_str());
        NOTES.iter().any(|word| text.starts_with(word)) || LABELS.iter().any(labelled) || alone
    });
    let starred = name.trim_start().starts_with(STARS);
    let hint = texts.iter().any(|text| HINTS.iter().any(|word| text.contains(word)));
    let name = self::bare(name);
    total
        || note
        || hint
        || starred
        || NOT_IN_NAMES.iter().any(|sign| name.contains(sign))
        || NOBODY.contains(&name.as_str())
        || is_date(&name)
        || is_page(&name)
}

/// Without blanks, also those that spread 合　计, and without the signs before a note.
fn bare(text: &str) -> String {
    text.split_whitespace().collect::<String>().trim_start_matches(BULLETS).to_owned()
}

/// 2020年2月3日, 2020.2.3, 2020-02, 年月日 to be filled in.
fn is_date(text: &str) -> bool {
    let marks = |c: char| matches!(c, '年' | '月' | '日' | '.' | '-' | '/' | 'T' | ':');
    let dated = text.chars().all(|c| c.is_ascii_digit() || marks(c)) && text.chars().filter(|c| marks(*c)).count() >= 1;
    dated && text.chars().any(|c| c.is_ascii_digit()) || text == "年月日"
}

/// 第1页, 第1页共3页.
fn is_page(text: &str) -> bool {
    text.starts_with('第') && text.contains('页')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_notes_and_signatures_are_no_people() {
        for (cells, no_person) in [
            (&["合　计", "2人"][..], true),
            (&["12号", "小计", "3"], true),
            (&["总户数", "2"], true),
            (&["注：空关户不填"], true),
            (&["※ 注1：红字为已搬走"], true),
            (&["说明:每月25日前报街道"], true),
            (&["经办人：某某　　负责人：某某"], true),
            (&["填报单位（盖章）："], true),
            (&["（盖章）"], true),
            (&["社区干部签字"], true),
            (&["2020年2月3日"], true),
            (&["2020-02-03"], true),
            (&["   年  月  日"], true),
            (&["第 1 页 共 3 页"], true),
            (&["以上共 24 户，56 人"], true),
            (&["空关"], true),
            (&["必填"], true),
            (&["*红色为空关"], true),
            (&["共 2 户 5 人"], true),
            (&["备 注"], true),
            (&["居委会（公章）"], true),
            (&["张三", "说明书"], false),
            (&["共工"], false),
            (&["注国强"], false),
            (&["单雄信", "1号"], false),
            (&["计文", "2人"], false),
            (&["John Smith"], false),
            (&["阿依古丽·买买提"], false),
        ] {
            assert_eq!(is_no_person(cells, cells[0]), no_person, "{cells:?}");
        }
    }
}
