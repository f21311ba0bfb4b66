//! Values of the connection, read together, and those that are more than text.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::copy::UNFINISHED_COPY;
use crate::{Change, Store, StoreError};

/// Values of a connection that were read together.
pub(crate) struct Values {
    by_key: HashMap<String, String>,
}

impl Values {
    /// Reads the values under these keys.
    pub(crate) async fn read(
        store: &dyn Store,
        connection: &str,
        keys: &[impl AsRef<str>],
    ) -> Result<Self, StoreError> {
        let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
        Ok(Values { by_key: store.values(connection, &keys).await?.into_iter().collect() })
    }

    /// A value as text. Keys that were not asked for have none.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.by_key.get(key).map(String::as_str)
    }

    /// Returns `true` if there is a value under a key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.by_key.contains_key(key)
    }

    /// A value that is JSON.
    pub(crate) fn json<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let Some(text) = self.text(key) else { return Ok(None) };
        serde_json::from_str(text).map(Some).map_err(|_| damaged(key, text))
    }

    /// A value that is a time.
    pub(crate) fn time(&self, key: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Some(text) = self.text(key) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| damaged(key, text))
    }
}

/// The change that writes a value as JSON.
pub(crate) fn set_json<T: Serialize>(key: &str, value: &T) -> Change {
    // Plain data: writing it cannot fail.
    Change::SetValue { key: key.to_owned(), value: serde_json::to_string(value).unwrap_or_default() }
}

/// The change that writes a value as a time.
pub(crate) fn set_time(key: impl Into<String>, time: DateTime<Utc>) -> Change {
    Change::SetValue { key: key.into(), value: time.to_rfc3339() }
}

/// Fails with [`StoreError::Refused`] if the store has only a part of the connection, from a copy that was not completed.
pub(super) async fn refuse_partial_copy(store: &dyn Store, connection: &str) -> Result<(), StoreError> {
    match store.value(connection, UNFINISHED_COPY).await? {
        None => Ok(()),
        Some(_) => Err(StoreError::Refused(format!(
            "the store has only a part of connection {connection:?}, from a copy that was not completed: copy the connection again, or use the \
             store that it is copied from"
        ))),
    }
}

fn damaged(key: &str, text: &str) -> StoreError {
    StoreError::Damaged(format!("the value {key:?} in the store is {text:?}"))
}
