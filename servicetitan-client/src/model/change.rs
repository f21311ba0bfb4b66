//! The effect of an update on one field.

/// The effect of an update on a field that may be empty. `update.memo("new")` sets it, `update.memo(Change::Clear)` empties it.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// Leaves the field as it is: it is not sent.
    #[default]
    Keep,
    /// Empties the field: `null` is sent.
    Clear,
    /// Gives the field this value.
    Set(T),
}

impl<T> Change<T> {
    /// Returns nothing for a field that stays, `None` for one that is emptied, or the value.
    #[cfg(feature = "http")]
    #[allow(dead_code, reason = "which families write depends on those that are built")]
    pub(crate) fn sent(&self) -> Option<Option<&T>> {
        match self {
            Change::Keep => None,
            Change::Clear => Some(None),
            Change::Set(value) => Some(Some(value)),
        }
    }
}

impl<T> From<T> for Change<T> {
    fn from(value: T) -> Self {
        Change::Set(value)
    }
}

impl From<&str> for Change<String> {
    fn from(value: &str) -> Self {
        Change::Set(value.to_owned())
    }
}

/// The value may be a customer's: it stays out of logs.
impl<T> std::fmt::Debug for Change<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Change::Keep => "Keep",
            Change::Clear => "Clear",
            Change::Set(_) => "Set(…)",
        })
    }
}
