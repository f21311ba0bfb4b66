//! Values of the connection that are more than text.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::copy::UNFINISHED_COPY;
use crate::{Change, Store, StoreError};

/// Reads a value that is JSON.
pub(crate) async fn read_json<T: DeserializeOwned>(
    store: &dyn Store,
    connection: &str,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let Some(text) = store.value(connection, key).await? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| damaged(key, &text))
}

/// Reads a value that is a time.
pub(crate) async fn read_time(
    store: &dyn Store,
    connection: &str,
    key: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let Some(text) = store.value(connection, key).await? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| damaged(key, &text))
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
