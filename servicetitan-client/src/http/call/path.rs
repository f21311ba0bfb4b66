//! The values of the placeholders in an operation's path.

use std::fmt::Display;

/// Values for the placeholders behind `{tenant}`, in the order in which the path has them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct PathValues(Vec<String>);

impl PathValues {
    /// Adds the value of the next placeholder.
    pub(crate) fn with(mut self, value: impl Display) -> PathValues {
        self.0.push(value.to_string());
        self
    }

    /// Returns the path with its placeholders filled. `None` if a value cannot be a segment: an empty one, or one of dots, would make another
    /// path, however it is encoded.
    pub(crate) fn fill(&self, template: &str, tenant: impl Display) -> Option<String> {
        let mut path = template.replace("{tenant}", &tenant.to_string());
        for value in &self.0 {
            if value.bytes().all(|byte| byte == b'.') {
                return None;
            }
            let (Some(start), Some(end)) = (path.find('{'), path.find('}')) else { break };
            path.replace_range(start..=end, &encoded(value));
        }
        Some(path)
    }
}

/// Percent-encodes everything but letters, digits and the marks that a path may have, so that a value stays within its segment.
fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => text.push(byte as char),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::PathValues;

    #[test]
    fn placeholders_are_filled_in_their_order() {
        let values = PathValues::default().with(7).with(9);
        assert_eq!(values.fill("a/{tenant}/notes/{id}/{noteId}", 1).unwrap(), "a/1/notes/7/9");
    }

    #[test]
    fn a_value_cannot_leave_its_segment() {
        let values = PathValues::default().with("../x?y#{z}").with(2);
        let path = values.fill("a/{tenant}/{taskId}/b/{id}", 1).unwrap();
        assert_eq!(path, "a/1/%2E%2E%2Fx%3Fy%23%7Bz%7D/b/2");
        for value in ["", ".", ".."] {
            assert_eq!(PathValues::default().with(value).fill("a/{tenant}/b/{taskId}", 1), None);
        }
    }
}
