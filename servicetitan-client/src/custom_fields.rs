//! Custom fields: fields that a tenant defines for its records.

use chrono::{DateTime, Utc};

use crate::declare::{filter, request};
use crate::ids::CustomFieldTypeId;
use crate::model::{model, open_enum, record};

model! {
    /// A custom field of a record: one that the tenant defined, with its value.
    pub struct CustomField {
        /// ID of the custom field type.
        "typeId" => type_id: Option<i64>,
        /// Name of the custom field, as the tenant defined it.
        "name" => name: Option<String>,
        /// Value of the custom field, as text.
        "value" => value: Option<String>,
    }
}

model! {
    /// Custom field type: a field that the tenant defined for one kind of record.
    pub struct CustomFieldType {
        /// ID of the custom field type.
        "id" => id: CustomFieldTypeId,
        /// Name of the custom field.
        "name" => name: Option<String>,
        /// Data type of the field's values.
        "dataType" => data_type: Option<CustomFieldDataType>,
        /// Values to choose from; only for drop-down fields.
        "dataTypeOptions" => data_type_options: Option<Vec<String>>,
        /// Time when the custom field type was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the custom field type was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(CustomFieldType, CustomFieldTypeId, modified: modified_on);

open_enum! {
    /// Data type of a custom field's values.
    pub enum CustomFieldDataType {
        /// `Text`.
        Text,
        /// `Dropdown`.
        Dropdown,
        /// `Numeric`.
        Numeric,
    }
}

filter! {
    /// Filter for lists of custom field types.
    pub struct CustomFieldTypeFilter with created, modified, sort {}
}

request! {
    /// A custom field and its new value.
    pub struct CustomFieldValue {
        must {
            /// ID of the custom field type.
            "typeId" => type_id: i64,
            /// New value of the field.
            "value" => value: String,
        }
    }
}

request! {
    /// A custom field and its new value, which may be empty. Taken by jobs, employees and technicians.
    pub struct CustomFieldChange {
        must {
            /// ID of the custom field type.
            "typeId" => type_id: i64,
        }
        may_clear {
            /// New value of the field.
            "value" => value: String,
        }
    }
}
