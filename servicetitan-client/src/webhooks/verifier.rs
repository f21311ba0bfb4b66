//! The proof that a delivery comes from ServiceTitan.

use std::fmt;

use ::http::{HeaderMap, HeaderName};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::signature::{SIGNATURE_HEADERS, Signature};
use super::{WebhookError, WebhookEvent};

/// The lengths of a key that the developer portal takes, in characters.
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 32..=64;
/// The default bound on a body. A record with all its fields is some kilobytes.
const LARGEST_BODY: usize = 1 << 20;
/// The signatures of one delivery that are tried. A delivery has one; more than a few are somebody's experiment.
const MOST_SIGNATURES: usize = 4;

/// Verifies that ServiceTitan sent a delivery, and reads it.
///
/// The signature is an HMAC-SHA256 over the exact bytes of the body: a body that went through a JSON parser and back no longer fits. It is compared
/// in constant time.
///
/// It is read from `x-servicetitan-signature` or `servicetitan-signature` (or from the one header that
/// [`signature_header`](Self::signature_header) names), as hexadecimal digits of either case or as Base64, with or without `sha256=` in front:
/// implementations in the field differ in all of these, and none of the forms is easier to forge.
#[derive(Clone)]
pub struct WebhookVerifier {
    keys: Vec<SecretString>,
    headers: Vec<HeaderName>,
    largest_body: usize,
}

impl WebhookVerifier {
    /// Creates a verifier for the key that was entered in the developer portal.
    ///
    /// # Errors
    /// [`WebhookError::Key`] if the portal would not take the key: it has 32 to 64 characters, and no white space around them.
    pub fn new(key: impl Into<SecretString>) -> Result<WebhookVerifier, WebhookError> {
        let headers = SIGNATURE_HEADERS.map(HeaderName::from_static).to_vec();
        WebhookVerifier { keys: Vec::new(), headers, largest_body: LARGEST_BODY }.and_key(key)
    }

    /// Accepts signatures made with this key too. While a key is replaced, both are in use.
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

    /// Reads the signature from this header only, as behind a proxy that renames it.
    ///
    /// ```
    /// use http::HeaderName;
    /// use servicetitan_client::webhooks::{WebhookError, WebhookVerifier};
    ///
    /// let verifier = WebhookVerifier::new("the-key-of-thirty-two-characters")?
    ///     .signature_header(HeaderName::from_static("x-forwarded-signature"));
    /// # let mut headers = http::HeaderMap::new();
    /// # headers.insert("x-forwarded-signature", verifier.sign(b"{}").parse().unwrap());
    /// assert_eq!(verifier.verify(&headers, b"{}"), Ok(()));
    /// # Ok::<(), WebhookError>(())
    /// ```
    #[must_use]
    pub fn signature_header(mut self, name: HeaderName) -> WebhookVerifier {
        self.headers = vec![name];
        self
    }

    /// Sets the size of the largest body that is read, in bytes; 1 MiB by default. The host's server should apply the same bound while it
    /// receives.
    #[must_use]
    pub fn largest_body(mut self, bytes: usize) -> WebhookVerifier {
        self.largest_body = bytes;
        self
    }

    /// Verifies a delivery and reads its event.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and [`WebhookError::NotAnEvent`] if the signed body is no CloudEvent.
    pub fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<WebhookEvent, WebhookError> {
        self.verify(headers, body)?;
        WebhookEvent::parse(body)
    }

