//! Fields that could not be read, counted by resource and path.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::mirror::{Mirror, keys, values};
use crate::report::BadFieldCounts;
use crate::{BadField, Resource, StoreError};

/// Number of paths that are counted for one resource. Those beyond are counted together.
const MOST_PATHS: usize = 100;

/// The path that fields beyond [`MOST_PATHS`] are counted under.
const OTHERS: &str = "…";

/// Counts the fields that could not be read of records that came into the mirror. A record that comes again unchanged counts once.
#[derive(Debug, Default)]
pub(super) struct BadFields {
    /// Protects the counts since they were kept last.
    new: Mutex<BadFieldCounts>,
}

impl BadFields {
    /// Counts the bad fields of those records that were put into the mirror.
    pub(super) fn count(&self, resource: Resource, bad_fields: &[BadField], put: &HashSet<(i64, i64)>) {
        let was_put = |field: &&BadField| match (field.id, field.owner) {
            (Some(id), Some(owner)) => put.contains(&(id, owner)),
            (Some(id), None) => put.iter().any(|(put, _)| *put == id),
            (None, _) => false,
        };
        let fields = bad_fields.iter().filter(was_put);
        let mut new = self.new.lock().unwrap_or_else(PoisonError::into_inner);
        fields.for_each(|field| add(&mut new, resource, &field.path, 1));
    }

    /// Adds the new counts to those that the store keeps, and returns them. Without new ones nothing is written.
    pub(super) async fn keep(&self, mirror: &Mirror) -> Result<BadFieldCounts, StoreError> {
        let new = std::mem::take(&mut *self.new.lock().unwrap_or_else(PoisonError::into_inner));
        if new.is_empty() {
            return Ok(new);
        }
        let lock = mirror.lock().await;
        let mut all: BadFieldCounts = mirror.json_value(keys::BAD_FIELDS).await?.unwrap_or_default();
        for (resource, paths) in &new {
            paths.iter().for_each(|(path, count)| add(&mut all, *resource, path, *count));
        }
        lock.commit(vec![values::set_json(keys::BAD_FIELDS, &all)]).await?;
        Ok(new)
    }
}

fn add(counts: &mut BadFieldCounts, resource: Resource, path: &str, count: u64) {
    let paths: &mut BTreeMap<String, u64> = counts.entry(resource).or_default();
    let fits = paths.contains_key(path) || paths.len() < MOST_PATHS;
    *paths.entry(if fits { path } else { OTHERS }.to_owned()).or_default() += count;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_bounded_in_number_and_no_field_goes_uncounted() {
        let mut counts = BadFieldCounts::new();
        for number in 0..250 {
            add(&mut counts, Resource::Jobs, &format!("field{number}"), 2);
        }
        let paths = &counts[&Resource::Jobs];
        assert_eq!((paths.len(), paths[OTHERS], paths.values().sum::<u64>()), (MOST_PATHS + 1, 300, 500));
    }

    #[test]
    fn fields_of_records_that_the_mirror_had_already_do_not_count() {
        let bad_fields = BadFields::default();
        let field = |id, owner| BadField { id, owner, path: "value".to_owned() };
        let fields = [
            field(Some(1), Some(7)),
            field(Some(2), Some(7)),
            // The row of another owner came again unchanged.
            field(Some(2), Some(8)),
            field(Some(2), None),
            field(None, None),
        ];
        bad_fields.count(Resource::CustomerContacts, &fields, &HashSet::from([(2, 7)]));
        assert_eq!(bad_fields.new.lock().unwrap()[&Resource::CustomerContacts]["value"], 2);
    }
}
