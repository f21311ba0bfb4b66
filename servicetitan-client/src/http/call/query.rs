//! The query parameters of a request, in the form in which ServiceTitan reads them.

use std::collections::BTreeMap;
use std::fmt::Display;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::model::Decimal;

/// The choice between active and inactive records, for lists and feeds that distinguish them. ServiceTitan's own default is
/// [`ActiveFilter::Active`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActiveFilter {
    /// Records in use.
    Active,
    /// Records that were deactivated or deleted.
    Inactive,
    /// Active and inactive records.
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

/// Query parameters in the order in which they were set. A parameter without a value is left out.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Sets a parameter to a number, a boolean, a text or an ID.
    pub(crate) fn set(mut self, name: &str, value: Option<impl ToString>) -> Query {
        if let Some(value) = value {
            self.put(name, value.to_string());
        }
        self
    }

    /// Sets a parameter to a point in time.
    pub(crate) fn time(mut self, name: &str, value: Option<DateTime<Utc>>) -> Query {
        if let Some(value) = value {
            self.put(name, value.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
        self
    }

    /// Sets a parameter to several values, separated by commas. An empty list is left out.
    pub(crate) fn values(mut self, name: &str, values: &[impl ToString]) -> Query {
        if !values.is_empty() {
            let text: Vec<String> = values.iter().map(ToString::to_string).collect();
            self.put(name, text.join(","));
        }
        self
    }

    /// Adds a parameter that may occur several times.
    fn also(mut self, name: &str, value: &impl ToString) -> Query {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sets a parameter, and replaces its former value.
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

/// A list of alternatives, of which a record has one: for the few parameters that are sent once for each value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf<T>(pub Vec<T>);

/// A filter's field that can be sent as a parameter.
pub(crate) trait QueryValue {
    fn set(&self, query: Query, name: &str) -> Query;
}

impl QueryValue for Option<DateTime<Utc>> {
    fn set(&self, query: Query, name: &str) -> Query {
        query.time(name, *self)
    }
}

impl<T: ToString> QueryValue for Option<Vec<T>> {
    fn set(&self, query: Query, name: &str) -> Query {
        query.values(name, self.as_deref().unwrap_or_default())
    }
}

impl<T: ToString> QueryValue for Option<AnyOf<T>> {
    fn set(&self, query: Query, name: &str) -> Query {
        let values = self.as_ref().map_or(&[][..], |values| &values.0);
        values.iter().fold(query, |query, value| query.also(name, value))
    }
}

/// Named values, each sent as `name[key]=value`, which is how ASP.NET reads a dictionary. The schema does not state the form.
impl QueryValue for Option<BTreeMap<String, String>> {
    fn set(&self, query: Query, name: &str) -> Query {
        let pairs = self.iter().flatten();
        pairs.fold(query, |query, (key, value)| query.also(&format!("{name}[{key}]"), value))
    }
}

macro_rules! query_by_display {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::http::QueryValue for Option<$type> {
            fn set(&self, query: $crate::http::Query, name: &str) -> $crate::http::Query {
                query.set(name, self.as_ref())
            }
        }
    )+};
}
pub(crate) use query_by_display;

query_by_display!(String, bool, i32, i64, f64, Decimal, ActiveFilter);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::JobId;

    fn sent(value: &impl QueryValue) -> Vec<String> {
        let query = value.set(Query::default(), "p");
        query.pairs().iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn ids_stand_in_one_parameter_and_alternatives_in_one_each() {
        assert_eq!(sent(&Some(vec![JobId(1), JobId(2)])), ["p=1,2"]);
        assert_eq!(sent(&Some(AnyOf(vec![JobId(1), JobId(2)]))), ["p=1", "p=2"]);
    }

    #[test]
    fn what_is_not_set_and_what_is_empty_is_not_sent() {
        assert!(sent(&None::<String>).is_empty());
        assert!(sent(&None::<DateTime<Utc>>).is_empty());
        assert!(sent(&Some(Vec::<JobId>::new())).is_empty());
        assert!(sent(&Some(AnyOf(Vec::<JobId>::new()))).is_empty());
    }

    #[test]
    fn named_values_carry_their_names() {
        let colours =
            BTreeMap::from([("Colour".to_owned(), "red".to_owned()), ("Size".to_owned(), "L".to_owned())]);
        assert_eq!(sent(&Some(colours)), ["p[Colour]=red", "p[Size]=L"]);
    }

    #[test]
    fn a_time_keeps_its_fraction_and_a_flag_is_a_word() {
        let time: DateTime<Utc> = "2026-03-01T10:00:00.1234567Z".parse().unwrap();
        assert_eq!(sent(&Some(time)), ["p=2026-03-01T10:00:00.123456700Z"]);
        assert_eq!(sent(&Some(ActiveFilter::Inactive)), ["p=False"]);
        assert_eq!(sent(&Some(true)), ["p=true"]);
    }
}
