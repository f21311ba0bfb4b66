//! Everything of a connection, in pages.

use sync_core::{ExportPart, Exported, Resource, StoreError};

use crate::scope::{Scope, at_most, behind};
use crate::{deliveries, records, row};

/// The rows of a part behind one of them. Resources come in the order of [`Resource::ALL`], integrations by their names.
pub(crate) fn export(
    scope: Scope<'_>,
    part: ExportPart,
    after: Option<&Exported>,
    limit: usize,
) -> Result<Vec<Exported>, StoreError> {
    match part {
        ExportPart::Values => values(scope, after, limit),
        ExportPart::Records => {
            let after = match after {
                Some(Exported::Record(it)) => Some((it.resource, (it.id, it.owner))),
                _ => None,
            };
            of_resources(after, limit, |resource, behind, limit| {
                let page = records::page(scope, resource, behind, limit)?;
                Ok(page.into_iter().map(Exported::Record).collect())
            })
        }
        ExportPart::Completeness => {
            let after = match after {
                Some(Exported::Completeness { children, parent_id, .. }) => Some((*children, *parent_id)),
                _ => None,
            };
            of_resources(after, limit, |children, behind, limit| {
                let marks = records::completeness_page(scope, children, behind, limit)?;
                let row =
                    |(parent_id, is_complete)| Exported::Completeness { children, parent_id, is_complete };
                Ok(marks.into_iter().map(row).collect())
            })
        }
        ExportPart::Dirty => {
            let after = match after {
                Some(Exported::Dirty { integration, place, .. }) => Some((integration.as_str(), *place)),
                _ => None,
            };
            of_integrations(scope, after, limit, |integration, code, behind, limit| {
                let dirty = deliveries::dirty(scope, code, behind.unwrap_or(0), limit)?;
                let row = |it: sync_core::Dirty| Exported::Dirty {
                    integration: integration.to_owned(),
                    id: it.id,
                    place: it.place,
                };
                Ok(dirty.into_iter().map(row).collect())
            })
        }
        ExportPart::Delivered => {
            let after = match after {
                Some(Exported::Delivered { integration, delivered }) => {
                    Some((integration.as_str(), delivered.id))
                }
                _ => None,
            };
            of_integrations(scope, after, limit, |integration, code, behind, limit| {
                let page = deliveries::delivered_page(scope, code, behind, limit)?;
                let row = |delivered| Exported::Delivered { integration: integration.to_owned(), delivered };
                Ok(page.into_iter().map(row).collect())
            })
        }
        ExportPart::Events => events(scope, after, limit),
        // A part that this version does not know must not be left out in silence.
        other => Err(StoreError::Refused(format!(
            "{} does not know the part {other:?}: use the sqlite-store that belongs to this sync-core",
            scope.file.context
        ))),
    }
}

fn values(scope: Scope<'_>, after: Option<&Exported>, limit: usize) -> Result<Vec<Exported>, StoreError> {
    let lowest = match after {
        // No text stands between.
        Some(Exported::Value { key, .. }) => format!("{key}\0"),
        _ => String::new(),
    };
    let sql =
        "SELECT key, value FROM connection_values WHERE connection = ? AND key >= ? ORDER BY key LIMIT ?";
    scope.rows(sql, (scope.connection, lowest, at_most(limit)), |row| {
        Ok(Exported::Value { key: row.get(0)?, value: row.get(1)? })
    })
}

fn events(scope: Scope<'_>, after: Option<&Exported>, limit: usize) -> Result<Vec<Exported>, StoreError> {
    let after = match after {
        Some(Exported::Event(stored)) => stored.position,
        _ => 0,
    };
    let sql = "SELECT place, id, event, state, finished, at_seconds, at_nanoseconds FROM events
               WHERE connection = ? AND place > ? ORDER BY place LIMIT ?";
    let parameters = [scope.connection, behind(after), at_most(limit)];
    scope.rows(sql, parameters, |columns| row::event(columns).map(Exported::Event))
}

/// Fills a page from one resource after the other. `read` gets the position within the resource to go on behind.
fn of_resources<P: Copy>(
    after: Option<(Resource, P)>,
    limit: usize,
    read: impl Fn(Resource, Option<P>, usize) -> Result<Vec<Exported>, StoreError>,
) -> Result<Vec<Exported>, StoreError> {
    let mut page = Vec::new();
    for resource in Resource::ALL {
        if after.is_some_and(|(last, _)| resource < last) {
            continue;
        }
        let behind = after.filter(|(last, _)| *last == resource).map(|(_, position)| position);
        page.extend(read(resource, behind, limit - page.len())?);
        if page.len() >= limit {
            break;
        }
    }
    Ok(page)
}

/// Fills a page from one integration after the other. `read` gets the integration's name and code, and the position within it to go on behind.
fn of_integrations<P: Copy>(
    scope: Scope<'_>,
    after: Option<(&str, P)>,
    limit: usize,
    read: impl Fn(&str, i64, Option<P>, usize) -> Result<Vec<Exported>, StoreError>,
) -> Result<Vec<Exported>, StoreError> {
    let sql = "SELECT name, code FROM integrations WHERE connection = ? AND name >= ? ORDER BY name";
    let first = after.map_or("", |(name, _)| name);
    let integrations: Vec<(String, i64)> =
        scope.rows(sql, (scope.connection, first), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut page = Vec::new();
    for (name, code) in integrations {
        let behind = after.filter(|(last, _)| *last == name).map(|(_, position)| position);
        page.extend(read(&name, code, behind, limit - page.len())?);
        if page.len() >= limit {
            break;
        }
    }
    Ok(page)
}
