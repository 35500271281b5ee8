//! The roster as a sheet.

use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, write_sheet};
use linli_domain::operation::{Action, EntityKind, Note};

use super::kind_of;
use crate::api::Exported;
use crate::api::roster::RosterExportRequest;
use crate::{Error, Workstation, rounds};

/// The columns: those the import wizard knows, so that an export can be imported again.
const COLUMNS: [&str; 17] = [
    "序号",
    "小区",
    "楼栋",
    "单元",
    "室号",
    "户编号",
    "姓名",
    "性别",
    "出生日期",
    "证件类型",
    "证件号码",
    "手机号码",
    "第二电话",
    "户籍地址",
    "与户主关系",
    "标签",
    "备注",
];

/// Writes the whole roster, by address. Recorded.
pub(crate) fn roster_export(ws: &Workstation, request: RosterExportRequest) -> Result<Exported, Error> {
    let rows: Vec<[String; 17]> = {
        let roster = ws.roster()?;
        roster
            .people()
            .enumerate()
            .map(|(index, person)| {
                let home = person.household.and_then(|id| roster.households.get(&id));
                let of_home = |get: fn(&linli_store::Household) -> &Option<String>| {
                    home.and_then(|home| get(home).clone()).unwrap_or_default()
                };
                let text = |value: &Option<String>| value.clone().unwrap_or_default();
                [
                    (index + 1).to_string(),
                    of_home(|home| &home.estate),
                    of_home(|home| &home.building),
                    of_home(|home| &home.unit),
                    of_home(|home| &home.room),
                    of_home(|home| &home.number),
                    text(&person.name),
                    text(&person.sex),
                    text(&person.birth_date),
                    kind_of(person).label().to_owned(),
                    text(&person.document_number),
                    text(&person.phone),
                    text(&person.second_phone),
                    text(&person.registered_address),
                    text(&person.relation),
                    person.tags.join("、"),
                    text(&person.note),
                ]
            })
            .collect()
    };
    let at = ws.now();
    let committee = ws.committee()?.name;
    let spec = SheetSpec {
        title: format!("{committee}居民台账"),
        sheet_name: "居民台账".into(),
        columns: COLUMNS
            .iter()
            .map(|header| ColumnSpec {
                header: (*header).to_owned(),
                kind: if *header == "序号" {
                    ColumnKind::Number
                } else {
                    ColumnKind::Text
                },
            })
            .collect(),
        created: at.local(),
    };
    let sheet = write_sheet(&spec, rows.len(), |row, column| {
        match (column, rows[row][column].as_str()) {
            (_, "") => Cell::Empty,
            (0, _) => Cell::Number(row as f64 + 1.0),
            (_, text) => Cell::Text(text),
        }
    })?;
    let file_name = rounds::safe(&format!(
        "{committee}_居民台账_{}.xlsx",
        at.local().format("%Y%m%d-%H%M")
    ));
    let path = ws.export_path(request.path.as_deref(), &file_name)?;
    let exported = ws.save_sheet(&path, &sheet, rows.len())?;
    let note = Note::Exported {
        what: "居民台账".into(),
        rows: rows.len(),
        to: Some(exported.file_name.clone()),
    };
    ws.record(Action::Exported, EntityKind::Committee, ws.committee_id(), note)?;
    Ok(exported)
}