    /// Verifies a delivery's size and signature. Where several headers carry signatures, one that fits is enough.
    ///
    /// # Errors
    /// [`WebhookError::TooLarge`], [`WebhookError::NotSigned`] and [`WebhookError::WrongSignature`].
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
        if body.len() > self.largest_body {
            return Err(WebhookError::TooLarge { largest: self.largest_body });
        }
        let values = self.headers.iter().flat_map(|name| headers.get_all(name));
        let signatures: Vec<Signature> =
            values.filter_map(|value| Signature::parse(value.to_str().ok()?)).take(MOST_SIGNATURES).collect();
        if signatures.is_empty() {
            return Err(WebhookError::NotSigned);
        }
        // `verify_slice` compares in constant time.
        let fits = |mac: &Hmac<Sha256>| {
            signatures.iter().any(|signature| mac.clone().verify_slice(signature.bytes()).is_ok())
        };
        let signed = self.keys.iter().filter_map(|key| mac(key, body)).any(|mac| fits(&mac));
        if signed { Ok(()) } else { Err(WebhookError::WrongSignature) }
    }

    /// Returns the signature that ServiceTitan gives this body under the first key, in hexadecimal digits; for tests of a host.
    pub fn sign(&self, body: &[u8]) -> String {
        let signature =
            self.keys.first().and_then(|key| mac(key, body)).map(|mac| mac.finalize().into_bytes());
        signature.map_or_else(String::new, |bytes| base16ct::lower::encode_string(&bytes))
    }
}

impl fmt::Debug for WebhookVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WebhookVerifier")
            .field("keys", &self.keys.len())
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

fn mac(key: &SecretString, body: &[u8]) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length, so this never fails.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).ok()?;
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::super::SIGNATURE_HEADER;
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
    fn a_signature_may_be_base64_with_or_without_padding_and_algorithm() {
        // Made with OpenSSL from the same key and body as the digits above.
        let base64 = "22i0e2PCOX6seFAlscnCEDrgbCiZgjSng7PrZFPRrXA=";
        let verifier = WebhookVerifier::new(KEY).unwrap();
        let unpadded = base64.trim_end_matches('=');
        for form in [
            base64.to_owned(),
            unpadded.to_owned(),
            format!(" sha256={base64}"),
            format!("SHA256={unpadded}"),
            base64.replace('+', "-").replace('/', "_"),
        ] {
            assert_eq!(verifier.verify(&headers(&form), b"hello"), Ok(()), "{form}");
            assert_eq!(verifier.verify(&headers(&form), b"hallo"), Err(WebhookError::WrongSignature));
        }
        // Base64 tells letters of different case apart, digits do not.
        let changed = headers(&base64.replacen('i', "I", 1));
        assert_eq!(verifier.verify(&changed, b"hello"), Err(WebhookError::WrongSignature));
    }

    #[test]
    fn the_signature_is_read_from_either_header_and_one_that_fits_is_enough() {
        let verifier = WebhookVerifier::new(KEY).unwrap();
        let (right, wrong) = (verifier.sign(BODY), verifier.sign(b"{}"));
        let [prefixed, plain] = SIGNATURE_HEADERS;
        for (signatures, fits) in [
            (vec![(plain, &right)], true),
            (vec![(prefixed, &wrong), (plain, &right)], true),
            (vec![(prefixed, &wrong), (prefixed, &right)], true),
            (vec![(prefixed, &wrong), (plain, &wrong)], false),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in signatures {
                headers.append(name, value.parse().unwrap());
            }
            assert_eq!(verifier.verify(&headers, BODY).is_ok(), fits, "{headers:?}");
        }
        let mut other = HeaderMap::new();
        other.insert("x-signature", right.parse().unwrap());
        assert_eq!(verifier.verify(&other, BODY), Err(WebhookError::NotSigned));
    }

    #[test]
    fn a_header_that_the_host_names_takes_the_place_of_the_usual_ones() {
        let verifier = WebhookVerifier::new(KEY)
            .unwrap()
            .signature_header(HeaderName::from_static("x-forwarded-signature"));
        let signature = verifier.sign(BODY);
        let mut named = HeaderMap::new();
        named.insert("x-forwarded-signature", signature.parse().unwrap());
        assert_eq!(verifier.verify(&named, BODY), Ok(()));
        assert_eq!(verifier.verify(&headers(&signature), BODY), Err(WebhookError::NotSigned));
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
