//! The check of a configuration's paths against the shape of details.

use super::nearest::nearest_paths;
use super::scope::Scope;
use crate::config_error::ConfigError;
use crate::path::DetailPath;
use crate::selection::{ObjectSelection, OpportunityModel};

/// A check of paths against the details that a configuration's opportunities can have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathChecker<'a> {
    model: OpportunityModel,
    selection: &'a ObjectSelection,
    allow_unlisted: bool,
}

impl<'a> PathChecker<'a> {
    pub(crate) fn new(model: OpportunityModel, selection: &'a ObjectSelection, allow_unlisted: bool) -> Self {
        PathChecker { model, selection, allow_unlisted }
    }

    /// Returns the place that a path leads to; `None` for a path that is not listed, where such paths are allowed.
    ///
    /// # Errors
    ///
    /// [`ConfigError::UnknownDetail`] with the nearest names for a path that no selection can produce, [`ConfigError::DetailNotSelected`] for one
    /// that this selection does not.
    pub(crate) fn check(&self, path: &DetailPath) -> Result<Option<Scope>, ConfigError> {
        let mut missing = Vec::new();
        let found = Scope::root(self.model).follow(path.steps(), |join, _| {
            missing.extend(
                join.object.filter(|object| !self.selection.contains(*object) && !missing.contains(object)),
            );
        });
        if !missing.is_empty() && (found.is_ok() || self.allow_unlisted) {
            return Err(ConfigError::DetailNotSelected { path: path.clone(), missing });
        }
        match found {
            Ok(scope) => Ok(Some(scope)),
            Err(_) if self.allow_unlisted => Ok(None),
            Err(_) => Err(ConfigError::UnknownDetail {
                model: self.model,
                path: path.clone(),
                nearest: nearest_paths(path, self.model),
            }),
        }
    }

    /// Checks a path to a list of objects.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check), and [`ConfigError::NotAList`].
    pub(crate) fn check_list(&self, path: &DetailPath) -> Result<(), ConfigError> {
        match self.check(path)? {
            Some(scope) if scope.items().is_none() => Err(ConfigError::NotAList { path: path.clone() }),
            _ => Ok(()),
        }
    }
}
