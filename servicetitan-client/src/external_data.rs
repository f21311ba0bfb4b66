//! External data: what apps attach to records, each under its own GUID.

use crate::declare::*;

model! {
    /// A key and a value that an app attached to a record.
    pub struct ExternalData {
        /// The key.
        "key" => key: Option<String>,
        /// The value.
        "value" => value: Option<String>,
    }
}

open_enum! {
    /// What becomes of the data that an app attached before, with room for values to come.
    pub enum ExternalDataPatchMode {
        /// It goes: what is written is all there will be.
        Replace,
        /// It stays, but for the keys that are written.
        Merge,
    }
}

filter! {
    /// Which external data comes along with a record.
    pub struct ExternalDataFilter {
        /// The app whose data comes along, by its GUID.
        "externalDataApplicationGuid" => application_guid: String,
    }
}

request! {
    /// What an app attaches to a new record.
    pub struct NewExternalData {
        must {
            /// The app whose data it is, by its GUID.
            "applicationGuid" => application_guid: String,
            /// The keys and values.
            "externalData" => external_data: Vec<ExternalDataItem>,
        }
    }

    /// A key and the value that it gets.
    pub struct ExternalDataItem {
        must {
            /// The key.
            "key" => key: String,
            /// The value.
            "value" => value: String,
        }
    }

    /// What changes of the data that an app attached to a record.
    pub struct ExternalDataUpdate {
        must {
            /// The app whose data it is, by its GUID.
            "applicationGuid" => application_guid: String,
            /// The keys and values.
            "externalData" => external_data: Vec<ExternalDataChange>,
        }
        may_clear {
            /// Whether it replaces what the app attached or is merged with it.
            "patchMode" => patch_mode: ExternalDataPatchMode,
        }
    }

    /// A key and the value that it gets, or loses.
    pub struct ExternalDataChange {
        must {
            /// The key.
            "key" => key: String,
        }
        may_clear {
            /// The value.
            "value" => value: String,
        }
    }
}
