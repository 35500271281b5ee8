//! Rows that are no people: totals, notes, signatures, dates, empty homes, hints, the header once more.

use crate::writing::half;

/// Words that make a row a total where one of its first cells says nothing but them and what is counted.
const TOTALS: [&str; 9] = [
    "合计",
    "总计",
    "小计",
    "共计",
    "累计",
    "总人数",
    "总户数",
    "户数合计",
    "人数合计",
];
/// What may be counted behind such a word: 合计户数：24户. 合计明 is somebody.
const COUNTED: &str = "人户数名口位个栋幢号楼室套间条行次例份常住男女其中共总合小计〇零一二三四五六七八九十百千";
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
const LABELS: [&str; 14] = [
    "注",
    "注意",
    "备注",
    "说明",
    "附",
    "日期",
    "单位",
    "街道",
    "社区",
    "居委会",
    "村委会",
    "联系人",
    "电话",
    "户数",
];
/// Signs before a note, which say nothing.
const BULLETS: [char; 10] = ['*', '＊', '※', '·', '—', '-', '（', '(', '【', '['];
/// Signs that begin a note under the table, and no name.
const STARS: [char; 3] = ['*', '＊', '※'];
/// What hides characters of a number.
const MASKS: [char; 7] = ['*', '×', '□', '■', '●', '?', '…'];
/// The fewest digits that are seen of a number.
const SEEN_DIGITS: usize = 4;
/// The fewest characters of a number: a landline's.
const NUMBER_DIGITS: usize = 7;
/// What a name never holds.
const NOT_IN_NAMES: [&str; 11] = [
    "：",
    ":",
    "。",
    "；",
    "盖章",
    "签字",
    "签名",
    "公章",
    "居委会",
    "村委会",
    "街道办",
];
/// Instead of a name where nobody lives.
const NOBODY: [&str; 82] = [
    "空关",
    "空关户",
    "空关房",
    "空房",
    "空户",
    "空置",
    "空置房",
    "无人",
    "无人居住",
    "无人住",
    "以下空白",
    // What the rooms are used for, or what became of them.
    "出租",
    "出租房",
    "出租屋",
    "群租",
    "群租房",
    "自住",
    "自用",
    "商铺",
    "店铺",
    "门面",
    "门面房",
    "底商",
    "网点",
    "办公",
    "办公室",
    "办公用房",
    "公司",
    "仓库",
    "车库",
    "车棚",
    "地下室",
    "储藏室",
    "活动室",
    "会议室",
    "值班室",
    "门卫",
    "门卫室",
    "物业",
    "物业用房",
    "居委会",
    "居委",
    "配电间",
    "配电房",
    "水泵房",
    "垃圾房",
    "公厕",
    "毛坯",
    "毛坯房",
    "待售",
    "未售",
    "未交房",
    "未入住",
    "未住人",
    "未装修",
    "装修",
    "装修中",
    "待租",
    "动迁",
    "拆迁",
    "征收",
    "法拍房",
    // What became of the people, or of the visit.
    "拒访",
    "拒绝",
    "拒不开门",
    "敲门无人",
    "无人应答",
    "外出",
    "外地",
    "出国",
    "已搬走",
    "搬走",
    "已搬",
    "搬离",
    "迁出",
    "已迁出",
    "户主已故",
    "已故",
    "空挂户",
    "人户分离",
    "人不在",
    "不住",
];
/// Instead of a name, too; but somebody where the row has a number of theirs.
const UNNAMED: [&str; 9] = [
    "某某",
    "某某某",
    "出租户",
    "租客",
    "租户",
    "房东",
    "业主",
    "户主",
    "住户",
];
/// Said between those who are listed: not the name, but where the list goes on or ends.
const MARKS: [&str; 8] = ["end", "续", "接上页", "续上页", "续下页", "转下页", "下页续", "接下页"];
/// What somebody is, before a phone or a name, where no resident is meant.
const OFFICES: [&str; 6] = ["楼组长", "网格员", "网格长", "楼长", "片区民警", "社区民警"];
/// Words of a hints row under the header.
const HINTS: [&str; 7] = ["必填", "选填", "例如", "如：", "示例", "填写说明", "下拉选择"];

/// What a row says under the headers of somebody's numbers and of their home.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Own {
    /// A number of a document or a phone, whole or masked, and nothing beside it.
    pub(super) number: bool,
    /// An address with a number, or a room.
    pub(super) door: bool,
}

/// Whether a row is no person by its cells' texts, from left to right without the empty ones. `name`: the cell under the
/// name's header.
pub(super) fn is_no_person(texts: &[&str], name: &str, own: Own) -> bool {
    let bare: Vec<String> = texts.iter().map(|text| bare(text)).collect();
    let hint = || texts.iter().any(|text| HINTS.iter().any(|word| text.contains(word)));
    let total = || is_counted(&bare) || bare.iter().take(TOTAL_CELLS).any(|text| is_total(text));
    let starred = name.trim_start().starts_with(STARS) && !own.door;
    let name = self::bare(name);
    // Who sent a row may stand first: 统计局.
    let note = bare.first().is_some_and(|text| is_note(text)) && (!own.number || is_note(&name));
    note || !own.number && (total() || hint() || starred)
        || NOT_IN_NAMES.iter().any(|sign| name.contains(sign))
        || is_nobody(&name, own)
        || is_date(&name)
        || is_page(&name)
}

