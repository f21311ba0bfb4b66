//! Fingerprints of bodies.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The fingerprint of a body that was sent to Hatch: the same for the same JSON, whatever the order of its members.
pub fn body_fingerprint(body: &Value) -> u64 {
    // Members are sorted by name, so that the same JSON is the same text.
    let digest = Sha256::digest(body.to_string().as_bytes());
    digest.iter().take(8).fold(0, |fingerprint, byte| fingerprint << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_members_does_not_matter_and_a_value_does() {
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let fingerprint = body_fingerprint(&json!({ "a": 1, "b": [2] }));
        assert_eq!(body_fingerprint(&parse(r#"{ "b": [2], "a": 1 }"#)), fingerprint);
        assert_ne!(body_fingerprint(&json!({ "a": 1, "b": [3] })), fingerprint);
    }
}
