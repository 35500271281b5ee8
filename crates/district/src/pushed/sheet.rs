//! A source's sheet as rows that are pushed, read as a committee reads one that it imports itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use linli_domain::import::{Column, Grid, ImportRow, Problem, ProblemCode, Reading, Severity, propose_in};
use linli_domain::writing::quoted;

use super::Content;
use super::push::Incoming;
use crate::Error;

/// Whose rows are, where no column says so.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The source.
    pub source: Option<&'a str>,
    /// The day on which it is read, from which deadlines without a year are counted.
    pub today: NaiveDate,
}

/// The rows of a file's visible sheets. What is no row that can be used is one with the reason.
///
/// # Errors
/// No sheet has a header that is understood.
pub fn rows<R: Content>(grids: &[Grid], given: Given<'_>) -> Result<Vec<Incoming<R>>, Error> {
    let source = given.source.map(str::trim).filter(|source| !source.is_empty());
    let given = Given { source, ..given };
    let mut reading = Reading::new(R::IMPORT, given.today).naming_sheets(grids.len() > 1);
    let mut all = Vec::new();
    let mut found = false;
    for grid in grids {
        let mapping = propose_in(grid, R::IMPORT);
        found |= mapping.is_some() && !grid.is_hidden();
        match mapping.filter(|_| !grid.is_hidden()) {
            Some(mapping) => all.extend(reading.rows(grid, &mapping).map(|row| incoming(row, given))),
            None => all.extend(unread(grid, given)),
        }
    }
    if !found {
        return Err(Error::Input(format!("没有找到表头：要有其中至少两列：{}", R::COLUMNS)));
    }
    Ok(all)
}

/// What is told of a sheet of which no row is taken; `None` where nothing is in it.
fn unread<R: Content>(grid: &Grid, given: Given<'_>) -> Option<Incoming<R>> {
    let rows = grid.used_rows_from(0).count();
    let name = quoted(grid.name());
    let why = if grid.is_hidden() {
        format!("工作表“{name}”是隐藏的，其中 {rows} 行没有读")
    } else {
        format!("工作表“{name}”没有表头，其中 {rows} 行没有读")
    };
    (rows > 0).then(|| damaged(1, given, why))
}

/// What is no row, with the reason.
fn damaged<R: Content>(row: usize, given: Given<'_>, why: String) -> Incoming<R> {
    Incoming {
        row,
        source: given.source.unwrap_or_default().to_owned(),
        content: R::unread(None, why.clone()),
        damage: Some(why),
    }
}

fn incoming<R: Content>(read: ImportRow, given: Given<'_>) -> Incoming<R> {
    let ImportRow {
        row,
        fields,
        problems,
        skipped,
    } = read;
    let place = row as usize;
    // A row of which nothing at all was read is not the source's row with something missing.
    if let Some(why) = problems.last().filter(|_| skipped && fields.is_empty()) {
        return damaged(place, given, named(why));
    }
    let damage = problems.iter().find(|problem| is_damage(problem)).map(named);
    let said = fields.get(&Column::Source).map(String::as_str);
    Incoming {
        row: place,
        source: given.source.or(said).unwrap_or_default().to_owned(),
        content: R::of_cells(&fields, note(&fields, given)),
        damage,
    }
}

/// The remarks. Where the pusher is named, the column of sources only says more about the row.
fn note(fields: &BTreeMap<Column, String>, given: Given<'_>) -> Option<String> {
    let other = fields
        .get(&Column::Source)
        .filter(|said| given.source.is_some_and(|source| source != **said));
    let other = other.map(|said| format!("来源：{said}"));
    let said: Vec<String> = fields.get(&Column::Note).cloned().into_iter().chain(other).collect();
    (!said.is_empty()).then(|| said.join("；"))
}

/// Whether a cell that was not taken makes its row one that somebody has to look at. A spoilt number does not: the row is
/// looked for by what else it says; what cannot be read among the remarks is one. That nothing says whom it is about,
/// and that a number is another row's, is found of every push, wherever it comes from.
fn is_damage(problem: &Problem) -> bool {
    use ProblemCode::{DuplicateReference, NumberDamaged, RowWithoutPerson};
    let found_later = matches!(problem.code, NumberDamaged | RowWithoutPerson | DuplicateReference);
    let remark = problem.field == Some(Column::Note) && problem.code != ProblemCode::TooLong;
    problem.severity == Severity::Error && !found_later && !remark
}

