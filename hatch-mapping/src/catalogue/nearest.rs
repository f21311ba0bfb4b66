//! The search for the fields that a misspelt path may have meant.

use strsim::normalized_damerau_levenshtein;

use super::listing::catalogue;
use crate::path::{DetailPath, Step};
use crate::selection::OpportunityModel;

/// The number of paths that are named at most.
const MOST: usize = 3;
/// The least similarity of a path that is named; 1 is equal.
const LEAST: f64 = 0.6;

/// Returns the paths of a model's catalogue that are most similar to a path that is not in it, the most similar first. The end of a path, such
/// as `contacts:1:value`, is similar to the paths that end so.
pub(super) fn nearest_paths(path: &DetailPath, model: OpportunityModel) -> Vec<String> {
    let wanted = pattern(path).to_lowercase();
    let mut similar: Vec<(f64, String)> = catalogue(model)
        .into_iter()
        .map(|field| (similarity(&wanted, &field.path.to_lowercase()), field.path))
        .filter(|(similarity, _)| *similarity >= LEAST)
        .collect();
    similar.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    similar.into_iter().take(MOST).map(|(_, path)| path).collect()
}

fn similarity(wanted: &str, path: &str) -> f64 {
    let whole = normalized_damerau_levenshtein(wanted, path);
    // The shorter the rest, the likelier it is that this path was meant.
    let is_end = path.strip_suffix(wanted).map(|rest| 0.95 - 0.002 * rest.len() as f64);
    is_end.unwrap_or(0.0).max(whole)
}

/// Returns the path as text, with `#` for the places in lists.
pub(super) fn pattern(path: &DetailPath) -> String {
    let parts = path.steps().iter().map(|step| match step {
        Step::Item(_) => "#".to_owned(),
        Step::Name(_) => step.to_string(),
    });
    parts.collect::<Vec<_>>().join(":")
}
