//! Tags of many customers at once.

use crate::declare::*;

request! {
    /// Tags, and the customers that get or lose them.
    pub struct BulkTags {
        must {
            /// The customers.
            "customerIds" => customer_ids: Vec<CustomerId>,
            /// The tags.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
        }
    }
}

resource! {
    /// Tags of many customers at once.
    pub struct Tags as tags, scope "tn.crm.tags", under "crm/v2/tenant/{tenant}/" {
        /// Puts tags on customers.
        put "tags" => add(), sends BulkTags;
        /// Takes tags off customers.
        delete "tags" => remove(), sends BulkTags;
    }
}
