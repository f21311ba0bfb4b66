//! Query parameters: reading those an endpoint knows, and counting those it does not.

use chrono::{DateTime, Utc};

use crate::problem::Problem;
use crate::time;

/// The most IDs that a parameter takes.
const MAX_IDS: usize = 50;

/// A request's query. Parameters that the endpoint never reads are unknown to it.
#[derive(Debug)]
pub(crate) struct Query {
    parameters: Vec<(String, String, bool)>,
}

impl Query {
    pub(crate) fn parse(query: &str) -> Self {
        let parameters = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned(), false))
            .collect();
        Self { parameters }
    }

    /// The value of a parameter; names are compared without case, and an empty value is none.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let mut found = None;
        for (parameter, value, known) in &mut self.parameters {
            if parameter.eq_ignore_ascii_case(name) {
                *known = true;
                if !value.is_empty() {
                    found = Some(value.clone());
                }
            }
        }
        found
    }

    /// Returns whether any of the parameters has a value.
    pub(crate) fn has_any(&mut self, names: &[&str]) -> bool {
        names.iter().any(|name| self.text(name).is_some())
    }

    pub(crate) fn id(&mut self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.trim().parse() {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(Problem::field(name, format!("The value '{text}' is not valid."))),
        }
    }

    pub(crate) fn ids(&mut self, name: &str) -> Result<Option<Vec<i64>>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let ids: Result<Vec<i64>, _> = text.split(',').map(|id| id.trim().parse()).collect();
        match ids {
            Ok(ids) if ids.len() <= MAX_IDS => Ok(Some(ids)),
            Ok(_) => Err(Problem::field(name, format!("No more than {MAX_IDS} IDs may be given."))),
            Err(_) => Err(Problem::field(name, format!("The value '{text}' is not valid."))),
        }
    }

    pub(crate) fn time(&mut self, name: &str) -> Result<Option<DateTime<Utc>>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        // A bare `+` of an offset arrives as a space.
        match time::parse(&text.replace(' ', "+")) {
            Some(time) => Ok(Some(time)),
            None => Err(Problem::field(name, format!("The value '{text}' is not valid."))),
        }
    }

    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        match self.text(name).map(|text| text.to_ascii_lowercase()).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(text) => Err(Problem::field(name, format!("The value '{text}' is not valid."))),
        }
    }

    pub(crate) fn count(&mut self, name: &str, default: usize) -> Result<usize, Problem> {
        match self.id(name)? {
            None => Ok(default),
            Some(number) => match usize::try_from(number) {
                Ok(count) if count > 0 => Ok(count),
                _ => Err(Problem::field(name, "The value must be greater than 0.")),
            },
        }
    }

    /// The parameters that nothing has asked for.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().filter(|(_, _, known)| !known).map(|(name, _, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_nobody_asked_for_is_unknown() {
        let mut query = Query::parse("page=2&modifiedSince=2020-01-01");
        assert_eq!(query.id("page").unwrap(), Some(2));
        assert_eq!(query.unknown().collect::<Vec<_>>(), ["modifiedSince"]);
    }

    #[test]
    fn more_than_fifty_ids_are_refused() {
        let ids = |count: usize| vec!["1"; count].join(",");
        assert!(Query::parse(&format!("ids={}", ids(50))).ids("ids").is_ok());
        assert!(Query::parse(&format!("ids={}", ids(51))).ids("ids").is_err());
    }

    #[test]
    fn parameter_names_are_read_without_case() {
        assert_eq!(Query::parse("PageSize=7").count("pageSize", 50).unwrap(), 7);
    }
}
