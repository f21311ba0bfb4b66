//! The query of a request, as ServiceTitan reads it.

use std::fmt::Display;

use chrono::{DateTime, SecondsFormat, Utc};

/// Which records a list returns where it distinguishes active from inactive ones. ServiceTitan's own default is
/// [`ActiveFilter::Active`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActiveFilter {
    /// Records in use.
    Active,
    /// Records that were deactivated or deleted.
    Inactive,
    /// All of them.
    Any,
}

impl Display for ActiveFilter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            ActiveFilter::Active => "True",
            ActiveFilter::Inactive => "False",
            ActiveFilter::Any => "Any",
        })
    }
}

/// Query parameters in the order in which they were set; what is `None` is left out.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// A number, a boolean, a text, an ID.
    pub(crate) fn set(mut self, name: &str, value: Option<impl ToString>) -> Query {
        if let Some(value) = value {
            self.put(name, value.to_string());
        }
        self
    }

    /// A point in time.
    pub(crate) fn time(mut self, name: &str, value: Option<DateTime<Utc>>) -> Query {
        if let Some(value) = value {
            self.put(name, value.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
        self
    }

    /// Several values in one parameter, separated by commas; an empty list is left out.
    #[allow(dead_code, reason = "which filters have lists depends on the families that are built")]
    pub(crate) fn values(mut self, name: &str, values: &[impl ToString]) -> Query {
        if !values.is_empty() {
            let text: Vec<String> = values.iter().map(ToString::to_string).collect();
            self.put(name, text.join(","));
        }
        self
    }

    /// Sets a parameter, in place of a former value.
    pub(crate) fn put(&mut self, name: &str, value: String) {
        match self.0.iter_mut().find(|(present, _)| present == name) {
            Some(slot) => slot.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}
