//! Custom fields: what a tenant adds to records of its own accord.

use crate::declare::*;

model! {
    /// A field of the tenant's own, with its value on a record.
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
    /// A kind of custom field that records of a resource can have.
    pub struct CustomFieldType {
        /// The ID.
        "id" => id: CustomFieldTypeId,
        /// The name.
        "name" => name: Option<String>,
        /// The type of its values.
        "dataType" => data_type: Option<CustomFieldDataType>,
        /// The values to choose from, where there is a choice.
        "dataTypeOptions" => data_type_options: Option<Vec<String>>,
        /// When it was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When it was changed last.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(CustomFieldType, CustomFieldTypeId, modified: modified_on);

open_enum! {
    /// The type of a custom field's values, with room for values to come.
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
    /// Which kinds of custom fields a list gives.
    pub struct CustomFieldTypeFilter with created, modified, sort {}
}

request! {
    /// A custom field and the value that it gets.
    pub struct CustomFieldValue {
        must {
            /// The type of the field.
            "typeId" => type_id: i64,
            /// The field's value.
            "value" => value: String,
        }
    }
}

request! {
    /// A custom field and the value that it gets; on jobs, employees and technicians it can be emptied too.
    pub struct CustomFieldChange {
        must {
            /// The type of the field.
            "typeId" => type_id: i64,
        }
        may_clear {
            /// The field's value.
            "value" => value: String,
        }
    }
}
