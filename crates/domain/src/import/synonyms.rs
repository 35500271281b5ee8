//! What sheets call each field.

mod orders;

use super::column::{Column, ImportKind};
use orders::OF_ORDERS;

/// The longest header, in characters: longer texts are titles and hints.
pub(super) const MAX_HEADER_CHARS: usize = 16;

/// Words that make a header something else than the field it also names: 户口性质 is no address, 身份证有效期 no number.
const NO_FIELD: [&str; 44] = [
    "是否",
    "有无",
    "性质",
    "类型",
    "类别",
    "种类",
    "状态",
    "状况",
    "情况",
    "有效期",
    "期限",
    "到期",
    "签发",
    "机关",
    "照片",
    "图片",
    "附件",
    "扫描",
    "派出所",
    "拼音",
    "曾用",
    "英文",
    "品牌",
    "型号",
    "人数",
    "户数",
    "间数",
    "面积",
    "单位",
    "工作",
    "公司",
    "学校",
    "邮箱",
    "邮编",
    "网址",
    "核验",
    "居住证",
    "居住时间",
    "居住年",
    "出生地",
    "来源地",
    "出生证",
    "出生医学",
    "迁",
];
/// Fields whose own names hold such words, or which take anything.
const ANY_KIND: [Column; 4] = [Column::DocumentKind, Column::Tags, Column::Note, Column::Category];

/// What sheets call each field. The first list is taken whole, the second may stand inside a longer header.
const SYNONYMS: [(Column, &[&str], &[&str]); 24] = [
    (
        Column::RegisteredAddress,
        &[
            "户籍地址",
            "户籍地",
            "户籍所在地",
            "户口地址",
            "户籍",
            "户口所在地",
            "身份证地址",
            "身份证住址",
            "证件地址",
        ],
        &["户籍", "户口"],
    ),
    (
        Column::HouseholdNumber,
        &["户编号", "户号", "家庭编号", "户口编号"],
        &["户编号"],
    ),
    (
        Column::Relation,
        &[
            "与户主关系",
            "户主关系",
            "关系",
            "家庭关系",
            "与户主的关系",
            "同户主关系",
        ],
        &["与户主", "户主关系"],
    ),
    (
        Column::SecondPhone,
        &[
            "第二电话",
            "备用电话",
            "其他电话",
            "固定电话",
            "另一电话",
            "手机2",
            "联系电话2",
            "家庭电话",
            "单位电话",
            "办公电话",
            "住宅电话",
        ],
        &["备用电话", "第二联系"],
    ),
    (
        Column::DocumentKind,
        &["证件类型", "证件种类", "证件类别", "证件名称"],
        &["证件类", "证件种"],
    ),
    (
        Column::DocumentNumber,
        &[
            "身份证号",
            "身份证号码",
            "证件号码",
            "证件号",
            "身份证",
            "公民身份号码",
            "公民身份证号码",
            "身份证件号码",
            "证号",
            "护照号",
            "护照号码",
        ],
        &["身份证", "证件号", "身份号", "证件编号", "护照号"],
    ),
    (
        Column::Phone,
        &[
            "手机号码",
            "手机号",
            "手机",
            "联系电话",
            "电话",
            "联系方式",
            "电话号码",
            "移动电话",
            "联系手机",
        ],
        &["手机", "电话", "联系方式"],
    ),
    (
        Column::Quantity,
        &[
            "预约数量",
            "数量",
            "份数",
            "购买数量",
            "登记数量",
            "预约份数",
            "申购数量",
        ],
        &["数量"],
    ),
    (
        Column::RegisteredAt,
        &[
            "登记时间",
            "预约时间",
            "提交时间",
            "填报时间",
            "填写时间",
            "报名时间",
            "开始时间",
        ],
        &["登记时间", "预约时间", "提交时间", "填报时间"],
    ),
    (
        Column::Source,
        &["登记来源", "来源", "登记方式", "预约方式", "渠道", "推送单位"],
        &["来源"],
    ),
    (
        Column::Deadline,
        &[
            "截止时间",
            "截止日期",
            "截止",
            "期限",
            "核查期限",
            "办理时限",
            "完成时限",
            "时限",
        ],
        &["截止", "截至", "时限"],
    ),
    (
        Column::BirthDate,
        &["出生日期", "出生年月", "出生年月日", "生日"],
        &["出生"],
    ),
    (Column::Sex, &["性别"], &[]),
    (
        Column::Name,
        &[
            "姓名",
            "名字",
            "居民姓名",
            "人员姓名",
            "预约人",
            "登记人",
            "申请人",
            "称呼",
            "当事人",
            "旅客",
        ],
        &["姓名"],
    ),
    (
        Column::Committee,
        &[
            "居委会",
            "居委",
            "居民委员会",
            "村委会",
            "村居",
            "村居委",
            "居村委",
            "居村委会",
            "社区",
            "所属居委",
            "所属居委会",
            "所属社区",
        ],
        &[],
    ),
    (
        Column::Town,
        &[
            "街镇",
            "街道",
            "镇",
            "乡镇",
            "所属街镇",
            "所属街道",
            "街道乡镇",
            "街道镇",
        ],
        &[],
    ),
    (
        Column::Estate,
        &[
            "小区",
            "小区名称",
            "住宅小区",
            "弄",
            "小区弄",
            "路弄",
            "所属小区",
            "居住小区",
            "村组",
        ],
        &["小区"],
    ),
    (
        Column::Building,
        &[
            "楼栋",
            "楼号",
            "幢",
            "号",
            "楼",
            "栋",
            "幢号",
            "栋号",
            "楼栋号",
            "门牌",
            "门牌号",
            "楼幢号",
            "楼组",
            "几号楼",
        ],
        &["楼栋", "楼号", "幢号", "门牌"],
    ),
    (Column::Unit, &["单元", "单元号", "门洞"], &["单元"]),
    (
        Column::Room,
        &["室", "室号", "房号", "房间号", "房间", "户室", "室号房号", "门室"],
        &["室号", "房号", "房间"],
    ),
    (
        Column::Address,
        &[
            "现住地址",
            "居住地址",
            "地址",
            "住址",
            "家庭住址",
            "家庭地址",
            "现住址",
            "详细地址",
            "居住地",
            "常住地址",
            "门牌地址",
            "门牌住址",
            "住处",
            "目的地",
            "目的地地址",
            "落脚点",
        ],
        &["住址", "现住", "居住", "地址"],
    ),
    (
        Column::Tags,
        &["标签", "人员类别", "人员类型", "人群分类", "人员标签", "特殊人群"],
        &["标签", "人员类", "人群"],
    ),
    (
        Column::Reference,
        &[
            "来源编号",
            "编号",
            "流水号",
            "任务编号",
            "数据编号",
            "记录编号",
            "唯一标识",
            "id",
            "ID",
        ],
        &["编号", "流水号"],
    ),
    (
        Column::Note,
        &[
            "备注",
            "说明",
            "备注信息",
            "其他说明",
            "情况说明",
            "情况",
            "描述",
            "内容",
            "原因",
            "事由",
            "核查事由",
        ],
        &["备注"],
    ),
];

