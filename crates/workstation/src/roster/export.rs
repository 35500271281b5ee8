//! The roster as a sheet.

use linli_documents::sheet::ColumnKind;
use linli_domain::operation::EntityKind;

use super::kind_of;
use crate::api::Exported;
use crate::api::roster::RosterExportRequest;
use crate::queue::Export;
use crate::{Error, Workstation, queue};

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

/// Writes the whole roster, by address.
pub(crate) fn roster_export(ws: &Workstation, request: RosterExportRequest) -> Result<Exported, Error> {
    let rows: Vec<Vec<String>> = {
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
                let row: [String; COLUMNS.len()] = [
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
                ];
                row.into()
            })
            .collect()
    };
    let name = "居民台账";
    let kind = |header: &str| match header {
        "序号" => ColumnKind::Number,
        _ => ColumnKind::Text,
    };
    let export = Export {
        name: name.into(),
        title: format!("{}{name}", ws.committee()?.name),
        columns: COLUMNS
            .iter()
            .map(|header| ((*header).to_owned(), kind(header)))
            .collect(),
        of: (EntityKind::Committee, ws.committee_id()),
    };
    queue::export(ws, export, &rows, request.path.as_deref())
}
