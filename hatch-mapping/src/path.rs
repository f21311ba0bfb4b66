//! Where in the details a value is.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use thiserror::Error;

/// A path into an opportunity's details: names, and numbers from 1 for the items of lists, separated by colons, such as
/// `customer:contacts:1:value`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DetailPath(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Step {
    Name(String),
    Item(usize),
}

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("part {part} of the path {path:?} is {problem}")]
pub struct PathError {
    path: String,
    part: usize,
    problem: &'static str,
}

impl DetailPath {
    /// The value at the path, if the details have one.
    pub(crate) fn read<'a>(&self, details: &'a Map<String, Value>) -> Option<&'a Value> {
        let mut steps = self.0.iter();
        let Some(Step::Name(name)) = steps.next() else { return None };
        let mut value = details.get(name)?;
        for step in steps {
            value = match step {
                Step::Name(name) => value.get(name)?,
                Step::Item(number) => value.get(number.checked_sub(1)?)?,
            };
        }
        Some(value)
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

    /// The path without its last part.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last()?;
        Some(DetailPath(parent.to_vec()))
    }

    /// The last name in the path: of an item, that of its list.
    pub(crate) fn last_name(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Name(name) => Some(name.as_str()),
            Step::Item(_) => None,
        })
    }

    fn with(&self, step: Step) -> Self {
        DetailPath(self.0.iter().cloned().chain([step]).collect())
    }
}

impl FromStr for DetailPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut steps = Vec::new();
        for (index, part) in text.split(':').enumerate() {
            let refused = |problem| PathError { path: text.to_owned(), part: index + 1, problem };
            steps.push(match part.parse::<usize>() {
                Ok(_) if index == 0 => return Err(refused("a number, where a name must begin the path")),
                Ok(0) => return Err(refused("0, and lists are counted from 1")),
                // `+1` and `01` are numbers to Rust, and would not be printed as they came.
                Ok(number) if number.to_string() == part => Step::Item(number),
                _ if part.is_empty() => return Err(refused("empty")),
                _ => Step::Name(part.to_owned()),
            });
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
            match step {
                Step::Name(name) => formatter.write_str(name)?,
                Step::Item(number) => write!(formatter, "{number}")?,
            }
        }
        Ok(())
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
        for (text, part) in [("", 1), ("1:id", 1), ("appointments::id", 2), ("appointments:0", 2)] {
            let error = text.parse::<DetailPath>().unwrap_err();
            assert_eq!(error.part, part, "{error}");
        }
    }

    proptest! {
        #[test]
        fn a_path_that_parses_prints_itself_unchanged(text in "[a-z0-9:+_ ]{0,20}") {
            if let Ok(path) = text.parse::<DetailPath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}
