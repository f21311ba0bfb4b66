//! The place that new records grow on.

use chrono::{DateTime, Utc};

use super::record::Object;
use crate::resources::Resource;

/// The place that new records grow on: the store, or a spare one for records that are made again.
pub(crate) trait Ground {
    /// The world's present.
    fn now(&self) -> DateTime<Utc>;

    /// An ID that no other record of any resource has, so that a mixed-up ID finds nothing.
    fn fresh_id(&mut self) -> i64;

    /// The number of jobs so far.
    fn job_count(&self) -> usize;

    /// Adds a record, or replaces the one with its ID. The JSON gets its `id`, times and `active` from here where
    /// the resource has such fields.
    fn put(
        &mut self,
        resource: &'static Resource,
        id: i64,
        created: DateTime<Utc>,
        modified: DateTime<Utc>,
        active: bool,
        json: Object,
    );
}