/// Fields for which no other one may be taken where rows do not have them: a registered address is nobody's present one.
const NO_OTHER: [Column; 2] = [Column::RegisteredAddress, Column::HouseholdNumber];
/// Headers of a row's place in its own sheet, which says nothing outside of it.
const RUNNING: [&str; 4] = ["序号", "序列", "行号", "no"];

/// How surely a header names a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sureness {
    Inside,
    Whole,
}

/// The field a header names, and how surely.
pub(super) fn named(header: &str, kind: ImportKind) -> Option<(Column, Sureness)> {
    let header = plain(header);
    if header.is_empty() || header.chars().count() > MAX_HEADER_CHARS {
        return None;
    }
    let known = || {
        let of_orders = OF_ORDERS.iter().filter(|_| kind == ImportKind::Orders);
        of_orders
            .chain(&SYNONYMS)
            .filter(|(column, ..)| column.serves(kind) || NO_OTHER.contains(column))
    };
    let whole = known().find(|(_, whole, _)| whole.contains(&header.as_str()));
    let other = NO_FIELD.iter().any(|word| header.contains(word));
    let inside = || {
        known()
            .filter(|(column, ..)| !other || ANY_KIND.contains(column))
            .find(|(_, _, inside)| inside.iter().any(|word| header.contains(word)))
    };
    let found = match whole {
        Some((column, ..)) => (*column, Sureness::Whole),
        None => (inside()?.0, Sureness::Inside),
    };
    found.0.serves(kind).then_some(found)
}

/// Whether a column counts the rows of its sheet.
pub(super) fn is_running(header: &str) -> bool {
    RUNNING.contains(&plain(header).to_lowercase().as_str())
}

/// A header without blanks, stars, numbering and what stands in brackets.
pub(super) fn plain(header: &str) -> String {
    let mut depth = 0;
    header
        .chars()
        .filter(|c| {
            match c {
                '(' | '（' | '[' | '【' => depth += 1,
                ')' | '）' | ']' | '】' => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0 && !c.is_whitespace() && !matches!(c, '*' | '＊' | '：' | ':' | '、' | '.' | '/' | '？' | '?')
        })
        .collect::<String>()
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .to_owned()
}