/// What is wrong with a cell or a row, by its sheet and column.
fn named(problem: &Problem) -> String {
    let of = |name: &String| (!name.is_empty()).then(|| format!("“{name}”"));
    let place: String = [&problem.sheet, &problem.header].into_iter().filter_map(of).collect();
    match place.as_str() {
        "" => problem.reason(),
        place => format!("{place}：{}", problem.reason()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::TaskRow;
    use super::*;

    fn given(source: Option<&str>) -> Given<'_> {
        Given {
            source,
            today: NaiveDate::from_ymd_opt(2020, 2, 2).unwrap(),
        }
    }

    fn read(rows_of: &[&[&str]], source: Option<&str>) -> Vec<Incoming<TaskRow>> {
        let grid: Grid = rows_of.iter().copied().collect();
        rows(&[grid], given(source)).unwrap()
    }

    #[test]
    fn columns_are_found_under_titles_and_nothing_in_a_row_is_left_behind() {
        let all = read(
            &[
                &["道口推送人员名单"],
                &[
                    "序号",
                    "流水号",
                    "旅客姓名",
                    "证件号码",
                    "联系电话（手机）",
                    "目的地地址",
                    "航班号",
                    "截止时间",
                    "来源",
                ],
                &[
                    "1",
                    "D-1",
                    "张三",
                    "3.10115E+17",
                    "13800138000",
                    "牡丹路1号",
                    "CA123",
                    "2020-02-02 13:00",
                    "浦东道口",
                ],
                &[],
                &["2", "D-2", "李四", "", "", "", "无", "", ""],
            ],
            None,
        );
        let [first, second] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!((first.row, first.source.as_str(), second.row), (3, "浦东道口", 5));
        let content = &first.content;
        assert_eq!(content.reference.as_deref(), Some("D-1"));
        assert_eq!(content.document_number, None, "a spoilt number is no number");
        let note = content.note.as_deref().unwrap();
        assert!(note.contains("3.10115E+17") && note.contains("航班号：CA123"), "{note}");
        assert_eq!(second.content.note, None);
    }

    #[test]
    fn an_address_in_pieces_becomes_one() {
        let header: &[&str] = &["姓名", "街道", "小区", "弄", "号", "室", "来源"];
        let all = read(
            &[header, &["张三", "花木街道", "牡丹路", "12", "3", "501", "道口"]],
            Some("热线"),
        );
        assert_eq!(all[0].content.address.as_deref(), Some("花木街道牡丹路12弄3号501室"));
        assert_eq!(
            (all[0].source.as_str(), all[0].content.note.as_deref()),
            ("热线", Some("来源：道口"))
        );
        let whole = read(
            &[&["手机", "街道", "地址"], &["1380", "花木街道", "花木街道牡丹路1号"]],
            Some("x"),
        );
        assert_eq!(whole[0].content.address.as_deref(), Some("花木街道牡丹路1号"));
    }

    #[test]
    fn columns_about_other_people_go_into_the_remarks() {
        let all = read(
            &[
                &[
                    "编号",
                    "填报人姓名",
                    "姓名",
                    "紧急联系人电话",
                    "电话",
                    "户籍地址",
                    "现住地址",
                    "来源地",
                ],
                &[
                    "D-1",
                    "王五",
                    "张三",
                    "13800000001",
                    "13800000002",
                    "六安路1号",
                    "牡丹路1号",
                    "武汉",
                ],
            ],
            Some(" 道口 "),
        );
        let [Incoming { source, content, .. }] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!((source.as_str(), content.name.as_deref()), ("道口", Some("张三")));
        assert_eq!(content.phone.as_deref(), Some("13800000002"));
        assert_eq!(content.address.as_deref(), Some("牡丹路1号"));
        let note = content.note.as_deref().unwrap_or_default();
        for kept in ["王五", "13800000001", "六安路1号", "武汉"] {
            assert!(note.contains(kept), "{kept}: {note}");
        }
    }

    #[test]
    fn what_is_no_row_is_told_and_two_addresses_stay_two() {
        let all = read(
            &[
                &["姓名", "电话", "现住地址", "目的地", "截止时间"],
                &["张三", "13800000001", "六安路1号", "牡丹路2号", "43863.75"],
                &["姓名", "电话", "现住地址", "目的地", "截止时间"],
                &["李四", "13800000002", "同上", "", "2月3日18时前"],
                &["王五", "13800000003", "#N/A", "", "尽快"],
                &["合计", "3人"],
            ],
            Some("道口"),
        );
        let of = |row: usize| &all[row].content;
        assert_eq!(of(0).address.as_deref(), Some("六安路1号"));
        assert_eq!(of(0).note.as_deref(), Some("目的地：牡丹路2号"));
        assert_eq!(of(0).deadline.as_deref(), Some("2020-02-02T18:00:00"));
        assert!(all[1].damage.is_some() && all[1].row == 3, "a header once more");
        assert_eq!(of(2).address.as_deref(), Some("六安路1号"), "as above");
        assert_eq!(of(2).deadline.as_deref(), Some("2020-02-03T18:00:00"));
        let damage = all[3].damage.as_deref().unwrap_or_default();
        assert!(damage.contains("“截止时间”") && damage.contains("尽快"), "{damage}");
        assert!(all[4].damage.is_some(), "a total");
    }

    #[test]
    fn a_sheet_of_which_no_row_is_taken_is_named() {
        let grid = |rows: &[&[&str]]| rows.iter().copied().collect::<Grid>();
        let grids = [
            grid(&[&["姓名", "电话"], &["张三", "13800138000"]]),
            grid(&[&["王五"], &["赵六"]]),
        ];
        let all = rows::<TaskRow>(&grids, given(Some("道口"))).unwrap();
        assert_eq!(all.len(), 2, "{all:?}");
        let damage = all[1].damage.as_deref().unwrap_or_default();
        assert!(damage.contains("没有表头") && damage.contains("2 行"), "{damage}");
    }
}
