//! Whether a delivery comes from ServiceTitan.

use std::fmt;

use ::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::{WebhookError, WebhookEvent};

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-servicetitan-signature";

/// Some senders name the algorithm before the digits.
const PREFIX: &str = "sha256=";
/// ServiceTitan's own bounds, in characters.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 32..=64;
/// A record with all its fields is some kilobytes.
const LARGEST_BODY: usize = 1 << 20;
/// The bytes of an HMAC-SHA256.
const SIGNATURE_LENGTH: usize = 32;

/// Checks that ServiceTitan sent a delivery, and reads it.
///
/// The signature is an HMAC-SHA256 over the body's very bytes: a body that went through a JSON parser and back no longer fits. It is compared in
/// constant time.
#[derive(Clone)]
pub struct WebhookVerifier {
    keys: Vec<SecretString>,
    largest_body: usize,
}

impl WebhookVerifier {
    /// A verifier for the key that was entered in the developer portal.
    ///
    /// # Errors
    /// [`WebhookError::Key`] if the portal would not take it: it has 32 to 64 characters, and no white space around them.
    pub fn new(key: impl Into<SecretString>) -> Result<WebhookVerifier, WebhookError> {
        WebhookVerifier { keys: Vec::new(), largest_body: LARGEST_BODY }.and_key(key)
    }

    /// Takes deliveries that are signed with this key as well. While a key is replaced, both are in use.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn and_key(mut self, key: impl Into<SecretString>) -> Result<WebhookVerifier, WebhookError> {
        let key = key.into();
        let text = key.expose_secret();
        if text.trim() != text {
            return Err(WebhookError::Key { problem: "begins or ends with white space: remove it" });
        }
        if !KEY_LENGTHS.contains(&text.chars().count()) {
            return Err(WebhookError::Key { problem: "has fewer than 32 or more than 64 characters" });
        }
        self.keys.push(key);
        Ok(self)
    }

    /// The largest body that is read, in bytes; 1 MiB by default. The host's server should hold to it while it receives.
    #[must_use]
    pub fn largest_body(mut self, bytes: usize) -> WebhookVerifier {
        self.largest_body = bytes;
        self
    }

    /// Checks a delivery and reads it.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and [`WebhookError::NotAnEvent`] if what was signed is no CloudEvent.
    pub fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<WebhookEvent, WebhookError> {
        self.verify(headers, body)?;
        WebhookEvent::parse(body)
    }

    /// Checks a delivery's size and signature.
    ///
    /// # Errors
    /// [`WebhookError::TooLarge`], [`WebhookError::NotSigned`] and [`WebhookError::WrongSignature`].
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
        if body.len() > self.largest_body {
            return Err(WebhookError::TooLarge { largest: self.largest_body });
        }
        let signature = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
        let signature = signature.and_then(bytes_of).ok_or(WebhookError::NotSigned)?;
        let made = |key| mac(key, body).is_some_and(|mac| mac.verify_slice(&signature).is_ok());
        let signed = self.keys.iter().any(made);
        if signed { Ok(()) } else { Err(WebhookError::WrongSignature) }
    }

    /// The signature that ServiceTitan gives this body under the first key; for tests of a host.
    pub fn sign(&self, body: &[u8]) -> String {
        let signature =
            self.keys.first().and_then(|key| mac(key, body)).map(|mac| mac.finalize().into_bytes());
        signature.map_or_else(String::new, |bytes| base16ct::lower::encode_string(&bytes))
    }
}

impl fmt::Debug for WebhookVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WebhookVerifier").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

/// The signature's bytes, from hexadecimal digits of either case.
fn bytes_of(text: &str) -> Option<[u8; SIGNATURE_LENGTH]> {
    let text = text.trim();
    let prefixed = text.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
    let digits = if prefixed { &text[PREFIX.len()..] } else { text };
    let mut bytes = [0; SIGNATURE_LENGTH];
    let decoded = base16ct::mixed::decode(digits, &mut bytes).ok()?.len();
    (decoded == SIGNATURE_LENGTH).then_some(bytes)
}

