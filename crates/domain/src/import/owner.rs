//! Whose a column is: 房东姓名, 承租人电话, 紧急联系人 stand in the rows of residents and are other people.
//! The columns of one person go together: an ID number behind 监护人姓名 is the guardian's.

use super::column::{Column, ImportKind};
use super::synonyms::{MAX_HEADER_CHARS, Sureness, named, plain};

/// Who a column speaks of; the first are the likelier residents of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// 姓名, 本人电话: nobody is named, or the person himself.
    Own,
    /// 儿童姓名, 预约人: the person by what he is.
    Subject,
    /// 承租人: who lives there.
    Tenant,
    /// 家庭成员姓名: one a row.
    Member,
    /// 户主.
    Head,
    /// 业主.
    Proprietor,
    /// 配偶, 子女1: more people of the household in the same row.
    Family,
    /// 紧急联系人, 监护人.
    Contact,
    /// 房东.
    Landlord,
    /// 网格员, 楼组长, 填报人.
    Worker,
}

impl Owner {
    /// Whether a sheet of residents may be a sheet of these.
    fn may_be_resident(self) -> bool {
        self <= Owner::Proprietor
    }

    /// Whose address is another one than the row's.
    fn lives_elsewhere(self) -> bool {
        matches!(self, Owner::Contact | Owner::Landlord | Owner::Worker)
    }
}

/// Who is called what. Found anywhere in a header, the longest first; those in the first two lists only at its beginning.
const WORDS: [(Owner, &[&str]); 10] = [
    (Owner::Own, &["本人", "居民", "住户", "人员"]),
    (
        Owner::Subject,
        &[
            "儿童",
            "孩童",
            "幼儿",
            "婴幼儿",
            "学生",
            "老人",
            "老年人",
            "孕妇",
            "产妇",
            "孕产妇",
            "患者",
            "病人",
            "党员",
            "残疾人",
            "被监护人",
            "预约人",
            "登记人",
            "申请人",
            "领取人",
            "购买人",
        ],
    ),
    (
        Owner::Tenant,
        &[
            "承租人",
            "承租方",
            "租客",
            "租户",
            "租赁人",
            "租住人",
            "租房人",
            "借住人",
            "实际居住人",
            "现居住人",
            "现住人",
            "入住人",
            "居住人",
            "使用人",
        ],
    ),
    (Owner::Member, &["家庭成员", "成员", "同住人", "同住人员", "共同居住人"]),
    (Owner::Head, &["户主"]),
    (Owner::Proprietor, &["业主", "产权人", "房主", "权利人", "购房人"]),
    (
        Owner::Family,
        &[
            "配偶", "妻子", "丈夫", "爱人", "子女", "孩子", "儿子", "女儿", "父亲", "母亲", "父母", "亲属", "家属",
            "孙子", "长子", "次子", "长女", "次女",
        ],
    ),
    (
        Owner::Contact,
        &[
            "紧急联系人",
            "应急联系人",
            "联系人",
            "监护人",
            "家长",
            "代理人",
            "代办人",
            "代领人",
            "担保人",
            "赡养人",
            "抚养人",
            "照料人",
            "照护人",
            "护理人",
            "陪护",
            "保姆",
            "介绍人",
        ],
    ),
    (Owner::Landlord, &["房东", "出租人", "出租方", "中介", "经纪人"]),
    (
        Owner::Worker,
        &[
            "网格员",
            "网格长",
            "楼组长",
            "楼长",
            "楼栋长",
            "单元长",
            "组长",
            "片长",
            "块长",
            "社工",
            "社区工作者",
            "居委",
            "民警",
            "包片",
            "包保",
            "包联",
            "包干",
            "责任人",
            "走访人",
            "填报人",
            "填表人",
            "录入人",
            "录入员",
            "采集人",
            "采集员",
            "登记员",
            "经办人",
            "审核人",
            "核查人",
            "核实人",
            "调查人",
            "调查员",
            "排查人",
            "医生",
            "物业",
            "楼管",
            "管家",
            "联络员",
            "负责人",
            "结对",
            "志愿者",
        ],
    ),
];

/// A header as it speaks of somebody: whom, his number among several (子女2), and the field.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    owner: Option<Owner>,
    /// The word with its number, which tells 子女1 from 子女2.
    word: String,
    field: Option<(Column, Sureness)>,
}

