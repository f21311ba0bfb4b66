//! Questions of lookups: the IDs that are asked for in one request, and the outcome.

use crate::{Resource, SourceError};

/// The most IDs that ServiceTitan takes in one request.
pub(super) const CHUNK: usize = 50;

/// A question about a chunk of IDs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Question {
    /// The records with these IDs.
    Records(Resource),
    /// The children of these parents.
    Children { children: Resource, parent: Resource },
}

impl Question {
    pub(super) fn resource(self) -> Resource {
        match self {
            Question::Records(resource) => resource,
            Question::Children { children, .. } => children,
        }
    }

    /// Whether a request is about many owners, so that it carries canaries.
    pub(super) fn takes_canaries(self) -> bool {
        matches!(self, Question::Children { children, .. } if children.is_looked_up_by_many_parents())
    }
}

/// The outcome of the question about a chunk of IDs.
#[derive(Default)]
pub(super) struct Chunk {
    pub(super) warnings: Vec<String>,
    /// Whether any request was answered.
    pub(super) answered: bool,
    /// The IDs that were refused each by itself, with the refusal.
    pub(super) refused: Vec<(i64, SourceError)>,
    /// The refusal of the resource itself.
    pub(super) denied: Option<SourceError>,
    /// Whether an answer left some of the asked IDs out.
    pub(super) left_out: bool,
    /// The most IDs in a request whose canaries came.
    pub(super) believed_at: usize,
    /// Number of owners that were asked about one by one for want of a canary.
    pub(super) sampled: usize,
}

impl Chunk {
    pub(super) fn add(&mut self, other: Chunk) {
        self.warnings.extend(other.warnings);
        self.answered |= other.answered;
        self.refused.extend(other.refused);
        self.denied = other.denied.or(self.denied.take());
        // What other requests can be asked for says nothing of those that left some out.
        if other.left_out {
            let both = self.left_out.then_some(self.believed_at);
            self.believed_at = both.unwrap_or(usize::MAX).min(other.believed_at);
            self.left_out = true;
        }
        self.sampled += other.sampled;
    }
}

/// A part of the IDs that a lookup asks for in one request.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub(super) ids: Vec<i64>,
    /// Owners whose children are known. A request about one owner carries none.
    pub(super) canaries: Vec<i64>,
    /// Whether a request for many left the only ID out.
    pub(super) was_left_out: bool,
}

impl Part {
    pub(super) fn single(id: i64) -> Self {
        Part { ids: vec![id], ..Part::default() }
    }

    /// The IDs in the order in which they are asked for.
    pub(super) fn asked(&self) -> Vec<i64> {
        let mut asked = self.ids.clone();
        match self.canaries.as_slice() {
            _ if self.ids.len() == 1 => {}
            // A single canary stands in the second place, the fourth, …: where every second one is left out.
            [canary] if asked.len().is_multiple_of(2) => asked.insert(asked.len() - 1, *canary),
            canaries => asked.extend(canaries),
        }
        asked
    }

    /// The two halves, each with the canaries.
    pub(super) fn halves(&self) -> [Part; 2] {
        let (first, second) = self.ids.split_at(self.ids.len() / 2);
        [second, first].map(|ids| Part {
            ids: ids.to_vec(),
            canaries: self.canaries.clone(),
            was_left_out: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(ids: &[i64], canaries: &[i64]) -> Part {
        Part { ids: ids.to_vec(), canaries: canaries.to_vec(), was_left_out: false }
    }

    #[test]
    fn an_endpoint_that_honours_the_first_or_every_second_id_leaves_a_canary_out() {
        for count in 2..=5 {
            let ids: Vec<i64> = (1..=count).collect();
            for canaries in [vec![100], vec![100, 101]] {
                let asked = part(&ids, &canaries).asked();
                assert_eq!(asked.len(), ids.len() + canaries.len());
                let every_second: Vec<i64> = asked.iter().copied().step_by(2).collect();
                for honoured in [&asked[..1], &every_second] {
                    assert!(canaries.iter().any(|it| !honoured.contains(it)), "{asked:?}");
                }
            }
        }
    }

    #[test]
    fn a_request_about_one_owner_carries_no_canary() {
        assert_eq!(part(&[1], &[100, 101]).asked(), [1]);
    }
}
