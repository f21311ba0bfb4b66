//! What tenants and apps attach to records of many resources.

use super::wire::model;

model! {
    /// A field of the tenant's own.
    pub struct CustomField {
        /// The type of the field.
        "typeId" => type_id: Option<i64>,
        /// The field's name.
        "name" => name: Option<String>,
        /// The field's value.
        "value" => value: Option<String>,
    }
}

model! {
    /// A key and a value that an app attached to a record.
    pub struct ExternalData {
        /// The key.
        "key" => key: Option<String>,
        /// The value.
        "value" => value: Option<String>,
    }
}