/// Reads one header.
fn read(header: &str, kind: ImportKind) -> Said {
    let whole = named(header, kind).filter(|(_, sureness)| *sureness == Sureness::Whole);
    let nobody = |field| Said {
        owner: None,
        word: String::new(),
        field,
    };
    let bracketed = in_brackets(header).and_then(|inside| Some((owner_in(&inside)?.0, inside)));
    if let Some((owner, word)) = bracketed {
        return Said {
            owner: Some(owner),
            word,
            field: named(header, kind),
        };
    }
    let text = plain(header);
    if text.chars().count() > MAX_HEADER_CHARS {
        return nobody(None);
    }
    let Some((owner, word)) = owner_in(&text) else {
        return nobody(named(header, kind));
    };
    // 户主关系 and 登记人 are fields by their whole names; a bare 户主 is a person.
    if let Some(whole) = whole {
        // Whoever rang up is whose order it is, whatever he is called.
        let another = owner != Owner::Own && kind != ImportKind::Orders;
        let owner = (whole.0 == Column::Name && another).then_some(owner);
        return Said {
            owner,
            word: word.to_owned(),
            field: Some(whole),
        };
    }
    if text.starts_with('与') || text.starts_with('同') || text.starts_with('是') {
        // 与联系人关系: not the relation to the head of the household.
        let relation = owner == Owner::Head && text.contains("关系");
        return nobody(relation.then_some((Column::Relation, Sureness::Inside)));
    }
    let rest = text.replacen(word, "", 1);
    let number: String = rest
        .chars()
        .take_while(|c| c.is_numeric() || NUMERALS.contains(*c))
        .collect();
    let rest = &rest[number.len()..];
    let owner = if owner == Owner::Member && !number.is_empty() {
        Owner::Family
    } else {
        owner
    };
    let field = if rest.is_empty() {
        Some((Column::Name, Sureness::Inside))
    } else {
        named(rest, kind)
    };
    let field = field.filter(|(column, _)| *column != Column::Relation || owner <= Owner::Head);
    // 人员姓名 is the person; 人员 or 党员 alone is a kind of people.
    if owner <= Owner::Subject && rest.is_empty() {
        return nobody(None);
    }
    Said {
        owner: Some(owner),
        word: format!("{word}{number}"),
        field,
    }
}

const NUMERALS: &str = "一二三四五六七八九十";

fn owner_in(text: &str) -> Option<(Owner, &'static str)> {
    WORDS
        .iter()
        .flat_map(|(owner, words)| words.iter().map(move |word| (*owner, *word)))
        .filter(|(owner, word)| {
            if *owner <= Owner::Subject {
                text.starts_with(word)
            } else {
                text.contains(word)
            }
        })
        .max_by_key(|(_, word)| word.len())
}

fn in_brackets(header: &str) -> Option<String> {
    let start = header.find(['(', '（', '【', '['])?;
    let inside: String = header[start..]
        .chars()
        .skip(1)
        .take_while(|c| !")）】]".contains(*c))
        .collect();
    (!inside.is_empty()).then_some(inside)
}

/// Whether a header names another person than the one whose row it is: 配偶 above 姓名.
pub(super) fn is_somebody(text: &str) -> bool {
    let text = plain(text);
    owner_in(&text).is_some_and(|(_, word)| {
        let rest = text.replacen(word, "", 1);
        rest.chars().all(|c| c.is_numeric() || NUMERALS.contains(c)) || rest == "信息" || rest == "情况"
    })
}

/// A header of two rows as one: 配偶 over 姓名 is 配偶姓名, 配偶信息 over 姓名 too.
pub(super) fn joined(above: &str, below: &str) -> String {
    let above = plain(above);
    let above = above
        .strip_suffix("信息")
        .or_else(|| above.strip_suffix("情况"))
        .unwrap_or(&above);
    format!("{above}{below}")
}

/// What of a person stands in a column of its own, beside the name.
fn is_of_person(column: Column) -> bool {
    use Column::{BirthDate, DocumentKind, DocumentNumber, Phone, Relation, SecondPhone, Sex};
    matches!(
        column,
        Sex | BirthDate | DocumentKind | DocumentNumber | Phone | SecondPhone | Relation
    )
}

/// Whose a column is, once the row's person is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Says so: 本人电话, or 户主电话 in a sheet of heads of households.
    His,
    /// Says nothing, and stands with nobody else.
    Likely,
    /// Somebody else's, or it cannot be told.
    Other,
}

/// A field for each header; each field once, where it is named most surely; none for other people's.
pub(super) fn guess(headers: &[String], kind: ImportKind) -> Vec<Option<Column>> {
    let said: Vec<Said> = headers.iter().map(|header| read(header, kind)).collect();
    let person = person_of(&said);
    let whose = whose_all(headers, &said, person);
    let mut columns = vec![None; headers.len()];
    if let Some(person) = person {
        columns[person] = Some(Column::Name);
    }
    for sureness in [Sureness::Whole, Sureness::Inside] {
        for wanted in [Whose::His, Whose::Likely] {
            for (place, one) in said.iter().enumerate() {
                let Some((column, how)) = one.field else { continue };
                // An estate's lane may stand beside its name.
                let several = column == Column::Estate && kind.is_written();
                let free = |column: Column| several || !columns.contains(&Some(column));
                if columns[place].is_some() || whose[place] != wanted || how != sureness || column == Column::Name {
                    continue;
                }
                // Of 户籍所在地 and 户籍地址 the second holds the address.
                let better = column == Column::RegisteredAddress && !is_address(&headers[place]);
                let later = |other: usize| {
                    said[other].field == Some((column, how)) && whose[other] == wanted && is_address(&headers[other])
                };
                if free(column) && !(better && (place + 1..said.len()).any(later)) {
                    columns[place] = Some(column);
                }
            }
        }
    }
    second_phone(&said, &whose, kind, &mut columns);
    columns
}

