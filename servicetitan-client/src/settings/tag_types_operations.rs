//! What can be done with tag types.

use chrono::{DateTime, Utc};

use crate::http::{filter, resource};
use crate::{ActiveFilter, TagType};

filter! {
    /// Which tag types a list gives.
    pub struct TagTypeFilter {
        /// Whether they are in use; only those in use by default.
        "active" => active: ActiveFilter,
        /// Created before this time.
        "createdBefore" => created_before: DateTime<Utc>,
        /// Created at this time or later.
        "createdOnOrAfter" => created_on_or_after: DateTime<Utc>,
        /// Modified before this time.
        "modifiedBefore" => modified_before: DateTime<Utc>,
        /// Modified at this time or later.
        "modifiedOnOrAfter" => modified_on_or_after: DateTime<Utc>,
        /// The order, such as `+ModifiedOn` or `-Id`; only fields that the schema names.
        "sort" => sort: String,
    }
}

resource! {
    /// Tag types.
    pub struct TagTypes as tag_types, scope "tn.stt.tagtypes:r" {
        list TagType, by TagTypeFilter, at "settings/v2/tenant/{tenant}/tag-types";
        export TagType, at "settings/v2/tenant/{tenant}/export/tag-types";
    }
}