fn mac(key: &SecretString, body: &[u8]) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length, so there always is one.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).ok()?;
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const BODY: &[u8] = br#"{"specversion":"1.0","type":"t","userassignedid":"1","data":{}}"#;

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
        headers
    }

    /// The example of RFC 4231, test case 2, cannot be used: its key is too short. This one was made with OpenSSL.
    #[test]
    fn a_signature_is_the_hmac_sha256_of_the_body_in_hexadecimal_digits() {
        let verifier = WebhookVerifier::new(KEY).unwrap();
        assert_eq!(
            verifier.sign(b"hello"),
            "db68b47b63c2397eac785025b1c9c2103ae06c28998234a783b3eb6453d1ad70"
        );
    }

    #[test]
    fn a_signature_may_be_in_capitals_and_may_name_its_algorithm() {
        let verifier = WebhookVerifier::new(KEY).unwrap();
        let signature = verifier.sign(BODY);
        for form in [
            signature.clone(),
            signature.to_uppercase(),
            format!("sha256={signature}"),
            format!("SHA256={} ", signature.to_uppercase()),
        ] {
            assert_eq!(verifier.verify(&headers(&form), BODY), Ok(()), "{form}");
        }
    }

    #[test]
    fn a_changed_body_a_changed_signature_and_another_key_are_refused() {
        let verifier = WebhookVerifier::new(KEY).unwrap();
        let signature = verifier.sign(BODY);
        assert_eq!(verifier.verify(&headers(&signature), b"{}"), Err(WebhookError::WrongSignature));
        let other = WebhookVerifier::new("x".repeat(32)).unwrap();
        assert_eq!(other.verify(&headers(&signature), BODY), Err(WebhookError::WrongSignature));
        for digit in 0..64 {
            let mut changed = signature.clone().into_bytes();
            changed[digit] = if changed[digit] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(verifier.verify(&headers(&changed), BODY), Err(WebhookError::WrongSignature));
        }
    }

    #[test]
    fn a_delivery_without_a_signature_of_the_right_length_is_not_signed() {
        let verifier = WebhookVerifier::new(KEY).unwrap();
        assert_eq!(verifier.verify(&HeaderMap::new(), BODY), Err(WebhookError::NotSigned));
        let signature = verifier.sign(BODY);
        for form in
            ["", "sha256=", &signature[..62], &format!("{signature}00"), &format!("xx{}", &signature[2..])]
        {
            assert_eq!(verifier.verify(&headers(form), BODY), Err(WebhookError::NotSigned), "{form}");
        }
    }

    #[test]
    fn both_keys_count_while_one_takes_the_place_of_the_other() {
        let new = "y".repeat(64);
        let verifier = WebhookVerifier::new(KEY).unwrap().and_key(new.clone()).unwrap();
        for key in [KEY.to_owned(), new] {
            let signature = WebhookVerifier::new(key).unwrap().sign(BODY);
            assert_eq!(verifier.verify(&headers(&signature), BODY), Ok(()));
        }
    }

    #[test]
    fn a_body_above_the_bound_is_refused_whatever_its_signature() {
        let verifier = WebhookVerifier::new(KEY).unwrap().largest_body(BODY.len() - 1);
        let refused = verifier.receive(&headers(&verifier.sign(BODY)), BODY).unwrap_err();
        assert_eq!(refused.status(), 413);
    }

    #[test]
    fn a_key_that_the_portal_would_not_take_is_refused_and_not_repeated() {
        for key in ["k".repeat(31), "k".repeat(65), format!("{} ", "k".repeat(40)), String::new()] {
            let error = WebhookVerifier::new(key).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("kkk"), "{error}");
        }
        assert!(WebhookVerifier::new("ä".repeat(32)).is_ok());
        assert!(WebhookVerifier::new("k".repeat(64)).is_ok());
        assert!(!format!("{:?}", WebhookVerifier::new(KEY).unwrap()).contains(KEY));
    }
}