/// Whether a text is a number of somebody's, whole or masked, and says nothing besides.
pub(super) fn is_number(text: &str) -> bool {
    let is = |c: char| {
        c.is_ascii_alphanumeric() || c.is_whitespace() || MASKS.contains(&c) || matches!(c, '-' | '+' | '/' | '、')
    };
    let count = |is: &dyn Fn(char) -> bool| text.chars().map(half).filter(|c| is(*c)).count();
    let digits = count(&|c| c.is_ascii_digit());
    let hidden = count(&|c| MASKS.contains(&c));
    text.chars().map(half).all(is) && digits >= SEEN_DIGITS && digits + hidden >= NUMBER_DIGITS
}

/// 共2户5人 in front.
fn is_counted(bare: &[String]) -> bool {
    let rest = bare.first().and_then(|text| text.strip_prefix('共'));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_total(text: &str) -> bool {
    let counted = |c: char| !c.is_alphanumeric() || half(c).is_ascii_digit() || COUNTED.contains(c);
    TOTALS
        .iter()
        .any(|word| text.strip_prefix(word).is_some_and(|rest| rest.chars().all(counted)))
}

fn is_note(text: &str) -> bool {
    let labelled = |label: &&str| {
        let rest = text
            .strip_prefix(label)
            .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        rest.is_some_and(|rest| rest.starts_with(['：', ':']))
    };
    NOTES.iter().any(|word| text.starts_with(word)) || LABELS.iter().any(labelled) || LABELS.contains(&text)
}

/// Without blanks, also those that spread 合　计, and without the signs before a note.
fn bare(text: &str) -> String {
    text.split_whitespace()
        .collect::<String>()
        .trim_start_matches(BULLETS)
        .to_owned()
}

/// Instead of a name: what a room is used for, a mark of the list's end, one letter.
fn is_nobody(name: &str, own: Own) -> bool {
    let said: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let office = OFFICES.iter().any(|office| {
        said.strip_prefix(office)
            .is_some_and(|rest| rest.chars().any(|c| c.is_ascii_digit()) || rest.is_empty())
    });
    let list = said.ends_with("名册续") || said.ends_with("续表") || said.ends_with("名册");
    let letter = said.len() == 1 && said.is_ascii() && !said.contains(|c: char| c.is_ascii_digit());
    let unnamed = UNNAMED.contains(&said.as_str()) && !own.number;
    NOBODY.contains(&said.as_str()) || unnamed || MARKS.contains(&said.as_str()) || office || list || letter
}

/// 2020年2月3日, 2020.2.3, 2020-02, 年月日 to be filled in.
fn is_date(text: &str) -> bool {
    let marks = |c: char| matches!(c, '年' | '月' | '日' | '.' | '-' | '/' | 'T' | ':');
    let text: String = text
        .chars()
        .map(|c| {
            if "〇零一二三四五六七八九十○".contains(c) {
                '1'
            } else {
                c
            }
        })
        .collect();
    // 二月 is a name's word; a written-out date says day or year, too.
    let text = if text.starts_with(|c: char| c.is_ascii_digit()) || text == "年月日" {
        text
    } else {
        String::new()
    };
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
            (&["二〇二〇年二月三日"], true),
            (&["出租"], true),
            (&["（毛坯）", "1号", "101"], true),
            (&["X", "1号", "101"], true),
            (&["x"], true),
            (&["户主已故"], true),
            (&["底商"], true),
            (&["END"], true),
            (&["（续下页）"], true),
            (&["居民名册（续）"], true),
            (&["楼组长 13800001234"], true),
            (&["二丫"], false),
            (&["十三"], false),
            (&["张楼长"], false),
            (&["易"], false),
            (&["Xu"], false),
            (&["张三", "说明书"], false),
            (&["共工"], false),
            (&["注国强"], false),
            (&["单雄信", "1号"], false),
            (&["计文", "2人"], false),
            (&["John Smith"], false),
            (&["阿依古丽·买买提"], false),
        ] {
            assert_eq!(is_no_person(cells, cells[0], Own::default()), no_person, "{cells:?}");
        }
    }

    #[test]
    fn a_name_may_begin_like_a_total_and_whoever_has_a_number_or_a_door_is_somebody() {
        let number = Own {
            number: true,
            door: false,
        };
        let door = Own {
            number: false,
            door: true,
        };
        for (name, own, no_person) in [
            ("合计明", Own::default(), false),
            ("共计国", Own::default(), false),
            ("小计", Own::default(), true),
            ("总计：56人", Own::default(), true),
            ("合计户数：２４户", Own::default(), true),
            ("合计（人）", Own::default(), true),
            ("*轩怡", Own::default(), true),
            ("*轩怡", number, false),
            ("**国", door, false),
            ("＊敏平", number, false),
            ("※李四", door, false),
            ("合计", door, true),
            ("租客", number, false),
            ("租客", door, true),
            ("空关", number, true),
            ("经办人：某某", number, true),
        ] {
            assert_eq!(is_no_person(&[name], name, own), no_person, "{name} {own:?}");
        }
        assert!(!is_no_person(&["统计局", "张三"], "张三", number));
        assert!(!is_no_person(&["张三", "如：女儿家"], "张三", number));
    }

    #[test]
    fn a_number_is_somebody_s_whole_or_masked() {
        for (text, number) in [
            ("138****0115", true),
            ("310199********1239", true),
            ("１３８00000115 / 13900000115", true),
            ("56", false),
            ("56人", false),
            ("如：13800000115", false),
            ("***********", false),
            ("", false),
        ] {
            assert_eq!(is_number(text), number, "{text}");
        }
    }
}
