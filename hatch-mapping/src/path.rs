//! Paths into the details of an opportunity.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use thiserror::Error;

/// A path into an opportunity's details: names, and numbers from 1 for the items of lists, separated by colons, such as
/// `customer:contacts:1:value`.
///
/// A name that would be read otherwise (it has a colon, is empty, begins with a quote or is a number) is written as a JSON string:
/// `customer:"a:b"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DetailPath(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Name(String),
    Item(usize),
}

/// The reason why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("part {part} of the path {path:?} is {problem}")]
pub struct PathError {
    path: String,
    part: usize,
    problem: &'static str,
}

/// The details have no value at a path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the details have nothing at part {part} of the path {path}")]
#[non_exhaustive]
pub struct MissingDetail {
    /// The path.
    pub path: DetailPath,
    /// The first part of the path that leads nowhere, counted from 1.
    pub part: usize,
}

impl DetailPath {
    /// Returns the value at the path, or the part of the path at which the details end.
    pub(crate) fn read<'a>(&self, details: &'a Map<String, Value>) -> Result<&'a Value, MissingDetail> {
        let missing = |part| MissingDetail { path: self.clone(), part };
        let Some((Step::Name(name), steps)) = self.0.split_first() else { return Err(missing(1)) };
        let first = details.get(name).ok_or_else(|| missing(1))?;
        steps
            .iter()
            .zip(2..)
            .try_fold(first, |value, (step, part)| step.read(value).ok_or_else(|| missing(part)))
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(crate) fn root() -> Self {
        DetailPath(Vec::new())
    }

    pub(crate) fn name(&self, name: &str) -> Self {
        self.with(Step::Name(name.to_owned()))
    }

    pub(crate) fn item(&self, number: usize) -> Self {
        self.with(Step::Item(number))
    }

    /// Returns this path with another one behind it.
    pub(crate) fn join(&self, rest: &DetailPath) -> Self {
        DetailPath(self.0.iter().chain(&rest.0).cloned().collect())
    }

    /// Returns the first so many parts of the path.
    pub(crate) fn beginning(&self, parts: usize) -> Self {
        DetailPath(self.0.iter().take(parts).cloned().collect())
    }

    fn with(&self, step: Step) -> Self {
        DetailPath(self.0.iter().cloned().chain([step]).collect())
    }
}

impl Step {
    /// Returns the value under this name, or this item of the list.
    pub(crate) fn read<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Step::Name(name) => value.as_object()?.get(name),
            Step::Item(number) => value.as_array()?.get(number.checked_sub(1)?),
        }
    }

    fn parse(part: &str) -> Result<Self, &'static str> {
        if part.is_empty() {
            return Err("empty");
        }
        let step = match list_place(part) {
            Some(0) => return Err("0, and lists are counted from 1"),
            Some(number) => Step::Item(number),
            None if part.starts_with('"') => {
                let name = serde_json::from_str(part);
                Step::Name(name.map_err(|_| "in quotes, and not a JSON string")?)
            }
            None => Step::Name(part.to_owned()),
        };
        // Each path has one spelling, so that it prints as it came.
        if step.to_string() == part { Ok(step) } else { Err("in quotes that it does not need") }
    }
}

/// Reads a place in a list. `+1` and `01` are numbers to Rust, and names in a path.
fn list_place(part: &str) -> Option<usize> {
    part.parse().ok().filter(|number: &usize| number.to_string() == part)
}

/// Returns the length of a path's first part, which ends before the first colon outside quotes.
fn first_part_length(path: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    let ends = |(_, character): &(usize, char)| {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if quoted || path.starts_with('"') => quoted = !quoted,
            ':' => return !quoted,
            _ => {}
        }
        false
    };
    path.char_indices().find(ends).map_or(path.len(), |(at, _)| at)
}

impl FromStr for DetailPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut steps = Vec::new();
        let mut rest = Some(text);
        while let Some(path) = rest {
            let (part, after) = path.split_at(first_part_length(path));
            let refused = |problem| PathError { path: text.to_owned(), part: steps.len() + 1, problem };
            let step = Step::parse(part).map_err(refused)?;
            if steps.is_empty() && matches!(step, Step::Item(_)) {
                return Err(refused("a number, where a name must begin the path"));
            }
            steps.push(step);
            rest = after.strip_prefix(':');
        }
        Ok(DetailPath(steps))
    }
}

impl fmt::Display for DetailPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(":")?;
            }
            fmt::Display::fmt(step, formatter)?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Item(number) => fmt::Display::fmt(number, formatter),
            Step::Name(name)
                if name.is_empty()
                    || name.contains(':')
                    || name.starts_with('"')
                    || list_place(name).is_some() =>
            {
                fmt::Display::fmt(&Value::from(name.as_str()), formatter)
            }
            Step::Name(name) => formatter.write_str(name),
        }
    }
}

impl Serialize for DetailPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DetailPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_that_is_none_says_which_part_failed() {
        for (text, part) in [
            ("", 1),
            ("1:id", 1),
            ("appointments::id", 2),
            ("appointments:0", 2),
            ("customer:name:", 3),
            ("tags:\"1", 2),
            ("tags:\"name\"", 2),
            ("tags:\"a:b\"c:1", 2),
        ] {
            let error = text.parse::<DetailPath>().unwrap_err();
            assert_eq!(error.part, part, "{error}");
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_says_at_which_part() {
        let details = serde_json::json!({"customer": {"contacts": [{"value": "x"}], "name": "y"}});
        for (text, part) in [
            ("client:name", 1),
            ("customer:contakts:1:value", 2),
            ("customer:contacts:2:value", 3),
            ("customer:contacts:1:memo", 4),
            ("customer:1:contacts", 2),
            ("customer:contacts:value", 3),
            ("customer:name:first", 3),
        ] {
            let path: DetailPath = text.parse().unwrap();
            assert_eq!(path.read(details.as_object().unwrap()).unwrap_err(), MissingDetail { path, part });
        }
    }

    /// Names that are hard on a path beside ordinary ones.
    fn names() -> impl Strategy<Value = String> {
        prop_oneof!["[a-z]{1,4}", "[0-9:\"\\\\ +]{0,4}", any::<String>()]
    }

    proptest! {
        #[test]
        fn a_path_that_parses_prints_itself_unchanged(text in "[a-z0-9:+_ \"\\\\]{0,20}") {
            if let Ok(path) = text.parse::<DetailPath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }

        #[test]
        fn a_path_of_any_names_and_numbers_parses_from_what_it_prints(
            first in names(), steps in prop::collection::vec(prop_oneof![
                names().prop_map(Step::Name), (1..usize::MAX).prop_map(Step::Item)
            ], 0..5)
        ) {
            let path = DetailPath([Step::Name(first)].into_iter().chain(steps).collect());
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}
