//! The tag dictionary, and giving tags to people.

use std::collections::BTreeMap;

use linli_domain::operation::{Action, Change, EntityKind, FieldChange};
use linli_domain::record::Field;
use linli_domain::refusal::Refusal;
use linli_domain::reservation::created;
use linli_domain::writing::quoted;
use linli_store::Draft;

use crate::api::roster::{TagPeople, TagRow, TagSave, Tags};
use crate::api::{ById, Done, Empty};
use crate::named::{FormField, Thing};
use crate::session::named;
use crate::workstation::{done, id};
use crate::{Error, Workstation};

/// The dictionary.
pub(crate) fn tags(ws: &Workstation, _: Empty) -> Result<Tags, Error> {
    let tags = ws.store().view().tags()?;
    let tags = tags
        .into_iter()
        .map(|tag| TagRow {
            id: tag.id.to_string(),
            name: tag.name,
            residents: tag.residents,
        })
        .collect();
    Ok(Tags { tags })
}

/// Adds a word, or renames one: people who have it get the new one in the same step.
pub(crate) fn tag_save(ws: &Workstation, request: TagSave) -> Result<Done, Error> {
    let name = named(FormField::Tag, &request.name)?.to_owned();
    let known = request.id.as_deref().map(|text| id(Thing::Tag, text)).transpose()?;
    let holders = {
        let roster = ws.roster()?;
        roster
            .people()
            .filter_map(|person| Some((person.id?, person.tags.clone())))
            .collect::<Vec<_>>()
    };
    let written = ws.write(Action::TagsChanged, |view| {
        let tags = view.tags()?;
        if tags.iter().any(|tag| tag.name == name && Some(tag.id) != known) {
            return Err(Refusal::TagExists {
                name: quoted(&name).into_owned(),
            }
            .into());
        }
        let Some(entity) = known else {
            let order = Some(tags.len().to_string());
            let change = created([(Field::Name, Some(name)), (Field::Order, order)]);
            return Ok(vec![Draft {
                kind: EntityKind::Tag,
                entity: ws.new_id(),
                change,
            }]);
        };
        let old = tags
            .iter()
            .find(|tag| tag.id == entity)
            .ok_or(Error::NotFound { thing: Thing::Tag })?;
        if old.name == name {
            return Ok(Vec::new());
        }
        let rename = FieldChange {
            seen: Some(old.name.clone()),
            to: Some(name.clone()),
        };
        let change = Change::Set(BTreeMap::from([(Field::Name, rename)]));
        let mut drafts = vec![Draft {
            kind: EntityKind::Tag,
            entity,
            change,
        }];
        for (person, _) in holders.iter().filter(|(_, tags)| tags.contains(&old.name)) {
            for change in [Change::RemoveTag(old.name.clone()), Change::AddTag(name.clone())] {
                drafts.push(Draft {
                    kind: EntityKind::Resident,
                    entity: *person,
                    change,
                });
            }
        }
        Ok(drafts)
    })?;
    Ok(done(written))
}

/// Takes a word out of the dictionary, and from everybody who has it.
pub(crate) fn tag_delete(ws: &Workstation, request: ById) -> Result<Done, Error> {
    let entity = id(Thing::Tag, &request.id)?;
    let holders = {
        let roster = ws.roster()?;
        roster
            .people()
            .filter_map(|person| Some((person.id?, person.tags.clone())))
            .collect::<Vec<_>>()
    };
    let written = ws.write(Action::TagsChanged, |view| {
        let tags = view.tags()?;
        let tag = tags
            .iter()
            .find(|tag| tag.id == entity)
            .ok_or(Error::NotFound { thing: Thing::Tag })?;
        let mut drafts = vec![Draft {
            kind: EntityKind::Tag,
            entity,
            change: Change::Delete,
        }];
        let having = holders.iter().filter(|(_, tags)| tags.contains(&tag.name));
        drafts.extend(having.map(|(person, _)| Draft {
            kind: EntityKind::Resident,
            entity: *person,
            change: Change::RemoveTag(tag.name.clone()),
        }));
        Ok(drafts)
    })?;
    Ok(done(written))
}

/// Gives people a tag of the dictionary, or takes it away.
pub(crate) fn tag_people(ws: &Workstation, request: TagPeople) -> Result<Done, Error> {
    let ids = request
        .ids
        .iter()
        .map(|text| id(Thing::Resident, text))
        .collect::<Result<Vec<_>, _>>()?;
    let written = ws.write(Action::ResidentsTagged, |view| {
        if request.add && !view.tags()?.iter().any(|tag| tag.name == request.tag) {
            return Err(Error::NotFound { thing: Thing::Tag });
        }
        let mut drafts = Vec::new();
        for entity in ids {
            let resident = view
                .resident(entity)?
                .ok_or(Error::NotFound { thing: Thing::Resident })?;
            if resident.tags.contains(&request.tag) != request.add {
                let tag = request.tag.clone();
                let change = if request.add {
                    Change::AddTag(tag)
                } else {
                    Change::RemoveTag(tag)
                };
                drafts.push(Draft {
                    kind: EntityKind::Resident,
                    entity,
                    change,
                });
            }
        }
        Ok(drafts)
    })?;
    Ok(done(written))
}
