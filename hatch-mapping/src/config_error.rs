//! The reasons for refusing a configuration.

use thiserror::Error;

use crate::path::DetailPath;
use crate::selection::{OpportunityModel, SelectableObject};

/// The reason why a mapper cannot be built, or why an audience rule does not fit a mapper's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An object needs another one.
    #[error("`{object}` can be selected only together with `{missing}`")]
    Missing {
        /// The object.
        object: SelectableObject,
        /// The object that it needs.
        missing: SelectableObject,
    },
    /// An object that the model's opportunities do not have.
    #[error("a {model} opportunity has no `{object}`")]
    NotOfModel {
        /// The object.
        object: SelectableObject,
        /// The model.
        model: OpportunityModel,
    },
    /// Hatch takes no opportunity without a source.
    #[error(
        "the source is empty: name one of the sources configured in Hatch, such as `custom:servicetitan`"
    )]
    NoSource,
    /// A path that no selection of objects can produce: see [`catalogue`](crate::catalogue()). A field that ServiceTitan added after this version of
    /// the library needs [`allow_unlisted_paths`](crate::MapperConfig::allow_unlisted_paths).
    #[error("no {model} opportunity has the detail `{path}`{}", similar(.nearest))]
    UnknownDetail {
        /// The model.
        model: OpportunityModel,
        /// The path.
        path: DetailPath,
        /// The most similar paths that there are, the most similar first, with `#` for the place in a list. May be empty.
        nearest: Vec<String>,
    },
    /// A path to an object that is not selected.
    #[error("the detail `{path}` needs {} to be selected", quoted(.missing))]
    DetailNotSelected {
        /// The path.
        path: DetailPath,
        /// The objects that have to be selected for it and are not, the outermost first.
        missing: Vec<SelectableObject>,
    },
    /// A rule about the items of a list, with a path to something else.
    #[error("the detail `{path}` is not a list of objects")]
    NotAList {
        /// The path.
        path: DetailPath,
    },
}

fn similar(nearest: &[String]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!(". Did you mean {}?", enumerate_names(nearest, "or"))
    }
}

fn quoted(objects: &[SelectableObject]) -> String {
    enumerate_names(objects, "and")
}

/// Lists names in quotes, as a person would.
fn enumerate_names(names: &[impl ToString], last: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.to_string())).collect();
    match names.split_last() {
        Some((name, rest)) if !rest.is_empty() => format!("{} {last} {name}", rest.join(", ")),
        _ => names.concat(),
    }
}
