//! The IDs of one request of a lookup.

/// The part of a lookup's IDs that one request asks for.
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
            [canary] if asked.len() % 2 == 0 => asked.insert(asked.len() - 1, *canary),
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
