//! The reversible merge: two records of one person become one, and can be taken apart again.
//! Must stay true: taking apart gives back what merging took over, except what somebody has changed since.

use std::collections::BTreeMap;

use linli_domain::operation::{Action, Change, EntityId, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_store::{Draft, Resident, View};

use super::changes;
use super::save::FORM_FIELDS;
use crate::api::roster::MergeRequest;
use crate::api::{ById, Done};
use crate::named::Thing;
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// Makes two records of one person one: the dropped record stays in the log and points to the kept one.
pub(crate) fn resident_merge(ws: &Workstation, request: MergeRequest) -> Result<Done, Error> {
    let (keep, drop) = (id(Thing::Resident, &request.keep)?, id(Thing::Resident, &request.drop)?);
    if keep == drop {
        return Err(Refusal::MergeWithItself.into());
    }
    let written = ws.write(Action::ResidentsMerged, |view| {
        let kept = view.resident(keep)?.ok_or(Error::NotFound { thing: Thing::Resident })?;
        let dropped = view.resident(drop)?.ok_or(Error::NotFound { thing: Thing::Resident })?;
        if kept.merged_into.is_some() || dropped.merged_into.is_some() {
            return Err(Refusal::MergedAlready.into());
        }
        let taken = FORM_FIELDS
            .iter()
            .filter(|(field, name)| kept.get(*field).is_none() || request.take.iter().any(|take| take == name))
            .filter_map(|(field, _)| Some((*field, Some(dropped.get(*field)?))))
            .collect();
        let draft = |entity, change| Draft {
            kind: EntityKind::Resident,
            entity,
            change,
        };
        let mut drafts: Vec<Draft> = changes(&kept, taken).map(|change| draft(keep, change)).collect();
        let new_tags = dropped.tags.iter().filter(|tag| !kept.tags.contains(tag));
        drafts.extend(new_tags.map(|tag| draft(keep, Change::AddTag(tag.clone()))));
        let pointer = FieldChange {
            seen: None,
            to: Some(keep.to_string()),
        };
        drafts.push(draft(drop, Change::Set(BTreeMap::from([(Field::MergedInto, pointer)]))));
        Ok(drafts)
    })?;
    Ok(done(written))
}

/// Takes a merged record out again, and gives back the values that were taken over and not changed since.
pub(crate) fn resident_unmerge(ws: &Workstation, request: ById) -> Result<Done, Error> {
    let entity = id(Thing::Resident, &request.id)?;
    let written = ws.write(Action::ResidentsUnmerged, |view| {
        let merged = view
            .resident(entity)?
            .ok_or(Error::NotFound { thing: Thing::Resident })?;
        let keep = merged.merged_into.ok_or(Refusal::NotMerged)?;
        let pointer = FieldChange {
            seen: Some(keep.to_string()),
            to: None,
        };
        let change = Change::Set(BTreeMap::from([(Field::MergedInto, pointer)]));
        let mut drafts = vec![Draft {
            kind: EntityKind::Resident,
            entity,
            change,
        }];
        if let (Some(batch), Some(kept)) = (merging(view, entity)?, view.resident(keep)?) {
            let back = given_back(view, &kept, keep, batch)?;
            drafts.extend(back.into_iter().map(|change| Draft {
                kind: EntityKind::Resident,
                entity: keep,
                change,
            }));
        }
        Ok(drafts)
    })?;
    Ok(done(written))
}

/// The batch that merged a record.
fn merging(view: View<'_>, merged: EntityId) -> Result<Option<i64>, Error> {
    let pointed =
        |change: &Option<Change>| matches!(change, Some(Change::Set(set)) if set.contains_key(&Field::MergedInto));
    Ok(view
        .changes_of(merged)?
        .iter()
        .rev()
        .find(|l| l.counts() && pointed(&l.change))
        .map(|logged| logged.batch))
}

/// What undoes a merge's changes to the kept record, as far as they still stand.
fn given_back(view: View<'_>, kept: &Resident, keep: EntityId, batch: i64) -> Result<Vec<Change>, Error> {
    let mut back = Vec::new();
    for logged in view
        .changes_of(keep)?
        .into_iter()
        .filter(|logged| logged.batch == batch && logged.counts())
    {
        match logged.change {
            Some(Change::Set(taken)) => {
                let still = taken
                    .into_iter()
                    .filter(|(field, change)| kept.get(*field) == change.to);
                let fields = still.map(|(field, change)| (field, change.seen)).collect();
                back.extend(changes(kept, fields));
            }
            Some(Change::AddTag(tag)) if kept.tags.contains(&tag) => back.push(Change::RemoveTag(tag)),
            _ => {}
        }
    }
    Ok(back)
}

#[cfg(test)]
mod tests {
    use crate::{OsHost, Session, SessionOptions};
    use serde_json::{Value, json};

    fn office(folder: &std::path::Path) -> Session {
        let (data, exports) = (folder.join("data"), folder.to_owned());
        let session = Session::new(SessionOptions {
            data,
            exports,
            host: Box::new(OsHost),
        });
        let begin = json!({"committee": "齐河二居", "district": null, "actor": "董敏", "password": "邻里密码-1"});
        session.call("setup_alone", begin).unwrap();
        session
    }

    fn add(session: &Session, fields: Value, tags: Value) -> String {
        let request = json!({"id": null, "fields": fields, "tags": tags, "anyway": true});
        session.call("resident_save", request).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn taking_apart_gives_back_what_merging_took_and_nobody_changed_since() {
        let folder = tempfile::tempdir().unwrap();
        let session = office(folder.path());
        let address = "齐河路338弄12号501室";
        let keep = add(
            &session,
            json!({"name": "张晓明", "note": "原备注", "address": address}),
            json!([]),
        );
        let other =
            json!({"name": "张晓明", "note": "新备注", "relation": "户主", "contact": "甲", "address": address});
        let drop = add(&session, other, json!(["党员"]));
        session
            .call("resident_merge", json!({"keep": keep, "drop": drop, "take": ["note"]}))
            .unwrap();
        let card = || session.call("resident_card", json!({"id": keep})).unwrap();
        assert_eq!(card()["fields"]["note"], "新备注", "chosen");
        assert_eq!(card()["fields"]["relation"], "户主", "was empty");
        assert_eq!(card()["row"]["tags"], json!(["党员"]));
        assert_eq!(card()["merged"][0]["id"], json!(drop));

        let change = json!({"id": keep, "fields": {"contact": "乙"}, "tags": null, "anyway": false});
        session.call("resident_save", change).unwrap();
        session.call("resident_unmerge", json!({"id": drop})).unwrap();
        assert_eq!(card()["fields"]["note"], "原备注");
        assert_eq!(card()["fields"]["relation"], Value::Null);
        assert_eq!(card()["fields"]["contact"], "乙", "changed since: stays");
        assert_eq!(card()["row"]["tags"], json!([]));
        assert_eq!(card()["merged"], json!([]));
    }

    #[test]
    fn a_house_without_people_is_found_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let session = office(folder.path());
        let home = json!({"id": null, "estate": "齐河路338弄", "building": "12号", "unit": null, "room": "501", "number": null, "note": null});
        session.call("household_save", home).unwrap();
        let found = |query: &str| {
            session
                .call("roster_find", json!({"query": query, "limit": 9}))
                .unwrap()
        };
        assert_eq!(found("12号 501")["households"].as_array().unwrap().len(), 1);
        assert_eq!(found("13号 501")["households"], json!([]));
    }

    #[test]
    fn a_saved_filter_is_kept_under_its_name_and_replaced_by_another_of_that_name() {
        let folder = tempfile::tempdir().unwrap();
        let session = office(folder.path());
        let save = |name: &str, q: &str| {
            session.call(
                "filter_save",
                json!({"area": "roster", "name": name, "query": {"q": q}}),
            )
        };
        save("一号楼", "1号").unwrap();
        save("二号楼", "2号").unwrap();
        save("一号楼", "齐河 1号").unwrap();
        let names = |saved: Value| -> Vec<(Value, Value)> {
            let filters = saved["filters"].as_array().unwrap().clone();
            filters
                .into_iter()
                .map(|one| (one["name"].clone(), one["query"]["q"].clone()))
                .collect()
        };
        let now = names(session.call("filters", json!({})).unwrap());
        assert_eq!(
            now,
            [(json!("二号楼"), json!("2号")), (json!("一号楼"), json!("齐河 1号"))]
        );
        let left = session
            .call("filter_delete", json!({"area": "roster", "name": "二号楼"}))
            .unwrap();
        assert_eq!(names(left).len(), 1);
        assert_eq!(save(" ", "x").unwrap_err().said.code, "missing_field");
    }
}
