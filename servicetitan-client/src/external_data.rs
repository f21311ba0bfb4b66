//! External data: keys and values that apps attach to records, each app under its own GUID.

use crate::declare::{filter, request};
use crate::model::{model, open_enum};

model! {
    /// A key with a value that an app attached to a record.
    pub struct ExternalData {
        /// Key under which the app stored the value.
        "key" => key: Option<String>,
        /// Value that the app stored under the key.
        "value" => value: Option<String>,
    }
}

open_enum! {
    /// Treatment of the data that the app attached earlier.
    pub enum ExternalDataPatchMode {
        /// The earlier data is replaced by the data in the request.
        Replace,
        /// The earlier data stays, except for the keys in the request.
        Merge,
    }
}

filter! {
    /// App whose external data is returned with a record.
    pub struct ExternalDataFilter {
        /// GUID of the app whose external data is returned.
        "externalDataApplicationGuid" => application_guid: String,
    }
}

request! {
    /// Data that an app attaches to a new record.
    pub struct NewExternalData {
        must {
            /// GUID of the app that owns the data.
            "applicationGuid" => application_guid: String,
            /// Keys and values.
            "externalData" => external_data: Vec<ExternalDataItem>,
        }
    }

    /// A key and its new value.
    pub struct ExternalDataItem {
        must {
            /// Key under which the value is stored.
            "key" => key: String,
            /// Value to store.
            "value" => value: String,
        }
    }

    /// Changes to the data that an app attached to a record.
    pub struct ExternalDataUpdate {
        must {
            /// GUID of the app that owns the data.
            "applicationGuid" => application_guid: String,
            /// Keys and values.
            "externalData" => external_data: Vec<ExternalDataChange>,
        }
        may_clear {
            /// Treatment of the data that the app attached earlier: replace or merge.
            "patchMode" => patch_mode: ExternalDataPatchMode,
        }
    }

    /// A key and its new value, or its removal.
    pub struct ExternalDataChange {
        must {
            /// Key under which the value is stored.
            "key" => key: String,
        }
        may_clear {
            /// Value to store.
            "value" => value: String,
        }
    }
}
