//! Tags added to or removed from many customers at once.

use crate::declare::*;

request! {
    /// Tags, and the customers to add them to or remove them from.
    pub struct BulkTags {
        must {
            /// IDs of the customers.
            "customerIds" => customer_ids: Vec<CustomerId>,
            /// IDs of the tags' tag types.
            "tagTypeIds" => tag_type_ids: Vec<TagTypeId>,
        }
    }
}

resource! {
    /// Tags of customers, added or removed for many customers at once.
    pub struct Tags as tags, scope "tn.crm.tags", under "crm/v2/tenant/{tenant}/" {
        /// Adds tags to customers.
        put "tags" => add(), sends BulkTags;
        /// Removes tags from customers.
        delete "tags" => remove(), sends BulkTags;
    }
}