fn is_address(header: &str) -> bool {
    header.contains("址")
}

/// One more phone of his is his second one.
fn second_phone(said: &[Said], whose: &[Whose], kind: ImportKind, columns: &mut [Option<Column>]) {
    if !Column::SecondPhone.serves(kind) || columns.contains(&Some(Column::SecondPhone)) {
        return;
    }
    let more = (0..said.len()).find(|place| {
        columns[*place].is_none()
            && whose[*place] != Whose::Other
            && said[*place].field.is_some_and(|(column, _)| column == Column::Phone)
    });
    if let Some(place) = more {
        columns[place] = Some(Column::SecondPhone);
    }
}

/// The column of the name of the person whose row it is.
fn person_of(said: &[Said]) -> Option<usize> {
    (0..said.len())
        .filter_map(|place| {
            let (column, sureness) = said[place].field?;
            let owner = said[place].owner.unwrap_or(Owner::Own);
            (column == Column::Name && owner.may_be_resident()).then_some((owner, std::cmp::Reverse(sureness), place))
        })
        .min()
        .map(|(.., place)| place)
}

fn whose_all(headers: &[String], said: &[Said], person: Option<usize>) -> Vec<Whose> {
    let beside = beside(headers, said);
    let whose = |place: usize| {
        if beside[place] {
            Whose::Other
        } else {
            whose(said, place, person)
        }
    };
    (0..said.len()).map(whose).collect()
}

/// Which columns are of another row's person, printed beside: 姓名, 室号, 电话 and once more 姓名, 室号, 电话.
fn beside(headers: &[String], said: &[Said]) -> Vec<bool> {
    let field = |place: usize| said[place].field.map(|(column, _)| column);
    let again = |place: usize| {
        let same = |before: &usize| said[*before].owner == said[place].owner && said[*before].word == said[place].word;
        field(place) == Some(Column::Name)
            && (0..place).any(|before| field(before) == Some(Column::Name) && same(&before))
    };
    let Some(second) = (0..said.len()).find(|place| again(*place)) else {
        return vec![false; said.len()];
    };
    // A room or a running number may stand before the name.
    let repeats = |place: &usize| !headers[*place].is_empty() && headers[..*place].contains(&headers[*place]);
    let start = (0..second).rev().take_while(repeats).last().unwrap_or(second);
    let known =
        |place: usize| field(place).is_some_and(|column| (0..start).any(|before| field(before) == Some(column)));
    let his = |place: usize| place >= second && field(place).is_some_and(is_of_person);
    (0..said.len())
        .map(|place| place >= start && (his(place) || known(place)))
        .collect()
}

fn whose(said: &[Said], place: usize, person: Option<usize>) -> Whose {
    let here = &said[place];
    let Some((column, _)) = here.field else {
        return Whose::Other;
    };
    let his = |other: &Said| {
        person.is_some_and(|person| said[person].owner == other.owner && said[person].word == other.word)
    };
    match here.owner {
        Some(Owner::Own) => Whose::His,
        Some(_) if his(here) => Whose::His,
        Some(owner) if is_of_person(column) || owner.lives_elsewhere() => Whose::Other,
        Some(_) => Whose::Likely,
        None if is_of_person(column) && stands_with_another(said, place, person) => Whose::Other,
        None => Whose::Likely,
    }
}

/// Whether a column that names nobody stands in the run of columns behind somebody else's name: 监护人姓名, 身份证号, 电话.
fn stands_with_another(said: &[Said], place: usize, person: Option<usize>) -> bool {
    for before in (0..place).rev() {
        let Some((column, _)) = said[before].field else {
            return false;
        };
        if column == Column::Name {
            // 户主 and 与户主关系 between a person's own columns say nothing of whose the next ones are.
            // Nor does a grid worker's name of whose an ID number is: only the phones of workers are in such sheets.
            let phone = said[place]
                .field
                .is_some_and(|(column, _)| matches!(column, Column::Phone | Column::SecondPhone));
            let nobodys = match said[before].owner {
                Some(Owner::Head) => true,
                Some(Owner::Worker) => !phone,
                _ => false,
            };
            return Some(before) != person && !nobodys;
        }
        if !is_of_person(column) || column == Column::Relation {
            return false;
        }
    }
    false
}

/// Columns that hold something of another person and are not taken.
pub(super) fn left_out(headers: &[String], columns: &[Option<Column>], kind: ImportKind) -> Vec<usize> {
    let said: Vec<Said> = headers.iter().map(|header| read(header, kind)).collect();
    let person = columns.iter().position(|column| *column == Some(Column::Name));
    let (beside, whose) = (beside(headers, &said), whose_all(headers, &said, person));
    (0..said.len())
        .filter(|place| columns.get(*place).is_some_and(Option::is_none))
        .filter(|place| {
            said[*place].field.is_some_and(|(column, _)| {
                column == Column::Name
                    || beside[*place]
                    || columns.contains(&Some(column))
                    || (said[*place].owner.is_some() || is_of_person(column)) && whose[*place] == Whose::Other
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
