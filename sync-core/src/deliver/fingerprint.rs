//! Fingerprints of opportunities and of their contacts.

use hatch_mapping::contact_matching::{email_key, phone_key};
use hatch_mapping::{MAPPING_VERSION, Opportunity};

/// The fingerprint of an opportunity: the same only for the same body, sink and mapping version.
pub(super) fn fingerprint(opportunity: &Opportunity, identity: &str) -> String {
    let _span = tracing::trace_span!("serialise").entered();
    let mut hasher = blake3::Hasher::new();
    hasher.update(&MAPPING_VERSION.to_le_bytes());
    hasher.update(identity.as_bytes());
    hasher.update(&[0]);
    // Plain data: writing it cannot fail.
    hasher.update(&serde_json::to_vec(opportunity).unwrap_or_default());
    hasher.finalize().to_hex().to_string()
}

/// The keys by which Hatch matches a contact: the same number in another notation is the same key.
pub(super) fn contact_keys(opportunity: &Opportunity) -> Vec<String> {
    let phone = opportunity.phone_number.as_deref().and_then(phone_key).map(|key| format!("phone {key}"));
    let email = opportunity.email.as_deref().and_then(email_key).map(|key| format!("email {key}"));
    phone.into_iter().chain(email).collect()
}

/// The fingerprint of the contact that an opportunity goes to.
pub(super) fn contact_fingerprint(opportunity: &Opportunity) -> String {
    blake3::hash(contact_keys(opportunity).join("\n").as_bytes()).to_hex().to_string()
}
