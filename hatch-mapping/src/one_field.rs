//! One field of a record as it is written.

use serde::ser::{Serialize, SerializeMap, Serializer};
use servicetitan_client::model::Fields;

/// An object with one of a record's fields, or an empty one if the record does not have it.
pub(crate) struct OneField<'a, R> {
    pub(crate) record: &'a R,
    pub(crate) name: &'a str,
}

impl<R: Fields> Serialize for OneField<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.record.write_fields(&mut map, |name| name == self.name)?;
        map.end()
    }
}
